import { z } from 'zod';
import { mutation } from '../../schema/builder.ts';
import { unauthenticated } from '../../schema/errors.ts';
import { line, secret } from '../../schema/texts.ts';
import { AccessToken, ScopeEnum } from '../access-token-types.ts';
import { openToken, TOKEN_DAYS } from '../access-tokens.ts';
import { confirmPassword } from '../change-password.ts';
import { lockSignedIn } from '../secrets.ts';

mutation('createAccessToken', {
  description:
    'Makes a personal access token, for the header `Authorization: Bearer nes_…`. It ends with everything that signs all devices out.',
  authScopes: { account: true },
  quiet: true,
  input: (t) => ({
    name: t.string({
      required: true,
      validate: line(100).refine((name) => name.trim().length > 0, 'A token needs a name.'),
      description: 'What it is for, 1 to 100 characters.',
    }),
    scopes: t.field({
      type: [ScopeEnum],
      required: true,
      validate: z.array(z.any()).min(1).max(4),
      description: 'What it may do; at least one.',
    }),
    expiresInDays: t.int({
      validate: z.number().int().min(1).max(TOKEN_DAYS.most),
      description: `Days until it runs out, 1 to ${TOKEN_DAYS.most}. Default ${TOKEN_DAYS.default}.`,
    }),
    password: t.string({ required: true, validate: secret(512), description: 'The password, once more.' }),
  }),
  resolve: async ({ name, scopes, expiresInDays, password }, context) => {
    const { viewer, database } = context;
    if (!viewer) throw unauthenticated();
    await confirmPassword(context, viewer, password, 'password');
    return await database.$transaction(async (tx) => {
      await lockSignedIn(tx, viewer);
      const input = { name: name.trim(), scopes, expiresInDays: expiresInDays ?? TOKEN_DAYS.default };
      return openToken(context, tx, viewer.userId, input);
    });
  },
  payload: (t) => ({
    token: t.string({
      nullable: true,
      description: 'The token. It is told only now: keep it like a password.',
      resolve: (payload) => payload.token,
    }),
    accessToken: t.field({
      type: AccessToken,
      nullable: true,
      description: 'How it stands in the list.',
      resolve: (payload) => payload.accessToken,
    }),
  }),
});
