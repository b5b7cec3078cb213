/** Environment variables, one `NAME=value` a line. */
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ConfigError, operatorMissing, readConfig } from '../../api/src/config.ts';
import { redisPlace } from '../../api/src/platform/bus.ts';
import { createLog } from '../../api/src/platform/telemetry.ts';
import type { Target } from './fuzz.ts';

const PRODUCTION = `NODE_ENV=production
PORT=4000
HOST=0.0.0.0
DATABASE_URL=postgresql://user:hunter2hunter2@db.example.org:5432/nes?sslmode=require
DIRECT_URL=postgresql://user:hunter2hunter2@db.example.org:5433/nes
DATABASE_POOL=5
DATABASE_REPLICA_URL=iad=postgresql://user:hunter2hunter2@a:5432/nes,syd=postgresql://user:hunter2hunter2@b/nes
REDIS_URL=rediss://default:hunter2hunter2@redis.example.org:6379,rediss://b:6379
NES_REDIS_PREFIX=nes:
NES_SECRET=hunter2hunter2hunter2hunter2hunter2hunter2
PUBLIC_URL=https://example.org
OPERATOR_NAME=Somebody
OPERATOR_CONTACT=https://example.org/imprint
ALLOWED_ORIGINS=https://example.org,http://localhost:5173
EMBED_ORIGINS=*
TRUST_PROXY=1
CLIENT_ADDRESS_HEADER=fly-client-ip
SMTP_URL=smtps://user:hunter2hunter2@mail.example.org:465
MAIL_FROM=NES <nes@example.org>
PRIMARY_REGION=fra
FLY_REGION=iad
LOG_LEVEL=info
LOG_FORMAT=json
METRICS_TOKEN=hunter2hunter2hunter2
OTEL_EXPORTER_OTLP_ENDPOINT=http://localhost:4318
OTEL_EXPORTER_OTLP_HEADERS=authorization=hunter2hunter2
OTEL_TRACES_SAMPLER=traceidratio
OTEL_TRACES_SAMPLER_ARG=0.1
MAX_SOCKETS_PER_ADDRESS=50
RATE_LIMIT_FACTOR=2
`;

/** What is said of a variable that holds a secret or may hold a password. */
const SECRET =
  /^(DATABASE_URL|DIRECT_URL|DATABASE_REPLICA_URL|REDIS_URL|SMTP_URL|NES_SECRET|METRICS_TOKEN|OTEL_EXPORTER_OTLP_HEADERS) is /;

export const environment: Target = {
  seeds: [PRODUCTION, 'NODE_ENV=test\nPORT=0\n', 'LOG_LEVEL=loud\nPORT=-1\nINTROSPECTION=maybe\n'].map((text) =>
    Buffer.from(text),
  ),
  words: [
    ...[
      '\n',
      '=',
      ',',
      '://',
      '@',
      ':',
      '*',
      '[::1]',
      '0.0.0.0',
      'https://',
      'postgresql://',
      'redis://',
      'on',
      'off',
      'true',
    ],
    ...[
      'NES_DATA_DIR=/',
      'NES_WEB_DIR=..',
      'PORT=',
      'TRUST_PROXY=',
      'NES_SECRET=',
      'PUBLIC_URL=',
      '%',
      '%00',
      '\ud83d\ude00',
      '\t',
      '\r',
      '٣',
      'Infinity',
      '0x10',
    ],
  ],
  run(input) {
    const given: NodeJS.ProcessEnv = {};
    for (const line of Buffer.from(input).toString().split('\n')) {
      const at = line.indexOf('=');
      // What no environment can hold.
      if (at > 0 && !line.includes('\0')) given[line.slice(0, at)] = line.slice(at + 1);
    }
    // Without a secret one is made and written down.
    if (!given.NES_SECRET?.trim()) given.NES_DATA_DIR = join(tmpdir(), 'nes-fuzz');
    try {
      const config = readConfig(given);
      createLog(config, () => {}).info('x', { a: config.publicUrl });
      if (config.redisUrl) redisPlace(config.redisUrl);
      operatorMissing(config);
      return `taken, ${config.environment} ${config.replicas} ${config.tracing}`;
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error;
      for (const line of error.message.split('\n'))
        if (SECRET.test(line) && /:hunter2hunter2|=hunter2hunter2/.test(line))
          throw new TypeError(`It tells a secret: ${line}`);
      return error.message.replace(/"[^"]*"|\d+/g, '#').slice(0, 80);
    }
  },
};
