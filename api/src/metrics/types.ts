import type { GraphQLResolveInfo } from 'graphql';
import { ofIdAlone, User } from '../accounts/types.ts';
import { userChannel } from '../platform/bus-keys.ts';
import type { DailyMetric as DailyMetricRow } from '../platform/prisma/client.ts';
import { protocolColumns } from '../protocols/asked-columns.ts';
import { heardRights, mayReadHeard } from '../protocols/rights.ts';
import { Protocol } from '../protocols/types.ts';
import { fieldsBelow } from '../schema/asked-fields.ts';
import { builder } from '../schema/builder.ts';
import type { Context } from '../schema/context.ts';
import { unauthenticated } from '../schema/errors.ts';
import { follow } from '../schema/live.ts';
import type { Viewer } from '../schema/viewer.ts';
import { type Day, dayDate, localDay } from '../sessions/local-day.ts';
import { daysOf } from '../sessions/publish.ts';
import { type Comparison, compareProtocols, type Scale } from './compare.ts';
import { type Figures, type Goal, readDay, readDays, readGoal, readStreaks, total } from './read.ts';
import type { Estimate } from './student.ts';

const BandSeconds = builder.objectRef<Figures>('BandSeconds').implement({
  description: 'Seconds heard in each band of the strongest beat.',
  fields: (t) => ({
    delta: t.exposeFloat('deltaSeconds', { description: '0.5 Hz to less than 4 Hz, seconds.' }),
    theta: t.exposeFloat('thetaSeconds', { description: '4 Hz to less than 8 Hz, seconds.' }),
    alpha: t.exposeFloat('alphaSeconds', { description: '8 Hz to less than 13 Hz, seconds.' }),
    beta: t.exposeFloat('betaSeconds', { description: '13 Hz to 30 Hz, seconds.' }),
    gamma: t.exposeFloat('gammaSeconds', { description: 'Above 30 Hz, seconds.' }),
    noBeat: t.exposeFloat('noBeatSeconds', { description: 'Without a beat, or below 0.5 Hz, seconds.' }),
  }),
});

const mean = (sum: number, count: number) => (count === 0 ? null : sum / count);

const FiguresInterface = builder.interfaceRef<Figures>('MetricFigures').implement({
  description: 'What was played and how it was rated, of one day or of several together.',
  fields: (t) => ({
    sessions: t.exposeInt('sessions', { description: 'Sessions that began.' }),
    completed: t.exposeInt('completed', { description: 'Those of them that were played to their end.' }),
    seconds: t.exposeFloat('seconds', { description: 'Seconds heard.' }),
    averageStars: t.float({
      nullable: true,
      description: 'Mean of the stars, 1 to 5; null without ratings.',
      resolve: (day) => mean(day.starsSum, day.starsCount),
    }),
    moodChange: t.float({
      nullable: true,
      description: 'Mean change of mood (after − before), −10 to 10; null without ratings.',
      resolve: (day) => mean(day.moodChangeSum, day.moodChangeCount),
    }),
    focusChange: t.float({
      nullable: true,
      description: 'Mean change of focus (after − before), −10 to 10; null without ratings.',
      resolve: (day) => mean(day.focusChangeSum, day.focusChangeCount),
    }),
    calmChange: t.float({
      nullable: true,
      description: 'Mean change of calm (after − before), −10 to 10; null without ratings.',
      resolve: (day) => mean(day.calmChangeSum, day.calmChangeCount),
    }),
    sleepinessChange: t.float({
      nullable: true,
      description: 'Mean change of sleepiness (after − before), −10 to 10; null without ratings.',
      resolve: (day) => mean(day.sleepinessChangeSum, day.sleepinessChangeCount),
    }),
    bandSeconds: t.field({
      type: BandSeconds,
      description: 'Seconds heard in each band.',
      resolve: (day) => day,
    }),
  }),
});

const DailyMetric = builder.objectRef<DailyMetricRow>('DailyMetric').implement({
  description:
    "A person's day. Sessions and ratings count for the day on which the session began, seconds for the day on which they were heard.",
  interfaces: [FiguresInterface],
  fields: (t) => ({
    day: t.field({
      type: 'Date',
      description: 'The day in the zone in which it was lived.',
      resolve: (metric) => metric.day.toISOString().slice(0, 10),
    }),
  }),
});

const MetricTotals = builder.objectRef<Figures>('MetricTotals').implement({
  description: 'Several days together.',
  interfaces: [FiguresInterface],
});

const ScaleEnum = builder.enumType('Scale', {
  description: 'What is compared.',
  values: {
    STARS: { description: 'Stars, 1 to 5.' },
    MOOD: { description: 'Change of mood, −10 to 10.' },
    FOCUS: { description: 'Change of focus, −10 to 10.' },
    CALM: { description: 'Change of calm, −10 to 10.' },
    SLEEPINESS: { description: 'Change of sleepiness, −10 to 10.' },
  } satisfies Record<Scale, { description: string }>,
});

const EstimateInterface = builder.interfaceRef<Estimate>('Estimate').implement({
  description: 'A mean and how sure it is.',
  fields: (t) => ({
    sessions: t.exposeInt('sessions', { description: 'How many sessions were rated on the scale.' }),
    mean: t.exposeFloat('mean', { nullable: true, description: 'Mean of the scale; null without ratings.' }),
    low: t.exposeFloat('low', {
      nullable: true,
      description:
        "Lower end of the mean's 95 % confidence interval (Student's t); null for fewer than three sessions.",
    }),
    high: t.exposeFloat('high', {
      nullable: true,
      description:
        "Upper end of the mean's 95 % confidence interval (Student's t); null for fewer than three sessions.",
    }),
  }),
});

