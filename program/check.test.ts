import assert from 'node:assert/strict';
import { test } from 'vitest';
import { checkProgram, LIMITS, ProgramError, type ProgramIssue } from './check.ts';
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

/** The one voice of a program, with a level of nothing and what is given. */
const voiceOf = (kind: string, more: object = {}, frame: object = {}) => ({
  kind,
  keyframes: [{ at: 0, carrier: 200, level: 0, ...frame }],
  ...more,
});
const program = (voice: unknown, more: object = {}) => ({ durationSeconds: 60, voices: [voice], ...more });
const tone = voiceOf('BINAURAL');

test('every fault has its place, its value and what may stand there', () => {
  const frame = 'voices[0].keyframes[0]';
  const long = 'x'.repeat(201);
  const faults: [unknown, string, unknown, string][] = [
    [program(1), 'voices[0]', 1, 'an object'],
    [program(null), 'voices[0]', 'null', 'an object'],
    [program([]), 'voices[0]', 'a list of 0', 'an object'],
    [program({ kind: 'GONG' }), 'voices[0].kind', '"GONG"', 'one of BINAURAL, MONAURAL'],
    [program({}), 'voices[0].kind', undefined, 'one of BINAURAL, MONAURAL'],
    [program({ ...tone, keyframes: {} }), 'voices[0].keyframes', 'an object', 'a list of 1 to 20000'],
    [program({ ...tone, keyframes: [] }), 'voices[0].keyframes', 'a list of 0', 'a list of 1 to 20000'],
    [program({ ...tone, keyframes: [7] }), frame, 7, 'an object'],
    [program(voiceOf('BINAURAL', {}, { at: undefined })), `${frame}.at`, undefined, 'a number from 0 to 60'],
    [
      program(voiceOf('BINAURAL', {}, { carrier: undefined })),
      `${frame}.carrier`,
      undefined,
      'a number from 0 to 20000',
    ],
    [program(voiceOf('BINAURAL', {}, { carrier: 20_001 })), `${frame}.carrier`, 20_001, 'a number from 0 to 20000'],
    [
      program(voiceOf('NOISE', { spin: true }, { carrier: 2_901 })),
      `${frame}.carrier`,
      2_901,
      'a number from 0 to 2900',
    ],
    [program(voiceOf('BINAURAL', {}, { beat: -101 })), `${frame}.beat`, -101, 'a number from -100 to 100'],
    [program(voiceOf('BINAURAL', {}, { level: 1.01 })), `${frame}.level`, 1.01, 'a number from 0 to 1'],
    [program(voiceOf('BINAURAL', {}, { pan: -1.01 })), `${frame}.pan`, -1.01, 'a number from -1 to 1'],
    [program(voiceOf('BINAURAL', {}, { curve: 'STEEP' })), `${frame}.curve`, '"STEEP"', 'one of LINEAR, HOLD, SMOOTH'],
    [program({ ...tone, name: long }), 'voices[0].name', `"${'x'.repeat(40)}…"`, 'text of at most 200 characters'],
    [program({ ...tone, name: 'a\0b' }), 'voices[0].name', '"a\\u0000b"', 'text of at most 200 characters'],
    [program({ ...tone, name: '\ud800' }), 'voices[0].name', '"\\ud800"', 'text of at most 200 characters'],
    [program({ ...tone, name: ['a'] }), 'voices[0].name', 'a list of 1', 'text of at most 200 characters'],
    [program({ ...tone, kind: 'k'.repeat(40) }), 'voices[0].kind', `"${'k'.repeat(40)}"`, 'one of BINAURAL, MONAURAL'],
    [program(tone, { voices: [] }), 'voices', 'a list of 0', 'a list of 1 to 32'],
    [program({ ...tone, name: 5 }), 'voices[0].name', 5, 'text of at most 200 characters'],
    [
      program({ ...tone, waveform: 'ROUND' }),
      'voices[0].waveform',
      '"ROUND"',
      'one of SINE, TRIANGLE, SQUARE, SAWTOOTH, HARMONICS',
    ],
    [
      program({ ...tone, harmonics: [1] }),
      'voices[0].harmonics',
      'a list of 1',
      'nothing unless waveform is HARMONICS',
    ],
    [program({ ...tone, waveform: 'HARMONICS' }), 'voices[0].harmonics', undefined, 'a list of 1 to 64'],
    [
      program({ ...tone, waveform: 'HARMONICS', harmonics: [0, 0] }),
      'voices[0].harmonics',
      0,
      'at least one partial other than 0',
    ],
    [
      program(voiceOf('NOISE', { waveform: 'SINE' })),
      'voices[0].waveform',
      '"SINE"',
      'no such field; there are kind, ',
    ],
    [program(voiceOf('ISOCHRONIC', { duty: 0.96 })), 'voices[0].duty', 0.96, 'a number from 0.05 to 0.95'],
    [program(voiceOf('ISOCHRONIC', { alternating: 1 })), 'voices[0].alternating', 1, 'true or false'],
    [program(voiceOf('NOISE', { colour: 'GREEN' })), 'voices[0].colour', '"GREEN"', 'one of WHITE, PINK, BROWN'],
    [program(voiceOf('NOISE', { correlation: 'x' })), 'voices[0].correlation', '"x"', 'a number from -1 to 1'],
    [program(voiceOf('DROPS', { count: 1.5 })), 'voices[0].count', 1.5, 'a whole number from 1 to '],
    [program(voiceOf('DROPS', { count: '2' })), 'voices[0].count', '"2"', 'a whole number from 1 to '],
    [program(voiceOf('DROPS', { count: 0 })), 'voices[0].count', 0, 'a whole number from 1 to '],
    [
      program(voiceOf('SAMPLE', { sampleName: long })),
      'voices[0].sampleName',
      `"${'x'.repeat(40)}…"`,
      'text of at most 200 characters',
    ],
    [program(tone, { gain: 1.1 }), 'gain', 1.1, 'a number from 0 to 1'],
    [program(tone, { loop: 0.5 }), 'loop', 0.5, 'a whole number from 0 to 100000'],
    [program(tone, { loop: 100_001 }), 'loop', 100_001, 'a whole number from 0 to 100000'],
    [program(tone, { loop: -1 }), 'loop', -1, 'a whole number from 0 to 100000'],
    [program(tone, { seed: 2 ** 32 }), 'seed', 2 ** 32, 'a whole number from 0 to 4294967295'],
    [
      program(tone, { startClockSeconds: 86_400 }),
      'startClockSeconds',
      86_400,
      'seconds from 0 to below 86400, or null',
    ],
    [program(tone, { startClockSeconds: -1 }), 'startClockSeconds', -1, 'seconds from 0 to below 86400, or null'],
    [program(tone, { startClockSeconds: '8' }), 'startClockSeconds', '"8"', 'seconds from 0 to below 86400, or null'],
    [program(tone, { phases: 3 }), 'phases', 3, 'a list of 0 to 500'],
    [program(tone, { phases: [3] }), 'phases[0]', 3, 'an object'],
    [
      program(tone, { phases: [{ durationSeconds: 60, colour: '#12345' }] }),
      'phases[0].colour',
      '"#12345"',
      'a colour as #rrggbb',
    ],
    [
      program(tone, { phases: [{ durationSeconds: 60, colour: 'a#123456' }] }),
      'phases[0].colour',
      '"a#123456"',
      'a colour as #rrggbb',
    ],
    [
      program(tone, { phases: [{ durationSeconds: 60, colour: '#1234567' }] }),
      'phases[0].colour',
      '"#1234567"',
      'a colour as #rrggbb',
    ],
    [
      program(tone, { phases: [{ durationSeconds: 60, colour: ['#123456'] }] }),
      'phases[0].colour',
      'a list of 1',
      'a colour as #rrggbb',
    ],
    [
      program(tone, { phases: [{ durationSeconds: 0 }, { durationSeconds: 60 }] }),
      'phases[0].durationSeconds',
      0,
      'a number above 0, to 86400',
    ],
    [
      program(tone, { phases: [{ durationSeconds: 60, name: long }] }),
      'phases[0].name',
      `"${'x'.repeat(40)}…"`,
      'text of at most 200 characters',
    ],
    [
      program(tone, { phases: [{ durationSeconds: 60, description: 1 }] }),
      'phases[0].description',
      1,
      'text of at most 2000 characters',
    ],
    [
      program(tone, { phases: [{ durationSeconds: 59.9 }] }),
      'phases',
      59.9,
      "phases that together last the program's 60 s",
    ],
    [
      {
        durationSeconds: 60,
        voices: Array.from({ length: 2 }, () => ({ ...tone, keyframes: new Array(10_001).fill(0) })),
      },
      'voices',
      20_002,
      'at most 20000 keyframes in all voices together',
    ],
    [program(tone, { ['y'.repeat(70)]: 1 }), 'y'.repeat(60), 1, 'no such field; there are durationSeconds, phases, '],
    [program({ ...tone, 3: 1 }), 'voices[0][3]', 1, 'no such field; there are kind, name, '],
    [program({ ...tone, '3a': 1 }), 'voices[0].3a', 1, 'no such field; there are kind, name, '],
    [program({ ...tone, a3: 1 }), 'voices[0].a3', 1, 'no such field; there are kind, name, '],
    [program({ ...tone, 33: 1 }), 'voices[0][33]', 1, 'no such field; there are kind, name, '],
  ];
  for (const [value, path, shown, expected] of faults) {
    const [issue, ...more] = issuesOf(value);
    assert.deepEqual([issue?.path, issue?.value], [path, shown], expected);
    // What ends in the middle of a sentence lists what there is.
    if (/[ ,]$|MONAURAL$/.test(expected)) assert.ok(issue?.expected.startsWith(expected), issue?.expected);
    else assert.equal(issue?.expected, expected);
    assert.deepEqual(more, [], `${path}: one fault is told once`);
  }
});

