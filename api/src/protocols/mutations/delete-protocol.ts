import { mutation } from '../../schema/builder.ts';
import { encodeNodeId, inputUuid } from '../../schema/node-id.ts';
import { deleteProtocol } from '../edit.ts';
import { signedIn } from '../protocol-inputs.ts';

mutation('deleteProtocol', {
  description:
    "Deletes a protocol of one's own. What others (or oneself) have played stays in their histories, without author and texts.",
  input: (t) => ({ id: t.id({ required: true, description: 'Global id of the protocol.' }) }),
  resolve: async (input, context) => {
    const id = inputUuid('Protocol', input.id, 'id');
    await deleteProtocol(context.database, signedIn(context), id, context.clock.now());
    return { deletedProtocolId: encodeNodeId('Protocol', id) };
  },
  payload: (t) => ({
    deletedProtocolId: t.id({
      nullable: true,
      description: 'Global id of what was deleted.',
      resolve: (payload) => payload.deletedProtocolId ?? null,
    }),
  }),
});
