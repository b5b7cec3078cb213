import { define } from '../define.ts';
import { Intervals } from './intervals.ts';

/**
 * Compares protocols: means with their 95 % intervals, each above its no-beat control.
 *
 * @tag nes-intervals
 * @attr {number} from - low end of the scale
 * @attr {number} to - high end of the scale
 */
export class NesIntervals extends Intervals {}

define('nes-intervals', NesIntervals);

declare global {
  interface HTMLElementTagNameMap {
    'nes-intervals': NesIntervals;
  }
}
