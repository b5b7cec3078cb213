import { KINDS } from '@nes/program/kinds.ts';
import type { Program, Voice } from '@nes/program/model.ts';
import { phaseAt } from '@nes/program/phase.ts';
import { smoothStep } from './blocks.ts';
import { createRenderer } from './engine.ts';
import type { FileOptions } from './render-file.ts';

/** What is random goes over into its beginning for so long. */
const OVERLAP_SECONDS = 0.5;

/** Before a program with reverb, so that its room is filled. */
const ROOM_SECONDS = 10;

/** No frequency is moved by more than this so that it closes. */
export const MOST_MOVED_HZ = 0.005;

/** So many passes at most are put into one file for it. */
const MOST_PASSES = 64;

/** A program whose end goes on in its beginning. */
export interface ClosedLoop {
  /** Endless; its tones make whole cycles in `passes` passes. */
  program: Program;
  passes: number;
  frames: number;
  /** The furthest that a frequency was moved, in Hz. */
  movedHz: number;
  /** Voices whose end is crossfaded with what went before their beginning. */
  crossfaded: ReadonlySet<number>;
}

/** What a voice's carrier and beat are multiplied with, so that it makes whole cycles in `passes` passes; null: it cannot. */
function factors(voice: Voice, seconds: number, passes: number): { carrier: number; beat: number } | null {
  const whole = phaseAt(voice, seconds);
  const carrier = whole.carrierCycles * passes;
  const beat = whole.beatCycles * passes;
  let wantedBeat: number;
  let wantedCarrier: number;
  if (voice.kind === 'BINAURAL' || voice.kind === 'MONAURAL') {
    const left = Math.round(carrier + beat / 2);
    const right = Math.round(carrier - beat / 2);
    wantedBeat = left - right;
    wantedCarrier = (left + right) / 2;
  } else {
    // Pulses that change ears close after two.
    wantedBeat = voice.kind === 'ISOCHRONIC' && voice.alternating ? 2 * Math.round(beat / 2) : Math.round(beat);
    wantedCarrier = KINDS[voice.kind].tone ? Math.round(carrier) : carrier;
  }
  const share = (wanted: number, now: number) => (Math.abs(wanted - now) < 1e-9 ? 1 : wanted / now);
  const made = { carrier: share(wantedCarrier, carrier), beat: share(wantedBeat, beat) };
  return Number.isFinite(made.carrier) && Number.isFinite(made.beat) ? made : null;
}

function moved({ keyframes }: Voice, { carrier, beat }: { carrier: number; beat: number }): number {
  let most = 0;
  for (const frame of keyframes)
    most = Math.max(most, Math.abs(frame.carrier * (carrier - 1)), Math.abs(frame.beat * (beat - 1)));
  return most;
}

/**
 * Makes a program close: as few passes as let its tones make whole cycles while no frequency moves by more than
 * {@link MOST_MOVED_HZ}. What is random (noise, drops, a listener's own sound), and a voice that cannot close, is crossfaded.
 */
export function closeLoop(program: Program, sampleRate: number): ClosedLoop {
  // On whole frames; what is longer by less than one is not heard.
  const passFrames = Math.ceil(program.durationSeconds * sampleRate - 1e-6);
  const seconds = passFrames / sampleRate;
  const crossfaded = new Set<number>();
  const random = (voice: Voice) => voice.kind === 'NOISE' || voice.kind === 'DROPS' || voice.kind === 'SAMPLE';
  let passes = 1;
  const fits = () =>
    program.voices.every((voice) => {
      const found = factors(voice, seconds, passes);
      return found === null || moved(voice, found) <= MOST_MOVED_HZ;
    });
  while (!fits() && passes < MOST_PASSES) passes++;
  if (!fits()) passes = 1;
  let movedHz = 0;
  const voices = program.voices.map((voice, index) => {
    if (random(voice)) crossfaded.add(index);
    const found = factors(voice, seconds, passes);
    const by = found && moved(voice, found);
    if (found === null || by === null || by > MOST_MOVED_HZ) {
      crossfaded.add(index);
      return voice;
    }
    movedHz = Math.max(movedHz, by);
    const keyframes = voice.keyframes.map((frame) => ({
      ...frame,
      carrier: KINDS[voice.kind].tone ? frame.carrier * found.carrier : frame.carrier,
      beat: frame.beat * found.beat,
    }));
    return { ...voice, keyframes };
  });
  const closed = { ...program, voices, durationSeconds: seconds, loop: 0 };
  return { program: closed, passes, frames: passFrames * passes, movedHz, crossfaded };
}

