/** The rule of docs/OPERATIONS.md: a program keeps working on tables that a newer migration has expanded. */
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { test } from 'vitest';
import { repositoryRoot } from '../api/src/config.ts';
import { applyMigrations } from '../api/src/platform/migrations.ts';
import { useServer } from '../api/src/testing/server.ts';
import { quoted, tablesOf } from './backup.ts';

test('an instance plays on beside one that has expanded every table', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'nes-older-'));
  const running = await useServer();
  const { url } = running.backend.database;
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const before = await running.guest();
    cpSync(join(repositoryRoot, 'prisma', 'migrations'), folder, { recursive: true });
    // All that the rule allows, to every table at once.
    const tables = await tablesOf(client);
    const sql = tables.map(
      ({ table }, i) =>
        `ALTER TABLE ${quoted(table)} ADD COLUMN later_empty text, ADD COLUMN later_default int NOT NULL DEFAULT 7; CREATE INDEX later_${i} ON ${quoted(table)} (later_default);`,
    );
    mkdirSync(join(folder, '99990101000000_later'));
    writeFileSync(
      join(folder, '99990101000000_later', 'migration.sql'),
      `${sql.join('\n')}\nCREATE TABLE later (id int PRIMARY KEY);`,
    );
    assert.deepEqual(await applyMigrations(url, { folder }), ['99990101000000_later']);

    // Prepared statements of before, and a program that starts only now.
    const lines: string[] = [];
    assert.deepEqual(await applyMigrations(url, { log: (line) => lines.push(line) }), []);
    assert.deepEqual(lines, ['the database is newer than this program: it has 99990101000000_later']);
    for (const person of [before, await running.guest()]) {
      const library = await running.ask(
        '{ protocols(first: 1) { nodes { revision { id } } } }',
        {},
        person.accessToken,
      );
      const revision = library.data.protocols.nodes[0].revision.id;
      const line = (kind: string, at: number) => ({
        id: randomUUID(),
        kind,
        occurredAt: new Date(Date.now() - 100_000 + at * 1000).toISOString(),
        positionSeconds: at,
      });
      const input = {
        id: randomUUID(),
        revision,
        timeZone: 'UTC',
        deviceId: randomUUID(),
        events: [line('STARTED', 0), line('STOPPED', 60)],
      };
      const played = await running.ask(
        'mutation ($input: RecordSessionInput!) { recordSession(input: $input) { session { id } userErrors { message } } }',
        { input },
        person.accessToken,
      );
      assert.deepEqual(played.data.recordSession.userErrors, []);
      const rated = await running.ask(
        'mutation ($input: RateSessionInput!) { rateSession(input: $input) { session { rating { stars } } userErrors { message } } }',
        { input: { session: played.data.recordSession.session.id, stars: 5 } },
        person.accessToken,
      );
      assert.equal(rated.data.rateSession.session.rating.stars, 5);
      const { rows } = await client.query(
        'SELECT played_seconds, later_empty, later_default FROM sessions WHERE id = $1',
        [input.id],
      );
      assert.deepEqual(rows, [{ played_seconds: 60, later_empty: null, later_default: 7 }]);
    }
  } finally {
    await client.end();
    await running.close();
    rmSync(folder, { recursive: true });
  }
});
