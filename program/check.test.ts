import assert from 'node:assert/strict';
import { test } from 'vitest';
import { checkProgram, ProgramError, type ProgramIssue } from './check.ts';
import { readProgramFile } from './file.ts';
import { highestLevel } from './levels.ts';
import type { Voice } from './model.ts';
import { valueAt } from './values.ts';

function issuesOf(value: unknown): ProgramIssue[] {
  try {
    checkProgram(value);
  } catch (error) {
    assert.ok(error instanceof ProgramError, String(error));
    return error.issues;
  }
  assert.fail('was accepted');
}

const plain = {
  durationSeconds: 60,
  voices: [{ kind: 'BINAURAL', keyframes: [{ at: 0, carrier: 200, beat: 10, level: 0.5 }] }],
};

function withFrames(keyframes: unknown): unknown {
  return { durationSeconds: 60, voices: [{ kind: 'BINAURAL', keyframes }] };
}

test('left-out fields take their documented defaults', () => {
  assert.deepEqual(checkProgram(plain), {
    durationSeconds: 60,
    phases: [{ name: 'Session', description: '', durationSeconds: 60, colour: '#7c9cff' }],
    voices: [
      {
        kind: 'BINAURAL',
        name: 'Voice 1',
        waveform: 'SINE',
        keyframes: [{ at: 0, carrier: 200, beat: 10, level: 0.5, pan: 0, curve: 'LINEAR' }],
      },
    ],
    gain: 1,
    loop: 1,
    seed: 1,
  });
});

test('a checked program is accepted again and comes out the same', () => {
  const program = checkProgram({
    durationSeconds: 10,
    voices: [
      { kind: 'MONAURAL', waveform: 'HARMONICS', harmonics: [1, 0, -0.2], keyframes: plain.voices[0]?.keyframes },
      { kind: 'ISOCHRONIC', keyframes: [{ at: 0, carrier: 100, level: 0.1 }] },
      { kind: 'NOISE', spin: true, keyframes: [{ at: 0, carrier: 300, beat: 2, level: 0.1 }] },
      { kind: 'BELL', keyframes: [{ at: 0, carrier: 900, level: 0.1 }] },
      { kind: 'DROPS', keyframes: [{ at: 0, level: 0.1 }] },
      { kind: 'SAMPLE', keyframes: [{ at: 0, level: 0.1 }] },
    ],
  });
  assert.deepEqual(checkProgram(JSON.parse(JSON.stringify(program))), program);
});

test('faults name the path, the value and what was expected', () => {
  const first = (value: unknown) => issuesOf(value)[0];
  assert.deepEqual(first(withFrames([{ at: 0, carrier: 200, level: Number.NaN }])), {
    path: 'voices[0].keyframes[0].level',
    value: Number.NaN,
    expected: 'a number from 0 to 1',
  });
  assert.equal(first(withFrames([{ at: -1, carrier: 200, level: 1 }]))?.path, 'voices[0].keyframes[0].at');
  assert.equal(first(withFrames([{ at: 0, carrier: 200, beat: 101, level: 1 }]))?.path, 'voices[0].keyframes[0].beat');
  assert.equal(
    first(
      withFrames([
        { at: 5, carrier: 200, level: 1 },
        { at: 4, carrier: 200, level: 1 },
      ]),
    )?.expected,
    "a time not before the last keyframe's 5",
  );
  assert.equal(first(withFrames([{ at: 61, carrier: 200, level: 1 }]))?.expected, 'a number from 0 to 60');
  assert.match(first({ ...plain, gian: 1 })?.expected ?? '', /no such field/);
  assert.equal(first({ ...plain, durationSeconds: 86_401 })?.path, 'durationSeconds');
  assert.equal(first({ ...plain, durationSeconds: Number.POSITIVE_INFINITY })?.path, 'durationSeconds');
  assert.equal(first({ ...plain, durationSeconds: '60' })?.path, 'durationSeconds');
  assert.equal(first({ ...plain, phases: [{ durationSeconds: 59 }] })?.path, 'phases');
  assert.equal(first({ ...plain, voices: [{ ...plain.voices[0], duty: 0.5 }] })?.path, 'voices[0].duty');
  assert.equal(first({ ...plain, voices: [] })?.expected, 'a list of 1 to 32');
  for (const nonsense of [null, 1, 'x', [], undefined, () => 0]) assert.equal(first(nonsense)?.expected, 'an object');
  const harmonics = { ...plain.voices[0], waveform: 'HARMONICS', harmonics: [1, 2] };
  assert.equal(first({ ...plain, voices: [harmonics] })?.path, 'voices[0].harmonics[1]');
});

