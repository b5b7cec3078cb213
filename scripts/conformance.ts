/**
 * `npm run conformance`: one line for each thing the API promises to those who speak its protocols and to those who attack it.
 * Exit code 1 when a line fails. `--quick` makes fewer generated calls and fewer timed sign-ins.
 */

import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { serverAudits } from 'graphql-http';
import { schema } from '../api/src/http/schema.ts';
import { schemaBreaches } from '../api/src/schema/schema-rules.ts';
import { attacks } from '../api/src/testing/attacks.ts';
import { callEverything } from '../api/src/testing/properties.ts';
import { type TestServer, useServer } from '../api/src/testing/server.ts';

const quick = process.argv.includes('--quick');
/** Sign-ins timed with an unknown address, and as many with a wrong password. */
const TIMED = quick ? 60 : 200;
/** Generated calls over all mutations. */
const CALLS = quick ? 2_000 : 20_000;
/** Memory may have grown by so much after everything was tried, MB. */
const GROWTH_MB = 20;

/**
 * Audits that production refuses, exactly these: 5A70, D6D5 and 6A70 ask by GET, which it answers for registered operations only;
 * 2EA1 and 28B9 ask for `__type`, which it does not tell.
 */
const REFUSED_IN_PRODUCTION = ['28B9', '2EA1', '5A70', '6A70', 'D6D5'];

let failed = 0;
let passed = 0;
const line = (ok: boolean, name: string, detail = '') => {
  if (ok) passed++;
  else failed++;
  console.log(`${ok ? 'ok    ' : 'FAILED'} ${name}${detail ? `: ${detail}` : ''}`);
};
const attempt = async (name: string, run: () => Promise<string | undefined>) => {
  try {
    line(true, name, await run());
  } catch (error) {
    line(false, name, (error as Error).message.split('\n').slice(0, 3).join(' ').slice(0, 300));
  }
};

setFlagsFromString('--expose_gc');
const collect = runInNewContext('gc') as () => void;

/** Bytes in use after everything that can be freed was. */
async function memory(): Promise<number> {
  for (let round = 0; round < 4; round++) {
    collect();
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

async function auditAll(api: TestServer, mode: 'development' | 'production'): Promise<void> {
  const audits = serverAudits({ url: `${api.url}/graphql`, fetchFn: fetch });
  const refusedHere: string[] = [];
  let good = 0;
  for (const audit of audits) {
    const result = await audit.fn();
    if (result.status === 'ok') good++;
    else if (mode === 'production' && REFUSED_IN_PRODUCTION.includes(audit.id)) refusedHere.push(audit.id);
    else line(false, `GraphQL over HTTP (${mode}): ${audit.id} ${audit.name}`, result.reason);
    if (mode === 'development' && result.status === 'ok') line(true, `GraphQL over HTTP: ${audit.id} ${audit.name}`);
  }
  line(
    good + refusedHere.length === audits.length &&
      refusedHere.sort().join() === (mode === 'production' ? REFUSED_IN_PRODUCTION.join() : ''),
    `GraphQL over HTTP (${mode}): ${good} of ${audits.length} audits`,
    refusedHere.length > 0 ? `refused, as they shall be: ${refusedHere.join(', ')}` : '',
  );
}

/**
 * Mann-Whitney's test of two samples: the probability of a difference like this, or a greater one, if both came from the same distribution.
 * Normal approximation, which is good from 20 values on.
 */
function sameDistribution(a: number[], b: number[]): number {
  const all = [...a.map((value) => ({ value, first: true })), ...b.map((value) => ({ value, first: false }))].sort(
    (x, y) => x.value - y.value,
  );
  const rankSum = all.reduce((sum, { first }, index) => sum + (first ? index + 1 : 0), 0);
  const u = rankSum - (a.length * (a.length + 1)) / 2;
  const mean = (a.length * b.length) / 2;
  const deviation = Math.sqrt((a.length * b.length * (a.length + b.length + 1)) / 12);
  const z = Math.abs(u - mean) / deviation;
  // Abramowitz and Stegun 7.1.26.
  const t = 1 / (1 + (0.3275911 * z) / Math.SQRT2);
  const tail =
    t *
    (0.254829592 + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429)))) *
    Math.exp((-z * z) / 2);
  return Math.min(1, tail);
}

async function timing(api: TestServer): Promise<string> {
  const { email } = await api.account();
  const signIn = 'mutation ($input: SignInInput!) { signIn(input: $input) { userErrors { code } } }';
  const measure = async (address: string) => {
    const started = performance.now();
    await api.ask(signIn, { input: { email: address, password: 'certainly not it' } });
    return performance.now() - started;
  };
  for (let i = 0; i < 10; i++) await measure(`warm${i}@example.org`);
  const unknown: number[] = [];
  const wrong: number[] = [];
  for (let i = 0; i < TIMED; i++) {
    // In turn and in changing order, so that a busy moment falls on both.
    if (i % 2 === 0) unknown.push(await measure(`nobody${i}@example.org`));
    wrong.push(await measure(email as string));
    if (i % 2 === 1) unknown.push(await measure(`nobody${i}@example.org`));
  }
  const probability = sameDistribution(unknown, wrong);
  const median = (values: number[]) => [...values].sort((x, y) => x - y)[Math.floor(values.length / 2)]?.toFixed(1);
  const detail = `medians ${median(unknown)} and ${median(wrong)} ms, p = ${probability.toFixed(3)}, ${TIMED} each`;
  if (probability < 0.01) throw new Error(`They can be told apart: ${detail}`);
  return detail;
}

const api = await useServer();
const production = await useServer({
  beside: api,
  environment: { NODE_ENV: 'production', INTROSPECTION: 'off', PLAYGROUND: 'off' },
});
try {
  const breaches = schemaBreaches(schema);
  for (const breach of breaches) line(false, 'Schema', breach);
  line(breaches.length === 0, 'Schema: nodes, connections, mutations, descriptions');

  await auditAll(api, 'development');
  await auditAll(production, 'production');

  // Once for everything that is loaded and kept at the first use.
  const failures = new Map<string, string>();
  for (const attack of attacks) {
    await attack.run(api).catch((error: Error) => failures.set(attack.name, error.message));
  }
  const before = await memory();
  for (const attack of attacks) {
    await attempt(attack.name, async () => {
      await attack.run(api);
      const first = failures.get(attack.name);
      if (first) throw new Error(`It failed at the first of two runs: ${first}`);
      return undefined;
    });
  }
  await attempt('Timing: an unknown account and a wrong password', () => timing(api));
  await attempt(`Generated inputs: ${CALLS} calls over every mutation`, async () => {
    const run = await callEverything(api, schema, CALLS, 1);
    const [fault] = run.faults;
    if (fault)
      throw new Error(
        `${run.faults.length} faults, the first: ${fault.mutation} ${JSON.stringify(fault.input)?.slice(0, 150)} → ${fault.answer}`,
      );
    return `${run.calls} calls, ${run.done} carried out`;
  });
  await attempt(`Memory: back within ${GROWTH_MB} MB`, async () => {
    api.lines.length = 0;
    api.mails.length = 0;
    const grown = ((await memory()) - before) / 1e6;
    const counts = api.server.services.live.counts();
    if (counts.members > 0) throw new Error(`${counts.members} followers are left`);
    if (grown > GROWTH_MB) throw new Error(`It grew by ${grown.toFixed(1)} MB.`);
    return `${grown.toFixed(1)} MB`;
  });
} finally {
  await production.close();
  await api.close();
}
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed > 0 ? 1 : 0;
