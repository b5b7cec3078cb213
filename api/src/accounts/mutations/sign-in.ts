import { mutation } from '../../schema/builder.ts';
import { deviceFields, email, identityPayload, password, signedIn } from '../account-inputs.ts';
import { signIn } from '../sign-in.ts';

mutation('signIn', {
  description:
    'Signs in. Called by a guest, the account takes over everything the guest has, once; the guest is gone then.',
  authScopes: {},
  input: (t) => ({
    email: t.string({ required: true, validate: email, description: 'E-mail address.' }),
    password: t.string({ required: true, validate: password, description: 'Password.' }),
    ...deviceFields(t),
  }),
  resolve: async (input, context) => signedIn(context, await signIn(context, input)),
  payload: identityPayload,
});
