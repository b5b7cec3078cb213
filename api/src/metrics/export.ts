import type { ServerResponse } from 'node:http';
import type { Prisma, PrismaClient } from '../platform/prisma/client.ts';
import type { Context } from '../schema/context.ts';
import type { Viewer } from '../schema/viewer.ts';
import { dayDate } from '../sessions/local-day.ts';
import { actOf, revisionProfile } from '../sessions/store.ts';
import { replay } from '../sessions/transition.ts';
import { eventColumns, tsvLine } from './event-columns.ts';

/** Sessions fetched at once. */
const BATCH = 200;

const included = {
  protocol: {
    select: { slug: true, title: true, category: true, evidence: true, controlOf: { select: { slug: true } } },
  },
  revision: { select: { number: true, programHash: true } },
  rating: { omit: { sessionId: true, userId: true, protocolId: true } },
} satisfies Prisma.SessionInclude;

/** What the database needs and nobody reads. */
const omitted = { userId: true, protocolId: true, groupId: true, expiresAt: true } satisfies Prisma.SessionOmit;

type Row = Prisma.SessionGetPayload<{ include: typeof included; omit: typeof omitted }>;

/** Which sessions: those begun at or after `from` and before `to`, UTC. */
interface Span {
  from: Date | null;
  to: Date | null;
}

/** The person's sessions, the first begun first, some at a time. */
async function* sessionsOf(database: PrismaClient, userId: string, { from, to }: Span): AsyncGenerator<Row[]> {
  let last: Row | undefined;
  for (;;) {
    const rows: Row[] = await database.session.findMany({
      where: {
        userId,
        AND: [
          ...(from ? [{ startedAt: { gte: from } }] : []),
          ...(to ? [{ startedAt: { lt: to } }] : []),
          ...(last
            ? [{ OR: [{ startedAt: { gt: last.startedAt } }, { startedAt: last.startedAt, id: { gt: last.id } }] }]
            : []),
        ],
      },
      include: included,
      omit: omitted,
      orderBy: [{ startedAt: 'asc' }, { id: 'asc' }],
      take: BATCH,
    });
    if (rows.length > 0) yield rows;
    if (rows.length < BATCH) return;
    last = rows.at(-1);
  }
}

/**
 * One cell of a CSV file (RFC 4180). Text that a spreadsheet would take for a formula gets an apostrophe in front
 * (OWASP, CSV injection).
 */
