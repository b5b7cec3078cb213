import assert from 'node:assert/strict';
import { test } from 'vitest';
import { serve } from './served.ts';

const listens = "require('node:http').createServer((_, answer) => answer.end()).listen(process.env.PORT);";
const answers = async (url: string) => (await fetch(url)).ok;
const pause = (ms: number) => new Promise<void>((next) => setTimeout(next, ms));

test('a server that ends by itself is told with its code or signal and what it said last', async () => {
  await assert.rejects(
    serve(['-e', "console.log('on the way'); console.error('no room'); process.exit(7)"], {}, answers),
    /ended with code 7; its last words:\n(on the way\nno room|no room\non the way)\n$/,
  );
  for (const [last, told] of [
    [
      "console.error('the heap is full'); process.kill(process.pid, 'SIGKILL')",
      /ended by SIGKILL.+\nthe heap is full\n$/,
    ],
    ["console.log('a bug'); process.exit(3)", /ended with code 3.+\na bug\n$/],
  ] as const) {
    const server = await serve(['-e', `${listens} setTimeout(() => { ${last} }, 500)`], {}, answers);
    server.check();
    await assert.rejects(async () => {
      for (let n = 0; n < 400; n++) {
        server.check();
        await pause(25);
      }
    }, told);
    assert.ok(Number.isNaN(server.memory()));
    await server.stop();
  }
});

test('a server that was asked to stop is no surprise', async () => {
  const server = await serve(['-e', listens], {}, answers);
  assert.ok(server.memory() > 10);
  await server.stop();
  server.check();
});

test('a server that never answers is ended', async () => {
  const begun = 'setInterval(() => {}, 1_000); console.log(process.pid);';
  const error = await serve(['-e', begun], {}, async () => false, 2_000).catch((error: Error) => error);
  assert.ok(error instanceof Error);
  const pid = Number(/does not answer; its last words:\n(\d+)\n$/.exec(error.message)?.[1]);
  assert.throws(() => process.kill(pid, 0), { code: 'ESRCH' });
});
