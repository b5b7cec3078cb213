import { createHmac } from 'node:crypto';
import type { Prisma } from '../platform/prisma/client.ts';
import type { Viewer } from '../schema/viewer.ts';

/** Where somebody who joins comes from, and the secret with which it is hidden. */
export interface Comer {
  /** The limiter's subject: an IPv4 address, or the network of an IPv6 address. */
  address: string;
  secret: string;
}

/**
 * By what somebody is known again in this group, the network first, then the key and the id of their browser. Hashes with the group in them: what stands in one group
 * says nothing about another.
 */
export async function marksOf(
  tx: Prisma.TransactionClient,
  groupId: string,
  viewer: Viewer,
  { address, secret }: Comer,
): Promise<string[]> {
  const device = /^[\da-f-]{36}$/i.test(viewer.sessionId)
    ? await tx.refreshSession.findUnique({
        where: { id: viewer.sessionId },
        select: { keyThumbprint: true, deviceId: true },
      })
    : null;
  const mark = (kind: string, value: string) =>
    createHmac('sha256', secret).update(`${groupId} ${kind} ${value}`).digest('base64url').slice(0, 22);
  return [
    mark('network', address),
    ...(device?.keyThumbprint ? [mark('key', device.keyThumbprint)] : []),
    ...(device?.deviceId ? [mark('device', device.deviceId)] : []),
  ];
}
