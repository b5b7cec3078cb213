import { mutation } from '../../schema/builder.ts';
import { act, actFields, positionField, sessionField } from '../session-inputs.ts';

mutation('resumeSession', {
  description: 'Lets a session go on.',
  quiet: true,
  input: (t) => ({ ...actFields(t), ...positionField(t) }),
  resolve: (input, context) => act(context, 'RESUMED', input, { positionSeconds: input.positionSeconds }),
  payload: (t) => ({ session: sessionField(t) }),
});
