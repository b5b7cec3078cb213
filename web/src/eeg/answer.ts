import type { Program, Voice } from '@nes/program/model.ts';
import { playedPhaseAt } from '@nes/program/phase.ts';
import { dominantBeat, passAt, totalSeconds } from '@nes/program/values.ts';
import { highPassed } from './filter.ts';
import { ChannelQuality, channelFault, type Fault } from './quality.ts';
import { EegFileError, microvolts, type Recording, type Segment, sampleAt, sampleCount } from './recording.ts';
import {
  ALPHA,
  type Complex,
  circularT2,
  Demodulator,
  neighbourOffsets,
  pairwiseConsistency,
  permuteBlocks,
  phaseLocking,
  signalToNoise,
  smallestVisible,
  smallestVisibleWithin,
  type Tested,
  withinTrialConsistency,
  withinTrials,
} from './response.ts';

export type Verdict = 'follows' | 'not-seen' | 'cannot-tell';
/**
 * Why it cannot be told: what the channel's windows have, too few of them, or a control that answers as the beat does
 * (rates beside it, blocks without the beat, the line's own frequency).
 */
export type Reason = Fault | 'too-short' | 'control';

/** What is asked of recordings: at which beat. */
export interface Question {
  /** A constant beat, Hz. */
  rateHz?: number;
  /** Trials of unknown phase after each annotation with this text; with a program: where its second 0 is. */
  marker?: string;
  /** The program that was heard; its beat's phase is taken, from the first sample or from the marker on. */
  program?: Program;
}

/** Numbers are null where there was too little to compute them from. */
export interface ChannelAnswer {
  name: string;
  verdict: Verdict;
  /** T²circ's F, or χ² of the within-trial test. */
  statistic: number | null;
  p: number | null;
  snr: number | null;
  plv: number | null;
  ppc: number | null;
  smallestVisibleMicrovolts: number | null;
  reason?: Reason;
  /** What the answer stands on. */
  minutes: number;
  windows: number;
}

export interface Answer {
  rateHz: number;
  sampleRateHz: number;
  /** Windows, or trials, before any was left out. */
  windows: number;
  /** Mean over channels. */
  leftOutShare: number;
  channels: ChannelAnswer[];
}

/** Length of a window of known phase, to the next whole beat; five minutes give 75. */
const WINDOW_SECONDS = 4;
/** Trials: the evoked onset is left out, and nothing after this counts. */
const ONSET_SECONDS = 0.5;
const TRIAL_SECONDS = 3;
const PIECE_SECONDS = 0.5;
/** A trial without its onset has at least this. */
const SHORTEST_TRIAL_SECONDS = 1;
/** Fewer windows say nothing. */
const FEWEST_WINDOWS = 8;
const FEWEST_TRIALS = 4;
const HIGH_PASS_HZ = 1;
/** A beat this near to the line's frequency or its double cannot be told from it. */
const LINE_MARGIN_HZ = 0.7;
/** Channel that holds the beat's phase at each sample, in cycles from 0 to 1. */
export const PHASE_CHANNEL = 'Beat phase';
/** Begins the text of stretches that count for nothing, as MNE has it. */
const BAD = 'BAD_';

/** A window, or one trial's pieces. */
interface Piece {
  from: number;
  /** Phase at the window's sample n, in cycles. */
  cycles: (n: number) => number;
}

/** Windows whose phase is comparable within a group. */
interface Group {
  pieces: Piece[];
  /** Whether the beat was in the sound; blocks of our own recordings only. */
  on: boolean;
  /** No sound at all: what answers here is no response, but it is not one of the blocks either. */
  silent?: boolean;
}

/** One recording cut into windows. */
interface Cut {
  recording: Recording;
  length: number;
  rateHz: number;
  groups: Group[];
}

const wholeBeats = (rateHz: number) => Math.max(2, Math.round(rateHz * WINDOW_SECONDS)) / rateHz;

