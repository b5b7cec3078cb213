import type { Program } from '@nes/program/model.ts';
import { md5 } from '@noble/hashes/legacy.js';
import {
  AudioSample,
  AudioSampleSource,
  canEncodeAudio,
  FlacOutputFormat,
  Mp3OutputFormat,
  Mp4OutputFormat,
  OggOutputFormat,
  Output,
  type OutputFormat,
  StreamTarget,
} from 'mediabunny';
import { type EncodedFormat, type FileOptions, frameCount, renderPieces } from './render-file.ts';
import { chapterComments, chaptersOf, id3Tag, type Tags } from './tags.ts';
import { frameBytes, SampleWriter } from './wav.ts';

/** Bytes that are gathered before they are written. */
const CHUNK_BYTES = 1 << 20;

/** Where a FLAC file's first block has the MD5 of its samples: behind the mark, the block's head and 18 bytes. */
const FLAC_MD5_AT = 26;

const registered = new Set<string>();

/** The browser's own encoder, or one that comes as WebAssembly; AAC and Opus only where the browser has them. */
async function prepare(codec: 'flac' | 'mp3' | 'aac' | 'opus'): Promise<void> {
  if (registered.has(codec) || (await canEncodeAudio(codec))) return;
  if (codec === 'flac') (await import('@mediabunny/flac-encoder')).registerFlacEncoder();
  else if (codec === 'mp3') (await import('@mediabunny/mp3-encoder')).registerMp3Encoder();
  else
    throw new Error(
      `There is no encoder for ${codec === 'aac' ? 'AAC' : 'Opus'} here; MP3, FLAC and WAV are written everywhere.`,
    );
  registered.add(codec);
}

/** Whether AAC or Opus can be written here. */
export function canWrite(kind: 'AAC' | 'OPUS'): Promise<boolean> {
  return canEncodeAudio(kind === 'AAC' ? 'aac' : 'opus');
}

const CONTAINERS: Record<EncodedFormat['kind'], { codec: 'flac' | 'mp3' | 'aac' | 'opus'; make: () => OutputFormat }> =
  {
    FLAC: { codec: 'flac', make: () => new FlacOutputFormat() },
    MP3: { codec: 'mp3', make: () => new Mp3OutputFormat() },
    AAC: { codec: 'aac', make: () => new Mp4OutputFormat({ fastStart: false }) },
    OPUS: { codec: 'opus', make: () => new OggOutputFormat() },
  };

/**
 * Encodes a stretch of a program, piece by piece at constant memory. `write` gets the file's bytes and where they belong;
 * the head is written again at the end.
 * @param format of FLAC the bits of a sample, dithered as in a WAV file; of the others the kilobits a second
 * @param progress is told the share that is done and answers whether to go on
 * @returns false where it was cancelled
 * @throws where there is no encoder for the format
 */
export async function writeEncoded(
  program: Program,
  options: FileOptions,
  format: EncodedFormat,
  tags: Tags,
  write: (data: Uint8Array<ArrayBuffer>, position: number) => Promise<void>,
  progress: (share: number) => boolean,
): Promise<boolean> {
  const { codec, make } = CONTAINERS[format.kind];
  if (options.seamless && format.kind !== 'FLAC')
    throw new RangeError(`${format.kind} adds silence at its ends and does not close; WAV and FLAC do.`);
  if (options.strobe && format.kind !== 'FLAC')
    throw new RangeError(`${format.kind} does not hold signals for light glasses; WAV and FLAC do.`);
  await prepare(codec);
  const chapters = chaptersOf(program, options.fromSeconds, options.toSeconds);
  const head = format.kind === 'MP3' ? id3Tag(tags, chapters) : new Uint8Array(0);
  if (head.length > 0) await write(head, 0);
  const target = new StreamTarget(
    new WritableStream({
      write: ({ data, position }: { data: Uint8Array<ArrayBuffer>; position: number }) =>
        write(data, head.length + position),
    }),
    { chunked: true, chunkSize: CHUNK_BYTES },
  );
  const output = new Output({ format: make(), target });
  const source = new AudioSampleSource({ codec, ...(format.kind === 'FLAC' ? {} : { bitrate: format.kbps * 1000 }) });
  output.addAudioTrack(source);
  if (format.kind !== 'MP3') {
    const { title, author, cover } = tags;
    output.setMetadataTags({
      title,
      ...(author ? { artist: author } : {}),
      ...(cover ? { images: [{ data: cover, mimeType: 'image/png', kind: 'coverFront' }] } : {}),
      ...(format.kind === 'AAC' ? {} : { raw: chapterComments(chapters) }),
    });
  }
  await output.start();
  const frames = frameCount(program, options);
  const bits = format.kind === 'FLAC' ? format.bits : null;
  const writer = bits && new SampleWriter(bits, program.seed);
  const sum = md5.create();
  for (const { left, right, frame } of renderPieces(program, options)) {
    if (!progress(frame / frames)) {
      await output.cancel();
      return false;
    }
    let data: Uint8Array<ArrayBuffer> | Float32Array<ArrayBuffer>;
    if (writer && bits) {
      const packed = new Uint8Array(frameBytes(left.length, bits));
      writer.write(left, right, left.length, packed);
      sum.update(packed);
      data = bits === '16' ? packed : widened(packed);
    } else {
      data = new Float32Array(2 * left.length);
      for (let n = 0; n < left.length; n++) {
        data[2 * n] = left[n] as number;
        data[2 * n + 1] = right[n] as number;
      }
    }
    const sample = new AudioSample({
      data,
      format: bits === null ? 'f32' : bits === '16' ? 's16' : 's32',
      numberOfChannels: 2,
      sampleRate: options.sampleRate,
      timestamp: frame / options.sampleRate,
    });
    await source.add(sample);
    sample.close();
  }
  source.close();
  await output.finalize();
  if (bits) await write(Uint8Array.from(sum.digest()), FLAC_MD5_AT);
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
