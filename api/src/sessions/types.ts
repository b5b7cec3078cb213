import { ofIdAlone, User } from '../accounts/types.ts';
import { userChannel } from '../platform/bus-keys.ts';
import type { Protocol as ProtocolRow, Session as SessionRow } from '../platform/prisma/client.ts';
import { SessionEventKind, SessionState } from '../platform/prisma/enums.ts';
import { mayReadHeard, mayReadRevision, type RevisionWithRights, revisionRights } from '../protocols/rights.ts';
import { Protocol, Revision } from '../protocols/types.ts';
import { builder } from '../schema/builder.ts';
import { can } from '../schema/can.ts';
import { unauthenticated } from '../schema/errors.ts';
import { follow } from '../schema/live.ts';
import { argumentUuid } from '../schema/node-id.ts';
import { guardNode } from '../schema/node-rules.ts';
import { keptSession, sessionOf } from './publish.ts';
import { protocolColumnsAsked, readEvents, readSession, readSessions } from './read.ts';
import { isOver } from './transition.ts';

export const SessionStateEnum = builder.enumType('SessionState', {
  description: 'What a session is doing.',
  values: {
    ACTIVE: { value: SessionState.ACTIVE, description: 'It plays.' },
    PAUSED: { value: SessionState.PAUSED, description: 'It is held and can go on.' },
    COMPLETED: { value: SessionState.COMPLETED, description: 'It was played to its end.' },
    STOPPED: { value: SessionState.STOPPED, description: 'It was ended before its end.' },
    EXPIRED: {
      value: SessionState.EXPIRED,
      description:
        "Nobody touched it for long after its program's end, or for 24 hours of pause. A late log of its player takes it up again.",
    },
  },
});

export const SessionEventKindEnum = builder.enumType('SessionEventKind', {
  description: 'What happened to a session.',
  values: {
    STARTED: { value: SessionEventKind.STARTED, description: 'It began.' },
    PAUSED: { value: SessionEventKind.PAUSED, description: 'It was held.' },
    RESUMED: { value: SessionEventKind.RESUMED, description: 'It went on.' },
    SEEKED: { value: SessionEventKind.SEEKED, description: 'It went to another position.' },
    VOLUME_CHANGED: { value: SessionEventKind.VOLUME_CHANGED, description: 'Its volume changed.' },
    SCENE_CHANGED: { value: SessionEventKind.SCENE_CHANGED, description: 'Its visual scene changed.' },
    TAKEN_OVER: { value: SessionEventKind.TAKEN_OVER, description: 'Another device plays it from here on.' },
    COMPLETED: { value: SessionEventKind.COMPLETED, description: 'It reached its end.' },
    STOPPED: { value: SessionEventKind.STOPPED, description: 'It was ended before its end.' },
    EXPIRED: { value: SessionEventKind.EXPIRED, description: 'The server gave up waiting for word of it.' },
  },
});

const DeviceRef = builder.objectRef<{ id: string; name: string }>('DeviceRef').implement({
  description: 'A device that plays.',
  fields: (t) => ({
    id: t.expose('id', { type: 'UUID', description: 'Random id that the browser keeps.' }),
    name: t.exposeString('name', { description: 'What it calls itself.' }),
  }),
});

const SessionEvent = builder.prismaObject('SessionEvent', {
  description: "A line of a session's log. Lines are only ever added.",
  fields: (t) => ({
    id: t.expose('id', { type: 'UUID', description: 'Id that the client made.' }),
    kind: t.expose('kind', { type: SessionEventKindEnum, description: 'What happened.' }),
    sequence: t.exposeInt('sequence', { description: "The session's version after it, from 1." }),
    occurredAt: t.expose('occurredAt', { type: 'DateTime', description: 'When it happened, UTC.' }),
    receivedAt: t.expose('receivedAt', { type: 'DateTime', description: 'When the server heard of it, UTC.' }),
    positionSeconds: t.exposeFloat('positionSeconds', {
      description: 'Position in the program after it, seconds over all passes.',
    }),
    volume: t.exposeFloat('volume', { nullable: true, description: 'New volume, 0 to 1, where it changed.' }),
    scene: t.exposeString('scene', { nullable: true, description: 'New scene, where it changed.' }),
    deviceId: t.expose('deviceId', { type: 'UUID', description: 'Device that did it.' }),
  }),
});

const scale = (what: string, when: string) =>
  ({ nullable: true, description: `${what} ${when} the session, 0 to 10; null when not given.` }) as const;

