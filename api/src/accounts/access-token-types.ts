import type { AccessToken as AccessTokenRow } from '../platform/prisma/client.ts';
import { TokenScope } from '../platform/prisma/enums.ts';
import { builder } from '../schema/builder.ts';
import { can } from '../schema/can.ts';
import { guardNode } from '../schema/node-rules.ts';
import { User } from './types.ts';

export const ScopeEnum = builder.enumType('TokenScope', {
  description:
    'What a personal access token may do. Every token reads what everybody may read, and the drafts of its person.',
  values: {
    READ: {
      value: TokenScope.READ,
      description: 'Read what is the person’s, but metrics, devices and health answers.',
    },
    SESSIONS: { value: TokenScope.SESSIONS, description: 'Start, steer, record and rate sessions, groups and trials.' },
    PROTOCOLS: { value: TokenScope.PROTOCOLS, description: 'Make, change, publish and delete the person’s protocols.' },
    METRICS: { value: TokenScope.METRICS, description: 'Read metrics and the files of the record.' },
  },
});

export const AccessToken = builder.prismaNode('AccessToken', {
  id: { field: 'id', description: 'Global id, for `revokeAccessToken`.' },
  nullable: true,
  description: 'A token that a person made for a program of theirs. The token itself is told once, when it is made.',
  fields: (t) => ({
    name: t.exposeString('name', { description: 'What the person called it.' }),
    scopes: t.expose('scopes', { type: [ScopeEnum], description: 'What it may do.' }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When it was made, UTC.' }),
    lastUsedAt: t.expose('lastUsedAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When it was last used, UTC, to the minute; null before.',
    }),
    expiresAt: t.expose('expiresAt', { type: 'DateTime', description: 'When it runs out, UTC.' }),
  }),
});
guardNode<AccessTokenRow>('AccessToken', (token, { viewer }) => can(viewer, 'accessToken.revoke', token));

builder.prismaObjectField(User, 'accessTokens', (t) =>
  t.relation('accessTokens', {
    type: AccessToken,
    description: 'Personal access tokens that are good now, the last made first.',
    query: (_args, { clock }) => ({
      where: { expiresAt: { gt: clock.now() } },
      orderBy: [{ createdAt: 'desc' }, { id: 'desc' }],
    }),
  }),
);
