import { type Annotation, EegFileError, type Recording, uniqueNames } from '../recording.ts';

/** Sections of an INI-like file; keys keep their case, values their blanks. */
function sections(text: string): Map<string, Map<string, string>> {
  const found = new Map<string, Map<string, string>>();
  let current: Map<string, string> | undefined;
  for (const line of text.split(/\r?\n/)) {
    const head = /^\[([^\]]+)\]\s*$/.exec(line);
    if (head) {
      current = new Map();
      found.set((head[1] as string).toLowerCase(), current);
      // What follows is free text.
      if (head[1] === 'Comment') current = undefined;
    } else if (current && !line.startsWith(';')) {
      const equals = line.indexOf('=');
      if (equals > 0) current.set(line.slice(0, equals).trim(), line.slice(equals + 1));
    }
  }
  return found;
}

/** Files of the set are UTF-8 if they say so or can be, otherwise Latin-1, which the Recorder once wrote. */
function decode(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return new TextDecoder('latin1').decode(bytes);
  }
}

const comma = (word: string | undefined) => (word ?? '').replaceAll('\\1', ',');

/** Values of a binary format: bytes, and how one is read. */
const FORMATS: Record<string, { bytes: number; read: (view: DataView, at: number) => number }> = {
  INT_16: { bytes: 2, read: (view, at) => view.getInt16(at, true) },
  INT_32: { bytes: 4, read: (view, at) => view.getInt32(at, true) },
  IEEE_FLOAT_32: { bytes: 4, read: (view, at) => view.getFloat32(at, true) },
};

function readMarkers(bytes: Uint8Array, rate: number): Annotation[] {
  const infos = sections(decode(bytes)).get('marker infos') ?? new Map<string, string>();
  const found: Annotation[] = [];
  for (const [key, value] of infos) {
    if (!/^Mk\d+$/.test(key)) continue;
    const [type, description, position, size] = value.split(',');
    const sample = Number(position);
    if (!position || !Number.isFinite(sample)) {
      throw new EegFileError(`marker file: ${key} has position "${position ?? ''}"; expected a sample's number`);
    }
    found.push({
      // Positions count from 1.
      onsetSeconds: (sample - 1) / rate,
      durationSeconds: (Number(size) || 0) / rate,
      text: `${comma(type)}/${comma(description)}`,
    });
  }
  return found;
}

/**
 * A BrainVision set, from its header. `companion` gives the files that the header names, by their name alone: a path in
 * a header is never followed.
 * @throws {EegFileError} for what is missing or cannot be
 */
export async function readBrainVision(
  header: Uint8Array,
  companion: (name: string) => Promise<Uint8Array | undefined>,
): Promise<Recording> {
  const found = sections(decode(header));
  const common = found.get('common infos') ?? new Map<string, string>();
  const want = (key: string): string => {
    const value = common.get(key)?.trim();
    if (!value) throw new EegFileError(`header: ${key} is missing in [Common Infos]`);
    return value;
  };
  const open = async (key: string) => {
    const name = want(key).split(/[\\/]/).at(-1) as string;
    const bytes = await companion(name);
    if (!bytes) throw new EegFileError(`header: ${key} is ${name}; there is no such file beside it`);
    return bytes;
  };
  const type = common.get('DataFormat')?.trim() ?? 'BINARY';
  if (type !== 'BINARY') throw new EegFileError(`header: DataFormat is ${type}; only BINARY can be read`);
  const domain = common.get('DataType')?.trim() ?? 'TIMEDOMAIN';
  if (domain !== 'TIMEDOMAIN') throw new EegFileError(`header: DataType is ${domain}; only TIMEDOMAIN can be read`);
  const orientation = want('DataOrientation');
  if (orientation !== 'MULTIPLEXED' && orientation !== 'VECTORIZED') {
    throw new EegFileError(`header: DataOrientation is ${orientation}; expected MULTIPLEXED or VECTORIZED`);
  }
  const interval = Number(want('SamplingInterval'));
  if (!(interval > 0))
    throw new EegFileError(`header: SamplingInterval is ${want('SamplingInterval')}; expected microseconds above 0`);
  const rate = 1e6 / interval;
  const count = Number(want('NumberOfChannels'));
  const binary = found.get('binary infos')?.get('BinaryFormat')?.trim() ?? 'INT_16';
  const format = FORMATS[binary];
  if (!format) throw new EegFileError(`header: BinaryFormat is ${binary}; expected ${Object.keys(FORMATS).join(', ')}`);
  const infos = found.get('channel infos') ?? new Map<string, string>();
  if (!(Number.isInteger(count) && count > 0 && count <= infos.size)) {
    throw new EegFileError(
      `header: NumberOfChannels is ${want('NumberOfChannels')}; [Channel Infos] has ${infos.size}`,
    );
  }
  const data = await open('DataFile');
  const length = Math.floor(data.length / (format.bytes * count));
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  const names: string[] = [];
  const channels = Array.from({ length: count }, (_, index) => {
    const info = infos.get(`Ch${index + 1}`);
    if (info === undefined) throw new EegFileError(`header: Ch${index + 1} is missing in [Channel Infos]`);
    const [name, , resolution, unit] = info.split(',');
    const scale = resolution?.trim() ? Number(resolution) : 1;
    if (!Number.isFinite(scale))
      throw new EegFileError(`header: Ch${index + 1} has resolution "${resolution}"; expected a number`);
    names.push(comma(name));
    const samples = new Float64Array(length);
    const step = orientation === 'MULTIPLEXED' ? count * format.bytes : format.bytes;
    let at = (orientation === 'MULTIPLEXED' ? index : index * length) * format.bytes;
    for (let n = 0; n < length; n++, at += step) samples[n] = format.read(view, at) * scale;
    // No unit means microvolts (file format specification 1.0).
    return { unit: unit?.trim() || 'µV', samples };
  });
  const notes: string[] = [];
  if (data.length % (format.bytes * count) !== 0) notes.push('the data file ends within a sample');
  const markers = common.get('MarkerFile')?.trim() ? readMarkers(await open('MarkerFile'), rate) : [];
  const annotations = markers.filter((marker) => marker.onsetSeconds >= 0 && marker.onsetSeconds < length / rate);
  if (annotations.length < markers.length) {
    notes.push(`${markers.length - annotations.length} markers outside of the samples left out`);
  }
  const unique = uniqueNames(names);
  return {
    format: 'BrainVision',
    sampleRateHz: rate,
    channels: channels.map((channel, index) => ({ name: unique[index] as string, ...channel })),
    annotations,
    segments: [{ first: 0, startSeconds: 0 }],
    notes,
  };
}
