import { LIMITS } from '../check.ts';
import type { Keyframe, ProgramFile, Voice } from '../model.ts';
import { fitVoices } from './fit-keyframes.ts';
import { fitLevels } from './fit-levels.ts';
import { type Entry, type Fields, readXml } from './gnaural-xml.ts';
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
  /** `voice_file`: the sound file of a sample voice. */
  file: string;
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

/** Sums of decimals, to the microsecond. */
const micro = (seconds: number): number => Math.round(seconds * 1e6) / 1e6;

/** A volume this near to 0 is what a subtraction left over. */
const RESIDUE = 1e-12;

/** Volume of an ear. A negative one turns the wave, which changes nothing that one voice lets people hear. */
function volumeOf(entry: Entry, name: string, overall: number, notes: NoteList): number {
  const volume = entry.number(name, notes) * overall;
  if (Math.abs(volume) < RESIDUE) return 0;
  if (volume < 0) notes.add(entry.place, `${name} below 0 is kept by its size; the wave is not turned.`);
  return Math.abs(volume);
}

function durationOf(entry: Entry, notes: NoteList): number {
  const seconds = entry.number('duration', notes);
  if (seconds < 0) notes.add(entry.place, 'A duration below 0 is taken as 0.');
  return Math.max(0, seconds);
}

/** How far the quieter ear may be from the file while left and right cross: the first for which the points suffice. */
const PAN_TOLERANCES = [5e-6, 5e-5, 5e-4];
const MOST_PIECES = 512;