function voiceOf(program: Program, rateHz: number | undefined): { voice: Voice; rateHz: number } {
  if (rateHz === undefined) {
    const beat = dominantBeat(program, 0) ?? dominantBeat(program, program.durationSeconds / 2);
    if (!beat) throw new EegFileError('the program has no beat; expected a voice that beats');
    const voice = program.voices[beat.voiceIndex] as Voice;
    const { durationSeconds } = program;
    return { voice, rateHz: Math.abs(playedPhaseAt(program, voice, durationSeconds).beatCycles) / durationSeconds };
  }
  const near = program.voices.find((voice) =>
    voice.keyframes.some(({ beat }) => Math.abs(Math.abs(beat) - rateHz) <= 0.5),
  );
  if (!near) throw new EegFileError(`the program has no voice that beats at ${rateHz} Hz`);
  return { voice: near, rateHz };
}

/** Steps through stretches that are whole: within one segment and out of what is marked bad. */
function* wholeWindows(recording: Recording, from: number, to: number, length: number, step: (k: number) => number) {
  const margin = 0.5 / recording.sampleRateHz;
  const bad = recording.annotations
    .filter(({ text }) => text.startsWith(BAD))
    // Files round times: a window that begins where a gap ends is whole.
    .map((note) => [note.onsetSeconds + margin, note.onsetSeconds + note.durationSeconds - margin] as const);
  for (const [first, last] of stretches(recording)) {
    const segment = recording.segments.findLast((one) => one.first <= first) as Segment;
    const start = Math.max(first, from);
    const end = Math.min(last, to);
    for (let k = 0; ; k++) {
      const at = start + step(k);
      if (at + length > end) break;
      const seconds = secondsOf(recording, segment, at);
      const until = seconds + length / recording.sampleRateHz;
      if (bad.some(([a, b]) => seconds < b && until > a)) continue;
      yield { at, segment };
    }
  }
}

/** Samples without a break, by segments and by gaps that a file fills and marks: a filter must not run across one. */
function stretches(recording: Recording): [number, number][] {
  const borders = recording.segments.map(({ first }) => first);
  for (const { onsetSeconds, durationSeconds, text } of recording.annotations) {
    if (!text.startsWith(BAD)) continue;
    for (const seconds of [onsetSeconds, onsetSeconds + durationSeconds]) {
      const at = sampleAt(recording, seconds);
      if (at > 0) borders.push(at);
    }
  }
  const sorted = [...new Set(borders)].sort((x, y) => x - y);
  return sorted.map((from, index) => [from, sorted[index + 1] ?? sampleCount(recording)]);
}

function secondsOf(recording: Recording, segment: Segment, sample: number): number {
  return segment.startSeconds + (sample - segment.first) / recording.sampleRateHz;
}

function marked(recording: Recording, marker: string): number[] {
  return recording.annotations.filter(({ text }) => text === marker).map(({ onsetSeconds }) => onsetSeconds);
}

function cutContinuous(recording: Recording, rateHz: number): Cut {
  const { sampleRateHz } = recording;
  const seconds = wholeBeats(rateHz);
  const length = Math.round(seconds * sampleRateHz);
  const pieces: Piece[] = [];
  const step = (k: number) => Math.round(k * seconds * sampleRateHz);
  for (const { at, segment } of wholeWindows(recording, 0, sampleCount(recording), length, step)) {
    const start = secondsOf(recording, segment, at) * rateHz;
    pieces.push({ from: at, cycles: (n) => start + (n * rateHz) / sampleRateHz });
  }
  return { recording, length, rateHz, groups: [{ pieces, on: true }] };
}