test('what is before an earlier moment is told with its place, each time', () => {
  const frames = [5, 4, 4.5, 5, 6].map((at) => ({ at, carrier: 200, level: 0 }));
  assert.deepEqual(
    issuesOf(withFrames(frames)).map(({ path, value }) => [path, value]),
    [
      ['voices[0].keyframes[1].at', 4],
      ['voices[0].keyframes[2].at', 4.5],
    ],
  );
});

test('levels are summed only in what is a program otherwise, and with its gain', () => {
  const loud = voiceOf('BINAURAL', {}, { level: 1 });
  assert.deepEqual(
    issuesOf({ durationSeconds: 60, voices: [loud, loud, voiceOf('BINAURAL', {}, { pan: 2 })] }).map(
      ({ path }) => path,
    ),
    ['voices[2].keyframes[0].pan'],
  );
  const [issue] = issuesOf({ durationSeconds: 60, gain: 0.5, voices: [loud, loud, loud] });
  assert.deepEqual(issue, {
    path: 'voices',
    value: 1.5,
    expected: 'gain × the sum of levels to be at most 1; at 0 s it is 1.5',
  });
});

test('the ends of every range are in it, and a text of the longest length', () => {
  const kept = checkProgram({
    durationSeconds: LIMITS.durationSeconds,
    gain: 0,
    loop: 0,
    seed: 2 ** 32 - 1,
    startClockSeconds: 0,
    phases: [
      { durationSeconds: 86_399, name: 'n'.repeat(200), description: 'd'.repeat(2000), colour: '#ABCDEF' },
      { durationSeconds: 1 },
    ],
    voices: [
      voiceOf('BINAURAL', { name: 'v'.repeat(200), waveform: 'TRIANGLE' }, { carrier: 20_000, beat: -100, pan: -1 }),
      voiceOf('BINAURAL', { waveform: 'SQUARE' }, { carrier: 0, beat: 100, pan: 1, curve: 'HOLD' }),
      voiceOf('MONAURAL', { waveform: 'SAWTOOTH' }, { level: 1, curve: 'SMOOTH' }),
      voiceOf('MONAURAL', { waveform: 'HARMONICS', harmonics: [0, -1, 1] }),
      voiceOf('NOISE', { spin: true }, { carrier: 2_900 }),
      voiceOf('DROPS', { count: 1 }, { carrier: undefined }),
    ],
  });
  assert.deepEqual(
    [kept.loop, kept.seed, kept.startClockSeconds, kept.gain, kept.phases[0]?.colour],
    [0, 4_294_967_295, 0, 0, '#ABCDEF'],
  );
  assert.deepEqual(kept.phases[1], { name: 'Phase 2', description: '', durationSeconds: 1, colour: '#7c9cff' });
  assert.deepEqual(kept.phases[0]?.description, 'd'.repeat(2000));
  const [first, second, third, fourth, fifth, last] = kept.voices as [Voice, Voice, Voice, Voice, Voice, Voice];
  assert.deepEqual(first, {
    kind: 'BINAURAL',
    name: 'v'.repeat(200),
    waveform: 'TRIANGLE',
    keyframes: [{ at: 0, carrier: 20_000, beat: -100, level: 0, pan: -1, curve: 'LINEAR' }],
  });
  assert.deepEqual([second.keyframes[0]?.curve, third.keyframes[0]?.curve], ['HOLD', 'SMOOTH']);
  assert.deepEqual((fourth as { harmonics?: number[] }).harmonics, [0, -1, 1]);
  assert.equal(fifth.keyframes[0]?.carrier, 2_900);
  assert.deepEqual([last.name, last.keyframes[0]?.carrier, (last as { count?: number }).count], ['Voice 6', 0, 1]);
  assert.deepEqual(checkProgram(program(tone, { loop: LIMITS.loop })).loop, LIMITS.loop);
  // Two moments of one time are a jump; −0 is 0.
  assert.ok(
    Object.is(
      checkProgram(
        program({
          ...tone,
          keyframes: [
            { at: -0, carrier: 200, level: 0 },
            { at: 0, carrier: 200, level: 0.5 },
          ],
        }),
      ).voices[0]?.keyframes[0]?.at,
      0,
    ),
  );
  assert.equal(checkProgram(program(tone, { startClockSeconds: null })).startClockSeconds, undefined);
  assert.equal(checkProgram(program(tone, { phases: [] })).phases[0]?.name, 'Session');
  // Sums of lengths may round.
  checkProgram(program(tone, { durationSeconds: 0.3, phases: [{ durationSeconds: 0.1 }, { durationSeconds: 0.2 }] }));
  checkProgram(program(tone, { phases: [{ durationSeconds: 60.00005 }] }));
  assert.equal(issuesOf(program(tone, { phases: [{ durationSeconds: 60.0001 }] }))[0]?.path, 'phases');
  assert.equal(
    issuesOf({
      durationSeconds: 0.5,
      voices: [tone],
      phases: [{ durationSeconds: 0.5000008 }, { durationSeconds: 5e-7 }],
    })[0]?.path,
    'phases',
  );
});

