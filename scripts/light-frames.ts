/**
 * `npm run light:frames -- SCENE HZ OUTDIR`: writes 8 seconds of a scene at 60 frames a second as PNG files
 * (frame-0001.png … frame-0480.png, 640 by 360), at full intensity, so that other analysers can judge them.
 * SCENE is an id of the product's scenes, or `unsafe`: the deliberately unsafe test scene as it is, without the governor.
 * For a video: `ffmpeg -framerate 60 -i OUTDIR/frame-%04d.png -c:v ffv1 light.mkv`.
 */
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import type {} from '../web/src/visuals/capture/page.ts';
import { sceneIds } from '../web/src/visuals/scene.ts';
import { openLightPage } from './light-page.ts';

const [scene, hertz, folder, ...rest] = process.argv.slice(2);
const known = [...sceneIds, 'unsafe'];
const beatHz = Number(hertz);

if (!scene || !hertz || !folder || rest.length > 0) {
  fail(`Usage: npm run light:frames -- SCENE HZ OUTDIR\nSCENE is one of ${known.join(', ')}`);
} else if (!known.includes(scene as (typeof known)[number])) {
  fail(`SCENE is "${scene}", expected one of ${known.join(', ')}`);
} else if (!(beatHz > 0 && beatHz <= 100)) {
  fail(`HZ is "${hertz}", expected a number above 0, at most 100`);
} else {
  try {
    await makeFolder(resolve(folder));
    // Told before a browser is started, not after.
    const trial = join(folder, '.light-frames');
    await writeFile(trial, '');
    await rm(trial);
    await write(scene, beatHz, folder);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    fail(code ? `OUTDIR "${folder}" cannot be written (${code})` : message);
  }
}

/** Node's own recursive `mkdir` never ends below /proc and the like, where a folder that is asked for does not come. */
async function makeFolder(folder: string): Promise<void> {
  try {
    await mkdir(folder);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST') return;
    if (code !== 'ENOENT' || dirname(folder) === folder) throw error;
    await makeFolder(dirname(folder));
    await mkdir(folder);
  }
}

function fail(message: string): void {
  console.error(message);
  process.exitCode = 2;
}

async function write(scene: string, beatHz: number, folder: string): Promise<void> {
  const frames = 480;
  const { page, close } = await openLightPage();
  try {
    await page.evaluate(
      async ({ scene, beatHz }) => {
        const { Film } = globalThis.light;
        const governed = scene !== 'unsafe';
        const film = new Film({ scene: scene as 'unsafe', beatHz, width: 640, height: 360, fps: 60, governed });
        await film.load();
        globalThis.film = film;
      },
      { scene, beatHz },
    );
    for (let n = 0; n < frames; n++) {
      const png = await page.evaluate((frame) => {
        globalThis.film.draw(frame);
        return globalThis.film.canvas.toDataURL('image/png');
      }, n);
      const name = `frame-${String(n + 1).padStart(4, '0')}.png`;
      await writeFile(join(folder, name), Buffer.from(png.slice(png.indexOf(',') + 1), 'base64'));
      if ((n + 1) % 120 === 0) console.log(`${n + 1} of ${frames} frames`);
    }
  } finally {
    await close();
  }
}
