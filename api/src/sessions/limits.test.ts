import assert from 'node:assert/strict';
import { afterAll, beforeAll, test } from 'vitest';
import { newCode } from '../groups/code.ts';
import { newId } from '../platform/ids.ts';
import { UserErrors } from '../schema/errors.ts';
import { type Backend, useBackend } from '../testing/backend.ts';
import { checkMoment, checkPlayable } from './limits.ts';

let backend: Backend;
beforeAll(async () => {
  backend = await useBackend();
});
afterAll(() => backend.close());

const NOW = new Date('2026-03-01T12:00:00.000Z');
const DAY = 86_400_000;

/** The error that a moment is refused with, if it is. */
function refusal(occurredAt: number): UserErrors['errors'][number] | null {
  try {
    checkMoment(occurredAt, NOW, 'events.3.occurredAt');
    return null;
  } catch (error) {
    assert.ok(error instanceof UserErrors);
    return error.errors[0] ?? null;
  }
}

test('a moment may lie five minutes ahead and 400 days back, and not a millisecond more', () => {
  const now = NOW.getTime();
  for (const moment of [now, now + 300_000, now - 400 * DAY]) assert.equal(refusal(moment), null);
  assert.deepEqual(refusal(now + 300_001), {
    field: ['events', '3', 'occurredAt'],
    code: 'OUT_OF_RANGE',
    message: '2026-03-01T12:05:00.001Z is 300 s in the future; at most 300 s are taken as a difference of clocks.',
  });
  assert.deepEqual(refusal(now - 400 * DAY - 1), {
    field: ['events', '3', 'occurredAt'],
    code: 'OUT_OF_RANGE',
    message: '2025-01-25T11:59:59.999Z is more than 400 days ago.',
  });
});

async function playable(userId: string, revisionId: string, groupId: string | null): Promise<string> {
  try {
    return await checkPlayable(backend.database.prisma, userId, revisionId, groupId);
  } catch (error) {
    assert.ok(error instanceof UserErrors);
    const [first] = error.errors;
    return `${first?.code} ${first?.field}: ${first?.message}`;
  }
}

const NO_GROUP = 'NOT_FOUND group: You are in no such group.';
const NO_REVISION = 'NOT_FOUND revision: There is no such revision.';

async function draftOf(userId: string) {
  const { prisma } = backend.database;
  const id = newId();
  await prisma.protocol.create({
    data: {
      ...{ id, slug: id, ownerId: userId, category: 'FOCUS', title: 'T', summary: '', speakersOk: true },
      durationSeconds: 60,
    },
  });
  const { id: revisionId } = await prisma.revision.create({
    data: {
      ...{ id: newId(), protocolId: id, number: 1, title: 'T', summary: '', description: '', whatIsKnown: [] },
      ...{ program: {}, programHash: '0'.repeat(64) },
    },
  });
  return { id, revisionId };
}

async function groupOn(revisionId: string, hostId: string, userId: string, left: object = {}): Promise<string> {
  const { id } = await backend.database.prisma.group.create({
    data: {
      ...{ id: newId(), code: newCode(), hostId, revisionId },
      members: { create: { id: newId(), userId, name: 'N', ...left } },
    },
  });
  return id;
}

test('one plays what one may read, or what one’s group hears', async () => {
  const { prisma } = backend.database;
  const [owner, stranger] = [newId(), newId()];
  for (const id of [owner, stranger]) await prisma.user.create({ data: { id } });
  const { id, revisionId } = await draftOf(owner);
  const other = await draftOf(owner);
  assert.equal(await playable(owner, revisionId, null), id);
  assert.equal(await playable(stranger, revisionId, null), NO_REVISION);
  assert.equal(await playable(owner, newId(), null), NO_REVISION);

  const group = await groupOn(revisionId, owner, stranger);
  assert.equal(await playable(stranger, revisionId, group), id);
  assert.equal(await playable(owner, revisionId, group), NO_GROUP, 'the author is not in it');
  assert.equal(await playable(stranger, other.revisionId, group), NO_GROUP, 'it hears something else');
  assert.equal(await playable(stranger, revisionId, newId()), NO_GROUP);
  for (const left of [{ leftAt: NOW }, { kickedAt: NOW }])
    assert.equal(await playable(stranger, revisionId, await groupOn(revisionId, owner, stranger, left)), NO_GROUP);
});
