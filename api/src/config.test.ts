import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, test } from 'vitest';
import { ConfigError, operatorMissing, readConfig } from './config.ts';

const folder = mkdtempSync(join(tmpdir(), 'nes-config-'));
afterAll(() => rmSync(folder, { recursive: true }));
const base = { NES_DATA_DIR: folder };

const wrong = (environment: Record<string, string>): string[] => {
  try {
    readConfig({ ...base, ...environment });
  } catch (error) {
    assert.ok(error instanceof ConfigError, String(error));
    return error.message.split('\n');
  }
  throw new Error('it was accepted');
};

test('an empty environment is a development server on port 4000 with the embedded database', () => {
  const config = readConfig({ ...base, DATABASE_URL: '', PORT: ' ' });
  assert.equal(config.port, 4000);
  assert.equal(config.host, '127.0.0.1');
  assert.equal(config.databaseUrl, undefined);
  assert.equal(config.redisUrl, undefined);
  assert.equal(config.publicUrl, 'http://localhost:4000');
  assert.equal(config.introspection, true);
});

test('the secret made in development is kept', () => {
  const first = readConfig(base).secret;
  assert.ok(first.length >= 32);
  assert.equal(readConfig(base).secret, first);
});

test('a wrong variable names itself, its value and what was expected; several are all listed', () => {
  assert.deepEqual(wrong({ PORT: '70000', LOG_LEVEL: 'loud', TRUST_PROXY: '-1' }), [
    'PORT is "70000", but must be a port from 0 to 65535.',
    'TRUST_PROXY is "-1", but must be how many proxies stand in front, from 0 to 10.',
    'LOG_LEVEL is "loud", but must be debug, info, warn, error or silent.',
  ]);
});

test('numbers are not guessed from half of a text', () => {
  for (const port of ['4000x', '0x10', '4e3', '4000.5', '99999999999999999999']) {
    assert.equal(wrong({ PORT: port }).length, 1, port);
  }
});

test('passwords and secrets do not reach the message', () => {
  const lines = wrong({
    DATABASE_URL: 'mysql://me:hunter2@host/db',
    NES_SECRET: 'short',
    REDIS_URL: 'http://u:hunter3@h',
  });
  assert.equal(lines.length, 3);
  assert.ok(!/hunter|"short"/.test(lines.join()), lines.join('\n'));
  assert.match(lines.join('\n'), /DATABASE_URL is "mysql:\/\/me:…@host\/db"/);
});

test('a password is not told either where a slip of the pen hides which part it is', () => {
  for (const address of [
    'postgresql:/me:hunter2@host/db',
    'postgresql://me:hunter2',
    'postgresql://me:hunter2@ho st/db',
    'postgresql://host/me:hunter2@db',
    'postgresql//me:hunter2@host/db',
    'postgres://me:hun/hunter2@host/db',
  ]) {
    const [line = ''] = wrong({ SMTP_URL: address });
    assert.ok(line !== '' && !line.includes('hunter2'), line);
  }
});

test('production needs a secret of its own', () => {
  assert.match(wrong({ NODE_ENV: 'production' })[0] ?? '', /^NES_SECRET is not set/);
  const config = readConfig({ ...base, NODE_ENV: 'production', NES_SECRET: 'x'.repeat(32) });
  assert.equal(config.introspection, false);
  assert.equal(config.playground, false);
  assert.equal(config.host, '0.0.0.0');
});

test('origins are exact', () => {
  assert.deepEqual(
    readConfig({ ...base, ALLOWED_ORIGINS: 'https://a.example, http://localhost:5173' }).allowedOrigins,
    ['https://a.example', 'http://localhost:5173'],
  );
  for (const origins of ['https://a.example/', '*', 'https://a.example/path', 'a.example']) {
    assert.match(wrong({ ALLOWED_ORIGINS: origins })[0] ?? '', /^ALLOWED_ORIGINS is/, origins);
  }
  assert.deepEqual(readConfig(base).embedOrigins, []);
  assert.deepEqual(readConfig({ ...base, EMBED_ORIGINS: '*' }).embedOrigins, ['*']);
  for (const origins of ['https://a.example/', '*, https://a.example', '*.a.example', 'a.example'])
    assert.match(wrong({ EMBED_ORIGINS: origins })[0] ?? '', /^EMBED_ORIGINS is/, origins);
});

