import assert from 'node:assert/strict';
import { calculateJwkThumbprint, exportJWK, generateKeyPair, SignJWT } from 'jose';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { newId } from '../platform/ids.ts';
import { NO_TO_ALL } from '../testing/screening.ts';
import { PASSWORD, type TestPerson, type TestServer, useServer } from '../testing/server.ts';

const TOKENS = 'tokens { accessToken refreshToken } viewer { id isGuest email } userErrors { field code message }';
const SIGN_UP = `mutation ($input: SignUpInput!) { signUp(input: $input) { ${TOKENS} } }`;
const SIGN_IN = `mutation ($input: SignInInput!) { signIn(input: $input) { ${TOKENS} } }`;
const REFRESH = `mutation ($input: RefreshTokensInput!) { refreshTokens(input: $input) { ${TOKENS} } }`;
const VIEWER = '{ viewer { id isGuest email emailVerified displayName devices { id name current } } }';

let api: TestServer;
let other: TestServer;
beforeAll(async () => {
  api = await useServer();
  other = await useServer({ beside: api });
});
afterAll(async () => {
  await other.close();
  await api.close();
});

const done = (name: string, type: string) =>
  `mutation ($input: ${type}!) { ${name}(input: $input) { done userErrors { field code } } }`;

const tokenOf = (index: number) => /#token=([\w-]+)/.exec(api.mails.at(index)?.text ?? '')?.[1] as string;

async function isSignedIn(person: Pick<TestPerson, 'accessToken'>, server = api): Promise<boolean> {
  const { status, data } = await server.ask('{ viewer { id } }', {}, person.accessToken);
  return status === 200 && data.viewer !== null;
}

