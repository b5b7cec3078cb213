/** Queries that show what there is, one tab each. */
const tour = [
  {
    name: '1 Start here',
    query: `# The playground of the Neural Entrainment System.
#
# Each tab is a query that is ready to run (Ctrl+Enter). The book in the left margin is the schema's documentation.
#
# Signing in: run the tab "2 Sign in", copy the accessToken of the answer, and put it into "Headers" below:
#   { "Authorization": "Bearer PASTE-IT-HERE" }
# It is good for 15 minutes; "refreshTokens" gives the next one. Tabs 4 and 5 need it.
#
# This one needs nothing: the most played protocols.
query Library {
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
    name: '2 Sign in',
    query: `# A guest needs no address. An account is made of it with signUp (send the guest's token with it), and nothing is lost.
mutation Guest($input: StartGuestInput!) {
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
    name: '3 Search',
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
    name: '4 My record',
    query: `# Needs a token. Who am I, which devices are signed in, and what was played last?
query Me {
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
    name: '5 Follow live',
    query: `# Needs a token. Runs until it is stopped: the session that plays on any of my devices, and each change of it.
subscription Live {
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

let page: Promise<string> | undefined;

/** The playground as one page that needs nothing from elsewhere. Loaded (9 MB) when it is first asked for. */
export function playground(): Promise<string> {
  page ??= import('@graphql-yoga/render-graphiql').then(({ renderGraphiQL }) =>
    renderGraphiQL({
      title: 'Neural Entrainment System: playground',
      defaultTabs: tour.map(({ query, variables }) => ({ query, ...(variables ? { variables } : {}) })),
      defaultQuery: tour[0]?.query ?? '',
      subscriptionsProtocol: 'WS',
      shouldPersistHeaders: false,
      credentials: 'omit',
    } as never),
  );
  return page;
}
