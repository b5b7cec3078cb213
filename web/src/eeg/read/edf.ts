import { type Annotation, EegFileError, type Recording, type Segment, uniqueNames } from '../recording.ts';

/** Fields of a signal's header and their widths (EDF, Kemp 1992). */
const WIDTHS = {
  label: 16,
  transducer: 80,
  unit: 8,
  low: 8,
  high: 8,
  lowest: 8,
  highest: 8,
  filter: 80,
  count: 8,
  rest: 32,
};
const HEAD = 256;

interface Signal {
  label: string;
  unit: string;
  /** Physical value = digital · scale + offset. */
  scale: number;
  offset: number;
  /** Samples in one data record. */
  count: number;
  /** Bytes from the record's start. */
  at: number;
  notes: boolean;
}

function text(bytes: Uint8Array, at: number, length: number): string {
  let out = '';
  for (let index = at; index < at + length; index++) out += String.fromCharCode(bytes[index] ?? 32);
  return out.trim();
}

function number(bytes: Uint8Array, at: number, length: number, name: string, whole = false): number {
  const word = text(bytes, at, length).replace(',', '.');
  const value = Number(word);
  if (word === '' || !Number.isFinite(value) || (whole && !Number.isInteger(value))) {
    throw new EegFileError(`byte ${at}: ${name} is "${word}"; expected ${whole ? 'a whole number' : 'a number'}`);
  }
  return value;
}

function readSignals(bytes: Uint8Array, count: number, width: number): Signal[] {
  const signals: Signal[] = [];
  let record = 0;
  for (let index = 0; index < count; index++) {
    let at = HEAD;
    const place = {} as Record<keyof typeof WIDTHS, number>;
    for (const [name, wide] of Object.entries(WIDTHS)) {
      place[name as keyof typeof WIDTHS] = at + index * wide;
      at += wide * count;
    }
    const label = text(bytes, place.label, 16);
    const of = (name: string) => `${name} of signal ${index + 1} ("${label}")`;
    const samples = number(bytes, place.count, 8, of('samples a record'), true);
    if (samples < 0)
      throw new EegFileError(`byte ${place.count}: ${of('samples a record')} is ${samples}; expected 0 or more`);
    const low = number(bytes, place.low, 8, of('physical minimum'));
    const high = number(bytes, place.high, 8, of('physical maximum'));
    const lowest = number(bytes, place.lowest, 8, of('digital minimum'), true);
    const highest = number(bytes, place.highest, 8, of('digital maximum'), true);
    const notes = label === 'EDF Annotations' || label === 'BDF Annotations';
    if (!notes && highest === lowest) {
      throw new EegFileError(
        `byte ${place.highest}: ${of('digital maximum')} is ${highest}, as its minimum; expected another`,
      );
    }
    const scale = (high - low) / (highest - lowest);
    const unit = text(bytes, place.unit, 8);
    signals.push({ label, unit, scale, offset: low - lowest * scale, count: samples, at: record, notes });
    record += samples * width;
  }
  return signals;
}

/** Reads the time-stamped annotation lists (TAL) of one record; the first one without text is the record's start. */
function readNotes(bytes: Uint8Array, into: Annotation[]): number | undefined {
  const decoder = new TextDecoder('utf-8');
  let start: number | undefined;
  let from = 0;
  while (from < bytes.length) {
    let end = bytes.indexOf(0, from);
    if (end < 0) end = bytes.length;
    if (end > from) {
      const parts = decoder.decode(bytes.subarray(from, end)).split('\x14');
      const [time = '', duration = '0'] = (parts[0] ?? '').split('\x15');
      if (/^[+-]\d+(\.\d*)?$/.test(time) && /^\d+(\.\d*)?$/.test(duration)) {
        const onset = Number(time);
        start ??= onset;
        for (const note of parts.slice(1)) {
          const trimmed = note.trim();
          if (trimmed) into.push({ onsetSeconds: onset, durationSeconds: Number(duration), text: trimmed });
        }
      }
    }
    from = end + 1;
  }
  return start;
}

/**
 * EDF, EDF+, BDF and BDF+ (16 and 24 bits). Where signals have several rates, the highest is the recording's and the
 * others are held from sample to sample. Sizes in the header are compared with the bytes that are there.
 * @throws {EegFileError} for a header that cannot be
 */
