import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { searchesWanted } from '@nes/program/search-fixture.ts';
import { type GraphQLObjectType, getNamedType, isLeafType } from 'graphql';
import { afterAll, test } from 'vitest';
import { protocolId, revisionId } from '../../../prisma/library/ids.ts';
import { presentRevisionId, readLibrary } from '../../../prisma/library/library.ts';
import { PUBLISHED_PLACE, recommendedPlaces } from '../../../prisma/library/places.ts';
import { mask } from '../http/plugins/errors.ts';
import { schema } from '../http/schema.ts';
import { columnsOf } from '../platform/columns.ts';
import { encodeNodeId } from '../schema/node-id.ts';
import type { Viewer } from '../schema/viewer.ts';
import { type Data, useSchema } from '../testing/ask.ts';
import { programHash } from './describe.ts';
import { forgetAuthor } from './forget-author.ts';
import { holdsLibrary, loadLibrary } from './load-library.ts';

const api = await useSchema();
afterAll(() => api.close());
const database = api.backend.database.prisma;

const program = (beat = 10) => ({
  durationSeconds: 60,
  voices: [{ kind: 'BINAURAL', keyframes: [{ at: 0, carrier: 200, beat, level: 0.5 }] }],
});
const FIELDS = `protocol { id slug title summary category tags visibility builtIn isMine evidence bands durationSeconds speakersOk
  publishedAt author { displayName } revision { id number title description program programHash }
  forkedFrom { id protocol { slug } } } userErrors { field code message }`;

async function mutate(viewer: Viewer | null, name: string, input: object, fields = FIELDS): Promise<Data> {
  const type = `${name.charAt(0).toUpperCase()}${name.slice(1)}Input`;
  return (await api.ask(viewer, `mutation ($input: ${type}!) { ${name}(input: $input) { ${fields} } }`, { input }))[
    name
  ];
}

async function create(viewer: Viewer, more: object = {}): Promise<Data> {
  const { protocol, userErrors } = await mutate(viewer, 'createProtocol', {
    title: 'My evening',
    summary: 'To come down.',
    description: 'First.\n\nSecond.',
    category: 'RELAXATION',
    tags: ['Evening', 'evening', 'calm'],
    program: program(),
    ...more,
  });
  assert.deepEqual(userErrors, []);
  return protocol;
}

const uuid = (id: string) => Buffer.from(id, 'base64').toString().split(':')[1] as string;
const account = () => api.person({ email: `${randomUUID()}@example.org` });
const slugs = (data: Data) => data.protocols.nodes.map((node: Data) => node.slug);

test('the library is in the database as it is in its files, under ids that anyone can compute', async () => {
  const entries = readLibrary();
  assert.ok(entries.length >= 24);
  const rows = await database.protocol.findMany({
    where: { libraryVersion: { not: null } },
    include: { currentRevision: true, sources: { orderBy: { position: 'asc' } }, controlOf: true },
  });
  assert.equal(rows.length, entries.length);
  for (const entry of entries) {
    const row = rows.find((one) => one.slug === entry.slug);
    assert.equal(row?.id, protocolId(entry.slug));
    assert.equal(row.currentRevisionId, revisionId(entry.slug, entry.version));
    assert.equal(row.currentRevision?.programHash, programHash(entry.program));
    assert.deepEqual(row.currentRevision.program, JSON.parse(JSON.stringify(entry.program)));
    assert.equal(row.currentRevision.whatIsKnown.join('\n\n'), entry.whatIsKnown);
    assert.deepEqual(
      row.sources.map((source) => source.title),
      entry.sources.map((source) => source.title),
    );
    assert.equal(row.controlOf?.slug ?? null, entry.controlOf);
    assert.equal(row.visibility, 'PUBLIC');
  }
});

test('loading again does nothing, a new version is a new revision, a left one is unlisted, a silent change is refused', async () => {
  const entries = readLibrary();
  assert.equal(await loadLibrary(database, entries), 0);
  const [first, second] = entries as [(typeof entries)[0], (typeof entries)[0]];
  const louder = { ...first.program, seed: first.program.seed + 1 };
  await assert.rejects(
    loadLibrary(database, [{ ...first, program: louder }, ...entries.slice(1)]),
    /raise the version/,
  );
  const counts = await Promise.all(
    Array.from({ length: 4 }, () =>
      loadLibrary(database, [
        { ...first, version: first.version + 1, title: 'Anew', program: louder },
        ...entries.slice(2),
      ]),
    ),
  );
  assert.equal(
    counts.reduce((sum, count) => sum + count, 0),
    1,
    'one of four at once',
  );
  const row = await database.protocol.findUniqueOrThrow({
    where: { slug: first.slug },
    include: { revisions: { orderBy: { number: 'asc' } } },
  });
  assert.equal(row.title, 'Anew');
  assert.deepEqual(
    row.revisions.map((revision) => revision.id),
    [revisionId(first.slug, first.version), revisionId(first.slug, first.version + 1)],
  );
  assert.equal((await database.protocol.findUniqueOrThrow({ where: { slug: second.slug } })).visibility, 'UNLISTED');
  await database.protocol.update({ where: { slug: second.slug }, data: { visibility: 'PUBLIC' } });
});

