import { type Client, repeated } from './client.ts';
import {
  type LiveSessionFragment,
  type LogLineFragment,
  SessionChangedDocument,
  SessionEventsDocument,
} from './generated/graphql.ts';

/** A session as it stands, with what its log has beyond what was told before. */
export interface SessionNews {
  session: LiveSessionFragment;
  /** In order of `sequence`, each once. */
  events: readonly LogLineFragment[];
}

export interface FollowOptions {
  /** Log position: the `sequence` of the last event that is known already. What comes after it is told. Default 0, all. */
  after?: number;
  signal?: AbortSignal;
}

const PAGE = 100;

/**
 * Follows a session and its log without gaps: every event is told once and in order, whatever happens to the connection. The subscription says how far
 * the log is; what is not known of it is read from the log itself. Ends with the session. The next process goes on from the last
 * `sequence` that it has seen.
 */
export async function* followSession(
  client: Client,
  id: string,
  { after = 0, signal }: FollowOptions = {},
): AsyncGenerator<SessionNews> {
  let known = after;
  let cursor: string | null = null;
  for await (const { sessionChanged: session } of client.follow(SessionChangedDocument, { id }, signal)) {
    const events: LogLineFragment[] = [];
    while (known < session.version) {
      const variables: { id: string; first: number; after: string | null } = { id, first: PAGE, after: cursor };
      const { node } = await repeated(() => client.ask(SessionEventsDocument, variables));
      const edges = node?.__typename === 'Session' ? node.events.edges : [];
      if (edges.length === 0) break;
      for (const edge of edges) {
        cursor = edge.cursor;
        // A log position from before is passed over once.
        if (edge.node.sequence <= known) continue;
        events.push(edge.node);
        known = edge.node.sequence;
      }
    }
    yield { session, events };
  }
}
