import { z } from 'zod';
import { confirmPassword } from '../../accounts/change-password.ts';
import { lockSignedIn } from '../../accounts/secrets.ts';
import { newId } from '../../platform/ids.ts';
import { mutation } from '../../schema/builder.ts';
import { unauthenticated, userError } from '../../schema/errors.ts';
import { line, secret } from '../../schema/texts.ts';
import { addressFault } from '../address.ts';
import { webhookSecret } from '../deliver.ts';
import { TopicEnum, Webhook } from '../types.ts';

/** Webhooks of one person. */
const MAX_WEBHOOKS = 5;

mutation('createWebhook', {
  description:
    'Lets an address be told of the person’s sessions or trials. It ends with everything that signs all devices out.',
  quiet: true,
  authScopes: { account: true },
  input: (t) => ({
    url: t.string({
      required: true,
      validate: line(500),
      description: 'The address: https, no private network, at most 500 characters. Redirects are not followed.',
    }),
    topics: t.field({
      type: [TopicEnum],
      required: true,
      validate: z.array(z.any()).min(1).max(2),
      description: 'What it is told of; at least one.',
    }),
    password: t.string({ required: true, validate: secret(512), description: 'The password, once more.' }),
  }),
  resolve: async ({ url, topics, password }, context) => {
    const { viewer, database, config, clock } = context;
    if (!viewer) throw unauthenticated();
    const fault = addressFault(url, config.privateWebhooks);
    if (fault) throw userError('INVALID', 'url', fault);
    await confirmPassword(context, viewer, password, 'password');
    const now = clock.now();
    const webhook = await database.$transaction(async (tx) => {
      await lockSignedIn(tx, viewer);
      if ((await tx.webhook.count({ where: { userId: viewer.userId } })) >= MAX_WEBHOOKS)
        throw userError('FULL', null, `There are ${MAX_WEBHOOKS} webhooks; delete one first.`);
      return tx.webhook.create({
        data: {
          ...{ id: newId(now.getTime()), userId: viewer.userId, url, topics: [...new Set(topics)] },
          ...{ createdAt: now, dueAt: now },
        },
      });
    });
    return { webhook, secret: webhookSecret(config.secret, webhook.id) };
  },
  payload: (t) => ({
    webhook: t.field({
      type: Webhook,
      nullable: true,
      description: 'The webhook.',
      resolve: (payload) => payload.webhook,
    }),
    secret: t.string({
      nullable: true,
      description: 'What deliveries are signed with (Standard Webhooks). It is told only now.',
      resolve: (payload) => payload.secret,
    }),
  }),
});
