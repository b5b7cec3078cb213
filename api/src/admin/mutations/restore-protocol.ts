import { Protocol } from '../../protocols/types.ts';
import { mutation } from '../../schema/builder.ts';
import { inputUuid } from '../../schema/node-id.ts';
import { line } from '../../schema/texts.ts';
import { setHidden } from '../acts.ts';
import { administrator } from '../administrator.ts';

mutation('restoreProtocol', {
  description: 'Shows a hidden protocol again. For administrators.',
  authScopes: { admin: true },
  input: (t) => ({
    id: t.id({ required: true, description: 'Id of the protocol.' }),
    reason: t.string({ validate: line(500), description: 'Why, for the record; at most 500 characters.' }),
  }),
  resolve: async ({ id, reason }, context) => ({
    protocol: await setHidden(context, administrator(context), inputUuid('Protocol', id, 'id'), false, reason ?? ''),
  }),
  payload: (t) => ({
    protocol: t.field({ type: Protocol, nullable: true, description: 'The protocol.', resolve: (p) => p.protocol }),
  }),
});
