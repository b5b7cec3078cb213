import { z } from 'zod';
import { mutation } from '../../schema/builder.ts';
import { secret } from '../../schema/texts.ts';
import { ScopeEnum } from '../access-token-types.ts';
import { donePayload, me } from '../account-inputs.ts';
import { userCode } from '../device-code-types.ts';
import { agree } from '../device-codes.ts';

mutation('agreeToDeviceCode', {
  description: 'Lets the device that shows this code fetch a personal access token.',
  authScopes: { account: true },
  quiet: true,
  input: (t) => ({
    userCode: userCode(t),
    scopes: t.field({
      type: [ScopeEnum],
      required: true,
      validate: z.array(z.any()).min(1).max(4),
      description: 'What the token may do, of what the device asked for; at least one.',
    }),
    password: t.string({ required: true, validate: secret(512), description: 'The password, once more.' }),
  }),
  resolve: async (input, context) => {
    await agree(context, me(context), input);
    return { done: true };
  },
  payload: donePayload,
});
