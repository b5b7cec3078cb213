import assert from 'node:assert/strict';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { newId } from '../platform/ids.ts';
import { MailTokenKind } from '../platform/prisma/enums.ts';
import { PASSWORD, type TestServer, useServer } from '../testing/server.ts';
import { TOKEN_PREFIX } from './access-tokens.ts';
import { type EndingEvent, endings } from './secrets.ts';
import { newSecret, secretHash } from './tokens.ts';

let api: TestServer;
let admin: Pair;
let passwordHash: string;
beforeAll(async () => {
  api = await useServer();
  const person = await api.account();
  await api.backend.database.prisma.user.update({ where: { id: person.userId }, data: { role: 'ADMIN' } });
  admin = person;
  passwordHash = (await api.backend.database.prisma.user.findUniqueOrThrow({ where: { id: person.userId } }))
    .passwordHash as string;
});
afterAll(() => api.close());

interface Pair {
  accessToken: string;
  refreshToken: string;
}
interface Person {
  userId: string;
  a: Pair;
  b: Pair;
}

const TOKENS = 'tokens { accessToken refreshToken } userErrors { code }';
const run = async (name: string, input: object, token?: string, fields = 'userErrors { code }') => {
  const type = `${name[0]?.toUpperCase()}${name.slice(1)}Input`;
  const answer = await api.ask(
    `mutation ($input: ${type}!) { ${name}(input: $input) { ${fields} } }`,
    { input },
    token ?? null,
  );
  return answer.data?.[name] as { userErrors: { code: string }[]; tokens?: Pair | null } | undefined;
};
const worked = async (name: string, input: object, token?: string, fields?: string) => {
  const payload = await run(name, input, token, fields);
  assert.deepEqual(payload?.userErrors, [], name);
  return payload;
};

/** A link as it is mailed, of an age of one minute. */
async function link(userId: string, kind: MailTokenKind): Promise<string> {
  const token = newSecret();
  await api.backend.database.prisma.mailToken.create({
    data: {
      id: newId(),
      userId,
      kind,
      tokenHash: secretHash(token),
      newEmail: kind === 'CHANGE_EMAIL' || kind === 'SIGN_UP' ? `new.${newId()}@example.org` : null,
      createdAt: new Date(Date.now() - 60_000),
      expiresAt: new Date(Date.now() + 3_600_000),
    },
  });
  return token;
}

/** A webhook as `createWebhook` keeps it; here also of a guest, who can make none. */
async function webhook(userId: string): Promise<string> {
  const id = newId();
  const at = new Date();
  await api.backend.database.prisma.webhook.create({
    data: { id, userId, url: 'https://example.org/hook', topics: ['SESSION'], createdAt: at, dueAt: at },
  });
  return id;
}

/** A link to a home as `linkHome` keeps it; here also of a guest, who can make none. */
async function home(userId: string): Promise<string> {
  const id = newId();
  await api.backend.database.prisma.homeLink.create({ data: { id, userId, name: 'Bedroom', createdAt: new Date() } });
  return id;
}

/** A personal access token as `createAccessToken` keeps it; here also of a guest, who can make none. */
async function personalToken(userId: string): Promise<string> {
  const token = `${TOKEN_PREFIX}${newSecret()}`;
  await api.backend.database.prisma.accessToken.create({
    data: {
      id: newId(),
      userId,
      name: 'script',
      tokenHash: secretHash(token),
      scopes: ['READ'],
      createdAt: new Date(),
      expiresAt: new Date(Date.now() + 3_600_000),
    },
  });
  return token;
}

/** A code as `agreeToDeviceCode` leaves it; here also of a guest, who can agree to none. */
async function deviceCode(userId: string): Promise<string> {
  const code = newSecret();
  await api.backend.database.prisma.deviceCode.create({
    data: {
      id: newId(),
      deviceHash: secretHash(code),
      userHash: secretHash(newSecret()),
      networkHash: secretHash(''),
      name: 'television',
      scopes: ['READ'],
      createdAt: new Date(),
      expiresAt: new Date(Date.now() + 600_000),
      userId,
    },
  });
  return code;
}

