import assert from 'node:assert/strict';
import { afterAll, beforeAll, test } from 'vitest';
import { newCode } from '../groups/code.ts';
import { newId } from '../platform/ids.ts';
import type { Viewer } from '../schema/viewer.ts';
import { type Backend, useBackend } from '../testing/backend.ts';
import { listedRevisions, mayReadHeard, mayReadRevision, revisionRights } from './rights.ts';

let backend: Backend;
beforeAll(async () => {
  backend = await useBackend();
});
afterAll(() => backend.close());

const viewerOf = (userId: string, role: Viewer['role'] = 'USER'): Viewer => ({
  userId,
  sessionId: newId(),
  role,
  isGuest: false,
});
const person = async () => {
  const id = newId();
  await backend.database.prisma.user.create({ data: { id } });
  return viewerOf(id);
};

/** A protocol of two revisions, of which the second is the present one. */
async function protocolOf(
  owner: Viewer,
  row: {
    visibility?: 'DRAFT' | 'UNLISTED' | 'PUBLIC';
    hidden?: boolean;
    deleted?: boolean;
    /** Which of the two bear the moment at which others could first read them. */
    made?: [boolean, boolean];
  } = {},
) {
  const { prisma } = backend.database;
  const id = newId();
  const at = new Date();
  await prisma.protocol.create({
    data: {
      ...{
        id,
        slug: id,
        ownerId: row.deleted ? null : owner.userId,
        category: 'FOCUS',
        title: 'T',
        summary: '',
        speakersOk: true,
      },
      durationSeconds: 60,
      visibility: row.visibility ?? 'PUBLIC',
      hiddenAt: row.hidden ? at : null,
      deletedAt: row.deleted ? at : null,
    },
  });
  const revisions: string[] = [];
  for (const number of [1, 2]) {
    const { id: revision } = await prisma.revision.create({
      data: {
        ...{ id: newId(), protocolId: id, number, title: 'T', summary: '', description: '', whatIsKnown: [] },
        ...{ program: {}, programHash: '0'.repeat(64), publicAt: row.made?.[number - 1] ? at : null },
      },
    });
    revisions.push(revision);
  }
  await prisma.protocol.update({ where: { id }, data: { currentRevisionId: revisions[1] } });
  return { id, old: revisions[0] as string, present: revisions[1] as string };
}

async function may(viewer: Viewer | null, revisionId: string): Promise<boolean> {
  const database = backend.database.prisma;
  const revision = await database.revision.findUniqueOrThrow({ where: { id: revisionId }, select: revisionRights });
  return mayReadRevision({ viewer, database }, revision);
}

async function listed(viewer: Viewer | null, protocolId: string): Promise<number[]> {
  const rows = await backend.database.prisma.revision.findMany({
    where: { protocolId, AND: listedRevisions(viewer) },
    orderBy: { number: 'asc' },
  });
  return rows.map(({ number }) => number);
}

async function hear(viewer: Viewer, protocolId: string, revisionId: string): Promise<void> {
  const at = new Date();
  await backend.database.prisma.session.create({
    data: {
      ...{ id: newId(), userId: viewer.userId, protocolId, revisionId, state: 'COMPLETED', version: 1, endedAt: at },
      ...{ timeZone: 'UTC', startedAt: at, positionSeconds: 0, positionAt: at, playerDeviceId: newId() },
    },
  });
}

async function join(
  viewer: Viewer,
  revisionId: string,
  left: { leftAt?: Date; kickedAt?: Date; ended?: boolean } = {},
) {
  const host = await person();
  const { ended, ...member } = left;
  await backend.database.prisma.group.create({
    data: {
      ...{ id: newId(), code: newCode(), hostId: host.userId, revisionId },
      ...(ended ? { endedAt: new Date(), state: 'ENDED' } : {}),
      members: { create: { id: newId(), userId: viewer.userId, name: 'N', ...member } },
    },
  });
}

