import assert from 'node:assert/strict';
import { test, vi } from 'vitest';

// A change of language is told to the page by an event.
vi.stubGlobal('window', new EventTarget());
const { speakIn } = await import('../elements/speech.ts');
const { told, toldError } = await import('./program-words.ts');

test('what programs have wrong is told in the language of the page, also where that comes later', async () => {
  const english = 'line 2, column 5: "zzz" is no tone. Expected a text file.';
  assert.equal(told(english), english);
  for (const [language, wanted] of [
    ['de', 'Zeile 2, Spalte 5: "zzz" ist kein Ton. Erwartet: eine Textdatei.'],
    ['fr', 'ligne 2, colonne 5\u202f: "zzz" n’est pas un son. Il faut\u202f: un fichier texte.'],
    ['en', english],
  ] as const) {
    await speakIn(language);
    await vi.waitFor(() => assert.equal(told(english), wanted));
    assert.equal(toldError(new Error(english)).message, wanted);
  }
});
