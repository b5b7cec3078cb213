import { z } from 'zod';
import { mutation } from '../../schema/builder.ts';
import { unauthenticated } from '../../schema/errors.ts';
import { inputUuid } from '../../schema/node-id.ts';
import { shareResult } from '../across.ts';
import { Trial } from '../types.ts';

mutation('shareTrial', {
  description:
    "Gives an ended trial's effect, its error, the hash of its plan and the age in tens to what is shown across people, or takes that back.",
  input: (t) => ({
    trial: t.id({ required: true, description: 'Global id of the trial.' }),
    share: t.boolean({ required: true, description: 'True gives it, false takes it back.' }),
    ageTens: t.int({
      description: 'Age in tens: 3 for 30 to 39; left out: not told.',
      validate: z.number().min(0).max(12),
    }),
  }),
  resolve: async (input, { viewer, database, clock }) => {
    if (!viewer) throw unauthenticated();
    const trialId = inputUuid('Trial', input.trial, 'trial');
    const trial = await shareResult(database, viewer.userId, trialId, input.share, input.ageTens ?? null, clock.now());
    return { trial };
  },
  payload: (t) => ({
    trial: t.field({ type: Trial, nullable: true, description: 'The trial.', resolve: ({ trial }) => trial }),
  }),
});