test("a kind's own fields take their defaults, and what most leave out is not there", () => {
  const voiceFrom = (voice: object) => checkProgram(program(voice)).voices[0];
  const keyframes = [{ at: 0, carrier: 200, beat: 0, level: 0, pan: 0, curve: 'LINEAR' }];
  assert.deepEqual(voiceFrom(voiceOf('ISOCHRONIC')), {
    kind: 'ISOCHRONIC',
    name: 'Voice 1',
    waveform: 'SINE',
    keyframes,
    duty: 0.5,
    edgeSeconds: 0.005,
    depth: 1,
    alternating: false,
  });
  assert.equal(
    (voiceFrom(voiceOf('ISOCHRONIC', { irregularity: 0.2 })) as { irregularity?: number }).irregularity,
    0.2,
  );
  assert.equal('irregularity' in (voiceFrom(voiceOf('ISOCHRONIC', { irregularity: 0 })) as object), false);
  assert.equal(
    (voiceFrom(voiceOf('ISOCHRONIC', { alternating: true })) as { alternating?: boolean }).alternating,
    true,
  );
  const noise = (more: object) => voiceFrom(voiceOf('NOISE', more)) as { correlation?: number; colour?: string };
  assert.deepEqual(
    [noise({}), noise({ spin: true }), noise({ colour: 'BROWN' })].map(({ correlation, colour }) => [
      correlation,
      colour,
    ]),
    [
      [0, 'PINK'],
      [1, 'PINK'],
      [0, 'BROWN'],
    ],
  );
  const sample = (more: object) => voiceFrom(voiceOf('SAMPLE', more)) as { sampleName?: string };
  assert.deepEqual([sample({}).sampleName, sample({ sampleName: 'rain.wav' }).sampleName], ['', 'rain.wav']);
});

