import type { Program, Voice } from '@nes/program/model.ts';
import { playedPhaseAt } from '@nes/program/phase.ts';
import { chapterAt, dominantBeat, passAt, totalSeconds, valueAt } from '@nes/program/values.ts';
import { EDGE_SECONDS, fraction, smoothStep } from './blocks.ts';
import type { FileOptions } from './render-file.ts';
import { bedPeriod } from './sample-track.ts';
import { StrobeCut } from './strobe-cut.ts';
import { LIGHTS_A_SECOND, readStrobe, type StrobeLights } from './strobe-reader.ts';
import { AUDIO_STROBE_HZ, STROBE, STROBE_LEVEL, STROBE_RATE, type StrobeKind } from './strobe-signals.ts';

/** The reference changes ears so often; the format has 10 to 20 Hz. */
const REFERENCE_HZ = 15;

const REFERENCE_EDGE_SECONDS = 0.01;

/** No brightness changes quicker than from dark to full in 4 ms: its side bands stay with their tone. */
const STEEPEST = 1000 / 4 / LIGHTS_A_SECOND;

/** Above this the eye sees no flicker, and glasses do not follow. */
const FASTEST_HZ = 60;

/** Of a SAMPLE voice whose file has lights: what it says, and how long until the file begins anew. */
interface Bed {
  voice: number;
  lights: StrobeLights;
  period: number;
  loudest: number;
}

/** Red, green and blue, 0 to 1, of a colour's name as `#rrggbb`; never a saturated red, which is what flicker harms most with. */
function primaries(colour: string): [number, number, number] {
  const number = Number.parseInt(colour.slice(1), 16);
  const [red = 1, green = 1, blue = 1] = [16, 8, 0].map((shift) => ((number >> shift) & 255) / 255);
  const brightest = Math.max(red, green, blue);
  if (!(brightest > 0)) return [1, 1, 1];
  const calm = Math.min(red, 1.45 * Math.max(green, blue, 0.2));
  return [calm / brightest, green / brightest, blue / brightest];
}

/**
 * Writes the signals of light glasses into a program's samples: from the lights of a listener's own sound where it has
 * some, else a light that swells and fades with the beat in the colour of its phase. The program itself is cut below
 * them.
 */
export class StrobeWriter {
  readonly #program: Program;
  readonly #kind: StrobeKind;
  readonly #rate: number;
  readonly #from: number;
  readonly #to: number;
  readonly #beds: Bed[] = [];
  readonly #cuts: [StrobeCut, StrobeCut];
  readonly #step: number;
  /** Brightness of each ear at the last knot and the next: reference, red, green, blue. */
  #before = [new Float64Array(4), new Float64Array(4)];
  #after = [new Float64Array(4), new Float64Array(4)];
  #knot = Number.NaN;

  /** @throws {RangeError} where the sample rate does not reach so high */
  constructor(program: Program, kind: StrobeKind, { sampleRate, fromSeconds, toSeconds, samples }: FileOptions) {
    if (sampleRate < STROBE_RATE)
      throw new RangeError(`${kind} needs a sample rate of at least ${STROBE_RATE}, not ${sampleRate}`);
    this.#program = program;
    this.#kind = kind;
    this.#rate = sampleRate;
    this.#from = Math.round(fromSeconds * sampleRate);
    this.#to = Math.min(toSeconds, totalSeconds(program)) * sampleRate;
    this.#step = Math.round(sampleRate / LIGHTS_A_SECOND);
    this.#cuts = [new StrobeCut(sampleRate), new StrobeCut(sampleRate)];
    for (const [voice, sample] of samples ?? []) {
      const lights = readStrobe(sample, sampleRate);
      const loudest = Math.max(...(program.voices[voice]?.keyframes ?? []).map(({ level }) => level));
      if (lights && loudest > 0)
        this.#beds.push({ voice, lights, period: bedPeriod(sample.left.length, sampleRate), loudest });
    }
  }

