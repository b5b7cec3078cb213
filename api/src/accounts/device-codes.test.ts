import assert from 'node:assert/strict';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { keepHouseOnce } from '../housekeeping.ts';
import { newId } from '../platform/ids.ts';
import { PASSWORD, type TestPerson, type TestServer, useServer } from '../testing/server.ts';
import { CODE_SECONDS, POLL_SECONDS } from './device-codes.ts';
import { newSecret, secretHash } from './tokens.ts';

let api: TestServer;
let person: TestPerson;
beforeAll(async () => {
  api = await useServer();
  person = await api.account();
});
afterAll(() => api.close());

interface Codes {
  deviceCode: string;
  userCode: string;
  verificationUri: string;
  verificationUriComplete: string;
  expiresAt: string;
  intervalSeconds: number;
}
interface Said {
  code?: string;
  retryAfter?: number;
}

/** Asks, and tells the payload with the first code of an error, of whichever kind. */
async function act(name: string, input: object, fields: string, token: string | null, on = api, from = '') {
  const type = `${name[0]?.toUpperCase()}${name.slice(1)}Input`;
  const { data, errors } = await on.ask(
    `mutation ($input: ${type}!) { ${name}(input: $input) { ${fields} userErrors { field code } } }`,
    { input },
    token,
    from ? { 'x-forwarded-for': from } : {},
  );
  const payload = data?.[name];
  return { ...payload, code: payload?.userErrors[0]?.code ?? errors?.[0]?.extensions?.code } as Said &
    Record<string, never>;
}
const request = async (input: object = {}, on = api, from = '') =>
  (await act(
    'requestDeviceCode',
    { name: 'Living room', scopes: ['READ', 'SESSIONS'], ...input },
    'deviceCode userCode verificationUri verificationUriComplete expiresAt intervalSeconds',
    null,
    on,
    from,
  )) as unknown as Codes & Said;
const redeem = (deviceCode: string, on = api) =>
  act('redeemDeviceCode', { deviceCode }, 'token scopes expiresAt', null, on) as Promise<
    Said & { token?: string; scopes?: string[] }
  >;
const agree = (userCode: string, by: string, input: object = {}, on = api) =>
  act('agreeToDeviceCode', { userCode, scopes: ['READ'], password: PASSWORD, ...input }, 'done', by, on);
const refuse = (userCode: string, by: string) => act('refuseDeviceCode', { userCode }, 'done', by);
const look = async (userCode: string, by: string | null, on = api, from = '') =>
  on.ask(
    'query ($userCode: String!) { deviceCode(userCode: $userCode) { name scopes fromHere } }',
    { userCode },
    by,
    from ? { 'x-forwarded-for': from } : {},
  );

describe('a device gets a token by a code', () => {
  it('that its person types and agrees to, once, with what was agreed to and no more', async () => {
    const codes = await request();
    assert.match(codes.userCode, /^[A-HJ-NP-Z]{4}-[A-HJ-NP-Z]{4}$/, 'no I, O, 0, 1');
    assert.equal(codes.verificationUri, `${api.config.publicUrl}/device`);
    assert.equal(codes.verificationUriComplete, `${api.config.publicUrl}/device#code=${codes.userCode}`);
    assert.equal(codes.intervalSeconds, POLL_SECONDS);
    const lives = (Date.parse(codes.expiresAt) - api.clock.now().getTime()) / 1000;
    assert.ok(lives > CODE_SECONDS - 60 && lives <= CODE_SECONDS);
    assert.equal((await redeem(codes.deviceCode)).code, 'AUTHORIZATION_PENDING');
    const typed = ` ${codes.userCode.toLowerCase().replace('-', ' ')} `;
    assert.deepEqual((await look(typed, person.accessToken)).data.deviceCode, {
      ...{ name: 'Living room', scopes: ['READ', 'SESSIONS'], fromHere: true },
    });
    assert.equal((await agree(typed, person.accessToken)).code, undefined);
    assert.equal((await look(typed, person.accessToken)).data.deviceCode, null, 'answered');
    const { token, scopes } = await redeem(codes.deviceCode);
    assert.match(token ?? '', /^nes_[\w-]{43}$/);
    assert.deepEqual(scopes, ['READ']);
    const me = await api.ask('{ viewer { id email } }', {}, token);
    assert.equal(me.data.viewer.email, person.email);
    const { data } = await api.ask('{ viewer { accessTokens { name scopes } } }', {}, person.accessToken);
    assert.deepEqual(
      data.viewer.accessTokens[0],
      { name: 'Living room', scopes: ['READ'] },
      'in the list, to be revoked',
    );
    assert.equal((await redeem(codes.deviceCode)).code, 'TOKEN_EXPIRED', 'once');
    assert.equal((await agree(codes.userCode, person.accessToken)).code, 'NOT_FOUND');
  });

  it('two that ask at the same moment get one token', async () => {
    const codes = await request();
    await agree(codes.userCode, person.accessToken);
    const answers = await Promise.all(Array.from({ length: 6 }, () => redeem(codes.deviceCode)));
    assert.equal(answers.filter(({ token }) => token).length, 1);
    assert.deepEqual(
      answers.filter(({ token }) => !token).map(({ code }) => code),
      Array(5).fill('TOKEN_EXPIRED'),
    );
  });

  it('neither code stands in the database, nor can the short one be tried out without the server’s secret', async () => {
    const codes = await request();
    const [row] = await api.backend.database.prisma.$queryRaw<{ row: string }[]>`
      SELECT d::text AS row FROM device_codes d ORDER BY created_at DESC LIMIT 1`;
    const short = codes.userCode.replace('-', '');
    for (const text of [codes.deviceCode, codes.userCode, short]) {
      assert.ok(!row?.row.includes(text));
      if (text !== codes.deviceCode) assert.ok(!row?.row.includes(Buffer.from(secretHash(text)).toString('hex')));
    }
  });
});

