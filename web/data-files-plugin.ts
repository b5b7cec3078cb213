import { readFileSync } from 'node:fs';
import type { Plugin } from 'vite';
import { protocolId, revisionId } from '../prisma/library/ids.ts';
import { readLibrary } from '../prisma/library/library.ts';
import { globalId } from './src/data/identifiers.ts';
import type { LibraryProtocol } from './src/data/library.ts';
import { bandProfile } from './src/program/bands.ts';

/** The built-in protocols in the form that the application reads, by title, with the ids that every server gives them. */
export function libraryProtocols(): LibraryProtocol[] {
  const entries = readLibrary();
  const protocols = entries.map((entry): LibraryProtocol => {
    const profile = bandProfile(entry.program);
    return {
      id: globalId('Protocol', protocolId(entry.slug)),
      slug: entry.slug,
      title: entry.title,
      category: entry.category,
      summary: entry.summary,
      description: entry.description,
      evidence: entry.evidence,
      whatIsKnown: [entry.whatIsKnown],
      sources: entry.sources.map((source) => ({ ...source, url: source.url ?? null })),
      tags: entry.tags,
      speakersOk: entry.speakersOk,
      builtIn: true,
      durationSeconds: profile.totalSeconds,
      minBeatHz: profile.minBeatHz,
      maxBeatHz: profile.maxBeatHz,
      bands: [...new Set(profile.bands)].filter((band) => band !== 'noBeat').map((band) => band.toUpperCase()),
      controlSlug: entries.find((other) => other.controlOf === entry.slug)?.slug ?? null,
      controlOfSlug: entry.controlOf,
      revisionId: globalId('Revision', revisionId(entry.slug, entry.version)),
      program: entry.program,
    };
  });
  return protocols.sort((a, b) => a.title.localeCompare(b.title, 'en'));
}

export const libraryJson = (): string => JSON.stringify(libraryProtocols());

/** The files of data that the site serves beside the application, by their names. */
const files: Record<string, () => string> = {
  'library.json': libraryJson,
  // The published schema of a program; its `$id` is a name and no address, because everybody's site serves it elsewhere.
  'program.schema.json': () => readFileSync(new URL('src/program/program.schema.json', import.meta.url), 'utf8'),
};

/** Serves the files of data while developing and writes them into the build. */
export function dataFilesPlugin(): Plugin {
  return {
    name: 'nes-data-files',
    configureServer(server) {
      server.middlewares.use((request, response, next) => {
        const source = files[request.url?.split('?')[0]?.split('/').at(-1) ?? ''];
        if (!source) return next();
        response.setHeader('content-type', 'application/json');
        response.setHeader('nes-api', '/graphql');
        response.end(source());
      });
    },
    generateBundle() {
      for (const [fileName, source] of Object.entries(files)) {
        this.emitFile({ type: 'asset', fileName, source: source() });
      }
    },
  };
}
