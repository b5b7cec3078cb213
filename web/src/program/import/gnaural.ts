import { LIMITS } from '../check.ts';
import type { Keyframe, ProgramFile, Voice } from '../model.ts';
import { fitLevels } from './fit-levels.ts';
import { type Fields, readXml } from './gnaural-xml.ts';
import { ImportError, type Place } from './import-error.ts';
import { NoteList } from './note-list.ts';
import { DROP_SAMPLES, PULSE_EDGE_SECONDS } from './sound-facts.ts';

/** All channels of a Gnaural voice at one moment of its pass. */
interface Point {
  at: number;
  left: number;
  right: number;
  beat: number;
  carrier: number;
}

/** What the whole schedule sets for its voices. */
interface Overall {
  left: number;
  right: number;
  swap: boolean;
}

interface ScheduleVoice {
  place: Place;
  name: string;
  type: number;
  mute: boolean;
  mono: boolean;
  /** Values in order of time, from 0 to the length of the voice's pass. */
  points: Point[];
  seconds: number;
}

const BINAURAL = 0;
const NOISE = 1;
const SAMPLE = 2;
const ISOCHRONIC = 3;
const ALTERNATING = 4;
const DROPS = 5;
const RAIN = 6;
/** The type that Gnaural for Java adds: pulses that change the ear. */
const ALTERNATING_JAVA = 7;

const TONES = [BINAURAL, ISOCHRONIC, ALTERNATING, ALTERNATING_JAVA];

/** Loudest volume read: 1 is full scale. */
const MOST_VOLUME = 10_000;

/** How far the quieter ear may be from the file while left and right cross. */
const PAN_TOLERANCE = 0.0005;
const MOST_PIECES = 64;

function readVoice(fields: Fields, overall: Overall, index: number): ScheduleVoice {
  const type = fields.number('type', 0, ALTERNATING_JAVA, BINAURAL);
  if (!Number.isInteger(type)) throw new ImportError(fields.place, `type is ${type}`, 'a whole number from 0 to 6');
  const tone = TONES.includes(type);
  const entries = [...fields.children('entries').flatMap((list) => list.entries), ...fields.entries];
  const points: Point[] = [];
  let at = 0;
  for (const entry of entries) {
    const left = entry.number('volume_left', 0, MOST_VOLUME) * overall.left;
    const right = entry.number('volume_right', 0, MOST_VOLUME) * overall.right;
    const missing = tone ? undefined : 0;
    // Noise, samples and drops carry numbers of no meaning here.
    const most = tone ? LIMITS.carrierHz : 1e9;
    const beat = entry.number('beatfreq', tone ? -LIMITS.beatHz : -1e9, tone ? LIMITS.beatHz : 1e9, missing);
    const carrier = entry.number('basefreq', tone ? 0 : -1e9, most, missing);
    points.push({
      at,
      left: overall.swap ? right : left,
      right: overall.swap ? left : right,
      beat: overall.swap && type === BINAURAL ? -beat : beat,
      carrier,
    });
    // Sums of decimals, to the microsecond.
    at = Math.round((at + entry.number('duration', 0, 1e9)) * 1e6) / 1e6;
  }
  const [first] = points;
  if (first) points.push({ ...first, at });
  return {
    place: fields.place,
    name: fields.text('description')?.replace(/\s+/g, ' ').trim().slice(0, 200).toWellFormed() || `Voice ${index + 1}`,
    type,
    mute: fields.flag('voice_mute'),
    mono: fields.flag('voice_mono'),
    points,
    seconds: at,
  };
}

function between(from: Point, to: Point, share: number): Point {
  const mix = (key: keyof Point) => from[key] + (to[key] - from[key]) * share;
  return { at: mix('at'), left: mix('left'), right: mix('right'), beat: mix('beat'), carrier: mix('carrier') };
}

/** Ends the course at `seconds`. */
function cutAt(points: Point[], seconds: number): Point[] {
  const kept = points.filter((point) => point.at <= seconds);
  const last = kept.at(-1);
  const next = points[kept.length];
  if (last && next && last.at < seconds) kept.push(between(last, next, (seconds - last.at) / (next.at - last.at)));
  return kept;
}

