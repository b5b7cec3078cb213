import assert from 'node:assert/strict';
import { afterAll, expect, test } from 'vitest';
import type { Data } from '../testing/ask.ts';
import { useServer } from '../testing/server.ts';
import { MOST_BYTES } from './translations.ts';

const server = await useServer();
afterAll(() => server.close());
const author = await server.account();
const reader = await server.account();
// Whoever publishes has an address that was confirmed.
await server.backend.database.prisma.user.updateMany({ data: { emailVerifiedAt: new Date() } });

const program = {
  durationSeconds: 60,
  phases: [{ name: 'Arriving', description: 'Breathe out.', durationSeconds: 60, colour: '#3fc1c9' }],
  voices: [
    { kind: 'BINAURAL', name: 'Ground', keyframes: [{ at: 0, carrier: 200, beat: 10, level: 0.4 }] },
    // A name that every object answers to.
    { kind: 'BINAURAL', name: 'constructor', keyframes: [{ at: 0, carrier: 300, beat: 10, level: 0.4 }] },
  ],
};
const texts = {
  title: 'Deep calm',
  summary: 'To come down.',
  description: 'First.\n\nSecond.',
  category: 'RELAXATION',
  tags: ['evening'],
  program,
};
const german = {
  'Deep calm': 'Tiefe Ruhe',
  'To come down.': 'Um herunterzukommen.',
  'First.\n\nSecond.': 'Erstens.\nZwielicht.',
  Arriving: 'Ankommen',
  'Breathe out.': 'Atme aus.',
  Ground: 'Grund',
};

const FIELDS = `protocol { id slug title summary revision { id number title summary description note translations
  program(translated: true) raw: program original: title(translated: false) whole: description(translated: false) programHash } }
  userErrors { field code message }`;

async function tell(name: string, input: object, language = 'en', who = author): Promise<Data> {
  const type = `${name[0]?.toUpperCase()}${name.slice(1)}Input!`;
  const { data } = await server.ask(
    `mutation ($input: ${type}) { ${name}(input: $input) { ${FIELDS} } }`,
    { input },
    who.accessToken,
    { 'accept-language': language },
  );
  return data[name];
}

async function create(more: object = {}): Promise<Data> {
  const { protocol, userErrors } = await tell('createProtocol', { ...texts, ...more });
  assert.deepEqual(userErrors, []);
  return protocol;
}

async function read(slug: string, language: string): Promise<Data> {
  const { data } = await server.ask(
    `query ($slug: String!) { protocol(slug: $slug) { title summary revision { title summary description program(translated: true) raw: program original: title(translated: false) } } }`,
    { slug },
    author.accessToken,
    { 'accept-language': language },
  );
  return data.protocol;
}

const said = ({ title, summary, revision }: Data) => [
  title,
  summary,
  revision.title,
  revision.summary,
  revision.description,
  revision.program.phases[0].name,
  revision.program.phases[0].description,
  ...revision.program.voices.map(({ name }: Data) => name),
];
const original = [
  ...['Deep calm', 'To come down.', 'Deep calm', 'To come down.', 'First.\n\nSecond.'],
  ...['Arriving', 'Breathe out.', 'Ground', 'constructor'],
];

test('a protocol says everything in the language that its author wrote for it, else what was written first', async () => {
  const { slug, revision } = await create({ translations: { de: german, fr: { Ground: 'Fond', 'Deep calm': '' } } });
  assert.deepEqual(revision.translations, { de: german, fr: { Ground: 'Fond' } });
  const told = await read(slug, 'de-CH, en;q=0.5');
  assert.deepEqual(said(told), [
    ...['Tiefe Ruhe', 'Um herunterzukommen.', 'Tiefe Ruhe', 'Um herunterzukommen.', 'Erstens.\nZwielicht.'],
    ...['Ankommen', 'Atme aus.', 'Grund', 'constructor'],
  ]);
  assert.equal(told.revision.original, 'Deep calm');
  assert.deepEqual(told.revision.raw, (await read(slug, 'en')).revision.raw);
  assert.deepEqual(said(await read(slug, 'en')), original);
  assert.deepEqual(said(await read(slug, 'es')), original);
  assert.deepEqual(
    said(await read(slug, 'fr')),
    original.map((text) => (text === 'Ground' ? 'Fond' : text)),
  );
});

