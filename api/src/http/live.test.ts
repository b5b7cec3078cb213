import assert from 'node:assert/strict';
import type { ExecutionResult } from 'graphql';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { createLocalBus } from '../platform/bus.ts';
import { newId } from '../platform/ids.ts';
import { createLive, follow } from '../schema/live.ts';
import { publishChange } from '../sessions/publish.ts';
import { PASSWORD, type TestPerson, type TestServer, useServer } from '../testing/server.ts';
import { openSocket } from '../testing/socket.ts';

const nodeId = (type: string, id: string) => Buffer.from(`${type}:${id}`).toString('base64');

describe('follow', () => {
  const next = async (source: AsyncIterator<number>) => (await source.next()).value;

  it('sends the present state first, then each change in order, and none twice', async () => {
    const bus = createLocalBus();
    let present = 3;
    const source = follow<number>(bus, {
      channel: 'c',
      load: async () => {
        // A change that arrives while the present state is read.
        if (present === 3) void bus.publish('c', '4').then(() => bus.publish('c', '3'));
        return present;
      },
      read: (message) => Number(message),
      version: (state) => state,
    });
    assert.equal(await next(source), 3);
    present = 9;
    assert.equal(await next(source), 4);
    await bus.publish('c', '5');
    await bus.publish('c', '6');
    assert.equal(await next(source), 5);
    assert.equal(await next(source), 6);
    await source.return?.();
  });

  it('ends at once though it waits, and listens no more', async () => {
    const bus = createLocalBus();
    let reads = 0;
    const source = follow<number>(bus, { channel: 'c', load: async () => 1, read: () => ++reads });
    await source.next();
    const waiting = source.next();
    await source.return?.();
    assert.deepEqual(await waiting, { value: undefined, done: true });
    await bus.publish('c', 'x');
    assert.equal(reads, 0);
  });

  it('jumps to the present state when too many changes wait', async () => {
    const bus = createLocalBus();
    let loads = 0;
    const source = follow<number>(bus, { channel: 'c', load: async () => ++loads * 1000, read: (m) => Number(m) });
    assert.equal((await source.next()).value, 1000);
    for (let i = 1; i <= 300; i++) await bus.publish('c', String(i));
    assert.equal((await source.next()).value, 2000);
    await source.return?.();
  });
});

describe('shared executions', () => {
  it('one execution serves all who ask the same, each result is made once', async () => {
    const bus = createLocalBus();
    const live = await createLive(bus);
    let starts = 0;
    let push: (value: ExecutionResult | null) => void = () => {};
    const start = async () => {
      starts++;
      const queue: (ExecutionResult | null)[] = [{ data: { n: 0 } }];
      let wake = () => {};
      push = (value) => {
        queue.push(value);
        wake();
      };
      return {
        async *[Symbol.asyncIterator]() {
          for (;;) {
            const value = queue.shift();
            if (value === null) return;
            if (value) yield value;
            else
              await new Promise<void>((resolve) => {
                wake = resolve;
              });
          }
        },
      } as AsyncIterable<ExecutionResult>;
    };
    const request = {
      document: null as never,
      documentKey: 'd',
      operationName: null,
      variables: { a: 1, b: 2 },
      audience: 'x',
    };
    const received: string[][] = [[], [], []];
    const ended: number[] = [];
    const join = (index: number, variables: Record<string, unknown>) =>
      live.join(
        { ...request, variables },
        { userId: `u${index}`, send: (result) => received[index]?.push(String(result)), end: () => ended.push(index) },
        start,
      );
    const [first] = await Promise.all([join(0, { a: 1, b: 2 }), join(1, { b: 2, a: 1 })]);
    await new Promise((resolve) => setTimeout(resolve, 10));
    await join(2, { a: 1, b: 2 });
    assert.equal(starts, 1);
    assert.deepEqual(received, Array(3).fill(['{"data":{"n":0}}']), 'who comes later gets the present state');
    push({ data: { n: 1 } });
    await new Promise((resolve) => setTimeout(resolve, 10));
    for (const texts of received) assert.equal(texts.at(-1), '{"data":{"n":1}}');
    assert.equal(received[0]?.[1], received[1]?.[1]);

    await live.remove('x', 'u1');
    assert.deepEqual(ended, [1]);
    if ('leave' in first) first.leave();
    push({ data: { n: 2 } });
    await new Promise((resolve) => setTimeout(resolve, 10));
    assert.deepEqual(
      received.map((texts) => texts.length),
      [2, 2, 3],
    );
    push(null);
    await new Promise((resolve) => setTimeout(resolve, 10));
    assert.deepEqual(ended, [1, 2]);
    assert.deepEqual(live.counts(), { executions: 0, members: 0 });
  });
});

