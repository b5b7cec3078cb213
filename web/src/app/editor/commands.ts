import { msg } from '@lit/localize';
import { carrierUnit, defaultFields, KINDS } from '@nes/program/kinds.ts';
import { byItself, highestLevel } from '@nes/program/levels.ts';
import type { Keyframe, Phase, Program, Voice, VoiceKind } from '@nes/program/model.ts';
import { keyframeIndex, valueAt } from '@nes/program/values.ts';
import { type Axis, moverOf } from './axis.ts';
import { type Draft, type Edit, type EditorState, noSelection, type Selection } from './document.ts';

/** Edits of the editor's state. All are pure; an index that does not exist leaves the state as it is. */

const withProgram = (state: EditorState, program: Program): EditorState => ({
  ...state,
  draft: { ...state.draft, program },
});

const withVoices = (state: EditorState, voices: Voice[]): EditorState =>
  withProgram(state, { ...state.draft.program, voices });

function withVoice(state: EditorState, index: number, change: (voice: Voice) => Voice): EditorState {
  const { voices } = state.draft.program;
  const before = voices[index];
  if (!before) return state;
  const after = change(before);
  return after === before ? state : withVoices(state, voices.with(index, after));
}

/** Seconds to the microsecond: what a drag leaves behind the comma is not meant. */
export const tidySeconds = (seconds: number): number => Math.round(seconds * 1e6) / 1e6;

export const changeDraft =
  (fields: Partial<Omit<Draft, 'program'>>): Edit =>
  (state) => ({ ...state, draft: { ...state.draft, ...fields } });

export const changeProgram =
  (fields: Partial<Pick<Program, 'gain' | 'loop' | 'seed'>>): Edit =>
  (state) =>
    withProgram(state, { ...state.draft.program, ...fields });

/** Another program in the place of this one, as an import or an older revision is. */
export const replaceDraft =
  (fields: Partial<Draft>): Edit =>
  (state) => ({ draft: { ...state.draft, ...fields }, voice: 0, selection: noSelection });

/** Voices of another program after those that are here. A longer program makes this one longer. */
export const addVoices =
  (voices: readonly Voice[], durationSeconds = 0): Edit =>
  (state) => {
    const longer =
      durationSeconds > state.draft.program.durationSeconds ? changeDuration(durationSeconds)(state) : state;
    const present = longer.draft.program.voices;
    if (voices.length === 0) return longer;
    return { ...withVoices(longer, [...present, ...voices]), voice: present.length, selection: noSelection };
  };

/** A voice that begins later. It is silent before its first point. */
export function shiftedVoice(voice: Voice, seconds: number): Voice {
  if (seconds === 0) return voice;
  const keyframes = voice.keyframes.map((frame) => ({ ...frame, at: tidySeconds(frame.at + seconds) }));
  const first = keyframes[0];
  if (first && first.level > 0 && !KINDS[voice.kind].struck) keyframes.unshift({ ...first, level: 0, curve: 'HOLD' });
  return { ...voice, keyframes };
}

/**
 * A new length. `cut`: points stay where they are; what lies after a nearer end goes, and a point with the values of
 * that moment takes its place. `stretch`: points and phases keep their share of the length.
 */
export const changeDuration =
  (durationSeconds: number, how: 'cut' | 'stretch' = 'cut'): Edit =>
  (state) => {
    const { program } = state.draft;
    if (durationSeconds === program.durationSeconds || !(durationSeconds > 0)) return state;
    const ratio = durationSeconds / program.durationSeconds;
    if (how === 'stretch') {
      const voices = program.voices.map((voice) => ({
        ...voice,
        keyframes: voice.keyframes.map((frame) => ({
          ...frame,
          at: Math.min(durationSeconds, tidySeconds(frame.at * ratio)),
        })),
      }));
      const phases = program.phases.map((phase) => ({ ...phase, durationSeconds: phase.durationSeconds * ratio }));
      return withProgram(state, { ...program, durationSeconds, voices, phases: tiled(phases, durationSeconds) });
    }
    const voices = program.voices.map((voice): Voice => {
      const kept = voice.keyframes.filter(({ at }) => at <= durationSeconds);
      if (kept.length === voice.keyframes.length) return voice;
      const end = voice.keyframes[Math.max(0, keyframeIndex(voice, durationSeconds))];
      const values = valueAt(voice, durationSeconds);
      // A bell would be struck by a point that only marks the end.
      const needless = kept.at(-1)?.at === durationSeconds || (KINDS[voice.kind].struck && kept.length > 0);
      const last: Keyframe[] = needless ? [] : [{ at: durationSeconds, ...values, curve: end?.curve ?? 'LINEAR' }];
      return { ...voice, keyframes: [...kept, ...last] };
    });
    return {
      ...withProgram(state, { ...program, durationSeconds, voices, phases: tiled(program.phases, durationSeconds) }),
      selection: noSelection,
    };
  };