const Rating = builder.prismaObject('Rating', {
  description: 'What a person said of a session.',
  fields: (t) => ({
    stars: t.exposeInt('stars', { nullable: true, description: 'Stars, 1 to 5; null when not given.' }),
    moodBefore: t.exposeInt('moodBefore', scale('Mood', 'before')),
    moodAfter: t.exposeInt('moodAfter', scale('Mood', 'after')),
    focusBefore: t.exposeInt('focusBefore', scale('Focus', 'before')),
    focusAfter: t.exposeInt('focusAfter', scale('Focus', 'after')),
    calmBefore: t.exposeInt('calmBefore', scale('Calm', 'before')),
    calmAfter: t.exposeInt('calmAfter', scale('Calm', 'after')),
    sleepinessBefore: t.exposeInt('sleepinessBefore', scale('Sleepiness', 'before')),
    sleepinessAfter: t.exposeInt('sleepinessAfter', scale('Sleepiness', 'after')),
    comment: t.exposeString('comment', { description: 'Free text, at most 2,000 characters; may be empty.' }),
    updatedAt: t.expose('updatedAt', { type: 'DateTime', description: 'When it was last changed, UTC.' }),
  }),
});

export const Session = builder.prismaNode('Session', {
  id: { field: 'id', description: 'Global id: base64 of `Session:` and its uuid, so that clients can compute it.' },
  nullable: true,
  description: "One person's playing of a revision.",
  fields: (t) => ({
    uuid: t.expose('id', { type: 'UUID', description: 'Id that the client made.' }),
    state: t.expose('state', { type: SessionStateEnum, description: 'What it is doing.' }),
    version: t.exposeInt('version', { description: 'Counts its events; what a mutation names as `expectedVersion`.' }),
    protocol: t.field({
      type: Protocol,
      nullable: true,
      description: 'The protocol that is played; null where the person may not read it (any more).',
      select: (_args, _context, nested) => ({ protocol: nested() }),
      resolve: (session, _args, { viewer }) => {
        const { protocol } = session as unknown as { protocol: ProtocolRow };
        return mayReadHeard(viewer, protocol) ? protocol : null;
      },
    }),
    revision: t.field({
      type: Revision,
      nullable: true,
      description: "The protocol's state that is played; null where the person may not read it (any more).",
      select: (_args, _context, nested) => ({ revision: nested({ select: revisionRights } as never) }),
      resolve: async (session, _args, context) => {
        const { revision } = session as unknown as { revision: RevisionWithRights & { protocolId: string } };
        return (await mayReadRevision(context, revision)) ? revision : null;
      },
    }),
    startedAt: t.expose('startedAt', { type: 'DateTime', description: 'When it began, UTC.' }),
    endedAt: t.expose('endedAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When it ended, UTC; null while it goes on.',
    }),
    positionSeconds: t.exposeFloat('positionSeconds', {
      description:
        'Position in the program at `positionAt`, seconds over all passes. While ACTIVE it goes on from there in real time.',
    }),
    positionAt: t.expose('positionAt', { type: 'DateTime', description: 'When `positionSeconds` was right, UTC.' }),
    playedSeconds: t.exposeFloat('playedSeconds', { description: 'Seconds heard up to its last event.' }),
    volume: t.exposeFloat('volume', { description: 'Position of the volume control, 0 to 1.' }),
    scene: t.exposeString('scene', { description: 'Visual scene; empty for none.' }),
    timeZone: t.exposeString('timeZone', { description: 'IANA zone in which its days are counted.' }),
    playerDevice: t.field({
      type: DeviceRef,
      description: 'The device that makes the sound.',
      resolve: (session) => ({ id: session.playerDeviceId, name: session.playerDeviceName }),
    }),
    events: t.relatedConnection(
      'events',
      {
        type: SessionEvent,
        cursor: 'id',
        description: 'Its log, the first line first.',
        query: { orderBy: { sequence: 'asc' } },
        // Where a session comes from a message, its log ends where the session stood then.
        resolve: async (query, session, _args, { database, sql }) =>
          ((await readEvents(sql, query as { take: number; skip: number }, session as SessionRow)) ??
            database.sessionEvent.findMany({
              ...(query as { take: number; skip: number }),
              where: { sessionId: session.id, sequence: { lte: (session as SessionRow).version } },
              orderBy: { sequence: 'asc' },
            })) as never,
      },
      { name: 'SessionEventConnection' },
      { name: 'SessionEventEdge' },
    ),
    rating: t.relation('rating', {
      type: Rating,
      nullable: true,
      description: 'What the person said of it; null before they did.',
    }),
  }),
});
guardNode<SessionRow>(
  'Session',
  (session, { viewer }) => can(viewer, 'session.read', session),
  (id, { sql }) => readSession(sql, id),
);

