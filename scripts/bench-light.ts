/**
 * Light: every scene at ten beat rates for eight seconds at full intensity, judged; the time of a frame in software
 * rendering; and whether ten minutes of playing with scene changes leave anything behind.
 */
import type {} from '../web/src/visuals/capture/page.ts';
import type { Verdict } from '../web/src/visuals/judge.ts';
import { sceneIds } from '../web/src/visuals/scene.ts';
import type { Figure } from './bench.ts';
import { type LightPage, openLightPage } from './light-page.ts';

const rates = [1, 2, 3, 4, 7.83, 10, 15, 20, 30, 40];
/** Frames of the judged films: 640 by 360 CSS px, drawn at half of that to keep a hundred films within the hour. */
const film = { width: 320, height: 180, cssPerPixel: 2, fps: 60, seconds: 8 };

const atMost = (name: string, value: number, unit: string, limit: number): Figure => ({
  name,
  value: Math.round(value * 10_000) / 10_000,
  unit,
  limit,
  must: 'at most',
});

async function judge(light: LightPage, scene: string, beatHz: number): Promise<Verdict> {
  return light.page.evaluate(
    async ({ scene, beatHz, film }) => {
      const { Film, Judge } = globalThis.light;
      const one = new Film({ scene: scene as 'unsafe', beatHz, ...film, governed: scene !== 'unsafe' });
      const judge = new Judge(film);
      try {
        await one.load();
        for (let n = 0; n < film.seconds * film.fps; n++) {
          one.draw(n);
          judge.push(one.pixels());
        }
      } finally {
        one.dispose();
      }
      return judge.verdict();
    },
    { scene, beatHz, film },
  );
}

/** Median milliseconds of one frame at 640 by 360, until its last pixel is there. */
async function frameTime(light: LightPage, scene: string): Promise<number> {
  return light.page.evaluate(async (scene) => {
    const film = new globalThis.light.Film({
      scene: scene as 'unsafe',
      beatHz: 10,
      width: 640,
      height: 360,
      fps: 60,
      governed: true,
    });
    await film.load();
    const gl = film.renderer.getContext();
    const times: number[] = [];
    for (let n = 0; n < 90; n++) {
      const start = performance.now();
      film.draw(n);
      gl.bindFramebuffer(gl.FRAMEBUFFER, null);
      // Reading a pixel waits for the drawing to end.
      gl.readPixels(0, 0, 1, 1, gl.RGBA, gl.UNSIGNED_BYTE, new Uint8Array(4));
      if (n >= 10) times.push(performance.now() - start);
    }
    film.dispose();
    return times.sort((a, b) => a - b)[times.length >> 1] as number;
  }, scene);
}

/**
 * Plays ten minutes' worth of frames (at 10 a second) with a change of scene every ten seconds, and counts what three.js
 * holds on the GPU and what the heap holds after collection, at the second minute and at the end.
 */
async function growth(light: LightPage): Promise<{ resources: number; heapMb: number }> {
  const session = await light.page.context().newCDPSession(light.page);
  const heap = async (): Promise<number> => {
    await session.send('HeapProfiler.collectGarbage');
    return ((await session.send('Runtime.getHeapUsage')) as { usedSize: number }).usedSize;
  };
  const minute = (from: number) =>
    light.page.evaluate(async (from) => {
      const { Film, sceneIds } = globalThis.light;
      globalThis.film ??= new Film({ scene: sceneIds[0], beatHz: 8, width: 160, height: 90, fps: 10, governed: true });
      const film = globalThis.film;
      for (let n = 0; n < 600; n++) {
        if (n % 100 === 0) await film.load(sceneIds[(from * 6 + n / 100) % sceneIds.length] as (typeof sceneIds)[0]);
        film.draw(from * 600 + n);
      }
      // Every count is taken with the same scene on stage.
      await film.load(sceneIds[0]);
      film.draw(from * 600 + 600);
      film.pixels();
      const { geometries, textures } = film.renderer.info.memory;
      return geometries + textures + (film.renderer.info.programs?.length ?? 0);
    }, from);
  await minute(0);
  const early = await minute(1);
  const earlyHeap = await heap();
  let late = early;
  for (let m = 2; m < 10; m++) late = await minute(m);
  const lateHeap = await heap();
  await light.page.evaluate(() => globalThis.film.dispose());
  return { resources: late - early, heapMb: (lateHeap - earlyHeap) / 2 ** 20 };
}

export default async function runLightBench(): Promise<Figure[]> {
  const light = await openLightPage();
  const figures: Figure[] = [];
  try {
    let worstSwing = 0;
    let worstArea = 0;
    let failed = 0;
    for (const scene of sceneIds) {
      const median = await frameTime(light, scene);
      figures.push(atMost(`frame of ${scene} at 640 x 360, software rendering, median`, median, 'ms', 33));
      for (const beatHz of rates) {
        const verdict = await judge(light, scene, beatHz);
        const line = verdict.passes ? 'passes' : `FAILS ${verdict.broken.join(' ')}`;
        console.error(
          `${scene.padEnd(15)} ${String(beatHz).padStart(5)} Hz  ${line}  swing ${(100 * verdict.fieldSwing).toFixed(1)} %  ` +
            `pulsing area ${(100 * verdict.pulsingArea).toFixed(1)} %  flashes ${verdict.flashesPerSecond}/s`,
        );
        if (!verdict.passes) failed++;
        if (beatHz >= 2) {
          worstSwing = Math.max(worstSwing, verdict.fieldSwing);
          worstArea = Math.max(worstArea, verdict.pulsingArea);
        }
      }
    }
    figures.push(atMost('films of scene and rate that the judge fails', failed, 'films', 0));
    figures.push(atMost('largest swing of the whole field from 2 Hz up', 100 * worstSwing, '%', 8));
    figures.push(atMost('largest pulsing area of any field from 2 Hz up', 100 * worstArea, '%', 20));
    const unsafe = await judge(light, 'unsafe', 10);
    figures.push({
      name: 'rules that the deliberately unsafe scene breaks',
      value: unsafe.broken.length,
      unit: 'rules',
      limit: 1,
      must: 'at least',
    });
    const left = await growth(light);
    figures.push(atMost('GPU resources gained in ten minutes with scene changes', left.resources, '', 0));
    figures.push(atMost('heap gained in ten minutes with scene changes', left.heapMb, 'MB', 1));
  } finally {
    await light.close();
  }
  return figures;
}
