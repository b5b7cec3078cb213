/**
 * Light, `npm run bench -- light [PART…] [SCENE…] [RATE…] [MINUTES]`; every part, scene and rate where none is named.
 * - frames: the time of a frame of each scene in software rendering
 * - verdicts: every scene at ten beat rates, or at the named ones (`40Hz`), for eight seconds at full intensity, judged
 * - growth: whether ten minutes' worth of frames with scene changes, as fast as they can be drawn, leave anything behind;
 *   with MINUTES, `10min` for example, so long by the clock, on the real stage with the real player
 * - phase: the beat that is drawn against the beat in the sound, over 60 s of playing
 */
import { loadavg } from 'node:os';
import { checkProgram } from '@nes/program/check.ts';
import type { CDPSession, Page } from 'playwright-core';
import type {} from '../../web/src/visuals/capture/page.ts';
import type { Verdict } from '../../web/src/visuals/judge.ts';
import { isSceneId, type SceneId, sceneIds } from '../../web/src/visuals/scene.ts';
import type { Figure } from '../bench.ts';
import { type LightPage, openLightPage } from '../light-page.ts';
import { withServedPage } from '../served-page.ts';

/** `40Hz`: a beat rate to judge at. */
const rateWord = /^\d+(\.\d+)?Hz$/;
/** `10min`: how long `growth` plays by the clock. */
const byClock = /^\d+(\.\d+)?min$/;
const rates = [1, 2, 3, 4, 7.83, 10, 15, 20, 30, 40];
/** Frames of the judged films: 640 by 360 CSS px, drawn at half of that to keep a hundred films within the hour. */
const film = { width: 320, height: 180, cssPerPixel: 2, fps: 60, seconds: 8 };

declare global {
  /** Plays on for so many seconds; what the GPU holds then, and how many pictures were drawn in all. */
  var playOn: (seconds: number) => Promise<{ resources: number; drawn: number }>;
}

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

/** Milliseconds of `count` frames at 640 by 360, each until its last pixel is there. The first ten do not count. */
async function frameTimes(light: LightPage, scene: string, count: number): Promise<number[]> {
  return light.page.evaluate(
    async ({ scene, count }) => {
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
      for (let n = 0; n < count + 10; n++) {
        const start = performance.now();
        film.draw(n);
        gl.bindFramebuffer(gl.FRAMEBUFFER, null);
        // Reading a pixel waits for the drawing to end.
        gl.readPixels(0, 0, 1, 1, gl.RGBA, gl.UNSIGNED_BYTE, new Uint8Array(4));
        if (n >= 10) times.push(performance.now() - start);
      }
      film.dispose();
      return times;
    },
    { scene, count },
  );
}

/**
 * Plays ten minutes' worth of frames (at 10 a second) with a change of scene every ten seconds, and counts what three.js
 * holds on the GPU and what the heap holds after collection, at the second minute and at the end.
 */
async function growth(light: LightPage): Promise<{ resources: number; heapMb: number }> {
  const session = await light.page.context().newCDPSession(light.page);
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
  const earlyHeap = await heapOf(session);
  let late = early;
  for (let m = 2; m < 10; m++) late = await minute(m);
  const lateHeap = await heapOf(session);
  await light.page.evaluate(() => globalThis.film.dispose());
  return { resources: late - early, heapMb: (lateHeap - earlyHeap) / 2 ** 20 };
}

async function measureFrames(light: LightPage, chosen: readonly SceneId[]): Promise<Figure[]> {
  const times = new Map<SceneId, number[]>(chosen.map((scene) => [scene, []]));
  // A browser that has just started is slower: what comes first must not bear that.
  await frameTimes(light, chosen[0] as SceneId, 60);
  // Two rounds, so that no scene has one bad minute of the machine for itself.
  for (let round = 0; round < 2; round++)
    for (const scene of chosen) times.get(scene)?.push(...(await frameTimes(light, scene, 60)));
  return [...times].map(([scene, all]) => {
    const median = all.sort((a, b) => a - b)[all.length >> 1] as number;
    const name = `frame of ${scene} at 640 x 360, software rendering, median`;
    return { ...atMost(name, median, 'ms', 33), note: `machine load ${loadavg()[0]?.toFixed(1)}` };
  });
}

