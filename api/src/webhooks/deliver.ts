import { createHmac } from 'node:crypto';
import { request as requestPlain } from 'node:http';
import { request as requestSecure } from 'node:https';
import type { Prisma, Webhook, WebhookAttempt } from '../platform/prisma/client.ts';
import type { Services } from '../schema/context.ts';
import { addressFault, publicLookup } from './address.ts';

/** A receiver has this long to answer. */
const ANSWER_MS = 10_000;
/** An instance that tries has the webhook for itself this long: more than a round of answers takes. */
const LEASE_MS = 10 * 60_000;
/** Deliveries of one webhook in one round. */
const ROUND = 50;
/** Seconds until the next try, doubled with each failure. */
const FIRST_WAIT = 10;
const LONGEST_WAIT = 3_600;
/** A receiver that was away for so long is not asked any more. */
export const GIVE_UP_MS = 3 * 86_400_000;
/** Deliveries of one webhook that are remembered, to be looked at and sent again. */
export const MAX_TOLD = 20;
/** What may wait for one webhook; beyond it the receiver is given up. */
export const MAX_WAITING = 10_000;

/** The secret of a webhook. Nothing of it is kept: it follows from the server's own. */
export function webhookSecret(serverSecret: string, id: string): string {
  return `whsec_${createHmac('sha256', serverSecret).update(`webhook ${id}`).digest('base64')}`;
}

/** `webhook-signature` of a delivery, in the form of Standard Webhooks (standardwebhooks.com). */
export function signatureOf(secret: string, id: string, timestamp: number, body: string): string {
  const key = Buffer.from(secret.slice('whsec_'.length), 'base64');
  return `v1,${createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64')}`;
}

/**
 * One round: what waits is told, each webhook's in order, until one is refused. Every instance may run it; a webhook belongs to one at a time. Answers
 * when it is worth the next round; null: nothing waits.
 */
export async function deliverOnce(services: Services): Promise<Date | null> {
  const { database, clock } = services;
  const now = clock.now();
  const takenUntil = new Date(now.getTime() + LEASE_MS);
  const due = await database.webhook.findMany({
    where: { stoppedAt: null, dueAt: { lte: now }, deliveries: { some: {} } },
    orderBy: { dueAt: 'asc' },
    take: 20,
    select: { id: true, dueAt: true },
  });
  await Promise.all(
    due.map(async ({ id, dueAt }) => {
      const taken = await database.webhook.updateManyAndReturn({
        where: { id, dueAt, stoppedAt: null },
        data: { dueAt: takenUntil, takenUntil },
      });
      if (taken[0]) await tell(services, taken[0]);
    }),
  );
  const next = await database.webhook.findFirst({
    where: { stoppedAt: null, deliveries: { some: {} } },
    orderBy: { dueAt: 'asc' },
    select: { dueAt: true },
  });
  return next?.dueAt ?? null;
}

async function tell(services: Services, webhook: Webhook): Promise<void> {
  const { database, clock, config } = services;
  const where = { webhookId: webhook.id };
  const secret = webhookSecret(config.secret, webhook.id);
  const waiting = await database.webhookDelivery.findMany({ where, orderBy: { sequence: 'asc' }, take: ROUND });
  let { attempts, failingSince, deliveredAt } = webhook;
  for (const { id, sequence, payload, createdAt } of waiting) {
    // A round may take minutes; a webhook that ended meanwhile is told no more.
    if (!(await database.webhookDelivery.findUnique({ where: { sequence }, select: { id: true } }))) return;
    const body = JSON.stringify({ ...(payload as object), timestamp: createdAt.toISOString() });
    const timestamp = Math.floor(clock.now().getTime() / 1000);
    const headers = {
      'webhook-id': id,
      'webhook-timestamp': String(timestamp),
      'webhook-signature': signatureOf(secret, id, timestamp, body),
    };
    const failure = await post(webhook.url, body, headers, config.privateWebhooks);
    const now = clock.now();
    await note(services, { webhookId: webhook.id, deliveryId: id, payload, createdAt, triedAt: now, failure });
    if (failure !== null) {
      failingSince ??= now;
      attempts++;
      const many = (await database.webhookDelivery.count({ where })) > MAX_WAITING;
      const over = many || now.getTime() - failingSince.getTime() >= GIVE_UP_MS;
      const wait = Math.min(LONGEST_WAIT, FIRST_WAIT * 2 ** (attempts - 1));
      await set(services, webhook.id, {
        ...{ attempts, failingSince, failure, deliveredAt, stoppedAt: over ? now : null, takenUntil: null },
        dueAt: new Date(now.getTime() + wait * 1000),
      });
      if (over) await database.webhookDelivery.deleteMany({ where });
      services.refused('webhook_failed');
      return;
    }
    [attempts, failingSince, deliveredAt] = [0, null, now];
    // Deleted after it was received: a crash between the two repeats it, with the same `webhook-id`.
    await database.webhookDelivery.deleteMany({ where: { sequence } });
  }
  const dueAt = clock.now();
  await set(services, webhook.id, { attempts, failingSince, failure: null, deliveredAt, dueAt, takenUntil: null });
}

