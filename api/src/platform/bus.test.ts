import assert from 'node:assert/strict';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { noRedisServer, type OwnRedis, startRedis } from '../testing/redis.ts';
import { type Bus, createLocalBus, createRedisBus, LocalStore } from './bus.ts';

const PREFIX = 'nes_test_bus:';

/** Waits until something holds, at most `seconds`. */
async function until(what: string, holds: () => boolean | Promise<boolean>, seconds = 30): Promise<void> {
  for (const end = Date.now() + seconds * 1000; !(await holds()); ) {
    if (Date.now() > end) throw new Error(`Waited ${seconds} s in vain until ${what}.`);
    await new Promise((next) => setTimeout(next, 10));
  }
}

/** What every bus keeps. `open` gives two of them that hear each other, or the same one twice. */
function contract(open: () => Promise<[Bus, Bus]>, skip?: string): void {
  let one: Bus;
  let other: Bus;
  beforeAll(async () => {
    if (!skip) [one, other] = await open();
  });
  afterAll(async () => {
    await one?.close();
    await other?.close();
  });

  it('messages of a channel reach every listener, in the order of publishing', { skip: Boolean(skip) }, async () => {
    const heard: string[][] = [[], []];
    const ends = await Promise.all([
      one.subscribe('order', (message) => heard[0]?.push(message)),
      other.subscribe('order', (message) => heard[1]?.push(message)),
    ]);
    const sent = Array.from({ length: 500 }, (_, index) => String(index));
    await Promise.all(sent.map((message) => one.publish('order', message)));
    await until('all of them came', () => heard.every((messages) => messages.length === sent.length));
    assert.deepEqual(heard, [sent, sent]);
    for (const end of ends) end();
  });

  it('whoever asks second for a channel is listening too when it is told so', { skip: Boolean(skip) }, async () => {
    for (let round = 0; round < 20; round++) {
      const heard: string[] = [];
      const first = one.subscribe(`second-${round}`, () => {});
      const end = await one.subscribe(`second-${round}`, (message) => heard.push(message));
      await other.publish(`second-${round}`, 'x');
      await until('it came', () => heard.length === 1);
      end();
      (await first)();
    }
  });

  it('hears nothing of other channels, and nothing any more after the end', { skip: Boolean(skip) }, async () => {
    const heard: string[] = [];
    const end = await other.subscribe('mine', (message) => heard.push(message));
    const last = await other.subscribe('last', (message) => heard.push(message));
    await one.publish('yours', '1');
    await one.publish('mine', '2');
    await until('it came', () => heard.length === 1);
    end();
    end();
    await one.publish('mine', '3');
    await one.publish('last', '4');
    await until('the last came', () => heard.length > 1);
    assert.deepEqual(heard, ['2', '4']);
    last();
  });

  it('keeps values for their time, sets once, forgets', { skip: Boolean(skip) }, async () => {
    assert.equal(await one.get('value'), null);
    await one.set('value', 'a', 60);
    assert.equal(await other.get('value'), 'a');
    assert.equal(await other.setOnce('value', 'b', 60), false);
    assert.equal(await other.get('value'), 'a');
    await other.delete('value');
    assert.equal(await one.setOnce('value', 'c', 60), true);
    await one.set('short', 'x', 1);
    await until('it is forgotten', async () => (await other.get('short')) === null);
    await one.delete('value');
  });

  it('a bucket gives what it holds, to all together, and says how long to wait', { skip: Boolean(skip) }, async () => {
    const bucket = { capacity: 5, perSecond: 0.01 };
    for (let turn = 0; turn < 5; turn++) {
      const taken = await (turn % 2 ? other : one).take('bucket', bucket);
      assert.deepEqual(taken, { allowed: true, retryAfterSeconds: 0 }, `try ${turn}`);
    }
    const { allowed, retryAfterSeconds } = await other.take('bucket', bucket);
    assert.equal(allowed, false);
    assert.ok(retryAfterSeconds > 60 && retryAfterSeconds <= 100, `${retryAfterSeconds} s`);
  });
}

describe('the store of one process', () => {
  it('lets those buckets go that were used longest ago', () => {
    const store = new LocalStore();
    const bucket = { capacity: 3, perSecond: 0.001 };
    const take = (key: string, now: number) => store.take(key, bucket, 1, now).allowed;
    assert.deepEqual([take('busy', 0), take('idle', 0)], [true, true]);
    // A flood of names, while somebody goes on.
    let now = 0;
    for (let n = 0; n < 60_000; n++) {
      now += 1;
      store.take(`name ${n}`, bucket, 1, now);
      if (n === 500 || n === 30_000) assert.equal(take('busy', now), true);
    }
    assert.equal(take('busy', now), false);
    assert.deepEqual([take('idle', now), take('idle', now), take('idle', now)], [true, true, true]);
  });
});

