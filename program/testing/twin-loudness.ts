/** How loud a twin is beside its original, from rendered samples: for tests and `npm run bench -- twins`. */
import assert from 'node:assert/strict';
import { createRenderer } from '../../web/src/audio/engine.ts';
import { kWeighted } from '../../web/src/audio/measure.ts';
import type { RenderOptions, Sample } from '../../web/src/audio/renderer.ts';
import { checkProgram } from '../check.ts';
import type { Program, Voice } from '../model.ts';
import { hasBeat, voiceBeats, withoutBeat } from '../twin.ts';
import { valueAt } from '../values.ts';

const RATE = 48_000;
/** The window of momentary loudness in BS.1770, and the step at which it is compared. */
const WINDOW = 0.4;
/** Frames of one cell: windows are whole numbers of cells. */
const CELL = 480;

/** Mean squares of cells of 10 ms, both ears together: K-weighted, and plain. */
interface Cells {
  k: Float64Array;
  plain: Float64Array;
}

/** What stands for a listener's file of voice `index`: a second of a tone of its own where K-weighting is flat. */
function bed(index: number): Sample {
  const hertz = 5000 + 500 * index;
  const left = Float32Array.from({ length: RATE }, (_, n) => 0.5 * Math.sin((2 * Math.PI * hertz * n) / RATE));
  return { left, right: left };
}

function render(program: Program, from: number, to: number, options: RenderOptions = {}): [Float32Array, Float32Array] {
  const beds = program.voices.flatMap(({ kind }, index) => (kind === 'SAMPLE' ? [[index, bed(index)] as const] : []));
  const renderer = createRenderer(program, RATE, { ...options, samples: new Map(beds) });
  const ears: [Float32Array, Float32Array] = [
    new Float32Array(Math.round((to - from) * RATE)),
    new Float32Array(Math.round((to - from) * RATE)),
  ];
  renderer.render(Math.round(from * RATE), ears[0], ears[1]);
  return ears;
}

function cellsOf(ears: readonly Float32Array[], into?: Cells): Cells {
  const count = Math.floor((ears[0]?.length ?? 0) / CELL);
  const cells = into ?? { k: new Float64Array(count), plain: new Float64Array(count) };
  for (const ear of ears) {
    const weighted = kWeighted(ear);
    for (let cell = 0; cell < count; cell++) {
      let k = 0;
      let plain = 0;
      for (let n = cell * CELL; n < (cell + 1) * CELL; n++) {
        k += (weighted[n] as number) ** 2;
        plain += (ear[n] as number) ** 2;
      }
      cells.k[cell] = (cells.k[cell] as number) + k / CELL;
      cells.plain[cell] = (cells.plain[cell] as number) + plain / CELL;
    }
  }
  return cells;
}

const air = (voice: Voice): boolean =>
  voiceBeats(voice) && voice.kind !== 'BINAURAL' && voice.kind !== 'BELL' && !(voice.kind === 'NOISE' && voice.spin);

/** The slowest beat in the air near a moment; null where every sound is steady. */
function slowestBeat(program: Program, t: number, reach: number): number | null {
  let slowest: number | null = null;
  for (const voice of program.voices.filter(air)) {
    for (let step = -8; step <= 8; step++) {
      const values = valueAt(voice, Math.min(program.durationSeconds, Math.max(0, t + (step / 8) * reach)));
      // Alternating pulses come back to an ear at half of the beat.
      const beat = Math.abs(values.beat) / (voice.kind === 'ISOCHRONIC' && voice.alternating ? 2 : 1);
      if (beat > 0 && values.level > 0) slowest = Math.min(slowest ?? beat, beat);
    }
  }
  return slowest;
}

/** Whether a noise is modulated or spun: its own randomness then weighs otherwise in each window. */
function modulated(program: Program): boolean {
  return program.voices.some((voice) => voice.kind === 'NOISE' && (voice.modulationDepth > 0 || voice.spin));
}

/**
 * Seconds over which a modulated noise is weighed, and how many noises. A still noise is heard with some too: what of it lies
 * within 2.5 Hz of a tone adds to that tone or takes from it for longer than a window.
 */
const NOISE = { seconds: 3, seeds: 6, still: 3 };

