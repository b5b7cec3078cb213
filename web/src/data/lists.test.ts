import assert from 'node:assert/strict';
import { test } from 'vitest';
import { listFragment, newList, readListFragment } from './lists.ts';

const list = {
  ...newList('Abend & Nacht', [
    { slug: 'relaxation', localId: null, title: 'Relaxation', seconds: null },
    { slug: null, localId: 'x', title: 'Only here', seconds: 60 },
    { slug: 'sleep', localId: null, title: 'Sleep “deep” #1', seconds: 1500 },
  ]),
  repeat: true,
  crossFadeSeconds: 30,
};

test('a list comes through a link as it was, without what is only on this device', () => {
  const read = readListFragment(listFragment(list));
  assert.ok(read);
  assert.notEqual(read.id, list.id);
  assert.deepEqual({ ...read, id: '' }, { ...list, id: '', items: [list.items[0], list.items[2]] });
});

test('a link that was damaged, or asks for more than a list may be, is no list', () => {
  const fragment = (value: unknown) => `#list=${encodeURIComponent(JSON.stringify(value))}`;
  assert.ok(readListFragment(fragment(['a', [['sleep', 'Sleep', null]], false, false, 5, 0])));
  for (const bad of [
    '#program=1.abc',
    '#list=%',
    '#list=%7B',
    fragment(null),
    fragment([1, [], false, false, 5, 0]),
    fragment(['a', [[1, 'Sleep', null]], false, false, 5, 0]),
    fragment(['a', [['sleep', 'Sleep', -1]], false, false, 5, 0]),
    fragment(['a', [['sleep', 'Sleep', 1e9]], false, false, 5, 0]),
    fragment(['a', [], false, false, 1e9, 0]),
    fragment(['a', Array.from({ length: 201 }, () => ['sleep', 'Sleep', null]), false, false, 5, 0]),
  ])
    assert.equal(readListFragment(bad), null, bad.slice(0, 80));
});
