import type { InputFieldBuilder } from '@pothos/core';
import { z } from 'zod';
import { builder, mutation } from '../graphql/builder.ts';
import type { Context } from '../graphql/context.ts';
import { unauthenticated } from '../graphql/errors.ts';
import { inputUuid } from '../graphql/node-id.ts';
import { line, paragraphs } from '../graphql/texts.ts';
import type { Session as SessionRow } from '../platform/prisma/client.ts';
import type { SessionEventKind } from '../platform/prisma/enums.ts';
import { actOnSession, type Outcome, startSession } from './act.ts';
import { MAXIMUM_EVENTS } from './limits.ts';
import { publishChange } from './publish.ts';
import { rateSession } from './rate.ts';
import { recordSession } from './record.ts';
import type { SessionAct } from './transition.ts';
import { Session, SessionEventKindEnum } from './types.ts';

const positionCheck = z.number().min(0).max(1e10);
const volumeCheck = z.number().min(0).max(1);
const sceneCheck = line(64);
const deviceNameCheck = line(100);

type Types = typeof builder extends PothosSchemaTypes.SchemaBuilder<infer T> ? T : never;
type Inputs = InputFieldBuilder<Types, 'InputObject'>;

/** What every act on a live session says. */
const actFields = (t: Inputs) => ({
  session: t.id({ required: true, description: 'Global id of the session.' }),
  eventId: t.field({
    type: 'UUID',
    required: true,
    description: 'Made by the client, new for every act. A repeated id is answered and nothing happens twice.',
  }),
  expectedVersion: t.int({
    required: true,
    description: 'Version of the session that was seen when acting. Another one is answered with CONFLICT.',
  }),
  occurredAt: t.field({
    type: 'DateTime',
    required: true,
    description: "When it happened, by the server's clock as well as the device knows it.",
  }),
  deviceId: t.field({ type: 'UUID', required: true, description: 'Device that acts.' }),
});

const positionField = (t: Inputs) => ({
  positionSeconds: t.float({
    description:
      'Position in the program at that time, seconds over all passes. Left out: computed from the times of the events.',
    validate: positionCheck,
  }),
});

interface CommonInput {
  session: string;
  eventId: string;
  expectedVersion: number;
  occurredAt: Date;
  deviceId: string;
}

function viewerId({ viewer }: Context): string {
  if (!viewer) throw unauthenticated();
  return viewer.userId;
}

/** Tells the person's devices and answers with the session. */
async function announce(context: Context, userId: string, outcome: Outcome): Promise<{ session: SessionRow }> {
  if (outcome.changed) await publishChange(context.bus, userId, { session: outcome.session, days: outcome.days });
  return { session: outcome.session };
}

async function act(
  context: Context,
  kind: SessionEventKind,
  input: CommonInput,
  more: Partial<Pick<SessionAct, 'positionSeconds' | 'volume' | 'scene' | 'deviceName'>>,
): Promise<{ session: SessionRow }> {
  const userId = viewerId(context);
  const outcome = await actOnSession(
    context.database,
    userId,
    {
      sessionId: inputUuid('Session', input.session, 'session'),
      expectedVersion: input.expectedVersion,
      act: {
        id: input.eventId,
        kind,
        occurredAt: input.occurredAt.getTime(),
        positionSeconds: more.positionSeconds ?? null,
        volume: more.volume ?? null,
        scene: more.scene ?? null,
        deviceId: input.deviceId,
        deviceName: more.deviceName ?? null,
      },
    },
    context.clock.now(),
  );
  return announce(context, userId, outcome);
}

const sessionField = (t: PothosSchemaTypes.ObjectFieldBuilder<Types, { session: SessionRow }>) =>
  t.field({
    type: Session,
    nullable: true,
    description: 'The session as it is now; also with CONFLICT. Null when there is none.',
    resolve: (payload) => payload.session,
  });