test('a save keeps the translations of what stays, and takes others where it says some', async () => {
  const { id, revision } = await create({ translations: { de: german } });
  const renamed = await tell('reviseProtocol', { id, baseRevision: revision.id, title: 'Deeper calm' });
  const { 'Deep calm': _, ...left } = german;
  assert.deepEqual(renamed.protocol.revision.translations, { de: left });
  assert.equal((await read(renamed.protocol.slug, 'de')).title, 'Deeper calm');
  assert.equal((await read(renamed.protocol.slug, 'de')).summary, 'Um herunterzukommen.');
  const spanish = { es: { 'Deeper calm': 'Calma más honda' } };
  const other = await tell('reviseProtocol', {
    id,
    baseRevision: renamed.protocol.revision.id,
    translations: spanish,
  });
  assert.deepEqual(other.protocol.revision.translations, spanish);
  // Restored with the first state; copied by somebody else.
  const restored = await tell('restoreRevision', { protocol: id, revision: revision.id });
  assert.deepEqual(restored.protocol.revision.translations, { de: german });
  await tell('publishProtocol', { id });
  const copy = await tell('forkProtocol', { revision: restored.protocol.revision.id }, 'de', reader);
  assert.deepEqual(copy.protocol.revision.translations, { de: german });
  assert.equal(copy.protocol.revision.original, 'Deep calm');
  assert.equal(copy.protocol.title, 'Tiefe Ruhe');
});

test('a copy of a built-in protocol is in the language of whoever copies it', async () => {
  const { data } = await server.ask(
    '{ protocol(slug: "focus") { title revision { id description program(translated: true) } } }',
    {},
    null,
    {
      'accept-language': 'fr',
    },
  );
  const { protocol, userErrors } = await tell('forkProtocol', { revision: data.protocol.revision.id }, 'fr');
  assert.deepEqual(userErrors, []);
  assert.equal(protocol.revision.original, data.protocol.title);
  assert.equal(protocol.revision.whole, data.protocol.revision.description);
  assert.deepEqual(protocol.revision.raw, data.protocol.revision.program);
});

test.each([
  ['de', 'tiefe', true],
  ['de', 'herunterzu', true],
  // Behind a line break, which is written as \n in JSON.
  ['de', 'zwielicht', true],
  ['de', 'ruhe', true],
  ['fr', 'tiefe', false],
  ['fr', 'calme profond', true],
  ['fr', 'deep', false],
  ['es', 'deep', true],
  ['en', 'deep calm', true],
])('search in %s for %s', async (language, search, found) => {
  const { id } = await create({ translations: { de: german, fr: { 'Deep calm': 'Calme profond' } } });
  // A protocol has its address from then on.
  const { slug } = (await tell('publishProtocol', { id })).protocol;
  const { data } = await server.ask(
    'query ($search: String!) { protocols(first: 100, filter: { search: $search, builtIn: false }) { nodes { slug } } }',
    { search },
    null,
    { 'accept-language': language },
  );
  assert.equal(
    data.protocols.nodes.some((node: Data) => node.slug === slug),
    found,
  );
});

