import { type BandSeconds, bandProfile, bandsBetween, emptyBands } from '@nes/program/bands.ts';
import type { Program } from '@nes/program/model.ts';
import type { LogEvent } from '../session/log.ts';
import { library } from './library.ts';
import { shelf } from './shelf.ts';
import { store } from './store.ts';

/** The stretches of a program that a log says were heard, seconds of the program, each as long as it was heard. */
export function stretchesHeard(events: readonly LogEvent[]): [from: number, to: number][] {
  const found: [number, number][] = [];
  let since: { at: number; position: number } | null = null;
  for (const { kind, occurredAt, positionSeconds } of events) {
    const at = Date.parse(occurredAt);
    if (since) {
      const heard = Math.max(0, at - since.at) / 1000;
      if (heard > 0) found.push([since.position, since.position + heard]);
    }
    const begins = kind === 'STARTED' || kind === 'RESUMED' || kind === 'TAKEN_OVER';
    const ends = kind === 'PAUSED' || kind === 'COMPLETED' || kind === 'STOPPED';
    if (begins || (since && !ends)) since = { at, position: positionSeconds };
    else if (ends) since = null;
  }
  return found;
}

/** Seconds in each band of sessions whose logs are on this device, counted as the server counts them. */
export function bandsHeard(sessions: readonly { events: readonly LogEvent[]; program: Program }[]): BandSeconds {
  const sum = emptyBands();
  for (const { events, program } of sessions) {
    const profile = bandProfile(program);
    for (const [from, to] of stretchesHeard(events)) {
      const part = bandsBetween(profile, from, Math.min(to, profile.totalSeconds));
      for (const band of Object.keys(sum) as (keyof BandSeconds)[]) sum[band] += part[band];
    }
  }
  return sum;
}

/**
 * Time in each band of the sessions of this device that the server does not count: those that are not sent, or all of them where it counts none. Sessions of
 * programs that are no longer here are left out.
 * @param served whether the server's count is there
 */
export async function localBands(served: boolean): Promise<BandSeconds> {
  const sessions = await (await store()).getAll('sessions');
  const programs = new Map<string, Program>(
    [...(await library()), ...shelf.published].map(({ slug, program }) => [slug, program]),
  );
  return bandsHeard(
    sessions.flatMap(({ slug, events, unsent }) => {
      const program = slug ? programs.get(slug) : undefined;
      return program && (!served || unsent === 1) ? [{ events, program }] : [];
    }),
  );
}
