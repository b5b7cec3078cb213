/**
 * `npm run doctor -- URL [--origin https://you.github.io]` looks at a running deployment from outside, as a browser and an attacker
 * would: each line says what was found and, where something is wrong, what to do. `--origin` is the site that the application is
 * published at, where that is not the API itself. Exit code 1: something is wrong; 2: wrong use.
 */

import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { WebSocket } from 'ws';
import { readFlags, runCommand, UseError } from './program-command.ts';

const USE = 'npm run doctor -- URL [--origin https://you.github.io]';

/** An answer is waited for so long: free hosts wake up in half a minute (docs/HOSTING_COMPARISON.md). */
const PATIENCE_MS = 60_000;
/** What a browser's clock may be off against the server's before tokens and group sessions suffer. */
const CLOCK_MS = 2_000;
/** An answer that takes longer was a cold start. */
const COLD_MS = 3_000;

export interface Finding {
  name: string;
  ok: boolean;
  found: string;
  /** What to do about it. */
  todo?: string;
}

interface Answer {
  status: number;
  headers: Record<string, string | undefined>;
  text: string;
  milliseconds: number;
}

/** Node's own client: `fetch` would keep a foreign `Origin` or a wrong content type back. */
function ask(
  url: URL,
  options: { method?: string; headers?: Record<string, string>; body?: string } = {},
): Promise<Answer> {
  const begun = performance.now();
  const { method = 'GET', headers = {}, body } = options;
  return new Promise((done, failed) => {
    const request = (url.protocol === 'https:' ? httpsRequest : httpRequest)(
      url,
      { method, headers: { ...headers, ...(body === undefined ? {} : { 'content-length': Buffer.byteLength(body) }) } },
      (response) => {
        let text = '';
        response.setEncoding('utf8');
        response.on('error', failed);
        response.on('data', (part: string) => {
          if (text.length < 1_000_000) text += part;
        });
        response.on('end', () =>
          done({
            status: response.statusCode ?? 0,
            headers: response.headers as Record<string, string | undefined>,
            text,
            milliseconds: performance.now() - begun,
          }),
        );
      },
    );
    request.setTimeout(PATIENCE_MS, () => request.destroy(new Error(`no answer within ${PATIENCE_MS / 1000} s`)));
    request.on('error', failed);
    request.end(body);
  });
}

/** Opens a socket; what came of it: `open`, or the status or reason of the refusal. */
function openSocket(url: URL, origin: string): Promise<string> {
  return new Promise((done) => {
    const socket = new WebSocket(url, 'graphql-transport-ws', { origin, handshakeTimeout: 15_000 });
    socket.on('unexpected-response', (_request, response) => {
      done(`status ${response.statusCode}`);
      socket.terminate();
    });
    socket.on('error', (error) => done(error.message));
    socket.on('open', () => socket.send(JSON.stringify({ type: 'connection_init' })));
    socket.on('message', (data) => {
      const { type } = JSON.parse(String(data)) as { type?: string };
      done(type === 'connection_ack' ? 'open' : `message ${type}`);
      socket.close();
    });
    socket.on('close', (code) => done(`closed with ${code}`));
  });
}

const parsed = (text: string): Record<string, unknown> => {
  try {
    return JSON.parse(text) as Record<string, unknown>;
  } catch {
    return {};
  }
};

