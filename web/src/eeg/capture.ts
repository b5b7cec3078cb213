import { blockText, PHASE_CHANNEL } from './answer.ts';
import { type ClockPair, fitClock } from './clock.ts';
import { makeDecoder } from './devices/decoders.ts';
import type { Arrival, Block, Connected, Decoder } from './devices/transport.ts';
import { type Annotation, continuous, EegFileError, type Recording, type Segment } from './recording.ts';
import type { RunBlock } from './run.ts';

/**
 * How a recording is kept: what the device sent, byte by byte, with its arrival, and what else happened. Everything is
 * computed from it anew, so that a recording that was cut off is a shorter one.
 */
export type CaptureEvent =
  | ({ type: 'device' } & Connected)
  | { type: 'run'; blocks: RunBlock[]; program: unknown; startedAt: string; earphonesAway: boolean }
  /** The program's second that was in the ear. */
  | { type: 'heard'; heardSeconds: number }
  | { type: 'lost' }
  | { type: 'back' };

/** Begins every capture. */
export const CAPTURE_HEAD = 'NES EEG 1\n';
const BYTES = 0;
const EVENT = 1;
/** Kind, source, length, seconds. */
const RECORD_BYTES = 14;

function record(kind: number, source: number, seconds: number, payload: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(RECORD_BYTES + payload.length);
  const view = new DataView(bytes.buffer);
  bytes[0] = kind;
  bytes[1] = source;
  view.setUint32(2, payload.length, true);
  view.setFloat64(6, seconds, true);
  bytes.set(payload, RECORD_BYTES);
  return bytes;
}

export const arrivalRecord = ({ seconds, source, bytes }: Arrival): Uint8Array => record(BYTES, source, seconds, bytes);

export const eventRecord = (event: CaptureEvent, seconds: number): Uint8Array =>
  record(EVENT, 0, seconds, new TextEncoder().encode(JSON.stringify(event)));

type Recorded = { seconds: number } & ({ arrival: Arrival } | { event: CaptureEvent });

/** Records of a capture, as far as it goes: the last may be cut off. */
function* records(bytes: Uint8Array): Generator<Recorded> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const decoder = new TextDecoder();
  let at = CAPTURE_HEAD.length;
  while (at + RECORD_BYTES <= bytes.length) {
    const length = view.getUint32(at + 2, true);
    const seconds = view.getFloat64(at + 6, true);
    const from = at + RECORD_BYTES;
    if (from + length > bytes.length) return;
    const payload = bytes.subarray(from, from + length);
    if (bytes[at] === EVENT) {
      let event: CaptureEvent;
      try {
        event = JSON.parse(decoder.decode(payload));
      } catch {
        throw new EegFileError(`byte ${from}: an event that is no JSON`);
      }
      yield { seconds, event };
    } else if (bytes[at] === BYTES && Number.isFinite(seconds)) {
      yield { seconds, arrival: { seconds, source: bytes[at + 1] as number, bytes: payload } };
    } else {
      throw new EegFileError(`byte ${at}: a record of kind ${bytes[at]} at ${seconds} s; expected 0 or 1`);
    }
    at = from + length;
  }
}

/** Samples between two connections. */
interface Stretch {
  decoder: Decoder;
  blocks: Block[];
  pairs: ClockPair[];
}

/** More than this cannot be a recording: two channels for a day. */
const MOST_SAMPLES = 50e6;

/** What a capture is: its recording, and what an export must know. */
export interface Captured {
  recording: Recording;
  device: Connected;
  bits: number;
  stepMicrovolts: number;
  startedAt?: string;
  earphonesAway: boolean;
  /** How often the connection was lost and came back. */
  losses: number;
}

/**
 * Makes the recording of a capture: samples in microvolts, marked gaps where the connection was lost, the beat's phase at
 * each sample, and the blocks. It is the very one that an export holds, so that both give the same answer.
 * @throws {EegFileError} for a capture without samples
 */
