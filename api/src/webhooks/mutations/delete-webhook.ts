import { mutation } from '../../schema/builder.ts';
import { can } from '../../schema/can.ts';
import { userError } from '../../schema/errors.ts';
import { inputUuid } from '../../schema/node-id.ts';

mutation('deleteWebhook', {
  description: 'Ends a webhook. What waits for it is not told any more.',
  quiet: true,
  authScopes: { account: true },
  input: (t) => ({ id: t.id({ required: true, description: 'Id of the webhook.' }) }),
  resolve: async (input, { viewer, database }) => {
    const id = inputUuid('Webhook', input.id, 'id');
    const webhook = await database.webhook.findUnique({ where: { id } });
    if (!webhook || !can(viewer, 'webhook.own', webhook))
      throw userError('NOT_FOUND', 'id', 'There is no such webhook.');
    await database.webhook.deleteMany({ where: { id } });
    return { done: true };
  },
  payload: (t) => ({
    done: t.boolean({ nullable: true, description: 'True when it was done.', resolve: (payload) => payload.done }),
  }),
});
