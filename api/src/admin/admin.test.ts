import assert from 'node:assert/strict';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { newId } from '../platform/ids.ts';
import type { Context } from '../schema/context.ts';
import { PASSWORD, type TestPerson, type TestServer, useServer } from '../testing/server.ts';
import { closeReport } from './acts.ts';

let api: TestServer;
let admin: TestPerson;
let author: TestPerson;
let protocolId: string;
const protocolNode = () => Buffer.from(`Protocol:${protocolId}`).toString('base64');

beforeAll(async () => {
  api = await useServer();
  const { prisma } = api.backend.database;
  author = await api.account();
  const made = await api.account();
  await prisma.user.update({ where: { id: made.userId }, data: { role: 'ADMIN' } });
  const { data } = await api.ask(
    'mutation ($input: SignInInput!) { signIn(input: $input) { tokens { accessToken refreshToken } } }',
    { input: { email: made.email, password: PASSWORD } },
  );
  admin = { ...made, ...data.signIn.tokens };
  // A protocol of the author's own, made from a built-in one.
  const revision = await prisma.revision.findFirstOrThrow({ where: { currentOf: { slug: 'theta-calm' } } });
  const forked = await api.ask(
    'mutation ($input: ForkProtocolInput!) { forkProtocol(input: $input) { protocol { id } userErrors { code message } } }',
    { input: { revision: Buffer.from(`Revision:${revision.id}`).toString('base64') } },
    author.accessToken,
  );
  assert.deepEqual(forked.data?.forkProtocol.userErrors, [], forked.text);
  protocolId = Buffer.from(forked.data.forkProtocol.protocol.id, 'base64').toString().split(':')[1] as string;
  await prisma.protocol.update({ where: { id: protocolId }, data: { visibility: 'UNLISTED' } });
});
afterAll(() => api.close());

const isReadable = async (token: string | null) =>
  (await api.ask('query ($id: ID!) { node(id: $id) { id } }', { id: protocolNode() }, token)).data.node !== null;