function cutProgram(recording: Recording, program: Program, question: Question): Cut {
  const { sampleRateHz } = recording;
  const { voice, rateHz } = voiceOf(program, question.rateHz);
  const seconds = wholeBeats(rateHz);
  const length = Math.round(seconds * sampleRateHz);
  const starts = question.marker === undefined ? [0] : marked(recording, question.marker);
  const pieces: Piece[] = [];
  for (const [index, start] of starts.entries()) {
    const from = Math.max(0, sampleAt(recording, start));
    const next = starts[index + 1];
    const end = Math.min(start + totalSeconds(program), next ?? Number.POSITIVE_INFINITY);
    const last = sampleAt(recording, end);
    const to = Number.isFinite(end) && last >= 0 ? last : sampleCount(recording);
    const step = (k: number) => Math.round(k * seconds * sampleRateHz);
    for (const { at, segment } of wholeWindows(recording, from, to, length, step)) {
      const zero = secondsOf(recording, segment, at) - start;
      // A window in which another voice leads has no beat to follow.
      const pass = passAt(program, zero).seconds;
      if (question.rateHz === undefined && dominantBeat(program, pass)?.voiceIndex !== program.voices.indexOf(voice))
        continue;
      pieces.push({ from: at, cycles: (n) => playedPhaseAt(program, voice, zero + n / sampleRateHz).beatCycles });
    }
  }
  return { recording, length, rateHz, groups: [{ pieces, on: true }] };
}

function cutTrials(recording: Recording, rateHz: number, marker: string): Cut {
  const { sampleRateHz } = recording;
  const pieceSeconds = Math.max(PIECE_SECONDS, 2 / rateHz);
  const length = Math.round(pieceSeconds * sampleRateHz);
  // Blinks and the like that Mind Monitor notes are no stimuli.
  const codes = recording.annotations.filter(({ text }) => !text.startsWith('/muse/') && !text.startsWith(BAD));
  const groups: Group[] = [];
  for (const [index, { onsetSeconds, text }] of codes.entries()) {
    if (text !== marker) continue;
    const next =
      codes.slice(index + 1).find((code) => code.onsetSeconds > onsetSeconds)?.onsetSeconds ?? Number.POSITIVE_INFINITY;
    const seconds = Math.min(TRIAL_SECONDS, next - onsetSeconds);
    if (seconds < SHORTEST_TRIAL_SECONDS) continue;
    const onset = seconds >= ONSET_SECONDS + SHORTEST_TRIAL_SECONDS ? ONSET_SECONDS : 0;
    const zero = sampleAt(recording, onsetSeconds);
    if (zero < 0) continue;
    const start = zero + Math.round(onset * sampleRateHz);
    const count = Math.floor((Math.round((seconds - onset) * sampleRateHz) + 1e-6) / length);
    const pieces = Array.from(
      wholeWindows(recording, start, start + count * length, length, (k) => k * length),
      ({ at }) => ({
        from: at,
        cycles: (n: number) => ((at - start + n) * rateHz) / sampleRateHz,
      }),
    );
    // A gap or the end of the file takes the whole trial.
    if (count >= 2 && pieces.length === count) groups.push({ pieces, on: true });
  }
  return { recording, length, rateHz, groups };
}

/** A block of a recording of our own: its kind and the beat it has or stands against. */
export interface BlockText {
  kind: 'on' | 'off' | 'silence';
  rateHz: number;
}

const KINDS = { on: 'beat on', off: 'beat off', silence: 'silence' } as const;

/** The annotation of a block, such as `beat on 40 Hz`. */
export const blockText = ({ kind, rateHz }: BlockText): string => `${KINDS[kind]} ${Number(rateHz.toFixed(3))} Hz`;

export function readBlockText(text: string): BlockText | undefined {
  const found = /^(beat on|beat off|silence) (\d+(?:\.\d+)?) Hz$/.exec(text);
  if (!found) return undefined;
  const kind = (Object.keys(KINDS) as BlockText['kind'][]).find((one) => KINDS[one] === found[1]);
  return kind && { kind, rateHz: Number(found[2]) };
}

