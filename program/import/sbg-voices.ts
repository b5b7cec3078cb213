import { LIMITS } from '../check.ts';
import type { Keyframe, Voice } from '../model.ts';
import type { NoteList } from './note-list.ts';
import { DAY_MS } from './sbg-time.ts';
import { CHANNELS, type Stretch } from './sbg-timeline.ts';
import { isBell, OFF, type Setting, type Source } from './sbg-tone.ts';

/** A stretch in seconds from the program's start. */
interface Part {
  start: number;
  end: number;
  from: Setting[];
  to: Setting[];
}

function between(from: Setting, to: Setting, share: number): Setting {
  if (share <= 0 || isBell(from)) return from;
  if (share >= 1) return to;
  return {
    source: from.source,
    carrier: from.carrier + (to.carrier - from.carrier) * share,
    beat: from.beat + (to.beat - from.beat) * share,
    level: from.level + (to.level - from.level) * share,
  };
}

/** The part of a stretch from `low` to `high`, all in milliseconds from the program's start. */
function cut(stretch: Stretch, start: number, length: number, low: number, high: number): Part | null {
  const from = Math.max(start, low);
  const to = Math.min(start + length, high);
  if (to <= from) return null;
  const at = (ms: number) =>
    stretch.from.map((setting, channel) => between(setting, stretch.to[channel] ?? OFF, (ms - start) / length));
  return {
    start: (from - low) / 1000,
    end: (to - low) / 1000,
    from: from === start ? stretch.from : at(from),
    to: to === start + length ? stretch.to : at(to),
  };
}

/** The stretches of the day from clock time `originMs` on, for `durationMs`. */
function unroll(stretches: Stretch[], originMs: number, durationMs: number): Part[] {
  const parts: Part[] = [];
  for (const stretch of stretches) {
    const start = (stretch.start - originMs + DAY_MS) % DAY_MS;
    const length = (stretch.end - stretch.start + DAY_MS) % DAY_MS || DAY_MS;
    // A stretch across the origin comes at both ends.
    for (const at of [start - DAY_MS, start]) {
      const part = cut(stretch, at, length, 0, durationMs);
      if (part) parts.push(part);
    }
  }
  return parts.sort((a, b) => a.start - b.start);
}

const ROUNDING = 1e-9;

/** Whether `middle` lies on the straight line from `from` to `to`. */
function onLine(from: Keyframe, middle: Keyframe, to: Keyframe): boolean {
  if (from.curve !== middle.curve) return false;
  const share = from.curve === 'HOLD' ? 0 : (middle.at - from.at) / (to.at - from.at);
  const near = (key: 'carrier' | 'beat' | 'level') =>
    Math.abs(from[key] + (to[key] - from[key]) * share - middle[key]) <= ROUNDING;
  return near('carrier') && near('beat') && near('level');
}

/** Keyframes of one voice, without those that say nothing new. */
class Course {
  readonly #frames: Keyframe[] = [];

  add(at: number, setting: Setting, level: number, curve: Keyframe['curve']): void {
    const frame: Keyframe = { at, carrier: setting.carrier, beat: setting.beat, level, pan: 0, curve };
    const last = this.#frames.at(-1);
    if (last && last.at === at && last.carrier === frame.carrier && last.beat === frame.beat && last.level === level) {
      last.curve = curve;
      return;
    }
    // Of three at the same time the middle one is never heard.
    if (last?.at === at && this.#frames.at(-2)?.at === at) this.#frames.pop();
    this.#drop(frame);
    this.#frames.push(frame);
  }

  /** Takes the last keyframe away where it lies between its neighbours. */
  #drop(next: Keyframe): void {
    const middle = this.#frames.at(-1);
    const from = this.#frames.at(-2);
    if (from && middle && from.at < middle.at && middle.at < next.at && onLine(from, middle, next)) this.#frames.pop();
  }

  /** From here to the next keyframe nothing moves. */
  hold(): void {
    const last = this.#frames.at(-1);
    if (last) last.curve = 'HOLD';
  }

