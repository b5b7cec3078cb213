import { beforeEach, expect, test } from 'vitest';
import { keepPastGroup, pastGroups } from './past-groups.ts';
import { writeValue } from './store.ts';

const group = (id: string, seconds = 60) => ({
  ...{ id, seconds, at: '2026-01-01T20:00:00.000Z', title: 'Calm', revisionId: 'r', people: 2, hosted: true },
});

beforeEach(() => writeValue('past-groups', undefined));

test('a group is kept once, with what is newer of it, the latest first', async () => {
  await keepPastGroup(group('a'));
  await keepPastGroup(group('b'));
  await keepPastGroup(group('a', 120));
  expect((await pastGroups()).map(({ id, seconds }) => [id, seconds])).toEqual([
    ['a', 120],
    ['b', 60],
  ]);
});

test('one in which nothing was heard is not kept, and neither are more than twenty', async () => {
  await keepPastGroup(group('silent', 0.9));
  expect(await pastGroups()).toEqual([]);
  for (let n = 0; n < 22; n++) await keepPastGroup(group(`${n}`));
  const kept = await pastGroups();
  expect(kept).toHaveLength(20);
  expect([kept[0]?.id, kept.at(-1)?.id]).toEqual(['21', '2']);
});