/** The rates of the blocks that a recording of our own has, ascending. */
export function blockRates(recording: Recording): number[] {
  if (!recording.channels.some(({ name }) => name === PHASE_CHANNEL)) return [];
  return [...new Set(recording.annotations.flatMap(({ text }) => readBlockText(text)?.rateHz ?? []))].sort(
    (a, b) => a - b,
  );
}

/** Cuts a recording of our own: blocks with and without the beat, the phase of each sample beside it. */
function cutBlocks(recording: Recording, rateHz: number): Cut {
  const phase = recording.channels.find(({ name }) => name === PHASE_CHANNEL)?.samples ?? new Float64Array();
  const { sampleRateHz } = recording;
  const seconds = wholeBeats(rateHz);
  const length = Math.round(seconds * sampleRateHz);
  const groups = recording.annotations.flatMap(({ onsetSeconds, durationSeconds, text }) => {
    const block = readBlockText(text);
    if (block?.rateHz !== rateHz) return [];
    const from = Math.max(0, sampleAt(recording, onsetSeconds));
    // A crystal that is a little slow makes a block some samples short of its last window, whose ends count for nothing.
    const to = from + Math.round(durationSeconds * sampleRateHz) + Math.ceil(0.01 * length);
    const step = (k: number) => Math.round(k * seconds * sampleRateHz);
    const pieces = Array.from(wholeWindows(recording, from, to, length, step), ({ at }) => ({
      from: at,
      cycles: (n: number) => phase[at + n] || 0,
    }));
    return [{ pieces, on: block.kind === 'on', silent: block.kind === 'silence' }];
  });
  return { recording, length, rateHz, groups };
}

/** The complex values of each channel's windows with the beat at a rate, without those that are left out. */
export function blockValues(recording: Recording, rateHz: number): Map<string, Complex[]> {
  const cut = cutBlocks(recording, rateHz);
  return new Map(
    channelNames(recording).map((name) => {
      const { values } = measureChannel(cut, place(recording, name), false, [0]);
      return [name, cut.groups.flatMap(({ on }, index) => (on ? column(values[index] as Complex[][], 0) : []))];
    }),
  );
}

/** What one channel of one recording gives: a fault or the complex values, window by window. */
interface Measured {
  faults: (Fault | undefined)[][];
  /** Per group, per window: at the beat, at the neighbours, at the pseudo-rates. */
  values: Complex[][][];
}

function measureChannel(cut: Cut, index: number, whole: boolean, offsets: readonly number[]): Measured {
  const { recording, length, groups } = cut;
  const channel = recording.channels[index] as Recording['channels'][number];
  const factor = microvolts(channel.unit) as number;
  const raw = factor === 1 ? channel.samples : channel.samples.map((value) => value * factor);
  const filtered = new Float64Array(raw.length);
  for (const [from, to] of stretches(recording)) {
    filtered.set(highPassed(raw.subarray(from, to), HIGH_PASS_HZ, recording.sampleRateHz), from);
  }
  const quality = new ChannelQuality(raw, filtered, recording.sampleRateHz);
  const demodulator = new Demodulator(length, offsets, recording.sampleRateHz);
  const faults: Measured['faults'] = [];
  const values: Measured['values'] = [];
  for (const { pieces } of groups) {
    const found = pieces.map(({ from }) => quality.fault(from, length));
    // A trial counts whole or not at all.
    const first = whole ? found.find((fault) => fault !== undefined) : undefined;
    faults.push(whole ? [first] : found);
    values.push(
      pieces.flatMap(({ from, cycles }, at) => {
        if ((whole ? first : found[at]) !== undefined) return [];
        // Away from the beat a phase counts from the recording's start too, as the beat's does.
        const seconds = from / recording.sampleRateHz;
        return [
          demodulator
            .run(filtered, from, cycles)
            .map((value, index) => turned(value, (offsets[index] as number) * seconds)),
        ];
      }),
    );
  }
  return { faults, values };
}

/** A complex value turned back by a phase in cycles. */
function turned({ re, im }: Complex, cycles: number): Complex {
  const angle = 2 * Math.PI * (cycles - Math.floor(cycles));
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
  return { re: re * cos + im * sin, im: im * cos - re * sin };
}

