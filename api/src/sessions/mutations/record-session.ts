import { z } from 'zod';
import { builder, mutation } from '../../schema/builder.ts';
import { inputUuid } from '../../schema/node-id.ts';
import { MAXIMUM_EVENTS } from '../limits.ts';
import { recordSession } from '../record.ts';
import {
  announce,
  deviceNameField,
  positionCheck,
  sceneCheck,
  sessionField,
  timeZoneField,
  viewerId,
  volumeCheck,
} from '../session-inputs.ts';
import { SessionEventKindEnum } from '../types.ts';

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
    timeZone: t.string(timeZoneField),
    deviceId: t.field({ type: 'UUID', required: true, description: 'Device that played.' }),
    deviceName: t.string(deviceNameField),
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
