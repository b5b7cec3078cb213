import type {
  BellVoice,
  BinauralVoice,
  DropsVoice,
  IsochronicVoice,
  Keyframe,
  ModulatedVoice,
  MonauralVoice,
  NoiseVoice,
  SampleVoice,
  ToneVoice,
  Voice,
  VoiceKind,
} from './model.ts';
import {
  aWeight,
  BED_EDGE_SECONDS,
  bedModulationPower,
  dropEnergy,
  gatePower,
  modulationPower,
  noisePower,
  samplePower,
  tonePower,
} from './power.ts';
import type { VoiceValues } from './values.ts';

/** A number from `low` to `high` in the unit that its field's comment in `model.ts` tells. */
export interface NumberField {
  type: 'number';
  low: number;
  high: number;
  /** Only whole numbers. */
  whole: boolean;
  /** What it is where a file leaves it out; of the other fields as they were sent. */
  missing: number | ((sent: Readonly<Record<string, unknown>>) => number);
  /** A program does not have it where it is as it would be if missing. */
  optional?: true;
  /** What one step of an editor changes. */
  step: number;
}

export interface FlagField {
  type: 'flag';
}

export interface ChoiceField<T extends string> {
  type: 'choice';
  choices: readonly T[];
  missing: T;
}

export interface TextField {
  type: 'text';
  longest: number;
}

export type VoiceField = NumberField | FlagField | ChoiceField<string> | TextField;

type FieldOf<T> = [T] extends [number]
  ? NumberField
  : [T] extends [boolean]
    ? FlagField
    : [T] extends [string]
      ? string extends T
        ? TextField
        : ChoiceField<T>
      : never;

/** The fields that only this kind has. */
type OwnFields<V extends Voice> = Omit<V, 'kind' | 'name' | 'keyframes' | 'waveform' | 'harmonics'>;

/** Name of a field that some kind has for itself. */
export type OwnFieldName = { [K in VoiceKind]: keyof OwnFields<VoiceOf<K>> }[VoiceKind];

export type VoiceOf<K extends VoiceKind> = Extract<Voice, { kind: K }>;

/** What of a keyframe's `carrier` a kind uses: a frequency, the width of a spin, or nothing. */
export type CarrierUnit = 'HZ' | 'MICROSECONDS' | null;

/** What one kind of voice is. Everybody who must know something of a kind asks here. */
export interface KindFacts<V extends Voice> {
  /** English name that a new voice gets. */
  name: string;
  /** One sentence for the published schema. */
  description: string;
  /** Has `waveform` and `harmonics`. */
  tone: V extends ToneVoice ? true : false;
  /** Of the voice's own fields as they stand or were sent. */
  carrier: (fields: Readonly<Record<string, unknown>>) => CarrierUnit;
  /** Sounds by strikes at its keyframes and rings on; the other kinds follow their keyframes' course. */
  struck: boolean;
  /** Fastest beat in Hz. */
  fastest: number;
  /** Amplitude is modulated at the beat, and steady where the beat is 0. */
  gated: boolean;
  /** The beat is made of the two ears' different sound, which loudspeakers would mix. */
  acrossEars: (voice: V) => boolean;
  /** How strongly the voice marks its beat, 0 to 1; 0 where it has none to follow. */
  beatDepth: (voice: V) => number;
  /** Field with the depth of pulses, which screening limits for people whom flicker may harm; null: no pulses. */
  pulseDepth: keyof OwnFields<V> | null;
  /** What may stand in its own fields. */
  fields: { [F in keyof OwnFields<V>]-?: FieldOf<NonNullable<V[F]>> };
  /** Values of a new voice's keyframes. */
  start: Pick<Keyframe, 'carrier' | 'beat' | 'level'>;
  /** The voice with nothing in it that beats, once its keyframes have no beat. */
  still: (voice: V) => V;
  /** Mean square over a moving beat, as a share of the still voice's; unweighted. */
  share: (voice: V, beatHz: number) => number;
  /**
   * Mean square of the voice at second `t` at the louder ear, A-weighted, before the program's gain, as if its beat did not move.
   * @param values the voice's values at `t`
   */
  power: (voice: V, values: VoiceValues, t: number) => number;
}

const same = <V extends Voice>(voice: V): V => voice;
const whole = (): number => 1;

