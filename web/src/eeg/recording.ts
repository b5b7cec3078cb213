/** One row of samples. */
export interface Channel {
  /** Unique within its recording. */
  name: string;
  /** The file's own word: `uV`, `mV`, `V`, or anything else that is no voltage. */
  unit: string;
  /** Values in `unit`. */
  samples: Float64Array;
}

/** A note of the recording: an event, a marker, a gap. Seconds count from the first sample. */
export interface Annotation {
  onsetSeconds: number;
  durationSeconds: number;
  text: string;
}

/** Samples without a break between them. A recording with one segment has no gap. */
export interface Segment {
  /** Index of its first sample. */
  first: number;
  /** When that sample was taken, in seconds of the recording. */
  startSeconds: number;
}

/** A recording as every reader and every device gives it. All channels have the same rate and length. */
export interface Recording {
  format: string;
  sampleRateHz: number;
  channels: Channel[];
  annotations: Annotation[];
  /** At least one, in order. */
  segments: Segment[];
  /** What was left out or taken otherwise than the file says; one sentence each. */
  notes: string[];
}

/** The file is not what it says it is. The message names the place, the value and what was expected. */
export class EegFileError extends Error {
  override name = 'EegFileError';
}

/** Microvolts to one of a channel's unit; undefined for what is no voltage. */
export function microvolts(unit: string): number | undefined {
  switch (unit.replace(/[µμ]/, 'u').toLowerCase()) {
    case 'nv':
      return 1e-3;
    case 'uv':
      return 1;
    case 'mv':
      return 1e3;
    case 'v':
      return 1e6;
    default:
      return undefined;
  }
}

/** Samples of every channel. */
export function sampleCount(recording: Recording): number {
  return recording.channels[0]?.samples.length ?? 0;
}

/** Where a segment ends: the index after its last sample. */
export function segmentEnd(recording: Recording, index: number): number {
  return recording.segments[index + 1]?.first ?? sampleCount(recording);
}

/** The sample nearest to a second, or −1 where nothing was recorded. */
export function sampleAt(recording: Recording, seconds: number): number {
  const { segments, sampleRateHz } = recording;
  for (let index = segments.length - 1; index >= 0; index--) {
    const segment = segments[index] as Segment;
    const sample = segment.first + Math.round((seconds - segment.startSeconds) * sampleRateHz);
    if (sample < segment.first) continue;
    return sample < segmentEnd(recording, index) ? sample : -1;
  }
  return -1;
}

/**
 * The same recording without gaps: where nothing was recorded, lost samples (NaN), so that a sample's number is its time.
 * Stretches of lost samples are annotated as `BAD_gap`, which MNE and our reader leave out.
 */
export function continuous(recording: Recording): Recording {
  const { sampleRateHz, segments } = recording;
  const at = segments.map(({ startSeconds }) => Math.round(startSeconds * sampleRateHz));
  const last = segments.length - 1;
  const count = (at[last] ?? 0) + sampleCount(recording) - (segments[last]?.first ?? 0);
  const channels = recording.channels.map((channel) => {
    const samples = new Float64Array(count).fill(Number.NaN);
    for (const [index, { first }] of segments.entries()) {
      samples.set(channel.samples.subarray(first, segmentEnd(recording, index)), at[index]);
    }
    return { ...channel, samples };
  });
  const voltage = channels.filter(({ unit }) => unit === 'uV');
  const annotations = [...recording.annotations];
  let from = -1;
  for (let n = 0; n <= count; n++) {
    const lost = n < count && voltage.some(({ samples }) => Number.isNaN(samples[n]));
    if (lost && from < 0) from = n;
    if (!lost && from >= 0) {
      const gap = { onsetSeconds: from / sampleRateHz, durationSeconds: (n - from) / sampleRateHz, text: 'BAD_gap' };
      // A recording that was made continuous before has its gaps marked.
      if (!recording.annotations.some((known) => known.onsetSeconds === gap.onsetSeconds && known.text === gap.text))
        annotations.push(gap);
      from = -1;
    }
  }
  annotations.sort((a, b) => a.onsetSeconds - b.onsetSeconds);
  return { ...recording, channels, annotations, segments: [{ first: 0, startSeconds: 0 }] };
}

/** Names with `-0`, `-1` … where a file uses one more than once, as MNE does. */
export function uniqueNames(names: readonly string[]): string[] {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  const used = new Map<string, number>();
  return names.map((name) => {
    if ((counts.get(name) ?? 0) < 2) return name;
    const number = used.get(name) ?? 0;
    used.set(name, number + 1);
    return `${name}-${number}`;
  });
}

/** Rates that EEG devices have. */
const USUAL_RATES = [100, 125, 128, 200, 220, 250, 256, 500, 512, 1000, 1024, 2000, 2048, 4096, 8192];

/**
 * The rate of samples that were counted between two time stamps. Stamps jitter, by up to 0.3 s where a telephone writes
 * them in batches, so within 0.1 % or that time of a usual rate that one is taken.
 */
export function nominalRate(samples: number, seconds: number): number {
  const measured = (samples - 1) / seconds;
  const tolerance = Math.min(0.01, Math.max(1e-3, 0.3 / seconds));
  const near = USUAL_RATES.filter((rate) => Math.abs(measured / rate - 1) < tolerance);
  near.sort((a, b) => Math.abs(a - measured) - Math.abs(b - measured));
  return near[0] ?? measured;
}
