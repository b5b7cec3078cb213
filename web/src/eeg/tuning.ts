import { blockRates, blockValues } from './answer.ts';
import { EegFileError, type Recording } from './recording.ts';
import { ALPHA, type Complex, circularT2, meanLength, seeded } from './response.ts';

/** The response at one rate. */
export interface TunedRate {
  rateHz: number;
  /** Length of the mean, less what noise alone gives it; µV, peak. */
  microvolts: number;
  /** Standard error of the mean. */
  errorMicrovolts: number;
  windows: number;
}

export interface Tuning {
  channel: string;
  rates: TunedRate[];
  /** There is a response, over all rates together: T²circ, each rate with a phase of its own. Without one no rate is the largest. */
  seen: boolean;
  /** Where it was largest, and in which share of resampled measurements it was largest there too. */
  largestHz: number;
  share: number;
  /** How late the response comes, −dφ/dω over the rates; null where its phase is too unsure at the rates to tell. */
  delay: { milliseconds: number; errorMilliseconds: number } | null;
}

const DRAWS = 1000;
const DELAY_DRAWS = 100;
/** With a larger error a delay says nothing: responses differ from pick-up by tens of ms. */
const UNSURE_MS = 15;

/**
 * The slope of the phase over the rates, −dφ/dω in ms, each rate weighted by its mean's length. Of the delays that the steps between rates leave
 * open, the one whose phases agree best.
 */
function delayMs(rates: readonly number[], values: readonly (readonly Complex[])[]): number {
  const means = values.map((list) => ({
    re: list.reduce((sum, { re }) => sum + re, 0) / list.length,
    im: list.reduce((sum, { im }) => sum + im, 0) / list.length,
  }));
  // Turned back by the right delay, the means of all rates point one way, and their sum is longest. From −50 ms, as a clock may be off.
  const length = (ms: number) => {
    let [re, im] = [0, 0];
    for (const [index, mean] of means.entries()) {
      const angle = 2 * Math.PI * ((rates[index] as number) - (rates[0] as number)) * (ms / 1000);
      re += mean.re * Math.cos(angle) - mean.im * Math.sin(angle);
      im += mean.re * Math.sin(angle) + mean.im * Math.cos(angle);
    }
    return Math.hypot(re, im);
  };
  const steps = rates.slice(1).map((rate, index) => rate - (rates[index] as number));
  const period = 1000 / Math.min(...steps);
  let best = -50;
  for (let ms = -50; ms < period - 50; ms++) if (length(ms) > length(best)) best = ms;
  let [low, high] = [best - 1, best + 1];
  while (high - low > 0.01) {
    const [left, right] = [low + (high - low) / 3, high - (high - low) / 3];
    if (length(left) < length(right)) low = left;
    else high = right;
  }
  return (low + high) / 2;
}

/**
 * At which of several rates a listener's response was largest, by electrode (an experiment: nothing is known about what
 * it is good for). Uncertainty by drawing each rate's windows anew.
 * @throws {EegFileError} for a recording without blocks at several rates
 */
export function tuning(recording: Recording): Tuning[] {
  const rates = blockRates(recording);
  if (rates.length < 2) throw new EegFileError('the recording has no blocks at several rates');
  const perRate = rates.map((rateHz) => blockValues(recording, rateHz));
  const names = [...(perRate[0]?.keys() ?? [])];
  return names.flatMap((channel) => {
    const all = perRate.map((one) => one.get(channel) ?? []);
    if (all.some((values) => values.length < 3)) return [];
    const measured = all.map((values, index) => ({
      rateHz: rates[index] as number,
      ...meanLength(values),
      windows: values.length,
    }));
    const largest = (list: readonly number[]) => list.indexOf(Math.max(...list));
    const best = largest(measured.map(({ microvolts }) => microvolts));
    const random = seeded(rates.length * 7919);
    let same = 0;
    const milliseconds = delayMs(rates, all);
    let spread = 0;
    for (let draw = 0; draw < DRAWS; draw++) {
      const drawn = all.map((values) => values.map(() => values[Math.floor(random() * values.length)] as Complex));
      if (largest(drawn.map((values) => meanLength(values).microvolts)) === best) same++;
      if (draw < DELAY_DRAWS) spread += (delayMs(rates, drawn) - milliseconds) ** 2;
    }
    const errorMilliseconds = Math.sqrt(spread / DELAY_DRAWS);
    const delay = errorMilliseconds < UNSURE_MS ? { milliseconds, errorMilliseconds } : null;
    const seen = circularT2(all).p < ALPHA;
    return [{ channel, rates: measured, seen, largestHz: rates[best] as number, share: same / DRAWS, delay }];
  });
}