/** Phases that end with the program: those after it go, the last one takes what is left. */
function tiled(phases: readonly Phase[], durationSeconds: number): Phase[] {
  const kept: Phase[] = [];
  let from = 0;
  for (const phase of phases) {
    if (from >= durationSeconds && kept.length > 0) break;
    kept.push(phase);
    from += phase.durationSeconds;
  }
  const last = kept.at(-1);
  if (!last) return kept;
  const before = from - last.durationSeconds;
  if (from !== durationSeconds) kept[kept.length - 1] = { ...last, durationSeconds: durationSeconds - before };
  return kept;
}

/** A voice that can be heard at once: in quietly over ten seconds, and out again. */
export function newVoice(kind: VoiceKind, durationSeconds: number): Voice {
  const { name, start, struck } = KINDS[kind];
  const { carrier, beat, level } = start;
  const point = (at: number, loud: number): Keyframe => ({
    at,
    carrier,
    beat,
    level: loud,
    pan: 0,
    curve: 'LINEAR',
  });
  const fade = Math.min(10, durationSeconds / 4);
  const keyframes = struck
    ? [point(0, level)]
    : [point(0, 0), point(fade, level), point(durationSeconds - fade, level), point(durationSeconds, 0)];
  return { kind, ...defaultFields(kind), name, keyframes } as Voice;
}

export const addVoice =
  (kind: VoiceKind): Edit =>
  (state) =>
    addVoices([newVoice(kind, state.draft.program.durationSeconds)])(state);

export const removeVoice =
  (index: number): Edit =>
  (state) => {
    const { voices } = state.draft.program;
    if (!voices[index]) return state;
    return {
      ...withVoices(state, voices.toSpliced(index, 1)),
      voice: Math.max(0, Math.min(index, voices.length - 2)),
      selection: noSelection,
    };
  };

export const duplicateVoice =
  (index: number): Edit =>
  (state) => {
    const { voices } = state.draft.program;
    const voice = voices[index];
    if (!voice) return state;
    return { ...withVoices(state, voices.toSpliced(index + 1, 0, voice)), voice: index + 1, selection: noSelection };
  };

export const moveVoice =
  (index: number, to: number): Edit =>
  (state) => {
    const { voices } = state.draft.program;
    const voice = voices[index];
    if (!voice || to < 0 || to >= voices.length || to === index) return state;
    const moved = voices.toSpliced(index, 1).toSpliced(to, 0, voice);
    return { ...withVoices(state, moved), voice: to, selection: noSelection };
  };

/** Fields of a voice's own; a field set to `undefined` goes. */
export const changeVoice =
  (index: number, fields: Record<string, unknown>): Edit =>
  (state) =>
    withVoice(state, index, (voice) => {
      const after: Record<string, unknown> = { ...voice, ...fields };
      for (const [name, value] of Object.entries(fields)) if (value === undefined) delete after[name];
      return after as unknown as Voice;
    });

