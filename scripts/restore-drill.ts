/**
 * `npm run restore-drill`: takes a backup, restores it into an embedded PostgreSQL that is made for it and thrown away, and tells what
 * came back and how long it took. The backup is the FILE that is named, or the newest in the bucket where BACKUP_S3_URL is set, or one
 * made of the configured database now. Nothing but that is read, and nothing is written. Ends with 1 when the backup cannot be used.
 */
import { chmodSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { newClient } from '../api/src/platform/connections.ts';
import { startEmbeddedPostgres } from '../api/src/platform/embedded-postgres.ts';
import { backupTo, sayAndEnd, withFile } from './backup.ts';
import { restore } from './restore.ts';

export interface Drill {
  bytes: number;
  rows: Map<string, number>;
  /** When anybody last did something that is in it; null where nobody has. */
  newestEvent: Date | null;
  seconds: number;
}

export async function restoreDrill(file: string): Promise<Drill> {
  const folder = mkdtempSync(join(tmpdir(), 'nes-drill-'));
  chmodSync(folder, 0o755);
  try {
    const server = await startEmbeddedPostgres({ folder, volatile: true });
    try {
      const began = performance.now();
      const rows = await restore(server.url, file);
      const seconds = (performance.now() - began) / 1000;
      const client = newClient({ url: server.url, name: 'nes drill', waitMs: 15_000 });
      await client.connect();
      try {
        const { rows: newest } = await client.query<{ at: Date | null }>(
          'SELECT max(received_at) AS at FROM session_events',
        );
        return { bytes: statSync(file).size, rows, newestEvent: newest[0]?.at ?? null, seconds };
      } finally {
        await client.end();
      }
    } finally {
      await server.close();
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function drill(given: string | undefined): Promise<string> {
  const told = async (file: string, what: string) => {
    const { bytes, rows, newestEvent, seconds } = await restoreDrill(file);
    const sum = [...rows.values()].reduce((all, count) => all + count, 0);
    return [
      `${what}: ${bytes} bytes can be restored, ${sum} rows of ${rows.size} tables in ${seconds.toFixed(1)} s.`,
      newestEvent ? `The newest event of a session in it is of ${newestEvent.toISOString()}.` : 'No session is in it.',
      ...[...rows].filter(([, count]) => count > 0).map(([table, count]) => `  ${table} ${count}`),
    ].join('\n');
  };
  if (given) return await told(resolve(given), given);
  return await withFile(async (file) => {
    if (!process.env.BACKUP_S3_URL) return await told(file, `${await backupTo(file)} a backup of now`);
    const { backupStorage } = await import('./backup-storage.ts');
    const storage = backupStorage();
    const name = await storage.get(file);
    return await told(file, `${storage.place}/${name}`);
  });
}

if (import.meta.main) {
  const [file, ...rest] = process.argv.slice(2);
  if (rest.length > 0 || file?.startsWith('-')) {
    console.error('Usage: npm run restore-drill [-- FILE]');
    process.exit(64);
  }
  console.log(await drill(file).catch(sayAndEnd));
}
