/**
 * Mutates inputs and watches what comes of them. Inputs whose outcome was not seen before are kept and mutated further: it is how the mutations get past the first
 * check. The same seed makes the same inputs as long as the outcomes are the same.
 */
import { createHash } from 'node:crypto';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { type Dice, random } from '../faults/random.ts';

export interface Target {
  seeds: readonly Uint8Array[];
  /** What the grammar of the inputs knows. */
  words: readonly string[];
  /** Hands one input over. Answers with a word for what came of it; throws what must not come of any input. */
  run(input: Uint8Array): Promise<string> | string;
}

export interface Fault {
  kind: 'crash' | 'slow' | 'memory';
  input: Uint8Array;
  /** What was thrown, or how long it took or how much it held. */
  detail: string;
}

export interface FuzzReport {
  calls: number;
  /** Different outcomes. */
  outcomes: number;
  slowestMs: number;
  /** Bytes in use after all calls less those before, MB. */
  growthMb: number;
  faults: Fault[];
}

/** A call may take so long, of the processor's time too: a busy machine makes everything wait. The quickest of several counts. */
const SLOW_MS = 1_000;
const TRIES = 4;
/** Bytes that may stay in use, after one call as after all of them. */
const GROWTH_MB = 100;
const LARGEST_INPUT = 256 * 1024;
const MOST_KEPT = 2_000;
const MOST_FAULTS = 10;
const MB = 1024 * 1024;

const NUMBERS = ['0', '-1', '1', '255', '65536', '2147483648', '-2147483649', '1e308', '1e-320', '-0', '0.1', 'NaN'];

setFlagsFromString('--expose_gc');
const collect = runInNewContext('gc') as () => void;

function inUse(): number {
  const { heapUsed, external } = process.memoryUsage();
  return (heapUsed + external) / MB;
}

/** Bytes in use after everything that can be freed was. */
async function settled(): Promise<number> {
  for (let round = 0; round < 3; round++) {
    collect();
    await new Promise((next) => setTimeout(next, 20));
  }
  return inUse();
}

/** Hands one input over, as `fuzz` does, and tells what is wrong with what came of it. */
export async function judge(
  target: Target,
  input: Uint8Array,
  slowMs = SLOW_MS,
): Promise<{ outcome: string; ms: number; fault: Fault | null }> {
  let quickest = Number.POSITIVE_INFINITY;
  let outcome = '';
  for (let attempt = 0; attempt < TRIES; attempt++) {
    const before = inUse();
    const begun = performance.now();
    const used = process.cpuUsage();
    try {
      outcome = await target.run(input);
    } catch (error) {
      const detail = error instanceof Error ? (error.stack ?? error.message) : String(error);
      return { outcome: 'crash', ms: performance.now() - begun, fault: { kind: 'crash', input, detail } };
    }
    const { user, system } = process.cpuUsage(used);
    quickest = Math.min(quickest, performance.now() - begun, (user + system) / 1000);
    if (inUse() - before > GROWTH_MB && (await settled()) - before > GROWTH_MB) {
      const detail = `${Math.round(inUse() - before)} MB stay in use`;
      return { outcome: 'memory', ms: quickest, fault: { kind: 'memory', input, detail } };
    }
    if (quickest <= slowMs) return { outcome, ms: quickest, fault: null };
  }
  return { outcome, ms: quickest, fault: { kind: 'slow', input, detail: `${Math.round(quickest)} ms` } };
}

