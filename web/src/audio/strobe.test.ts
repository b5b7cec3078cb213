import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { checkProgram } from '@nes/program/check.ts';
import type { Program } from '@nes/program/model.ts';
import { onTestFinished, test } from 'vitest';
import { WholeSpectrum } from './analysis/whole-spectrum.ts';
import { writeEncoded } from './encoded.ts';
import { decibels, peak, powerSpectrum, toneIn } from './measure.ts';
import { type FileOptions, renderPieces } from './render-file.ts';
import type { Sample } from './renderer.ts';
import { cutStrobe } from './strobe-cut.ts';
import { LIGHTS_A_SECOND, readStrobe } from './strobe-reader.ts';
import { STROBE, STROBE_KINDS, STROBE_LEVEL, type StrobeKind } from './strobe-signals.ts';

function sound(program: Program, options: Partial<FileOptions> = {}): Sample {
  const whole = { sampleRate: 48_000, fromSeconds: 0, toSeconds: program.durationSeconds, ...options };
  const frames = Math.round((whole.toSeconds - whole.fromSeconds) * whole.sampleRate);
  const [left, right] = [new Float32Array(frames), new Float32Array(frames)];
  for (const piece of renderPieces(program, whole)) {
    left.set(piece.left, piece.frame);
    right.set(piece.right, piece.frame);
  }
  return { left, right };
}

/** RMS in dBFS of what lies within 150 Hz of a frequency, at the louder ear. */
function bands({ left, right }: Sample, rate: number): (hertz: number) => number {
  const size = 16_384;
  const silence = new Float32Array(left.length);
  const powers = [left, right].map((ear) => powerSpectrum(ear, silence, size));
  return (hertz) => {
    const each = powers.map((power) => {
      let sum = 0;
      for (let bin = Math.ceil(((hertz - 150) * size) / rate); bin <= ((hertz + 150) * size) / rate; bin++)
        sum += power[bin] as number;
      // Hann's window leaves 3/8 of the power.
      return 10 * Math.log10(sum / (size * size * 0.375) + 1e-30);
    });
    return Math.max(...each);
  };
}

const loud = checkProgram({
  durationSeconds: 2,
  voices: [
    { kind: 'NOISE', colour: 'WHITE', keyframes: [{ at: 0, level: 0.6 }] },
    { kind: 'BINAURAL', waveform: 'SQUARE', keyframes: [{ at: 0, carrier: 960, beat: 0, level: 0.3 }] },
    { kind: 'BELL', decaySeconds: 0.1, keyframes: [{ at: 0.5, carrier: 9600, level: 0.1 }] },
  ],
});
const pulses = checkProgram({
  durationSeconds: 4,
  phases: [
    { name: 'Blue', durationSeconds: 2, colour: '#0000ff' },
    { name: 'Green', durationSeconds: 2, colour: '#00ff00' },
  ],
  voices: [{ kind: 'BINAURAL', keyframes: [{ at: 0, carrier: 200, beat: 10, level: 0.9 }] }],
});

for (const sampleRate of [44_100, 48_000, 96_000]) {
  test(`the program leaks at most −90 dBFS into the bands of light glasses, at ${sampleRate} Hz`, () => {
    const plain = bands(sound(loud, { sampleRate }), sampleRate);
    for (const strobe of STROBE_KINDS) {
      const cut = bands(sound(loud, { sampleRate, strobe }), sampleRate);
      for (const { channel, hertz } of STROBE) {
        if (channel === 'reference' && strobe === 'SpectraStrobe') continue;
        const [before, after] = [plain(hertz), cut(hertz)];
        assert.ok(before > -60, `without the cut: ${before} dBFS at ${hertz} Hz`);
        assert.ok(after <= -90, `${strobe}: ${after} dBFS at ${hertz} Hz`);
      }
      // What is heard stays: everything below 12 kHz within a tenth of a decibel, but for the room made.
      for (const hertz of [960, 2880, 9600]) {
        const lost = plain(hertz) - cut(hertz) + decibels(1 - 4 * STROBE_LEVEL);
        assert.ok(Math.abs(lost) < 0.1, `${lost} dB at ${hertz} Hz`);
      }
    }
  });
}

test('the tones stand where the formats have them, at the level makers recommend, and nothing clips', () => {
  for (const [strobe, hertz] of [
    ['SpectraStrobe', [18_700, 19_200, 19_700]],
    ['AudioStrobe', [19_200]],
  ] as const) {
    const white = { ...pulses, phases: [] };
    const made = sound(white, { strobe });
    assert.ok(peak(made.left) < 0.95);
    for (const [ear, samples] of Object.entries(made))
      for (const tone of [18_700, 19_200, 19_700]) {
        // Bright where the beat begins, dark half a beat later; a window of 20 ms around each.
        const [bright, dark] = [1, 1.05].map((at) =>
          toneIn(samples.subarray((at - 0.01) * 48_000, (at + 0.01) * 48_000), 48_000, tone),
        ) as [number, number];
        const there = (hertz as readonly number[]).includes(tone);
        assert.ok(
          there ? Math.abs(decibels(bright / STROBE_LEVEL)) < 0.5 : bright < 3e-5,
          `${strobe} ${ear} ${tone} ${bright}`,
        );
        assert.ok(dark < 0.05 * STROBE_LEVEL, `${strobe} ${ear} ${tone} dark ${dark}`);
      }
  }
});