  frames(): Keyframe[] {
    const last = this.#frames.at(-1);
    const before = this.#frames.at(-2);
    const still =
      last && before && last.carrier === before.carrier && last.beat === before.beat && last.level === before.level;
    if (still) this.#frames.pop();
    const end = this.#frames.at(-1);
    if (end) end.curve = 'LINEAR';
    return this.#frames;
  }
}

function keyframesOf(parts: Part[], { channels, source }: Player): Keyframe[] {
  const course = new Course();
  let active = false;
  let begun = false;
  let last = OFF;
  for (const part of parts) {
    const channel = channels.find((each) => plays(part, each, source)) ?? -1;
    const from = part.from[channel] ?? OFF;
    if (channel < 0) {
      // Where the channel is off or plays something else, the voice waits at level 0 on its last pitch.
      if (active) course.add(part.start, last, 0, 'HOLD');
      active = false;
      continue;
    }
    // Before its first tone the voice waits on that pitch.
    if (!begun && part.start > 0) course.add(0, from, 0, 'HOLD');
    if (isBell(from)) {
      course.add(part.start, from, from.level, 'HOLD');
      course.add(part.end, from, 0, 'HOLD');
      last = from;
    } else {
      last = part.to[channel] ?? OFF;
      course.add(part.start, from, from.level, 'LINEAR');
      course.add(part.end, last, last.level, 'LINEAR');
    }
    active = true;
    begun = true;
  }
  return course.frames();
}

/** What one voice plays: a source, on one channel or on several that never play it at the same time. */
interface Player {
  channels: number[];
  source: Source;
}

const plays = (part: Part, channel: number, source: Source): boolean => part.from[channel]?.source?.key === source.key;

/** Players of the same source that are never heard together share a voice. */
function joined(players: Player[], parts: Part[]): Player[] {
  const whole: Player[] = [];
  for (const player of players) {
    const free = whole.find(
      ({ source, channels }) =>
        source.key === player.source.key &&
        parts.every(
          (part) =>
            !channels.some((channel) => plays(part, channel, source)) ||
            !player.channels.some((channel) => plays(part, channel, source)),
        ),
    );
    if (free) free.channels.push(...player.channels);
    else whole.push({ ...player, channels: [...player.channels] });
  }
  return whole;
}

/** How much of a player is heard: level times seconds. */
function weight({ channels, source }: Player, parts: Part[]): number {
  let sum = 0;
  for (const part of parts) {
    for (const channel of channels) {
      if (!plays(part, channel, source)) continue;
      const level = Math.abs(part.from[channel]?.level ?? 0) + Math.abs(part.to[channel]?.level ?? 0);
      sum += (level / 2) * (part.end - part.start);
    }
  }
  return sum;
}

/**
 * The voices of a sequence from clock time `originMs` on: one for each channel and thing that it plays, in order of the
 * channels. A voice is silent while its channel is off or plays something else. Where a program holds fewer, those that
 * are never heard together share a voice, and then the quietest are left out.
 */
export function voicesOf(stretches: Stretch[], originMs: number, durationMs: number, notes: NoteList): Voice[] {
  const parts = unroll(stretches, originMs, durationMs);
  let players: Player[] = [];
  for (let channel = 0; channel < CHANNELS; channel++) {
    const sources = new Map<string, Source>();
    for (const part of parts) {
      const source = part.from[channel]?.source;
      if (source) sources.set(source.key, source);
    }
    for (const source of sources.values()) players.push({ channels: [channel], source });
  }
  const name = ({ channels, source }: Player) =>
    `Channel ${channels.map((channel) => channel + 1).join(' and ')} ${source.label}`;
  // Counted before anything is built: a short file can ask for thousands.
  if (players.length > LIMITS.voices) {
    const wanted = players.length;
    players = joined(players, parts);
    notes.add(
      null,
      `The sequence plays ${wanted} things on its channels, a program has ${LIMITS.voices} voices: those that are never heard together share one.`,
    );
  }
  if (players.length > LIMITS.voices) {
    const heard = players.toSorted((a, b) => weight(b, parts) - weight(a, parts)).slice(0, LIMITS.voices);
    for (const player of players) if (!heard.includes(player)) notes.add(null, `${name(player)} is left out.`);
    players = players.filter((player) => heard.includes(player));
  }
  return players.map((player) => player.source.voice(name(player), keyframesOf(parts, player)));
}
