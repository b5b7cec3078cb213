import { type Annotation, EegFileError, type Recording, type Segment, uniqueNames } from '../recording.ts';

/** A stream of the file. Stamps are seconds of the recording computer's clock. */
export interface XdfStream {
  name: string;
  type: string;
  /** 0 where samples come when they like. */
  sampleRateHz: number;
  stamps: Float64Array;
  /** Numeric streams: one array a channel. */
  values: Float64Array[];
  /** String streams: the first channel. */
  texts: string[];
  labels: string[];
  units: string[];
  /** First sample of every stretch without a break. */
  breaks: number[];
}

interface Open extends Omit<XdfStream, 'stamps' | 'values' | 'breaks'> {
  format: string;
  channelCount: number;
  stampList: number[];
  valueLists: number[][];
  clock: { at: number; offset: number }[];
  last: number;
}

const BYTES: Record<string, number> = { int8: 1, int16: 2, int32: 4, int64: 8, float32: 4, double64: 8 };
/** Begins every boundary chunk: where reading can go on after damage. */
const BOUNDARY = [0x43, 0xa5, 0x46, 0xdc, 0xcb, 0xf5, 0x41, 0x0f, 0xb3, 0x0e, 0xd5, 0x46, 0x73, 0x83, 0xcb, 0xe4];
/** A pause longer than both is a break (as in pyxdf). */
const BREAK_SECONDS = 1;
const BREAK_SAMPLES = 500;

