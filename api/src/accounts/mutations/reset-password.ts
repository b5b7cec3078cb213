import { mutation } from '../../schema/builder.ts';
import { donePayload, linkToken, password } from '../account-inputs.ts';
import { resetPassword } from '../change-password.ts';

mutation('resetPassword', {
  description: 'Sets the password that was chosen with a mailed link. All devices are signed out.',
  authScopes: {},
  quiet: true,
  input: (t) => ({
    token: linkToken(t),
    password: t.string({
      required: true,
      validate: password,
      description: '8 to 128 characters, not one of the 3,000 commonest.',
    }),
  }),
  resolve: async (input, context) => {
    await resetPassword(context, input);
    return { done: true };
  },
  payload: donePayload,
});
