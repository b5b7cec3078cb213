import { randomUUID } from 'node:crypto';
import { newId } from '../platform/ids.ts';
import type { Group, GroupMember, Prisma, PrismaClient } from '../platform/prisma/client.ts';
import { can } from '../schema/can.ts';
import { uniqueViolation } from '../schema/database-errors.ts';
import { userError } from '../schema/errors.ts';
import type { Viewer } from '../schema/viewer.ts';
import { checkPlayable } from '../sessions/limits.ts';
import { revisionProfile } from '../sessions/store.ts';
import { type Comer, marksOf } from './bans.ts';
import { newCode, readCode } from './code.ts';
import { type GroupAction, steer } from './course.ts';
import { uniqueName } from './names.ts';

type Transaction = Prisma.TransactionClient;

/** People in one group at a time. */
export const MAXIMUM_MEMBERS = 500;
/** Groups that one person can have going. */
export const MAXIMUM_OPEN = 5;
/** A member of whom nothing was heard for this long is not there; a host loses the group then. */
export const ABSENT_SECONDS = 30;
/** A group of which nobody was heard for this long is ended. */
export const IDLE_SECONDS = 1_800;

/** In the group now: joined, not left, not removed. */
const inside = { leftAt: null, kickedAt: null } satisfies Prisma.GroupMemberWhereInput;

const missing = () => userError('NOT_FOUND', 'code', 'There is no such group.');

/** The group that has this code, else one that had it. */
export async function groupOfCode(database: Transaction, code: string): Promise<Group | null> {
  return (
    (await database.group.findUnique({ where: { code } })) ??
    database.group.findFirst({ where: { formerCodes: { has: code } } })
  );
}

/** The group of a code, also of one that it had before, with its row locked. @throws UserErrors NOT_FOUND */
async function lockGroup(tx: Transaction, typed: string): Promise<Group> {
  const code = readCode(typed);
  if (!code) throw missing();
  const [found] = await tx.$queryRaw<{ id: string }[]>`
    SELECT id FROM groups WHERE code = ${code} OR former_codes @> ARRAY[${code}::text] ORDER BY code = ${code} DESC LIMIT 1 FOR UPDATE`;
  const group = found && (await tx.group.findUnique({ where: { id: found.id } }));
  if (!group) throw missing();
  return group;
}

async function memberOf(tx: Transaction, groupId: string, userId: string): Promise<GroupMember | null> {
  return tx.groupMember.findUnique({ where: { groupId_userId: { groupId, userId } } });
}

function rightsOf(group: Group, member: GroupMember | null) {
  return {
    hostId: group.hostId,
    isMember: member !== null && member.leftAt === null && member.kickedAt === null,
    locked: group.locked,
    ended: group.endedAt !== null,
    wasKicked: member !== null && member.kickedAt !== null,
  };
}

/** The group, if the viewer is in it; null for all others as if there were none. */
export async function readGroup(database: PrismaClient, viewer: Viewer | null, typed: string): Promise<Group | null> {
  const code = readCode(typed);
  if (!code || !viewer) return null;
  const group = await groupOfCode(database, code);
  if (!group) return null;
  const member = await memberOf(database, group.id, viewer.userId);
  return can(viewer, 'group.read', rightsOf(group, member)) ? group : null;
}

