import assert from 'node:assert/strict';
import { afterAll, beforeAll, test } from 'vitest';
import { allColumns, columnsOf } from '../platform/columns.ts';
import { newId } from '../platform/ids.ts';
import { type Backend, useBackend } from '../testing/backend.ts';
import { readSessions } from './read.ts';

let backend: Backend;
let userId: string;
beforeAll(async () => {
  backend = await useBackend();
  const { prisma } = backend.database;
  userId = newId();
  await prisma.user.create({ data: { id: userId } });
  await prisma.preferences.create({ data: { userId, scene: 'lissajous' } });
  const { id: protocolId, currentRevisionId } = await prisma.protocol.findFirstOrThrow();
  for (let n = 0; n < 5; n++) {
    const at = new Date(Date.UTC(2026, 2, 1 + n, 12, 0, 0, 123));
    const over = n === 4 ? { expiresAt: at } : { endedAt: at };
    await prisma.session.create({
      data: {
        ...{ id: newId(), userId, protocolId, revisionId: currentRevisionId as string, version: 2, timeZone: 'UTC' },
        ...{ state: n === 4 ? 'ACTIVE' : 'COMPLETED', startedAt: at, ...over, positionSeconds: 1.5, positionAt: at },
        playerDeviceId: newId(),
        events: {
          create: [1, 2, 3].map((sequence) => ({
            ...{
              id: newId(),
              sequence,
              kind: 'PAUSED' as const,
              occurredAt: at,
              positionSeconds: 0.25,
              deviceId: newId(),
            },
          })),
        },
        ...(n % 2 === 0 ? { rating: { create: { userId, protocolId, stars: n + 1, comment: 'é' } } } : {}),
      },
    });
  }
});
afterAll(() => backend.close());

test('sessions are read as Prisma reads them, with what is related to them', async () => {
  const { prisma, sql } = backend.database;
  for (const include of [{}, { protocol: true }, { rating: true }, { protocol: true, rating: true }] as const) {
    const query = { take: 3, skip: 0, ...(Object.keys(include).length > 0 ? { include } : {}) };
    assert.deepEqual(
      await readSessions(sql, query, 's.user_id = $1', [userId], columnsOf('Protocol')),
      await prisma.session.findMany({
        ...query,
        where: { userId },
        orderBy: [{ startedAt: 'desc' }, { id: 'desc' }],
      }),
    );
  }
});

test('what this cannot read is left to Prisma', async () => {
  const { sql } = backend.database;
  const { id } = await backend.database.prisma.session.findFirstOrThrow({ where: { userId } });
  for (const query of [
    {},
    { take: -3 },
    { take: 3, skip: 1 },
    { take: 3, cursor: { id } },
    { take: 3, include: { events: true } },
    { take: 3, include: { protocol: { select: { title: true } } } },
    { take: 3, select: { id: true } },
  ])
    assert.equal(
      await readSessions(sql, query, 's.user_id = $1', [userId], columnsOf('Protocol')),
      undefined,
      JSON.stringify(query),
    );
});

test('columns written by hand are those of the model', async () => {
  const { prisma, sql } = backend.database;
  const [user] = await sql(`SELECT ${allColumns('User', 'u')} FROM users u WHERE u.id = $1`, [userId]);
  assert.deepEqual({ ...user }, await prisma.user.findUnique({ where: { id: userId } }));
  const [preferences] = await sql(`SELECT ${allColumns('Preferences', 'p')} FROM preferences p WHERE p.user_id = $1`, [
    userId,
  ]);
  assert.deepEqual({ ...preferences }, await prisma.preferences.findUnique({ where: { userId } }));
});
