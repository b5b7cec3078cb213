import type pg from 'pg';
import { type Absence, absenceOf } from './absence.ts';

/** What a write meets now: it succeeds, or why it does not. */
export type WriteState = 'ok' | Absence;

export interface Writes {
  /** Takes note of an error that a statement ended with. */
  met(error: unknown): void;
  /** Asks the database. At most `ANSWER_MS`; never rejects. */
  state(): Promise<WriteState>;
}

/** A database that answers later than this does not answer. */
const ANSWER_MS = 2_000;

/**
 * Room for a table of 64 kB that cannot be compressed and ends with the statement. A disk is full for some statements and not for others
 * (one that fills a gap in a page needs no room), so once one has met a full disk this is asked as well, until it succeeds.
 */
const TAKE_ROOM = `CREATE TEMP TABLE nes_room ON COMMIT DROP AS
  SELECT string_agg(md5(random()::text), '') AS filling FROM generate_series(1, 2048)`;

export function watchWrites(pool: pg.Pool): Writes {
  let wasFull = false;
  // query_timeout is pg's own option of one query, which its types leave out.
  const ask = async <Row extends pg.QueryResultRow>(text: string): Promise<Row[]> =>
    (await pool.query<Row>({ text, query_timeout: ANSWER_MS } as pg.QueryConfig)).rows;

  const state = async (): Promise<WriteState> => {
    try {
      const [row] = await ask<{ read_only: boolean }>(
        `SELECT current_setting('transaction_read_only') = 'on' AS read_only`,
      );
      if (row?.read_only) return 'read only';
      if (wasFull) await ask(TAKE_ROOM);
      wasFull = false;
      return 'ok';
    } catch (error) {
      const absence = absenceOf(error);
      if (absence === 'disk full') wasFull = true;
      return absence ?? 'away';
    }
  };
  return {
    met(error) {
      if (absenceOf(error) === 'disk full') wasFull = true;
    },
    // A pool that is waited for answers too late as well.
    state: () =>
      Promise.race([
        state(),
        new Promise<WriteState>((resolve) => setTimeout(() => resolve('away'), ANSWER_MS).unref()),
      ]),
  };
}
