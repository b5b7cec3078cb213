import { expect, test } from 'vitest';
import { checkProgram } from '../program/check.ts';
import { createRenderer } from './engine.ts';
import { runExport } from './export.ts';
import type { ExportJob } from './export-worker.ts';
import { peak } from './measure.ts';

const program = checkProgram({
  durationSeconds: 3600,
  voices: [{ kind: 'BINAURAL', keyframes: [{ at: 0, carrier: 200, beat: 10, level: 0.5 }] }],
});

async function place(name: string): Promise<FileSystemFileHandle> {
  const root = await navigator.storage.getDirectory();
  return root.getFileHandle(name, { create: true });
}

function job(handle: FileSystemFileHandle, format: ExportJob['format'], toSeconds: number): ExportJob {
  return { program, handle, format, options: { sampleRate: 48_000, fromSeconds: 0, toSeconds } };
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
