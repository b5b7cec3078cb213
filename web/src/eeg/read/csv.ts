import { type Annotation, EegFileError, nominalRate, type Recording } from '../recording.ts';

/** Electrodes as Muse applications name them in a table's head. */
const ELECTRODE =
  /^(?:RAW_)?(TP9|TP10|AF7|AF8|FPZ|Fpz|AUX.*|(?:Right|Left) ?AUX|[A-Za-z]{1,3}\d{1,2}|[A-Za-z]{1,2}[zZ])(?: \(.*\))?$/;

/** A table's columns, grown while it is read: one array a channel and no row objects. */
class Columns {
  readonly arrays: Float64Array[];
  length = 0;

  constructor(count: number, rows: number) {
    this.arrays = Array.from({ length: count }, () => new Float64Array(rows));
  }

  channels(names: readonly string[]) {
    return this.arrays.map((samples, index) => ({
      name: names[index] as string,
      unit: 'uV',
      samples: samples.slice(0, this.length),
    }));
  }
}

/** Lines of a file without holding them all as strings at once. */
function* lines(text: string, from: number): Generator<[number, string]> {
  let at = from;
  let line = 1;
  for (let index = text.indexOf('\n'); index >= 0 && index < from; index = text.indexOf('\n', index + 1)) line++;
  while (at < text.length) {
    let end = text.indexOf('\n', at);
    if (end < 0) end = text.length;
    const last = text[end - 1] === '\r' ? end - 1 : end;
    if (last > at) yield [line, text.slice(at, last)];
    at = end + 1;
    line++;
  }
}

function countLines(text: string): number {
  let count = 1;
  for (let index = text.indexOf('\n'); index >= 0; index = text.indexOf('\n', index + 1)) count++;
  return count;
}

/** A number; an empty cell and `nan` are a lost sample (NaN). @throws {EegFileError} naming line and column */
function cell(word: string | undefined, line: number, column: string): number {
  const text = (word ?? '').trim();
  if (text === '' || text.toLowerCase() === 'nan') return Number.NaN;
  const value = Number(text);
  if (!Number.isFinite(value))
    throw new EegFileError(`line ${line}: ${column} is "${text.slice(0, 40)}"; expected a number`);
  return value;
}

/** Seconds of a time stamp: a number of seconds or milliseconds, or `2025-07-01 14:56:05.592`. */
function stamp(word: string | undefined): number {
  const text = (word ?? '').trim();
  const value = Number(text);
  if (text !== '' && Number.isFinite(value)) return value;
  return Date.parse(`${text.replace(' ', 'T')}Z`) / 1000;
}

/**
 * A table with a head as muse-lsl, web-muse and Mind Monitor write it: a time stamp, electrodes in microvolts, and
 * perhaps a column of markers (`Marker0`, not 0) or of events (`Elements`). Time is the count of samples; the stamps,
 * which jump and go backwards, only tell the rate.
 * @throws {EegFileError} for a table without electrodes or with a cell that is no number
 */
export function readTable(text: string): Recording {
  const headEnd = text.indexOf('\n');
  const head = (headEnd < 0 ? text : text.slice(0, headEnd))
    .trim()
    .split(',')
    .map((word) => word.trim());
  const monitor = head.some((name) => name.startsWith('RAW_'));
  const stampColumn = head.findIndex((name) => /^time ?stamps?( \(ms\))?$/i.test(name));
  if (stampColumn < 0)
    throw new EegFileError(`line 1: there is no column of time stamps among "${head.join(',').slice(0, 120)}"`);
  const chosen = head
    .map((name, column) => ({
      column,
      name: ELECTRODE.exec(name)?.[1] ?? '',
      raw: name.startsWith('RAW_') || /^AUX/.test(name),
    }))
    .filter(({ name, raw }) => name !== '' && (!monitor || raw));
  if (chosen.length === 0)
    throw new EegFileError(`line 1: no column names an electrode among "${head.join(',').slice(0, 120)}"`);
  const markerColumns = head.flatMap((name, column) => (/^marker\d*$/i.test(name) ? [column] : []));
  const elements = head.indexOf('Elements');
  const scale = /\(ms\)/.test(head[stampColumn] ?? '') ? 1e-3 : 1;
  const columns = new Columns(chosen.length, countLines(text));
  const events: { sample: number; text: string }[] = [];
  let first = Number.NaN;
  let last = Number.NaN;
  for (const [line, row] of lines(text, headEnd < 0 ? text.length : headEnd + 1)) {
    const words = row.split(',');
    const event = elements >= 0 ? words.slice(elements).join(',').trim() : '';
    if (event) events.push({ sample: columns.length, text: event });
    // Rows of Mind Monitor that only tell an event have no samples.
    if (monitor && chosen.every(({ column }) => (words[column] ?? '').trim() === '')) continue;
    if (words.length <= (chosen.at(-1)?.column ?? 0)) {
      throw new EegFileError(`line ${line}: ${words.length} columns; expected ${head.length}`);
    }
    const seconds = stamp(words[stampColumn]) * scale;
    if (Number.isNaN(seconds)) {
      throw new EegFileError(
        `line ${line}: ${head[stampColumn]} is "${(words[stampColumn] ?? '').slice(0, 40)}"; expected a time`,
      );
    }
    if (columns.length === 0) first = seconds;
    last = seconds;
    for (let index = 0; index < chosen.length; index++) {
      const { column, name } = chosen[index] as (typeof chosen)[number];
      (columns.arrays[index] as Float64Array)[columns.length] = cell(words[column], line, name);
    }
    for (const column of markerColumns) {
      const word = (words[column] ?? '').trim();
      if (word === '' || word.toLowerCase() === 'nan' || Number(word) === 0) continue;
      const value = Number(word);
      events.push({ sample: columns.length, text: Number.isFinite(value) ? String(value) : word });
    }
    columns.length++;
  }
  const span = last - first;
  if (columns.length < 2 || !(span > 0))
    throw new EegFileError(`there are ${columns.length} samples over ${span || 0} s; expected more`);
  const sampleRateHz = nominalRate(columns.length, span);
  const names = chosen.map(({ name }) => name);
  // A column that never has a value is an electrode that was not there.
  const channels = columns.channels(names).filter(({ samples }) => samples.some((value) => !Number.isNaN(value)));
  return {
    format: monitor ? 'Mind Monitor CSV' : 'Muse CSV',
    sampleRateHz,
    channels,
    annotations: events.map((event) => ({
      onsetSeconds: event.sample / sampleRateHz,
      durationSeconds: 0,
      text: event.text,
    })),
    segments: [{ first: 0, startSeconds: 0 }],
    notes: [],
  };
}

