import type { PrismaClient } from '../platform/prisma/client.ts';
import { ABSENT_SECONDS } from './groups.ts';

/** Reports older than this say nothing about now. */
const FRESH_SECONDS = 60;

/** Milliseconds between the earliest and the latest sound of a group's present members; null for fewer than two reports. */
export async function spreadOf(database: PrismaClient, groupId: string, now: Date): Promise<number | null> {
  const before = (seconds: number) => new Date(now.getTime() - seconds * 1000);
  const { _max, _min, _count } = await database.groupMember.aggregate({
    where: {
      groupId,
      leftAt: null,
      kickedAt: null,
      offsetMs: { not: null },
      seenAt: { gt: before(ABSENT_SECONDS) },
      offsetAt: { gt: before(FRESH_SECONDS) },
    },
    _max: { offsetMs: true },
    _min: { offsetMs: true },
    _count: { offsetMs: true },
  });
  if (_count.offsetMs < 2 || _max.offsetMs === null || _min.offsetMs === null) return null;
  return _max.offsetMs - _min.offsetMs;
}