test('the error says the first fault and how many more there are, and names no more than twenty', () => {
  const said = (value: unknown): [string, string, number] => {
    try {
      checkProgram(value);
    } catch (error) {
      assert.ok(error instanceof ProgramError);
      return [error.name, error.message, error.issues.length];
    }
    assert.fail('was accepted');
  };
  assert.deepEqual(said(7), ['ProgramError', 'program: expected an object, got 7', 1]);
  assert.deepEqual(said(null), ['ProgramError', 'program: expected an object, got null', 1]);
  assert.deepEqual(said(program(tone, { gain: 2 })), ['ProgramError', 'gain: expected a number from 0 to 1, got 2', 1]);
  assert.deepEqual(said(program(tone, { gain: 2, loop: {} })), [
    'ProgramError',
    'gain: expected a number from 0 to 1, got 2 (and 1 more)',
    2,
  ]);
  assert.equal(said(program(tone, { gain: [1, 2] }))[1], 'gain: expected a number from 0 to 1, got a list of 2');
  assert.equal(said(program({ ...tone, kind: undefined }))[1].endsWith('got nothing'), true);
  const keyframes = Array.from({ length: 50 }, () => ({ at: 0, carrier: -1, level: 0 }));
  assert.equal(said(program({ ...tone, keyframes }))[2], 20);
  assert.equal(new ProgramError([]).message, 'not a program');
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