async function measureVerdicts(
  light: LightPage,
  chosen: readonly SceneId[],
  rates: readonly number[],
): Promise<Figure[]> {
  let worstSwing = 0;
  let worstArea = 0;
  let failed = 0;
  for (const scene of chosen)
    for (const beatHz of rates) {
      const verdict = await judge(light, scene, beatHz);
      const line = verdict.passes ? 'passes' : `FAILS ${verdict.broken.join(' ')}`;
      console.error(
        `${scene.padEnd(15)} ${String(beatHz).padStart(5)} Hz  ${line}  swing ${(100 * verdict.fieldSwing).toFixed(1)} %  ` +
          `flashing area ${(100 * verdict.flashingArea).toFixed(1)} %  pulsing area ${(100 * verdict.pulsingArea).toFixed(1)} %  ` +
          `flashes ${verdict.flashesPerSecond}/s`,
      );
      if (!verdict.passes) failed++;
      if (beatHz >= 2) {
        worstSwing = Math.max(worstSwing, verdict.fieldSwing);
        worstArea = Math.max(worstArea, verdict.pulsingArea);
      }
    }
  const unsafe = await judge(light, 'unsafe', 10);
  return [
    atMost('films of scene and rate that the judge fails', failed, 'films', 0),
    atMost('largest swing of the whole field from 2 Hz up', 100 * worstSwing, '%', 8),
    atMost('largest pulsing area of any field from 2 Hz up', 100 * worstArea, '%', 20),
    {
      name: 'rules that the deliberately unsafe scene breaks',
      value: unsafe.broken.length,
      unit: 'rules',
      limit: 1,
      must: 'at least',
    },
  ];
}

const growthFigures = (how: string, left: { resources: number; heapMb: number }): Figure[] => [
  atMost(`GPU resources gained in ${how} with scene changes`, left.resources, '', 0),
  atMost(`heap gained in ${how} with scene changes`, left.heapMb, 'MB', 1),
];

async function heapOf(session: CDPSession): Promise<number> {
  await session.send('HeapProfiler.collectGarbage');
  return ((await session.send('Runtime.getHeapUsage')) as { usedSize: number }).usedSize;
}

/**
 * Plays with sound for so many minutes by the clock, with a change of scene every ten seconds, and counts as `growth`
 * does: after a first part, in which everything was shown once, and at the end.
 */
async function growthByClock(page: Page, minutes: number): Promise<{ resources: number; heapMb: number }> {
  const session = await page.context().newCDPSession(page);
  const program = checkProgram({
    durationSeconds: 86_400,
    voices: [{ kind: 'BINAURAL', keyframes: [{ at: 0, carrier: 200, beat: 8, level: 0.5 }] }],
  });
  await page.evaluate(
    async ({ program, sceneIds }) => {
      const from = <T>(file: string): Promise<T> => import(/* @vite-ignore */ `${location.origin}/src/${file}`);
      const { Player } = await from<{ Player: new () => PagePlayer }>('audio/player.ts');
      const { Stage } = await from<typeof import('../../web/src/visuals/stage.ts')>('visuals/stage.ts');
      const { acquire } = await from<typeof import('../../web/src/visuals/shared.ts')>('visuals/shared.ts');
      const player = new Player();
      player.load(program);
      player.setVolume(0.1);
      await player.play();
      const host = document.createElement('div');
      Object.assign(host.style, { width: '640px', height: '360px' });
      document.body.append(host);
      const stage = new Stage({ lightAllowed: true, scene: sceneIds[0] });
      await stage.attach(host, (now) => {
        const beat = player.heardBeatPhase(now);
        return {
          beatPhase: beat?.beatPhase ?? 0,
          beatHz: beat?.beatHz ?? 0,
          level: 1,
          programProgress: 0,
          phaseColour: '#5aa7ff',
          time: player.heardSeconds(now),
        };
      });
      const { info } = acquire().renderer;
      const wait = (ms: number): Promise<void> => new Promise((next) => setTimeout(next, ms));
      globalThis.playOn = async (seconds) => {
        const end = performance.now() + seconds * 1000;
        for (let turn = 1; performance.now() < end; turn++) {
          await stage.setScene(sceneIds[turn % sceneIds.length] as SceneId);
          await wait(10_000);
        }
        // Every count is taken with the same scene on stage, when the one before has gone.
        await stage.setScene(sceneIds[0] as SceneId);
        await wait(5_000);
        const { geometries, textures } = info.memory;
        return { resources: geometries + textures + (info.programs?.length ?? 0), drawn: stage.framesDrawn };
      };
    },
    { program, sceneIds },
  );
  // All ten scenes and at least a fifth of the time, before the first count.
  const first = Math.max(100, minutes * 12);
  const early = await page.evaluate((seconds) => globalThis.playOn(seconds), first);
  const earlyHeap = await heapOf(session);
  const late = await page.evaluate((seconds) => globalThis.playOn(seconds), minutes * 60 - first);
  const lateHeap = await heapOf(session);
  console.error(`${late.drawn} frames drawn, ${late.drawn - early.drawn} of them between the two counts`);
  return { resources: late.resources - early.resources, heapMb: (lateHeap - earlyHeap) / 2 ** 20 };
}