const ControlComparison = builder.objectRef<Estimate>('ControlComparison').implement({
  description: 'The same scale of the no-beat control.',
  interfaces: [EstimateInterface],
});

const ProtocolComparison = builder.objectRef<Comparison>('ProtocolComparison').implement({
  description: 'One scale of one protocol, beside its no-beat control.',
  interfaces: [EstimateInterface],
  fields: (t) => ({
    protocol: t.field({
      type: Protocol,
      nullable: true,
      description: 'The protocol; null where the person may not read it (any more).',
      resolve: ({ protocol }, _args, { viewer }) => (mayReadHeard(viewer, protocol) ? protocol : null),
    }),
    scale: t.field({ type: ScaleEnum, description: 'The scale.', resolve: (comparison) => comparison.scale }),
    control: t.field({
      type: ControlComparison,
      nullable: true,
      description: 'The control on the same scale; null where there is none or it was never rated.',
      resolve: (comparison) => comparison.control,
    }),
  }),
});

interface MetricsParent {
  userId: string;
  from: Day;
  to: Day;
  days: DailyMetricRow[];
  goal: Goal;
  /** Asked for once, however many fields read it. */
  streaks?: ReturnType<typeof readStreaks>;
}

const streaks = (parent: MetricsParent, { sql, clock }: Context) => {
  parent.streaks ??= readStreaks(sql, parent.userId, parent.goal.timeZone, clock.now());
  return parent.streaks;
};

/** The columns of the protocols that are compared. */
function comparedColumns({ fieldNodes, fragments, schema }: GraphQLResolveInfo): readonly string[] {
  const asked = () => {
    const protocols = fieldsBelow(fieldNodes, fragments).filter(({ name }) => name.value === 'protocol');
    return fieldsBelow(protocols, fragments);
  };
  return protocolColumns(fieldNodes, asked, schema, [...heardRights, 'controlOfId']);
}

const Metrics = builder.objectRef<MetricsParent>('Metrics').implement({
  description: 'What a person played over some days, and how it was.',
  fields: (t) => ({
    days: t.field({
      type: [DailyMetric],
      description: 'The days on which anything happened, in order. A day that is not there has zeros.',
      complexity: { field: 1, multiplier: 1 },
      resolve: (parent) => parent.days,
    }),
    totals: t.field({
      type: MetricTotals,
      description: 'All these days together.',
      resolve: (parent) => total(parent.days),
    }),
    streakDays: t.int({
      description: 'Days in a row on which anything was heard, up to today or yesterday.',
      resolve: async (parent, _args, context) => (await streaks(parent, context)).streakDays,
    }),
    longestStreakDays: t.int({
      description: 'The most days in a row there ever were.',
      resolve: async (parent, _args, context) => (await streaks(parent, context)).longestStreakDays,
    }),
    goalSeconds: t.float({
      description: 'What the person wants to listen each day, seconds; 0 for no goal.',
      resolve: (parent) => parent.goal.seconds,
    }),
    goalDays: t.int({
      description: 'Days of these on which the goal was reached; 0 without a goal.',
      resolve: ({ goal, days }) => (goal.seconds > 0 ? days.filter((day) => day.seconds >= goal.seconds).length : 0),
    }),
    comparisons: t.field({
      type: [ProtocolComparison],
      description: 'Protocols rated in sessions that began on these days, scale by scale, the ones rated most first.',
      resolve: ({ userId, from, to }, _args, { sql }, info) =>
        compareProtocols(sql, userId, from, to, comparedColumns(info)),
    }),
  }),
});

builder.prismaObjectFields(User, (t) => ({
  metrics: t.field({
    type: Metrics,
    description: 'What the person played over some days (ten years at most), and how it was.',
    args: {
      from: t.arg({ type: 'Date', required: true, description: 'First day.' }),
      to: t.arg({ type: 'Date', required: true, description: 'Last day.' }),
    },
    extensions: ofIdAlone,
    resolve: async (user, { from, to }, { sql }) => {
      const [days, goal] = await Promise.all([readDays(sql, user.id, from, to), readGoal(sql, user.id)]);
      return { userId: user.id, from, to, days, goal };
    },
  }),
}));

builder.subscriptionField('metricsChanged', (t) =>
  t.field({
    type: DailyMetric,
    description: "The signed-in person's day: today as it is, then each day that changes, as it became.",
    authScopes: { signedIn: true },
    subscribe: (_root, _args, context) => changedDays(context, context.viewer),
    resolve: (day) => day as DailyMetricRow,
  }),
);

async function* changedDays(
  { bus, database, sql, clock }: Context,
  viewer: Viewer | null,
): AsyncGenerator<DailyMetricRow> {
  if (!viewer) throw unauthenticated();
  const { userId } = viewer;
  const changes = follow<DailyMetricRow[]>(bus, {
    channel: userChannel(userId),
    load: async () => {
      const { timeZone } = await readGoal(sql, userId);
      return [await readDay(database, userId, localDay(clock.now().getTime(), timeZone))];
    },
    read: async (message) => {
      const days = daysOf(message);
      if (days.length === 0) return undefined;
      return database.dailyMetric.findMany({
        where: { userId, day: { in: days.map(dayDate) } },
        orderBy: { day: 'asc' },
      });
    },
  });
  for await (const days of changes) yield* days;
}
