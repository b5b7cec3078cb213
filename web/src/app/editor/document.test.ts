import assert from 'node:assert/strict';
import { checkProgram } from '@nes/program/check.ts';
import type { Curve, Keyframe, VoiceKind } from '@nes/program/model.ts';
import { valueAt } from '@nes/program/values.ts';
import fc from 'fast-check';
import { test } from 'vitest';
import { axisOf, limitsOf, type Parameter, rounded, shareOf, valueAtShare } from './axis.ts';
import {
  addKeyframe,
  addVoice,
  changeDraft,
  changeDuration,
  changeKind,
  changePhase,
  changeProgram,
  changeVoice,
  duplicateVoice,
  fitGain,
  moveKeyframes,
  movePhaseEnd,
  moveVoice,
  newDraft,
  nudgeKeyframes,
  pasteKeyframes,
  removeKeyframes,
  removePhase,
  removeVoice,
  replaceDraft,
  setKeyframes,
  splitPhase,
} from './commands.ts';
import { type Draft, type Edit, EditorDocument, type Selection } from './document.ts';
import { applyPatch, patchOf } from './patch.ts';

const freeze = <T>(value: T): T => {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    for (const inner of Object.values(value)) freeze(inner);
  }
  return value;
};

const frame = (at: number, fields: Partial<Keyframe> = {}): Keyframe => ({
  at,
  carrier: 200,
  beat: 10,
  level: 0.3,
  pan: 0,
  curve: 'LINEAR',
  ...fields,
});

/** Two voices and three phases over 100 s. */
function sample(): Draft {
  const draft = newDraft();
  return freeze({
    ...draft,
    title: 'Sample',
    program: {
      ...draft.program,
      durationSeconds: 100,
      phases: ['In', 'Stay', 'Out'].map((name, index) => ({
        name,
        description: '',
        durationSeconds: [20, 50, 30][index] as number,
        colour: '#112233',
      })),
      voices: [
        {
          kind: 'BINAURAL',
          name: 'Tone',
          waveform: 'SINE',
          keyframes: [frame(0, { level: 0 }), frame(10), frame(50, { beat: 6 }), frame(50, { beat: -4 }), frame(100)],
        },
        {
          kind: 'NOISE',
          name: 'Bed',
          colour: 'PINK',
          correlation: 0,
          modulationDepth: 0,
          spin: false,
          keyframes: [frame(0, { carrier: 0, beat: 0, level: 0.1 }), frame(100, { carrier: 0, beat: 0, level: 0.1 })],
        },
      ],
    },
  } satisfies Draft);
}

const chosen = (voice: number, ...frames: number[]): Selection => new Map([[voice, frames]]);

const kinds: VoiceKind[] = ['BINAURAL', 'MONAURAL', 'ISOCHRONIC', 'NOISE', 'BELL', 'DROPS', 'SAMPLE'];
const curves: Curve[] = ['LINEAR', 'HOLD', 'SMOOTH'];
const parameters: Parameter[] = ['beat', 'carrier', 'level', 'pan'];
const voiceIndex = fc.integer({ min: 0, max: 4 });
const seconds = fc.double({ min: 0, max: 160, noNaN: true });
const selection: fc.Arbitrary<Selection> = fc
  .array(fc.tuple(voiceIndex, fc.uniqueArray(fc.integer({ min: 0, max: 9 }), { maxLength: 5 })), { maxLength: 3 })
  .map((entries) => new Map(entries.map(([voice, frames]) => [voice, frames.sort((a, b) => a - b)])));

