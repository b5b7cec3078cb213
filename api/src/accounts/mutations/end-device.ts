import { mutation } from '../../schema/builder.ts';
import type { Context } from '../../schema/context.ts';
import { inputUuid } from '../../schema/node-id.ts';
import { me, viewerPayload } from '../account-inputs.ts';
import { endDevice } from '../sign-out.ts';

const self = (context: Context) => context.database.user.findUnique({ where: { id: me(context).userId } });

mutation('endDevice', {
  description: 'Ends the sign-in of one device.',
  quiet: true,
  input: (t) => ({
    id: t.id({ required: true, description: 'Id of the device.' }),
  }),
  resolve: async (input, context) => {
    await endDevice(context, me(context), inputUuid('Device', input.id, 'id'));
    return { viewer: await self(context) };
  },
  payload: viewerPayload,
});
