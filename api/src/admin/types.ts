import { Author, RoleEnum } from '../accounts/types.ts';
import type { Report as ReportRow } from '../platform/prisma/client.ts';
import { Protocol } from '../protocols/types.ts';
import { builder } from '../schema/builder.ts';
import { can } from '../schema/can.ts';
import { guardNode } from '../schema/node-rules.ts';
import { line } from '../schema/texts.ts';
import { type ServiceMetrics, serviceMetrics } from './acts.ts';

export const Account = builder.prismaObject('User', {
  variant: 'Account',
  description: 'A person, as administrators see them.',
  select: { id: true },
  fields: (t) => ({
    id: t.globalID({
      description: 'Global id of the person.',
      resolve: (account) => ({ type: 'User', id: account.id }),
    }),
    email: t.exposeString('email', { nullable: true, description: 'E-mail address; null for a guest.' }),
    displayName: t.exposeString('displayName', { description: 'Name that others see; may be empty.' }),
    role: t.expose('role', { type: RoleEnum, description: 'What the person may do.' }),
    suspendedAt: t.expose('suspendedAt', {
      type: 'DateTime',
      nullable: true,
      description: 'Since when the person is suspended, UTC; null: not.',
    }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When the person first came, UTC.' }),
    sessionCount: t.relationCount('sessions', { description: 'How many sessions the person played.' }),
    protocolCount: t.relationCount('protocols', { description: 'How many protocols the person made.' }),
  }),
});

export const Report = builder.prismaNode('Report', {
  id: { field: 'id', description: 'Global id, for `closeReport`.' },
  nullable: true,
  description: 'What somebody said is wrong with a protocol. For administrators.',
  fields: (t) => ({
    protocol: t.relation('protocol', { type: Protocol, description: 'The protocol.' }),
    reporter: t.relation('reporter', { type: Author, description: 'Who reported it.' }),
    reason: t.exposeString('reason', { description: 'A `ReportReason`.' }),
    text: t.exposeString('text', { description: 'In their own words; may be empty.' }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When, UTC.' }),
    closedAt: t.expose('closedAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When an administrator had seen to it, UTC; null: open.',
    }),
  }),
});
guardNode<ReportRow>('Report', (_report, { viewer }) => can(viewer, 'report.read', null));

const AdminAct = builder.prismaObject('AdminAct', {
  description: 'Something an administrator did.',
  fields: (t) => ({
    admin: t.relation('admin', { type: Author, nullable: true, description: 'Who; null: deleted since.' }),
    action: t.exposeString('action', { description: 'Name of the mutation.' }),
    targetType: t.exposeString('targetType', { description: 'Kind of thing it was done to.' }),
    target: t.globalID({
      description: 'Global id of the thing; it may be gone.',
      resolve: (act) => ({ type: act.targetType, id: act.targetId }),
    }),
    reason: t.exposeString('reason', { description: 'Why; may be empty.' }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When, UTC.' }),
  }),
});

const ServiceMetricsType = builder.objectRef<ServiceMetrics>('ServiceMetrics').implement({
  description: 'Figures of the whole service, counted now.',
  fields: (t) => ({
    accounts: t.exposeInt('accounts', { description: 'People with an account.' }),
    guests: t.exposeInt('guests', { description: 'Guests.' }),
    protocolsOfUsers: t.exposeInt('protocolsOfUsers', { description: 'Protocols that are not built in.' }),
    sessions: t.exposeInt('sessions', { description: 'Sessions ever played.' }),
    sessionsLastDay: t.exposeInt('sessionsLastDay', { description: 'Sessions of the last 24 hours.' }),
    sessionsNow: t.exposeInt('sessionsNow', { description: 'Sessions that play or pause now.' }),
    openReports: t.exposeInt('openReports', { description: 'Reports nobody has seen to.' }),
  }),
});

builder.queryFields((t) => ({
  users: t.prismaConnection(
    {
      type: Account,
      cursor: 'id',
      authScopes: { admin: true },
      description: 'All people, the newest first. For administrators.',
      args: {
        email: t.arg.string({ description: 'Only those whose address begins like this.', validate: line(320) }),
        suspended: t.arg.boolean({ description: 'Only those who are (true) or are not (false) suspended.' }),
      },
      resolve: (query, _root, { email, suspended }, { database }) =>
        database.user.findMany({
          ...query,
          where: {
            ...(email ? { emailKey: { startsWith: email.toLowerCase() } } : {}),
            ...(suspended == null ? {} : { suspendedAt: suspended ? { not: null } : null }),
          },
          orderBy: [{ createdAt: 'desc' }, { id: 'desc' }],
        }),
    },
    { name: 'AccountConnection' },
    { name: 'AccountEdge' },
  ),
  reports: t.prismaConnection(
    {
      type: Report,
      cursor: 'id',
      authScopes: { admin: true },
      description: 'Reports, the newest first. For administrators.',
      args: { closed: t.arg.boolean({ description: 'Those that were seen to. Default false: the open ones.' }) },
      resolve: (query, _root, { closed }, { database }) =>
        database.report.findMany({
          ...query,
          where: { closedAt: closed ? { not: null } : null },
          orderBy: [{ createdAt: 'desc' }, { id: 'desc' }],
        }),
    },
    { name: 'ReportConnection' },
    { name: 'ReportEdge' },
  ),
  adminActs: t.prismaConnection(
    {
      type: AdminAct,
      cursor: 'id',
      authScopes: { admin: true },
      description: 'What administrators did, the newest first. For administrators.',
      resolve: (query, _root, _args, { database }) =>
        database.adminAct.findMany({ ...query, orderBy: [{ createdAt: 'desc' }, { id: 'desc' }] }),
    },
    { name: 'AdminActConnection' },
    { name: 'AdminActEdge' },
  ),
  serviceMetrics: t.field({
    type: ServiceMetricsType,
    authScopes: { admin: true },
    complexity: { field: 100 },
    description: 'Figures of the whole service. For administrators.',
    resolve: (_root, _args, context) => serviceMetrics(context),
  }),
}));