test('the server recommends in the order that a device does, and nothing else is asked for', async () => {
  const places = recommendedPlaces(readLibrary());
  const wanted = [...places.keys()].sort((a, b) => (places.get(a) as number) - (places.get(b) as number));
  const slugs = async (query: string): Promise<string[]> =>
    (await api.ask(null, query)).protocols.nodes.map((node: Data) => node.slug);
  const built = new Set(wanted);
  const own = (found: string[]) => found.filter((slug) => built.has(slug)).slice(0, 30);
  assert.deepEqual(own(await slugs('{ protocols(first: 50) { nodes { slug } } }')), wanted.slice(0, 30));
  assert.deepEqual(
    own(await slugs('{ protocols(first: 50, filter: {}, order: RECOMMENDED) { nodes { slug } } }')),
    wanted.slice(0, 30),
  );
  // One that was moved by somebody is put back with the next start.
  await database.protocol.update({ where: { slug: 'sleep' }, data: { place: 9_000 } });
  assert.equal(await holdsLibrary(api.backend.database.pool), false);
  await loadLibrary(database);
  assert.equal(await holdsLibrary(api.backend.database.pool), true);
  assert.equal((await database.protocol.findUniqueOrThrow({ where: { slug: 'sleep' } })).place, places.get('sleep'));
});

test('each order pages through everything once, forwards and backwards', async () => {
  // Ratings and counts with gaps and equals.
  await database.$executeRaw`UPDATE protocols SET session_count = abs(hashtext(slug)) % 5,
    rating_count = abs(hashtext(slug)) % 3, rating_sum = 4 * (abs(hashtext(slug)) % 3),
    listed_at = timestamptz '2026-01-01' + abs(hashtext(slug)) % 4 * interval '1 day',
    rating_average = CASE WHEN abs(hashtext(slug)) % 3 > 0 THEN 4 - abs(hashtext(slug)) % 2 ELSE 0 END`;
  const all = await database.protocol.count({ where: { visibility: 'PUBLIC' } });
  for (const order of ['RECOMMENDED', 'POPULAR', 'NEWEST', 'TITLE', 'SHORTEST', 'BEST_RATED']) {
    const forwards: string[] = [];
    let cursor: string | null = null;
    do {
      const { protocols } = await api.ask(
        null,
        'query ($after: String, $order: ProtocolOrder) { protocols(first: 7, after: $after, order: $order) { nodes { slug } pageInfo { hasNextPage endCursor } } }',
        { after: cursor, order },
      );
      forwards.push(...protocols.nodes.map((node: Data) => node.slug));
      cursor = protocols.pageInfo.hasNextPage ? protocols.pageInfo.endCursor : null;
    } while (cursor);
    assert.equal(new Set(forwards).size, all, order);
    assert.equal(forwards.length, all, order);
    const backwards: string[] = [];
    cursor = null;
    do {
      const { protocols } = await api.ask(
        null,
        'query ($before: String, $order: ProtocolOrder) { protocols(last: 9, before: $before, order: $order) { nodes { slug } pageInfo { hasPreviousPage startCursor } } }',
        { before: cursor, order },
      );
      backwards.unshift(...protocols.nodes.map((node: Data) => node.slug));
      cursor = protocols.pageInfo.hasPreviousPage ? protocols.pageInfo.startCursor : null;
    } while (cursor);
    assert.deepEqual(backwards, forwards, order);
  }
  await database.$executeRaw`UPDATE protocols SET session_count = 0, rating_count = 0, rating_sum = 0, rating_average = 0`;
});

