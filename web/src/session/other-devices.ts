import { globalId } from '@nes/client/ids.ts';
import { follow } from '../data/client.ts';
import { device } from '../data/device.ts';
import { SessionChangedDocument, type SessionStateFragment } from '../data/generated/session.ts';

/** One line that another device wrote. */
export interface Said {
  id: string;
  kind: string;
}

/**
 * Tells what other devices of the person ask of this session, until the returned function is called. `missed`: other lines came before
 * the one that is told while nothing could be heard of them; what they left behind is in `present`.
 */
export function hearOthers(
  id: string,
  heard: (present: SessionStateFragment, last: Said, missed: boolean) => void,
): () => void {
  let version = 0;
  return follow(SessionChangedDocument, { id: globalId('Session', id) }, ({ sessionChanged }) => {
    const missed = version > 0 && sessionChanged.version > version + 1;
    version = sessionChanged.version;
    const last = sessionChanged.events.nodes.at(-1);
    if (last && last.deviceId !== device().id) heard(sessionChanged, last, missed);
  });
}
