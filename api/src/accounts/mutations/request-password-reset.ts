import { mutation } from '../../schema/builder.ts';
import { donePayload, email } from '../account-inputs.ts';
import { requestPasswordReset } from '../change-password.ts';

mutation('requestPasswordReset', {
  description:
    'Mails a link to choose a new password, if the address has an account. The answer does not tell whether it has.',
  authScopes: {},
  quiet: true,
  input: (t) => ({
    email: t.string({ required: true, validate: email, description: 'E-mail address of the account.' }),
  }),
  resolve: async (input, context) => {
    await requestPasswordReset(context, input.email);
    return { done: true };
  },
  payload: donePayload,
});
