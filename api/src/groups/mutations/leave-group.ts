import { mutation } from '../../schema/builder.ts';
import { codeField, groupField, signedIn } from '../group-inputs.ts';
import { leaveGroup } from '../groups.ts';
import { publishGroup } from '../publish.ts';
import { audienceOf } from '../types.ts';

mutation('leaveGroup', {
  description:
    "Leaves a group. A host's group goes to whoever has been there the longest, or ends when nobody is left.",
  quiet: true,
  input: (t) => ({ code: t.string(codeField) }),
  resolve: async (input, context) => {
    const viewer = signedIn(context);
    const group = await leaveGroup(context.database, viewer, input.code, context.clock.now());
    await publishGroup(context.bus, group);
    await context.live.remove(audienceOf(group.id), viewer.userId);
    return { group };
  },
  payload: (t) => ({ group: groupField(t, 'The group as it was left.') }),
});
