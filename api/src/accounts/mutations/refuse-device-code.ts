import { mutation } from '../../schema/builder.ts';
import { donePayload, me } from '../account-inputs.ts';
import { userCode } from '../device-code-types.ts';
import { refuse } from '../device-codes.ts';

mutation('refuseDeviceCode', {
  description: 'Refuses what the device asks for that shows this code. It is told so.',
  authScopes: { account: true },
  quiet: true,
  input: (t) => ({ userCode: userCode(t) }),
  resolve: async (input, context) => {
    await refuse(context, me(context), input.userCode);
    return { done: true };
  },
  payload: donePayload,
});
