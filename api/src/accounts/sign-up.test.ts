/** Signing up where mails can be sent: who has an address is told to the address alone. */
import assert from 'node:assert/strict';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { newId } from '../platform/ids.ts';
import { PASSWORD, type TestServer, useServer } from '../testing/server.ts';

const MAILS = { SMTP_URL: 'smtp://127.0.0.1:1', MAIL_FROM: 'nes@example.org' };
const SIGN_UP = `mutation ($input: SignUpInput!) { signUp(input: $input) { mailed
  tokens { accessToken accessExpiresAt refreshToken refreshExpiresAt } viewer { id isGuest email emailVerified displayName }
  userErrors { field code message } } }`;
const VERIFY = 'mutation ($input: VerifyEmailInput!) { verifyEmail(input: $input) { done userErrors { field code } } }';
const VIEWER = '{ viewer { id isGuest email emailVerified displayName } }';

let api: TestServer;
beforeAll(async () => {
  api = await useServer({ environment: MAILS });
});
afterAll(() => api.close());

const fresh = () => `person.${newId()}@example.org`;
const signUp = (email: string, token?: string, headers?: Record<string, string>, to = api) =>
  to.ask(
    SIGN_UP,
    { input: { email, password: PASSWORD, displayName: 'Somebody', atLeast16: true, deviceId: newId() } },
    token ?? null,
    headers,
  );
/** The mail to this address, when it has been handed over. */
async function mailTo(address: string, from = 0) {
  for (const end = Date.now() + 10_000; Date.now() < end; await new Promise((next) => setTimeout(next, 10))) {
    const mail = api.mails.slice(from).find(({ to }) => to === address);
    if (mail) return mail;
  }
  throw new Error(`No mail to ${address}.`);
}
const tokenOf = (text: string) => /\/account\/verify#token=([\w-]+)/.exec(text)?.[1] as string;
const open = async (token: string) => (await api.ask(VERIFY, { input: { token } })).data.verifyEmail;

/** An account, made as people make one. */
async function person(email = fresh()) {
  const { data } = await signUp(email);
  assert.deepEqual((await open(tokenOf((await mailTo(email)).text))).userErrors, []);
  return { email, accessToken: data.signUp.tokens.accessToken as string, id: data.signUp.viewer.id as string };
}

describe('signing up with a mailed link', () => {
  it('answers alike whether or not the address has an account; the mail tells', async () => {
    const owner = await person();
    const before = await api.backend.database.prisma.user.findUniqueOrThrow({ where: { emailKey: owner.email } });
    const stranger = fresh();
    assert.equal(stranger.length, owner.email.length);
    const sent = api.mails.length;
    const guests = [await api.guest(), await api.guest()];
    for (const [known, unknown] of [
      [await signUp(owner.email), await signUp(stranger)],
      [await signUp(owner.email, guests[0]?.accessToken), await signUp(fresh(), guests[1]?.accessToken)],
    ] as const) {
      assert.deepEqual(known.data.signUp.userErrors, []);
      assert.equal(known.status, unknown.status);
      assert.equal(known.text.length, unknown.text.length);
      const shape = (text: string) =>
        text.replace(/"(accessToken|accessExpiresAt|refreshToken|refreshExpiresAt|id)":"[^"]*"/g, '"$1":""');
      assert.equal(shape(known.text), shape(unknown.text));
      assert.deepEqual(
        [known.data.signUp.mailed, known.data.signUp.viewer.isGuest, known.data.signUp.viewer.email],
        [true, true, null],
      );
      const names = (headers: Headers) => [...headers.keys()].sort();
      assert.deepEqual(names(known.headers), names(unknown.headers));
    }
    const told = await mailTo(owner.email, sent);
    assert.match(told.subject, /already has an account/);
    assert.equal(tokenOf(told.text), undefined);
    assert.ok(tokenOf((await mailTo(stranger)).text));
    const after = await api.backend.database.prisma.user.findUniqueOrThrow({ where: { emailKey: owner.email } });
    assert.deepEqual(after, before);
  });

  it('makes the guest the account when the link is opened, on the device that asked, and once', async () => {
    const guest = await api.guest();
    const email = fresh();
    const { data } = await signUp(email, guest.accessToken);
    assert.equal(data.signUp.viewer.id, guest.id);
    const { accessToken } = data.signUp.tokens;
    assert.equal((await api.ask(VIEWER, {}, accessToken)).data.viewer.isGuest, true);
    const signIn = () =>
      api.ask('mutation ($input: SignInInput!) { signIn(input: $input) { viewer { id } userErrors { code } } }', {
        input: { email, password: PASSWORD },
      });
    assert.equal((await signIn()).data.signIn.userErrors[0].code, 'WRONG_CREDENTIALS');
    const token = tokenOf((await mailTo(email)).text);
    assert.deepEqual((await open(token)).userErrors, []);
    assert.deepEqual((await api.ask(VIEWER, {}, accessToken)).data.viewer, {
      ...{ id: guest.id, isGuest: false, email, emailVerified: true, displayName: 'Somebody' },
    });
    assert.equal((await signIn()).data.signIn.viewer.id, guest.id);
    assert.equal((await open(token)).userErrors[0].code, 'TOKEN_EXPIRED');
  });

  it('gives an address that two asked for to whoever opens the link first', async () => {
    const email = fresh();
    const from = api.mails.length;
    await signUp(email);
    const first = tokenOf((await mailTo(email, from)).text);
    const then = api.mails.length;
    await signUp(email);
    const second = tokenOf((await mailTo(email, then)).text);
    assert.deepEqual((await open(second)).userErrors, []);
    assert.equal((await open(first)).userErrors[0].code, 'TAKEN');
  });

  it('says that mails can be sent; a server without SMTP that they cannot', async () => {
    const ask = async (one: TestServer) => (await one.ask('{ operator { sendsMails } }')).data.operator.sendsMails;
    assert.equal(await ask(api), true);
    const without = await useServer();
    try {
      assert.equal(await ask(without), false);
      const email = fresh();
      const { data } = await signUp(email, undefined, undefined, without);
      assert.deepEqual([data.signUp.mailed, data.signUp.viewer.email], [false, email]);
      const again = await signUp(email, undefined, undefined, without);
      assert.equal(again.data.signUp.userErrors[0].code, 'TAKEN');
    } finally {
      await without.close();
    }
  });
});