const levelOf = ({ left, right }: Point) => Math.max(left, right);

/** Balance of a point; where it is silent, that of its neighbour on the same line. */
function panOf(point: Point, neighbour: Point): number {
  const { left, right } = levelOf(point) > 0 ? point : neighbour;
  if (left === right) return 0;
  return left > right ? right / left - 1 : 1 - left / right;
}

/** How far the quieter ear strays halfway between two points, when level and pan go straight. */
function strayOf(from: Point, to: Point): number {
  const level = (levelOf(from) + levelOf(to)) / 2;
  const pan = (panOf(from, to) + panOf(to, from)) / 2;
  const quieter = Math.min(from.left + to.left, from.right + to.right) / 2;
  return Math.abs(level * (1 - Math.abs(pan)) - quieter);
}

/** The points between which level and pan may go straight: first, last, and where needed others between. */
function straightPieces(from: Point, to: Point): Point[] {
  const start = from.left - from.right;
  const end = to.left - to.right;
  const ends = start * end < 0 ? [from, between(from, to, start / (start - end)), to] : [from, to];
  const pieces = [from];
  for (let index = 1; index < ends.length; index++) {
    const [low, high] = [ends[index - 1] as Point, ends[index] as Point];
    let parts = [low, high];
    const strays = () => parts.some((part, at) => at > 0 && strayOf(parts[at - 1] as Point, part) > PAN_TOLERANCE);
    for (let count = 2; count <= MOST_PIECES && strays(); count *= 2) {
      parts = Array.from({ length: count + 1 }, (_, at) => (at === count ? high : between(low, high, at / count)));
    }
    pieces.push(...parts.slice(1));
  }
  return pieces;
}

/** @param exact whether points are added where left and right volume do not go straight as level and pan */
function keyframesOf(voice: ScheduleVoice, points: Point[], exact: boolean): Keyframe[] {
  const tone = TONES.includes(voice.type);
  const frames: Keyframe[] = [];
  let last: Keyframe | undefined;
  const add = (point: Point, neighbour: Point) => {
    const carrier = tone ? point.carrier : 0;
    const beat = tone ? point.beat : 0;
    const level = voice.mute ? 0 : levelOf(point);
    const pan = panOf(point, neighbour);
    if (last?.at === point.at) {
      if (last.carrier === carrier && last.beat === beat && last.level === level && last.pan === pan) return;
      // Of several at the same time only the first and the last are heard.
      if (frames.at(-2)?.at === point.at) frames.pop();
    }
    last = { at: point.at, carrier, beat, level, pan, curve: 'LINEAR' };
    frames.push(last);
  };
  const [first] = points;
  if (first && points.length === 1) add(first, first);
  for (let index = 1; index < points.length; index++) {
    const [from, to] = [points[index - 1] as Point, points[index] as Point];
    if (!exact || (from.left === from.right && to.left === to.right)) {
      add(from, to);
      add(to, from);
      continue;
    }
    const pieces = straightPieces(from, to);
    for (let piece = 1; piece < pieces.length; piece++) {
      add(pieces[piece - 1] as Point, pieces[piece] as Point);
      add(pieces[piece] as Point, pieces[piece - 1] as Point);
    }
  }
  return frames;
}

/** How many points a course needs besides its entries, so that left and right volume go as in the file. */
function pointsBetween(points: Point[]): number {
  let count = 0;
  for (let index = 1; index < points.length; index++) {
    const [from, to] = [points[index - 1] as Point, points[index] as Point];
    if (from.left !== from.right || to.left !== to.right) count += straightPieces(from, to).length - 2;
  }
  return count;
}