test('search by words and their beginnings, and every filter', async () => {
  // The library is longer than the longest page.
  const find = async (filter: object) => {
    const found: Data = { protocols: { nodes: [] } };
    let after: string | null = null;
    do {
      const { protocols } = await api.ask(
        null,
        'query ($filter: ProtocolFilter, $after: String) { protocols(first: 100, after: $after, filter: $filter) { nodes { slug category durationSeconds evidence speakersOk bands tags } pageInfo { hasNextPage endCursor } } }',
        { filter, after },
      );
      found.protocols.nodes.push(...protocols.nodes);
      after = protocols.pageInfo.hasNextPage ? protocols.pageInfo.endCursor : null;
    } while (after);
    return slugs(found);
  };
  const rows = await database.protocol.findMany({ where: { visibility: 'PUBLIC' } });
  const where = (test: (row: (typeof rows)[0]) => boolean) =>
    rows
      .filter(test)
      .map((row) => row.slug)
      .sort();
  assert.ok((await find({ search: 'Power na' })).includes('power-nap'));
  assert.deepEqual(await find({ search: 'zzzzqqq' }), []);
  assert.deepEqual((await find({ search: '  !? ' })).length, rows.length, 'without words there is nothing to look for');
  assert.ok(
    (await find({ search: "nap' | ! :* & (" })).includes('power-nap'),
    'what means something to PostgreSQL is only text',
  );
  assert.deepEqual(
    (await find({ categories: ['NAP', 'SLEEP'] })).sort(),
    where((row) => row.category === 'NAP' || row.category === 'SLEEP'),
  );
  assert.deepEqual(
    (await find({ bands: ['GAMMA'] })).sort(),
    where((row) => row.bands.includes('GAMMA')),
  );
  assert.deepEqual(
    (await find({ evidence: ['MIXED'] })).sort(),
    where((row) => row.evidence === 'MIXED'),
  );
  assert.deepEqual(
    (await find({ speakersOk: true })).sort(),
    where((row) => row.speakersOk),
  );
  assert.deepEqual(
    (await find({ minDurationSeconds: 600, maxDurationSeconds: 900 })).sort(),
    where((row) => row.durationSeconds >= 600 && row.durationSeconds <= 900),
  );
  const tag = rows.find((row) => row.tags.length > 0)?.tags[0] as string;
  assert.deepEqual(
    (await find({ tags: [tag] })).sort(),
    where((row) => row.tags.includes(tag)),
  );
  assert.equal((await find({ builtIn: false })).length, 0);
  const author = await account();
  const mine = await create(author, { title: 'Dämmerung am See' });
  const { slug } = (await mutate(author, 'publishProtocol', { id: mine.id })).protocol;
  assert.deepEqual(await find({ author: encodeNodeId('User', author.userId) }), [slug]);
  assert.deepEqual(await find({ builtIn: false }), [slug]);
  const { place } = await database.protocol.findUniqueOrThrow({ where: { slug } });
  assert.equal(place, PUBLISHED_PLACE, 'it is recommended where a device without a server puts it');
  assert.deepEqual(await find({ search: 'dämm see' }), [slug]);
});

test('what people type finds the same first as on a device', async () => {
  const wrong: string[] = [];
  for (const [text, hit] of searchesWanted) {
    const { protocols } = await api.ask(
      null,
      'query ($text: String) { protocols(first: 1, filter: { search: $text }) { nodes { slug category } } }',
      { text },
    );
    const [found] = protocols.nodes;
    if (found?.slug !== hit && found?.category !== hit) wrong.push(`${text}: ${found?.slug}, not ${hit}`);
  }
  assert.ok(searchesWanted.length >= 40);
  assert.deepEqual(wrong, []);
});

test('a word that only a description has, a name with a slip, and without accents', async () => {
  const author = await account();
  const published = async (input: Record<string, string>) => {
    const { id } = await create(author, input);
    return (await mutate(author, 'publishProtocol', { id })).protocol.slug as string;
  };
  const first = async (search: string) =>
    slugs(
      await api.ask(
        null,
        'query ($search: String) { protocols(first: 1, filter: { search: $search }) { nodes { slug } } }',
        {
          search,
        },
      ),
    )[0];
  const described = await published({ title: 'Number nine', description: 'Made beside a zugspitze of cables.' });
  const named = await published({ title: 'Übermorgenstern' });
  assert.equal(await first('zugspitze'), described);
  assert.equal(await first('ubermorgenstren'), named);
  assert.equal(await first('ÜBERMORGEN'), named);
});

test('pages of a search run through its hits once, forwards and backwards, within a filter', async () => {
  const page = async (part: string, args: Record<string, unknown>) =>
    (
      await api.ask(
        null,
        `query ($n: Int, $at: String) { protocols(${part}, filter: { search: "sleep", builtIn: true }) { nodes { slug } pageInfo { startCursor endCursor hasNextPage hasPreviousPage } } }`,
        args,
      )
    ).protocols;
  const whole = await page('first: $n', { n: 100 });
  const order = whole.nodes.map(({ slug }: Data) => slug);
  assert.ok(order.length > 7);
  assert.equal(order[0], 'sleep');
  const forwards: string[] = [];
  for (let at: string | null = null, more = true; more; ) {
    const part = await page('first: $n, after: $at', { n: 3, at });
    forwards.push(...part.nodes.map(({ slug }: Data) => slug));
    at = part.pageInfo.endCursor;
    more = part.pageInfo.hasNextPage;
  }
  assert.deepEqual(forwards, order);
  const backwards: string[] = [];
  for (let at: string | null = null, more = true; more; ) {
    const part = await page('last: $n, before: $at', { n: 3, at });
    backwards.unshift(...part.nodes.map(({ slug }: Data) => slug));
    at = part.pageInfo.startCursor;
    more = part.pageInfo.hasPreviousPage;
  }
  assert.deepEqual(backwards, order);
});

