import { mutation } from '../../schema/builder.ts';
import { donePayload, linkToken } from '../account-inputs.ts';
import { stopEmailChange } from '../change-email.ts';

mutation('stopEmailChange', {
  description:
    'Takes the link that was mailed to the old address: the change of address does not happen, and all devices are signed out.',
  authScopes: {},
  input: (t) => ({
    token: linkToken(t),
  }),
  resolve: async (input, context) => {
    await stopEmailChange(context, input.token);
    return { done: true };
  },
  payload: donePayload,
});
