import { packedText } from './packed.ts';

/** Queries that show what there is, one tab each; a tab is called by its operation. */
const tour = [
  {
    query: `# The playground of the Neural Entrainment System.
#
# Each tab is ready to run: Ctrl+Enter, or the round arrow.
# The book at the left edge is the schema's documentation.
#
# Signing in: run the tab SignIn. Every tab then asks as that
# person until this browser tab is closed; mutations that answer
# with tokens (signUp, signIn, startGuest) change who it is.
# A token of your own goes into "Headers" below the query:
#      { "Authorization": "Bearer PASTE-IT-HERE" }
# The guide with every step: /developers of the application.
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
    query: `# A guest needs no address. An account is made of it with signUp,
# and nothing is lost.
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
    query: `# After SignIn. Who am I, which devices are
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
    query: `# After SignIn. Runs until it is stopped: the
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
 * what stands in "Headers", so nobody could follow what needs a token. Tokens that any tab was answered with are those of all tabs, as long
 * as the browser's tab is open; "Headers" go before them. Must use nothing from outside of itself.
 */
export function fetcher(
  params: { query: string; operationName?: string | null; variables?: unknown },
  options?: {
    headers?: Record<string, string>;
    documentAST?: { definitions: { kind: string; operation?: string; name?: { value: string } }[] };
  },
): unknown {
  type Tokens = { accessToken: string; accessExpiresAt?: string; refreshToken?: string };
  type Answer = { data?: Record<string, { tokens?: Tokens | null; done?: boolean | null } | null> | null };
  const KEY = 'nes-playground-tokens';
  const operations = options?.documentAST?.definitions.filter(({ kind }) => kind === 'OperationDefinition') ?? [];
  const operation = operations.find(({ name }) => name?.value === params.operationName) ?? operations[0];
  const url = window.location.origin + window.location.pathname;
  const post = async (body: object, headers: Record<string, string>): Promise<Answer> => {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify(body),
    });
    return await response.json();
  };
  /** Keeps tokens of an answer, and forgets them with the sign-in. */
  const keep = (answer: Answer): Answer => {
    for (const [field, payload] of Object.entries(answer.data ?? {})) {
      if (payload?.tokens?.accessToken) sessionStorage.setItem(KEY, JSON.stringify(payload.tokens));
      if ((field === 'signOut' || field === 'deleteAccount') && payload?.done) sessionStorage.removeItem(KEY);
    }
    return answer;
  };
  const asWhom = async (): Promise<Record<string, string>> => {
    const own = options?.headers ?? {};
    const kept = sessionStorage.getItem(KEY);
    if (!kept || Object.keys(own).some((name) => name.toLowerCase() === 'authorization')) return own;
    let tokens = JSON.parse(kept) as Tokens;
    if (tokens.refreshToken && tokens.accessExpiresAt && Date.parse(tokens.accessExpiresAt) - Date.now() < 30_000) {
      const query =
        'mutation ($input: RefreshTokensInput!) { refreshTokens(input: $input) { tokens { accessToken accessExpiresAt refreshToken } } }';
      const answer = keep(await post({ query, variables: { input: { refreshToken: tokens.refreshToken } } }, {}));
      const fresh = answer.data?.refreshTokens?.tokens;
      if (!fresh) {
        sessionStorage.removeItem(KEY);
        return own;
      }
      tokens = fresh;
    }
    return { ...own, authorization: `Bearer ${tokens.accessToken}` };
  };
  if (operation?.operation !== 'subscription') return asWhom().then((headers) => post(params, headers).then(keep));
  return {
    subscribe(observer: { next(value: unknown): void; error(error: Error): void; complete(): void }) {
      const socket = new WebSocket(url.replace(/^http/, 'ws'), 'graphql-transport-ws');
      const say = (message: object) => socket.send(JSON.stringify(message));
      socket.onopen = () => asWhom().then((headers) => say({ type: 'connection_init', payload: headers }));
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

/** The application's colours (web/src/styles/tokens.css) where GraphiQL takes some: as hues, dark and light. */
const look = `<style>
.graphiql-container, .CodeMirror-info, .CodeMirror-lint-tooltip, reach-portal, [data-radix-popper-content-wrapper] {
  --font-family: "Hanken Grotesk", system-ui, sans-serif;
  --border-radius-4: 10px; --border-radius-8: 10px; --border-radius-12: 16px;
}
body.graphiql-dark .graphiql-container, body.graphiql-dark [data-radix-popper-content-wrapper] {
  --color-base: 223, 29%, 8%; --color-primary: 175, 47%, 60%; --color-secondary: 224, 70%, 70%; --color-tertiary: 175, 47%, 60%;
}
body.graphiql-light .graphiql-container, body.graphiql-light [data-radix-popper-content-wrapper] {
  --color-base: 48, 29%, 97%; --color-primary: 181, 100%, 22%; --color-secondary: 224, 50%, 45%; --color-tertiary: 181, 100%, 22%;
}
</style>
`;

/** The playground as one page that needs nothing from elsewhere: 9 MB, which come packed. */
async function page(): Promise<string> {
  const { renderGraphiQL } = await import('@graphql-yoga/render-graphiql');
  return renderGraphiQL({
    title: 'Neural Entrainment System: playground',
    favicon: '/favicon.svg',
    defaultTabs: tour.map(({ query, variables }) => ({ query, ...(variables ? { variables } : {}) })),
    defaultQuery: tour[0]?.query ?? '',
    fetcher: FETCHER,
    shouldPersistHeaders: false,
  } as never)
    .replace(JSON.stringify(FETCHER), () => fetcher.toString())
    .replace('</head>', () => `${look}</head>`);
}

export const answerPlayground = packedText(page, {
  'content-type': 'text/html; charset=utf-8',
  'cache-control': 'no-cache',
  'content-security-policy':
    "default-src 'self'; script-src 'self' 'unsafe-inline' 'unsafe-eval' blob:; worker-src blob:; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self' data:; connect-src 'self' ws: wss:; frame-ancestors 'none'",
});