mutation('startSession', {
  description: 'Begins to play a revision.',
  input: (t) => ({
    id: t.field({ type: 'UUID', required: true, description: 'Id of the session, made by the client.' }),
    eventId: t.field({ type: 'UUID', required: true, description: 'Id of its first event, made by the client.' }),
    revision: t.id({ required: true, description: 'Global id of the revision that is played.' }),
    group: t.id({ description: 'Global id of the group that it is played in.' }),
    occurredAt: t.field({ type: 'DateTime', required: true, description: 'When it began.' }),
    positionSeconds: t.float({
      description: 'Where in the program it began, seconds; 0 when left out.',
      validate: positionCheck,
    }),
    volume: t.float({ description: 'Position of the volume control, 0 to 1.', validate: volumeCheck }),
    scene: t.string({ description: 'Visual scene; empty for none. At most 64 characters.', validate: sceneCheck }),
    timeZone: t.string({
      required: true,
      description: 'IANA zone in which its days are counted.',
      validate: line(64, 1),
    }),
    deviceId: t.field({ type: 'UUID', required: true, description: 'Device that makes the sound.' }),
    deviceName: t.string({
      description: 'What the device calls itself. At most 100 characters.',
      validate: deviceNameCheck,
    }),
  }),
  resolve: async (input, context) => {
    const userId = viewerId(context);
    const outcome = await startSession(
      context,
      userId,
      {
        id: input.id,
        revisionId: inputUuid('Revision', input.revision, 'revision'),
        groupId: input.group == null ? null : inputUuid('Group', input.group, 'group'),
        timeZone: input.timeZone,
        act: {
          id: input.eventId,
          kind: 'STARTED',
          occurredAt: input.occurredAt.getTime(),
          positionSeconds: input.positionSeconds ?? null,
          volume: input.volume ?? null,
          scene: input.scene ?? null,
          deviceId: input.deviceId,
          deviceName: input.deviceName ?? null,
        },
      },
      context.clock.now(),
    );
    return announce(context, userId, outcome);
  },
  payload: (t) => ({ session: sessionField(t) }),
});

/** The acts that only need to say where the program is. */
for (const [name, kind, description] of [
  ['pauseSession', 'PAUSED', 'Holds a session.'],
  ['resumeSession', 'RESUMED', 'Lets a session go on.'],
  ['completeSession', 'COMPLETED', "Ends a session at its program's end (not more than 5 s before it)."],
  ['stopSession', 'STOPPED', "Ends a session before its program's end."],
] as const) {
  mutation(name, {
    description,
    input: (t) => ({ ...actFields(t), ...positionField(t) }),
    resolve: (input, context) => act(context, kind, input, { positionSeconds: input.positionSeconds }),
    payload: (t) => ({ session: sessionField(t) }),
  });
}

mutation('seekSession', {
  description: 'Goes to another position of the program.',
  input: (t) => ({
    ...actFields(t),
    positionSeconds: t.float({
      required: true,
      description: 'Where to, seconds over all passes.',
      validate: positionCheck,
    }),
  }),
  resolve: (input, context) => act(context, 'SEEKED', input, { positionSeconds: input.positionSeconds }),
  payload: (t) => ({ session: sessionField(t) }),
});

mutation('changeSessionVolume', {
  description: 'Changes the volume of the device that plays.',
  input: (t) => ({
    ...actFields(t),
    ...positionField(t),
    volume: t.float({ required: true, description: 'Position of the volume control, 0 to 1.', validate: volumeCheck }),
  }),
  resolve: (input, context) =>
    act(context, 'VOLUME_CHANGED', input, { positionSeconds: input.positionSeconds, volume: input.volume }),
  payload: (t) => ({ session: sessionField(t) }),
});

mutation('changeSessionScene', {
  description: 'Changes the visual scene.',
  input: (t) => ({
    ...actFields(t),
    ...positionField(t),
    scene: t.string({
      required: true,
      description: 'Visual scene; empty for none. At most 64 characters.',
      validate: sceneCheck,
    }),
  }),
  resolve: (input, context) =>
    act(context, 'SCENE_CHANGED', input, { positionSeconds: input.positionSeconds, scene: input.scene }),
  payload: (t) => ({ session: sessionField(t) }),
});

mutation('takeOverSession', {
  description: 'Goes on playing a session on another device, at the same place of the program.',
  input: (t) => ({
    ...actFields(t),
    ...positionField(t),
    deviceName: t.string({
      description: 'What the device calls itself. At most 100 characters.',
      validate: deviceNameCheck,
    }),
  }),
  resolve: (input, context) =>
    act(context, 'TAKEN_OVER', input, { positionSeconds: input.positionSeconds, deviceName: input.deviceName }),
  payload: (t) => ({ session: sessionField(t) }),
});

