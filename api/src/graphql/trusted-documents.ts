import { readFileSync } from 'node:fs';

/** Operations of our own web application by the SHA-256 of their text, hex. */
export type TrustedDocuments = ReadonlyMap<string, string>;

/** Reads the file that the web application's code generation writes: `{ hash: text }`. None when it was not built yet. */
export function readTrustedDocuments(file: string): TrustedDocuments {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return new Map();
    throw error;
  }
  return new Map(Object.entries(JSON.parse(text) as Record<string, string>));
}
