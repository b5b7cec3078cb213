/** Load from a process of its own: a job (scripts/served.ts, `Job`) as JSON on standard input, what came of it as JSON on standard output. */
import { randomUUID } from 'node:crypto';
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
const changing = bodies.length > 1 || /\{(uuid|n|now)\}/.test(bodies[0] ?? '');
let turn = 0;
let wrong;
const instance = autocannon({
  url: job.url,
  method: job.method ?? 'POST',
  headers: { ...(bodies.length > 0 ? { 'content-type': 'application/json' } : {}), ...job.headers },
  connections: job.connections,
  duration: job.seconds,
  ...(job.rate ? { overallRate: job.rate } : {}),
  ...(bodies.length > 0 && !changing ? { body: bodies[0] } : {}),
  ...(changing
    ? { requests: [{ setupRequest: (request) => ({ ...request, body: fillIn(bodies[turn++ % bodies.length]) }) }] }
    : {}),
  verifyBody: (body) => {
    const good = String(body).includes(job.expect);
    if (!good) wrong ??= String(body).slice(0, 500);
    return good;
  },
});
// Autocannon's own figures are whole milliseconds.
const times = [];
instance.on('response', (_client, _status, _bytes, milliseconds) => times.push(milliseconds));
const result = await instance;
times.sort((a, b) => a - b);
const percentile = (part) => times[Math.min(times.length - 1, Math.floor(times.length * part))];
if (result.errors > 0) wrong ??= `${result.errors} requests without an answer`;
if (result.non2xx > 0) wrong ??= `${result.non2xx} answers were no success`;
process.stdout.write(
  JSON.stringify({
    perSecond: result['2xx'] / result.duration,
    p50: percentile(0.5),
    p99: percentile(0.99),
    answers: result['2xx'],
    wrong,
  }),
);
