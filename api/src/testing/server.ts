/** A whole API process' worth of server for tests, on a database of its own and a free port. */
import { type Config, readConfig } from '../config.ts';
import { type RunningServer, startServer } from '../http/server.ts';
import { type Bus, createLocalBus, createRedisBus } from '../platform/bus.ts';
import type { Clock } from '../platform/clock.ts';
import { newId } from '../platform/ids.ts';
import type { Mail } from '../platform/mail.ts';
import { createLog } from '../platform/telemetry.ts';
import { type Backend, useBackend } from './backend.ts';

/** A clock that stands until it is moved. */
export interface TestClock extends Clock {
  /** Goes on by so many seconds. */
  advance(seconds: number): void;
}

/** What an operation was answered with. */
export interface Answer {
  status: number;
  headers: Headers;
  // biome-ignore lint/suspicious/noExplicitAny: answers have as many shapes as there are operations.
  data: any;
  errors?: { message: string; path?: (string | number)[]; extensions?: Record<string, unknown> }[];
  /** The body as it came. */
  text: string;
}

export interface TestPerson {
  accessToken: string;
  refreshToken: string;
  /** Global id. */
  id: string;
  /** uuid. */
  userId: string;
  email: string | null;
  deviceId: string;
}

export interface TestServer {
  backend: Backend;
  server: RunningServer;
  url: string;
  bus: Bus;
  config: Config;
  clock: TestClock;
  /** Mails that were handed over, oldest first. */
  mails: Mail[];
  /** Lines of the log. */
  lines: string[];
  ask(
    query: string,
    variables?: Record<string, unknown>,
    token?: string | null,
    headers?: Record<string, string>,
  ): Promise<Answer>;
  /** Makes a guest. */
  guest(): Promise<TestPerson>;
  /** Makes an account with the password `correct horse 42`. */
  account(email?: string): Promise<TestPerson>;
  close(): Promise<void>;
}

export const PASSWORD = 'correct horse 42';

let counter = 0;

/**
 * Starts a server. `environment` are variables as in the process; rate limits are a thousand times as wide unless it says otherwise.
 * `beside` starts a second instance on the database and Redis of another one. Without Redis two instances cannot hear each other: they share its bus.
 */
export async function useServer(
  options: {
    environment?: NodeJS.ProcessEnv;
    beside?: TestServer;
    /** A database that somebody else closes. */
    backend?: Backend;
    localBus?: boolean;
    /** A Redis of the test's own in the place of the run's. */
    redisUrl?: string;
    standingClock?: boolean;
  } = {},
): Promise<TestServer> {
  const backend = options.beside?.backend ?? options.backend ?? (await useBackend());
  const config = readConfig({
    NODE_ENV: 'test',
    PORT: '0',
    HOST: '127.0.0.1',
    DATABASE_URL: backend.database.url,
    NES_SECRET: 'a secret of tests that is long enough to be one',
    RATE_LIMIT_FACTOR: '1000',
    MAX_SOCKETS_PER_ADDRESS: '10000',
    NES_LIBRARY: 'off',
    ...options.environment,
  });
  const lines: string[] = [];
  const log = createLog({ logLevel: 'debug', logFormat: 'text' }, (line) => lines.push(line));
  const redisUrl = options.redisUrl ?? backend.redisUrl;
  const ownBus = redisUrl !== null && !options.localBus;
  const bus = ownBus
    ? await createRedisBus(redisUrl, { prefix: backend.redisPrefix })
    : (options.beside?.bus ?? createLocalBus());
  const mails: Mail[] = [];
  let offset = 0;
  let standing: number | null = options.standingClock ? Date.now() : null;
  const clock: TestClock = {
    now: () => new Date((standing ?? Date.now()) + offset),
    advance(seconds) {
      if (standing === null) offset += seconds * 1000;
      else standing += seconds * 1000;
    },
  };
  const server = await startServer({
    config,
    database: backend.database,
    bus,
    clock,
    log,
    mail: {
      reaches: config.smtpUrl !== undefined,
      send: (mail) => void mails.push(mail),
      settled: async () => {},
    },
  });

  const ask: TestServer['ask'] = async (query, variables, token, headers) => {
    const response = await fetch(`${server.url}/graphql`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        accept: 'application/graphql-response+json',
        ...(token ? { authorization: `Bearer ${token}` } : {}),
        ...headers,
      },
      body: JSON.stringify({ query, variables }),
    });
    const text = await response.text();
    const body = text ? JSON.parse(text) : {};
    return { status: response.status, headers: response.headers, data: body.data, errors: body.errors, text };
  };

  const personOf = (payload: Record<string, never>, email: string | null, deviceId: string): TestPerson => {
    const { tokens, viewer, userErrors } = payload as unknown as {
      tokens: { accessToken: string; refreshToken: string } | null;
      viewer: { id: string };
      userErrors: unknown[];
    };
    if (!tokens) throw new Error(`Not signed in: ${JSON.stringify(userErrors)}`);
    return {
      ...tokens,
      id: viewer.id,
      userId: Buffer.from(viewer.id, 'base64').toString().split(':')[1] as string,
      email,
      deviceId,
    };
  };

  return {
    backend,
    server,
    url: server.url,
    bus,
    config,
    clock,
    mails,
    lines,
    ask,
    async guest() {
      const deviceId = newId();
      const { data, text } = await ask(
        'mutation ($input: StartGuestInput!) { startGuest(input: $input) { tokens { accessToken refreshToken } viewer { id } userErrors { message } } }',
        { input: { deviceId, deviceName: 'Test', timeZone: 'UTC' } },
      );
      if (!data) throw new Error(text);
      return personOf(data.startGuest, null, deviceId);
    },
    async account(email = `person${++counter}.${newId().slice(-12)}@example.org`) {
      const deviceId = newId();
      const { data, text } = await ask(
        'mutation ($input: SignUpInput!) { signUp(input: $input) { tokens { accessToken refreshToken } viewer { id } userErrors { code message } } }',
        {
          input: {
            ...{ email, password: PASSWORD, displayName: 'Somebody', atLeast16: true },
            ...{ deviceId, deviceName: 'Test', timeZone: 'UTC' },
          },
        },
      );
      if (!data) throw new Error(text);
      return personOf(data.signUp, email, deviceId);
    },
    async close() {
      await server.close();
      if (ownBus || !options.beside) await bus.close();
      if (!options.beside && !options.backend) await backend.close();
    },
  };
}
