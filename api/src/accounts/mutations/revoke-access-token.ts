import { mutation } from '../../schema/builder.ts';
import { can } from '../../schema/can.ts';
import { unauthenticated, userError } from '../../schema/errors.ts';
import { inputUuid } from '../../schema/node-id.ts';
import { revokeTokens } from '../access-tokens.ts';

mutation('revokeAccessToken', {
  description: 'Ends a personal access token, within a second.',
  authScopes: { account: true },
  quiet: true,
  input: (t) => ({ id: t.id({ required: true, description: 'Id of the token.' }) }),
  resolve: async (input, context) => {
    const { viewer, database } = context;
    if (!viewer) throw unauthenticated();
    const id = inputUuid('AccessToken', input.id, 'id');
    const token = await database.accessToken.findUnique({ where: { id } });
    if (!token || !can(viewer, 'accessToken.revoke', token))
      throw userError('NOT_FOUND', 'id', 'There is no such token.');
    await context.accounts.announceEnded(await revokeTokens(database, { id }));
    return { done: true };
  },
  payload: (t) => ({
    done: t.boolean({ nullable: true, description: 'True when it was done.', resolve: (payload) => payload.done }),
  }),
});
