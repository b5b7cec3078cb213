import { countTry } from '../../accounts/limits.ts';
import { mutation } from '../../schema/builder.ts';
import { codeField, groupField, signedIn } from '../group-inputs.ts';
import { renewCode } from '../groups.ts';
import { publishGroup } from '../publish.ts';

mutation('renewGroupCode', {
  description:
    'Gives a group another code, as after somebody was taken out. The old one lets nobody in; those who are in may go on using it. For the host.',
  quiet: true,
  input: (t) => ({ code: t.string(codeField) }),
  resolve: async (input, context) => {
    const viewer = signedIn(context);
    await countTry(context, 'groupControlPerson', viewer.userId);
    const group = await renewCode(context.database, viewer, input.code);
    await publishGroup(context.bus, group);
    return { group };
  },
  payload: (t) => ({ group: groupField(t, 'The group with its new code.') }),
});