/** Another kind with the same points. A kind without a carrier keeps none; one that had none gets the usual one. */
export const changeKind =
  (index: number, kind: VoiceKind): Edit =>
  (state) =>
    withVoice(state, index, (voice) => {
      if (voice.kind === kind) return voice;
      const tone = 'waveform' in voice && KINDS[kind].tone;
      const kept = tone ? { waveform: voice.waveform, ...(voice.harmonics ? { harmonics: voice.harmonics } : {}) } : {};
      const own = defaultFields(kind);
      const needsCarrier = KINDS[kind].carrier(own) === 'HZ';
      const hadCarrier = carrierUnit(voice) === 'HZ';
      const keyframes =
        needsCarrier === hadCarrier
          ? voice.keyframes
          : voice.keyframes.map((frame) => ({ ...frame, carrier: needsCarrier ? KINDS[kind].start.carrier : 0 }));
      return { kind, ...own, ...kept, name: voice.name, keyframes } as Voice;
    });

/** A point on the course as it is, so that nothing changes until it is moved; or with values of its own. */
export const addKeyframe =
  (index: number, at: number, values: Partial<Keyframe> = {}): Edit =>
  (state) => {
    const voice = state.draft.program.voices[index];
    if (!voice || at < 0 || at > state.draft.program.durationSeconds) return state;
    const before = keyframeIndex(voice, at);
    const from = voice.keyframes[Math.max(0, before)];
    const frame: Keyframe = { at: tidySeconds(at), ...valueAt(voice, at), curve: from?.curve ?? 'LINEAR', ...values };
    const place = before + 1;
    const after = withVoice(state, index, (present) => ({
      ...present,
      keyframes: present.keyframes.toSpliced(place, 0, frame),
    }));
    return { ...after, voice: index, selection: new Map([[index, [place]]]) };
  };

/** Takes points away. A voice keeps at least one: of all its points the first stays. */
export const removeKeyframes =
  (selection: Selection): Edit =>
  (state) => {
    const voices = state.draft.program.voices.map((voice, index) => {
      const gone = new Set(selection.get(index));
      if (gone.size === 0) return voice;
      if (gone.size >= voice.keyframes.length) gone.delete(0);
      const keyframes = voice.keyframes.filter((_, frame) => !gone.has(frame));
      return keyframes.length === voice.keyframes.length ? voice : { ...voice, keyframes };
    });
    const same = voices.every((voice, index) => voice === state.draft.program.voices[index]);
    return same ? state : { ...withVoices(state, voices), selection: noSelection };
  };

/**
 * Puts points in the order of time where a change took them out of it. Points at the same time keep their order.
 * Returns the new place of every point of `chosen`, ascending.
 */
function inOrder(
  keyframes: Keyframe[],
  chosen: readonly number[],
): { keyframes: Keyframe[]; chosen: readonly number[] } {
  const after = (index: number): boolean =>
    (keyframes[index - 1]?.at ?? 0) <= (keyframes[index]?.at ?? Number.POSITIVE_INFINITY);
  // All were in order before, so only a chosen point can be out of it.
  const sorted = chosen.every((index) => after(index) && after(index + 1));
  if (sorted) return { keyframes, chosen };
  const order = keyframes.map((_, index) => index);
  order.sort((a, b) => (keyframes[a] as Keyframe).at - (keyframes[b] as Keyframe).at || a - b);
  const wanted = new Set(chosen);
  const places: number[] = [];
  for (const [place, index] of order.entries()) if (wanted.has(index)) places.push(place);
  return { keyframes: order.map((index) => keyframes[index] as Keyframe), chosen: places };
}

/** Changes every point of a selection; points that get another time go where it belongs. */
function mapKeyframes(
  state: EditorState,
  selection: Selection,
  change: (frame: Keyframe, voice: Voice, index: number) => Keyframe,
): EditorState {
  const chosen = new Map<number, readonly number[]>();
  let changed = false;
  const voices = state.draft.program.voices.map((voice, index) => {
    const frames = selection.get(index)?.filter((place) => place < voice.keyframes.length);
    if (!frames || frames.length === 0) return voice;
    const keyframes = [...voice.keyframes];
    let touched = false;
    for (const place of frames) {
      const before = keyframes[place];
      if (!before) continue;
      const after = change(before, voice, index);
      if (after === before) continue;
      keyframes[place] = after;
      touched = true;
    }
    if (!touched) {
      chosen.set(index, frames);
      return voice;
    }
    changed = true;
    const ordered = inOrder(keyframes, frames);
    chosen.set(index, ordered.chosen);
    return { ...voice, keyframes: ordered.keyframes };
  });
  return changed ? { ...withVoices(state, voices), selection: chosen } : state;
}

