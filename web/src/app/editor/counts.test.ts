import { expect, test, vi } from 'vitest';
import { speakIn } from '../../elements/speech.ts';
import { differenceCount, noteCount, pointCount, voiceCount } from './words.ts';

// A change of language is told to the page by an event.
vi.stubGlobal('window', new EventTarget());

/** How each is said for 0, 1, 2, 5 and 21. In French 0 is singular. */
const said: Record<string, string[][]> = {
  en: [
    ['0 voices', '1 voice', '2 voices', '5 voices', '21 voices'],
    ['0 points', '1 point', '2 points', '5 points', '21 points'],
    ['0 notes', '1 note', '2 notes', '5 notes', '21 notes'],
    ['0 differences', '1 difference', '2 differences', '5 differences', '21 differences'],
  ],
  de: [
    ['0 Stimmen', '1 Stimme', '2 Stimmen', '5 Stimmen', '21 Stimmen'],
    ['0 Punkte', '1 Punkt', '2 Punkte', '5 Punkte', '21 Punkte'],
    ['0 Hinweise', '1 Hinweis', '2 Hinweise', '5 Hinweise', '21 Hinweise'],
    ['0 Unterschiede', '1 Unterschied', '2 Unterschiede', '5 Unterschiede', '21 Unterschiede'],
  ],
  fr: [
    ['0 voix', '1 voix', '2 voix', '5 voix', '21 voix'],
    ['0 point', '1 point', '2 points', '5 points', '21 points'],
    ['0 note', '1 note', '2 notes', '5 notes', '21 notes'],
    ['0 différence', '1 différence', '2 différences', '5 différences', '21 différences'],
  ],
  es: [
    ['0 voces', '1 voz', '2 voces', '5 voces', '21 voces'],
    ['0 puntos', '1 punto', '2 puntos', '5 puntos', '21 puntos'],
    ['0 notas', '1 nota', '2 notas', '5 notas', '21 notas'],
    ['0 diferencias', '1 diferencia', '2 diferencias', '5 diferencias', '21 diferencias'],
  ],
};

test.each(Object.entries(said))('counts in %s', async (language, wanted) => {
  expect(await speakIn(language)).toBe(true);
  const counts = [voiceCount, pointCount, noteCount, differenceCount];
  expect(counts.map((count) => [0, 1, 2, 5, 21].map(count))).toEqual(wanted);
});
