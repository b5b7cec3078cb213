import { expect, it } from 'vitest';
import type { LibraryProtocol } from '../../data/library.ts';
import type { SessionRecord } from '../../data/records.ts';
import { suggest } from './suggest.ts';

const protocol = (slug: string, category: string): LibraryProtocol =>
  ({ id: `id-${slug}`, slug, title: slug, category, controlOfSlug: null }) as LibraryProtocol;

const all = [
  protocol('sleep', 'SLEEP'),
  protocol('rest', 'RELAXATION'),
  protocol('sit', 'MEDITATION'),
  protocol('focus', 'FOCUS'),
  protocol('study', 'STUDY'),
  protocol('ideas', 'CREATIVITY'),
];
const night = new Date(2026, 4, 6, 22, 30);
const record = (slug: string, startedAt: Date, stars: number): SessionRecord =>
  ({ slug, startedAt: startedAt.toISOString(), rating: { stars } }) as SessionRecord;

it('goes by the hour for somebody new', () => {
  expect(suggest(all, [], night).map(({ protocol: { slug } }) => slug)).toEqual(['sleep', 'rest', 'sit']);
  expect(suggest(all, [], new Date(2026, 4, 6, 10)).map(({ protocol: { slug } }) => slug)).toEqual([
    'focus',
    'study',
    'ideas',
  ]);
});

it('puts what was liked at such an hour first, also across midnight, and says so', () => {
  const [first] = suggest(all, [record('focus', new Date(2026, 4, 5, 0, 40), 5)], night);
  expect(first?.protocol.slug).toBe('focus');
  expect(first?.reason).toBe('You rated it highly around this time of day.');
  expect(suggest(all, [record('focus', new Date(2026, 4, 5, 12), 5)], night)[0]?.protocol.slug).toBe('sleep');
  expect(suggest(all, [record('focus', new Date(2026, 4, 5, 22), 2)], night)[0]?.protocol.slug).toBe('sleep');
});

it('shows first what a study supports, where the hour has something else than a nap as well, and nothing that repeats a study', () => {
  const placed = [
    { ...protocol('gamma-repeated', 'ENERGY'), place: 2000 },
    { ...protocol('nap', 'NAP'), place: 1008 },
    { ...protocol('energy', 'ENERGY'), place: 2 },
  ];
  for (let day = 1; day < 8; day++)
    expect(suggest(placed, [], new Date(2026, 4, day, 13)).map(({ protocol: { slug } }) => slug)).toEqual([
      'energy',
      'nap',
    ]);
});

it('begins with the protocol that the person chose', () => {
  const [first, second] = suggest(all, [], night, 'id-study');
  expect([first?.protocol.slug, second?.protocol.slug]).toEqual(['study', 'sleep']);
});
