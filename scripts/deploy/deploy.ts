/**
 * `node scripts/deploy/deploy.ts railway|render|fly [OPTIONS]`: brings the API to a host. Looks for the host's command line and its login,
 * creates what is missing, sets the variables that are not set yet (NES_SECRET is made up here), deploys, waits for /health/ready, and
 * prints the address and the line for GitHub Pages. Every step looks first, so the whole can be run again. `--dry-run` prints the
 * commands of a first deployment and runs none.
 */
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';

const root = resolve(import.meta.dirname, '..', '..');

export const hosts = ['railway', 'render', 'fly'] as const;
export type Host = (typeof hosts)[number];

export interface Options {
  host: Host;
  dryRun: boolean;
  /** Of the project (Railway), the service (Render) or the app (Fly.io); part of its address. */
  name: string;
  region: string | undefined;
  /** Origins of pages that may ask, such as https://you.github.io. */
  origins: string | undefined;
  /** Where people find the application, if not at the API: links in mails lead there. */
  site: string | undefined;
  /** Railway: in which workspace a new project is made. */
  workspace: string | undefined;
  databaseUrl: string | undefined;
  directUrl: string | undefined;
  redisUrl: string | undefined;
  /** Fly.io: further regions with an instance, and replicas of the database that are read there. */
  regions: string[];
  replicaUrl: string | undefined;
  /** Render runs a published image. */
  image: string | undefined;
  /** Seconds to wait for /health/ready. */
  timeout: number;
}

/** One sentence for the person who typed the command. */
export class DeployError extends Error {
  override name = 'DeployError';
}

export const USAGE = `Usage: node scripts/deploy/deploy.ts ${hosts.join('|')} [OPTIONS]
  --dry-run             print the commands of a first deployment, run none
  --name NAME           project, service or app; part of its address (default nes)
  --region REGION       Render: frankfurt (default), oregon, …; Fly.io: fra (default), iad, …
  --origin ORIGINS      pages that may ask, separated by commas, as in https://you.github.io
  --site URL            the application's address where it is not the API's, as in https://you.github.io/nes: links in mails lead
                        there, and its origin may ask
  --workspace NAME      Railway: where a new project is made, for who has several workspaces
  --database-url URL    PostgreSQL (Render and Fly.io need one; Railway makes its own)
  --direct-url URL      PostgreSQL without the pooler, for migrations, where --database-url goes through one
  --redis-url URL       Redis, as in rediss://… (Render and Fly.io; needed from two instances on)
  --regions REGIONS     Fly.io: one more instance in each of these, as in iad,syd (needs --redis-url)
  --replica-url URL     Fly.io: a replica that the other regions read from; one for each as in iad=postgresql://…,syd=postgresql://…
  --image IMAGE         Render: the published image, as in ghcr.io/you/repository:latest
  --timeout SECONDS     how long to wait until it is ready (default 600)`;

