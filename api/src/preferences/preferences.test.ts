import assert from 'node:assert/strict';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { NO_TO_ALL } from '../testing/screening.ts';
import { PASSWORD, type TestServer, useServer } from '../testing/server.ts';
import { openSocket, type TestSocket } from '../testing/socket.ts';

let api: TestServer;
beforeAll(async () => {
  api = await useServer();
});
afterAll(() => api.close());

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
    const ask = () => api.ask('{ viewer { preferences { defaultProtocol { slug title } } } }', {}, person.accessToken);
    assert.equal((await ask()).data.viewer.preferences.defaultProtocol, null, 'it is a draft again');
    await prisma.protocol.update({ where: { id: calm.id }, data: { visibility: 'UNLISTED', hiddenAt: new Date() } });
    assert.equal((await ask()).data.viewer.preferences.defaultProtocol, null, 'it was hidden');
    await prisma.protocol.update({ where: { id: calm.id }, data: { visibility: 'PUBLIC', hiddenAt: null } });
    const { title } = calm;
    assert.deepEqual((await ask()).data.viewer.preferences.defaultProtocol, { slug: 'theta-calm', title });
    const gone = await api.ask(SAVE, { input: { defaultProtocol: null } }, person.accessToken);
    assert.equal(gone.data.savePreferences.preferences.defaultProtocol, null);
  });
});

