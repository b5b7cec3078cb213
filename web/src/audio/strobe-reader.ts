import { Decimator, lowPass } from './analysis/fir.ts';
import { WholeSpectrum } from './analysis/whole-spectrum.ts';
import type { Sample } from './renderer.ts';
import { STROBE, type StrobeKind } from './strobe-signals.ts';

/** Brightness is read and written so often. */
export const LIGHTS_A_SECOND = 1000;

/** Samples that are looked at in one go. */
const PIECE = 65_536;

/** What a sound tells light glasses: brightness 0 to 1, {@link LIGHTS_A_SECOND} a second. */
export interface StrobeLights {
  kind: StrobeKind;
  /** Left and right ear: red, green and blue; AudioStrobe's one brightness is in all three. */
  ears: [left: Float32Array[], right: Float32Array[]];
}

/** The amplitude of a tone over time: mixed down to 0 Hz, low-passed there, {@link LIGHTS_A_SECOND} a second. */
function course(samples: Float32Array, sampleRate: number, hertz: number): Float32Array {
  const factor = Math.round(sampleRate / LIGHTS_A_SECOND);
  // The next tone is 500 Hz away, with its own side bands.
  const taps = lowPass(150 / sampleRate, 350 / sampleRate, 80);
  const [re, im] = [new Decimator(factor, taps), new Decimator(factor, taps)];
  const out = new Float32Array(Math.ceil(samples.length / factor));
  const [cosine, sine] = [new Float64Array(PIECE), new Float64Array(PIECE)];
  let written = 0;
  for (let start = 0; written < out.length; start += PIECE) {
    for (let n = 0; n < PIECE; n++) {
      const value = samples[start + n] ?? 0;
      const angle = 2 * Math.PI * (((start + n) * hertz) / sampleRate);
      cosine[n] = value * Math.cos(angle);
      sine[n] = value * Math.sin(angle);
    }
    const a = re.push(cosine);
    const b = im.push(sine);
    for (let n = 0; n < a.length && written < out.length; n++)
      out[written++] = 2 * Math.hypot(a[n] as number, b[n] as number);
  }
  return out;
}

/**
 * The lights that a sound carries, or null where it has none. The brightest moment of a file is full brightness; what is
 * below a hundredth of it is dark.
 */
export function readStrobe({ left, right }: Sample, sampleRate: number): StrobeLights | null {
  const whole = new WholeSpectrum(sampleRate, STROBE[0]?.hertz ?? 0);
  for (let at = 0; at < left.length; at += PIECE)
    whole.push(left.subarray(at, at + PIECE), right.subarray(at, at + PIECE));
  const { strobe } = whole.finish();
  if (!strobe) return null;
  const read = STROBE.filter(({ channel }) => channel !== 'reference').map(({ channel, hertz }) => {
    const shown = strobe.kind === 'SpectraStrobe' || channel === 'green';
    return [left, right].map((ear) => (shown ? course(ear, sampleRate, hertz) : new Float32Array(0)));
  });
  let brightest = 0;
  for (const values of read.flat()) for (const value of values) brightest = Math.max(brightest, value);
  for (const values of read.flat())
    for (let n = 0; n < values.length; n++) {
      const share = (values[n] as number) / brightest;
      values[n] = share < 0.01 ? 0 : share;
    }
  const ear = (side: 0 | 1) =>
    read.map((sides) =>
      strobe.kind === 'AudioStrobe' ? (read[1]?.[side] as Float32Array) : (sides[side] as Float32Array),
    );
  return { kind: strobe.kind, ears: [ear(0), ear(1)] };
}
