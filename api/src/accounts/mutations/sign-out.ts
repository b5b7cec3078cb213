import { mutation } from '../../schema/builder.ts';
import { secret } from '../../schema/texts.ts';
import { donePayload } from '../account-inputs.ts';
import { signOut } from '../sign-out.ts';

mutation('signOut', {
  description: 'Ends the sign-in of this device.',
  authScopes: {},
  quiet: true,
  input: (t) => ({
    refreshToken: t.string({
      validate: secret(200),
      description: 'Names the sign-in when the access token has run out.',
    }),
  }),
  resolve: async (input, context) => {
    await signOut(context, input.refreshToken ?? null);
    return { done: true };
  },
  payload: donePayload,
});
