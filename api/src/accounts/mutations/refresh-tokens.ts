import { mutation } from '../../schema/builder.ts';
import { secret } from '../../schema/texts.ts';
import { identityPayload, signedIn } from '../account-inputs.ts';
import { refreshTokens } from '../refresh-tokens.ts';

mutation('refreshTokens', {
  description:
    'New tokens for a refresh token, which is used up. Where the token is bound to a key, the header `DPoP` must prove it (RFC 9449). A token used twice ends the sign-in.',
  authScopes: {},
  quiet: true,
  input: (t) => ({
    refreshToken: t.string({ required: true, validate: secret(200), description: 'The refresh token given last.' }),
  }),
  resolve: async (input, context) => signedIn(context, await refreshTokens(context, input.refreshToken)),
  payload: identityPayload,
});