/** The courses of all voices, cut where the pass ends. What is too much is counted before it is built. */
function coursesOf(root: Fields, voices: ScheduleVoice[], seconds: number, notes: NoteList): Keyframe[][] {
  const cut = voices.map((voice) => cutAt(voice.points, seconds));
  const plain = voices.map((voice, index) => keyframesOf(voice, cut[index] ?? [], false));
  const count = plain.reduce((sum, frames) => sum + frames.length, 0);
  if (voices.length > LIMITS.voices || count > LIMITS.keyframes) {
    throw new ImportError(
      root.place,
      `the schedule needs ${voices.length} voices and ${count} keyframes`,
      `at most ${LIMITS.voices} and ${LIMITS.keyframes}`,
    );
  }
  const between = cut.map(pointsBetween);
  const fits = between.reduce((sum, more) => sum + more, count) <= LIMITS.keyframes;
  return plain.map((frames, index) => {
    const voice = voices[index] as ScheduleVoice;
    if (between[index] === 0) return frames;
    const crossing = `${voice.name}: where left and right volume change by different shares`;
    if (fits) {
      notes.add(voice.place, `${crossing}, points are added; the quieter ear is within ${PAN_TOLERANCE} of the file.`);
      return keyframesOf(voice, cut[index] ?? [], true);
    }
    notes.add(
      voice.place,
      `${crossing}, level and balance go straight between the entries: there are too many to add points.`,
    );
    return frames;
  });
}

/** Drops: Gnaural starts each of `beatfreq` drops with the chance `basefreq` at every sample. */
function dropsVoice(voice: ScheduleVoice, keyframes: Keyframe[], notes: NoteList): Voice {
  const [first] = voice.points as [Point];
  const texture = voice.type === RAIN ? 'RAIN' : 'WATER';
  const wanted = Math.min(100, Math.max(2, Math.round(first.beat)));
  const chance = Math.min(1, Math.max(0, first.carrier));
  const rate = chance === 0 ? 0 : (wanted * 44_100) / (1 / chance + DROP_SAMPLES[texture]);
  const dropsPerSecond = Math.min(1000, Math.max(0.01, rate));
  const count = Math.min(64, wanted);
  notes.add(
    voice.place,
    `${voice.name}: ${wanted} drops of Gnaural, started with a chance of ${chance} a sample, are imported as ${count} drops at ${Number(dropsPerSecond.toPrecision(4))} a second; they do not change over time.`,
  );
  return { kind: 'DROPS', name: voice.name, texture, dropsPerSecond, count, keyframes };
}

function programVoice(voice: ScheduleVoice, keyframes: Keyframe[], notes: NoteList): Voice {
  const { name, type, place } = voice;
  if (voice.mute) notes.add(place, `${name} is muted: its levels are 0.`);
  switch (type) {
    case NOISE:
      notes.add(place, `${name}: Gnaural's noise falls by about 6 dB an octave; it is imported as brown noise.`);
      return {
        kind: 'NOISE',
        name,
        colour: 'BROWN',
        correlation: voice.mono ? 1 : 0,
        modulationDepth: 0,
        spin: false,
        keyframes,
      };
    case SAMPLE:
      notes.add(place, `${name}: waits for the listener's own sound file.`);
      return { kind: 'SAMPLE', name, sampleName: name.replace(/^.*[\\/]/, ''), keyframes };
    case ISOCHRONIC:
    case ALTERNATING:
    case ALTERNATING_JAVA: {
      if (type !== ISOCHRONIC) notes.add(place, `${name}: each pulse is in the other ear.`);
      return {
        kind: 'ISOCHRONIC',
        name,
        waveform: 'SINE',
        duty: 0.5,
        edgeSeconds: PULSE_EDGE_SECONDS,
        depth: 1,
        alternating: type !== ISOCHRONIC,
        keyframes,
      };
    }
    case DROPS:
    case RAIN:
      return dropsVoice(voice, keyframes, notes);
    default:
      // Gnaural's mono puts the sum of both ears into both.
      return { kind: voice.mono ? 'MONAURAL' : 'BINAURAL', name, waveform: 'SINE', keyframes };
  }
}