test.each([
  ['no languages', [], [], 'Translations are an object of languages.'],
  ['an unknown language', { xx: {} }, [], 'The languages are en, es, fr, de.'],
  ['no texts', { de: 'Ruhe' }, [], 'A language has an object of texts with what stands for each.'],
  [
    'a text that is not there',
    { de: { Elsewhere: 'Anderswo' } },
    ['de', 'Elsewhere'],
    'The protocol has no such text.',
  ],
  [
    'a title that is too long',
    { de: { 'Deep calm': 'x'.repeat(121) } },
    ['de', 'Deep calm'],
    'At most 120 characters are allowed.',
  ],
  ['a name of two lines', { de: { Ground: 'a\nb' } }, ['de', 'Ground'], /^Line breaks/],
  [
    'text that turns around',
    { de: { 'First.\n\nSecond.': '\u202eabc' } },
    ['de', 'First.\n\nSecond.'],
    /^Control characters/,
  ],
  ['no text', { de: { Ground: 5 } }, ['de', 'Ground'], /./],
])('refused: %s', async (_, translations, place, message) => {
  const { protocol, userErrors } = await tell('createProtocol', { ...texts, translations });
  assert.equal(protocol, null);
  assert.deepEqual(userErrors[0].field, ['translations', ...place]);
  assert.equal(userErrors[0].code, 'INVALID');
  expect(userErrors[0].message).toMatch(message);
});

test('no more bytes than are allowed', async () => {
  const long = { ...texts, description: 'long' };
  const translations = (letters: number) => ({
    de: { long: 'ä'.repeat(10_000) },
    fr: { long: 'é'.repeat(letters) },
  });
  // Two bytes a letter, and what JSON needs.
  const room = MOST_BYTES - Buffer.byteLength(JSON.stringify(translations(0)));
  const most = await tell('createProtocol', { ...long, translations: translations(Math.floor(room / 2)) });
  assert.deepEqual(most.userErrors, []);
  const over = await tell('createProtocol', { ...long, translations: translations(Math.floor(room / 2) + 1) });
  assert.match(over.userErrors[0].message, /^Translations have \d+ bytes; 40000 are allowed\.$/);
});

test('a revision says in a sentence what it changes, and only that one', async () => {
  const { id, revision } = await create();
  assert.equal(revision.note, '');
  const note = 'Softer at the end.';
  const noted = await tell('reviseProtocol', { id, baseRevision: revision.id, note });
  assert.equal(noted.protocol.revision.note, note);
  const next = await tell('reviseProtocol', { id, baseRevision: noted.protocol.revision.id, title: 'Calm' });
  assert.equal(next.protocol.revision.note, '');
  const restored = await tell('restoreRevision', { protocol: id, revision: noted.protocol.revision.id });
  assert.equal(restored.protocol.revision.note, '');
  for (const [wrong, message] of [
    ['x'.repeat(301), 'At most 300 characters are allowed.'],
    ['a\nb', /^Line breaks/],
  ] as const) {
    const refused = await tell('reviseProtocol', { id, baseRevision: restored.protocol.revision.id, note: wrong });
    assert.deepEqual(refused.userErrors[0].field, ['note']);
    expect(refused.userErrors[0].message).toMatch(message);
  }
  const { data } = await server.ask(
    'query ($id: ID!) { node(id: $id) { ... on Protocol { revisions(first: 5) { nodes { number note } } } } }',
    { id },
    author.accessToken,
  );
  assert.deepEqual(data.node.revisions.nodes, [
    { number: 4, note: '' },
    { number: 3, note: '' },
    { number: 2, note },
    { number: 1, note: '' },
  ]);
});

test('only the author writes them, and nobody else reads those of a draft', async () => {
  const { id, slug, revision } = await create({ translations: { de: german } });
  const refused = await tell('reviseProtocol', { id, baseRevision: revision.id, translations: {} }, 'en', reader);
  assert.equal(refused.userErrors[0].code, 'NOT_FOUND');
  const { data } = await server.ask(
    'query ($id: ID!, $slug: String!) { node(id: $id) { ... on Revision { translations note } } protocol(slug: $slug) { title } }',
    { id: revision.id, slug },
    reader.accessToken,
    { 'accept-language': 'de' },
  );
  assert.deepEqual(data, { node: null, protocol: null });
});
