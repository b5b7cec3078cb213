import type { LibraryProtocol } from '../web/src/data/library.ts';

/** A library of 500: the built-in ones over and over under other names. */
export function many(library: readonly LibraryProtocol[]): LibraryProtocol[] {
  const originals = library.filter(({ controlOfSlug }) => !controlOfSlug);
  return Array.from({ length: 500 }, (_, index) => {
    const one = originals[index % originals.length] as LibraryProtocol;
    const number = Math.floor(index / originals.length);
    return {
      ...one,
      id: `${one.id}${number}`,
      slug: `${one.slug}-${number}`,
      title: `${one.title} ${number + 1}`,
      revisionId: `${one.revisionId}${number}`,
    };
  });
}
