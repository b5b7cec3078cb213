import { z } from 'zod';
import { countTry } from '../../accounts/limits.ts';
import { builder, mutation } from '../../schema/builder.ts';
import { codeField, groupField, signedIn } from '../group-inputs.ts';
import { controlGroup } from '../groups.ts';
import { publishGroup } from '../publish.ts';

const GroupActionEnum = builder.enumType('GroupAction', {
  description: 'What a host does with the program.',
  values: {
    PLAY: { description: 'Begin or go on, one second later so that all begin together.' },
    PAUSE: { description: 'Hold.' },
    SEEK: { description: 'Go to `positionSeconds`; when playing, one second later.' },
    STOP: { description: 'Hold and go to the beginning.' },
  },
});

mutation('controlGroup', {
  description: 'Plays, pauses, seeks or stops for everybody. For the host.',
  quiet: true,
  input: (t) => ({
    code: t.string(codeField),
    action: t.field({ type: GroupActionEnum, required: true, description: 'What to do.' }),
    positionSeconds: t.float({
      description: 'With SEEK, and where PLAY is to begin elsewhere: seconds over all passes.',
      validate: z.number().min(0).max(1e10),
    }),
    startsAt: t.field({
      type: 'DateTime',
      description:
        'With PLAY: when it begins, at most a day ahead, by the server’s clock. Until then PLAY without it begins at once, PAUSE and STOP call it off.',
    }),
    eventId: t.field({
      type: 'UUID',
      required: true,
      description: 'Made by the client, new for every act. A repeated id is answered and nothing happens twice.',
    }),
    expectedVersion: t.int({
      required: true,
      description: 'Version of the group that was seen when acting. Another one is answered with CONFLICT.',
    }),
  }),
  resolve: async (input, context) => {
    const viewer = signedIn(context);
    await countTry(context, 'groupControlPerson', viewer.userId);
    const { group, changed } = await controlGroup(
      context.database,
      viewer,
      { ...input, positionSeconds: input.positionSeconds ?? null, startsAt: input.startsAt ?? null },
      context.clock.now(),
    );
    if (changed) await publishGroup(context.bus, group);
    return { group };
  },
  payload: (t) => ({ group: groupField(t, 'The group as it is now; also with CONFLICT.') }),
});
