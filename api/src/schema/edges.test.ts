/**
 * Who can reach what by following fields. The paths come from the schema: every way of at most six fields from the query's fields, or from
 * anything that has an id, to a protocol, revision, session, person or group. They are asked as every kind of viewer, and whatever they answer with
 * is compared with what that viewer may see.
 */
import assert from 'node:assert/strict';
import {
  execute,
  type GraphQLField,
  type GraphQLObjectType,
  getNamedType,
  isNonNullType,
  isObjectType,
  parse,
} from 'graphql';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { schema } from '../http/schema.ts';
import { newId } from '../platform/ids.ts';
import { type TestPerson, type TestServer, useServer } from '../testing/server.ts';
import type { Context } from './context.ts';
import { encodeNodeId } from './node-id.ts';

const ENDS = new Set(['Protocol', 'Revision', 'Session', 'User', 'Author', 'Group', 'GroupMember']);
const DEPTH = 6;
/** `edges` lead where `nodes` lead. */
const SKIPPED = new Set(['pageInfo', 'edges']);

/** What a field needs to be asked; null where it cannot be filled in here. */
type Fill = (field: GraphQLField<unknown, unknown>) => string | null;

const leaves: Record<string, string> = {
  Protocol: '__typename id slug title summary',
  Revision: '__typename id title program description',
  Session: '__typename id',
  User: '__typename id email',
  Author: '__typename id',
  Group: '__typename id code',
  GroupMember: '__typename id name',
};

/** All ways of at most `depth` fields from a type to one of `ENDS`, as one selection, and how many there are. Each type at most twice on a way. */
function waysFrom(
  from: GraphQLObjectType,
  fill: Fill,
  depth: number,
  seen: string[] = [],
): { text: string; count: number } {
  const texts = [leaves[from.name] ?? ''];
  let count = 0;
  for (const field of depth > 0 ? Object.values(from.getFields()) : []) {
    const type = getNamedType(field.type);
    if (!isObjectType(type) || SKIPPED.has(field.name)) continue;
    if (seen.filter((name) => name === type.name).length >= 2) continue;
    const args = fill(field);
    if (args === null) continue;
    const below = waysFrom(type, fill, depth - 1, [...seen, type.name]);
    const ways = below.count + (ENDS.has(type.name) ? 1 : 0);
    if (ways === 0) continue;
    count += ways;
    texts.push(`${field.name}${args} { ${below.text} }`);
  }
  return { text: texts.join(' '), count };
}

/** All objects in an answer, with where they stand. */
function* objects(value: unknown, path = ''): Generator<{ object: Record<string, unknown>; path: string }> {
  if (Array.isArray(value)) for (const item of value) yield* objects(item, path);
  else if (value && typeof value === 'object') {
    yield { object: value as Record<string, unknown>, path };
    for (const [name, item] of Object.entries(value)) yield* objects(item, `${path}.${name}`);
  }
}

let api: TestServer;
/** Names of the people: what they are to the things below. */
let people: Record<'author' | 'member' | 'kicked' | 'listener' | 'stranger' | 'admin', TestPerson>;
let guest: TestPerson;
/** Everything with an id. */
let things: Record<string, { type: string; id: string }>;
/** Words that only the private things hold: whoever reads one has read it. */
const PRIVATE = 'only-for-its-author';
/** Who may see a thing, beside those who may see all of its kind. */
let mayRead: Record<string, string[]>;

const everybody = ['author', 'member', 'kicked', 'listener', 'stranger', 'admin', 'guest', 'nobody'];

const mutate = async (person: TestPerson, name: string, input: object, fields: string) => {
  const type = `${name[0]?.toUpperCase()}${name.slice(1)}Input`;
  const { data, text } = await api.ask(
    `mutation ($input: ${type}!) { ${name}(input: $input) { ${fields} userErrors { code message } } }`,
    { input },
    person.accessToken,
  );
  assert.deepEqual(data?.[name]?.userErrors, [], `${name}: ${text}`);
  return data[name];
};

const PROGRAM = {
  durationSeconds: 600,
  phases: [{ name: 'One', description: '', durationSeconds: 600, colour: '#336699' }],
  voices: [
    {
      kind: 'BINAURAL',
      name: 'a',
      keyframes: [{ at: 0, carrier: 200, beat: 10, level: 0.5, pan: 0, curve: 'LINEAR' }],
    },
  ],
  gain: 1,
  loop: 1,
  seed: 1,
};