/** Makes a group around a revision and puts its host in it. @throws UserErrors NOT_FOUND (revision), FULL */
export async function createGroup(
  database: PrismaClient,
  viewer: Viewer,
  revisionId: string,
  name: string,
  comer: Comer,
  now: Date,
): Promise<Group> {
  await checkPlayable(database, viewer.userId, revisionId, null);
  return withFreeCode((code) =>
    database.$transaction(async (tx) => {
      // Locked, so that two calls at once cannot both find room.
      await tx.$executeRaw`SELECT id FROM users WHERE id = ${viewer.userId}::uuid FOR UPDATE`;
      const open = await tx.group.count({ where: { hostId: viewer.userId, endedAt: null } });
      if (open >= MAXIMUM_OPEN) {
        throw userError('FULL', null, `A person can have ${MAXIMUM_OPEN} groups at a time; end one first.`);
      }
      const group = await tx.group.create({
        data: { id: randomUUID(), code, hostId: viewer.userId, revisionId, positionAt: now, createdAt: now },
      });
      await tx.groupMember.create({
        data: {
          id: newId(now.getTime()),
          groupId: group.id,
          userId: viewer.userId,
          name,
          marks: await marksOf(tx, group.id, viewer, comer),
          joinedAt: now,
          seenAt: now,
        },
      });
      return group;
    }),
  );
}

/** Does something with a code that no group has; of 191 million there is soon a free one. */
async function withFreeCode(work: (code: string) => Promise<Group>): Promise<Group> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await work(newCode());
    } catch (error) {
      if (attempt < 5 && uniqueViolation(error)?.includes('code')) continue;
      throw error;
    }
  }
}

/**
 * Puts the viewer into a group, or back into it. Joining again only changes the name. A name that somebody in it has, or one that looks like it, is given a number.
 * @throws UserErrors NOT_FOUND (also for the ended, for those who were removed, and on a device or network from which somebody was), LOCKED, FULL
 */
export async function joinGroup(
  database: PrismaClient,
  viewer: Viewer,
  code: string,
  wanted: string,
  comer: Comer,
  now: Date,
): Promise<Group> {
  return database.$transaction(async (tx) => {
    const group = await lockGroup(tx, code);
    const held = await memberOf(tx, group.id, viewer.userId);
    const marks = await marksOf(tx, group.id, viewer, comer);
    const rights = rightsOf(group, held);
    // A code of before lets nobody in who is not in.
    if (!rights.isMember && readCode(code) !== group.code) throw missing();
    if (!rights.isMember && group.hostId !== viewer.userId) {
      rights.wasKicked ||= marks.some((mark) => group.banned.includes(mark));
    }
    if (!can(viewer, 'group.join', rights)) {
      if (rights.locked && !rights.ended && !rights.wasKicked) {
        throw userError('LOCKED', 'code', 'The host lets nobody else in.');
      }
      throw missing();
    }
    if (!rights.isMember) {
      const count = await tx.groupMember.count({ where: { groupId: group.id, ...inside } });
      if (count >= MAXIMUM_MEMBERS) throw userError('FULL', 'code', `A group holds ${MAXIMUM_MEMBERS} people.`);
    }
    const others = await tx.groupMember.findMany({
      where: { groupId: group.id, ...inside, userId: { not: viewer.userId } },
      select: { name: true },
    });
    const name = await uniqueName(
      wanted,
      others.map((other) => other.name),
    );
    await tx.groupMember.upsert({
      where: { groupId_userId: { groupId: group.id, userId: viewer.userId } },
      create: {
        ...{ id: newId(now.getTime()), groupId: group.id, userId: viewer.userId },
        ...{ name, marks, joinedAt: now, seenAt: now },
      },
      update: {
        name,
        marks,
        leftAt: null,
        seenAt: now,
        ...(rights.isMember ? {} : { joinedAt: now, offsetMs: null, offsetAt: null }),
      },
    });
    return group;
  });
}

/** The member who has been there the longest, besides `besides`. */
async function nextHost(tx: Transaction, groupId: string, besides: string, now: Date): Promise<GroupMember | null> {
  return tx.groupMember.findFirst({
    where: {
      groupId,
      ...inside,
      userId: { not: besides },
      seenAt: { gte: new Date(now.getTime() - ABSENT_SECONDS * 1000) },
    },
    orderBy: [{ joinedAt: 'asc' }, { id: 'asc' }],
  });
}