describe('mails are counted by their recipient', () => {
  it('whoever asks, from wherever, for whichever mail', async () => {
    const strict = await useServer({
      environment: { ...MAILS, RATE_LIMIT_FACTOR: '1', TRUST_PROXY: '1' },
      beside: api,
    });
    try {
      const owner = await person();
      let place = 0;
      const from = () => ({ 'x-forwarded-for': `203.0.113.${++place}` });
      const asks = {
        signUp: (email: string) => signUp(email, undefined, from(), strict),
        reset: (email: string) =>
          strict.ask(
            'mutation ($input: RequestPasswordResetInput!) { requestPasswordReset(input: $input) { done } }',
            { input: { email } },
            null,
            from(),
          ),
        link: (email: string) =>
          strict.ask(
            'mutation ($input: RequestSignInLinkInput!) { requestSignInLink(input: $input) { done } }',
            { input: { email } },
            null,
            from(),
          ),
        change: (email: string) =>
          strict.ask(
            'mutation ($input: ChangeEmailInput!) { changeEmail(input: $input) { userErrors { code } } }',
            { input: { email, password: PASSWORD } },
            owner.accessToken,
            from(),
          ),
      };
      const code = async (answer: ReturnType<(typeof asks)['reset']>) => (await answer).errors?.[0]?.extensions?.code;
      for (const address of [fresh(), (await person()).email]) {
        for (const kind of ['signUp', 'reset', 'link'] as const)
          assert.equal(await code(asks[kind](address)), undefined, kind);
        for (const kind of ['signUp', 'reset', 'link', 'change'] as const)
          assert.equal(await code(asks[kind](address)), 'RATE_LIMITED', kind);
      }
    } finally {
      await strict.close();
    }
  });
});

describe('publishing needs a confirmed address', () => {
  const publish = async (one: TestServer, token: string) => {
    const made = await one.ask(
      'mutation ($input: CreateProtocolInput!) { createProtocol(input: $input) { protocol { id } userErrors { message } } }',
      {
        input: {
          title: 'Mine',
          category: 'OTHER',
          program: {
            durationSeconds: 60,
            voices: [{ kind: 'BINAURAL', keyframes: [{ at: 0, carrier: 200, beat: 10, level: 0.5 }] }],
          },
        },
      },
      token,
    );
    const { id } = made.data.createProtocol.protocol;
    const codes: string[] = [];
    for (const name of ['unlist', 'publish']) {
      const type = `${name === 'publish' ? 'Publish' : 'Unlist'}ProtocolInput`;
      const { data } = await one.ask(
        `mutation ($input: ${type}!) { done: ${name}Protocol(input: $input) { userErrors { code } } }`,
        { input: { id } },
        token,
      );
      codes.push(data.done.userErrors[0]?.code ?? 'done');
    }
    return codes;
  };

  it('where one can be confirmed', async () => {
    const one = await person();
    const userId = Buffer.from(one.id, 'base64').toString().split(':')[1] as string;
    assert.deepEqual(await publish(api, one.accessToken), ['done', 'done']);
    // As an account that is older than the server's mails.
    await api.backend.database.prisma.user.update({ where: { id: userId }, data: { emailVerifiedAt: null } });
    assert.deepEqual(await publish(api, one.accessToken), ['UNCONFIRMED', 'UNCONFIRMED']);
    const from = api.mails.length;
    await api.ask(
      'mutation ($input: RequestEmailVerificationInput!) { requestEmailVerification(input: $input) { done } }',
      { input: {} },
      one.accessToken,
    );
    assert.deepEqual((await open(tokenOf((await mailTo(one.email, from)).text))).userErrors, []);
    assert.deepEqual(await publish(api, one.accessToken), ['done', 'done']);
  });

  it('and an account alone where mails cannot be sent', async () => {
    const without = await useServer();
    try {
      assert.deepEqual(await publish(without, (await without.account()).accessToken), ['done', 'done']);
      assert.deepEqual(await publish(without, (await without.guest()).accessToken), ['NOT_ALLOWED', 'NOT_ALLOWED']);
    } finally {
      await without.close();
    }
  });
});
