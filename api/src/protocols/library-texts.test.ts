import assert from 'node:assert/strict';
import { afterAll, describe, test } from 'vitest';
import { type LibraryEntry, readLibrary } from '../../../prisma/library/library.ts';
import { libraryText, textsOf } from '../../../prisma/library/texts.ts';
import { acceptedLanguage, languages } from '../schema/languages.ts';
import { useServer } from '../testing/server.ts';

const server = await useServer();
afterAll(() => server.close());

const entries = readLibrary();
const WHOLE = `query ($slug: String!, $translated: Boolean!) { protocol(slug: $slug) {
  title summary tags labels { of } sources { title authors participants stimulus funding finding }
  revision { title summary description whatIsKnown program(translated: $translated) programHash }
} }`;

// biome-ignore lint/suspicious/noExplicitAny: the answer of an operation that stands above
type Whole = any;

const whole = async (slug: string, language: string, translated = true): Promise<Whole> =>
  (await server.ask(WHOLE, { slug, translated }, null, { 'accept-language': language })).data.protocol;

/** What an answer says, in the order of `textsOf`. */
function said({ title, summary, tags, labels, sources, revision }: Whole): string[] {
  assert.deepEqual([revision.title, revision.summary], [title, summary]);
  const { program, description, whatIsKnown } = revision;
  return textsOf({
    title,
    summary,
    description,
    tags,
    labels,
    program,
    whatIsKnown: whatIsKnown.join('\n\n'),
    sources: sources.map((source: Whole) => ({
      ...source,
      stimulus: source.stimulus ?? undefined,
      funding: source.funding ?? undefined,
    })),
  } as unknown as LibraryEntry);
}

test('the language is what the header likes best of ours', () => {
  const cases: [string | null, string][] = [
    [null, 'en'],
    ['', 'en'],
    ['de', 'de'],
    ['de-CH', 'de'],
    ['DE-at, en;q=0.8', 'de'],
    ['it, fr;q=0.7, es;q=0.8', 'es'],
    ['en;q=0.2, de;q=0.9', 'de'],
    ['de;q=0', 'en'],
    ['*', 'en'],
    ['dex, xx, ;;, fr ; q=0.5', 'fr'],
    [`${'it,'.repeat(100_000)}de`, 'en'],
  ];
  for (const [header, language] of cases) assert.equal(acceptedLanguage(header), language, header?.slice(0, 40));
});

describe.each(languages)('in %s', (language) => {
  test.each(['focus', 'six-breaths-control', 'pink-night', 'melodic-wake', 'energy-control'])(
    '%s says everything',
    async (slug) => {
      const entry = entries.find((one) => one.slug === slug) as LibraryEntry;
      assert.deepEqual(
        said(await whole(slug, language)),
        textsOf(entry).map((text) => libraryText(language, text)),
      );
    },
  );

  test('a program is as it was hashed unless its names are asked for', async () => {
    const { program } = entries.find(({ slug }) => slug === 'focus') as LibraryEntry;
    const { revision } = await whole('focus', language, false);
    assert.deepEqual(revision.program, JSON.parse(JSON.stringify(program)));
    const told = await whole('focus', language);
    assert.equal(told.revision.programHash, revision.programHash);
    assert.deepEqual(told.revision.program.voices[0].keyframes, revision.program.voices[0].keyframes);
  });

  test('the list, which is read in one statement, says it as well', async () => {
    const { data } = await server.ask(
      '{ protocols(first: 50) { nodes { slug title summary tags labels { of } } } }',
      {},
      null,
      { 'accept-language': language },
    );
    assert.equal(data.protocols.nodes.length, 50);
    for (const { slug, title, summary, tags, labels } of data.protocols.nodes) {
      const entry = entries.find((one) => one.slug === slug) as LibraryEntry;
      assert.equal(title, libraryText(language, entry.title));
      assert.equal(summary, libraryText(language, entry.summary));
      assert.deepEqual(
        tags,
        entry.tags.map((tag) => libraryText(language, tag)),
      );
      assert.deepEqual(
        labels.map(({ of }: { of: string }) => of),
        entry.labels.map(({ of }) => libraryText(language, of)),
      );
    }
  });
});

test('an answer that is kept is kept for its language', async () => {
  const titles = new Map<string, string>();
  // Twice: what was made in the first round is at hand in the second.
  for (let round = 0; round < 2; round++) {
    for (const language of languages) {
      const { data, headers } = await server.ask('{ protocol(slug: "sleep") { title } }', {}, null, {
        'accept-language': language,
      });
      assert.equal(headers.get('content-language'), language);
      assert.equal(data.protocol.title, libraryText(language, 'Sleep'));
      titles.set(language, data.protocol.title);
    }
  }
  assert.equal(new Set(titles.values()).size, languages.length);
});

test.each([
  ['de', 'einschlafen', 'falling-asleep'],
  ['de', 'wasserfall', 'brown-night'],
  ['de', 'laengeres ausatmen', 'long-exhale'],
  ['fr', 'impulsions', 'gamma-pulses'],
  ['fr', 'cascade lointaine', 'brown-night'],
  ['es', 'gotea', 'water-and-theta'],
  ['es', 'respiración cuadrada', 'box-breathing'],
])('search in %s finds %s', async (language, search, slug) => {
  const { data } = await server.ask(
    'query ($search: String!) { protocols(first: 12, filter: { search: $search }) { nodes { slug title } } }',
    { search },
    null,
    { 'accept-language': language },
  );
  const slugs = data.protocols.nodes.map((node: { slug: string }) => node.slug);
  assert.ok(slugs.includes(slug), `${slugs}`);
});

test('what a person wrote stays as it was written, even in the words of the library', async () => {
  const person = await server.account();
  const program = {
    durationSeconds: 60,
    voices: [{ kind: 'BINAURAL', name: 'Tone', keyframes: [{ at: 0, carrier: 200, beat: 10, level: 0.5 }] }],
  };
  const { data } = await server.ask(
    'mutation ($input: CreateProtocolInput!) { createProtocol(input: $input) { protocol { title summary revision { program(translated: true) } } userErrors { message } } }',
    { input: { title: 'Sleep', summary: 'Sleep', description: 'Sleep', category: 'SLEEP', tags: ['night'], program } },
    person.accessToken,
    { 'accept-language': 'de' },
  );
  assert.deepEqual(data.createProtocol.userErrors, []);
  const { title, summary, revision } = data.createProtocol.protocol;
  assert.deepEqual([title, summary, revision.program.voices[0].name], ['Sleep', 'Sleep', 'Tone']);
});
