import type { IsochronicVoice, ModulatedVoice, NoiseColour, NoiseVoice, ToneVoice, Voice, VoiceKind } from './model.ts';
import { BED_EDGE_SECONDS, bedModulationPower, type Gate, gatePower, kPower, tonePower } from './power.ts';

/** Tones below this are weighed as if they were here; there is nothing to hear under it that could be as loud. */
const LOWEST_HZ = 20;

/** What a voice does at a moment, and whether its beat moves there or stands still. */
export interface BeatMoment {
  carrier: number;
  beat: number;
  level: number;
  pan: number;
  beats: boolean;
  /** Cycles of beat up to here; where the beat stands still. */
  beatCycles: number;
}

/** Share of a voice's power that is at the left ear. */
function leftShare(pan: number): number {
  const left = Math.min(1, 1 - pan) ** 2;
  return left / (left + Math.min(1, 1 + pan) ** 2);
}

/** The mean of both ears' frequencies by their power: the carrier in the middle, one ear's own tone at its side. */
function meanCarrier(moment: BeatMoment): number {
  return Math.max(0, moment.carrier + (leftShare(moment.pan) - 0.5) * moment.beat);
}

/** K-weighted power of the tones carrier + beat / 2, with this share of all, and carrier − beat / 2, against one tone. */
function pairPower(
  voice: Pick<ToneVoice, 'waveform' | 'harmonics'>,
  moment: BeatMoment,
  share: number,
  oneHz: number,
): number {
  const upper = tonePower(voice, moment.carrier + moment.beat / 2, kPower);
  const lower = tonePower(voice, moment.carrier - moment.beat / 2, kPower);
  return (share * upper + (1 - share) * lower) / tonePower(voice, Math.max(LOWEST_HZ, oneHz), kPower);
}

/** Sidebands of a gated tone that are weighed one by one; what is beyond them is weighed with the carrier. */
const SIDEBANDS = 16;

/** The lines that a gate moving at `beat` makes of one: how far away and how strong, and what lies beyond them. */
function gateLines(voice: Gate, beat: number): { lines: [hertz: number, power: number][]; rest: number } {
  const edge = Math.min(voice.edgeSeconds * Math.abs(beat), voice.duty / 2);
  // Alternating, an ear hears every second pulse: lines at halves of the beat, each half as strong.
  const step = voice.alternating ? 0.5 : 1;
  const floor = 1 - voice.depth;
  const open = voice.duty - edge;
  const lines: [hertz: number, power: number][] = [];
  let rest = gatePower(voice, beat);
  for (let n = -SIDEBANDS; n <= SIDEBANDS; n++) {
    // A rectangle, its corners rounded by a raised cosine: the product of both transforms.
    const place = n * step;
    const angle = Math.PI * place * open;
    const corner = 2 * place * edge;
    const round =
      Math.abs(Math.abs(corner) - 1) < 1e-6 ? Math.PI / 4 : Math.cos(Math.PI * place * edge) / (1 - corner ** 2);
    const line = step * voice.depth * open * (n === 0 ? 1 : Math.sin(angle) / angle) * round + (n === 0 ? floor : 0);
    lines.push([place * beat, line ** 2]);
    rest -= line ** 2;
  }
  return { lines, rest };
}

/**
 * K-weighted power of a gated tone against the tone with its gate open. Each sideband is weighed at its own frequency: of
 * a low tone's, the lower ones count for less.
 */
function gatedPower(voice: IsochronicVoice, { carrier, beat }: BeatMoment): number {
  const whole = gatePower(voice, beat);
  const { lines, rest } = gateLines(voice, beat);
  const first = Math.max(LOWEST_HZ, carrier) * 1.5;
  const gated = (hertz: number): number => {
    // The partials above the first lie where the weighting is flat over their sidebands.
    if (hertz > first) return whole * kPower(hertz);
    return lines.reduce((sum, [offset, power]) => sum + power * kPower(hertz + offset), rest * kPower(hertz));
  };
  const hertz = Math.max(LOWEST_HZ, carrier);
  return tonePower(voice, hertz, gated) / tonePower(voice, hertz, kPower);
}

/** K-weighted power of a modulated tone against the tone at its full level: the carrier and a sideband on each side. */
function modulatedPower(voice: ModulatedVoice, { carrier, beat }: BeatMoment): number {
  const hertz = Math.max(LOWEST_HZ, carrier);
  const side = (voice.depth / 4) ** 2;
  const modulated = (at: number) =>
    (1 - voice.depth / 2) ** 2 * kPower(at) + side * (kPower(at + beat) + kPower(at - beat));
  return tonePower(voice, hertz, modulated) / tonePower(voice, hertz, kPower);
}

