/** A start lies a second ahead by itself, so that all begin together; what is further was set. */
const leadSeconds = 1.2;

/** Seconds until a set start; 0 where there is none. @param now milliseconds of the server's clock */
export function secondsToStart({ state, positionAt }: { state: string; positionAt: string }, now: number): number {
  const seconds = (Date.parse(positionAt) - now) / 1000;
  return state === 'PLAYING' && seconds > leadSeconds ? seconds : 0;
}

/** The next time that a clock shows `HH:MM`, as ISO 8601. @param now the server's clock; the hands are those of this device */
export function nextTime(time: string, now: number): string {
  const [hours = 0, minutes = 0] = time.split(':').map(Number);
  const at = new Date(now);
  at.setHours(hours, minutes, 0, 0);
  if (at.getTime() <= now) at.setDate(at.getDate() + 1);
  return at.toISOString();
}
