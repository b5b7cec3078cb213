import type { PrismaClient, Session } from '../platform/prisma/client.ts';
import { keptProfile } from '../protocols/kept-profiles.ts';
import type { Services } from '../schema/context.ts';
import { userError } from '../schema/errors.ts';
import { beginSession } from './begin-session.ts';
import { heardByDay } from './heard-days.ts';
import { checkMoment, checkPlayable } from './limits.ts';
import { type Day, isTimeZone, localDay } from './local-day.ts';
import { addToDays, columnsOf, eventRow, factsOf, lockSession, revisionProfile } from './store.ts';
import { arrived, begin, type SessionAct, type Transition, transition } from './transition.ts';

/** What a change of a session left behind. */
export interface Outcome {
  session: Session;
  /** False when the event was in the log already: nothing was done then. */
  changed: boolean;
  /** The person's days whose metrics changed. */
  days: Day[];
}

export interface StartInput {
  id: string;
  revisionId: string;
  groupId: string | null;
  timeZone: string;
  act: SessionAct;
}

/**
 * Begins a session. The same call again answers with the session that the first one made.
 * @throws UserErrors NOT_FOUND (revision), TAKEN (id), INVALID, OUT_OF_RANGE
 */
export async function startSession(
  { database, sql }: Pick<Services, 'database' | 'sql'>,
  userId: string,
  input: StartInput,
  now: Date,
): Promise<Outcome> {
  if (!isTimeZone(input.timeZone)) throw userError('INVALID', 'timeZone', 'timeZone is no IANA zone name.');
  checkMoment(input.act.occurredAt, now, 'occurredAt');
  const made = ({ facts, event }: Extract<Transition, { ok: true }>) => ({
    row: {
      id: input.id,
      userId,
      revisionId: input.revisionId,
      groupId: input.groupId,
      timeZone: input.timeZone,
      createdAt: now,
      ...columnsOf(arrived(facts, now.getTime())),
    },
    event,
    day: localDay(facts.startedAt, input.timeZone),
  });
  const profile = input.groupId === null ? keptProfile(input.revisionId) : undefined;
  const usual = profile && begin(input.act, profile.totalSeconds);
  if (usual?.ok) {
    const { row, event, day } = made(usual);
    const protocolId = await beginSession(sql, row, event, day);
    if (protocolId !== null) return { session: { ...row, protocolId }, changed: true, days: [day] };
  }
  return database.$transaction(async (tx) => {
    const held = await lockSession(tx, input.id, userId);
    if (!held) {
      const protocolId = await checkPlayable(tx, userId, input.revisionId, input.groupId);
      const { totalSeconds } = await revisionProfile(tx, input.revisionId);
      const step = begin(input.act, totalSeconds);
      if (!step.ok) throw userError(step.refusal.code, step.refusal.field?.[0] ?? null, step.refusal.message);
      const { event, day, ...rest } = made(step);
      const row = { ...rest.row, protocolId };
      const { count } = await tx.session.createMany({ data: [row], skipDuplicates: true });
      if (count === 1) {
        await tx.sessionEvent.create({ data: eventRow(input.id, event, 1, now) });
        const days = await addToDays(tx, row, new Map(), { day, sessions: 1, completed: 0 });
        return { session: row, changed: true, days };
      }
    }
    const session = held ?? (await lockSession(tx, input.id, userId));
    const event = session && (await tx.sessionEvent.findFirst({ where: { id: input.act.id, sessionId: session.id } }));
    if (!session || !event) throw userError('TAKEN', 'id', 'There is a session with this id already.');
    return { session, changed: false, days: [] };
  });
}

export interface ActInput {
  sessionId: string;
  /** The version of the session that the person saw when they acted. */
  expectedVersion: number;
  act: SessionAct;
}

/**
 * Does one thing to a live session. An event id that is in the session's log already is answered with the session as
 * it is, and nothing happens twice.
 * @throws UserErrors NOT_FOUND; CONFLICT with the present session beside it, when the version is not the present one
 *   or the session's state does not allow the act; INVALID, OUT_OF_RANGE
 */
export async function actOnSession(
  database: PrismaClient,
  userId: string,
  input: ActInput,
  now: Date,
): Promise<Outcome> {
  const { act } = input;
  checkMoment(act.occurredAt, now, 'occurredAt');
  return database.$transaction(async (tx) => {
    const session = await lockSession(tx, input.sessionId, userId);
    if (!session) throw userError('NOT_FOUND', 'session', 'There is no such session.');
    const known = await tx.sessionEvent.findUnique({ where: { id: act.id }, select: { sessionId: true } });
    if (known?.sessionId === session.id) return { session, changed: false, days: [] };
    if (known) throw userError('TAKEN', 'eventId', 'This event id has been used for another session.');
    if (input.expectedVersion !== session.version) {
      throw userError(
        'CONFLICT',
        'expectedVersion',
        `The session is at version ${session.version}, not ${input.expectedVersion}.`,
        { session },
      );
    }
    const profile = await revisionProfile(tx, session.revisionId);
    const step = transition(factsOf(session), act, profile.totalSeconds);
    if (!step.ok) {
      const { code, field, message } = step.refusal;
      throw userError(code, field?.[0] ?? null, message, code === 'CONFLICT' ? { session } : {});
    }
    const columns = columnsOf(arrived(step.facts, now.getTime()));
    await tx.session.updateMany({ where: { id: session.id }, data: columns });
    await tx.sessionEvent.create({ data: eventRow(session.id, step.event, step.facts.version, now) });
    const heard = heardByDay(step.heard ? [step.heard] : [], profile, session.timeZone);
    const counts = {
      day: localDay(step.facts.startedAt, session.timeZone),
      sessions: 0,
      completed: step.facts.state === 'COMPLETED' ? 1 : 0,
    };
    const days = await addToDays(tx, session, heard, counts);
    return { session: { ...session, ...columns }, changed: true, days };
  });
}
