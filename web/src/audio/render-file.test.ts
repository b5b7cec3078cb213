import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { checkProgram } from '@nes/program/check.ts';
import { onTestFinished, test } from 'vitest';
import { decibels, fitSine, peak, rms } from './measure.ts';
import { renderPieces, stretch, wavPieces } from './render-file.ts';
import { type WavFormat, wavHeader } from './wav.ts';

const program = checkProgram({
  durationSeconds: 30,
  voices: [{ kind: 'BINAURAL', keyframes: [{ at: 0, carrier: 200, beat: 10, level: 0.5 }] }],
});
const options = { sampleRate: 48_000, fromSeconds: 0, toSeconds: 3 };

function file(format: WavFormat): Uint8Array {
  return Buffer.concat(Array.from(wavPieces(program, options, format), (piece) => Uint8Array.from(piece)));
}

/** Reads a WAV file as any player does: by its chunks. */
function read(bytes: Uint8Array): { left: Float64Array; right: Float64Array; rate: number } {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const text = (at: number) => String.fromCharCode(...bytes.subarray(at, at + 4));
  assert.equal(text(0), 'RIFF');
  assert.equal(view.getUint32(4, true), bytes.length - 8);
  assert.equal(text(8), 'WAVE');
  let at = 12;
  let bits = 0;
  let kind = 0;
  let rate = 0;
  while (text(at) !== 'data') {
    if (text(at) === 'fmt ') {
      kind = view.getUint16(at + 8, true);
      assert.equal(view.getUint16(at + 10, true), 2);
      rate = view.getUint32(at + 12, true);
      bits = view.getUint16(at + 22, true);
      assert.equal(view.getUint16(at + 20, true), bits / 4);
    }
    at += 8 + view.getUint32(at + 4, true);
  }
  const size = view.getUint32(at + 4, true);
  at += 8;
  assert.equal(at + size, bytes.length);
  const frames = size / (bits / 4);
  const ears = [0, 1].map((ear) =>
    Float64Array.from({ length: frames }, (_, n) => {
      const place = at + (n * 2 + ear) * (bits / 8);
      if (kind === 3) return view.getFloat32(place, true);
      if (bits === 16) return view.getInt16(place, true) / 2 ** 15;
      return (view.getUint16(place, true) + view.getInt8(place + 2) * 65_536) / 2 ** 23;
    }),
  );
  return { left: ears[0] as Float64Array, right: ears[1] as Float64Array, rate };
}

test('a 16-bit file has triangular dither: the residual of a tone of amplitude 0.5 is −87.3 dB within 0.3', () => {
  const { left, right, rate } = read(file('16'));
  assert.equal(rate, 48_000);
  for (const [ear, hertz] of [
    [left, 205],
    [right, 195],
  ] as const) {
    const fit = fitSine(ear.subarray(24_000, 120_000), rate, hertz);
    const residual = decibels(fit.residual / (fit.amplitude / Math.SQRT2));
    assert.ok(Math.abs(residual + 87.3) <= 0.3, `${residual} dB`);
  }
});

test('the dither is noise: no partial of the tone stands out of it, and the ears’ are independent', () => {
  const { left, right } = read(file('16'));
  const float = read(file('32f'));
  const l = left.map((value, n) => value - (float.left[n] ?? 0)).subarray(24_000, 120_000);
  const r = right.map((value, n) => value - (float.right[n] ?? 0)).subarray(24_000, 120_000);
  for (let k = 1; k < 20; k++) {
    const { amplitude } = fitSine(l, 48_000, 205 * k, true);
    assert.ok(decibels(amplitude) < -130, `partial ${k}: ${decibels(amplitude)} dB`);
  }
  let product = 0;
  for (let n = 0; n < l.length; n++) product += (l[n] ?? 0) * (r[n] ?? 0);
  assert.ok(Math.abs(product / l.length / rms(l) / rms(r)) < 0.02);
});

test('24-bit and float files hold the same sound to their own precision', () => {
  const float = read(file('32f'));
  const whole = read(file('24'));
  const difference = whole.left.map((value, n) => value - (float.left[n] ?? 0));
  assert.ok(peak(difference) < 2 ** -22 && peak(float.left) > 0.49);
  const fit = fitSine(float.left.subarray(24_000, 120_000), 48_000, 205);
  assert.ok(decibels(fit.residual / (fit.amplitude / Math.SQRT2)) < -110);
});

test('above 4 GiB the file is RF64 with its true sizes', () => {
  const frames = 48_000 * 86_400;
  const header = wavHeader(frames, 48_000, '16');
  const view = new DataView(header.buffer);
  assert.equal(String.fromCharCode(...header.subarray(0, 4)), 'RF64');
  assert.equal(view.getUint32(4, true), 0xffffffff);
  assert.equal(view.getBigUint64(28, true), BigInt(frames * 4));
  assert.equal(view.getBigUint64(20, true), BigInt(frames * 4 + header.length - 8));
  assert.equal(String.fromCharCode(...header.subarray(48, 52)), 'fmt ');
  assert.equal(wavHeader(48_000, 48_000, '16').length, 44);
});