const hertz = (): CarrierUnit => 'HZ';
const none = (): CarrierUnit => null;
const always = (): boolean => true;
const never = (): boolean => false;

const number = (low: number, high: number, missing: NumberField['missing'], step: number): NumberField => ({
  type: 'number',
  low,
  high,
  whole: false,
  missing,
  step,
});

/** A number that most programs leave out. */
const optional = (low: number, high: number, missing: number, step: number): NumberField => ({
  ...number(low, high, missing, step),
  optional: true,
});

/** How the pulses of a bed are, once it is modulated. */
const BED_PULSES = {
  duty: optional(0.05, 1, 1, 0.05),
  edgeSeconds: optional(0.001, 0.25, BED_EDGE_SECONDS, 0.001),
  irregularity: optional(0, 1, 0, 0.05),
};

/** A bed without its pulses. */
function unpulsed<V extends NoiseVoice | SampleVoice>(voice: V): V {
  const { duty, edgeSeconds, irregularity, ...rest } = voice;
  return rest as V;
}

const BINAURAL: KindFacts<BinauralVoice> = {
  name: 'Binaural',
  description: 'Left carrier + beat / 2, right carrier - beat / 2.',
  tone: true,
  carrier: hertz,
  struck: false,
  fastest: 100,
  gated: false,
  acrossEars: always,
  beatDepth: () => 1,
  pulseDepth: null,
  fields: {},
  start: { carrier: 200, beat: 10, level: 0.3 },
  still: same,
  share: whole,
  power: (voice, { carrier, beat, level }) => level ** 2 * tonePower(voice, carrier + Math.abs(beat) / 2),
};

const MONAURAL: KindFacts<MonauralVoice> = {
  name: 'Monaural',
  description: 'Both tones, carrier + beat / 2 and carrier - beat / 2, in both ears.',
  tone: true,
  carrier: hertz,
  struck: false,
  fastest: 100,
  gated: false,
  acrossEars: never,
  beatDepth: () => 1,
  pulseDepth: null,
  fields: {},
  start: { carrier: 200, beat: 10, level: 0.3 },
  still: same,
  // Two tones of half the level each; without a beat they are one.
  share: () => 0.5,
  power: (voice, { carrier, level }) => level ** 2 * tonePower(voice, carrier),
};

const ISOCHRONIC: KindFacts<IsochronicVoice> = {
  name: 'Isochronic',
  description: 'The carrier, gated at the beat.',
  tone: true,
  carrier: hertz,
  struck: false,
  fastest: 100,
  gated: true,
  acrossEars: never,
  beatDepth: ({ depth }) => depth,
  pulseDepth: 'depth',
  fields: {
    duty: number(0.05, 0.95, 0.5, 0.05),
    edgeSeconds: number(0.001, 0.25, 0.005, 0.001),
    depth: number(0, 1, 1, 0.05),
    alternating: { type: 'flag' },
    irregularity: optional(0, 1, 0, 0.05),
  },
  start: { carrier: 200, beat: 10, level: 0.3 },
  // Alternating pulses at beat 0 would stay in one ear, so the plain tone goes to both.
  still: ({ irregularity, ...voice }) => ({ ...voice, depth: 0, alternating: false }),
  share: gatePower,
  power: (voice, { carrier, level }) => level ** 2 * tonePower(voice, carrier),
};

const MODULATED: KindFacts<ModulatedVoice> = {
  name: 'Modulated',
  description: 'The carrier, its amplitude modulated by a sine at the beat, which goes to 500 Hz.',
  tone: true,
  carrier: hertz,
  struck: false,
  fastest: 500,
  gated: true,
  acrossEars: never,
  beatDepth: ({ depth }) => depth,
  pulseDepth: 'depth',
  fields: { depth: number(0, 1, 1, 0.05) },
  start: { carrier: 500, beat: 40, level: 0.3 },
  still: (voice) => ({ ...voice, depth: 0 }),
  share: ({ depth }) => modulationPower(depth),
  power: (voice, { carrier, level }) => level ** 2 * tonePower(voice, carrier),
};

