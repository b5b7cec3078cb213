/**
 * Speed, memory, size and steadiness of the sound: `npm run bench -- sound`.
 * Node figures are the best of several runs, engine and yardstick in turn. They count the process's own processor time
 * (all its threads), which on an idle machine is no less than the time on the clock, and on a busy one leaves out others.
 */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { gzipSync } from 'node:zlib';
import { checkProgram } from '@nes/program/check.ts';
import type { Program } from '@nes/program/model.ts';
import type { Page } from 'playwright-core';
import { build } from 'vite';
import { createRenderer } from '../../web/src/audio/engine.ts';
import { makeScore } from '../../web/src/audio/score.ts';
import type { Figure } from '../bench.ts';
import { withServedPage } from '../served-page.ts';

const root = join(import.meta.dirname, '..', '..');
const web = join(root, 'web');
const RATE = 48_000;
const SECONDS = 1800;
/** Seconds of the yardstick; its speed does not depend on the length. */
const YARDSTICK_SECONDS = 200;
const RUNS = 3;
const BLOCK = 4096;

function binaural(carrier: number, beat: number, level: number, toCarrier: number, toBeat: number) {
  return {
    kind: 'BINAURAL',
    keyframes: [
      { at: 0, carrier, beat, level },
      { at: SECONDS, carrier: toCarrier, beat: toBeat, level },
    ],
  };
}

/** Two voices, both gliding over the half hour. */
const twoVoices = checkProgram({
  durationSeconds: SECONDS,
  voices: [binaural(200, 10, 0.4, 180, 4), binaural(300, 6, 0.3, 250, 2)],
});

const eightVoices = checkProgram({
  durationSeconds: SECONDS,
  voices: [
    ...Array.from({ length: 8 }, (_, index) => binaural(100 + 40 * index, 4 + index, 0.08, 150 + 30 * index, 3)),
    { kind: 'NOISE', keyframes: [{ at: 0, level: 0.2 }] },
  ],
});

/** Seconds of processor time that a piece of work takes. */
function processorSeconds(work: () => void): number {
  const before = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1e6;
}

/** Times real time of rendering the whole program. */
function renderSpeed(program: Program): number {
  const renderer = createRenderer(program, RATE);
  const left = new Float32Array(BLOCK);
  const right = new Float32Array(BLOCK);
  const seconds = processorSeconds(() => {
    for (let frame = 0; frame < SECONDS * RATE; frame += BLOCK) renderer.render(frame, left, right);
  });
  return SECONDS / seconds;
}

/** The same two voices by one `Math.sin` a tone and sample, phases summed: what one would write first. */
function sineLoopSpeed(): number {
  const left = new Float32Array(BLOCK);
  const right = new Float32Array(BLOCK);
  let a = 0;
  let b = 0;
  let c = 0;
  let d = 0;
  const seconds = processorSeconds(() => {
    for (let frame = 0; frame < YARDSTICK_SECONDS * RATE; frame += BLOCK) {
      for (let n = 0; n < BLOCK; n++) {
        const share = (frame + n) / (SECONDS * RATE);
        const carrier = 200 - 20 * share;
        const half = (10 - 6 * share) / 2;
        const other = 300 - 50 * share;
        const otherHalf = (6 - 4 * share) / 2;
        left[n] = 0.4 * Math.sin(a) + 0.3 * Math.sin(c);
        right[n] = 0.4 * Math.sin(b) + 0.3 * Math.sin(d);
        a += (2 * Math.PI * (carrier + half)) / RATE;
        b += (2 * Math.PI * (carrier - half)) / RATE;
        c += (2 * Math.PI * (other + otherHalf)) / RATE;
        d += (2 * Math.PI * (other - otherHalf)) / RATE;
      }
    }
  });
  return YARDSTICK_SECONDS / seconds;
}

/** Largest resident memory in MB of a fresh process that loads a TypeScript module and runs `code` with it. */
async function peakMegabytes(module: string, code: string): Promise<number> {
  const script = `const m = await import(${JSON.stringify(join(web, 'src', module))});
${code}
console.log(process.resourceUsage().maxRSS);`;
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', script]);
  return Number(stdout) / 1024;
}

