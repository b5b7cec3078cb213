/**
 * The editor with 10,000 keyframes in a Chromium that draws without a graphics card, at 1280 × 720: frames a second while
 * the mouse drags one point, and all of them; the time that reading such a file takes. The page comes from the development
 * server, so what is built is a little faster.
 */
import { join } from 'node:path';
import { type CDPSession, chromium, type Page } from 'playwright-core';
import { createServer } from 'vite';
import type { Bench, Figure } from '../bench.ts';
import { findBrowser } from '../browser.ts';

const web = join(import.meta.dirname, '..', '..', 'web');
const KEYFRAMES = 10_080;
const DRAG_SECONDS = 4;

declare global {
  interface Window {
    frameTimes: number[];
    frameRequest: number;
  }
}

/** A JSON program of one voice with a point every second. */
function largeProgram(): string {
  const keyframes = Array.from({ length: KEYFRAMES }, (_, index) => ({
    at: index,
    carrier: 200 + 20 * Math.sin(index / 700),
    beat: 10 + 6 * Math.sin(index / 240) + Math.sin(index / 3),
    level: 0.3,
  }));
  return JSON.stringify({ durationSeconds: KEYFRAMES - 1, voices: [{ kind: 'BINAURAL', name: 'Many', keyframes }] });
}

interface Measured {
  perSecond: number;
  /** 95th percentile of the time from one frame to the next, ms. */
  slowest: number;
  /** The longest time from one frame to the next, ms, and when it came, s after the start. */
  longest: number;
  longestAt: number;
  /** Processor time of the whole browser for one frame, ms. A busy machine changes the frames, hardly this. */
  cost: number;
}

/** Processor seconds of all of the browser's processes. */
async function processorSeconds(system: CDPSession): Promise<number> {
  const { processInfo } = await system.send('SystemInfo.getProcessInfo');
  return processInfo.reduce((sum, { cpuTime }) => sum + cpuTime, 0);
}

/** Frames that the page drew while the mouse went to and fro, with the button down or only over the lane. */
async function measured(
  page: Page,
  system: CDPSession,
  [fromX, fromY]: readonly [number, number],
  press = true,
): Promise<Measured> {
  await page.mouse.move(fromX, fromY);
  if (press) await page.mouse.down();
  await page.mouse.move(fromX + 6, fromY);
  await page.evaluate(() => {
    window.frameTimes = [];
    const note = (time: number): void => {
      window.frameTimes.push(time);
      window.frameRequest = requestAnimationFrame(note);
    };
    window.frameRequest = requestAnimationFrame(note);
  });
  const before = await processorSeconds(system);
  const begin = performance.now();
  for (let now = begin; now - begin < DRAG_SECONDS * 1000; now = performance.now()) {
    const angle = ((now - begin) / 1000) * 3;
    await page.mouse.move(fromX + 120 * Math.sin(angle), fromY + 40 * Math.cos(angle));
  }
  const times = await page.evaluate(() => {
    cancelAnimationFrame(window.frameRequest);
    return window.frameTimes;
  });
  const after = await processorSeconds(system);
  if (press) await page.mouse.up();
  const gaps = times.slice(1).map((time, index) => time - (times[index] as number));
  const longest = gaps.reduce((most, gap) => Math.max(most, gap), 0);
  const longestAt = ((times[gaps.indexOf(longest)] as number) - (times[0] as number)) / 1000;
  gaps.sort((a, b) => a - b);
  const whole = (times.at(-1) as number) - (times[0] as number);
  return {
    perSecond: (gaps.length / whole) * 1000,
    slowest: gaps[Math.floor(gaps.length * 0.95)] as number,
    longest,
    longestAt,
    cost: ((after - before) * 1000) / times.length,
  };
}