  /** Cuts the program in place and adds the tones; pieces come one after the other. @param start frame of the first sample */
  write(start: number, left: Float32Array, right: Float32Array): void {
    for (const [ear, samples] of [left, right].entries()) {
      (this.#cuts[ear] as StrobeCut).run(samples);
      // Room for what comes on top.
      for (let n = 0; n < samples.length; n++) samples[n] = (samples[n] as number) * (1 - 4 * STROBE_LEVEL);
    }
    const step = this.#step;
    for (let n = 0; n < left.length; ) {
      const frame = start + n;
      const knot = Math.floor(frame / step);
      if (knot !== this.#knot) this.#advance(knot);
      const count = Math.min(left.length - n, (knot + 1) * step - frame);
      this.#tones(frame, n, count, left, right);
      n += count;
    }
  }

  #advance(knot: number): void {
    const follows = knot === this.#knot + 1;
    if (follows) [this.#before, this.#after] = [this.#after, this.#before];
    this.#knot = knot;
    for (const side of [0, 1] as const) {
      const [before, after] = [this.#before[side], this.#after[side]] as [Float64Array, Float64Array];
      this.#wanted(((knot + 1) * this.#step) / this.#rate, side, after);
      for (let channel = 0; channel < 4; channel++) {
        const was = before[channel] as number;
        after[channel] = Math.min(was + STEEPEST, Math.max(was - STEEPEST, after[channel] as number));
      }
    }
  }

  /** Brightness that an ear shall have at a played second. */
  #wanted(seconds: number, side: 0 | 1, out: Float64Array): void {
    out.fill(0);
    if (this.#kind === 'SpectraStrobe') {
      // Changes go softly, so that their side bands stay out of the colours.
      const turns = seconds * REFERENCE_HZ * 2;
      const share = smoothStep(fraction(turns) / (2 * REFERENCE_HZ * REFERENCE_EDGE_SECONDS));
      out[0] = Math.floor(turns) % 2 === side ? share : 1 - share;
    }
    const { seconds: within } = passAt(this.#program, seconds);
    if (this.#beds.length > 0) {
      for (const { voice, lights, period, loudest } of this.#beds) {
        const level = valueAt(this.#program.voices[voice] as Voice, within).level / loudest;
        const place = Math.round(seconds * this.#rate) % period;
        const at = Math.round((place / this.#rate) * LIGHTS_A_SECOND);
        for (let colour = 0; colour < 3; colour++)
          out[colour + 1] = Math.max(out[colour + 1] as number, level * (lights.ears[side][colour]?.[at] ?? 0));
      }
    } else {
      const beat = dominantBeat(this.#program, within);
      if (!beat) return;
      const voice = this.#program.voices[beat.voiceIndex] as Voice;
      const { beatCycles } = playedPhaseAt(this.#program, voice, seconds);
      const swing = Math.min(1, Math.max(0, (FASTEST_HZ - beat.beatHz) / 10));
      const brightness = 0.5 + (swing * Math.cos(2 * Math.PI * beatCycles)) / 2;
      const colour = primaries(chapterAt(this.#program, seconds)?.phase.colour ?? '#ffffff');
      for (let index = 0; index < 3; index++) out[index + 1] = brightness * (colour[index] as number);
    }
    if (this.#kind === 'AudioStrobe') {
      out[2] = Math.max(out[1] as number, out[2] as number, out[3] as number);
      out[1] = out[3] = 0;
    }
  }

  #tones(frame: number, at: number, count: number, left: Float32Array, right: Float32Array): void {
    const rate = this.#rate;
    const edge = EDGE_SECONDS * rate;
    for (const [channel, { hertz }] of STROBE.entries()) {
      if (this.#kind === 'AudioStrobe' && hertz !== AUDIO_STROBE_HZ) continue;
      for (const [side, samples] of [left, right].entries()) {
        const from = this.#before[side]?.[channel] as number;
        const to = this.#after[side]?.[channel] as number;
        if (from === 0 && to === 0) continue;
        for (let n = 0; n < count; n++) {
          const place = frame + n;
          const share = (place - this.#knot * this.#step) / this.#step;
          const ends = smoothStep((place - this.#from) / edge) * smoothStep((this.#to - place) / edge);
          const amplitude = STROBE_LEVEL * ends * (from + (to - from) * share);
          samples[at + n] =
            (samples[at + n] as number) + amplitude * Math.sin(2 * Math.PI * fraction((place * hertz) / rate));
        }
      }
    }
  }
}
