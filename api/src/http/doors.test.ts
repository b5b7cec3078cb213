/** Every door meets the same limits, counted in the same buckets: POST, GET by hash, WebSocket. */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { repositoryRoot } from '../config.ts';
import { type TestServer, useServer } from '../testing/server.ts';
import { openSocket, type TestSocket } from '../testing/socket.ts';
import { persistedOperations, readPersistedOperations } from './persisted-operations.ts';

interface Asked {
  query?: string;
  variables?: Record<string, unknown>;
  extensions?: Record<string, unknown>;
}
interface Told {
  data?: unknown;
  errors?: { message: string; extensions: Record<string, unknown> }[];
}
type Door = (api: TestServer, asked: Asked) => Promise<Told>;

const doors: Record<string, Door> = {
  POST: async (api, asked) => {
    const response = await fetch(`${api.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(asked),
    });
    return (await response.json()) as Told;
  },
  GET: async (api, { query, variables, extensions }) => {
    const search = new URLSearchParams({
      ...(query === undefined ? {} : { query }),
      ...(variables ? { variables: JSON.stringify(variables) } : {}),
      ...(extensions ? { extensions: JSON.stringify(extensions) } : {}),
    });
    return (await (await fetch(`${api.url}/graphql?${search}`)).json()) as Told;
  },
  WebSocket: async (api, asked) => {
    const socket = await openSocket(api.url);
    socket.send({ type: 'subscribe', id: '1', payload: { query: '', ...asked } });
    const message = await socket.next('1', 10_000);
    socket.close();
    return message.type === 'error'
      ? { errors: message.payload as Told['errors'] }
      : (message.payload as { data: unknown });
  },
};
const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
const persisted = (hash: string) => ({ persistedQuery: { version: 1, sha256Hash: hash } });
const ruleOf = ({ errors }: Told) => errors?.[0]?.extensions.rule ?? errors?.[0]?.extensions.code;

const kinds = {
  query: (body: string) => `query { ${body.replaceAll('FIELD', 'serverTime')} }`,
  mutation: (body: string) => `mutation { ${body.replaceAll('FIELD', 'signOut(input: {}) { userErrors { code } }')} }`,
  subscription: (body: string) => `subscription { ${body.replaceAll('FIELD', 'myLiveSession { id }')} }`,
};
/** What breaks each rule, of every kind of operation. */
const broken: Record<string, (kind: keyof typeof kinds) => Asked> = {
  tokens: (kind) => ({ query: kinds[kind](`FIELD ${'x '.repeat(1_001)}`) }),
  aliases: (kind) => ({ query: kinds[kind](Array.from({ length: 16 }, (_, i) => `a${i}: FIELD`).join(' ')) }),
  directives: (kind) => ({
    query:
      kinds[kind](`...f @skip(if: false) ${'@include(if: true) '.repeat(6)}`) +
      ` fragment f on ${kind.charAt(0).toUpperCase()}${kind.slice(1)} { __typename }`,
  }),
  GRAPHQL_VALIDATION_FAILED: (kind) => ({ query: kinds[kind]('nothingOfThisName') }),
  GRAPHQL_PARSE_FAILED: (kind) => ({ query: `${kinds[kind]('FIELD')} }` }),
  text: (kind) => ({ query: kinds[kind]('FIELD'), variables: { x: 'a\0b' } }),
};

describe('doors', () => {
  let api: TestServer;
  beforeAll(async () => {
    api = await useServer();
  });
  afterAll(() => api.close());

  for (const [door, ask] of Object.entries(doors)) {
    for (const kind of Object.keys(kinds) as (keyof typeof kinds)[]) {
      // By GET nothing is written, whatever else is wrong with it.
      if (door === 'GET' && kind === 'mutation') continue;
      for (const [rule, make] of Object.entries(broken)) {
        it(`${door}, ${kind}: ${rule}`, async () => {
          const told = await ask(api, make(kind));
          assert.equal(ruleOf(told), rule, JSON.stringify(told).slice(0, 300));
          assert.equal(told.data, undefined);
          assert.equal(JSON.stringify(told).includes('"http"'), false, 'what is for HTTP is told to nobody');
        });
      }
    }

    it(`${door}: pages in pages are too complex, a hash that is not the text's is refused, an unknown one is not found`, async () => {
      const pages = '{ protocols(first: 100) { nodes { revisions(first: 100) { nodes { id } } } } }';
      assert.equal(ruleOf(await ask(api, { query: pages })), 'complexity');
      const query = '{ serverTime }';
      const wrong = await ask(api, { query, extensions: persisted(sha256('{ __typename }')) });
      assert.equal(wrong.errors?.[0]?.message, 'The hash is not that of the query.');
      assert.equal(wrong.data, undefined);
      const [own] = Object.keys(await operationsOfTheApplication());
      assert.ok(own, 'the application was generated');
      const other = await ask(api, { query, extensions: persisted(own) });
      assert.equal(other.errors?.[0]?.message, 'The hash is not that of the query.');
      assert.ok((await ask(api, { query, extensions: persisted(sha256(query)) })).data);
      assert.equal(ruleOf(await ask(api, { extensions: persisted(sha256('unknown')) })), 'PERSISTED_QUERY_NOT_FOUND');
    });
  }

  it('by POST and GET no subscription is followed, and GET writes nothing', async () => {
    for (const door of ['POST', 'GET']) {
      const { errors, data } = await (doors[door] as Door)(api, { query: 'subscription { myLiveSession { id } }' });
      assert.equal(errors?.[0]?.message, 'Subscriptions are followed over a WebSocket.');
      assert.equal(data, undefined);
    }
    for (const accept of ['text/event-stream', 'multipart/mixed']) {
      const response = await fetch(`${api.url}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', accept },
        body: JSON.stringify({ query: 'subscription { myLiveSession { id } }' }),
      });
      assert.equal(response.status, 406, accept);
    }
    const { errors } = await (doors.GET as Door)(api, { query: kinds.mutation('FIELD') });
    assert.match(errors?.[0]?.message ?? '', /POST/);
  });
});

describe('rates', () => {
  for (const first of Object.keys(doors)) {
    it(`what is used up by ${first} is used up for the other doors`, async () => {
      const base = await useServer();
      const api = await useServer({ beside: base, environment: { RATE_LIMIT_FACTOR: '1' } });
      const query = '{ __typename }';
      const sockets = await Promise.all(Array.from({ length: 10 }, () => openSocket(api.url)));
      let operation = 0;
      /** How many of forty at once are turned away. A bucket fills up with fifteen a second. */
      const turnedAway = async (door: string): Promise<number> => {
        const answers = await Promise.all(
          Array.from({ length: 40 }, async (_, index): Promise<Told> => {
            if (door !== 'WebSocket') return await (doors[door] as Door)(api, { query });
            const socket = sockets[index % sockets.length] as TestSocket;
            const id = `${operation++}`;
            socket.send({ type: 'subscribe', id, payload: { query } });
            const message = await socket.next(id, 10_000);
            return message.type === 'error' ? { errors: message.payload as Told['errors'] } : {};
          }),
        );
        return answers.filter((answer) => ruleOf(answer) === 'RATE_LIMITED').length;
      };
      try {
        let rounds = 0;
        while ((await turnedAway(first)) === 0) assert.ok(rounds++ < 20, `${first} has a limit`);
        for (const door of Object.keys(doors)) assert.ok((await turnedAway(door)) > 0, door);
      } finally {
        for (const socket of sockets) socket.close();
        await api.close();
        await base.close();
      }
    });
  }
});

describe('large answers', () => {
  for (const door of ['POST', 'WebSocket'])
    it(`${door}: of ninety that come at once those still waiting are turned away when the first have cost too much`, async () => {
      const base = await useServer();
      const api = await useServer({ beside: base, environment: { RATE_LIMIT_FACTOR: '1', PUBLIC_CACHE: 'off' } });
      try {
        const ask = doors[door] as Door;
        const query = '{ protocols(first: 100) { nodes { revision { program } } } }';
        const answers: Told[] = await Promise.all(
          Array.from({ length: door === 'POST' ? 90 : 10 }, () =>
            door === 'POST' ? ask(api, { query }) : manyOnOne(api, query),
          ),
        ).then((all) => all.flat());
        const full = answers.filter(({ data }) => data).length;
        const turnedAway = answers.filter((answer) => ruleOf(answer) === 'RATE_LIMITED');
        assert.equal(answers.length, 90);
        assert.equal(full + turnedAway.length, 90);
        assert.ok(full >= 1 && full <= 45, `${full} were answered`);
        assert.ok(!JSON.stringify(turnedAway).includes('"http"'));
      } finally {
        await api.close();
        await base.close();
      }
    });

  /** Nine operations on one socket. */
  const manyOnOne = async (api: TestServer, query: string): Promise<Told[]> => {
    const socket = await openSocket(api.url);
    const ids = Array.from({ length: 9 }, (_, n) => `${n}`);
    for (const id of ids) socket.send({ type: 'subscribe', id, payload: { query } });
    const told = await Promise.all(
      ids.map(async (id): Promise<Told> => {
        const { type, payload } = await socket.next(id, 60_000);
        return type === 'error' ? { errors: payload as Told['errors'] } : (payload as Told);
      }),
    );
    socket.close();
    return told;
  };
});

it('the registered operations are refused as a whole where a hash is not that of its text', () => {
  assert.throws(
    () => persistedOperations({ [sha256('{ a }')]: '{ b }' }, 'documents.json'),
    /documents\.json: the hash/,
  );
});

async function operationsOfTheApplication(): Promise<Record<string, string>> {
  const operations = readPersistedOperations(join(repositoryRoot, 'web/src/data/generated/persisted-documents.json'));
  return Object.fromEntries([...operations.texts()].map((text) => [sha256(text), text]));
}
