import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { checkProgram, ProgramError } from '@nes/program/check.ts';
import { afterAll, describe, test } from 'vitest';
import { answeredMessages } from '../testing/messages.ts';
import { useServer } from '../testing/server.ts';
import { errorText } from './error-texts.ts';
import { errorCodes } from './errors.ts';
import { languages } from './languages.ts';

const messages = answeredMessages();
const others = languages.filter((language) => language !== 'en');
const marks = (text: string) => (text.match(/\{\d\}/g) ?? []).sort();

/** Words that only an English sentence has. */
const ENGLISH = /(?<!\p{L})(the|is|are|must|not|with|and|you|your|that|this|from|there|only|have|been|such)(?!\p{L})/iu;
/** Names of fields, values and forms that are the same in every language. */
const bare = (text: string) => text.replace(/[„«“"][^“»”"]*[“»”"]|`[^`]*`|\b[a-z]+[A-Z]\w*|from|to/g, '');

const server = await useServer();
afterAll(() => server.close());

test('the sentences are read from the sources', () => {
  assert.ok(messages.size > 180, `${messages.size}`);
  for (const text of [
    'There is no such protocol.',
    'Sign in first.',
    'The body is not JSON.',
    'At most {0} characters are allowed.',
  ])
    assert.ok(messages.has(text), text);
});

describe.each(others)('in %s', (language) => {
  const file = JSON.parse(readFileSync(`${import.meta.dirname}/error-texts/${language}.json`, 'utf8')) as Record<
    string,
    string
  >;

  test('every sentence is there, with all that is put in, and none is English', () => {
    assert.deepEqual(
      [...messages.keys()].filter((text) => !(text in file)),
      [],
    );
    for (const [english, text] of Object.entries(file)) {
      assert.deepEqual(marks(text), marks(english), text);
      assert.doesNotMatch(bare(text), ENGLISH, text);
    }
  });

  test('nothing stands there that no source says', () => {
    const program = readFileSync(new URL(import.meta.resolve('@nes/program/check.ts')), 'utf8');
    for (const english of Object.keys(file)) {
      const longest = english.split(/\{\d\}/).sort((one, other) => other.length - one.length)[0] as string;
      assert.ok(messages.has(english) || program.includes(longest), english);
    }
  });

  test('what a program has wrong is told', () => {
    const faults = [
      null,
      {},
      { durationSeconds: -1, voices: [] },
      { durationSeconds: 60.5, voices: [{ kind: 'X' }], loop: 1.5, startClockSeconds: -3 },
      {
        durationSeconds: 60,
        voices: [
          {
            kind: 'BINAURAL',
            more: 1,
            name: 'x'.repeat(999),
            keyframes: [{ at: 5, carrier: 1, beat: 1, level: 1 }, { at: 4 }],
          },
        ],
      },
      {
        durationSeconds: 60,
        phases: [{ name: 'a', durationSeconds: 3, colour: 'red' }],
        voices: [
          { kind: 'BINAURAL', keyframes: [{ at: 0, carrier: 200, beat: 10, level: 0.9 }] },
          { kind: 'BINAURAL', keyframes: [{ at: 0, carrier: 200, beat: 10, level: 0.9 }] },
        ],
      },
    ];
    let told = 0;
    for (const fault of faults) {
      try {
        checkProgram(fault);
        assert.fail('it was taken');
      } catch (error) {
        assert.ok(error instanceof ProgramError);
        for (const { path, expected, value } of error.issues) {
          const english = `${path || 'program'}: expected ${expected}, got ${value === undefined ? 'nothing' : String(value)}.`;
          assert.notEqual(errorText(language, expected), expected, expected);
          assert.doesNotMatch(errorText(language, english), /expected|, got|nothing/, english);
          told++;
        }
      }
    }
    assert.ok(told > 12, `${told}`);
  });

  test('errors leave every door in the language, with the codes that they have in English', async () => {
    const ask = async (query: string, variables: object, token: string | null, header: string) =>
      server.ask(query, variables as Record<string, unknown>, token, { 'accept-language': header });
    const { accessToken } = await server.guest();
    const input = (name: string, value: object, token: string | null = accessToken) =>
      [
        `mutation ($input: ${name[0]?.toUpperCase()}${name.slice(1)}Input!) { ${name}(input: $input) { userErrors { code message } } }`,
        { input: value },
        token,
      ] as const;
    const asked: (readonly [string, object, string | null])[] = [
      ['{ viewer { id } node(id: "x") { id } }', {}, null],
      ['{ protocols(first: 1000) { nodes { id } } }', {}, null],
      ['{ protocols(first: 1, last: 1) { nodes { id } } }', {}, null],
      ['{ protocols(first: 1, after: "x") { nodes { id } } }', {}, null],
      [`{ ${'a: __typename '.repeat(99)} }`, {}, null],
      input('publishProtocol', { id: Buffer.from('Protocol:0190a6f0-7c1e-7abc-8def-0123456789ab').toString('base64') }),
      input('createProtocol', {
        title: 'x'.repeat(200),
        summary: '',
        description: '',
        category: 'SLEEP',
        tags: [],
        program: { durationSeconds: 60, voices: [{ kind: 'X' }] },
      }),
      input('createProtocol', {
        title: 'One',
        summary: '',
        description: '',
        category: 'SLEEP',
        tags: [],
        program: { durationSeconds: 60, voices: [{ kind: 'X' }] },
      }),
      input(
        'signIn',
        {
          email: 'nobody@example.org',
          password: 'wrong horse 42',
          deviceId: '0190a6f0-7c1e-7abc-8def-0123456789ab',
          deviceName: 'x',
          timeZone: 'UTC',
        },
        null,
      ),
      input('updateProfile', { displayName: '\u202ex' }),
      input('savePreferences', { volume: 2, dailyGoalMinutes: 0 }),
      input('saveLists', {
        version: 0,
        body: { favourites: Array(501).fill('sleep'), lists: 'none', plan: [{ time: 7 }], more: 1 },
      }),
    ];
    let told = 0;
    for (const [query, variables, token] of asked) {
      const sentences = async (header: string) => {
        const { data, errors = [] } = await ask(query, variables, token, header);
        const found = Object.values(data ?? {}).flatMap(
          (payload) => (payload as { userErrors?: { code: string; message: string }[] } | null)?.userErrors ?? [],
        );
        return [...errors.map(({ message, extensions }) => ({ code: String(extensions?.code), message })), ...found];
      };
      const english = await sentences('en');
      const here = await sentences(language);
      assert.deepEqual(
        here.map(({ code }) => code),
        english.map(({ code }) => code),
      );
      for (const [index, { message }] of here.entries()) {
        assert.equal(message, errorText(language, english[index]?.message as string));
        assert.notEqual(message, english[index]?.message);
        assert.doesNotMatch(bare(message), ENGLISH, message);
        told++;
      }
    }
    assert.ok(told >= 18, `${told}`);
    for (const [body, header] of [
      ['{', language],
      ['[]', language],
    ] as const) {
      const response = await fetch(server.url, {
        method: 'POST',
        body,
        headers: { 'content-type': 'application/json', 'accept-language': header },
      });
      const { errors } = (await response.json()) as { errors: { message: string }[] };
      assert.equal(response.headers.get('content-language'), language);
      assert.doesNotMatch(bare(errors[0]?.message ?? 'the'), ENGLISH);
    }
  });
});

test('a value that looks like a sentence of ours is not taken for more than it is', () => {
  assert.equal(errorText('de', 'Nobody says this.'), 'Nobody says this.');
  assert.equal(errorText('de', 'toString'), 'toString');
  assert.equal(errorText('de', `At most ${'9'.repeat(3_000)} characters are allowed.`).slice(0, 7), 'At most');
  assert.ok(Object.keys(errorCodes).length > 10);
});
