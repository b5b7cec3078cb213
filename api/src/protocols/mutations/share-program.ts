import { countTry } from '../../accounts/limits.ts';
import { mutation } from '../../schema/builder.ts';
import { programOf } from '../edit.ts';
import { titleCheck } from '../protocol-inputs.ts';
import { LARGEST_SHARED, SharedProgram, shareProgram } from '../shared-program.ts';

mutation('shareProgram', {
  description: `Keeps a program behind a short link for 90 days, without an account. At most ${LARGEST_SHARED} bytes of JSON; 20 at once from one network address, then one an hour. The same again gets the same link.`,
  quiet: true,
  authScopes: {},
  input: (t) => ({
    title: t.string({ required: true, description: '1 to 120 characters.', validate: titleCheck }),
    program: t.field({
      type: 'JSON',
      required: true,
      description: 'A program in the form of program/program.schema.json. Faults are named with their paths.',
    }),
  }),
  resolve: async ({ title, program }, context) => {
    const whole = programOf(program);
    await countTry(context, 'shareAddress', context.address);
    return { shared: await shareProgram(context.database, title, whole, context.clock.now()) };
  },
  payload: (t) => ({
    shared: t.field({
      type: SharedProgram,
      nullable: true,
      description: 'The program with its code.',
      resolve: (payload) => payload.shared,
    }),
  }),
});
