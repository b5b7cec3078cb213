/**
 * The weekly allowance of ITU-T H.870: 40 hours at 80 dB(A) for adults, at 75 dB(A) for children; 3 dB more halve the
 * time, because energy is what counts.
 */
export const weeklyLimitDb = { adults: 80, children: 75 } as const;
export const weeklySeconds = 40 * 3600;

/** Normal speech at one metre, dB(A) (ISO 9921, normal vocal effort): what the calibration is compared with. */
export const conversationDb = 60;

/**
 * Where nobody has calibrated: the loudest that EN 50332-1 lets a player be with its headphones, 100 dB(A) with noise
 * 10 dB under full scale. The real sound is nearly always quieter.
 */
export const loudestOffsetDb = 110;

const hourMilliseconds = 3_600_000;
const weekHours = 7 * 24;

/** Sound energy by hour since 1970: Σ 10^(L / 10) · seconds. `[L in dB(A), L before calibration in dB under full scale]` */
export type Hours = Record<string, readonly [number, number]>;

/** Energy of a level held for some seconds. */
export const energy = (levelDb: number, seconds: number): number => 10 ** (levelDb / 10) * seconds;

/** The hours with one more; what is older than a week goes. */
export function withEnergy(hours: Hours, at: number, added: number, calibrated: boolean): Hours {
  const hour = Math.floor(at / hourMilliseconds);
  const kept = Object.fromEntries(Object.entries(hours).filter(([one]) => Number(one) > hour - weekHours));
  const [known, raw] = kept[hour] ?? [0, 0];
  kept[hour] = calibrated ? [known + added, raw] : [known, raw + added];
  return kept;
}

/** What was heard before the calibration becomes what it says: the device stood as it stands now, as far as is known. */
export function calibrated(hours: Hours, offsetDb: number): Hours {
  const factor = 10 ** (offsetDb / 10);
  return Object.fromEntries(Object.entries(hours).map(([hour, [known, raw]]) => [hour, [known + raw * factor, 0]]));
}

/** Share of the weekly allowance in the seven days before `now`; 1 is all of it. Without calibration it is the most that it can be. */
export function weekShare(hours: Hours, now: number, limitDb: number): number {
  const oldest = Math.floor(now / hourMilliseconds) - weekHours;
  const factor = 10 ** (loudestOffsetDb / 10);
  let sum = 0;
  for (const [hour, [known, raw]] of Object.entries(hours)) if (Number(hour) > oldest) sum += known + raw * factor;
  return sum / energy(limitDb, weeklySeconds);
}

/** Shares of the allowance of the last seven days, each from midnight to midnight of the device, today last. */
export function dayShares(hours: Hours, now: Date, limitDb: number): { day: Date; share: number }[] {
  const factor = 10 ** (loudestOffsetDb / 10);
  const days = Array.from({ length: 7 }, (_, index) => {
    const day = new Date(now.getFullYear(), now.getMonth(), now.getDate() - 6 + index);
    return { day, share: 0 };
  });
  for (const [hour, [known, raw]] of Object.entries(hours)) {
    const at = new Date(Number(hour) * hourMilliseconds).toDateString();
    const day = days.find((one) => one.day.toDateString() === at);
    if (day) day.share += (known + raw * factor) / energy(limitDb, weeklySeconds);
  }
  return days;
}

/** Seconds that may still be heard at a level before the allowance is used up; Infinity in silence. */
export function secondsLeft(share: number, levelDb: number, limitDb: number): number {
  return Math.max(0, 1 - share) * (energy(limitDb, weeklySeconds) / energy(levelDb, 1));
}