async function device(userId: string): Promise<Pair> {
  const payload = await worked('signInByLink', { token: await link(userId, 'SIGN_IN') }, undefined, TOKENS);
  return payload?.tokens as Pair;
}

/** An account with two devices; the password is that of all tests. */
async function account(): Promise<Person> {
  const userId = newId();
  const email = `${userId}@example.org`;
  await api.backend.database.prisma.user.create({ data: { id: userId, email, emailKey: email, passwordHash } });
  return { userId, a: await device(userId), b: await device(userId) };
}

/** A guest with one device (both names are for it). */
async function guest(): Promise<Person> {
  const person = await api.guest();
  return { userId: person.userId, a: person, b: person };
}

const nodeId = (type: string, id: string) => Buffer.from(`${type}:${id}`).toString('base64');

const events: Record<EndingEvent, { make?: () => Promise<Person>; happen: (person: Person) => Promise<unknown> }> = {
  PASSWORD_CHANGED: {
    happen: ({ a }) =>
      worked('changePassword', { oldPassword: PASSWORD, newPassword: 'another good one' }, a.accessToken),
  },
  PASSWORD_RESET: {
    happen: async ({ userId }) =>
      worked('resetPassword', { token: await link(userId, 'RESET_PASSWORD'), password: 'another good one' }),
  },
  EMAIL_CHANGED: {
    happen: async ({ userId }) => worked('verifyEmail', { token: await link(userId, 'CHANGE_EMAIL') }),
  },
  CHANGE_STOPPED: {
    happen: async ({ userId }) => worked('stopEmailChange', { token: await link(userId, 'STOP_CHANGE') }),
  },
  SIGNED_UP: {
    make: guest,
    happen: ({ a }) =>
      worked('signUp', { email: `${newId()}@example.org`, password: PASSWORD, atLeast16: true }, a.accessToken),
  },
  SIGNED_OUT: { happen: ({ b }) => worked('signOut', {}, b.accessToken) },
  DEVICE_ENDED: {
    happen: async ({ userId, a, b }) => {
      const open = await api.backend.database.prisma.refreshSession.findFirstOrThrow({
        where: { userId, tokenHash: secretHash(b.refreshToken) },
      });
      await worked('endDevice', { id: nodeId('Device', open.id) }, a.accessToken);
    },
  },
  REFRESH_REUSED: {
    happen: async ({ b }) => {
      const first = b.refreshToken;
      for (let generation = 0; generation < 3; generation++) {
        const payload = await worked('refreshTokens', { refreshToken: b.refreshToken }, undefined, TOKENS);
        Object.assign(b, payload?.tokens);
      }
      const again = await run('refreshTokens', { refreshToken: first }, undefined, TOKENS);
      assert.equal(again?.userErrors[0]?.code, 'TOKEN_EXPIRED');
    },
  },
  SIGNED_OUT_EVERYWHERE: {
    happen: ({ a }) => worked('signOutEverywhere', { keepThisDevice: true }, a.accessToken),
  },
  SUSPENDED: {
    // And let in again: what was ended stays so.
    happen: async ({ userId }) => {
      const input = { id: nodeId('User', userId) };
      await worked('suspendUser', input, admin.accessToken);
      await worked('suspendUser', { ...input, suspended: false }, admin.accessToken);
    },
  },
  DELETED: { happen: ({ a }) => worked('deleteAccount', { password: PASSWORD }, a.accessToken) },
};