describe('who may answer', () => {
  it('an account with its password: no guest, no token, nobody', async () => {
    const { userCode, deviceCode } = await request();
    const guest = await api.guest();
    assert.equal((await look(userCode, null)).errors?.[0]?.extensions?.code, 'UNAUTHENTICATED');
    assert.equal((await look(userCode, guest.accessToken)).errors?.[0]?.extensions?.code, 'FORBIDDEN');
    assert.equal((await agree(userCode, guest.accessToken)).code, 'FORBIDDEN');
    assert.equal((await refuse(userCode, guest.accessToken)).code, 'FORBIDDEN');
    assert.equal((await agree(userCode, person.accessToken, { password: 'wrong horse 42' })).code, 'WRONG_CREDENTIALS');
    assert.equal((await redeem(deviceCode)).code, 'AUTHORIZATION_PENDING');
    const first = await request();
    await agree(first.userCode, person.accessToken, { scopes: ['READ', 'SESSIONS'] });
    const { token = '' } = await redeem(first.deviceCode);
    assert.equal((await agree(userCode, token)).code, 'FORBIDDEN', 'no token makes a token');
    assert.equal((await refuse(userCode, token)).code, 'FORBIDDEN');
    assert.equal((await look(userCode, token)).errors?.[0]?.extensions?.code, 'FORBIDDEN');
  });

  it('with no scope that the device did not ask for, and at least one', async () => {
    const { userCode, deviceCode } = await request({ scopes: ['READ'] });
    assert.equal((await agree(userCode, person.accessToken, { scopes: ['READ', 'METRICS'] })).code, 'NOT_ALLOWED');
    assert.equal((await agree(userCode, person.accessToken, { scopes: [] })).code, 'TOO_SHORT');
    assert.equal((await redeem(deviceCode)).code, 'AUTHORIZATION_PENDING');
  });

  it('once: what one refused or agreed to is not another’s', async () => {
    const other = await api.account();
    const refused = await request();
    assert.equal((await refuse(refused.userCode, person.accessToken)).code, undefined);
    assert.equal((await agree(refused.userCode, other.accessToken)).code, 'NOT_FOUND');
    assert.equal((await redeem(refused.deviceCode)).code, 'ACCESS_DENIED');
    const taken = await request();
    const both = await Promise.all([person, other].map(({ accessToken }) => agree(taken.userCode, accessToken)));
    assert.deepEqual(both.map(({ code }) => code ?? 'done').sort(), ['NOT_FOUND', 'done']);
    const winner = both[0]?.code === undefined ? person : other;
    const { token } = await redeem(taken.deviceCode);
    assert.equal((await api.ask('{ viewer { id } }', {}, token)).data.viewer.id, winner.id);
  });

  it('a code of another network is told as such', async () => {
    const behind = await useServer({ beside: api, environment: { TRUST_PROXY: '1' } });
    const { userCode } = await request({}, behind, '203.0.113.7');
    const from = async (address: string) =>
      (await look(userCode, person.accessToken, behind, address)).data.deviceCode.fromHere;
    assert.equal(await from('203.0.113.7'), true);
    assert.equal(await from('198.51.100.9'), false);
    await behind.close();
  });

  it('a name that hides or turns text is not taken', async () => {
    for (const name of ['', '\u202etv', '\u200b', 'x'.repeat(101)])
      assert.ok(['INVALID', 'TOO_LONG', 'TOO_SHORT'].includes((await request({ name })).code ?? ''), name);
  });
});

