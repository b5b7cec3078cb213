import assert from 'node:assert/strict';
import { test } from 'vitest';
import { newId } from '../platform/ids.ts';
import { noRedisServer, startRedis } from '../testing/redis.ts';
import { type TestPerson, useServer } from '../testing/server.ts';
import { openSocket } from '../testing/socket.ts';

const nodeId = (type: string, id: string) => Buffer.from(`${type}:${id}`).toString('base64');

test('Redis restarted in mid-session: playing goes on, nothing acknowledged is lost, and soon after its return all is right', {
  skip: Boolean(await noRedisServer()),
}, async (t) => {
  const redis = await startRedis();
  const api = await useServer({ redisUrl: redis.url });
  const other = await useServer({ beside: api, redisUrl: redis.url });
  try {
    const person = await api.guest();
    const id = newId();
    const revision = await api.backend.database.prisma.revision.findFirstOrThrow({
      where: { currentOf: { slug: 'theta-calm' } },
    });
    const event = (eventId: string, more: object) => ({
      ...{ eventId, occurredAt: new Date().toISOString(), deviceId: person.deviceId, positionSeconds: 1 },
      ...more,
    });
    const tell = async (by: TestPerson, name: string, input: object) => {
      const type = `${name[0]?.toUpperCase()}${name.slice(1)}Input`;
      const { data, text } = await api.ask(
        `mutation ($input: ${type}!) { ${name}(input: $input) { session { version } userErrors { code message } } }`,
        { input },
        by.accessToken,
      );
      assert.deepEqual(data?.[name].userErrors, [], text);
      return data[name].session.version as number;
    };
    const log: string[] = [newId()];
    await tell(
      person,
      'startSession',
      event(log[0] as string, {
        ...{
          id,
          revision: nodeId('Revision', revision.id),
          timeZone: 'UTC',
          volume: 0.5,
          scene: '',
          positionSeconds: 0,
        },
        deviceName: 'Test',
      }),
    );
    const volume = async (value: number) => {
      const eventId = newId();
      const version = await tell(
        person,
        'changeSessionVolume',
        event(eventId, { session: nodeId('Session', id), expectedVersion: log.length, volume: value }),
      );
      log.push(eventId);
      assert.equal(version, log.length);
    };

    const follower = await openSocket(other.url, { token: person.accessToken });
    follower.send({
      type: 'subscribe',
      id: 's',
      payload: {
        query: 'subscription ($id: ID!) { sessionChanged(id: $id) { version volume } }',
        variables: { id: nodeId('Session', id) },
      },
    });
    const next = async (ms: number) => {
      const { payload } = (await follower.next('s', ms)) as {
        payload: { data: { sessionChanged: { version: number; volume: number } } };
      };
      return payload.data.sessionChanged;
    };
    assert.deepEqual(await next(10_000), { version: 1, volume: 0.5 });
    await volume(0.1);
    assert.deepEqual(await next(10_000), { version: 2, volume: 0.1 });

    await redis.kill();
    await volume(0.2);
    await volume(0.3);
    assert.deepEqual(follower.messages, [], 'nobody can tell the other instance');
    await redis.start();
    const back = performance.now();
    assert.deepEqual(await next(20_000), { version: 4, volume: 0.3 });
    // How soon is measured by the bench; a loaded machine takes longer.
    t.annotate(`right again ${Math.round(performance.now() - back)} ms after Redis answered`);
    await volume(0.4);
    assert.deepEqual(await next(20_000), { version: 5, volume: 0.4 });
    follower.close();
    const rows = await api.backend.database.prisma.sessionEvent.findMany({
      where: { sessionId: id },
      orderBy: { sequence: 'asc' },
      select: { id: true },
    });
    assert.deepEqual(
      rows.map((row) => row.id),
      log,
    );
  } finally {
    await other.close();
    await api.close();
    await redis.close();
  }
});
