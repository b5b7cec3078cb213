import { donePayload } from '../../accounts/account-inputs.ts';
import type { Prisma } from '../../platform/prisma/client.ts';
import { mutation } from '../../schema/builder.ts';
import { userError } from '../../schema/errors.ts';
import { ownWebhook, sendNow } from '../send.ts';

mutation('resendToWebhook', {
  description: 'Sends something again that a webhook was told, with the same `webhook-id`, behind what waits.',
  quiet: true,
  authScopes: { account: true },
  input: (t) => ({
    id: t.id({ required: true, description: 'Id of the webhook.' }),
    deliveryId: t.field({ type: 'UUID', required: true, description: 'Of `Webhook.deliveries`.' }),
  }),
  resolve: async (input, context) => {
    const webhook = await ownWebhook(context, input.id);
    const told = await context.database.webhookAttempt.findUnique({
      where: { webhookId_deliveryId: { webhookId: webhook.id, deliveryId: input.deliveryId } },
    });
    if (!told) throw userError('NOT_FOUND', 'deliveryId', 'There is no such delivery.');
    const { deliveryId: id, createdAt } = told;
    await sendNow(context, webhook, { id, payload: told.payload as Prisma.InputJsonObject, createdAt });
    return { done: true };
  },
  payload: donePayload,
});
