import { ImportError, type Place } from './import-error.ts';
import { clockSpan, DAY_MS } from './sbg-time.ts';
import { isBell, OFF, type Setting } from './sbg-tone.ts';

/** Fade codes: `<` or `>` through silence, `-` tones of another pitch through silence, `=` a slide. */
export type FadeCode = 0 | 1 | 2;

/** A time line of a sequence, its blocks unfolded. */
export interface TimeLine {
  /** Clock time in milliseconds, below `DAY_MS`. */
  at: number;
  place: Place;
  fadeIn: FadeCode;
  fadeOut: FadeCode;
  settings: Setting[];
  /** How it goes on to the next line: a fade around its time, a slide all the way (`->`), or at once (`step`). */
  change: 'FADE' | 'SLIDE' | 'STEP';
}

/** All channels from one moment to another, going straight from `from` to `to`. */
export interface Stretch {
  start: number;
  end: number;
  from: Setting[];
  to: Setting[];
}

export const CHANNELS = 16;

const sameSource = (a: Setting, b: Setting) => a.source?.key === b.source?.key;

const samePitch = (a: Setting, b: Setting) => a.carrier === b.carrier && a.beat === b.beat;

const sameSetting = (a: Setting, b: Setting) => sameSource(a, b) && samePitch(a, b) && a.level === b.level;

function isStill(stretch: Stretch, settings: Setting[]): boolean {
  return (
    stretch.from.every((setting, channel) => sameSetting(setting, settings[channel] ?? OFF)) &&
    stretch.to.every((setting, channel) => sameSetting(setting, settings[channel] ?? OFF))
  );
}

/** A tone-set while the day is laid out: where it sounds alone and where its change to the next one begins. */
interface Stay {
  line: TimeLine;
  start: number;
  changeStart: number;
  settings: Setting[];
}

/** A change begins at the next line's time, a slide at the line's own; then fades take their room from both sides. */
function layOut(lines: TimeLine[], fadeMs: number): Stay[] {
  const stays = lines.map((line): Stay => {
    const settings = Array.from({ length: CHANNELS }, (_, channel) => line.settings[channel] ?? OFF);
    return { line, start: line.at, changeStart: line.at, settings };
  });
  const following = (index: number) => stays[(index + 1) % stays.length] as Stay;
  for (const [index, stay] of stays.entries()) {
    if (stay.line.change !== 'SLIDE') stay.changeStart = following(index).start;
  }
  for (const [index, stay] of stays.entries()) {
    if (stay.line.change !== 'FADE') continue;
    const next = following(index);
    const room = clockSpan(stay.changeStart, next.start);
    if (room >= fadeMs) continue;
    const wanted = Math.trunc((fadeMs - room) / 2);
    const before = Math.min(wanted, clockSpan(stay.start, stay.changeStart));
    const after = Math.min(wanted, clockSpan(next.start, next.changeStart));
    stay.changeStart = (stay.changeStart - before + DAY_MS) % DAY_MS;
    next.start = (next.start + after) % DAY_MS;
  }
  return stays;
}