/** Sample numbers of OpenBCI boards are one byte. */
const WRAP = 256;

/**
 * A text file of the OpenBCI GUI, with the column names of version 5 and later or without. Microvolts. Numbers that are
 * missing in the column of sample numbers are lost samples (NaN), so that time goes on.
 * @throws {EegFileError} for a header without rate or a cell that is no number
 */
export function readOpenBci(text: string): Recording {
  let at = 0;
  let rate = Number.NaN;
  let count = Number.NaN;
  let names: string[] | undefined;
  while (at < text.length) {
    let end = text.indexOf('\n', at);
    if (end < 0) end = text.length;
    const line = text.slice(at, end).trim();
    if (line.startsWith('%')) {
      const rateWord = /Sample Rate\s*=\s*([\d.]+)/i.exec(line);
      if (rateWord) rate = Number(rateWord[1]);
      const countWord = /Number of channels\s*=\s*(\d+)/i.exec(line);
      if (countWord) count = Number(countWord[1]);
    } else if (/^sample index/i.test(line)) {
      names = line.split(',').map((word) => word.trim());
    } else if (line !== '') {
      break;
    }
    at = end + 1;
  }
  if (!(rate > 0)) throw new EegFileError('header: there is no "%Sample Rate = … Hz" above 0');
  const named = names?.flatMap((name, column) => (/^EXG Channel/i.test(name) ? [{ name, column }] : []));
  if (!named && !(count > 0 && count <= 64)) count = 8;
  const chosen =
    named ?? Array.from({ length: count }, (_, index) => ({ name: `EXG Channel ${index}`, column: index + 1 }));
  if (chosen.length === 0) throw new EegFileError('header: no column is named "EXG Channel"');
  const marker = names?.findIndex((name) => /^marker/i.test(name)) ?? -1;
  const rows = countLines(text);
  const found = new Columns(chosen.length, rows * 2);
  const events: { sample: number; code: string }[] = [];
  let before = -1;
  let step = 0;
  let lost = 0;
  for (const [line, row] of lines(text, at)) {
    const words = row.split(',');
    if (words.length <= (chosen.at(-1)?.column ?? 0)) {
      throw new EegFileError(
        `line ${line}: ${words.length} columns; expected ${names?.length ?? chosen.length + 1} or more`,
      );
    }
    const index = cell(words[0], line, 'Sample Index');
    if (before >= 0 && index !== before) {
      const apart = (((index - before) % WRAP) + WRAP) % WRAP;
      // Boards with 16 channels count every second number.
      step ||= Math.max(1, apart === 2 ? 2 : 1);
      const missing = Math.round(apart / step) - 1;
      for (let n = 0; n < missing; n++) {
        if (++lost > rows) throw new EegFileError(`line ${line}: more samples are lost (${lost}) than there are`);
        for (const samples of found.arrays) samples[found.length] = Number.NaN;
        found.length++;
      }
    }
    before = index;
    for (let n = 0; n < chosen.length; n++) {
      const { column, name } = chosen[n] as (typeof chosen)[number];
      (found.arrays[n] as Float64Array)[found.length] = cell(words[column], line, name);
    }
    const code = marker >= 0 ? cell(words[marker], line, 'Marker Channel') : 0;
    if (code) events.push({ sample: found.length, code: String(code) });
    found.length++;
  }
  if (found.length === 0) throw new EegFileError('there are no samples after the header');
  const annotations: Annotation[] = events.map(({ sample, code }) => ({
    onsetSeconds: sample / rate,
    durationSeconds: 0,
    text: code,
  }));
  return {
    format: 'OpenBCI text',
    sampleRateHz: rate,
    channels: found.channels(chosen.map(({ name }) => name)),
    annotations,
    segments: [{ first: 0, startSeconds: 0 }],
    notes: lost > 0 ? [`${lost} samples were lost on the way to the computer`] : [],
  };
}
