import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { type ExecutionResult, execute, parse } from 'graphql';
import { Redis } from 'ioredis';
import { afterAll, test } from 'vitest';
import { presentRevisionId } from '../../../prisma/library/library.ts';
import { schema } from '../http/schema.ts';
import { createRedisBus } from '../platform/bus.ts';
import { encodeNodeId } from '../schema/node-id.ts';
import type { Viewer } from '../schema/viewer.ts';
import { type Asker, type Data, useSchema } from '../testing/ask.ts';

const api = await useSchema();
afterAll(() => api.close());
const REVISION = encodeNodeId('Revision', presentRevisionId('energy'));
const T0 = Date.now() - 600_000;
const moment = (seconds: number) => new Date(T0 + seconds * 1000).toISOString();
const line = (kind: string, seconds: number, positionSeconds: number) => ({
  id: randomUUID(),
  kind,
  occurredAt: moment(seconds),
  positionSeconds,
});

async function record(asker: Asker, viewer: Viewer, id: string, ...events: object[]): Promise<void> {
  const { recordSession } = await asker.ask(
    viewer,
    'mutation ($input: RecordSessionInput!) { recordSession(input: $input) { userErrors { message } } }',
    { input: { id, revision: REVISION, timeZone: 'UTC', deviceId: randomUUID(), events } },
  );
  assert.deepEqual(recordSession.userErrors, []);
}

/** Reads a subscription into a list that tests look at. */
async function watch(viewer: Viewer, source: string, variables: object, read: (data: Data) => unknown) {
  const stream = await api.follow(viewer, source, { ...variables });
  assert.ok(Symbol.asyncIterator in stream, JSON.stringify(stream));
  const seen: unknown[] = [];
  const done = (async () => {
    for await (const { data, errors } of stream as AsyncIterable<ExecutionResult>) {
      assert.equal(errors, undefined);
      seen.push(read(JSON.parse(JSON.stringify(data))));
    }
  })();
  const until = async (count: number) => {
    for (let turn = 0; turn < 500 && seen.length < count; turn++)
      await new Promise((resolve) => setTimeout(resolve, 10));
    assert.ok(seen.length >= count, `${seen.length} of ${count} came: ${JSON.stringify(seen)}`);
  };
  return { seen, done, until, stop: () => (stream as AsyncGenerator).return(undefined) };
}

const CHANGED = `subscription ($id: ID!) { sessionChanged(id: $id) { version state positionSeconds
  protocol { slug } events(last: 1) { nodes { sequence kind } } } }`;
const readChanged = ({ sessionChanged: one }: Data) =>
  `${one.version} ${one.state} ${one.protocol.slug} ${one.events.nodes.map((event: Data) => `${event.sequence}:${event.kind}`)}`;

test('the present state first, then every change in order, each with its own last event, then the end', async () => {
  const me = await api.person();
  const id = randomUUID();
  await record(api, me, id, line('STARTED', 0, 0), line('PAUSED', 10, 10));
  const watched = await watch(me, CHANGED, { id: encodeNodeId('Session', id) }, readChanged);
  await watched.until(1);
  // As fast as they can be sent, so that several have happened when the first is read.
  await record(api, me, id, line('RESUMED', 20, 10));
  await record(api, me, id, line('PAUSED', 30, 20));
  await record(api, me, id, line('RESUMED', 40, 20));
  await record(api, me, id, line('STOPPED', 50, 30));
  await watched.done;
  assert.deepEqual(watched.seen, [
    '2 PAUSED energy 2:PAUSED',
    '3 ACTIVE energy 3:RESUMED',
    '4 PAUSED energy 4:PAUSED',
    '5 ACTIVE energy 5:RESUMED',
    '6 STOPPED energy 6:STOPPED',
  ]);
});

test('a session may be named before it has begun; others never hear of it', async () => {
  const me = await api.person();
  const other = await api.person();
  const id = randomUUID();
  const mine = await watch(me, CHANGED, { id: encodeNodeId('Session', id) }, readChanged);
  const theirs = await watch(other, CHANGED, { id: encodeNodeId('Session', id) }, readChanged);
  await record(api, me, id, line('STARTED', 0, 0));
  await record(api, me, id, line('STOPPED', 5, 5));
  await mine.done;
  assert.deepEqual(mine.seen, ['1 ACTIVE energy 1:STARTED', '2 STOPPED energy 2:STOPPED']);
  // The other person's own sessions are another matter too.
  await record(api, other, randomUUID(), line('STARTED', 0, 0));
  await new Promise((resolve) => setTimeout(resolve, 100));
  assert.deepEqual(theirs.seen, []);
  await theirs.stop();
});