beforeAll(async () => {
  api = await useServer();
  const [author, member, kicked, listener, stranger, admin] = (await Promise.all(
    Array.from({ length: 6 }, () => api.account()),
  )) as [TestPerson, TestPerson, TestPerson, TestPerson, TestPerson, TestPerson];
  guest = await api.guest();
  people = { author, member, kicked, listener, stranger, admin };
  const prisma = api.backend.database.prisma;
  await prisma.user.updateMany({ data: { emailVerifiedAt: new Date() } });
  await prisma.user.update({ where: { id: admin.userId }, data: { role: 'ADMIN' } });

  const draft = async (title: string) =>
    (
      await mutate(
        author,
        'createProtocol',
        { title, summary: PRIVATE, description: PRIVATE, category: 'FOCUS', program: PROGRAM },
        'protocol { id slug revision { id } }',
      )
    ).protocol as { id: string; slug: string; revision: { id: string } };
  const revise = async (protocol: { id: string; revision: { id: string } }, summary: string) =>
    (
      await mutate(
        author,
        'reviseProtocol',
        { id: protocol.id, baseRevision: protocol.revision.id, title: `New ${newId()}`, summary, description: summary },
        'protocol { id slug revision { id } }',
      )
    ).protocol as { id: string; slug: string; revision: { id: string } };

  // A draft that a group has heard and that went on afterwards.
  const grouped = await draft(`${PRIVATE} grouped`);
  const { group } = await mutate(
    author,
    'createGroup',
    { revision: grouped.revision.id, name: 'Host' },
    'group { id code }',
  );
  for (const [person, name] of [
    [member, 'Member'],
    [kicked, 'Kicked'],
  ] as const)
    await mutate(person, 'joinGroup', { code: group.code, name }, 'group { id }');
  const begin = async (person: TestPerson, revision: string, inGroup?: string) => {
    const id = newId();
    await mutate(
      person,
      'startSession',
      {
        ...{ id, revision, timeZone: 'UTC', volume: 0.5, scene: '', positionSeconds: 0, eventId: newId() },
        ...{ occurredAt: new Date().toISOString(), deviceId: person.deviceId, deviceName: 'x' },
        ...(inGroup ? { group: inGroup } : {}),
      },
      'session { id }',
    );
    return encodeNodeId('Session', id);
  };
  const memberSession = await begin(member, grouped.revision.id, group.id);
  const kickedSession = await begin(kicked, grouped.revision.id, group.id);
  const read = await api.ask(
    'query ($code: String!) { group(code: $code) { members { id name } } }',
    { code: group.code },
    author.accessToken,
  );
  const kickedMember = read.data.group.members.find((one: { name: string }) => one.name === 'Kicked').id;
  await mutate(author, 'kickMember', { code: group.code, member: kickedMember }, 'group { id }');
  const later = await revise(grouped, PRIVATE);

  // Published after a private beginning.
  const published = await draft(`${PRIVATE} published`);
  const shown = await revise(published, 'For all');
  const afterwards = (await mutate(author, 'publishProtocol', { id: published.id }, 'protocol { id slug }')).protocol;
  assert.doesNotMatch(afterwards.slug, new RegExp(PRIVATE), 'the address has the title of the day');

  // Public, heard by somebody, then hidden by an administrator.
  const hidden = await revise(await draft(`Hidden ${newId()}`), PRIVATE);
  await mutate(author, 'publishProtocol', { id: hidden.id }, 'protocol { id }');
  const hiddenSession = await begin(listener, hidden.revision.id);
  await mutate(admin, 'hideProtocol', { id: hidden.id, reason: 'test' }, 'protocol { id }');

  things = {
    draft: { type: 'Protocol', id: grouped.id },
    heardInGroup: { type: 'Revision', id: grouped.revision.id },
    savedLater: { type: 'Revision', id: later.revision.id },
    published: { type: 'Protocol', id: published.id },
    beforePublication: { type: 'Revision', id: published.revision.id },
    shown: { type: 'Revision', id: shown.revision.id },
    hidden: { type: 'Protocol', id: hidden.id },
    hiddenRevision: { type: 'Revision', id: hidden.revision.id },
    group: { type: 'Group', id: group.id },
    memberSession: { type: 'Session', id: memberSession },
    kickedSession: { type: 'Session', id: kickedSession },
    hiddenSession: { type: 'Session', id: hiddenSession },
  };
  mayRead = {
    draft: ['author', 'admin'],
    heardInGroup: ['author', 'admin', 'member'],
    savedLater: ['author', 'admin'],
    published: everybody,
    beforePublication: ['author', 'admin'],
    shown: everybody,
    hidden: ['author', 'admin'],
    hiddenRevision: ['author', 'admin'],
    group: ['author', 'member'],
    memberSession: ['member'],
    kickedSession: ['kicked'],
    hiddenSession: ['listener'],
  };
  Object.assign(codes, { group: group.code, slugs: [grouped.slug, afterwards.slug] });
});
afterAll(() => api.close());

