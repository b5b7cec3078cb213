import type { Program } from '../program/model.ts';
import { totalSeconds } from '../program/values.ts';
import { createRenderer } from './engine.ts';
import type { RenderOptions } from './renderer.ts';
import { frameBytes, SampleWriter, type WavFormat, wavHeader } from './wav.ts';

/** Frames rendered between two pieces of a file: a third of a second. */
const PIECE_FRAMES = 16_384;

export interface FileOptions extends RenderOptions {
  sampleRate: number;
  fromSeconds: number;
  toSeconds: number;
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

export function frameCount(options: FileOptions): number {
  return Math.round((options.toSeconds - options.fromSeconds) * options.sampleRate);
}

/**
 * Renders a stretch of a program piece by piece, ramped at both ends. The arrays are used again for the next piece.
 */
export function* renderPieces(
  program: Program,
  options: FileOptions,
): Generator<{ left: Float32Array<ArrayBuffer>; right: Float32Array<ArrayBuffer>; frame: number }> {
  const frames = frameCount(options);
  const renderer = createRenderer(program, options.sampleRate, options);
  const left = new Float32Array(PIECE_FRAMES);
  const right = new Float32Array(PIECE_FRAMES);
  const first = options.fromSeconds * options.sampleRate;
  for (let frame = 0; frame < frames; frame += PIECE_FRAMES) {
    const count = Math.min(PIECE_FRAMES, frames - frame);
    const piece = { left: left.subarray(0, count), right: right.subarray(0, count), frame };
    renderer.render(first + frame, piece.left, piece.right);
    yield piece;
  }
}

/** A WAV file in pieces, at constant memory whatever its length. The array is used again for the next piece. */
export function* wavPieces(
  program: Program,
  options: FileOptions,
  format: WavFormat,
): Generator<Uint8Array<ArrayBuffer>> {
  yield wavHeader(frameCount(options), options.sampleRate, format);
  const writer = new SampleWriter(format, program.seed);
  const bytes = new Uint8Array(frameBytes(PIECE_FRAMES, format));
  for (const { left, right } of renderPieces(program, options)) {
    const piece = bytes.subarray(0, frameBytes(left.length, format));
    writer.write(left, right, left.length, piece);
    yield piece;
  }
}
