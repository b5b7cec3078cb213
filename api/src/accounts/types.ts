import { z } from 'zod';
import { builder, mutation, type SchemaTypesOf } from '../graphql/builder.ts';
import { can } from '../graphql/can.ts';
import type { Context } from '../graphql/context.ts';
import { unauthenticated } from '../graphql/errors.ts';
import { encodeNodeId, inputUuid } from '../graphql/node-id.ts';
import { guardNode } from '../graphql/node-rules.ts';
import { line, secret } from '../graphql/texts.ts';
import type { RefreshSession, User as UserRow } from '../platform/prisma/client.ts';
import { Role } from '../platform/prisma/enums.ts';
import { isTimeZone } from '../sessions/local-day.ts';
import { changeEmail, requestEmailVerification, verifyEmail } from './change-email.ts';
import { changePassword, requestPasswordReset, resetPassword } from './change-password.ts';
import { deleteAccount } from './delete-account.ts';
import type { Tokens } from './devices.ts';
import { refreshTokens } from './refresh-tokens.ts';
import { signIn } from './sign-in.ts';
import { endDevice, signOut, signOutEverywhere } from './sign-out.ts';
import { signUp } from './sign-up.ts';
import { type Identity, startGuest } from './start-guest.ts';

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

const TokensType = builder.objectRef<Tokens>('Tokens').implement({
  description: 'What a device needs to ask as a person. Nobody else may see them.',
  fields: (t) => ({
    accessToken: t.exposeString('accessToken', {
      description: 'For the header `Authorization: Bearer …`, or `accessToken` in the payload of `connection_init`.',
    }),
    accessExpiresAt: t.expose('accessExpiresAt', {
      type: 'DateTime',
      description: 'When the access token ends: after 15 minutes.',
    }),
    refreshToken: t.exposeString('refreshToken', {
      description: 'For `refreshTokens`, once. Bound to the key of the DPoP proof, if one was sent.',
    }),
    refreshExpiresAt: t.expose('refreshExpiresAt', {
      type: 'DateTime',
      description: 'When the refresh token ends if it is not used: after 30 days.',
    }),
  }),
});

const deviceName = line(100);
const timeZone = z.string().refine(isTimeZone, 'This is not an IANA time zone like "Europe/Berlin".');
const password = secret(512);
const email = secret(320);

/** Fields of the three mutations that sign a person in. */
const identityPayload = (t: PothosSchemaTypes.ObjectFieldBuilder<SchemaTypesOf, Identity>) => ({
  tokens: t.field({
    type: TokensType,
    nullable: true,
    description: 'The tokens for this device.',
    resolve: (p) => p.tokens,
  }),
  viewer: t.field({ type: User, nullable: true, description: 'Who is signed in now.', resolve: (p) => p.viewer }),
});

/** Payload of mutations after which the person is read again. */
const viewerPayload = (t: PothosSchemaTypes.ObjectFieldBuilder<SchemaTypesOf, { viewer: UserRow | null }>) => ({
  viewer: t.field({ type: User, nullable: true, description: 'The person afterwards.', resolve: (p) => p.viewer }),
});

/** Payload of mutations that have nothing to show. */
const donePayload = (t: PothosSchemaTypes.ObjectFieldBuilder<SchemaTypesOf, { done: boolean }>) => ({
  done: t.boolean({ nullable: true, description: 'True when it was done.', resolve: (p) => p.done }),
});

const deviceFields = (t: PothosSchemaTypes.InputFieldBuilder<SchemaTypesOf, 'InputObject'>) => ({
  deviceId: t.field({ type: 'UUID', description: 'Random id that the browser keeps for itself.' }),
  deviceName: t.string({
    validate: deviceName,
    description: 'What the device is called in the list of devices, at most 100 characters.',
  }),
  timeZone: t.string({ validate: timeZone, description: 'IANA time zone, e.g. `Europe/Berlin`.' }),
});

/** What is read in the same request is read as the person who just signed in. */
const signedIn = (context: Context, identity: Identity): Identity => {
  const { viewer, sessionId } = identity;
  context.viewer = { userId: viewer.id, sessionId, role: viewer.role, isGuest: viewer.emailKey === null };
  return identity;
};

const me = (context: Context) => {
  if (!context.viewer) throw unauthenticated();
  return context.viewer;
};

mutation('startGuest', {
  description: 'Makes a guest: a person without address or password, so that what a browser does can be kept.',
  authScopes: {},
  input: (t) => ({
    deviceId: t.field({ type: 'UUID', required: true, description: 'Random id that the browser keeps for itself.' }),
    deviceName: t.string({
      required: true,
      validate: deviceName,
      description: 'What the device is called in the list of devices, at most 100 characters.',
    }),
    timeZone: t.string({ required: true, validate: timeZone, description: 'IANA time zone, e.g. `Europe/Berlin`.' }),
  }),
  resolve: async (input, context) => signedIn(context, await startGuest(context, input)),
  payload: identityPayload,
});

mutation('signUp', {
  description:
    'Makes an account. Called by a guest, the guest becomes the account and keeps everything. A link to prove the address is mailed.',
  authScopes: {},
  input: (t) => ({
    email: t.string({ required: true, validate: email, description: 'E-mail address, at most 254 characters.' }),
    password: t.string({
      required: true,
      validate: password,
      description: '8 to 128 characters, not one of the 3,000 commonest.',
    }),
    displayName: t.string({ validate: line(80), description: 'Name that others see, at most 80 characters.' }),
    ...deviceFields(t),
  }),
  resolve: async ({ displayName, ...input }, context) =>
    signedIn(context, await signUp(context, { ...input, displayName: displayName ?? '' })),
  payload: identityPayload,
});

