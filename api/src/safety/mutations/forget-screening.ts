import { mutation } from '../../schema/builder.ts';
import { unauthenticated } from '../../schema/errors.ts';
import { forgetScreening } from '../answer-screening.ts';

mutation('forgetScreening', {
  description: 'Takes the agreement back: the answers to the safety questions are gone from the account at once.',
  input: (t) => ({
    confirm: t.boolean({ required: true, description: 'True: yes. False changes nothing.' }),
  }),
  resolve: async ({ confirm }, context) => {
    if (!context.viewer) throw unauthenticated();
    if (confirm) await forgetScreening(context, context.viewer);
    return { done: confirm };
  },
  payload: (t) => ({
    done: t.boolean({ nullable: true, description: 'Whether they are gone.', resolve: ({ done }) => done }),
  }),
});
