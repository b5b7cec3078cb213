import { User } from '../accounts/types.ts';
import type { Webhook as WebhookRow } from '../platform/prisma/client.ts';
import { WebhookTopic } from '../platform/prisma/enums.ts';
import { builder } from '../schema/builder.ts';
import { can } from '../schema/can.ts';
import { guardNode } from '../schema/node-rules.ts';

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
    failure: t.exposeString('failure', {
      nullable: true,
      description: 'Why the last try failed; null after a success.',
    }),
    stoppedAt: t.expose('stoppedAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When it was given up after three days of failures, UTC; make it anew then.',
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
