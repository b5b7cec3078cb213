import { mutation } from '../../schema/builder.ts';
import { act, actFields, positionField, sceneCheck, sessionField } from '../session-inputs.ts';

mutation('changeSessionScene', {
  description: 'Changes the visual scene.',
  quiet: true,
  input: (t) => ({
    ...actFields(t),
    ...positionField(t),
    scene: t.string({
      required: true,
      description: 'Visual scene; empty for none. At most 64 characters.',
      validate: sceneCheck,
    }),
  }),
  resolve: (input, context) =>
    act(context, 'SCENE_CHANGED', input, { positionSeconds: input.positionSeconds, scene: input.scene }),
  payload: (t) => ({ session: sessionField(t) }),
});