const NOISE: KindFacts<NoiseVoice> = {
  name: 'Noise',
  description: 'Noise, still, swelling or in bursts at the beat, or moving between the ears.',
  tone: false,
  carrier: ({ spin }) => (spin === true ? 'MICROSECONDS' : null),
  struck: false,
  fastest: 100,
  gated: true,
  acrossEars: ({ spin }) => spin,
  beatDepth: ({ spin, modulationDepth }) => (spin ? 1 : modulationDepth),
  pulseDepth: 'modulationDepth',
  fields: {
    colour: { type: 'choice', choices: ['WHITE', 'PINK', 'BROWN'], missing: 'PINK' },
    correlation: number(-1, 1, ({ spin }) => (spin === true ? 1 : 0), 0.05),
    modulationDepth: number(0, 1, 0, 0.05),
    spin: { type: 'flag' },
    ...BED_PULSES,
  },
  start: { carrier: 0, beat: 0, level: 0.1 },
  // The carrier of a spinning noise is the width of its spin; without the spin it has none.
  still: (voice) => ({
    ...unpulsed(voice),
    modulationDepth: 0,
    spin: false,
    keyframes: voice.spin ? voice.keyframes.map((keyframe) => ({ ...keyframe, carrier: 0 })) : voice.keyframes,
  }),
  share: bedModulationPower,
  power: (voice, { level }) => level ** 2 * noisePower[voice.colour],
};

const BELL: KindFacts<BellVoice> = {
  name: 'Bell',
  description: 'Struck at every keyframe whose level is above 0.',
  tone: false,
  carrier: hertz,
  struck: true,
  fastest: 100,
  gated: false,
  acrossEars: never,
  beatDepth: () => 0,
  pulseDepth: null,
  fields: { decaySeconds: number(0.1, 60, 4, 0.5) },
  start: { carrier: 440, beat: 0, level: 0.3 },
  // A bell of two tones: one for each ear.
  still: same,
  share: whole,
  power: (voice, _, t) => {
    const strike = voice.keyframes.findLast(({ at, level }) => at <= t && level > 0);
    if (!strike) return 0;
    // 60 dB in `decaySeconds`.
    const left = strike.level * 10 ** ((-3 * (t - strike.at)) / voice.decaySeconds);
    return left ** 2 * (aWeight(strike.carrier) ** 2 / 2);
  },
};

const DROPS: KindFacts<DropsVoice> = {
  name: 'Drops',
  description: 'Random decaying drops of water or rain.',
  tone: false,
  carrier: none,
  struck: false,
  fastest: 100,
  gated: false,
  acrossEars: never,
  beatDepth: () => 0,
  pulseDepth: null,
  fields: {
    texture: { type: 'choice', choices: ['WATER', 'RAIN'], missing: 'WATER' },
    dropsPerSecond: number(0.01, 1000, 8, 1),
    count: { ...number(1, 64, 8, 1), whole: true },
  },
  start: { carrier: 0, beat: 0, level: 0.1 },
  still: same,
  share: whole,
  power: ({ count, dropsPerSecond, texture }, { level }) =>
    (level / (1 + (count - 1) / 4)) ** 2 * Math.min(1, dropsPerSecond * dropEnergy[texture]),
};

const SAMPLE: KindFacts<SampleVoice> = {
  name: 'Sample',
  description: "A listener's own audio file as a bed, which can be modulated at the beat. It stays on the device.",
  tone: false,
  carrier: none,
  struck: false,
  fastest: 100,
  gated: true,
  acrossEars: never,
  beatDepth: ({ modulationDepth = 0 }) => modulationDepth,
  pulseDepth: 'modulationDepth',
  fields: {
    sampleName: { type: 'text', longest: 200 },
    modulationDepth: optional(0, 1, 0, 0.05),
    ...BED_PULSES,
  },
  start: { carrier: 0, beat: 0, level: 0.3 },
  still: ({ modulationDepth, ...voice }) => unpulsed(voice),
  share: bedModulationPower,
  power: (_, { level }) => level ** 2 * samplePower,
};

/** Every kind of voice. A new one stands here and in `model.ts`; the compiler then names what else it needs. */
export const KINDS: { readonly [K in VoiceKind]: KindFacts<VoiceOf<K>> } = {
  BINAURAL,
  MONAURAL,
  ISOCHRONIC,
  MODULATED,
  NOISE,
  BELL,
  DROPS,
  SAMPLE,
};

/** All kinds, in the order in which people are offered them. */
export const VOICE_KINDS = Object.keys(KINDS) as VoiceKind[];

