import { checkProgram } from '@nes/program/check.ts';
import { expect, test } from 'vitest';
import { canWrite } from './encoded.ts';
import { createRenderer } from './engine.ts';
import { exportProgram, runExport } from './export.ts';
import type { ExportJob } from './export-worker.ts';
import { fitSine, peak } from './measure.ts';
import { frameBytes, SampleWriter, wavHeader } from './wav.ts';

const program = checkProgram({
  durationSeconds: 3600,
  voices: [{ kind: 'BINAURAL', keyframes: [{ at: 0, carrier: 200, beat: 10, level: 0.5 }] }],
});

async function place(name: string): Promise<FileSystemFileHandle> {
  const root = await navigator.storage.getDirectory();
  return root.getFileHandle(name, { create: true });
}

function job(handle: FileSystemFileHandle, format: ExportJob['format'], toSeconds: number): ExportJob {
  return {
    program,
    handle,
    format,
    tags: { title: 'Test' },
    options: { sampleRate: 48_000, fromSeconds: 0, toSeconds },
  };
}

for (const format of [
  { kind: 'WAV', bits: '16' },
  { kind: 'WAV', bits: '32f' },
  { kind: 'FLAC', bits: '16' },
  { kind: 'FLAC', bits: '24' },
] as const) {
  test(`a ${format.kind} ${format.bits} file holds the rendered sound`, async () => {
    const handle = await place(`test-${format.kind}-${format.bits}`);
    const shares: number[] = [];
    expect(await runExport(job(handle, format, 20), undefined, (share) => shares.push(share))).toBe(true);
    expect(shares.length).toBeGreaterThan(10);
    expect(shares.every((share, index) => share >= (shares[index - 1] ?? 0) && share <= 1)).toBe(true);
    const file = await handle.getFile();
    const buffer = await new OfflineAudioContext(2, 1, 48_000).decodeAudioData(await file.arrayBuffer());
    expect(buffer.length).toBe(20 * 48_000);
    const mine = [new Float32Array(buffer.length), new Float32Array(buffer.length)] as const;
    createRenderer(program, 48_000, { toSeconds: 20 }).render(0, ...mine);
    for (const ear of [0, 1] as const) {
      const difference = buffer.getChannelData(ear).map((value, n) => value - (mine[ear][n] ?? 0));
      expect(peak(difference)).toBeLessThan(2 / 2 ** (format.bits === '16' ? 15 : 23));
    }
    if (format.kind === 'FLAC') expect(file.size).toBeLessThan(20 * 48_000 * 6);
  });
}

test('an export can be cancelled, and leaves no part of a file', async () => {
  const handle = await place('test-cancelled');
  const controller = new AbortController();
  const done = runExport(job(handle, { kind: 'WAV', bits: '24' }, 3600), controller.signal, (share) => {
    if (share > 0.02) controller.abort();
  });
  expect(await done).toBe(false);
  expect((await handle.getFile()).size).toBe(0);
});

