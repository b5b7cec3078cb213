import { mutation } from '../../schema/builder.ts';
import { donePayload, email, me, password } from '../account-inputs.ts';
import { changeEmail } from '../change-email.ts';

mutation('changeEmail', {
  description:
    'Mails a link to a new address; the account goes by it once the link was opened. The old address is told, with a link that stops it.',
  authScopes: { account: true },
  input: (t) => ({
    password: t.string({ required: true, validate: password, description: 'The password, once more.' }),
    email: t.string({ required: true, validate: email, description: 'The new address, at most 254 characters.' }),
  }),
  resolve: async (input, context) => {
    await changeEmail(context, me(context), input);
    return { done: true };
  },
  payload: donePayload,
});
