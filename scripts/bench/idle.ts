/**
 * `npm run bench -- idle`: a day of a free host, minute by minute, with 0, 1 and 20 listeners. The program's own health check and housekeeping
 * run on a clock that is moved by hand, on a database that only notes when it is asked. The hosts' rules, with their sources, are those of
 * docs/HOSTING_COMPARISON.md.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { mock } from 'node:test';
import { keepHouse } from '../../api/src/housekeeping.ts';
import { createHealth } from '../../api/src/http/health.ts';
import { isIdle } from '../../api/src/http/idle.ts';
import type { Figure } from '../bench.ts';

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
/** Neon: compute ends after 5 minutes without a statement. */
const NEON_MS = 5 * MINUTE;
/** Railway: a service sleeps after 10 minutes without an outbound packet. */
const RAILWAY_MS = 10 * MINUTE;
/** Render: after 15 minutes without a request. */
const RENDER_MS = 15 * MINUTE;
/** How often a host asks for the health of an instance that runs. */
const LOOK_MS = 5_000;
/** Of a session: two reads and its start, then an event now and then, the last two with its end. */
const SESSION_MS = 30 * MINUTE;
const requestsOf = (start: number): number[] =>
  [
    ...[0, 0, 1_000],
    ...[3, 7, 12, 15, 18, 24].map((minute) => minute * MINUTE),
    ...[SESSION_MS, SESSION_MS + 5_000, SESSION_MS + 10_000],
  ].map((after) => start + after);
/** A hidden page keeps its socket for a minute after it has stopped playing, with a ping every 12 s. */
const SOCKET_MS = SESSION_MS + MINUTE;
const PING_MS = 12_000;

/** How much of the day lies within `after` behind one of the moments. */
function awake(moments: number[], after: number): number {
  let [sum, until] = [0, 0];
  for (const at of moments.toSorted((a, b) => a - b)) {
    const end = Math.min(at + after, DAY);
    sum += Math.max(0, end - Math.max(at, until));
    until = Math.max(until, end);
  }
  return sum / MINUTE;
}

async function day(listeners: number) {
  // From seven in the morning to eleven at night, evenly.
  const starts = Array.from(
    { length: listeners },
    (_, i) => 7 * 60 * MINUTE + ((i + 0.5) / listeners) * 16 * 60 * MINUTE,
  );
  const requests = starts.flatMap(requestsOf).toSorted((a, b) => a - b);
  const statements: number[] = [];
  const asked = () => {
    statements.push(Date.now());
  };
  mock.timers.enable({ apis: ['Date', 'setInterval', 'setTimeout'], now: 0 });
  try {
    let last = 0;
    const note = () => {
      asked();
      return Promise.resolve([]);
    };
    const table = new Proxy({}, { get: () => note });
    // Migrations, library: a start asks.
    asked();
    const services = {
      database: new Proxy({}, { get: (_, name) => (name === '$transaction' ? note : table) }),
      writes: {
        async state() {
          asked();
          return 'ok';
        },
      },
      bus: { check: async () => true, publish: async () => {} },
      clock: { now: () => new Date() },
      log: { warn: () => {} },
    };
    const shared = {
      ...services,
      services,
      database: { migrations: 'applied' },
      config: {},
      metrics: {},
      admission: { admit: () => {} },
    };
    const health = createHealth(
      shared as never,
      () => false,
      () => isIdle(0, last),
    );
    const end = keepHouse({ services: services as never, lastRequest: () => last });
    const request = { headers: {}, socket: { remoteAddress: '127.0.0.1' } } as IncomingMessage;
    const response = { writeHead: () => response, end: () => response } as unknown as ServerResponse;
    let next = 0;
    for (let at = 0; at < DAY; at += LOOK_MS) {
      mock.timers.tick(LOOK_MS);
      while (next < requests.length && (requests[next] as number) <= at) {
        last = Date.now();
        asked();
        next++;
      }
      await health.ready(request, response);
      // What was begun by a timer goes on between the ticks.
      await new Promise((done) => setImmediate(done));
    }
    end();
  } finally {
    mock.timers.reset();
  }
  const pings = starts.flatMap((start) =>
    Array.from({ length: Math.ceil(SOCKET_MS / PING_MS) }, (_, i) => start + i * PING_MS),
  );
  return {
    database: awake(statements, NEON_MS),
    statements: statements.length,
    railway: awake([0, ...requests, ...pings], RAILWAY_MS),
    render: awake([0, ...requests, ...pings], RENDER_MS),
  };
}

export default async function benchIdle(): Promise<Figure[]> {
  const figures: Figure[] = [];
  for (const listeners of [0, 1, 20]) {
    const { database, statements, railway, render } = await day(listeners);
    const of = `${listeners} listeners`;
    figures.push(
      {
        ...{ name: `${of}: database awake`, value: database, unit: 'min a day' },
        ...(listeners === 0 ? { limit: 15 } : {}),
        note: `${statements} times asked; ${((database * 30.4) / 60 / 4).toFixed(1)} CU-hours a month at 0.25 CU`,
      },
      {
        ...{ name: `${of}: instance awake at Railway`, value: railway, unit: 'min a day' },
        ...(listeners === 0 ? { limit: 15 } : {}),
      },
      {
        ...{ name: `${of}: instance awake at Render`, value: render, unit: 'min a day' },
        ...(listeners === 0 ? { limit: 20 } : {}),
        note: `${((render * 30.4) / 60).toFixed(0)} instance hours a month`,
      },
    );
  }
  return figures;
}
