import assert from 'node:assert/strict';
import { test } from 'vitest';
import { newList } from './lists.ts';
import { type ListsBody, mergeLists, noLists, same } from './lists-merge.ts';

const work = { ...newList('Work'), id: 'a' };
const night = { ...newList('Night'), id: 'b' };
const body = (lists: ListsBody['lists'], favourites: string[] = []): ListsBody => ({ favourites, lists, plan: [] });

test('what two devices made apart is on both; the first meeting loses nothing', () => {
  const merged = mergeLists(noLists, body([work], ['focus']), body([night], ['sleep', 'focus']));
  assert.deepEqual(
    merged.lists.map(({ id }) => id),
    ['a', 'b'],
  );
  assert.deepEqual(merged.favourites, ['focus', 'sleep']);
});

test('a change on one side is taken, on both sides this device’s; removed and changed is kept', () => {
  const base = body([work, night], ['focus', 'sleep']);
  const renamed = { ...work, name: 'Study' };
  assert.equal(mergeLists(base, base, body([renamed, night], ['focus'])).lists[0]?.name, 'Study');
  assert.deepEqual(mergeLists(base, base, body([renamed, night], ['focus'])).favourites, ['focus']);
  assert.equal(
    mergeLists(base, body([renamed, night]), body([{ ...work, name: 'Other' }, night])).lists[0]?.name,
    'Study',
  );
  assert.deepEqual(mergeLists(base, body([night]), base).lists, [night]);
  assert.deepEqual(
    mergeLists(base, body([night]), body([renamed, night])).lists.map(({ name }) => name),
    ['Night', 'Study'],
  );
  assert.deepEqual(
    mergeLists(base, body([renamed, night]), body([night])).lists.map(({ name }) => name),
    ['Night', 'Study'],
  );
});

test('two devices come to rest: after each has merged once, nothing more is to be saved, whatever order the keys come back in', () => {
  const shuffledKeys = (value: ListsBody): ListsBody =>
    JSON.parse(
      JSON.stringify(value, (_key, part) =>
        part && typeof part === 'object' && !Array.isArray(part)
          ? Object.fromEntries(Object.entries(part).reverse())
          : part,
      ),
    );
  const start = body([work]);
  const a = mergeLists(start, start, shuffledKeys(body([night, work])));
  assert.deepEqual(
    a.lists.map(({ id }) => id),
    ['b', 'a'],
  );
  assert.ok(same(a, body([night, work])), 'the order of the other is taken');
  // Removed here, and what the server has is the same but for the order of its keys: it stays removed.
  assert.deepEqual(mergeLists(start, body([]), shuffledKeys(start)).lists, []);
});

test('the plan is in the order of the day', () => {
  const entry = (id: string, time: string) => ({ id, time, item: null, listId: 'a' });
  const merged = mergeLists(
    noLists,
    { ...noLists, plan: [entry('x', '22:30')] },
    { ...noLists, plan: [entry('y', '07:00'), entry('z', '13:00')] },
  );
  assert.deepEqual(
    merged.plan.map(({ time }) => time),
    ['07:00', '13:00', '22:30'],
  );
});