describe('screening', () => {
  const ANSWER =
    'mutation ($input: AnswerScreeningInput!) { answerScreening(input: $input) { screening { id seizures pregnancy lightAllowed maxIsochronicDepth } userErrors { field code } } }';
  const FORGET = 'mutation { forgetScreening(input: { confirm: true }) { done userErrors { code } } }';

  for (const [change, lightAllowed, depth] of [
    [{}, true, 1],
    [{ seizures: true }, false, 0.5],
    [{ photosensitivity: true }, false, 0.5],
    [{ migraine: true }, false, 0.5],
    [{ seizures: true, acceptedRisk: true }, false, 0.5],
    [{ heart: true, acceptedRisk: true }, true, 1],
  ] as const) {
    it(`${JSON.stringify(change)}: light ${lightAllowed}, depth at most ${depth}`, async () => {
      const person = await api.guest();
      const { data } = await api.ask(ANSWER, { input: { ...NO_TO_ALL, ...change } }, person.accessToken);
      const { screening, userErrors } = data.answerScreening;
      assert.deepEqual(userErrors, []);
      assert.deepEqual([screening.lightAllowed, screening.maxIsochronicDepth], [lightAllowed, depth]);
    });
  }

  const rowOf = (userId: string) => api.backend.database.prisma.screening.findUniqueOrThrow({ where: { userId } });
  const answer = async (token: string, change: object) =>
    (await api.ask(ANSWER, { input: { ...NO_TO_ALL, ...change } }, token)).data.answerScreening.screening;

  it('a no goes over a kept yes only where it names the answers that were shown', async () => {
    const { accessToken, userId } = await api.guest();
    const yes = await answer(accessToken, { seizures: true, acceptedRisk: true });
    const unnamed = await answer(accessToken, { pregnancy: true });
    assert.deepEqual([unnamed.seizures, unnamed.pregnancy, unnamed.lightAllowed], [true, true, false]);
    // The answers have become others since these were shown.
    const late = await answer(accessToken, { replaces: yes.id });
    assert.deepEqual(late, unnamed);
    const named = await answer(accessToken, { replaces: unnamed.id });
    assert.deepEqual([named.seizures, named.pregnancy, named.lightAllowed], [false, false, true]);
    assert.notEqual(named.id, unnamed.id);
    assert.equal((await rowOf(userId)).id, named.id);
    // A yes needs no name, also where it was meant for others.
    assert.equal((await answer(accessToken, { migraine: true, replaces: yes.id })).lightAllowed, false);
  });

  it('no clock of a device decides anything: the order in which the server received them does', async () => {
    for (const minutes of [5, 6, 24 * 60, -6, -24 * 60]) {
      const { accessToken, userId } = await api.guest();
      const answeredAt = new Date(Date.now() + minutes * 60_000).toISOString();
      const yes = await answer(accessToken, { seizures: true, answeredAt });
      const at = (await rowOf(userId)).answeredAt.getTime();
      assert.ok(Math.abs(at - Date.now()) < 60_000, `${minutes} minutes`);
      // By a clock of yesterday or of tomorrow, a no that is not on purpose changes nothing, and one on purpose does.
      const again = new Date(Date.now() - minutes * 60_000).toISOString();
      assert.equal((await answer(accessToken, { answeredAt: again })).seizures, true);
      assert.equal((await answer(accessToken, { answeredAt: again, replaces: yes.id })).seizures, false);
    }
  });

  it('answers of two devices at once: the yes stays, whichever comes first', async () => {
    const { accessToken, userId } = await api.guest();
    await Promise.all(
      Array.from({ length: 8 }, (_, index) => answer(accessToken, index === 3 ? { seizures: true } : {})),
    );
    assert.equal((await rowOf(userId)).seizures, true);
  });

  it("a guest's answers never make those of the account less strict", async () => {
    const { email, userId, accessToken } = await api.account();
    const { prisma } = api.backend.database;
    await answer(accessToken, { seizures: true });
    for (const change of [{}, { hearing: true }]) {
      const guest = await api.guest();
      await answer(guest.accessToken, change);
      const deviceId = crypto.randomUUID();
      const signedIn = await api.ask(
        'mutation ($input: SignInInput!) { signIn(input: $input) { userErrors { code } } }',
        { input: { email, password: PASSWORD, deviceId, deviceName: 'Other', timeZone: 'UTC' } },
        guest.accessToken,
      );
      assert.deepEqual(signedIn.data.signIn.userErrors, []);
      assert.equal(await prisma.screening.count({ where: { userId: guest.userId } }), 0);
      const row = await rowOf(userId);
      assert.deepEqual([row.seizures, row.hearing], [true, 'hearing' in change]);
    }
  });

  it('every device of the person hears of a change, and nobody else', async () => {
    const [person, other] = [await api.guest(), await api.guest()];
    const query = 'subscription { screeningChanged { id seizures } }';
    const sockets = [];
    for (const { accessToken } of [person, other]) {
      const socket = await openSocket(api.url, { token: accessToken });
      socket.send({ id: '1', type: 'subscribe', payload: { query } });
      assert.deepEqual((await socket.next('1')).payload, { data: { screeningChanged: null } });
      sockets.push(socket);
    }
    const [mine, theirs] = sockets as [TestSocket, TestSocket];
    const { id } = await answer(person.accessToken, { seizures: true });
    const heard = { data: { screeningChanged: { id, seizures: true } } };
    assert.deepEqual((await mine.next('1')).payload, heard);
    await api.ask(FORGET, {}, person.accessToken);
    assert.deepEqual((await mine.next('1')).payload, { data: { screeningChanged: null } });
    assert.deepEqual(theirs.messages, []);
    for (const socket of sockets) socket.close();
  });

  it('nothing is kept without agreement, and taken back it is gone at once', async () => {
    const person = await api.guest();
    const rows = () => api.backend.database.prisma.screening.count({ where: { userId: person.userId } });
    const refused = await api.ask(ANSWER, { input: { ...NO_TO_ALL, agreesToKeep: false } }, person.accessToken);
    assert.deepEqual(refused.data.answerScreening, {
      screening: null,
      userErrors: [{ field: ['agreesToKeep'], code: 'INVALID' }],
    });
    assert.equal(await rows(), 0);
    await api.ask(ANSWER, { input: { ...NO_TO_ALL, seizures: true } }, person.accessToken);
    assert.equal(await rows(), 1);
    const other = await api.guest();
    await api.ask(FORGET, {}, other.accessToken);
    assert.equal(await rows(), 1, 'nobody else’s');
    const { data } = await api.ask(FORGET, {}, person.accessToken);
    assert.deepEqual(data.forgetScreening.userErrors, []);
    assert.equal(await rows(), 0);
    const after = await api.ask('{ viewer { screening { seizures } } }', {}, person.accessToken);
    assert.equal(after.data.viewer.screening, null);
  });

  it('answers to other questions are refused', async () => {
    const person = await api.guest();
    const old = await api.ask(ANSWER, { input: { ...NO_TO_ALL, questionsVersion: 3 } }, person.accessToken);
    assert.equal(old.data.answerScreening.userErrors[0].code, 'INVALID');
  });
});