export function readOptions(words: string[]): Options {
  let read: ReturnType<typeof parse>;
  try {
    read = parse(words);
  } catch (error) {
    throw new DeployError(`${(error as Error).message}\n${USAGE}`);
  }
  const { values, positionals } = read;
  const [host, ...rest] = positionals;
  if (!hosts.includes(host as Host) || rest.length > 0) throw new DeployError(USAGE);
  const name = values.name ?? 'nes';
  if (!/^[a-z][a-z0-9-]{1,29}$/.test(name)) {
    throw new DeployError(
      `--name is "${name}", but must be 2 to 30 small letters, digits and -, and begin with a letter.`,
    );
  }
  const timeout = Number(values.timeout ?? 600);
  if (!(timeout > 0)) throw new DeployError(`--timeout is "${values.timeout}", but must be seconds.`);
  for (const origin of values.origin?.split(',') ?? []) {
    if (!/^https?:\/\/[^/\s]+$/.test(origin)) {
      throw new DeployError(`--origin holds "${origin}", but each must be like https://you.github.io, without a path.`);
    }
  }
  const { site } = values;
  if (site !== undefined && !/^https?:\/\/[^/\s?#]+(\/[\w./-]*)?$/.test(site)) {
    throw new DeployError(`--site is "${site}", but must be an address like https://you.github.io/nes`);
  }
  const origins = [...(values.origin?.split(',') ?? []), ...(site ? [new URL(site).origin] : [])];
  const options: Options = {
    host: host as Host,
    dryRun: values['dry-run'] ?? false,
    name,
    region: values.region,
    origins: origins.length > 0 ? [...new Set(origins)].join(',') : undefined,
    site: site?.replace(/\/+$/, ''),
    workspace: values.workspace,
    databaseUrl: values['database-url'],
    directUrl: values['direct-url'],
    redisUrl: values['redis-url'],
    regions: values.regions?.split(',') ?? [],
    replicaUrl: values['replica-url'],
    image: values.image,
    timeout,
  };
  if (options.host !== 'railway' && !options.databaseUrl) {
    throw new DeployError(
      `--database-url is missing: ${options.host} needs a PostgreSQL from elsewhere (docs/HOSTING_COMPARISON.md), as in postgresql://user:password@host/database?sslmode=require`,
    );
  }
  if (options.host !== 'fly' && (options.regions.length > 0 || options.replicaUrl)) {
    throw new DeployError(
      '--regions and --replica-url are for fly: an instance of the other hosts lives in one region.',
    );
  }
  for (const region of options.regions) {
    if (!/^[a-z]{3}$/.test(region)) {
      throw new DeployError(`--regions holds "${region}", but each must be three letters, as in iad,syd`);
    }
  }
  if (options.regions.length > 0 && !options.redisUrl) {
    throw new DeployError('--regions needs --redis-url: instances tell each other through Redis what has changed.');
  }
  if (options.host === 'render' && !options.image) {
    throw new DeployError('--image is missing: Render runs the published image, as in ghcr.io/you/repository:latest');
  }
  return options;
}

function parse(args: string[]) {
  const text = { type: 'string' } as const;
  return parseArgs({
    args,
    allowPositionals: true,
    options: {
      'dry-run': { type: 'boolean' },
      name: text,
      region: text,
      origin: text,
      site: text,
      workspace: text,
      'database-url': text,
      'direct-url': text,
      'redis-url': text,
      regions: text,
      'replica-url': text,
      image: text,
      timeout: text,
    },
  });
}

export interface Result {
  code: number;
  output: string;
}

/** What the steps need from the world. */
export interface World {
  /** Runs a command. `input` goes to its standard input. `show`: its output is for the person who waits. */
  run(command: string[], options?: { input?: string; show?: boolean }): Promise<Result>;
  /** The status of an address; 0: no answer. */
  status(url: string): Promise<number>;
  wait(ms: number): Promise<void>;
  say(line: string): void;
  secret(): string;
}

const clis: Record<Host, { command: string; login: string[]; how: string; install: string }> = {
  railway: {
    command: 'railway',
    login: ['railway', 'whoami'],
    how: 'railway login',
    install: 'npm install -g @railway/cli',
  },
  render: {
    command: 'render',
    login: ['render', 'whoami', '--output', 'json'],
    how: 'render login, then render workspace set',
    install: 'brew install render (or from https://render.com/docs/cli)',
  },
  fly: {
    command: 'fly',
    login: ['fly', 'auth', 'whoami'],
    how: 'fly auth login',
    install: 'brew install flyctl (or from https://fly.io/docs/flyctl/install/)',
  },
};

/** Words that a shell reads as they stand; others in single quotes. */
export const shellWord = (word: string): string =>
  /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;

/** Passwords and secrets do not belong on a screen. */
const hidden = (word: string): string =>
  word.replace(/(:\/\/[^:@/\s]*:)[^@\s]*@/g, '$1…@').replace(/^(NES_SECRET=).*$/m, '$1<made up>');

/** What goes to standard input is a secret alone, or lines of them by their names. */
const show = (command: string[], input?: string): string =>
  `$ ${command.map((word) => shellWord(hidden(word))).join(' ')}${input === undefined ? '' : ` <<< ${shellWord(input.includes('=') ? input.trim().split('\n').map(hidden).join('\n') : '<made up>')}`}`;

class Deployment {
  readonly options: Options;
  readonly world: World;
  constructor(options: Options, world: World) {
    this.options = options;
    this.world = world;
  }

  /** Runs a command, or prints it in a dry run (and then pretends that nothing was there). */
  async ask(command: string[], input?: string): Promise<Result | undefined> {
    if (this.options.dryRun) {
      this.world.say(show(command, input));
      return undefined;
    }
    return await this.world.run(command, { input });
  }

  /** As `ask`, for a command that changes something: it is shown, and a failure ends the deployment. */
  async change(command: string[], input?: string): Promise<Result | undefined> {
    this.world.say(show(command, input));
    if (this.options.dryRun) return undefined;
    const result = await this.world.run(command, { input, show: true });
    if (result.code !== 0) throw new DeployError(`${command.slice(0, 3).join(' ')} failed (exit code ${result.code}).`);
    return result;
  }

  async checkCommandLine(): Promise<void> {
    const { command, login, how, install } = clis[this.options.host];
    const version = await this.ask([command, '--version']);
    if (version && version.code !== 0) throw new DeployError(`${command} is not installed: ${install}`);
    const known = await this.ask(login);
    if (known && known.code !== 0) throw new DeployError(`${command} is not logged in: ${how}`);
  }

  /** Variables that do not depend on the host. */
  variables(address: string): Record<string, string> {
    const { origins, site, databaseUrl, directUrl, redisUrl, replicaUrl } = this.options;
    return {
      NODE_ENV: 'production',
      TRUST_PROXY: '1',
      PUBLIC_URL: site ?? address,
      ...(origins ? { ALLOWED_ORIGINS: origins } : {}),
      ...(databaseUrl ? { DATABASE_URL: databaseUrl } : {}),
      ...(directUrl ? { DIRECT_URL: directUrl } : {}),
      ...(redisUrl ? { REDIS_URL: redisUrl } : {}),
      ...(replicaUrl ? { DATABASE_REPLICA_URL: replicaUrl } : {}),
    };
  }

  async ready(address: string): Promise<void> {
    const { dryRun, timeout } = this.options;
    const url = `${address}/health/ready`;
    this.world.say(`waiting for ${url}`);
    if (!dryRun) {
      let status = 0;
      for (let waited = 0; waited <= timeout; waited += 3) {
        status = await this.world.status(url);
        if (status === 200) break;
        await this.world.wait(3_000);
      }
      if (status !== 200) {
        throw new DeployError(
          `${url} did not answer with 200 within ${timeout} s (last: ${status || 'no answer'}): the host's log says why.`,
        );
      }
    }
    this.world.say(`ready: ${address}`);
    this.world.say(`For GitHub Pages: gh variable set NES_API --body ${address}`);
  }

  async railway(): Promise<void> {
    const { name, workspace } = this.options;
    const status = await this.ask(['railway', 'status', '--json']);
    // With several workspaces it would ask which one, and nobody is there to answer.
    const where = workspace ? ['--workspace', workspace] : [];
    if (status?.code !== 0) await this.change(['railway', 'init', '--name', name, ...where]);
    const there = status?.code === 0 ? status : await this.ask(['railway', 'status', '--json']);
    const services = there ? serviceNames(there.output) : [];
    if (!services.includes('Postgres')) await this.change(['railway', 'add', '--database', 'postgres']);
    if (!services.includes('Redis')) await this.change(['railway', 'add', '--database', 'redis']);
    const service = `${name}-api`;
    if (!services.includes(service)) await this.change(['railway', 'add', '--service', service]);
    const domain = await this.change(['railway', 'domain', '--service', service, '--json']);
    const address = domain ? firstAddress(domain.output) : `https://<address of ${service}>`;
    if (!address) throw new DeployError('railway domain told no address.');
    const held = await this.ask(['railway', 'variables', '--service', service, '--json']);
    const set = held?.code === 0 ? (parsedJson<Record<string, string>>(held.output) ?? {}) : {};
    const wanted: Record<string, string> = {
      ...this.variables(address),
      // References that Railway fills in, and keeps up to date.
      // biome-ignore-start lint/suspicious/noTemplateCurlyInString: Railway's own syntax.
      DATABASE_URL: '${{Postgres.DATABASE_URL}}',
      REDIS_URL: '${{Redis.REDIS_URL}}',
      // biome-ignore-end lint/suspicious/noTemplateCurlyInString: Railway's own syntax.
      PORT: '4000',
      CLIENT_ADDRESS_HEADER: 'x-real-ip',
    };
    const pairs = Object.entries(wanted).flatMap(([key, value]) => ['--set', `${key}=${value}`]);
    await this.change(['railway', 'variables', '--service', service, '--skip-deploys', ...pairs]);
    if (!set.NES_SECRET) {
      // Through standard input: arguments of a command can be read by everybody on this machine.
      const to = ['railway', 'variable', 'set', 'NES_SECRET', '--stdin', '--service', service, '--skip-deploys'];
      await this.change(to, this.world.secret());
    }
    await this.change(['railway', 'up', '--service', service, '--ci']);
    await this.ready(address);
  }

  async render(): Promise<void> {
    const { name, region, image } = this.options;
    const listed = await this.ask(['render', 'services', '--output', 'json']);
    if (listed && listed.code !== 0) throw new DeployError('render services failed: run render workspace set first.');
    const found = listed ? renderService(listed.output, name) : undefined;
    if (found) {
      await this.change(['render', 'deploys', 'create', found.id, '--image', image as string, '--wait', '--confirm']);
      this.world.say('The variables stay as they are; change them on the service\'s page "Environment".');
      await this.ready(found.url ?? `https://${name}.onrender.com`);
      return;
    }
    const guessed = `https://${name}.onrender.com`;
    const variables: Record<string, string> = {
      ...this.variables(guessed),
      PORT: '4000',
      // Cloudflare stands before Render and adds its own address to X-Forwarded-For.
      CLIENT_ADDRESS_HEADER: 'cf-connecting-ip',
      NES_SECRET: this.world.secret(),
    };
    const made = await this.change([
      ...['render', 'services', 'create', '--name', name, '--type', 'web_service', '--runtime', 'image'],
      ...['--image', image as string, '--plan', 'free', '--region', region ?? 'frankfurt'],
      ...['--health-check-path', '/health/ready', '--max-shutdown-delay', '30'],
      ...Object.entries(variables).flatMap(([key, value]) => ['--env-var', `${key}=${value}`]),
      ...['--output', 'json', '--confirm'],
    ]);
    const address = (made && firstAddress(made.output, /\.onrender\.com$/)) || guessed;
    if (made && address !== guessed) {
      this.world.say(`The name was taken: set PUBLIC_URL to ${address} on the service's page "Environment".`);
    }
    await this.ready(address);
  }

  async fly(): Promise<void> {
    const { name, region = 'fra', regions } = this.options;
    const address = `https://${name}.fly.dev`;
    const known = await this.ask(['fly', 'status', '--app', name]);
    if (known?.code !== 0) await this.change(['fly', 'apps', 'create', name]);
    const listed = await this.ask(['fly', 'secrets', 'list', '--app', name, '--json']);
    const set = listed?.code === 0 ? listed.output : '';
    const { NODE_ENV: _, TRUST_PROXY: __, ...variables } = this.variables(address);
    const secrets: Record<string, string> = {
      ...variables,
      ...(/"NES_SECRET"/.test(set) ? {} : { NES_SECRET: this.world.secret() }),
    };
    // Through standard input: arguments of a command can be read by everybody on this machine.
    const input = Object.entries(secrets)
      .map(([key, value]) => `${key}=${value}\n`)
      .join('');
    await this.change(['fly', 'secrets', 'import', '--stage', '--app', name], input);
    await this.change(['fly', 'deploy', '--app', name, '--primary-region', region, '--remote-only', '--ha=false']);
    for (const other of regions.filter((each) => each !== region)) {
      await this.change(['fly', 'scale', 'count', '1', '--region', other, '--app', name, '--yes']);
    }
    await this.ready(address);
  }
}

function parsedJson<T>(text: string): T | undefined {
  try {
    return JSON.parse(text) as T;
  } catch {
    return undefined;
  }
}

/** Names of a Railway project's services, from `railway status --json`. */
function serviceNames(text: string): string[] {
  const status = parsedJson<{ services?: { edges?: { node?: { name?: string } }[] } }>(text);
  return status?.services?.edges?.map(({ node }) => node?.name ?? '') ?? [];
}

/** The first https address in what a command line printed, coloured or not. */
function firstAddress(text: string, host = /./): string | undefined {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the escape that begins a colour.
  for (const [address] of text.replace(/\u001b\[[\d;]*m/g, '').matchAll(/https:\/\/[\w.-]+/g)) {
    if (host.test(address)) return address;
  }
  return undefined;
}

/** The service of that name, from `render services --output json`. */
function renderService(text: string, name: string): { id: string; url: string | undefined } | undefined {
  interface Listed {
    id?: string;
    name?: string;
    serviceDetails?: { url?: string };
    service?: Listed;
  }
  for (const entry of parsedJson<Listed[]>(text) ?? []) {
    const service = entry.service ?? entry;
    if (service.name === name && service.id) return { id: service.id, url: service.serviceDetails?.url };
  }
  return undefined;
}

/** @throws {DeployError} at the first step that cannot be done. */
export async function deploy(options: Options, world: World): Promise<void> {
  const deployment = new Deployment(options, world);
  await deployment.checkCommandLine();
  await deployment[options.host]();
}

const machine: World = {
  run: (command, { input, show: visible } = {}) =>
    new Promise((done) => {
      const [program = '', ...args] = command;
      const child = spawn(program, args, {
        cwd: root,
        stdio: 'pipe',
        // npm installs Railway's as a .cmd file; the arguments for it hold nothing that cmd.exe reads in another way.
        shell: process.platform === 'win32' && program === 'railway',
      });
      let output = '';
      child.stdout.setEncoding('utf8').on('data', (text: string) => {
        output += text;
        if (visible) process.stdout.write(text);
      });
      child.stderr.on('data', (text: Buffer) => {
        if (visible) process.stderr.write(text);
      });
      child.once('error', () => done({ code: 127, output: '' }));
      child.once('close', (code) => done({ code: code ?? 1, output }));
      child.stdin.on('error', () => {});
      child.stdin.end(input ?? '');
    }),
  status: (url) =>
    fetch(url, { signal: AbortSignal.timeout(10_000) }).then(
      ({ status }) => status,
      () => 0,
    ),
  wait: (ms) => new Promise((done) => setTimeout(done, ms)),
  say: (line) => console.log(line),
  secret: () => randomBytes(48).toString('base64url'),
};

if (import.meta.main) {
  try {
    await deploy(readOptions(process.argv.slice(2)), machine);
  } catch (error) {
    if (!(error instanceof DeployError)) throw error;
    console.error(error.message);
    process.exitCode = 1;
  }
}