const bench: Bench = async () => {
  const server = await createServer({
    configFile: join(web, 'vite.config.ts'),
    cacheDir: join(web, 'node_modules', '.cache', 'bench-editor'),
    server: { port: 0, watch: null, hmr: false },
    logLevel: 'error',
  });
  await server.listen();
  const { executablePath, args, env } = await findBrowser();
  const browser = await chromium.launch({ executablePath, args, env });
  try {
    const page = await browser.newPage({ viewport: { width: 1280, height: 720 } });
    await page.goto(`${server.resolvedUrls?.local[0]}edit/new`);
    const editor = page.locator('nes-editor-page');
    await editor.locator('nes-editor-lane').first().waitFor({ timeout: 60_000 });
    const modules = ['file.ts', 'export/gnaural.ts'].map((name) => `/@fs${join(web, '..', 'program', name)}`);
    const reading = await editor.evaluate(
      async (element, { text, modules }) => {
        // Read twice: the first time the importer itself is fetched and compiled.
        const [file, gnaural] = await Promise.all(modules.map((name) => import(name)));
        const json = new TextEncoder().encode(text);
        const read = await file.readProgramFile('many.json', json);
        const xml = new TextEncoder().encode(gnaural.exportGnaural(read).text);
        await file.readProgramFile('many.gnaural', xml);
        const times: number[] = [];
        for (let turn = 0; turn < 5; turn++) {
          const start = performance.now();
          await file.readProgramFile('many.gnaural', xml);
          times.push(performance.now() - start);
        }
        await (element as HTMLElement & { importFiles(files: File[]): Promise<void> }).importFiles([
          new File([json], 'many.json'),
        ]);
        return times.sort((a, b) => a - b)[2] as number;
      },
      { text: largeProgram(), modules },
    );
    const lane = editor.locator('nes-editor-lane').first();
    await lane.waitFor();
    const box = await lane.boundingBox();
    if (!box) throw new Error('The lane is not on the page.');
    const place = await lane.evaluate((element) => {
      const { doc, view } = element as unknown as {
        doc: { program: { voices: { keyframes: { at: number; beat: number }[] }[] } };
        view: { xOf(seconds: number): number };
      };
      const index = 5000;
      const frame = doc.program.voices[0]?.keyframes[index];
      return { x: view.xOf(frame?.at ?? 0), beat: frame?.beat ?? 1 };
    });
    // The lane's scale: 0.5 to 48 Hz, logarithmic, 14 px of room at its head and 20 px at its foot.
    const share = Math.log(place.beat / 0.5) / Math.log(48 / 0.5);
    const x = box.x + place.x;
    const y = box.y + 14 + (box.height - 34) * (1 - share);

    const system = await browser.newBrowserCDPSession();
    const none = await measured(page, system, [x, y + 60], false);
    const one = await measured(page, system, [x, y]);
    const steps = await editor.evaluate((element) => (element as unknown as { doc: { depth: number } }).doc.depth);
    await page.keyboard.press('Control+z');
    await lane.focus();
    await page.keyboard.press('Control+a');
    await page.waitForTimeout(300);
    const all = await measured(page, system, [x, y]);
    const after = await editor.evaluate((element) => (element as unknown as { doc: { depth: number } }).doc.depth);
    if (steps < 2 || after < 2) throw new Error('The mouse dragged no point; there is nothing to measure.');

    const frames = (
      what: string,
      { perSecond, slowest, longest, longestAt, cost }: Measured,
      limit?: number,
    ): Figure[] => [
      { name: `frames, ${what}`, value: perSecond, unit: '/ s', ...(limit ? { limit, must: 'at least' } : {}) },
      { name: `frame, 95th percentile, ${what}`, value: slowest, unit: 'ms' },
      { name: `longest frame, ${what}`, value: longest, unit: 'ms', note: `${longestAt.toFixed(1)} s after the start` },
      { name: `processor time for a frame, ${what}`, value: cost, unit: 'ms' },
    ];
    const figures: Figure[] = [
      ...frames('nothing dragged, to compare', none),
      ...frames(`1 of ${KEYFRAMES} points dragged`, one, 50),
      ...frames(`all ${KEYFRAMES} points dragged`, all, 50),
      {
        name: `reading a .gnaural of ${KEYFRAMES} entries`,
        value: reading,
        unit: 'ms',
        limit: 100,
        must: 'at most',
        note: 'median of 5',
      },
    ];
    return figures;
  } finally {
    await browser.close();
    await server.close();
  }
};

export default bench;
