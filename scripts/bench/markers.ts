/**
 * Markers, `npm run bench -- markers [TIME]`, `10min` where none is named, or as in `30s`: a page plays a program and sends four markers a second to
 * a fake serial port, a fake MIDI output and the bridge, while it is kept busy, and the machine too. Compared is when each came with when the
 * audio clock had its moment, by a line through the clock's readings of 10 s before and after.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpus, loadavg } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { Worker } from 'node:worker_threads';
import { checkProgram } from '@nes/program/check.ts';
import type { Page } from 'playwright-core';
import type { Figure } from '../bench.ts';
import type { Came } from '../bridge/listen-thread.ts';
import { percentile } from '../live/fanout.ts';
import { withServedPage } from '../served-page.ts';

/** The page's own work: so long of each so long, milliseconds. */
const BUSY = { of: 50, milliseconds: 8 };
const HALF_WINDOW_SECONDS = 10;

/** One reading of the audio clock: seconds of it, and milliseconds of the page's clock at which they come out. */
type Reading = [seconds: number, at: number];

interface Run {
  readings: Reading[];
  /** Moments of the audio clock that were marked, seconds. */
  moments: number[];
  /** When each came, milliseconds of the page's clock. */
  serial: number[];
  midi: number[];
  gaps: number;
}

/** In the page. */
async function mark(page: Page, bridge: string, seconds: number): Promise<Run> {
  const program = checkProgram({
    durationSeconds: 86_400,
    voices: [{ kind: 'BINAURAL', keyframes: [{ at: 0, carrier: 200, beat: 8, level: 0.1 }] }],
  });
  return page.evaluate(
    async ({ program, bridge, seconds, busy }) => {
      const from = <T>(file: string): Promise<T> => import(/* @vite-ignore */ `${location.origin}/src/jspsych/${file}`);
      const markers = await from<typeof import('../../web/src/jspsych/markers.ts')>('markers.ts');
      const { oscBridge } = await from<typeof import('../../web/src/jspsych/bridge.ts')>('bridge.ts');
      const { ScheduledSound } =
        await from<typeof import('../../web/src/jspsych/scheduled-sound.ts')>('scheduled-sound.ts');
      const run: Run = {
        readings: [],
        moments: [],
        serial: [],
        midi: [],
        gaps: 0,
      };
      const context = new AudioContext();
      await context.resume();
      const sound = await ScheduledSound.prepare(context, program, {
        fromSeconds: 0,
        seconds: seconds + 10,
        gain: 0.1,
      });
      sound.start(context.currentTime + 0.2);
      const serial = markers.serialBytes({
        writable: new WritableStream({ write: () => void run.serial.push(performance.now()) }),
        setSignals: async () => undefined,
      });
      const midi = markers.midiNotes({
        send: ([status = 0], at = 0) => {
          if (status < 0xa0 && status >= 0x90) run.midi.push(Math.max(at, performance.now()));
        },
      });
      const osc = await oscBridge(bridge);
      const reading = setInterval(() => {
        const { contextTime, performanceTime } = context.getOutputTimestamp();
        if (contextTime && performanceTime) run.readings.push([contextTime, performanceTime]);
      }, 50);
      const working = setInterval(() => {
        const until = performance.now() + busy.milliseconds;
        while (performance.now() < until);
      }, busy.of);
      await new Promise((resolve) => setTimeout(resolve, 1000));
      const end = performance.now() + seconds * 1000;
      while (performance.now() < end) {
        const moment = context.currentTime + 0.2 + 0.1 * Math.random();
        const code = 1 + (run.moments.length % 255);
        run.moments.push(moment);
        await Promise.all([serial, midi, osc].map((port) => markers.markAt(context, moment, port, code)));
      }
      await new Promise((resolve) => setTimeout(resolve, 1000));
      clearInterval(reading);
      clearInterval(working);
      osc.close();
      sound.stop();
      run.gaps = sound.gaps.length;
      return run;
    },
    { program, bridge, seconds, busy: BUSY },
  );
}

/** When the audio clock has a moment, by the page's clock, milliseconds: least squares of the readings around it. */
function clockAt(readings: readonly Reading[], moment: number): number {
  let count = 0;
  let mx = 0;
  let my = 0;
  const near = readings.filter(([seconds]) => Math.abs(seconds - moment) <= HALF_WINDOW_SECONDS);
  for (const [seconds, at] of near) {
    count++;
    mx += (seconds - mx) / count;
    my += (at - my) / count;
  }
  let sxx = 0;
  let sxy = 0;
  for (const [seconds, at] of near) {
    sxx += (seconds - mx) ** 2;
    sxy += (seconds - mx) * (at - my);
  }
  return my + (sxx > 0 ? sxy / sxx : 1000) * (moment - mx);
}

