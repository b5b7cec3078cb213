import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeEach, test } from 'vitest';
import { hostFiles, type StaticHost } from '../static-host.ts';
import { hashOf, keepEmbeds, type Versions } from './keep.ts';

const place = mkdtempSync(join(tmpdir(), 'nes-keep-'));
const published = join(place, 'published');
const built = join(place, 'built', 'embed');
let site: StaticHost;

/** Writes a version into a site's folder; returns what versions.json says of it. */
function version(folder: string, name: string, files: Record<string, string>): Versions {
  const hashes = Object.entries(files).map(([file, text]) => {
    const path = join(folder, `v${name}`, file);
    mkdirSync(join(path, '..'), { recursive: true });
    writeFileSync(path, text);
    return [file, hashOf(Buffer.from(text))];
  });
  return { [name]: Object.fromEntries(hashes) };
}

const list = (folder: string, ...versions: Versions[]): void =>
  writeFileSync(join(folder, 'versions.json'), JSON.stringify(Object.assign({}, ...versions)));

beforeEach(async () => {
  for (const folder of [published, built]) rmSync(folder, { recursive: true, force: true });
  for (const folder of [join(published, 'embed'), built]) mkdirSync(folder, { recursive: true });
  list(built, version(built, '0.3.0', { 'nes.js': 'third' }));
  site = await hostFiles(published, '/repository/');
});
afterEach(() => site.close());
afterAll(() => rmSync(place, { recursive: true, force: true }));

test('what was published stays, file by file; the version that is built anew is the build’s', async () => {
  const embed = join(published, 'embed');
  list(
    embed,
    version(embed, '0.1.0', { 'nes.js': 'first', 'chunks/deck-a.js': 'deck', 'library/focus.json': '{}' }),
    version(embed, '0.2.0', { 'nes.js': 'second' }),
    version(embed, '0.3.0', { 'nes.js': 'third as it was' }),
  );
  assert.deepEqual(await keepEmbeds(site.url, built), ['0.1.0', '0.2.0']);
  assert.equal(readFileSync(join(built, 'v0.1.0/chunks/deck-a.js'), 'utf8'), 'deck');
  assert.equal(readFileSync(join(built, 'v0.1.0/library/focus.json'), 'utf8'), '{}');
  assert.equal(readFileSync(join(built, 'v0.2.0/nes.js'), 'utf8'), 'second');
  assert.equal(readFileSync(join(built, 'v0.3.0/nes.js'), 'utf8'), 'third');
  const now = JSON.parse(readFileSync(join(built, 'versions.json'), 'utf8'));
  assert.deepEqual(Object.keys(now).toSorted(), ['0.1.0', '0.2.0', '0.3.0']);
});

test('a file that is not what was published, or is gone, fails the publication and says which', async () => {
  const embed = join(published, 'embed');
  list(embed, version(embed, '0.2.0', { 'nes.js': 'second' }));
  writeFileSync(join(embed, 'v0.2.0/nes.js'), 'changed');
  await assert.rejects(
    keepEmbeds(site.url, built),
    /embed\/v0\.2\.0\/nes\.js: its hash is sha384-.*, expected sha384-/,
  );
  rmSync(join(embed, 'v0.2.0/nes.js'));
  await assert.rejects(keepEmbeds(site.url, built), /embed\/v0\.2\.0\/nes\.js: the site says that it has this file/);
});

test('a name that would leave the folder is refused', async () => {
  list(join(published, 'embed'), { '0.1.0': { '../../index.html': 'sha384-x' } });
  await assert.rejects(keepEmbeds(site.url, built), /lies outside of v0\.1\.0/);
});

test('so is a version that is none', async () => {
  list(join(published, 'embed'), { '../x': {} });
  await assert.rejects(keepEmbeds(site.url, built), /"\.\.\/x" is no version/);
});

test('a site that was never published has nothing to keep', async () => {
  assert.deepEqual(await keepEmbeds(site.url, built), []);
});
