import type { Program } from '@nes/program/model.ts';
import type { ProtocolNumbersFragment, ProtocolWholeFragment } from './generated/protocols.ts';

/** What the API tells of it, without the marks that Apollo's cache needs. */
type Plain<Told> = Omit<Told, '__typename'>;

export type Source = Plain<ProtocolWholeFragment['sources'][number]>;

/** A label rates one thing: the sound, or what is done while it plays. */
export type EvidenceLabel = Plain<ProtocolWholeFragment['labels'][number]>;

/** Fields of the API that pages have in another form (below), or by themselves (`shelf.ts`). */
type Reshaped = 'labels' | 'sources' | 'control' | 'controlOf' | 'revision' | 'visibility';
/** What the built-in ones do not have. */
type Published = 'publishedAt' | 'author' | 'isMine';

/**
 * A protocol as pages show it, built in or published by somebody: the fields of `ProtocolWhole` (operations/protocols.graphql). Another one that is asked
 * there is one here, and the compiler names what must fill it for the built-in ones.
 */
export interface LibraryProtocol
  extends Plain<
      Omit<ProtocolWholeFragment, Exclude<keyof ProtocolNumbersFragment, 'id' | 'slug'> | Reshaped | Published>
    >,
    Pick<ProtocolWholeFragment['revision'], 'description' | 'whatIsKnown'>,
    Partial<Pick<ProtocolWholeFragment, 'publishedAt' | 'isMine'>> {
  labels: EvidenceLabel[];
  sources: Source[];
  /** Where it stands in the order that is recommended (prisma/library/places.ts); missing for what people published. */
  place?: number;
  /** Who published it; missing for built-in ones. */
  author?: Plain<NonNullable<ProtocolWholeFragment['author']>> | null;
  controlSlug: string | null;
  controlOfSlug: string | null;
  revisionId: string;
  program: Program;
}

/** The header by which the API says, with the library's file, that it is the one who serves it. */
const serverHeader = 'nes-api';
let beside = false;

/** Whether the application came from the API itself; known once the library is read. */
export const besideApi = (): boolean => beside;

let read: LibraryProtocol[] | null = null;
let reading: Promise<LibraryProtocol[]> | undefined;

/** The built-in protocols where they were read before; null: `library` reads them. */
export const libraryRead = (): LibraryProtocol[] | null => read;

/** The built-in protocols. They come with the application, so that they are there without a network and without a server. */
export function library(): Promise<LibraryProtocol[]> {
  reading ??= fetch(`${import.meta.env.BASE_URL}library.json`)
    .then(async (response) => {
      if (!response.ok) throw new Error(`The library could not be read: the server answered ${response.status}.`);
      beside = response.headers.has(serverHeader);
      read = (await response.json()) as LibraryProtocol[];
      return read;
    })
    .catch((error) => {
      reading = undefined;
      throw error;
    });
  return reading;
}
