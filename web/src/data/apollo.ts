import { ApolloClient, ApolloLink, HttpLink, InMemoryCache } from '@apollo/client/core';
import { SetContextLink } from '@apollo/client/link/context';
import { PersistedQueryLink } from '@apollo/client/link/persisted-queries';
import { GraphQLWsLink } from '@apollo/client/link/subscriptions';
import { type DocumentNode, OperationTypeNode } from 'graphql';
import { type Client, createClient } from 'graphql-ws';
import { accessToken, account } from './account.ts';
import { apiAddress, liveAddress } from './address.ts';
import { connection } from './connection.ts';
import { askedLanguage } from './language.ts';

// This module is the only one that brings Apollo into the page; it is imported on idle or on first need (`client.ts`).

/** A document made by the code generator carries the hash under which the server knows it. */
const hashOf = (document: DocumentNode): string => {
  const hash = (document as DocumentNode & { __meta__?: { hash?: string } }).__meta__?.hash;
  if (!hash) throw new Error('This operation was not made by the code generator, so it has no hash.');
  return hash;
};

const authorisation = new SetContextLink(async (context) => {
  if (context.withoutToken) return {};
  const token = await accessToken();
  return token ? { headers: { ...context.headers, authorization: `Bearer ${token}` } } : {};
});

const inLanguage = new SetContextLink(({ headers }) => ({
  headers: { ...headers, 'accept-language': askedLanguage() },
}));

/** Whom the open socket speaks for, and by which token. */
let speaksFor: string | undefined;
let speaksBy: string | null = null;

/** The server closes a socket with this code when its sign-in has ended or its token is too old. */
const forbidden = 4403;

export const live: Client = createClient({
  url: () => liveAddress() ?? '',
  lazy: true,
  lazyCloseTimeout: 20_000,
  keepAlive: 12_000,
  retryAttempts: Number.POSITIVE_INFINITY,
  shouldRetry: () => true,
  // A server that sleeps wakes slowly; a group of devices that lost it must not come back in one instant.
  retryWait: async (tries) => {
    if (awayFrom(document)) return await seen();
    await new Promise((resolve) => setTimeout(resolve, Math.min(30_000, 500 * 2 ** tries) * (0.5 + Math.random() / 2)));
  },
  on: {
    closed: (event) => {
      if (speaksBy && (event as CloseEvent).code === forbidden) account.renewed(speaksBy).catch(() => {});
    },
  },
  connectionParams: async () => {
    const token = await accessToken();
    speaksFor = account.viewer?.id;
    speaksBy = token;
    return { language: askedLanguage(), ...(token ? { accessToken: token } : {}) };
  },
});

// A socket keeps the person that it was opened for, so another person needs another one.
account.addEventListener('change', () => {
  if (speaksFor !== undefined && account.viewer?.id !== speaksFor) {
    speaksFor = undefined;
    live.terminate();
  }
});

/** A hidden page that plays nothing is followed by nobody. */
const awayFrom = (page: Document) => page.hidden && navigator.mediaSession?.playbackState !== 'playing';

/** When the page is looked at again. */
const seen = (): Promise<void> =>
  new Promise((resolve) => {
    const look = () => {
      if (document.hidden) return;
      document.removeEventListener('visibilitychange', look);
      resolve();
    };
    document.addEventListener('visibilitychange', look);
  });

/**
 * After so long its socket ends, so that a server that nobody uses can sleep: its pings alone would keep it awake. What was followed is
 * followed again, from its present state, when somebody looks at the page.
 */
const AWAY_MS = 60_000;
let leaving: ReturnType<typeof setTimeout> | undefined;
document.addEventListener('visibilitychange', () => {
  clearTimeout(leaving);
  if (document.hidden) leaving = setTimeout(leave, AWAY_MS);
});
function leave(): void {
  // It may play now, and stop later.
  if (document.hidden) leaving = setTimeout(leave, AWAY_MS);
  if (awayFrom(document)) {
    clearTimeout(leaving);
    live.terminate();
  }
}

/** Everything that can be followed belongs to somebody: what is asked before there is a guest waits for it. */
const forSomebody = new SetContextLink(async () => {
  await account.somebody();
  return {};
});

/** One Apollo client for the page. Results of the same object are one object in its cache. */
export const client: ApolloClient = new ApolloClient({
  cache: new InMemoryCache({
    possibleTypes: {},
    typePolicies: {
      Session: { fields: { events: { merge: false } } },
      User: { fields: { preferences: { merge: true }, sessions: { merge: false } } },
      Preferences: { keyFields: false },
      Screening: { keyFields: false },
      Metrics: { keyFields: false },
      DailyMetric: { keyFields: false },
    },
  }),
  link: ApolloLink.split(
    (operation) => operation.operationType === OperationTypeNode.SUBSCRIPTION,
    ApolloLink.from([forSomebody, new GraphQLWsLink(live)]),
    ApolloLink.from([
      authorisation,
      inLanguage,
      new PersistedQueryLink({ generateHash: hashOf }),
      new HttpLink({
        uri: () => apiAddress() ?? '',
        credentials: 'omit',
        headers: { accept: 'application/graphql-response+json' },
        fetch: async (input, init) => {
          const response = await connection.follow(fetch(input, init));
          const sent = (init?.headers as Record<string, string> | undefined)?.authorization;
          // Not waited for: what was asked has failed, and what is asked next has a new token, or is nobody's.
          if (response.status === 401 && sent) account.renewed(sent.slice('Bearer '.length)).catch(() => {});
          return response;
        },
      }),
    ]),
  ),
  defaultOptions: { watchQuery: { fetchPolicy: 'cache-and-network' }, query: { fetchPolicy: 'network-only' } },
});
