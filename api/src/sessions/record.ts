import type { PrismaClient } from '../platform/prisma/client.ts';
import { UserErrors, userError } from '../schema/errors.ts';
import type { Outcome } from './act.ts';
import { dayDifference, heardByDay } from './heard-days.ts';
import { checkMoment, checkPlayable, MAXIMUM_EVENTS } from './limits.ts';
import { isTimeZone, localDay } from './local-day.ts';
import { actOf, addToDays, columnsOf, eventRow, lockSession, revisionProfile, storedDays } from './store.ts';
import { replay, type SessionAct } from './transition.ts';

export interface RecordInput {
  id: string;
  revisionId: string;
  /** Group in which it was heard. Kept where the person was ever in it, else passed over: a log is not lost for that. */
  groupId: string | null;
  timeZone: string;
  deviceId: string;
  deviceName: string;
  /** In the order in which they happened. */
  acts: SessionAct[];
}

function checkLog(acts: SessionAct[], now: Date): void {
  if (acts.length === 0) throw userError('TOO_SHORT', 'events', 'There must be at least one event.');
  const seen = new Set<string>();
  for (const [index, act] of acts.entries()) {
    checkMoment(act.occurredAt, now, `events.${index}.occurredAt`);
    if (seen.has(act.id)) {
      throw userError('INVALID', `events.${index}.id`, `The event ${act.id} is in the log twice.`);
    }
    seen.add(act.id);
    if (act.occurredAt < (acts[index - 1]?.occurredAt ?? 0)) {
      throw userError(
        'INVALID',
        `events.${index}.occurredAt`,
        'The events must be in the order in which they happened.',
      );
    }
    if (act.kind === 'EXPIRED') {
      throw userError('INVALID', `events.${index}.kind`, 'Only the server says that a session has expired.');
    }
  }
}

/**
 * Takes in what a device wrote down by itself, with the times at which it happened: makes the session, or adds the
 * events that the server does not have. Sending the same log again changes nothing. Metrics are what the whole log
 * makes, also when part of it came late, after other devices' events, or after the session had expired.
 * @throws UserErrors NOT_FOUND (revision), TAKEN (id of the session or of an event), INVALID, OUT_OF_RANGE, TOO_LONG
 */
export async function recordSession(
  database: PrismaClient,
  userId: string,
  input: RecordInput,
  now: Date,
): Promise<Outcome> {
  if (!isTimeZone(input.timeZone)) throw userError('INVALID', 'timeZone', 'timeZone is no IANA zone name.');
  checkLog(input.acts, now);
  return database.$transaction(async (tx) => {
    let held = await lockSession(tx, input.id, userId);
    if (!held) {
      const heardIn =
        input.groupId === null
          ? null
          : await tx.groupMember.findFirst({
              where: { groupId: input.groupId, userId, group: { revisionId: input.revisionId } },
              select: { groupId: true, group: { select: { revision: { select: { protocolId: true } } } } },
            });
      const groupId = heardIn?.groupId ?? null;
      // What a group hears its members may play, also what is its host's alone; the log may come after they left.
      const protocolId =
        heardIn?.group.revision.protocolId ?? (await checkPlayable(tx, userId, input.revisionId, null));
      const profile = await revisionProfile(tx, input.revisionId);
      const made = replay(input.acts, profile.totalSeconds);
      if (!made.ok) throw refused(made.index, made.refusal, input.acts, input.acts);
      const row = {
        id: input.id,
        userId,
        protocolId,
        revisionId: input.revisionId,
        groupId,
        timeZone: input.timeZone,
        createdAt: now,
        ...columnsOf(made.facts),
        version: made.events.length,
      };
      const { count } = await tx.session.createMany({ data: [row], skipDuplicates: true });
      if (count === 1) {
        await addEvents(
          tx,
          made.events.map((event, index) => eventRow(input.id, event, index + 1, now)),
        );
        const days = await addToDays(tx, row, heardByDay(made.heard, profile, input.timeZone), {
          day: localDay(made.facts.startedAt, input.timeZone),
          sessions: 1,
          completed: made.facts.state === 'COMPLETED' ? 1 : 0,
        });
        return { session: row, changed: true, days };
      }
      held = await lockSession(tx, input.id, userId);
      if (!held) throw userError('TAKEN', 'id', 'There is a session with this id already.');
    }
    const session = held;
    const log = await tx.sessionEvent.findMany({ where: { sessionId: session.id }, orderBy: { sequence: 'asc' } });
    const known = new Set(log.map((event) => event.id));
    const fresh = input.acts.filter((act) => !known.has(act.id));
    if (fresh.length === 0) return { session, changed: false, days: [] };
    if (log.length + fresh.length > MAXIMUM_EVENTS) {
      throw userError('TOO_LONG', 'events', `A session has at most ${MAXIMUM_EVENTS} events.`);
    }
    const profile = await revisionProfile(tx, session.revisionId);
    // Of equal times the server's own come first: they were answered already.
    const whole = [...log.map(actOf), ...fresh].sort((a, b) => a.occurredAt - b.occurredAt);
    const made = replay(whole, profile.totalSeconds);
    if (!made.ok) throw refused(made.index, made.refusal, whole, input.acts);
    const logged = new Map(made.events.map((event) => [event.id, event]));
    const version = (log.at(-1)?.sequence ?? 0) + fresh.length;
    // The log does not hold the names of devices.
    const playerDeviceName = made.facts.playerDeviceId === input.deviceId ? input.deviceName : session.playerDeviceName;
    const columns = { ...columnsOf(made.facts), version, playerDeviceName };
    await addEvents(
      tx,
      fresh.flatMap((act, index) => {
        const event = logged.get(act.id);
        return event ? [eventRow(session.id, event, version - fresh.length + index + 1, now)] : [];
      }),
    );
    await tx.session.updateMany({ where: { id: session.id }, data: columns });
    const heard = heardByDay(made.heard, profile, session.timeZone);
    const days = await addToDays(tx, session, dayDifference(heard, await storedDays(tx, session.id)), {
      day: localDay(made.facts.startedAt, session.timeZone),
      sessions: 0,
      completed: Number(made.facts.state === 'COMPLETED') - Number(session.state === 'COMPLETED'),
    });
    return { session: { ...session, ...columns }, changed: true, days };
  });
}

async function addEvents(tx: Parameters<typeof lockSession>[0], rows: ReturnType<typeof eventRow>[]): Promise<void> {
  const { count } = await tx.sessionEvent.createMany({ data: rows, skipDuplicates: true });
  if (count !== rows.length) {
    throw userError('TAKEN', 'events', 'An event id has been used for another session.');
  }
}

/** The refusal with the place in the uploaded log that it is about. */
function refused(
  index: number,
  refusal: { field: string[] | null; code: 'CONFLICT' | 'OUT_OF_RANGE' | 'INVALID'; message: string },
  whole: SessionAct[],
  uploaded: SessionAct[],
): UserErrors {
  const at = uploaded.findIndex((act) => act.id === whole[index]?.id);
  const field = at < 0 ? ['events'] : ['events', String(at), ...(refusal.field ?? [])];
  // A log that cannot be is refused for good: sending it again would not help.
  return new UserErrors([
    { field, code: refusal.code === 'CONFLICT' ? 'INVALID' : refusal.code, message: refusal.message },
  ]);
}
