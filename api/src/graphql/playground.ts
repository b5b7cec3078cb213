/** Queries that show what there is, one tab each; a tab is called by its operation. */
const tour = [
  {
    query: `# The playground of the Neural Entrainment System.
#
# Each tab is ready to run: Ctrl+Enter, or the round arrow.
# The book at the left edge is the schema's documentation.
#
# Signing in:
#   1. Run the tab SignIn.
#   2. Copy the accessToken of its answer.
#   3. In the tab MyRecord or FollowLive open "Headers",
#      below the query, and put it there:
#      { "Authorization": "Bearer PASTE-IT-HERE" }
# It is good for 15 minutes; refreshTokens gives the next.
# A guest needs no address. The mutations signUp and signIn
# answer with tokens in the same way.
#
# This tab needs nothing: the most played protocols.
query Start {
  serverTime
  protocols(first: 5, order: POPULAR) {
    edges {
      node {
        slug
        title
        category
        evidence
        durationSeconds
        bands
      }
    }
    pageInfo {
      hasNextPage
      endCursor
    }
  }
}
`,
  },
  {
    query: `# A guest needs no address. An account is made of it with signUp
# (send the guest's token with it), and nothing is lost.
mutation SignIn($input: StartGuestInput!) {
  startGuest(input: $input) {
    tokens {
      accessToken
      accessExpiresAt
      refreshToken
    }
    viewer {
      id
      isGuest
    }
    userErrors {
      field
      code
      message
    }
  }
}
`,
    variables: `{
  "input": {
    "deviceId": "6f1c2f0e-3d5a-4b7c-9e8f-0123456789ab",
    "deviceName": "Playground",
    "timeZone": "Europe/Berlin"
  }
}`,
  },
  {
    query: `# Short protocols for relaxing that work on speakers.
query Search($filter: ProtocolFilter) {
  protocols(first: 10, filter: $filter, order: SHORTEST) {
    edges {
      node {
        title
        summary
        durationSeconds
        sources {
          title
          year
          finding
        }
      }
    }
  }
}
`,
    variables: `{ "filter": { "categories": ["RELAXATION", "BREATHING"], "speakersOk": true, "maxDurationSeconds": 1800 } }`,
  },
  {
    query: `# Needs a token in Headers. Who am I, which devices are
# signed in, and what was played last?
query MyRecord {
  viewer {
    displayName
    isGuest
    devices {
      name
      current
      lastUsedAt
    }
    preferences {
      volume
      scene
      version
    }
    sessions(first: 5) {
      edges {
        node {
          state
          startedAt
          playedSeconds
          protocol {
            title
          }
        }
      }
    }
  }
}
`,
  },
  {
    query: `# Needs a token in Headers. Runs until it is stopped: the
# session that plays on any of my devices, and its changes.
subscription FollowLive {
  myLiveSession {
    id
    state
    positionSeconds
    positionAt
    protocol {
      title
    }
  }
}
`,
  },
];

/**
 * Runs in the page: asks by HTTP, and follows subscriptions over a WebSocket of their own. GraphiQL's own way to a WebSocket leaves out
 * what stands in "Headers", so nobody could follow what needs a token. Must use nothing from outside of itself.
 */
function fetcher(
  params: { query: string; operationName?: string | null; variables?: unknown },
  options?: {
    headers?: Record<string, string>;
    documentAST?: { definitions: { kind: string; operation?: string; name?: { value: string } }[] };
  },
): unknown {
  const operations = options?.documentAST?.definitions.filter(({ kind }) => kind === 'OperationDefinition') ?? [];
  const operation = operations.find(({ name }) => name?.value === params.operationName) ?? operations[0];
  const url = window.location.origin + window.location.pathname;
  if (operation?.operation !== 'subscription') {
    return fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...options?.headers },
      body: JSON.stringify(params),
    }).then((response) => response.json());
  }
  return {
    subscribe(observer: { next(value: unknown): void; error(error: Error): void; complete(): void }) {
      const socket = new WebSocket(url.replace(/^http/, 'ws'), 'graphql-transport-ws');
      const say = (message: object) => socket.send(JSON.stringify(message));
      socket.onopen = () => say({ type: 'connection_init', payload: options?.headers ?? {} });
      socket.onmessage = ({ data }) => {
        const { type, payload } = JSON.parse(data);
        if (type === 'connection_ack') say({ id: '1', type: 'subscribe', payload: params });
        else if (type === 'ping') say({ type: 'pong' });
        else if (type === 'next') observer.next(payload);
        else if (type === 'error') observer.next({ errors: payload });
        else if (type === 'complete') socket.close(1000);
      };
      socket.onclose = ({ code, reason }) => {
        if (code === 1000) observer.complete();
        else observer.error(new Error(`The connection ended: ${code} ${reason}`));
      };
      return { unsubscribe: () => socket.close(1000) };
    },
  };
}
/** In the page's options, which are JSON, the place of the function. */
const FETCHER = 'the fetcher stands here';

let page: Promise<string> | undefined;

/** The playground as one page that needs nothing from elsewhere. Loaded (9 MB) when it is first asked for. */
export function playground(): Promise<string> {
  page ??= import('@graphql-yoga/render-graphiql').then(({ renderGraphiQL }) =>
    renderGraphiQL({
      title: 'Neural Entrainment System: playground',
      defaultTabs: tour.map(({ query, variables }) => ({ query, ...(variables ? { variables } : {}) })),
      defaultQuery: tour[0]?.query ?? '',
      fetcher: FETCHER,
      shouldPersistHeaders: false,
    } as never).replace(JSON.stringify(FETCHER), () => fetcher.toString()),
  );
  return page;
}
