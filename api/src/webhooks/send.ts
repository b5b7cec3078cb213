import { countTry } from '../accounts/limits.ts';
import type { Prisma, Webhook } from '../platform/prisma/client.ts';
import { can } from '../schema/can.ts';
import type { Context } from '../schema/context.ts';
import { userError } from '../schema/errors.ts';
import { inputUuid } from '../schema/node-id.ts';

/** The viewer's webhook of a global id. @throws UserErrors NOT_FOUND, also for another person's */
export async function ownWebhook({ viewer, database }: Context, globalId: string): Promise<Webhook> {
  const id = inputUuid('Webhook', globalId, 'id');
  const webhook = await database.webhook.findUnique({ where: { id } });
  if (!webhook || !can(viewer, 'webhook.own', webhook)) throw userError('NOT_FOUND', 'id', 'There is no such webhook.');
  return webhook;
}

/** Puts something behind what waits for a webhook, and has all of it tried at once: a stopped one gets one more try. */
export async function sendNow(
  context: Context,
  webhook: Webhook,
  told: { id?: string; payload: Prisma.InputJsonObject; createdAt: Date },
): Promise<void> {
  await countTry(context, 'webhookSendPerson', webhook.userId);
  const dueAt = context.clock.now();
  await context.database.$transaction(async (tx) => {
    // Whatever ends it meanwhile waits, or there is nothing to hold.
    const [row] = await tx.$queryRaw<{ takenUntil: Date | null }[]>`
      SELECT taken_until AS "takenUntil" FROM webhooks WHERE id = ${webhook.id}::uuid FOR NO KEY UPDATE`;
    if (!row) throw userError('NOT_FOUND', 'id', 'There is no such webhook.');
    // An instance that sends at this moment looks once more at its end.
    if (row.takenUntil === null || row.takenUntil <= dueAt)
      await tx.webhook.update({ where: { id: webhook.id }, data: { dueAt, attempts: 0, stoppedAt: null } });
    const waits = told.id ? await tx.webhookDelivery.count({ where: { webhookId: webhook.id, id: told.id } }) : 0;
    if (waits === 0) await tx.webhookDelivery.create({ data: { webhookId: webhook.id, ...told } });
  });
}
