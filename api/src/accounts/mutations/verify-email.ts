import { mutation } from '../../schema/builder.ts';
import { donePayload, linkToken } from '../account-inputs.ts';
import { verifyEmail } from '../change-email.ts';

mutation('verifyEmail', {
  description:
    'Takes a mailed link that proves an address or changes it, or makes the account of a guest who signed up.',
  authScopes: {},
  quiet: true,
  input: (t) => ({
    token: linkToken(t),
  }),
  resolve: async (input, context) => {
    await verifyEmail(context, input.token);
    return { done: true };
  },
  payload: donePayload,
});