function readVoice(fields: Fields, overall: Overall, index: number, notes: NoteList): ScheduleVoice {
  const type = Math.trunc(fields.number('type', notes, BINAURAL));
  const tone = TONES.includes(type);
  const entries = [...fields.children('entries').flatMap((list) => list.entries), ...fields.entries];
  const points: Point[] = [];
  let at = 0;
  for (const entry of entries) {
    const left = volumeOf(entry, 'volume_left', overall.left, notes);
    const right = volumeOf(entry, 'volume_right', overall.right, notes);
    // Noise and samples carry numbers of no meaning here.
    const missing = tone ? undefined : 0;
    const beat = entry.number('beatfreq', notes, missing);
    const carrier = entry.number('basefreq', notes, missing);
    points.push({
      at,
      left: overall.swap ? right : left,
      right: overall.swap ? left : right,
      beat: overall.swap && type === BINAURAL ? -beat : beat,
      carrier,
    });
    at = micro(at + durationOf(entry, notes));
  }
  const [first] = points;
  if (first) points.push({ ...first, at });
  return {
    place: fields.place,
    name: fields.text('description')?.replace(/\s+/g, ' ').trim().slice(0, 200).toWellFormed() || `Voice ${index + 1}`,
    type,
    file: fields.text('voice_file')?.trim() ?? '',
    mute: fields.flag('voice_mute', notes),
    mono: fields.flag('voice_mono', notes),
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
  if (last && next && last.at < seconds) {
    // A share of the way times its length may miss the end by rounding.
    kept.push({ ...between(last, next, (seconds - last.at) / (next.at - last.at)), at: seconds });
  }
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
function straightPieces(from: Point, to: Point, tolerance: number): Point[] {
  const start = from.left - from.right;
  const end = to.left - to.right;
  const ends = start * end < 0 ? [from, between(from, to, start / (start - end)), to] : [from, to];
  const pieces = [from];
  for (let index = 1; index < ends.length; index++) {
    const [low, high] = [ends[index - 1] as Point, ends[index] as Point];
    let parts = [low, high];
    const strays = () => parts.some((part, at) => at > 0 && strayOf(parts[at - 1] as Point, part) > tolerance);
    for (let count = 2; count <= MOST_PIECES && strays(); count *= 2) {
      parts = Array.from({ length: count + 1 }, (_, at) => (at === count ? high : between(low, high, at / count)));
    }
    pieces.push(...parts.slice(1));
  }
  return pieces;
}

/** @param tolerance of the quieter ear, for which points are added between entries; null: none are added */
function keyframesOf(voice: ScheduleVoice, points: Point[], tolerance: number | null): Keyframe[] {
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
    if (tolerance === null || (from.left === from.right && to.left === to.right)) {
      add(from, to);
      add(to, from);
      continue;
    }
    const pieces = straightPieces(from, to, tolerance);
    for (let piece = 1; piece < pieces.length; piece++) {
      add(pieces[piece - 1] as Point, pieces[piece] as Point);
      add(pieces[piece] as Point, pieces[piece - 1] as Point);
    }
  }
  return frames;
}

/** How many points a course needs besides its entries, so that left and right volume go as in the file. */
function pointsBetween(points: Point[], tolerance: number): number {
  let count = 0;
  for (let index = 1; index < points.length; index++) {
    const [from, to] = [points[index - 1] as Point, points[index] as Point];
    if (from.left !== from.right || to.left !== to.right) count += straightPieces(from, to, tolerance).length - 2;
  }
  return count;
}

/** The courses of all voices, cut where the pass ends. What is too much is counted before it is built. */
function coursesOf(root: Fields, voices: ScheduleVoice[], seconds: number, notes: NoteList): Keyframe[][] {
  const cut = voices.map((voice) => cutAt(voice.points, seconds));
  const plain = voices.map((voice, index) => keyframesOf(voice, cut[index] ?? [], null));
  const count = plain.reduce((sum, frames) => sum + frames.length, 0);
  if (count > LIMITS.keyframes) {
    throw new ImportError(root.place, `the schedule needs ${count} keyframes`, `at most ${LIMITS.keyframes}`);
  }
  const sums = (between: number[]) => between.reduce((sum, more) => sum + more, count);
  const between = cut.map((points) => pointsBetween(points, PAN_TOLERANCES.at(-1) as number));
  const tolerance = PAN_TOLERANCES.find(
    (each) =>
      sums(between) <= LIMITS.keyframes && sums(cut.map((points) => pointsBetween(points, each))) <= LIMITS.keyframes,
  );
  return plain.map((frames, index) => {
    const voice = voices[index] as ScheduleVoice;
    if (between[index] === 0) return frames;
    const crossing = `${voice.name}: where left and right volume change by different shares`;
    if (tolerance !== undefined) {
      notes.add(voice.place, `${crossing}, points are added; the quieter ear is within ${tolerance} of the file.`);
      return keyframesOf(voice, cut[index] ?? [], tolerance);
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

/** The name of a sample's file, without its folder; older schedules have it as the voice's description. */
function sampleNameOf({ file, name }: ScheduleVoice): string {
  return (file || name)
    .replace(/^.*[\\/]/, '')
    .slice(0, 200)
    .toWellFormed();
}

/** Names that say how a file is built; all others are read or noted. */
const STRUCTURE = new Set(['id', 'parent', 'state', 'entrycount', 'gnauralfile_version', 'gnaural_version', 'xmlns']);

function noteUnread(root: Fields, notes: NoteList): void {
  for (const [name, place] of root.unread())
    if (!STRUCTURE.has(name))
      notes.add(place, `${name.slice(0, 40)}: left out, because a program has nothing like it.`);
}

function programVoice(voice: ScheduleVoice, keyframes: Keyframe[], notes: NoteList): Voice | null {
  const { name, type, place } = voice;
  if (voice.file !== '' && type !== SAMPLE)
    notes.add(place, `voice_file ${voice.file.slice(0, 40)}: left out, because a voice of type ${type} plays no file.`);
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
      return { kind: 'SAMPLE', name, sampleName: sampleNameOf(voice), keyframes };
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
    case BINAURAL:
      // Gnaural's mono puts the sum of both ears into both.
      return { kind: voice.mono ? 'MONAURAL' : 'BINAURAL', name, waveform: 'SINE', keyframes };
    default:
      notes.add(place, `${name}: type ${type} is none of Gnaural's; the voice is left out.`);
      return null;
  }
}

/** A pass too short for a program, played as many times as it takes; all voices then last that long. */
function longEnough(
  voices: ScheduleVoice[],
  seconds: number,
  root: Fields,
  notes: NoteList,
): { voices: ScheduleVoice[]; seconds: number; times: number } {
  if (seconds >= LIMITS.shortestSeconds) return { voices, seconds, times: 1 };
  const points = voices.reduce((sum, voice) => sum + voice.points.length, 0);
  const times = Math.min(Math.ceil(LIMITS.shortestSeconds / seconds), Math.floor(LIMITS.keyframes / (2 * points)));
  if (seconds * times < LIMITS.shortestSeconds) {
    notes.add(root.place, `A pass lasts ${seconds} s, too short to be heard; its first values are held for 1 s.`);
    const held = (voice: ScheduleVoice) => ({ ...voice, points: voice.points.slice(0, 1), seconds: 0 });
    return { voices: voices.map(held), seconds: 1, times: 1 };
  }
  notes.add(
    root.place,
    `A pass lasts ${seconds} s; a program lasts ${LIMITS.shortestSeconds} s or more, so ${times} passes are one.`,
  );
  const whole = micro(seconds * times);
  const tiled = voices.map((voice) => {
    const pass = cutAt(voice.points, seconds);
    const all = Array.from({ length: times }, (_, turn) =>
      pass.map((point) => ({ ...point, at: micro(turn * seconds + point.at) })),
    );
    return { ...voice, points: all.flat(), seconds: whole };
  });
  return { voices: tiled, seconds: whole, times };
}

/** The voices that have a course, and how long a pass is: the shortest voice ends it. */
function passOf(voices: ScheduleVoice[], root: Fields, notes: NoteList): { voices: ScheduleVoice[]; seconds: number } {
  const filled = voices.filter((voice) => voice.points.length > 0);
  for (const voice of voices)
    if (voice.points.length === 0) notes.add(voice.place, `${voice.name} has no entries and is left out.`);
  const lengths = filled.map((voice) => voice.seconds).filter((seconds) => seconds > 0);
  if (lengths.length === 0)
    throw new ImportError(root.place, 'no voice lasts any time', 'a voice with an entry of some duration');
  let seconds = Math.min(...lengths);
  if (seconds > LIMITS.durationSeconds) {
    notes.add(root.place, `A pass lasts ${seconds} s; it is cut after ${LIMITS.durationSeconds} s.`);
    seconds = LIMITS.durationSeconds;
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
  const root = readXml(text, notes);
  if (root.name.toLowerCase() !== 'schedule') {
    throw new ImportError(root.place, `the file is a ${root.name.slice(0, 40)}`, 'a schedule element');
  }
  const overall: Overall = {
    left: root.number('overallvolume_left', notes, 1),
    right: root.number('overallvolume_right', notes, 1),
    swap: root.flag('stereoswap', notes),
  };
  const schedule = root.children('voice').map((fields, index) => readVoice(fields, overall, index, notes));
  if (schedule.length === 0) throw new ImportError(root.place, 'the schedule has no voice', 'a voice element');
  const pass = passOf(schedule, root, notes);
  noteCounts(root, schedule, pass.seconds, notes);
  const { voices: filled, seconds, times } = longEnough(pass.voices, pass.seconds, root, notes);
  const courses = coursesOf(root, filled, seconds, notes);
  const places = new Map<Voice, Place>();
  const written = filled.flatMap((voice, index) => {
    const made = programVoice(voice, courses[index] ?? [], notes);
    if (!made) return [];
    places.set(made, voice.place);
    return [made];
  });
  const voices = fitVoices(written, notes, (voice) => places.get(voice) ?? null);
  if (voices.length === 0) throw new ImportError(root.place, 'no voice can be played', 'a voice of a type from 0 to 6');
  const loops = root.number('loops', notes, 1);
  const loop = loops <= 0 || loops > LIMITS.loop ? 0 : Math.max(1, Math.round(loops / times));
  if (loops > LIMITS.loop)
    notes.add(root.place, `${loops} loops are more than ${LIMITS.loop}; the program is endless.`);
  const gain = fitLevels(voices, notes);
  const title = (root.text('title') ?? '').replace(/\s+/g, ' ').trim().slice(0, 200).toWellFormed();
  const author = root.text('author')?.trim();
  const remarks = [root.text('schedule_description')?.trim(), author ? `Author: ${author}` : ''].filter(Boolean);
  noteUnread(root, notes);
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
