import type { IncomingMessage } from 'node:http';
import { absenceOf } from '../platform/absence.ts';
import type { Services } from '../schema/context.ts';
import type { Viewer } from '../schema/viewer.ts';
import { refusal, unavailableNow } from './refusal.ts';

/** Who asks by the `Authorization` header; null without one. Throws a refusal when its token does not hold. */
export async function viewerOf(request: IncomingMessage, { accounts, log, refused }: Services): Promise<Viewer | null> {
  const header = request.headers.authorization;
  if (header === undefined) return null;
  const token = /^Bearer ([\w.~+/-]{1,4000}=*)$/i.exec(header)?.[1];
  let verified: Awaited<ReturnType<typeof accounts.authenticate>>;
  try {
    verified = token ? await accounts.authenticate(token) : { problem: 'invalid' };
  } catch (error) {
    const absence = absenceOf(error);
    if (!absence) throw error;
    log.warn(`The database is ${absence}.`, { reason: (error as Error).message.slice(0, 200) });
    throw unavailableNow();
  }
  if (!('problem' in verified)) return verified.viewer;
  refused(`token_${verified.problem}`);
  const message = verified.problem === 'expired' ? 'The access token has ended.' : 'The access token does not hold.';
  throw refusal(401, 'UNAUTHENTICATED', message, { 'www-authenticate': 'Bearer error="invalid_token"' });
}
