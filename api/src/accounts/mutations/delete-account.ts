import { mutation } from '../../schema/builder.ts';
import { donePayload, me, password } from '../account-inputs.ts';
import { deleteAccount } from '../delete-account.ts';

mutation('deleteAccount', {
  description: 'Deletes the person and everything that is theirs, for good.',
  input: (t) => ({
    password: t.string({ validate: password, description: 'The password; a guest has none.' }),
  }),
  resolve: async (input, context) => {
    await deleteAccount(context, me(context), input.password ?? null);
    return { done: true };
  },
  payload: donePayload,
});
