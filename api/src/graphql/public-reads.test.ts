import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { parse } from 'graphql';
import { createLocalBus } from '../platform/bus.ts';
import { newId } from '../platform/ids.ts';
import { useServer } from '../testing/server.ts';
import { createPublicReads } from './public-reads.ts';
import { schema } from './schema.ts';

const one = await useServer();
const two = await useServer({ beside: one });
after(async () => {
  await two.close();
  await one.close();
});

const LIST =
  'query ($first: Int!) { protocols(first: $first, order: NEWEST) { nodes { id slug title sessionCount author { displayName } } } }';
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
  const { protocol } = forked.data.forkProtocol;
  const answer = await one.ask(
    'mutation ($input: PublishProtocolInput!) { publishProtocol(input: $input) { userErrors { message } } }',
    { input: { id: protocol.id } },
    person.accessToken,
  );
  assert.deepEqual(answer.data?.publishProtocol.userErrors, [], answer.text);
  return { person, protocol: protocol as { id: string; slug: string } };
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

test('a session that begins is counted at once, at either instance', async () => {
  const { accessToken } = await one.guest();
  const { data } = await one.ask('{ protocols(first: 1, order: NEWEST) { nodes { id revision { id } } } }');
  const [{ id, revision }] = data.protocols.nodes;
  const count = async (api: typeof one) =>
    (await api.ask(LIST, { first: 3 })).data.protocols.nodes.find((node: { id: string }) => node.id === id)
      .sessionCount as number;
  const before = await count(one);
  assert.equal(await count(two), before);
  const answer = await one.ask(
    'mutation ($input: StartSessionInput!) { startSession(input: $input) { session { id } userErrors { message } } }',
    {
      input: {
        id: newId(),
        eventId: newId(),
        revision: revision.id,
        occurredAt: one.clock.now().toISOString(),
        timeZone: 'UTC',
        deviceId: newId(),
      },
    },
    accessToken,
  );
  assert.deepEqual(answer.data.startSession.userErrors, []);
  assert.equal(await count(one), before + 1);
  await until(async () => (await count(two)) === before + 1);
});

test('an answer that was being read while something changed is not kept', async () => {
  const { publicReads } = one.server.services;
  const keep = publicReads.begin();
  const request = { query: '{ protocols(first: 1) { nodes { title } } }' };
  await publicReads.changed();
  const answer = { headers: {}, text: '{"data":"old"}', name: 'other' };
  keep(request, undefined, null, parse(request.query), answer);
  assert.equal(publicReads.find(request, undefined, null), undefined);
  publicReads.begin()(request, undefined, null, parse(request.query), answer);
  assert.equal(publicReads.find(request, undefined, null)?.body.toString(), '{"data":"old"}');
  await publicReads.changed();
});

test('errors, mutations and lists of a person are not kept', async () => {
  const { publicReads } = one.server.services;
  const { accessToken } = await one.guest();
  for (const query of ['{ protocols(first: 500) { nodes { id } } }', '{ viewer { id } }', '{ serverTime }']) {
    await one.ask(query, undefined, accessToken);
    await one.ask(query);
    assert.equal(
      publicReads.find({ query }, 'application/graphql-response+json', null),
      undefined,
      `${query} was kept`,
    );
  }
});

test('of those who ask for an answer that grows old one makes it anew, the others get it as it is, and nobody gets it after two seconds', async () => {
  const bus = createLocalBus();
  let time = 0;
  const reads = await createPublicReads({ schema, bus, enabled: true, now: () => time });
  const request = { query: '{ protocols(first: 1) { nodes { title } } }' };
  const find = () => reads.find(request, undefined, null)?.body.toString();
  const make = (text: string) =>
    reads.begin()(request, undefined, null, parse(request.query), { headers: {}, text, name: 'other' });
  make('first');
  time = 1_500;
  assert.deepEqual([find(), find()], ['first', 'first']);
  time = 1_501;
  assert.deepEqual([find(), find(), find()], [undefined, 'first', 'first']);
  make('second');
  time = 3_001;
  assert.deepEqual([find(), find()], ['second', 'second']);
  // Nobody made it: another one is asked to.
  time = 3_002;
  assert.deepEqual([find(), find()], [undefined, 'second']);
  time = 3_253;
  assert.deepEqual([find(), find()], [undefined, 'second']);
  time = 3_502;
  assert.deepEqual([find(), find()], [undefined, undefined]);
  reads.close();
  await bus.close();
});
