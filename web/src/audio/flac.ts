import { registerFlacEncoder } from '@mediabunny/flac-encoder';
import { AudioSample, AudioSampleSource, canEncodeAudio, FlacOutputFormat, Output, StreamTarget } from 'mediabunny';
import type { Program } from '../program/model.ts';
import { type FileOptions, frameCount, renderPieces } from './render-file.ts';
import { frameBytes, SampleWriter } from './wav.ts';

/** Rates that the encoder takes. */
export const FLAC_RATES = [44_100, 48_000, 88_200, 96_000, 176_400, 192_000];

/** Bytes that are gathered before they are written. */
const CHUNK_BYTES = 1 << 20;

let registered = false;

/**
 * Encodes a stretch of a program as FLAC, piece by piece at constant memory. `write` gets the file's bytes and where they
 * belong; the head is written again at the end.
 * @param bits of a sample; both are dithered as a WAV file of that size is
 * @param progress is told the share that is done and answers whether to go on
 * @returns false where it was cancelled
 */
export async function writeFlac(
  program: Program,
  options: FileOptions,
  bits: '16' | '24',
  write: (data: Uint8Array<ArrayBuffer>, position: number) => Promise<void>,
  progress: (share: number) => boolean,
): Promise<boolean> {
  if (!registered && !(await canEncodeAudio('flac'))) registerFlacEncoder();
  registered = true;
  const target = new StreamTarget(
    new WritableStream({
      write: ({ data, position }: { data: Uint8Array<ArrayBuffer>; position: number }) => write(data, position),
    }),
    { chunked: true, chunkSize: CHUNK_BYTES },
  );
  const output = new Output({ format: new FlacOutputFormat(), target });
  const source = new AudioSampleSource({ codec: 'flac' });
  output.addAudioTrack(source);
  await output.start();
  const frames = frameCount(options);
  const writer = new SampleWriter(bits, program.seed);
  for (const { left, right, frame } of renderPieces(program, options)) {
    if (!progress(frame / frames)) {
      await output.cancel();
      return false;
    }
    const packed = new Uint8Array(frameBytes(left.length, bits));
    writer.write(left, right, left.length, packed);
    const sample = new AudioSample({
      data: bits === '16' ? packed : widened(packed),
      format: bits === '16' ? 's16' : 's32',
      numberOfChannels: 2,
      sampleRate: options.sampleRate,
      timestamp: frame / options.sampleRate,
    });
    await source.add(sample);
    sample.close();
  }
  source.close();
  await output.finalize();
  return true;
}

/** 24-bit samples as the upper bytes of 32-bit ones. */
function widened(packed: Uint8Array): Uint8Array<ArrayBuffer> {
  const wide = new Uint8Array((packed.length / 3) * 4);
  for (let from = 0, to = 0; from < packed.length; from += 3, to += 4) {
    wide[to + 1] = packed[from] as number;
    wide[to + 2] = packed[from + 1] as number;
    wide[to + 3] = packed[from + 2] as number;
  }
  return wide;
}
