import { answer, blockRates, blockValues } from './answer.ts';
import type { Recording } from './recording.ts';
import { meanLength } from './response.ts';

/**
 * The outcome of one measurement: the response's amplitude at the beat, µV (peak, without what noise alone gives it), mean
 * over the electrodes that can be told. Null where none can be, which the plan's missing rule then handles: a response
 * that was not seen is a small number, a headband that was not worn is none.
 */
export function responseValue(recording: Recording): number | null {
  const [rateHz] = blockRates(recording);
  if (rateHz === undefined) return null;
  const told = answer([recording], { rateHz }).channels.filter(
    ({ reason }) => reason === undefined || reason === 'control',
  );
  const values = blockValues(recording, rateHz);
  const lengths = told.flatMap(({ name }) => {
    const one = values.get(name) ?? [];
    return one.length > 1 ? [meanLength(one).microvolts] : [];
  });
  return lengths.length > 0 ? lengths.reduce((sum, value) => sum + value, 0) / lengths.length : null;
}