/** Until `calls` or `ms` are over, whichever comes first. `begin` hears of each input before it is handed over. */
export async function fuzz(
  target: Target,
  options: { seed: number; calls?: number; ms?: number; slowMs?: number; begin?: (input: Uint8Array) => void },
): Promise<FuzzReport> {
  const { seed, calls = Number.POSITIVE_INFINITY, ms = Number.POSITIVE_INFINITY, begin = () => {} } = options;
  const dice = random(seed);
  const kept = [...target.seeds];
  const seen = new Set<string>();
  const faults = new Map<string, Fault>();
  const report: FuzzReport = { calls: 0, outcomes: 0, slowestMs: 0, growthMb: 0, faults: [] };
  const end = performance.now() + ms;
  let before = 0;
  while (report.calls < calls && performance.now() < end && faults.size < MOST_FAULTS) {
    const input = report.calls < target.seeds.length ? kept[report.calls] : mutate(kept, target.words, dice);
    if (!input) break;
    begin(input);
    const { outcome, ms: took, fault } = await judge(target, input, options.slowMs);
    report.calls++;
    report.slowestMs = Math.max(report.slowestMs, Math.round(took));
    // One of each kind and place.
    if (fault)
      faults.set(`${fault.kind} ${fault.detail.split('\n').slice(0, 2).join(' ').replace(/\d+/g, '#')}`, fault);
    if (!seen.has(outcome)) {
      seen.add(outcome);
      kept.push(input);
      if (kept.length > MOST_KEPT) kept.splice(target.seeds.length + dice.below(MOST_KEPT - target.seeds.length), 1);
    }
    // What is loaded and compiled at the first calls is no growth.
    if (report.calls === Math.max(50, target.seeds.length)) before = await settled();
  }
  report.outcomes = seen.size;
  if (before > 0) report.growthMb = Math.round((await settled()) - before);
  report.faults = [...faults.values()];
  if (report.growthMb > GROWTH_MB)
    report.faults.push({ kind: 'memory', input: new Uint8Array(), detail: `${report.growthMb} MB after all calls` });
  return report;
}

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);

function mutate(kept: readonly Uint8Array[], words: readonly string[], dice: Dice): Uint8Array {
  const any = (): Uint8Array => kept[dice.below(kept.length)] as Uint8Array;
  let made = any();
  for (let turns = 1 + dice.below(dice.below(4) === 0 ? 16 : 4); turns > 0; turns--) {
    const at = dice.below(made.length + 1);
    const length = Math.min(made.length - at, dice.below(dice.below(4) === 0 ? 400 : 12));
    const piece = made.subarray(at, at + length);
    switch (dice.below(9)) {
      case 0:
        made = joined(made.subarray(0, at), made.subarray(at + length));
        break;
      case 1:
        made = joined(made.subarray(0, at), Uint8Array.of(dice.below(256)), made.subarray(at + 1));
        break;
      case 2:
        made = joined(made.subarray(0, at), piece, piece, made.subarray(at + length));
        break;
      case 3: {
        const word = words[dice.below(words.length)] ?? '';
        made = joined(made.subarray(0, at), bytesOf(word), made.subarray(at + dice.below(2) * length));
        break;
      }
      case 4: {
        const other = any();
        const from = dice.below(other.length + 1);
        made = joined(made.subarray(0, at), other.subarray(from, from + dice.below(200)), made.subarray(at));
        break;
      }
      case 5:
        made = withNumber(made, at, NUMBERS[dice.below(NUMBERS.length)] as string);
        break;
      case 6: {
        const times = 2 ** dice.below(12);
        made = joined(made.subarray(0, at), ...Array<Uint8Array>(times).fill(piece), made.subarray(at + length));
        break;
      }
      case 7:
        made = withNumber(made, at, String(dice.below(2) === 0 ? dice.below(100_000) : dice.next() * 1000));
        break;
      default: {
        const to = dice.below(made.length + 1);
        made = joined(made.subarray(0, to), piece, made.subarray(to));
      }
    }
    if (made.length > LARGEST_INPUT) made = made.subarray(0, LARGEST_INPUT);
  }
  return made;
}

/** The number that stands next, or nothing, exchanged for another. */
function withNumber(bytes: Uint8Array, from: number, number: string): Uint8Array {
  const isDigit = (at: number) => (bytes[at] as number) >= 48 && (bytes[at] as number) <= 57;
  let begin = from;
  while (begin < bytes.length && !isDigit(begin)) begin++;
  let end = begin;
  while (end < bytes.length && (isDigit(end) || bytes[end] === 46)) end++;
  return joined(bytes.subarray(0, begin), bytesOf(number), bytes.subarray(end));
}

function joined(...parts: Uint8Array[]): Uint8Array {
  let length = 0;
  for (const part of parts) length += part.length;
  const whole = new Uint8Array(Math.min(length, 2 * LARGEST_INPUT));
  let at = 0;
  for (const part of parts) {
    const rest = part.subarray(0, whole.length - at);
    whole.set(rest, at);
    at += rest.length;
  }
  return whole;
}

/** The name under which an input is kept. */
export const nameOf = (input: Uint8Array): string => createHash('sha256').update(input).digest('hex').slice(0, 12);