/** What the page's own modules give, as far as the measurement uses it. */
interface PagePlayer {
  load(program: unknown): void;
  setVolume(volume: number): void;
  play(): Promise<void>;
  heardSeconds(now: number): number;
  heardBeatPhase(now: number): { beatPhase: number; beatHz: number } | null;
  readonly context: AudioContext | null;
  dispose(): void;
}

/**
 * The error of every drawn frame in milliseconds. The truth is the sound itself: a monaural beat is recorded as it goes
 * to the device, the phase of its envelope is read from the samples, and a straight line through the browser's output
 * timestamps says when each sample is heard. What the scene is given comes from the real stage and the real player.
 */
function phaseErrors(page: Page, beatHz: number, seconds: number): Promise<number[]> {
  const program = checkProgram({
    durationSeconds: 600,
    voices: [{ kind: 'MONAURAL', keyframes: [{ at: 0, carrier: 400, beat: beatHz, level: 0.5 }] }],
  });
  return page.evaluate(
    async ({ program, beatHz, seconds }) => {
      const from = <T>(file: string): Promise<T> => import(/* @vite-ignore */ `${location.origin}/src/${file}`);
      const { Player } = await from<{ Player: new () => PagePlayer }>('audio/player.ts');
      const { Stage } = await from<typeof import('../../web/src/visuals/stage.ts')>('visuals/stage.ts');
      const { Cue } = await from<typeof import('../../web/src/visuals/cue.ts')>('visuals/cue.ts');
      // The recorder: one number a block of 128 samples, its energy, with the block's place in the context's time.
      const recorder = URL.createObjectURL(
        new Blob(
          [
            `registerProcessor('energy', class extends AudioWorkletProcessor {
              process([input]) {
                let sum = 0;
                for (const x of input[0] ?? []) sum += x * x;
                this.port.postMessage([currentFrame, sum]);
                return true;
              }
            });`,
          ],
          { type: 'text/javascript' },
        ),
      );
      const blocks: [number, number][] = [];
      const connect = AudioNode.prototype.connect as (this: AudioNode, to: AudioNode) => AudioNode;
      let recording = false;
      AudioNode.prototype.connect = function (this: AudioNode, to: AudioNode) {
        if (this instanceof AudioWorkletNode && !recording) {
          recording = true;
          const { context } = this;
          context.audioWorklet.addModule(recorder).then(() => {
            const energy = new AudioWorkletNode(context, 'energy', { numberOfOutputs: 0 });
            energy.port.onmessage = ({ data }) => blocks.push(data);
            connect.call(this, energy);
          });
        }
        return connect.call(this, to);
      } as typeof AudioNode.prototype.connect;

      const player = new Player();
      player.load(program);
      player.setVolume(0.1);
      await player.play();
      const context = player.context;
      if (!context) throw new Error('The player has no context');
      const drawn: { now: number; phase: number }[] = [];
      let frameTime = 0;
      const update = Cue.prototype.update;
      Cue.prototype.update = function (input) {
        drawn.push({ now: frameTime, phase: input.beatPhase });
        update.call(this, input);
      };
      const host = document.createElement('div');
      Object.assign(host.style, { width: '320px', height: '180px' });
      document.body.append(host);
      const stage = new Stage({ lightAllowed: true, scene: 'ganzfeld' });
      await stage.attach(host, (now) => {
        frameTime = now;
        const beat = player.heardBeatPhase(now);
        return {
          beatPhase: beat?.beatPhase ?? 0,
          beatHz: beat?.beatHz ?? 0,
          level: 1,
          programProgress: 0,
          phaseColour: '#5aa7ff',
          time: player.heardSeconds(now),
        };
      });
      await new Promise((resolve) => setTimeout(resolve, 4000));
      drawn.length = 0;
      blocks.length = 0;
      const stamps: { at: number; seconds: number }[] = [];
      const end = performance.now() + seconds * 1000;
      while (performance.now() < end) {
        await new Promise((resolve) => setTimeout(resolve, 50));
        const { contextTime, performanceTime } = context.getOutputTimestamp();
        if (contextTime !== undefined && performanceTime) stamps.push({ at: performanceTime, seconds: contextTime });
      }
      const frames = drawn.slice();
      stage.dispose();
      player.dispose();

      // Phase of the envelope at context time 0: the argument of its component at the beat frequency. Fades are over.
      let re = 0;
      let im = 0;
      for (const [frame, energy] of blocks) {
        const angle = 2 * Math.PI * beatHz * ((frame + 63.5) / context.sampleRate);
        re += energy * Math.cos(angle);
        im += energy * Math.sin(angle);
      }
      const offset = -Math.atan2(im, re) / (2 * Math.PI);
      const count = stamps.length;
      const meanAt = stamps.reduce((sum, { at }) => sum + at, 0) / count;
      const meanSeconds = stamps.reduce((sum, { seconds }) => sum + seconds, 0) / count;
      const slope =
        stamps.reduce((sum, { at, seconds }) => sum + (at - meanAt) * (seconds - meanSeconds), 0) /
        stamps.reduce((sum, { at }) => sum + (at - meanAt) ** 2, 0);
      return frames.map(({ now, phase }) => {
        const turns = phase - (beatHz * (meanSeconds + slope * (now - meanAt)) + offset);
        return (1000 * (turns - Math.round(turns))) / beatHz;
      });
    },
    { program, beatHz, seconds },
  );
}

