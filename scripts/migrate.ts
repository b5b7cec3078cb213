/**
 * `npm run migrate -- NAME`: writes prisma/migrations/<time>_NAME/migration.sql, what must change in the database so that it is what
 * prisma/schema.prisma says. Look at it, and add by hand what Prisma cannot express (CHECK constraints, triggers, partial indexes).
 */
import { execFile } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { startEmbeddedPostgres } from '../api/src/platform/embedded-postgres.ts';
import { applyMigrations } from '../api/src/platform/migrations.ts';

const root = resolve(import.meta.dirname, '..');

/** SQL that brings a database with all migrations applied to what schema.prisma says; undefined where there is nothing to do. */
export async function driftFromSchema(schema = join(root, 'prisma', 'schema.prisma')): Promise<string | undefined> {
  const folder = mkdtempSync(join(tmpdir(), 'nes-drift-'));
  chmodSync(folder, 0o755);
  const server = await startEmbeddedPostgres({ folder, volatile: true });
  try {
    await applyMigrations(server.url);
    return await difference(server.url, schema);
  } finally {
    await server.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Compares with Prisma's own engine, which sees neither CHECK constraints nor triggers nor partial indexes, and so leaves them alone. */
function difference(url: string, schema: string): Promise<string | undefined> {
  const prisma = join(root, 'node_modules', 'prisma-cli', 'build', 'index.js');
  const args = [
    prisma,
    'migrate',
    'diff',
    '--from-config-datasource',
    '--to-schema',
    schema,
    '--script',
    '--exit-code',
  ];
  const env = {
    ...process.env,
    DATABASE_URL: url,
    DIRECT_URL: '',
    PRISMA_SCHEMA_ENGINE_BINARY: join(root, 'scripts', 'schema-engine.mjs'),
    PRISMA_HIDE_UPDATE_MESSAGE: '1',
    CHECKPOINT_DISABLE: '1',
  };
  return new Promise((done, failed) => {
    execFile(process.execPath, args, { cwd: root, env }, (error, stdout, stderr) => {
      // Exit code 0: the same; 2: there is a difference; else Prisma itself failed.
      if (!error) done(undefined);
      else if (error.code === 2) done(stdout.trim());
      else failed(new Error(stderr || stdout || error.message));
    });
  });
}

function timestamp(now = new Date()): string {
  return now.toISOString().replace(/\D/g, '').slice(0, 14);
}

if (import.meta.main) {
  const [name] = process.argv.slice(2);
  if (!name || !/^[a-z][a-z0-9_]*$/.test(name)) {
    console.error('Usage: npm run migrate -- NAME, in small letters, digits and _ (add_reminders).');
    process.exit(64);
  }
  const sql = await driftFromSchema();
  if (sql === undefined) {
    console.error('The migrations already make what prisma/schema.prisma says: nothing was written.');
  } else {
    const migrations = join(root, 'prisma', 'migrations');
    // Applied in the order of the names: a new one comes after all others, whatever this machine's clock says.
    const last = readdirSync(migrations).sort().at(-1)?.slice(0, 14) ?? '';
    const now = timestamp();
    const folder = join(migrations, `${now > last ? now : String(BigInt(last) + 1n)}_${name}`);
    mkdirSync(folder);
    writeFileSync(join(folder, 'migration.sql'), `${sql}\n`);
    console.error(`Written: ${join(folder, 'migration.sql')}`);
  }
}