async function close(tx: Transaction, group: Group, now: Date): Promise<Group> {
  await tx.groupMember.updateMany({ where: { groupId: group.id }, data: { marks: [] } });
  return tx.group.update({
    where: { id: group.id },
    data: { state: 'ENDED', endedAt: now, banned: [], formerCodes: [], version: { increment: 1 } },
  });
}

/** Takes the viewer out. A host's group goes to whoever has been there the longest, or ends when nobody is left. @throws UserErrors NOT_FOUND */
export async function leaveGroup(database: PrismaClient, viewer: Viewer, code: string, now: Date): Promise<Group> {
  return database.$transaction(async (tx) => {
    const group = await lockGroup(tx, code);
    const member = await memberOf(tx, group.id, viewer.userId);
    if (!member || !can(viewer, 'group.read', rightsOf(group, member))) throw missing();
    await tx.groupMember.update({ where: { id: member.id }, data: { leftAt: now } });
    if (group.endedAt !== null || group.hostId !== viewer.userId) return group;
    const heir = await nextHost(tx, group.id, viewer.userId, now);
    if (!heir) return close(tx, group, now);
    return tx.group.update({ where: { id: group.id }, data: { hostId: heir.userId, version: { increment: 1 } } });
  });
}

/** The group with its row locked, for its host. @throws UserErrors NOT_FOUND, NOT_ALLOWED */
async function lockOwn(tx: Transaction, viewer: Viewer, code: string): Promise<Group> {
  const group = await lockGroup(tx, code);
  const rights = rightsOf(group, await memberOf(tx, group.id, viewer.userId));
  if (!can(viewer, 'group.read', rights)) throw missing();
  if (!can(viewer, 'group.control', rights)) {
    throw userError('NOT_ALLOWED', null, rights.ended ? 'The group has ended.' : 'Only the host can do this.');
  }
  return group;
}

export interface ControlInput {
  code: string;
  action: GroupAction;
  positionSeconds: number | null;
  startsAt: Date | null;
  eventId: string;
  expectedVersion: number;
}

/**
 * Does what the host asks. A repeated event id is answered with the group as it is.
 * @throws UserErrors NOT_FOUND, NOT_ALLOWED, TAKEN; CONFLICT with the present group beside it; OUT_OF_RANGE, INVALID
 */
export async function controlGroup(
  database: PrismaClient,
  viewer: Viewer,
  input: ControlInput,
  now: Date,
): Promise<{ group: Group; changed: boolean }> {
  return database.$transaction(async (tx) => {
    const group = await lockOwn(tx, viewer, input.code);
    const known = await tx.groupEvent.findUnique({ where: { id: input.eventId } });
    if (known?.groupId === group.id) return { group, changed: false };
    if (known) throw userError('TAKEN', 'eventId', 'This event id has been used for another group.');
    if (input.expectedVersion !== group.version) {
      throw userError(
        'CONFLICT',
        'expectedVersion',
        `The group is at version ${group.version}, not ${input.expectedVersion}.`,
        { group },
      );
    }
    const { totalSeconds } = await revisionProfile(tx, group.revisionId);
    const course = steer(
      { ...group, positionAt: group.positionAt.getTime() },
      input.action,
      input.positionSeconds,
      now.getTime(),
      totalSeconds,
      input.startsAt?.getTime() ?? null,
    );
    if ('refusal' in course) {
      const { refusal, message } = course;
      const field =
        refusal === 'CONFLICT' ? null : input.startsAt && refusal === 'INVALID' ? 'startsAt' : 'positionSeconds';
      throw userError(refusal, field, message, refusal === 'CONFLICT' ? { group } : {});
    }
    const next = await tx.group.update({
      where: { id: group.id },
      data: {
        state: course.state,
        positionSeconds: course.positionSeconds,
        positionAt: new Date(course.positionAt),
        version: { increment: 1 },
      },
    });
    await tx.groupEvent.create({
      data: {
        id: input.eventId,
        groupId: group.id,
        sequence: next.version,
        userId: viewer.userId,
        action: input.action,
        occurredAt: now,
        positionSeconds: next.positionSeconds,
      },
    });
    return { group: next, changed: true };
  });
}

