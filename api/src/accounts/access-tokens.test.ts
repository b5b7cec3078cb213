import assert from 'node:assert/strict';
import { GraphQLError, type GraphQLObjectType } from 'graphql';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { schema } from '../http/schema.ts';
import { newId } from '../platform/ids.ts';
import { TokenScope } from '../platform/prisma/enums.ts';
import { tokenAccess } from '../schema/token-scopes.ts';
import { PASSWORD, type TestPerson, type TestServer, useServer } from '../testing/server.ts';
import { openSocket } from '../testing/socket.ts';
import { newSecret, secretHash } from './tokens.ts';

/** The table of token-scopes.ts once more, from the side of the tokens, as people rely on it. */
const words = (text: string) => text.trim().split(/\s+/);
const open = words(
  'Query.groupInvitation Query.sharedProgram Query.operator Query.protocol Query.protocols Query.serverTime Query.trialsAcrossPeople Query.viewer',
);
const mayAsk: Record<TokenScope, string[]> = {
  READ: words(`Query.group Query.node Query.nodes Query.trial Query.verifyTrial
    Subscription.groupChanged Subscription.myLiveSession Subscription.sessionChanged`),
  SESSIONS: words(`Query.group Query.trial
    Mutation.changeSessionScene Mutation.changeSessionVolume Mutation.completeSession Mutation.controlGroup
    Mutation.createGroup Mutation.endGroup Mutation.handOverGroup Mutation.joinGroup Mutation.kickMember
    Mutation.leaveGroup Mutation.lockGroup Mutation.nextPeriod Mutation.pauseSession Mutation.planTrial
    Mutation.rateSession Mutation.recordOutcome Mutation.recordResponse Mutation.recordSession Mutation.renewGroupCode
    Mutation.reportSpread Mutation.resumeSession Mutation.revealTrial Mutation.seekSession Mutation.startSession Mutation.stopSession
    Mutation.takeOverSession Subscription.groupChanged Subscription.myLiveSession Subscription.sessionChanged`),
  PROTOCOLS: words(`Mutation.createProtocol Mutation.deleteProtocol Mutation.forkProtocol Mutation.publishProtocol
    Mutation.restoreRevision Mutation.reviseProtocol Mutation.shareProgram Mutation.unlistProtocol`),
  METRICS: words('Subscription.metricsChanged'),
};
const ofPerson: Record<TokenScope, string[]> = {
  READ: words('email emailVerified lists liveSession preferences protocols responses sessions trials'),
  SESSIONS: words('liveSession sessions trials'),
  PROTOCOLS: words('protocols'),
  METRICS: words('metrics'),
};
const openOfPerson = words('createdAt displayName id isGuest role');

/** Whether a token of this scope gets past the scopes: what comes then fails, since there is nothing but the viewer. */
async function asks(type: GraphQLObjectType, field: string, scope: TokenScope): Promise<boolean> {
  const viewer = { userId: 'a', sessionId: 'b', role: 'USER', isGuest: false, scopes: [scope] };
  try {
    await type.getFields()[field]?.resolve?.({}, { input: {} }, { viewer }, { path: {} } as never);
    return true;
  } catch (error) {
    return !(error instanceof GraphQLError && /scope|personal access token/.test(error.message));
  }
}

describe('scopes', () => {
  const roots = [schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()] as GraphQLObjectType[];
  for (const scope of Object.keys(TokenScope) as TokenScope[]) {
    it(`${scope}: every root field, and every field of a person`, async () => {
      const allowed: string[] = [];
      for (const type of roots) {
        for (const name of Object.keys(type.getFields()))
          if (await asks(type, name, scope)) allowed.push(`${type.name}.${name}`);
      }
      assert.deepEqual(allowed.sort(), [...open, ...mayAsk[scope]].sort());
      const person = schema.getType('User') as GraphQLObjectType;
      const seen: string[] = [];
      for (const name of Object.keys(person.getFields())) if (await asks(person, name, scope)) seen.push(name);
      assert.deepEqual(seen.sort(), [...openOfPerson, ...ofPerson[scope]].sort());
    });
  }

  it('no line of the table is about a field that is not there', () => {
    for (const [type, fields] of Object.entries(tokenAccess)) {
      if (type === 'File') continue;
      const known = (schema.getType(type) as GraphQLObjectType).getFields();
      for (const name of Object.keys(fields)) assert.ok(known[name], `${type}.${name}`);
    }
  });
});

