import { readFileSync } from 'node:fs';
import { globalId } from '@nes/client/ids.ts';
import { bandProfile } from '@nes/program/bands.ts';
import type { Plugin } from 'vite';
import { protocolId, revisionId } from '../../prisma/library/ids.ts';
import { readLibrary } from '../../prisma/library/library.ts';
import { recommendedPlaces } from '../../prisma/library/places.ts';
import { libraryLanguages, libraryText, textsOf } from '../../prisma/library/texts.ts';
import type { LibraryProtocol } from '../src/data/library.ts';

/** The built-in protocols in the form that the application reads, by title, with the ids that every server gives them. */
export function libraryProtocols(): LibraryProtocol[] {
  const entries = readLibrary();
  const places = recommendedPlaces(entries);
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
      labels: entry.labels.map(({ of, evidence }) => ({ of, evidence })),
      sources: entry.sources.map((source) => ({
        ...source,
        url: source.url ?? null,
        pmid: source.pmid ?? null,
        stimulus: source.stimulus ?? null,
        funding: source.funding ?? null,
      })),
      tags: entry.tags,
      speakersOk: entry.speakersOk,
      builtIn: true,
      place: places.get(entry.slug),
      durationSeconds: profile.totalSeconds,
      minBeatHz: profile.minBeatHz,
      maxBeatHz: profile.maxBeatHz,
      bands: [...new Set(profile.bands)]
        .filter((band) => band !== 'noBeat')
        .map((band) => band.toUpperCase() as Uppercase<typeof band>),
      controlSlug: entries.find((other) => other.controlOf === entry.slug)?.slug ?? null,
      controlOfSlug: entry.controlOf,
      revisionId: globalId('Revision', revisionId(entry.slug, entry.version)),
      program: entry.program,
    };
  });
  return protocols.sort((a, b) => a.title.localeCompare(b.title, 'en'));
}

export const libraryJson = (): string => JSON.stringify(libraryProtocols());

/** What the built-in protocols say in a language, by the English: read beside library.json where that is not the language. */
export const libraryTextsJson = (language: string): string =>
  JSON.stringify(
    Object.fromEntries(
      readLibrary().flatMap((entry) => textsOf(entry).map((text) => [text, libraryText(language, text)])),
    ),
  );

/** The names of those files. */
export const libraryTextFiles = libraryLanguages.map((language) => ({
  language,
  fileName: `library.${language}.json`,
}));

/** The files of data that the site serves beside the application, by their names. */
const files: Record<string, () => string> = {
  'library.json': libraryJson,
  ...Object.fromEntries(libraryTextFiles.map(({ language, fileName }) => [fileName, () => libraryTextsJson(language)])),
  // The published schema of a program; its `$id` is a name and no address, because everybody's site serves it elsewhere.
  'program.schema.json': () => readFileSync(new URL(import.meta.resolve('@nes/program/program.schema.json')), 'utf8'),
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
