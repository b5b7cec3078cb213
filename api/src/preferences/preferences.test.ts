import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { type TestServer, useServer } from '../testing/server.ts';

let api: TestServer;
before(async () => {
  api = await useServer();
});
after(() => api.close());

const SAVE =
  'mutation ($input: SavePreferencesInput!) { savePreferences(input: $input) { preferences { volume theme version defaultProtocol { slug } } userErrors { field code } } }';

describe('preferences', () => {
  it('saves a part, counts the savings, refuses an old version with the present ones', async () => {
    const person = await api.guest();
    const save = (input: object) => api.ask(SAVE, { input }, person.accessToken);
    const first = (await save({ volume: 0.25, version: 1 })).data.savePreferences;
    assert.deepEqual(first, {
      preferences: { volume: 0.25, theme: 'system', version: 2, defaultProtocol: null },
      userErrors: [],
    });
    const second = (await save({ theme: 'dark', version: 2 })).data.savePreferences;
    assert.equal(second.preferences.volume, 0.25, 'what was left out stays');
    const late = (await save({ volume: 1, version: 2 })).data.savePreferences;
    assert.equal(late.userErrors[0].code, 'CONFLICT');
    assert.deepEqual(late.preferences, second.preferences);
    const forced = (await save({ volume: 1 })).data.savePreferences;
    assert.equal(forced.preferences.version, 4);
  });

  it('two devices at once: one wins, the other is told', async () => {
    const person = await api.guest();
    const answers = await Promise.all(
      [0.1, 0.9].map((volume) => api.ask(SAVE, { input: { volume, version: 1 } }, person.accessToken)),
    );
    const conflicts = answers.filter(({ data }) => data.savePreferences.userErrors[0]?.code === 'CONFLICT');
    assert.equal(conflicts.length, 1);
  });

  for (const [input, field, code] of [
    [{ volume: 1.1 }, 'volume', 'OUT_OF_RANGE'],
    [{ intensity: -0.1 }, 'intensity', 'OUT_OF_RANGE'],
    [{ reminderMinute: 1440 }, 'reminderMinute', 'OUT_OF_RANGE'],
    [{ dailyGoalMinutes: 0 }, 'dailyGoalMinutes', 'OUT_OF_RANGE'],
    [{ theme: 'pink' }, 'theme', 'INVALID'],
    [{ language: 'xx' }, 'language', 'INVALID'],
    [{ timeZone: 'Mars/Olympus' }, 'timeZone', 'INVALID'],
    [{ scene: 'x'.repeat(65) }, 'scene', 'TOO_LONG'],
  ] as const) {
    it(`${JSON.stringify(input).slice(0, 40)} is refused as ${code}`, async () => {
      const person = await api.guest();
      const { data } = await api.ask(SAVE, { input }, person.accessToken);
      assert.deepEqual(data.savePreferences.userErrors, [{ field: [field], code }]);
      assert.equal(data.savePreferences.preferences, null);
    });
  }

  it('the default protocol must be one that the person may read', async () => {
    const person = await api.guest();
    const { prisma } = api.backend.database;
    const calm = await prisma.protocol.findUniqueOrThrow({ where: { slug: 'theta-calm' } });
    const id = Buffer.from(`Protocol:${calm.id}`).toString('base64');
    const good = await api.ask(SAVE, { input: { defaultProtocol: id } }, person.accessToken);
    assert.equal(good.data.savePreferences.preferences.defaultProtocol.slug, 'theta-calm');
    await prisma.protocol.update({ where: { id: calm.id }, data: { visibility: 'DRAFT' } });
    const refused = await api.ask(SAVE, { input: { defaultProtocol: id } }, (await api.guest()).accessToken);
    assert.equal(refused.data.savePreferences.userErrors[0].code, 'NOT_FOUND');
    const gone = await api.ask(SAVE, { input: { defaultProtocol: null } }, person.accessToken);
    assert.equal(gone.data.savePreferences.preferences.defaultProtocol, null);
  });
});

describe('screening', () => {
  const ANSWER =
    'mutation ($input: AnswerScreeningInput!) { answerScreening(input: $input) { screening { lightAllowed maxIsochronicDepth } userErrors { field code } } }';
  const none = {
    questionsVersion: 1,
    seizures: false,
    photosensitivity: false,
    heart: false,
    psychosis: false,
    headInjury: false,
    pregnancy: false,
    under18: false,
    hearing: false,
    acceptedRisk: false,
  };

  for (const [change, lightAllowed, depth] of [
    [{}, true, 1],
    [{ seizures: true }, false, 0.5],
    [{ photosensitivity: true }, false, 0.5],
    [{ seizures: true, acceptedRisk: true }, false, 0.5],
    [{ heart: true, acceptedRisk: true }, true, 1],
  ] as const) {
    it(`${JSON.stringify(change)}: light ${lightAllowed}, depth at most ${depth}`, async () => {
      const person = await api.guest();
      const { data } = await api.ask(ANSWER, { input: { ...none, ...change } }, person.accessToken);
      assert.deepEqual(data.answerScreening, {
        screening: { lightAllowed, maxIsochronicDepth: depth },
        userErrors: [],
      });
    });
  }

  it('every answering is kept; the newest counts', async () => {
    const person = await api.guest();
    const at = (minutes: number) => new Date(Date.now() - minutes * 60_000).toISOString();
    await api.ask(ANSWER, { input: { ...none, seizures: true, answeredAt: at(1) } }, person.accessToken);
    await api.ask(ANSWER, { input: { ...none, answeredAt: at(60) } }, person.accessToken);
    assert.equal(await api.backend.database.prisma.screening.count({ where: { userId: person.userId } }), 2);
    const { data } = await api.ask('{ viewer { screening { seizures } } }', {}, person.accessToken);
    assert.equal(data.viewer.screening.seizures, true);
  });

  it('answers to other questions, and from the future, are refused', async () => {
    const person = await api.guest();
    const old = await api.ask(ANSWER, { input: { ...none, questionsVersion: 2 } }, person.accessToken);
    assert.equal(old.data.answerScreening.userErrors[0].code, 'INVALID');
    const answeredAt = new Date(Date.now() + 3_600_000).toISOString();
    const future = await api.ask(ANSWER, { input: { ...none, answeredAt } }, person.accessToken);
    assert.equal(future.data.answerScreening.userErrors[0].code, 'OUT_OF_RANGE');
  });
});
