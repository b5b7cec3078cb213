/** Replication kits: what is written sounds as the table says, orders are balanced, and docs/RESEARCH.md names what there is. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { Program } from '@nes/program/model.ts';
import { hashOf } from '@nes/trials/plan.ts';
import { afterAll, describe, expect, it } from 'vitest';
import { sourceOf } from '../prisma/library/bibliography.ts';
import { readLibrary } from '../prisma/library/library.ts';
import { outcomes } from '../web/src/app/trials/outcomes.ts';
import { createRenderer } from '../web/src/audio/engine.ts';
import { decibels, fitSine, rms } from '../web/src/audio/measure.ts';
import { heardWords, ordersFor, programOf } from './replications/folder.ts';
import { type Arm, KITS } from './replications/kits.ts';

const RATE = 48_000;
const root = resolve(import.meta.dirname, '..');
const guide = readFileSync(join(root, 'docs', 'RESEARCH.md'), 'utf8');
const folder = mkdtempSync(join(tmpdir(), 'nes-kit-'));
afterAll(() => rmSync(folder, { recursive: true }));

function rendered(program: Program, from: number, seconds: number): [Float32Array, Float32Array] {
  const renderer = createRenderer(program, RATE);
  const ears: [Float32Array, Float32Array] = [new Float32Array(seconds * RATE), new Float32Array(seconds * RATE)];
  renderer.render(from * RATE, ...ears);
  return ears;
}

/** An ear's samples without sines of these frequencies; asserts that each is there, and that all are equally loud. */
function without(ear: Float32Array, hertz: readonly number[]): Float64Array {
  const fits = hertz.map((one) => ({ one, ...fitSine(ear, RATE, one, hertz.length > 1) }));
  for (const { one, hertz: found, amplitude } of fits) {
    assert.ok(Math.abs(found - one) <= 0.01, `${found} Hz, not ${one}`);
    assert.ok(Math.abs(decibels(amplitude / (fits[0]?.amplitude ?? 0))) <= 0.1);
  }
  return Float64Array.from(ear, (value, n) =>
    fits.reduce(
      (rest, fit) => rest - fit.amplitude * Math.sin(2 * Math.PI * ((fit.hertz * n) / RATE + fit.cycles)),
      value,
    ),
  );
}

/** Breaths a minute: how often the swell rises through its middle. */
function pace(program: Program): number {
  const from = 100;
  const seconds = 100;
  const swell = { ...program, voices: program.voices.filter(({ kind }) => kind === 'MONAURAL') };
  const [left] = rendered(swell, from, seconds);
  const cell = RATE / 10;
  const levels = Array.from({ length: seconds * 10 }, (_, n) => rms(left.subarray(n * cell, (n + 1) * cell)));
  const middle = (Math.max(...levels) + Math.min(...levels)) / 2;
  const rises = levels.flatMap((level, n) => {
    const before = levels[n - 1] ?? level;
    return before < middle && level >= middle ? [n / 10] : [];
  });
  return ((rises.length - 1) * 60) / ((rises.at(-1) ?? 0) - (rises[0] ?? 0));
}

function measure({ heard, ...arm }: Arm): void {
  const program = programOf({ heard, ...arm });
  if (heard.kind === 'PACER') {
    const found = pace(program);
    assert.ok(Math.abs(found - heard.breaths) < 0.06, `${found} breaths a minute, not ${heard.breaths}`);
    return;
  }
  for (const from of [10, program.durationSeconds - 20]) {
    const [left, right] = rendered(program, from, 2);
    if (heard.kind === 'TONES') {
      for (const [ear, hertz] of [
        [left, heard.left],
        [right, heard.right],
      ] as const) {
        const rest = hertz.length === 0 ? Float64Array.from(ear) : without(ear, hertz);
        assert.ok(rms(rest) < 1e-4 * 0.34, `what else is heard: ${rms(rest)}`);
      }
      continue;
    }
    assert.deepEqual(left, right);
    const { carrier, rate } = heard;
    const middle = fitSine(left, RATE, carrier, true);
    const sides = [carrier - rate, carrier + rate].map((hertz) => fitSine(left, RATE, hertz, true));
    // Modulated all the way, each sideband has half the carrier's amplitude.
    for (const side of sides) assert.ok(Math.abs(decibels(side.amplitude / middle.amplitude) - decibels(0.5)) <= 0.1);
    const rest = Float64Array.from(left, (value, n) =>
      [middle, ...sides].reduce(
        (sum, fit) => sum - fit.amplitude * Math.sin(2 * Math.PI * ((fit.hertz * n) / RATE + fit.cycles)),
        value,
      ),
    );
    assert.ok(rms(rest) < 1e-4 * middle.amplitude, `${rms(rest)}`);
  }
}