/** Whether a secret still opens what it opened. */
const opens = {
  deviceA: async ({ a }: Person) => deviceOpens(a),
  deviceB: async ({ b }: Person) => deviceOpens(b),
  VERIFY_EMAIL: (_: Person, token: string) => taken('verifyEmail', { token }),
  RESET_PASSWORD: (_: Person, token: string) => taken('resetPassword', { token, password: 'yet another one' }),
  CHANGE_EMAIL: (_: Person, token: string) => taken('verifyEmail', { token }),
  STOP_CHANGE: (_: Person, token: string) => taken('stopEmailChange', { token }),
  SIGN_IN: (_: Person, token: string) => taken('signInByLink', { token }),
  SIGN_UP: (_: Person, token: string) => taken('verifyEmail', { token }),
  ACCESS_TOKEN: async (_: Person, token: string) =>
    (await api.ask('{ viewer { id } }', {}, token)).data?.viewer != null,
  DEVICE_CODE: (_: Person, code: string) => taken('redeemDeviceCode', { deviceCode: code }),
  WEBHOOK: async (_: Person, id: string) => (await api.backend.database.prisma.webhook.count({ where: { id } })) > 0,
  HOME: async (_: Person, id: string) => (await api.backend.database.prisma.homeLink.count({ where: { id } })) > 0,
} satisfies Record<
  MailTokenKind | 'deviceA' | 'deviceB' | 'ACCESS_TOKEN' | 'DEVICE_CODE' | 'WEBHOOK' | 'HOME',
  (person: Person, token: string) => Promise<boolean>
>;

async function taken(name: string, input: object): Promise<boolean> {
  const payload = await run(name, input);
  return payload?.userErrors.length === 0;
}

/** Both of its tokens say the same. */
async function deviceOpens(pair: Pair): Promise<boolean> {
  const { status } = await api.ask('{ viewer { id } }', {}, pair.accessToken);
  const refreshed = await taken('refreshTokens', { refreshToken: pair.refreshToken });
  assert.equal(status === 200, refreshed, 'access and refresh token agree');
  return refreshed;
}

const made = { ACCESS_TOKEN: personalToken, DEVICE_CODE: deviceCode, WEBHOOK: webhook, HOME: home };
/** Of them those that are good more than once. */
const lasting = ['ACCESS_TOKEN', 'WEBHOOK', 'HOME'];

/** What cannot happen to a guest. */
const ofAccounts: EndingEvent[] = ['PASSWORD_CHANGED', 'PASSWORD_RESET', 'EMAIL_CHANGED', 'CHANGE_STOPPED'];

/** The table once more, as people rely on it: a cross where the secret is dead after the event. */
const dead = {
  //                      deviceA deviceB verify reset change stop  signIn signUp token code hook home
  PASSWORD_CHANGED: /*     */ '.       x       .      x     x      x     x      x      x     x     x     x',
  PASSWORD_RESET: /*       */ 'x       x       .      x     x      x     x      x      x     x     x     x',
  EMAIL_CHANGED: /*        */ '.       .       x      x     x      x     x      x      .     .     .     .',
  CHANGE_STOPPED: /*       */ 'x       x       .      x     x      x     x      x      x     x     x     x',
  SIGNED_UP: /*            */ 'x       x       x      x     x      x     x      x      x     x     x     x',
  SIGNED_OUT: /*           */ '.       x       .      .     .      .     .      .      .     .     .     .',
  DEVICE_ENDED: /*         */ '.       x       .      .     x      .     .      x      .     .     .     .',
  REFRESH_REUSED: /*       */ '.       x       .      .     x      .     .      x      .     .     .     .',
  SIGNED_OUT_EVERYWHERE: /**/ '.       x       .      x     x      .     x      x      x     x     x     x',
  SUSPENDED: /*            */ 'x       x       x      x     x      x     x      x      x     x     x     x',
  DELETED: /*              */ 'x       x       x      x     x      x     x      x      x     x     x     x',
} satisfies Record<EndingEvent, string>;

