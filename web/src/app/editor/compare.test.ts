import assert from 'node:assert/strict';
import { test } from 'vitest';
import { addKeyframe, addVoice, changeProgram, movePhaseEnd, newDraft, setKeyframes, splitPhase } from './commands.ts';
import { differencesOf, differingCourses } from './compare.ts';
import { type Edit, EditorDocument } from './document.ts';
import { placeOf, problemsOf } from './problems.ts';

const after = (...edits: Edit[]) => {
  const document = new EditorDocument(newDraft());
  for (const edit of edits) document.edit('Edit', edit);
  return document.program;
};

test('a program does not differ from itself', () => {
  assert.deepEqual(differencesOf(after(), after()), { list: [], count: 0 });
});

test('one changed value is one difference, with its place and both values', () => {
  const { list } = differencesOf(after(), after(setKeyframes(new Map([[0, [1]]]), { beat: 6 })));
  assert.deepEqual(list, [{ path: 'voices[0].keyframes[1].beat', before: '10', after: '6' }]);
});

test('one point more is one difference, whatever comes after it', () => {
  const { list } = differencesOf(after(), after(addKeyframe(0, 5)));
  assert.equal(list.length, 1);
  assert.equal(list[0]?.path, 'voices[0].keyframes[1]');
  assert.equal(list[0]?.before, null);
  const back = differencesOf(after(addKeyframe(0, 5)), after()).list;
  assert.equal(back.length, 1);
  assert.equal(back[0]?.after, null);
});

test('voices, phases and fields of the program are told', () => {
  const program = after(addVoice('NOISE'), splitPhase(100, 'Second', '#112233'), changeProgram({ gain: 0.5 }));
  const { list } = differencesOf(after(), program);
  assert.deepEqual(
    list.map(({ path }) => path),
    ['gain', 'phases[0].durationSeconds', 'phases[1]', 'voices[1]'],
  );
  const moved = after(splitPhase(100, 'Second', '#112233'), movePhaseEnd(0, 200));
  assert.equal(differencesOf(after(splitPhase(100, 'Second', '#112233')), moved).count, 2);
});

test('courses that differ are named, and a point that changes nothing is no difference', () => {
  const beat = after(setKeyframes(new Map([[0, [1]]]), { beat: 6 }));
  assert.deepEqual([...differingCourses(after(), beat)], [[0, ['beat']]]);
  assert.deepEqual([...differingCourses(after(), after(addKeyframe(0, 300)))], []);
  assert.deepEqual([...differingCourses(after(), after(addVoice('NOISE')))], [[1, ['level', 'pan']]]);
  // The curve between two points counts too.
  assert.deepEqual(
    [...differingCourses(after(), after(setKeyframes(new Map([[0, [0]]]), { curve: 'HOLD' })))],
    [[0, ['level']]],
  );
  assert.deepEqual(
    [...differingCourses(after(), after(setKeyframes(new Map([[0, [0]]]), { curve: 'SMOOTH' })))],
    [[0, ['level']]],
  );
});

test('a long list ends, its count does not', () => {
  const frames = Array.from({ length: 800 }, (_, index) => addKeyframe(0, 20 + index * 0.5));
  const { list, count } = differencesOf(after(), after(...frames));
  assert.equal(list.length, 500);
  assert.equal(count, 800);
});

test('a problem knows its place', () => {
  const program = after(setKeyframes(new Map([[0, [2]]]), { beat: 400 }));
  const [problem, more] = problemsOf(program);
  assert.equal(more, undefined);
  assert.deepEqual(problem?.place, { voice: 0, keyframe: 2, phase: null, field: 'beat', seconds: 590 });
  assert.equal(problem?.remedy, null);
  assert.deepEqual(placeOf('phases[2].colour', program), {
    voice: null,
    keyframe: null,
    phase: 2,
    field: 'colour',
    seconds: null,
  });
});

test('voices that would clip: the place is the moment, the remedy is the gain', () => {
  const program = after(
    addVoice('BINAURAL'),
    setKeyframes(
      new Map([
        [0, [1]],
        [1, [1]],
      ]),
      { level: 0.9 },
    ),
  );
  const [problem] = problemsOf(program);
  assert.equal(problem?.place.seconds, 10);
  assert.equal(problem?.remedy, 'gain');
});
