import { msg, str } from '@lit/localize';
import { apiAddress } from '../../data/address.ts';
import { ask } from '../../data/client.ts';
import { TrialsAcrossPeopleDocument, type TrialsAcrossPeopleQuery } from '../../data/generated/trials.ts';
import { signed } from '../../elements/format.ts';

/** What the trials of all who agreed to be counted say together. */
export type Across = NonNullable<TrialsAcrossPeopleQuery['trialsAcrossPeople']>;

/** Null for fewer than ten people, for a program that the server does not have, and without a server. */
export async function across(protocol: string | null, outcome: string): Promise<Across | null> {
  if (!protocol || apiAddress() === null) return null;
  try {
    return (await ask(TrialsAcrossPeopleDocument, { protocol, outcome })).trialsAcrossPeople ?? null;
  } catch {
    // It is beside the point of the page: without it nothing is missing.
    return null;
  }
}

export function acrossWords({ people, effect, low, high }: Across, outcome: string): string {
  const range = `${signed(low, 2)} … ${signed(high, 2)}`;
  return msg(
    str`${people} people tried this blinded for “${outcome}” and agreed to be counted. On the mean the beat changed it by ${signed(effect, 2)} standard deviations (${range}); above zero it helped.`,
  );
}
