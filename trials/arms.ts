import { highestLevel } from '@nes/program/levels.ts';
import type { Program } from '@nes/program/model.ts';
import { withoutBeat } from '@nes/program/twin.ts';
import type { Arm } from './order.ts';

/** What is played in each arm: alike in everything but the beat. */
export type Arms = Readonly<Record<Arm, Program>>;

/**
 * Both arms of a trial of a program.
 * @param masked puts pink noise, as strong as everything else together, over both, so that a beat is harder to make out
 * @throws RangeError when nothing in the program beats
 */
export function armsOf(program: Program, masked: boolean): Arms {
  const beat = masked ? withNoise(program) : structuredClone(program);
  return { BEAT: beat, CONTROL: withoutBeat(beat) };
}

function withNoise(program: Program): Program {
  const level = Math.min(1, highestLevel(program.voices).level);
  const at = { carrier: 0, beat: 0, level, pan: 0, curve: 'HOLD' } as const;
  const voices: Program['voices'] = [
    ...structuredClone(program.voices),
    {
      kind: 'NOISE',
      name: 'Mask',
      colour: 'PINK',
      correlation: 0,
      modulationDepth: 0,
      spin: false,
      keyframes: [{ at: 0, ...at }],
    },
  ];
  return { ...structuredClone(program), voices, gain: Math.min(program.gain, 1 / highestLevel(voices).level) };
}
