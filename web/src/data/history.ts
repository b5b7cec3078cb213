import { msg } from '@lit/localize';
import { account } from './account.ts';
import { ask } from './client.ts';
import { MetricsDocument, type MetricsQuery } from './generated/metrics.ts';
import { SessionsDocument, type SessionsQuery } from './generated/session.ts';
import { localHistory, type SessionRecord } from './records.ts';
import { readValue, writeValue } from './store.ts';

/** One page of the history: everything on this device and what the server has from others, newest first. */
export async function history(after: string | null = null): Promise<{ records: SessionRecord[]; next: string | null }> {
  const local = after ? [] : await localHistory();
  await account.ready;
  if (!account.viewer) return { records: local, next: null };
  const { viewer }: SessionsQuery = await ask(SessionsDocument, { first: 50, after });
  const records = new Map<string, SessionRecord>();
  for (const session of viewer?.sessions.nodes ?? []) {
    records.set(session.uuid, {
      id: session.uuid,
      title: session.protocol?.title ?? msg('A protocol that is not public'),
      slug: session.protocol?.slug ?? null,
      category: session.protocol?.category ?? 'OTHER',
      startedAt: session.startedAt,
      endedAt: session.endedAt ?? null,
      state: session.state,
      playedSeconds: session.playedSeconds,
      rating: session.rating ?? null,
      unsent: false,
      refused: null,
    });
  }
  // What is not sent yet is newer here than there; what was sent long ago appears with the server's later pages.
  const oldest = [...records.values()].at(-1)?.startedAt ?? '';
  const more = viewer?.sessions.pageInfo.hasNextPage ?? false;
  for (const record of local) {
    if (record.unsent || record.refused || (!records.has(record.id) && (!more || record.startedAt >= oldest))) {
      records.set(record.id, record);
    }
  }
  return {
    records: [...records.values()].sort((a, b) => b.startedAt.localeCompare(a.startedAt)),
    next: more ? (viewer?.sessions.pageInfo.endCursor ?? null) : null,
  };
}

export type Metrics = NonNullable<MetricsQuery['viewer']>['metrics'];

/** The days from `from` to `to` (YYYY-MM-DD, both included) as the server counts them. Offline: the last answer and when it came. */
export async function metrics(from: string, to: string): Promise<{ metrics: Metrics | null; asOf: string | null }> {
  await account.ready;
  if (!account.viewer) return { metrics: null, asOf: null };
  try {
    const { viewer } = await ask(MetricsDocument, { from, to });
    const answer = { metrics: viewer?.metrics ?? null, asOf: new Date().toISOString() };
    await writeValue('metrics', { ...answer, from, to });
    return answer;
  } catch (error) {
    const kept = await readValue<{ metrics: Metrics | null; asOf: string; from: string; to: string }>('metrics');
    if (!kept) throw error;
    return { metrics: kept.metrics, asOf: kept.asOf };
  }
}
