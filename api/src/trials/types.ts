import type { TrialAnswer } from '@nes/trials/answer.ts';
import type { RandomEffects } from '@nes/trials/random-effects.ts';
import { User } from '../accounts/types.ts';
import { mayReadRevision, type RevisionWithRights, revisionRights } from '../protocols/rights.ts';
import { Revision } from '../protocols/types.ts';
import { builder } from '../schema/builder.ts';
import { can } from '../schema/can.ts';
import { argumentUuid } from '../schema/node-id.ts';
import { guardNode } from '../schema/node-rules.ts';
import { acrossPeople, FEWEST_PEOPLE, isShared } from './across.ts';
import { findTrial, type KeptTrial, revealOf, stepOf, trialDocument } from './keep.ts';
import { checkHashes, type HashCheck } from './verify.ts';

const STEPS = {
  PERIOD: 'The next period may begin.',
  WAIT: 'The last period was today; the next may begin on another day.',
  REVEAL: 'All periods are recorded; the order can be opened.',
  OPEN: 'The order is open and the answer there.',
} as const;

const TrialStep = builder.enumType('TrialStep', {
  description: 'What may be done next in a trial.',
  values: Object.fromEntries(
    Object.entries(STEPS).map(([step, description]) => [step, { value: step, description }]),
  ) as Record<keyof typeof STEPS, { value: keyof typeof STEPS; description: string }>,
});

const TrialPeriod = builder.prismaObject('TrialPeriod', {
  description:
    'What one period of a trial gave. It is written once and never changed. Its arm is told by the opened order only.',
  fields: (t) => ({
    period: t.exposeInt('period', { description: 'Number of the period, from 1.' }),
    sessionId: t.expose('sessionId', {
      type: 'UUID',
      nullable: true,
      description: 'The session that was heard; null for a period that was missed.',
    }),
    startedAt: t.expose('startedAt', { type: 'DateTime', description: 'When it began, UTC.' }),
    endedAt: t.expose('endedAt', { type: 'DateTime', description: 'When it ended with its measurement, UTC.' }),
    heardSeconds: t.exposeFloat('heardSeconds', { description: 'Time heard, seconds.' }),
    value: t.exposeFloat('value', {
      nullable: true,
      description: "The outcome in the plan's unit; null when missing.",
    }),
    detail: t.field({
      type: 'JSON',
      description: 'How the value was measured: numbers, short texts and lists of numbers by name.',
      resolve: (period) => period.detail,
    }),
    beatChance: t.exposeFloat('beatChance', {
      nullable: true,
      description: 'Chance that the person gave to the beat before knowing, 0.01 to 0.99; null when not asked.',
    }),
  }),
});

const TrialReveal = builder.objectRef<NonNullable<ReturnType<typeof revealOf>>>('TrialReveal').implement({
  description: 'The opened order of a trial.',
  fields: (t) => ({
    at: t.string({ description: 'When it was opened, ISO 8601, UTC.', resolve: ({ at }) => at }),
    order: t.exposeString('order', { description: 'One letter a period: B for the beat, C for the control.' }),
    salt: t.exposeString('salt', {
      description: 'With the order it makes the commitment of the plan; 64 hexadecimal digits.',
    }),
    afterPeriods: t.exposeInt('afterPeriods', { description: 'Periods that were recorded by then.' }),
    early: t.exposeBoolean('early', { description: 'Whether that was before the planned end. Stays so for ever.' }),
  }),
});

export const Trial = builder.prismaNode('Trial', {
  id: { field: 'id', description: 'Global id: base64 of `Trial:` and its uuid, so that clients can compute it.' },
  nullable: true,
  description:
    'A blinded trial of one person: a plan fixed beforehand, periods, and an answer once the order is opened.',
  fields: (t) => ({
    uuid: t.expose('id', { type: 'UUID', description: 'Id that the client made.' }),
    plan: t.field({
      type: 'JSON',
      description:
        'Everything that was fixed before the first period, as docs/TRIALS.md tells. The order is not in it, only the commitment to it.',
      resolve: (trial) => trial.plan,
    }),
    planHash: t.exposeString('planHash', { description: 'SHA-256 of the plan as RFC 8785 JSON, hex.' }),
    revision: t.field({
      type: Revision,
      nullable: true,
      description: "The protocol's state that is tried; null where the person may not read it (any more).",
      select: (_args, _context, nested) => ({ revision: nested({ select: revisionRights } as never) }),
      resolve: async (trial, _args, context) => {
        const { revision } = trial as unknown as { revision: RevisionWithRights & { protocolId: string } };
        return (await mayReadRevision(context, revision)) ? revision : null;
      },
    }),
    sealedOn: t.expose('sealedOn', {
      type: 'UUID',
      nullable: true,
      description: 'Device on which the order lies sealed; null where the server has it.',
    }),
    periods: t.relation('periods', {
      type: TrialPeriod,
      description: 'The recorded periods, the first one first; at most 365.',
      query: { orderBy: { period: 'asc' } },
    }),
    step: t.field({
      type: TrialStep,
      description: 'What may be done next.',
      resolve: async (trial, _args, context) => stepOf(await whole(trial, context), context.clock.now()).step,
    }),
    reveal: t.field({
      type: TrialReveal,
      nullable: true,
      description: 'The opened order; null until then.',
      resolve: revealOf,
    }),
    answer: t.field({
      type: 'JSON',
      nullable: true,
      description:
        'What the trial says, by the analysis that its plan fixed; null until the order is opened. Fields as `TrialAnswer` in docs/TRIALS.md.',
      resolve: async (trial, _args, context): Promise<TrialAnswer | null> =>
        trial.revealedAt === null ? null : (await trialDocument(await whole(trial, context))).answer,
    }),
    head: t.string({
      description: 'Hash that stands for plan, periods and opened order together, hex.',
      resolve: async (trial, _args, context) => (await trialDocument(await whole(trial, context))).head,
    }),
    shared: t.boolean({
      description: 'Whether its result is among those shown across people.',
      resolve: (trial, _args, { database }) => isShared(database, trial.id),
    }),
  }),
});
guardNode<KeptTrial>('Trial', (trial, { viewer }) => can(viewer, 'trial.own', trial));

