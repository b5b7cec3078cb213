import { z } from 'zod';
import { User } from '../accounts/types.ts';
import { builder, mutation } from '../graphql/builder.ts';
import { unauthenticated } from '../graphql/errors.ts';
import type { Screening as ScreeningRow } from '../platform/prisma/client.ts';
import { answerScreening, newestScreening, permissionOf } from './answer-screening.ts';

/** The questions, and what a yes to each says. */
const questions = {
  seizures: 'Seizures or epilepsy, oneself or close family.',
  photosensitivity: 'Sensitive to flicker, or migraine with aura.',
  heart: 'Pacemaker or a disorder of the heart rhythm.',
  psychosis: 'Psychosis or bipolar disorder.',
  headInjury: 'A head injury not long ago.',
  pregnancy: 'Pregnant.',
  under18: 'Younger than 18.',
  hearing: 'Tinnitus or hyperacusis.',
} as const;
type Question = keyof typeof questions;
const names = Object.keys(questions) as Question[];

const Screening = builder.objectRef<ScreeningRow>('Screening').implement({
  description: 'Answers to the safety questions, and what they allow.',
  fields: (t) => ({
    questionsVersion: t.exposeInt('questionsVersion', { description: 'Version of the questions.' }),
    seizures: t.exposeBoolean('seizures', { description: questions.seizures }),
    photosensitivity: t.exposeBoolean('photosensitivity', { description: questions.photosensitivity }),
    heart: t.exposeBoolean('heart', { description: questions.heart }),
    psychosis: t.exposeBoolean('psychosis', { description: questions.psychosis }),
    headInjury: t.exposeBoolean('headInjury', { description: questions.headInjury }),
    pregnancy: t.exposeBoolean('pregnancy', { description: questions.pregnancy }),
    under18: t.exposeBoolean('under18', { description: questions.under18 }),
    hearing: t.exposeBoolean('hearing', { description: questions.hearing }),
    acceptedRisk: t.exposeBoolean('acceptedRisk', {
      description: 'The explicit choice to go on, where an answer asks for one.',
    }),
    answeredAt: t.expose('answeredAt', { type: 'DateTime', description: 'When they were given, UTC.' }),
    lightAllowed: t.boolean({
      description: 'Whether light that follows the beat may be shown. No choice of the person changes it.',
      resolve: (answers) => permissionOf(answers).lightAllowed,
    }),
    maxIsochronicDepth: t.float({
      description: 'Greatest depth of isochronic pulses, 0 to 1.',
      resolve: (answers) => permissionOf(answers).maxIsochronicDepth,
    }),
  }),
});

builder.objectField(User, 'screening', (t) =>
  t.field({
    type: Screening,
    nullable: true,
    description: 'The newest answers to the safety questions; null when they were never given.',
    resolve: (user, _args, context) => newestScreening(context, user.id),
  }),
);

mutation('answerScreening', {
  description: 'Keeps a set of answers to the safety questions. Older ones stay; the newest count.',
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
    answeredAt: t.field({ type: 'DateTime', description: 'When they were given, UTC; left out: now.' }),
  }),
  resolve: async (input, context) => {
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
