import { commitmentOf, freshSalt } from '@nes/trials/commitment.ts';
import { drawOrder, FEWEST_PERIODS, MOST_PERIODS, ordersOf } from '@nes/trials/order.ts';
import { ANALYSIS, EFFECT_RANGE, PRIOR, planFaults, type TrialPlan } from '@nes/trials/plan.ts';
import { z } from 'zod';
import { builder, mutation } from '../../schema/builder.ts';
import { unauthenticated, userError } from '../../schema/errors.ts';
import { inputUuid } from '../../schema/node-id.ts';
import { line } from '../../schema/texts.ts';
import { keepPlan } from '../keep.ts';
import { Trial } from '../types.ts';

const hash = z.string().regex(/^[0-9a-f]{64}$/, 'A SHA-256 has 64 small hexadecimal digits.');

export const TrialOrderRule = builder.enumType('TrialOrderRule', {
  description: 'How the arms may follow each other.',
  values: {
    BLOCKS_OF_TWO: { value: 'BLOCKS_OF_TWO', description: 'Each two periods hold both arms, in either order.' },
    RUNS_OF_TWO: {
      value: 'RUNS_OF_TWO',
      description: 'Both arms equally often, never more than two periods of one in a row.',
    },
  } as const,
});

const TrialOutcomeInput = builder.inputType('TrialOutcomeInput', {
  description: 'What is measured after each period.',
  fields: (t) => ({
    id: t.string({
      required: true,
      description: 'Name in small letters, e.g. `calm` or `pvt-speed`.',
      validate: line(40, 1),
    }),
    unit: t.string({ required: true, description: 'Its unit. At most 40 characters.', validate: line(40, 1) }),
    higherIsBetter: t.boolean({ required: true, description: 'Whether a higher value helps.' }),
    settings: t.field({
      type: 'JSON',
      required: true,
      description: 'Numbers by name that the measurement hangs on, e.g. `{"lapseMs": 355}`; may be empty.',
      validate: z.record(z.string().regex(/^[a-zA-Z]\w{0,39}$/), z.number()),
    }),
  }),
});

mutation('planTrial', {
  description:
    'Fixes the plan of a blinded trial. Without `commitment` the server draws the order and keeps it closed; with it the order lies sealed on the device that planned. Sending it again changes nothing.',
  quiet: true,
  input: (t) => ({
    id: t.field({ type: 'UUID', required: true, description: 'Id of the trial, made by the client.' }),
    revision: t.id({ required: true, description: 'Global id of the revision whose beat is tried.' }),
    title: t.string({
      required: true,
      description: 'Title of the protocol. At most 120 characters.',
      validate: line(120, 1),
    }),
    beatHash: t.string({
      required: true,
      description: 'SHA-256 of the program as RFC 8785 JSON, hex.',
      validate: hash,
    }),
    controlHash: t.string({ required: true, description: 'The same of the program without its beat.', validate: hash }),
    masked: t.boolean({ required: true, description: 'Whether both arms carry a noise that covers the beat.' }),
    outcome: t.field({ type: TrialOutcomeInput, required: true, description: 'What is measured.' }),
    periods: t.int({
      required: true,
      description: `Number of periods, ${FEWEST_PERIODS} to ${MOST_PERIODS}; even for blocks of two.`,
      validate: z.number().min(FEWEST_PERIODS).max(MOST_PERIODS),
    }),
    oneADay: t.boolean({ required: true, description: 'Whether at most one period is begun on a day.' }),
    timeZone: t.string({ required: true, description: 'IANA zone whose days count.', validate: line(64, 1) }),
    orderRule: t.field({ type: TrialOrderRule, required: true, description: 'How the arms may follow each other.' }),
    smallestEffect: t.float({
      required: true,
      description: `Smallest effect that would matter to the person, ${EFFECT_RANGE.least} to ${EFFECT_RANGE.most} standard deviations.`,
      validate: z.number().min(EFFECT_RANGE.least).max(EFFECT_RANGE.most),
    }),
    commitment: t.string({
      description: 'SHA-256(salt ‖ order) of an order that the device drew, hex; left out: the server draws it.',
      validate: hash,
    }),
    plannedAt: t.field({ type: 'DateTime', description: 'With `commitment`: when the plan was made, UTC.' }),
    deviceId: t.field({ type: 'UUID', description: 'With `commitment`: the device on which the order lies sealed.' }),
  }),
  resolve: async (input, { viewer, database, clock }) => {
    if (!viewer) throw unauthenticated();
    const sealed = input.commitment != null;
    if (sealed && (input.plannedAt == null || input.deviceId == null))
      throw userError('INVALID', 'commitment', 'With commitment plannedAt and deviceId must be given.');
    const now = clock.now();
    const plan: TrialPlan = {
      id: input.id,
      analysis: ANALYSIS,
      protocol: { revisionId: inputUuid('Revision', input.revision, 'revision'), title: input.title },
      arms: { beat: input.beatHash, control: input.controlHash },
      masked: input.masked,
      outcome: { ...input.outcome, settings: input.outcome.settings as Record<string, number> },
      periods: input.periods,
      oneADay: input.oneADay,
      timeZone: input.timeZone,
      orderRule: input.orderRule,
      commitment: input.commitment ?? '0'.repeat(64),
      missing: 'LEAVE_OUT',
      smallestEffect: input.smallestEffect,
      prior: { ...PRIOR },
      light: 'OFF',
      plannedAt: ((sealed ? input.plannedAt : null) ?? now).toISOString(),
    };
    const [fault] = planFaults(plan);
    if (fault) throw userError('INVALID', fault.field, fault.message);
    const opening = sealed ? null : { salt: freshSalt(), order: drawOrder(ordersOf(plan.orderRule, plan.periods)) };
    const fixed = opening ? { ...plan, commitment: await commitmentOf(opening) } : plan;
    return { trial: await keepPlan(database, viewer.userId, fixed, opening, input.deviceId ?? null, now) };
  },
  payload: (t) => ({
    trial: t.field({
      type: Trial,
      nullable: true,
      description: 'The trial as it is kept.',
      resolve: ({ trial }) => trial,
    }),
  }),
});