/** Any command with any arguments, sensible or not. */
const edit: fc.Arbitrary<Edit> = fc.oneof(
  fc.record({ title: fc.string(), tags: fc.array(fc.string(), { maxLength: 2 }) }).map(changeDraft),
  fc.record({ gain: fc.double({ min: 0, max: 1, noNaN: true }) }).map(changeProgram),
  fc
    .tuple(fc.double({ min: 0.5, max: 300, noNaN: true }), fc.constantFrom('cut' as const, 'stretch' as const))
    .map(([length, how]) => changeDuration(length, how)),
  fc.constantFrom(...kinds).map(addVoice),
  voiceIndex.map(removeVoice),
  voiceIndex.map(duplicateVoice),
  fc.tuple(voiceIndex, voiceIndex).map(([from, to]) => moveVoice(from, to)),
  fc.tuple(voiceIndex, fc.constantFrom(...kinds)).map(([voice, kind]) => changeKind(voice, kind)),
  fc.tuple(voiceIndex, fc.string()).map(([voice, name]) => changeVoice(voice, { name })),
  voiceIndex.map((voice) => changeVoice(voice, { waveform: 'HARMONICS', harmonics: [1, 0.5] })),
  voiceIndex.map((voice) => changeVoice(voice, { waveform: 'SINE', harmonics: undefined })),
  fc.tuple(voiceIndex, seconds).map(([voice, at]) => addKeyframe(voice, at)),
  selection.map(removeKeyframes),
  fc
    .tuple(
      selection,
      fc.double({ min: -50, max: 50, noNaN: true }),
      fc.double({ min: -1, max: 1, noNaN: true }),
      fc.constantFrom(...parameters),
      fc.boolean(),
    )
    .map(
      ([frames, shift, share, parameter, snap]): Edit =>
        (state) => {
          const axisFor = (index: number) => {
            const voice = state.draft.program.voices[index];
            return voice ? axisOf(state.draft.program, voice, parameter) : null;
          };
          return moveKeyframes(frames, shift, share, axisFor, snap)(state);
        },
    ),
  fc.tuple(selection, fc.constantFrom(...curves)).map(([frames, curve]) => setKeyframes(frames, { curve })),
  fc.tuple(selection, fc.integer({ min: 0, max: 50 })).map(([frames, at]) => setKeyframes(frames, { at })),
  fc
    .tuple(selection, fc.constantFrom(...parameters), fc.double({ min: -3, max: 3, noNaN: true }))
    .map(([frames, parameter, by]) => nudgeKeyframes(frames, parameter, by, (voice) => limitsOf(parameter, voice))),
  fc.tuple(voiceIndex, seconds).map(([voice, at]) => pasteKeyframes(voice, [frame(3), frame(7)], at)),
  fc.tuple(voiceIndex, fc.string()).map(([phase, name]) => changePhase(phase, { name })),
  seconds.map((at) => splitPhase(at, 'New', '#445566')),
  voiceIndex.map(removePhase),
  fc.tuple(voiceIndex, seconds).map(([phase, at]) => movePhaseEnd(phase, at)),
  fc.constant(fitGain),
  fc.constant(replaceDraft(newDraft())),
);

type Step =
  | { do: 'edit'; edit: Edit; merge: string | null }
  | { do: 'drag'; edits: Edit[]; cancel: boolean }
  | { do: 'undo' | 'redo' };

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({ do: fc.constant('edit' as const), edit, merge: fc.constantFrom(null, 'nudge') }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('drag' as const),
      edits: fc.array(edit, { maxLength: 3 }),
      cancel: fc.boolean(),
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constantFrom('undo' as const, 'redo' as const) }) },
);

function run(document: EditorDocument, taken: Step): void {
  if (taken.do === 'edit') document.edit('Edit', (state) => freeze(taken.edit(state)), taken.merge);
  else if (taken.do === 'drag') {
    const gesture = document.gesture('Drag');
    for (const one of taken.edits) gesture.update((state) => freeze(one(state)));
    if (taken.cancel) gesture.cancel();
    else gesture.end();
  } else document[taken.do]();
}

test('any steps, then undo of everything: the start; then redo of everything: the end', () => {
  const start = sample();
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
      const document = new EditorDocument(start);
      for (const taken of steps) run(document, taken);
      while (document.redo());
      const end = document.draft;
      while (document.undo());
      assert.deepStrictEqual(document.draft, start);
      assert.equal(document.undoLabel, null);
      while (document.redo());
      assert.deepStrictEqual(document.draft, end);
    }),
    { numRuns: 400 },
  );
});

test('any steps keep points in the order of time, voices with a point, and chosen points that exist', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 25 }), (steps) => {
      const document = new EditorDocument(sample());
      for (const taken of steps) {
        run(document, taken);
        for (const voice of document.program.voices) {
          assert.ok(voice.keyframes.length > 0);
          for (const [index, one] of voice.keyframes.entries()) {
            if (index > 0) assert.ok(one.at >= (voice.keyframes[index - 1] as Keyframe).at);
          }
        }
        for (const [voice, frames] of document.state.selection) {
          const count = document.program.voices[voice]?.keyframes.length ?? 0;
          assert.ok(
            frames.every((place, index) => place < count && (index === 0 || place > (frames[index - 1] as number))),
            `voice ${voice} with ${count} points: ${frames}`,
          );
        }
        const sum = document.program.phases.reduce((all, phase) => all + phase.durationSeconds, 0);
        assert.ok(Math.abs(sum - document.program.durationSeconds) < 1e-4, `phases ${sum}`);
      }
    }),
    { numRuns: 300 },
  );
});

test('a patch leads there and back, and an edit of one of 10,000 points keeps one point', () => {
  const before = Array.from({ length: 10_000 }, (_, index) => frame(index));
  const after = before.with(5000, frame(5000, { beat: 7 }));
  const patch = patchOf({ frames: before }, { frames: after });
  assert.ok(patch);
  assert.ok(JSON.stringify(patch).length < 200);
  assert.deepStrictEqual(applyPatch({ frames: before }, patch), { frames: after });
  assert.deepStrictEqual(applyPatch({ frames: after }, patch, true), { frames: before });
  fc.assert(
    fc.property(fc.jsonValue(), fc.jsonValue(), (one, other) => {
      const difference = patchOf(one, other);
      if (!difference) return;
      assert.deepStrictEqual(applyPatch(one, difference), other);
      assert.deepStrictEqual(applyPatch(other, difference, true), one);
    }),
  );
});

