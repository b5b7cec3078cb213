import { mutation } from '../../schema/builder.ts';
import { me, password, viewerPayload } from '../account-inputs.ts';
import { changePassword } from '../change-password.ts';

mutation('changePassword', {
  description: 'Changes the password. Every other device is signed out.',
  authScopes: { account: true },
  quiet: true,
  input: (t) => ({
    oldPassword: t.string({ required: true, validate: password, description: 'The password until now.' }),
    newPassword: t.string({
      required: true,
      validate: password,
      description: '8 to 128 characters, not one of the 3,000 commonest.',
    }),
  }),
  resolve: async (input, context) => ({ viewer: await changePassword(context, me(context), input) }),
  payload: viewerPayload,
});
