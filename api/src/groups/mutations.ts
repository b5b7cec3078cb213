import { z } from 'zod';
import { countTry } from '../accounts/limits.ts';
import { builder, mutation } from '../graphql/builder.ts';
import type { Context, Viewer } from '../graphql/context.ts';
import { unauthenticated } from '../graphql/errors.ts';
import { inputUuid } from '../graphql/node-id.ts';
import { line } from '../graphql/texts.ts';
import type { GroupMember as GroupMemberRow, Group as GroupRow } from '../platform/prisma/client.ts';
import {
  controlGroup,
  createGroup,
  endGroup,
  handOverGroup,
  joinGroup,
  kickMember,
  leaveGroup,
  lockDoor,
  reportSpread,
} from './groups.ts';
import { publishGroup, publishTick } from './publish.ts';
import { audienceOf, Group, GroupMember } from './types.ts';

const GroupActionEnum = builder.enumType('GroupAction', {
  description: 'What a host does with the program.',
  values: {
    PLAY: { description: 'Begin or go on, one second later so that all begin together.' },
    PAUSE: { description: 'Hold.' },
    SEEK: { description: 'Go to `positionSeconds`; when playing, one second later.' },
    STOP: { description: 'Hold and go to the beginning.' },
  },
});

type Types = typeof builder extends PothosSchemaTypes.SchemaBuilder<infer T> ? T : never;

const groupField = (t: PothosSchemaTypes.ObjectFieldBuilder<Types, { group: GroupRow }>, description: string) =>
  t.field({ type: Group, nullable: true, description, resolve: (payload) => payload.group });

/** What is shared with everybody in a group cannot say which of its members one is; joining does. */
const memberField = (t: PothosSchemaTypes.ObjectFieldBuilder<Types, { member: GroupMemberRow | null }>) =>
  t.field({
    type: GroupMember,
    nullable: true,
    description: 'Oneself in the group.',
    resolve: (payload) => payload.member,
  });

const memberOf = ({ database }: Context, group: GroupRow, viewer: Viewer): Promise<GroupMemberRow | null> =>
  database.groupMember.findUnique({ where: { groupId_userId: { groupId: group.id, userId: viewer.userId } } });

const codeField = {
  required: true,
  description: 'Code of the group, in any case.',
  validate: z.string().max(40),
} as const;
const nameCheck = line(40, 1);

function signedIn({ viewer }: Context): Viewer {
  if (!viewer) throw unauthenticated();
  return viewer;
}

/** What a person is called in a group when they give no name. */
async function nameOf({ database }: Context, viewer: Viewer, given: string | null | undefined): Promise<string> {
  if (given) return given;
  const user = await database.user.findUnique({ where: { id: viewer.userId }, select: { displayName: true } });
  return user?.displayName.slice(0, 40) || 'Guest';
}

mutation('createGroup', {
  description: 'Makes a group that hears a revision together; whoever makes it is its host and first member.',
  input: (t) => ({
    revision: t.id({ required: true, description: 'Global id of the revision that is played.' }),
    name: t.string({ description: 'What others see of the host, 1 to 40 characters.', validate: nameCheck }),
  }),
  resolve: async (input, context) => {
    const viewer = signedIn(context);
    await countTry(context, 'groupCreatePerson', viewer.userId);
    const revision = inputUuid('Revision', input.revision, 'revision');
    const name = await nameOf(context, viewer, input.name);
    const group = await createGroup(context.database, viewer, revision, name, context.clock.now());
    return { group, member: await memberOf(context, group, viewer) };
  },
  payload: (t) => ({ group: groupField(t, 'The new group.'), member: memberField(t) }),
});

mutation('joinGroup', {
  description: 'Joins a group by its code, as a guest or with an account.',
  input: (t) => ({
    code: t.string(codeField),
    name: t.string({ description: 'What others see, 1 to 40 characters.', validate: nameCheck }),
  }),
  resolve: async (input, context) => {
    const viewer = signedIn(context);
    await countTry(context, 'groupJoinAddress', context.address);
    const name = await nameOf(context, viewer, input.name);
    const group = await joinGroup(context.database, viewer, input.code, name, context.clock.now());
    await publishGroup(context.bus, group);
    return { group, member: await memberOf(context, group, viewer) };
  },
  payload: (t) => ({ group: groupField(t, 'The group.'), member: memberField(t) }),
});