test('a data folder that cannot be written is named', () => {
  assert.match(wrong({ NES_DATA_DIR: '/dev/null/x' })[0] ?? '', /^The data folder \/dev\/null\/x cannot be used/);
});

test('a replica is taken in its own region, and nowhere where the primary is', () => {
  const two = 'iad=postgresql://r@iad.example/nes,syd=postgresql://r@syd.example/nes?a=1,2';
  const replicaIn = (DATABASE_REPLICA_URL: string, FLY_REGION = '', PRIMARY_REGION = 'fra') =>
    readConfig({ ...base, DATABASE_URL: 'postgresql://p/nes', DATABASE_REPLICA_URL, FLY_REGION, PRIMARY_REGION })
      .replicaUrl;
  assert.equal(replicaIn(two, 'iad'), 'postgresql://r@iad.example/nes');
  assert.equal(replicaIn(two, 'syd'), 'postgresql://r@syd.example/nes?a=1,2');
  assert.equal(replicaIn(two, 'nrt'), undefined);
  assert.equal(replicaIn(two, 'fra'), undefined);
  assert.equal(replicaIn('postgresql://r/nes', 'iad'), 'postgresql://r/nes');
  assert.equal(replicaIn('postgresql://r/nes', 'fra'), undefined);
  assert.equal(replicaIn('postgresql://r/nes', '', ''), 'postgresql://r/nes');
  for (const text of [
    'iad=mysql://r/nes',
    'postgresql://a/nes,iad=postgresql://b/nes',
    'iad=postgresql://a,iad=postgresql://b',
    'nonsense',
  ]) {
    assert.match(
      wrong({ DATABASE_URL: 'postgresql://p/nes', DATABASE_REPLICA_URL: text, FLY_REGION: 'iad' }).join(),
      /^DATABASE_REPLICA_URL is "/,
      text,
    );
  }
  assert.match(
    wrong({ DATABASE_URL: 'postgresql://p/nes', DATABASE_REPLICA_URL: two }).join(),
    /FLY_REGION is not set/,
  );
  assert.match(wrong({ DATABASE_REPLICA_URL: 'postgresql://r/nes' }).join(), /DATABASE_URL is not/);
  assert.match(wrong({ FLY_REGION: 'Frankfurt' }).join(), /three letters/);
});

test("OpenTelemetry's variables are checked, and traces are sent only where there is an address", () => {
  assert.equal(readConfig(base).tracing, false);
  assert.equal(readConfig({ ...base, OTEL_EXPORTER_OTLP_ENDPOINT: 'http://localhost:4318' }).tracing, true);
  const endpoint = 'https://traces.example/v1/traces';
  assert.equal(readConfig({ ...base, OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: endpoint }).tracing, true);
  const off = { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://localhost:4318', OTEL_SDK_DISABLED: 'true' };
  assert.equal(readConfig({ ...base, ...off }).tracing, false);
  assert.deepEqual(
    wrong({
      OTEL_EXPORTER_OTLP_ENDPOINT: 'localhost:4318',
      OTEL_EXPORTER_OTLP_HEADERS: 'Bearer abc',
      OTEL_TRACES_SAMPLER: 'sometimes',
      OTEL_TRACES_SAMPLER_ARG: '12',
    }).map((line) => line.split(' but must be ')[0]),
    [
      'OTEL_EXPORTER_OTLP_ENDPOINT is "localhost:4318",',
      'OTEL_EXPORTER_OTLP_HEADERS is 10 characters long,',
      'OTEL_TRACES_SAMPLER is "sometimes",',
      'OTEL_TRACES_SAMPLER_ARG is "12",',
    ],
  );
});

test('a server at a public address says at its start who does not say who runs it', () => {
  const said = (environment: Record<string, string>) => operatorMissing(readConfig({ ...base, ...environment }));
  assert.equal(said({}), null, 'at home nobody needs a name');
  assert.match(said({ PUBLIC_URL: 'https://example.org' }) ?? '', /OPERATOR_NAME and OPERATOR_CONTACT/);
  assert.match(said({ PUBLIC_URL: 'https://example.org', OPERATOR_NAME: 'Mira' }) ?? '', /set OPERATOR_CONTACT,/);
  assert.equal(said({ PUBLIC_URL: 'https://example.org', OPERATOR_NAME: 'Mira', OPERATOR_CONTACT: 'a@b.org' }), null);
});
