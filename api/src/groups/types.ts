import { countTry } from '../accounts/limits.ts';
import { groupChannel } from '../platform/bus-keys.ts';
import type { Group as GroupRow } from '../platform/prisma/client.ts';
import { GroupState } from '../platform/prisma/enums.ts';
import { builder } from '../schema/builder.ts';
import type { Context } from '../schema/context.ts';
import { forbidden } from '../schema/errors.ts';
import { follow } from '../schema/live.ts';
import type { LiveExtension } from '../schema/live-extension.ts';
import { guardNode } from '../schema/node-rules.ts';
import { readCode } from './code.ts';
import { ABSENT_SECONDS, groupOfCode, type Invitation, invitationTo, readGroup } from './groups.ts';
import { groupOf } from './publish.ts';
import { spreadOf } from './spread.ts';

const GroupStateEnum = builder.enumType('GroupState', {
  description: 'What a group is doing.',
  values: {
    WAITING: { value: GroupState.WAITING, description: 'The host has not begun.' },
    PLAYING: { value: GroupState.PLAYING, description: 'Everybody hears the program.' },
    PAUSED: { value: GroupState.PAUSED, description: 'The host holds it.' },
    ENDED: { value: GroupState.ENDED, description: 'It is over.' },
  },
});

export const GroupMember = builder.prismaNode('GroupMember', {
  id: { field: 'id', description: 'Global id, for `kickMember` and `handOverGroup`.' },
  nullable: true,
  description: 'Somebody in a group.',
  fields: (t) => ({
    name: t.exposeString('name', {
      description: 'What the person called themselves when joining, 1 to 40 characters.',
    }),
    isHost: t.boolean({
      description: 'True for the one who controls the group.',
      select: { group: { select: { hostId: true } } },
      resolve: (member) => member.group.hostId === member.userId,
    }),
    present: t.boolean({
      description: `False when nothing was heard of the person for ${ABSENT_SECONDS} s.`,
      resolve: (member, _args, { clock }) => clock.now().getTime() - member.seenAt.getTime() < ABSENT_SECONDS * 1000,
    }),
    joinedAt: t.expose('joinedAt', { type: 'DateTime', description: 'When the person joined, UTC.' }),
    offsetMilliseconds: t.exposeFloat('offsetMs', {
      nullable: true,
      description:
        "How far the person's sound is from the group's clock by their own measurement, milliseconds; positive is late. Null before the first report.",
    }),
  }),
});

