import type { Translations } from '../../data/authoring.ts';
import type { Draft } from './document.ts';

/** A text of a draft that can be said in another language. */
export interface DraftText {
  /** As it is saved. */
  text: string;
  /** Where it stands, and at which place of its kind. */
  part: 'title' | 'summary' | 'description' | 'chapter' | 'chapterText' | 'voice';
  index: number;
  /** Characters that may stand for it, as the API has it. */
  longest: number;
}

type Words = Pick<Draft, 'title' | 'summary' | 'description' | 'program'>;

/** What people read of a draft, in the order in which they do; the same text again, and empty ones, too. */
function allTexts({ title, summary, description, program }: Words): DraftText[] {
  const text = (part: DraftText['part'], said: string, longest: number, index = 0) => ({
    ...{ part, index, longest },
    text: said,
  });
  return [
    text('title', title.trim(), 120),
    text('summary', summary.trim(), 500),
    text('description', description.replace(/\r\n?/g, '\n').trim(), 10_000),
    ...program.phases.flatMap((phase, index) => [
      text('chapter', phase.name, 200, index),
      text('chapterText', phase.description, 2_000, index),
    ]),
    ...program.voices.map(({ name }, index) => text('voice', name, 200, index)),
  ];
}

/** What there is to translate, each text once with the least room that it has. */
export function textsOf(words: Words): DraftText[] {
  const found = new Map<string, DraftText>();
  for (const one of allTexts(words)) {
    const before = found.get(one.text);
    if (one.text) found.set(one.text, before ? { ...before, longest: Math.min(before.longest, one.longest) } : one);
  }
  return [...found.values()];
}

const changed = (
  translations: Translations,
  change: (told: [original: string, text: string]) => [string, string][],
): Translations =>
  Object.fromEntries(
    Object.entries(translations)
      .map(([language, told]) => [language, Object.fromEntries(Object.entries(told).flatMap(change))] as const)
      .filter(([, told]) => Object.keys(told).length > 0),
  );

/** Those that stand for a text of the draft: the API refuses others. */
export function fitting(translations: Translations, words: Words): Translations {
  const present = new Set(textsOf(words).map(({ text }) => text));
  return changed(translations, (told) => (present.has(told[0]) && told[1].trim() ? [told] : []));
}

/** `text` in the place of what stood for `original` in a language; empty takes it away. */
export function say(translations: Translations, language: string, original: string, text: string): Translations {
  const { [original]: _, ...others } = translations[language] ?? {};
  return { ...translations, [language]: text ? { ...others, [original]: text } : others };
}

/** A text that was only reworded keeps its translations: the draft of `after`, whose texts stood as in `before` at the same places. */
export function follow(before: Draft, after: Draft): Draft {
  if (Object.keys(after.translations).length === 0 || before.translations !== after.translations) return after;
  const [old, fresh] = [allTexts(before), allTexts(after)];
  if (old.length !== fresh.length) return after;
  const present = new Set(fresh.map(({ text }) => text));
  const renamed = new Map(
    old.flatMap(({ text }, place) => {
      const now = fresh[place]?.text ?? '';
      return text && now && now !== text && !present.has(text) ? [[text, now] as const] : [];
    }),
  );
  if (renamed.size === 0) return after;
  return { ...after, translations: changed(after.translations, ([one, text]) => [[renamed.get(one) ?? one, text]]) };
}