test('a page of 20 with author and my rating is 3 statements, one of 100 too', async () => {
  const me = await account();
  const mine = await create(me);
  await mutate(me, 'publishProtocol', { id: mine.id });
  const query = (first: number) => () =>
    api.ask(
      me,
      `{ protocols(first: ${first}) { nodes { slug title viewerRating sessionCount ratingAverage author { displayName } } pageInfo { hasNextPage } } }`,
    );
  const twenty = await api.statements(query(20));
  assert.ok(twenty.length <= 3, twenty.join('\n'));
  assert.equal((await api.statements(query(1))).length, twenty.length);
  assert.equal((await api.statements(query(100))).length, twenty.length);
  const deep = (first: number) => () =>
    api.ask(
      me,
      `{ protocols(first: ${first}) { nodes { slug control { slug } controlOf { slug } sources { title } revision { number author { displayName } } revisions { nodes { number } } forkedFrom { number protocol { slug } } } } }`,
    );
  assert.equal((await api.statements(deep(3))).length, (await api.statements(deep(50))).length);
});

test('the first page says of every field what Prisma says of it, in one statement that reads no more than is asked', async () => {
  const viewer = await account();
  const { id } = await create(viewer);
  await mutate(viewer, 'publishProtocol', { id });
  const row = await database.protocol.findUniqueOrThrow({ where: { id: uuid(id) } });
  const session = await database.session.create({
    data: {
      ...{ id: randomUUID(), userId: viewer.userId, protocolId: row.id, revisionId: row.currentRevisionId as string },
      ...{ state: 'COMPLETED', version: 2, timeZone: 'UTC', startedAt: new Date(), positionSeconds: 0 },
      ...{ positionAt: new Date(), endedAt: new Date(), playerDeviceId: randomUUID() },
    },
  });
  await database.rating.create({
    data: { sessionId: session.id, userId: viewer.userId, protocolId: row.id, stars: 4 },
  });
  // Of the many single fields the last ones find no statement of their own any more, and have everything read.
  const leaves = Object.values((schema.getType('Protocol') as GraphQLObjectType).getFields())
    .filter(({ type }) => isLeafType(getNamedType(type)))
    .map(({ name }) => name);
  assert.ok(leaves.length >= 20 && leaves.includes('viewerRating'));
  const selections = [
    `nodes { ${leaves.join(' ')} author { id displayName } revision { __typename id number } }`,
    'nodes { revision { id } }',
    'nodes { slug revision @include(if: true) { number } }',
    'edges { cursor node { ...named ... on Node { id } ... { author { ...person } } } } pageInfo { endCursor hasNextPage }',
    ...leaves.map((name) => `nodes { ${name} }`),
  ];
  const fragments =
    'fragment named on Protocol { __typename other: title } fragment person on Author { id displayName }';
  for (const asker of [viewer, null]) {
    for (const selection of selections) {
      const document = (list: string) =>
        `{ protocols(${list}) { ${selection} } } ${selection.includes('...named') ? fragments : ''}`;
      const byPrisma = await api.ask(asker, document('first: 100, order: NEWEST, filter: {}'));
      let first: Data;
      const statements = await api.statements(async () => {
        first = await api.ask(asker, document('first: 100, order: NEWEST'));
      });
      assert.deepEqual(first, byPrisma, selection);
      assert.equal(statements.length, 1, selection);
      if (selection === 'nodes { revision { id } }') assert.doesNotMatch(statements[0] as string, /revisions/);
      if (selection === 'nodes { slug }') assert.doesNotMatch(statements[0] as string, /p\.title|p\.summary|users/);
      if (selection === selections.at(-1)) assert.match(statements[0] as string, /p\.title.*p\.summary/s);
    }
  }
  const [mine] = (
    await api.ask(
      viewer,
      '{ protocols(first: 1, order: NEWEST) { nodes { viewerRating isMine author { displayName } } } }',
    )
  ).protocols.nodes;
  assert.equal(mine.viewerRating, 4);
  assert.equal(mine.isMine, true);
  const doubled = Array.from({ length: 40 }, (_, n) => `fragment f${n} on Protocol { ...f${n + 1} ...f${n + 1} }`);
  const { protocols: bomb } = await api.ask(
    null,
    `{ protocols(first: 1) { nodes { ...f0 } } } ${doubled.join(' ')} fragment f40 on Protocol { slug }`,
  );
  assert.match(bomb.nodes[0].slug, /./);
  // What rows of the list do not have is still read by Prisma.
  const { protocols } = await api.ask(
    null,
    '{ protocols(first: 2) { nodes { revision { number title } author { displayName } } } }',
  );
  assert.ok(protocols.nodes.every((node: Data) => node.revision.number >= 1 && node.revision.title !== ''));
});