mutation('signIn', {
  description:
    'Signs in. Called by a guest, the account takes over everything the guest has, once; the guest is gone then.',
  authScopes: {},
  input: (t) => ({
    email: t.string({ required: true, validate: email, description: 'E-mail address.' }),
    password: t.string({ required: true, validate: password, description: 'Password.' }),
    ...deviceFields(t),
  }),
  resolve: async (input, context) => signedIn(context, await signIn(context, input)),
  payload: identityPayload,
});

mutation('refreshTokens', {
  description:
    'New tokens for a refresh token, which is used up. Where the token is bound to a key, the header `DPoP` must prove it (RFC 9449). A token used twice ends the sign-in.',
  authScopes: {},
  input: (t) => ({
    refreshToken: t.string({ required: true, validate: secret(200), description: 'The refresh token given last.' }),
  }),
  resolve: async (input, context) => signedIn(context, await refreshTokens(context, input.refreshToken)),
  payload: identityPayload,
});

mutation('signOut', {
  description: 'Ends the sign-in of this device.',
  authScopes: {},
  input: (t) => ({
    refreshToken: t.string({
      validate: secret(200),
      description: 'Names the sign-in when the access token has run out.',
    }),
  }),
  resolve: async (input, context) => {
    await signOut(context, input.refreshToken ?? null);
    return { done: true };
  },
  payload: donePayload,
});

mutation('signOutEverywhere', {
  description: 'Ends the sign-in of every device, within a second.',
  input: (t) => ({
    keepThisDevice: t.boolean({ description: 'True spares the device that asks. Default false.' }),
  }),
  resolve: async (input, context) => {
    await signOutEverywhere(context, me(context), input.keepThisDevice ?? false);
    return { done: true };
  },
  payload: donePayload,
});

mutation('endDevice', {
  description: 'Ends the sign-in of one device.',
  input: (t) => ({
    id: t.id({ required: true, description: 'Id of the device.' }),
  }),
  resolve: async (input, context) => {
    await endDevice(context, me(context), inputUuid('Device', input.id, 'id'));
    return { viewer: await self(context) };
  },
  payload: viewerPayload,
});

mutation('updateProfile', {
  description: 'Changes what others see of the person.',
  input: (t) => ({
    displayName: t.string({
      required: true,
      validate: line(80),
      description: 'Name that others see, at most 80 characters.',
    }),
  }),
  resolve: async (input, context) => ({
    viewer: await context.database.user.update({
      where: { id: me(context).userId },
      data: { displayName: input.displayName },
    }),
  }),
  payload: viewerPayload,
});

mutation('changePassword', {
  description: 'Changes the password. Every other device is signed out.',
  authScopes: { account: true },
  input: (t) => ({
    oldPassword: t.string({ required: true, validate: password, description: 'The password until now.' }),
    newPassword: t.string({
      required: true,
      validate: password,
      description: '8 to 128 characters, not one of the 3,000 commonest.',
    }),
  }),
  resolve: async (input, context) => ({ viewer: await changePassword(context, me(context), input) }),
  payload: viewerPayload,
});

mutation('requestPasswordReset', {
  description:
    'Mails a link to choose a new password, if the address has an account. The answer does not tell whether it has.',
  authScopes: {},
  input: (t) => ({
    email: t.string({ required: true, validate: email, description: 'E-mail address of the account.' }),
  }),
  resolve: async (input, context) => {
    await requestPasswordReset(context, input.email);
    return { done: true };
  },
  payload: donePayload,
});

mutation('resetPassword', {
  description: 'Sets the password that was chosen with a mailed link. All devices are signed out.',
  authScopes: {},
  input: (t) => ({
    token: t.string({
      required: true,
      validate: secret(200),
      description: 'What stands behind `#token=` in the link.',
    }),
    password: t.string({
      required: true,
      validate: password,
      description: '8 to 128 characters, not one of the 3,000 commonest.',
    }),
  }),
  resolve: async (input, context) => {
    await resetPassword(context, input);
    return { done: true };
  },
  payload: donePayload,
});

mutation('requestEmailVerification', {
  description: 'Mails the link that proves the address once more.',
  authScopes: { account: true },
  input: (t) => ({
    email: t.string({ validate: email, description: 'Not needed: the link goes to the address of the account.' }),
  }),
  resolve: async (_input, context) => {
    await requestEmailVerification(context, me(context));
    return { done: true };
  },
  payload: donePayload,
});

mutation('verifyEmail', {
  description: 'Takes a mailed link that proves an address or changes it.',
  authScopes: {},
  input: (t) => ({
    token: t.string({
      required: true,
      validate: secret(200),
      description: 'What stands behind `#token=` in the link.',
    }),
  }),
  resolve: async (input, context) => {
    await verifyEmail(context, input.token);
    return { done: true };
  },
  payload: donePayload,
});

mutation('changeEmail', {
  description: 'Mails a link to a new address; the account goes by it once the link was opened.',
  authScopes: { account: true },
  input: (t) => ({
    password: t.string({ required: true, validate: password, description: 'The password, once more.' }),
    email: t.string({ required: true, validate: email, description: 'The new address, at most 254 characters.' }),
  }),
  resolve: async (input, context) => {
    await changeEmail(context, me(context), input);
    return { done: true };
  },
  payload: donePayload,
});

mutation('deleteAccount', {
  description: 'Deletes the person and everything that is theirs, for good.',
  input: (t) => ({
    password: t.string({ validate: password, description: 'The password; a guest has none.' }),
  }),
  resolve: async (input, context) => {
    await deleteAccount(context, me(context), input.password ?? null);
    return { done: true };
  },
  payload: donePayload,
});

const self = (context: Context) => context.database.user.findUnique({ where: { id: me(context).userId } });
