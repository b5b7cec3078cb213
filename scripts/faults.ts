/**
 * `npm run faults -- [--seed N] [--rounds N] [--fault NAME]`: two API processes on a PostgreSQL and a Redis of their own, people who play with a journal of
 * what was acknowledged, and in each round a fault at a random moment. After the round everything is compared with the journals.
 * Prints one JSON object; exit code 1 when something was lost, doubled, wrong, ended, stuck or stale.
 *
 * Needs `redis-server`. A full disk needs the right to mount a tmpfs and is left out without it; stderr says so.
 */
import { parseArgs } from 'node:util';
import { type FaultName, faultNames } from './faults/faults.ts';
import { random } from './faults/random.ts';
import { type Found, openWorld } from './faults/world.ts';

/** What is counted over all rounds. */
export interface FaultReport extends Found {
  seed: number;
  rounds: number;
}

/** Runs the rounds; `log` gets a line a round. */
export async function runFaults(
  options: { seed: number; rounds: number; faults?: readonly FaultName[]; playMs?: number; signal?: AbortSignal },
  log: (line: string) => void = () => {},
): Promise<FaultReport> {
  const dice = random(options.seed);
  const world = await openWorld(dice, log);
  const report: FaultReport = {
    seed: options.seed,
    rounds: 0,
    ...{
      lost: 0,
      doubled: 0,
      wrongMetrics: 0,
      processesEnded: 0,
      internalErrors: 0,
      stuckSessions: 0,
      staleSubscribers: 0,
    },
    slowestRecoverySeconds: 0,
  };
  try {
    const names = (options.faults ?? faultNames).filter((name) => world.can(name));
    for (; report.rounds < options.rounds && !options.signal?.aborted; report.rounds++) {
      const name = names[options.faults ? report.rounds % names.length : dice.below(names.length)] as FaultName;
      const found = await world.round(name, options.playMs ?? 1_500);
      for (const [key, count] of Object.entries(found)) {
        if (key === 'slowestRecoverySeconds') report[key] = Math.max(report[key], count);
        else report[key as 'lost'] += count;
      }
      log(`${report.rounds + 1} ${name}: ${JSON.stringify(found)}`);
    }
  } finally {
    await world.close();
  }
  report.slowestRecoverySeconds = Math.round(report.slowestRecoverySeconds * 100) / 100;
  return report;
}

/** Whether nothing of what must not happen has happened. */
export const isSound = (report: FaultReport): boolean =>
  report.lost + report.doubled + report.wrongMetrics + report.processesEnded + report.internalErrors === 0 &&
  report.stuckSessions + report.staleSubscribers === 0;

if (import.meta.main) {
  const { values } = parseArgs({
    options: { seed: { type: 'string' }, rounds: { type: 'string' }, fault: { type: 'string' } },
  });
  const wrong = (name: string, value: string, expected: string): never => {
    console.error(`--${name} is ${JSON.stringify(value)}, but must be ${expected}.`);
    process.exit(64);
  };
  const whole = (name: 'seed' | 'rounds', fallback: number): number => {
    const text = values[name];
    if (text === undefined) return fallback;
    return /^\d{1,9}$/.test(text) ? Number(text) : wrong(name, text, 'a whole number');
  };
  const { fault } = values;
  if (fault !== undefined && !(faultNames as readonly string[]).includes(fault)) {
    wrong('fault', fault, `one of ${faultNames.join(', ')}`);
  }
  // Ended from outside it finishes its round, so that no server and no mounted disk stays behind.
  const ending = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => ending.abort());
  const report = await runFaults(
    {
      signal: ending.signal,
      seed: whole('seed', 1),
      rounds: whole('rounds', 20),
      ...(fault ? { faults: [fault as FaultName] } : {}),
    },
    (line) => console.error(line),
  );
  console.log(JSON.stringify(report));
  process.exit(isSound(report) ? 0 : 1);
}