/**
 * Takes somebody out for good, and keeps their device and network out. A network on which others of the group are stays open: it is a room, or a house.
 * Answers with that person's id too. @throws UserErrors NOT_FOUND, NOT_ALLOWED
 */
export async function kickMember(
  database: PrismaClient,
  viewer: Viewer,
  code: string,
  memberId: string,
  now: Date,
): Promise<{ group: Group; userId: string }> {
  return database.$transaction(async (tx) => {
    const group = await lockOwn(tx, viewer, code);
    const member = await tx.groupMember.findUnique({ where: { id: memberId } });
    if (!member || member.groupId !== group.id) throw userError('NOT_FOUND', 'member', 'There is no such member.');
    if (member.userId === viewer.userId) throw userError('NOT_ALLOWED', 'member', 'A host leaves instead.');
    await tx.groupMember.update({ where: { id: member.id }, data: { kickedAt: member.kickedAt ?? now } });
    const [network = '', ...device] = member.marks;
    const shared = await tx.groupMember.count({
      where: { groupId: group.id, ...inside, id: { not: member.id }, marks: { has: network } },
    });
    const next = await tx.group.update({
      where: { id: group.id },
      data: {
        version: { increment: 1 },
        banned: [...new Set([...group.banned, ...device, ...(network === '' || shared > 0 ? [] : [network])])],
      },
    });
    return { group: next, userId: member.userId };
  });
}

/** What a group's invitation says. */
export interface Invitation {
  hostName: string;
  title: string;
  /** When it begins or began; null while the host has not said. */
  startsAt: Date | null;
  locked: boolean;
}

/** What whoever has the code is told before they join; null for no group, or one that has ended. */
export async function invitationTo(database: PrismaClient, typed: string): Promise<Invitation | null> {
  const code = readCode(typed);
  if (!code) return null;
  const group = await database.group.findUnique({
    where: { code, endedAt: null },
    select: {
      ...{ hostId: true, state: true, positionAt: true, locked: true },
      revision: { select: { title: true } },
      members: { where: inside, select: { userId: true, name: true } },
    },
  });
  if (!group) return null;
  const { hostId, state, positionAt, locked, revision, members } = group;
  return {
    hostName: members.find(({ userId }) => userId === hostId)?.name ?? '',
    title: revision.title,
    startsAt: state === 'PLAYING' ? positionAt : null,
    locked,
  };
}

/** Lets nobody else in, or lets people in again. @throws UserErrors NOT_FOUND, NOT_ALLOWED */
export async function lockDoor(database: PrismaClient, viewer: Viewer, code: string, locked: boolean): Promise<Group> {
  return database.$transaction(async (tx) => {
    const group = await lockOwn(tx, viewer, code);
    return tx.group.update({ where: { id: group.id }, data: { locked, version: { increment: 1 } } });
  });
}

/**
 * Gives the group another code: whoever knows the old one only, as somebody who was removed, does not get in by it. Those who are in stay in.
 * @throws UserErrors NOT_FOUND, NOT_ALLOWED
 */
export async function renewCode(database: PrismaClient, viewer: Viewer, typed: string): Promise<Group> {
  return withFreeCode((code) =>
    database.$transaction(async (tx) => {
      const group = await lockOwn(tx, viewer, typed);
      return tx.group.update({
        where: { id: group.id },
        data: { code, formerCodes: { push: group.code }, version: { increment: 1 } },
      });
    }),
  );
}

/** @throws UserErrors NOT_FOUND, NOT_ALLOWED */
export async function endGroup(database: PrismaClient, viewer: Viewer, code: string, now: Date): Promise<Group> {
  return database.$transaction(async (tx) => close(tx, await lockOwn(tx, viewer, code), now));
}

