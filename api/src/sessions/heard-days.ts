import { BANDS, type BandProfile, type BandSeconds, bandsBetween, emptyBands } from '@nes/program/bands.ts';
import { type Day, splitByDay } from './local-day.ts';
import type { Heard } from './transition.ts';

/** What was heard on one local day. */
export interface DaySeconds {
  seconds: number;
  bands: BandSeconds;
}

/** Puts heard stretches on the days of a zone, with the bands that the program's dominant beat went through. */
export function heardByDay(heard: Heard[], profile: BandProfile, timeZone: string): Map<Day, DaySeconds> {
  const days = new Map<Day, DaySeconds>();
  for (const stretch of heard) {
    const end = stretch.from + stretch.seconds * 1000;
    for (const part of splitByDay(stretch.from, end, timeZone)) {
      const seconds = (part.to - part.from) / 1000;
      const from = stretch.positionSeconds + (part.from - stretch.from) / 1000;
      const bands = bandsBetween(profile, from, from + seconds);
      const sum = days.get(part.day) ?? { seconds: 0, bands: emptyBands() };
      sum.seconds += seconds;
      for (const band of BANDS) sum.bands[band] += bands[band];
      days.set(part.day, sum);
    }
  }
  return days;
}

/** `after` − `before`, for every day that is in either. */
export function dayDifference(after: Map<Day, DaySeconds>, before: Map<Day, DaySeconds>): Map<Day, DaySeconds> {
  const difference = new Map<Day, DaySeconds>();
  for (const day of new Set([...after.keys(), ...before.keys()])) {
    const to = after.get(day);
    const from = before.get(day);
    const bands = emptyBands();
    for (const band of BANDS) bands[band] = (to?.bands[band] ?? 0) - (from?.bands[band] ?? 0);
    difference.set(day, { seconds: (to?.seconds ?? 0) - (from?.seconds ?? 0), bands });
  }
  return difference;
}
