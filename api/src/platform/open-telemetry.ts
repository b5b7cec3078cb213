/**
 * Traces by OpenTelemetry, sent by OTLP over HTTP. Only loaded when an address for them is configured. Where they go, under what name
 * and how many is read from OpenTelemetry's own variables by its SDK; `config.ts` has checked them.
 *
 * A span tells names, times, codes and the text of SQL statements with $1, $2, … in it: no values, no variables, no addresses of people.
 */
import {
  context,
  DiagLogLevel,
  diag,
  propagation,
  type Span,
  SpanKind,
  SpanStatusCode,
  trace,
} from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { W3CTraceContextPropagator } from '@opentelemetry/core';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { defaultResource, detectResources, envDetector, resourceFromAttributes } from '@opentelemetry/resources';
import { BasicTracerProvider, BatchSpanProcessor } from '@opentelemetry/sdk-trace-base';
import type pg from 'pg';
import type { Config } from '../config.ts';
import { newId } from './ids.ts';
import type { Log } from './telemetry.ts';
import type { Tracing } from './tracing.ts';

const CLOSE_MS = 1_000;
const LONGEST_STATEMENT = 2_000;
/** A collector that is away is told of at most that often. */
const TOLD_EVERY_MS = 60_000;

/** `postgres` is the module whose connections are traced. */
export function startTracing(config: Pick<Config, 'environment' | 'region'>, log: Log, postgres: typeof pg): Tracing {
  let told = 0;
  const tell = (message: string) => {
    if (Date.now() - told < TOLD_EVERY_MS) return;
    told = Date.now();
    log.warn('Traces could not be sent.', { reason: message.slice(0, 300) });
  };
  const nothing = () => {};
  diag.setLogger({ error: tell, warn: tell, info: nothing, debug: nothing, verbose: nothing }, DiagLogLevel.WARN);
  const provider = new BasicTracerProvider({
    resource: defaultResource()
      .merge(
        resourceFromAttributes({
          'service.name': 'nes',
          'service.instance.id': newId(),
          'deployment.environment.name': config.environment,
          ...(config.region ? { 'cloud.region': config.region } : {}),
        }),
      )
      .merge(detectResources({ detectors: [envDetector] })),
    spanProcessors: [new BatchSpanProcessor(new OTLPTraceExporter())],
  });
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  propagation.setGlobalPropagator(new W3CTraceContextPropagator());
  trace.setGlobalTracerProvider(provider);
  const tracer = trace.getTracer('nes');
  const stopStatements = traceStatements();

  return {
    request(request, response, path, work) {
      const method = request.method ?? 'GET';
      return tracer.startActiveSpan(
        `${method} ${path}`,
        { kind: SpanKind.SERVER, attributes: { 'http.request.method': method, 'url.path': path, 'http.route': path } },
        propagation.extract(context.active(), request.headers),
        async (span) => {
          response.once('close', () => {
            span.setAttribute('http.response.status_code', response.statusCode);
            if (response.statusCode >= 500) span.setStatus({ code: SpanStatusCode.ERROR });
            span.end();
          });
          await work();
        },
      );
    },
    operation({ kind, name, requestId }, work, failed) {
      return tracer.startActiveSpan(
        name ? `${kind} ${name}` : kind,
        {
          attributes: {
            'graphql.operation.type': kind,
            ...(name ? { 'graphql.operation.name': name } : {}),
            'nes.request_id': requestId,
          },
        },
        async (span) => {
          try {
            const result = await work();
            if (failed(result)) span.setStatus({ code: SpanStatusCode.ERROR });
            return result;
          } catch (error) {
            span.setStatus({ code: SpanStatusCode.ERROR });
            throw error;
          } finally {
            span.end();
          }
        },
      );
    },
    async close() {
      stopStatements();
      await Promise.race([
        provider.shutdown().catch(nothing),
        new Promise((done) => setTimeout(done, CLOSE_MS).unref()),
      ]);
    },
  };

  /** A span around each statement of each connection. Statements outside of a trace (the house is kept, health) have none. */
  function traceStatements(): () => void {
    const query = postgres.Client.prototype.query;
    postgres.Client.prototype.query = function (this: pg.Client, ...args: unknown[]) {
      if (!trace.getActiveSpan()) return Reflect.apply(query, this, args);
      const [what] = args as [string | { text?: string } | undefined];
      const text = (typeof what === 'string' ? what : what?.text) ?? '';
      const verb = /^\s*([a-z]+)/i.exec(text)?.[1]?.toUpperCase() ?? 'SQL';
      const span = tracer.startSpan(verb, {
        kind: SpanKind.CLIENT,
        attributes: {
          'db.system.name': 'postgresql',
          'db.operation.name': verb,
          'db.query.text': text.slice(0, LONGEST_STATEMENT),
          'server.address': this.host,
        },
      });
      return ended(span, args, (changed) => Reflect.apply(query, this, changed));
    } as typeof query;
    // Who waits for a connection gets it while somebody else gives it back, and is still who they were.
    const connect = postgres.Pool.prototype.connect;
    postgres.Pool.prototype.connect = function (this: pg.Pool, callback?: () => void) {
      return Reflect.apply(connect, this, callback ? [context.bind(context.active(), callback)] : []);
    } as typeof connect;
    return () => {
      postgres.Client.prototype.query = query;
      postgres.Pool.prototype.connect = connect;
    };
  }
}

/** Ends the span with the statement, which tells of its end by a promise or by a callback in the last place. */
function ended(span: Span, args: unknown[], run: (args: unknown[]) => unknown): unknown {
  const end = (error?: { code?: string } | null) => {
    if (error) {
      span.setStatus({ code: SpanStatusCode.ERROR });
      if (error.code) span.setAttribute('db.response.status_code', error.code);
    }
    span.end();
  };
  const callback = args.at(-1);
  if (typeof callback === 'function') {
    const wrapped = context.bind(context.active(), (error: { code?: string } | null, result: unknown) => {
      end(error);
      callback(error, result);
    });
    return run([...args.slice(0, -1), wrapped]);
  }
  const running = run(args);
  if (running instanceof Promise) {
    running.then(
      () => end(),
      (error) => end(error),
    );
  } else end();
  return running;
}
