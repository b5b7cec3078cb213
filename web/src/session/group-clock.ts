/**
 * How the devices of a group keep step. Each one estimates the server's clock by round trips, computes where the
 * program is by that clock, and lets the sound engine run very slightly faster or slower until what is heard is there.
 */

/** One round trip: milliseconds by this device's clock, and the server's own in between. */
export interface RoundTrip {
  sent: number;
  received: number;
  server: number;
}

/**
 * Offset of the server's clock to this device's, in milliseconds. A slow trip says little, because nobody knows on which
 * leg it lost its time; so only the fastest quarter counts. Of that, the quickest way there and the quickest way back are
 * taken, be they of two trips: what is left is half the difference of the two least delays.
 * @throws RangeError without any trip
 */
export function clockOffset(trips: readonly RoundTrip[]): number {
  if (trips.length === 0) throw new RangeError('An offset needs at least one round trip.');
  const fastest = [...trips]
    .sort((a, b) => a.received - a.sent - (b.received - b.sent))
    .slice(0, Math.max(1, Math.floor(trips.length / 4)));
  const there = Math.min(...fastest.map((trip) => trip.server - trip.sent));
  const back = Math.max(...fastest.map((trip) => trip.server - trip.received));
  return (there + back) / 2;
}

/** Where the group's program is: it moves on from `positionAt` (milliseconds, server's clock) while it plays. */
export interface Course {
  playing: boolean;
  positionSeconds: number;
  positionAt: number;
}

/** Second of the program at a moment of the server's clock. Not below 0: a start may lie a little ahead. */
export function coursePosition(course: Course, serverMilliseconds: number): number {
  if (!course.playing) return course.positionSeconds;
  return Math.max(0, course.positionSeconds + (serverMilliseconds - course.positionAt) / 1000);
}

/** Beyond this, which is a lost buffer, the listener is put where the group is at once, through the engine's own short ramp. */
export const jumpSeconds = 0.01;
/** Below this nothing is corrected: it is the noise of the clocks. */
export const restSeconds = 0.0005;
/** Largest change of speed: 0.1 %, which moves a 200 Hz tone by 0.2 Hz and is not heard. */
export const largestRate = 0.001;
/** An error is worked off over about this time. */
const correctionSeconds = 4;

/** What to do about being `errorSeconds` behind (positive) or ahead (negative): a jump, or else this speed. */
export function correction(errorSeconds: number): { jump: boolean; rate: number } {
  const wished = Math.abs(errorSeconds) < restSeconds ? 0 : errorSeconds / correctionSeconds;
  const rate = 1 + Math.max(-largestRate, Math.min(largestRate, wished));
  return { jump: Math.abs(errorSeconds) > jumpSeconds, rate };
}
