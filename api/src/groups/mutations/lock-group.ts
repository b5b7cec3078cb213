import { mutation } from '../../schema/builder.ts';
import { codeField, groupField, signedIn } from '../group-inputs.ts';
import { lockDoor } from '../groups.ts';
import { publishGroup } from '../publish.ts';

mutation('lockGroup', {
  description: 'Lets nobody else join, or lets people join again. For the host.',
  quiet: true,
  input: (t) => ({
    code: t.string(codeField),
    locked: t.boolean({ required: true, description: 'True: nobody else can join.' }),
  }),
  resolve: async (input, context) => {
    const group = await lockDoor(context.database, signedIn(context), input.code, input.locked);
    await publishGroup(context.bus, group);
    return { group };
  },
  payload: (t) => ({ group: groupField(t, 'The group as it is now.') }),
});
