/** Public figures count people. What they should be is reckoned here from sessions, ratings and owners, by another way than the database's. */
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { afterAll, test } from 'vitest';
import { random as seeded } from '../../../scripts/faults/random.ts';
import { takeOverGuest } from '../accounts/take-over-guest.ts';
import { encodeNodeId } from '../schema/node-id.ts';
import type { Viewer } from '../schema/viewer.ts';
import { type Data, useSchema } from '../testing/ask.ts';
import { forgetAuthor } from './forget-author.ts';

const api = await useSchema();
afterAll(() => api.close());
const database = api.backend.database.prisma;

interface Made {
  id: string;
  durationSeconds: number;
  revision: string;
}
async function create(viewer: Viewer, durationSeconds: number): Promise<Made> {
  const { createProtocol } = await api.ask(
    viewer,
    `mutation ($input: CreateProtocolInput!) { createProtocol(input: $input) { protocol { id revision { id } } userErrors { message } } }`,
    {
      input: {
        title: 'Counted',
        category: 'OTHER',
        program: {
          durationSeconds,
          voices: [{ kind: 'BINAURAL', keyframes: [{ at: 0, carrier: 200, beat: 10, level: 0.5 }] }],
        },
      },
    },
  );
  assert.deepEqual(createProtocol.userErrors, []);
  const id = Buffer.from(createProtocol.protocol.id, 'base64').toString().split(':')[1] as string;
  await database.protocol.update({ where: { id }, data: { visibility: 'PUBLIC' } });
  return { id, durationSeconds, revision: createProtocol.protocol.revision.id };
}

/** A session that was heard for so long, as a device tells of it afterwards. */
async function hear(viewer: Viewer, { revision, durationSeconds }: Made, most: number): Promise<string> {
  const id = randomUUID();
  const seconds = Math.min(most, durationSeconds);
  const at = (offset: number) => new Date(Date.now() - 100_000_000 + offset * 1000).toISOString();
  const { recordSession } = await api.ask(
    viewer,
    'mutation ($input: RecordSessionInput!) { recordSession(input: $input) { userErrors { message } } }',
    {
      input: {
        ...{ id, revision, timeZone: 'UTC', deviceId: randomUUID() },
        events: [
          { id: randomUUID(), kind: 'STARTED', occurredAt: at(0), positionSeconds: 0 },
          { id: randomUUID(), kind: 'STOPPED', occurredAt: at(seconds), positionSeconds: seconds },
        ],
      },
    },
  );
  assert.deepEqual(recordSession.userErrors, []);
  return id;
}

async function rate(viewer: Viewer, session: string, stars: number | null): Promise<void> {
  const { rateSession } = await api.ask(
    viewer,
    'mutation ($input: RateSessionInput!) { rateSession(input: $input) { userErrors { message } } }',
    { input: { session: encodeNodeId('Session', session), stars } },
  );
  assert.deepEqual(rateSession.userErrors, []);
}

/** People, rated, sum of stars, as everybody sees them. */
async function figures({ id }: Made): Promise<[number, number, number | null]> {
  const { node }: Data = await api.ask(
    null,
    'query ($id: ID!) { node(id: $id) { ... on Protocol { listenerCount sessionCount ratingCount ratingAverage } } }',
    { id: encodeNodeId('Protocol', id) },
  );
  assert.equal(node.sessionCount, node.listenerCount);
  return [node.listenerCount, node.ratingCount, node.ratingAverage];
}

const account = () => api.person({ email: `${randomUUID()}@example.org` });

test('a flood of sessions and stars of one person is one person, and what they gave last', async () => {
  const made = await create(await account(), 600);
  const flood = await api.person();
  for (let n = 0; n < 30; n++) await rate(flood, await hear(flood, made, 60), 5);
  assert.deepEqual(await figures(made), [1, 1, 5]);
  const other = await api.person();
  await rate(other, await hear(other, made, 60), 2);
  assert.deepEqual(await figures(made), [2, 2, 3.5]);
  await rate(other, await hear(other, made, 60), 4);
  assert.deepEqual(await figures(made), [2, 2, 4.5]);
});

test('a minute and a tenth: what is shorter is neither counted nor rated', async () => {
  for (const [duration, tooShort, enough] of [
    [600, 59.9, 60],
    [3_600, 359, 360],
    [50, 44.9, 45],
  ] as const) {
    const made = await create(await account(), duration);
    const one = await api.person();
    await rate(one, await hear(one, made, tooShort), 1);
    assert.deepEqual(await figures(made), [0, 0, null], `${tooShort} s of ${duration} s`);
    await hear(one, made, enough);
    assert.deepEqual(await figures(made), [1, 0, null], `${enough} s of ${duration} s`);
  }
});