/** The trial with its periods; mutations bring them along. */
async function whole(
  trial: { id: string; userId: string },
  { database }: { database: Parameters<typeof findTrial>[0] },
): Promise<KeptTrial> {
  if ('periods' in trial) return trial as KeptTrial;
  return (await findTrial(database, trial.id, trial.userId)) as KeptTrial;
}

builder.prismaObjectFields(User, (t) => ({
  trials: t.relatedConnection(
    'trials',
    {
      cursor: 'id',
      description: "The person's trials, the last planned first.",
      query: { orderBy: [{ createdAt: 'desc' }, { id: 'desc' }] },
    },
    { name: 'TrialConnection' },
    { name: 'TrialEdge' },
  ),
}));

const TrialVerification = builder.objectRef<HashCheck>('TrialVerification').implement({
  description: 'Whether a trial as somebody has it is the one that the server keeps.',
  fields: (t) => ({
    planHolds: t.exposeBoolean('planHolds', { description: 'Whether the hash of the plan is the kept one.' }),
    headHolds: t.exposeBoolean('headHolds', {
      description: 'Whether the head is that of the kept periods and opened order.',
    }),
    faults: t.exposeStringList('faults', {
      description: 'What does not hold in the kept trial itself; empty when it is whole.',
    }),
    notes: t.exposeStringList('notes', {
      description: 'What holds and must be known, e.g. that the order was opened before the planned end.',
    }),
  }),
});

const TrialsAcrossPeople = builder.objectRef<RandomEffects>('TrialsAcrossPeople').implement({
  description:
    'What the trials of people who agreed to it say together: random effects, REML. Effects are d, and helping counts up.',
  fields: (t) => ({
    people: t.exposeInt('studies', { description: 'How many people, each with their last trial.' }),
    effect: t.exposeFloat('effect', { description: 'Mean effect, standard deviations.' }),
    standardError: t.exposeFloat('standardError', { description: 'Its standard error.' }),
    low: t.exposeFloat('low', { description: 'Lower end of the 95 % interval.' }),
    high: t.exposeFloat('high', { description: 'Upper end of the 95 % interval.' }),
    tauSquared: t.exposeFloat('tauSquared', { description: 'Variance between people.' }),
    iSquared: t.exposeFloat('iSquared', {
      description: 'Share of the differences that is more than chance within people, percent.',
    }),
  }),
});

builder.queryFields((t) => ({
  trial: t.prismaField({
    type: Trial,
    nullable: true,
    authScopes: { signedIn: true },
    description: 'A trial of the signed-in person; null when there is none of this id.',
    args: { id: t.arg.id({ required: true, description: '`id` of the trial.' }) },
    resolve: (query, _root, args, { database, viewer }) =>
      database.trial.findFirst({
        ...query,
        where: { id: argumentUuid('Trial', args.id, 'id'), userId: viewer?.userId ?? '' },
      }),
  }),
  verifyTrial: t.field({
    type: TrialVerification,
    nullable: true,
    authScopes: { signedIn: true },
    description:
      'Compares the hashes of an exported trial with what the server keeps; null when there is no such trial.',
    args: {
      id: t.arg.id({ required: true, description: '`id` of the trial.' }),
      planHash: t.arg.string({ required: true, description: '`planHash` of the export.' }),
      head: t.arg.string({ required: true, description: '`head` of the export.' }),
    },
    resolve: async (_root, { id, planHash, head }, { database, viewer }) => {
      const trial = await findTrial(database, argumentUuid('Trial', id, 'id'), viewer?.userId ?? '');
      return trial && checkHashes(trial, planHash, head);
    },
  }),
  trialsAcrossPeople: t.field({
    type: TrialsAcrossPeople,
    nullable: true,
    description: `What the trials of all who agreed say of a protocol and an outcome; null for fewer than ${FEWEST_PEOPLE} people.`,
    args: {
      protocol: t.arg.id({ required: true, description: '`id` of the protocol.' }),
      outcome: t.arg.string({ required: true, description: 'Id of the outcome, as in plans.' }),
    },
    resolve: (_root, { protocol, outcome }, { database }) =>
      acrossPeople(database, argumentUuid('Protocol', protocol, 'protocol'), outcome),
  }),
}));
