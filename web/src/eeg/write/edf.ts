import { EegFileError, type Recording, sampleCount } from '../recording.ts';

/** What a written file must know of the device. */
export interface EdfOptions {
  startedAt: Date;
  device: string;
  /** Bits of a raw value: up to 16 make EDF+, more make BDF+. */
  bits: number;
  /** Microvolts of one step, so that every raw value is kept as it was. */
  stepMicrovolts: number;
}

/** Longest record that is tried to hold whole samples. */
const LONGEST_RECORD_SECONDS = 60;
/** A channel of another unit than microvolts goes from 0 to this. */
const OTHER_RANGE = 1;

/** Text in a field of fixed width. @throws {EegFileError} for what does not fit */
function field(text: string | number, width: number): string {
  const word = String(text).replace(/[^\x20-\x7e]/g, '?');
  if (typeof text === 'number' && word.length > width)
    throw new EegFileError(`${text} does not fit into ${width} letters`);
  return word.slice(0, width).padEnd(width);
}

/** Text without the letters that divide annotations. */
const withoutMarks = (text: string) => text.split(/\p{Cc}/u).join(' ');

/** A number with as many digits as eight letters hold. */
function eight(value: number): number {
  for (let digits = 8; digits > 0; digits--) {
    const short = Number(value.toPrecision(digits));
    if (String(short).length <= 8) return short;
  }
  return Math.round(value);
}

const MONTHS = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'];
const two = (value: number) => String(value).padStart(2, '0');

/**
 * EDF+ (or BDF+ for more than 16 bits), continuous, without a name or a birthday of anybody. Raw values are kept exactly;
 * a last record that is not full is filled and annotated `BAD_padding`.
 * @param recording without gaps (`continuous`); microvolts, and channels of another unit from 0 to 1
 * @throws {EegFileError} for a rate of which no record holds whole samples
 */
export function writeEdf(recording: Recording, options: EdfOptions): Uint8Array {
  const { sampleRateHz, channels } = recording;
  const wide = options.bits > 16;
  const width = wide ? 3 : 2;
  let seconds = 1;
  while (
    seconds <= LONGEST_RECORD_SECONDS &&
    Math.abs(sampleRateHz * seconds - Math.round(sampleRateHz * seconds)) > 1e-9
  )
    seconds++;
  if (seconds > LONGEST_RECORD_SECONDS)
    throw new EegFileError(`${sampleRateHz} samples a second do not fit into whole seconds`);
  const perRecord = Math.round(sampleRateHz * seconds);
  const count = sampleCount(recording);
  const records = Math.ceil(count / perRecord);
  const annotations = [...recording.annotations];
  if (records * perRecord > count) {
    annotations.push({
      onsetSeconds: count / sampleRateHz,
      durationSeconds: (records * perRecord - count) / sampleRateHz,
      text: 'BAD_padding',
    });
  }
  const encoder = new TextEncoder();
  const notes = Array.from({ length: records }, (_, index) => `+${index * seconds}\x14\x14\0`);
  for (const { onsetSeconds, durationSeconds, text } of annotations) {
    const index = Math.min(records - 1, Math.max(0, Math.floor(onsetSeconds / seconds)));
    const onset = Number(onsetSeconds.toFixed(6));
    notes[index] +=
      `${onset < 0 ? '' : '+'}${onset}\x15${Number(durationSeconds.toFixed(6))}\x14${withoutMarks(text)}\x14\0`;
  }
  const noteBytes = notes.map((text) => encoder.encode(text));
  const notesWide = Math.ceil(Math.max(...noteBytes.map(({ length }) => length), 1) / width);
  const highest = wide ? 8_388_607 : 32_767;
  const lowest = -highest - 1;
  const scales = channels.map(({ unit }) => {
    if (unit !== 'uV') return { low: 0, high: OTHER_RANGE, lowest, highest };
    // A range of raw values whose ends are microvolts of few digits.
    const top = Math.min(highest, 2 ** (options.bits - 1) - 1);
    return {
      low: eight((-top - 1) * options.stepMicrovolts),
      high: eight(top * options.stepMicrovolts),
      lowest: -top - 1,
      highest: top,
    };
  });
  const label = wide ? 'BDF Annotations' : 'EDF Annotations';
  const signals = channels.length + 1;
  const date = options.startedAt;
  const day = `${two(date.getUTCDate())}-${MONTHS[date.getUTCMonth()]}-${date.getUTCFullYear()}`;
  const row = (width: number, of: (index: number) => string | number, last: string | number) =>
    [...channels.map((_, index) => field(of(index), width)), field(last, width)].join('');
  const head = [
    wide ? '\xffBIOSEMI' : field('0', 8),
    field('X X X X', 80),
    field(`Startdate ${day} X X ${options.device.replace(/\s+/g, '_')}`, 80),
    `${two(date.getUTCDate())}.${two(date.getUTCMonth() + 1)}.${two(date.getUTCFullYear() % 100)}`,
    `${two(date.getUTCHours())}.${two(date.getUTCMinutes())}.${two(date.getUTCSeconds())}`,
    field(256 * (signals + 1), 8),
    field(wide ? 'BDF+C' : 'EDF+C', 44),
    field(records, 8),
    field(seconds, 8),
    field(signals, 4),
    row(16, (index) => channels[index]?.name ?? '', label),
    row(80, () => '', ''),
    row(8, (index) => channels[index]?.unit ?? '', ''),
    row(8, (index) => scales[index]?.low ?? 0, -1),
    row(8, (index) => scales[index]?.high ?? 0, 1),
    row(8, (index) => scales[index]?.lowest ?? 0, lowest),
    row(8, (index) => scales[index]?.highest ?? 0, highest),
    row(80, () => '', ''),
    row(8, () => perRecord, notesWide),
    row(32, () => '', ''),
  ].join('');
  const recordBytes = (channels.length * perRecord + notesWide) * width;
  const bytes = new Uint8Array(head.length + records * recordBytes);
  for (let index = 0; index < head.length; index++) bytes[index] = head.charCodeAt(index);
  let at = head.length;
  for (let record = 0; record < records; record++) {
    for (const [index, { samples }] of channels.entries()) {
      const { low, high, lowest: bottom, highest: top } = scales[index] as (typeof scales)[number];
      const scale = (top - bottom) / (high - low);
      for (let n = record * perRecord; n < (record + 1) * perRecord; n++, at += width) {
        const value = samples[n];
        const raw = value === undefined || Number.isNaN(value) ? 0 : Math.round((value - low) * scale + bottom);
        if (raw > top + 1 || raw < bottom - 1) {
          throw new EegFileError(
            `sample ${n} of ${channels[index]?.name} is ${value}; the file holds ${low} to ${high}`,
          );
        }
        const digital = Math.min(top, Math.max(bottom, raw));
        bytes[at] = digital;
        bytes[at + 1] = digital >> 8;
        if (wide) bytes[at + 2] = digital >> 16;
      }
    }
    bytes.set(noteBytes[record] as Uint8Array, at);
    at += notesWide * width;
  }
  return bytes;
}