describe('personal access tokens', () => {
  let api: TestServer;
  let person: TestPerson;
  beforeAll(async () => {
    api = await useServer();
    person = await api.account();
  });
  afterAll(() => api.close());

  const make = async (scopes: TokenScope[], input: object = {}, by: string = person.accessToken) => {
    const answer = await api.ask(
      `mutation ($input: CreateAccessTokenInput!) { createAccessToken(input: $input) {
        token accessToken { id name scopes expiresAt lastUsedAt } userErrors { field code } } }`,
      { input: { name: 'script', scopes, password: PASSWORD, ...input } },
      by,
    );
    return answer.data?.createAccessToken ?? answer;
  };
  const revoke = (id: string, by: string) =>
    api.ask(
      'mutation ($input: RevokeAccessTokenInput!) { revokeAccessToken(input: $input) { done userErrors { code } } }',
      { input: { id } },
      by,
    );

  it('are made with the password, told once, and kept as a hash', async () => {
    const { token, accessToken } = await make(['READ', 'READ']);
    assert.match(token, /^nes_[\w-]{43}$/);
    assert.deepEqual(accessToken.scopes, ['READ']);
    const rows = await api.backend.database.prisma.$queryRaw<
      { row: string }[]
    >`SELECT t::text AS row FROM access_tokens t`;
    assert.ok(rows.length > 0 && rows.every(({ row }) => !row.includes(token.slice(4))));
    assert.deepEqual((await make(['READ'], { password: 'wrong' })).userErrors, [
      { field: ['password'], code: 'WRONG_CREDENTIALS' },
    ]);
    assert.equal((await make([])).userErrors[0].code, 'TOO_SHORT');
    assert.equal((await make(['READ'], { expiresInDays: 400 })).userErrors[0].code, 'OUT_OF_RANGE');
    assert.equal((await make(['READ'], {}, (await api.guest()).accessToken)).errors[0].extensions.code, 'FORBIDDEN');
    assert.equal((await make(['READ'], {}, token)).errors[0].extensions.code, 'FORBIDDEN', 'no token makes a token');
  });

  it('ask as their person, say when they were used, and end when revoked: sockets too', async () => {
    const { token, accessToken } = await make(['READ']);
    const me = await api.ask('{ viewer { id email devices { name } } }', {}, token);
    assert.equal(me.errors?.[0]?.extensions?.code, 'FORBIDDEN');
    assert.equal((await api.ask('{ viewer { id email } }', {}, token)).data.viewer.email, person.email);
    const socket = await openSocket(api.url, { token });
    socket.send({ id: '1', type: 'subscribe', payload: { query: 'subscription { myLiveSession { id } }' } });
    assert.deepEqual((await socket.next('1', 20_000)).payload, { data: { myLiveSession: null } });
    const list = async () =>
      (await api.ask('{ viewer { accessTokens { id lastUsedAt } } }', {}, person.accessToken)).data.viewer.accessTokens;
    const mine = (await list()).find((one: { id: string }) => one.id === accessToken.id);
    for (const end = Date.now() + 20_000; !mine?.lastUsedAt && Date.now() < end; ) {
      mine.lastUsedAt = (await list()).find((one: { id: string }) => one.id === accessToken.id)?.lastUsedAt;
      await new Promise((next) => setTimeout(next, 50));
    }
    assert.ok(mine.lastUsedAt);
    const stranger = await api.account();
    assert.equal(
      (await revoke(accessToken.id, stranger.accessToken)).data.revokeAccessToken.userErrors[0].code,
      'NOT_FOUND',
    );
    assert.equal((await revoke(accessToken.id, token)).errors?.[0]?.extensions?.code, 'FORBIDDEN');
    assert.equal((await revoke(accessToken.id, person.accessToken)).data.revokeAccessToken.done, true);
    assert.equal(await socket.closed(20_000), 4403);
    assert.equal((await api.ask('{ viewer { id } }', {}, token)).status, 401);
  });

  it('run out', async () => {
    const { token } = await make(['READ'], { expiresInDays: 1 });
    assert.equal((await api.ask('{ viewer { id } }', {}, token)).status, 200);
    api.clock.advance(86_401);
    assert.equal((await api.ask('{ viewer { id } }', {}, token)).status, 401);
    api.clock.advance(-86_401);
  });

  it('a token without the scope does not join what its person follows already', async () => {
    const { token } = await make(['PROTOCOLS']);
    const query = 'subscription { myLiveSession { id } }';
    const own = await openSocket(api.url, { token: person.accessToken });
    own.send({ id: '1', type: 'subscribe', payload: { query } });
    await own.next('1', 20_000);
    const other = await openSocket(api.url, { token });
    other.send({ id: '1', type: 'subscribe', payload: { query } });
    const told = await other.next('1', 20_000);
    assert.match(JSON.stringify(told), /needs a token with the scope/);
    own.close();
    other.close();
  });

  it('of an administrator are those of a person, and files follow the scopes', async () => {
    const admin = await api.account();
    await api.backend.database.prisma.user.update({ where: { id: admin.userId }, data: { role: 'ADMIN' } });
    const { token } = await make(['READ', 'SESSIONS', 'PROTOCOLS'], {}, admin.accessToken);
    assert.equal(
      (await api.ask('{ serviceMetrics { accounts } }', {}, token)).errors?.[0]?.extensions?.code,
      'FORBIDDEN',
    );
    const file = (path: string, by: string) =>
      fetch(`${api.url}${path}`, { headers: { authorization: `Bearer ${by}` } });
    assert.equal((await file('/export/account.json', token)).status, 403);
    assert.equal((await file('/export/sessions.csv', token)).status, 403);
    const metrics = await make(['METRICS'], {}, admin.accessToken);
    assert.notEqual((await file('/export/sessions.csv', metrics.token)).status, 403);
  });

  it('are at most twenty of a person', async () => {
    const other = await api.account();
    await api.backend.database.prisma.accessToken.createMany({
      data: Array.from({ length: 19 }, (_, n) => ({
        ...{ id: newId(), userId: other.userId, name: `${n}`, tokenHash: secretHash(newSecret()), scopes: [] },
        ...{ createdAt: new Date(), expiresAt: new Date(Date.now() + 3_600_000) },
      })),
    });
    assert.deepEqual((await make(['READ'], {}, other.accessToken)).userErrors, []);
    assert.equal((await make(['READ'], {}, other.accessToken)).userErrors[0].code, 'FULL');
  });
});
