import { afterAll, beforeAll, expect, test } from 'vitest';
import { identityOf, userId } from '../testing/identity.ts';
import { account } from './account.ts';
import { preferences } from './preferences.ts';
import { writeValue } from './store.ts';

const real = window.fetch;
const inputs: Record<string, unknown>[] = [];
/** Fields that the server refuses, whatever stands there. */
let refused: string[] = [];

beforeAll(async () => {
  window.fetch = (async (address: RequestInfo | URL, init?: RequestInit) => {
    if (!String(address instanceof Request ? address.url : address).includes('/graphql')) return real(address, init);
    const { operationName, variables } = JSON.parse(String(init?.body));
    if (operationName !== 'SavePreferences') return new Response('{"data":{}}');
    const { input } = variables;
    inputs.push(input);
    const userErrors = refused
      .filter((field) => field === '*' || field in input)
      .map((field) => ({
        ...{ __typename: 'UserError', field: field === '*' ? null : [field], code: 'NOT_FOUND', message: 'No.' },
      }));
    const saved = { __typename: 'SavePreferencesPayload', preferences: null, userErrors };
    return new Response(JSON.stringify({ data: { savePreferences: saved } }), {
      headers: { 'content-type': 'application/json' },
    });
  }) as typeof fetch;
  await writeValue('identity', identityOf(userId, false));
  await account.renewed('').catch(() => {});
});

afterAll(async () => {
  window.fetch = real;
  await writeValue('identity', undefined);
});

test('what the server refuses keeps none of the other preferences from it', async () => {
  refused = ['defaultProtocol'];
  await preferences.save({ volume: 0.25, defaultProtocol: 'UHJvdG9jb2w6Z29uZQ' });
  await preferences.send();
  expect(inputs.at(-1)).toEqual({ volume: 0.25 });
  expect(preferences.unsent).toBe(false);
  const asked = inputs.length;
  await preferences.send();
  expect(inputs).toHaveLength(asked);
});

test('what is refused as a whole stays to be sent', async () => {
  refused = ['*'];
  await preferences.save({ volume: 0.5 });
  await expect(preferences.send()).rejects.toThrow('No.');
  expect(preferences.unsent).toBe(true);
  refused = [];
  await preferences.send();
  expect(inputs.at(-1)).toEqual({ volume: 0.5 });
  expect(preferences.unsent).toBe(false);
});
