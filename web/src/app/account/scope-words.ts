import { msg } from '@lit/localize';
import type { KeptTokenFragment } from '../../data/generated/access-tokens.ts';

export type Scope = KeptTokenFragment['scopes'][number];

/** What a token may do, in words. */
export const scopeWords = (): Record<Scope, string> => ({
  READ: msg('Read what is mine'),
  SESSIONS: msg('Start, steer and rate sessions'),
  PROTOCOLS: msg('Make and publish programs'),
  METRICS: msg('Read metrics and exports'),
});
