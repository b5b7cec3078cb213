/** The schema on a test's own database: operations run as a person, and the statements that they send are counted. */
import { randomUUID } from 'node:crypto';
import { type ExecutionResult, execute, parse, subscribe } from 'graphql';
import pg from 'pg';
import { schema } from '../http/schema.ts';
import { type Bus, createLocalBus } from '../platform/bus.ts';
import type { Context, Services } from '../schema/context.ts';
import type { Viewer } from '../schema/viewer.ts';
import { type Backend, useBackend } from './backend.ts';

// biome-ignore lint/suspicious/noExplicitAny: the answers of operations are looked at, not typed, in tests
export type Data = any;

export interface Query {
  text: string;
  values: unknown[];
}

export interface Asker {
  backend: Backend;
  bus: Bus;
  /** What the API takes for the present moment; null is the machine's clock. */
  setNow(now: Date | null): void;
  now(): Date;
  /** A new person, a guest unless an address is given. */
  person(options?: { email?: string; admin?: boolean; timeZone?: string }): Promise<Viewer>;
  context(viewer: Viewer | null): Context;
  /** Runs an operation; any top-level error fails. */
  ask(viewer: Viewer | null, source: string, variables?: Record<string, unknown>): Promise<Data>;
  /** Runs an operation and answers with everything. */
  askAll(viewer: Viewer | null, source: string, variables?: Record<string, unknown>): Promise<ExecutionResult>;
  follow(
    viewer: Viewer | null,
    source: string,
    variables?: Record<string, unknown>,
  ): Promise<AsyncGenerator<ExecutionResult> | ExecutionResult>;
  /** The statements that `work` sends, without BEGIN and COMMIT. */
  statements(work: () => Promise<unknown>): Promise<string[]>;
  /** As `statements`, with their parameters. */
  queries(work: () => Promise<unknown>): Promise<Query[]>;
  close(): Promise<void>;
}

async function queries(work: () => Promise<unknown>): Promise<Query[]> {
  const seen: Query[] = [];
  const { query } = pg.Client.prototype;
  pg.Client.prototype.query = function (this: pg.Client, ...args: unknown[]) {
    const [first, second] = args as [string | Query, unknown];
    const text = typeof first === 'string' ? first : first.text;
    const values = typeof first === 'string' ? second : first.values;
    if (!/^(BEGIN|COMMIT|ROLLBACK)/i.test(text)) seen.push({ text, values: Array.isArray(values) ? [...values] : [] });
    return Reflect.apply(query, this, args);
  } as typeof query;
  try {
    await work();
  } finally {
    pg.Client.prototype.query = query;
  }
  return seen;
}

export async function useSchema(bus: Bus = createLocalBus()): Promise<Asker> {
  const backend = await useBackend();
  const { prisma } = backend.database;
  let fixed: Date | null = null;
  const now = () => fixed ?? new Date();
  // Domains read only these services.
  const services = {
    database: prisma,
    sql: backend.database.sql,
    primary: { database: prisma, sql: backend.database.sql },
    bus,
    clock: { now },
    config: { limits: { rateFactor: 1 }, secret: 'a secret of tests' },
    accounts: { mail: { reaches: false } },
    keeping: { count: () => {} },
    live: { remove: async () => {} },
    publicReads: { changed: async () => {} },
    refused: () => {},
    log: { info: () => {}, warn: () => {}, error: () => {} },
  } as unknown as Services;
  const context = (viewer: Viewer | null): Context => ({
    ...services,
    requestId: randomUUID(),
    viewer,
    audiences: [],
    address: '127.0.0.1',
    language: 'en',
    proof: { header: null, method: 'POST', url: '' },
  });
  const askAll = async (viewer: Viewer | null, source: string, variableValues?: Record<string, unknown>) =>
    execute({ schema, document: parse(source), contextValue: context(viewer), variableValues });
  return {
    backend,
    bus,
    setNow: (date) => {
      fixed = date;
    },
    now,
    async person({ email, admin, timeZone } = {}) {
      const id = randomUUID();
      await prisma.user.create({
        data: {
          id,
          ...(email ? { email, emailKey: email, displayName: email.split('@')[0] as string } : {}),
          role: admin ? 'ADMIN' : 'USER',
          ...(timeZone ? { preferences: { create: { timeZone } } } : {}),
        },
      });
      return { userId: id, sessionId: randomUUID(), role: admin ? 'ADMIN' : 'USER', isGuest: !email };
    },
    context,
    askAll,
    async ask(viewer, source, variables) {
      const { data, errors } = await askAll(viewer, source, variables);
      if (errors?.[0]) throw errors[0].originalError ?? errors[0];
      // As it goes over the wire: plain objects.
      return JSON.parse(JSON.stringify(data));
    },
    follow: (viewer, source, variableValues) =>
      subscribe({ schema, document: parse(source), contextValue: context(viewer), variableValues }) as Promise<
        AsyncGenerator<ExecutionResult> | ExecutionResult
      >,
    statements: async (work) => (await queries(work)).map(({ text }) => text),
    queries,
    async close() {
      await bus.close();
      await backend.close();
    },
  };
}
