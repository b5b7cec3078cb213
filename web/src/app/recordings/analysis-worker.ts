import { ALL_FORMATS, AudioSampleSink, BlobSource, Input } from 'mediabunny';
import { Analyser } from '../../audio/analysis/analyser.ts';
import type { CloseBeside } from '../../audio/analysis/close-beside.ts';
import { type Bands, bandWatcher, ROW_LOW_HZ, ROWS, ROWS_PER_OCTAVE } from '../../audio/analysis/comparison.ts';
import type { Analysis } from '../../audio/analysis/report.ts';
import type { SpectrumWatcher } from '../../audio/analysis/whole-spectrum.ts';
import { lookBeside } from './beside.ts';
import CloseWorker from './close-worker.ts?worker';

/** A file to decode and analyse, or sound that the page decoded because a worker cannot. */
export type AnalysisJob =
  | { type: 'file'; file: File }
  | { type: 'sound'; sampleRate: number; left: Float32Array; right: Float32Array; channels: 1 | 2; labels: string[] };

export type AnalysisReport =
  | { type: 'progress'; share: number }
  | { type: 'done'; analysis: Analysis; labels: string[]; spectrogram: Spectrogram; bands: Bands }
  /** The browser has no decoder that a worker may use; the page's own may still read the file. */
  | { type: 'decode'; sampleRate: number; labels: string[] }
  | { type: 'failed'; reason: 'unknown' | 'broken' };

/** Levels over time, for the drawing: columns one after another, each from `ROW_LOW_HZ` up in steps of 1/24 octave, 0 to 255 for −110 to −10 dB. */
export interface Spectrogram {
  columns: number;
  cells: Uint8Array;
}

/** Kept to be compared with what is made of them. */
const { bands, watch: watchBands } = bandWatcher();

const columns: Uint8Array[] = [];

const watch: SpectrumWatcher = (seconds, spectrum, binHz) => {
  watchBands(seconds, spectrum, binHz);
  const { left, right } = spectrum;
  const column = new Uint8Array(ROWS);
  for (let row = 0; row < ROWS; row++) {
    const from = Math.max(1, Math.round((ROW_LOW_HZ * 2 ** ((row - 0.5) / ROWS_PER_OCTAVE)) / binHz));
    const to = Math.max(from, Math.round((ROW_LOW_HZ * 2 ** ((row + 0.5) / ROWS_PER_OCTAVE)) / binHz) - 1);
    let most = 1e-12;
    for (let k = from; k <= to; k++) most = Math.max(most, left[k] ?? 0, right[k] ?? 0);
    column[row] = Math.max(0, Math.min(255, ((10 * Math.log10(most) + 110) / 100) * 255));
  }
  columns.push(column);
};

function spectrogram(): Spectrogram {
  const cells = new Uint8Array(columns.length * ROWS);
  for (const [index, column] of columns.entries()) cells.set(column, index * ROWS);
  return { columns: columns.length, cells };
}

const worker = self as unknown as { postMessage(report: AnalysisReport): void };

let beside: Worker | null = null;

function close(rate: number, mono: boolean): CloseBeside {
  beside = new CloseWorker();
  return lookBeside(beside, rate, mono);
}

async function analyseFile(file: File): Promise<void> {
  const labels = [file.name.replace(/\.[^.]*$/, '')];
  const input = new Input({ source: new BlobSource(file), formats: ALL_FORMATS });
  const track = await input.getPrimaryAudioTrack().catch(() => null);
  if (!track) {
    worker.postMessage({ type: 'failed', reason: 'unknown' });
    return;
  }
  const { title, artist, album } = await input.getMetadataTags();
  labels.push(...[title, artist, album].filter((text): text is string => text !== undefined && text !== ''));
  const sampleRate = await track.getSampleRate();
  if (!(await track.canDecode())) {
    worker.postMessage({ type: 'decode', sampleRate, labels });
    return;
  }
  const channels = (await track.getNumberOfChannels()) === 1 ? 1 : 2;
  const seconds = await track.computeDuration();
  let analyser: Analyser | null = null;
  let shown = 0;
  for await (const sample of new AudioSampleSink(track).samples()) {
    analyser ??= new Analyser(sample.sampleRate, channels, { watch, close });
    const left = new Float32Array(sample.numberOfFrames);
    sample.copyTo(left, { planeIndex: 0, format: 'f32-planar' });
    const right = channels === 1 ? left : new Float32Array(sample.numberOfFrames);
    if (channels === 2) sample.copyTo(right, { planeIndex: 1, format: 'f32-planar' });
    const at = sample.timestamp;
    sample.close();
    await analyser.push(left, right);
    if (at - shown > seconds / 100) {
      shown = at;
      worker.postMessage({ type: 'progress', share: Math.min(1, at / seconds) });
    }
  }
  if (!analyser) throw new Error('no samples');
  worker.postMessage({ type: 'done', analysis: await analyser.finish(), labels, spectrogram: spectrogram(), bands });
}

async function analyseSound({
  sampleRate,
  left,
  right,
  channels,
  labels,
}: Extract<AnalysisJob, { type: 'sound' }>): Promise<void> {
  const analyser = new Analyser(sampleRate, channels, { watch, close });
  const step = sampleRate;
  for (let at = 0; at < left.length; at += step) {
    const one = left.subarray(at, at + step);
    await analyser.push(one, channels === 1 ? one : right.subarray(at, at + step));
    if (at % (10 * step) === 0) worker.postMessage({ type: 'progress', share: at / left.length });
  }
  worker.postMessage({ type: 'done', analysis: await analyser.finish(), labels, spectrogram: spectrogram(), bands });
}

self.addEventListener('message', ({ data }: MessageEvent<AnalysisJob>) => {
  const work = data.type === 'file' ? analyseFile(data.file) : analyseSound(data);
  work.catch(() => worker.postMessage({ type: 'failed', reason: 'broken' })).finally(() => beside?.terminate());
});
