import { User } from '../accounts/types.ts';
import { userChannel } from '../platform/bus-keys.ts';
import type { Screening as ScreeningRow } from '../platform/prisma/client.ts';
import { builder } from '../schema/builder.ts';
import { unauthenticated } from '../schema/errors.ts';
import { follow } from '../schema/live.ts';
import { isAboutScreening, keptScreening, permissionOf, type Question } from './answer-screening.ts';

/** The questions, and what a yes to each says. */
export const questions: Record<Question, string> = {
  seizures: 'Seizures or epilepsy, oneself or close family.',
  photosensitivity: 'Sensitive to flashing light.',
  heart: 'Pacemaker or another implant, or a disorder of the heart.',
  psychosis: 'Psychosis or bipolar disorder.',
  headInjury: 'A head injury not long ago.',
  pregnancy: 'Pregnant.',
  under18: 'Younger than 18.',
  hearing: 'Tinnitus, hyperacusis, hearing loss or one deaf ear.',
  migraine: 'Migraine of any kind.',
  lungs: 'Asthma that is not under control, COPD or breathlessness.',
  panic: 'Panic attacks, trauma or dissociation.',
  sedatives: 'Alcohol, sedatives or other drugs today.',
};

export const Screening = builder.objectRef<ScreeningRow>('Screening').implement({
  description: 'Answers to the safety questions, and what they allow.',
  fields: (t) => ({
    id: t.expose('id', {
      type: 'UUID',
      description: 'Names these answers: changed answers have another one. What `replaces` of `answerScreening` takes.',
    }),
    questionsVersion: t.exposeInt('questionsVersion', { description: 'Version of the questions.' }),
    seizures: t.exposeBoolean('seizures', { description: questions.seizures }),
    photosensitivity: t.exposeBoolean('photosensitivity', { description: questions.photosensitivity }),
    heart: t.exposeBoolean('heart', { description: questions.heart }),
    psychosis: t.exposeBoolean('psychosis', { description: questions.psychosis }),
    headInjury: t.exposeBoolean('headInjury', { description: questions.headInjury }),
    pregnancy: t.exposeBoolean('pregnancy', { description: questions.pregnancy }),
    under18: t.exposeBoolean('under18', { description: questions.under18 }),
    hearing: t.exposeBoolean('hearing', { description: questions.hearing }),
    migraine: t.exposeBoolean('migraine', { description: questions.migraine }),
    lungs: t.exposeBoolean('lungs', { description: questions.lungs }),
    panic: t.exposeBoolean('panic', { description: questions.panic }),
    sedatives: t.exposeBoolean('sedatives', { description: questions.sedatives }),
    acceptedRisk: t.exposeBoolean('acceptedRisk', {
      description: 'The explicit choice to go on, where an answer asks for one.',
    }),
    answeredAt: t.expose('answeredAt', { type: 'DateTime', description: 'When this server received them, UTC.' }),
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
    description:
      'The answers to the safety questions; null for a person who did not agree that they are kept with the account.',
    resolve: (user, _args, context) => keptScreening(context, user.id),
  }),
);

builder.subscriptionField('screeningChanged', (t) =>
  t.field({
    type: Screening,
    nullable: true,
    description:
      "The signed-in person's kept answers to the safety questions: as they are, then whenever they change; null while none are kept.",
    authScopes: { signedIn: true },
    subscribe: (_root, _args, context) => {
      if (!context.viewer) throw unauthenticated();
      const { userId } = context.viewer;
      const load = () => keptScreening(context, userId);
      return follow<ScreeningRow | null>(context.bus, {
        channel: userChannel(userId),
        load,
        read: (message) => (isAboutScreening(message) ? load() : undefined),
      });
    },
    resolve: (screening) => screening as ScreeningRow | null,
  }),
);
