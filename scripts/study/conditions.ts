/**
 * Tables of conditions, one row a trial: what PsychoPy (`psychopy.data.importConditions`) and Builder's loops read. That loader evaluates some
 * texts as Python and makes numbers of others; such texts are refused here, so that each cell arrives as it was meant.
 */

export type Condition = Record<string, string | number>;

/** Its rule for names: they become variables. */
const variable = /^[A-Za-z_]\w*$/;
/** What Python's `float` takes, after the loader has made points of commas. */
const number = /^\s*[+-]?(?:(?:\d[\d_]*[.,]?[\d_]*|[.,]\d[\d_]*)(?:e[+-]?\d+)?|nan|inf(?:inity)?)\s*$/i;
/** What pandas takes for a cell that is missing. */
const missing =
  /^(?:|#N\/A|#N\/A N\/A|#NA|-1\.#IND|-1\.#QNAN|-NaN|-nan|1\.#IND|1\.#QNAN|<NA>|N\/A|NA|NULL|NaN|None|n\/a|nan|null)$/;

/** Why a text would not arrive as it is; null when it would. */
function changed(text: string): string | null {
  if (missing.test(text)) return 'would be read as missing';
  if (number.test(text)) return 'would be read as a number';
  if (text.startsWith('[') && text.endsWith(']')) return 'would be run as Python';
  if (/\\n|[\r\n]/.test(text)) return 'would be read with a line break';
  return null;
}

function cell(value: string | number): string {
  if (typeof value === 'number') {
    if (!Number.isFinite(value)) throw new RangeError(`a condition is ${value}`);
    return String(value);
  }
  const why = changed(value);
  if (why) throw new RangeError(`the condition "${value}" ${why} by PsychoPy; choose another name`);
  return /[",;\t]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value;
}

/**
 * @param rows at least one; all have the columns of the first
 * @returns the table as CSV, UTF-8, with points for decimals
 * @throws {RangeError} for a name that is no variable, and for what would be read as something else
 */
export function conditionsCsv(rows: readonly Condition[]): string {
  const names = Object.keys(rows[0] ?? {});
  const wrong = names.find((name) => !variable.test(name));
  if (names.length < 2 || wrong !== undefined)
    throw new RangeError(wrong === undefined ? 'a table needs two columns' : `"${wrong}" is no name of a variable`);
  return [names.join(','), ...rows.map((row) => names.map((name) => cell(row[name] ?? '')).join(','))]
    .map((line) => `${line}\n`)
    .join('');
}