async function measurePhase(): Promise<Figure[]> {
  const errors = (await withServedPage((page) => phaseErrors(page, 5, 60))).map(Math.abs);
  const mean = errors.reduce((sum, error) => sum + error, 0) / errors.length;
  const worst = errors.reduce((most, error) => Math.max(most, error), 0);
  const note = `${errors.length} frames, machine load ${loadavg()[0]?.toFixed(1)}`;
  return [
    { ...atMost('drawn against heard beat over 60 s, mean', mean, 'ms', 1), note },
    { ...atMost('drawn against heard beat over 60 s, worst', worst, 'ms', 5 + 1000 / 60), note },
  ];
}

export default async function runLightBench(args: string[]): Promise<Figure[]> {
  const parts = ['frames', 'verdicts', 'growth', 'phase'];
  const unknown = args.find(
    (arg) => !parts.includes(arg) && !isSceneId(arg) && !byClock.test(arg) && !rateWord.test(arg),
  );
  if (unknown) {
    const known = `its parts (${parts.join(', ')}), no scene's id, no rate such as 40Hz and no time such as 10min`;
    throw new RangeError(`bench light: "${unknown}" is none of ${known}`);
  }
  const minutes = Number.parseFloat(args.find((arg) => byClock.test(arg)) ?? '0');
  if (args.some((arg) => byClock.test(arg)) && !(minutes >= 4 && minutes <= 600))
    throw new RangeError(`bench light: the time is ${minutes}min, expected 4min to 600min`);
  const named = args.filter(isSceneId);
  const wordRates = args.filter((arg) => rateWord.test(arg)).map(Number.parseFloat);
  const namedRates = wordRates.length > 0 ? wordRates : rates;
  const wrong = namedRates.find((rate) => !(rate > 0 && rate <= 100));
  if (wrong !== undefined) throw new RangeError(`bench light: the rate is ${wrong}Hz, expected above 0 to 100Hz`);
  const chosen = named.length > 0 ? named : sceneIds;
  const asked = args.filter((arg) => parts.includes(arg));
  const wants = (part: string): boolean => asked.length === 0 || asked.includes(part);
  const figures: Figure[] = [];
  if (wants('frames') || wants('verdicts') || (wants('growth') && minutes === 0)) {
    const light = await openLightPage();
    try {
      if (wants('frames')) figures.push(...(await measureFrames(light, chosen)));
      if (wants('verdicts')) figures.push(...(await measureVerdicts(light, chosen, namedRates)));
      if (wants('growth') && minutes === 0) figures.push(...growthFigures('6,000 frames', await growth(light)));
    } finally {
      await light.close();
    }
  }
  if (wants('growth') && minutes > 0)
    figures.push(
      ...growthFigures(`${minutes} minutes by the clock`, await withServedPage((page) => growthByClock(page, minutes))),
    );
  if (wants('phase')) figures.push(...(await measurePhase()));
  return figures;
}
