/** Sample formats of a WAV file. */
export type WavFormat = '16' | '24' | '32f';

export const WAV_FORMATS: readonly WavFormat[] = ['16', '24', '32f'];

const CHANNELS = 2;
const BYTES: Record<WavFormat, number> = { '16': 2, '24': 3, '32f': 4 };
/** RIFF head, format chunk and head of the data chunk; a ds64 chunk comes on top above 4 GiB. */
const HEAD_BYTES = 44;
const DS64_BYTES = 36;

/** Bytes of `count` frames in a format. */
export function frameBytes(count: number, format: WavFormat): number {
  return count * CHANNELS * BYTES[format];
}

/**
 * The head of a stereo WAV file of known length. Below 4 GiB it is plain RIFF; above, RF64 with a ds64 chunk (EBU Tech
 * 3306), because RIFF's sizes have 32 bits.
 */
export function wavHeader(frames: number, sampleRate: number, format: WavFormat): Uint8Array<ArrayBuffer> {
  const block = frameBytes(1, format);
  const data = frames * block;
  const large = HEAD_BYTES - 8 + data > 0xffffffff;
  const size = large ? HEAD_BYTES + DS64_BYTES : HEAD_BYTES;
  const riff = size - 8 + data;
  const header = new Uint8Array(size);
  const view = new DataView(header.buffer);
  const name = (at: number, text: string) => {
    for (let index = 0; index < 4; index++) view.setUint8(at + index, text.charCodeAt(index));
  };
  name(0, large ? 'RF64' : 'RIFF');
  view.setUint32(4, large ? 0xffffffff : riff, true);
  name(8, 'WAVE');
  if (large) {
    name(12, 'ds64');
    view.setUint32(16, DS64_BYTES - 8, true);
    view.setBigUint64(20, BigInt(riff), true);
    view.setBigUint64(28, BigInt(data), true);
    view.setBigUint64(36, BigInt(frames), true);
  }
  const at = size - 32;
  name(at, 'fmt ');
  view.setUint32(at + 4, 16, true);
  view.setUint16(at + 8, format === '32f' ? 3 : 1, true);
  view.setUint16(at + 10, CHANNELS, true);
  view.setUint32(at + 12, sampleRate, true);
  view.setUint32(at + 16, sampleRate * block, true);
  view.setUint16(at + 20, block, true);
  view.setUint16(at + 22, BYTES[format] * 8, true);
  name(at + 24, 'data');
  view.setUint32(at + 28, large ? 0xffffffff : data, true);
  return header;
}

/**
 * Turns frames into a file's samples. Whole-number formats get triangular dither of ±1 step (TPDF), which makes the
 * rounding a steady noise of 0.5 steps RMS (at 16 bits −87.3 dB below a tone of amplitude 0.5) instead of distortion.
 * The dither is seeded: the same program makes the same bytes.
 */
export class SampleWriter {
  private readonly format: WavFormat;
  private state: number;

  constructor(format: WavFormat, seed: number) {
    this.format = format;
    this.state = (seed ^ 0x6d2b79f5) >>> 0 || 1;
  }

  /** Two uniform numbers less each other: −1 to 1, triangular. */
  private triangle(): number {
    // xorshift32 (Marsaglia); its halves give the two numbers.
    let x = this.state;
    x ^= x << 13;
    x ^= x >>> 17;
    x ^= x << 5;
    this.state = x;
    return ((x & 0xffff) - (x >>> 16)) / 65536;
  }

  /** Interleaves `count` frames into `out`. */
  write(left: Float32Array, right: Float32Array, count: number, out: Uint8Array): void {
    const { format } = this;
    if (format === '32f') {
      const floats = new Float32Array(out.buffer, out.byteOffset, count * 2);
      for (let n = 0; n < count; n++) {
        floats[2 * n] = left[n] as number;
        floats[2 * n + 1] = right[n] as number;
      }
      return;
    }
    const scale = format === '16' ? 32768 : 8388608;
    const bytes = BYTES[format];
    let at = 0;
    for (let n = 0; n < count; n++) {
      for (let ear = 0; ear < 2; ear++) {
        const value = ((ear === 0 ? left[n] : right[n]) as number) * scale;
        const whole = Math.max(-scale, Math.min(scale - 1, Math.round(value + this.triangle())));
        out[at] = whole;
        out[at + 1] = whole >> 8;
        if (bytes === 3) out[at + 2] = whole >> 16;
        at += bytes;
      }
    }
  }
}
