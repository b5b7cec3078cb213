import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';

/** What `/metrics` tells, beside the process's own figures. */
export interface Metrics {
  /** Requests refused, by the rule that did. */
  refused(rule: string): void;
  /** An operation that was answered. `name` is that of one of our own documents, else `other`. */
  operation(kind: string, name: string, outcome: 'ok' | 'errors', seconds: number): void;
  /** Results that went out to followers of a subscription. */
  delivered(count: number): void;
  /** A request that was handed to the primary's region, by the kind of its operation. */
  replayed(kind: string): void;
  /** Something that is read when the figures are asked for. */
  watch(name: string, help: string, read: () => number): void;
  /** Prometheus' text format. */
  text(): Promise<{ type: string; body: string }>;
}

export function createMetrics(): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const refusals = new Counter({
    name: 'nes_refused_total',
    help: 'Requests refused by a limit or rule.',
    labelNames: ['rule'],
    registers: [registry],
  });
  const operations = new Histogram({
    name: 'nes_operation_seconds',
    help: 'Time to answer an operation, in seconds.',
    labelNames: ['kind', 'name', 'outcome'],
    buckets: [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5],
    registers: [registry],
  });
  const deliveries = new Counter({
    name: 'nes_live_deliveries_total',
    help: 'Results sent to followers of subscriptions.',
    registers: [registry],
  });
  const replays = new Counter({
    name: 'nes_replayed_total',
    help: "Requests handed to an instance in the primary's region.",
    labelNames: ['kind'],
    registers: [registry],
  });
  return {
    refused: (rule) => refusals.inc({ rule }),
    operation: (kind, name, outcome, seconds) => operations.observe({ kind, name, outcome }, seconds),
    replayed: (kind) => replays.inc({ kind }),
    delivered: (count) => deliveries.inc(count),
    watch(name, help, read) {
      new Gauge({
        name,
        help,
        registers: [registry],
        collect() {
          this.set(read());
        },
      });
    },
    text: async () => ({ type: registry.contentType, body: await registry.metrics() }),
  };
}
