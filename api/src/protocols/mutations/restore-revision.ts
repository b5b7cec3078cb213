import { mutation } from '../../schema/builder.ts';
import { inputUuid } from '../../schema/node-id.ts';
import { restoreRevision } from '../edit.ts';
import { protocolField, protocolOf, signedIn } from '../protocol-inputs.ts';

mutation('restoreRevision', {
  description: "Makes an earlier state of a protocol of one's own the present one, as a new revision.",
  input: (t) => ({
    protocol: t.id({ required: true, description: 'Global id of the protocol.' }),
    revision: t.id({ required: true, description: 'Global id of its revision.' }),
  }),
  resolve: async (input, context) => {
    const id = inputUuid('Protocol', input.protocol, 'protocol');
    const revision = inputUuid('Revision', input.revision, 'revision');
    const copied = (bytes: number) => context.keeping.count(context, bytes);
    await restoreRevision(context.database, signedIn(context), id, revision, copied, context.clock.now());
    return protocolOf(id);
  },
  payload: (t) => ({ protocol: protocolField(t, 'The protocol as it is now.') }),
});
