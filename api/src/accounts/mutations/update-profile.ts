import { mutation } from '../../schema/builder.ts';
import { name } from '../../schema/texts.ts';
import { me, viewerPayload } from '../account-inputs.ts';

mutation('updateProfile', {
  description: 'Changes what others see of the person.',
  input: (t) => ({
    displayName: t.string({
      required: true,
      validate: name(80),
      description: 'Name that others see, at most 80 characters.',
    }),
  }),
  resolve: async (input, context) => ({
    viewer: await context.database.user.update({
      where: { id: me(context).userId },
      data: { displayName: input.displayName },
    }),
  }),
  payload: viewerPayload,
});