describe('an end', () => {
  it('after ten minutes, agreed to or not; then the house is swept', async () => {
    const open = await request();
    const agreed = await request();
    await agree(agreed.userCode, person.accessToken);
    api.clock.advance(CODE_SECONDS + 1);
    // The sign-in is as old.
    const again = (
      await api.ask(
        'mutation ($input: RefreshTokensInput!) { refreshTokens(input: $input) { tokens { accessToken refreshToken } userErrors { code } } }',
        { input: { refreshToken: person.refreshToken } },
      )
    ).data.refreshTokens.tokens;
    Object.assign(person, again);
    for (const { deviceCode } of [open, agreed]) assert.equal((await redeem(deviceCode)).code, 'TOKEN_EXPIRED');
    assert.equal((await look(open.userCode, person.accessToken)).data.deviceCode, null);
    assert.equal((await agree(open.userCode, person.accessToken)).code, 'NOT_FOUND');
    await keepHouseOnce(api.server.services);
    assert.equal(await api.backend.database.prisma.deviceCode.count(), 0);
    assert.equal((await redeem('made up')).code, 'TOKEN_EXPIRED');
  });

  it('there is room for twenty tokens, those that wait to be fetched among them', async () => {
    const full = await api.account();
    await api.backend.database.prisma.accessToken.createMany({
      data: Array.from({ length: 19 }, (_, n) => ({
        ...{ id: newId(), userId: full.userId, name: `${n}`, tokenHash: secretHash(newSecret()), scopes: [] },
        ...{ createdAt: new Date(), expiresAt: new Date(Date.now() + 3_600_000) },
      })),
    });
    const [last, more] = [await request(), await request()];
    assert.equal((await agree(last.userCode, full.accessToken)).code, undefined);
    assert.equal((await agree(more.userCode, full.accessToken)).code, 'FULL');
    assert.ok((await redeem(last.deviceCode)).token);
  });
});

describe('limits', () => {
  let strict: TestServer;
  beforeAll(async () => {
    strict = await useServer({ environment: { RATE_LIMIT_FACTOR: '1', TRUST_PROXY: '1' } });
  });
  afterAll(() => strict.close());

  it('a device that asks sooner than it was told is told so, and then gets its token', async () => {
    const owner = await strict.account();
    const { deviceCode, userCode } = await request({}, strict);
    assert.equal((await redeem(deviceCode, strict)).code, 'AUTHORIZATION_PENDING');
    assert.equal((await redeem(deviceCode, strict)).code, 'SLOW_DOWN');
    await agree(userCode, owner.accessToken, {}, strict);
    assert.equal((await redeem(deviceCode, strict)).code, 'SLOW_DOWN', 'nothing is given out to the impatient');
    await new Promise((next) => setTimeout(next, POLL_SECONDS * 1000));
    assert.ok((await redeem(deviceCode, strict)).token);
  });

  it('a person tries eight codes, wrong ones too, by whichever field and from whichever address', async () => {
    const guesser = await strict.account();
    const told: unknown[] = [];
    for (let n = 0; n < 12; n++) {
      const from = `203.0.113.${n}`;
      const code = `AAAA-AAA${'BCDEFGHJKLMN'[n]}`;
      const { code: said } =
        n % 2
          ? await act('refuseDeviceCode', { userCode: code }, 'done', guesser.accessToken, strict, from)
          : { code: (await look(code, guesser.accessToken, strict, from)).errors?.[0]?.extensions?.code };
      told.push(said ?? 'none');
    }
    assert.deepEqual(told.slice(8), Array(4).fill('RATE_LIMITED'));
    assert.ok(!told.slice(0, 8).includes('RATE_LIMITED'));
  });

  it('one address tries twenty, whoever it is', async () => {
    let limited = 0;
    for (let n = 0; n < 4; n++) {
      const guesser = await strict.account();
      for (let k = 0; k < 7; k++) {
        const { errors } = await look(`AAAA-AA${'BCDE'[n]}${'BCDEFGH'[k]}`, guesser.accessToken, strict, '192.0.2.1');
        if (errors?.[0]?.extensions?.code === 'RATE_LIMITED') limited++;
      }
    }
    assert.ok(limited >= 6, `${limited}`);
  });

  it('one address asks for ten codes', async () => {
    const codes: (string | undefined)[] = [];
    for (let n = 0; n < 12; n++) codes.push((await request({}, strict, '192.0.2.77')).code);
    assert.deepEqual(codes.slice(10), ['RATE_LIMITED', 'RATE_LIMITED']);
    assert.ok(codes.slice(0, 10).every((code) => code === undefined));
  });
});
