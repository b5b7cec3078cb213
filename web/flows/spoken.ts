/** A page as a screen reader reads it, from the browser's accessibility tree through every shadow root. */
import type { Locator } from 'playwright-core';

/** Roles that are not said: only what is in them is. */
const silent = new Set([
  'text',
  'paragraph',
  'listitem',
  'generic',
  'rowgroup',
  'cell',
  'columnheader',
  'strong',
  'emphasis',
  'table',
  'article',
]);

/** What is not said of a choice that is closed, and of a row whose cells were read as one. */
const within: Record<string, RegExp> = { combobox: /^option(?!.*\[selected\])/, row: /^(cell|columnheader)/ };

/**
 * One line for each thing that is said on the way down: role, name, state, value. Left out: addresses, choices of a closed list that are not
 * chosen, a label that is the name of the next control, the cells of a row that was read.
 */
export async function spoken(place: Locator): Promise<string[]> {
  const lines: string[] = [];
  const around: { depth: number; role: string }[] = [];
  for (const raw of (await place.ariaSnapshot()).split('\n')) {
    const depth = raw.search(/\S/);
    // A line that YAML would read otherwise is in quotes as a whole.
    const line = raw
      .trim()
      .replace(/^- /, '')
      .replace(/^'(.*)'(:?)(.*)$/, (_, inside, colon, rest) => inside.replaceAll("''", "'") + colon + rest);
    if (line.startsWith('/')) continue;
    while ((around.at(-1)?.depth ?? -1) >= depth) around.pop();
    const [, role = '', name = '', state = '', value = ''] =
      /^([a-z]+)(?: "((?:[^"\\]|\\.)*)")?((?: \[[^\]]+\])*):?\s*(.*)$/.exec(line) ?? [];
    if (around.some((outer) => within[outer.role]?.test(line))) continue;
    around.push({ depth, role });
    const said = [
      silent.has(role) ? '' : role,
      name.replaceAll('\\"', '"'),
      ...[...state.matchAll(/\[(\w+)(?:=([^\]]+))?\]/g)].map(([, what, which]) => (which ? `${what} ${which}` : what)),
      value.replace(/^"(.*)"$/, '$1'),
    ].filter(Boolean);
    if (said.length > 0) lines.push(said.join(', '));
  }
  // A label and its control, before or after it, have the same words.
  const name = (line: string | undefined): string => line?.split(', ').slice(1).join(', ') ?? '';
  return lines.filter((line, at) => !name(lines[at + 1]).startsWith(line) && name(lines[at - 1]) !== line);
}

/** Controls among the lines that have no name: nobody could tell what they do. */
export const unnamed = (lines: readonly string[]): string[] =>
  lines.filter((line) => /^(button|link|slider|checkbox|radio|combobox|textbox|searchbox|tab|switch|img)$/.test(line));
