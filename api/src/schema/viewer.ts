import type { Role, TokenScope } from '../platform/prisma/enums.ts';

/** Who asks: what the access token says, or a personal access token. */
export interface Viewer {
  userId: string;
  /** Refresh session (device) that the token belongs to; for a personal access token its own id. */
  sessionId: string;
  role: Role;
  isGuest: boolean;
  /** What a personal access token may do (token-scopes.ts); absent for a person's own sign-in. */
  scopes?: readonly TokenScope[];
}