export function assemble(bytes: Uint8Array): Captured {
  let device: Connected | undefined;
  let run: Extract<CaptureEvent, { type: 'run' }> | undefined;
  const heard: ClockPair[] = [];
  const stretches: Stretch[] = [];
  let current: Stretch | undefined;
  for (const one of records(bytes)) {
    if ('event' in one) {
      const { event, seconds } = one;
      if (event.type === 'device') device = { kind: event.kind, name: event.name };
      else if (event.type === 'run') run = event;
      else if (event.type === 'heard')
        heard.push({ sample: seconds, deviceSeconds: Number.NaN, hostSeconds: event.heardSeconds });
      else if (event.type === 'lost') current = undefined;
      continue;
    }
    if (!device) throw new EegFileError('the capture has samples before it names its device');
    if (!current) {
      current = { decoder: makeDecoder(device.kind), blocks: [], pairs: [] };
      stretches.push(current);
    }
    for (const block of current.decoder.push(one.arrival.bytes, one.arrival.source)) {
      current.blocks.push(block);
      current.pairs.push({
        sample: block.first,
        deviceSeconds: block.deviceSeconds ?? Number.NaN,
        hostSeconds: one.seconds,
      });
    }
  }
  const filled = stretches.filter(({ blocks }) => blocks.length > 0);
  const [first] = filled;
  if (!device || !first) throw new EegFileError('the capture has no samples');
  const names = filled.reduce(
    (most, { decoder }) => (decoder.channels.length > most.length ? decoder.channels : most),
    first.decoder.channels,
  );
  const rate = first.decoder.sampleRateHz;
  const fits = fitClock(
    filled.map(({ pairs }) => pairs),
    rate,
  );
  const zero = (fits[0] as (sample: number) => number)(0);
  const segments: Segment[] = [];
  const lengths = filled.map(({ blocks }) => {
    const last = blocks.at(-1) as Block;
    return last.first + (last.samples[0]?.length ?? 0);
  });
  let count = 0;
  for (const [index, length] of lengths.entries()) {
    const seconds = (fits[index] as (sample: number) => number)(0) - zero;
    const before = segments.at(-1);
    const earliest = before ? before.startSeconds + (count - before.first) / rate : 0;
    segments.push({ first: count, startSeconds: Math.max(earliest, index === 0 ? 0 : seconds) });
    count += length;
  }
  if (!(count * names.length <= MOST_SAMPLES))
    throw new EegFileError(`the capture has ${count} samples of ${names.length} channels; that is too much`);
  const channels = names.map((name) => ({ name, unit: 'uV', samples: new Float64Array(count).fill(Number.NaN) }));
  for (const [index, { blocks }] of filled.entries()) {
    const { first: offset } = segments[index] as Segment;
    for (const block of blocks) {
      for (const [channel, samples] of block.samples.entries())
        channels[channel]?.samples.set(samples, offset + block.first);
    }
  }
  const recording: Recording = {
    format: 'NES capture',
    sampleRateHz: rate,
    channels,
    annotations: [],
    segments,
    notes: lost(filled.length - 1),
  };
  if (run && heard.length > 1) addRun(recording, run.blocks, heard, fits);
  const { bits, stepMicrovolts } = first.decoder;
  return {
    recording: continuous(recording),
    device,
    bits,
    stepMicrovolts,
    startedAt: run?.startedAt,
    earphonesAway: run?.earphonesAway ?? false,
    losses: filled.length - 1,
  };
}

const lost = (times: number) =>
  times > 0 ? [`the connection was lost ${times === 1 ? 'once' : `${times} times`}`] : [];

/** Adds blocks as annotations and the beat's phase as a channel: what was in the ear when each sample was taken. */
function addRun(
  recording: Recording,
  blocks: readonly RunBlock[],
  heard: readonly ClockPair[],
  fits: readonly ((sample: number) => number)[],
): void {
  const { sampleRateHz, segments, channels } = recording;
  const count = channels[0]?.samples.length ?? 0;
  const [toHeard] = fitClock([heard], 1);
  const phase = new Float64Array(count).fill(Number.NaN);
  const last = Math.max(...heard.map(({ hostSeconds }) => hostSeconds));
  const annotations: Annotation[] = [];
  const ranges = blocks.map(() => ({ from: -1, to: -1 }));
  for (const [index, segment] of segments.entries()) {
    const end = segments[index + 1]?.first ?? count;
    const hostOf = fits[index] as (sample: number) => number;
    let place = 0;
    for (let n = segment.first; n < end; n++) {
      const seconds = (toHeard as (sample: number) => number)(hostOf(n - segment.first));
      while (place < blocks.length && seconds >= (blocks[place] as RunBlock).toSeconds) place++;
      const block = blocks[place];
      if (!block || seconds < block.fromSeconds || seconds > last) continue;
      const range = ranges[place] as { from: number; to: number };
      if (range.from < 0) range.from = n;
      range.to = n + 1;
      // Blocks last whole beats: within one, the beat begins at its border as it would have gone on.
      const cycles = (seconds - block.fromSeconds) * block.rateHz;
      phase[n] = cycles - Math.floor(cycles);
    }
  }
  const secondsOf = (sample: number): number => {
    const segment = segments.findLast(({ first }) => first <= sample) ?? (segments[0] as Segment);
    return segment.startSeconds + (sample - segment.first) / sampleRateHz;
  };
  for (const [index, { kind, rateHz }] of blocks.entries()) {
    const { from, to } = ranges[index] as { from: number; to: number };
    if (from < 0) continue;
    const onsetSeconds = secondsOf(from);
    annotations.push({
      onsetSeconds,
      durationSeconds: secondsOf(to - 1) + 1 / sampleRateHz - onsetSeconds,
      text: blockText({ kind, rateHz }),
    });
  }
  recording.annotations = annotations;
  recording.channels.push({ name: PHASE_CHANNEL, unit: 'cycle', samples: phase });
}
