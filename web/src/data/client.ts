import type { ApolloClient, OperationVariables, TypedDocumentNode } from '@apollo/client';
import type { UserErrorFieldsFragment } from './generated/errors.ts';

/** Why the server did not do what was asked: where, which kind, and a sentence. */
export type UserError = UserErrorFieldsFragment;

type ApolloModule = typeof import('./apollo.ts');
let loading: Promise<ApolloModule> | undefined;

/** Loads Apollo (about 50 KB) when it is first needed; the shell does without it. */
export function apollo(): Promise<ApolloModule> {
  loading ??= import('./apollo.ts').catch((error) => {
    loading = undefined;
    throw error;
  });
  return loading;
}

/** The page's Apollo client. */
export const client = async (): Promise<ApolloClient> => (await apollo()).client;

/** Asks the server once. Throws where it cannot be reached or refuses as a whole. */
export async function ask<Data, Variables extends OperationVariables>(
  query: TypedDocumentNode<Data, Variables>,
  variables: Variables,
): Promise<Data> {
  const { data } = await (await client()).query({ query, variables, fetchPolicy: 'network-only' });
  if (!data) throw new Error('The server answered without data.');
  return data as Data;
}

/** Sends one mutation. `headers` are added; `withoutToken` sends it as nobody. */
export async function tell<Data, Variables extends OperationVariables>(
  mutation: TypedDocumentNode<Data, Variables>,
  variables: Variables,
  context: { headers?: Record<string, string>; withoutToken?: boolean } = {},
): Promise<Data> {
  const { data } = await (await client()).mutate({
    mutation: mutation as TypedDocumentNode<Data, OperationVariables>,
    variables,
    context,
  });
  if (!data) throw new Error('The server answered without data.');
  return data as Data;
}

/** Waits before a subscription that the server ended is asked for again: it ends them when a sign-in changes. */
const shortestWait = 500;
const longestWait = 30_000;

/**
 * Follows a subscription until the returned function is called. It comes back by itself: after a lost connection, and
 * after the server ended it because this browser's sign-in changed. `ended` is called each time the server ended it.
 */
export function follow<Data, Variables extends OperationVariables>(
  query: TypedDocumentNode<Data, Variables>,
  variables: Variables,
  next: (data: Data) => void,
  ended: () => void = () => {},
): () => void {
  let stopped = false;
  let wait = shortestWait;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let stop = () => {};
  const again = () => {
    if (stopped) return;
    clearTimeout(timer);
    timer = setTimeout(begin, wait);
    wait = Math.min(longestWait, wait * 2);
    ended();
  };
  const begin = () => {
    client()
      .then((apolloClient) => {
        if (stopped) return;
        const subscription = apolloClient
          .subscribe({ query: query as TypedDocumentNode<Data, OperationVariables>, variables })
          .subscribe({
            next: (result) => {
              if (stopped || !result.data) return;
              wait = shortestWait;
              next(result.data as Data);
            },
            error: again,
            complete: again,
          });
        stop = () => subscription.unsubscribe();
      })
      .catch(again);
  };
  begin();
  return () => {
    stopped = true;
    clearTimeout(timer);
    stop();
  };
}
