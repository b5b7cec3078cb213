import type { Program } from '@nes/program/model.ts';
import { type FileFormat, type FileOptions, frameCount, wavPieces } from './render-file.ts';
import type { Tags } from './tags.ts';
import type { WavFormat } from './wav.ts';

/** What is exported, and into which file. */
export interface ExportJob {
  program: Program;
  options: FileOptions;
  format: FileFormat;
  tags: Tags;
  handle: FileSystemFileHandle;
}

export type ExportReport =
  | { type: 'progress'; share: number }
  | { type: 'done' }
  | { type: 'cancelled' }
  | { type: 'failed'; message: string };

/** A file being written: chunks at places, then closed or thrown away. */
interface Sink {
  write(data: Uint8Array<ArrayBuffer>, position: number): Promise<void>;
  close(): Promise<void>;
  abort(): Promise<void>;
}

interface SyncAccessHandle {
  write(data: Uint8Array, options: { at: number }): number;
  flush(): void;
  close(): void;
}

async function openSink(handle: FileSystemFileHandle): Promise<Sink> {
  if ('createWritable' in handle) {
    const stream = await handle.createWritable();
    return {
      write: (data, position) => stream.write({ type: 'write', data, position }),
      close: () => stream.close(),
      abort: () => stream.abort(),
    };
  }
  // Safari before 26 writes its private files only so.
  const access = await (
    handle as unknown as { createSyncAccessHandle(): Promise<SyncAccessHandle> }
  ).createSyncAccessHandle();
  const close = async () => {
    access.flush();
    access.close();
  };
  return {
    write: async (data, position) => {
      if (access.write(data, { at: position }) !== data.length) throw new Error('The disk is full.');
    },
    close,
    abort: close,
  };
}

const CHUNK_BYTES = 1 << 20;
const worker = self as unknown as { postMessage(report: ExportReport): void };
let cancelled = false;
let told = -1;

/** Tells every hundredth; answers whether to go on. */
function progress(share: number): boolean {
  const hundredth = Math.floor(share * 100);
  if (hundredth !== told) {
    told = hundredth;
    worker.postMessage({ type: 'progress', share });
  }
  return !cancelled;
}

async function writeWav({ program, options }: ExportJob, bits: WavFormat, sink: Sink): Promise<boolean> {
  let position = 0;
  let gathered = new Uint8Array(CHUNK_BYTES);
  let length = 0;
  let done = 0;
  const pieces = Math.ceil(frameCount(program, options) / 16_384);
  for (const piece of wavPieces(program, options, bits)) {
    if (length + piece.length > gathered.length) {
      await sink.write(gathered.subarray(0, length), position);
      // The stream may still hold the old one.
      gathered = new Uint8Array(CHUNK_BYTES);
      position += length;
      length = 0;
    }
    gathered.set(piece, length);
    length += piece.length;
    if (!progress(Math.max(0, done++ - 1) / pieces)) return false;
  }
  await sink.write(gathered.subarray(0, length), position);
  return true;
}

async function run(job: ExportJob): Promise<void> {
  const sink = await openSink(job.handle);
  try {
    const { format } = job;
    const complete =
      format.kind === 'WAV'
        ? await writeWav(job, format.bits, sink)
        : await (await import('./encoded.ts')).writeEncoded(
            job.program,
            job.options,
            format,
            job.tags,
            sink.write,
            progress,
          );
    if (complete) await sink.close();
    else await sink.abort();
    worker.postMessage({ type: complete ? 'done' : 'cancelled' });
  } catch (error) {
    await sink.abort().catch(() => undefined);
    throw error;
  }
}

self.onmessage = (event: MessageEvent<ExportJob | 'cancel'>) => {
  if (event.data === 'cancel') {
    cancelled = true;
    return;
  }
  run(event.data).catch((error: unknown) => {
    worker.postMessage({ type: 'failed', message: error instanceof Error ? error.message : String(error) });
  });
};
