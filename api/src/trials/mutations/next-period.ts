import { seal } from '@nes/trials/seal.ts';
import { z } from 'zod';
import { mutation } from '../../schema/builder.ts';
import { unauthenticated, userError } from '../../schema/errors.ts';
import { inputUuid } from '../../schema/node-id.ts';
import { findTrial, stepOf } from '../keep.ts';
import { Trial } from '../types.ts';

mutation('nextPeriod', {
  description:
    'Gives a device what it needs to play the next period: the order, sealed so that only that device can open it. Every answer has the same size, whatever the arm.',
  quiet: true,
  input: (t) => ({
    trial: t.id({ required: true, description: 'Global id of the trial.' }),
    deviceKey: t.string({
      required: true,
      description: 'SPKI of an RSA-OAEP key (SHA-256) of 2,048 bits, base64. Its private half must not be readable.',
      validate: z.string().max(1_000),
    }),
  }),
  resolve: async (input, { viewer, database, clock }) => {
    if (!viewer) throw unauthenticated();
    const trial = await findTrial(database, inputUuid('Trial', input.trial, 'trial'), viewer.userId);
    if (!trial) throw userError('NOT_FOUND', 'trial', 'There is no such trial.');
    const { salt, armOrder } = trial;
    if (salt === null || armOrder === null)
      throw userError('NOT_ALLOWED', 'trial', 'The order lies sealed on the device that planned the trial.', { trial });
    const next = stepOf(trial, clock.now());
    const sealedOrder = await seal(input.deviceKey, { salt, order: armOrder }).catch((error: unknown) => {
      if (error instanceof RangeError) throw userError('INVALID', 'deviceKey', error.message);
      throw error;
    });
    return { trial, period: 'period' in next ? next.period : null, sealedOrder };
  },
  payload: (t) => ({
    trial: t.field({ type: Trial, nullable: true, description: 'The trial.', resolve: ({ trial }) => trial }),
    period: t.int({
      nullable: true,
      description: 'Number of the period that comes next, from 1; null when all are recorded.',
      resolve: ({ period }) => period,
    }),
    sealedOrder: t.string({
      nullable: true,
      description: 'Salt and order for the device, 256 bytes in base64.',
      resolve: ({ sealedOrder }) => sealedOrder,
    }),
  }),
});
