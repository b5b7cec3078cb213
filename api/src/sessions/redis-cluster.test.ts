/** Two instances over a Redis Cluster of six nodes, one of which is killed while people play. */
import assert from 'node:assert/strict';
import { test } from 'vitest';
import { newId } from '../platform/ids.ts';
import { noRedisServer, startRedis } from '../testing/redis.ts';
import { useServer } from '../testing/server.ts';
import { openSocket } from '../testing/socket.ts';

const nodeId = (type: string, id: string) => Buffer.from(`${type}:${id}`).toString('base64');

test('a node is killed and its replica takes over: everybody plays on, followers elsewhere hear of the last state, nothing is lost', {
  skip: Boolean(await noRedisServer()),
}, async (t) => {
  const redis = await startRedis({ cluster: true, replicas: true });
  const api = await useServer({ redisUrl: redis.url });
  const other = await useServer({ beside: api, redisUrl: redis.url });
  try {
    const { id: revision } = await api.backend.database.prisma.revision.findFirstOrThrow({
      where: { currentOf: { slug: 'theta-calm' } },
    });
    // So many that channels and keys of some lie on each node.
    const people = await Promise.all(
      Array.from({ length: 12 }, async () => ({ ...(await api.guest()), session: newId(), log: [] as string[] })),
    );
    type Player = (typeof people)[number];
    const tell = async (player: Player, name: string, more: object) => {
      const eventId = newId();
      const input = {
        eventId,
        occurredAt: new Date().toISOString(),
        deviceId: player.deviceId,
        positionSeconds: 0,
        ...more,
      };
      const type = `${name[0]?.toUpperCase()}${name.slice(1)}Input`;
      const { data, text } = await api.ask(
        `mutation ($input: ${type}!) { ${name}(input: $input) { session { version } userErrors { code message } } }`,
        { input },
        player.accessToken,
      );
      assert.deepEqual(data?.[name].userErrors, [], text);
      player.log.push(eventId);
      assert.equal(data[name].session.version, player.log.length);
    };
    const volumes = (value: number) =>
      Promise.all(
        people.map((player) =>
          tell(player, 'changeSessionVolume', {
            ...{ session: nodeId('Session', player.session), expectedVersion: player.log.length, volume: value },
          }),
        ),
      );
    await Promise.all(
      people.map((player) =>
        tell(player, 'startSession', {
          ...{ id: player.session, revision: nodeId('Revision', revision), timeZone: 'UTC', volume: 0.5, scene: '' },
          deviceName: 'Test',
        }),
      ),
    );
    const seen = people.map(() => 0);
    const sockets = await Promise.all(
      people.map(async (player, index) => {
        const socket = await openSocket(other.url, { token: player.accessToken });
        socket.socket.on('message', (data) => {
          const { payload } = JSON.parse(String(data));
          seen[index] = Math.max(seen[index] ?? 0, payload?.data?.sessionChanged.version ?? 0);
        });
        socket.send({
          ...{ type: 'subscribe', id: 's' },
          payload: {
            query: 'subscription ($id: ID!) { sessionChanged(id: $id) { version } }',
            variables: { id: nodeId('Session', player.session) },
          },
        });
        return socket;
      }),
    );
    const everybody = async (seconds: number) => {
      const last = people[0]?.log.length ?? 0;
      for (const end = Date.now() + seconds * 1000; seen.some((version) => version < last); ) {
        assert.ok(Date.now() < end, `${seen} of ${last}`);
        await new Promise((next) => setTimeout(next, 20));
      }
    };
    await volumes(0.1);
    await everybody(30);

    await redis.kill(1);
    await volumes(0.2);
    await volumes(0.3);
    const killed = performance.now();
    // Whoever could not be told is told of the loss when the replica has taken over.
    await everybody(60);
    t.annotate(`everybody knew the last state ${Math.round(performance.now() - killed)} ms after the kill`);
    await volumes(0.4);
    await everybody(60);
    for (const socket of sockets) socket.close();
    for (const player of people) {
      const rows = await api.backend.database.prisma.sessionEvent.findMany({
        where: { sessionId: player.session },
        orderBy: { sequence: 'asc' },
        select: { id: true },
      });
      assert.deepEqual(
        rows.map(({ id }) => id),
        player.log,
      );
    }
  } finally {
    await other.close();
    await api.close();
    await redis.close();
  }
});
