import { mutation } from '../../schema/builder.ts';
import { inputUuid } from '../../schema/node-id.ts';
import { line } from '../../schema/texts.ts';
import { setSuspended } from '../acts.ts';
import { administrator } from '../administrator.ts';
import { Account } from '../types.ts';

mutation('suspendUser', {
  description:
    'Suspends a person, who is signed out everywhere and cannot sign in, or lets them in again. For administrators.',
  authScopes: { admin: true },
  input: (t) => ({
    id: t.id({ required: true, description: 'Id of the person.' }),
    suspended: t.boolean({ description: 'False lets the person in again. Default true.' }),
    reason: t.string({ validate: line(500), description: 'Why, for the record; at most 500 characters.' }),
  }),
  resolve: async ({ id, suspended, reason }, context) => ({
    account: await setSuspended(
      context,
      administrator(context),
      inputUuid('User', id, 'id'),
      suspended ?? true,
      reason ?? '',
    ),
  }),
  payload: (t) => ({
    account: t.field({ type: Account, nullable: true, description: 'The person.', resolve: (p) => p.account }),
  }),
});