/** Milliseconds of the machine's clock at which the page's began; the page's and Node's both count by it, on Linux. */
async function pageBegan(page: Page): Promise<number> {
  const session = await page.context().newCDPSession(page);
  await session.send('Performance.enable');
  const { metrics } = await session.send('Performance.getMetrics');
  return (metrics.find(({ name }) => name === 'NavigationStart')?.value ?? Number.NaN) * 1000;
}

async function startBridge(origin: string, osc: number): Promise<{ child: ChildProcess; address: string }> {
  const command = join(import.meta.dirname, '..', 'bridge.ts');
  const child = spawn(process.execPath, [command, '--origin', origin, '--osc', `127.0.0.1:${osc}`, '--port', '0'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [line] = (await once(createInterface(child.stdout), 'line')) as [string];
  return { child, address: JSON.parse(line).address as string };
}

/** Busy for half of the time, 5 ms each. */
const half = `const wait = new Int32Array(new SharedArrayBuffer(4));
for (;;) { const until = performance.now() + 5; while (performance.now() < until); Atomics.wait(wait, 0, 0, 5); }`;

export default async function benchMarkers(args: string[]): Promise<Figure[]> {
  const [word = '10min', ...rest] = args;
  const [, count, unit] = /^(\d+)(min|s)$/.exec(word) ?? [];
  const seconds = Number(count) * (unit === 'min' ? 60 : 1);
  if (rest.length > 0 || !(seconds >= 5 && seconds <= 7200))
    throw new RangeError(`bench markers: "${args.join(' ')}" is no time from 5s to 120min`);
  if (process.platform !== 'linux')
    throw new Error('bench markers: only on Linux the browser and Node count by a clock that both tell');
  const ear = new Worker(new URL('../bridge/listen-thread.ts', import.meta.url));
  const [{ port, first }] = (await once(ear, 'message')) as [{ port: number; first: boolean }];
  const load = cpus().map(() => spawn(process.execPath, ['--eval', half], { stdio: 'ignore' }));
  let bridge: ChildProcess | undefined;
  try {
    return await withServedPage(async (page) => {
      const { child, address } = await startBridge(new URL(page.url()).origin, port);
      bridge = child;
      const began = await pageBegan(page);
      const run = await mark(page, address, seconds);
      ear.postMessage('told');
      const [came] = (await once(ear, 'message')) as [Came[]];
      const osc = new Map(came.map(({ number, at }) => [number, at - began]));
      const due = run.moments.map((moment) => clockAt(run.readings, moment));
      const note = `${due.length} markers in ${seconds} s; machine load ${loadavg()[0]?.toFixed(1)}; sound gaps ${run.gaps}${first ? '' : '; without priority'}`;
      const ports: [string, (number | undefined)[]][] = [
        ['serial', run.serial],
        ['MIDI', run.midi],
        ['OSC', due.map((_, index) => osc.get(index + 1))],
      ];
      const told = (what: (one: Came) => number) => came.map(what).toSorted((a, b) => a - b);
      const figures = ports.flatMap(([name, came]): Figure[] => {
        const errors = due.flatMap((at, index) => {
          const one = came[index];
          return one === undefined ? [] : [Math.abs(one - at)];
        });
        errors.sort((a, b) => a - b);
        return [
          {
            name: `${name}: from the audio clock, median`,
            value: percentile(errors, 0.5),
            unit: 'ms',
            limit: 2,
            must: 'at most',
            note,
          },
          {
            name: `${name}: from the audio clock, p99`,
            value: percentile(errors, 0.99),
            unit: 'ms',
            limit: 10,
            must: 'at most',
          },
          { name: `${name}: from the audio clock, most`, value: errors.at(-1) ?? Number.NaN, unit: 'ms' },
          {
            name: `${name}: markers that did not come`,
            value: due.length - errors.length,
            unit: '',
            limit: 0,
            must: 'at most',
          },
        ];
      });
      return [
        ...figures,
        {
          name: 'OSC: late as the bridge tells, p99',
          value: percentile(
            told(({ late }) => late),
            0.99,
          ),
          unit: 'ms',
        },
        {
          name: 'OSC: uncertainty as the bridge tells, median',
          value: percentile(
            told(({ uncertainty }) => uncertainty),
            0.5,
          ),
          unit: 'ms',
        },
      ];
    });
  } finally {
    for (const child of [bridge, ...load]) child?.kill();
    await ear.terminate();
  }
}
