import assert from 'node:assert/strict';
import { test } from 'vitest';
import { readLibrary } from '../prisma/library/library.ts';
import { SearchIndex } from './search.ts';
import { searchesWanted } from './search-fixture.ts';

const library = readLibrary();
const index = new SearchIndex(library, (one) => ({
  ...one,
  control: one.controlOf !== null,
  categoryName: one.category.replace('_', ' ').toLowerCase(),
}));
const first = (text: string) => index.find(text)[0];

for (const [text, hit] of searchesWanted) {
  test(`"${text}" finds ${hit} first`, () => {
    const found = first(text);
    assert.ok(found && (found.slug === hit || found.category === hit), `${found?.slug} (${found?.category})`);
  });
}

test('nothing typed leaves the order; nonsense finds nothing; a word that nobody has does not hide the rest', () => {
  assert.deepEqual(index.find('  '), library);
  assert.deepEqual(index.find('xqzzkw'), []);
  assert.equal(first('sleep xqzzkw')?.slug, 'sleep');
});

test('among 500 protocols the same are found', () => {
  const many = Array.from({ length: 500 }, (_, place) => library[place % library.length] as (typeof library)[number]);
  const large = new SearchIndex(many, (one) => ({
    ...one,
    control: one.controlOf !== null,
    categoryName: one.category,
  }));
  assert.equal(large.find('sleep')[0]?.slug, 'sleep');
  assert.equal(large.find('anxeity for the night').length > 0, true);
});
