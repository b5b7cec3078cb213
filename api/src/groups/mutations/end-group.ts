import { mutation } from '../../schema/builder.ts';
import { codeField, groupField, signedIn } from '../group-inputs.ts';
import { endGroup } from '../groups.ts';
import { publishGroup } from '../publish.ts';

mutation('endGroup', {
  description: 'Ends a group for everybody. For the host.',
  quiet: true,
  input: (t) => ({ code: t.string(codeField) }),
  resolve: async (input, context) => {
    const group = await endGroup(context.database, signedIn(context), input.code, context.clock.now());
    await publishGroup(context.bus, group);
    return { group };
  },
  payload: (t) => ({ group: groupField(t, 'The group as it ended.') }),
});