const codes = { group: '', slugs: [] as string[] };

/** Fills in what names something, with one of the things; all else must be optional. */
const filled =
  (group: string, slug: string): Fill =>
  (field) => {
    const args: string[] = [];
    for (const arg of field.args) {
      if (arg.name === 'code') args.push(`code: "${group}"`);
      else if (arg.name === 'slug') args.push(`slug: "${slug}"`);
      else if (arg.name === 'first') args.push('first: 2');
      else if (isNonNullType(arg.type) && arg.defaultValue === undefined) {
        const named = getNamedType(arg.type).name;
        if (named === 'Date') args.push(`${arg.name}: "${new Date().toISOString().slice(0, 10)}"`);
        else return null;
      }
    }
    return args.length > 0 ? `(${args.join(', ')})` : '';
  };

/** Asks without the limits of a door, which would not let so many ways through at once. */
async function ask(person: TestPerson | null, role: 'USER' | 'ADMIN', source: string): Promise<unknown> {
  const viewer = person && { userId: person.userId, sessionId: newId(), role, isGuest: person === guest };
  const contextValue: Context = {
    ...api.server.services,
    ...{ requestId: 'r', viewer, audiences: [], address: '', language: 'en' },
    proof: { header: null, method: 'POST', url: '' },
  };
  const { data, errors = [] } = await execute({ schema, document: parse(source), contextValue });
  for (const error of errors)
    assert.ok(error.extensions.code, `${error.path?.join('.')}: ${error.originalError?.stack ?? error.message}`);
  return data;
}

/** Looks at every object that comes back. */
function judge(who: string, data: unknown): number {
  const named = new Map(Object.entries(things).map(([name, thing]) => [thing.id, name]));
  let seen = 0;
  for (const { object, path } of objects(data)) {
    seen++;
    const name = named.get(String(object.id));
    if (name) assert.ok(mayRead[name]?.includes(who), `${who} reads ${name} by ${path}`);
    if (object.__typename === 'User')
      assert.equal(object.id, (people[who as 'author'] ?? guest).id, `${who} is somebody else by ${path}`);
    if (who === 'author' || who === 'admin' || name === 'heardInGroup') continue;
    for (const text of ['title', 'summary', 'slug', 'description'])
      assert.ok(
        !String(object[text] ?? '').includes(PRIVATE),
        `${who} reads ${text} of ${name ?? object.id} by ${path}`,
      );
  }
  return seen;
}

describe('every way to a thing', () => {
  const query = schema.getQueryType() as GraphQLObjectType;
  for (const who of everybody)
    it(`as ${who}`, async ({ annotate }) => {
      const person = who === 'nobody' ? null : (people[who as 'author'] ?? guest);
      const role = who === 'admin' ? 'ADMIN' : 'USER';
      let count = 0;
      let seen = 0;
      const look = async (ways: { text: string; count: number }, source = `{ ${ways.text} }`) => {
        count += ways.count;
        seen += judge(who, await ask(person, role, source));
      };
      for (const slug of codes.slugs) await look(waysFrom(query, filled(codes.group, slug), DEPTH));
      // And from each thing itself, whoever got its id however.
      for (const { type, id } of Object.values(things)) {
        const ways = waysFrom(schema.getType(type) as GraphQLObjectType, filled(codes.group, ''), DEPTH - 1);
        await look(ways, `{ node(id: "${id}") { __typename id ... on ${type} { ${ways.text} } } }`);
      }
      assert.ok(count > 200, `${count} ways`);
      await annotate(`${count} ways, ${seen} objects`);
    });

  it('a group that one has left shows its draft no more', async () => {
    await mutate(people.member, 'leaveGroup', { code: codes.group }, 'group { id }');
    const data = await ask(
      people.member,
      'USER',
      `{ node(id: "${things.memberSession?.id}") { ... on Session { revision { program } protocol { title } } } }`,
    );
    assert.deepEqual({ ...(data as { node: object }).node }, { revision: null, protocol: null });
  });
});
