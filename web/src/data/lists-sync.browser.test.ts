import { LIST_LIMITS } from '@nes/program/play-list.ts';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { identityOf, userId } from '../testing/identity.ts';
import { account } from './account.ts';
import { favourites } from './favourites.ts';
import { lists, newList } from './lists.ts';
import type { ListsBody } from './lists-merge.ts';
import { syncLists } from './lists-sync.ts';
import { readValue, writeValue } from './store.ts';

/** The server's row, as this device and another one write it; its keys come back in an order of the database's own. */
let row: { body: ListsBody; version: number } | null = null;
/** What another device does between this one's reading and its saving. */
let meanwhile: (() => void) | null = null;
let saved = 0;
let offline = false;
/** What the server says against what it is to keep. */
let problem: string | null = null;

const reordered = (value: unknown): unknown =>
  JSON.parse(
    JSON.stringify(value, (_key, part) =>
      part && typeof part === 'object' && !Array.isArray(part)
        ? Object.fromEntries(Object.entries(part).reverse())
        : part,
    ),
  );
const shown = () => row && { __typename: 'Lists', body: reordered(row.body), version: row.version };
const elsewhere = (body: Partial<ListsBody>): void => {
  const before = row?.body ?? { favourites: [], lists: [], plan: [] };
  row = { body: { ...before, ...body }, version: (row?.version ?? 0) + 1 };
};

const real = window.fetch;

beforeAll(() => {
  window.fetch = (async (address: RequestInfo | URL, init?: RequestInit) => {
    if (!String(address instanceof Request ? address.url : address).includes('/graphql')) return real(address, init);
    if (offline) throw new TypeError('offline');
    const { operationName, query, variables } = JSON.parse(String(init?.body));
    const name = operationName ?? /(?:query|mutation) (\w+)/.exec(query)?.[1];
    const answer = (data: unknown) =>
      new Response(JSON.stringify({ data }), { headers: { 'content-type': 'application/json' } });
    if (name === 'Lists') {
      const data = { viewer: { __typename: 'User', id: account.viewer?.id, lists: shown() } };
      meanwhile?.();
      meanwhile = null;
      return answer(data);
    }
    if (name === 'SaveLists') {
      saved++;
      const { version, body } = variables.input;
      if (problem !== null) {
        const userErrors = [{ __typename: 'UserError', field: ['body', 'lists'], code: 'TOO_LONG', message: problem }];
        return answer({ saveLists: { __typename: 'SaveListsPayload', lists: null, userErrors } });
      }
      const fits = version === (row?.version ?? 0);
      if (fits) row = { body, version: version + 1 };
      const userErrors = fits
        ? []
        : [{ __typename: 'UserError', field: ['version'], code: 'CONFLICT', message: 'late' }];
      return answer({ saveLists: { __typename: 'SaveListsPayload', lists: shown(), userErrors } });
    }
    return answer({});
  }) as typeof fetch;
});

afterAll(() => {
  window.fetch = real;
});

async function become(who: ReturnType<typeof identityOf> | null): Promise<void> {
  await writeValue('identity', who ?? undefined);
  await account.renewed('').catch(() => {});
  expect(account.viewer?.id ?? null).toBe(who?.viewer.id ?? null);
}

afterEach(async () => {
  row = null;
  offline = false;
  problem = null;
  saved = 0;
  await writeValue('lists-base', undefined);
  await favourites.replace([]);
  await lists.replace([], []);
});

test('what was made here and elsewhere is on both; at rest nothing is saved again', async () => {
  await become(identityOf(userId, false));
  const mine = newList('Mine');
  const theirs = newList('Theirs');
  await lists.keep(mine);
  await favourites.set('focus', true);
  elsewhere({ lists: [theirs], favourites: ['sleep'] });
  await syncLists();
  expect(lists.all.map(({ name }) => name)).toEqual(['Mine', 'Theirs']);
  expect(favourites.slugs).toEqual(['focus', 'sleep']);
  expect(row?.body.lists.map(({ name }) => name)).toEqual(['Mine', 'Theirs']);
  expect(saved).toBe(1);
  await syncLists();
  expect(saved).toBe(1);
  // Removed elsewhere: gone here.
  elsewhere({ lists: [mine], favourites: ['focus'] });
  await syncLists();
  expect(lists.all.map(({ name }) => name)).toEqual(['Mine']);
  expect(favourites.slugs).toEqual(['focus']);
  expect(saved).toBe(1);
});

