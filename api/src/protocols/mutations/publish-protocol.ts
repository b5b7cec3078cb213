import { mutation } from '../../schema/builder.ts';
import { inputUuid } from '../../schema/node-id.ts';
import { showProtocol } from '../edit.ts';
import { protocolField, protocolOf, signedIn } from '../protocol-inputs.ts';

mutation('publishProtocol', {
  description:
    "Lets everybody find a protocol of one's own. Needs an account, with a confirmed address where mails can be sent.",
  input: (t) => ({ id: t.id({ required: true, description: 'Global id of the protocol.' }) }),
  resolve: async (input, context) => {
    const id = inputUuid('Protocol', input.id, 'id');
    const { database, accounts, clock } = context;
    await showProtocol(database, signedIn(context), id, 'PUBLIC', accounts.mail.reaches, clock.now());
    return protocolOf(id);
  },
  payload: (t) => ({ protocol: protocolField(t, 'The protocol as it is now.') }),
});
