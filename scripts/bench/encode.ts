/**
 * Half an hour of two voices and pink noise into each kind of file, in Chromium: `npm run bench -- encode [MINUTES]`. The application's own
 * export writes into the page's private files. Speed is counted in processor time of all of the browser's processes, which a busy machine
 * does not change much; memory is what the page's process has more at its most than before (from /proc, so on Linux only).
 */
import { readFileSync } from 'node:fs';
import { checkProgram } from '@nes/program/check.ts';
import type { Page } from 'playwright-core';
import type { FileFormat } from '../../web/src/audio/render-file.ts';
import type { Figure } from '../bench.ts';
import { withServedPage } from '../served-page.ts';

const MINUTES = 30;
const RATE = 48_000;

const FORMATS: FileFormat[] = [
  { kind: 'MP3', kbps: 192 },
  { kind: 'OPUS', kbps: 160 },
  { kind: 'AAC', kbps: 192 },
  { kind: 'FLAC', bits: '16' },
  { kind: 'WAV', bits: '16' },
];

function programOf(seconds: number) {
  const tone = (carrier: number, beat: number) => ({
    kind: 'BINAURAL',
    keyframes: [
      { at: 0, carrier, beat, level: 0.3 },
      { at: seconds, carrier: carrier * 0.9, beat: beat / 2, level: 0.3 },
    ],
  });
  const noise = { kind: 'NOISE', keyframes: [{ at: 0, level: 0.2 }] };
  return checkProgram({ durationSeconds: seconds, voices: [tone(200, 10), tone(300, 6), noise] });
}

interface Written {
  bytes: number;
  wallSeconds: number;
}

/** Null: the browser has no encoder for it. */
function write(page: Page, format: FileFormat, seconds: number): Promise<Written | null> {
  return page.evaluate(
    async ({ format, program, seconds, rate }) => {
      const from = <T>(path: string) => import(/* @vite-ignore */ `${location.origin}/src/audio/${path}`) as Promise<T>;
      const { runExport } = await from<{ runExport: (job: object) => Promise<boolean> }>('export.ts');
      if (format.kind === 'AAC' || format.kind === 'OPUS') {
        const { canWrite } = await from<{ canWrite: (kind: string) => Promise<boolean> }>('encoded.ts');
        if (!(await canWrite(format.kind))) return null;
      }
      const folder = await navigator.storage.getDirectory();
      const handle = await folder.getFileHandle('bench', { create: true });
      const options = { fromSeconds: 0, toSeconds: seconds, sampleRate: rate, reverb: 0, seamless: false };
      const began = performance.now();
      const done = await runExport({ program, options, format, tags: { title: 'Bench' }, handle });
      if (!done) throw new Error('The export was not written.');
      const wallSeconds = (performance.now() - began) / 1000;
      const { size } = await handle.getFile();
      await folder.removeEntry('bench');
      return { bytes: size, wallSeconds };
    },
    { format, program: programOf(seconds), seconds, rate: RATE },
  );
}

/** Resident megabytes of a process that no file stands behind; 0 where the system does not tell. */
function megabytes(pid: number): number {
  try {
    return Number(/RssAnon:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) / 1024;
  } catch {
    return 0;
  }
}

export default async function benchEncode([minutes]: string[]): Promise<Figure[]> {
  const seconds = (Number(minutes) || MINUTES) * 60;
  return await withServedPage(async (page) => {
    const session = await page.context().browser()?.newBrowserCDPSession();
    if (!session) throw new Error('The browser cannot be asked for its processes.');
    const processes = async () => (await session.send('SystemInfo.getProcessInfo')).processInfo;
    const processorSeconds = async () => (await processes()).reduce((sum, { cpuTime }) => sum + cpuTime, 0);
    const figures: Figure[] = [];
    for (const format of FORMATS) {
      // Modules are compiled and encoders fetched before what is measured.
      if (!(await write(page, format, 5))) {
        figures.push({ name: `${format.kind}, encoders`, value: 0, unit: 'encoders', note: 'this browser has none' });
        continue;
      }
      const pages = (await processes()).filter(({ type }) => type === 'renderer').map(({ id }) => id);
      const memory = () => pages.reduce((sum, pid) => sum + megabytes(pid), 0);
      const before = memory();
      let most = before;
      const watch = setInterval(() => {
        most = Math.max(most, memory());
      }, 50);
      const began = await processorSeconds();
      const written = await write(page, format, seconds);
      const used = (await processorSeconds()) - began;
      clearInterval(watch);
      if (!written) throw new Error(`${format.kind} was there and is not.`);
      const lossy = format.kind === 'MP3' || format.kind === 'OPUS';
      figures.push(
        {
          name: `${format.kind}, ${seconds / 60} min`,
          value: seconds / used,
          unit: '× real time of one core',
          ...(lossy ? { must: 'at least' as const, limit: 40 } : {}),
          note: `${(written.bytes / 1e6).toFixed(1)} MB, ${(seconds / written.wallSeconds).toFixed(0)} × by the clock`,
        },
        { name: `${format.kind}, memory on top at most`, value: most - before, unit: 'MB', limit: 100 },
      );
    }
    return figures;
  });
}
