import assert from 'node:assert/strict';
import { test, vi } from 'vitest';

// A change of language is told to the page by an event.
vi.stubGlobal('window', new EventTarget());
const { speakIn } = await import('../elements/speech.ts');
const { inWords } = await import('./in-words.ts');
const { told } = await import('./told.ts');
const { readEeg } = await import('../eeg/read/read.ts');

const failure = async (bytes: Uint8Array): Promise<Error> => {
  try {
    await readEeg(bytes, async () => undefined);
  } catch (error) {
    return error as Error;
  }
  throw new Error('it was read');
};
const text = (words: string) => new TextEncoder().encode(words);

test('what is thrown below the pages is told in the language of the page', async () => {
  await speakIn('en');
  const header = `0       ${' '.repeat(228)}1       many    1   `;
  const wrong = await failure(text(header.padEnd(512)));
  assert.equal(await told(wrong), wrong.message);
  for (const [language, length, lines] of [
    [
      'de',
      'Byte 244: die Länge eines Satzes ist "many"; erwartet: eine Zahl',
      'x.csv: Zeile 2: 3 Spalten; erwartet: 4',
    ],
    [
      'fr',
      'octet 244\u202f: la durée d’un bloc est "many"\u202f; il faut un nombre',
      'x.csv\u202f: ligne 2\u202f: 3 colonnes\u202f; il en faut 4',
    ],
    [
      'es',
      'byte 244: la duración de un bloque es "many"; se espera un número',
      'x.csv: línea 2: 3 columnas; se esperan 4',
    ],
  ] as const) {
    await speakIn(language);
    assert.equal(await told(wrong), length);
    assert.equal(await inWords('x.csv: line 2: 3 columns; expected 4'), lines);
  }
  // What nobody of ours says stays as it is.
  assert.equal(await told(new TypeError('undefined is no function')), 'undefined is no function');
});
