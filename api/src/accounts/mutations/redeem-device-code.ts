import { mutation } from '../../schema/builder.ts';
import { secret } from '../../schema/texts.ts';
import { ScopeEnum } from '../access-token-types.ts';
import { redeem } from '../device-codes.ts';

mutation('redeemDeviceCode', {
  description:
    'Asks whether the person has agreed, and for the token, once. Until then AUTHORIZATION_PENDING; sooner than the interval SLOW_DOWN; ACCESS_DENIED and TOKEN_EXPIRED are final.',
  authScopes: {},
  quiet: true,
  input: (t) => ({
    deviceCode: t.string({ required: true, validate: secret(200), description: 'Of `requestDeviceCode`.' }),
  }),
  resolve: ({ deviceCode }, context) => redeem(context, deviceCode),
  payload: (t) => ({
    token: t.string({
      nullable: true,
      description: 'A personal access token. It is told only now: keep it like a password.',
      resolve: (payload) => payload.token,
    }),
    scopes: t.field({
      type: [ScopeEnum],
      nullable: true,
      description: 'What it may do: what the person agreed to, which may be less than was asked for.',
      resolve: (payload) => payload.accessToken?.scopes,
    }),
    expiresAt: t.field({
      type: 'DateTime',
      nullable: true,
      description: 'When it runs out, UTC.',
      resolve: (payload) => payload.accessToken?.expiresAt,
    }),
  }),
});