test('saving asks where, puts the listener’s own sound into the file at its rate, and cancelling the choice writes nothing', async () => {
  const handle = await place('test-chosen.wav');
  const asked: object[] = [];
  const picker = window as { showSaveFilePicker?: (options: object) => Promise<FileSystemFileHandle> };
  const own = picker.showSaveFilePicker;
  picker.showSaveFilePicker = async (options) => {
    asked.push(options);
    return handle;
  };
  try {
    // The bed: 4 s of 330 Hz at 44.1 kHz, in a WAV file as a person has it.
    const tone = Float32Array.from({ length: 4 * 44_100 }, (_, n) => 0.8 * Math.sin((2 * Math.PI * 330 * n) / 44_100));
    const bytes = new Uint8Array(frameBytes(tone.length, '16'));
    new SampleWriter('16', 1).write(tone, tone, tone.length, bytes);
    const bed = new Blob([wavHeader(tone.length, 44_100, '16'), bytes], { type: 'audio/wav' });
    const bedOnly = checkProgram({
      durationSeconds: 3,
      voices: [{ kind: 'SAMPLE', keyframes: [{ at: 0, level: 0.5 }] }],
    });
    const options = { name: 'a/b', format: { kind: 'WAV', bits: '24' }, sampleRate: 48_000, lights: false } as const;
    expect(await exportProgram(bedOnly, { ...options, beds: new Map([[0, bed]]) })).toBe(true);
    expect(asked).toEqual([{ suggestedName: 'a b.wav', types: [{ accept: { 'audio/wav': ['.wav'] } }] }]);
    const decode = async () => {
      const file = await handle.getFile();
      return new OfflineAudioContext(2, 1, 48_000).decodeAudioData(await file.arrayBuffer());
    };
    const buffer = await decode();
    expect(buffer.length).toBe(3 * 48_000);
    const fit = fitSine(buffer.getChannelData(0).subarray(48_000, 96_000), 48_000, 330, true);
    expect(fit.amplitude).toBeCloseTo(0.4, 2);
    expect(fit.residual).toBeLessThan(1e-3);

    expect(await exportProgram(bedOnly, options)).toBe(true);
    expect(peak((await decode()).getChannelData(0))).toBeLessThan(1e-5);

    picker.showSaveFilePicker = async () => {
      throw new DOMException('The user aborted a request.', 'AbortError');
    };
    expect(await exportProgram(bedOnly, options)).toBe(false);
  } finally {
    if (own) picker.showSaveFilePicker = own;
    else Reflect.deleteProperty(picker, 'showSaveFilePicker');
  }
});

/** Amplitude and phase in cycles of a frequency over one second from `from`. */
function component(samples: Float32Array, hertz: number, from: number): { amplitude: number; cycles: number } {
  let re = 0;
  let im = 0;
  for (let n = 0; n < 48_000; n++) {
    const angle = 2 * Math.PI * hertz * ((from + n) / 48_000);
    const window = 1 - Math.cos((2 * Math.PI * n) / 48_000);
    re += window * (samples[from + n] as number) * Math.cos(angle);
    im -= window * (samples[from + n] as number) * Math.sin(angle);
  }
  return { amplitude: (2 * Math.hypot(re, im)) / 48_000, cycles: Math.atan2(im, re) / (2 * Math.PI) };
}

for (const format of [
  { kind: 'MP3', kbps: 192 },
  { kind: 'AAC', kbps: 192 },
  { kind: 'OPUS', kbps: 160 },
] as const) {
  test(`${format.kind} keeps the beat within 0.01 Hz and the ears apart`, async ({ skip }) => {
    if (format.kind !== 'MP3' && !(await canWrite(format.kind))) skip('the browser has no encoder');
    const handle = await place(`test-${format.kind}`);
    expect(await runExport(job(handle, format, 40))).toBe(true);
    const file = await handle.getFile();
    expect(Math.abs(file.size - (40 * format.kbps * 1000) / 8)).toBeLessThan(0.25 * file.size);
    const buffer = await new OfflineAudioContext(2, 1, 48_000).decodeAudioData(await file.arrayBuffer());
    const [left, right] = [buffer.getChannelData(0), buffer.getChannelData(1)];
    const drift = (samples: Float32Array, hertz: number) => {
      const turned = component(samples, hertz, 30 * 48_000).cycles - component(samples, hertz, 5 * 48_000).cycles;
      return (turned - Math.round(turned)) / 25;
    };
    const beat = 10 + drift(left, 205) - drift(right, 195);
    const leakage =
      20 * Math.log10(component(left, 195, 10 * 48_000).amplitude / component(left, 205, 10 * 48_000).amplitude);
    console.info(
      `${format.kind} ${format.kbps} kbit/s: beat ${beat.toFixed(6)} Hz, other ear ${leakage.toFixed(1)} dB`,
    );
    expect(Math.abs(beat - 10)).toBeLessThan(0.01);
    expect(leakage).toBeLessThan(-40);
  });
}
