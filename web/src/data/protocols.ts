import type { Program, ProgramFile } from '../program/model.ts';
import { ask } from './client.ts';
import {
  ProtocolDocument,
  ProtocolNumbersDocument,
  type ProtocolNumbersFragment,
  type ProtocolWholeFragment,
  PublishedProtocolsDocument,
} from './generated/graphql.ts';
import { newUuid } from './identifiers.ts';
import { type LibraryProtocol, library } from './library.ts';
import { store } from './store.ts';

/** A program that is only on this device: imported, drawn or shared by a link, and not saved to an account. */
export interface LocalProtocol {
  id: string;
  title: string;
  program: Program;
  savedAt: string;
  /** What its author wrote around it; missing where it was only imported. */
  words?: { summary: string; description: string; category: string; tags: readonly string[] };
}

/** A protocol of the server in the form that pages show. */
function shown(fields: ProtocolWholeFragment): LibraryProtocol {
  return {
    ...fields,
    tags: [...fields.tags],
    bands: [...fields.bands],
    sources: fields.sources.map((source) => ({ ...source, year: source.year ?? null, url: source.url ?? null })),
    minBeatHz: fields.minBeatHz ?? null,
    maxBeatHz: fields.maxBeatHz ?? null,
    description: fields.revision.description,
    whatIsKnown: [...fields.revision.whatIsKnown],
    controlSlug: fields.control?.slug ?? null,
    controlOfSlug: fields.controlOf?.slug ?? null,
    revisionId: fields.revision.id,
    program: fields.revision.program as Program,
  };
}

/** One protocol by its slug: from the built-in library without asking anybody, else from the server. Null: there is none. */
export async function findProtocol(slug: string): Promise<LibraryProtocol | null> {
  const builtIn = (await library()).find((protocol) => protocol.slug === slug);
  if (builtIn) return builtIn;
  const { protocol } = await ask(ProtocolDocument, { slug });
  return protocol ? shown(protocol) : null;
}

/** Protocols that people published, newest first. */
export async function publishedProtocols(): Promise<LibraryProtocol[]> {
  const found: LibraryProtocol[] = [];
  let after: string | null = null;
  do {
    const { protocols }: { protocols: { nodes: ProtocolWholeFragment[]; pageInfo: PageInfo } } = await ask(
      PublishedProtocolsDocument,
      { first: 50, after },
    );
    found.push(...protocols.nodes.map(shown));
    after = protocols.pageInfo.hasNextPage ? (protocols.pageInfo.endCursor ?? null) : null;
  } while (after && found.length < 500);
  return found;
}

/** How often each protocol was played and how it was rated, by id. */
export async function protocolNumbers(): Promise<Map<string, ProtocolNumbersFragment>> {
  const numbers = new Map<string, ProtocolNumbersFragment>();
  let after: string | null = null;
  do {
    const { protocols }: { protocols: { nodes: ProtocolNumbersFragment[]; pageInfo: PageInfo } } = await ask(
      ProtocolNumbersDocument,
      { first: 100, after },
    );
    for (const fields of protocols.nodes) numbers.set(fields.id, fields);
    after = protocols.pageInfo.hasNextPage ? (protocols.pageInfo.endCursor ?? null) : null;
  } while (after);
  return numbers;
}

interface PageInfo {
  hasNextPage: boolean;
  endCursor?: string | null;
}

/** Programs kept on this device, newest first. */
export async function localProtocols(): Promise<LocalProtocol[]> {
  return (await (await store()).getAll('protocols')).sort((a, b) => b.savedAt.localeCompare(a.savedAt));
}

/** Keeps a program on this device. */
export async function keepLocally(
  file: Pick<ProgramFile, 'title' | 'program'> & Pick<LocalProtocol, 'words'>,
  id = newUuid(),
): Promise<LocalProtocol> {
  const { title, program, words } = file;
  const kept: LocalProtocol = { id, title, program, savedAt: new Date().toISOString(), ...(words ? { words } : {}) };
  await (await store()).put('protocols', kept);
  return kept;
}
