import { mutation } from '../../schema/builder.ts';
import { name } from '../../schema/texts.ts';
import { deviceFields, email, identityPayload, password, signedIn } from '../account-inputs.ts';
import { signUp } from '../sign-up.ts';

mutation('signUp', {
  description:
    'Makes an account. Called by a guest, the guest becomes the account and keeps everything. Where mails can be sent (`Operator.sendsMails`) the person is a guest until the mailed link is opened (`verifyEmail`), and the answer does not tell whether the address has an account; else the account is there at once.',
  authScopes: {},
  input: (t) => ({
    email: t.string({ required: true, validate: email, description: 'E-mail address, at most 254 characters.' }),
    password: t.string({
      required: true,
      validate: password,
      description: '8 to 128 characters, not one of the 3,000 commonest.',
    }),
    displayName: t.string({ validate: name(80), description: 'Name that others see, at most 80 characters.' }),
    atLeast16: t.boolean({
      required: true,
      description: 'True: the person says to be 16 or older. Who is younger can listen as a guest.',
    }),
    ...deviceFields(t),
  }),
  resolve: async ({ displayName, ...input }, context) =>
    signedIn(context, await signUp(context, { ...input, displayName: displayName ?? '' })),
  payload: (t) => ({
    ...identityPayload(t),
    mailed: t.boolean({
      nullable: true,
      description: 'True: a link is on its way to the address, and makes the account. False: the account is there.',
      resolve: ({ mailed }) => mailed,
    }),
  }),
});
