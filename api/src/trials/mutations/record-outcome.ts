import { MOST_PERIODS } from '@nes/trials/order.ts';
import type { Detail } from '@nes/trials/record.ts';
import { z } from 'zod';
import { mutation } from '../../schema/builder.ts';
import { unauthenticated } from '../../schema/errors.ts';
import { inputUuid } from '../../schema/node-id.ts';
import { recordPeriod } from '../keep.ts';
import { Trial } from '../types.ts';

mutation('recordOutcome', {
  description:
    'Writes what a period of a trial gave. It is written once: the same record again changes nothing, another one is a CONFLICT.',
  quiet: true,
  input: (t) => ({
    trial: t.id({ required: true, description: 'Global id of the trial.' }),
    period: t.int({
      required: true,
      description: 'Number of the period, from 1; the one that comes next.',
      validate: z.number().min(1).max(MOST_PERIODS),
    }),
    sessionId: t.field({
      type: 'UUID',
      description: 'The session that was heard; left out for a period that was missed.',
    }),
    startedAt: t.field({ type: 'DateTime', required: true, description: 'When it began, UTC.' }),
    endedAt: t.field({ type: 'DateTime', required: true, description: 'When it ended with its measurement, UTC.' }),
    heardSeconds: t.float({
      required: true,
      description: 'Time heard, seconds.',
      validate: z.number().min(0).max(1e6),
    }),
    value: t.float({
      description: "The outcome in the plan's unit; left out when there is none.",
      validate: z.number().min(-1e12).max(1e12),
    }),
    detail: t.field({
      type: 'JSON',
      required: true,
      description: 'How it was measured: numbers, short texts and lists of numbers by name; at most 20,000 characters.',
    }),
    beatChance: t.float({
      description: 'Chance that the person gave to the beat, 0.01 to 0.99; left out when not asked.',
      validate: z.number().min(0.01).max(0.99),
    }),
  }),
  resolve: async (input, { viewer, database, clock }) => {
    if (!viewer) throw unauthenticated();
    const record = {
      period: input.period,
      sessionId: input.sessionId ?? null,
      startedAt: input.startedAt.toISOString(),
      endedAt: input.endedAt.toISOString(),
      heardSeconds: input.heardSeconds,
      value: input.value ?? null,
      detail: input.detail as Detail,
      beatChance: input.beatChance ?? null,
    };
    const trialId = inputUuid('Trial', input.trial, 'trial');
    return { trial: await recordPeriod(database, viewer.userId, trialId, record, clock.now()) };
  },
  payload: (t) => ({
    trial: t.field({
      type: Trial,
      nullable: true,
      description: 'The trial as it is now; also with CONFLICT.',
      resolve: ({ trial }) => trial,
    }),
  }),
});
