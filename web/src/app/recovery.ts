import type { LocalSession } from '../session/log.ts';
import { traced } from '../session/playing.ts';

let asked: Promise<LocalSession | null> | undefined;

/** The session of a page that died while it played, and that no other tab plays; asked once per page, null where there is none or it was taken up. */
export function recovered(): Promise<LocalSession | null> {
  asked ??=
    traced().length === 0 ? Promise.resolve(null) : import('../session/abandoned.ts').then(({ recover }) => recover());
  return asked;
}

/** Nobody offers it again on this page. */
export function settleRecovery(): void {
  asked = Promise.resolve(null);
}