test("an author's own are not counted, also when the guest who heard it becomes its author", async () => {
  const author = await account();
  const made = await create(author, 100);
  await rate(author, await hear(author, made, 100), 5);
  assert.deepEqual(await figures(made), [0, 0, null]);
  const guest = await api.person();
  const guests = await create(guest, 100);
  await rate(author, await hear(author, guests, 100), 5);
  await rate(guest, await hear(guest, made, 100), 5);
  assert.deepEqual(await figures(guests), [1, 1, 5]);
  assert.deepEqual(await figures(made), [1, 1, 5]);
  await database.$transaction((tx) => takeOverGuest(tx, guest.userId, author.userId));
  assert.deepEqual(await figures(guests), [0, 0, null]);
  assert.deepEqual(await figures(made), [0, 0, null]);
});

test('two sessions of one person that end at once are one person', async () => {
  const made = await create(await account(), 100);
  const one = await api.person();
  await Promise.all(Array.from({ length: 12 }, async (_, n) => rate(one, await hear(one, made, 100), 1 + (n % 5))));
  const [people, rated] = await figures(made);
  assert.deepEqual([people, rated], [1, 1]);
});

test('whatever people do, the figures are those that a recount finds', async () => {
  const { next: random } = seeded(17);
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)] as T;
  const people = await Promise.all(Array.from({ length: 8 }, (_, n) => (n < 4 ? account() : api.person())));
  const made = [await create(pick(people), 40), await create(pick(people), 600), await create(pick(people), 2_000)];
  const gone = new Set<Viewer>();
  const present = () => people.filter((one) => !gone.has(one));
  const recount = async ({ id }: Made) => {
    const { ownerId } = await database.protocol.findUniqueOrThrow({ where: { id } });
    const sessions = await database.session.findMany({
      where: { protocolId: id },
      include: { rating: true, revision: { select: { program: true } } },
    });
    const listeners = new Map<string, { stars: number; at: number }>();
    for (const { userId, playedSeconds, rating, revision } of sessions) {
      const { durationSeconds } = revision.program as { durationSeconds: number };
      const need = Math.max(Math.min(60, durationSeconds * 0.9), durationSeconds * 0.1);
      if (userId === ownerId || playedSeconds < need) continue;
      const held = listeners.get(userId) ?? { stars: 0, at: -1 };
      const newer = rating?.stars != null && rating.updatedAt.getTime() > held.at;
      listeners.set(userId, newer ? { stars: rating.stars ?? 0, at: rating.updatedAt.getTime() } : held);
    }
    const rated = [...listeners.values()].filter(({ stars }) => stars > 0);
    const sum = rated.reduce((total, { stars }) => total + stars, 0);
    return [listeners.size, rated.length, rated.length === 0 ? null : sum / rated.length];
  };
  for (let step = 0; step < 250; step++) {
    api.setNow(new Date(Date.now() + step * 10));
    const one = pick(present());
    const living = await database.protocol.findMany({
      where: { id: { in: made.map(({ id }) => id) }, deletedAt: null },
    });
    const audible = made.filter(({ id }) => living.some((row) => row.id === id));
    if (audible.length < 2) {
      const more = await create(one, 300);
      made.push(more);
      audible.push(more);
    }
    const sessions = await database.session.findMany({ where: { userId: one.userId }, select: { id: true } });
    const what = random();
    if (what < 0.45 || sessions.length === 0) await hear(one, pick(audible), pick([10, 36, 59, 60, 199, 200, 600]));
    else if (what < 0.85) await rate(one, pick(sessions).id, pick([null, 1, 2, 3, 4, 5]));
    else if (what < 0.97) await database.session.delete({ where: { id: pick(sessions).id } });
    else if (present().length > 4) {
      gone.add(one);
      const heir = present().find((other) => !other.isGuest);
      await database.$transaction(async (tx) => {
        if (one.isGuest && heir) await takeOverGuest(tx, one.userId, heir.userId);
        else {
          await forgetAuthor(tx, one.userId);
          await tx.user.delete({ where: { id: one.userId } });
        }
      });
    }
    for (const protocol of made) {
      const row = await database.protocol.findUnique({ where: { id: protocol.id } });
      if (!row || row.deletedAt) continue;
      assert.deepEqual(await figures(protocol), await recount(protocol), `step ${step}`);
    }
  }
  api.setNow(null);
});
