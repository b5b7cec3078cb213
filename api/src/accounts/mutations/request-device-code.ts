import { z } from 'zod';
import { mutation } from '../../schema/builder.ts';
import { name } from '../../schema/texts.ts';
import { ScopeEnum } from '../access-token-types.ts';
import { POLL_SECONDS, requestCodes } from '../device-codes.ts';

mutation('requestDeviceCode', {
  description:
    'For a device or script without a person at it (RFC 8628): two codes, one to keep for `redeemDeviceCode`, one to show to its person.',
  authScopes: {},
  quiet: true,
  input: (t) => ({
    name: t.string({
      required: true,
      validate: name(100, 1),
      description: 'What the device is called, for its person: 1 to 100 characters.',
    }),
    scopes: t.field({
      type: [ScopeEnum],
      required: true,
      validate: z.array(z.any()).min(1).max(4),
      description: 'What its token is to be allowed; at least one.',
    }),
  }),
  resolve: (input, context) => requestCodes(context, input),
  payload: (t) => ({
    deviceCode: t.string({
      nullable: true,
      description: 'For `redeemDeviceCode`. Keep it like a password and show it to nobody.',
      resolve: (payload) => payload.deviceCode,
    }),
    userCode: t.string({
      nullable: true,
      description: 'What the person types, e.g. `WDJB-MJHT`.',
      resolve: (payload) => payload.userCode,
    }),
    verificationUri: t.string({
      nullable: true,
      description: 'Where they type it.',
      resolve: (payload) => payload.page,
    }),
    verificationUriComplete: t.string({
      nullable: true,
      description: 'The same with the code in it, for a QR code beside the shown code.',
      resolve: ({ page, userCode }) => (page === undefined ? null : `${page}#code=${userCode}`),
    }),
    expiresAt: t.field({
      type: 'DateTime',
      nullable: true,
      description: 'When both run out, UTC: after ten minutes.',
      resolve: (payload) => payload.expiresAt,
    }),
    intervalSeconds: t.int({
      nullable: true,
      description: 'Seconds to wait between two `redeemDeviceCode`.',
      resolve: ({ page }) => (page === undefined ? null : POLL_SECONDS),
    }),
  }),
});
