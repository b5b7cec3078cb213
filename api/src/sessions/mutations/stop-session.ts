import { mutation } from '../../schema/builder.ts';
import { act, actFields, positionField, sessionField } from '../session-inputs.ts';

mutation('stopSession', {
  description: "Ends a session before its program's end.",
  input: (t) => ({ ...actFields(t), ...positionField(t) }),
  resolve: (input, context) => act(context, 'STOPPED', input, { positionSeconds: input.positionSeconds }),
  payload: (t) => ({ session: sessionField(t) }),
});
