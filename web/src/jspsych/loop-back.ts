import recorderUrl from './loop-recorder.ts?worker&url';
import { syncClick } from './sync-click.ts';

/** Silence before the first click, by which the cable's noise is known. */
const LEAD_SECONDS = 0.5;
/** The longest way that is looked for. */
const LONGEST_SECONDS = 0.45;
/** From click to click; no whole number of anything that the machine does. */
const APART_SECONDS = 0.4937;
/** So much higher than the highest noise a click must be. */
const ABOVE_NOISE = 4;
/** About −54 dB: below it an input is deaf. */
const LEAST_HEIGHT = 0.002;

/** A sound as it was recorded: pieces of the context's clock, with nothing where the input gave nothing. */
export interface Recorded {
  frame: number;
  samples: Float32Array;
}

/** How long the way is from the context's clock through output, cable and input back to the same clock. */
export interface LoopMeasurement {
  clicks: number;
  /** Clicks that came back; null figures where none did. */
  found: number;
  /** Median of the way. */
  latencyMilliseconds: number | null;
  /** Standard deviation, and the shortest and the longest way. */
  jitterMilliseconds: number | null;
  leastMilliseconds: number | null;
  mostMilliseconds: number | null;
  /** What the browser believes of the output's part; null where it does not say. */
  outputLatencyMilliseconds: number | null;
  sampleRate: number;
}

/** What a browser does to an input for calls, and a measurement must not have. */
const processing = { echoCancellation: false, noiseSuppression: false, autoGainControl: false };

/**
 * Asks for the input into which the cable goes, untouched.
 * @throws {DOMException} where the visitor refuses, or there is none
 * @throws {Error} where the browser does not leave it untouched
 */
export async function loopInput(): Promise<MediaStream> {
  const stream = await navigator.mediaDevices.getUserMedia({ audio: processing });
  const settings: MediaTrackSettings = stream.getAudioTracks()[0]?.getSettings() ?? {};
  const left = Object.keys(processing).filter((name) => settings[name as keyof typeof processing] === true);
  if (left.length === 0) return stream;
  for (const track of stream.getTracks()) track.stop();
  throw new Error(`nes: the browser does not switch off ${left.join(', ')} of this input`);
}

/** Frames, with parts of one, from each due frame until its click comes back; NaN where none does. */
export function readClicks(recorded: readonly Recorded[], due: readonly number[], sampleRate: number): number[] {
  const from = Math.min(...due) - Math.round(LEAD_SECONDS * sampleRate);
  const window = Math.round(LONGEST_SECONDS * sampleRate);
  const all = new Float32Array(Math.max(...due) + window - from);
  for (const { frame, samples } of recorded) {
    const skip = Math.max(0, from - frame);
    const room = all.length - (frame + skip - from);
    if (skip < samples.length && room > 0) all.set(samples.subarray(skip, skip + room), frame + skip - from);
  }
  const size = (index: number) => Math.abs(all[index] ?? 0);
  const highest = (begin: number, end: number): number => {
    let most = 0;
    for (let index = begin; index < end; index++) most = Math.max(most, size(index));
    return most;
  };
  // What was played last before the clicks may still come in.
  const noise = highest(Math.round((LEAD_SECONDS / 2) * sampleRate), Math.min(...due) - from);
  return due.map((frame) => {
    const begin = frame - from;
    const peak = highest(begin, begin + window);
    if (peak < Math.max(LEAST_HEIGHT, ABOVE_NOISE * noise)) return Number.NaN;
    // Half of its height is where an edge is steepest, whatever the filters on the way do to it.
    let index = begin;
    while (size(index) < peak / 2) index++;
    const below = index > begin ? size(index - 1) : 0;
    const part = (peak / 2 - below) / (size(index) - below);
    return index - 1 + part - begin;
  });
}

/** @param ways frames, NaN for a click that was not found */
export function measurementOf(ways: readonly number[], sampleRate: number, outputLatency: number): LoopMeasurement {
  const found = ways
    .filter((way) => !Number.isNaN(way))
    .map((way) => (way * 1000) / sampleRate)
    .toSorted((a, b) => a - b);
  const mean = found.reduce((sum, way) => sum + way, 0) / found.length;
  const variance = found.reduce((sum, way) => sum + (way - mean) ** 2, 0) / found.length;
  const middle = ((found[(found.length - 1) >> 1] ?? 0) + (found[found.length >> 1] ?? 0)) / 2;
  return {
    clicks: ways.length,
    found: found.length,
    latencyMilliseconds: found.length > 0 ? middle : null,
    jitterMilliseconds: found.length > 0 ? Math.sqrt(variance) : null,
    leastMilliseconds: found[0] ?? null,
    mostMilliseconds: found.at(-1) ?? null,
    outputLatencyMilliseconds: Number.isFinite(outputLatency) ? outputLatency * 1000 : null,
    sampleRate,
  };
}

/**
 * Plays clicks and looks for them in an input that a cable leads them back to: the page measures its own way out and in. The two parts of that
 * way cannot be told apart by one cable. A way above 450 ms is not found.
 * @param input of `loopInput()`
 * @param clicks 10 to 1000; a hundred take 50 s
 * @param channel of the output
 */
export async function measureLoop(
  context: AudioContext,
  input: MediaStream,
  { clicks = 100, channel = 0, level = 0.5 }: { clicks?: number; channel?: number; level?: number } = {},
): Promise<LoopMeasurement> {
  if (!(Number.isInteger(clicks) && clicks >= 10 && clicks <= 1000))
    throw new RangeError(`nes: "clicks" is ${clicks}, but must be a whole number from 10 to 1000`);
  if (context.state !== 'running') await context.resume();
  await context.audioWorklet.addModule(recorderUrl);
  const source = new MediaStreamAudioSourceNode(context, { mediaStream: input });
  const recorder = new AudioWorkletNode(context, 'nes-loop-recorder', { numberOfOutputs: 0 });
  const recorded: Recorded[] = [];
  recorder.port.onmessage = ({ data }: MessageEvent<Recorded>) => recorded.push(data);
  source.connect(recorder);
  try {
    const { sampleRate } = context;
    const first = context.currentTime + LEAD_SECONDS + 0.1;
    const due = Array.from({ length: clicks }, (_, index) => {
      const { moment } = syncClick(context, first + index * APART_SECONDS, { channel, level });
      return Math.round(moment * sampleRate);
    });
    const end = (due.at(-1) ?? 0) / sampleRate + LONGEST_SECONDS + 0.2;
    while (context.currentTime < end) await new Promise((resolve) => setTimeout(resolve, 100));
    return measurementOf(readClicks(recorded, due, sampleRate), sampleRate, context.outputLatency);
  } finally {
    recorder.port.postMessage('close');
    recorder.port.onmessage = null;
    source.disconnect();
  }
}