async function memoryMegabytes(): Promise<number> {
  const own = await peakMegabytes('program/model.ts', '');
  const render = `
let frames = 0;
const program = ${JSON.stringify(twoVoices)};
for (const piece of m.renderPieces(program, { sampleRate: ${RATE}, fromSeconds: 0, toSeconds: ${SECONDS} })) frames += piece.left.length;
if (frames !== ${SECONDS * RATE}) throw new Error('short');`;
  return (await peakMegabytes('audio/render-file.ts', render)) - own;
}

/** Gzipped bytes of a module with all it imports, as the product's bundler minifies it. */
async function bundledBytes(entry: string): Promise<number> {
  const result = await build({
    root: web,
    configFile: false,
    logLevel: 'silent',
    build: {
      write: false,
      minify: true,
      target: 'es2023',
      rolldownOptions: { input: join(web, 'src', entry), preserveEntrySignatures: 'exports-only' },
    },
  });
  const outputs = Array.isArray(result) ? result : [result];
  let bytes = 0;
  for (const each of outputs) {
    if (!('output' in each)) continue;
    for (const chunk of each.output) if (chunk.type === 'chunk') bytes += gzipSync(chunk.code, { level: 9 }).length;
  }
  return bytes;
}

/** Share of one core that the worklet takes for two voices: offline, where it runs as fast as it can. */
function workletShare(page: Page): Promise<number> {
  return page.evaluate(async (score) => {
    const { openWorklet } = (await import(/* @vite-ignore */ `${location.origin}/src/audio/output.ts`)) as {
      openWorklet(
        context: BaseAudioContext,
        destination: AudioNode,
        report: () => void,
      ): Promise<{ send(command: object): void; loadKit(): Promise<void>; close(): void }>;
    };
    const seconds = 120;
    const run = async (playing: boolean) => {
      const context = new OfflineAudioContext(2, seconds * 48_000, 48_000);
      const output = await openWorklet(context, context.destination, () => undefined);
      void context.suspend(0.1).then(async () => {
        if (playing) {
          output.send({ type: 'program', score, options: {}, restart: true });
          output.send({ type: 'play', fromSeconds: 0, fadeSeconds: 1 });
        }
        await new Promise((resolve) => setTimeout(resolve, 300));
        await context.resume();
      });
      const before = performance.now();
      const buffer = await context.startRendering();
      const share = (performance.now() - before - 300) / 1000 / seconds;
      output.close();
      const heard = buffer
        .getChannelData(0)
        .subarray(48_000 * 10)
        .some((value) => value !== 0);
      if (heard !== playing) throw new Error('The worklet did not play.');
      return share;
    };
    await run(true);
    return Math.max(0, Math.min(await run(true), await run(true)));
  }, makeScore(twoVoices));
}

/** What the bench uses of the player; the page has the real one. */
interface LivePlayer {
  load(program: Program): void;
  setVolume(volume: number): void;
  play(): Promise<void>;
  heardSeconds(): number;
  readonly underruns: number;
  readonly context: AudioContext | null;
  dispose(): void;
}

interface LiveRun {
  underruns: number;
  drift: number;
  /** Of a worklet that does next to nothing, in a context of its own in the same page at the same time. */
  yardstick: { underruns: number; drift: number };
}

/**
 * The yardstick of live playing: what it loses the machine and the browser lose, not the product. It counts as the
 * product's worklet does (15 ms of sound lost from one half second to the next). It must not be quite silent: to
 * exact silence Chromium takes its device away after some seconds and calls the worklet from an ordinary thread, which
 * falls seconds behind on a busy machine.
 */
const YARDSTICK = `registerProcessor('yardstick', class extends AudioWorkletProcessor {
  late = 0;
  frame = 0;
  behind = Infinity;
  before = Infinity;
  constructor() {
    super();
    this.port.onmessage = () => this.port.postMessage({ late: this.late, seconds: currentFrame / sampleRate });
  }
  process(inputs, [[out]]) {
    out.fill(1e-7);
    this.behind = Math.min(this.behind, Date.now() / 1000 - currentFrame / sampleRate);
    if (currentFrame - this.frame >= sampleRate / 2) {
      if (this.behind - this.before > 0.015) this.late++;
      this.before = this.behind;
      this.behind = Infinity;
      this.frame = currentFrame;
    }
    return true;
  }
});`;

