import assert from 'node:assert/strict';
import { afterAll, test } from 'vitest';
import { setFormatLanguage } from './format.ts';
import { list } from './list.ts';

afterAll(() => setFormatLanguage('en'));

test('a list is joined as its language does', () => {
  for (const [language, joined] of [
    ['en', 'A, B and C'],
    ['de', 'A, B und C'],
    ['fr', 'A, B et C'],
    ['es', 'A, B y C'],
  ] as const) {
    setFormatLanguage(language);
    assert.equal(list(['A', 'B', 'C']), joined);
    assert.equal(list(['A']), 'A');
    assert.equal(list([]), '');
  }
});
