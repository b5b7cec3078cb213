import { define } from '../define.ts';
import { Scale } from './scale.ts';

/**
 * A feeling on a line from 0 to 10, before and after.
 *
 * @tag nes-scale
 * @attr {string} label - what is asked
 * @attr {string} low - word for 0
 * @attr {string} high - word for 10
 * @attr {number} was - before, 0 to 10; absent while not said
 * @attr {number} now - after, 0 to 10; absent while not said
 * @attr {'before' | 'after' | 'both'} moments - which of them can be chosen
 * @fires nes-scale - a value was chosen
 */
export class NesScale extends Scale {}

define('nes-scale', NesScale);

declare global {
  interface HTMLElementTagNameMap {
    'nes-scale': NesScale;
  }
}
