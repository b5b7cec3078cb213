import { mutation } from '../../schema/builder.ts';
import { act, actFields, deviceNameField, positionField, sessionField } from '../session-inputs.ts';

mutation('takeOverSession', {
  description: 'Goes on playing a session on another device, at the same place of the program.',
  quiet: true,
  input: (t) => ({
    ...actFields(t),
    ...positionField(t),
    deviceName: t.string(deviceNameField),
  }),
  resolve: (input, context) =>
    act(context, 'TAKEN_OVER', input, { positionSeconds: input.positionSeconds, deviceName: input.deviceName }),
  payload: (t) => ({ session: sessionField(t) }),
});