const SessionFilter = builder.inputType('SessionFilter', {
  description: 'Which sessions; parts that are left out do not matter.',
  fields: (t) => ({
    protocol: t.id({ description: 'Of this protocol.' }),
    from: t.field({ type: 'DateTime', description: 'Begun at or after this moment.' }),
    to: t.field({ type: 'DateTime', description: 'Begun before this moment.' }),
    states: t.field({ type: [SessionStateEnum], description: 'In one of these states.' }),
  }),
});

builder.prismaObjectFields(User, (t) => ({
  sessions: t.prismaConnection(
    {
      type: Session,
      cursor: 'id',
      description: "The person's sessions, the last begun first.",
      args: { filter: t.arg({ type: SessionFilter, description: 'Which ones; without it all.' }) },
      extensions: ofIdAlone,
      resolve: async (query, user, { filter }, { database, sql }, info) =>
        (filter
          ? undefined
          : await readSessions(sql, query, 's.user_id = $1', [user.id], protocolColumnsAsked(info))) ??
        database.session.findMany({
          ...query,
          where: {
            userId: user.id,
            ...(filter?.protocol == null
              ? {}
              : { protocolId: argumentUuid('Protocol', filter.protocol, 'filter.protocol') }),
            ...(filter?.from == null && filter?.to == null
              ? {}
              : {
                  startedAt: {
                    ...(filter.from == null ? {} : { gte: filter.from }),
                    ...(filter.to == null ? {} : { lt: filter.to }),
                  },
                }),
            ...(filter?.states == null ? {} : { state: { in: filter.states } }),
          },
          orderBy: [{ startedAt: 'desc' }, { id: 'desc' }],
        }),
    },
    { name: 'SessionConnection' },
    { name: 'SessionEdge' },
  ),
  liveSession: t.prismaField({
    type: Session,
    nullable: true,
    description: 'The session that goes on now, the last begun of several; null when none does.',
    extensions: ofIdAlone,
    resolve: async (query, user, _args, { database, sql, clock }, info) => {
      const now = clock.now();
      const rows = await readSessions(
        sql,
        { ...query, take: 1 },
        "s.user_id = $1 AND s.state IN ('ACTIVE', 'PAUSED') AND s.expires_at > $2",
        [user.id, now],
        protocolColumnsAsked(info),
      );
      return rows ? (rows[0] ?? null) : database.session.findFirst({ ...query, ...liveSession(user.id, now) });
    },
  }),
}));

/** The person's session that goes on at `now`. */
function liveSession(userId: string, now: Date) {
  return {
    where: { userId, state: { in: [SessionState.ACTIVE, SessionState.PAUSED] }, expiresAt: { gt: now } },
    orderBy: [{ startedAt: 'desc' as const }, { id: 'desc' as const }],
  };
}

builder.subscriptionFields((t) => ({
  sessionChanged: t.field({
    type: Session,
    description:
      'A session of the signed-in person: as it is, then after each change, in order. It may be named before it has begun. Ends when the session is over.',
    authScopes: { signedIn: true },
    args: { id: t.arg.id({ required: true, description: '`id` of the session.' }) },
    subscribe: (_root, args, { viewer, bus, database, clock }) => {
      if (!viewer) throw unauthenticated();
      const id = argumentUuid('Session', args.id, 'id');
      return follow<SessionRow>(bus, {
        channel: userChannel(viewer.userId),
        atHand: async () => {
          const session = await keptSession(bus, viewer.userId, clock.now());
          return session?.id === id ? session : undefined;
        },
        load: async () => (await database.session.findFirst({ where: { id, userId: viewer.userId } })) ?? undefined,
        read: (message) => {
          const session = sessionOf(message);
          return session?.id === id ? session : undefined;
        },
        version: (session) => session.version,
        isLast: (session) => isOver(session.state),
      });
    },
    resolve: (session) => session as SessionRow,
  }),
  myLiveSession: t.field({
    type: Session,
    nullable: true,
    description:
      "The signed-in person's session that goes on now, on whatever device; null while there is none. A session that ends is sent once more as it ended.",
    authScopes: { signedIn: true },
    subscribe: (_root, _args, { viewer, bus, database, clock }) => {
      if (!viewer) throw unauthenticated();
      const load = () => database.session.findFirst(liveSession(viewer.userId, clock.now()));
      return follow<SessionRow | null>(bus, {
        channel: userChannel(viewer.userId),
        atHand: () => keptSession(bus, viewer.userId, clock.now()),
        same: (atHand, present) => atHand?.id === present?.id && atHand?.version === present?.version,
        load,
        read: async (message) => {
          const session = sessionOf(message);
          if (!session || session.state === 'ACTIVE' || session.state === 'PAUSED') return session;
          return (await load()) ?? session;
        },
      });
    },
    resolve: (session) => session as SessionRow | null,
  }),
}));