describe.each(KITS)('$name', (kit) => {
  it.each(kit.arms.map((arm) => [arm.name, arm] as const))('%s sounds as its row says', (_, arm) => measure(arm));

  it('is of a paper that was read, has arms of one length or says so, and files that can bear their names', () => {
    assert.ok(sourceOf(kit.source).stimulus);
    const lengths = new Set(kit.arms.map((arm) => programOf(arm).durationSeconds));
    assert.ok(lengths.size === 1 || kit.differs.some((line) => line.includes('longer')));
    for (const name of [kit.name, ...kit.arms.map((arm) => arm.name)]) assert.match(name, /^[A-Za-z0-9]+$/);
  });

  it('everybody hears every arm equally often, or is in one of arms of equal size', () => {
    const people = kit.arms.length * 10;
    const orders = ordersFor(kit, people, 'c0ffee00c0ffee00c0ffee00c0ffee00');
    assert.deepEqual(ordersFor(kit, people, 'c0ffee00c0ffee00c0ffee00c0ffee00'), orders);
    assert.notDeepEqual(ordersFor(kit, people, 'c0ffee00c0ffee00c0ffee00c0ffee01'), orders);
    const counted = (names: readonly string[]) =>
      kit.arms.map(({ name }) => names.filter((one) => one === name).length);
    if (kit.design === 'WITHIN')
      for (const order of orders) assert.deepEqual(new Set(counted(order)), new Set([kit.repeats]));
    else {
      assert.deepEqual(new Set(counted(orders.map(([first = '']) => first))), new Set([10]));
      for (const order of orders) assert.equal(new Set(order).size, 1);
    }
    // Not always the same one first.
    assert.ok(new Set(orders.map(([first]) => first)).size > 1);
  });

  it('stands in the guide as it is', () => {
    const { authors, year } = sourceOf(kit.source);
    for (const arm of kit.arms) {
      const slug = typeof arm.from === 'string' ? `\`${arm.from}\`` : 'in the kit';
      const minutes = Number((programOf(arm).durationSeconds / 60).toFixed(1));
      const row = `| \`${kit.name}\` | ${authors} ${year} | ${arm.name} | ${heardWords(arm)} | ${minutes} | ${slug} |`;
      assert.ok(guide.includes(row), `missing in docs/RESEARCH.md:\n${row}`);
    }
    for (const line of [kit.outcome, kit.analysis, ...kit.differs]) assert.ok(guide.includes(line), line);
  });

  it('what the application starts is there', () => {
    if (kit.app === null) return;
    const query = new URLSearchParams(kit.app.split('?')[1]);
    const entry = readLibrary().find(({ slug }) => slug === query.get('protocol'));
    assert.ok(entry);
    assert.deepEqual(
      kit.arms.map(({ from }) => from),
      [entry.slug, `${entry.slug}-control`],
    );
    assert.ok(outcomes.some(({ id }) => id === query.get('outcome')));
    assert.equal(Number(query.get('sessions')), kit.repeats * 2);
    assert.ok(guide.includes(`/${kit.app}`));
  });
});

it('no kit stands in the guide that is none', () => {
  const named = new Set([...guide.matchAll(/^\| `([a-z]+\d{4})` \|/gm)].map(([, name]) => name));
  assert.deepEqual(named, new Set(KITS.map(({ name }) => name)));
});

it('the command writes programs, sounds, conditions and a plan whose hash it says', async () => {
  const out = join(folder, 'herdman');
  const args = [
    'herdman2002',
    out,
    '--people',
    '3',
    '--seed',
    'c0ffee00c0ffee00c0ffee00c0ffee00',
    '--rate',
    '8000',
    '--bits',
    '16',
  ];
  const command = (given: string[]) => {
    const { stdout, stderr, status } = spawnSync(process.execPath, [join(root, 'scripts/replicate.ts'), ...given]);
    return { stdout: String(stdout), stderr: String(stderr), status };
  };
  const told = command(args);
  assert.equal(told.stderr, '');
  const plan = JSON.parse(readFileSync(join(out, 'plan.json'), 'utf8'));
  assert.equal(JSON.parse(told.stdout).planHash, await hashOf(plan));
  for (const { sound, sha256, seconds } of plan.arms) {
    assert.equal(
      createHash('sha256')
        .update(readFileSync(join(out, sound)))
        .digest('hex'),
      sha256,
    );
    assert.equal(seconds, 300);
  }
  const [head, ...rows] = readFileSync(join(out, 'conditions', 'P2.csv'), 'utf8')
    .trimEnd()
    .split('\n');
  // PsychoPy makes variables of the names.
  for (const name of head?.split(',') ?? []) assert.match(name, /^[a-z_][a-z0-9_]*$/);
  assert.equal(rows.length, 3);
  for (const row of rows) {
    const [participant, , arm, sound = ''] = row.split(',');
    assert.equal(participant, 'P2');
    assert.ok(sound.includes(arm ?? '?'));
    assert.ok(readFileSync(join(out, 'conditions', sound)).length > 44);
  }
  expect(command(args).stderr).toMatch(/is there already/);
  expect(command(['nothing', join(folder, 'x')])).toMatchObject({ status: 2 });
  expect(command([]).stdout.trimEnd().split('\n')).toHaveLength(KITS.length);
});
