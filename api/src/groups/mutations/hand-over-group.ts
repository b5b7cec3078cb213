import { mutation } from '../../schema/builder.ts';
import { inputUuid } from '../../schema/node-id.ts';
import { codeField, groupField, signedIn } from '../group-inputs.ts';
import { handOverGroup } from '../groups.ts';
import { publishGroup } from '../publish.ts';

mutation('handOverGroup', {
  description: 'Makes another member the host. For the host.',
  quiet: true,
  input: (t) => ({
    code: t.string(codeField),
    member: t.id({ required: true, description: 'Global id of the member.' }),
  }),
  resolve: async (input, context) => {
    const member = inputUuid('GroupMember', input.member, 'member');
    const group = await handOverGroup(context.database, signedIn(context), input.code, member);
    await publishGroup(context.bus, group);
    return { group };
  },
  payload: (t) => ({ group: groupField(t, 'The group as it is now.') }),
});
