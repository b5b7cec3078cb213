import { mutation } from '../../schema/builder.ts';
import { donePayload, email } from '../account-inputs.ts';
import { requestSignInLink } from '../sign-in.ts';

mutation('requestSignInLink', {
  description:
    'Mails a link that signs in without a password, if the address has an account. The answer does not tell whether it has.',
  authScopes: {},
  input: (t) => ({
    email: t.string({ required: true, validate: email, description: 'E-mail address of the account.' }),
  }),
  resolve: async (input, context) => {
    await requestSignInLink(context, input.email);
    return { done: true };
  },
  payload: donePayload,
});
