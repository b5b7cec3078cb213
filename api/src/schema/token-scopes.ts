/**
 * What a personal access token may ask: each root field, and the parts of a person, one line each. A person's own sign-in has no scopes and may
 * ask everything. The schema is not built while a root field stands in no line (builder.ts).
 */
import type { TokenScope } from '../platform/prisma/enums.ts';
import { forbidden } from './errors.ts';
import type { Viewer } from './viewer.ts';

/** `open`: what needs no token at all, or tells a token nothing that it must not know. `person`: for no token. Else: for tokens with one of these. */
export type Access = 'open' | 'person' | readonly TokenScope[];

const read = ['READ'] as const;
const sessions = ['SESSIONS'] as const;
const protocols = ['PROTOCOLS'] as const;
const readSessions = ['READ', 'SESSIONS'] as const;

const all = (access: Access, names: string): Record<string, Access> =>
  Object.fromEntries(names.split(/\s+/).map((name) => [name, access]));

export const tokenAccess: Readonly<Record<string, Readonly<Record<string, Access>>>> = {
  Query: {
    ...all('open', 'groupInvitation serverTime operator protocol protocols sharedProgram trialsAcrossPeople viewer'),
    ...all(read, 'node nodes verifyTrial'),
    ...all(readSessions, 'group trial'),
    ...all('person', 'adminActs deviceCode reports serviceMetrics users'),
  },
  Mutation: {
    ...all(sessions, 'startSession pauseSession resumeSession seekSession stopSession completeSession recordSession'),
    ...all(sessions, 'rateSession takeOverSession changeSessionScene changeSessionVolume recordResponse'),
    ...all(
      sessions,
      'createGroup joinGroup leaveGroup lockGroup kickMember renewGroupCode controlGroup handOverGroup endGroup',
    ),
    ...all(sessions, 'reportSpread planTrial nextPeriod recordOutcome revealTrial'),
    ...all(protocols, 'createProtocol reviseProtocol restoreRevision publishProtocol unlistProtocol deleteProtocol'),
    ...all(protocols, 'forkProtocol shareProgram'),
    ...all('person', 'startGuest signUp signIn signInByLink signOut signOutEverywhere endDevice refreshTokens'),
    ...all('person', 'requestSignInLink requestPasswordReset resetPassword requestEmailVerification verifyEmail'),
    ...all(
      'person',
      'changePassword changeEmail stopEmailChange deleteAccount updateProfile savePreferences saveLists',
    ),
    ...all(
      'person',
      'createAccessToken revokeAccessToken requestDeviceCode redeemDeviceCode agreeToDeviceCode refuseDeviceCode',
    ),
    ...all(
      'person',
      'createWebhook deleteWebhook testWebhook resendToWebhook linkHome unlinkHome answerScreening forgetScreening shareTrial deleteResponse',
    ),
    ...all('person', 'reportProtocol hideProtocol restoreProtocol suspendUser closeReport'),
  },
  Subscription: {
    ...all(readSessions, 'sessionChanged myLiveSession groupChanged'),
    metricsChanged: ['METRICS'],
    ...all('person', 'screeningChanged'),
  },
  User: {
    ...all('open', 'id displayName isGuest role createdAt'),
    ...all(read, 'email emailVerified lists preferences responses'),
    ...all(readSessions, 'sessions liveSession trials'),
    protocols: ['READ', 'PROTOCOLS'],
    metrics: ['METRICS'],
    ...all('person', 'devices screening accessTokens webhooks homeLink'),
  },
  Protocol: { viewerRating: read },
  // Files of /export/: everything of an account, and the record.
  File: { account: 'person', record: ['METRICS'] },
};

/** Types of which every field must have a line. */
export const classifiedTypes: readonly string[] = ['Query', 'Mutation', 'Subscription', 'User'];

/** Throws FORBIDDEN where the viewer is a token and may not ask this. */
export function checkScope(viewer: Pick<Viewer, 'scopes'> | null, type: string, field: string): void {
  const scopes = viewer?.scopes;
  const access = tokenAccess[type]?.[field];
  if (!scopes || !access || access === 'open') return;
  if (access === 'person') throw forbidden('No personal access token may do this; sign in.');
  if (!access.some((scope) => scopes.includes(scope)))
    throw forbidden(`This needs a token with the scope ${access.join(' or ')}.`);
}
