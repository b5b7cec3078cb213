import { mutation } from '../../schema/builder.ts';
import { act, actFields, positionField, sessionField } from '../session-inputs.ts';

mutation('completeSession', {
  description: "Ends a session at its program's end (not more than 5 s before it).",
  input: (t) => ({ ...actFields(t), ...positionField(t) }),
  resolve: (input, context) => act(context, 'COMPLETED', input, { positionSeconds: input.positionSeconds }),
  payload: (t) => ({ session: sessionField(t) }),
});
