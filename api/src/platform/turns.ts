/** Work that takes its turn: subjects one after the other, however much each of them asks for. */
export interface Turns {
  /** Does the work when its turn has come. `weight`: how many places it takes, 1 for what is small. */
  take<T>(subject: string, weight: number, work: () => Promise<T> | T): Promise<T>;
  waiting(): number;
}

interface Job {
  weight: number;
  start: () => void;
  /** How often a later one went first because this one did not fit. */
  passed: number;
}

interface Line {
  jobs: Job[];
  running: number;
}

/** A job that did not fit so often is waited for: small ones would otherwise go before a large one for ever. */
const MOST_PASSED = 50;

/**
 * So many places; one subject has `most` of them at once, so that there is always one that frees itself soon for everybody else. A heavy job takes at most what its
 * subject may have.
 */
export function createTurns(places: number, most = Math.max(1, Math.floor(places * 0.75))): Turns {
  /** In the order in which subjects have their turns. */
  const lines = new Map<string, Line>();
  let free = places;
  let waiting = 0;

  const next = (): void => {
    for (const [subject, line] of lines) {
      if (free === 0) return;
      const [job] = line.jobs;
      if (!job || line.running + job.weight > most) continue;
      if (job.weight > free) {
        job.passed++;
        if (job.passed > MOST_PASSED) return;
        continue;
      }
      line.jobs.shift();
      lines.delete(subject);
      lines.set(subject, line);
      waiting--;
      free -= job.weight;
      line.running += job.weight;
      job.start();
      // The map has another order now.
      next();
      return;
    }
  };

  return {
    take(subject, weight, work) {
      const places = Math.min(Math.max(1, Math.ceil(weight)), most);
      const line = lines.get(subject) ?? { jobs: [], running: 0 };
      lines.set(subject, line);
      return new Promise((resolve, reject) => {
        const end = () => {
          free += places;
          line.running -= places;
          if (line.running === 0 && line.jobs.length === 0) lines.delete(subject);
          next();
        };
        const start = () => {
          // `work` may throw before it gives a promise.
          void new Promise<Awaited<ReturnType<typeof work>>>((done) => done(work() as never))
            .then(resolve, reject)
            .finally(end);
        };
        line.jobs.push({ weight: places, start, passed: 0 });
        waiting++;
        next();
      });
    },
    waiting: () => waiting,
  };
}