export function readEdf(bytes: Uint8Array): Recording {
  const wide = bytes[0] === 0xff;
  const format = wide ? 'BDF' : 'EDF';
  const width = wide ? 3 : 2;
  if (bytes.length < HEAD) throw new EegFileError(`the file has ${bytes.length} bytes; ${format} begins with ${HEAD}`);
  const kind = text(bytes, 192, 44);
  const plus = kind.startsWith('EDF+') || kind.startsWith('BDF+');
  const declared = number(bytes, 236, 8, 'number of records', true);
  const seconds = number(bytes, 244, 8, 'length of a record');
  const count = number(bytes, 252, 4, 'number of signals', true);
  const headBytes = HEAD * (count + 1);
  if (count < 1 || headBytes > bytes.length) {
    throw new EegFileError(
      `byte 252: number of signals is ${count}; the file has room for ${Math.floor(bytes.length / HEAD) - 1}`,
    );
  }
  const signals = readSignals(bytes, count, width);
  const recordBytes = signals.reduce((sum, signal) => sum + signal.count * width, 0);
  const data = signals.filter((signal) => !signal.notes);
  const most = data.reduce((high, signal) => Math.max(high, signal.count), 0);
  if (!(seconds > 0) && most > 0)
    throw new EegFileError(`byte 244: length of a record is ${seconds}; expected seconds above 0`);
  if (recordBytes === 0) throw new EegFileError('the records are empty; expected at least one sample');
  const present = Math.floor((bytes.length - headBytes) / recordBytes);
  const notes: string[] = [];
  if (declared >= 0 && present < declared) {
    notes.push(`the file ends early: ${present} of ${declared} records are there`);
  }
  const records = declared < 0 ? present : Math.min(present, declared);
  // Holding a slow signal makes more samples than there are bytes: 1,000 signals of one sample beside one of many.
  if (records * most * data.length > 16 * bytes.length) {
    throw new EegFileError(
      `signals have from ${Math.min(...data.map((s) => s.count))} to ${most} samples a record; that is too uneven`,
    );
  }
  const length = records * most;
  const channels = data.map((signal) => {
    const samples = new Float64Array(length);
    const { scale, offset } = signal;
    for (let record = 0; record < records; record++) {
      let at = headBytes + record * recordBytes + signal.at;
      const to = record * most;
      if (signal.count === most) {
        for (let n = 0; n < most; n++, at += width) samples[to + n] = digital(bytes, at, wide) * scale + offset;
      } else if (signal.count > 0) {
        for (let n = 0; n < most; n++) {
          const held = Math.floor((n * signal.count) / most);
          samples[to + n] = digital(bytes, at + held * width, wide) * scale + offset;
        }
      }
    }
    return { name: signal.label, unit: signal.unit, samples };
  });
  const found: Annotation[] = [];
  const segments: Segment[] = [];
  let first = 0;
  let due = 0;
  for (let record = 0; record < records; record++) {
    let start: number | undefined;
    for (const signal of signals) {
      if (!signal.notes) continue;
      const at = headBytes + record * recordBytes + signal.at;
      const own = readNotes(bytes.subarray(at, at + signal.count * width), found);
      start ??= own;
    }
    if (!plus) continue;
    if (record === 0) first = start ?? 0;
    const seen = (start ?? first + due) - first;
    // Only EDF+D has gaps; a rounded start within half a sample is none.
    if (record === 0 || (kind[4] === 'D' && Math.abs(seen - due) > (0.5 * seconds) / Math.max(1, most))) {
      segments.push({ first: record * most, startSeconds: record === 0 ? 0 : seen });
      due = seen;
    }
    due += seconds;
  }
  if (segments.length === 0) segments.push({ first: 0, startSeconds: 0 });
  const end = Math.max(due, records * seconds);
  const annotations = found
    .map((note) => ({ ...note, onsetSeconds: note.onsetSeconds - first }))
    .filter((note) => note.onsetSeconds <= end)
    .sort((a, b) => a.onsetSeconds - b.onsetSeconds);
  if (annotations.length < found.length)
    notes.push(`${found.length - annotations.length} annotations after the last sample left out`);
  const names = uniqueNames(channels.map((channel) => channel.name));
  return {
    format: plus ? `${format}+` : format,
    sampleRateHz: seconds > 0 ? most / seconds : 0,
    channels: channels.map((channel, index) => ({ ...channel, name: names[index] as string })),
    annotations,
    segments,
    notes,
  };
}

function digital(bytes: Uint8Array, at: number, wide: boolean): number {
  const low = bytes[at] as number;
  const middle = bytes[at + 1] as number;
  if (wide) return (((bytes[at + 2] as number) << 24) | (middle << 16) | (low << 8)) >> 8;
  return ((middle << 24) | (low << 16)) >> 16;
}