test('of a public protocol everybody reads the present revision and those that were public, its author all', async () => {
  const owner = await person();
  const { id, old, present } = await protocolOf(owner);
  const stranger = await person();
  assert.deepEqual([await may(null, present), await may(stranger, present)], [true, true]);
  assert.deepEqual([await may(null, old), await may(stranger, old), await may(owner, old)], [false, false, true]);
  assert.deepEqual([await listed(null, id), await listed(stranger, id), await listed(owner, id)], [[2], [2], [1, 2]]);
  assert.deepEqual(await listed(viewerOf(stranger.userId, 'ADMIN'), id), [1, 2]);
  const both = await protocolOf(owner, { made: [true, false] });
  assert.deepEqual([await may(null, both.old), await listed(null, both.id)], [true, [1, 2]]);
});

test('of a draft and of a hidden one nobody else reads or lists anything', async () => {
  const owner = await person();
  for (const row of [{ visibility: 'DRAFT' as const }, { hidden: true }]) {
    const { id, old, present } = await protocolOf(owner, { ...row, made: [true, true] });
    for (const revision of [old, present]) {
      assert.deepEqual([await may(null, revision), await may(await person(), revision)], [false, false]);
      assert.equal(await may(owner, revision), true);
      assert.equal(await may(viewerOf(newId(), 'ADMIN'), revision), true);
    }
    assert.deepEqual([await listed(null, id), await listed(await person(), id)], [[], []]);
    assert.deepEqual(await listed(owner, id), [1, 2]);
    const shown = await protocolOf(owner, row);
    assert.deepEqual(await listed(null, shown.id), []);
  }
  const unlisted = await protocolOf(owner, { visibility: 'UNLISTED' });
  assert.deepEqual([await may(null, unlisted.present), await listed(null, unlisted.id)], [true, [2]]);
});

test('who has heard one that was public reads it after it was deleted, and nobody else', async () => {
  const listener = await person();
  const deleted = { visibility: 'DRAFT', deleted: true, made: [true, false] } as const;
  const heard = async (row: Parameters<typeof protocolOf>[1], which: 'old' | 'present' = 'old') => {
    const protocol = await protocolOf(await person(), row);
    await hear(listener, protocol.id, protocol[which]);
    return may(listener, protocol[which]);
  };
  assert.equal(await heard({ ...deleted, made: [true, false] }), true);
  assert.equal(await heard({ ...deleted, made: [false, false] }), false, 'it was never public');
  assert.equal(await heard({ ...deleted, made: [true, false], hidden: true }), false, 'it was hidden');
  assert.equal(await heard({ ...deleted, made: [true, false], deleted: false }), false, 'it is a draft again');
  const other = await protocolOf(await person(), { ...deleted, made: [true, true] });
  assert.equal(await may(listener, other.old), false, 'never heard');
  await hear(listener, other.id, other.present);
  assert.equal(await may(listener, other.old), false, 'another revision was heard');
  assert.equal(await may(await person(), other.present), false, 'somebody else heard it');
  assert.equal(await may(null, other.present), false);
});

test('who is in a group reads what it hears, for as long as both last', async () => {
  const { old, present } = await protocolOf(await person(), { visibility: 'DRAFT' });
  const within = async (left: Parameters<typeof join>[2], revision = old) => {
    const member = await person();
    await join(member, revision, left);
    return may(member, old);
  };
  assert.equal(await within({}), true);
  assert.equal(await within({ leftAt: new Date() }), false);
  assert.equal(await within({ kickedAt: new Date() }), false);
  assert.equal(await within({ ended: true }), false);
  assert.equal(await within({}, present), false);
  assert.equal(await may(await person(), old), false);
});

test('the protocol of a session: readable ones, and the shell of what its author deleted', () => {
  const at = new Date();
  const somebody = viewerOf(newId());
  const row = (visibility: 'DRAFT' | 'PUBLIC', deletedAt: Date | null, hiddenAt: Date | null) => ({
    ...{ ownerId: newId(), visibility, deletedAt, hiddenAt },
  });
  assert.equal(mayReadHeard(null, row('PUBLIC', null, null)), true);
  assert.equal(mayReadHeard(somebody, row('DRAFT', at, null)), true);
  assert.equal(mayReadHeard(null, row('DRAFT', at, null)), false);
  assert.equal(mayReadHeard(somebody, row('DRAFT', at, at)), false);
  assert.equal(mayReadHeard(somebody, row('DRAFT', null, null)), false);
});
