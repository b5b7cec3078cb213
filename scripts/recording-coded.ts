/** Recordings that a decoder reads: FLAC, MP3, AAC, Ogg Vorbis, Opus. */
import { open } from 'node:fs/promises';
import {
  AdtsOutputFormat,
  ALL_FORMATS,
  BufferTarget,
  EncodedAudioPacketSource,
  type EncodedPacket,
  EncodedPacketSink,
  FilePathSource,
  Input,
  type InputAudioTrack,
  Output,
} from 'mediabunny';
import { bytesAt, CHUNK, type Piece, type Recording } from './recording.ts';

/** Packets decoded at once. */
const BATCH = 256;
/** AAC is decoded in stretches of this many packets, each led in by packets whose sound is dropped: their windows overlap. */
const AAC_BATCH = 1024;
const AAC_LEAD = 3;

/** What a streaming decoder gives. */
interface Decoded {
  channelData: Float32Array[];
}

const pieceOf = ({ channelData }: Decoded): Piece | null => {
  const left = channelData[0];
  return left && left.length > 0 ? { left, right: channelData[1] ?? left } : null;
};

/** The file's bytes through a decoder that reads its container itself. */
async function* streamPieces(
  name: string,
  decoder: {
    ready: Promise<void>;
    decode: (bytes: Uint8Array) => Promise<Decoded>;
    flush: () => Promise<Decoded>;
    free: () => void;
  },
): AsyncGenerator<Piece> {
  await decoder.ready;
  const file = await open(name, 'r');
  try {
    for (let at = 0; ; at += CHUNK / 4) {
      const bytes = await bytesAt(file, at, CHUNK / 4);
      if (bytes.length === 0) break;
      const piece = pieceOf(await decoder.decode(bytes));
      if (piece) yield piece;
    }
    const last = pieceOf(await decoder.flush());
    if (last) yield last;
  } finally {
    await file.close();
    decoder.free();
  }
}

/** The track's packets through a decoder of bare packets. */
async function* packetPieces(
  track: InputAudioTrack,
  decoder: { ready: Promise<void>; decodeFrames: (packets: Uint8Array[]) => Decoded; free: () => void },
): AsyncGenerator<Piece> {
  await decoder.ready;
  try {
    let batch: Uint8Array[] = [];
    for await (const packet of new EncodedPacketSink(track).packets()) {
      batch.push(packet.data);
      if (batch.length < BATCH) continue;
      const piece = pieceOf(decoder.decodeFrames(batch));
      batch = [];
      if (piece) yield piece;
    }
    const last = pieceOf(decoder.decodeFrames(batch));
    if (last) yield last;
  } finally {
    decoder.free();
  }
}

async function* aacPieces(track: InputAudioTrack, sampleRate: number): AsyncGenerator<Piece> {
  const { OfflineAudioContext } = await import('node-web-audio-api');
  const config = (await track.getDecoderConfig()) ?? undefined;
  const decode = async (packets: EncodedPacket[]) => {
    const target = new BufferTarget();
    const output = new Output({ format: new AdtsOutputFormat(), target });
    const source = new EncodedAudioPacketSource('aac');
    output.addAudioTrack(source);
    await output.start();
    const first = packets[0]?.timestamp ?? 0;
    for (const packet of packets)
      await source.add(packet.clone({ timestamp: Math.max(0, packet.timestamp - first) }), { decoderConfig: config });
    await output.finalize();
    return new OfflineAudioContext(2, 1, sampleRate).decodeAudioData(target.buffer as ArrayBuffer);
  };
  let lead: EncodedPacket[] = [];
  let batch: EncodedPacket[] = [];
  const flush = async function* () {
    if (batch.length === 0) return;
    const sound = await decode([...lead, ...batch]);
    const skip = lead.length * Math.round(sound.length / (lead.length + batch.length));
    const left = sound.getChannelData(0).subarray(skip);
    yield { left, right: sound.numberOfChannels > 1 ? sound.getChannelData(1).subarray(skip) : left };
    lead = batch.slice(-AAC_LEAD);
    batch = [];
  };
  for await (const packet of new EncodedPacketSink(track).packets()) {
    batch.push(packet);
    if (batch.length === AAC_BATCH) yield* flush();
  }
  yield* flush();
}

/**
 * Opens a file that is no WAV.
 * @param named what the file is called
 * @throws an error in one line, without the file's name
 */
export async function openCoded(name: string, named: readonly string[]): Promise<Recording> {
  const input = new Input({ source: new FilePathSource(name), formats: ALL_FORMATS });
  const track = await input.getPrimaryAudioTrack().catch(() => null);
  if (!track) throw new Error('no recording of a known kind; expected WAV, FLAC, MP3, AAC, Ogg Vorbis or Opus');
  const { title, artist, album } = await input
    .getMetadataTags()
    .catch(() => ({ title: undefined, artist: undefined, album: undefined }));
  const labels = [
    ...named,
    ...[title, artist, album].filter((text): text is string => typeof text === 'string' && text !== ''),
  ];
  const codec = await track.getCodec();
  const sampleRate = codec === 'opus' ? 48_000 : await track.getSampleRate();
  const channels = (await track.getNumberOfChannels()) === 1 ? 1 : 2;
  const start = await firstBytes(name);
  const decoded = async (): Promise<AsyncGenerator<Piece>> => {
    switch (codec) {
      case 'mp3': {
        const { MPEGDecoder } = await import('mpg123-decoder');
        return packetPieces(track, new MPEGDecoder());
      }
      case 'opus': {
        const { OpusDecoder } = await import('opus-decoder');
        return packetPieces(track, new OpusDecoder({ channels }));
      }
      case 'flac': {
        if (start !== 'fLaC') break;
        const { FLACDecoder } = await import('@wasm-audio-decoders/flac');
        return streamPieces(name, new FLACDecoder());
      }
      case 'vorbis': {
        if (start !== 'OggS') break;
        const { OggVorbisDecoder } = await import('@wasm-audio-decoders/ogg-vorbis');
        return streamPieces(name, new OggVorbisDecoder());
      }
      case 'aac':
        return aacPieces(track, sampleRate);
    }
    throw new Error(
      `sound of the kind "${codec ?? 'unknown'}" is not read here; expected PCM, FLAC, MP3, AAC, Vorbis or Opus`,
    );
  };
  const first = await decoded();
  return { sampleRate, channels, labels, pieces: () => first };
}

async function firstBytes(name: string): Promise<string> {
  const file = await open(name, 'r');
  try {
    return (await bytesAt(file, 0, 4)).toString('latin1');
  } finally {
    await file.close();
  }
}
