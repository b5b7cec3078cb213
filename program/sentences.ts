/** What stands for a sentence in another language: `{0}`, `{1}` … for what is put in, in the order of the original. */
export type Sentences = Readonly<Record<string, string>>;

interface Pattern {
  whole: RegExp;
  text: string;
}

const MARK = /\{(\d)\}/g;
/** Of a longer one only its beginning would be ours. */
const LONGEST = 2_000;

/** Longer frames first: of two that fit, the one that says more. */
const patternsOf = (sentences: Sentences): Pattern[] =>
  Object.entries(sentences)
    .filter(([original]) => original.includes('{0}'))
    .sort(([one], [other]) => other.length - one.length)
    .map(([original, text]) => {
      const parts = original.split(MARK).filter((_, index) => index % 2 === 0);
      const frame = parts.map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')).join('(.+?)');
      return { whole: new RegExp(`^${frame}$`, 's'), text };
    });

/** Tells sentences by `sentences`, and what is put into them; what is none of them stays as it is. */
export function teller(sentences: Sentences): (original: string) => string {
  let patterns: Pattern[] | undefined;
  const tell = (original: string): string => {
    if (original.length > LONGEST) return original;
    if (Object.hasOwn(sentences, original)) return sentences[original] as string;
    patterns ??= patternsOf(sentences);
    for (const { whole, text } of patterns) {
      const found = whole.exec(original);
      if (found) return text.replace(MARK, (_, index: string) => tell(found[Number(index) + 1] ?? ''));
    }
    return original;
  };
  return tell;
}