test('a draft is seen by its author alone, an unlisted one by its address, a public one by all', async () => {
  const me = await account();
  const other = await account();
  const created = await create(me);
  const { id } = created;
  let { slug } = created;
  const sees = async (viewer: Viewer | null) => {
    const data = await api.ask(
      viewer,
      `{ protocol(slug: "${slug}") { id } node(id: "${id}") { id } protocols(first: 100, filter: { builtIn: false }) { nodes { slug } } }`,
    );
    return [data.protocol !== null, data.node !== null, slugs(data).includes(slug)];
  };
  assert.deepEqual(await sees(me), [true, true, false]);
  for (const viewer of [other, null]) assert.deepEqual(await sees(viewer), [false, false, false]);
  slug = (await mutate(me, 'unlistProtocol', { id })).protocol.slug;
  for (const viewer of [other, null]) assert.deepEqual(await sees(viewer), [true, true, false]);
  const { protocol } = await mutate(me, 'publishProtocol', { id });
  assert.equal(protocol.visibility, 'PUBLIC');
  for (const viewer of [other, null]) assert.deepEqual(await sees(viewer), [true, true, true]);
  await database.protocol.update({ where: { slug }, data: { hiddenAt: new Date() } });
  for (const viewer of [other, null]) assert.deepEqual(await sees(viewer), [false, false, false]);
  assert.deepEqual(await sees(me), [true, true, false]);
  assert.deepEqual(await sees(await api.person({ admin: true, email: `${randomUUID()}@example.org` })), [
    true,
    true,
    false,
  ]);
  // Its author cannot bring a hidden one back.
  assert.equal((await mutate(me, 'publishProtocol', { id })).userErrors[0].code, 'NOT_ALLOWED');
});

test('what others may not do to a protocol answers as if there were none, or says that it is not theirs', async () => {
  const me = await account();
  const other = await account();
  const draft = await create(me);
  const nothing = encodeNodeId('Protocol', randomUUID());
  for (const id of [draft.id, nothing]) {
    for (const [name, input] of [
      ['publishProtocol', { id }],
      ['unlistProtocol', { id }],
      ['reviseProtocol', { id, baseRevision: draft.revision.id, title: 'Mine now' }],
      ['restoreRevision', { protocol: id, revision: draft.revision.id }],
      ['reportProtocol', { id, reason: 'SPAM' }],
    ] as const) {
      const answer = await mutate(other, name, input);
      assert.equal(answer.protocol, null);
      assert.equal(answer.userErrors[0].code, 'NOT_FOUND', name);
    }
    const gone = await mutate(other, 'deleteProtocol', { id }, 'deletedProtocolId userErrors { code }');
    assert.deepEqual(gone, { deletedProtocolId: null, userErrors: [{ code: 'NOT_FOUND' }] });
  }
  assert.equal((await mutate(other, 'forkProtocol', { revision: draft.revision.id })).userErrors[0].code, 'NOT_FOUND');
  await mutate(me, 'publishProtocol', { id: draft.id });
  assert.equal(
    (await mutate(other, 'reviseProtocol', { id: draft.id, baseRevision: draft.revision.id, title: 'x' })).userErrors[0]
      .code,
    'NOT_ALLOWED',
  );
  const builtIn = encodeNodeId('Protocol', protocolId('energy'));
  for (const name of ['publishProtocol', 'deleteProtocol']) {
    const answer = await mutate(other, name, { id: builtIn }, 'userErrors { code }');
    assert.equal(answer.userErrors[0].code, 'NOT_ALLOWED');
  }
  const guest = await api.person();
  const guests = await create(guest);
  assert.equal((await mutate(guest, 'publishProtocol', { id: guests.id })).userErrors[0].code, 'NOT_ALLOWED');
});

