import { donePayload } from '../../accounts/account-inputs.ts';
import { mutation } from '../../schema/builder.ts';
import { ownWebhook } from '../send.ts';

mutation('deleteWebhook', {
  description: 'Ends a webhook. What waits for it is not told any more.',
  quiet: true,
  authScopes: { account: true },
  input: (t) => ({ id: t.id({ required: true, description: 'Id of the webhook.' }) }),
  resolve: async (input, context) => {
    const { id } = await ownWebhook(context, input.id);
    await context.database.webhook.deleteMany({ where: { id } });
    return { done: true };
  },
  payload: donePayload,
});
