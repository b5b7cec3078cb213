import { mutation } from '../../schema/builder.ts';
import { inputUuid } from '../../schema/node-id.ts';
import { forkProtocol } from '../edit.ts';
import { protocolField, protocolOf, signedIn } from '../protocol-inputs.ts';

mutation('forkProtocol', {
  description:
    "Makes a draft of one's own from a revision that one may read; from a built-in one in the language of `Accept-Language`.",
  input: (t) => ({ revision: t.id({ required: true, description: 'Global id of the revision.' }) }),
  resolve: async (input, context) =>
    protocolOf(
      await forkProtocol(
        context.database,
        signedIn(context),
        context.language,
        inputUuid('Revision', input.revision, 'revision'),
        (bytes) => context.keeping.count(context, bytes),
        context.clock.now(),
      ),
    ),
  payload: (t) => ({ protocol: protocolField(t, 'The new protocol.') }),
});
