import { checkProgram, ProgramError } from '../check.ts';
import type { ProgramFile } from '../model.ts';
import { checkText, ImportError, placeAt } from './import-error.ts';

/** A program is five deep. */
const DEEPEST = 12;
/** A full program has six fields in each of 20,000 keyframes, and few beside them. */
const MOST_FIELDS = 200_000;

const [QUOTE, BACKSLASH, BRACE, BRACKET, COLON] = [...'"\\{[:'].map((mark) => mark.charCodeAt(0)) as [
  number,
  number,
  number,
  number,
  number,
];

/** Refuses deep nesting before a parser that may recurse sees it, and more fields than it builds in good time. */
function checkExtent(text: string): void {
  let depth = 0;
  let fields = 0;
  let inText = false;
  for (let at = 0; at < text.length; at++) {
    const mark = text.charCodeAt(at);
    if (mark === QUOTE) inText = !inText;
    else if (inText) at += mark === BACKSLASH ? 1 : 0;
    else if (mark === BRACE || mark === BRACKET) depth++;
    else if (mark === BRACE + 2 || mark === BRACKET + 2) depth--;
    else if (mark === COLON && ++fields > MOST_FIELDS) {
      throw new ImportError(placeAt(text, at), 'there are too many fields', `at most ${MOST_FIELDS}`);
    }
    if (depth > DEEPEST) throw new ImportError(placeAt(text, at), `values lie deeper than ${DEEPEST}`, 'a program');
  }
}

/** Finds the place that an engine's message names: by offset, or by line and column. */
function syntaxError(text: string, message: string): ImportError {
  const lines = /line (\d+),? column (\d+)/.exec(message);
  const offset = /position (\d+)/.exec(message);
  let place = placeAt(text, /end of/i.test(message) ? text.length : 0);
  if (lines) place = { file: '', line: Number(lines[1]), column: Number(lines[2]) };
  else if (offset) place = placeAt(text, Number(offset[1]));
  return new ImportError(place, 'the file is not JSON here', 'a JSON value, as in program.schema.json');
}

/**
 * Reads a program in its own format: its fields at the top level, beside them `$schema` and `title`.
 * The title is empty where the file has none.
 * @throws {ImportError} for what is no JSON
 * @throws {ProgramError} for JSON that is no program, with the paths
 */
export function importJson(text: string): ProgramFile {
  checkText(text);
  checkExtent(text);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw syntaxError(text, error instanceof Error ? error.message : '');
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new ProgramError([
      { path: '', value: text.slice(0, 40), expected: 'an object with the fields of a program' },
    ]);
  }
  const { $schema, title, ...program } = value as Record<string, unknown>;
  if ($schema !== undefined && typeof $schema !== 'string') {
    throw new ProgramError([{ path: '$schema', value: $schema, expected: 'text' }]);
  }
  if (title !== undefined && (typeof title !== 'string' || title.length > 200)) {
    throw new ProgramError([{ path: 'title', value: title, expected: 'text of at most 200 characters' }]);
  }
  const checked = checkProgram(program);
  return { title: title ?? '', program: checked, startClockSeconds: checked.startClockSeconds ?? null, notes: [] };
}
