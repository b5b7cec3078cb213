/** A number behind a name needs so much room. */
const NUMBER_LENGTH = 4;
const LONGEST = 40;

/**
 * What a name looks like: the skeleton of UTS 39 (its prototypes come from Unicode's confusables.txt), without what is not seen, small and capital letters alike, and i, l and 1
 * as one. Two names with the same one cannot be told apart at a glance.
 */
export async function skeletonOf(name: string): Promise<string> {
  // Its table is loaded by the first name.
  const { default: unhomoglyph } = await import('unhomoglyph');
  const bare = (text: string) => text.normalize('NFD').replace(/\p{Default_Ignorable_Code_Point}|\s/gu, '');
  return bare(unhomoglyph(bare(name)))
    .toLowerCase()
    .replace(/[iı1|]/g, 'l');
}

/** The name, with a number behind it where one of `others` looks the same. */
export async function uniqueName(wanted: string, others: readonly string[]): Promise<string> {
  const taken = new Set(await Promise.all(others.map(skeletonOf)));
  if (!taken.has(await skeletonOf(wanted))) return wanted;
  const short = [...wanted].slice(0, LONGEST - NUMBER_LENGTH).join('');
  for (let number = 2; ; number++) {
    const name = `${short} ${number}`;
    if (!taken.has(await skeletonOf(name))) return name;
  }
}
