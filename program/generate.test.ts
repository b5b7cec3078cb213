import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import { checkProgram } from './check.ts';
import { breathingVoice, dropProgram, rampVoice, slideProgram, stepsVoice } from './generate.ts';
import { valueAt } from './values.ts';

const near = (have: number, want: number, tolerance = 1e-9) =>
  assert.ok(Math.abs(have - want) <= tolerance, `${have}, not ${want}`);

describe('generators', () => {
  it('ramp', () => {
    const options = { kind: 'BINAURAL', level: 0.4, fadeSeconds: 10, seconds: 100, curve: 'LINEAR' } as const;
    const voice = rampVoice({ ...options, carrierHz: [200, 100], beatHz: [12, 4] });
    assert.deepEqual(valueAt(voice, 0), { carrier: 200, beat: 12, level: 0, pan: 0 });
    near(valueAt(voice, 5).level, 0.2);
    near(valueAt(voice, 50).level, 0.4);
    near(valueAt(voice, 50).carrier, 150);
    near(valueAt(voice, 25).beat, 10);
    assert.deepEqual(valueAt(voice, 100), { carrier: 100, beat: 4, level: 0, pan: 0 });
    const smooth = rampVoice({ ...options, fadeSeconds: 0, curve: 'SMOOTH', carrierHz: [200, 100], beatHz: [12, 4] });
    for (let t = 0; t <= 100; t++) near(valueAt(smooth, t).beat, 12 - 4 * (1 - Math.cos((Math.PI * t) / 100)), 0.02);
    assert.equal(valueAt(smooth, 30).level, 0.4);
  });

  it('step series', () => {
    const steps = [
      { seconds: 60, carrierHz: 200, beatHz: 10 },
      { seconds: 30, carrierHz: 180, beatHz: 6 },
      { seconds: 60, carrierHz: 160, beatHz: 4 },
    ];
    const voice = stepsVoice({ kind: 'ISOCHRONIC', level: 0.5, fadeSeconds: 5, glideSeconds: 10, steps });
    assert.equal(voice.kind, 'ISOCHRONIC');
    near(valueAt(voice, 40).beat, 10);
    near(valueAt(voice, 55).beat, 8);
    near(valueAt(voice, 60).carrier, 180);
    near(valueAt(voice, 79).carrier, 180);
    near(valueAt(voice, 120).beat, 4);
    near(valueAt(voice, 150).level, 0);
    const jumps = stepsVoice({ kind: 'BINAURAL', level: 0.5, fadeSeconds: 0, glideSeconds: 0, steps });
    near(valueAt(jumps, 59.999).beat, 10);
    near(valueAt(jumps, 60).beat, 6);
    assert.throws(() => stepsVoice({ kind: 'BINAURAL', level: 2, fadeSeconds: 0, glideSeconds: 0, steps }), /level/);
    assert.throws(
      () => stepsVoice({ kind: 'BINAURAL', level: 1, fadeSeconds: 99, glideSeconds: 0, steps }),
      RangeError,
    );
  });

  it('drop', () => {
    const options = { level: 0, depth: 'd', dropMinutes: 30, holdMinutes: 30, wakeMinutes: 3, amplitude: 0.2 } as const;
    for (const flow of ['STEPS_OF_3_MINUTES', 'STEPS_OF_1_MINUTE', 'CONTINUOUS'] as const) {
      const program = dropProgram({ ...options, flow });
      assert.deepEqual(checkProgram(program), program);
      const [tone] = program.voices;
      assert.ok(tone);
      near(valueAt(tone, 6).beat, 10, 0.05);
      near(valueAt(tone, 6).level, 0.2);
      // Half an hour of hold at the target, then back to the start in three minutes.
      near(valueAt(tone, 5 + 3000).beat, 2.5);
      const end = program.durationSeconds - 10;
      near(valueAt(tone, end).beat, 10);
      near(valueAt(tone, end).carrier, 205);
      near(valueAt(tone, program.durationSeconds).level, 0);
    }
    const steps = dropProgram({ ...options, flow: 'STEPS_OF_3_MINUTES', holdMinutes: 0, wakeMinutes: 0 });
    assert.equal(steps.durationSeconds, 5 + 1800);
    const [tone] = steps.voices;
    assert.ok(tone);
    // Ten steps: the second one holds 10 · (2.5 / 10)^(1/9) Hz.
    near(valueAt(tone, 5 + 200).beat, 10 * 0.25 ** (1 / 9), 1e-6);
    near(valueAt(tone, 5 + 340).beat, 10 * 0.25 ** (1 / 9), 1e-6);
    assert.throws(() => dropProgram({ ...options, flow: 'CONTINUOUS', level: 120 }), RangeError);
  });

  it('slide', () => {
    const program = slideProgram({ minutes: 30, carrierHz: 200, beatHz: 10, amplitude: 0.3 });
    const [tone] = program.voices;
    assert.ok(tone);
    near(valueAt(tone, 5).carrier, 200);
    near(valueAt(tone, 5 + 900).carrier, 102.5);
    near(valueAt(tone, 5 + 1800).carrier, 5);
    near(valueAt(tone, 5 + 1800).beat, 10);
    near(valueAt(tone, 905).level, 0.3);
  });

  it('breathing pace', () => {
    const voice = breathingVoice({ seconds: 600, breathsPerMinute: [6, 6], parts: [4, 0, 6, 0], levels: [0.05, 0.4] });
    near(valueAt(voice, 0).level, 0.05);
    near(valueAt(voice, 4).level, 0.4);
    near(valueAt(voice, 10).level, 0.05);
    near(valueAt(voice, 594).level, 0.4);
    near(valueAt(voice, 600).level, 0.05);
    const slower = breathingVoice({ seconds: 600, breathsPerMinute: [10, 5], parts: [1, 1, 1, 1], levels: [0, 1] });
    const peaks = slower.keyframes.filter(
      ({ level }, index) => level === 1 && slower.keyframes[index - 1]?.level === 0,
    );
    const gaps = peaks.slice(1).map(({ at }, index) => at - (peaks[index]?.at ?? 0));
    near(gaps[0] ?? 0, 6, 0.2);
    near(gaps.at(-1) ?? 0, 12, 5);
    assert.ok(
      gaps.slice(0, -1).every((gap, index) => gap <= (gaps[index + 1] ?? 0) + 1e-9 || index >= gaps.length - 3),
    );
    assert.equal(slower.keyframes.at(-1)?.at, 600);
    assert.throws(
      () => breathingVoice({ seconds: 600, breathsPerMinute: [6, 60], parts: [1, 0, 1, 0], levels: [0, 1] }),
      RangeError,
    );
  });
});
