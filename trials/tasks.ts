/**
 * The built-in tasks: what is shown when, and what the answers come to. Times are milliseconds. The page that shows them is the application's.
 */
import { normalQuantile } from './distributions.ts';
import type { Random } from './random.ts';

/** One thing that is shown and answered, or not. */
export interface Turn {
  /** What is shown: a digit, a letter, or empty for the counter of the reaction test. */
  shows: string;
  /** Wait from the end of the turn before to this one. */
  waitMs: number;
  /** How long it stays; it also goes when answered, where the task says so. */
  staysMs: number;
  /** Time for an answer, from when it is shown. */
  answerMs: number;
  /** Whether an answer is right. */
  wanted: boolean;
}

export interface TaskCourse {
  turns: Turn[];
  /** Ends the turn with the answer, instead of with its time. */
  endsWithAnswer: boolean;
  /** Whole length after which no further turn begins. */
  lastsMs: number;
}

/** What became of a turn: reaction time from the frame that showed it, null without an answer. */
export interface TurnResult {
  wanted: boolean;
  reactionMs: number | null;
}

const pick = (random: Random, from: readonly string[]) => from[Math.floor(random() * from.length)] as string;

/**
 * Psychomotor vigilance test, the brief form of 3 minutes (Basner, Mollicone & Dinges 2011): waits of 1 to 4 s, answer as soon as the counter runs.
 * @param lastsMs 180,000 for the test
 */
export function vigilanceCourse(random: Random, lastsMs = 180_000): TaskCourse {
  const turns = Array.from(
    { length: Math.ceil(lastsMs / 1_000) },
    (): Turn => ({
      shows: '',
      waitMs: 1_000 + random() * 3_000,
      staysMs: 10_000,
      answerMs: 10_000,
      wanted: true,
    }),
  );
  return { turns, endsWithAnswer: true, lastsMs };
}

/** Sustained attention to response (Robertson 1997): 225 digits, one each 1,150 ms, shown for 250 ms; answer each but the 3, which comes 25 times. */
export function sustainedAttentionCourse(random: Random, rounds = 25): TaskCourse {
  const digits = ['1', '2', '3', '4', '5', '6', '7', '8', '9'];
  const turns: Turn[] = [];
  for (let round = 0; round < rounds; round++) {
    const left = [...digits];
    while (left.length > 0) {
      const shows = pick(random, left);
      left.splice(left.indexOf(shows), 1);
      turns.push({ shows, waitMs: 0, staysMs: 250, answerMs: 1_150, wanted: shows !== '3' });
    }
  }
  return { turns, endsWithAnswer: false, lastsMs: Number.POSITIVE_INFINITY };
}

/** 2-back: letters each 2,500 ms, shown for 500 ms; answer when a letter is that of two before, which is a third of them. */
export function twoBackCourse(random: Random, turnsCount = 62): TaskCourse {
  const letters = ['B', 'F', 'H', 'K', 'M', 'Q', 'R', 'X'];
  const shown: string[] = [];
  const scored = Math.max(0, turnsCount - 2);
  const wanted = new Set<number>();
  while (wanted.size < Math.round(scored / 3)) wanted.add(2 + Math.floor(random() * scored));
  const turns = Array.from({ length: turnsCount }, (_, index): Turn => {
    const before = shown[index - 2];
    const shows =
      wanted.has(index) && before
        ? before
        : pick(
            random,
            letters.filter((letter) => letter !== before),
          );
    shown.push(shows);
    return { shows, waitMs: 0, staysMs: 500, answerMs: 2_500, wanted: wanted.has(index) };
  });
  return { turns, endsWithAnswer: false, lastsMs: Number.POSITIVE_INFINITY };
}

/** Answers sooner than this are no reactions to what was shown (Basner & Dinges 2011). */
export const SOONEST_MS = 100;

export interface VigilanceScore {
  /** Mean of 1 / reaction time, 1/s; null without one valid answer. A missed turn counts as 0. */
  speed: number | null;
  medianMs: number | null;
  /** Answers slower than the lapse's threshold, and missed turns. */
  lapses: number;
  missed: number;
  /** Answers before anything was shown, or within 100 ms of it. */
  tooEarly: number;
}

/**
 * @param results turns that were shown
 * @param pressesBefore answers while nothing was shown
 * @param lapseMs 355 for the brief form, 500 for the long one
 */
export function scoreVigilance(results: readonly TurnResult[], pressesBefore: number, lapseMs: number): VigilanceScore {
  const times = results.flatMap(({ reactionMs }) =>
    reactionMs !== null && reactionMs >= SOONEST_MS ? [reactionMs] : [],
  );
  const missed = results.filter(({ reactionMs }) => reactionMs === null).length;
  const sorted = times.toSorted((a, b) => a - b);
  const middle = sorted.length / 2;
  return {
    speed: times.length === 0 ? null : times.reduce((sum, time) => sum + 1_000 / time, 0) / (times.length + missed),
    medianMs:
      sorted.length === 0
        ? null
        : ((sorted[Math.ceil(middle) - 1] as number) + (sorted[Math.floor(middle)] as number)) / 2,
    lapses: missed + times.filter((time) => time >= lapseMs).length,
    missed,
    tooEarly: pressesBefore + results.filter(({ reactionMs }) => reactionMs !== null && reactionMs < SOONEST_MS).length,
  };
}

export interface DetectionScore {
  /** d′ = z(hits) − z(false alarms), both rates as (n + 0.5) / (all + 1) (Hautus 1995). */
  dPrime: number;
  hits: number;
  missed: number;
  falseAlarms: number;
  /** Standard deviation of the reaction times of hits over their mean; null for fewer than two. */
  variation: number | null;
  tooEarly: number;
}

/** Scores of what is to be answered and what is not. An answer within 100 ms counts as too early, and as none. */
export function scoreDetection(results: readonly TurnResult[]): DetectionScore {
  const answered = ({ reactionMs }: TurnResult) => reactionMs !== null && reactionMs >= SOONEST_MS;
  const signals = results.filter(({ wanted }) => wanted);
  const others = results.filter(({ wanted }) => !wanted);
  const hits = signals.filter(answered);
  const falseAlarms = others.filter(answered).length;
  const rate = (count: number, all: number) => (count + 0.5) / (all + 1);
  const times = hits.map(({ reactionMs }) => reactionMs as number);
  const mean = times.reduce((sum, time) => sum + time, 0) / times.length;
  const deviation = Math.sqrt(times.reduce((sum, time) => sum + (time - mean) ** 2, 0) / (times.length - 1));
  return {
    dPrime: normalQuantile(rate(hits.length, signals.length)) - normalQuantile(rate(falseAlarms, others.length)),
    hits: hits.length,
    missed: signals.length - hits.length,
    falseAlarms,
    variation: times.length < 2 ? null : deviation / mean,
    tooEarly: results.filter(({ reactionMs }) => reactionMs !== null && reactionMs < SOONEST_MS).length,
  };
}
