import { mutation } from '../../schema/builder.ts';
import { inputUuid } from '../../schema/node-id.ts';
import { startSession } from '../act.ts';
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

mutation('startSession', {
  description: 'Begins to play a revision.',
  quiet: true,
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
    timeZone: t.string(timeZoneField),
    deviceId: t.field({ type: 'UUID', required: true, description: 'Device that makes the sound.' }),
    deviceName: t.string(deviceNameField),
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
