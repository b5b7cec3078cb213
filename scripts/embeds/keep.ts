/**
 * `node scripts/start/run.mjs scripts/embeds/keep.ts ADDRESS`: brings the versions of the embeds that the site at ADDRESS (with
 * a slash at its end) serves, and this build does not have, into web/dist/embed. A host like GitHub Pages replaces the
 * whole site with each publication; what pages elsewhere have pinned must stay. Every file is compared with the hash that
 * it was published with. A site that was never published has nothing to keep.
 */
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

/** Versions that a site has, each with the hashes of all its files: `embed/versions.json`. */
export type Versions = Record<string, Record<string, string>>;

export const hashOf = (bytes: Uint8Array): string => `sha384-${createHash('sha384').update(bytes).digest('base64')}`;

async function read(address: string): Promise<Uint8Array | null> {
  const answer = await fetch(address);
  if (answer.status === 404) return null;
  if (!answer.ok) throw new Error(`${address}: the site answered ${answer.status}.`);
  return new Uint8Array(await answer.arrayBuffer());
}

/** @returns the versions that were brought into `folder`, which is the build's `embed` */
export async function keepEmbeds(site: string, folder: string): Promise<string[]> {
  const list = join(folder, 'versions.json');
  const here = JSON.parse(readFileSync(list, 'utf8')) as Versions;
  const published = await read(new URL('embed/versions.json', site).href);
  if (!published) return [];
  const there = JSON.parse(new TextDecoder().decode(published)) as Versions;
  const missing = Object.entries(there).filter(([version]) => !here[version]);
  for (const [version, files] of missing) {
    if (!/^\d+\.\d+\.\d+[\w.-]*$/.test(version)) throw new Error(`versions.json: "${version}" is no version.`);
    const place = resolve(folder, `v${version}`);
    for (const [name, hash] of Object.entries(files)) {
      const file = resolve(place, name);
      if (!file.startsWith(join(place, '/'))) throw new Error(`versions.json: "${name}" lies outside of v${version}.`);
      const address = new URL(`embed/v${version}/${name}`, site).href;
      const bytes = await read(address);
      if (!bytes) throw new Error(`${address}: the site says that it has this file, and does not.`);
      if (hashOf(bytes) !== hash) throw new Error(`${address}: its hash is ${hashOf(bytes)}, expected ${hash}.`);
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, bytes);
    }
    here[version] = files;
  }
  writeFileSync(list, JSON.stringify(here));
  return missing.map(([version]) => version);
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const [site] = process.argv.slice(2);
  if (!site) {
    console.error('Usage: node scripts/start/run.mjs scripts/embeds/keep.ts ADDRESS');
    process.exit(64);
  }
  const kept = await keepEmbeds(site, resolve(import.meta.dirname, '..', '..', 'web/dist/embed'));
  console.log(kept.length > 0 ? `Kept: ${kept.map((version) => `v${version}`).join(', ')}` : 'Nothing older to keep.');
}
