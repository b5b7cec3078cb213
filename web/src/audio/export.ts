import type { Program } from '../program/model.ts';
import { decodeBed } from './bed.ts';
import type { ExportJob, ExportReport } from './export-worker.ts';
import ExportWorker from './export-worker.ts?worker';
import { type FileOptions, frameCount, stretch } from './render-file.ts';
import type { Sample } from './renderer.ts';
import { frameBytes, type WavFormat } from './wav.ts';

export interface ExportOptions {
  /** File name without its ending. */
  name: string;
  format: { kind: 'WAV'; bits: WavFormat } | { kind: 'FLAC'; bits: '16' | '24' };
  sampleRate: number;
  fromSeconds?: number;
  toSeconds?: number;
  reverb?: number;
  /** Sound files of SAMPLE voices by the voice's index; a voice without one is silent. */
  beds?: ReadonlyMap<number, Blob>;
  signal?: AbortSignal;
  /** Told the share that is done, 0 to 1. */
  onProgress?: (share: number) => void;
}

interface SavePicker {
  showSaveFilePicker?: (options: object) => Promise<FileSystemFileHandle>;
}

const FOLDER = 'exports';

/** Size of the file in bytes; of FLAC the most it can be. */
export function exportBytes(program: Program, options: ExportOptions): number {
  return frameBytes(frameCount(fileOptions(program, options)), options.format.bits);
}

function fileOptions(program: Program, options: ExportOptions): FileOptions {
  const { sampleRate, fromSeconds, toSeconds, reverb = 0 } = options;
  return { ...stretch(program, fromSeconds, toSeconds), sampleRate, reverb };
}

async function decodeBeds({ beds, sampleRate }: ExportOptions): Promise<Map<number, Sample>> {
  const samples = new Map<number, Sample>();
  const context = new OfflineAudioContext(2, 1, sampleRate);
  for (const [index, file] of beds ?? []) samples.set(index, await decodeBed(context, file));
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
  const ending = options.format.kind.toLowerCase();
  const fileName = `${options.name.replace(/[\\/:*?"<>|\p{Cc}]/gu, ' ').trim() || 'program'}.${ending}`;
  const job = async (handle: FileSystemFileHandle): Promise<ExportJob> => {
    const samples = await decodeBeds(options);
    return { program, options: { ...fileOptions(program, options), samples }, format: options.format, handle };
  };
  const picker = window as SavePicker;
  if (picker.showSaveFilePicker) {
    let handle: FileSystemFileHandle;
    try {
      const types = [{ accept: { [`audio/${ending}`]: [`.${ending}`] } }];
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
