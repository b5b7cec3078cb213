/** What a replication is started with: programs, sounds, orders and conditions, and a plan whose hash says that it was fixed before. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Program } from '@nes/program/model.ts';
import { hashOf } from '@nes/trials/plan.ts';
import { type Random, seeded } from '@nes/trials/random.ts';
import { sourceOf } from '../../prisma/library/bibliography.ts';
import { readLibrary } from '../../prisma/library/library.ts';
import type { WavFormat } from '../../web/src/audio/wav.ts';
import { conditionsCsv } from '../study/conditions.ts';
import { writeStimulus } from '../study/stimulus.ts';
import type { Arm, Kit } from './kits.ts';

/** @throws when an arm names a protocol that is not built in */
export function programOf(arm: Arm): Program {
  if (typeof arm.from !== 'string') return arm.from;
  const entry = readLibrary().find(({ slug }) => slug === arm.from);
  if (!entry) throw new Error(`${arm.name}: there is no built-in protocol "${arm.from}"`);
  return entry.program;
}

/** What is heard, in words, as the table of docs/RESEARCH.md has it. */
export function heardWords({ heard }: Arm): string {
  const hertz = (values: readonly number[]) => (values.length === 0 ? 'silence' : `${values.join(' and ')} Hz`);
  switch (heard.kind) {
    case 'TONES': {
      const [left, right] = [hertz(heard.left), hertz(heard.right)];
      return left === right ? `${left} in both ears` : `${left} left, ${right} right`;
    }
    case 'MODULATED':
      return `${heard.carrier} Hz, modulated to silence at ${heard.rate} Hz`;
    case 'PACER':
      return `${heard.breaths} breaths a minute`;
  }
}

/** The same in another order, each equally likely. */
function shuffled<T>(values: readonly T[], random: Random): T[] {
  const left = [...values];
  return values.map(() => left.splice(Math.floor(random() * left.length), 1)[0] as T);
}

/**
 * Arms of each person's sessions, in order. WITHIN: blocks that hold every arm once. PARALLEL: people are assigned in blocks that hold every
 * arm once. The same seed gives the same orders.
 */
export function ordersFor(kit: Kit, people: number, seed: string): string[][] {
  const random = seeded(seed);
  const names = kit.arms.map(({ name }) => name);
  if (kit.design === 'WITHIN') {
    return Array.from({ length: people }, () =>
      Array.from({ length: kit.repeats }, () => shuffled(names, random)).flat(),
    );
  }
  const assigned: string[] = [];
  while (assigned.length < people) assigned.push(...shuffled(names, random));
  return assigned.slice(0, people).map((name) => Array.from({ length: kit.repeats }, () => name));
}

/**
 * Writes plan.json, `programs/ARM.json` (for the application), `stimuli/` (sounds with manifests), and `conditions/P01.csv` … for PsychoPy or
 * jsPsych: one row a session.
 * @returns SHA-256 of the plan as RFC 8785 JSON
 */
export async function writeKit(
  kit: Kit,
  out: string,
  options: { people: number; seed: string; sampleRate: number; format: WavFormat },
): Promise<string> {
  const { title, authors, year, url } = sourceOf(kit.source);
  await mkdir(join(out, 'programs'), { recursive: true });
  await mkdir(join(out, 'conditions'), { recursive: true });
  const arms: { name: string; heard: string; seconds: number; sound: string; sha256: string }[] = [];
  for (const arm of kit.arms) {
    const program = programOf(arm);
    const label = `${kit.name}${arm.name}`;
    const { rendering } = await writeStimulus(
      out,
      label,
      `${title}: ${arm.name}`,
      program,
      options.sampleRate,
      options.format,
    );
    await writeFile(join(out, 'programs', `${arm.name}.json`), `${JSON.stringify(program, null, 2)}\n`);
    arms.push({
      name: arm.name,
      heard: heardWords(arm),
      seconds: rendering.frames / rendering.sampleRateHz,
      sound: `stimuli/stim-${label}_audio.wav`,
      sha256: rendering.sha256,
    });
  }
  const orders = ordersFor(kit, options.people, options.seed);
  for (const [index, order] of orders.entries()) {
    const participant = `P${String(index + 1).padStart(String(options.people).length, '0')}`;
    const rows = order.map((name, session) => {
      const arm = arms.find((one) => one.name === name);
      return {
        participant,
        session: session + 1,
        arm: name,
        sound_file: `../${arm?.sound}`,
        sound_seconds: arm?.seconds ?? 0,
      };
    });
    await writeFile(join(out, 'conditions', `${participant}.csv`), conditionsCsv(rows));
  }
  const plan = {
    replicates: { title, authors, year, ...(url ? { url } : {}) },
    design: kit.design,
    people: options.people,
    sessionsPerArm: kit.repeats,
    seed: options.seed,
    arms,
    outcome: kit.outcome,
    analysis: kit.analysis,
    differs: kit.differs,
  };
  const hash = await hashOf(plan);
  await writeFile(join(out, 'plan.json'), `${JSON.stringify(plan, null, 2)}\n`);
  return hash;
}