describe('a session on two instances', () => {
  let api: TestServer;
  let other: TestServer;
  beforeAll(async () => {
    api = await useServer();
    other = await useServer({ beside: api });
  });
  afterAll(async () => {
    await other.close();
    await api.close();
  });

  const start = async (person: TestPerson, id: string) => {
    const revision = await api.backend.database.prisma.revision.findFirstOrThrow({
      where: { currentOf: { slug: 'theta-calm' } },
    });
    const { data, text } = await api.ask(
      'mutation ($input: StartSessionInput!) { startSession(input: $input) { session { id version } userErrors { code message } } }',
      {
        input: {
          id,
          eventId: newId(),
          revision: nodeId('Revision', revision.id),
          occurredAt: new Date().toISOString(),
          timeZone: 'UTC',
          deviceId: person.deviceId,
          positionSeconds: 0,
          volume: 0.5,
          scene: '',
          deviceName: 'Test',
        },
      },
      person.accessToken,
    );
    assert.deepEqual(data?.startSession.userErrors, [], text);
  };
  const volume = (person: TestPerson, id: string, expectedVersion: number, value: number) =>
    api.ask(
      'mutation ($input: ChangeSessionVolumeInput!) { changeSessionVolume(input: $input) { userErrors { code message } } }',
      {
        input: {
          session: nodeId('Session', id),
          eventId: newId(),
          expectedVersion,
          occurredAt: new Date().toISOString(),
          positionSeconds: 1,
          deviceId: person.deviceId,
          volume: value,
        },
      },
      person.accessToken,
    );

  it('each change reaches the followers of the other instance, in order, from one execution', async () => {
    const person = await api.guest();
    const id = newId();
    await start(person, id);
    const followers = await Promise.all([1, 2, 3].map(() => openSocket(other.url, { token: person.accessToken })));
    for (const follower of followers) {
      follower.send({
        type: 'subscribe',
        id: 's',
        payload: {
          query: 'subscription ($id: ID!) { sessionChanged(id: $id) { version volume protocol { slug } } }',
          variables: { id: nodeId('Session', id) },
        },
      });
    }
    const states = async () =>
      Promise.all(
        followers.map(async (follower) => {
          const { payload } = (await follower.next('s')) as {
            payload: { data: { sessionChanged: { version: number } } };
          };
          return payload.data.sessionChanged;
        }),
      );
    for (const state of await states()) assert.equal(state.version, 1);
    assert.deepEqual(other.server.services.live.counts(), { executions: 1, members: 3 });
    for (let version = 1; version <= 5; version++) {
      const answer = await volume(person, id, version, version / 10);
      assert.deepEqual(answer.data?.changeSessionVolume.userErrors, [], answer.text);
    }
    for (let version = 2; version <= 6; version++) {
      for (const state of await states()) {
        assert.deepEqual(state, { version, volume: (version - 1) / 10, protocol: { slug: 'theta-calm' } });
      }
    }
    for (const follower of followers) follower.close();
    for (const end = Date.now() + 2_000; Date.now() < end && other.server.services.live.counts().executions > 0; ) {
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    assert.deepEqual(other.server.services.live.counts(), { executions: 0, members: 0 });
  });

  it('nobody shares what is personal: the same subscription of two people is two executions', async () => {
    const people = [await api.guest(), await api.guest()];
    const ids = [newId(), newId()];
    await start(people[0] as TestPerson, ids[0] as string);
    const sockets = await Promise.all(people.map((person) => openSocket(api.url, { token: person.accessToken })));
    for (const socket of sockets) {
      socket.send({ type: 'subscribe', id: 's', payload: { query: 'subscription { myLiveSession { uuid } }' } });
    }
    const [mine, theirs] = await Promise.all(sockets.map((socket) => socket.next('s')));
    assert.deepEqual((mine as { payload: unknown }).payload, { data: { myLiveSession: { uuid: ids[0] } } });
    assert.deepEqual((theirs as { payload: unknown }).payload, { data: { myLiveSession: null } });
    for (const socket of sockets) socket.close();
  });

  it('signing out everywhere ends what every device follows, on both instances, and no device comes back with its old token', async () => {
    const first = await api.account();
    const signIn = async (): Promise<TestPerson> => {
      const { data, text } = await api.ask(
        'mutation ($input: SignInInput!) { signIn(input: $input) { tokens { accessToken } userErrors { code } } }',
        { input: { email: first.email, password: PASSWORD } },
      );
      assert.ok(data?.signIn.tokens, text);
      return { ...first, accessToken: data.signIn.tokens.accessToken };
    };
    const second = await signIn();
    const id = newId();
    await start(first, id);
    const subscribe = {
      type: 'subscribe',
      id: 's',
      payload: {
        query: 'subscription ($id: ID!) { sessionChanged(id: $id) { version } }',
        variables: { id: nodeId('Session', id) },
      },
    };
    const followers = [
      await openSocket(api.url, { token: first.accessToken }),
      await openSocket(other.url, { token: second.accessToken }),
    ];
    for (const follower of followers) {
      follower.send(subscribe);
      const { payload } = await follower.next('s', 20_000);
      assert.deepEqual(payload, { data: { sessionChanged: { version: 1 } } });
    }
    await api.ask(
      'mutation ($input: SignOutEverywhereInput!) { signOutEverywhere(input: $input) { userErrors { code } } }',
      { input: {} },
      first.accessToken,
    );
    for (const follower of followers) assert.equal(await follower.closed(20_000), 4403);
    // What happens after that is heard by nobody who was there before.
    const back = await signIn();
    const changed = await volume(back, id, 1, 0.9);
    assert.deepEqual(changed.data?.changeSessionVolume.userErrors, [], changed.text);
    for (const follower of followers) assert.deepEqual(follower.messages, []);
    for (const { accessToken } of [first, second]) {
      const again = await openSocket(other.url, { token: accessToken, raw: true });
      again.send({ type: 'connection_init', payload: { accessToken } });
      assert.equal(await again.closed(20_000), 4403);
    }
  });

  it('who does not read is dropped, and the others hear on', async () => {
    const person = await api.guest();
    const id = newId();
    await start(person, id);
    const session = await api.backend.database.prisma.session.findUniqueOrThrow({ where: { id } });
    const [reader, sleeper] = await Promise.all([1, 2].map(() => openSocket(other.url, { token: person.accessToken })));
    assert.ok(reader && sleeper);
    const figure = async (name: string) => {
      const text = await (await fetch(`${other.url}/metrics`)).text();
      return Number(new RegExp(`^${name.replace(/[{}]/g, '\\$&')} (\\d+)`, 'm').exec(text)?.[1] ?? 0);
    };
    for (const follower of [reader, sleeper]) {
      follower.send({
        type: 'subscribe',
        id: 's',
        payload: {
          query: 'subscription ($id: ID!) { sessionChanged(id: $id) { version scene } }',
          variables: { id: nodeId('Session', id) },
        },
      });
      await follower.next('s');
    }
    sleeper.socket.pause();
    // What the system's own buffers hold differs; 64 MB are more than any of them.
    const scene = 'x'.repeat(64 * 1024);
    let version = 1;
    for (; version < 1_000 && (await figure('nes_refused_total{rule="slow_reader"}')) === 0; version++) {
      await publishChange(api.bus, person.userId, { session: { ...session, scene, version: version + 1 } });
      await reader.next('s', 20_000);
    }
    assert.equal(await figure('nes_refused_total{rule="slow_reader"}'), 1);
    assert.equal(other.server.services.live.counts().members, 1);
    await publishChange(api.bus, person.userId, { session: { ...session, version: version + 1 } });
    const { payload } = (await reader.next('s', 20_000)) as { payload: { data: { sessionChanged: object } } };
    assert.deepEqual(payload.data.sessionChanged, { version: version + 1, scene: '' });
    reader.close();
    sleeper.socket.terminate();
  });
});
