import { builder } from '../graphql/builder.ts';
import { can } from '../graphql/can.ts';
import { guardNode } from '../graphql/node-rules.ts';
import type { RefreshSession, User as UserRow } from '../platform/prisma/client.ts';
import { Role } from '../platform/prisma/enums.ts';

const RoleEnum = builder.enumType('Role', {
  description: 'What a person may do beside their own things.',
  values: {
    USER: { value: Role.USER, description: 'Their own things only.' },
    ADMIN: { value: Role.ADMIN, description: 'Also see to reports, people and the service.' },
  },
});

/** A person, seen by themselves. Other domains add their fields with `builder.prismaObjectField('User', ...)`. */
export const User = builder.prismaNode('User', {
  id: { field: 'id', description: 'Global id.' },
  nullable: true,
  description: 'A person, as they see themselves: an account, or a guest who has none yet.',
  fields: (t) => ({
    email: t.exposeString('email', { nullable: true, description: 'E-mail address; null for a guest.' }),
    emailVerified: t.boolean({
      description: 'True when the address was proved by the link that was mailed to it.',
      resolve: (user) => user.emailVerifiedAt !== null,
    }),
    displayName: t.exposeString('displayName', {
      description: 'Name that others see, at most 80 characters; may be empty.',
    }),
    isGuest: t.boolean({
      description: 'True for a guest: no e-mail address and no password.',
      resolve: (user) => user.emailKey === null,
    }),
    role: t.expose('role', { type: RoleEnum, description: 'What the person may do.' }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When the person first came, UTC.' }),
  }),
});
guardNode<UserRow>('User', (user, { viewer }) => can(viewer, 'user.readPrivate', user));

/** What everybody may see of a person. */
export const Author = builder.prismaObject('User', {
  variant: 'Author',
  description: 'What everybody may see of a person who published something.',
  select: { id: true, displayName: true },
  fields: (t) => ({
    id: t.globalID({
      description: 'Global id of the person, for `ProtocolFilter.author`.',
      resolve: (author) => ({ type: 'User', id: author.id }),
    }),
    displayName: t.exposeString('displayName', { description: 'Name the person chose; may be empty.' }),
  }),
});

export const Device = builder.prismaNode('RefreshSession', {
  name: 'Device',
  id: { field: 'id', description: 'Global id, for `endDevice`.' },
  nullable: true,
  description: 'A browser or device that is signed in.',
  fields: (t) => ({
    name: t.exposeString('deviceName', { description: 'What the device called itself when it signed in.' }),
    current: t.boolean({
      description: 'True for the device that asks.',
      resolve: (device, _args, { viewer }) => device.id === viewer?.sessionId,
    }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When it signed in, UTC.' }),
    lastUsedAt: t.expose('lastUsedAt', { type: 'DateTime', description: 'When it last renewed its tokens, UTC.' }),
  }),
});
guardNode<RefreshSession>(
  'Device',
  (device, { viewer }) => device.endedAt === null && can(viewer, 'device.end', device),
);

builder.queryField('viewer', (t) =>
  t.prismaField({
    type: User,
    nullable: true,
    description: 'The person who is signed in; null without a token.',
    resolve: (query, _root, _args, { viewer, database }) =>
      viewer ? database.user.findUnique({ ...query, where: { id: viewer.userId } }) : null,
  }),
);

builder.prismaObjectField(User, 'devices', (t) =>
  t.relation('refreshSessions', {
    type: Device,
    description: 'Devices that are signed in now, the last used first.',
    query: (_args, { clock }) => ({
      where: { endedAt: null, expiresAt: { gt: clock.now() } },
      orderBy: { lastUsedAt: 'desc' },
    }),
  }),
);
