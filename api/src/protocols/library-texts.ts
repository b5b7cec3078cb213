import type { Program } from '@nes/program/model.ts';
import { builtInIds, libraryText } from '../../../prisma/library/texts.ts';
import type { Language } from '../schema/languages.ts';

/** Texts of the built-in protocols in the language that is asked for. What people wrote themselves stays as they wrote it. */

const ours = (protocolId: string, language: Language): boolean => language !== 'en' && builtInIds().has(protocolId);

/** A text of the protocol `protocolId`, which is read in `language`. */
export function textIn<Text extends string | null>(language: Language, protocolId: string, text: Text): Text {
  return text !== null && ours(protocolId, language) ? (libraryText(language, text) as Text) : text;
}

/** The names of its chapters and voices, too. */
export function programIn(language: Language, protocolId: string, program: Program): Program {
  if (!ours(protocolId, language)) return program;
  const text = (english: string) => libraryText(language, english);
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
