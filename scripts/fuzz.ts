/**
 * `npm run fuzz -- TARGET [--minutes N] [--seed N]`: sends mutated inputs to one of the doors by which strangers' data come in. Prints one JSON object
 * `{ target, seed, calls, outcomes, slowestMs, growthMb, faults: [{ kind, file, detail }] }`. A fault is a crash, a call of more than a second, or memory that stays in
 * use (100 MB). Its input is written to scripts/fuzz/found/TARGET, where the tests read it from then on. Exit code 1 when there was one.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { Worker } from 'node:worker_threads';
import { type Fault, type FuzzReport, nameOf } from './fuzz/fuzz.ts';
import { type TargetName, targetNames } from './fuzz/targets.ts';
import type { FuzzWork } from './fuzz/worker.ts';

/** Longest input, with room for what mutations add. */
const INPUT_BYTES = 1024 * 1024;
/** A call that takes so long never ends. */
const HANGS_MS = 60_000;

function run(name: TargetName, seed: number, ms: number): Promise<FuzzReport> {
  const present = new SharedArrayBuffer(4 + INPUT_BYTES);
  const work: FuzzWork = { name, seed, ms, present };
  const worker = new Worker(new URL('./fuzz/worker.ts', import.meta.url), { workerData: work });
  const presentInput = () => new Uint8Array(present, 4, new Int32Array(present, 0, 1)[0]).slice();
  return new Promise((resolve) => {
    let calls = 0;
    let heard = Number.POSITIVE_INFINITY;
    const fail = (detail: string) => {
      clearInterval(watch);
      void worker.terminate();
      const fault: Fault = { kind: 'crash', input: presentInput(), detail };
      resolve({ calls, outcomes: 0, slowestMs: 0, growthMb: 0, faults: [fault] });
    };
    const watch = setInterval(() => {
      if (performance.now() - heard > HANGS_MS) fail(`It did not end within ${HANGS_MS / 1000} s.`);
    }, 1_000);
    worker.on('message', (message: 'ready' | 'begin' | FuzzReport) => {
      heard = performance.now();
      if (message === 'begin') calls++;
      if (typeof message === 'string') return;
      clearInterval(watch);
      resolve(message);
      void worker.terminate();
    });
    worker.on('error', (error: Error) => fail(error.stack ?? error.message));
  });
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { seed: { type: 'string' }, minutes: { type: 'string' } },
});
const usage = (problem: string): never => {
  console.error(
    `${problem}\nnpm run fuzz -- TARGET [--minutes N] [--seed N]; TARGET is one of ${targetNames.join(', ')}.`,
  );
  process.exit(64);
};
const number = (name: 'seed' | 'minutes', fallback: number): number => {
  const text = values[name] ?? String(fallback);
  return /^\d{1,9}(\.\d+)?$/.test(text)
    ? Number(text)
    : usage(`--${name} is ${JSON.stringify(text)}, but must be a number.`);
};
const [name, ...more] = positionals;
if (!name || more.length > 0) usage('Say one target.');
if (!(targetNames as string[]).includes(name as string)) usage(`There is no target ${JSON.stringify(name)}.`);
const seed = number('seed', 1);
const { faults, ...report } = await run(name as TargetName, seed, number('minutes', 10) * 60_000);
const folder = join(import.meta.dirname, 'fuzz', 'found', name as string);
const told = faults.map(({ kind, input, detail }) => {
  const file = join(folder, nameOf(input));
  if (input.length > 0) {
    mkdirSync(folder, { recursive: true });
    writeFileSync(file, input);
  }
  return { kind, file: input.length > 0 ? file : null, detail: detail.slice(0, 1_000) };
});
console.log(JSON.stringify({ target: name, seed, ...report, faults: told }));
process.exit(told.length > 0 ? 1 : 0);
