/** Brings to their end the logs of pages that died. Loaded where there is such a page. */
import { newUuid } from '@nes/client/ids.ts';
import { type EventKind, isOver, type LocalSession, type LogEvent, withEvent } from './log.ts';
import { outbox } from './outbox.ts';
import { clearTrace, lockName, readTrace, type Trace, traced } from './playing.ts';

/** A page that is reloaded gives its sessions free a moment after the new one begins. */
const patienceMilliseconds = 2_000;
/** Without Web Locks: a page writes every two seconds, one in the background at least once a minute. */
const silentMilliseconds = 150_000;

/**
 * Ends each log as paused where the sound was last known. What another tab plays is left alone. Returns the newest session that is
 * young enough (12 hours) to be gone on with; the others, older ones, and those of a trial are closed as stopped.
 */
export async function recover(): Promise<LocalSession | null> {
  const left: LocalSession[] = [];
  await closeAbandoned(async (trace) => {
    const closed = await closeLog(trace);
    if (closed && !isOver(closed.state)) left.push(closed);
  });
  const [newest = null, ...older] = left.sort((a, b) => b.startedAt.localeCompare(a.startedAt));
  for (const { id } of older) {
    await outbox.change(id, (session) => {
      const last = session.events.at(-1);
      if (isOver(session.state) || !last) return session;
      return withEvent(session, { ...last, id: newUuid(), kind: 'STOPPED', sent: false });
    });
  }
  return newest;
}

/** The session of a trace with its log brought to its end; null where the browser does not have it any more. */
async function closeLog({ id, at, positionSeconds, written }: Trace): Promise<LocalSession | null> {
  if (!(await outbox.has(id))) return null;
  const occurredAt = new Date(at).toISOString();
  const recent = Date.now() - written < 12 * 3600_000;
  return outbox.change(id, (session) => {
    if (isOver(session.state)) return session;
    const line = (kind: EventKind): LogEvent => ({ id: newUuid(), kind, occurredAt, positionSeconds, sent: false });
    const paused = session.state === 'PAUSED' ? session : withEvent(session, line('PAUSED'));
    // What a trial's session sounded is known to the trial alone: it begins that period again.
    return recent && !session.trialId ? paused : withEvent(paused, line('STOPPED'));
  });
}

/**
 * Hands each session that no page plays any more to `close`, one page at a time, and forgets its trace. What another tab
 * plays is left alone.
 */
async function closeAbandoned(close: (trace: Trace) => Promise<void>): Promise<void> {
  for (const id of traced()) {
    await whenFree(id, async () => {
      const trace = readTrace(id);
      if (!trace) return;
      if (!navigator.locks && !trace.left && Math.abs(Date.now() - trace.written) < silentMilliseconds) return;
      await close(trace);
      clearTrace(id);
    });
  }
}

async function whenFree(id: string, work: () => Promise<void>): Promise<void> {
  if (!navigator.locks) return work();
  try {
    await navigator.locks.request(lockName(id), { signal: AbortSignal.timeout(patienceMilliseconds) }, work);
  } catch (error) {
    if ((error as Error).name !== 'TimeoutError' && (error as Error).name !== 'AbortError') throw error;
  }
}