/** The kinds that are tones with a waveform. */
export const TONE_KINDS = VOICE_KINDS.filter((kind): kind is ToneVoice['kind'] => KINDS[kind].tone);

/** The facts of a kind for a voice of that kind. */
function factsOf<V extends Voice>(voice: V): KindFacts<V> {
  return KINDS[voice.kind] as unknown as KindFacts<V>;
}

/** Names and descriptions of a kind's own fields. */
export function ownFields(kind: VoiceKind): [name: OwnFieldName, field: VoiceField][] {
  return Object.entries(KINDS[kind].fields) as [OwnFieldName, VoiceField][];
}

/** What the keyframes' `carrier` of this voice is. */
export function carrierUnit(voice: Voice): CarrierUnit {
  return factsOf(voice).carrier(voice as unknown as Record<string, unknown>);
}

/** How strongly a voice marks its beat, 0 to 1, wherever it has one. */
export function beatDepth(voice: Voice): number {
  return factsOf(voice).beatDepth(voice);
}

/** Whether anything of the voice beats. */
export function beats(voice: Voice): boolean {
  return beatDepth(voice) > 0 && voice.keyframes.some(({ beat }) => beat !== 0);
}

/** Whether the voice's beat is made of the two ears' different sound. */
export function acrossEars(voice: Voice): boolean {
  return factsOf(voice).acrossEars(voice);
}

/** Whether the voice sounds, and with a beat that loudspeakers would mix away. */
export function beatsAcrossEars(voice: Voice): boolean {
  return acrossEars(voice) && voice.keyframes.some(({ beat, level }) => beat !== 0 && level > 0);
}

/** The voice with nothing in it that beats, once its keyframes have no beat; `twin.ts` makes the keyframes. */
export function still(voice: Voice): Voice {
  return factsOf(voice).still(voice);
}

/** Whether the beat moves on one side of a keyframe. */
function moves({ keyframes }: Voice, index: number): boolean {
  const before = keyframes[index - 1];
  const here = keyframes[index];
  const after = here?.curve === 'HOLD' ? undefined : keyframes[index + 1];
  return (before?.beat ?? 0) !== 0 || (here?.beat ?? 0) !== 0 || (after?.beat ?? 0) !== 0;
}

/**
 * The voice `to` at the levels at which it is as loud as `from`, the same course made in another way: by the mean square over a
 * beat, at every keyframe. A control is then as loud as both.
 */
export function asLoudAs(from: Voice, to: Voice): Voice {
  const share = (voice: Voice, beat: number) => factsOf(voice).share(voice, beat);
  const keyframes = to.keyframes.map((frame, index) =>
    moves(to, index)
      ? { ...frame, level: frame.level * Math.sqrt(share(from, frame.beat) / share(to, frame.beat)) }
      : frame,
  );
  return { ...to, keyframes };
}

/** The voice with pulses no deeper than `most`, 0 to 1, and as loud; the same object where they are not deeper. */
export function withPulsesAtMost(voice: Voice, most: number): Voice {
  const field = factsOf(voice).pulseDepth as keyof Voice | null;
  if (field === null || Number(voice[field] ?? 0) <= most) return voice;
  return asLoudAs(voice, { ...voice, [field]: most });
}

/** Mean square of a voice at second `t` at the louder ear, A-weighted, before the program's gain. */
export function powerOf(voice: Voice, values: VoiceValues, t: number): number {
  const { power, share } = factsOf(voice);
  return power(voice, values, t) * (values.beat === 0 ? 1 : share(voice, values.beat));
}

/** Whether the voice's pulses come at random, so that nothing can follow them. */
export function isIrregular(voice: Voice): boolean {
  return 'irregularity' in voice && (voice.irregularity ?? 0) > 0;
}

/** A new voice's own fields, all as they are where a file leaves them out. */
export function defaultFields(kind: VoiceKind): Record<string, unknown> {
  const fields: Record<string, unknown> = KINDS[kind].tone ? { waveform: 'SINE' } : {};
  for (const [name, field] of ownFields(kind)) {
    if (field.type === 'number' && field.optional) continue;
    if (field.type === 'number') fields[name] = typeof field.missing === 'number' ? field.missing : field.missing({});
    else fields[name] = field.type === 'choice' ? field.missing : field.type === 'text' ? '' : false;
  }
  return fields;
}
