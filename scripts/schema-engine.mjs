#!/usr/bin/env node
/**
 * Stands in for Prisma's native schema engine, which Prisma's command line otherwise fetches from a host of its own.
 * Give it as PRISMA_SCHEMA_ENGINE_BINARY. It speaks the engine's protocol (a JSON-RPC message a line on standard input and
 * output) and hands the work to the same engine as WebAssembly, @prisma/schema-engine-wasm, over @prisma/adapter-pg.
 */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';

const require = createRequire(new URL('../api/package.json', import.meta.url));
const { bindMigrationAwareSqlAdapterFactory, ColumnTypeEnum } = require('@prisma/driver-adapter-utils');
const { PrismaPg } = require('@prisma/adapter-pg');
const pg = require('pg');

/** PostgreSQL's type "char" with the quotes: one byte, as its catalogue uses it. */
const CHAR_OID = 18;
const TEXT_OID = 25;

/** Two things that the adapter does not do, and the engine needs: it knows no "char", and splits scripts at every semicolon. */
function complete(adapter) {
  const performIO = adapter.performIO.bind(adapter);
  const queryRaw = adapter.queryRaw.bind(adapter);
  let types = [];
  adapter.performIO = async (query) => {
    const result = await performIO(query);
    types = (result.fields ?? []).map((field) => field.dataTypeID);
    for (const field of result.fields ?? []) if (field.dataTypeID === CHAR_OID) field.dataTypeID = TEXT_OID;
    return result;
  };
  adapter.queryRaw = async (query) => {
    const result = await queryRaw(query);
    types.forEach((type, column) => {
      if (type === CHAR_OID) result.columnTypes[column] = ColumnTypeEnum.Character;
    });
    return result;
  };
  adapter.executeScript = async (script) => {
    try {
      await adapter.client.query(script);
    } catch (error) {
      adapter.onError(error);
    }
  };
  return adapter;
}

class Connections extends PrismaPg {
  #shadowUrl;

  constructor(url, shadowUrl) {
    super({ connectionString: url });
    this.#shadowUrl = shadowUrl;
  }

  async connect() {
    return complete(await super.connect());
  }

  async connectToShadowDb() {
    if (!this.#shadowUrl) return complete(await super.connectToShadowDb());
    // A shadow database that the caller owns is emptied first.
    await withClient(this.#shadowUrl, (client) =>
      client.query('DROP SCHEMA IF EXISTS public CASCADE; CREATE SCHEMA public'),
    );
    return new Connections(this.#shadowUrl).connect();
  }
}

async function withClient(connectionString, act) {
  const client = new pg.Client({ connectionString, connectionTimeoutMillis: 10_000 });
  await client.connect();
  try {
    return await act(client);
  } finally {
    await client.end();
  }
}

async function loadEngine() {
  const file = require.resolve('@prisma/schema-engine-wasm/schema_engine_bg');
  const glue = await import(file);
  const { instance } = await WebAssembly.instantiate(readFileSync(join(dirname(file), 'schema_engine_bg.wasm')), {
    './schema_engine_bg.js': glue,
  });
  glue.__wbg_set_wasm(instance.exports);
  instance.exports.__wbindgen_start();
  return glue.SchemaEngine;
}

/** `schema-engine cli <command>`: exit code 0, or 1 with a JSON line that Prisma reads. */
async function runCommand(command, url) {
  const database = decodeURIComponent(new URL(url).pathname.slice(1));
  const quoted = `"${database.replaceAll('"', '""')}"`;
  const maintenance = new URL(url);
  maintenance.pathname = '/postgres';
  try {
    if (command === 'can-connect-to-database') await withClient(url, (client) => client.query('SELECT 1'));
    else if (command === 'create-database')
      await withClient(maintenance.href, (client) => client.query(`CREATE DATABASE ${quoted}`));
    else if (command === 'drop-database')
      await withClient(maintenance.href, (client) => client.query(`DROP DATABASE ${quoted}`));
    else throw new Error(`This engine has no command "${command}".`);
    return 0;
  } catch (error) {
    const missing = error.code === '3D000';
    const fields = missing
      ? { message: `Database \`${database}\` does not exist`, error_code: 'P1003', meta: { database_name: database } }
      : {
          message: `Can't reach database server at \`${maintenance.host}\`: ${error.message}`,
          error_code: 'P1001',
          meta: { database_location: maintenance.host },
        };
    const line = {
      timestamp: new Date().toISOString(),
      level: 'ERROR',
      target: 'schema_engine::logger',
      fields: { is_panic: false, ...fields },
    };
    process.stderr.write(`\n${JSON.stringify(line)}\n`);
    return 1;
  }
}

function asRpcError(error) {
  let known = {};
  try {
    known = JSON.parse(error.message);
  } catch {}
  return {
    code: 4466,
    message: 'An error happened. Check the data field for details.',
    data: {
      is_panic: false,
      message: String(error.message ?? error),
      meta: {},
      error_code: error.code,
      ...known,
    },
  };
}

async function serve(datasource, schemaFiles) {
  const SchemaEngine = await loadEngine();
  const send = (message) => process.stdout.write(`${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`);
  let engine;
  for await (const line of createInterface({ input: process.stdin })) {
    if (!line.trim()) continue;
    const { id, method, params } = JSON.parse(line);
    // An answer to one of our own print requests.
    if (!method) continue;
    try {
      if (!engine) {
        const inRequest = [params?.schema, params?.to, params?.from].find((part) => part?.files)?.files ?? [];
        const datamodels =
          schemaFiles.length > 0
            ? schemaFiles.map((path) => [path, readFileSync(path, 'utf8')])
            : inRequest.map((file) => [file.path, file.content]);
        engine = await SchemaEngine.new(
          { datamodels },
          () => {},
          bindMigrationAwareSqlAdapterFactory(new Connections(datasource.url, datasource.shadowDatabaseUrl)),
        );
      }
      const result = (await engine[method](params)) ?? {};
      if (method === 'diff' && result.stdout != null)
        send({ id: 'print', method: 'print', params: { content: result.stdout } });
      send({ id, result });
    } catch (error) {
      send({ id, error: asRpcError(error) });
    }
  }
}

const args = process.argv.slice(2);
const after = (name) => (args.includes(name) ? args[args.indexOf(name) + 1] : undefined);
const datasource = JSON.parse(after('--datasource') ?? '{}');
if (args.includes('--version')) {
  const { version } = require('@prisma/schema-engine-wasm/package.json');
  process.stdout.write(`schema-engine-wasm ${version}\n`);
} else if (args.includes('cli')) {
  process.exitCode = await runCommand(after('cli'), datasource.url);
} else {
  const from = args.findIndex((arg) => arg === '--datamodels' || arg === '-d') + 1;
  const rest = from > 0 ? args.slice(from) : [];
  const end = rest.findIndex((arg) => arg.startsWith('-'));
  await serve(datasource, end < 0 ? rest : rest.slice(0, end));
  process.exit(0);
}
