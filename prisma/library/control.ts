import type { Keyframe, Program, Voice } from '@nes/program/model.ts';
import { hasBeat, withoutBeat } from '@nes/program/twin.ts';
import { valueAt } from '@nes/program/values.ts';
import { sourceOf } from './bibliography.ts';
import type { LibraryEntry } from './library.ts';

/** Breaths a minute of the pacing control: the placebo arm of Fincham et al. 2023 (doi 10.1038/s41598-023-49279-8). */
const CONTROL_BREATHS = 12;

/** Whether an entry leads the breath, and with nothing that beats. */
function isPacer(entry: LibraryEntry): boolean {
  return entry.tags.includes('pacer') && !hasBeat(entry.program);
}

/** Whether an entry has a control: what it is about can be left out. */
export function hasControl(entry: LibraryEntry): boolean {
  return entry.category !== 'CONTROL' && (hasBeat(entry.program) || isPacer(entry));
}

/** The lowest or highest points of a voice that swells and sinks, as a course of their own. */
function outline(voice: Voice, side: 1 | -1): Voice {
  const turns = voice.keyframes.filter((frame, index, all) => {
    const before = all[index - 1]?.level ?? frame.level;
    const after = all[index + 1]?.level ?? frame.level;
    return side * (frame.level - before) >= 0 && side * (frame.level - after) >= 0;
  });
  // The silence at the ends is no trough of a breath.
  const frames = turns.filter((frame) => frame.level > 0).map((frame): Keyframe => ({ ...frame, curve: 'LINEAR' }));
  return { ...voice, keyframes: frames };
}

/** Mean square of a voice's level, from samples of its course ten times a second. */
function meanSquare(voice: Voice, durationSeconds: number): number {
  const count = Math.round(durationSeconds * 10);
  let sum = 0;
  for (let index = 0; index < count; index++) sum += valueAt(voice, index / 10).level ** 2;
  return sum / count;
}

/** The voice at another pace: as loud at the top and at the bottom of a breath as the original is around that time. */
function pacedVoice(voice: Voice, durationSeconds: number): Voice {
  const half = 60 / CONTROL_BREATHS / 2;
  const top = outline(voice, 1);
  const bottom = outline(voice, -1);
  const turns = Math.floor(durationSeconds / half / 2) * 2;
  const keyframes = Array.from({ length: turns + 1 }, (_, index): Keyframe => {
    const at = index === turns ? durationSeconds : index * half;
    const { carrier, level, pan } = valueAt(index % 2 === 1 ? top : bottom, at);
    const edge = index === 0 || index === turns;
    return { at, carrier, beat: 0, level: edge ? 0 : level, pan, curve: 'SMOOTH' };
  });
  const paced = { ...voice, keyframes };
  // A breath that is held at its top is louder on the mean than one that turns there.
  const share = Math.sqrt(meanSquare(voice, durationSeconds) / meanSquare(paced, durationSeconds));
  return { ...paced, keyframes: keyframes.map((frame) => ({ ...frame, level: frame.level * share })) };
}

/** A program that leads the breath with the same sound at twelve breaths a minute, in and out equally long. */
function pacedProgram(program: Program): Program {
  return { ...program, voices: program.voices.map((voice) => pacedVoice(voice, program.durationSeconds)) };
}

/** What is said of a control; `{title}` is its original's. The languages' files have these as they stand. */
interface ControlTexts {
  title: string;
  summary: string;
  description: string;
  whatIsKnown: string;
  /** Of each chapter. */
  phase: string;
}

export const BEAT: ControlTexts = {
  title: '{title} (no beat)',
  summary: 'The sound of “{title}” without its beat, to compare with.',
  description:
    'This is the control of “{title}”. It has the same carriers, noise and chapters and is as loud at every ' +
    'moment, but nothing in it beats: a tone is the same in both ears, pulses are a steady tone, and noise is not ' +
    'modulated.\n\n' +
    'Play it on some days instead of the original, rate both, and compare. A difference that is also there ' +
    'with the control does not come from the beat.',
  whatIsKnown:
    'A control shows what rest, expectation and a pleasant sound do by themselves. What the original brings over and ' +
    'above this one may come from the beat, as far as you could not tell the two apart.',
  phase: 'The same chapter as in the original, without a beat.',
};

export const PACE: ControlTexts = {
  title: '{title} (12 a minute)',
  summary: 'The sound of “{title}” at an ordinary pace of twelve breaths a minute, to compare with.',
  description:
    'This is the control of “{title}”. It has the same sound and length, but leads the breath at twelve breaths ' +
    'a minute, 2.5 seconds in and 2.5 seconds out, which is close to how people breathe at rest.\n\n' +
    'Play it on some days instead of the original, rate both, and compare. A difference that is also there ' +
    'with the control does not come from slow breathing. If you feel dizzy or short of air, stop and breathe as you like.',
  whatIsKnown:
    'A control shows what rest, expectation and attention to the breath do by themselves. The largest trial of slow ' +
    'breathing compared it with this pace and found no difference in stress, anxiety or mood between the two.',
  phase: 'Two and a half seconds in, two and a half seconds out.',
};

/** A control's text where its original is called `title`. */
export const controlText = (text: string, title: string): string => text.replaceAll('{title}', () => title);

/** A control with what both kinds have in common. */
function controlOf(entry: LibraryEntry, texts: ControlTexts, program: Program): LibraryEntry {
  return {
    slug: `${entry.slug}-control`,
    version: entry.version,
    title: controlText(texts.title, entry.title),
    category: 'CONTROL',
    summary: controlText(texts.summary, entry.title),
    description: controlText(texts.description, entry.title),
    evidence: 'CONTROL',
    labels: [],
    whatIsKnown: texts.whatIsKnown,
    sources: [],
    tags: entry.tags.filter((tag) => tag !== 'classic'),
    speakersOk: entry.speakersOk,
    controlOf: entry.slug,
    program: { ...program, phases: program.phases.map((phase) => ({ ...phase, description: texts.phase })) },
  };
}

/** The twin without a beat (`@nes/program/twin.ts`): the same sound, as loud at every moment. */
function beatControl(entry: LibraryEntry): LibraryEntry {
  const control = controlOf(entry, BEAT, withoutBeat(entry.program));
  return { ...control, tags: [...control.tags, 'no beat'] };
}

/** The pacing control of a breathing exercise: the same sound at an ordinary pace. */
function pacingControl(entry: LibraryEntry): LibraryEntry {
  return { ...controlOf(entry, PACE, pacedProgram(entry.program)), sources: [sourceOf('fincham-2023-pace')] };
}

/**
 * The control of an entry, `<slug>-control`: without the beat where there is one, at an ordinary pace where the breath is
 * led. `speakersOk` stays as it is, so that both are heard under the same conditions.
 * @throws when there is nothing to leave out, because a control of it would be the same program
 */
export function controlTwin(entry: LibraryEntry): LibraryEntry {
  if (hasBeat(entry.program)) return beatControl(entry);
  if (isPacer(entry)) return pacingControl(entry);
  throw new Error(`${entry.slug}: has no beat and leads no breath, so it has no control`);
}