test('another device that saves in between loses nothing', async () => {
  await become(identityOf(userId, false));
  await lists.keep(newList('Mine'));
  meanwhile = () => elsewhere({ lists: [newList('In between')] });
  await syncLists();
  expect(row?.body.lists.map(({ name }) => name).sort()).toEqual(['In between', 'Mine']);
  expect(lists.all).toHaveLength(2);
  expect(saved).toBe(2);
});

test('without a network they hold here, and are sent when it is back', async () => {
  await become(identityOf(userId, false));
  offline = true;
  await favourites.set('nap', true);
  await expect(syncLists()).rejects.toThrow();
  expect(favourites.slugs).toEqual(['nap']);
  offline = false;
  await syncLists();
  expect((row as { body: ListsBody } | null)?.body.favourites).toEqual(['nap']);
});

test('who signs out leaves nothing that the account has; a guest’s stay', async () => {
  await become(identityOf(userId, false));
  await favourites.set('nap', true);
  await syncLists();
  await become(null);
  await syncLists();
  expect(favourites.slugs).toEqual([]);
  expect(await readValue('lists-base')).toBeUndefined();

  row = null;
  await become(identityOf('VXNlcjoy', true));
  await favourites.set('nap', true);
  await syncLists();
  await become(null);
  await syncLists();
  expect(favourites.slugs).toEqual(['nap']);
});

test('what the server does not keep is told, until it does', async () => {
  await become(identityOf(userId, false));
  problem = 'At most 100 entries are allowed.';
  await lists.keep(newList('Mine'));
  await syncLists();
  expect(lists.refusal).toBe(problem);
  expect(lists.all.map(({ name }) => name)).toEqual(['Mine']);
  problem = null;
  await syncLists();
  expect(lists.refusal).toBeNull();
  expect((row as { body: ListsBody } | null)?.body.lists.map(({ name }) => name)).toEqual(['Mine']);
});

test('more than other devices would get is refused, and names are cut to what they take', async () => {
  const { lists: mostLists, items, plan: mostTimes, name, title } = LIST_LIMITS;
  const item = { slug: 'sleep', localId: null, title: 'Sleep', seconds: null };
  const entry = () => ({ id: crypto.randomUUID(), time: '07:00', item, listId: null });
  const first = newList('\u202eNight\n'.padEnd(name + 20, 'x'), [{ ...item, title: 'y'.repeat(title + 1) }]);
  await lists.keep(first);
  expect(lists.all[0]?.name).toBe('Night'.padEnd(name - 1, 'x').replace('Night', 'Night '));
  expect(lists.all[0]?.items[0]?.title).toBe('y'.repeat(title));

  const held = () => JSON.stringify([lists.all, lists.plan]);
  const refused = async (attempt: Promise<void>, words: RegExp) => {
    const before = held();
    await expect(attempt).rejects.toThrow(words);
    expect(held()).toBe(before);
  };
  await refused(lists.keep({ ...first, items: Array(items + 1).fill(item) }), /at most 200 programs/);
  await lists.keep({ ...first, items: Array(items).fill(item) });
  await refused(lists.keepPlan(Array.from({ length: mostTimes + 1 }, entry)), /at most 100 times/);
  await lists.keepPlan([entry()]);

  // Two devices were put together: more than one may have, of which something can be taken out.
  await lists.replace(
    Array.from({ length: mostLists + 2 }, (_, n) => newList(`${n}`)),
    [],
  );
  await refused(lists.keep(newList('One more')), /At most 100 lists/);
  await lists.remove(lists.all[0]?.id as string);
  expect(lists.all).toHaveLength(mostLists + 1);
  await lists.replace(
    Array.from({ length: 4 }, (_, n) => newList(`${n}`, Array(150).fill(item))),
    [],
  );
  await refused(lists.keep(newList('Too much', Array(items).fill({ ...item, title: 'z'.repeat(title) }))), /are full/);
});
