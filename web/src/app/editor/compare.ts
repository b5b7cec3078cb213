import type { Keyframe, Program, Voice } from '@nes/program/model.ts';
import { valueAt } from '@nes/program/values.ts';
import { type Parameter, parametersOf } from './axis.ts';

/** One difference between two programs, with the values on either side; null where there is nothing on that side. */
export interface Difference {
  /** Where, such as `voices[1].keyframes[3].beat`. */
  path: string;
  before: string | null;
  after: string | null;
}

const words = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value));

const told = ({ at, carrier, beat, level, pan, curve }: Keyframe): string =>
  `${at} s: carrier ${carrier}, beat ${beat}, level ${level}, pan ${pan}, ${curve}`;

const sameFrame = (one: Keyframe, other: Keyframe): boolean => told(one) === told(other);

/**
 * What differs between two programs, in their order. Points are matched by their time, so that one point more is one
 * difference and not one for every point after it.
 * @param most the list ends here; the true number stands in `count`
 */
export function differencesOf(before: Program, after: Program, most = 500): { list: Difference[]; count: number } {
  const list: Difference[] = [];
  let count = 0;
  const add = (path: string, one: string | null, other: string | null): void => {
    count++;
    if (list.length < most) list.push({ path, before: one, after: other });
  };
  fields(before, after, ['phases', 'voices'], '', add);
  for (let index = 0; index < Math.max(before.phases.length, after.phases.length); index++) {
    const [one, other] = [before.phases[index], after.phases[index]];
    if (one && other) fields(one, other, [], `phases[${index}]`, add);
    else add(`phases[${index}]`, one ? one.name : null, other ? other.name : null);
  }
  for (let index = 0; index < Math.max(before.voices.length, after.voices.length); index++) {
    const [one, other] = [before.voices[index], after.voices[index]];
    const path = `voices[${index}]`;
    if (!one || !other) {
      add(path, one ? one.name : null, other ? other.name : null);
      continue;
    }
    fields(one, other, ['keyframes'], path, add);
    frames(one.keyframes, other.keyframes, `${path}.keyframes`, add);
  }
  return { list, count };
}

/** Two courses that differ by less than this look and sound alike. */
const ALIKE = 1e-9;

/**
 * Which courses of which voices differ between two programs: index of the voice → its parameters, the most telling first.
 * Courses are compared where either side has a point, and at a quarter of the way to the next: a smooth curve meets the
 * straight one halfway.
 */
export function differingCourses(before: Program, after: Program): ReadonlyMap<number, readonly Parameter[]> {
  const found = new Map<number, readonly Parameter[]>();
  for (let index = 0; index < Math.max(before.voices.length, after.voices.length); index++) {
    const [one, other] = [before.voices[index], after.voices[index]];
    if (one === other) continue;
    const parameters = parametersOf((other ?? one) as Voice);
    const differing = one && other ? parameters.filter((parameter) => differs(one, other, parameter)) : parameters;
    if (differing.length > 0) found.set(index, differing);
  }
  return found;
}

function differs(one: Voice, other: Voice, parameter: Parameter): boolean {
  if (one.keyframes === other.keyframes) return false;
  const times = [...new Set([...one.keyframes, ...other.keyframes].map(({ at }) => at))].sort((a, b) => a - b);
  return times.some((at, place) => {
    const between = at + ((times[place + 1] ?? at) - at) / 4;
    return [at, between].some(
      (moment) => Math.abs(valueAt(one, moment)[parameter] - valueAt(other, moment)[parameter]) > ALIKE,
    );
  });
}

type Add = (path: string, before: string | null, after: string | null) => void;

function fields(before: object, after: object, without: readonly string[], path: string, add: Add): void {
  const one = before as Record<string, unknown>;
  const other = after as Record<string, unknown>;
  for (const name of new Set([...Object.keys(one), ...Object.keys(other)])) {
    if (without.includes(name)) continue;
    const [left, right] = [one[name], other[name]];
    if (JSON.stringify(left) === JSON.stringify(right)) continue;
    const place = path ? `${path}.${name}` : name;
    add(place, left === undefined ? null : words(left), right === undefined ? null : words(right));
  }
}

function frames(before: readonly Keyframe[], after: readonly Keyframe[], path: string, add: Add): void {
  let left = 0;
  let right = 0;
  while (left < before.length || right < after.length) {
    const one = before[left];
    const other = after[right];
    if (one && other && one.at === other.at) {
      // Of points at the same time a run on either side is matched in its order.
      if (!sameFrame(one, other)) fields(one, other, [], `${path}[${right}]`, add);
      left++;
      right++;
    } else if (one && (!other || one.at < other.at)) {
      add(`${path}[${left}]`, told(one), null);
      left++;
    } else if (other) {
      add(`${path}[${right}]`, null, told(other));
      right++;
    }
  }
}