test('over-level is found exactly: at keyframes, inside curves, with gain', () => {
  const voice = (...frames: [number, number, string?][]) => ({
    kind: 'BINAURAL',
    keyframes: frames.map(([at, level, curve = 'LINEAR']) => ({ at, carrier: 200, level, curve })),
  });
  const program = (gain: number, ...voices: unknown[]) => ({ durationSeconds: 60, gain, voices });
  assert.match(issuesOf(program(1, voice([0, 0.5]), voice([0, 0.5001])))[0]?.expected ?? '', /at most 1; at 0 s/);
  checkProgram(program(0.999, voice([0, 0.5]), voice([0, 0.501])));
  // A straight rise and a cosine fall: both ends sum to 1, the middle does not.
  const inside = issuesOf(program(1, voice([0, 0], [10, 1]), voice([0, 1, 'SMOOTH'], [10, 0])));
  assert.match(inside[0]?.expected ?? '', /at most 1; at 2\.\d+ s it is 1\.105/);
  // Complementary cosines are 1 throughout.
  checkProgram(program(1, voice([0, 0, 'SMOOTH'], [10, 1]), voice([0, 1, 'SMOOTH'], [10, 0])));
  // A jump: full just before, full at it, by different voices.
  checkProgram(program(1, voice([0, 1], [5, 1], [5, 0]), voice([0, 0], [5, 0], [5, 1])));
  assert.ok(issuesOf(program(1, voice([0, 1], [5, 1], [5, 0]), voice([0, 0], [4.9, 0], [4.9, 1]))).length > 0);
});

test('the highest level of overlapping cosines agrees with a dense scan', () => {
  let state = 7;
  const random = () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
  for (let round = 0; round < 40; round++) {
    const voices = Array.from({ length: 4 }, (): Voice => {
      const times = Array.from({ length: 5 }, () => random() * 10).sort((a, b) => a - b);
      return {
        kind: 'SAMPLE',
        name: '',
        sampleName: '',
        keyframes: times.map((at) => ({
          at,
          carrier: 0,
          beat: 0,
          level: random(),
          pan: 0,
          curve: random() < 0.7 ? 'SMOOTH' : 'LINEAR',
        })),
      };
    });
    let scanned = 0;
    for (let t = 0; t < 11; t += 1e-3) {
      scanned = Math.max(
        scanned,
        voices.reduce((sum, voice) => sum + valueAt(voice, t).level, 0),
      );
    }
    const found = highestLevel(voices).level;
    assert.ok(found >= scanned - 1e-6 && found - scanned < 1e-3, `${found} against ${scanned}`);
  }
});

test('a bell counts with the level of its strike until the next strike', () => {
  const bell = {
    kind: 'BELL',
    keyframes: [
      { at: 1, carrier: 900, level: 0.6 },
      { at: 1.1, carrier: 900, level: 0 },
    ],
  };
  const later = {
    kind: 'BINAURAL',
    keyframes: [
      { at: 0, carrier: 200, level: 0 },
      { at: 5, carrier: 200, level: 0.5 },
    ],
  };
  assert.equal(issuesOf({ durationSeconds: 60, voices: [bell, later] })[0]?.path, 'voices');
});

test('garbage is refused in bounded time with a bounded answer', () => {
  const timed = (value: unknown) => {
    const before = performance.now();
    const issues = issuesOf(value);
    assert.ok(performance.now() - before < 500, `${performance.now() - before} ms`);
    assert.ok(issues.length <= 20 && JSON.stringify(issues).length < 10_000);
  };
  timed(withFrames(new Array(1e9)));
  timed({ ...plain, voices: new Array(1e9) });
  timed(withFrames(Array.from({ length: 20_000 }, () => ({ at: Number.NaN, carrier: 'x', level: {} }))));
  timed(withFrames(Array.from({ length: 20_000 }, (_, index) => ({ at: 60 - index / 400, carrier: 1, level: 1 }))));
  timed({ ...plain, voices: [{ ...plain.voices[0], name: 'x'.repeat(1e7) }] });
  timed({ ...plain, phases: new Array(1e9) });
});

test('the largest programs are judged in bounded time', () => {
  const voices = Array.from({ length: 32 }, (_, voice) => ({
    kind: 'BINAURAL',
    keyframes: Array.from({ length: 625 }, (_, index) => ({
      at: index * 60 + voice,
      carrier: 200,
      level: ((index * 31 + voice * 17) % 97) / 97 / 32,
      curve: 'SMOOTH',
    })),
  }));
  const before = performance.now();
  checkProgram({ durationSeconds: 40_000, voices });
  assert.ok(performance.now() - before < 30_000, `${performance.now() - before} ms`);
});

test('a JSON file holds the fields of a program, a title and a clock', async () => {
  const bytes = (value: unknown) => new TextEncoder().encode(typeof value === 'string' ? value : JSON.stringify(value));
  const file = await readProgramFile('in/My tone.json', bytes({ ...plain, startClockSeconds: 79_200 }));
  assert.equal(file.title, 'My tone');
  assert.equal(file.startClockSeconds, 79_200);
  assert.deepEqual(file.program, { ...checkProgram(plain), startClockSeconds: 79_200 });
  assert.equal((await readProgramFile('a.json', bytes({ ...plain, title: 'Other', $schema: 'x' }))).title, 'Other');
  await assert.rejects(readProgramFile('a.json', bytes('{')), /line 1, column 2: the file is not JSON/);
  await assert.rejects(readProgramFile('a.json', bytes('[]')), ProgramError);
  await assert.rejects(readProgramFile('a.txt', bytes('x')), /\.json, \.sbg or \.gnaural/);
});
