import type { Group } from '../platform/prisma/client.ts';

export type GroupAction = 'PLAY' | 'PAUSE' | 'SEEK' | 'STOP';

/** Where a group's program is. Times in milliseconds, positions in seconds over all passes. */
export type Course = Pick<Group, 'state' | 'positionSeconds'> & { positionAt: number };

/**
 * What a host sets going begins this much later, so that it has reached every device by then and all begin together.
 * A WebSocket message takes 10 to 300 ms on the networks people have.
 */
export const LEAD_MILLISECONDS = 1_000;
/** A start can be set at most this far ahead: a day. */
export const FARTHEST_START_MILLISECONDS = 86_400_000;

/** Where the program is at an instant; before a start that lies ahead, at its beginning. */
export function coursePosition(course: Course, instant: number): number {
  if (course.state !== 'PLAYING') return course.positionSeconds;
  return course.positionSeconds + Math.max(0, instant - course.positionAt) / 1000;
}

/**
 * The course after an action of the host, or why it cannot be. `totalSeconds` is the length of all passes; `startsAt` (milliseconds) sets a start that lies ahead,
 * until which PLAY begins at once, PAUSE and STOP call it off.
 */
export function steer(
  course: Course,
  action: GroupAction,
  positionSeconds: number | null,
  now: number,
  totalSeconds: number,
  startsAt: number | null = null,
): Course | { refusal: 'CONFLICT' | 'OUT_OF_RANGE' | 'INVALID'; message: string } {
  if (positionSeconds !== null && !(positionSeconds >= 0 && positionSeconds <= totalSeconds)) {
    return {
      refusal: 'OUT_OF_RANGE',
      message: `positionSeconds is ${positionSeconds}, expected 0 to ${totalSeconds}.`,
    };
  }
  if (startsAt !== null && (action !== 'PLAY' || startsAt > now + FARTHEST_START_MILLISECONDS)) {
    return { refusal: 'INVALID', message: 'startsAt goes with PLAY, and is at most a day ahead.' };
  }
  const present = Math.min(totalSeconds, coursePosition(course, now));
  const awaited = course.positionAt > now + LEAD_MILLISECONDS;
  switch (action) {
    case 'PLAY': {
      if (course.state === 'PLAYING' && present < totalSeconds && !awaited) {
        return { refusal: 'CONFLICT', message: 'The group is playing already.' };
      }
      const from = positionSeconds ?? (present >= totalSeconds ? 0 : present);
      return {
        state: 'PLAYING',
        positionSeconds: from,
        positionAt: Math.max(now + LEAD_MILLISECONDS, startsAt ?? 0),
      };
    }
    case 'PAUSE':
      if (course.state !== 'PLAYING') return { refusal: 'CONFLICT', message: 'The group is not playing.' };
      return { state: 'PAUSED', positionSeconds: present, positionAt: now };
    case 'SEEK':
      if (positionSeconds === null) return { refusal: 'INVALID', message: 'SEEK needs positionSeconds.' };
      return {
        state: course.state,
        positionSeconds,
        positionAt: course.state === 'PLAYING' ? now + LEAD_MILLISECONDS : now,
      };
    case 'STOP':
      if (course.state === 'WAITING') return { refusal: 'CONFLICT', message: 'The group has not begun.' };
      return { state: 'WAITING', positionSeconds: 0, positionAt: now };
  }
}
