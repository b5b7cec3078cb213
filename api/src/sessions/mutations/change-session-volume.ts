import { mutation } from '../../schema/builder.ts';
import { act, actFields, positionField, sessionField, volumeCheck } from '../session-inputs.ts';

mutation('changeSessionVolume', {
  description: 'Changes the volume of the device that plays.',
  quiet: true,
  input: (t) => ({
    ...actFields(t),
    ...positionField(t),
    volume: t.float({ required: true, description: 'Position of the volume control, 0 to 1.', validate: volumeCheck }),
  }),
  resolve: (input, context) =>
    act(context, 'VOLUME_CHANGED', input, { positionSeconds: input.positionSeconds, volume: input.volume }),
  payload: (t) => ({ session: sessionField(t) }),
});