test('a program that is none is refused with the places of its faults', async () => {
  const me = await account();
  const bad = program();
  Object.assign(bad.voices[0]?.keyframes[0] as object, { beat: 101, level: 'loud' });
  const answer = await mutate(me, 'createProtocol', { title: 'x', category: 'OTHER', program: bad });
  assert.equal(answer.protocol, null);
  assert.deepEqual(
    answer.userErrors.map((error: Data) => [error.field.join('.'), error.code]),
    [
      ['program.voices.0.keyframes.0.beat', 'OUT_OF_RANGE'],
      ['program.voices.0.keyframes.0.level', 'INVALID'],
    ],
  );
  for (const [more, field, code] of [
    [{ title: ' ' }, ['title'], 'TOO_SHORT'],
    [{ title: 'x'.repeat(121) }, ['title'], 'TOO_LONG'],
    [{ tags: Array.from({ length: 21 }, (_, n) => `t${n}`) }, ['tags'], 'TOO_LONG'],
    [{ summary: 'a\u202eb' }, ['summary'], 'INVALID'],
    [{ program: 7 }, ['program'], 'OUT_OF_RANGE'],
  ] as const) {
    const refused = await mutate(me, 'createProtocol', { title: 'x', category: 'OTHER', program: program(), ...more });
    assert.deepEqual([refused.userErrors[0]?.field, refused.userErrors[0]?.code], [field, code]);
  }
  assert.equal(await database.protocol.count({ where: { ownerId: me.userId } }), 0);
});

test('every save is a revision that stays; a save on an old one is a conflict', async () => {
  const me = await account();
  const made = await create(me);
  assert.deepEqual(made.tags, ['evening', 'calm']);
  assert.equal(made.evidence, 'UNRATED');
  assert.deepEqual(made.bands, ['ALPHA']);
  assert.match(made.slug, /^my-evening-[a-z0-9]{6}$/);
  const { protocol } = await mutate(me, 'reviseProtocol', {
    id: made.id,
    baseRevision: made.revision.id,
    title: 'My morning',
    category: 'WAKE_UP',
    program: program(20),
  });
  assert.equal(protocol.title, 'My morning');
  assert.equal(protocol.summary, 'To come down.');
  assert.equal(protocol.revision.number, 2);
  assert.deepEqual(protocol.bands, ['BETA']);
  const stale = await mutate(me, 'reviseProtocol', { id: made.id, baseRevision: made.revision.id, title: 'Too late' });
  assert.equal(stale.userErrors[0].code, 'CONFLICT');
  assert.equal(stale.protocol.title, 'My morning');
  const old = await database.revision.findUniqueOrThrow({ where: { id: uuid(made.revision.id) } });
  assert.equal(old.title, 'My evening');
  assert.equal(old.programHash, made.revision.programHash);
  const restored = await mutate(me, 'restoreRevision', { protocol: made.id, revision: made.revision.id });
  assert.equal(restored.protocol.revision.number, 3);
  assert.equal(restored.protocol.title, 'My evening');
  assert.deepEqual(restored.protocol.bands, ['ALPHA']);
  // Of 10 saves at once on the same state one wins.
  const answers = await Promise.all(
    Array.from({ length: 10 }, (_, n) =>
      mutate(me, 'reviseProtocol', { id: made.id, baseRevision: restored.protocol.revision.id, title: `n${n}` }),
    ),
  );
  assert.equal(answers.filter((answer) => answer.userErrors.length === 0).length, 1);
  assert.equal(await database.revision.count({ where: { protocolId: uuid(made.id) } }), 4);
});

test('a copy knows where it comes from', async () => {
  const me = await account();
  const source = encodeNodeId('Revision', presentRevisionId('energy'));
  const { protocol } = await mutate(me, 'forkProtocol', { revision: source });
  assert.equal(protocol.isMine, true);
  assert.equal(protocol.builtIn, false);
  assert.equal(protocol.visibility, 'DRAFT');
  assert.deepEqual(protocol.forkedFrom, { id: source, protocol: { slug: 'energy' } });
  assert.equal(protocol.evidence, 'UNRATED');
});

async function play(viewer: Viewer, revision: string, seconds = 60): Promise<string> {
  const id = randomUUID();
  const { recordSession } = await api.ask(
    viewer,
    'mutation ($input: RecordSessionInput!) { recordSession(input: $input) { userErrors { message } } }',
    {
      input: {
        id,
        revision,
        timeZone: 'UTC',
        deviceId: randomUUID(),
        events: [
          {
            id: randomUUID(),
            kind: 'STARTED',
            occurredAt: new Date(Date.now() - seconds * 1_000).toISOString(),
            positionSeconds: 0,
          },
          { id: randomUUID(), kind: 'STOPPED', occurredAt: new Date().toISOString(), positionSeconds: seconds },
        ],
      },
    },
  );
  assert.deepEqual(recordSession.userErrors, []);
  return id;
}

