import { dayName } from './days.ts';

const storageName = 'nes-embed-days';

/** What was heard on this site with this browser. */
export interface Kept {
  /** Seconds by day. */
  days: Record<string, number>;
  sessions: number;
}

export function readKept(): Kept {
  try {
    const kept = JSON.parse(localStorage.getItem(storageName) ?? 'null') as Partial<Kept> | null;
    if (kept && typeof kept.days === 'object' && Number.isInteger(kept.sessions)) return kept as Kept;
  } catch {
    // Damaged, or no storage: it begins anew.
  }
  return { days: {}, sessions: 0 };
}

/** Adds what was heard just now. */
export function keep(seconds: number, sessions: number): Kept {
  const kept = readKept();
  const day = dayName(new Date());
  kept.days[day] = (kept.days[day] ?? 0) + seconds;
  kept.sessions += sessions;
  try {
    localStorage.setItem(storageName, JSON.stringify(kept));
  } catch {
    // It holds for this visit.
  }
  return kept;
}

export function forget(): void {
  try {
    localStorage.removeItem(storageName);
  } catch {
    // Nothing was kept.
  }
}
