import type { Program } from '@nes/program/model.ts';
import { totalSeconds } from '@nes/program/values.ts';
import { createRenderer } from './engine.ts';
import type { RenderOptions } from './renderer.ts';
import { closeLoop, seamlessPieces } from './seamless.ts';
import type { StrobeKind } from './strobe-signals.ts';
import { StrobeWriter } from './strobe-writer.ts';
import { frameBytes, SampleWriter, type WavFormat, wavHeader } from './wav.ts';

/** Frames rendered between two pieces of a file: a third of a second. */
const PIECE_FRAMES = 16_384;

export interface FileOptions extends RenderOptions {
  sampleRate: number;
  fromSeconds: number;
  toSeconds: number;
  /** Signals for light glasses, which only formats without loss hold. Only for people whose safety questions were answered, with no yes to seizures, flashing light or migraine. */
  strobe?: StrobeKind;
  /** One round whose end goes on in its beginning, in place of the stretch; only formats without loss close to the sample. */
  seamless?: boolean;
}

/** A file that is written by an encoder. */
export type EncodedFormat =
  | { kind: 'FLAC'; bits: '16' | '24' }
  | { kind: 'MP3' | 'AAC' | 'OPUS' /** Kilobits a second. */; kbps: number };

export type FileFormat = { kind: 'WAV'; bits: WavFormat } | EncodedFormat;

/** Endings of files and their types. */
export const FILE_TYPES: Readonly<Record<FileFormat['kind'], { ending: string; type: string }>> = {
  WAV: { ending: 'wav', type: 'audio/wav' },
  FLAC: { ending: 'flac', type: 'audio/flac' },
  MP3: { ending: 'mp3', type: 'audio/mpeg' },
  AAC: { ending: 'm4a', type: 'audio/mp4' },
  OPUS: { ending: 'opus', type: 'audio/ogg' },
};

/** The sample rate that a format takes for one that was asked for: Opus runs at 48 kHz, MP3 and AAC up to that. */
export function rateFor({ kind }: FileFormat, wanted: number): number {
  if (kind === 'OPUS') return 48_000;
  if (kind === 'MP3' || kind === 'AAC') return wanted === 44_100 || wanted === 32_000 ? wanted : 48_000;
  return wanted;
}

/** Longest file that is made: the longest program. */
export const LONGEST_SECONDS = 86_400;

/**
 * The stretch of a program that a file holds. An endless program gives one pass.
 * @throws {RangeError} where the stretch is empty, outside of the program or longer than 24 h
 */
export function stretch(program: Program, from?: number, to?: number): { fromSeconds: number; toSeconds: number } {
  const total = totalSeconds(program);
  const fromSeconds = from ?? 0;
  const toSeconds = to ?? (Number.isFinite(total) ? total : program.durationSeconds);
  if (!(fromSeconds >= 0) || !(toSeconds > fromSeconds) || toSeconds > total) {
    const end = Number.isFinite(total) ? total : 'any second';
    throw new RangeError(
      `from ${fromSeconds} to ${toSeconds} s is not within the program, which goes from 0 to ${end}`,
    );
  }
  if (toSeconds - fromSeconds > LONGEST_SECONDS) {
    throw new RangeError(`${toSeconds - fromSeconds} s in one file; at most ${LONGEST_SECONDS}`);
  }
  return { fromSeconds, toSeconds };
}

/** Frames of the file. */
export function frameCount(program: Program, options: FileOptions): number {
  if (options.seamless) return closeLoop(program, options.sampleRate).frames;
  return Math.round((options.toSeconds - options.fromSeconds) * options.sampleRate);
}

/**
 * Renders a stretch of a program piece by piece, ramped at both ends. The arrays are used again for the next piece.
 */
export function* renderPieces(
  program: Program,
  options: FileOptions,
): Generator<{ left: Float32Array<ArrayBuffer>; right: Float32Array<ArrayBuffer>; frame: number }> {
  if (options.seamless) {
    yield* seamlessPieces(program, options, PIECE_FRAMES);
    return;
  }
  const frames = frameCount(program, options);
  const renderer = createRenderer(program, options.sampleRate, options);
  const strobe = options.strobe && new StrobeWriter(program, options.strobe, options);
  const left = new Float32Array(PIECE_FRAMES);
  const right = new Float32Array(PIECE_FRAMES);
  // On a whole frame, as the player seeks.
  const first = Math.round(options.fromSeconds * options.sampleRate);
  for (let frame = 0; frame < frames; frame += PIECE_FRAMES) {
    const count = Math.min(PIECE_FRAMES, frames - frame);
    const piece = { left: left.subarray(0, count), right: right.subarray(0, count), frame };
    renderer.render(first + frame, piece.left, piece.right);
    strobe?.write(first + frame, piece.left, piece.right);
    yield piece;
  }
}

/** A WAV file in pieces, at constant memory whatever its length. The array is used again for the next piece. */
export function* wavPieces(
  program: Program,
  options: FileOptions,
  format: WavFormat,
): Generator<Uint8Array<ArrayBuffer>> {
  yield wavHeader(frameCount(program, options), options.sampleRate, format);
  const writer = new SampleWriter(format, program.seed);
  const bytes = new Uint8Array(frameBytes(PIECE_FRAMES, format));
  for (const { left, right } of renderPieces(program, options)) {
    const piece = bytes.subarray(0, frameBytes(left.length, format));
    writer.write(left, right, left.length, piece);
    yield piece;
  }
}
