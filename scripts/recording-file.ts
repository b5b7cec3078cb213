/** Decodes recordings in Node, piece by piece at the file's own rate. The browser has decoders of its own (`web/src/app/recordings`). */
import { type FileHandle, open } from 'node:fs/promises';
import { basename } from 'node:path';
import { bytesAt, CHUNK, type Piece, type Recording } from './recording.ts';

interface WavFormat {
  code: number;
  channels: number;
  sampleRate: number;
  bits: number;
  dataAt: number;
  dataBytes: number;
}

/** Format and place of the samples of a RIFF or RF64 file, or null where it is none. */
async function wavFormat(file: FileHandle): Promise<WavFormat | null> {
  const { size } = await file.stat();
  const head = await bytesAt(file, 0, 12);
  if (
    head.length < 12 ||
    !['RIFF', 'RF64'].includes(head.toString('latin1', 0, 4)) ||
    head.toString('latin1', 8, 12) !== 'WAVE'
  )
    return null;
  let format: Omit<WavFormat, 'dataAt' | 'dataBytes'> | null = null;
  let longSize: number | null = null;
  for (let at = 12; at + 8 <= size; ) {
    const chunk = await bytesAt(file, at, 8 + 28);
    if (chunk.length < 8) break;
    const name = chunk.toString('latin1', 0, 4);
    const length = chunk.readUInt32LE(4);
    if (name === 'ds64' && chunk.length >= 24) longSize = Number(chunk.readBigUInt64LE(16));
    if (name === 'fmt ' && chunk.length >= 24) {
      const code = chunk.readUInt16LE(8);
      // Extensible: the format's code leads its 16-byte name.
      format = {
        code: code === 0xfffe && chunk.length >= 34 ? chunk.readUInt16LE(32) : code,
        channels: chunk.readUInt16LE(10),
        sampleRate: chunk.readUInt32LE(12),
        bits: chunk.readUInt16LE(22),
      };
    }
    if (name === 'data') {
      if (!format) throw new Error('the WAV file has samples before their format');
      const declared = length === 0xffffffff && longSize !== null ? longSize : length;
      // A recorder that was cut off leaves the length at 0 or too long.
      const there = size - at - 8;
      return { ...format, dataAt: at + 8, dataBytes: declared === 0 ? there : Math.min(declared, there) };
    }
    at += 8 + length + (length & 1);
  }
  throw new Error('the WAV file has no samples');
}

type Read = (bytes: Buffer, at: number) => number;

function sampleReader({ code, bits }: WavFormat): Read | null {
  if (code === 3 && bits === 32) return (bytes, at) => bytes.readFloatLE(at);
  if (code === 3 && bits === 64) return (bytes, at) => bytes.readDoubleLE(at);
  if (code !== 1) return null;
  if (bits === 8) return (bytes, at) => ((bytes[at] as number) - 128) / 128;
  if (bits === 24) return (bytes, at) => bytes.readIntLE(at, 3) / 8_388_608;
  if (bits === 32) return (bytes, at) => bytes.readInt32LE(at) / 2_147_483_648;
  return null;
}

async function* wavPieces(name: string, format: WavFormat): AsyncGenerator<Piece> {
  const { channels, bits, code } = format;
  const frameBytes = channels * (bits >> 3);
  const read = sampleReader(format);
  const step = Math.floor(CHUNK / 16 / frameBytes) * frameBytes;
  const file = await open(name, 'r');
  try {
    const bytes = Buffer.alloc(step);
    // Used again: garbage of half a megabyte a second of work stood in memory until it was collected.
    const ears = [
      new Float32Array(step / frameBytes),
      new Float32Array(channels === 1 ? 0 : step / frameBytes),
    ] as const;
    for (let at = 0; at < format.dataBytes; at += step) {
      const want = Math.min(step, format.dataBytes - at);
      const { bytesRead } = await file.read(bytes, 0, want, format.dataAt + at);
      const frames = Math.floor(bytesRead / frameBytes);
      if (frames === 0) return;
      const left = ears[0].subarray(0, frames);
      const right = channels === 1 ? left : ears[1].subarray(0, frames);
      if (code === 1 && bits === 16) {
        const words = new Int16Array(bytes.buffer, bytes.byteOffset, frames * channels);
        for (let n = 0; n < frames; n++) {
          left[n] = (words[n * channels] as number) / 32_768;
          if (channels > 1) right[n] = (words[n * channels + 1] as number) / 32_768;
        }
      } else if (read) {
        for (let n = 0; n < frames; n++) {
          left[n] = read(bytes, n * frameBytes);
          if (channels > 1) right[n] = read(bytes, n * frameBytes + (bits >> 3));
        }
      }
      yield { left, right };
    }
  } finally {
    await file.close();
  }
}

/**
 * Opens a WAV, FLAC, MP3, AAC, Ogg Vorbis or Opus file. Of more than two channels the first two are heard.
 * @throws an error in one line, without the file's name, where it cannot be read or is of no known kind
 */
export async function openRecording(name: string): Promise<Recording> {
  const file = await open(name, 'r').catch((error: NodeJS.ErrnoException) => {
    throw new Error(error.code === 'ENOENT' ? 'there is no such file' : error.message);
  });
  let wav: WavFormat | null;
  try {
    wav = await wavFormat(file);
  } finally {
    await file.close();
  }
  const labels = [basename(name).replace(/\.[^.]*$/, '')];
  if (wav) {
    const plain = wav.code === 1 && wav.bits === 16;
    if (wav.channels < 1 || !(plain || sampleReader(wav))) {
      throw new Error(
        `WAV format ${wav.code} of ${wav.bits} bits and ${wav.channels} channels; expected PCM of 8 to 32 bits or floats`,
      );
    }
    const format = wav;
    return {
      sampleRate: wav.sampleRate,
      channels: wav.channels === 1 ? 1 : 2,
      labels,
      pieces: () => wavPieces(name, format),
    };
  }
  // What reads all other kinds is large.
  const { openCoded } = await import('./recording-coded.ts');
  return openCoded(name, labels);
}
