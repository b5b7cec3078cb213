import type { Program } from '../program/model.ts';

export interface Source {
  title: string;
  authors: string;
  year: number | null;
  url: string | null;
  finding: string;
}

/** A protocol as pages show it, built in or published by somebody. */
export interface LibraryProtocol {
  /** The API's id. */
  id: string;
  slug: string;
  title: string;
  category: string;
  summary: string;
  description: string;
  evidence: string;
  whatIsKnown: string[];
  sources: Source[];
  tags: string[];
  speakersOk: boolean;
  builtIn: boolean;
  /** Who published it; missing for built-in ones. */
  author?: { id: string; displayName: string } | null;
  /** True for one of the signed-in person's own. */
  isMine?: boolean;
  durationSeconds: number;
  /** Range of the dominant beat; null without a beat. */
  minBeatHz: number | null;
  maxBeatHz: number | null;
  bands: string[];
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
