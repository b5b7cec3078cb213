import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { LIST_LIMITS } from '@nes/program/play-list.ts';
import { afterAll, test } from 'vitest';
import type { Viewer } from '../schema/viewer.ts';
import { type Data, useSchema } from '../testing/ask.ts';

const api = await useSchema();
afterAll(() => api.close());

const item = { slug: 'sleep', localId: null, title: 'Sleep', seconds: null };
const list = () => ({
  id: randomUUID(),
  name: 'Night',
  items: [item],
  repeat: false,
  shuffle: false,
  crossFadeSeconds: 5,
  gapSeconds: 0,
});
const body = (more: object = {}) => ({
  favourites: ['sleep', 'focus'],
  lists: [list()],
  plan: [{ id: randomUUID(), time: '22:30', item, listId: null }],
  ...more,
});

const save = async (viewer: Viewer | null, version: number, value: unknown): Promise<Data> =>
  (
    await api.ask(
      viewer,
      'mutation ($input: SaveListsInput!) { saveLists(input: $input) { lists { body version } userErrors { field code message } } }',
      { input: { version, body: value } },
    )
  ).saveLists;
const read = async (viewer: Viewer): Promise<Data> =>
  (await api.ask(viewer, '{ viewer { lists { body version } } }')).viewer.lists;

test('lists are the same on all devices of a person, a guest too, and nobody else’s', async () => {
  const me = await api.person();
  assert.equal(await read(me), null);
  const mine = body();
  const first = await save(me, 0, mine);
  assert.deepEqual(first.userErrors, []);
  assert.equal(first.lists.version, 1);
  assert.deepEqual((await read(me)).body, mine);
  assert.equal(await read(await api.person()), null);
});

test('the slower of two devices is told, with what is there now', async () => {
  const me = await api.person();
  await save(me, 0, body());
  const theirs = body({ favourites: ['nap'] });
  assert.equal((await save(me, 1, theirs)).lists.version, 2);
  for (const version of [0, 1, 7]) {
    const late = await save(me, version, body());
    assert.equal(late.userErrors[0].code, 'CONFLICT');
    assert.deepEqual(late.lists.body, theirs);
    assert.equal(late.lists.version, 2);
  }
  const other = await api.person();
  const both = await Promise.all([save(other, 0, body()), save(other, 0, body())]);
  assert.deepEqual(both.map(({ userErrors }) => userErrors.length).sort(), [0, 1]);
});

test('what has another form, or is too much, is refused with its place', async () => {
  const me = await api.person();
  const refused = async (value: unknown) => (await save(me, 0, value)).userErrors[0];
  assert.match((await refused(body({ favourites: [7] }))).field.join('.'), /body\.favourites\.0$/);
  assert.match(
    (await refused(body({ plan: [{ id: randomUUID(), time: '25:00', item, listId: null }] }))).message,
    /07:30/,
  );
  assert.equal((await refused(body({ more: 1 }))).code, 'INVALID');
  assert.equal((await refused([])).code, 'INVALID');
  for (const [more, field] of [
    [{ favourites: Array(LIST_LIMITS.favourites + 1).fill('sleep') }, 'body.favourites'],
    [{ lists: Array.from({ length: LIST_LIMITS.lists + 1 }, list) }, 'body.lists'],
    [{ lists: [{ ...list(), items: Array(LIST_LIMITS.items + 1).fill(item) }] }, 'body.lists.0.items'],
    [{ plan: Array(LIST_LIMITS.plan + 1).fill(body().plan[0]) }, 'body.plan'],
    [{ lists: [{ ...list(), name: 'x'.repeat(LIST_LIMITS.name + 1) }] }, 'body.lists.0.name'],
    [{ lists: [{ ...list(), gapSeconds: LIST_LIMITS.gapSeconds + 1 }] }, 'body.lists.0.gapSeconds'],
  ] as const) {
    const error = await refused(body(more));
    assert.match(error.field.join('.'), new RegExp(`${field}$`));
    assert.match(error.message, /^At most [\d,]+( entries are allowed| characters are allowed)?\.$/);
  }
  const long = Array.from({ length: 6 }, () => ({
    ...list(),
    items: Array(200).fill({ ...item, title: 'x'.repeat(60) }),
  }));
  assert.equal((await refused(body({ lists: long }))).code, 'TOO_LONG');
  assert.equal(await read(me), null);
});

test('they go with the person', async () => {
  const me = await api.person();
  await save(me, 0, body());
  await api.backend.database.prisma.user.delete({ where: { id: me.userId } });
  assert.equal(await api.backend.database.prisma.personLists.count({ where: { userId: me.userId } }), 0);
});