describe('administration', () => {
  it('is for administrators only', async () => {
    for (const query of [
      '{ users(first: 1) { edges { node { email } } } }',
      '{ reports(first: 1) { edges { node { reason } } } }',
      '{ adminActs(first: 1) { edges { node { action } } } }',
      '{ serviceMetrics { accounts } }',
      `mutation { hideProtocol(input: {id: "${protocolNode()}"}) { protocol { id } } }`,
      `mutation { restoreProtocol(input: {id: "${protocolNode()}"}) { protocol { id } } }`,
      `mutation { closeReport(input: {id: "${protocolNode()}"}) { report { id } } }`,
      `mutation { suspendUser(input: {id: "${author.id}"}) { account { id } } }`,
    ]) {
      const refused = await api.ask(query, {}, author.accessToken);
      assert.equal(refused.errors?.[0]?.extensions?.code, 'FORBIDDEN', query);
      const nobody = await api.ask(query);
      assert.equal(nobody.errors?.[0]?.extensions?.code, 'UNAUTHENTICATED', query);
    }
    const { data } = await api.ask(
      '{ serviceMetrics { accounts openReports } users(first: 5) { edges { node { email role } } } }',
      {},
      admin.accessToken,
    );
    assert.equal(data.serviceMetrics.accounts, 2);
    assert.equal(data.users.edges.length, 2);
  });

  it('a reported protocol is hidden, restored, and the report closed; all of it is on record', async () => {
    const reader = await api.account();
    await api.ask(
      'mutation ($input: ReportProtocolInput!) { reportProtocol(input: $input) { userErrors { code } } }',
      { input: { id: protocolNode(), reason: 'MISLEADING', text: 'It promises a cure.' } },
      reader.accessToken,
    );
    const open = await api.ask(
      '{ reports(first: 5) { edges { node { id reason text reporter { id } protocol { id } } } } }',
      {},
      admin.accessToken,
    );
    const [report] = open.data.reports.edges;
    assert.equal(report.node.reason, 'MISLEADING');
    assert.equal(report.node.protocol.id, protocolNode());
    const foreign = await api.ask(
      'query ($id: ID!) { node(id: $id) { id } }',
      { id: report.node.id },
      reader.accessToken,
    );
    assert.equal(foreign.data.node, null, 'reports are for administrators');

    const act = (name: string, input: object) =>
      api.ask(
        `mutation ($input: ${name[0]?.toUpperCase()}${name.slice(1)}Input!) { ${name}(input: $input) { userErrors { code } } }`,
        { input },
        admin.accessToken,
      );
    assert.equal(await isReadable(reader.accessToken), true);
    await act('hideProtocol', { id: protocolNode(), reason: 'A cure is promised.' });
    assert.equal(await isReadable(reader.accessToken), false);
    assert.equal(await isReadable(null), false);
    assert.equal(await isReadable(author.accessToken), true);
    await act('restoreProtocol', { id: protocolNode() });
    assert.equal(await isReadable(reader.accessToken), true);
    // The rule holds below the field as well, whoever calls.
    const { userId } = reader;
    const services = { ...api.server.services, clock: api.clock } as unknown as Context;
    const reportId = Buffer.from(report.node.id, 'base64').toString().split(':')[1] as string;
    await assert.rejects(
      closeReport(services, { userId, sessionId: userId, role: 'USER', isGuest: false }, reportId, ''),
      /There is no such report/,
    );
    await act('closeReport', { id: report.node.id, reason: 'The text was changed.' });
    const left = await api.ask('{ reports(first: 5) { edges { node { id } } } }', {}, admin.accessToken);
    assert.deepEqual(left.data.reports.edges, []);
    const acts = await api.ask(
      '{ adminActs(first: 5) { edges { node { action reason admin { id } } } } }',
      {},
      admin.accessToken,
    );
    assert.deepEqual(
      acts.data.adminActs.edges.map(({ node }: { node: { action: string } }) => node.action),
      ['closeReport', 'restoreProtocol', 'hideProtocol'],
    );
  });

  it('a built-in protocol cannot be hidden', async () => {
    const builtIn = await api.backend.database.prisma.protocol.findUniqueOrThrow({ where: { slug: 'theta-calm' } });
    const { data } = await api.ask(
      'mutation ($input: HideProtocolInput!) { hideProtocol(input: $input) { userErrors { code } } }',
      { input: { id: Buffer.from(`Protocol:${builtIn.id}`).toString('base64') } },
      admin.accessToken,
    );
    assert.equal(data.hideProtocol.userErrors[0].code, 'NOT_FOUND');
  });

  it('a suspended person is signed out and cannot come back until readmitted', async () => {
    const person = await api.account(`bad.${newId()}@example.org`);
    const suspend = (id: string, suspended: boolean) =>
      api.ask(
        'mutation ($input: SuspendUserInput!) { suspendUser(input: $input) { account { suspendedAt } userErrors { code } } }',
        { input: { id, suspended } },
        admin.accessToken,
      );
    assert.deepEqual((await suspend(person.id, true)).data.suspendUser.userErrors, []);
    assert.equal((await api.ask('{ viewer { id } }', {}, person.accessToken)).status, 401);
    const signIn = () =>
      api.ask('mutation ($input: SignInInput!) { signIn(input: $input) { userErrors { code } } }', {
        input: { email: person.email, password: PASSWORD },
      });
    assert.equal((await signIn()).data.signIn.userErrors[0].code, 'WRONG_CREDENTIALS');
    await suspend(person.id, false);
    assert.deepEqual((await signIn()).data.signIn.userErrors, []);
    assert.equal((await suspend(admin.id, true)).data.suspendUser.userErrors[0].code, 'NOT_FOUND', 'not oneself');
  });
});
