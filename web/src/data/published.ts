import type { Program } from '@nes/program/model.ts';
import { apiAddress } from './address.ts';
import { ask } from './client.ts';
import {
  LibraryNumbersDocument,
  type LibraryNumbersQuery,
  ProtocolDocument,
  ProtocolsByIdDocument,
  type ProtocolWholeFragment,
} from './generated/protocols.ts';
import { askedLanguage } from './language.ts';
import type { LibraryProtocol } from './library.ts';
import type { Kept } from './shelf.ts';

/** Protocols on the shelf at most; a list that nobody reads to its end. */
const mostPublished = 1000;

/** A protocol of the server in the form that pages show. */
function shown(fields: ProtocolWholeFragment): LibraryProtocol {
  return {
    ...fields,
    description: fields.revision.description,
    whatIsKnown: fields.revision.whatIsKnown,
    controlSlug: fields.control?.slug ?? null,
    controlOfSlug: fields.controlOf?.slug ?? null,
    revisionId: fields.revision.id,
    program: fields.revision.program as Program,
  };
}

/** One protocol of the server; null where there is none, or none that this person may see. */
export async function fetchProtocol(slug: string): Promise<LibraryProtocol | null> {
  const { protocol } = await ask(ProtocolDocument, { slug });
  return protocol ? shown(protocol) : null;
}

/**
 * Asks the server what is published and everybody's numbers; of programs only the revisions that are not `kept` in the language that is spoken.
 * Null where there is no server to ask. Rejects where it cannot be reached.
 */
export async function newShelf(kept: Kept): Promise<Kept | null> {
  if (apiAddress() === null) return null;
  const language = askedLanguage();
  const here = kept.language === language ? kept.protocols : [];
  const numbers: Kept['numbers'] = {};
  const wanted: { id: string; revisionId: string }[] = [];
  let after: string | null = null;
  do {
    const { protocols }: LibraryNumbersQuery = await ask(LibraryNumbersDocument, { first: 100, after });
    for (const { id, builtIn, revision, listenerCount, ratingCount, ratingAverage, viewerRating } of protocols.nodes) {
      numbers[id] = { listenerCount, ratingCount, ratingAverage, viewerRating };
      if (!builtIn && wanted.length < mostPublished) wanted.push({ id, revisionId: revision.id });
    }
    after = protocols.pageInfo.hasNextPage ? (protocols.pageInfo.endCursor ?? null) : null;
  } while (after);
  const known = new Map(here.map((protocol) => [protocol.revisionId, protocol]));
  const absent = wanted.filter(({ revisionId }) => !known.has(revisionId));
  for (let from = 0; from < absent.length; from += 50) {
    const { nodes } = await ask(ProtocolsByIdDocument, { ids: absent.slice(from, from + 50).map(({ id }) => id) });
    for (const node of nodes) {
      if (node?.__typename === 'Protocol') known.set(node.revision.id, shown(node));
    }
  }
  const protocols = wanted.flatMap(({ revisionId }) => known.get(revisionId) ?? []);
  return { protocols, numbers, askedAt: Date.now(), language };
}