/** Power of a noise in bands of a sixth of an octave from 12 Hz up; below 24 Hz every noise falls by 24 dB an octave. */
const BANDS = Array.from({ length: 64 }, (_, band) => 12 * 2 ** (band / 6));
const TILT = { WHITE: 1, PINK: 0, BROWN: -1 } as const;
const bandPower = (colour: NoiseColour, hertz: number): number => hertz ** TILT[colour] / (1 + (24 / hertz) ** 8);

/** K-weighted power of a noise, all of it moved up and down by `hertz` in halves. */
function movedPower(colour: NoiseColour, hertz: number): number {
  return BANDS.reduce((sum, at) => sum + (bandPower(colour, at) * (kPower(at + hertz) + kPower(at - hertz))) / 2, 0);
}

/**
 * K-weighted power of a modulated noise against the noise that stands still: a fast modulation moves some of a brown noise up
 * from where it is hardly heard.
 */
function modulatedNoisePower(voice: NoiseVoice, { beat }: BeatMoment): number {
  const { colour, modulationDepth: depth, duty = 1, edgeSeconds = BED_EDGE_SECONDS } = voice;
  if (depth === 0) return 1;
  const side = 2 * (depth / 4) ** 2;
  const sine = { lines: [[beat, side] as const], rest: bedModulationPower(voice, beat) - side };
  const { lines, rest } = duty < 1 ? gateLines({ duty, edgeSeconds, depth, alternating: false }, beat) : sine;
  const still = movedPower(colour, 0);
  return lines.reduce((sum, [hertz, power]) => sum + (power * movedPower(colour, hertz)) / still, rest);
}

/** What the twin of a kind is made by: how its carrier and its level follow from a moment of the original. */
interface Stilled<V extends Voice> {
  /** Its carrier without the beat: the mean of what is heard. */
  carrier: (moment: BeatMoment) => number;
  /** Mean power over a beat as a share of the still voice's, K-weighted: the square of what its level is multiplied with. */
  power: (voice: V, moment: BeatMoment) => number;
}

const own = ({ carrier }: BeatMoment): number => carrier;
const whole = (): number => 1;
const sine = { waveform: 'SINE' } as const;
const acrossEars = (voice: Pick<ToneVoice, 'waveform' | 'harmonics'>, moment: BeatMoment): number =>
  pairPower(voice, moment, leftShare(moment.pan), meanCarrier(moment));

/** Apart from what else is known of a kind (`kinds.ts`), because who only plays needs none of it. */
const STILLED: { readonly [K in VoiceKind]: Stilled<Extract<Voice, { kind: K }>> } = {
  BINAURAL: { carrier: meanCarrier, power: acrossEars },
  MONAURAL: {
    carrier: own,
    // Two tones of half the level each. Where the beat stands still, they add up as they then lie to each other.
    power: (voice, moment) =>
      moment.beats ? pairPower(voice, moment, 0.5, moment.carrier) / 2 : Math.cos(Math.PI * moment.beatCycles) ** 2,
  },
  ISOCHRONIC: { carrier: own, power: (voice, moment) => (moment.beats ? gatedPower(voice, moment) : 1) },
  MODULATED: { carrier: own, power: (voice, moment) => (moment.beats ? modulatedPower(voice, moment) : 1) },
  NOISE: { carrier: own, power: (voice, moment) => (moment.beats ? modulatedNoisePower(voice, moment) : 1) },
  // A bell of two tones: one for each ear.
  BELL: { carrier: meanCarrier, power: (_, moment) => acrossEars(sine, moment) },
  DROPS: { carrier: own, power: whole },
  SAMPLE: { carrier: own, power: (voice, moment) => (moment.beats ? bedModulationPower(voice, moment.beat) : 1) },
};

function stilled(voice: Voice): Stilled<Voice> {
  return STILLED[voice.kind] as Stilled<Voice>;
}

/** The carrier at a moment of the voice without its beat. */
export function stillCarrier(voice: Voice, moment: BeatMoment): number {
  return stilled(voice).carrier(moment);
}

/** Mean power of the voice over a beat, as a share of that without its beat; K-weighted. */
export function beatPower(voice: Voice, moment: BeatMoment): number {
  return stilled(voice).power(voice, moment);
}
