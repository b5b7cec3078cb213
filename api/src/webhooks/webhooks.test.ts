import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { newId } from '../platform/ids.ts';
import { PASSWORD, type TestPerson, type TestServer, useServer } from '../testing/server.ts';
import { addressFault, isPublic, publicLookup } from './address.ts';
import { deliverOnce, GIVE_UP_MS, MAX_TOLD, signatureOf } from './deliver.ts';

let api: TestServer;
beforeAll(async () => {
  api = await useServer({ environment: { PRIVATE_WEBHOOKS: 'on' }, standingClock: true });
});
afterAll(() => api.close());

interface Received {
  headers: IncomingHttpHeaders;
  body: string;
}

/** Somebody's server: answers with `status`, and keeps what it took. */
async function receiver(status = 200, location?: string) {
  const state = { status, received: [] as Received[], asked: 0, before: async () => {} };
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (part) => {
      body += part;
    });
    request.on('end', async () => {
      await state.before();
      state.asked++;
      if (state.status === 200) state.received.push({ headers: request.headers, body });
      response.writeHead(state.status, location ? { location } : {}).end();
    });
  });
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`;
  return { state, url, close: () => server.close() };
}

const CREATE = `mutation ($input: CreateWebhookInput!) { createWebhook(input: $input) {
  secret webhook { id } userErrors { field code message } } }`;
async function create(person: TestPerson, url: string, topics = ['SESSION', 'TRIAL'], on = api) {
  const input = { url, topics, password: PASSWORD };
  const { data, text } = await on.ask(CREATE, { input }, person.accessToken);
  if (!data) throw new Error(text);
  return data.createWebhook as {
    secret: string;
    webhook: { id: string } | null;
    userErrors: { code: string; field: string[] | null }[];
  };
}

/** A session of a person, act by act. */
async function session(person: TestPerson) {
  const { data } = await api.ask('{ protocols(first: 1) { nodes { revision { id } } } }');
  const id = newId();
  let version = 0;
  const at = () => api.clock.now().toISOString();
  const run = async (name: string, input: object) => {
    const type = `${name[0]?.toUpperCase()}${name.slice(1)}Input`;
    const query = `mutation ($input: ${type}!) { ${name}(input: $input) { userErrors { message } } }`;
    const answer = await api.ask(
      query,
      { input: { eventId: newId(), occurredAt: at(), deviceId: person.deviceId, ...input } },
      person.accessToken,
    );
    assert.deepEqual(answer.data?.[name].userErrors, [], answer.text);
    version++;
  };
  await run('startSession', { id, revision: data.protocols.nodes[0].revision.id, timeZone: 'UTC' });
  const act = (name: string) => run(name, { session: btoa(`Session:${id}`), expectedVersion: version });
  return { id: btoa(`Session:${id}`), act };
}

/** As a receiver checks it that knows only the specification. */
function checkSignature({ headers, body }: Received, secret: string): void {
  const signed = `${headers['webhook-id']}.${headers['webhook-timestamp']}.${body}`;
  const mac = createHmac('sha256', Buffer.from(secret.replace('whsec_', ''), 'base64')).update(signed);
  assert.equal(headers['webhook-signature'], `v1,${mac.digest('base64')}`);
}

// Not asked of the API: the access token ends within the virtual hour.
const stateOf = (person: TestPerson) =>
  api.backend.database.prisma.webhook.findFirstOrThrow({ where: { userId: person.userId } });

describe('delivery', () => {
  it('a receiver that was away for an hour gets each event once, in order, signed', async () => {
    const person = await api.account();
    const there = await receiver(503);
    const { secret } = await create(person, there.url);
    const played = await session(person);
    const names = ['pauseSession', 'resumeSession', 'pauseSession', 'resumeSession', 'stopSession'];
    const until = api.clock.now().getTime() + 3_600_000;
    let tries = 0;
    while (api.clock.now().getTime() < until) {
      const name = names.shift();
      if (name) await played.act(name);
      const next = await deliverOnce(api.server.services);
      tries++;
      assert.ok(next && tries < 30);
      api.clock.advance(Math.max(1, Math.ceil((next.getTime() - api.clock.now().getTime()) / 1000)));
    }
    assert.equal(names.length, 0);
    assert.equal(there.state.received.length, 0);
    assert.ok(there.state.asked <= 12, `asked ${there.state.asked} times in an hour`);
    const state = await stateOf(person);
    assert.equal(state.failure, 'The receiver answered 503.');
    assert.ok(state.failingSince);

    there.state.status = 200;
    // Two instances at once.
    await Promise.all([deliverOnce(api.server.services), deliverOnce(api.server.services)]);
    await deliverOnce(api.server.services);
    const told = there.state.received.map(({ body }) => JSON.parse(body));
    assert.deepEqual(
      told.map(({ type, sequence }) => [type, sequence]),
      ['started', 'paused', 'resumed', 'paused', 'resumed', 'stopped'].map((kind, n) => [`session.${kind}`, n + 1]),
    );
    assert.ok(told.every((one) => one.session === played.id));
    for (const one of there.state.received) checkSignature(one, secret);
    assert.equal(new Set(there.state.received.map(({ headers }) => headers['webhook-id'])).size, 6);
    const after = await stateOf(person);
    assert.deepEqual([after.failure, after.failingSince], [null, null]);
    assert.equal(await api.backend.database.prisma.webhookDelivery.count(), 0);
    there.close();
  });

  it('a trial’s period is told without value or arm; others’ things are not', async () => {
    const person = await api.account();
    const stranger = await api.account();
    const there = await receiver();
    await create(person, there.url, ['TRIAL']);
    const { prisma } = api.backend.database;
    const revision = await prisma.revision.findFirstOrThrow();
    const now = api.clock.now();
    for (const { userId } of [person, stranger]) {
      const id = newId();
      await prisma.trial.create({
        data: { id, userId, revisionId: revision.id, plan: {}, planHash: 'a'.repeat(64), sealedOn: id, createdAt: now },
      });
      await prisma.trialPeriod.create({
        data: {
          trialId: id,
          period: 1,
          startedAt: now,
          endedAt: now,
          heardSeconds: 1,
          value: 77.25,
          detail: {},
          receivedAt: now,
        },
      });
    }
    await session(person);
    await deliverOnce(api.server.services);
    assert.equal(there.state.received.length, 1);
    const [{ body = '' } = {}] = there.state.received;
    assert.equal(JSON.parse(body).type, 'trial.period_recorded');
    assert.ok(!body.includes('77.25'));
    there.close();
  });

  it('redirects are failures, and after three days nothing more is tried or kept', async () => {
    const person = await api.account();
    const other = await receiver();
    const there = await receiver(302, other.url);
    await create(person, there.url);
    const played = await session(person);
    await deliverOnce(api.server.services);
    assert.equal(other.state.asked, 0);
    assert.equal((await stateOf(person)).failure, 'The receiver answered 302.');
    api.clock.advance(GIVE_UP_MS / 1000);
    await deliverOnce(api.server.services);
    assert.ok((await stateOf(person)).stoppedAt);
    const asked = there.state.asked;
    const sessionId = atob(played.id).slice('Session:'.length);
    await api.backend.database.prisma.sessionEvent.create({
      data: {
        ...{ id: newId(), sessionId, sequence: 2, kind: 'PAUSED', occurredAt: api.clock.now() },
        ...{ receivedAt: api.clock.now(), positionSeconds: 1, deviceId: person.deviceId },
      },
    });
    api.clock.advance(7_200);
    assert.equal(await deliverOnce(api.server.services), null);
    assert.equal(there.state.asked, asked);
    assert.equal(await api.backend.database.prisma.webhookDelivery.count(), 0);
    for (const one of [there, other]) one.close();
  });
});

describe('what was told', () => {
  const FIELDS = 'deliveryId type tries failure occurredAt triedAt';
  const list = async (person: TestPerson) =>
    (await api.ask(`{ viewer { webhooks { id deliveries { ${FIELDS} } } } }`, {}, person.accessToken)).data.viewer
      .webhooks[0].deliveries as { deliveryId: string; type: string; tries: number; failure: string | null }[];
  const act = async (name: string, input: object, by: TestPerson) => {
    const type = `${name[0]?.toUpperCase()}${name.slice(1)}Input`;
    const { data, errors } = await api.ask(
      `mutation ($input: ${type}!) { ${name}(input: $input) { done userErrors { code } } }`,
      { input },
      by.accessToken,
    );
    return (data?.[name]?.userErrors[0]?.code ?? errors?.[0]?.extensions?.code ?? 'done') as string;
  };

  it('is listed, the newest first, with its tries and the last fault; a test is signed and told as all else', async () => {
    const person = await api.account();
    const there = await receiver(500);
    const { secret, webhook } = await create(person, there.url);
    assert.equal(await act('testWebhook', { id: webhook?.id }, person), 'done');
    await deliverOnce(api.server.services);
    assert.deepEqual(
      (await list(person)).map(({ type, tries, failure }) => [type, tries, failure]),
      [['webhook.test', 1, 'The receiver answered 500.']],
    );
    there.state.status = 200;
    // It is due in ten seconds; a test does not wait so long, and goes behind what waits.
    await session(person);
    assert.equal(await act('testWebhook', { id: webhook?.id }, person), 'done');
    await deliverOnce(api.server.services);
    assert.deepEqual(
      there.state.received.map(({ body }) => JSON.parse(body).type),
      ['webhook.test', 'session.started', 'webhook.test'],
    );
    for (const one of there.state.received) checkSignature(one, secret);
    const told = await list(person);
    assert.deepEqual(told.map(({ tries, failure }) => [tries, failure]).sort(), [
      [1, null],
      [1, null],
      [2, null],
    ]);
    there.close();
  });

  it('is sent again under its name, once, and only by its person', async () => {
    const person = await api.account();
    const stranger = await api.account();
    const there = await receiver();
    const { webhook } = await create(person, there.url);
    await session(person);
    await deliverOnce(api.server.services);
    const [{ deliveryId } = { deliveryId: '' }] = await list(person);
    const input = { id: webhook?.id, deliveryId };
    assert.equal(await act('resendToWebhook', input, stranger), 'NOT_FOUND');
    assert.equal(await act('testWebhook', { id: webhook?.id }, stranger), 'NOT_FOUND');
    assert.equal(await act('resendToWebhook', { ...input, deliveryId: newId() }, person), 'NOT_FOUND');
    assert.equal(await act('resendToWebhook', input, person), 'done');
    assert.equal(await act('resendToWebhook', input, person), 'done');
    await deliverOnce(api.server.services);
    assert.deepEqual(
      there.state.received.map(({ headers }) => headers['webhook-id']),
      [deliveryId, deliveryId],
    );
    const [first, again] = there.state.received.map(({ body }) => body);
    assert.equal(again, first);
    assert.equal((await list(person)).length, 1);
    there.close();
  });

  it('is remembered twenty times', async () => {
    const person = await api.account();
    const there = await receiver();
    await create(person, there.url);
    const played = await session(person);
    for (let n = 0; n < 12; n++) {
      await played.act('pauseSession');
      await played.act('resumeSession');
    }
    await deliverOnce(api.server.services);
    assert.equal(there.state.received.length, 25);
    assert.equal((await list(person)).length, MAX_TOLD);
    there.close();
  });

  it('a stopped one gets one more try by a test, and begins anew when it is received', async () => {
    const person = await api.account();
    const there = await receiver(500);
    const { webhook } = await create(person, there.url);
    await session(person);
    await deliverOnce(api.server.services);
    const { prisma } = api.backend.database;
    const long = new Date(api.clock.now().getTime() - GIVE_UP_MS);
    await prisma.webhook.updateMany({ where: { userId: person.userId }, data: { failingSince: long, dueAt: long } });
    await deliverOnce(api.server.services);
    assert.ok((await stateOf(person)).stoppedAt);
    const asked = there.state.asked;
    await act('testWebhook', { id: webhook?.id }, person);
    await deliverOnce(api.server.services);
    assert.equal(there.state.asked, asked + 1);
    assert.ok((await stateOf(person)).stoppedAt, 'one try only');
    there.state.status = 200;
    await act('testWebhook', { id: webhook?.id }, person);
    await deliverOnce(api.server.services);
    const { stoppedAt, failingSince } = await stateOf(person);
    assert.deepEqual([stoppedAt, failingSince], [null, null]);
    there.close();
  });

  it('nobody takes a webhook out of the hands of an instance that is sending', async () => {
    const person = await api.account();
    const there = await receiver();
    const { webhook } = await create(person, there.url);
    await session(person);
    let inside = '';
    there.state.before = async () => {
      there.state.before = async () => {};
      inside = await act('testWebhook', { id: webhook?.id }, person);
      await deliverOnce(api.server.services);
    };
    await deliverOnce(api.server.services);
    assert.equal(inside, 'done');
    await deliverOnce(api.server.services);
    assert.deepEqual(
      there.state.received.map(({ body }) => JSON.parse(body).type),
      ['session.started', 'webhook.test'],
    );
    there.close();
  });

  it('a person sends ten by hand, then one in ten seconds', async () => {
    const strict = await useServer({ beside: api, environment: { RATE_LIMIT_FACTOR: '1', PRIVATE_WEBHOOKS: 'on' } });
    const person = await strict.account();
    const { webhook } = await create(person, 'http://127.0.0.1:9/', ['SESSION'], strict);
    const codes: unknown[] = [];
    for (let n = 0; n < 12; n++) {
      const { errors } = await strict.ask(
        'mutation ($input: TestWebhookInput!) { testWebhook(input: $input) { done } }',
        { input: { id: webhook?.id } },
        person.accessToken,
      );
      codes.push(errors?.[0]?.extensions?.code);
    }
    assert.deepEqual(codes.slice(0, 10), Array(10).fill(undefined));
    assert.equal(codes.at(-1), 'RATE_LIMITED');
    await strict.close();
  });
});

describe('who and where', () => {
  it('what ends it while a round is under way ends the round', async () => {
    const person = await api.account();
    const there = await receiver();
    await create(person, there.url);
    const { act } = await session(person);
    await act('pauseSession');
    const { prisma } = api.backend.database;
    there.state.before = async () => {
      await prisma.webhook.deleteMany({ where: { userId: person.userId } });
    };
    await deliverOnce(api.server.services);
    assert.equal(there.state.asked, 1, 'the second of two is not told');
    there.close();
  });

  it('none is made by a device that ends while the password is looked at', async () => {
    const person = await api.account();
    const { pool, prisma } = api.backend.database;
    const client = await pool.connect();
    try {
      await client.query('BEGIN');
      await client.query('SELECT 1 FROM users WHERE id = $1 FOR UPDATE', [person.userId]);
      const making = create(person, 'http://127.0.0.1:9/');
      const isHeld = async () =>
        (
          await pool.query(
            "SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE '%FROM users%'",
          )
        ).rowCount;
      while (!(await isHeld())) await new Promise((next) => setTimeout(next, 20));
      await client.query('UPDATE refresh_sessions SET ended_at = now() WHERE user_id = $1', [person.userId]);
      await client.query('COMMIT');
      await assert.rejects(making, /UNAUTHENTICATED/);
      assert.equal(await prisma.webhook.count({ where: { userId: person.userId } }), 0);
    } finally {
      client.release();
    }
  });

  it('five of a person, their own only', async () => {
    const person = await api.account();
    const stranger = await api.account();
    const made = await create(person, 'http://127.0.0.1:9/');
    for (let n = 0; n < 4; n++) await create(person, 'http://127.0.0.1:9/');
    assert.equal((await create(person, 'http://127.0.0.1:9/')).userErrors[0]?.code, 'FULL');
    const remove = async (by: TestPerson) =>
      (
        await api.ask(
          'mutation ($input: DeleteWebhookInput!) { deleteWebhook(input: $input) { done userErrors { code } } }',
          { input: { id: made.webhook?.id } },
          by.accessToken,
        )
      ).data.deleteWebhook;
    assert.equal((await remove(stranger)).userErrors[0].code, 'NOT_FOUND');
    assert.equal((await remove(person)).done, true);
  });

  it('no private address unless the operator allows it, however it is written, by name neither', async () => {
    const strict = await useServer({ beside: api });
    const person = await strict.account();
    for (const url of [
      'http://example.org/',
      'https://127.0.0.1/',
      'https://2130706433/',
      'https://0x7f.1/',
      'https://[::1]/',
      'ftp://example.org/',
    ]) {
      const { webhook, userErrors } = await create(person, url, ['SESSION'], strict);
      assert.equal(webhook, null, url);
      assert.deepEqual(userErrors[0]?.field, ['url'], url);
    }
    await strict.close();
    assert.equal(addressFault('https://example.org/hook', false), null);
    assert.ok(addressFault('https://me:secret@example.org/', true));
    const lookup = promisify(publicLookup) as unknown as (name: string, options: object) => Promise<unknown>;
    await assert.rejects(lookup('localhost', {}), /no address of the internet/);
  });

  it('the signature is that of the specification’s example', () => {
    const id = 'msg_p5jXN8AQM9LWM0D4loKWxJek';
    const secret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
    const signature = signatureOf(secret, id, 1614265330, '{"test": 2432232314}');
    assert.equal(signature, 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=');
  });

  it('what is public', () => {
    const no =
      '0.0.0.0 10.1.2.3 100.64.0.1 127.0.0.1 169.254.169.254 172.16.0.1 172.31.255.255 192.168.1.1 198.18.0.1 224.0.0.1 255.255.255.255 :: ::1 ::ffff:127.0.0.1 ::ffff:8.8.8.8 64:ff9b::7f00:1 fc00::1 fd00::1 fe80::1 fe80::1%eth0 ff02::1 2002:7f00:1:: 2001:db8::1 x';
    for (const address of no.split(' ')) assert.equal(isPublic(address), false, address);
    for (const address of ['8.8.8.8', '172.32.0.1', '2606:4700:4700::1111'])
      assert.equal(isPublic(address), true, address);
  });
});
