import { CAPTURE_HEAD } from './capture.ts';

const FOLDER = 'eeg';

/** Recordings in the origin's private file system: one folder each, of parts in order. They never leave the device. */
async function root(): Promise<FileSystemDirectoryHandle> {
  const origin = await navigator.storage.getDirectory();
  return await origin.getDirectoryHandle(FOLDER, { create: true });
}

export interface StoredRecording {
  name: string;
  bytes: number;
}

export async function storedRecordings(): Promise<StoredRecording[]> {
  const found: StoredRecording[] = [];
  for await (const [name, handle] of (await root()).entries()) {
    if (handle.kind !== 'directory') continue;
    let bytes = 0;
    for await (const part of (handle as FileSystemDirectoryHandle).values()) {
      if (part.kind === 'file') bytes += (await (part as FileSystemFileHandle).getFile()).size;
    }
    found.push({ name, bytes });
  }
  return found.sort((a, b) => (a.name < b.name ? 1 : -1));
}

/** The whole capture of a recording. */
export async function loadRecording(name: string): Promise<Uint8Array> {
  const folder = await (await root()).getDirectoryHandle(name);
  const parts: { name: string; file: File }[] = [];
  for await (const [part, handle] of folder.entries()) {
    if (handle.kind === 'file') parts.push({ name: part, file: await (handle as FileSystemFileHandle).getFile() });
  }
  parts.sort((a, b) => (a.name < b.name ? -1 : 1));
  return new Uint8Array(await new Blob([CAPTURE_HEAD, ...parts.map(({ file }) => file)]).arrayBuffer());
}

export async function deleteRecording(name: string): Promise<void> {
  await (await root()).removeEntry(name, { recursive: true });
}

/** Writes a capture as it comes, a part every few seconds: a file is whole once it is closed, so that a crash takes one part. */
export class RecordingWriter {
  readonly name: string;
  private pieces: Uint8Array[] = [];
  private part = 0;
  private writing: Promise<void> = Promise.resolve();

  constructor(startedAt: Date) {
    this.name = startedAt.toISOString().slice(0, 19).replaceAll(':', '-');
  }

  add(record: Uint8Array): void {
    this.pieces.push(record);
  }

  /** @throws {DOMException} when the device has no room left */
  async flush(): Promise<void> {
    const pieces = this.pieces;
    if (pieces.length === 0) return await this.writing;
    this.pieces = [];
    const name = `${String(this.part++).padStart(6, '0')}.part`;
    this.writing = this.writing.then(async () => {
      const folder = await (await root()).getDirectoryHandle(this.name, { create: true });
      const writable = await (await folder.getFileHandle(name, { create: true })).createWritable();
      await writable.write(new Blob(pieces as Uint8Array<ArrayBuffer>[]));
      await writable.close();
    });
    await this.writing;
  }
}
