import { mutation } from '../../schema/builder.ts';
import { inputUuid } from '../../schema/node-id.ts';
import { codeField, groupField, signedIn } from '../group-inputs.ts';
import { kickMember } from '../groups.ts';
import { publishGroup } from '../publish.ts';
import { audienceOf } from '../types.ts';

mutation('kickMember', {
  description:
    'Takes somebody out of a group for good, on their device and network also as somebody else. For the host.',
  quiet: true,
  input: (t) => ({
    code: t.string(codeField),
    member: t.id({ required: true, description: 'Global id of the member.' }),
  }),
  resolve: async (input, context) => {
    const member = inputUuid('GroupMember', input.member, 'member');
    const { group, userId } = await kickMember(
      context.database,
      signedIn(context),
      input.code,
      member,
      context.clock.now(),
    );
    await context.live.remove(audienceOf(group.id), userId);
    await publishGroup(context.bus, group);
    return { group };
  },
  payload: (t) => ({ group: groupField(t, 'The group as it is now.') }),
});
