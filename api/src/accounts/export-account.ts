import type { ServerResponse } from 'node:http';
import type { Context } from '../schema/context.ts';
import type { Viewer } from '../schema/viewer.ts';

/** Rows fetched at once. Of what may be large, fewer: a program has up to 100 kB, a session up to 5,000 events. */
const BATCH = 200;
const LARGE_BATCH = 5;

/**
 * Everything kept about the person as one JSON document, streamed: a long record never stands in memory whole.
 * Hashes of passwords and tokens are left out; they say nothing about a person and would help a thief.
 */
export async function exportAccount(context: Context, viewer: Viewer, response: ServerResponse): Promise<void> {
  const { database } = context;
  const { userId } = viewer;
  const user = await database.user.findUnique({
    where: { id: userId },
    omit: { passwordHash: true },
    include: {
      preferences: true,
      lists: true,
      screening: true,
      responses: true,
      reports: true,
      groupMembers: true,
      hostedGroups: true,
      homeLink: true,
      webhooks: { include: { told: true } },
      accessTokens: { omit: { tokenHash: true } },
      refreshSessions: { omit: { tokenHash: true, previousHash: true } },
    },
  });
  if (!user) {
    response.writeHead(404).end();
    return;
  }
  response.writeHead(200, {
    'content-type': 'application/json; charset=utf-8',
    'content-disposition': 'attachment; filename="neural-entrainment-account.json"',
  });
  const write = (text: string) =>
    response.write(text)
      ? undefined
      : new Promise<void>((resolve) => {
          response.once('drain', resolve);
          response.once('close', resolve);
        });
  const list = async <Row extends { id: string }>(
    name: string,
    page: (after: string | null) => Promise<Row[]>,
    batch = BATCH,
  ) => {
    await write(`,\n${JSON.stringify(name)}: [`);
    let after: string | null = null;
    let first = true;
    for (;;) {
      const rows: Row[] = await page(after);
      for (const row of rows) {
        await write(`${first ? '' : ','}\n${JSON.stringify(row)}`);
        first = false;
      }
      if (rows.length < batch || response.destroyed) break;
      after = (rows.at(-1) as Row).id;
    }
    await write(']');
  };
  const next = (after: string | null, take = BATCH) => ({
    take,
    orderBy: { id: 'asc' as const },
    ...(after === null ? {} : { cursor: { id: after }, skip: 1 }),
  });

  await write(`{"exportedAt": ${JSON.stringify(context.clock.now())},\n"account": ${JSON.stringify(user)}`);
  await list('protocols', (after) =>
    database.protocol.findMany({ where: { ownerId: userId }, include: { sources: true }, ...next(after) }),
  );
  await list(
    'revisions',
    (after) => database.revision.findMany({ where: { authorId: userId }, ...next(after, LARGE_BATCH) }),
    LARGE_BATCH,
  );
  await list(
    'sessions',
    (after) =>
      database.session.findMany({
        where: { userId },
        include: { events: { orderBy: { sequence: 'asc' } }, rating: true, days: true },
        ...next(after, LARGE_BATCH),
      }),
    LARGE_BATCH,
  );
  // The order of a trial that has not ended stays closed here too.
  await list('trials', async (after) =>
    (
      await database.trial.findMany({
        where: { userId },
        include: { periods: { orderBy: { period: 'asc' } }, share: true },
        ...next(after),
      })
    ).map((trial) => (trial.revealedAt === null ? { ...trial, salt: null, armOrder: null } : trial)),
  );
  const days = await database.dailyMetric.findMany({ where: { userId }, orderBy: { day: 'asc' } });
  await write(`,\n"dailyMetrics": ${JSON.stringify(days)}}\n`);
  response.end();
}
