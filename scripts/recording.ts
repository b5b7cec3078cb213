import type { FileHandle } from 'node:fs/promises';

/** Samples of both ears; of a mono recording the same array twice. They may be written over when the next piece is asked for. */
export interface Piece {
  left: Float32Array;
  right: Float32Array;
}

export interface Recording {
  sampleRate: number;
  channels: 1 | 2;
  /** What the file calls itself: its name and its tags. */
  labels: string[];
  pieces(): AsyncGenerator<Piece>;
}

/** Bytes read at once. */
export const CHUNK = 1 << 20;

/** Bytes of a file from a place on; fewer where it ends. */
export async function bytesAt(file: FileHandle, at: number, length: number): Promise<Buffer> {
  const bytes = Buffer.alloc(length);
  const { bytesRead } = await file.read(bytes, 0, length, at);
  return bytes.subarray(0, bytesRead);
}
