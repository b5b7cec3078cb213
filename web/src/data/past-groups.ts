import { readValue, writeValue } from './store.ts';

/** A group that this device was in: what was heard, when, by how many. */
export interface PastGroup {
  /** The API's id. */
  id: string;
  /** ISO 8601. */
  at: string;
  title: string;
  revisionId: string;
  /** The most who were there at a time. */
  people: number;
  /** How far the program came. */
  seconds: number;
  hosted: boolean;
}

const MOST = 20;

/** Those of this device, the latest first. */
export const pastGroups = async (): Promise<readonly PastGroup[]> =>
  (await readValue<PastGroup[]>('past-groups')) ?? [];

/** Keeps one, or what is newer of it. One in which nothing was heard is not kept. */
export async function keepPastGroup(group: PastGroup): Promise<void> {
  if (group.seconds < 1) return;
  const others = (await pastGroups()).filter(({ id }) => id !== group.id);
  await writeValue('past-groups', [group, ...others].slice(0, MOST));
}
