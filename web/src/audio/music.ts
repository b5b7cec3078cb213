import { LoudnessMeter } from './analysis/loudness-meter.ts';

/** What all files are brought to: quiet enough that nearly every recording reaches it without a peak over full scale. */
export const TARGET_LUFS = -23;
/** The highest peak that evening out may make. */
const HIGHEST_PEAK_DB = -1;
/** Frames measured in one go. */
const PIECE_FRAMES = 16_384;

/** How the amplitude of a listener's own music moves. */
export interface Modulation {
  /** Hz; 0 leaves the music as it is. */
  rate: number;
  /** 0 to 1: how far it goes down. */
  depth: number;
  /** Which part of it moves: everything, or what lies above or below a frequency. */
  part: 'ALL' | 'ABOVE' | 'BELOW';
  hertz: number;
}

/** Gain that brings a sound to {@link TARGET_LUFS} by ITU-R BS.1770-4; 1 for silence. */
export async function evenGain(buffer: AudioBuffer): Promise<number> {
  const left = buffer.getChannelData(0);
  const right = buffer.numberOfChannels > 1 ? buffer.getChannelData(1) : left;
  // One channel is heard in both ears, and counts as two.
  const meter = new LoudnessMeter(buffer.sampleRate, false);
  for (let at = 0; at < left.length; at += PIECE_FRAMES) {
    meter.push(left.subarray(at, at + PIECE_FRAMES), right.subarray(at, at + PIECE_FRAMES));
    // A song is some seconds of work; the page goes on meanwhile.
    if (at % (16 * PIECE_FRAMES) === 0) await new Promise((next) => setTimeout(next));
  }
  const { lufs, truePeakDb } = meter.finish();
  return lufs === null ? 1 : 10 ** (Math.min(TARGET_LUFS - lufs, HIGHEST_PEAK_DB - truePeakDb) / 20);
}

/** A quarter of a sine or cosine: two of them keep the power of sounds that have nothing to do with each other. */
const CURVE_POINTS = 257;
const rising = Float32Array.from({ length: CURVE_POINTS }, (_, n) =>
  Math.sin((Math.PI / 2) * (n / (CURVE_POINTS - 1))),
);
const falling = rising.toReversed();

/**
 * Plays a sound from a moment of the context, faded in and out over `fadeSeconds`; where that is 0, not at all.
 * @returns the moment at which the next one begins, so that the two are cross-faded
 */
export function playFaded(
  context: BaseAudioContext,
  destination: AudioNode,
  buffer: AudioBuffer,
  gain: number,
  at: number,
  fadeSeconds: number,
): { source: AudioBufferSourceNode; next: number } {
  const fade = Math.min(fadeSeconds, buffer.duration / 2);
  const source = context.createBufferSource();
  source.buffer = buffer;
  const even = context.createGain();
  even.gain.value = gain;
  const envelope = context.createGain();
  const end = at + buffer.duration;
  if (fade > 0) {
    envelope.gain.value = 0;
    envelope.gain.setValueCurveAtTime(rising, at, fade);
    envelope.gain.setValueCurveAtTime(falling, end - fade, fade);
  }
  source.connect(even).connect(envelope).connect(destination);
  source.start(at);
  return { source, next: end - fade };
}

interface Split {
  moving: BiquadFilterNode;
  still: BiquadFilterNode;
}

/** Steepness of the split: two of these in a row sum to the whole again (Linkwitz-Riley, 24 dB an octave). */
const SPLIT_Q_DB = 20 * Math.log10(Math.SQRT1_2);

/**
 * Moves the amplitude of what comes in: full at the beginning of each cycle, `1 − depth` in its middle. Two parts of a split sound
 * sum to what came in again where nothing moves.
 */
export class Modulator {
  readonly input: GainNode;
  readonly output: GainNode;
  readonly #context: BaseAudioContext;
  readonly #oscillator: OscillatorNode;
  /** The part's gain at rest, and how far it moves around it. */
  readonly #middle: GainNode;
  readonly #swing: GainNode;
  readonly #straight: GainNode;
  readonly #split: GainNode;
  readonly #filters: readonly Split[];

  constructor(context: BaseAudioContext, modulation: Modulation) {
    this.#context = context;
    const gain = (value: number): GainNode => new GainNode(context, { gain: value });
    this.input = gain(1);
    this.output = gain(1);
    this.#middle = gain(1);
    this.#swing = gain(0);
    this.#straight = gain(1);
    this.#split = gain(0);
    const filters = (): Split => ({
      moving: new BiquadFilterNode(context, { Q: SPLIT_Q_DB }),
      still: new BiquadFilterNode(context, { Q: SPLIT_Q_DB }),
    });
    const [first, second] = [filters(), filters()];
    this.#filters = [first, second];
    this.input.connect(this.#straight).connect(this.#middle);
    this.input.connect(this.#split);
    this.#split.connect(first.moving).connect(second.moving).connect(this.#middle);
    this.#split.connect(first.still).connect(second.still).connect(this.output);
    this.#middle.connect(this.output);
    this.#oscillator = new OscillatorNode(context, { frequency: 0 });
    // A cosine: full where a cycle begins.
    this.#oscillator.setPeriodicWave(
      context.createPeriodicWave(new Float32Array([0, 1]), new Float32Array([0, 0]), { disableNormalization: true }),
    );
    this.#oscillator.connect(this.#swing).connect(this.#middle.gain);
    this.#oscillator.start();
    this.set(modulation);
  }

  set({ rate, depth, part, hertz }: Modulation): void {
    const now = this.#context.currentTime;
    const set = (parameter: AudioParam, value: number): void => {
      if (now === 0) parameter.value = value;
      else parameter.setTargetAtTime(value, now, 0.02);
    };
    const moved = rate > 0 ? depth : 0;
    this.#oscillator.frequency.value = rate;
    set(this.#middle.gain, 1 - moved / 2);
    set(this.#swing.gain, moved / 2);
    const whole = part === 'ALL' || moved === 0;
    set(this.#straight.gain, whole ? 1 : 0);
    set(this.#split.gain, whole ? 0 : 1);
    for (const { moving, still } of this.#filters) {
      moving.type = part === 'ABOVE' ? 'highpass' : 'lowpass';
      still.type = part === 'ABOVE' ? 'lowpass' : 'highpass';
      moving.frequency.value = still.frequency.value = hertz;
    }
  }

  close(): void {
    this.#oscillator.stop();
    this.input.disconnect();
    this.output.disconnect();
  }
}
