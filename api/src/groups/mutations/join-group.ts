import { countTry } from '../../accounts/limits.ts';
import { mutation } from '../../schema/builder.ts';
import { codeField, comerOf, groupField, memberField, memberOf, nameCheck, nameOf, signedIn } from '../group-inputs.ts';
import { joinGroup } from '../groups.ts';
import { publishGroup } from '../publish.ts';

mutation('joinGroup', {
  description:
    'Joins a group by its code, as a guest or with an account. A name that somebody in it has, or that looks like theirs, is given a number.',
  quiet: true,
  input: (t) => ({
    code: t.string(codeField),
    name: t.string({ description: 'What others see, 1 to 40 characters.', validate: nameCheck }),
  }),
  resolve: async (input, context) => {
    const viewer = signedIn(context);
    await countTry(context, 'groupJoinAddress', context.address);
    const name = await nameOf(context, viewer, input.name);
    const group = await joinGroup(context.database, viewer, input.code, name, comerOf(context), context.clock.now());
    await publishGroup(context.bus, group);
    return { group, member: await memberOf(context, group, viewer) };
  },
  payload: (t) => ({ group: groupField(t, 'The group.'), member: memberField(t) }),
});
