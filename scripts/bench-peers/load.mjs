/** Load from a process of its own: a job (scripts/served.ts, `Job`) as JSON on standard input, what came of it as JSON on standard output. */
import { randomUUID } from 'node:crypto';
import { Agent, request } from 'node:http';
import { text } from 'node:stream/consumers';
import autocannon from 'autocannon';

const job = JSON.parse(await text(process.stdin));
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
    method: job.method ?? 'POST',
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
 * `rate` requests a second, evenly, of which the first second only opens connections and warms this process up. Autocannon would send each second's
 * share as fast as it is answered, and then rest.
 */
async function pace() {
  const agent = new Agent({ keepAlive: true, maxSockets: job.connections });
  const warm = performance.now() + 1000;
  const ask = () =>
    new Promise((done) => {
      const sent = performance.now();
      const failed = (error) => {
        wrong ??= error.message;
        done();
      };
      const asked = request(job.url, { method: job.method ?? 'POST', headers, agent }, (response) => {
        const parts = [];
        response.on('data', (part) => parts.push(part));
        response.once('error', failed);
        response.once('end', () => {
          if (sent > warm) times.push(performance.now() - sent);
          if (response.statusCode !== 200) wrong ??= `an answer with the status ${response.statusCode}`;
          verify(Buffer.concat(parts));
          done();
        });
      });
      asked.once('error', failed);
      const body = bodies[turn++ % bodies.length];
      asked.end(changing ? fillIn(body) : body);
    });
  const all = [];
  const begun = performance.now();
  while (performance.now() - warm < job.seconds * 1000) {
    const due = ((performance.now() - begun) / 1000) * job.rate;
    while (all.length < due) all.push(ask());
    await new Promise((next) => setTimeout(next, 1));
  }
  await Promise.all(all);
  agent.destroy();
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
