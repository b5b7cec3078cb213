import { expect, test, vi } from 'vitest';
import { speakIn } from '../../elements/speech.ts';
import { differenceCount, noteCount, pointCount, voiceCount } from './words.ts';

// A change of language is told to the page by an event.
vi.stubGlobal('window', new EventTarget());

const numbers = [0, 1, 2, 5, 21];

/** How one and how several are called. */
const words: Record<string, [one: string, several: string][]> = {
  en: [
    ['voice', 'voices'],
    ['point', 'points'],
    ['note', 'notes'],
    ['difference', 'differences'],
  ],
  de: [
    ['Stimme', 'Stimmen'],
    ['Punkt', 'Punkte'],
    ['Hinweis', 'Hinweise'],
    ['Unterschied', 'Unterschiede'],
  ],
  fr: [
    ['voix', 'voix'],
    ['point', 'points'],
    ['note', 'notes'],
    ['différence', 'différences'],
  ],
  es: [
    ['voz', 'voces'],
    ['punto', 'puntos'],
    ['nota', 'notas'],
    ['diferencia', 'diferencias'],
  ],
};

test.each(Object.entries(words))('counts in %s', async (language, wanted) => {
  expect(await speakIn(language)).toBe(true);
  // In French 0 is singular.
  const isOne = (count: number) => count === 1 || (count === 0 && language === 'fr');
  const counts = [voiceCount, pointCount, noteCount, differenceCount];
  expect(counts.map((said) => numbers.map(said))).toEqual(
    wanted.map(([one, several]) => numbers.map((count) => `${count} ${isOne(count) ? one : several}`)),
  );
});