test('edits of one name that follow each other are one step; a choice in between ends it', () => {
  const document = new EditorDocument(sample());
  const nudge = (): void =>
    document.edit(
      'Nudge',
      nudgeKeyframes(chosen(0, 1), 'beat', 0.1, () => [-100, 100]),
      'beat',
    );
  nudge();
  nudge();
  assert.equal(document.depth, 1);
  assert.equal(document.program.voices[0]?.keyframes[1]?.beat, 10.2);
  document.select(0, chosen(0, 1));
  nudge();
  assert.equal(document.depth, 2);
  document.undo();
  document.undo();
  assert.equal(document.program.voices[0]?.keyframes[1]?.beat, 10);
});

test('saved, changed, undone to the saved state', () => {
  const document = new EditorDocument(sample());
  assert.equal(document.changed, false);
  document.edit('Gain', changeProgram({ gain: 0.5 }));
  assert.equal(document.changed, true);
  document.markSaved();
  assert.equal(document.changed, false);
  document.undo();
  assert.equal(document.changed, true);
  document.edit('Gain', changeProgram({ gain: 0.4 }));
  document.undo();
  document.redo();
  assert.equal(document.changed, true, 'the saved state cannot be reached any more');
});

test('a dragged point passes its neighbours and stays chosen', () => {
  const document = new EditorDocument(sample());
  document.select(0, chosen(0, 1));
  const drag = document.gesture('Move');
  drag.update(moveKeyframes(document.state.selection, 60, 0, () => null));
  drag.end();
  assert.deepEqual(
    document.program.voices[0]?.keyframes.map(({ at }) => at),
    [0, 50, 50, 70, 100],
  );
  assert.deepEqual([...document.state.selection], [[0, [3]]]);
  document.undo();
  assert.deepEqual([...document.state.selection], [[0, [1]]]);
});

test('the end of a drag is told, so that it can be offered for undoing', () => {
  const document = new EditorDocument(sample());
  const drag = document.gesture('Move');
  drag.update(moveKeyframes(chosen(0, 1), 5, 0, () => null));
  let told: string | null = null;
  document.addEventListener('change', () => {
    told = document.undoLabel;
  });
  drag.end();
  assert.equal(told, 'Move');
});

test('a point added on the course changes no value anywhere', () => {
  const document = new EditorDocument(sample());
  const before = document.program.voices[0];
  document.edit('Add', addKeyframe(0, 30));
  const after = document.program.voices[0];
  assert.ok(before && after);
  assert.equal(after.keyframes.length, 6);
  for (let t = 0; t <= 100; t += 0.5) {
    const [one, other] = [valueAt(before, t), valueAt(after, t)];
    assert.ok(Math.abs(one.beat - other.beat) < 1e-9, `${t}`);
  }
});

test('a nearer end keeps the course up to it; stretching keeps the shape', () => {
  const document = new EditorDocument(sample());
  document.edit('Length', changeDuration(30));
  const voice = document.program.voices[0];
  assert.ok(voice);
  assert.deepEqual(
    voice.keyframes.map(({ at }) => at),
    [0, 10, 30],
  );
  assert.ok(Math.abs(valueAt(voice, 30).beat - 8) < 1e-9);
  assert.deepEqual(
    document.program.phases.map(({ durationSeconds }) => durationSeconds),
    [20, 10],
  );
  checkProgram(document.program);
  document.undo();
  document.edit('Length', changeDuration(200, 'stretch'));
  assert.deepEqual(
    document.program.voices[0]?.keyframes.map(({ at }) => at),
    [0, 20, 100, 100, 200],
  );
  checkProgram(document.program);
});

test('gain is fitted below clipping', () => {
  const document = new EditorDocument(sample());
  document.edit('Level', setKeyframes(chosen(0, 1, 2, 3, 4), { level: 1 }));
  assert.throws(() => checkProgram(document.program), /sum of levels/);
  document.edit('Gain', fitGain);
  checkProgram(document.program);
  assert.equal(document.program.gain, 0.909);
});

test('every axis gives back what it was given, and 0 Hz has a place', () => {
  const program = sample().program;
  const [tone] = program.voices;
  assert.ok(tone);
  for (const parameter of parameters) {
    const axis = axisOf(program, tone, parameter);
    for (let share = 0; share <= 1; share += 0.05) {
      assert.ok(Math.abs(shareOf(axis, valueAtShare(axis, share)) - share) < 1e-9, `${parameter} ${share}`);
    }
  }
  const beat = axisOf(program, tone, 'beat');
  assert.equal(valueAtShare(beat, shareOf(beat, 0)), 0);
  assert.equal(rounded(beat, 7.77, true), 8);
});
