import { z } from 'zod';
import { countTry } from '../../accounts/limits.ts';
import { mutation } from '../../schema/builder.ts';
import { codeField, groupField, signedIn } from '../group-inputs.ts';
import { reportSpread } from '../groups.ts';
import { publishGroup, publishTick } from '../publish.ts';

mutation('reportSpread', {
  description:
    "Says that one is there and how far one's sound is from the group's clock. Sent every 5 to 10 s by each member; a host that is silent for 30 s loses the group to whoever has been there the longest.",
  quiet: true,
  input: (t) => ({
    code: t.string(codeField),
    offsetMilliseconds: t.float({
      description: "How late one's sound is, milliseconds; left out when it is not known (not playing).",
      validate: z.number().min(-600_000).max(600_000),
    }),
  }),
  resolve: async (input, context) => {
    const viewer = signedIn(context);
    await countTry(context, 'groupReportPerson', viewer.userId);
    const { group, handedOver } = await reportSpread(
      context.database,
      viewer,
      input.code,
      input.offsetMilliseconds ?? null,
      context.clock.now(),
    );
    await (handedOver ? publishGroup : publishTick)(context.bus, group);
    return { group };
  },
  payload: (t) => ({ group: groupField(t, 'The group as it is now.') }),
});