/** Makes another member the host. @throws UserErrors NOT_FOUND, NOT_ALLOWED */
export async function handOverGroup(
  database: PrismaClient,
  viewer: Viewer,
  code: string,
  memberId: string,
): Promise<Group> {
  return database.$transaction(async (tx) => {
    const group = await lockOwn(tx, viewer, code);
    const member = await tx.groupMember.findFirst({ where: { id: memberId, groupId: group.id, ...inside } });
    if (!member) throw userError('NOT_FOUND', 'member', 'There is no such member.');
    return tx.group.update({
      where: { id: group.id },
      data: { hostId: member.userId, version: { increment: 1 } },
    });
  });
}

/**
 * Notes that a member is there and how far their sound is from the group's clock. When the host has not been heard of
 * for 30 s, the group goes to the member who has been there the longest.
 * @throws UserErrors NOT_FOUND
 */
export async function reportSpread(
  database: PrismaClient,
  viewer: Viewer,
  typed: string,
  offsetMs: number | null,
  now: Date,
): Promise<{ group: Group; handedOver: boolean }> {
  const code = readCode(typed);
  if (!code) throw missing();
  const [seen] = await database.$queryRaw<{ groupId: string; hostGone: boolean }[]>`
    UPDATE group_members m SET seen_at = ${now}::timestamptz,
      offset_ms = coalesce(${offsetMs}::float8, m.offset_ms),
      offset_at = CASE WHEN ${offsetMs}::float8 IS NULL THEN m.offset_at ELSE ${now}::timestamptz END
    FROM groups g
    WHERE (g.code = ${code} OR g.former_codes @> ARRAY[${code}::text]) AND g.ended_at IS NULL AND m.group_id = g.id AND m.user_id = ${viewer.userId}::uuid
      AND m.left_at IS NULL AND m.kicked_at IS NULL
    RETURNING g.id AS "groupId", g.host_id <> m.user_id AND NOT EXISTS (
      SELECT 1 FROM group_members h WHERE h.group_id = g.id AND h.user_id = g.host_id AND h.left_at IS NULL
        AND h.kicked_at IS NULL AND h.seen_at > ${new Date(now.getTime() - ABSENT_SECONDS * 1000)}::timestamptz
    ) AS "hostGone"`;
  if (!seen) throw missing();
  if (!seen.hostGone) {
    return { group: await database.group.findUniqueOrThrow({ where: { id: seen.groupId } }), handedOver: false };
  }
  return database.$transaction(async (tx) => {
    const group = await lockGroup(tx, code);
    const host = await memberOf(tx, group.id, group.hostId);
    const gone =
      !host ||
      host.leftAt !== null ||
      host.kickedAt !== null ||
      host.seenAt.getTime() <= now.getTime() - ABSENT_SECONDS * 1000;
    const heir = gone ? await nextHost(tx, group.id, group.hostId, now) : null;
    if (!heir) return { group, handedOver: false };
    return {
      group: await tx.group.update({
        where: { id: group.id },
        data: { hostId: heir.userId, version: { increment: 1 } },
      }),
      handedOver: true,
    };
  });
}

/** Ends the groups of which nobody was heard for half an hour. Several instances may do this at the same time. */
export async function endIdleGroups(database: PrismaClient, now: Date): Promise<Group[]> {
  const since = new Date(now.getTime() - IDLE_SECONDS * 1000);
  const idle = await database.group.findMany({
    where: {
      endedAt: null,
      createdAt: { lt: since },
      members: { none: { ...inside, seenAt: { gt: since } } },
    },
    take: 100,
    select: { code: true },
  });
  const ended: Group[] = [];
  for (const { code } of idle) {
    await database.$transaction(async (tx) => {
      const group = await lockGroup(tx, code);
      const there = await tx.groupMember.findFirst({ where: { groupId: group.id, ...inside, seenAt: { gt: since } } });
      if (group.endedAt === null && !there) ended.push(await close(tx, group, now));
    });
  }
  return ended;
}