export const Group = builder.prismaNode('Group', {
  id: { field: 'id', description: 'Global id, for `startSession`.' },
  nullable: true,
  description: 'People who hear the same program in step.',
  fields: (t) => ({
    code: t.exposeString('code', {
      description: 'Six capital letters without I and O, to join by; the host may change it (`renewGroupCode`).',
    }),
    state: t.expose('state', { type: GroupStateEnum, description: 'What it is doing.' }),
    version: t.exposeInt('version', {
      description: "Counts the host's acts; what `controlGroup` names as `expectedVersion`.",
    }),
    locked: t.exposeBoolean('locked', { description: 'True when nobody else can join.' }),
    positionSeconds: t.exposeFloat('positionSeconds', {
      description:
        'Position in the program at `positionAt`, seconds over all passes. While PLAYING it goes on from there in real time.',
    }),
    positionAt: t.expose('positionAt', {
      type: 'DateTime',
      description:
        "When `positionSeconds` is right, by the server's clock. After a start or seek it lies a second ahead, so that all begin together.",
    }),
    revision: t.relation('revision', { description: 'What is played.' }),
    members: t.relation('members', {
      type: GroupMember,
      description: 'Who is in the group, the longest there first; at most 500.',
      complexity: { field: 1, multiplier: 50 },
      query: { where: { leftAt: null, kickedAt: null }, orderBy: [{ joinedAt: 'asc' }, { id: 'asc' }] },
    }),
    memberCount: t.relationCount('members', {
      description: 'How many people are in the group.',
      where: { leftAt: null, kickedAt: null },
    }),
    spreadMilliseconds: t.float({
      nullable: true,
      description:
        'Between the earliest and the latest sound of those present, milliseconds, by their own measurements of the last minute; null for fewer than two.',
      resolve: ({ id }, _args, { database, clock }) => spreadOf(database, id, clock.now()),
    }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When it was made, UTC.' }),
    endedAt: t.expose('endedAt', { type: 'DateTime', nullable: true, description: 'When it ended, UTC; else null.' }),
  }),
});

guardNode<GroupRow>(
  'Group',
  async (group, { viewer, database }) => (await readGroup(database, viewer, group.code)) !== null,
);

/** Whose subscriptions see the same of a group. */
export const audienceOf = (groupId: string) => `group:${groupId}`;

const live: LiveExtension = {
  audience: async (args, context) => {
    const group = await readGroup(context.database, context.viewer, String(args.code));
    if (!group) throw forbidden('There is no such group, or you are not in it.');
    return audienceOf(group.id);
  },
};

builder.queryField('group', (t) =>
  t.field({
    type: Group,
    nullable: true,
    description: 'The group of this code; null when there is none or one is not in it.',
    args: { code: t.arg.string({ required: true, description: 'Its code, in any case.' }) },
    resolve: (_root, { code }, { database, viewer }) => readGroup(database, viewer, code),
  }),
);

const InvitationType = builder.objectRef<Invitation>('GroupInvitation').implement({
  description: 'What whoever has the code of a group is told before they join.',
  fields: (t) => ({
    hostName: t.exposeString('hostName', {
      description: 'What the host called themselves; empty while there is none.',
    }),
    title: t.exposeString('title', { description: 'Title of what is played.' }),
    startsAt: t.field({
      type: 'DateTime',
      nullable: true,
      description: 'When it begins or last went on, UTC; null while the host holds it.',
      resolve: ({ startsAt }) => startsAt,
    }),
    locked: t.exposeBoolean('locked', { description: 'True when nobody else can join.' }),
  }),
});

builder.queryField('groupInvitation', (t) =>
  t.field({
    type: InvitationType,
    nullable: true,
    description:
      'Who invites to what, for anybody who has the code; null when there is no such group, or it has ended.',
    args: { code: t.arg.string({ required: true, description: 'Its code, in any case.' }) },
    resolve: async (_root, { code }, context) => {
      await countTry(context, 'groupJoinAddress', context.address);
      return invitationTo(context.database, code);
    },
  }),
);

builder.subscriptionField('groupChanged', (t) =>
  t.field({
    type: Group,
    description: 'A group that one is in: as it is, then after each change. Ends with the group.',
    args: { code: t.arg.string({ required: true, description: 'Its code, in any case.' }) },
    extensions: { live },
    subscribe: (_root, args, context) => changes(context, args.code),
    resolve: (group) => group as GroupRow,
  }),
);

async function* changes(context: Context, typed: string): AsyncGenerator<GroupRow> {
  const { bus, database } = context;
  const code = readCode(typed);
  // A shared execution has been let in by `live.audience`; a single one asks for itself.
  const group = code === null ? null : await groupOfCode(database, code);
  if (!group || !context.audiences.includes(audienceOf(group.id))) await live.audience({ code: typed }, context);
  if (!group) return;
  let version = 0;
  yield* follow<GroupRow>(bus, {
    channel: groupChannel(group.id),
    load: async () => {
      const present = await database.group.findUnique({ where: { id: group.id } });
      version = Math.max(version, present?.version ?? 0);
      return present ?? undefined;
    },
    // Two instances may publish in another order than they wrote: what is older than what was sent is left out.
    read: (message) => {
      const group = groupOf(message);
      if (group.version < version) return undefined;
      version = group.version;
      return group;
    },
    isLast: (group) => group.endedAt !== null,
  });
}
