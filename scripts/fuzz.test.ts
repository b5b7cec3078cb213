/** The inputs that `npm run fuzz` has found, and a few seconds of it. */
import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { it } from 'vitest';
import { fuzz, judge, type Target } from './fuzz/fuzz.ts';
import { type TargetName, targetNames, targets } from './fuzz/targets.ts';

const CALLS = 300;
const MS = 5_000;

const found = (name: TargetName): string[] => {
  const folder = join(import.meta.dirname, 'fuzz', 'found', name);
  return existsSync(folder) ? readdirSync(folder).map((file) => join(folder, file)) : [];
};

for (const name of targetNames)
  it(`${name}: what was found before, and new mutations`, async () => {
    const { target, close } = await targets[name]();
    try {
      for (const file of found(name)) {
        const { fault } = await judge(target, readFileSync(file));
        assert.equal(fault?.detail, undefined, file);
      }
      const report = await fuzz(target, { seed: 5, calls: CALLS, ms: MS });
      assert.deepEqual(report.faults, []);
      assert.ok(report.calls > 0 && report.outcomes > 3, JSON.stringify(report));
    } finally {
      await close();
    }
  });

it('tells what crashes, what takes too long and what holds memory, with the input', async () => {
  const held: Uint8Array[] = [];
  const target: Target = {
    seeds: [Buffer.from('crash'), Buffer.from('slow'), Buffer.from('hold'), Buffer.from('fine')],
    words: [],
    run(input) {
      const text = Buffer.from(input).toString();
      if (text === 'crash') throw new RangeError('a crash');
      // By the clock and by the processor: other threads of the process work meanwhile.
      if (text === 'slow') {
        const [begun, used] = [performance.now(), process.cpuUsage()];
        while (performance.now() - begun < 150 || process.cpuUsage(used).user < 150_000);
      }
      // Far more than what garbage of before, collected with it, may hide.
      if (text === 'hold') held.push(new Uint8Array(400 * 1024 * 1024));
      return text.slice(0, 4);
    },
  };
  const { faults } = await fuzz(target, { seed: 1, calls: 4, slowMs: 100 });
  assert.deepEqual(
    faults.map(({ kind, input }) => [kind, Buffer.from(input).toString()]),
    [
      ['crash', 'crash'],
      ['slow', 'slow'],
      ['memory', 'hold'],
    ],
  );
});