test('the live session on whatever device, null without one, and its end', async () => {
  const me = await api.person();
  const watched = await watch(me, 'subscription { myLiveSession { uuid state } }', {}, ({ myLiveSession: one }) =>
    one === null ? null : `${one.uuid} ${one.state}`,
  );
  await watched.until(1);
  const [first, second] = [randomUUID(), randomUUID()];
  await record(api, me, first, line('STARTED', 0, 0));
  await record(api, me, second, line('STARTED', 100, 0));
  await record(api, me, first, line('STOPPED', 200, 200));
  await record(api, me, second, line('STOPPED', 300, 200));
  await watched.until(5);
  await watched.stop();
  assert.deepEqual(watched.seen, [
    null,
    `${first} ACTIVE`,
    `${second} ACTIVE`,
    // The first has ended; the second still goes on.
    `${second} ACTIVE`,
    `${second} STOPPED`,
  ]);
});

test('nobody follows without a token', async () => {
  for (const source of ['subscription { myLiveSession { id } }', 'subscription { metricsChanged { day } }']) {
    const answer = await api.follow(null, source);
    const { errors } =
      Symbol.asyncIterator in answer
        ? await (answer as AsyncGenerator<ExecutionResult>).next().then(({ value }) => value)
        : answer;
    assert.match(errors?.[0].message, /Sign in/);
  }
});

test('over Redis: another instance hears it, and a whole solo session is few commands', async (t) => {
  const { redisUrl, redisPrefix } = api.backend;
  if (!redisUrl) return t.skip('no Redis');
  // Whatever is open when something fails is closed too: one connection that is left keeps the whole file from ending.
  const open: { close(): unknown }[] = [];
  const openBus = async () => {
    const bus = await createRedisBus(redisUrl, { prefix: redisPrefix });
    open.push(bus);
    return bus;
  };
  try {
    const client = new Redis(redisUrl, { connectTimeout: 10_000, retryStrategy: () => null });
    open.push({ close: () => client.disconnect() });
    client.on('error', () => {});
    const monitor = await client.monitor();
    open.push({ close: () => monitor.disconnect() });
    const commands: string[] = [];
    // What a script does within Redis is no command of ours.
    monitor.on('monitor', (_time: string, args: string[], source: string) => {
      if (source !== 'lua' && args.some((part) => part.startsWith(redisPrefix)))
        commands.push(args.slice(0, 2).join(' '));
    });
    const busA = await openBus();
    const busB = await openBus();
    const me = await api.person();
    const id = randomUUID();
    const heard: string[] = [];
    const end = await busB.subscribe(`user:${me.userId}`, (message) => {
      const { session } = JSON.parse(message);
      if (session) heard.push(`${session.version} ${session.state}`);
    });
    const a: Asker = {
      ...api,
      async ask(viewer, source, variableValues) {
        const contextValue = { ...api.context(viewer), bus: busA };
        const { data, errors } = await execute({ schema, document: parse(source), contextValue, variableValues });
        assert.equal(errors, undefined);
        return data;
      },
    };
    await record(a, me, id, line('STARTED', 0, 0));
    await record(a, me, id, { ...line('VOLUME_CHANGED', 5, 5), volume: 0.3 });
    await record(a, me, id, line('PAUSED', 10, 10));
    await record(a, me, id, line('RESUMED', 20, 10));
    await record(a, me, id, line('SEEKED', 30, 740));
    await record(a, me, id, line('COMPLETED', 40, 750));
    await a.ask(me, 'mutation ($input: RateSessionInput!) { rateSession(input: $input) { userErrors { message } } }', {
      input: { session: encodeNodeId('Session', id), stars: 4 },
    });
    for (let turn = 0; turn < 2_000 && heard.length < 6; turn++)
      await new Promise((resolve) => setTimeout(resolve, 10));
    end();
    assert.deepEqual(heard, ['1 ACTIVE', '2 ACTIVE', '3 PAUSED', '4 ACTIVE', '5 ACTIVE', '6 COMPLETED']);
    await new Promise((resolve) => setTimeout(resolve, 100));
    t.annotate(
      `${commands.length} Redis commands for start, volume, pause, resume, seek, complete, rating and one follower`,
    );
    assert.ok(commands.length <= 12, commands.join('\n'));
  } finally {
    for (const one of open) await one.close();
  }
});
