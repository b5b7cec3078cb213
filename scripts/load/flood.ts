/**
 * One subject that sends as much as it can through one door or several, in a process of its own: `node flood.ts URL ADDRESS TOKEN SECONDS DOOR…`. It says how
 * many answers it got, by status, as one JSON object.
 */
import { Agent, request } from 'node:http';
import WebSocket from 'ws';
import { newId } from '../../api/src/platform/ids.ts';

const [url = '', address = '', token = '', seconds = '10', ...doors] = process.argv.slice(2);
const until = performance.now() + Number(seconds) * 1000;
const told: Record<string, number> = {};
const count = (what: string | number) => {
  told[what] = (told[what] ?? 0) + 1;
};
const going = () => performance.now() < until;

/** Requests at once of each HTTP door, and sockets with so many operations under way. */
const AT_ONCE = 64;
const SOCKETS = 50;
const UNDER_WAY = 20;

const agent = new Agent({ keepAlive: true, maxSockets: Number.POSITIVE_INFINITY });

function send(method: string, path: string, body?: string): Promise<void> {
  return new Promise((done) => {
    const asked = request(
      `${url}${path}`,
      {
        ...{ method, agent },
        headers: {
          'x-forwarded-for': address,
          authorization: `Bearer ${token}`,
          ...(body ? { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) } : {}),
        },
      },
      (response) => {
        count(response.statusCode ?? 0);
        response.resume();
        response.once('close', () => done());
      },
    );
    asked.once('error', () => {
      count('cut');
      done();
    });
    asked.end(body);
  });
}

let turn = 0;
const words = [
  // As dear as they may be, and each another one, so that no answer is at hand.
  () =>
    `{ protocols(first: 100, filter: { search: "${newId().slice(0, 5)}" }) { nodes { id title summary revision { number program } } } }`,
  () =>
    `{ protocols(first: ${50 + (turn % 50)}, filter: { speakersOk: true }) { nodes { id slug title revision { program } } } }`,
  () => `{ viewer { id sessions(first: 100) { nodes { id events { nodes { kind } } } } } }`,
];
const mutations = [
  () => ({
    query: 'mutation ($input: StartGuestInput!) { startGuest(input: $input) { userErrors { code } } }',
    variables: { input: { timeZone: 'UTC' } },
  }),
  () => ({
    query: 'mutation ($input: SignInInput!) { signIn(input: $input) { userErrors { code } } }',
    variables: { input: { email: `${newId()}@example.org`, password: 'not the password' } },
  }),
  () => ({
    query: 'mutation ($input: CreateProtocolInput!) { createProtocol(input: $input) { userErrors { code } } }',
    variables: {
      input: {
        ...{ title: 'Flood', category: 'OTHER' },
        program: {
          durationSeconds: 3_600,
          voices: Array.from({ length: 8 }, () => ({
            kind: 'BINAURAL',
            keyframes: Array.from({ length: 100 }, (_, n) => ({ at: n * 36, carrier: 200, beat: 10, level: 0.1 })),
          })),
        },
      },
    },
  }),
];

const steps: Record<string, () => Promise<void>> = {
  post: () => {
    turn++;
    const one =
      turn % 3 === 0 ? mutations[(turn / 3) % mutations.length]?.() : { query: words[turn % words.length]?.() };
    return send('POST', '/graphql', JSON.stringify(one));
  },
  get: () => {
    turn++;
    return send('GET', `/graphql?query=${encodeURIComponent(words[turn % words.length]?.() ?? '')}`);
  },
  export: () => send('GET', turn++ % 2 ? '/export/account.json' : '/export/sessions.csv'),
  health: () => send('GET', '/health/ready'),
  files: () => send('GET', '/'),
};

function socket(): Promise<void> {
  return new Promise((done) => {
    const one = new WebSocket(`${url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws', {
      headers: { 'x-forwarded-for': address },
    });
    let id = 0;
    const ask = () => {
      if (one.readyState === WebSocket.OPEN && going())
        one.send(
          JSON.stringify({ id: `${id++}`, type: 'subscribe', payload: { query: words[id % words.length]?.() } }),
        );
    };
    one.on('open', () => one.send(JSON.stringify({ type: 'connection_init', payload: { accessToken: token } })));
    one.on('message', (data) => {
      const { type } = JSON.parse(String(data)) as { type: string };
      if (type === 'connection_ack') for (let n = 0; n < UNDER_WAY; n++) ask();
      if (type === 'complete' || type === 'error') {
        count(`socket ${type}`);
        ask();
      }
    });
    one.on('error', () => count('socket cut'));
    one.on('close', () => done());
    setTimeout(() => one.terminate(), Math.max(0, until - performance.now())).unref();
  });
}

async function again(step: () => Promise<void>): Promise<void> {
  while (going()) await step();
}

await Promise.all(
  doors.flatMap((door) =>
    door === 'socket'
      ? Array.from({ length: SOCKETS }, () => again(socket))
      : Array.from({ length: AT_ONCE }, () => again(steps[door] as () => Promise<void>)),
  ),
);
agent.destroy();
process.stdout.write(JSON.stringify(told));
process.exit(0);
