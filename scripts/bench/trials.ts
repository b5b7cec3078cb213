/**
 * A year of trials: what the answer of 364 sessions costs, for 300 people; and what ten times the rows cost at the server, 30 and 300 people with
 * an ended trial of 364 sessions each, in two databases that take turns. `npm run bench -- trials 100 1000` takes other numbers of people.
 */
import { answerOf } from '@nes/trials/answer.ts';
import { drawOrder, ordersOf } from '@nes/trials/order.ts';
import { hashOf, PRIOR } from '@nes/trials/plan.ts';
import { normal, seeded } from '@nes/trials/random.ts';
import { encodeNodeId } from '../../api/src/schema/node-id.ts';
import type { Backend } from '../../api/src/testing/backend.ts';
import { protocolId } from '../../prisma/library/ids.ts';
import { presentRevisionId } from '../../prisma/library/library.ts';
import type { Figure } from '../bench.ts';
import { type Asking, compareSizes } from '../bench-sizes.ts';
import { fill, median, signIn } from '../served.ts';

const SESSIONS = 364;
const PEOPLE = 20;
const PROTOCOL = encodeNodeId('Protocol', protocolId('energy'));

/** Processor time of this thread, ms: what else the machine does is left out. */
const processorMs = () => {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1000;
};

/** A year of somebody whose days resemble their neighbours, and whom the beat helps a little. */
async function answers(people: number): Promise<Figure[]> {
  const gauss = normal(seeded('a0'.repeat(16)));
  const orders = ordersOf('RUNS_OF_TWO', SESSIONS);
  const times: number[] = [];
  for (let person = 0; person < people; person++) {
    const order = drawOrder(orders);
    let day = 0;
    const measured = Array.from(order, (letter, index) => {
      day = 0.3 * day + gauss();
      const missed = index % 17 === 5;
      const value = missed ? null : 50 + 10 * day + (letter === 'B' ? 3 : 0);
      return { period: index + 1, value, beatChance: missed ? null : 0.3 + (0.4 * (index % 5)) / 5 };
    });
    const plan = {
      periods: SESSIONS,
      orderRule: 'RUNS_OF_TWO',
      outcome: { id: 'calm', unit: 'points', higherIsBetter: true, settings: {} },
      smallestEffect: 0.3,
      prior: PRIOR,
    } as const;
    const hash = await hashOf({ person });
    const before = processorMs();
    answerOf(plan, hash, order, measured);
    times.push(processorMs() - before);
  }
  times.sort((a, b) => a - b);
  const name = `answer of ${SESSIONS} sessions, processor time`;
  return [
    { name: `${name}, median of ${people} people`, value: median(times), unit: 'ms', limit: 300 },
    { name: `${name}, 95 of 100`, value: times[Math.floor(people * 0.95)] as number, unit: 'ms', limit: 300 },
  ];
}

const questions: Record<string, string> = {
  'own trials': '{ viewer { trials(first: 20) { nodes { id plan step shared reveal { order } } } } }',
  'a trial with its year of records':
    'query ($trial: ID!) { trial(id: $trial) { head periods { period startedAt value beatChance } } }',
  'what all people found': `{ trialsAcrossPeople(protocol: "${PROTOCOL}", outcome: "calm") { people effect low high } }`,
};

async function people(backend: Backend, users: number): Promise<Asking[]> {
  const { pool } = backend.database;
  await fill(pool, [
    `INSERT INTO users (id, email, email_key, display_name)
     SELECT md5('u' || n)::uuid, 'u' || n || '@example.org', 'u' || n || '@example.org', 'Person ' || n FROM generate_series(1, ${users}) n`,
    `INSERT INTO trials (id, user_id, revision_id, plan, plan_hash, salt, arm_order, revealed_at, revealed_after)
     SELECT md5('t' || n)::uuid, md5('u' || n)::uuid, '${presentRevisionId('energy')}', jsonb_build_object('id', md5('t' || n)::uuid, 'periods', ${SESSIONS},
       'orderRule', 'RUNS_OF_TWO', 'oneADay', true, 'timeZone', 'UTC', 'smallestEffect', 0.3, 'prior', '{"mean": 0, "deviation": 0.5}'::jsonb,
       'outcome', '{"id": "calm", "higherIsBetter": true}'::jsonb),
       repeat('0', 64), repeat('0', 64), repeat('BC', ${SESSIONS / 2}), timestamptz '2026-12-31', ${SESSIONS} FROM generate_series(1, ${users}) n`,
    `INSERT INTO trial_periods (trial_id, period, session_id, started_at, ended_at, heard_seconds, value, detail, received_at)
     SELECT md5('t' || u)::uuid, n, md5('s' || n || 'of' || u)::uuid, timestamptz '2026-01-01' + n * interval '1 day',
       timestamptz '2026-01-01' + n * interval '1 day' + interval '1 hour', 600, (n * 7) % 11, '{}', now()
     FROM generate_series(1, ${users}) u, generate_series(1, ${SESSIONS}) n`,
    `INSERT INTO trial_shares (trial_id, outcome_id, plan_hash, effect, variance, shared_at)
     SELECT md5('t' || n)::uuid, 'calm', repeat('0', 64), 0.2 + ((n * 13) % 7 - 3) * 0.1, 0.02, now() FROM generate_series(1, ${users}) n`,
  ]);
  const found: Asking[] = [];
  for (let n = 1; n <= PEOPLE; n++) {
    const person = Math.ceil((users / PEOPLE) * n);
    const { rows } = await pool.query<{ id: string }>(`SELECT md5('t' || $1::int)::uuid AS id`, [person]);
    found.push({
      token: await signIn(pool, `u${person}@example.org`),
      variables: { trial: encodeNodeId('Trial', rows[0]?.id as string) },
    });
  }
  return found;
}

export default async function bench([small = '30', large = '300']: string[] = []): Promise<Figure[]> {
  return [
    ...(await answers(Number(large))),
    ...(await compareSizes(Number(small), Number(large), { questions, people })),
  ];
}