/** The voices that have a course, and how long a pass is: the shortest voice ends it. */
function passOf(voices: ScheduleVoice[], root: Fields, notes: NoteList): { voices: ScheduleVoice[]; seconds: number } {
  const filled = voices.filter((voice) => voice.points.length > 0);
  for (const voice of voices)
    if (voice.points.length === 0) notes.add(voice.place, `${voice.name} has no entries and is left out.`);
  const lengths = filled.map((voice) => voice.seconds).filter((seconds) => seconds > 0);
  if (lengths.length === 0)
    throw new ImportError(root.place, 'no voice lasts any time', 'a voice with an entry of some duration');
  const seconds = Math.min(...lengths);
  if (seconds < LIMITS.shortestSeconds || seconds > LIMITS.durationSeconds) {
    const expected = `${LIMITS.shortestSeconds} to ${LIMITS.durationSeconds} s`;
    throw new ImportError(root.place, `a pass lasts ${seconds} s`, expected);
  }
  for (const voice of filled) {
    if (voice.seconds === 0) notes.add(voice.place, `${voice.name} lasts no time; it is imported as a steady voice.`);
    else if (voice.seconds - seconds > 1e-6) {
      notes.add(
        voice.place,
        `${voice.name} lasts ${voice.seconds} s; the shortest voice ends the pass after ${seconds} s.`,
      );
    }
  }
  return { voices: filled, seconds };
}

function noteCounts(root: Fields, voices: ScheduleVoice[], seconds: number, notes: NoteList): void {
  const entries = voices.reduce((sum, voice) => sum + Math.max(0, voice.points.length - 1), 0);
  const declared = [
    ['voicecount', voices.length],
    ['totalentrycount', entries],
    ['totaltime', seconds],
  ] as const;
  for (const [name, counted] of declared) {
    const text = root.text(name);
    if (text === null || Math.abs(Number(text.replace(',', '.')) - counted) <= 0.01) continue;
    notes.add(root.place, `${name} says ${text.slice(0, 20)}; counted: ${Number(counted.toFixed(4))}.`);
  }
}

/**
 * Reads a Gnaural schedule (`.gnaural`), of any version that has a `schedule` element. Fields may be attributes or
 * child elements. Each voice becomes a voice in the same place.
 * @throws {ImportError} with line, column and what was expected
 */
export function importGnaural(text: string): ProgramFile {
  const notes = new NoteList();
  const root = readXml(text);
  if (root.name.toLowerCase() !== 'schedule') {
    throw new ImportError(root.place, `the file is a ${root.name.slice(0, 40)}`, 'a schedule element');
  }
  const overall: Overall = {
    left: root.number('overallvolume_left', 0, MOST_VOLUME, 1),
    right: root.number('overallvolume_right', 0, MOST_VOLUME, 1),
    swap: root.flag('stereoswap'),
  };
  const schedule = root.children('voice').map((fields, index) => readVoice(fields, overall, index));
  if (schedule.length === 0) throw new ImportError(root.place, 'the schedule has no voice', 'a voice element');
  const { voices: filled, seconds } = passOf(schedule, root, notes);
  noteCounts(root, schedule, seconds, notes);
  const courses = coursesOf(root, filled, seconds, notes);
  const voices = filled.map((voice, index) => programVoice(voice, courses[index] ?? [], notes));
  const loops = root.number('loops', -1e9, 1e9, 1);
  const loop = loops <= 0 || loops > LIMITS.loop ? 0 : Math.max(1, Math.round(loops));
  if (loops > LIMITS.loop)
    notes.add(root.place, `${loops} loops are more than ${LIMITS.loop}; the program is endless.`);
  const gain = fitLevels(voices, notes);
  const title = (root.text('title') ?? '').replace(/\s+/g, ' ').trim().slice(0, 200).toWellFormed();
  const author = root.text('author')?.trim();
  const remarks = [root.text('schedule_description')?.trim(), author ? `Author: ${author}` : ''].filter(Boolean);
  return {
    title,
    program: {
      durationSeconds: seconds,
      phases: [
        {
          name: title || 'Schedule',
          description: remarks.join('\n').slice(0, 2000).toWellFormed(),
          durationSeconds: seconds,
          colour: '#7c9cff',
        },
      ],
      voices,
      gain,
      loop,
      seed: 1,
    },
    startClockSeconds: null,
    notes: notes.list(),
  };
}
