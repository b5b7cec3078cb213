import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { checkProgram } from '@nes/program/check.ts';
import { phaseAt } from '@nes/program/phase.ts';
import { valueAt } from '@nes/program/values.ts';
import { expect, test } from 'vitest';
import { readLibrary } from '../../../prisma/library/library.ts';
import { manifestOf, type Segment } from './manifest.ts';
import { STIMULUS, stimulusHashes } from './manifest-fixture.ts';
import { stretch, wavPieces } from './render-file.ts';

const none = { sampleRateHz: 48_000, format: '24' as const, frames: 0, sha256: '' };

/** The phase by the manifest's own words, and nothing else. */
function cyclesOf(segment: Segment, values: [number, number], start: number, t: number): number {
  const length = segment.toSeconds - segment.fromSeconds;
  const u = (t - segment.fromSeconds) / length;
  const [f0, f1] = values;
  if (segment.curve === 'HOLD') return start + f0 * (t - segment.fromSeconds);
  if (segment.curve === 'LINEAR') return start + (t - segment.fromSeconds) * (f0 + ((f1 - f0) * u) / 2);
  return start + length * (f0 * u + (f1 - f0) * (u / 2 - Math.sin(Math.PI * u) / (2 * Math.PI)));
}

test('from a manifest alone the phase of every voice is computed as the engine has it, over the whole library', () => {
  for (const { program, title } of readLibrary()) {
    const { voices } = manifestOf(title, program, none);
    for (const [index, voice] of program.voices.entries()) {
      const segments = voices[index]?.segments ?? [];
      assert.equal(segments[0]?.fromSeconds, 0);
      assert.equal(segments.at(-1)?.toSeconds, program.durationSeconds);
      for (const segment of segments) {
        const t = segment.fromSeconds + 0.37 * (segment.toSeconds - segment.fromSeconds);
        const real = phaseAt(voice, t);
        const close = (a: number, b: number) => assert.ok(Math.abs(a - b) < 1e-6, `${title} ${t}: ${a} ${b}`);
        close(cyclesOf(segment, segment.carrierHz, segment.carrierCycles, t), real.carrierCycles);
        close(cyclesOf(segment, segment.beatHz, segment.beatCycles, t), real.beatCycles);
        if (segment.curve === 'HOLD') close(segment.level[0], valueAt(voice, t).level);
      }
    }
  }
});

test('the HED tags name what sounds', () => {
  const program = checkProgram({
    durationSeconds: 10,
    voices: [
      {
        kind: 'BINAURAL',
        keyframes: [
          { at: 0, carrier: 200, beat: 10, level: 0.2 },
          { at: 10, carrier: 180, beat: 4, level: 0.2 },
        ],
      },
      { kind: 'NOISE', colour: 'PINK', keyframes: [{ at: 0, level: 0.2 }] },
    ],
  });
  expect(manifestOf('x', program, none).hed).toBe(
    'Sensory-event, Auditory-presentation, (Tone, Label/BINAURAL, (Frequency/180 Hz, Data-minimum), (Frequency/200 Hz, Data-maximum)), (Sound, Label/NOISE)',
  );
});

test('the same bytes at every rate, as the browser makes them', () => {
  const program = checkProgram(STIMULUS);
  for (const [rate, expected] of Object.entries(stimulusHashes)) {
    const hash = createHash('sha256');
    for (const piece of wavPieces(program, { ...stretch(program), sampleRate: Number(rate) }, '24')) hash.update(piece);
    expect(hash.digest('hex'), `${rate} Hz`).toBe(expected);
  }
});