test('every column of a protocol is told by the API, or kept back for a reason', () => {
  const fields = Object.values((schema.getType('Protocol') as GraphQLObjectType).getFields());
  const told = new Set(fields.map(({ name, extensions }) => extensions.pothosExposedField ?? name));
  const kept = {
    'told in another form': [
      'ownerId',
      'libraryVersion',
      'currentRevisionId',
      'forkedFromId',
      'controlOfId',
      'translations',
    ],
    'for moderators': ['hiddenAt', 'deletedAt'],
    'for the order of lists': ['ratingSum', 'listedAt', 'createdAt', 'place'],
  };
  const silent = columnsOf('Protocol').filter((name) => !told.has(name));
  assert.deepEqual([...silent].sort(), Object.values(kept).flat().sort());
});

test('deleting: gone without a trace when nobody played it, else kept for them without author and texts', async () => {
  const me = await account();
  const listener = await account();
  const unplayed = await create(me);
  await mutate(me, 'deleteProtocol', { id: unplayed.id }, 'deletedProtocolId userErrors { code }');
  assert.equal(await database.protocol.count({ where: { id: uuid(unplayed.id) } }), 0);
  assert.equal(await database.revision.count({ where: { protocolId: uuid(unplayed.id) } }), 0);
  const played = await create(me);
  await mutate(me, 'publishProtocol', { id: played.id });
  await play(listener, played.revision.id);
  await mutate(me, 'deleteProtocol', { id: played.id }, 'deletedProtocolId userErrors { code }');
  const { viewer, protocol, node } = await api.ask(
    listener,
    `{ viewer { sessions { nodes { protocol { title slug summary author { displayName } tags } revision { program description author { displayName } } } } }
      protocol(slug: "${played.slug}") { id } node(id: "${played.id}") { id } }`,
  );
  assert.equal(protocol, null);
  assert.equal(node, null);
  const [session] = viewer.sessions.nodes;
  assert.equal(session.protocol.title, 'My evening');
  assert.equal(session.protocol.author, null);
  assert.equal(session.protocol.summary, '');
  assert.deepEqual(session.protocol.tags, []);
  assert.equal(session.revision.author, null);
  assert.equal(session.revision.description, '');
  assert.equal(session.revision.program.durationSeconds, 60);
  // Of what they wrote the title alone stays, whatever columns there are by now.
  const row = await database.protocol.findUniqueOrThrow({ where: { id: uuid(played.id) } });
  const stays = ['id', 'slug', 'title', 'currentRevisionId', 'category', 'evidence', 'visibility', 'labels', 'bands'];
  const written = Object.entries(row).filter(
    ([name, value]) => !stays.includes(name) && (typeof value === 'string' || Array.isArray(value)),
  );
  assert.deepEqual(Object.fromEntries(written), { summary: '', tags: [] });
  // Nobody can play it any more, nor its author change it.
  assert.equal((await mutate(me, 'publishProtocol', { id: played.id })).userErrors[0].code, 'NOT_FOUND');
});

test('a person who goes takes their sessions and counts along and leaves what others played', async () => {
  const me = await account();
  const listener = await account();
  const played = await create(me);
  await mutate(me, 'publishProtocol', { id: played.id });
  await play(listener, played.revision.id);
  const own = await play(me, played.revision.id);
  assert.equal((await database.protocol.findUniqueOrThrow({ where: { id: uuid(played.id) } })).sessionCount, 1);
  const elsewhere = await play(me, encodeNodeId('Revision', presentRevisionId('energy')), 75);
  await api.ask(me, 'mutation ($input: RateSessionInput!) { rateSession(input: $input) { userErrors { code } } }', {
    input: { session: encodeNodeId('Session', elsewhere), stars: 5 },
  });
  const energy = () => database.protocol.findUniqueOrThrow({ where: { slug: 'energy' } });
  const before = await energy();
  await database.$transaction(async (tx) => {
    await forgetAuthor(tx, me.userId);
    await tx.user.delete({ where: { id: me.userId } });
  });
  assert.equal(await database.session.count({ where: { id: { in: [own, elsewhere] } } }), 0);
  const after = await energy();
  assert.deepEqual(
    [after.sessionCount, after.ratingCount, after.ratingSum],
    [before.sessionCount - 1, before.ratingCount - 1, before.ratingSum - 5],
  );
  const kept = await database.protocol.findUniqueOrThrow({ where: { id: uuid(played.id) } });
  assert.equal(kept.ownerId, null);
  assert.equal(kept.sessionCount, 1);
  assert.ok(kept.deletedAt);
  const dump = JSON.stringify(
    await database.$queryRawUnsafe(
      `SELECT * FROM protocols p JOIN revisions r ON r.protocol_id = p.id WHERE p.id = '${kept.id}'`,
    ),
  );
  assert.ok(!dump.includes(me.userId));
});

