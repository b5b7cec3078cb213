import { z } from 'zod';
import { User } from '../accounts/types.ts';
import type { MeasuredResponse as ResponseRow } from '../platform/prisma/client.ts';
import { builder, mutation } from '../schema/builder.ts';
import { unauthenticated } from '../schema/errors.ts';
import { inputUuid } from '../schema/node-id.ts';
import { line } from '../schema/texts.ts';
import {
  type ResponseChannel as Channel,
  deleteResponse,
  recordResponse,
  VERDICTS,
  type Verdict,
} from './record-response.ts';

const verdicts: Record<Verdict, string> = {
  FOLLOWS: 'The electrode follows the sound.',
  NOT_SEEN: 'No response was seen; the smallest one that would have been stands beside.',
  CANNOT_TELL: 'No answer: not worn, mains, movement, or a control answered as well.',
};

const ResponseVerdict = builder.enumType('ResponseVerdict', {
  description: 'What a measurement says of one electrode.',
  values: Object.fromEntries(VERDICTS.map((one) => [one, { description: verdicts[one] }])) as Record<
    Verdict,
    { description: string }
  >,
});

const texts = {
  name: 'Name of the electrode.',
  verdict: 'What is said of it.',
  p: 'Chance that nothing gives an answer as strong, 0 to 1; null where there was too little to tell.',
  minutes: 'Minutes that the answer stands on.',
  smallestVisibleMicrovolts: 'The smallest response that would have been seen, µV (peak), or null.',
  measuredAt: 'When it was measured, UTC.',
  device: 'The device as it calls itself.',
  rateHz: 'The beat, Hz.',
  windows: 'Windows before any was left out.',
  leftOutShare: 'Share of the windows that was left out, 0 to 1.',
  earphonesAway: 'A control with the earphones away from the ears: what follows is pick-up.',
};

const ResponseChannel = builder.objectRef<Channel>('ResponseChannel').implement({
  description: 'The answer of one electrode.',
  fields: (t) => ({
    name: t.exposeString('name', { description: texts.name }),
    verdict: t.expose('verdict', { type: ResponseVerdict, description: texts.verdict }),
    p: t.exposeFloat('p', { nullable: true, description: texts.p }),
    minutes: t.exposeFloat('minutes', { description: texts.minutes }),
    smallestVisibleMicrovolts: t.exposeFloat('smallestVisibleMicrovolts', {
      nullable: true,
      description: texts.smallestVisibleMicrovolts,
    }),
  }),
});

const MeasuredResponse = builder.objectRef<ResponseRow>('MeasuredResponse').implement({
  description: 'What an EEG measurement said. The signal never left the device it was made on.',
  fields: (t) => ({
    responseId: t.expose('id', { type: 'UUID', description: 'The id that the client made.' }),
    measuredAt: t.expose('measuredAt', { type: 'DateTime', description: texts.measuredAt }),
    device: t.exposeString('device', { description: texts.device }),
    rateHz: t.exposeFloat('rateHz', { description: texts.rateHz }),
    windows: t.exposeInt('windows', { description: texts.windows }),
    leftOutShare: t.exposeFloat('leftOutShare', { description: texts.leftOutShare }),
    earphonesAway: t.exposeBoolean('earphonesAway', { description: texts.earphonesAway }),
    channels: t.field({
      type: [ResponseChannel],
      description: 'The answer of each electrode.',
      resolve: ({ channels }) => channels as unknown as Channel[],
    }),
  }),
});

builder.objectField(User, 'responses', (t) =>
  t.field({
    type: [MeasuredResponse],
    description: 'Measured responses that were kept by consent, newest first.',
    args: {
      first: t.arg.int({
        defaultValue: 50,
        description: 'How many, 1 to 200.',
        validate: z.number().int().min(1).max(200),
      }),
    },
    resolve: (user, { first }, { database }) =>
      database.measuredResponse.findMany({
        where: { userId: user.id },
        orderBy: [{ measuredAt: 'desc' }, { id: 'desc' }],
        take: first ?? 50,
      }),
  }),
);

const share = z.number().min(0).max(1);

const ResponseChannelInput = builder.inputType('ResponseChannelInput', {
  description: 'The answer of one electrode.',
  fields: (t) => ({
    name: t.string({ required: true, description: texts.name, validate: line(64) }),
    verdict: t.field({ type: ResponseVerdict, required: true, description: texts.verdict }),
    p: t.float({ description: texts.p, validate: share }),
    minutes: t.float({ required: true, description: texts.minutes, validate: z.number().min(0).max(1_440) }),
    smallestVisibleMicrovolts: t.float({
      description: texts.smallestVisibleMicrovolts,
      validate: z.number().min(0).max(1e6),
    }),
  }),
});

mutation('recordResponse', {
  description:
    'Keeps what an EEG measurement said, with consent: the answer of each electrode, nothing of the signal. A repeated id is answered with what was kept first.',
  input: (t) => ({
    responseId: t.field({
      type: 'UUID',
      required: true,
      description: 'Made by the client, new for every measurement.',
    }),
    session: t.id({ description: 'Global id of the session it was measured in; left out: a measurement of its own.' }),
    consent: t.boolean({ required: true, description: 'The person wants the answer to be kept.' }),
    measuredAt: t.field({ type: 'DateTime', required: true, description: texts.measuredAt }),
    device: t.string({ required: true, description: texts.device, validate: line(100) }),
    rateHz: t.float({ required: true, description: texts.rateHz, validate: z.number().min(0.1).max(1000) }),
    windows: t.int({ required: true, description: texts.windows, validate: z.number().int().min(0).max(100_000) }),
    leftOutShare: t.float({ required: true, description: texts.leftOutShare, validate: share }),
    earphonesAway: t.boolean({ required: true, description: texts.earphonesAway }),
    channels: t.field({
      type: [ResponseChannelInput],
      required: true,
      description: 'The answer of each electrode, 1 to 64.',
      validate: z.array(z.any()).min(1).max(64),
    }),
  }),
  resolve: async ({ session, channels, ...input }, context) => {
    if (!context.viewer) throw unauthenticated();
    const response = await recordResponse(context, context.viewer, {
      ...input,
      sessionId: session == null ? null : inputUuid('Session', session, 'session'),
      channels: channels.map(({ name, verdict, p, minutes, smallestVisibleMicrovolts }) => ({
        name,
        verdict,
        p: p ?? null,
        minutes,
        smallestVisibleMicrovolts: smallestVisibleMicrovolts ?? null,
      })),
    });
    return { response };
  },
  payload: (t) => ({
    response: t.field({
      type: MeasuredResponse,
      nullable: true,
      description: 'The answer as kept.',
      resolve: (p) => p.response,
    }),
  }),
});

mutation('deleteResponse', {
  description: 'Takes a kept answer away.',
  input: (t) => ({
    responseId: t.field({ type: 'UUID', required: true, description: 'The id that the client made.' }),
  }),
  resolve: async ({ responseId }, context) => {
    if (!context.viewer) throw unauthenticated();
    return { deletedId: await deleteResponse(context, context.viewer, responseId) };
  },
  payload: (t) => ({
    deletedId: t.field({
      type: 'UUID',
      nullable: true,
      description: 'The id that is gone.',
      resolve: (p) => p.deletedId,
    }),
  }),
});
