import type { GraphQLObjectType, GraphQLResolveInfo } from 'graphql';
import { allColumns, columnsOf } from '../platform/columns.ts';
import type { RefreshSession, User as UserRow } from '../platform/prisma/client.ts';
import { Role } from '../platform/prisma/enums.ts';
import { fieldsBelow } from '../schema/asked-fields.ts';
import { builder } from '../schema/builder.ts';
import { can } from '../schema/can.ts';
import { encodeNodeId } from '../schema/node-id.ts';
import { guardNode } from '../schema/node-rules.ts';

export const RoleEnum = builder.enumType('Role', {
  description: 'What a person may do beside their own things.',
  values: {
    USER: { value: Role.USER, description: 'Their own things only.' },
    ADMIN: { value: Role.ADMIN, description: 'Also see to reports, people and the service.' },
  },
});

/** A person, seen by themselves. Other domains add their fields with `builder.objectField(User, ...)` or, for relations, `builder.prismaObjectField(User, ...)`. */
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
    id: t.id({
      description: 'Global id of the person, for `ProtocolFilter.author`.',
      resolve: (author) => encodeNodeId('User', author.id),
    }),
    // An exposed column of a type with a selection is looked up in the plan of the query, row by row.
    displayName: t.string({
      description: 'Name the person chose; may be empty.',
      resolve: ({ displayName }) => displayName,
    }),
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

/** `extensions` of a field of `User` that looks at nothing of the person but the id: where only such are asked, the person is not read. */
export const ofIdAlone = { ofIdAlone: true } as const;

/** The person who asks, by the id that their token stands for. Whoever looks at more of them than that is told at once. */
class OneOf {
  id: string;
  constructor(id: string) {
    this.id = id;
  }
}
for (const name of columnsOf('User').filter((name) => name !== 'id'))
  Object.defineProperty(OneOf.prototype, name, {
    get: () => {
      throw new Error(`A field that looks at the ${name} of a person is not "ofIdAlone".`);
    },
  });

/** Whether each field that is asked of the person looks at the id alone. */
function asksIdAlone({ fieldNodes, fragments, schema }: GraphQLResolveInfo): boolean {
  const fields = (schema.getType('User') as GraphQLObjectType).getFields();
  return fieldsBelow(fieldNodes, fragments).every(
    ({ name: { value } }) => value === 'id' || value === '__typename' || fields[value]?.extensions.ofIdAlone === true,
  );
}

builder.queryField('viewer', (t) =>
  t.prismaField({
    type: User,
    nullable: true,
    description: 'The person who is signed in; null without a token.',
    resolve: async (query, _root, _args, { viewer, database, sql }, info) => {
      if (!viewer) return null;
      // With most of what is asked the person alone is read: by hand in a third of the time.
      if (Object.keys(query).length > 0) return database.user.findUnique({ ...query, where: { id: viewer.userId } });
      if (asksIdAlone(info)) return new OneOf(viewer.userId) as UserRow;
      const [user] = await sql<UserRow>(`SELECT ${allColumns('User', 'u')} FROM users u WHERE u.id = $1`, [
        viewer.userId,
      ]);
      return user ?? null;
    },
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
