import { mutation } from '../../schema/builder.ts';
import { deviceFields, identityPayload, linkToken, signedIn } from '../account-inputs.ts';
import { signInByLink } from '../sign-in.ts';

mutation('signInByLink', {
  description: 'Signs in with a mailed link, once. Called by a guest, the account takes over everything the guest has.',
  authScopes: {},
  input: (t) => ({
    token: linkToken(t),
    ...deviceFields(t),
  }),
  resolve: async (input, context) => signedIn(context, await signInByLink(context, input)),
  payload: identityPayload,
});