const SessionEventInput = builder.inputType('SessionEventInput', {
  description: "A line of a session's log as a device wrote it.",
  fields: (t) => ({
    id: t.field({ type: 'UUID', required: true, description: 'Made by the device, new for every line.' }),
    kind: t.field({ type: SessionEventKindEnum, required: true, description: 'What happened; not EXPIRED.' }),
    occurredAt: t.field({
      type: 'DateTime',
      required: true,
      description: 'When it happened; at most 400 days ago and 300 s in the future.',
    }),
    positionSeconds: t.float({
      required: true,
      description: 'Position in the program then (after a SEEKED), seconds over all passes.',
      validate: positionCheck,
    }),
    volume: t.float({ description: 'With STARTED and VOLUME_CHANGED: 0 to 1.', validate: volumeCheck }),
    scene: t.string({ description: 'With STARTED and SCENE_CHANGED. At most 64 characters.', validate: sceneCheck }),
  }),
});

mutation('recordSession', {
  description:
    'Takes in the log of a session that a device kept by itself: makes the session, or adds the lines that the server does not have. Sending lines again changes nothing.',
  input: (t) => ({
    id: t.field({ type: 'UUID', required: true, description: 'Id of the session, made by the device.' }),
    revision: t.id({ required: true, description: 'Global id of the revision that was played.' }),
    group: t.id({ description: 'Global id of the group in which it was heard.' }),
    timeZone: t.string({
      required: true,
      description: 'IANA zone in which its days are counted.',
      validate: line(64, 1),
    }),
    deviceId: t.field({ type: 'UUID', required: true, description: 'Device that played.' }),
    deviceName: t.string({
      description: 'What the device calls itself. At most 100 characters.',
      validate: deviceNameCheck,
    }),
    events: t.field({
      type: [SessionEventInput],
      required: true,
      description: `The lines in the order in which they happened, 1 to ${MAXIMUM_EVENTS} of them.`,
      validate: z.array(z.any()).min(1).max(MAXIMUM_EVENTS),
    }),
  }),
  resolve: async (input, context) => {
    const userId = viewerId(context);
    const deviceName = input.deviceName ?? '';
    const outcome = await recordSession(
      context.database,
      userId,
      {
        id: input.id,
        revisionId: inputUuid('Revision', input.revision, 'revision'),
        groupId: input.group ? inputUuid('Group', input.group, 'group') : null,
        timeZone: input.timeZone,
        deviceId: input.deviceId,
        deviceName,
        acts: input.events.map((event) => ({
          id: event.id,
          kind: event.kind,
          occurredAt: event.occurredAt.getTime(),
          positionSeconds: event.positionSeconds,
          volume: event.volume ?? null,
          scene: event.scene ?? null,
          deviceId: input.deviceId,
          deviceName,
        })),
      },
      context.clock.now(),
    );
    return announce(context, userId, outcome);
  },
  payload: (t) => ({ session: sessionField(t) }),
});

mutation('rateSession', {
  description:
    'Says how a session was. A session has one rating; saying more changes it. What is left out stays, null takes a value back.',
  input: (t) => {
    const scale = (what: string, when: string) =>
      t.int({ description: `${what} ${when} the session, 0 to 10.`, validate: z.number().int().min(0).max(10) });
    return {
      session: t.id({ required: true, description: 'Global id of the session.' }),
      stars: t.int({ description: 'Stars, 1 to 5.', validate: z.number().int().min(1).max(5) }),
      moodBefore: scale('Mood', 'before'),
      moodAfter: scale('Mood', 'after'),
      focusBefore: scale('Focus', 'before'),
      focusAfter: scale('Focus', 'after'),
      calmBefore: scale('Calm', 'before'),
      calmAfter: scale('Calm', 'after'),
      sleepinessBefore: scale('Sleepiness', 'before'),
      sleepinessAfter: scale('Sleepiness', 'after'),
      comment: t.string({ description: 'Free text, at most 2,000 characters.', validate: paragraphs(2_000) }),
    };
  },
  resolve: async (input, context) => {
    const userId = viewerId(context);
    const { session: nodeId, ...values } = input;
    const sessionId = inputUuid('Session', nodeId, 'session');
    const { session, days } = await rateSession(context.database, userId, sessionId, values, context.clock.now());
    await publishChange(context.bus, userId, { days });
    return { session };
  },
  payload: (t) => ({ session: sessionField(t) }),
});
