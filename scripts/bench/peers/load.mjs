/** Load from a process of its own: a job (scripts/served.ts, `Job`) as JSON on standard input, what came of it as JSON on standard output. */
import { randomUUID } from 'node:crypto';
import { text } from 'node:stream/consumers';
import autocannon from 'autocannon';
import { Pool } from 'undici';

/** What is asked at a rate is asked this much late at most. */
const MOST_LATE_MS = 2;

const job = JSON.parse(await text(process.stdin));
const method = job.method ?? 'POST';
let count = 0;
const bodies = job.bodies ?? (job.body === undefined ? [] : [job.body]);
const fillIn = (template) =>
  template.includes('{')
    ? template
        .replace(/\{uuid\}/g, () => randomUUID())
        .replace(/\{n\}/g, () => String(count++))
        .replace(/\{now\}/g, () => new Date().toISOString())
    : template;
const headers = { ...(bodies.length > 0 ? { 'content-type': 'application/json' } : {}), ...job.headers };
const changing = bodies.length > 1 || /\{(uuid|n|now)\}/.test(bodies[0] ?? '');
let turn = 0;
let wrong;
const verify = (body) => {
  const good = String(body).includes(job.expect);
  if (!good) wrong ??= String(body).slice(0, 500);
  return good;
};
/** Milliseconds each; autocannon's own figures are whole ones. */
const times = [];

/** As many as are answered, by autocannon. */
async function saturate() {
  const instance = autocannon({
    url: job.url,
    method,
    headers,
    connections: job.connections,
    duration: job.seconds,
    ...(bodies.length > 0 && !changing ? { body: bodies[0] } : {}),
    ...(changing
      ? { requests: [{ setupRequest: (asked) => ({ ...asked, body: fillIn(bodies[turn++ % bodies.length]) }) }] }
      : {}),
    verifyBody: verify,
  });
  instance.on('response', (_client, _status, _bytes, milliseconds) => times.push(milliseconds));
  const result = await instance;
  if (result.errors > 0) wrong ??= `${result.errors} requests without an answer`;
  if (result.non2xx > 0) wrong ??= `${result.non2xx} answers were no success`;
  return { answers: result['2xx'], seconds: result.duration };
}

/**
 * `rate` requests a second, evenly, of which the first two seconds only open connections and warm this process up. Autocannon would send each
 * second's share as fast as it is answered, and then rest; Node's own client takes as long for a request as a server that answers from memory.
 */
async function pace() {
  const { origin, pathname, search } = new URL(job.url);
  const pool = new Pool(origin, { connections: job.connections, pipelining: 1 });
  const begun = performance.now();
  const warm = begun + 2000;
  let open = 0;
  const ask = () => {
    const sent = performance.now();
    const parts = [];
    const body = bodies[turn++ % bodies.length];
    open++;
    pool.dispatch(
      { path: pathname + search, method, headers, body: changing ? fillIn(body) : body },
      {
        onRequestStart() {},
        onResponseStart(_controller, status) {
          if (status !== 200) wrong ??= `an answer with the status ${status}`;
        },
        onResponseData(_controller, part) {
          parts.push(part);
        },
        onResponseEnd() {
          if (sent > warm) times.push(performance.now() - sent);
          verify(Buffer.concat(parts));
          open--;
        },
        onResponseError(_controller, error) {
          wrong ??= error.message;
          open--;
        },
      },
    );
  };
  let asked = 0;
  while (performance.now() - warm < job.seconds * 1000) {
    const due = ((performance.now() - begun) / 1000) * job.rate;
    // What should have gone out while this process had no processor would go out as a crowd, and clients elsewhere are none.
    asked = Math.max(asked, due - (job.rate / 1000) * MOST_LATE_MS);
    for (; asked < due; asked++) ask();
    await new Promise((next) => setTimeout(next, 1));
  }
  while (open > 0) await new Promise((next) => setTimeout(next, 5));
  await pool.close();
  return { answers: times.length, seconds: job.seconds };
}

const { answers, seconds } = job.rate ? await pace() : await saturate();
times.sort((a, b) => a - b);
const percentile = (part) => times[Math.min(times.length - 1, Math.floor(times.length * part))];
process.stdout.write(
  JSON.stringify({
    perSecond: answers / seconds,
    p50: percentile(0.5),
    p99: percentile(0.99),
    answers,
    wrong,
  }),
);
