import type { Program, ProgramFile } from '../program/model.ts';
import { account } from './account.ts';
import { apiAddress, apiNamed } from './address.ts';
import { ask } from './client.ts';
import {
  LibraryNumbersDocument,
  type LibraryNumbersQuery,
  ProtocolDocument,
  type ProtocolNumbersFragment,
  ProtocolsByIdDocument,
  type ProtocolWholeFragment,
} from './generated/graphql.ts';
import { newUuid } from './identifiers.ts';
import { besideApi, type LibraryProtocol, library } from './library.ts';
import { readValue, store, writeValue } from './store.ts';

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
    author: fields.author ?? null,
    description: fields.revision.description,
    whatIsKnown: [...fields.revision.whatIsKnown],
    controlSlug: fields.control?.slug ?? null,
    controlOfSlug: fields.controlOf?.slug ?? null,
    revisionId: fields.revision.id,
    program: fields.revision.program as Program,
  };
}

/** One protocol by its slug: from the built-in library without asking anybody, else from the server or from the last visit. Null: there is none. */
export async function findProtocol(slug: string): Promise<LibraryProtocol | null> {
  const builtIn = (await library()).find((protocol) => protocol.slug === slug);
  if (builtIn) return builtIn;
  try {
    const { protocol } = await ask(ProtocolDocument, { slug });
    return protocol ? shown(protocol) : null;
  } catch (error) {
    await shelf.ready;
    const kept = shelf.published.find((protocol) => protocol.slug === slug);
    if (kept) return kept;
    throw error;
  }
}

/** How often a protocol was played, and how it was rated by everybody and by this person. */
export type ProtocolNumbers = Pick<
  ProtocolNumbersFragment,
  'sessionCount' | 'ratingCount' | 'ratingAverage' | 'viewerRating'
>;

interface Kept {
  protocols: LibraryProtocol[];
  numbers: Record<string, ProtocolNumbers>;
  askedAt: number;
}

/** Protocols on the shelf at most; a list that nobody reads to its end. */
const mostPublished = 1000;
/** The server is asked again after this long. */
const freshMilliseconds = 60_000;

/**
 * What the server adds to the built-in library: protocols that people published, and everybody's numbers. It is kept
 * on this device, so that it is there at once and without a network; only programs that are new here are fetched.
 * Fires `change`.
 */
class Shelf extends EventTarget {
  #kept: Kept = { protocols: [], numbers: {}, askedAt: 0 };
  #asking: Promise<void> | null = null;
  /** Resolves once what was kept has been read. */
  readonly ready: Promise<void>;

  constructor() {
    super();
    this.ready = readValue<Kept>('shelf')
      .then((kept) => {
        if (!kept) return;
        this.#kept = kept;
        this.dispatchEvent(new Event('change'));
      })
      .catch(() => {});
  }

  get published(): readonly LibraryProtocol[] {
    return this.#kept.protocols;
  }

  /** By the protocol's id; undefined where the server was never asked. */
  numbers(id: string): ProtocolNumbers | undefined {
    return this.#kept.numbers[id];
  }

  /** Asks the server what has changed. Rejects where it cannot be reached; what was kept stays. */
  refresh(): Promise<void> {
    this.#asking ??= this.#refresh().finally(() => {
      this.#asking = null;
    });
    return this.#asking;
  }

  async #refresh(): Promise<void> {
    await Promise.all([this.ready, account.ready, library()]);
    // Where nobody has said that there is a server, none is asked in vain.
    const likely = apiNamed || besideApi() || account.viewer !== null;
    if (apiAddress() === null || !likely || Date.now() - this.#kept.askedAt < freshMilliseconds) return;
    const numbers: Kept['numbers'] = {};
    const wanted: { id: string; revisionId: string }[] = [];
    let after: string | null = null;
    do {
      const { protocols }: LibraryNumbersQuery = await ask(LibraryNumbersDocument, { first: 100, after });
      for (const { id, builtIn, revision, sessionCount, ratingCount, ratingAverage, viewerRating } of protocols.nodes) {
        numbers[id] = { sessionCount, ratingCount, ratingAverage, viewerRating };
        if (!builtIn && wanted.length < mostPublished) wanted.push({ id, revisionId: revision.id });
      }
      after = protocols.pageInfo.hasNextPage ? (protocols.pageInfo.endCursor ?? null) : null;
    } while (after);
    const here = new Map(this.#kept.protocols.map((protocol) => [protocol.revisionId, protocol]));
    const absent = wanted.filter(({ revisionId }) => !here.has(revisionId));
    for (let from = 0; from < absent.length; from += 50) {
      const { nodes } = await ask(ProtocolsByIdDocument, { ids: absent.slice(from, from + 50).map(({ id }) => id) });
      for (const node of nodes) {
        if (node?.__typename === 'Protocol') here.set(node.revision.id, shown(node));
      }
    }
    const protocols = wanted.flatMap(({ revisionId }) => here.get(revisionId) ?? []);
    this.#kept = { protocols, numbers, askedAt: Date.now() };
    this.dispatchEvent(new Event('change'));
    await writeValue('shelf', this.#kept);
  }
}

export const shelf = new Shelf();

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