function csvCell(value: string | number | null): string {
  if (value === null) return '';
  if (typeof value === 'number') return String(value);
  const text = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

const csvLine = (cells: (string | number | null)[]) => `${cells.map(csvCell).join(',')}\r\n`;

const SESSION_COLUMNS: [string, (row: Row) => string | number | null][] = [
  ['session_id', (row) => row.id],
  ['protocol', (row) => row.protocol.slug],
  ['title', (row) => row.protocol.title],
  ['category', (row) => row.protocol.category],
  ['evidence', (row) => row.protocol.evidence],
  ['control_of', (row) => row.protocol.controlOf?.slug ?? null],
  ['revision', (row) => row.revision.number],
  ['program_sha256', (row) => row.revision.programHash],
  ['state', (row) => row.state],
  ['time_zone', (row) => row.timeZone],
  ['started_at', (row) => row.startedAt.toISOString()],
  ['ended_at', (row) => row.endedAt?.toISOString() ?? null],
  ['played_seconds', (row) => row.playedSeconds],
  ['volume', (row) => row.volume],
  ['scene', (row) => row.scene],
  ['stars', (row) => row.rating?.stars ?? null],
  ['mood_before', (row) => row.rating?.moodBefore ?? null],
  ['mood_after', (row) => row.rating?.moodAfter ?? null],
  ['focus_before', (row) => row.rating?.focusBefore ?? null],
  ['focus_after', (row) => row.rating?.focusAfter ?? null],
  ['calm_before', (row) => row.rating?.calmBefore ?? null],
  ['calm_after', (row) => row.rating?.calmAfter ?? null],
  ['sleepiness_before', (row) => row.rating?.sleepinessBefore ?? null],
  ['sleepiness_after', (row) => row.rating?.sleepinessAfter ?? null],
  ['comment', (row) => row.rating?.comment ?? null],
];

async function* sessionsCsv(database: PrismaClient, userId: string, span: Span): AsyncGenerator<string> {
  yield csvLine(SESSION_COLUMNS.map(([name]) => name));
  for await (const rows of sessionsOf(database, userId, span)) {
    yield rows.map((row) => csvLine(SESSION_COLUMNS.map(([, read]) => read(row)))).join('');
  }
}

async function* daysCsv(database: PrismaClient, userId: string, { from, to }: Span): AsyncGenerator<string> {
  const names = [
    'day',
    'sessions',
    'completed',
    'seconds',
    'delta_seconds',
    'theta_seconds',
    'alpha_seconds',
    'beta_seconds',
    'gamma_seconds',
    'no_beat_seconds',
    'average_stars',
    'mood_change',
    'focus_change',
    'calm_change',
    'sleepiness_change',
  ];
  yield csvLine(names);
  const days = await database.dailyMetric.findMany({
    where: { userId, day: { ...(from ? { gte: from } : {}), ...(to ? { lt: to } : {}) } },
    orderBy: { day: 'asc' },
  });
  const mean = (sum: number, count: number) => (count === 0 ? null : sum / count);
  for (const row of days) {
    yield csvLine([
      row.day.toISOString().slice(0, 10),
      row.sessions,
      row.completed,
      row.seconds,
      row.deltaSeconds,
      row.thetaSeconds,
      row.alphaSeconds,
      row.betaSeconds,
      row.gammaSeconds,
      row.noBeatSeconds,
      mean(row.starsSum, row.starsCount),
      mean(row.moodChangeSum, row.moodChangeCount),
      mean(row.focusChangeSum, row.focusChangeCount),
      mean(row.calmChangeSum, row.calmChangeCount),
      mean(row.sleepinessChangeSum, row.sleepinessChangeCount),
    ]);
  }
}

/** The logs of some sessions, read in one statement; each event with the seconds that were heard from it to the next one. */
async function logsOf(database: PrismaClient, rows: Row[]) {
  const events = await database.sessionEvent.findMany({
    where: { sessionId: { in: rows.map((row) => row.id) } },
    orderBy: [{ sessionId: 'asc' }, { sequence: 'asc' }],
  });
  const bySession = Map.groupBy(events, (event) => event.sessionId);
  return Promise.all(
    rows.map(async (row) => {
      const log = (bySession.get(row.id) ?? []).sort((a, b) => a.occurredAt.getTime() - b.occurredAt.getTime());
      const { totalSeconds } = await revisionProfile(database, row.revisionId);
      const played = replay(log.map(actOf), totalSeconds);
      const heard = new Map(played.ok ? played.heard.map((stretch) => [stretch.from, stretch.seconds]) : []);
      return log.map((event, index) => {
        const at = event.occurredAt.getTime();
        // Of events at the same instant the last one begins what is heard.
        const last = log[index + 1]?.occurredAt.getTime() !== at;
        return { ...event, heardSeconds: last ? (heard.get(at) ?? 0) : 0 };
      });
    }),
  );
}

async function* recordJson(database: PrismaClient, userId: string, span: Span): AsyncGenerator<string> {
  yield '{"sessions": [';
  let first = true;
  for await (const rows of sessionsOf(database, userId, span)) {
    const logs = await logsOf(database, rows);
    for (const [index, row] of rows.entries()) {
      yield `${first ? '' : ','}\n${JSON.stringify({ ...row, events: logs[index] })}`;
      first = false;
    }
  }
  yield '\n]}\n';
}

async function* eventsTsv(database: PrismaClient, userId: string, span: Span): AsyncGenerator<string> {
  yield tsvLine(Object.keys(eventColumns));
  let begin: number | undefined;
  for await (const rows of sessionsOf(database, userId, span)) {
    const logs = await logsOf(database, rows);
    for (const [index, row] of rows.entries()) {
      begin ??= row.startedAt.getTime();
      for (const event of logs[index] ?? []) {
        yield tsvLine([
          (event.occurredAt.getTime() - begin) / 1000,
          event.heardSeconds,
          event.kind.toLowerCase(),
          row.id,
          row.protocol.slug,
          row.revision.number,
          row.revision.programHash,
          row.protocol.controlOf?.slug ?? null,
          event.positionSeconds,
          event.volume,
          event.scene,
          event.occurredAt.toISOString(),
        ]);
      }
    }
  }
}

async function* sidecar(): AsyncGenerator<string> {
  yield `${JSON.stringify(
    {
      ...eventColumns,
      StimulusPresentation: { SoftwareName: 'Neural Entrainment System' },
    },
    null,
    2,
  )}\n`;
}

const files: Record<
  string,
  { type: string; name: string; text: (database: PrismaClient, userId: string, span: Span) => AsyncGenerator<string> }
> = {
  '/export/sessions.csv': { type: 'text/csv; charset=utf-8', name: 'sessions.csv', text: sessionsCsv },
  '/export/days.csv': { type: 'text/csv; charset=utf-8', name: 'days.csv', text: daysCsv },
  '/export/sessions.json': { type: 'application/json; charset=utf-8', name: 'sessions.json', text: recordJson },
  '/export/events.tsv': {
    type: 'text/tab-separated-values; charset=utf-8',
    name: 'task-entrainment_events.tsv',
    text: eventsTsv,
  },
  '/export/events.json': {
    type: 'application/json; charset=utf-8',
    name: 'task-entrainment_events.json',
    text: sidecar,
  },
};

/** The files there are. */
export const exportPaths = Object.keys(files);

function dayOrNull(text: string | null): Date | null | undefined {
  if (text === null) return null;
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return undefined;
  const date = dayDate(text);
  return Number.isNaN(date.getTime()) ? undefined : date;
}

/**
 * Sends a person's record as a file, streamed: `/export/sessions.csv`, `days.csv`, `sessions.json`, and BIDS `events.tsv`
 * with its sidecar `events.json`. `?from=2026-01-01&to=2026-02-01` limits it to sessions begun from the first day up to
 * before the second one (UTC). A date that is none is answered with 400.
 * @returns false when there is no such file; nothing is sent then
 */
export async function exportRecord(
  context: Context,
  viewer: Viewer,
  path: string,
  query: URLSearchParams,
  response: ServerResponse,
): Promise<boolean> {
  const file = Object.hasOwn(files, path) ? files[path] : undefined;
  if (!file) return false;
  const from = dayOrNull(query.get('from'));
  const to = dayOrNull(query.get('to'));
  if (from === undefined || to === undefined) {
    response.writeHead(400, { 'content-type': 'application/json; charset=utf-8' });
    response.end(
      JSON.stringify({
        errors: [{ message: '"from" and "to" must be days like 2026-01-31.', extensions: { code: 'BAD_USER_INPUT' } }],
      }),
    );
    return true;
  }
  response.writeHead(200, {
    'content-type': file.type,
    'content-disposition': `attachment; filename="${file.name}"`,
  });
  try {
    for await (const text of file.text(context.database, viewer.userId, { from, to })) {
      if (response.destroyed) return true;
      if (!response.write(text)) {
        await new Promise<void>((resolve) => {
          response.once('drain', resolve);
          response.once('close', resolve);
        });
      }
    }
    response.end();
  } catch (error) {
    // The head is out already: a broken transfer tells the client that the file is not whole.
    response.destroy(error as Error);
  }
  return true;
}
