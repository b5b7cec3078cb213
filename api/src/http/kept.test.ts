import assert from 'node:assert/strict';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { newId } from '../platform/ids.ts';
import type { Viewer } from '../schema/viewer.ts';
import { type TestServer, useServer } from '../testing/server.ts';
import { createKeeping, KEPT_BYTES } from './kept.ts';

const person = (userId: string, isGuest: boolean): Viewer => ({ userId, isGuest, role: 'USER', sessionId: 's' });

describe('bytes that are kept', () => {
  /** Bytes that are taken before the first refusal, in pieces of 100 kB. */
  const taken = (keep: (n: number) => void): number => {
    for (let n = 0; n < 100_000; n++) {
      try {
        keep(n);
      } catch {
        return n * 100_000;
      }
    }
    return Number.POSITIVE_INFINITY;
  };
  const near = (is: number, to: number) => assert.ok(is >= to && is <= to * 1.01 + 100_000, `${is}, not ${to}`);

  it('of a guest, of an account, and of all who come from one address, whoever they become', () => {
    const refused: string[] = [];
    const keeping = createKeeping(1, (rule) => refused.push(rule));
    const from = (address: string, viewer: Viewer | null) => () => keeping.count({ viewer, address }, 100_000);
    near(taken(from('a', person('guest', true))), KEPT_BYTES.guest);
    near(taken(from('b', person('account', false))), KEPT_BYTES.account);
    near(
      taken((n) => keeping.count({ viewer: person(`guest ${n}`, true), address: 'c' }, 100_000)),
      KEPT_BYTES.address,
    );
    near(taken(from('d', null)), KEPT_BYTES.address);
    // Whoever gave too much elsewhere has it with them; others at that place are free.
    assert.throws(from('e', person('guest', true)));
    keeping.count({ viewer: person('other', true), address: 'a' }, 100_000);
    assert.deepEqual([...new Set(refused)], ['kept_bytes']);
  });
});

describe('over the wire', () => {
  let api: TestServer;
  beforeAll(async () => {
    api = await useServer({ environment: { RATE_LIMIT_FACTOR: '1' } });
  });
  afterAll(() => api.close());

  const ask = (query: string, input: object, token: string) => api.ask(query, { input }, token);
  const program = {
    durationSeconds: 60,
    voices: Array.from({ length: 8 }, () => ({
      kind: 'BINAURAL',
      keyframes: Array.from({ length: 150 }, (_, n) => ({ at: n / 3, carrier: 200, beat: 10, level: 0.1 })),
    })),
  };
  const size = JSON.stringify(program).length;

  it('small requests that copy large programs count what they copy', async () => {
    const { accessToken } = await api.guest();
    const made = await ask(
      'mutation ($input: CreateProtocolInput!) { createProtocol(input: $input) { protocol { id revision { id } } userErrors { message field } } }',
      { title: 'Large', category: 'OTHER', program },
      accessToken,
    );
    assert.deepEqual(made.data.createProtocol.userErrors, []);
    const { id, revision } = made.data.createProtocol.protocol;
    const copies = {
      restoreRevision: { protocol: id, revision: revision.id },
      forkProtocol: { revision: revision.id },
    };
    const before = await api.backend.database.prisma.revision.count();
    let refused = 0;
    for (let n = 0; n < 1_000 && refused < 2; n++) {
      const [name, input] = Object.entries(copies)[n % 2] as [string, object];
      const type = `${name[0]?.toUpperCase()}${name.slice(1)}Input`;
      const { errors } = await ask(
        `mutation ($input: ${type}!) { ${name}(input: $input) { userErrors { message } } }`,
        input,
        accessToken,
      );
      // The address' own limit of operations is met as well; that is waited for.
      if (errors?.[0]?.extensions?.code !== 'RATE_LIMITED') continue;
      if (Number(errors[0].extensions.retryAfter) > 60) refused++;
      else await new Promise((next) => setTimeout(next, 1_000));
    }
    const kept = ((await api.backend.database.prisma.revision.count()) - before + 1) * size;
    assert.equal(refused, 2);
    assert.ok(kept < KEPT_BYTES.guest * 1.1, `${kept} bytes are kept`);
  });

  it('reading counts nothing', async () => {
    const { accessToken } = await api.guest();
    for (let n = 0; n < 20; n++)
      assert.equal((await api.ask('{ viewer { id } }', {}, accessToken)).errors, undefined, newId());
  });
});
