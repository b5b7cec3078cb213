import assert from 'node:assert/strict';
import { test } from 'vitest';
import { changeDraft, changePhase, newDraft, removeVoice } from './commands.ts';
import { EditorDocument } from './document.ts';
import { fitting, say, textsOf } from './translations.ts';

const draft = { ...newDraft(), title: 'Calm', summary: ' To come down. ', description: '' };
const chapter = draft.program.phases[0]?.name as string;
const voice = draft.program.voices[0]?.name as string;

test('each text is there once, as it is saved, with the room that it has', () => {
  assert.deepEqual(
    textsOf({ ...draft, title: voice }).map(({ text, longest }) => [text, longest]),
    [
      [voice, 120],
      ['To come down.', 500],
      [chapter, 200],
    ],
  );
});

test('what is said for a text that is there is saved, and nothing else', () => {
  let told = say({}, 'de', 'Calm', 'Ruhe');
  told = say(told, 'de', 'Gone', 'Fort');
  told = say(told, 'fr', voice, ' ');
  assert.deepEqual(fitting(told, draft), { de: { Calm: 'Ruhe' } });
  assert.deepEqual(say(told, 'de', 'Calm', '').de, { Gone: 'Fort' });
});

test('a text that is reworded keeps what stands for it, back and forth', () => {
  const doc = new EditorDocument({
    ...draft,
    translations: { de: { Calm: 'Ruhe', [chapter]: 'Ankommen', [voice]: 'Ton' } },
  });
  doc.edit('', changeDraft({ title: 'Deeper calm' }));
  doc.edit('', changePhase(0, { name: 'Arriving' }));
  const after = { de: { 'Deeper calm': 'Ruhe', Arriving: 'Ankommen', [voice]: 'Ton' } };
  assert.deepEqual(doc.draft.translations, after);
  doc.undo();
  doc.undo();
  assert.deepEqual(doc.draft.translations, { de: { Calm: 'Ruhe', [chapter]: 'Ankommen', [voice]: 'Ton' } });
  doc.redo();
  doc.redo();
  assert.deepEqual(doc.draft.translations, after);
});

test('a text that still stands elsewhere, or goes with its voice, is not reworded', () => {
  const doc = new EditorDocument({ ...draft, summary: 'Calm', translations: { de: { Calm: 'Ruhe', [voice]: 'Ton' } } });
  doc.edit('', changeDraft({ title: 'Deeper calm' }));
  assert.deepEqual(doc.draft.translations, { de: { Calm: 'Ruhe', [voice]: 'Ton' } });
  doc.edit('', removeVoice(0));
  assert.deepEqual(fitting(doc.draft.translations, doc.draft), { de: { Calm: 'Ruhe' } });
});
