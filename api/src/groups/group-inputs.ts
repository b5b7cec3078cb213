import { z } from 'zod';
import type { GroupMember as GroupMemberRow, Group as GroupRow } from '../platform/prisma/client.ts';
import type { builder } from '../schema/builder.ts';
import type { Context } from '../schema/context.ts';
import { unauthenticated } from '../schema/errors.ts';
import { name } from '../schema/texts.ts';
import type { Viewer } from '../schema/viewer.ts';
import type { Comer } from './bans.ts';
import { Group, GroupMember } from './types.ts';

type Types = typeof builder extends PothosSchemaTypes.SchemaBuilder<infer T> ? T : never;

export const groupField = (t: PothosSchemaTypes.ObjectFieldBuilder<Types, { group: GroupRow }>, description: string) =>
  t.field({ type: Group, nullable: true, description, resolve: (payload) => payload.group });

/** What is shared with everybody in a group cannot say which of its members one is; joining does. */
export const memberField = (t: PothosSchemaTypes.ObjectFieldBuilder<Types, { member: GroupMemberRow | null }>) =>
  t.field({
    type: GroupMember,
    nullable: true,
    description: 'Oneself in the group.',
    resolve: (payload) => payload.member,
  });

export const memberOf = ({ database }: Context, group: GroupRow, viewer: Viewer): Promise<GroupMemberRow | null> =>
  database.groupMember.findUnique({ where: { groupId_userId: { groupId: group.id, userId: viewer.userId } } });

export const codeField = {
  required: true,
  description: 'Code of the group, in any case.',
  validate: z.string().max(40),
} as const;

export const nameCheck = name(40, 1);

export function signedIn({ viewer }: Context): Viewer {
  if (!viewer) throw unauthenticated();
  return viewer;
}

/** Where whoever asks comes from. */
export const comerOf = ({ address, config }: Context): Comer => ({ address, secret: config.secret });

/** What a person is called in a group when they give no name. */
export async function nameOf({ database }: Context, viewer: Viewer, given: string | null | undefined): Promise<string> {
  if (given) return given;
  const user = await database.user.findUnique({ where: { id: viewer.userId }, select: { displayName: true } });
  return user?.displayName.slice(0, 40) || 'Guest';
}
