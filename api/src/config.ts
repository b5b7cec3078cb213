import { randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { z } from 'zod';

/** Root of the checkout or of the image. */
export const repositoryRoot = resolve(import.meta.dirname, '..', '..');

/** What is wrong with the environment: one line for each wrong variable. The process ends with exit code 78. */
export class ConfigError extends Error {
  override name = 'ConfigError';
  static readonly exitCode = 78;
}

const set = (text: string) => text !== '';
const variable = z.string().trim();
const whole = (least: number, most: number, meaning = 'a whole number') =>
  variable
    .refine((text) => /^\d{1,15}$/.test(text) && Number(text) >= least && Number(text) <= most, {
      error: `${meaning} from ${least} to ${most}`,
    })
    .transform(Number);
const choice = variable
  .refine((text) => /^(true|false|1|0|on|off)$/i.test(text), { error: 'on or off' })
  .transform((text) => /^(true|1|on)$/i.test(text));
const address = (protocols: string[], expected: string) =>
  variable.refine(
    (text) => {
      try {
        const url = new URL(text);
        return protocols.includes(url.protocol) && url.hostname !== '';
      } catch {
        return false;
      }
    },
    { error: expected },
  );
const postgresAddress = address(
  ['postgres:', 'postgresql:'],
  'an address like postgresql://user:password@host:5432/database',
);

function originOf(text: string): string | undefined {
  try {
    const url = new URL(text);
    const bare = url.pathname === '/' && !url.search && !url.hash && !url.username && !text.endsWith('/');
    return bare && (url.protocol === 'https:' || url.protocol === 'http:') ? url.origin : undefined;
  } catch {
    return undefined;
  }
}

/** Addresses by region; of one for all regions the key is `''`. Undefined: not of that form. */
function replicasIn(text: string): Map<string, string> | undefined {
  const parts = text
    .split(/,(?=[a-z]{3}=)/)
    .map((part) => /^(?:([a-z]{3})=)?(postgres(?:ql)?:\/\/\S+)$/.exec(part.trim()));
  const replicas = new Map(parts.map((part) => [part?.[1] ?? '', part?.[2] ?? '']));
  const wrong = (url: string) => !URL.canParse(url) || new URL(url).hostname === '';
  if (replicas.size < parts.length || (replicas.has('') && parts.length > 1)) return undefined;
  return [...replicas.values()].some(wrong) ? undefined : replicas;
}
const regionName = variable.refine((text) => /^[a-z]{3}$/.test(text), { error: 'three letters like fra' });

/** Every environment variable of the API, what it may be, and what it is when unset. */
const variables = z.object({
  NODE_ENV: z
    .enum(['development', 'production', 'test'], { error: 'development, production or test' })
    .default('development'),
  PORT: whole(0, 65_535, 'a port').default(4000),
  HOST: variable.refine((text) => /^[\w.:-]+$/.test(text), { error: 'a host name or an address' }).optional(),
  DATABASE_URL: postgresAddress.optional(),
  DIRECT_URL: postgresAddress.optional(),
  DATABASE_POOL: whole(1, 200).default(10),
  DATABASE_REPLICA_URL: variable
    .refine((text) => replicasIn(text) !== undefined, {
      error:
        'the address of a replica like postgresql://user:password@host:5432/database, or one for each region like iad=postgresql://…,syd=postgresql://…',
    })
    .optional(),
  REDIS_URL: variable
    .refine(
      (text) =>
        text.split(',').every((node) => {
          try {
            return ['redis:', 'rediss:'].includes(new URL(node).protocol);
          } catch {
            return false;
          }
        }),
      { error: 'an address like redis://host:6379 or rediss://…, several of a cluster separated by commas' },
    )
    .optional(),
  NES_REDIS_PREFIX: variable
    .refine((text) => /^[\w-]{1,40}:$/.test(text), { error: 'letters, digits, - or _, then a colon' })
    .default('nes:'),
  NES_DATA_DIR: variable.refine((text) => !text.includes('\0'), { error: 'a folder' }).default('.data'),
  NES_WEB_DIR: variable.default('web/dist'),
  NES_LIBRARY: choice.default(true),
  NES_SECRET: variable
    .refine((text) => text.length >= 32, { error: 'at least 32 characters (openssl rand -base64 48 makes some)' })
    .optional(),
  PUBLIC_URL: address(['http:', 'https:'], 'an address like https://example.org').optional(),
  OPERATOR_NAME: variable.optional(),
  OPERATOR_CONTACT: variable.optional(),
  ALLOWED_ORIGINS: variable
    .transform((text) =>
      text
        .split(',')
        .map((part) => part.trim())
        .filter(set),
    )
    .refine((parts) => parts.every((part) => originOf(part) === part), {
      error: 'origins separated by commas, each like https://example.org, without a path or a slash at the end',
    })
    .default([]),
  EMBED_ORIGINS: variable
    .transform((text) =>
      text
        .split(',')
        .map((part) => part.trim())
        .filter(set),
    )
    .refine((parts) => parts.includes('*') === (parts.length === 1 && parts[0] === '*'), {
      error: '* alone, or origins separated by commas',
    })
    .refine((parts) => parts.every((part) => part === '*' || originOf(part) === part), {
      error: '*, or origins separated by commas, each like https://example.org, without a path or a slash at the end',
    })
    .default([]),
  TRUST_PROXY: whole(0, 10, 'how many proxies stand in front,').default(0),
  CLIENT_ADDRESS_HEADER: variable
    .refine((text) => /^[a-z][a-z0-9-]{1,60}$/i.test(text), { error: 'the name of a header like fly-client-ip' })
    .transform((text) => text.toLowerCase())
    .optional(),
  SMTP_URL: address(['smtp:', 'smtps:'], 'an address like smtps://user:password@host:465').optional(),
  MAIL_FROM: variable
    // Longer than that no address with a name is, and the pattern takes time by the square of the length.
    .refine((text) => text.length <= 400 && /^[^<>\r\n]*<?[^\s<>@]+@[^\s<>@]+>?$/.test(text), {
      error: 'an e-mail address',
    })
    .optional(),
  MQTT_URL: address(
    ['mqtt:', 'mqtts:', 'ws:', 'wss:'],
    'an address like mqtt://user:password@host:1883, mqtts://… or wss://…',
  ).optional(),
  PRIMARY_REGION: regionName.optional(),
  FLY_REGION: regionName.optional(),
  LOG_LEVEL: z
    .enum(['debug', 'info', 'warn', 'error', 'silent'], { error: 'debug, info, warn, error or silent' })
    .default('info'),
  LOG_FORMAT: z.enum(['text', 'json'], { error: 'text or json' }).optional(),
  PUBLIC_CACHE: choice.default(true),
  PRIVATE_WEBHOOKS: choice.optional(),
  INTROSPECTION: choice.optional(),
  PLAYGROUND: choice.optional(),
  METRICS_TOKEN: variable.refine((text) => text.length >= 16, { error: 'at least 16 characters' }).optional(),
  // OpenTelemetry's own variables, by its specification; its SDK reads them, and what it would take in silence is refused here.
  OTEL_EXPORTER_OTLP_ENDPOINT: address(['http:', 'https:'], 'an address like http://localhost:4318').optional(),
  OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: address(
    ['http:', 'https:'],
    'an address like http://localhost:4318/v1/traces',
  ).optional(),
  OTEL_EXPORTER_OTLP_HEADERS: variable
    .refine((text) => text.split(',').every((pair) => /^\s*[\w!#$%&'*+.^`|~-]+=[^\s,]+\s*$/.test(pair)), {
      error: 'headers like name=value, separated by commas',
    })
    .optional(),
  OTEL_SERVICE_NAME: variable.optional(),
  OTEL_RESOURCE_ATTRIBUTES: variable.optional(),
  OTEL_TRACES_SAMPLER: z
    .enum(
      [
        'always_on',
        'always_off',
        'traceidratio',
        'parentbased_always_on',
        'parentbased_always_off',
        'parentbased_traceidratio',
      ],
      { error: 'always_on, always_off, traceidratio, or one of these after parentbased_' },
    )
    .optional(),
  OTEL_TRACES_SAMPLER_ARG: variable
    .refine((text) => /^(0|1|0?\.\d+|1\.0+)$/.test(text), { error: 'a share from 0 to 1' })
    .optional(),
  OTEL_SDK_DISABLED: choice.default(false),
  MAX_SOCKETS_PER_ACCOUNT: whole(1, 1000).default(10),
  MAX_SOCKETS_PER_ADDRESS: whole(1, 100_000).default(50),
  RATE_LIMIT_FACTOR: whole(1, 10_000).default(1),
});

export interface Config {
  environment: 'development' | 'production' | 'test';
  /** 0 takes a free one. */
  port: number;
  host: string;
  /** Undefined: the embedded PostgreSQL in `dataFolder`. */
  databaseUrl: string | undefined;
  /** For migrations, where `databaseUrl` goes through a pooler. Undefined: `databaseUrl`. */
  directUrl: string | undefined;
  /** Connections to the database at most. */
  databasePool: number;
  /** A replica of the database near this instance, for reading. Undefined: none, or this is the primary's region. */
  replicaUrl: string | undefined;
  /** Whether any instance reads from a replica. */
  replicas: boolean;
  /** Region of this instance and of the primary database, where the host tells them (Fly.io). */
  region: string | undefined;
  primaryRegion: string | undefined;
  /** Undefined: instances cannot share anything, and there is but one. */
  redisUrl: string | undefined;
  /** Begins every key and channel in Redis. */
  redisPrefix: string;
  /** Where the embedded database and generated secrets are kept; absolute. */
  dataFolder: string;
  /** The built web application; absolute. */
  webFolder: string;
  /** Whether the built-in library is loaded at start. */
  loadLibrary: boolean;
  /** Whether answers that are the same for everybody are kept for a moment. */
  publicCache: boolean;
  /** Signs access tokens. At least 32 characters. */
  secret: string;
  /** Where people reach the application; links in mails begin with it. */
  publicUrl: string;
  /** Who runs this server, and how to reach them; shown on the privacy page. */
  operator: { name: string | null; contact: string | null };
  /** Origins beside the server's own that a browser may call from. */
  allowedOrigins: readonly string[];
  /** Origins whose pages may read public and unlisted protocols as nobody, by the embeds' own operations; `*` is all. */
  embedOrigins: readonly string[];
  /** Proxies in front whose `X-Forwarded-For` entries are believed. */
  trustProxy: number;
  /** Header in which the host's proxy tells the client's address, whatever the client wrote there; lower case. */
  clientAddressHeader: string | undefined;
  smtpUrl: string | undefined;
  mailFrom: string;
  /** Broker by which Home Assistant sees and steers what people play who asked for it. Undefined: none. */
  mqttUrl: string | undefined;
  logLevel: 'debug' | 'info' | 'warn' | 'error' | 'silent';
  logFormat: 'text' | 'json';
  /** Webhooks may lead to private addresses and go without TLS. */
  privateWebhooks: boolean;
  introspection: boolean;
  playground: boolean;
  /** `/metrics` asks for this bearer token; undefined: only from this machine. */
  metricsToken: string | undefined;
  /** Whether traces are sent. */
  tracing: boolean;
  limits: {
    socketsPerAccount: number;
    socketsPerAddress: number;
    /** Multiplies every rate limit. */
    rateFactor: number;
  };
}

/**
 * Reads the environment once. An empty variable counts as unset.
 * @throws {ConfigError} naming every wrong variable, its value and what was expected.
 */
export function readConfig(environment: NodeJS.ProcessEnv = process.env): Config {
  const known = Object.keys(variables.shape);
  const given = Object.fromEntries(
    known.map((name) => [name, environment[name]?.trim() === '' ? undefined : environment[name]]),
  );
  const parsed = variables.safeParse(given);
  const wrong: string[] = [];
  if (!parsed.success) {
    for (const issue of parsed.error.issues) {
      const name = String(issue.path[0]);
      wrong.push(`${name} is ${shown(name, given[name])}, but must be ${issue.message}.`);
    }
  }
  const production = given.NODE_ENV === 'production';
  if (production && !given.NES_SECRET) {
    wrong.push(
      'NES_SECRET is not set, but must be in production: at least 32 characters (openssl rand -base64 48 makes some).',
    );
  }
  if (given.SMTP_URL && !given.MAIL_FROM) {
    wrong.push('MAIL_FROM is not set, but must be an e-mail address when SMTP_URL is set.');
  }
  if (given.DIRECT_URL && !given.DATABASE_URL) {
    wrong.push('DIRECT_URL is set, but DATABASE_URL is not: the application itself must have an address as well.');
  }
  if (given.DATABASE_REPLICA_URL && !given.DATABASE_URL) {
    wrong.push('DATABASE_REPLICA_URL is set, but DATABASE_URL is not: what is written goes to the primary.');
  }
  const replicas = replicasIn(given.DATABASE_REPLICA_URL ?? '') ?? new Map<string, string>();
  if (replicas.size > 0 && !replicas.has('') && !given.FLY_REGION) {
    wrong.push('DATABASE_REPLICA_URL names regions, but FLY_REGION is not set: which one is this?');
  }
  if (wrong.length > 0 || !parsed.success) throw new ConfigError(wrong.join('\n'));

  const values = parsed.data;
  const dataFolder = resolve(repositoryRoot, values.NES_DATA_DIR);
  const atPrimary = values.FLY_REGION !== undefined && values.FLY_REGION === values.PRIMARY_REGION;
  const replicaUrl = atPrimary ? undefined : (replicas.get(values.FLY_REGION ?? '') ?? replicas.get(''));
  return {
    environment: values.NODE_ENV,
    port: values.PORT,
    host: values.HOST ?? (production ? '0.0.0.0' : '127.0.0.1'),
    databaseUrl: values.DATABASE_URL,
    directUrl: values.DIRECT_URL,
    databasePool: values.DATABASE_POOL,
    replicaUrl,
    replicas: replicas.size > 0,
    region: values.FLY_REGION,
    primaryRegion: values.PRIMARY_REGION,
    redisUrl: values.REDIS_URL,
    redisPrefix: values.NES_REDIS_PREFIX,
    dataFolder,
    webFolder: resolve(repositoryRoot, values.NES_WEB_DIR),
    loadLibrary: values.NES_LIBRARY,
    publicCache: values.PUBLIC_CACHE,
    secret: values.NES_SECRET ?? keptSecret(dataFolder),
    publicUrl: (values.PUBLIC_URL ?? `http://localhost:${values.PORT}`).replace(/\/+$/, ''),
    operator: { name: values.OPERATOR_NAME || null, contact: values.OPERATOR_CONTACT || null },
    allowedOrigins: values.ALLOWED_ORIGINS,
    embedOrigins: values.EMBED_ORIGINS,
    trustProxy: values.TRUST_PROXY,
    clientAddressHeader: values.CLIENT_ADDRESS_HEADER,
    smtpUrl: values.SMTP_URL,
    mailFrom: values.MAIL_FROM ?? 'nes@localhost',
    mqttUrl: values.MQTT_URL,
    logLevel: values.LOG_LEVEL,
    logFormat: values.LOG_FORMAT ?? (production ? 'json' : 'text'),
    privateWebhooks: values.PRIVATE_WEBHOOKS ?? false,
    introspection: values.INTROSPECTION ?? !production,
    playground: values.PLAYGROUND ?? !production,
    metricsToken: values.METRICS_TOKEN,
    tracing:
      !values.OTEL_SDK_DISABLED &&
      (values.OTEL_EXPORTER_OTLP_TRACES_ENDPOINT ?? values.OTEL_EXPORTER_OTLP_ENDPOINT) !== undefined,
    limits: {
      socketsPerAccount: values.MAX_SOCKETS_PER_ACCOUNT,
      socketsPerAddress: values.MAX_SOCKETS_PER_ADDRESS,
      rateFactor: values.RATE_LIMIT_FACTOR,
    },
  };
}

/** A value as it may stand in a log: secrets are left out, and so are passwords inside addresses, also where a slip of the pen hides which part is one. */
function shown(name: string, value: string | undefined): string {
  if (value === undefined) return 'not set';
  if (/SECRET|TOKEN|HEADERS/.test(name)) return `${value.length} characters long`;
  const text = /_URL$/.test(name) ? value.split(',').map(addressShown).join() : value;
  return JSON.stringify(text.length > 100 ? `${text.slice(0, 100)}…` : text);
}

/** `region=scheme://user:password@host:port/path?options`, where nothing else can be a password. */
const PLAIN_ADDRESS =
  /^((?:[a-z]+=)?[a-z][a-z+.-]*:\/\/)(?:([^:@/\s]*)(:[^@/\s]*)?@)?((?:[\w.-]*|\[[\da-f:.]*\])(?::\d*)?(?:\/[^:@?\s]*)?)(\?.*)?$/i;

function addressShown(address: string): string {
  const [, scheme = '', user, password, place, options] = PLAIN_ADDRESS.exec(address) ?? [];
  if (place === undefined) return `${/^(?:[a-z]{3}=)?[a-z+.-]{1,20}:/i.exec(address)?.[0] ?? ''}…`;
  const who = user === undefined ? '' : `${user}${password === undefined ? '' : ':…'}@`;
  return `${scheme}${who}${place}${options === undefined ? '' : '?…'}`;
}

/** A secret of this machine's own, so that restarts in development do not sign everybody out. */
function keptSecret(dataFolder: string): string {
  const file = join(dataFolder, 'secret');
  try {
    const kept = readFileSync(file, 'utf8').trim();
    if (kept.length >= 32) return kept;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw notWritable(dataFolder, error);
  }
  const fresh = randomBytes(48).toString('base64url');
  try {
    mkdirSync(dataFolder, { recursive: true });
    writeFileSync(file, `${fresh}\n`, { mode: 0o600 });
  } catch (error) {
    throw notWritable(dataFolder, error);
  }
  return fresh;
}

function notWritable(dataFolder: string, error: unknown): ConfigError {
  return new ConfigError(
    `The data folder ${dataFolder} cannot be used (${(error as Error).message}): make it writable or set NES_DATA_DIR to another.`,
  );
}

/** What is said at the start of a server that people reach and that does not say who runs it; null where nothing is missing. */
export function operatorMissing({ publicUrl, operator }: Pick<Config, 'publicUrl' | 'operator'>): string | null {
  const { hostname } = new URL(publicUrl);
  if (/^(localhost|127\..*|\[::1\]|.*\.localhost)$/.test(hostname)) return null;
  const missing = [...(operator.name ? [] : ['OPERATOR_NAME']), ...(operator.contact ? [] : ['OPERATOR_CONTACT'])];
  if (missing.length === 0) return null;
  return `${publicUrl} is a public address: set ${missing.join(' and ')}, which the privacy page shows.`;
}
