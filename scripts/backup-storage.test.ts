/** Against a small server that speaks S3 and counts every signature, as AWS documents Signature Version 4, for itself. */
import assert from 'node:assert/strict';
import { createHash, createHmac } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'vitest';
import { useBackend } from '../api/src/testing/backend.ts';
import { backup } from './backup.ts';
import { backupStorage } from './backup-storage.ts';
import { restoreDrill } from './restore-drill.ts';

const KEY = 'test-key';
const SECRET = 'test-secret';
const REGION = 'eu-test-1';

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
const hmac = (key: string | Buffer, text: string) => createHmac('sha256', key).update(text).digest();
const encoded = (text: string) =>
  encodeURIComponent(text).replace(/[!'()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`);

/** Whether the request is signed by whoever knows the secret. */
function signed(request: IncomingMessage): boolean {
  const authorization =
    /^AWS4-HMAC-SHA256 Credential=([^/]+)\/(\d{8})\/([^/]+)\/s3\/aws4_request, ?SignedHeaders=([^,]+), ?Signature=([0-9a-f]{64})$/.exec(
      request.headers.authorization ?? '',
    );
  if (!authorization) return false;
  const [, key, day, region, headers = '', signature] = authorization;
  const url = new URL(request.url as string, 'http://server');
  const query = [...url.searchParams]
    .map(([name, value]) => `${encoded(name)}=${encoded(value)}`)
    .toSorted()
    .join('&');
  const canonical = [
    request.method,
    url.pathname,
    query,
    ...headers.split(';').map((name) => `${name}:${String(request.headers[name]).trim()}`),
    '',
    headers,
    request.headers['x-amz-content-sha256'],
  ].join('\n');
  const time = String(request.headers['x-amz-date']);
  const scope = `${day}/${region}/s3/aws4_request`;
  const toSign = `AWS4-HMAC-SHA256\n${time}\n${scope}\n${sha256(canonical)}`;
  const signing = hmac(hmac(hmac(hmac(`AWS4${SECRET}`, String(day)), REGION), 's3'), 'aws4_request');
  return (
    key === KEY &&
    headers.split(';').includes('host') &&
    time.startsWith(String(day)) &&
    hmac(signing, toSign).toString('hex') === signature
  );
}

interface TestStorage {
  url: string;
  objects: Map<string, Buffer>;
  requests: string[];
  /** Bytes of each new object that get lost, for what a careless storage does. */
  lose: number;
  close(): Promise<void>;
}

async function testStorage(): Promise<TestStorage> {
  const objects = new Map<string, Buffer>();
  const parts = new Map<string, Map<number, Buffer>>();
  const requests: string[] = [];
  const server: Server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const body = Buffer.concat(chunks);
    const url = new URL(request.url as string, 'http://server');
    const key = url.pathname.slice('/backups/'.length);
    const upload = url.searchParams.get('uploadId');
    requests.push(`${request.method} ${url.pathname}`);
    const answer = (status: number, text = '', headers = {}) => response.writeHead(status, headers).end(text);
    if (!signed(request)) return answer(403, '<Error><Code>SignatureDoesNotMatch</Code><Message>no</Message></Error>');
    const keep = (bytes: Buffer) => {
      objects.set(key, bytes.subarray(0, bytes.length - told.lose));
      return { etag: `"${createHash('md5').update(bytes).digest('hex')}"` };
    };
    if (request.method === 'POST' && url.searchParams.has('uploads')) {
      const id = `upload-${parts.size}`;
      parts.set(id, new Map());
      return answer(
        200,
        `<InitiateMultipartUploadResult><Bucket>backups</Bucket><Key>${key}</Key><UploadId>${id}</UploadId></InitiateMultipartUploadResult>`,
      );
    }
    if (request.method === 'PUT' && upload) {
      parts.get(upload)?.set(Number(url.searchParams.get('partNumber')), body);
      return answer(200, '', { etag: `"${createHash('md5').update(body).digest('hex')}"` });
    }
    if (request.method === 'POST' && upload) {
      const all = [...(parts.get(upload) ?? [])].toSorted(([a], [b]) => a - b).map(([, bytes]) => bytes);
      const { etag } = keep(Buffer.concat(all));
      return answer(
        200,
        `<CompleteMultipartUploadResult><Location>x</Location><Bucket>backups</Bucket><Key>${key}</Key><ETag>${etag}</ETag></CompleteMultipartUploadResult>`,
      );
    }
    if (request.method === 'PUT') return answer(200, '', keep(body));
    if (request.method === 'DELETE') return answer(objects.delete(key) ? 204 : 404);
    if (url.searchParams.get('list-type') === '2') {
      const prefix = url.searchParams.get('prefix') ?? '';
      const all = [...objects].filter(([name]) => name.startsWith(prefix));
      const contents = all.map(
        ([name, bytes]) =>
          `<Contents><Key>${name}</Key><LastModified>2026-11-30T00:00:00.000Z</LastModified><ETag>"x"</ETag><Size>${bytes.length}</Size><StorageClass>STANDARD</StorageClass></Contents>`,
      );
      return answer(
        200,
        `<?xml version="1.0"?><ListBucketResult><Name>backups</Name><KeyCount>${all.length}</KeyCount><IsTruncated>false</IsTruncated>${contents.join('')}</ListBucketResult>`,
        { 'content-type': 'application/xml' },
      );
    }
    const bytes = objects.get(key);
    if (!bytes) return answer(404, '<Error><Code>NoSuchKey</Code><Message>no</Message></Error>');
    response.writeHead(200, { 'content-length': bytes.length }).end(request.method === 'HEAD' ? undefined : bytes);
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const told: TestStorage = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/backups`,
    objects,
    requests,
    lose: 0,
    async close() {
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
    },
  };
  return told;
}

let bucket: TestStorage;
let folder: string;
beforeEach(async () => {
  bucket = await testStorage();
  folder = mkdtempSync(join(tmpdir(), 'nes-storage-'));
});
afterEach(async () => {
  await bucket.close();
  rmSync(folder, { recursive: true });
});

const environment = (more: NodeJS.ProcessEnv = {}): NodeJS.ProcessEnv => ({
  BACKUP_S3_URL: bucket.url,
  BACKUP_S3_KEY_ID: KEY,
  BACKUP_S3_SECRET: SECRET,
  BACKUP_S3_REGION: REGION,
  ...more,
});
const fileOf = (bytes: Buffer): string => {
  const file = join(folder, 'file');
  writeFileSync(file, bytes);
  return file;
};

test('what was stored comes back byte for byte, by its name and as the newest', async () => {
  const storage = backupStorage(environment());
  const first = await storage.put(fileOf(Buffer.from('first')), new Date('2026-11-29T03:17:00Z'));
  const second = await storage.put(fileOf(Buffer.from('second')), new Date('2026-11-30T03:17:00Z'));
  assert.deepEqual(
    [first, second],
    [
      { name: 'nes-2026-11-29T03-17-00Z.gz', removed: [] },
      { name: 'nes-2026-11-30T03-17-00Z.gz', removed: [] },
    ],
  );
  assert.equal(await storage.get(join(folder, 'newest')), second.name);
  assert.equal(readFileSync(join(folder, 'newest'), 'utf8'), 'second');
  assert.equal(await storage.get(join(folder, 'older'), first.name), first.name);
  assert.equal(readFileSync(join(folder, 'older'), 'utf8'), 'first');
  await assert.rejects(storage.get(join(folder, 'none'), 'nes-2020-01-01T00-00-00Z.gz'), /holds no nes-2020/);
  assert.equal(existsSync(join(folder, 'none')), false);
});

test('a large file goes in parts and comes back whole', async () => {
  const storage = backupStorage(environment(), { minPartSize: 5 * 1024 * 1024 });
  const bytes = Buffer.alloc(12 * 1024 * 1024 + 7, 'a backup of many bytes ');
  const { name } = await storage.put(fileOf(bytes));
  assert.equal(bucket.requests.filter((line) => line.startsWith('PUT')).length, 3);
  assert.ok(bucket.objects.get(name)?.equals(bytes));
});

test('backups that are older than the days to keep go, and nothing else in the bucket', async () => {
  const storage = backupStorage(environment({ BACKUP_KEEP_DAYS: '7' }));
  for (const name of ['nes-2026-11-01T03-17-00Z.gz', 'nes-2026-11-29T03-17-00Z.gz', 'nes-notes.txt', 'photo.jpg'])
    bucket.objects.set(name, Buffer.from('x'));
  const { name, removed } = await storage.put(fileOf(Buffer.from('new')), new Date('2026-11-30T03:17:00Z'));
  assert.deepEqual(removed, ['nes-2026-11-01T03-17-00Z.gz']);
  assert.deepEqual(
    [...bucket.objects.keys()].toSorted(),
    ['nes-2026-11-29T03-17-00Z.gz', name, 'nes-notes.txt', 'photo.jpg'].toSorted(),
  );
});

test('a storage that keeps fewer bytes than it was given is told of, and no older backup is removed', async () => {
  const storage = backupStorage(environment());
  bucket.objects.set('nes-2020-01-01T00-00-00Z.gz', Buffer.from('old'));
  bucket.lose = 1;
  await assert.rejects(storage.put(fileOf(Buffer.from('whole'))), /has 4 bytes where 5 were sent/);
  assert.ok(bucket.objects.has('nes-2020-01-01T00-00-00Z.gz'));
});

test('a wrong secret is refused by the storage, and said in one sentence', async () => {
  const storage = backupStorage(environment({ BACKUP_S3_SECRET: 'another' }));
  await assert.rejects(storage.put(fileOf(Buffer.from('x'))), /^BackupError: Writing to http.* failed: .*403/);
  await assert.rejects(storage.list(), /^BackupError: Listing http.* failed/);
  assert.equal(bucket.objects.size, 0);
});

test('what is missing or wrong in the environment is named; secrets travel by https alone', () => {
  assert.throws(
    () => backupStorage({}),
    /BACKUP_S3_URL is not set.*\nBACKUP_S3_KEY_ID is not set.*\nBACKUP_S3_SECRET is not set/,
  );
  for (const url of ['http://storage.example/backups', 'https://storage.example', 'backups', 'https://s.example/a/b'])
    assert.throws(() => backupStorage(environment({ BACKUP_S3_URL: url })), /BACKUP_S3_URL must be an address/, url);
  assert.throws(() => backupStorage(environment({ BACKUP_KEEP_DAYS: '0' })), /BACKUP_KEEP_DAYS must be/);
});

test('the drill restores a stored backup into a database of its own and tells what is in it', async () => {
  const backend = await useBackend();
  try {
    const storage = backupStorage(environment());
    const file = join(folder, 'made.gz');
    const counts = await backup(backend.database.url, file);
    await storage.put(file);
    const taken = join(folder, 'taken.gz');
    await storage.get(taken);
    const drill = await restoreDrill(taken);
    assert.deepEqual(drill.rows, counts);
    assert.equal(drill.newestEvent, null);
    writeFileSync(taken, readFileSync(taken).subarray(0, -500));
    await assert.rejects(restoreDrill(taken), /ends too early/);
  } finally {
    await backend.close();
  }
});
