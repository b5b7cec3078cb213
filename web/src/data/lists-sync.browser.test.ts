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
