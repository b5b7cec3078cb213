import { countTry } from '../../accounts/limits.ts';
import { mutation } from '../../schema/builder.ts';
import { inputUuid } from '../../schema/node-id.ts';
import { comerOf, groupField, memberField, memberOf, nameCheck, nameOf, signedIn } from '../group-inputs.ts';
import { createGroup } from '../groups.ts';

mutation('createGroup', {
  description: 'Makes a group that hears a revision together; whoever makes it is its host and first member.',
  quiet: true,
  input: (t) => ({
    revision: t.id({ required: true, description: 'Global id of the revision that is played.' }),
    name: t.string({ description: 'What others see of the host, 1 to 40 characters.', validate: nameCheck }),
  }),
  resolve: async (input, context) => {
    const viewer = signedIn(context);
    await countTry(context, 'groupCreatePerson', viewer.userId);
    const revision = inputUuid('Revision', input.revision, 'revision');
    const name = await nameOf(context, viewer, input.name);
    const group = await createGroup(context.database, viewer, revision, name, comerOf(context), context.clock.now());
    return { group, member: await memberOf(context, group, viewer) };
  },
  payload: (t) => ({ group: groupField(t, 'The new group.'), member: memberField(t) }),
});
