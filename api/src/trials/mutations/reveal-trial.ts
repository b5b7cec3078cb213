import { MOST_PERIODS } from '@nes/trials/order.ts';
import { z } from 'zod';
import { mutation } from '../../schema/builder.ts';
import { unauthenticated, userError } from '../../schema/errors.ts';
import { inputUuid } from '../../schema/node-id.ts';
import { openOrder } from '../keep.ts';
import { Trial } from '../types.ts';

mutation('revealTrial', {
  description:
    'Opens the order of a trial and ends it. Before the planned end it marks the trial as stopped early, for ever. Doing it again changes nothing.',
  quiet: true,
  input: (t) => ({
    trial: t.id({ required: true, description: 'Global id of the trial.' }),
    order: t.string({
      description: 'For an order that was sealed on a device: one letter a period, B for the beat, C for the control.',
      validate: z
        .string()
        .regex(/^[BC]+$/)
        .max(MOST_PERIODS),
    }),
    salt: t.string({
      description: 'With `order`: the salt of the commitment, 64 hexadecimal digits.',
      validate: z.string().regex(/^[0-9a-f]{64}$/),
    }),
    at: t.field({ type: 'DateTime', description: 'With `order`: when it was opened, UTC; left out: now.' }),
  }),
  resolve: async (input, { viewer, database, clock }) => {
    if (!viewer) throw unauthenticated();
    if ((input.order == null) !== (input.salt == null))
      throw userError('INVALID', 'order', 'order and salt belong together.');
    const opening = input.order != null && input.salt != null ? { order: input.order, salt: input.salt } : null;
    const trialId = inputUuid('Trial', input.trial, 'trial');
    const at = opening ? (input.at ?? null) : null;
    return { trial: await openOrder(database, viewer.userId, trialId, opening, at, clock.now()) };
  },
  payload: (t) => ({
    trial: t.field({
      type: Trial,
      nullable: true,
      description: 'The trial with its order open.',
      resolve: ({ trial }) => trial,
    }),
  }),
});