const column = (values: readonly Complex[][], at: number) => values.map((one) => one[at] as Complex);

/** Distances of the pseudo-rates: between whole numbers, so that neither a window nor a piece repeats the beat there. */
function pseudoOffsets(seconds: number, rateHz: number): number[] {
  return [1.2, 2.4, 3.2, 4.4]
    .flatMap((offset) => [offset, -offset])
    .map((offset) => Math.round(offset * seconds) / seconds)
    .filter((offset) => rateHz + offset >= 1.5);
}

/**
 * The answer to a question about recordings of one person and one montage. Several recordings have each a stimulus
 * phase of its own.
 * @throws {EegFileError} for recordings that do not belong together or a question that they cannot answer
 */
export function answer(recordings: readonly Recording[], question: Question): Answer {
  const [first] = recordings;
  if (!first) throw new EegFileError('there is no recording');
  const names = channelNames(first);
  if (names.length === 0) {
    throw new EegFileError(
      `no channel has a voltage; units are ${[...new Set(first.channels.map(({ unit }) => `"${unit}"`))].join(', ')}`,
    );
  }
  for (const other of recordings) {
    if (other.sampleRateHz !== first.sampleRateHz) {
      throw new EegFileError(
        `files have ${first.sampleRateHz} and ${other.sampleRateHz} samples a second; expected one rate`,
      );
    }
    const differing = names.find((name) => !channelNames(other).includes(name));
    if (differing) throw new EegFileError(`channel ${differing} is in one file and not in another`);
  }
  const trials = question.marker !== undefined && !question.program;
  const { marker, program } = question;
  if (marker !== undefined && !recordings.some((one) => marked(one, marker).length > 0)) {
    const known = [...new Set(recordings.flatMap((one) => one.annotations.map(({ text }) => `"${text}"`)))].slice(
      0,
      12,
    );
    throw new EegFileError(
      `there is no marker "${marker}"; there ${known.length ? `are ${known.join(', ')}` : 'is none'}`,
    );
  }
  const nyquist = first.sampleRateHz / 2;
  const { rateHz: asked } = question;
  if (asked !== undefined && !(asked >= 0.5 && asked < nyquist - 5)) {
    throw new EegFileError(
      `a rate of ${asked} Hz; with ${first.sampleRateHz} samples a second expected 0.5 to ${nyquist - 5} Hz`,
    );
  }
  const cuts = recordings.map((recording) => {
    if (program) return cutProgram(recording, program, question);
    if (asked === undefined) {
      const [rateHz, another] = blockRates(recording);
      if (rateHz !== undefined && another === undefined) return cutBlocks(recording, rateHz);
      throw new EegFileError(
        rateHz === undefined
          ? 'the file does not tell the beat; give its rate or the program'
          : `the file has blocks at ${blockRates(recording).join(', ')} Hz; give one rate`,
      );
    }
    if (blockRates(recording).includes(asked) && marker === undefined) return cutBlocks(recording, asked);
    return marker === undefined ? cutContinuous(recording, asked) : cutTrials(recording, asked, marker);
  });
  const rateHz = cuts.reduce((sum, cut) => sum + cut.rateHz, 0) / cuts.length;
  const seconds = trials ? TRIAL_SECONDS - ONSET_SECONDS : (cuts[0] as Cut).length / first.sampleRateHz;
  const pseudo = pseudoOffsets(seconds, rateHz);
  const channels = names.map((name) =>
    trials ? answerTrials(name, cuts, rateHz, pseudo) : answerWindows(name, cuts, rateHz, pseudo),
  );
  return {
    rateHz,
    sampleRateHz: first.sampleRateHz,
    windows: cuts.reduce((sum, { groups }) => sum + (trials ? groups.length : countPieces(groups)), 0),
    leftOutShare: channels.reduce((sum, { leftOut }) => sum + leftOut, 0) / channels.length,
    channels: channels.map(({ leftOut, ...one }) => one),
  };
}

