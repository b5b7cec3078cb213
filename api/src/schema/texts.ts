import { HIDDEN } from '@nes/program/lines.ts';
import { z } from 'zod';

/** One line of text for people, at most `longest` characters; spaces at its ends are taken off. */
export function line(longest: number, shortest = 0) {
  return z
    .string()
    .trim()
    .min(shortest)
    .max(longest)
    .refine(
      (text) => text.isWellFormed() && !HIDDEN.test(text),
      'Line breaks, control characters and characters that turn text around are not allowed.',
    );
}

/** More than two marks on a letter reach into the lines above and below. */
const MARKS = /\p{M}{3}/u;
/** What is not seen: fillers and joiners. Between letters two joiners are spelling in Persian and in Indian scripts, and emoji are made with others. */
const UNSEEN = /\p{Default_Ignorable_Code_Point}|\u2800/u;
const SPELLING = /(?<=[\p{L}\p{M}])[\u200c\u200d](?=\p{L})/gu;
const SEEN = /[\p{L}\p{N}\p{P}\p{S}]/u;

/** A name that others see: a line in which something is seen, nothing is hidden, and no letter is buried under marks. */
export function name(longest: number, shortest = 0) {
  return line(longest, shortest).refine((text) => {
    // Told already.
    if (HIDDEN.test(text)) return true;
    const bare = text.replace(/\p{RGI_Emoji}/gv, '*').replace(SPELLING, '');
    return !UNSEEN.test(bare) && !MARKS.test(bare.normalize('NFD')) && (text === '' || SEEN.test(bare));
  }, 'A name needs a character that is seen, none that is not, and at most two marks a letter.');
}

/** A secret or a name for programs: as it is, at most `longest` characters. */
export function secret(longest: number) {
  return z.string().max(longest);
}

/** As `HIDDEN`, but with line breaks and tabs allowed. */
const HIDDEN_IN_PARAGRAPHS = /[^\P{Cc}\n\t]|[\u2028\u2029\u202a-\u202e\u2066-\u2069]/u;

/** Text of several lines for people, at most `longest` characters; line ends become LF, spaces at its ends are taken off. */
export function paragraphs(longest: number) {
  return z
    .string()
    .transform((text) => text.replace(/\r\n?/g, '\n').trim())
    .pipe(
      z
        .string()
        .max(longest)
        .refine(
          (text) => text.isWellFormed() && !HIDDEN_IN_PARAGRAPHS.test(text),
          'Control characters and characters that turn text around are not allowed.',
        ),
    );
}
