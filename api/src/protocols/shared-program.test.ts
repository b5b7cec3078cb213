import assert from 'node:assert/strict';
import { afterAll, test } from 'vitest';
import { keepHouseOnce } from '../housekeeping.ts';
import { type Data, useSchema } from '../testing/ask.ts';
import { LARGEST_SHARED } from './shared-program.ts';

const api = await useSchema();
afterAll(() => api.close());
const { sharedProgram: rows } = api.backend.database.prisma;

const program = (beat: number, frames = 1) => ({
  durationSeconds: 60,
  voices: [
    {
      kind: 'BINAURAL',
      keyframes: Array.from({ length: frames }, (_, at) => ({
        at: (at / frames) * 60,
        carrier: 200,
        beat,
        level: 0.5,
      })),
    },
  ],
});

const share = async (input: object): Promise<Data> =>
  (
    await api.ask(
      null,
      'mutation ($input: ShareProgramInput!) { shareProgram(input: $input) { shared { code expiresAt } userErrors { field code message } } }',
      { input },
    )
  ).shareProgram;

const behind = async (code: string): Promise<Data> =>
  (await api.ask(null, 'query ($code: String!) { sharedProgram(code: $code) { title program expiresAt } }', { code }))
    .sharedProgram;

test('a program behind a short link is heard by anybody, as it was shared, for 90 days', async () => {
  api.setNow(new Date('2026-11-01T12:00:00Z'));
  const { shared, userErrors } = await share({ title: 'For Anna', program: program(8) });
  assert.deepEqual(userErrors, []);
  assert.match(shared.code, /^[a-z2-9]{10}$/);
  const found = await behind(shared.code);
  assert.equal(found.title, 'For Anna');
  assert.equal(found.program.voices[0].keyframes[0].beat, 8);
  assert.equal(found.expiresAt, '2027-01-30T12:00:00.000Z');
  assert.equal(await behind('aaaaaaaaaa'), null);
  assert.equal(await behind(shared.code.toUpperCase()), null);

  // The same again: the same link, for longer. Another title: another link.
  api.setNow(new Date('2026-11-11T12:00:00Z'));
  const again = await share({ title: 'For Anna', program: program(8) });
  assert.equal(again.shared.code, shared.code);
  assert.equal(again.shared.expiresAt, '2027-02-09T12:00:00.000Z');
  assert.notEqual((await share({ title: 'For Bert', program: program(8) })).shared.code, shared.code);
  assert.equal(await rows.count(), 2);

  api.setNow(new Date('2027-02-09T12:00:01Z'));
  assert.equal(await behind(shared.code), null);
  await keepHouseOnce(api.context(null));
  assert.equal(await rows.count(), 0);
});

test('what is no program, too large, or the 21st of an hour from one place is refused', async () => {
  const wrong = await share({ title: 'x', program: { durationSeconds: -1, voices: [] } });
  assert.equal(wrong.shared, null);
  assert.ok(
    wrong.userErrors.some(({ field }: Data) => field.join('.').startsWith('input.program') || field[0] === 'program'),
  );
  const large = await share({ title: 'x', program: program(9, 1_500) });
  assert.equal(large.shared, null);
  assert.equal(large.userErrors[0].code, 'TOO_LONG');
  assert.match(large.userErrors[0].message, new RegExp(` ${LARGEST_SHARED}\\.$`));
  assert.equal(await rows.count(), 0);
  let kept = 0;
  await assert.rejects(async () => {
    for (; kept < 40; kept++) await share({ title: 'x', program: program(1 + kept / 4) });
  }, /RATE_LIMITED|Too many/);
  assert.ok(kept >= 10 && kept <= 20, `${kept}`);
  assert.equal(await rows.count(), kept);
});
