import type { Services } from './services.ts';

/** What can happen while people play. */
export const faultNames = [
  'none',
  'api-kill',
  'api-term',
  'client-cut',
  'client-slow',
  'postgres-cut',
  'postgres-terminate',
  'postgres-restart-fast',
  'postgres-restart-immediate',
  'postgres-frozen',
  'postgres-slow',
  'redis-cut',
  'redis-kill',
  'redis-frozen',
  'redis-slow',
  'redis-flush',
  'disk-full',
  'two-migrations',
] as const;

export type FaultName = (typeof faultNames)[number];

const wait = (ms: number) => new Promise<void>((next) => setTimeout(next, ms));

/** Lets it happen and mends it. `length` (0 to 1) is how long, where it has a length; `which` chooses among processes. */
export const faults: Record<FaultName, (at: Services, length: number, which: number) => Promise<void>> = {
  none: () => wait(100),
  'api-kill': async ({ apis }, length, which) => {
    const api = apis[which % apis.length];
    await api?.end('SIGKILL');
    await wait(length * 500);
    await api?.start();
  },
  'api-term': async ({ apis }, length, which) => {
    const api = apis[which % apis.length];
    await api?.end('SIGTERM');
    await wait(length * 500);
    await api?.start();
  },
  'client-cut': async ({ apis }, length) => {
    for (const { wire } of apis) wire.cut();
    await wait(length * 1_000);
    for (const { wire } of apis) wire.mend();
  },
  'client-slow': async ({ apis }, length) => {
    for (const { wire } of apis) wire.delayMs = 50 + length * 400;
    await wait(1_000);
    for (const { wire } of apis) wire.delayMs = 0;
  },
  'postgres-cut': async ({ postgres }, length) => {
    postgres.wire.cut();
    await wait(length * 1_500);
    postgres.wire.mend();
  },
  'postgres-terminate': async ({ postgres }, length) => {
    for (let n = 0; n < 1 + length * 5; n++) {
      await postgres.terminateAll();
      await wait(60);
    }
  },
  'postgres-restart-fast': ({ postgres }) => postgres.restart('SIGINT'),
  'postgres-restart-immediate': ({ postgres }) => postgres.restart('SIGQUIT'),
  'postgres-frozen': async ({ postgres }, length) => {
    postgres.freeze(true);
    await wait(500 + length * 2_500);
    postgres.freeze(false);
  },
  'postgres-slow': async ({ postgres }, length) => {
    postgres.wire.delayMs = 20 + length * 150;
    await wait(1_500);
    postgres.wire.delayMs = 0;
  },
  'redis-cut': async ({ redis }, length) => {
    redis.wire.cut();
    await wait(length * 1_500);
    redis.wire.mend();
  },
  'redis-kill': async ({ redis }, length) => {
    await redis.server.kill();
    await wait(length * 1_000);
    await redis.server.start();
  },
  'redis-frozen': async ({ redis }, length) => {
    redis.wire.frozen = true;
    await wait(500 + length * 2_500);
    redis.wire.frozen = false;
  },
  'redis-slow': async ({ redis }, length) => {
    redis.wire.delayMs = 100 + length * 1_900;
    await wait(2_000);
    redis.wire.delayMs = 0;
  },
  'redis-flush': ({ redis }) => redis.flush(),
  'disk-full': async ({ postgres }, length) => {
    await postgres.fillDisk();
    await wait(500 + length * 1_500);
    await postgres.emptyDisk();
  },
  'two-migrations': ({ postgres }) => postgres.migrateTwice(),
};
