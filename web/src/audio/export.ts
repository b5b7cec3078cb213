import type { Program } from '@nes/program/model.ts';
import { chapterAt, dominantBeat } from '@nes/program/values.ts';
import { decodeBed } from './bed.ts';
import type { ExportJob, ExportReport } from './export-worker.ts';
import ExportWorker from './export-worker.ts?worker';
import { FILE_TYPES, type FileFormat, type FileOptions, frameCount, rateFor, stretch } from './render-file.ts';
import type { Sample } from './renderer.ts';
import type { StrobeKind } from './strobe-signals.ts';
import type { Tags } from './tags.ts';
import { frameBytes } from './wav.ts';

export interface ExportOptions {
  /** File name without its ending. */
  name: string;
  format: FileFormat;
  /** Who made the program, for the file's tags. */
  author?: string;
  sampleRate: number;
  fromSeconds?: number;
  toSeconds?: number;
  reverb?: number;
  /** Sound files of SAMPLE voices by the voice's index; a voice without one is silent. */
  beds?: ReadonlyMap<number, Blob>;
  /** Whether the person may see light that follows the beat; without it, signals for light glasses are cut out of beds too. */
  lights: boolean;
  /** Signals for light glasses to write; nothing without `lights`. */
  strobe?: StrobeKind | null;
  /** One round whose end goes on in its beginning. */
  seamless?: boolean;
  signal?: AbortSignal;
  /** Told the share that is done, 0 to 1. */
  onProgress?: (share: number) => void;
}

interface SavePicker {
  showSaveFilePicker?: (options: object) => Promise<FileSystemFileHandle>;
}

const FOLDER = 'exports';

/** Size of the file in bytes, without its tags; of FLAC the most it can be. */
export function exportBytes(program: Program, options: ExportOptions): number {
  const { format } = options;
  const file = fileOptions(program, options);
  if (format.kind === 'WAV' || format.kind === 'FLAC') return frameBytes(frameCount(program, file), format.bits);
  return ((file.toSeconds - file.fromSeconds) * format.kbps * 1000) / 8;
}

/** Length of the file. */
export function exportSeconds(program: Program, options: ExportOptions): number {
  const file = fileOptions(program, options);
  return frameCount(program, file) / file.sampleRate;
}

/** A picture of the program: its beat over time in the colours of its phases, as PNG. */
async function coverOf(program: Program): Promise<Uint8Array<ArrayBuffer> | null> {
  const size = 500;
  const canvas = new OffscreenCanvas(size, size);
  const context = canvas.getContext('2d');
  if (!context) return null;
  context.fillStyle = '#0d1220';
  context.fillRect(0, 0, size, size);
  for (let x = 0; x < size; x += 4) {
    const at = ((x + 2) / size) * program.durationSeconds;
    const beat = dominantBeat(program, at)?.beatHz ?? 0;
    // From 0.5 to 40 Hz over the height.
    const height = beat > 0 ? 0.1 + 0.75 * Math.min(1, Math.max(0, Math.log(beat / 0.5) / Math.log(80))) : 0.04;
    context.fillStyle = chapterAt(program, at)?.phase.colour ?? '#7c9cff';
    context.fillRect(x, size * (1 - height), 3, size * height);
  }
  return new Uint8Array(await (await canvas.convertToBlob({ type: 'image/png' })).arrayBuffer());
}

function fileOptions(program: Program, options: ExportOptions): FileOptions {
  const { format, fromSeconds, toSeconds, reverb = 0, lights, strobe, seamless = false } = options;
  const sampleRate = rateFor(format, options.sampleRate);
  const file = { ...stretch(program, fromSeconds, toSeconds), sampleRate, reverb, seamless };
  return lights && strobe ? { ...file, strobe } : file;
}

async function decodeBeds({ beds, ...options }: ExportOptions): Promise<Map<number, Sample>> {
  const samples = new Map<number, Sample>();
  const context = new OfflineAudioContext(2, 1, rateFor(options.format, options.sampleRate));
  for (const [index, file] of beds ?? []) samples.set(index, await decodeBed(context, file, options.lights));
  return samples;
}

/**
 * Renders a program into a file, in a worker and at constant memory whatever the length. Where the browser lets a page
 * write a chosen file it goes straight there; else into the page's private files and from there to the downloads.
 * Has to be called from a touch or key.
 * @returns false where the person chose no file or cancelled
 * @throws {RangeError} for a stretch outside of the program; {Error} where the file cannot be written
 */
export async function exportProgram(program: Program, options: ExportOptions): Promise<boolean> {
  const { ending, type } = FILE_TYPES[options.format.kind];
  const fileName = `${options.name.replace(/[\\/:*?"<>|\p{Cc}]/gu, ' ').trim() || 'program'}.${ending}`;
  const job = async (handle: FileSystemFileHandle): Promise<ExportJob> => {
    const samples = await decodeBeds(options);
    const { format, author } = options;
    const cover = format.kind === 'WAV' ? null : await coverOf(program).catch(() => null);
    const tags: Tags = { title: options.name, ...(author ? { author } : {}), ...(cover ? { cover } : {}) };
    return { program, options: { ...fileOptions(program, options), samples }, format, tags, handle };
  };
  const picker = window as SavePicker;
  if (picker.showSaveFilePicker) {
    let handle: FileSystemFileHandle;
    try {
      const types = [{ accept: { [type]: [`.${ending}`] } }];
      handle = await picker.showSaveFilePicker({ suggestedName: fileName, types });
    } catch (error) {
      if (error instanceof DOMException && error.name === 'AbortError') return false;
      throw error;
    }
    return runExport(await job(handle), options.signal, options.onProgress);
  }
  const root = await navigator.storage.getDirectory();
  // What an earlier export left is not needed any more.
  await root.removeEntry(FOLDER, { recursive: true }).catch(() => undefined);
  const folder = await root.getDirectoryHandle(FOLDER, { create: true });
  const handle = await folder.getFileHandle(fileName, { create: true });
  const complete = await runExport(await job(handle), options.signal, options.onProgress);
  if (complete) {
    const address = URL.createObjectURL(await handle.getFile());
    const link = document.createElement('a');
    link.href = address;
    link.download = fileName;
    link.click();
    setTimeout(() => URL.revokeObjectURL(address), 60_000);
  } else {
    await folder.removeEntry(fileName).catch(() => undefined);
  }
  return complete;
}

/** Runs one job in a worker of its own. */
export function runExport(
  job: ExportJob,
  signal?: AbortSignal,
  onProgress?: (share: number) => void,
): Promise<boolean> {
  const worker = new ExportWorker();
  return new Promise<boolean>((resolve, reject) => {
    const cancel = () => worker.postMessage('cancel');
    signal?.addEventListener('abort', cancel);
    worker.onmessage = ({ data }: MessageEvent<ExportReport>) => {
      if (data.type === 'progress') onProgress?.(data.share);
      else if (data.type === 'failed') reject(new Error(data.message));
      else resolve(data.type === 'done');
    };
    worker.onerror = (event) => reject(new Error(event.message || 'The export could not be started.'));
    worker.postMessage(job);
    if (signal?.aborted) cancel();
  }).finally(() => worker.terminate());
}
