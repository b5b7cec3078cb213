import pg from 'pg';

/** One plain statement with `$1`, `$2`, … */
export type Sql = <Row extends pg.QueryResultRow>(text: string, values: unknown[]) => Promise<Row[]>;

/** Where a connection leads, and whom it tells when it breaks. */
export interface ConnectionOptions {
  url: string;
  /** What PostgreSQL calls it in `pg_stat_activity`. */
  name: string;
  /** How long a new connection, or one from a full pool, is waited for. */
  waitMs: number;
  /** Called for each failure of a connection that no statement was waiting for. */
  onError?: (error: Error) => void;
}

/**
 * A pool whose clients have an `error` listener from the moment they are made. The pool's own listens only while a client is idle: a
 * server that ends one between its hand-over and the first statement (a restart does) would end this process.
 */
export function openPool(
  options: ConnectionOptions & { connections: number; onConnect?: (client: pg.ClientBase) => Promise<void> },
): pg.Pool {
  const { onError = () => {}, onConnect } = options;
  const pool = new pg.Pool({
    connectionString: options.url,
    max: options.connections,
    connectionTimeoutMillis: options.waitMs,
    idleTimeoutMillis: 30_000,
    application_name: options.name,
    // Waited for before the connection is handed out; the types do not say so.
    onConnect: onConnect as ((client: pg.ClientBase) => void) | undefined,
  });
  // The pool tells of idle clients; each of them is told of once.
  pool.on('error', onError);
  pool.on('connect', (client) => client.on('error', () => {}));
  return pool;
}

/** A single connection, not yet made, with the same care: one lost between two statements is told by the next. */
export function newClient(options: ConnectionOptions): pg.Client {
  const client = new pg.Client({
    connectionString: options.url,
    connectionTimeoutMillis: options.waitMs,
    application_name: options.name,
  });
  client.on('error', options.onError ?? (() => {}));
  return client;
}
