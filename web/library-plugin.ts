import type { Plugin } from 'vite';
import { protocolId, revisionId } from '../prisma/library/ids.ts';
import { readLibrary } from '../prisma/library/library.ts';
import { globalId } from './src/data/identifiers.ts';
import type { LibraryProtocol } from './src/data/library.ts';
import { bandProfile } from './src/program/bands.ts';

/** The built-in protocols in the form that the application reads, with the ids that every server gives them. */
export function libraryJson(): string {
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
  return JSON.stringify(protocols);
}

/** Serves `library.json` while developing and writes it into the build. */
export function libraryPlugin(): Plugin {
  return {
    name: 'nes-library',
    configureServer(server) {
      server.middlewares.use((request, response, next) => {
        if (!request.url?.split('?')[0]?.endsWith('/library.json')) return next();
        response.setHeader('content-type', 'application/json');
        response.setHeader('nes-api', '/graphql');
        response.end(libraryJson());
      });
    },
    generateBundle() {
      this.emitFile({ type: 'asset', fileName: 'library.json', source: libraryJson() });
    },
  };
}
