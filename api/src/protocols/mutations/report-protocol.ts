import { builder, mutation } from '../../schema/builder.ts';
import { inputUuid } from '../../schema/node-id.ts';
import { paragraphs } from '../../schema/texts.ts';
import { reportProtocol } from '../edit.ts';
import { protocolField, protocolOf, signedIn } from '../protocol-inputs.ts';

const ReportReason = builder.enumType('ReportReason', {
  description: 'What is wrong with a protocol.',
  values: {
    HARMFUL: { description: 'It could harm somebody.' },
    MISLEADING: { description: 'It promises what it cannot do, or says it is a treatment.' },
    COPYRIGHT: { description: "It is somebody else's work." },
    SPAM: { description: 'It advertises something.' },
    OTHER: { description: 'Something else.' },
  },
});

mutation('reportProtocol', {
  description: 'Tells the administrators that something is wrong with a published protocol.',
  quiet: true,
  input: (t) => ({
    id: t.id({ required: true, description: 'Global id of the protocol.' }),
    reason: t.field({ type: ReportReason, required: true, description: 'What is wrong with it.' }),
    text: t.string({ description: 'More about it, at most 2,000 characters.', validate: paragraphs(2_000) }),
  }),
  resolve: async (input, context) => {
    const id = inputUuid('Protocol', input.id, 'id');
    await reportProtocol(context.database, signedIn(context), id, input.reason, input.text ?? '', context.clock.now());
    return protocolOf(id);
  },
  payload: (t) => ({ protocol: protocolField(t, 'The protocol.') }),
});
