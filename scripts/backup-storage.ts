/**
 * Backups in a bucket of S3-compatible storage (AWS, Cloudflare R2, Backblaze B2, MinIO, Garage, …): what `--store` means to
 * `npm run backup`, `npm run restore` and `npm run restore-drill`.
 */
import { createWriteStream, openAsBlob, rmSync } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { type S3Config, S3mini } from 's3mini';
import { z } from 'zod';
import { ConfigError } from '../api/src/config.ts';
import { BackupError } from './backup.ts';

const variables = z.object({
  BACKUP_S3_URL: z.string().refine(
    (text) => {
      if (!URL.canParse(text)) return false;
      const { protocol, hostname, pathname } = new URL(text);
      const local = /^(localhost|127\.0\.0\.1|\[::1\])$/.test(hostname);
      return (protocol === 'https:' || (protocol === 'http:' && local)) && /^\/[\w.-]+\/?$/.test(pathname);
    },
    { error: 'an address with the bucket like https://s3.eu-central-1.amazonaws.com/my-backups' },
  ),
  BACKUP_S3_KEY_ID: z.string().min(1, { error: 'the id of an access key' }),
  BACKUP_S3_SECRET: z.string().min(1, { error: 'the secret of the access key' }),
  BACKUP_S3_REGION: z
    .string()
    .regex(/^[\w-]+$/, { error: 'a region like eu-central-1' })
    .default('auto'),
  BACKUP_KEEP_DAYS: z
    .string()
    .regex(/^[1-9]\d{0,3}$/, { error: 'a whole number of days from 1 to 9999' })
    .default('30')
    .transform(Number),
});

export interface BackupStorage {
  /** Of the bucket, for people. */
  place: string;
  /** Puts `file` there under a name with the time, and removes what is older than the days to keep. */
  put(file: string, now?: Date): Promise<{ name: string; removed: string[] }>;
  /** Names of the backups there, the oldest first. */
  list(): Promise<string[]>;
  /** Writes the backup of this name, or the newest, to `file`. Returns its name. */
  get(file: string, name?: string): Promise<string>;
}

const NAME = /^nes-\d{4}-\d\d-\d\dT\d\d-\d\d-\d\dZ\.gz$/;
const nameAt = (at: Date) => `nes-${at.toISOString().slice(0, 19).replaceAll(':', '-')}Z.gz`;

/**
 * The bucket that the environment names.
 * @throws {ConfigError} naming each variable that is missing or wrong.
 */
export function backupStorage(
  environment: NodeJS.ProcessEnv = process.env,
  transfer: Pick<S3Config, 'minPartSize'> = {},
): BackupStorage {
  const given = Object.keys(variables.shape).map((name) => [name, environment[name]?.trim() || undefined]);
  const parsed = variables.safeParse(Object.fromEntries(given));
  if (!parsed.success) {
    const lines = parsed.error.issues.map(({ path: [name], message, code }) =>
      environment[String(name)]?.trim()
        ? `${String(name)} must be ${message}.`
        : `${String(name)} is not set${code === 'invalid_type' ? '' : `, but must be ${message}`}.`,
    );
    throw new ConfigError(lines.join('\n'));
  }
  const { BACKUP_S3_URL, BACKUP_S3_KEY_ID, BACKUP_S3_SECRET, BACKUP_S3_REGION, BACKUP_KEEP_DAYS } = parsed.data;
  const place = BACKUP_S3_URL.replace(/\/$/, '');
  const bucket = new S3mini({
    endpoint: place,
    region: BACKUP_S3_REGION,
    accessKeyId: BACKUP_S3_KEY_ID,
    secretAccessKey: BACKUP_S3_SECRET,
    ...transfer,
  });
  /** The storage's own words, with what was being done. */
  const doing = async <T>(what: string, act: Promise<T>): Promise<T> => {
    try {
      return await act;
    } catch (error) {
      if (error instanceof BackupError) throw error;
      throw new BackupError(`${what} ${place} failed: ${(error as Error).message}`);
    }
  };
  const list = async () => {
    const found = await doing('Listing', bucket.listObjects('/', 'nes-'));
    return (found ?? [])
      .map(({ Key }) => Key)
      .filter((key) => NAME.test(key))
      .toSorted();
  };
  return {
    place,
    list,
    async put(file, now = new Date()) {
      const name = nameAt(now);
      const blob = await openAsBlob(file);
      await doing('Writing to', bucket.putAnyObject(name, blob, 'application/gzip'));
      const there = await doing('Reading from', bucket.getContentLength(name));
      if (there !== blob.size) {
        throw new BackupError(`${place}/${name} has ${there} bytes where ${blob.size} were sent: it is not whole.`);
      }
      // Names sort as their times do; the one just written is never among them.
      const oldest = nameAt(new Date(now.getTime() - BACKUP_KEEP_DAYS * 86_400_000));
      const removed = (await list()).filter((other) => other < oldest);
      for (const other of removed) await doing('Removing from', bucket.deleteObject(other));
      return { name, removed };
    },
    async get(file, name) {
      const wanted = name ?? (await list()).at(-1);
      if (wanted === undefined) throw new BackupError(`${place} holds no backup.`);
      const response = await doing('Reading from', bucket.getObjectResponse(wanted));
      if (!response?.body) throw new BackupError(`${place} holds no ${wanted}.`);
      try {
        await pipeline(
          response.body as AsyncIterable<Uint8Array>,
          createWriteStream(file, { flags: 'wx', mode: 0o600 }),
        );
      } catch (error) {
        rmSync(file, { force: true });
        throw new BackupError(`Reading from ${place} failed: ${(error as Error).message}`);
      }
      return wanted;
    },
  };
}