/** 60 s of live playing while the main thread stands still for 400 ms, twice a second nearly. */
function playLive(page: Page, seconds: number): Promise<LiveRun> {
  return page.evaluate(
    async ({ program, seconds, yardstick }) => {
      const { Player } = (await import(/* @vite-ignore */ `${location.origin}/src/audio/player.ts`)) as {
        Player: new () => LivePlayer;
      };
      const bare = new AudioContext({ latencyHint: 'playback' });
      await bare.audioWorklet.addModule(URL.createObjectURL(new Blob([yardstick], { type: 'text/javascript' })));
      const node = new AudioWorkletNode(bare, 'yardstick', { numberOfInputs: 0 });
      node.connect(bare.destination);
      const read = () =>
        new Promise<{ late: number; seconds: number }>((resolve) => {
          node.port.onmessage = (event) => resolve(event.data);
          node.port.postMessage(null);
        });
      const player = new Player();
      player.load(program);
      player.setVolume(0.3);
      await player.play();
      await new Promise((resolve) => setTimeout(resolve, 2000));
      const stats = (player.context as unknown as { playbackStats?: { underrunEvents?: number } }).playbackStats;
      const already = stats?.underrunEvents ?? 0;
      const first = await read();
      const before = player.heardSeconds();
      const began = performance.now();
      while (performance.now() - began < seconds * 1000) {
        const until = performance.now() + 400;
        while (performance.now() < until);
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
      const passed = (performance.now() - began) / 1000;
      const drift = Math.abs(player.heardSeconds() - before - passed);
      const last = await read();
      const underruns = Math.max(player.underruns, (stats?.underrunEvents ?? 0) - already);
      player.dispose();
      await bare.close();
      return {
        underruns,
        drift,
        yardstick: { underruns: last.late - first.late, drift: Math.abs(last.seconds - first.seconds - passed) },
      };
    },
    { program: eightVoices, seconds, yardstick: YARDSTICK },
  );
}

function figure(name: string, value: number, unit: string, must?: 'at most' | 'at least', limit?: number): Figure {
  return limit === undefined ? { name, value, unit } : { name, value, unit, must, limit };
}

/** Measures everything; takes about two and a half minutes, one of them of live playing. */
export default async function benchSound(): Promise<Figure[]> {
  let two = 0;
  let eight = 0;
  let loop = 0;
  for (let run = 0; run < RUNS; run++) {
    two = Math.max(two, renderSpeed(twoVoices));
    loop = Math.max(loop, sineLoopSpeed());
    eight = Math.max(eight, renderSpeed(eightVoices));
  }
  const memory = await memoryMegabytes();
  const worklet = await bundledBytes('audio/worklet.ts');
  const voices = await bundledBytes('audio/voices-worklet.ts');
  const engine = await bundledBytes('audio/engine.ts');
  const { share, live } = await withServedPage(async (page) => ({
    share: await workletShare(page),
    live: await playLive(page, 60),
  }));
  return [
    figure('two binaural voices, 30 min, Node', two, '× real time of one core', 'at least', 850),
    figure('eight voices and pink noise, 30 min, Node', eight, '× real time of one core', 'at least', 200),
    figure('Math.sin loop of the two voices, Node', loop, '× real time of one core'),
    figure('two voices against the Math.sin loop', two / loop, '×', 'at least', 4),
    figure('peak memory over the runtime, 30 min, two voices', memory, 'MB', 'at most', 50),
    figure('worklet, gzip', worklet, 'bytes', 'at most', 6000),
    figure('further voices of the worklet, gzip', voices, 'bytes'),
    figure('engine, gzip', engine, 'bytes'),
    figure('worklet in Chromium, two voices', share * 100, '% of one core'),
    figure('underruns in 60 s with 400 ms blocks', live.underruns, 'underruns', 'at most', 0),
    figure('heard time off after these 60 s', live.drift * 1000, 'ms', 'at most', 50),
    figure('underruns of an empty worklet in the same 60 s', live.yardstick.underruns, 'underruns'),
    figure('clock of the empty worklet off after these 60 s', live.yardstick.drift * 1000, 'ms'),
  ];
}
