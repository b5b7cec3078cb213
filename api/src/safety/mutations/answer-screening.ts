import { z } from 'zod';
import { mutation } from '../../schema/builder.ts';
import { unauthenticated } from '../../schema/errors.ts';
import { answerScreening, questions as names, type Question } from '../answer-screening.ts';
import { questions, Screening } from '../types.ts';

mutation('answerScreening', {
  description:
    'Keeps a set of answers to the safety questions with the account. They are data concerning health: refused unless the person agreed to it. A yes that is kept stays one unless `replaces` names the kept answers; `screening` is what holds then.',
  quiet: true,
  input: (t) => ({
    questionsVersion: t.int({
      required: true,
      validate: z.number().min(1).max(1000),
      description: 'Version of the questions that were answered.',
    }),
    ...(Object.fromEntries(
      names.map((name) => [name, t.boolean({ required: true, description: questions[name] })]),
    ) as Record<Question, ReturnType<typeof t.boolean<true>>>),
    acceptedRisk: t.boolean({
      required: true,
      description: 'The explicit choice to go on, where an answer asks for one.',
    }),
    agreesToKeep: t.boolean({
      required: true,
      description: 'True: the person agreed, after a plain sentence, that the answers are kept with the account.',
    }),
    replaces: t.field({
      type: 'UUID',
      description:
        '`id` of the kept answers that the person was shown and changes on purpose. Without it, or where others are kept by now, the stricter answer to each question holds.',
    }),
    answeredAt: t.field({
      type: 'DateTime',
      deprecationReason:
        'It has no effect: a device’s clock decides nothing, the server goes by the order in which it receives answers.',
      description: 'Has no effect.',
    }),
  }),
  resolve: async ({ answeredAt: _, ...input }, context) => {
    if (!context.viewer) throw unauthenticated();
    return { screening: await answerScreening(context, context.viewer, input) };
  },
  payload: (t) => ({
    screening: t.field({
      type: Screening,
      nullable: true,
      description: 'The answers as kept.',
      resolve: (p) => p.screening,
    }),
  }),
});
