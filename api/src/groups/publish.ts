import type { Bus } from '../platform/bus.ts';
import { groupChannel, groupTickKey } from '../platform/bus-keys.ts';
import type { Group } from '../platform/prisma/client.ts';

/** Arrivals, absences and spread are told at most this often. */
const TICK_SECONDS = 5;

/** Tells the members. After the change has been committed. */
export async function publishGroup(bus: Bus, group: Group): Promise<void> {
  await bus.publish(groupChannel(group.id), JSON.stringify(group));
}

/** Tells the members, unless they were told within the last 5 s. */
export async function publishTick(bus: Bus, group: Group): Promise<void> {
  if (await bus.setOnce(groupTickKey(group.id), '1', TICK_SECONDS)) await publishGroup(bus, group);
}

/** The group of a message. */
export function groupOf(message: string): Group {
  const group = JSON.parse(message) as Group;
  return {
    ...group,
    positionAt: new Date(group.positionAt),
    createdAt: new Date(group.createdAt),
    endedAt: group.endedAt && new Date(group.endedAt),
  };
}
