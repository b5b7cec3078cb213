import type { Program } from '@nes/program/model.ts';
import type { z } from 'zod';
import { UserErrors } from '../schema/errors.ts';
import { languages } from '../schema/languages.ts';
import { line, paragraphs } from '../schema/texts.ts';
import type { Translations } from './library-texts.ts';
import { descriptionCheck, summaryCheck, titleCheck } from './protocol-inputs.ts';

/** UTF-8 bytes of all of them together, as JSON. */
export const MOST_BYTES = 40_000;

interface Texts {
  title: string;
  summary: string;
  description?: string;
  program?: Program;
}

type Check = z.ZodType<string, string>;
const nameCheck = line(200);
const chapterCheck = paragraphs(2_000);

/** What may stand for each text; one that is in several places has to fit the narrowest, which comes first. */
function checksOf({ title, summary, description = '', program }: Texts): ReadonlyMap<string, Check> {
  const { phases = [], voices = [] } = program ?? {};
  const places: (readonly [string, Check])[] = [
    [title, titleCheck],
    ...[...phases, ...voices].map(({ name }) => [name, nameCheck] as const),
    [summary, summaryCheck],
    ...phases.map((phase) => [phase.description, chapterCheck] as const),
    [description, descriptionCheck],
  ];
  return new Map(places.filter(([text]) => text !== '').reverse());
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const fault = (place: string[], message: string) => ({
  field: ['translations', ...place],
  code: 'INVALID' as const,
  message,
});
const invalid = (message: string) => new UserErrors([fault([], message)]);

const withTexts = (all: (readonly [string, Record<string, string>])[]): Translations =>
  Object.fromEntries(all.filter(([, told]) => Object.keys(told).length > 0));

/**
 * What somebody sent for a protocol with these texts. What is empty, or says the same, is left out.
 * @throws UserErrors INVALID, one for each fault (20 at most), with language and text below `translations`
 */
export function translationsOf(value: unknown, texts: Texts): Translations {
  if (!isObject(value)) throw invalid('Translations are an object of languages.');
  const checks = checksOf(texts);
  const faults: ReturnType<typeof fault>[] = [];
  const found = Object.entries(value).map(([code, told]) => {
    const language = languages.find((one) => one === code);
    if (!language) throw invalid(`The languages are ${languages.join(', ')}.`);
    if (!isObject(told)) throw invalid('A language has an object of texts with what stands for each.');
    const kept = Object.entries(told).flatMap(([original, text]): [string, string][] => {
      if (text === '') return [];
      const parsed = checks.get(original)?.safeParse(text);
      if (parsed?.success) return parsed.data === original ? [] : [[original, parsed.data]];
      const message = parsed ? (parsed.error.issues[0]?.message ?? '') : 'The protocol has no such text.';
      faults.push(fault([language, original.slice(0, 200)], message));
      return [];
    });
    return [language, Object.fromEntries(kept)] as const;
  });
  if (faults.length > 0) throw new UserErrors(faults.slice(0, 20));
  const translations = withTexts(found);
  const bytes = Buffer.byteLength(JSON.stringify(translations));
  if (bytes > MOST_BYTES) throw invalid(`Translations have ${bytes} bytes; ${MOST_BYTES} are allowed.`);
  return translations;
}

/** Those that stand for one of these texts. */
export function fitting(translations: Translations, texts: Texts): Translations {
  const present = checksOf(texts);
  return withTexts(
    Object.entries(translations).map(
      ([language, told]) =>
        [language, Object.fromEntries(Object.entries(told).filter(([original]) => present.has(original)))] as const,
    ),
  );
}
