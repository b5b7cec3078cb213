import assert from 'node:assert/strict';
import { test } from 'vitest';
import { Analyser } from '../../audio/analysis/analyser.ts';
import { lookBeside } from './beside.ts';

/** A worker that never answers, and may fail. */
class Silent extends EventTarget {
  ended = 0;
  postMessage(): void {}
  terminate(): void {
    this.ended++;
  }
}

for (const event of ['error', 'messageerror'])
  test(`a worker that fails (${event}) is ended, and the analysis fails with it`, async () => {
    const beside = new Silent();
    const analyser = new Analyser(8000, 1, {
      close: (rate, mono) => lookBeside(beside as unknown as Worker, rate, mono),
    });
    const second = new Float32Array(8000);
    await analyser.push(second, second);
    const answer = analyser.finish();
    beside.dispatchEvent(Object.assign(new Event(event), { message: 'out of memory' }));
    await assert.rejects(answer, /out of memory|could not be read/);
    assert.equal(beside.ended, 1);
    // Nothing more is heaped up for it.
    await assert.rejects(analyser.push(second, second), /out of memory|could not be read/);
  });