/** One or two stretches from one tone-set to the next. May take a bell out of `next`: it rings in the change. */
function changeStretches(stay: Stay, next: Stay): Stretch[] {
  const slides = stay.line.change === 'SLIDE';
  const from = stay.settings.map((setting) => (isBell(setting) && !slides ? OFF : setting));
  const to = next.settings.map((setting) => (isBell(setting) && slides ? OFF : setting));
  if (slides) {
    for (let channel = 0; channel < CHANNELS; channel++) {
      const left = from[channel] ?? OFF;
      const right = to[channel] ?? OFF;
      if (!left.source && right.source && !isBell(right)) from[channel] = { ...right, level: 0 };
      else if (left.source && !right.source) to[channel] = { ...left, level: 0 };
    }
  }
  const fadeOut = slides ? 2 : stay.line.fadeOut;
  const fadeIn = slides ? 2 : next.line.fadeIn;
  const before = from.slice();
  const after = to.slice();
  let bends = false;
  for (let channel = 0; channel < CHANNELS; channel++) {
    const left = from[channel] ?? OFF;
    const right = to[channel] ?? OFF;
    const otherPitch = (fadeOut === 1 || fadeIn === 1) && left.source?.pitched && !samePitch(left, right);
    if (fadeOut === 0 || fadeIn === 0 || !sameSource(left, right) || otherPitch) {
      bends = true;
      before[channel] = { ...left, level: 0 };
      after[channel] = { ...right, level: isBell(right) ? right.level : 0 };
      if (isBell(right)) next.settings[channel] = OFF;
    } else if (isBell(left)) {
      after[channel] = OFF;
      to[channel] = OFF;
    } else {
      const middle: Setting = {
        source: left.source,
        carrier: (left.carrier + right.carrier) / 2,
        beat: (left.beat + right.beat) / 2,
        level: (left.level + right.level) / 2,
      };
      before[channel] = middle;
      after[channel] = middle;
    }
  }
  const start = stay.changeStart;
  const end = next.start;
  if (!bends) return [{ start, end, from, to }];
  const sum = start + end + (end < start ? DAY_MS : 0);
  const middle = Math.floor(sum / 2) % DAY_MS;
  return [
    { start, end: middle, from, to: before },
    { start: middle, end, from: after, to },
  ];
}

/** Two lines in wrong order make the day longer than 24 hours. */
function refuseDisorder(lines: TimeLine[], stretches: Stretch[]): void {
  const total = stretches.reduce((sum, stretch) => sum + clockSpan(stretch.start, stretch.end), 0);
  if (total <= DAY_MS) return;
  let longest = 0;
  let found = lines[0] as TimeLine;
  for (const [index, line] of lines.entries()) {
    const span = index === 0 ? 0 : clockSpan((lines[index - 1] as TimeLine).at, line.at);
    if (span > longest) {
      longest = span;
      found = line;
    }
  }
  throw new ImportError(
    found.place,
    'the time lines together last longer than 24 hours: probably this one is out of order',
    'times that rise, and pass midnight at most once',
  );
}

/**
 * What all channels do over the day, by SBaGen's rules:
 * - A line lasts until the next one; the change takes `fadeMs` around its time, as far as the neighbours leave room.
 * - With `->` the whole time to the next line is the change.
 * - A channel changes through silence where either side asks for it (`<` `>`), where it plays something else, or where
 *   either side has `-` and the pitch differs. Otherwise level, carrier and beat go straight across.
 * - A slide (`->`) lets an off channel take the other side's pitch at level 0.
 * - A bell rings once, at the middle of the change into its line.
 *
 * @returns stretches in clock time, in order, that fill the day; none has no length
 * @throws {ImportError} where the lines pass midnight more than once
 */
export function dayStretches(lines: TimeLine[], fadeMs: number): Stretch[] {
  const stays = layOut(lines, fadeMs);
  const changes = stays.map((stay, index) => changeStretches(stay, stays[(index + 1) % stays.length] as Stay));
  const all = stays.flatMap((stay, index) => [
    { start: stay.start, end: stay.changeStart, from: stay.settings, to: stay.settings },
    ...(changes[index] ?? []),
  ]);
  refuseDisorder(lines, all);
  const stretches: Stretch[] = [];
  for (const stretch of all) {
    if (stretch.start === stretch.end) continue;
    const last = stretches.at(-1);
    // What stays as it was is one stretch; two bells in a row ring once.
    if (last && isStill(last, stretch.from) && isStill(stretch, stretch.from)) last.end = stretch.end;
    else stretches.push({ ...stretch });
  }
  // Of a single line without length SBaGen keeps the first part of its change into itself, and plays that all day.
  const [stay, change = stay] = all;
  if (stretches.length === 0 && change) return [{ ...change, end: change.start }];
  return stretches;
}