describe('what ends what', () => {
  const kinds = Object.keys(opens) as (keyof typeof opens)[];
  assert.deepEqual(Object.keys(dead).sort(), Object.keys(endings).sort());
  for (const event of Object.keys(dead) as EndingEvent[]) {
    it(event, async () => {
      const cells = dead[event].split(/\s+/);
      const seen: string[] = [];
      for (const kind of kinds) {
        // Only a guest has a link that finishes a sign-up, and some events are of accounts alone.
        const asGuest = kind === 'SIGN_UP' && !ofAccounts.includes(event);
        const person = await (asGuest ? guest : (events[event].make ?? account))();
        const token =
          kind in MailTokenKind
            ? await link(person.userId, kind as MailTokenKind)
            : kind in made
              ? await made[kind as keyof typeof made](person.userId)
              : '';
        // What was made is good, and a token remembered as such, before what ends it.
        if (lasting.includes(kind)) assert.ok(await opens[kind](person, token));
        await events[event].happen(person);
        seen.push((await opens[kind](person, token)) ? '.' : 'x');
      }
      assert.deepEqual(
        Object.fromEntries(kinds.map((kind, n) => [kind, seen[n]])),
        Object.fromEntries(kinds.map((kind, n) => [kind, cells[n]])),
      );
    });
  }
});

describe('a change of address', () => {
  const linkOf = (to: string, path: string) => {
    const mail = api.mails.findLast((one) => one.to === to && one.text.includes(path));
    return /#token=([\w-]+)/.exec(mail?.text ?? '')?.[1] as string;
  };

  it('is told to the old address, with a link that stops it and signs out whoever asked', async () => {
    const person = await api.account();
    const email = `thief.${newId()}@example.org`;
    await worked('changeEmail', { email, password: PASSWORD }, person.accessToken);
    const change = linkOf(email, '/account/verify');
    await worked('stopEmailChange', { token: linkOf(person.email as string, '/account/stop') });
    assert.equal(await taken('verifyEmail', { token: change }), false);
    assert.equal(await deviceOpens(person), false);
    const row = await api.backend.database.prisma.user.findUniqueOrThrow({ where: { id: person.userId } });
    assert.equal(row.email, person.email);
  });

  it('to an address that is taken looks the same at the old address', async () => {
    const person = await api.account();
    const other = await api.account();
    await worked('changeEmail', { email: other.email, password: PASSWORD }, person.accessToken);
    assert.ok(linkOf(person.email as string, '/account/stop'));
  });
});

describe('getting in when strangers try passwords', () => {
  it('a known device and a mailed link get in while the account is held up for others', async () => {
    const strict = await useServer({ environment: { RATE_LIMIT_FACTOR: '1', TRUST_PROXY: '1' } });
    try {
      const person = await strict.account();
      const signIn = (password: string, address: string, deviceId?: string) =>
        strict.ask(
          `mutation ($input: SignInInput!) { signIn(input: $input) { ${TOKENS} } }`,
          { input: { email: person.email, password, deviceId } },
          null,
          { 'x-forwarded-for': address },
        );
      let limited = 0;
      for (let n = 0; n < 80; n++) {
        const { errors } = await signIn('wrong', `203.0.113.${n}`);
        if (errors?.[0]?.extensions?.code === 'RATE_LIMITED') limited++;
      }
      assert.ok(limited > 0, 'strangers are held up');
      const stranger = await signIn(PASSWORD, '198.51.100.1', newId());
      assert.equal(stranger.errors?.[0]?.extensions?.code, 'RATE_LIMITED', 'also with the right password');
      const owner = await signIn(PASSWORD, '198.51.100.2', person.deviceId);
      assert.deepEqual(owner.data?.signIn.userErrors, [], 'the known device gets in');
      const before = strict.mails.length;
      await strict.ask(
        'mutation ($input: RequestSignInLinkInput!) { requestSignInLink(input: $input) { done } }',
        { input: { email: person.email } },
        null,
        { 'x-forwarded-for': '198.51.100.3' },
      );
      for (const end = Date.now() + 5_000; strict.mails.length === before && Date.now() < end; )
        await new Promise((next) => setTimeout(next, 20));
      const token = /\/account\/enter#token=([\w-]+)/.exec(strict.mails.at(-1)?.text ?? '')?.[1];
      const entered = await strict.ask(
        `mutation ($input: SignInByLinkInput!) { signInByLink(input: $input) { ${TOKENS} } }`,
        { input: { token } },
        null,
        { 'x-forwarded-for': '198.51.100.4' },
      );
      assert.deepEqual(entered.data?.signInByLink.userErrors, []);
    } finally {
      await strict.close();
    }
  });
});
