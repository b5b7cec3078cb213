/** Runs one target in a thread of its own, so that an input with which it never ends can be told. */
import { parentPort, workerData } from 'node:worker_threads';
import { fuzz } from './fuzz.ts';
import { type TargetName, targets } from './targets.ts';

export interface FuzzWork {
  name: TargetName;
  seed: number;
  ms: number;
  /** Length of the present input, then its bytes. */
  present: SharedArrayBuffer;
}

const { name, seed, ms, present } = workerData as FuzzWork;
const length = new Int32Array(present, 0, 1);
const bytes = new Uint8Array(present, 4);
const { target, close } = await targets[name]();
parentPort?.postMessage('ready');
const report = await fuzz(target, {
  seed,
  ms,
  begin(input) {
    length[0] = input.length;
    bytes.set(input);
    parentPort?.postMessage('begin');
  },
});
await close();
parentPort?.postMessage(report);
