import { mutation } from '../../schema/builder.ts';
import { act, actFields, positionField, sessionField } from '../session-inputs.ts';

mutation('pauseSession', {
  description: 'Holds a session.',
  quiet: true,
  input: (t) => ({ ...actFields(t), ...positionField(t) }),
  resolve: (input, context) => act(context, 'PAUSED', input, { positionSeconds: input.positionSeconds }),
  payload: (t) => ({ session: sessionField(t) }),
});