const countPieces = (groups: readonly Group[]) => groups.reduce((sum, { pieces }) => sum + pieces.length, 0);

const channelNames = (recording: Recording) =>
  recording.channels.filter(({ unit }) => microvolts(unit) !== undefined).map(({ name }) => name);

const place = (recording: Recording, name: string) => recording.channels.findIndex((channel) => channel.name === name);

/**
 * Whether pseudo-rates answer too. One or two may: other lamps or voices can be near. By chance three of eight do in
 * 5 of 100,000 answers.
 */
const answersEverywhere = (pseudo: readonly number[]) => pseudo.filter((p) => p < ALPHA).length >= 3;

const nearLine = (rateHz: number) => [50, 60, 100, 120].some((line) => Math.abs(rateHz - line) < LINE_MARGIN_HZ);

type WithShare = ChannelAnswer & { leftOut: number };

/** Windows of known phase: T²circ over them, with the controls that the recordings have. */
function answerWindows(name: string, cuts: readonly Cut[], rateHz: number, pseudo: readonly number[]): WithShare {
  const seconds = (cuts[0] as Cut).length / (cuts[0] as Cut).recording.sampleRateHz;
  const neighbours = neighbourOffsets(seconds, rateHz);
  const measured = cuts.map((cut) =>
    measureChannel(cut, place(cut.recording, name), false, [0, ...neighbours, ...pseudo]),
  );
  const faults = measured.flatMap((one) => one.faults.flat());
  // One group a file: within a file the phase goes on through all blocks.
  const of = (on: boolean) =>
    cuts.map((cut, file) =>
      cut.groups.flatMap((group, at) =>
        group.on === on ? ((measured[file] as Measured).values[at] as Complex[][]) : [],
      ),
    );
  const withBeat = of(true);
  const groups = (at: number) => withBeat.map((values) => column(values, at));
  const beat = groups(0).flat();
  const left = {
    leftOut: faults.filter(Boolean).length / Math.max(1, faults.length),
    minutes: (beat.length * seconds) / 60,
    windows: beat.length,
  };
  let reason: Reason | undefined = channelFault(faults) ?? (beat.length < FEWEST_WINDOWS ? 'too-short' : undefined);
  if (beat.length < 3 || !groups(0).some((group) => group.length > 1))
    return { name, verdict: 'cannot-tell', ...NOTHING, reason: reason ?? 'too-short', ...left };
  const tested = circularT2(groups(0));
  const plv = rootMeanSquareLocking(groups(0));
  const pseudoTests = pseudo.map((_, at) => circularT2(groups(1 + neighbours.length + at)).p);
  if (nearLine(rateHz)) reason ??= 'mains';
  if (tested.p < ALPHA) {
    if (answersEverywhere(pseudoTests)) reason ??= 'control';
    const without = of(false).map((values) => column(values, 0));
    if (without.some((group) => group.length > 1)) {
      const blocks = cuts.flatMap((cut, file) =>
        cut.groups.flatMap(({ on, silent }, at) =>
          silent ? [] : [{ on, values: column((measured[file] as Measured).values[at] as Complex[][], 0) }],
        ),
      );
      // The sound without the beat must not answer, and the blocks must tell the two apart.
      const told = !blocks.some(({ on }) => !on) || permuteBlocks(blocks) <= 0.05;
      if (circularT2(without).p < ALPHA || !told) reason ??= 'control';
    }
  }
  return {
    name,
    ...verdict(tested, reason),
    snr: signalToNoise(
      beat,
      neighbours.map((_, at) => groups(1 + at).flat()),
    ),
    plv,
    ppc: pairwiseConsistency(plv, beat.length),
    smallestVisibleMicrovolts: smallestVisible(tested, groups(0)),
    ...left,
  };
}

