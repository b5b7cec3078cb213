import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { connect, createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { PASSWORD, type TestServer, useServer } from '../api/src/testing/server.ts';
import { ApiError, accepted, createClient, repeated, UserErrors } from './client.ts';
import {
  PauseSessionDocument,
  ProtocolsDocument,
  ResumeSessionDocument,
  SignUpDocument,
  StartSessionDocument,
  StopSessionDocument,
  ViewerDocument,
} from './generated/graphql.ts';
import { globalId, newUuid } from './ids.ts';
import { followSession } from './live.ts';
import { signInWith } from './sign-in.ts';

let api: TestServer;
let revision: string;
beforeAll(async () => {
  api = await useServer();
  const { data } = await api.ask('{ protocols(first: 1) { nodes { revision { id } } } }');
  revision = data.protocols.nodes[0].revision.id;
});
afterAll(() => api.close());

/** A way to the server that can be cut. */
async function cable(): Promise<{ url: string; cut(): void; mend(): void; close(): void }> {
  const open = new Set<Socket>();
  let whole = true;
  const server = createServer((near) => {
    if (!whole) return near.destroy();
    const far = connect(api.server.port, '127.0.0.1');
    for (const socket of [near, far]) {
      open.add(socket);
      socket.on('error', () => {});
      socket.on('close', () => {
        open.delete(socket);
        near.destroy();
        far.destroy();
      });
    }
    near.pipe(far).pipe(near);
  });
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  const cut = () => {
    whole = false;
    for (const socket of open) socket.destroy();
  };
  return {
    url: `http://127.0.0.1:${(server.address() as { port: number }).port}/graphql`,
    cut,
    mend: () => {
      whole = true;
    },
    close: () => {
      cut();
      server.close();
    },
  };
}

describe('live sessions', () => {
  it('every event is told once and in order, over cuts in which others went by, and from a log position on', async () => {
    const person = await api.account();
    const token = () => person.accessToken;
    const direct = createClient({ url: `${api.url}/graphql`, token });
    const way = await cable();
    const follower = createClient({ url: way.url, token });
    const uuid = newUuid();
    const session = globalId('Session', uuid);
    const { deviceId } = person;
    let version = 1;
    const now = () => new Date().toISOString();
    const act = () => ({
      ...{ session, eventId: newUuid(), expectedVersion: version++, occurredAt: now(), deviceId },
    });
    const pause = async () => accepted((await direct.ask(PauseSessionDocument, { input: act() })).pauseSession);
    const resume = async () => accepted((await direct.ask(ResumeSessionDocument, { input: act() })).resumeSession);
    const input = { id: uuid, eventId: newUuid(), revision, occurredAt: now(), timeZone: 'UTC', deviceId };
    accepted((await direct.ask(StartSessionDocument, { input })).startSession);
    // The same again, as after an answer that got lost: answered, and nothing happens twice.
    accepted((await direct.ask(StartSessionDocument, { input })).startSession);

    const told: number[] = [];
    let seen: () => void = () => {};
    const following = (async () => {
      for await (const { events } of followSession(follower, session)) {
        told.push(...events.map(({ sequence }) => sequence));
        seen();
      }
    })();
    const until = (count: number) =>
      new Promise<void>((resolve) => {
        seen = () => told.length >= count && resolve();
        seen();
      });
    await until(1);
    await pause();
    await until(2);
    for (let round = 0; round < 2; round++) {
      way.cut();
      await resume();
      await pause();
      way.mend();
      await until(version);
    }
    accepted((await direct.ask(StopSessionDocument, { input: act() })).stopSession);
    await following;
    assert.deepEqual(told, [1, 2, 3, 4, 5, 6, 7]);

    // A process that starts again goes on where it was.
    const rest: number[] = [];
    for await (const { events } of followSession(direct, session, { after: 4 }))
      rest.push(...events.map(({ sequence }) => sequence));
    assert.deepEqual(rest, [5, 6, 7]);
    await follower.close();
    await direct.close();
    way.close();
  });

  it('the example prints the states of a session as a guest', async () => {
    const example = join(import.meta.dirname, 'examples/follow.ts');
    const { stdout } = await promisify(execFile)(process.execPath, [example], {
      env: { ...process.env, NES: api.url },
    });
    assert.match(
      stdout,
      /1\. STARTED\n.*: ACTIVE at .*\n.*2\. PAUSED\n.*: PAUSED at .*\n.*3\. STOPPED\n.*: STOPPED at /,
    );
  });
});

describe('asking', () => {
  it('a sign-in renews itself by its key', async () => {
    const url = `${api.url}/graphql`;
    let early = true;
    const signIn = await signInWith(url, async (nobody, headers) => {
      const input = { email: `${newUuid()}@example.org`, password: PASSWORD, atLeast16: true };
      const { signUp } = await nobody.ask(SignUpDocument, { input }, headers);
      // As if a quarter of an hour had gone by.
      if (signUp.tokens && early) signUp.tokens.accessExpiresAt = new Date().toISOString();
      early = false;
      return signUp;
    });
    const client = createClient({ url, token: () => signIn.token() });
    const [a, b] = await Promise.all([client.ask(ViewerDocument, {}), client.ask(ViewerDocument, {})]);
    assert.ok(a.viewer && a.viewer.id === b.viewer?.id);
    const rows = await api.backend.database.prisma.refreshSession.findMany({
      where: { userId: atob(a.viewer.id).slice(5) },
    });
    assert.equal(rows.length, 1);
    assert.ok(rows[0]?.keyThumbprint && rows[0].previousHash, 'bound to a key, and renewed once');
    await signIn.signOut();
    await assert.rejects(client.ask(ViewerDocument, {}), (error: ApiError) => error.code === 'UNAUTHENTICATED');
  });

  it('says what was refused, and does again what may be done again', async () => {
    const client = createClient({ url: `${api.url}/graphql` });
    await assert.rejects(
      client.ask(ProtocolsDocument, { first: 1_000 }),
      (error: ApiError) => error.code === 'BAD_USER_INPUT',
    );
    const { signUp } = await client.ask(SignUpDocument, { input: { email: 'nobody', password: 'x', atLeast16: true } });
    assert.throws(() => accepted(signUp), UserErrors);
    let tries = 0;
    const answer = await repeated(async () => {
      tries++;
      if (tries < 3) throw new ApiError('UNAVAILABLE', 'Not now.', 0.01);
      return client.ask(ProtocolsDocument, { first: 1 });
    });
    assert.equal(answer.protocols.nodes.length, 1);
    assert.equal(tries, 3);
    await assert.rejects(
      repeated(() => client.ask(ProtocolsDocument, { first: 0 })),
      ApiError,
    );
    const nowhere = createClient({ url: 'http://127.0.0.1:9/graphql' });
    await assert.rejects(nowhere.ask(ProtocolsDocument, {}), (error: ApiError) => error.code === 'UNREACHABLE');
  });
});
