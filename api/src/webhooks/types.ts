import { User } from '../accounts/types.ts';
import type { Webhook as WebhookRow } from '../platform/prisma/client.ts';
import { WebhookTopic } from '../platform/prisma/enums.ts';
import { builder } from '../schema/builder.ts';
import { can } from '../schema/can.ts';
import { errorText } from '../schema/error-texts.ts';
import { guardNode } from '../schema/node-rules.ts';
import { MAX_TOLD } from './deliver.ts';

export const TopicEnum = builder.enumType('WebhookTopic', {
  description: 'What a webhook is told of.',
  values: {
    SESSION: { value: WebhookTopic.SESSION, description: 'Every line of the log of the person’s sessions.' },
    TRIAL: {
      value: WebhookTopic.TRIAL,
      description: 'Every recorded period of the person’s trials; never its value or arm.',
    },
  },
});

const WebhookAttempt = builder.prismaObject('WebhookAttempt', {
  description: 'Something that a webhook was told, or could not be told yet.',
  fields: (t) => ({
    deliveryId: t.expose('deliveryId', { type: 'UUID', description: 'The `webhook-id` that it has in the header.' }),
    type: t.string({
      description: 'What it tells, e.g. `session.paused`.',
      resolve: ({ payload }) => String((payload as { type?: unknown }).type),
    }),
    occurredAt: t.expose('createdAt', { type: 'DateTime', description: 'When it happened, UTC.' }),
    triedAt: t.expose('triedAt', { type: 'DateTime', description: 'When it was last sent, UTC.' }),
    tries: t.exposeInt('tries', { description: 'How often it was sent.' }),
    failure: t.string({
      nullable: true,
      description: 'Why it was not received the last time; null when it was.',
      resolve: ({ failure }, _args, { language }) => failure && errorText(language, failure),
    }),
  }),
});

export const Webhook = builder.prismaNode('Webhook', {
  id: { field: 'id', description: 'Global id, for `deleteWebhook`.' },
  nullable: true,
  description: 'An address that is told by POST of what happens, signed, in order, and again until it answers 2xx.',
  fields: (t) => ({
    url: t.exposeString('url', { description: 'The address.' }),
    topics: t.expose('topics', { type: [TopicEnum], description: 'What it is told of.' }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When it was made, UTC.' }),
    deliveredAt: t.expose('deliveredAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When it last received something, UTC; null before.',
    }),
    failingSince: t.expose('failingSince', {
      type: 'DateTime',
      nullable: true,
      description: 'Since when it does not receive, UTC; null while all is well.',
    }),
    failure: t.string({
      nullable: true,
      description: 'Why the last try failed; null after a success.',
      resolve: ({ failure }, _args, { language }) => failure && errorText(language, failure),
    }),
    deliveries: t.relation('told', {
      type: WebhookAttempt,
      description: `What it was told last, the newest first: at most ${MAX_TOLD}.`,
      query: { orderBy: [{ triedAt: 'desc' }, { deliveryId: 'desc' }] },
    }),
    stoppedAt: t.expose('stoppedAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When it was given up after three days of failures, UTC; `testWebhook` tries it again.',
    }),
  }),
});
guardNode<WebhookRow>('Webhook', (webhook, { viewer }) => can(viewer, 'webhook.own', webhook));

builder.prismaObjectField(User, 'webhooks', (t) =>
  t.relation('webhooks', {
    type: Webhook,
    description: 'Addresses that are told of what happens, the first made first.',
    query: { orderBy: [{ createdAt: 'asc' }, { id: 'asc' }] },
  }),
);
