import { afterEach, expect, test, vi } from 'vitest';
import { type LibraryProtocol, library } from './library.ts';
import { tellLibraryIn } from './library-texts.ts';

const protocol = (slug: string, title: string) => ({
  ...{ id: slug, slug, title, category: 'SLEEP', summary: `About ${title}.`, description: 'Long.', evidence: 'MIXED' },
  ...{ labels: [{ of: 'This sound', evidence: 'MIXED' }], whatIsKnown: ['Little.'], tags: ['night', 'own'] },
  sources: [{ title: 'A Paper', authors: 'Night', finding: 'It is so.', participants: '3 people', stimulus: null }],
  program: {
    durationSeconds: 60,
    phases: [{ name: 'Rest', description: 'Quiet.', durationSeconds: 60, colour: '#000000' }],
    voices: [{ name: 'Tone', kind: 'BINAURAL', keyframes: [] }],
  },
});
const german: Record<string, string> = {
  ...{ Sleep: 'Schlaf', Bell: 'Uhr', 'About Sleep.': 'Über Schlaf.', 'Long.': 'Lang.', 'This sound': 'Dieser Klang' },
  ...{ 'Little.': 'Wenig.', night: 'Nacht', 'It is so.': 'So ist es.', '3 people': '3 Menschen', Rest: 'Ruhen' },
  ...{ 'Quiet.': 'Still.', Tone: 'Ton', Night: 'Nacht', sleep: 'falsch', SLEEP: 'falsch', BINAURAL: 'falsch' },
};
let missing = false;
vi.stubGlobal('fetch', async (address: string) => {
  if (address.endsWith('library.json')) return Response.json([protocol('bell', 'Bell'), protocol('sleep', 'Sleep')]);
  if (address.endsWith('library.de.json') && !missing) return Response.json(german);
  return new Response(null, { status: 404 });
});
afterEach(() => {
  missing = false;
});

const sleeping = async (): Promise<LibraryProtocol> =>
  (await library()).find(({ slug }) => slug === 'sleep') as LibraryProtocol;

test('what people read changes, for pages that hold a protocol as well, and nothing else does', async () => {
  const held = await sleeping();
  const before = structuredClone(held);
  await tellLibraryIn('de');
  expect(held).toEqual({
    ...before,
    ...{
      title: 'Schlaf',
      summary: 'Über Schlaf.',
      description: 'Lang.',
      whatIsKnown: ['Wenig.'],
      tags: ['Nacht', 'own'],
    },
    labels: [{ of: 'Dieser Klang', evidence: 'MIXED' }],
    sources: [{ ...before.sources[0], finding: 'So ist es.', participants: '3 Menschen' }],
    program: {
      ...before.program,
      phases: [{ ...before.program.phases[0], name: 'Ruhen', description: 'Still.' }],
      voices: [{ ...before.program.voices[0], name: 'Ton' }],
    },
  });
  expect((await library()).map(({ title }) => title)).toEqual(['Schlaf', 'Uhr']);
  await tellLibraryIn('en');
  expect(held).toEqual(before);
  expect((await library()).map(({ title }) => title)).toEqual(['Bell', 'Sleep']);
});

test('without the language’s file everything stays as it is', async () => {
  await tellLibraryIn('de');
  missing = true;
  await expect(tellLibraryIn('fr')).rejects.toThrow('404');
  expect((await sleeping()).title).toBe('Schlaf');
});

test('of two languages chosen at once the later is spoken', async () => {
  await Promise.all([tellLibraryIn('de'), tellLibraryIn('en')]);
  expect((await sleeping()).title).toBe('Sleep');
});
