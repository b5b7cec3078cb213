import { mutation } from '../../schema/builder.ts';
import { donePayload, me } from '../account-inputs.ts';
import { signOutEverywhere } from '../sign-out.ts';

mutation('signOutEverywhere', {
  description: 'Ends the sign-in of every device, within a second.',
  quiet: true,
  input: (t) => ({
    keepThisDevice: t.boolean({ description: 'True spares the device that asks. Default false.' }),
  }),
  resolve: async (input, context) => {
    await signOutEverywhere(context, me(context), input.keepThisDevice ?? false);
    return { done: true };
  },
  payload: donePayload,
});
