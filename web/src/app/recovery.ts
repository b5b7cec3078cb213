import type { LocalSession } from '../session/log.ts';
import { loadSession } from './play.ts';

let asked: Promise<LocalSession | null> | undefined;

/** The session of a page that died while it played; asked once per page, null where there is none or it was taken up. */
export function recovered(): Promise<LocalSession | null> {
  asked ??= loadSession().then(({ playerSession }) => playerSession.recover());
  return asked;
}

/** Nobody offers it again on this page. */
export function settleRecovery(): void {
  asked = Promise.resolve(null);
}