/** How far a selection can go in time without leaving the program: seconds back (≤ 0) and forward (≥ 0). */
export function timeRoom(program: Program, selection: Selection): readonly [back: number, forward: number] {
  let first = Number.POSITIVE_INFINITY;
  let last = 0;
  for (const [index, frames] of selection) {
    const voice = program.voices[index];
    for (const place of frames) {
      const at = voice?.keyframes[place]?.at;
      if (at === undefined) continue;
      if (at < first) first = at;
      if (at > last) last = at;
    }
  }
  if (first === Number.POSITIVE_INFINITY) return [0, 0];
  return [-first, Math.max(0, program.durationSeconds - last)];
}

/**
 * Moves points in time and in height together, as a drag does. Points stop at the ends of the program and of the scale.
 * @param seconds how far in time
 * @param share how far in height, in shares of the axis's scale
 * @param axisFor the axis of a voice; null: its points move in time only
 */
export const moveKeyframes =
  (
    selection: Selection,
    seconds: number,
    share: number,
    axisFor: (voice: number) => Axis | null,
    snapValues = false,
  ): Edit =>
  (state) => {
    const [back, forward] = timeRoom(state.draft.program, selection);
    const shift = Math.min(forward, Math.max(back, seconds));
    const movers = new Map<number, { parameter: Axis['parameter']; move: (value: number) => number }>();
    for (const index of selection.keys()) {
      const axis = share === 0 ? null : axisFor(index);
      if (axis) movers.set(index, { parameter: axis.parameter, move: moverOf(axis, share, snapValues) });
    }
    return mapKeyframes(state, selection, (frame, _, index) => {
      const mover = movers.get(index);
      const at = shift === 0 ? frame.at : tidySeconds(frame.at + shift);
      if (!mover) return at === frame.at ? frame : { ...frame, at };
      const { parameter, move } = mover;
      const value = move(frame[parameter]);
      return at === frame.at && value === frame[parameter] ? frame : { ...frame, at, [parameter]: value };
    });
  };

/** The same values for every point of a selection. */
export const setKeyframes =
  (selection: Selection, fields: Partial<Keyframe>): Edit =>
  (state) =>
    mapKeyframes(state, selection, (frame) => {
      const same = Object.entries(fields).every(([name, value]) => frame[name as keyof Keyframe] === value);
      return same ? frame : { ...frame, ...fields };
    });

/** Adds to a value of every point, within `limits`. */
export const nudgeKeyframes =
  (
    selection: Selection,
    parameter: 'beat' | 'carrier' | 'level' | 'pan',
    by: number,
    limits: (voice: Voice) => readonly [number, number],
  ): Edit =>
  (state) =>
    mapKeyframes(state, selection, (frame, voice) => {
      const [low, high] = limits(voice);
      const value = Math.min(high, Math.max(low, Number((frame[parameter] + by).toFixed(6))));
      return value === frame[parameter] ? frame : { ...frame, [parameter]: value };
    });

/** Points of a clipboard, the first of them at `at`. What would lie after the end of the program is left out. */
export const pasteKeyframes =
  (index: number, frames: readonly Keyframe[], at: number): Edit =>
  (state) => {
    const { program } = state.draft;
    const voice = program.voices[index];
    const [first] = frames;
    if (!voice || !first) return state;
    const shifted = frames
      .map((frame) => ({ ...frame, at: tidySeconds(frame.at - first.at + at) }))
      .filter((frame) => frame.at <= program.durationSeconds);
    if (shifted.length === 0) return state;
    const start = keyframeIndex(voice, shifted[0]?.at ?? at) + 1;
    const joined = voice.keyframes.toSpliced(start, 0, ...shifted);
    const places = shifted.map((_, offset) => start + offset);
    const ordered = inOrder(joined, places);
    return {
      ...withVoices(state, program.voices.with(index, { ...voice, keyframes: ordered.keyframes })),
      voice: index,
      selection: new Map([[index, ordered.chosen]]),
    };
  };

