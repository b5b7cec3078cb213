import { donePayload, me } from '../../accounts/account-inputs.ts';
import { lockUser, unlinkHome } from '../../accounts/secrets.ts';
import { mutation } from '../../schema/builder.ts';

mutation('unlinkHome', {
  description: 'Takes `linkHome` back: Home Assistant forgets the device, and nothing more is told or taken.',
  quiet: true,
  authScopes: { account: true },
  input: (t) => ({
    confirm: t.boolean({ required: true, description: 'True: yes. False changes nothing.' }),
  }),
  resolve: async ({ confirm }, context) => {
    const { userId } = me(context);
    if (!confirm) return { done: false };
    const ended = await context.database.$transaction(async (tx) => {
      await lockUser(tx, userId);
      return unlinkHome(tx, userId);
    });
    await context.accounts.announceEnded(ended);
    return { done: true };
  },
  payload: donePayload,
});