/** How alike two stretches are: 1 the same, 0 nothing to do with each other. */
function likeness(a: readonly Float32Array[], b: readonly Float32Array[]): number {
  let product = 0;
  let first = 0;
  let second = 0;
  for (const [ear, samples] of a.entries())
    for (let n = 0; n < samples.length; n++) {
      const x = samples[n] as number;
      const y = b[ear]?.[n] as number;
      product += x * y;
      first += x * x;
      second += y * y;
    }
  return first > 0 && second > 0 ? Math.max(0, product / Math.sqrt(first * second)) : 0;
}

type Piece = { left: Float32Array<ArrayBuffer>; right: Float32Array<ArrayBuffer>; frame: number };

/**
 * Renders a program so that the file, played again and again, goes on without a seam: without ramps, from the second pass
 * on. The arrays are used again for the next piece.
 */
export function* seamlessPieces(program: Program, options: FileOptions, pieceFrames: number): Generator<Piece> {
  const { sampleRate } = options;
  const loop = closeLoop(program, sampleRate);
  const { frames, crossfaded } = loop;
  const whole = { ...options, fromSeconds: 0, toSeconds: Number.POSITIVE_INFINITY };
  const make = (wanted: (index: number) => boolean) => {
    const renderer = createRenderer(loop.program, sampleRate, whole);
    for (const index of loop.program.voices.keys()) renderer.setVoiceOn(index, wanted(index));
    return renderer;
  };
  const tones = make((index) => !crossfaded.has(index));
  const beds = crossfaded.size > 0 ? make((index) => crossfaded.has(index)) : null;
  const overlap = Math.min(Math.round(OVERLAP_SECONDS * sampleRate), Math.floor(frames / 4));
  const ahead = Math.max(overlap, (options.reverb ?? 0) > 0 ? Math.min(frames, ROOM_SECONDS * sampleRate) : 0);
  const pair = (length: number) => [new Float32Array(length), new Float32Array(length)] as const;
  // What went before the beginning.
  const [beforeLeft, beforeRight] = pair(ahead);
  tones.render(frames - ahead, beforeLeft, beforeRight);
  beds?.render(frames - ahead, beforeLeft, beforeRight);
  const before = [beforeLeft.subarray(ahead - overlap), beforeRight.subarray(ahead - overlap)];
  const [left, right] = pair(pieceFrames);
  const [bedLeft, bedRight] = pair(pieceFrames);
  for (let frame = 0; frame < frames; ) {
    // The overlap comes as a piece, or several, of its own.
    const end = frame < frames - overlap ? frames - overlap : frames;
    const count = Math.min(pieceFrames, end - frame);
    const piece = { left: left.subarray(0, count), right: right.subarray(0, count), frame };
    tones.render(frames + frame, piece.left, piece.right);
    if (beds) {
      const found = [bedLeft.subarray(0, count), bedRight.subarray(0, count)] as const;
      beds.render(frames + frame, found[0], found[1]);
      const at = frame - (frames - overlap);
      if (at >= 0)
        blend(
          found,
          before.map((ear) => ear.subarray(at, at + count)),
          at / overlap,
          1 / overlap,
        );
      for (let n = 0; n < count; n++) {
        piece.left[n] = (piece.left[n] as number) + (found[0][n] as number);
        piece.right[n] = (piece.right[n] as number) + (found[1][n] as number);
      }
    }
    yield piece;
    frame += count;
  }
}

/** Goes from `here` over to `there`, as loud as both: the shares' power is held, whether they are alike or not. */
function blend(here: readonly Float32Array[], there: readonly Float32Array[], from: number, step: number): void {
  const alike = likeness(here, there);
  for (const [ear, samples] of here.entries())
    for (let n = 0; n < samples.length; n++) {
      const share = smoothStep(from + n * step);
      const power = share * share + (1 - share) * (1 - share) + 2 * alike * share * (1 - share);
      samples[n] = ((samples[n] as number) * (1 - share) + (there[ear]?.[n] as number) * share) / Math.sqrt(power);
    }
}