test('a report is one a person, and opens again', async () => {
  const me = await account();
  const other = await account();
  const mine = await create(me);
  await mutate(me, 'publishProtocol', { id: mine.id });
  assert.deepEqual(
    (await mutate(other, 'reportProtocol', { id: mine.id, reason: 'SPAM', text: 'buy' })).userErrors,
    [],
  );
  await database.report.updateMany({ data: { closedAt: new Date() } });
  await mutate(other, 'reportProtocol', { id: mine.id, reason: 'HARMFUL' });
  const reports = await database.report.findMany({ where: { protocolId: uuid(mine.id) } });
  assert.deepEqual(
    reports.map((report) => [report.reason, report.text, report.closedAt]),
    [['HARMFUL', '', null]],
  );
  assert.equal((await mutate(me, 'reportProtocol', { id: mine.id, reason: 'SPAM' })).userErrors[0].code, 'NOT_ALLOWED');
  const builtIn = encodeNodeId('Protocol', protocolId('energy'));
  assert.equal((await mutate(me, 'reportProtocol', { id: builtIn, reason: 'SPAM' })).userErrors[0].code, 'NOT_ALLOWED');
});

test('a revision is read by whoever may read its protocol, and after its deletion by whoever has played it', async () => {
  const me = await account();
  const listener = await account();
  const mine = await create(me);
  await mutate(me, 'publishProtocol', { id: mine.id });
  await play(listener, mine.revision.id);
  const reads = async (viewer: Viewer | null) =>
    (await api.ask(viewer, `{ node(id: "${mine.revision.id}") { ... on Revision { program } } }`)).node !== null;
  const hide = (hiddenAt: Date | null) =>
    database.protocol.update({ where: { id: uuid(mine.id) }, data: { hiddenAt } });
  await hide(new Date());
  assert.deepEqual([await reads(me), await reads(listener)], [true, false], 'hidden');
  await hide(null);
  await mutate(me, 'deleteProtocol', { id: mine.id });
  assert.equal(await reads(listener), true);
  assert.equal(await reads(await account()), false);
  assert.equal(await reads(null), false);
});

test('cursors that no list gave out, and pages that are none, are typed input errors', async () => {
  const uuid = randomUUID();
  const forged = [
    'zzz',
    '',
    '%%%',
    btoa('GPC:S:nonsense'),
    btoa('GPC:N:5'),
    btoa('GPC:J:{"a":1}'),
    btoa(`GPC:S:${uuid}'`),
  ];
  for (const after of forged) {
    const { errors } = await api.askAll(
      null,
      'query ($after: String) { protocols(first: 2, after: $after) { nodes { id } } }',
      { after },
    );
    const answer = mask(errors?.[0], api.context(null));
    assert.equal(answer.extensions.code, 'BAD_USER_INPUT', after);
  }
  for (const page of ['first: 0', 'first: -1', 'first: 101', 'last: 101', 'last: -5', 'first: 2, last: 2']) {
    const { errors } = await api.askAll(null, `{ protocols(${page}) { nodes { id } } }`);
    assert.equal(mask(errors?.[0], api.context(null)).extensions.code, 'BAD_USER_INPUT', page);
  }
  // A cursor of something that is not there (any more) is an empty page.
  const gone = await api.ask(null, 'query ($after: String) { protocols(first: 2, after: $after) { nodes { id } } }', {
    after: btoa(`GPC:S:${uuid}`),
  });
  assert.deepEqual(gone.protocols.nodes, []);
});

test('what a protocol is the control or the copy of is shown to those who may read that', async () => {
  const author = await account();
  const reader = await account();
  const made = await create(author);
  const other = await create(author);
  await database.protocol.update({
    where: { id: uuid(other.id) },
    data: { visibility: 'UNLISTED', controlOfId: uuid(made.id) },
  });
  const copied = await database.protocol.update({
    where: { id: uuid(other.id) },
    data: { forkedFromId: uuid(made.revision.id) },
  });
  const seen = async (viewer: Viewer | null) =>
    (await api.ask(viewer, `{ protocol(slug: "${copied.slug}") { controlOf { id } forkedFrom { id } } }`)).protocol;
  const whole = { controlOf: { id: made.id }, forkedFrom: { id: made.revision.id } };
  assert.deepEqual(await seen(author), whole);
  for (const viewer of [reader, null]) assert.deepEqual(await seen(viewer), { controlOf: null, forkedFrom: null });
  await database.protocol.update({ where: { id: uuid(made.id) }, data: { visibility: 'PUBLIC' } });
  for (const viewer of [reader, null]) assert.deepEqual(await seen(viewer), whole);
});