test('the reference changes ears 15 times a second, hard', () => {
  const { left, right } = sound(pulses, { strobe: 'SpectraStrobe' });
  const at = (ear: Float32Array, seconds: number) =>
    toneIn(ear.subarray((seconds - 0.01) * 48_000, (seconds + 0.01) * 48_000), 48_000, 18_200) / STROBE_LEVEL;
  for (let turn = 0; turn < 30; turn++) {
    const middle = 1 + (turn + 0.5) / 30;
    const [on, off] = turn % 2 === 0 ? [left, right] : [right, left];
    assert.ok(at(on, middle) > 0.95 && at(off, middle) < 0.01, `turn ${turn}`);
  }
});

test('what was written is found as what it is, and read again as it was meant', () => {
  for (const strobe of STROBE_KINDS) {
    const made = sound(pulses, { strobe });
    const whole = new WholeSpectrum(48_000, 18_000);
    whole.push(made.left, made.right);
    assert.equal(whole.finish().strobe?.kind, strobe);
    const lights = readStrobe(made, 48_000);
    assert.ok(lights);
    for (let at = 0.2; at < 3.8; at += 0.01) {
      if (Math.abs(at - 2) < 0.02) continue;
      const beat = 0.5 + Math.cos(2 * Math.PI * 10 * at) / 2;
      const wanted = strobe === 'AudioStrobe' ? [beat, beat, beat] : at < 2 ? [0, 0, beat] : [0, beat, 0];
      for (const ear of lights.ears)
        for (const [colour, brightness] of wanted.entries()) {
          const read = ear[colour]?.[Math.round(at * LIGHTS_A_SECOND)] ?? Number.NaN;
          assert.ok(
            Math.abs(read - brightness) < 0.03,
            `${strobe} colour ${colour} at ${at}: ${read}, not ${brightness}`,
          );
        }
    }
  }
  assert.equal(readStrobe(sound(loud), 48_000), null);
});

test('a listener’s own sound with lights gives them to the file, in step with its repeats and its level', () => {
  const bed = sound({ ...pulses, durationSeconds: 1.5, phases: [] }, { strobe: 'AudioStrobe' });
  const program = checkProgram({
    durationSeconds: 4,
    voices: [
      { kind: 'BINAURAL', keyframes: [{ at: 0, carrier: 200, beat: 7, level: 0.3 }] },
      {
        kind: 'SAMPLE',
        keyframes: [
          { at: 0, level: 0.4, curve: 'HOLD' },
          { at: 3, level: 0.2 },
        ],
      },
    ],
  });
  const made = sound(program, { strobe: 'SpectraStrobe', samples: new Map([[1, bed]]) });
  const lights = readStrobe(made, 48_000);
  assert.ok(lights);
  // The bed is heard anew every second: half a second goes over.
  for (let at = 0.2; at < 3.8; at += 0.01) {
    if (Math.abs(at - 3) < 0.05) continue;
    const place = at % 1;
    if (place < 0.1 || place > 0.9) continue;
    const wanted = (0.5 + Math.cos(2 * Math.PI * 10 * place) / 2) * (at < 3 ? 1 : 0.5);
    const read = lights.ears[0][1]?.[Math.round(at * LIGHTS_A_SECOND)] ?? Number.NaN;
    assert.ok(Math.abs(read - wanted) < 0.05, `at ${at}: ${read}, not ${wanted}`);
  }
});

test('for whom flicker may harm, nothing of it is left in their own sound', () => {
  const made = sound(pulses, { strobe: 'SpectraStrobe' });
  assert.ok(bands(made, 48_000)(19_200) > -60);
  cutStrobe(made, 48_000);
  const left = bands(made, 48_000);
  for (const { hertz } of STROBE) assert.ok(left(hertz) <= -100, `${left(hertz)} dBFS`);
  assert.equal(readStrobe(made, 48_000), null);
});

test('rates and formats that cannot hold the tones are refused', async () => {
  assert.throws(() => sound(pulses, { strobe: 'AudioStrobe', sampleRate: 32_000 }), /at least 44100/);
  const options = { sampleRate: 48_000, fromSeconds: 0, toSeconds: 1, strobe: 'AudioStrobe' as StrobeKind };
  const encode = writeEncoded(
    pulses,
    options,
    { kind: 'MP3', kbps: 192 },
    { title: '' },
    async () => {},
    () => true,
  );
  await assert.rejects(encode, /MP3 does not hold signals for light glasses/);
});

test('render writes them on request, and says whom they may harm', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'nes-strobe-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  await writeFile(join(folder, 'in.json'), JSON.stringify({ ...pulses, durationSeconds: 2, phases: [] }));
  const render = (...args: string[]) =>
    promisify(execFile)(process.execPath, ['scripts/render.ts', join(folder, 'in.json'), ...args], {
      cwd: join(import.meta.dirname, '../../..'),
    });
  const { stderr } = await render(join(folder, 'out.wav'), '--bits', '16', '--strobe', 'spectra');
  assert.match(stderr, /never use it after a seizure/);
  const bytes = await readFile(join(folder, 'out.wav'));
  const left = Float32Array.from({ length: 96_000 }, (_, n) => bytes.readInt16LE(44 + 4 * n) / 32_768);
  const right = Float32Array.from({ length: 96_000 }, (_, n) => bytes.readInt16LE(46 + 4 * n) / 32_768);
  assert.equal(readStrobe({ left, right }, 48_000)?.kind, 'SpectraStrobe');
  await assert.rejects(render(join(folder, 'out.mp3'), '--strobe', 'audio'), /ends in \.wav or \.flac/);
  await assert.rejects(render(join(folder, 'out.wav'), '--strobe', 'laser'), /expected spectra, audio/);
});
