import { donePayload } from '../../accounts/account-inputs.ts';
import { mutation } from '../../schema/builder.ts';
import { ownWebhook, sendNow } from '../send.ts';

mutation('testWebhook', {
  description: 'Sends `webhook.test`, signed as all else, behind what waits. A stopped webhook is tried again.',
  quiet: true,
  authScopes: { account: true },
  input: (t) => ({ id: t.id({ required: true, description: 'Id of the webhook.' }) }),
  resolve: async (input, context) => {
    const webhook = await ownWebhook(context, input.id);
    const now = context.clock.now();
    const payload = { type: 'webhook.test', occurredAt: now.toISOString() };
    await sendNow(context, webhook, { payload, createdAt: now });
    return { done: true };
  },
  payload: donePayload,
});