/** Whether a bell was struck so shortly before that a window ending here holds a piece of its first waves only. */
function justStruck(program: Program, t: number): boolean {
  return program.voices.some(
    (voice) => voice.kind === 'BELL' && voice.keyframes.some(({ at, level }) => level > 0 && at <= t && at > t - 0.06),
  );
}

/** The most that a twin differs from its original, in LU and in dB of RMS, and how many moments were looked at. */
export interface Difference {
  lu: number;
  rms: number;
  moments: number;
}

/**
 * Differences twin − original in dB at every 400 ms. Where nothing beats in the air the window is BS.1770's own of 400 ms.
 * A beat in the air moves the original's momentary loudness by itself; there both are weighed by the same Hann window of
 * eight beats (at least 400 ms), in which the beat's own swing is below 0.01 dB. A modulated noise is weighed over 3 s of
 * six noises: over 400 ms of one its randomness alone is more than what is looked for. Bursts that are shorter than eight beats
 * are weighed over their own period, which holds one of them wherever it begins.
 * @param period of bursts, in seconds
 */
function differences(
  program: Program,
  original: Cells,
  twin: Cells,
  from: number,
  quietest: number,
  period?: number,
): Difference {
  const worst = { lu: 0, rms: 0, moments: 0 };
  const count = original.k.length;
  for (let centre = WINDOW / 2; centre + WINDOW / 2 <= count / 100; centre += WINDOW) {
    const slowest = slowestBeat(program, from + centre, 2);
    const beats = slowest === null ? WINDOW : Math.max(WINDOW, 8 / slowest);
    const seconds = period ?? (modulated(program) ? Math.max(NOISE.seconds, beats) : beats);
    const cells = Math.round(seconds * 100);
    const first = Math.round((centre - seconds / 2) * 100);
    if (first < 0 || first + cells > count) continue;
    if (justStruck(program, from + (first + cells) / 100)) continue;
    const sums = [0, 0, 0, 0];
    for (let cell = 0; cell < cells; cell++) {
      const weight = slowest === null || period ? 1 : Math.sin((Math.PI * (cell + 0.5)) / cells) ** 2;
      for (const [at, values] of [original.k, twin.k, original.plain, twin.plain].entries()) {
        sums[at] = (sums[at] as number) + (weight * (values[first + cell] as number)) / cells;
      }
    }
    const [a = 0, b = 0, c = 0, d = 0] = sums;
    if (Math.max(a, b) < quietest) continue;
    worst.moments++;
    const lu = Math.abs(10 * Math.log10(b / a));
    if (lu > worst.lu) worst.lu = lu;
    const rms = Math.abs(10 * Math.log10(d / c));
    if (rms > worst.rms) worst.rms = rms;
  }
  return worst;
}

/** Seconds from one burst of a laboratory to the next. */
export const periodOf = ({ tags }: { tags: string[] }) => (tags.includes('bursts') ? 3 : undefined);

/**
 * Renders a stretch of a program and of its twin, and compares them.
 * @param heard what a listener's device makes of either before it is rendered
 * @param noises how many noises are weighed for each that is by itself
 */
export function compared(
  whole: Program,
  seconds: [number, number],
  heard: (program: Program) => Program = (one) => one,
  options: RenderOptions = {},
  period?: number,
  noises = 1,
): Difference {
  const program = heard(whole);
  // Drops, too, add to a tone of their pitch or take from it.
  const noise = program.voices.some((voice) => voice.kind === 'NOISE' || voice.kind === 'DROPS');
  const seeds = modulated(program) ? NOISE.seeds * noises : noise ? NOISE.still * noises : 1;
  const still = withoutBeat(whole);
  assert.deepEqual(checkProgram(still), still);
  assert.equal(hasBeat(still), false);
  const twin = heard(still);
  let original: Cells | undefined;
  let other: Cells | undefined;
  for (let seed = 0; seed < seeds; seed++) {
    const add = Math.imul(seed, 0x51ed270b);
    const seeded = (one: Program): Program => ({ ...one, seed: (one.seed + add) >>> 0 });
    original = cellsOf(render(seeded(program), ...seconds, options), original);
    other = cellsOf(render(seeded(twin), ...seconds, options), other);
  }
  assert.ok(original && other);
  // Below −70 LUFS nothing is counted in BS.1770.
  return differences(program, original, other, seconds[0], seeds * 1e-7, period);
}