describe('the bus of one process', () => {
  contract(async () => {
    const bus = createLocalBus();
    return [bus, bus];
  });
});

for (const [title, settings] of [
  ['Redis', {}],
  ['Redis with TLS', { tls: true }],
  ['Redis Cluster of three', { cluster: true }],
  ['Redis Cluster of three with TLS', { tls: true, cluster: true }],
] as const) {
  const skip = await noRedisServer('tls' in settings);
  describe(title, () => {
    let redis: OwnRedis;
    beforeAll(async () => {
      if (skip) return;
      redis = await startRedis(settings);
      // As NODE_EXTRA_CA_CERTS does for a process.
      if (redis.ca) setDefaultCACertificates([...getCACertificates(), redis.ca]);
    });
    afterAll(() => redis?.close());
    const open = () => createRedisBus(redis.url, { prefix: PREFIX });

    describe('keeps the contract', () => contract(async () => [await open(), await open()], skip));

    it('a Redis that dies and comes back: no call fails, listeners hear that they may have missed something, and then all', {
      skip: Boolean(skip),
    }, async () => {
      const [one, other] = [await open(), await open()];
      try {
        const heard: string[] = [];
        let reconnects = 0;
        await other.subscribe('back', (message) => heard.push(message));
        other.onReconnect(() => reconnects++);
        const nodes = redis.url.split(',').map((_, index) => index);
        for (const node of nodes) await redis.kill(node);
        await until('both have noticed', () => !one.healthy() && !other.healthy());
        // While it is away each goes by itself.
        await one.publish('back', 'lost');
        assert.equal(await one.get('away'), null);
        assert.equal(await one.setOnce('away', 'x', 60), true);
        assert.equal(await one.setOnce('away', 'x', 60), false);
        const bucket = { capacity: 1, perSecond: 0.01 };
        assert.equal((await one.take('away', bucket)).allowed, true);
        assert.equal((await one.take('away', bucket)).allowed, false);
        // Asked for while it is away, heard when it is back.
        await other.subscribe('meanwhile', (message) => heard.push(message));

        for (const node of nodes) await redis.start(node);
        await until('the listener knows of it', () => reconnects > 0 && one.healthy() && other.healthy());
        await until('messages come again', async () => {
          await one.publish('back', 'back');
          await one.publish('meanwhile', 'meanwhile');
          return heard.includes('back') && heard.includes('meanwhile');
        });
        assert.ok(!heard.includes('lost'));
      } finally {
        await one.close();
        await other.close();
      }
    });
  });
}

it('another authority than the one that signed is refused', { skip: Boolean(await noRedisServer(true)) }, async () => {
  const redis = await startRedis({ tls: true });
  try {
    const errors: Error[] = [];
    const bus = await createRedisBus(redis.url, {
      prefix: PREFIX,
      connectTimeoutMs: 2_000,
      onError: (error) => errors.push(error),
    });
    assert.equal(bus.healthy(), false);
    assert.match(errors.map(({ message }) => message).join(), /certificate/);
    await bus.close();
  } finally {
    await redis.close();
  }
});

it('an instance that alone was cut off tells the others that they missed something', {
  skip: Boolean(await noRedisServer()),
}, async () => {
  const redis = await startRedis();
  const far = Number(new URL(redis.url).port);
  const open = new Set<Socket>();
  const cable = createServer((near) => {
    const wire = connect(far, '127.0.0.1');
    for (const socket of [near, wire]) open.add(socket.on('error', () => {}));
    near.pipe(wire).pipe(near);
  });
  const plug = (port: number) => new Promise<void>((done) => cable.listen(port, '127.0.0.1', done));
  await plug(0);
  const { port } = cable.address() as AddressInfo;
  const one = await createRedisBus(`redis://127.0.0.1:${port}`, { prefix: PREFIX });
  const other = await createRedisBus(redis.url, { prefix: PREFIX });
  try {
    let told = 0;
    other.onReconnect(() => told++);
    cable.close();
    for (const socket of open) socket.destroy();
    await until('it has noticed', () => !one.healthy());
    await one.publish('cut', 'lost');
    assert.equal(told, 0);
    assert.ok(other.healthy());
    await plug(port);
    await until('the other has been told', () => told > 0);
  } finally {
    await one.close();
    await other.close();
    for (const socket of open) socket.destroy();
    cable.close();
    await redis.close();
  }
});
