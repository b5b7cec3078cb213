import { newUuid } from '@nes/client/ids.ts';
import type { Program, ProgramFile } from '@nes/program/model.ts';
import { type LibraryProtocol, library } from './library.ts';
import { shelf } from './shelf.ts';
import { keeping, store } from './store.ts';

/** A program that is only on this device: imported, drawn or shared by a link, and not saved to an account. */
export interface LocalProtocol {
  id: string;
  title: string;
  program: Program;
  savedAt: string;
  /** What its author wrote around it; missing where it was only imported. */
  words?: {
    summary: string;
    description: string;
    category: string;
    tags: readonly string[];
    translations?: Record<string, Record<string, string>>;
  };
}

/** One protocol by its slug: from the built-in library without asking anybody, else from the server or from the last visit. Null: there is none. */
export async function findProtocol(slug: string): Promise<LibraryProtocol | null> {
  const builtIn = (await library()).find((protocol) => protocol.slug === slug);
  if (builtIn) return builtIn;
  try {
    const { fetchProtocol } = await import('./published.ts');
    return await fetchProtocol(slug);
  } catch (error) {
    await shelf.ready;
    const kept = shelf.published.find((protocol) => protocol.slug === slug);
    if (kept) return kept;
    throw error;
  }
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
  await keeping(store().then((database) => database.put('protocols', kept)));
  return kept;
}