test('a stretch outside of the program is refused', () => {
  assert.deepEqual(stretch(program, undefined, undefined), { fromSeconds: 0, toSeconds: 30 });
  assert.deepEqual(stretch({ ...program, loop: 0 }, 10, 100), { fromSeconds: 10, toSeconds: 100 });
  assert.throws(() => stretch(program, 10, 31), /not within the program, which goes from 0 to 30/);
  assert.throws(() => stretch(program, 10, 10), RangeError);
  assert.throws(() => stretch({ ...program, loop: 0 }, 0, 100_000), /at most 86400/);
});

test('memory does not grow with the length', { skip: !globalThis.gc }, () => {
  const long = { ...program, loop: 0 };
  let grown = 0;
  globalThis.gc?.();
  const before = process.memoryUsage().arrayBuffers;
  for (const { frame } of renderPieces(long, { sampleRate: 48_000, fromSeconds: 0, toSeconds: 3600 })) {
    if (frame % 1_638_400 === 0) grown = Math.max(grown, process.memoryUsage().arrayBuffers - before);
  }
  assert.ok(grown < 8e6, `${grown} bytes`);
});

const run = promisify(execFile);
const root = join(import.meta.dirname, '../../..');

async function command(script: string, args: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  try {
    return { code: 0, ...(await run(process.execPath, [join(root, 'scripts', script), ...args])) };
  } catch (error) {
    const failed = error as { code: number; stdout: string; stderr: string };
    return { code: failed.code, stdout: failed.stdout, stderr: failed.stderr };
  }
}

test('render and inspect from the command line', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'nes-render-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const input = join(folder, 'tone.json');
  await writeFile(input, JSON.stringify(program));
  const output = join(folder, 'tone.wav');
  const made = await command('render.ts', [
    input,
    output,
    '--rate',
    '44100',
    '--bits',
    '24',
    '--from',
    '1',
    '--to',
    '2.5',
  ]);
  assert.deepEqual(made, { code: 0, stdout: '', stderr: '' });
  const { left, rate } = read(await readFile(output));
  assert.equal(rate, 44_100);
  assert.equal(left.length, 66_150);
  assert.ok(Math.abs(fitSine(left.subarray(5_000, 60_000), rate, 205).hertz - 205) < 1e-6);

  const seen = await command('inspect.ts', [input, '--at', '0,1.25']);
  assert.deepEqual(JSON.parse(seen.stdout), {
    title: 'tone',
    durationSeconds: 30,
    loop: 1,
    gain: 1,
    startClockSeconds: null,
    notes: [],
    at: [0, 1.25].map((seconds) => ({
      seconds,
      voices: [
        {
          name: 'Voice 1',
          kind: 'BINAURAL',
          carrierHz: 200,
          beatHz: 10,
          level: 0.5,
          pan: 0,
          phaseCycles: seconds * 10,
        },
      ],
    })),
  });

  const bad = join(folder, 'bad.json');
  await writeFile(bad, JSON.stringify({ ...program, gain: 2 }));
  for (const [script, args, code, said] of [
    ['render.ts', [input], 2, /expected two names, got 1/],
    ['render.ts', [input, join(folder, 'x.opus')], 2, /ends in \.wav, \.flac or \.mp3/],
    ['render.ts', [input, output, '--bits', '12'], 2, /--bits is "12"; expected 16, 24, 32f/],
    ['render.ts', [input, output, '--rate', 'x'], 2, /--rate is "x"; expected a whole number from 8000 to 384000/],
    ['render.ts', [input, output, '--speed', '2'], 2, /--speed is not known; there are --rate/],
    ['render.ts', [input, output, '--from', '-3'], 2, /--from is "-3"; expected a number from 0 to/],
    ['render.ts', [input, output, '--seed'], 2, /--seed has no value/],
    ['render.ts', [input, output, '--to', '31'], 1, /not within the program/],
    ['render.ts', [join(folder, 'none.json'), output], 1, /no such file/],
    ['render.ts', [bad, output], 1, /bad\.json: gain: expected a number from 0 to 1, got 2/],
    ['inspect.ts', [bad], 1, /bad\.json: gain/],
    ['inspect.ts', [input, '--at', '1,x'], 2, /--at has "x"/],
    ['inspect.ts', [input, '--at', '31'], 2, /the program ends at 30 s/],
  ] as const) {
    const failed = await command(script, [...args]);
    assert.equal(failed.code, code, failed.stderr);
    assert.match(failed.stderr, said);
    assert.equal(failed.stdout, '');
    assert.ok(!failed.stderr.includes('    at '), 'no stack');
  }
});
