import assert from 'node:assert/strict';
import { afterAll, test } from 'vitest';
import { newId } from '../../platform/ids.ts';
import { useServer } from '../../testing/server.ts';

const one = await useServer();
const two = await useServer({ beside: one });
afterAll(async () => {
  await two.close();
  await one.close();
});

const LIST =
  'query ($first: Int!) { protocols(first: $first, order: NEWEST) { nodes { id slug title listenerCount author { displayName } } } }';
const database = one.backend.database.prisma;

/** Times that the database was asked while `act` ran. */
async function queriesOf(act: () => Promise<unknown>): Promise<number> {
  const { pool } = one.backend.database;
  let count = 0;
  const connect = pool.connect.bind(pool);
  const query = pool.query.bind(pool);
  Object.assign(pool, {
    connect: (...args: []) => {
      count++;
      return connect(...args);
    },
    query: (...args: Parameters<typeof query>) => {
      count++;
      return query(...args);
    },
  });
  try {
    await act();
  } finally {
    Object.assign(pool, { connect, query });
  }
  return count;
}

async function until(what: () => Promise<boolean>): Promise<void> {
  for (let n = 0; n < 500; n++) {
    if (await what()) return;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  throw new Error('It never became so.');
}

/** A published protocol of a new account. */
async function published() {
  const person = await one.account();
  const {
    data: { protocols },
  } = await one.ask('{ protocols(first: 1, filter: {builtIn: true}) { nodes { revision { id } } } }');
  const forked = await one.ask(
    'mutation ($input: ForkProtocolInput!) { forkProtocol(input: $input) { protocol { id slug } userErrors { message } } }',
    { input: { revision: protocols.nodes[0].revision.id } },
    person.accessToken,
  );
  const answer = await one.ask(
    'mutation ($input: PublishProtocolInput!) { publishProtocol(input: $input) { protocol { id slug } userErrors { message } } }',
    { input: { id: forked.data.forkProtocol.protocol.id } },
    person.accessToken,
  );
  assert.deepEqual(answer.data?.publishProtocol.userErrors, [], answer.text);
  // What is published goes by another name than its draft.
  return { person, protocol: answer.data.publishProtocol.protocol as { id: string; slug: string } };
}

test('a list that was read is answered without the database, to strangers and to people alike', async () => {
  const { accessToken } = await one.guest();
  // What is kept grows old in two seconds, which a loaded machine may take: then it is tried again.
  await until(async () => {
    const first = await one.ask(LIST, { first: 7 }, accessToken);
    let again: string[] = [];
    const queries = await queriesOf(async () => {
      again = [(await one.ask(LIST, { first: 7 })).text, (await one.ask(LIST, { first: 7 }, accessToken)).text];
    });
    assert.deepEqual(again, [first.text, first.text]);
    return queries === 0;
  });
  assert.notEqual((await one.ask(LIST, { first: 6 })).text, (await one.ask(LIST, { first: 7 })).text);
});

test('what depends on the person is read anew for each, whatever strangers were told', async () => {
  const { person, protocol } = await published();
  const mine = `query ($slug: String!) { protocol(slug: $slug) { isMine } protocols(first: 1, order: NEWEST) { nodes { slug isMine } } }`;
  const of = async (token: string | null) => (await one.ask(mine, { slug: protocol.slug }, token)).data;
  const other = await one.guest();
  for (let round = 0; round < 2; round++) {
    assert.equal((await of(null)).protocol.isMine, false);
    assert.deepEqual((await of(person.accessToken)).protocols.nodes, [{ slug: protocol.slug, isMine: true }]);
    assert.equal((await of(person.accessToken)).protocol.isMine, true);
    assert.equal((await of(other.accessToken)).protocol.isMine, false);
  }
});

test('a draft that only its author may see is never kept for others', async () => {
  const { person, protocol } = await published();
  const read = async (token: string | null) =>
    (await one.ask('query ($slug: String!) { protocol(slug: $slug) { title } }', { slug: protocol.slug }, token)).data
      .protocol;
  await database.protocol.update({ where: { slug: protocol.slug }, data: { visibility: 'DRAFT' } });
  await one.server.services.publicReads.changed();
  assert.notEqual(await read(person.accessToken), null);
  assert.equal(await read(null), null);
  assert.notEqual(await read(person.accessToken), null);
});

test('whatever changes the list is seen at once where it was done, and then on the other instance', async () => {
  const slugs = async (api: typeof one) =>
    (await api.ask(LIST, { first: 20 })).data.protocols.nodes.map(({ slug }: { slug: string }) => slug) as string[];
  await slugs(one);
  await slugs(two);
  const { person, protocol } = await published();
  assert.ok((await slugs(one)).includes(protocol.slug));
  await until(async () => (await slugs(two)).includes(protocol.slug));

  // At the other instance this time; sooner than what is kept grows old by itself.
  await slugs(one);
  const { data } = await two.ask(
    'mutation ($input: UnlistProtocolInput!) { unlistProtocol(input: $input) { userErrors { message } } }',
    { input: { id: protocol.id } },
    person.accessToken,
  );
  assert.deepEqual(data.unlistProtocol.userErrors, []);
  assert.ok(!(await slugs(two)).includes(protocol.slug));
  await until(async () => !(await slugs(one)).includes(protocol.slug));
});

test('somebody who has heard enough is counted when the session ends, at either instance', async () => {
  const { accessToken } = await one.guest();
  const { data } = await one.ask(
    '{ protocols(first: 1, order: NEWEST) { nodes { id durationSeconds revision { id } } } }',
  );
  const [{ id, revision, durationSeconds }] = data.protocols.nodes;
  const count = async (api: typeof one) =>
    (await api.ask(LIST, { first: 3 })).data.protocols.nodes.find((node: { id: string }) => node.id === id)
      .listenerCount as number;
  const before = await count(one);
  assert.equal(await count(two), before);
  const started = one.clock.now().getTime() - Math.ceil(Math.max(60, durationSeconds / 10)) * 1000;
  const answer = await one.ask(
    'mutation ($input: StartSessionInput!) { startSession(input: $input) { session { id } userErrors { message } } }',
    {
      input: {
        id: newId(),
        eventId: newId(),
        revision: revision.id,
        occurredAt: new Date(started).toISOString(),
        timeZone: 'UTC',
        deviceId: newId(),
      },
    },
    accessToken,
  );
  assert.deepEqual(answer.data.startSession.userErrors, []);
  assert.equal(await count(one), before);
  const stopped = await one.ask(
    'mutation ($input: StopSessionInput!) { stopSession(input: $input) { session { playedSeconds } userErrors { message } } }',
    {
      input: {
        session: answer.data.startSession.session.id,
        eventId: newId(),
        expectedVersion: 1,
        occurredAt: one.clock.now().toISOString(),
        deviceId: newId(),
      },
    },
    accessToken,
  );
  assert.deepEqual(stopped.data.stopSession.userErrors, []);
  assert.equal(await count(one), before + 1);
  await until(async () => (await count(two)) === before + 1);
});

test('errors, mutations, the time and whatever reads who asks are made anew for each', async () => {
  const { accessToken } = await one.guest();
  const made: Record<string, boolean> = {
    '{ protocols(first: 2) { nodes { id } } }': false,
    '{ protocols(first: 500) { nodes { id } } }': true,
    '{ viewer { id } }': true,
    '{ serverTime }': true,
    '{ protocols(first: 2) { nodes { isMine } } }': true,
    '{ protocols(first: 2) { nodes { viewerRating } } }': true,
    '{ protocol(slug: "energy") { title } }': false,
    '{ protocol(slug: "energy") { isMine } }': true,
  };
  for (const [query, anew] of Object.entries(made)) {
    await until(async () => {
      await one.ask(query);
      await one.ask(query, undefined, accessToken);
      // Only what is made anew has an id of its request.
      return ((await one.ask(query)).headers.get('x-request-id') !== null) === anew;
    });
  }
});

test('what only concerns the one who does it leaves what is kept for everybody', async () => {
  const query = '{ protocols(first: 5) { nodes { slug } } }';
  const isKept = async () => (await one.ask(query)).headers.get('x-request-id') === null;
  const { accessToken } = await one.guest();
  const save = () =>
    one.ask(
      'mutation ($input: SavePreferencesInput!) { savePreferences(input: $input) { userErrors { message } } }',
      { input: { volume: 0.4 } },
      accessToken,
    );
  // What is kept grows old in two seconds, which a loaded machine may take: then it is tried again.
  await until(async () => {
    await one.ask(query);
    if (!(await isKept())) return false;
    const { data, text } = await save();
    assert.deepEqual(data?.savePreferences.userErrors, [], text);
    return isKept();
  });
});
