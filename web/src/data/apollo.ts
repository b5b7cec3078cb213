import { ApolloClient, ApolloLink, HttpLink, InMemoryCache } from '@apollo/client/core';
import { CombinedGraphQLErrors } from '@apollo/client/errors';
import { SetContextLink } from '@apollo/client/link/context';
import { ErrorLink } from '@apollo/client/link/error';
import { PersistedQueryLink } from '@apollo/client/link/persisted-queries';
import { GraphQLWsLink } from '@apollo/client/link/subscriptions';
import { type DocumentNode, OperationTypeNode } from 'graphql';
import { type Client, createClient } from 'graphql-ws';
import { from, switchMap, throwError } from 'rxjs';
import { accessToken, account } from './account.ts';
import { apiAddress, liveAddress } from './address.ts';
import { connection } from './connection.ts';

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
  if (!token) return {};
  return {
    headers: { ...context.headers, authorization: `Bearer ${token}` },
    sentToken: token,
    sentBy: account.viewer?.id,
  };
});

/** A token that the server does not take is renewed, and what was asked is asked once more if it is the same person. */
const renewal = new ErrorLink(({ error, operation, forward }) => {
  const { sentToken, sentBy, askedAgain } = operation.getContext();
  if (!sentToken || askedAgain || !CombinedGraphQLErrors.is(error)) return;
  if (!error.errors.some(({ extensions }) => extensions?.code === 'UNAUTHENTICATED')) return;
  return from(account.renewed(sentToken)).pipe(
    switchMap((token) => {
      if (!token || account.viewer?.id !== sentBy) return throwError(() => error);
      operation.setContext({ askedAgain: true });
      return forward(operation);
    }),
  );
});

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
  retryWait: (tries) =>
    new Promise((resolve) => setTimeout(resolve, Math.min(30_000, 500 * 2 ** tries) * (0.5 + Math.random() / 2))),
  on: {
    closed: (event) => {
      if (speaksBy && (event as CloseEvent).code === forbidden) account.renewed(speaksBy).catch(() => {});
    },
  },
  connectionParams: async () => {
    const token = await accessToken();
    speaksFor = account.viewer?.id;
    speaksBy = token;
    return token ? { accessToken: token } : {};
  },
});

// A socket keeps the person that it was opened for, so another person needs another one.
account.addEventListener('change', () => {
  if (speaksFor !== undefined && account.viewer?.id !== speaksFor) {
    speaksFor = undefined;
    live.terminate();
  }
});

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
      renewal,
      authorisation,
      new PersistedQueryLink({ generateHash: hashOf }),
      new HttpLink({
        uri: () => apiAddress() ?? '',
        credentials: 'omit',
        headers: { accept: 'application/graphql-response+json' },
        fetch: (input, init) => connection.follow(fetch(input, init)),
      }),
    ]),
  ),
  defaultOptions: { watchQuery: { fetchPolicy: 'cache-and-network' }, query: { fetchPolicy: 'network-only' } },
});
