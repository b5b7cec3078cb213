import type { Program } from '@nes/program/model.ts';
import { builtInIds, libraryText } from '../../../prisma/library/texts.ts';
import type { Language } from '../schema/languages.ts';

/** What stands for an author's texts in other languages: by language, then by the text as it is in the protocol. */
export type Translations = Partial<Record<Language, Record<string, string>>>;

/**
 * Texts of protocols in the language that is asked for: of the built-in ones from the library, of others what their authors wrote for it. What neither has stays
 * as it is.
 */

const ours = (protocolId: string, language: Language): boolean => language !== 'en' && builtInIds().has(protocolId);

/** A text of the protocol `protocolId`, which is read in `language`. `translations`: its author's, as the database has them. */
export function textIn<Text extends string | null>(
  language: Language,
  protocolId: string,
  text: Text,
  translations?: unknown,
): Text {
  if (text === null) return text;
  const told = (translations as Translations | undefined)?.[language];
  if (told && Object.hasOwn(told, text)) return told[text] as Text;
  return ours(protocolId, language) ? (libraryText(language, text) as Text) : text;
}

/** The names of its chapters and voices, too. */
export function programIn(language: Language, protocolId: string, program: Program, translations?: unknown): Program {
  const text = (original: string) => textIn(language, protocolId, original, translations);
  return {
    ...program,
    phases: program.phases.map((phase) => ({
      ...phase,
      name: text(phase.name),
      description: text(phase.description),
    })),
    voices: program.voices.map((voice) => ({ ...voice, name: text(voice.name) })),
  };
}