/** Phase locking of groups that each have their own phase, by their numbers of windows. */
function rootMeanSquareLocking(groups: readonly Complex[][]): number {
  let sum = 0;
  let count = 0;
  for (const group of groups) {
    if (group.length === 0) continue;
    sum += group.length * phaseLocking(group) ** 2;
    count += group.length;
  }
  return Math.sqrt(sum / count);
}

/** Trials of unknown phase. SNR and phase locking are of whole trials, the verdict and PPC of the pieces within. */
function answerTrials(name: string, cuts: readonly Cut[], rateHz: number, pseudo: readonly number[]): WithShare {
  const wholes: Complex[][] = [];
  const trials: Complex[][][] = [];
  const faults: (Fault | undefined)[] = [];
  let seconds = 0;
  let neighbourCount = 0;
  for (const cut of cuts) {
    const { recording, length, groups } = cut;
    const measured = measureChannel(cut, place(recording, name), true, [0, ...pseudo]);
    faults.push(...measured.faults.flat());
    // All trials of usual length give one window each for SNR.
    const longest = Math.max(0, ...groups.map(({ pieces }) => pieces.length));
    const wholeLength = longest * length;
    const offsets = neighbourOffsets(wholeLength / recording.sampleRateHz, rateHz);
    neighbourCount = offsets.length;
    const wholeCut: Cut = {
      ...cut,
      length: wholeLength,
      groups: groups.map(({ pieces, on }) => ({ pieces: pieces.length === longest ? pieces.slice(0, 1) : [], on })),
    };
    const whole = longest > 0 ? measureWhole(wholeCut, name, measured, offsets) : [];
    wholes.push(...whole);
    for (const values of measured.values) {
      if (values.length < 2) continue;
      trials.push(values);
      seconds += (values.length * length) / recording.sampleRateHz;
    }
  }
  const left = {
    leftOut: faults.filter(Boolean).length / Math.max(1, faults.length),
    minutes: seconds / 60,
    windows: trials.length,
  };
  let reason: Reason | undefined = channelFault(faults) ?? (trials.length < FEWEST_TRIALS ? 'too-short' : undefined);
  if (trials.length < 2) return { name, verdict: 'cannot-tell', ...NOTHING, reason: reason ?? 'too-short', ...left };
  const at = (index: number) => trials.map((values) => column(values, index));
  const tested = withinTrials(at(0));
  if (nearLine(rateHz)) reason ??= 'mains';
  if (tested.p < ALPHA && answersEverywhere(pseudo.map((_, index) => withinTrials(at(1 + index)).p)))
    reason ??= 'control';
  const visible = smallestVisibleWithin(tested, at(0));
  const plv = phaseLocking(column(wholes, 0));
  return {
    name,
    ...verdict(tested, reason),
    snr: signalToNoise(
      column(wholes, 0),
      Array.from({ length: neighbourCount }, (_, index) => column(wholes, 1 + index)),
    ),
    plv,
    ppc: withinTrialConsistency(at(0)),
    smallestVisibleMicrovolts: Number.isFinite(visible) ? visible : null,
    ...left,
  };
}

/** Whole trials of those that were kept. */
function measureWhole(cut: Cut, name: string, kept: Measured, offsets: readonly number[]): Complex[][] {
  const groups = cut.groups.map((group, index) =>
    (kept.values[index] as Complex[][]).length > 0 ? group : { ...group, pieces: [] },
  );
  return measureChannel({ ...cut, groups }, place(cut.recording, name), false, [0, ...offsets]).values.flat();
}

const NOTHING = { statistic: null, p: null, snr: null, plv: null, ppc: null, smallestVisibleMicrovolts: null } as const;

function verdict(tested: Tested, reason: Reason | undefined) {
  const { statistic, p } = tested;
  if (reason) return { verdict: 'cannot-tell' as const, statistic, p, reason };
  return { verdict: p < ALPHA ? ('follows' as const) : ('not-seen' as const), statistic, p };
}
