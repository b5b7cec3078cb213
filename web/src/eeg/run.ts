import { checkProgram } from '@nes/program/check.ts';
import type { Program } from '@nes/program/model.ts';
import { seeded } from './response.ts';

/** A stretch of a measurement. Seconds are the program's. */
export interface RunBlock {
  kind: 'silence' | 'on' | 'off';
  fromSeconds: number;
  toSeconds: number;
  /** The beat; of a block without one, the beat it stands against. */
  rateHz: number;
}

/** What is played, and when the beat is in it. */
export interface Run {
  program: Program;
  blocks: RunBlock[];
}

/** Four windows of a response. */
const BLOCK_SECONDS = 16;
const FADE_SECONDS = 0.05;
const CARRIER_HZ = 500;
const LEVEL = 0.5;
/** Longest run of blocks alike, so that a slow change does not look like an answer. */
const LONGEST_RUN = 2;

/** A random order of half `true`, half `false`, without runs above two. Drawn again until one fits: one of five does. */
function balancedOrder(count: number, random: () => number): boolean[] {
  for (;;) {
    const order = Array.from({ length: count }, (_, index) => index < count / 2);
    shuffle(order, random);
    if (
      order.every(
        (on, index) => index < LONGEST_RUN || order.slice(index - LONGEST_RUN, index).some((other) => other !== on),
      )
    )
      return order;
  }
}

function shuffle<T>(list: T[], random: () => number): void {
  for (let index = list.length - 1; index > 0; index--) {
    const other = Math.floor(random() * (index + 1));
    [list[index], list[other]] = [list[other] as T, list[index] as T];
  }
}

/**
 * One sound throughout, a tone of 500 Hz with its amplitude beating (two tones in both ears) or steady at the same mean
 * power, after a silence. Blocks last whole beats, so that the beat's phase in each is that of one uninterrupted beat.
 */
function playRun(kinds: readonly { on: boolean; rateHz: number }[], silenceSeconds: number): Run {
  const blocks: RunBlock[] = [];
  const keyframes: { at: number; carrier: number; beat: number; level: number; curve: 'LINEAR' | 'HOLD' }[] = [];
  let at = 0;
  if (silenceSeconds > 0) {
    blocks.push({ kind: 'silence', fromSeconds: 0, toSeconds: silenceSeconds, rateHz: kinds[0]?.rateHz ?? 40 });
    keyframes.push({ at: 0, carrier: CARRIER_HZ, beat: 0, level: 0, curve: 'HOLD' });
    at = silenceSeconds;
  }
  for (const { on, rateHz } of kinds) {
    const seconds = Math.round(BLOCK_SECONDS * rateHz) / rateHz;
    const beat = on ? rateHz : 0;
    const level = on ? LEVEL : LEVEL / Math.SQRT2;
    keyframes.push(
      { at, carrier: CARRIER_HZ, beat, level: 0, curve: 'LINEAR' },
      { at: at + FADE_SECONDS, carrier: CARRIER_HZ, beat, level, curve: 'HOLD' },
      { at: at + seconds - FADE_SECONDS, carrier: CARRIER_HZ, beat, level, curve: 'LINEAR' },
      { at: at + seconds, carrier: CARRIER_HZ, beat, level: 0, curve: 'HOLD' },
    );
    blocks.push({ kind: on ? 'on' : 'off', fromSeconds: at, toSeconds: at + seconds, rateHz });
    at += seconds;
  }
  const program = checkProgram({
    durationSeconds: at,
    loop: 1,
    voices: [{ kind: 'MONAURAL', name: 'Measurement', keyframes }],
  });
  return { program, blocks };
}

/**
 * A measurement: silence, then blocks with and without the beat in an order that nobody is told.
 * @param blockCount even; 24 take six and a half minutes
 */
export function measurementRun(rateHz: number, blockCount: number, silenceSeconds: number, seed: number): Run {
  const random = seeded(seed);
  return playRun(
    balancedOrder(blockCount, random).map((on) => ({ on, rateHz })),
    silenceSeconds,
  );
}

/** An experiment: the beat at several rates, each as often, in an order that nobody is told. */
export function tuningRun(rates: readonly number[], blocksEach: number, seed: number): Run {
  const random = seeded(seed);
  const order = rates.flatMap((rateHz) => Array.from({ length: blocksEach }, () => ({ on: true, rateHz })));
  shuffle(order, random);
  return playRun(order, 0);
}
