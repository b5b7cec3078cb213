import assert from 'node:assert/strict';
import { test } from 'vitest';
import { readLibrary } from './library.ts';
import { recommendedPlaces } from './places.ts';

const library = readLibrary();
const places = recommendedPlaces(library);
const inOrder = library.toSorted((a, b) => (places.get(a.slug) as number) - (places.get(b.slug) as number));

test('first comes what a newcomer looks for: one of each aim that a study supports, the one that is called like it', () => {
  assert.deepEqual(
    inOrder.slice(0, 8).map(({ slug }) => slug),
    ['focus', 'study', 'energy', 'relaxation', 'stress-relief', 'meditation', 'six-breaths', 'sleep'],
  );
});

test('every entry has a place of its own', () => {
  assert.equal(new Set(places.values()).size, library.length);
});

test('what no study supports comes after what one does, what repeats a study after both, what is made to compare with last', () => {
  const kinds = inOrder.map(({ category, tags, evidence, labels }) => {
    if (category === 'CONTROL') return 'control';
    if (tags.includes('replication')) return 'replication';
    const claims = evidence === 'UNRATED' ? labels.map((label) => label.evidence) : [evidence];
    return claims.some((one) => one === 'PROMISING' || one === 'MIXED') ? 'supported' : 'not supported';
  });
  assert.deepEqual(
    kinds.filter((kind, at) => kind !== kinds[at - 1]),
    ['supported', 'not supported', 'replication', 'control'],
  );
});

test('of each category the best supported comes first', () => {
  for (const category of new Set(library.map((one) => one.category))) {
    const ones = inOrder.filter((one) => one.category === category && !one.tags.includes('replication'));
    if (ones.some(({ evidence }) => evidence === 'MIXED')) assert.equal(ones[0]?.evidence, 'MIXED', category);
  }
});