mutation('leaveGroup', {
  description:
    "Leaves a group. A host's group goes to whoever has been there the longest, or ends when nobody is left.",
  input: (t) => ({ code: t.string(codeField) }),
  resolve: async (input, context) => {
    const viewer = signedIn(context);
    const group = await leaveGroup(context.database, viewer, input.code, context.clock.now());
    await publishGroup(context.bus, group);
    await context.live.remove(audienceOf(group.code), viewer.userId);
    return { group };
  },
  payload: (t) => ({ group: groupField(t, 'The group as it was left.') }),
});

mutation('controlGroup', {
  description: 'Plays, pauses, seeks or stops for everybody. For the host.',
  input: (t) => ({
    code: t.string(codeField),
    action: t.field({ type: GroupActionEnum, required: true, description: 'What to do.' }),
    positionSeconds: t.float({
      description: 'With SEEK, and where PLAY is to begin elsewhere: seconds over all passes.',
      validate: z.number().min(0).max(1e10),
    }),
    eventId: t.field({
      type: 'UUID',
      required: true,
      description: 'Made by the client, new for every act. A repeated id is answered and nothing happens twice.',
    }),
    expectedVersion: t.int({
      required: true,
      description: 'Version of the group that was seen when acting. Another one is answered with CONFLICT.',
    }),
  }),
  resolve: async (input, context) => {
    const viewer = signedIn(context);
    await countTry(context, 'groupControlPerson', viewer.userId);
    const { group, changed } = await controlGroup(
      context.database,
      viewer,
      { ...input, positionSeconds: input.positionSeconds ?? null },
      context.clock.now(),
    );
    if (changed) await publishGroup(context.bus, group);
    return { group };
  },
  payload: (t) => ({ group: groupField(t, 'The group as it is now; also with CONFLICT.') }),
});

mutation('kickMember', {
  description: 'Takes somebody out of a group for good. For the host.',
  input: (t) => ({
    code: t.string(codeField),
    member: t.id({ required: true, description: 'Global id of the member.' }),
  }),
  resolve: async (input, context) => {
    const member = inputUuid('GroupMember', input.member, 'member');
    const { group, userId } = await kickMember(
      context.database,
      signedIn(context),
      input.code,
      member,
      context.clock.now(),
    );
    await context.live.remove(audienceOf(group.code), userId);
    await publishGroup(context.bus, group);
    return { group };
  },
  payload: (t) => ({ group: groupField(t, 'The group as it is now.') }),
});

mutation('lockGroup', {
  description: 'Lets nobody else join, or lets people join again. For the host.',
  input: (t) => ({
    code: t.string(codeField),
    locked: t.boolean({ required: true, description: 'True: nobody else can join.' }),
  }),
  resolve: async (input, context) => {
    const group = await lockDoor(context.database, signedIn(context), input.code, input.locked);
    await publishGroup(context.bus, group);
    return { group };
  },
  payload: (t) => ({ group: groupField(t, 'The group as it is now.') }),
});

mutation('endGroup', {
  description: 'Ends a group for everybody. For the host.',
  input: (t) => ({ code: t.string(codeField) }),
  resolve: async (input, context) => {
    const group = await endGroup(context.database, signedIn(context), input.code, context.clock.now());
    await publishGroup(context.bus, group);
    return { group };
  },
  payload: (t) => ({ group: groupField(t, 'The group as it ended.') }),
});

mutation('handOverGroup', {
  description: 'Makes another member the host. For the host.',
  input: (t) => ({
    code: t.string(codeField),
    member: t.id({ required: true, description: 'Global id of the member.' }),
  }),
  resolve: async (input, context) => {
    const member = inputUuid('GroupMember', input.member, 'member');
    const group = await handOverGroup(context.database, signedIn(context), input.code, member);
    await publishGroup(context.bus, group);
    return { group };
  },
  payload: (t) => ({ group: groupField(t, 'The group as it is now.') }),
});

mutation('reportSpread', {
  description:
    "Says that one is there and how far one's sound is from the group's clock. Sent every 5 to 10 s by each member; a host that is silent for 30 s loses the group to whoever has been there the longest.",
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
