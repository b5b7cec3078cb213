import { z } from 'zod';
import type { User as UserRow } from '../platform/prisma/client.ts';
import { builder, type SchemaTypesOf } from '../schema/builder.ts';
import type { Context } from '../schema/context.ts';
import { unauthenticated } from '../schema/errors.ts';
import { line, secret } from '../schema/texts.ts';
import { isTimeZone } from '../sessions/local-day.ts';
import type { Tokens } from './devices.ts';
import type { Identity } from './start-guest.ts';
import { User } from './types.ts';

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

export const deviceName = line(100);

export const timeZone = z.string().refine(isTimeZone, 'This is not an IANA time zone like "Europe/Berlin".');

export const password = secret(512);

export const email = secret(320);

/** The secret of a mailed link. */
export const linkToken = (t: PothosSchemaTypes.InputFieldBuilder<SchemaTypesOf, 'InputObject'>) =>
  t.string({ required: true, validate: secret(200), description: 'What stands behind `#token=` in the link.' });

/** Fields of the three mutations that sign a person in. */
export const identityPayload = (t: PothosSchemaTypes.ObjectFieldBuilder<SchemaTypesOf, Identity>) => ({
  tokens: t.field({
    type: TokensType,
    nullable: true,
    description: 'The tokens for this device.',
    resolve: (p) => p.tokens,
  }),
  viewer: t.field({ type: User, nullable: true, description: 'Who is signed in now.', resolve: (p) => p.viewer }),
});

/** Payload of mutations after which the person is read again. */
export const viewerPayload = (t: PothosSchemaTypes.ObjectFieldBuilder<SchemaTypesOf, { viewer: UserRow | null }>) => ({
  viewer: t.field({ type: User, nullable: true, description: 'The person afterwards.', resolve: (p) => p.viewer }),
});

/** Payload of mutations that have nothing to show. */
export const donePayload = (t: PothosSchemaTypes.ObjectFieldBuilder<SchemaTypesOf, { done: boolean }>) => ({
  done: t.boolean({ nullable: true, description: 'True when it was done.', resolve: (p) => p.done }),
});

export const deviceFields = (t: PothosSchemaTypes.InputFieldBuilder<SchemaTypesOf, 'InputObject'>) => ({
  deviceId: t.field({ type: 'UUID', description: 'Random id that the browser keeps for itself.' }),
  deviceName: t.string({
    validate: deviceName,
    description: 'What the device is called in the list of devices, at most 100 characters.',
  }),
  timeZone: t.string({ validate: timeZone, description: 'IANA time zone, e.g. `Europe/Berlin`.' }),
});

/** What is read in the same request is read as the person who just signed in. */
export const signedIn = <Signed extends Identity>(context: Context, identity: Signed): Signed => {
  const { viewer, sessionId } = identity;
  context.viewer = { userId: viewer.id, sessionId, role: viewer.role, isGuest: viewer.emailKey === null };
  return identity;
};

export const me = (context: Context) => {
  if (!context.viewer) throw unauthenticated();
  return context.viewer;
};