export const changePhase =
  (index: number, fields: Partial<Pick<Phase, 'name' | 'description' | 'colour'>>): Edit =>
  (state) => {
    const { program } = state.draft;
    const phase = program.phases[index];
    return phase
      ? withProgram(state, { ...program, phases: program.phases.with(index, { ...phase, ...fields }) })
      : state;
  };

/** Second at which a phase begins. */
export function phaseStart(program: Program, index: number): number {
  let from = 0;
  for (const phase of program.phases.slice(0, index)) from += phase.durationSeconds;
  return from;
}

/** A border at `at`: the phase there becomes two. */
export const splitPhase =
  (at: number, name: string, colour: string): Edit =>
  (state) => {
    const { program } = state.draft;
    let from = 0;
    for (const [index, phase] of program.phases.entries()) {
      const to = from + phase.durationSeconds;
      if (at > from && at < to) {
        const first = { ...phase, durationSeconds: tidySeconds(at - from) };
        const second = { name, description: '', durationSeconds: to - from - first.durationSeconds, colour };
        return withProgram(state, { ...program, phases: program.phases.toSpliced(index, 1, first, second) });
      }
      from = to;
    }
    return state;
  };

/** Takes a phase away; its time goes to the one before it, of the first one to the one after it. */
export const removePhase =
  (index: number): Edit =>
  (state) => {
    const { program } = state.draft;
    const gone = program.phases[index];
    const heir = index === 0 ? 1 : index - 1;
    const phase = program.phases[heir];
    if (!gone || !phase) return state;
    const phases = program.phases
      .with(heir, { ...phase, durationSeconds: phase.durationSeconds + gone.durationSeconds })
      .toSpliced(index, 1);
    return withProgram(state, { ...program, phases });
  };

/** The shortest phase that a moved border leaves, in seconds. */
const SHORTEST_PHASE = 0.1;

/** Moves the border at the end of a phase to the second `at`; its neighbours keep at least a tenth of a second. */
export const movePhaseEnd =
  (index: number, at: number): Edit =>
  (state) => {
    const { program } = state.draft;
    const left = program.phases[index];
    const right = program.phases[index + 1];
    if (!left || !right) return state;
    const from = phaseStart(program, index);
    const to = from + left.durationSeconds + right.durationSeconds;
    if (to - from < 2 * SHORTEST_PHASE) return state;
    const border = Math.min(to - SHORTEST_PHASE, Math.max(from + SHORTEST_PHASE, tidySeconds(at)));
    if (border === from + left.durationSeconds) return state;
    const phases = program.phases
      .with(index, { ...left, durationSeconds: tidySeconds(border - from) })
      .with(index + 1, { ...right, durationSeconds: to - from - tidySeconds(border - from) });
    return withProgram(state, { ...program, phases });
  };

/** The largest gain with which the program cannot clip, in steps of a thousandth. */
export const fitGain: Edit = (state) => {
  const { program } = state.draft;
  const { level } = highestLevel(program.voices, byItself);
  const gain = level <= 1 ? 1 : Math.floor(1000 / level) / 1000;
  return gain === program.gain ? state : withProgram(state, { ...program, gain });
};

/** Phases whose lengths do not add up to the program's: the last one takes the difference. */
export const fitPhases: Edit = (state) => {
  const { program } = state.draft;
  return withProgram(state, { ...program, phases: tiled(program.phases, program.durationSeconds) });
};

/** A program to begin with: ten minutes of a 10 Hz binaural beat that comes and goes softly. */
export function newDraft(): Draft {
  const durationSeconds = 600;
  return {
    title: '',
    summary: '',
    description: '',
    category: 'OTHER',
    tags: [],
    translations: {},
    startClockSeconds: null,
    program: {
      durationSeconds,
      phases: [{ name: msg('Session'), description: '', durationSeconds, colour: '#3fc1c9' }],
      voices: [newVoice('BINAURAL', durationSeconds)],
      gain: 1,
      loop: 1,
      seed: 1,
    },
  };
}