/** Text of the first such element. Headers of streams are plain elements; nothing more of XML is needed or understood. */
function element(xml: string, name: string): string {
  const found = new RegExp(`<${name}>([^<]*)</${name}>`).exec(xml)?.[1] ?? '';
  return found
    .replace(
      /&(lt|gt|amp|quot|apos);/g,
      (_, word: string) => ({ lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" })[word] ?? '',
    )
    .trim();
}

function elements(xml: string, name: string): string[] {
  return Array.from(xml.matchAll(new RegExp(`<${name}>([^<]*)</${name}>`, 'g')), (match) => (match[1] ?? '').trim());
}

class Cursor {
  at: number;
  private readonly view: DataView;
  private readonly bytes: Uint8Array;
  private readonly end: number;

  constructor(bytes: Uint8Array, at: number, end: number) {
    this.bytes = bytes;
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.at = at;
    this.end = end;
  }

  private need(count: number): number {
    const from = this.at;
    if (!(count >= 0 && from + count <= this.end)) {
      throw new EegFileError(`byte ${from}: ${count} bytes are needed, ${this.end - from} are there`);
    }
    this.at = from + count;
    return from;
  }

  u8(): number {
    return this.bytes[this.need(1)] as number;
  }
  u16(): number {
    return this.view.getUint16(this.need(2), true);
  }
  u32(): number {
    return this.view.getUint32(this.need(4), true);
  }
  f64(): number {
    return this.view.getFloat64(this.need(8), true);
  }
  length(): number {
    const from = this.at;
    const size = this.u8();
    if (size === 1) return this.u8();
    if (size === 4) return this.u32();
    if (size === 8) return Number(this.view.getBigUint64(this.need(8), true));
    throw new EegFileError(`byte ${from}: a length of ${size} bytes; expected 1, 4 or 8`);
  }
  take(count: number): Uint8Array {
    const from = this.need(count);
    return this.bytes.subarray(from, from + count);
  }
  value(format: string): number {
    const from = this.need(BYTES[format] as number);
    switch (format) {
      case 'int8':
        return this.view.getInt8(from);
      case 'int16':
        return this.view.getInt16(from, true);
      case 'int32':
        return this.view.getInt32(from, true);
      case 'int64':
        return Number(this.view.getBigInt64(from, true));
      case 'float32':
        return this.view.getFloat32(from, true);
      default:
        return this.view.getFloat64(from, true);
    }
  }
}

function openStream(xml: string): Open {
  const channelCount = Number(element(xml, 'channel_count'));
  const format = element(xml, 'channel_format');
  const sampleRateHz = Number(element(xml, 'nominal_srate'));
  const name = element(xml, 'name');
  if (format !== 'string' && !BYTES[format]) {
    throw new EegFileError(
      `stream "${name}": channel_format is "${format}"; expected string or ${Object.keys(BYTES).join(', ')}`,
    );
  }
  if (!(Number.isInteger(channelCount) && channelCount >= 0 && channelCount <= 4096)) {
    throw new EegFileError(`stream "${name}": channel_count is "${element(xml, 'channel_count')}"; expected 0 to 4096`);
  }
  if (!(sampleRateHz >= 0))
    throw new EegFileError(`stream "${name}": nominal_srate is "${element(xml, 'nominal_srate')}"; expected 0 or more`);
  return {
    name,
    type: element(xml, 'type'),
    sampleRateHz,
    format,
    channelCount,
    labels: elements(xml, 'label'),
    units: elements(xml, 'unit'),
    texts: [],
    stampList: [],
    valueLists: Array.from({ length: format === 'string' ? 0 : channelCount }, () => []),
    clock: [],
    last: 0,
  };
}

function readSamples(cursor: Cursor, stream: Open): void {
  const decoder = new TextDecoder();
  const count = cursor.length();
  const step = stream.sampleRateHz > 0 ? 1 / stream.sampleRateHz : 0;
  for (let n = 0; n < count; n++) {
    const stamped = cursor.u8();
    if (stamped !== 0 && stamped !== 8)
      throw new EegFileError(`byte ${cursor.at - 1}: a time stamp of ${stamped} bytes; expected 0 or 8`);
    const stamp = stamped ? cursor.f64() : stream.last + step;
    // A sample counts only when all of it is there.
    if (stream.format === 'string') {
      let first = '';
      for (let channel = 0; channel < stream.channelCount; channel++) {
        const text = decoder.decode(cursor.take(cursor.length()));
        if (channel === 0) first = text;
      }
      stream.texts.push(first);
    } else {
      for (let channel = 0; channel < stream.channelCount; channel++) {
        (stream.valueLists[channel] as number[])[stream.stampList.length] = cursor.value(stream.format);
      }
    }
    stream.stampList.push(stamp);
    stream.last = stamp;
  }
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  if (sorted.length === 0) return 0;
  return sorted.length % 2
    ? (sorted[middle] as number)
    : ((sorted[middle - 1] as number) + (sorted[middle] as number)) / 2;
}

/** Weighted line y = a + b·x. */
function line(x: readonly number[], y: readonly number[], weight: (index: number) => number): [number, number] {
  let w = 0;
  let mx = 0;
  let my = 0;
  for (let n = 0; n < x.length; n++) {
    const one = weight(n);
    w += one;
    mx += one * (x[n] as number);
    my += one * (y[n] as number);
  }
  mx /= w;
  my /= w;
  let sxx = 0;
  let sxy = 0;
  for (let n = 0; n < x.length; n++) {
    const one = weight(n);
    sxx += one * ((x[n] as number) - mx) ** 2;
    sxy += one * ((x[n] as number) - mx) * ((y[n] as number) - my);
  }
  const slope = sxx > 0 ? sxy / sxx : 0;
  return [my - slope * mx, slope];
}

/** Clock offsets beyond this are weighed less (Huber), in seconds. */
const WINSOR_SECONDS = 1e-4;

/** Line of the offset over the stream's clock, robust against single late measurements. */
function offsetLine(clock: Open['clock']): [number, number] {
  const first = clock[0] as Open['clock'][number];
  if (clock.length === 1) return [first.offset, 0];
  const x = clock.map(({ at }) => at - first.at);
  const y = clock.map(({ offset }) => offset);
  let [intercept, slope] = line(x, y, () => 1);
  for (let round = 0; round < 100; round++) {
    const [a, b] = [intercept, slope];
    [intercept, slope] = line(
      x,
      y,
      (n) => 1 / Math.max(1, Math.abs((y[n] as number) - a - b * (x[n] as number)) / WINSOR_SECONDS),
    );
    if (Math.abs(intercept - a) < 1e-12 && Math.abs(slope - b) < 1e-15) break;
  }
  return [intercept - slope * first.at, slope];
}

/**
 * Moves a stream's stamps to the recording computer's clock. Where the sender's clock began anew (its time goes back or
 * pauses, and the offset jumps), each part has a line of its own and a sample belongs to the part nearest in time.
 */
function synchronise(stream: Open): void {
  const { clock, stampList } = stream;
  if (clock.length === 0) return;
  const steps = clock.slice(1).map(({ at }, index) => at - (clock[index] as Open['clock'][number]).at);
  const jumps = clock
    .slice(1)
    .map(({ offset }, index) => Math.abs(offset - (clock[index] as Open['clock'][number]).offset));
  const usualStep = median(steps);
  const usualJump = median(jumps);
  const stepSpread = median(steps.map((value) => Math.abs(value - usualStep))) + Number.EPSILON;
  const jumpSpread = median(jumps.map((value) => Math.abs(value - usualJump))) + Number.EPSILON;
  const parts: Open['clock'][] = [[]];
  for (const [index, measured] of clock.entries()) {
    const step = steps[index - 1];
    const jump = jumps[index - 1];
    if (step !== undefined && jump !== undefined) {
      const late = step < 0 || ((step - usualStep) / stepSpread > 5 && step - usualStep > 5);
      if (late && (jump - usualJump) / jumpSpread > 10 && jump - usualJump > 1) parts.push([]);
    }
    parts.at(-1)?.push(measured);
  }
  const fits = parts.map((part) => ({
    from: Math.min(...part.map(({ at }) => at)),
    to: Math.max(...part.map(({ at }) => at)),
    fit: offsetLine(part),
  }));
  for (let n = 0; n < stampList.length; n++) {
    const stamp = stampList[n] as number;
    let best = fits[0] as (typeof fits)[number];
    let distance = Number.POSITIVE_INFINITY;
    for (const one of fits) {
      const away = Math.max(one.from - stamp, stamp - one.to, 0);
      if (away < distance) {
        best = one;
        distance = away;
      }
    }
    stampList[n] = stamp + best.fit[0] + best.fit[1] * stamp;
  }
}

/** Stamps of a regular stream on a line within each stretch. Returns where stretches begin. */
function dejitter(stream: Open): number[] {
  const { stampList, sampleRateHz } = stream;
  if (sampleRateHz === 0 || stampList.length === 0) return [0];
  const pause = Math.max(BREAK_SECONDS, BREAK_SAMPLES / sampleRateHz);
  const starts = [0];
  for (let n = 1; n < stampList.length; n++) {
    if ((stampList[n] as number) - (stampList[n - 1] as number) > pause) starts.push(n);
  }
  for (const [index, start] of starts.entries()) {
    const end = starts[index + 1] ?? stampList.length;
    const y = stampList.slice(start, end);
    const [intercept, slope] = line(Array.from(y.keys()), y, () => 1);
    for (let n = start; n < end; n++) stampList[n] = intercept + slope * (n - start);
  }
  return starts;
}

/**
 * Every stream of an XDF file, on one clock. A damaged chunk is left out and reading goes on at the next boundary; the
 * notes say so.
 * @throws {EegFileError} where nothing can be read
 */
export function readXdfStreams(bytes: Uint8Array): { streams: XdfStream[]; notes: string[] } {
  const streams = new Map<number, Open>();
  const notes: string[] = [];
  let at = 4;
  while (at < bytes.length) {
    const cursor = new Cursor(bytes, at, bytes.length);
    let end = bytes.length;
    try {
      const length = cursor.length();
      end = cursor.at + length;
      if (end > bytes.length)
        throw new EegFileError(`byte ${at}: a chunk of ${length} bytes; ${bytes.length - cursor.at} are left`);
      const chunk = new Cursor(bytes, cursor.at, end);
      const tag = chunk.u16();
      if (tag === 2) {
        const id = chunk.u32();
        streams.set(id, openStream(new TextDecoder().decode(chunk.take(end - chunk.at))));
      } else if (tag === 3 || tag === 4) {
        const id = chunk.u32();
        const stream = streams.get(id);
        if (!stream) throw new EegFileError(`byte ${at}: samples of stream ${id}, which has no header`);
        if (tag === 3) readSamples(chunk, stream);
        else stream.clock.push({ at: chunk.f64(), offset: chunk.f64() });
      }
      at = end;
    } catch (error) {
      if (!(error instanceof EegFileError)) throw error;
      if (notes.length < 20) notes.push(`damaged: ${error.message}`);
      at = nextBoundary(bytes, at + 1);
    }
  }
  if (streams.size === 0) throw new EegFileError(notes[0] ?? 'the file has no stream');
  return {
    notes,
    streams: Array.from(streams.values(), (stream) => {
      // Damage can leave a sample half written.
      for (const list of stream.valueLists) list.length = stream.stampList.length;
      stream.texts.length = Math.min(stream.texts.length, stream.stampList.length);
      if (stream.stampList.some((stamp) => !Number.isFinite(stamp))) {
        throw new EegFileError(`stream "${stream.name}": a time stamp is no number`);
      }
      synchronise(stream);
      const breaks = dejitter(stream);
      const { name, type, sampleRateHz, texts, labels, units } = stream;
      const values = stream.valueLists.map((list) => Float64Array.from(list));
      return {
        name,
        type,
        sampleRateHz,
        texts,
        labels,
        units,
        breaks,
        values,
        stamps: Float64Array.from(stream.stampList),
      };
    }),
  };
}

function nextBoundary(bytes: Uint8Array, from: number): number {
  for (
    let at = bytes.indexOf(BOUNDARY[0] as number, from);
    at >= 0;
    at = bytes.indexOf(BOUNDARY[0] as number, at + 1)
  ) {
    if (BOUNDARY.every((byte, index) => bytes[at + index] === byte)) return at + BOUNDARY.length;
  }
  return bytes.length;
}

/**
 * The EEG of an XDF file: the stream of type EEG with most samples, else the regular numeric stream with most. Texts of
 * all other streams are annotations.
 * @throws {EegFileError} where no stream has regular samples
 */
export function readXdf(bytes: Uint8Array): Recording {
  const { streams, notes } = readXdfStreams(bytes);
  const regular = streams.filter(
    (stream) => stream.values.length > 0 && stream.sampleRateHz > 0 && stream.stamps.length > 1,
  );
  const eeg = regular.filter((stream) => stream.type.toUpperCase() === 'EEG');
  const [chosen] = (eeg.length > 0 ? eeg : regular).sort((a, b) => b.stamps.length - a.stamps.length);
  if (!chosen) throw new EegFileError(`none of the ${streams.length} streams has regular samples`);
  const zero = chosen.stamps[0] as number;
  // Stretches may have slightly different slopes; the rate over all of them is what was sampled.
  let spans = 0;
  let steps = 0;
  for (const [index, start] of chosen.breaks.entries()) {
    const end = (chosen.breaks[index + 1] ?? chosen.stamps.length) - 1;
    spans += (chosen.stamps[end] as number) - (chosen.stamps[start] as number);
    steps += end - start;
  }
  const measured = steps / spans;
  const sampleRateHz = Number.isFinite(measured) && measured > 0 ? measured : chosen.sampleRateHz;
  if (Math.abs(sampleRateHz / chosen.sampleRateHz - 1) > 1e-3) {
    notes.push(`the rate is ${sampleRateHz.toFixed(3)} Hz by the time stamps, ${chosen.sampleRateHz} Hz by the header`);
  }
  const segments: Segment[] = chosen.breaks.map((first) => ({
    first,
    startSeconds: (chosen.stamps[first] as number) - zero,
  }));
  const annotations: Annotation[] = [];
  for (const stream of streams) {
    for (const [index, text] of stream.texts.entries()) {
      annotations.push({ onsetSeconds: (stream.stamps[index] as number) - zero, durationSeconds: 0, text });
    }
  }
  annotations.sort((a, b) => a.onsetSeconds - b.onsetSeconds);
  const labels = chosen.labels.length === chosen.values.length ? chosen.labels : [];
  const names = uniqueNames(chosen.values.map((_, index) => labels[index] || `${chosen.name} ${index + 1}`));
  return {
    format: 'XDF',
    sampleRateHz,
    channels: chosen.values.map((samples, index) => ({
      name: names[index] as string,
      unit: xdfUnit(chosen.units[index]),
      samples,
    })),
    annotations,
    segments,
    notes,
  };
}

/** LSL streams of EEG are in microvolts unless they say otherwise; the field's word for it is `microvolts`. */
function xdfUnit(unit: string | undefined): string {
  if (!unit) return 'uV';
  return { microvolts: 'uV', millivolts: 'mV', volts: 'V' }[unit.toLowerCase()] ?? unit;
}
