import type { InputFieldBuilder } from '@pothos/core';
import { z } from 'zod';
import type { Session as SessionRow } from '../platform/prisma/client.ts';
import type { SessionEventKind } from '../platform/prisma/enums.ts';
import type { builder } from '../schema/builder.ts';
import type { Context } from '../schema/context.ts';
import { unauthenticated } from '../schema/errors.ts';
import { inputUuid } from '../schema/node-id.ts';
import { line } from '../schema/texts.ts';
import { actOnSession, type Outcome } from './act.ts';
import { publishChange } from './publish.ts';
import type { SessionAct } from './transition.ts';
import { Session } from './types.ts';

export const positionCheck = z.number().min(0).max(1e10);
export const volumeCheck = z.number().min(0).max(1);
export const sceneCheck = line(64);

export const timeZoneField = {
  required: true,
  description: 'IANA zone in which its days are counted.',
  validate: line(64, 1),
} as const;
export const deviceNameField = {
  description: 'What the device calls itself. At most 100 characters.',
  validate: line(100),
};

export type Types = typeof builder extends PothosSchemaTypes.SchemaBuilder<infer T> ? T : never;
export type Inputs = InputFieldBuilder<Types, 'InputObject'>;

/** What every act on a live session says. */
export const actFields = (t: Inputs) => ({
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

export const positionField = (t: Inputs) => ({
  positionSeconds: t.float({
    description:
      'Position in the program at that time, seconds over all passes. Left out: computed from the times of the events.',
    validate: positionCheck,
  }),
});

export interface CommonInput {
  session: string;
  eventId: string;
  expectedVersion: number;
  occurredAt: Date;
  deviceId: string;
}

export function viewerId({ viewer }: Context): string {
  if (!viewer) throw unauthenticated();
  return viewer.userId;
}

/** Tells the person's devices and answers with the session. */
export async function announce(
  context: Pick<Context, 'bus'>,
  userId: string,
  outcome: Outcome,
): Promise<{ session: SessionRow }> {
  if (outcome.changed) await publishChange(context.bus, userId, { session: outcome.session, days: outcome.days });
  return { session: outcome.session };
}

export async function act(
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

export const sessionField = (t: PothosSchemaTypes.ObjectFieldBuilder<Types, { session: SessionRow }>) =>
  t.field({
    type: Session,
    nullable: true,
    description: 'The session as it is now; also with CONFLICT. Null when there is none.',
    resolve: (payload) => payload.session,
  });