/** Looks at the deployment at `address`; `site` is the origin of the pages that use it. */
export async function examine(address: URL, site: string = address.origin): Promise<Finding[]> {
  const findings: Finding[] = [];
  const say = (name: string, ok: boolean, found: string, todo?: string): void => {
    findings.push({ name, ok, found, ...(ok || todo === undefined ? {} : { todo }) });
  };
  const at = (path: string): URL => new URL(path, address);
  const local = ['localhost', '127.0.0.1', '[::1]'].includes(address.hostname);
  const json = { 'content-type': 'application/json', accept: 'application/graphql-response+json, application/json' };
  const graphql = (query: string, headers: Record<string, string> = {}): Promise<Answer> =>
    ask(at('/graphql'), { method: 'POST', headers: { ...json, ...headers }, body: JSON.stringify({ query }) });

  let live: Answer;
  try {
    live = await ask(at('/health/live'));
  } catch (error) {
    say('reachable', false, (error as Error).message, 'Check the address, the DNS entry and that the service runs.');
    return findings;
  }
  say(
    'reachable',
    live.status === 200,
    `/health/live answers ${live.status}`,
    'Is it this API that stands at the address? Look at the host’s log.',
  );
  say(
    'cold start',
    live.milliseconds < COLD_MS,
    `first answer after ${Math.round(live.milliseconds)} ms`,
    'The instance slept. Players do not wait for it; set a minimum of one instance where that matters.',
  );
  say(
    'TLS',
    address.protocol === 'https:' || local,
    address.protocol,
    'Browsers give no sound worklet and no WebSocket to plain http: use the https address.',
  );

  const ready = await ask(at('/health/ready'));
  const state = parsed(ready.text);
  say(
    'ready',
    ready.status === 200,
    `/health/ready answers ${ready.status}: ${ready.text.slice(0, 200)}`,
    'What is away is named; check DATABASE_URL and the database’s state.',
  );
  say(
    'writes',
    state.writes === undefined || state.writes === 'ok',
    `writes: ${state.writes ?? 'not told'}`,
    'The database takes no writes: a full disk, or a read-only standby in DATABASE_URL.',
  );
  say(
    'bus',
    state.bus === 'ok',
    `bus: ${state.bus ?? 'not told'}`,
    'Redis does not answer: check REDIS_URL. Several instances cannot tell each other of changes.',
  );
  say(
    'version',
    typeof state.version === 'string',
    `version: ${state.version ?? 'not told'}`,
    'An older release runs here: deploy again.',
  );
  say(
    'migrations',
    state.migrations === 'applied',
    `migrations: ${state.migrations ?? 'not told'}`,
    'The database and the program differ: deploy the release that belongs to the database.',
  );
  say(
    'mails',
    state.mail === 'smtp',
    `mail: ${state.mail ?? 'not told'}`,
    'Set SMTP_URL and MAIL_FROM; until then nobody can choose a new password: no mails are sent.',
  );

  const time = await graphql('{ serverTime }');
  const server = (parsed(time.text).data as { serverTime?: number } | undefined)?.serverTime;
  say(
    'GraphQL',
    time.status === 200 && typeof server === 'number',
    `a query answers ${time.status}`,
    'Something between you and the API changes requests: check the proxy’s rules for /graphql.',
  );
  if (typeof server === 'number') {
    const off = server - (Date.now() - time.milliseconds / 2);
    say(
      'clock',
      Math.abs(off) <= CLOCK_MS + time.milliseconds / 2,
      `${Math.round(off)} ms off this machine’s`,
      'Set the clock of the host (or of this machine) by NTP: tokens end by it.',
    );
  }

  const own = await graphql('{ serverTime }', { origin: site });
  say(
    'CORS for the site',
    site === address.origin ? own.status === 200 : own.headers['access-control-allow-origin'] === site,
    `Origin ${site}: ${own.status}, allowed: ${own.headers['access-control-allow-origin'] ?? 'none'}`,
    `Put ${site} into ALLOWED_ORIGINS.`,
  );
  const foreign = 'https://doctor.invalid';
  const strange = await graphql('{ serverTime }', { origin: foreign });
  const allowed = strange.headers['access-control-allow-origin'];
  say(
    'CORS for strangers',
    allowed !== foreign && allowed !== '*',
    `Origin ${foreign}: ${strange.status}, allowed: ${allowed ?? 'none'}`,
    'ALLOWED_ORIGINS or the proxy lets every site act for its visitors: name the sites.',
  );
  const form = await ask(at('/graphql'), {
    method: 'POST',
    headers: { 'content-type': 'text/plain' },
    body: '{"query":"{ serverTime }"}',
  });
  say(
    'cross-site forms',
    form.status === 415,
    `text/plain answers ${form.status}`,
    'The proxy changes content types, or this is another server: only application/json may be taken.',
  );

  const socket = new URL('/graphql', address);
  socket.protocol = address.protocol.replace('http', 'ws');
  const opened = await openSocket(socket, site);
  say(
    'WebSocket',
    opened === 'open',
    `from ${site}: ${opened}`,
    `The proxy must hand on Upgrade and Connection for /graphql; ${site} must be allowed.`,
  );
  const crossed = await openSocket(socket, foreign);
  say(
    'WebSocket for strangers',
    crossed !== 'open',
    `from ${foreign}: ${crossed}`,
    'The origin of sockets is not checked: does the proxy take the Origin header away?',
  );

  const schema = await graphql('{ __schema { types { name } } }');
  say(
    'introspection',
    local || !schema.text.includes('"__Schema"'),
    `answers ${schema.status}`,
    'Set NODE_ENV=production; INTROSPECTION=on only where you mean it.',
  );
  const figures = await ask(at('/metrics'));
  say(
    'figures',
    local || figures.status !== 200,
    `/metrics without a token answers ${figures.status}`,
    'Set METRICS_TOKEN, so that figures are not everybody’s.',
  );

  const page = await ask(at('/'), { headers: { accept: 'text/html' } });
  if (/text\/html/.test(page.headers['content-type'] ?? '')) {
    const policy = page.headers['content-security-policy'] ?? '';
    say(
      'policy headers',
      policy.includes('frame-ancestors') && page.headers['x-content-type-options'] === 'nosniff',
      `content-security-policy: ${policy.slice(0, 120) || 'none'}`,
      'The proxy takes headers away, or an older release runs: pages could be framed by other sites.',
    );
    say(
      'HSTS',
      address.protocol !== 'https:' || page.headers['strict-transport-security'] !== undefined,
      page.headers['strict-transport-security'] ?? 'none',
      'Set PUBLIC_URL to the https address, or let the proxy send Strict-Transport-Security.',
    );
    const script = /assets\/[\w.-]+\.js/.exec(page.text)?.[0];
    if (script) {
      const map = await ask(at(`/${script}.map`));
      const served = map.status === 200 && /json/.test(map.headers['content-type'] ?? '');
      say(
        'source maps',
        !served,
        `/${script}.map answers ${map.status}`,
        'The tree was not made by docker/build-root.sh: leave *.map out.',
      );
    }
  }
  return findings;
}

async function main(): Promise<void> {
  const { values, files } = readFlags(['origin']);
  const [given, ...rest] = files;
  if (!given || rest.length > 0) throw new UseError(`expected one address, got ${files.length}`);
  if (!URL.canParse(given) || !/^https?:/.test(given))
    throw new UseError(`"${given}": expected an address such as https://nes.example`);
  const { origin } = values;
  if (origin !== undefined && (!URL.canParse(origin) || new URL(origin).origin !== origin))
    throw new UseError(`--origin is "${origin}"; expected an origin such as https://you.github.io`);
  const findings = await examine(new URL(given), origin);
  for (const { name, ok, found, todo } of findings)
    process.stdout.write(`${ok ? 'ok   ' : 'WRONG'} ${name}: ${found}\n${todo ? `      ${todo}\n` : ''}`);
  const wrong = findings.filter(({ ok }) => !ok);
  process.stdout.write(
    wrong.length === 0
      ? `${findings.length} looks, nothing wrong.\n`
      : `Wrong: ${wrong.map(({ name }) => name).join(', ')}.\n`,
  );
  if (wrong.length > 0) process.exitCode = 1;
}

if (import.meta.main) await runCommand(USE, main);
