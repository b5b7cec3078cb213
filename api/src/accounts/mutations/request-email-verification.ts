import { mutation } from '../../schema/builder.ts';
import { donePayload, email, me } from '../account-inputs.ts';
import { requestEmailVerification } from '../change-email.ts';

mutation('requestEmailVerification', {
  description: 'Mails the link that proves the address once more.',
  authScopes: { account: true },
  quiet: true,
  input: (t) => ({
    email: t.string({ validate: email, description: 'Not needed: the link goes to the address of the account.' }),
  }),
  resolve: async (_input, context) => {
    await requestEmailVerification(context, me(context));
    return { done: true };
  },
  payload: donePayload,
});