/** What people see of a delivery, the newest of each webhook. */
async function note({ database }: Services, told: Omit<WebhookAttempt, 'tries'>): Promise<void> {
  const { webhookId, deliveryId, payload, createdAt, triedAt, failure } = told;
  // The webhook may have ended meanwhile: then there is nobody to tell.
  await database.$executeRaw`
    INSERT INTO webhook_attempts (webhook_id, delivery_id, payload, created_at, tried_at, failure)
    SELECT w.id, ${deliveryId}::uuid, ${payload}::jsonb, ${createdAt}, ${triedAt}, ${failure}
    FROM webhooks w WHERE w.id = ${webhookId}::uuid FOR KEY SHARE
    ON CONFLICT (webhook_id, delivery_id) DO UPDATE
      SET tried_at = EXCLUDED.tried_at, failure = EXCLUDED.failure, tries = webhook_attempts.tries + 1`;
  await database.$executeRaw`
    DELETE FROM webhook_attempts WHERE webhook_id = ${webhookId}::uuid AND delivery_id NOT IN (
      SELECT delivery_id FROM webhook_attempts WHERE webhook_id = ${webhookId}::uuid
      ORDER BY tried_at DESC, delivery_id DESC LIMIT ${MAX_TOLD})`;
}

async function set({ database }: Services, id: string, data: Prisma.WebhookUpdateManyMutationInput): Promise<void> {
  await database.webhook.updateMany({ where: { id }, data });
}

/** Sends one. Null when it was received; else why not. Redirects are not followed, and what is answered is not read. */
function post(
  address: string,
  body: string,
  headers: Record<string, string>,
  privateToo: boolean,
): Promise<string | null> {
  const fault = addressFault(address, privateToo);
  if (fault) return Promise.resolve(fault);
  return new Promise((resolve) => {
    const request = (address.startsWith('https:') ? requestSecure : requestPlain)(
      address,
      {
        method: 'POST',
        headers: {
          ...headers,
          'content-type': 'application/json',
          'content-length': Buffer.byteLength(body),
          'user-agent': 'neural-entrainment-system',
        },
        agent: false,
        ...(privateToo ? {} : { lookup: publicLookup }),
        signal: AbortSignal.timeout(ANSWER_MS),
      },
      (response) => {
        const { statusCode = 0 } = response;
        response.destroy();
        resolve(statusCode >= 200 && statusCode < 300 ? null : `The receiver answered ${statusCode}.`);
      },
    );
    request.on('error', (error) =>
      resolve(error.name === 'AbortError' ? 'No answer in time.' : error.message.slice(0, 200)),
    );
    request.end(body);
  });
}

/** How often it is looked whether something waits, while somebody asks something of the server. */
const LOOK_MS = 2_000;

/** Delivers for the life of the process. A database that nobody uses is left asleep: it is asked after requests, and when a try is due. */
export function keepDelivering(server: { services: Services; lastRequest(): number }): () => void {
  let looked = -1;
  let next: Date | null = new Date(0);
  let busy = false;
  const timer = setInterval(() => {
    const asked = server.lastRequest();
    if (busy || (asked === looked && (next === null || next > server.services.clock.now()))) return;
    looked = asked;
    busy = true;
    deliverOnce(server.services)
      .then((due) => {
        next = due;
      })
      .catch((error: Error) =>
        server.services.log.warn('Webhooks could not be delivered.', { reason: error.message.slice(0, 300) }),
      )
      .finally(() => {
        busy = false;
      });
  }, LOOK_MS);
  timer.unref();
  return () => clearInterval(timer);
}