/** Waits up to a second, as sign-outs may take. */
async function within(check: () => Promise<boolean>): Promise<boolean> {
  for (const end = Date.now() + 1_000; Date.now() < end; ) {
    if (await check()) return true;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  return false;
}

describe('guests and accounts', () => {
  it('a guest becomes an account in the same row', async () => {
    const guest = await api.guest();
    const email = `grown.${newId()}@example.org`;
    const { data } = await api.ask(
      SIGN_UP,
      { input: { email, password: PASSWORD, displayName: 'Grown', atLeast16: true } },
      guest.accessToken,
    );
    assert.deepEqual(data.signUp.userErrors, []);
    assert.equal(data.signUp.viewer.id, guest.id);
    assert.equal(data.signUp.viewer.isGuest, false);
    assert.equal(await within(async () => !(await isSignedIn(guest))), true, "the guest's own token has ended");
  });

  it('an account takes over what a guest has, once, and the guest is gone', async () => {
    const account = await api.account();
    const guest = await api.guest();
    await api.ask(
      `mutation ($input: AnswerScreeningInput!) { answerScreening(input: $input) { userErrors { code } } }`,
      { input: { ...NO_TO_ALL, seizures: true } },
      guest.accessToken,
    );
    const input = { email: account.email, password: PASSWORD };
    const both = await Promise.all([
      api.ask(SIGN_IN, { input }, guest.accessToken),
      api.ask(SIGN_IN, { input }, guest.accessToken),
    ]);
    for (const { data } of both) assert.equal(data?.signIn.viewer?.id ?? account.id, account.id);
    const prisma = api.backend.database.prisma;
    assert.equal(await prisma.screening.count({ where: { userId: account.userId } }), 1);
    assert.equal(await prisma.user.count({ where: { id: guest.userId } }), 0);
  });

  it('an address is taken whatever its letters look like', async () => {
    const account = await api.account();
    const { data } = await api.ask(SIGN_UP, {
      input: { email: account.email?.toUpperCase(), password: PASSWORD, atLeast16: true },
    });
    assert.equal(data.signUp.userErrors[0].code, 'TAKEN');
  });

  it('an account needs an age of 16, and nothing is kept of who says no', async () => {
    const email = `young.${newId()}@example.org`;
    const { data } = await api.ask(SIGN_UP, { input: { email, password: PASSWORD, atLeast16: false } });
    assert.equal(data.signUp.tokens, null);
    assert.equal(data.signUp.userErrors[0].code, 'NOT_ALLOWED');
    assert.equal(await api.backend.database.prisma.user.count({ where: { email } }), 0);
  });

  for (const [password, code] of [
    ['short', 'TOO_SHORT'],
    ['x'.repeat(129), 'TOO_LONG'],
    ['football', 'WEAK_PASSWORD'],
    ['FOOTBALL', 'WEAK_PASSWORD'],
  ] as const) {
    it(`the password ${password.slice(0, 10)}… is refused with ${code}`, async () => {
      const { data } = await api.ask(SIGN_UP, {
        input: { email: `p.${newId()}@example.org`, password, atLeast16: true },
      });
      assert.deepEqual(
        data.signUp.userErrors.map((e: { code: string }) => e.code),
        [code],
      );
      assert.equal(data.signUp.tokens, null);
    });
  }

  it('unknown address, wrong password and a guest without password answer alike', async () => {
    const account = await api.account();
    const answers = await Promise.all(
      [`nobody.${newId()}@example.org`, account.email].map((email) =>
        api.ask(SIGN_IN, { input: { email, password: 'not the password' } }),
      ),
    );
    assert.equal(answers[0]?.text, answers[1]?.text);
    assert.equal(answers[0]?.data.signIn.userErrors[0].code, 'WRONG_CREDENTIALS');
  });
});

describe('tokens', () => {
  it('rotates the refresh token; the old one ends the sign-in', async () => {
    const person = await api.account();
    const first = await api.ask(REFRESH, { input: { refreshToken: person.refreshToken } });
    const fresh = first.data.refreshTokens.tokens;
    assert.equal(await isSignedIn(fresh), true);
    const again = await api.ask(REFRESH, { input: { refreshToken: person.refreshToken } });
    assert.equal(again.data.refreshTokens.userErrors[0].code, 'TOKEN_EXPIRED');
    const ended = await api.ask(REFRESH, { input: { refreshToken: fresh.refreshToken } });
    assert.equal(ended.data.refreshTokens.userErrors[0].code, 'TOKEN_EXPIRED', 'the family has ended');
    assert.equal(await within(async () => !(await isSignedIn(fresh))), true);
  });

  it('a bound refresh token needs the key; the same browser may come again after a lost answer', async () => {
    const { publicKey, privateKey } = await generateKeyPair('ES256', { extractable: true });
    const jwk = await exportJWK(publicKey);
    const proof = (overrides: Record<string, unknown> = {}) =>
      new SignJWT({ htm: 'POST', htu: `${api.url}/graphql`, jti: newId(), ...overrides })
        .setProtectedHeader({ alg: 'ES256', typ: 'dpop+jwt', jwk })
        .setIssuedAt()
        .sign(privateKey);
    const email = `bound.${newId()}@example.org`;
    const up = await api.ask(SIGN_UP, { input: { email, password: PASSWORD, atLeast16: true } }, null, {
      dpop: await proof(),
    });
    const { refreshToken } = up.data.signUp.tokens;
    const session = await api.backend.database.prisma.refreshSession.findFirstOrThrow({
      where: { user: { email } },
    });
    assert.equal(session.keyThumbprint, await calculateJwkThumbprint(jwk));

    const without = await api.ask(REFRESH, { input: { refreshToken } });
    assert.equal(without.data.refreshTokens.userErrors[0].code, 'WRONG_CREDENTIALS');
    for (const wrong of [{ htm: 'GET' }, { htu: 'https://elsewhere.example/graphql' }]) {
      const refused = await api.ask(REFRESH, { input: { refreshToken } }, null, { dpop: await proof(wrong) });
      assert.equal(refused.data.refreshTokens.userErrors[0].code, 'WRONG_CREDENTIALS');
    }
    const once = await proof();
    const good = await api.ask(REFRESH, { input: { refreshToken } }, null, { dpop: once });
    assert.deepEqual(good.data.refreshTokens.userErrors, []);
    const replayed = await api.ask(REFRESH, { input: { refreshToken } }, null, { dpop: once });
    assert.equal(replayed.data.refreshTokens.userErrors[0].code, 'WRONG_CREDENTIALS', 'a proof is good once');
    const retried = await api.ask(REFRESH, { input: { refreshToken } }, null, { dpop: await proof() });
    assert.deepEqual(retried.data.refreshTokens.userErrors, [], 'the answer was lost; the browser asks again');
    const stolen = await api.ask(REFRESH, { input: { refreshToken } });
    assert.equal(stolen.data.refreshTokens.userErrors[0].code, 'TOKEN_EXPIRED', 'a used token without the key ends it');
    const last = retried.data.refreshTokens.tokens.refreshToken;
    const ended = await api.ask(REFRESH, { input: { refreshToken: last } }, null, { dpop: await proof() });
    assert.equal(ended.data.refreshTokens.userErrors[0].code, 'TOKEN_EXPIRED');
  });

  it('signing out is known on every instance within a second', async () => {
    const person = await api.account();
    assert.equal(await isSignedIn(person, other), true);
    await api.ask(done('signOut', 'SignOutInput'), { input: {} }, person.accessToken);
    assert.equal(await within(async () => !(await isSignedIn(person, other))), true);
    assert.equal(await isSignedIn(person), false);
    const { status, errors } = await api.ask('{ viewer { id } }', {}, person.accessToken);
    assert.equal(status, 401);
    assert.equal(errors?.[0]?.extensions?.code, 'UNAUTHENTICATED');
  });

  it('signing out everywhere and ending one device', async () => {
    const first = await api.account();
    const signIn = async () =>
      (await api.ask(SIGN_IN, { input: { email: first.email, password: PASSWORD } })).data.signIn.tokens as TestPerson;
    const second = await signIn();
    const third = await signIn();
    const { data } = await api.ask(VIEWER, {}, first.accessToken);
    assert.equal(data.viewer.devices.length, 3);
    const mine = data.viewer.devices.filter((device: { current: boolean }) => device.current);
    assert.equal(mine.length, 1);
    const listOfThird = await api.ask(VIEWER, {}, third.accessToken);
    const thirdId = listOfThird.data.viewer.devices.find((device: { current: boolean }) => device.current).id;
    await api.ask(
      'mutation ($input: EndDeviceInput!) { endDevice(input: $input) { viewer { id } userErrors { code } } }',
      { input: { id: thirdId } },
      first.accessToken,
    );
    assert.equal(await isSignedIn(third), false);
    assert.equal(await isSignedIn(second), true);
    await api.ask(done('signOutEverywhere', 'SignOutEverywhereInput'), { input: {} }, first.accessToken);
    assert.equal(await isSignedIn(first), false);
    assert.equal(await within(async () => !(await isSignedIn(second, other))), true);
  });

  it("another person's device cannot be ended", async () => {
    const mine = await api.account();
    const theirs = await api.account();
    const { data } = await api.ask(VIEWER, {}, theirs.accessToken);
    const refused = await api.ask(
      'mutation ($input: EndDeviceInput!) { endDevice(input: $input) { userErrors { code } } }',
      { input: { id: data.viewer.devices[0].id } },
      mine.accessToken,
    );
    assert.equal(refused.data.endDevice.userErrors[0].code, 'NOT_FOUND');
    assert.equal(await isSignedIn(theirs), true);
  });
});

describe('passwords and addresses', () => {
  it('changing the password signs the other devices out', async () => {
    const person = await api.account();
    const second = (await api.ask(SIGN_IN, { input: { email: person.email, password: PASSWORD } })).data.signIn.tokens;
    const change = (oldPassword: string, newPassword: string) =>
      api.ask(
        'mutation ($input: ChangePasswordInput!) { changePassword(input: $input) { viewer { id } userErrors { field code } } }',
        { input: { oldPassword, newPassword } },
        person.accessToken,
      );
    const wrong = await change('wrong', 'another good one');
    assert.deepEqual(wrong.data.changePassword.userErrors, [{ field: ['oldPassword'], code: 'WRONG_CREDENTIALS' }]);
    const right = await change(PASSWORD, 'another good one');
    assert.deepEqual(right.data.changePassword.userErrors, []);
    assert.equal(await isSignedIn(person), true);
    assert.equal(await isSignedIn(second), false);
    const old = await api.ask(SIGN_IN, { input: { email: person.email, password: PASSWORD } });
    assert.equal(old.data.signIn.userErrors[0].code, 'WRONG_CREDENTIALS');
  });

  it('a mailed link sets a new password, once', async () => {
    const person = await api.account();
    const before = api.mails.length;
    const known = await api.ask(done('requestPasswordReset', 'RequestPasswordResetInput'), {
      input: { email: person.email },
    });
    const unknown = await api.ask(done('requestPasswordReset', 'RequestPasswordResetInput'), {
      input: { email: `nobody.${newId()}@example.org` },
    });
    assert.equal(known.text, unknown.text);
    assert.equal(await within(async () => api.mails.length > before), true);
    assert.equal(api.mails.at(-1)?.to, person.email);
    const token = tokenOf(-1);
    const reset = () =>
      api.ask(done('resetPassword', 'ResetPasswordInput'), { input: { token, password: 'brand new words' } });
    assert.deepEqual((await reset()).data.resetPassword.userErrors, []);
    assert.equal((await reset()).data.resetPassword.userErrors[0].code, 'TOKEN_EXPIRED');
    assert.equal(await isSignedIn(person), false);
    const again = await api.ask(SIGN_IN, { input: { email: person.email, password: 'brand new words' } });
    assert.deepEqual(again.data.signIn.userErrors, []);
  });

  it('proves an address and changes it, without telling who has which', async () => {
    const person = await api.account();
    const taken = await api.account();
    await api.ask(done('requestEmailVerification', 'RequestEmailVerificationInput'), { input: {} }, person.accessToken);
    const verify = (token: string) => api.ask(done('verifyEmail', 'VerifyEmailInput'), { input: { token } });
    assert.deepEqual((await verify(tokenOf(-1))).data.verifyEmail.userErrors, []);
    assert.equal((await api.ask(VIEWER, {}, person.accessToken)).data.viewer.emailVerified, true);

    const change = (email: string | null) =>
      api.ask(done('changeEmail', 'ChangeEmailInput'), { input: { email, password: PASSWORD } }, person.accessToken);
    const toTaken = await change(taken.email);
    const toOf = (index: number) => api.mails.at(index)?.to;
    assert.deepEqual([toOf(-2), toOf(-1)], [taken.email, person.email]);
    const fresh = `fresh.${newId()}@example.org`;
    const toFresh = await change(fresh);
    assert.equal(toTaken.text, toFresh.text);
    assert.deepEqual([toOf(-2), toOf(-1)], [fresh, person.email]);
    assert.equal(
      (await api.ask(VIEWER, {}, person.accessToken)).data.viewer.email,
      person.email,
      'not before the link',
    );
    assert.deepEqual((await verify(tokenOf(-2))).data.verifyEmail.userErrors, []);
    assert.equal((await api.ask(VIEWER, {}, person.accessToken)).data.viewer.email, fresh);
  });

  it('writes mails in the language of the person', async () => {
    const person = await api.account();
    await api.ask(
      'mutation ($input: SavePreferencesInput!) { savePreferences(input: $input) { userErrors { code } } }',
      { input: { language: 'de' } },
      person.accessToken,
    );
    await api.ask(done('requestEmailVerification', 'RequestEmailVerificationInput'), { input: {} }, person.accessToken);
    assert.equal(api.mails.at(-1)?.subject, 'E-Mail-Adresse bestätigen');
    await api.ask(
      SIGN_UP,
      { input: { email: `es.${newId()}@example.org`, password: PASSWORD, atLeast16: true } },
      null,
      {
        'accept-language': 'es-MX,es;q=0.9',
      },
    );
    assert.equal(api.mails.at(-1)?.subject, 'Confirma tu dirección de correo');
  });
});

describe('leaving', () => {
  it('exports everything that is kept, without secrets', async () => {
    const person = await api.account();
    const response = await fetch(`${api.url}/export/account.json`, {
      headers: { authorization: `Bearer ${person.accessToken}` },
    });
    assert.equal(response.status, 200);
    const text = await response.text();
    const archive = JSON.parse(text);
    assert.equal(archive.account.email, person.email);
    assert.deepEqual(archive.sessions, []);
    assert.doesNotMatch(text, /argon2|passwordHash|tokenHash/);
    assert.equal((await fetch(`${api.url}/export/account.json`)).status, 401);
  });

  it('deletes the person from every table', async () => {
    const person = await api.account(`gone.${newId()}@example.org`);
    await api.ask(done('requestEmailVerification', 'RequestEmailVerificationInput'), { input: {} }, person.accessToken);
    await api.ask(
      'mutation ($input: UpdateProfileInput!) { updateProfile(input: $input) { userErrors { code } } }',
      { input: { displayName: 'Vanishing Visitor' } },
      person.accessToken,
    );
    const wrong = await api.ask(
      done('deleteAccount', 'DeleteAccountInput'),
      { input: { password: 'no' } },
      person.accessToken,
    );
    assert.equal(wrong.data.deleteAccount.userErrors[0].code, 'WRONG_CREDENTIALS');
    const { data } = await api.ask(
      done('deleteAccount', 'DeleteAccountInput'),
      { input: { password: PASSWORD } },
      person.accessToken,
    );
    assert.deepEqual(data.deleteAccount.userErrors, []);
    const { pool } = api.backend.database;
    const tables = await pool.query("SELECT tablename FROM pg_tables WHERE schemaname = 'public'");
    for (const { tablename } of tables.rows) {
      const { rows } = await pool.query(
        `SELECT t::text AS row FROM "${tablename}" t WHERE t::text LIKE $1 OR t::text LIKE $2 OR t::text LIKE '%Vanishing Visitor%'`,
        [`%${person.userId}%`, `%${person.email}%`],
      );
      assert.deepEqual(rows, [], `${tablename} still knows the person`);
    }
    assert.equal(await isSignedIn(person), false);
    assert.equal(await within(async () => !(await isSignedIn(person, other))), true);
    const refresh = await api.ask(REFRESH, { input: { refreshToken: person.refreshToken } });
    assert.equal(refresh.data.refreshTokens.userErrors[0].code, 'TOKEN_EXPIRED');
  });

  it('being deleted while asking is no fault', async () => {
    for (let round = 0; round < 6; round++) {
      const guest = await api.guest();
      const answers = await Promise.all(
        Array.from({ length: 8 }, () =>
          api.ask(done('deleteAccount', 'DeleteAccountInput'), { input: {} }, guest.accessToken),
        ),
      );
      for (const { status, text } of answers) assert.ok(status === 200 || status === 401, text);
    }
  });

  it('a guest needs no password to be deleted', async () => {
    const guest = await api.guest();
    const { data } = await api.ask(done('deleteAccount', 'DeleteAccountInput'), { input: {} }, guest.accessToken);
    assert.deepEqual(data.deleteAccount.userErrors, []);
    assert.equal(await api.backend.database.prisma.user.count({ where: { id: guest.userId } }), 0);
  });
});
