import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import release from '../../package.json' with { type: 'json' };
import type { Config } from '../config.ts';
import type { WriteState } from '../platform/writes.ts';
import { refusal } from './refusal.ts';
import { subjectOfRequest } from './request.ts';
import type { Shared } from './services.ts';

/** All who ask within so long get the same answer: database and Redis are asked once. */
const REMEMBERED_MS = 500;

/** `/health/ready`, `/health/live`, `/metrics`: what balancers, hosts and people who look after it ask. */
export function createHealth(
  { services, config, database, bus, metrics, admission }: Shared,
  isDraining: () => boolean,
  isIdle: () => boolean,
) {
  const { replica } = database;
  let askedAt = Number.NEGATIVE_INFINITY;
  let answer: Promise<[WriteState, boolean]> = Promise.resolve(['away', false]);
  let good = false;
  const asked = (): Promise<[WriteState, boolean]> => {
    // Every host asks every few seconds. While nobody else does, a database that was well is let sleep.
    if (Date.now() - askedAt >= REMEMBERED_MS && !(good && isIdle())) {
      askedAt = Date.now();
      good = false;
      answer = Promise.all([services.writes.state(), bus.check()]);
      answer.then(([state, busAnswers]) => {
        good = state === 'ok' && busAnswers;
      });
    }
    return answer;
  };

  return {
    async ready(request: IncomingMessage, response: ServerResponse): Promise<void> {
      admission.admit('health', subjectOfRequest(request, config));
      const [state, busAnswers] = await asked();
      const draining = isDraining();
      // While the primary is away a replica still answers what it can.
      const ready = (state !== 'away' || replica?.usable() === true) && !draining;
      json(response, ready ? 200 : 503, {
        status: ready ? 'ready' : draining ? 'draining' : 'not ready',
        database: state === 'away' ? 'away' : 'ok',
        writes: state,
        ...(replica ? { replica: replica.usable() ? 'ok' : 'not used' } : {}),
        bus: busAnswers ? 'ok' : 'away',
        migrations: database.migrations,
        mail: config.smtpUrl === undefined ? 'log' : 'smtp',
        version: release.version,
      });
    },
    live(response: ServerResponse): void {
      json(response, 200, { status: 'live' });
    },
    async figures(request: IncomingMessage, response: ServerResponse): Promise<void> {
      admission.admit('health', subjectOfRequest(request, config));
      if (!mayReadFigures(request, config)) throw refusal(404, 'NOT_FOUND', 'There is nothing here.');
      const { type, body } = await metrics.text();
      response.writeHead(200, { 'content-type': type }).end(body);
    },
  };
}

function json(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json; charset=utf-8', 'cache-control': 'no-store' });
  response.end(JSON.stringify(body));
}

/** Those who know the token; without one, this machine itself and nobody through a proxy. */
function mayReadFigures(request: IncomingMessage, config: Config): boolean {
  if (config.metricsToken !== undefined)
    return sameText(request.headers.authorization ?? '', `Bearer ${config.metricsToken}`);
  const address = request.socket.remoteAddress ?? '';
  return /^(::ffff:)?127\.|^::1$/.test(address) && request.headers['x-forwarded-for'] === undefined;
}

/** Compares in a time that does not tell how much of it is right. */
function sameText(given: string, wanted: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(given), digest(wanted));
}
