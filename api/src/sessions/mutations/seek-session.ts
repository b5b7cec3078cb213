import { mutation } from '../../schema/builder.ts';
import { act, actFields, positionCheck, sessionField } from '../session-inputs.ts';

mutation('seekSession', {
  description: 'Goes to another position of the program.',
  quiet: true,
  input: (t) => ({
    ...actFields(t),
    positionSeconds: t.float({
      required: true,
      description: 'Where to, seconds over all passes.',
      validate: positionCheck,
    }),
  }),
  resolve: (input, context) => act(context, 'SEEKED', input, { positionSeconds: input.positionSeconds }),
  payload: (t) => ({ session: sessionField(t) }),
});
