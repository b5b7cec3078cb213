import { define } from '../define.ts';
import { Metrics } from './metrics.ts';

/**
 * Shows what was listened to: by default what the players of this page play, kept in the visitor's browser and nowhere
 * else; a file; or how many people heard a protocol of an API.
 *
 * @tag nes-metrics
 * @fires {NesErrorEvent} nes-error - it cannot be read; the element shows the same sentence
 * @csspart card - the whole
 * @csspart title - the heading
 * @csspart figures - the large figures
 * @csspart days - the year of days
 * @csspart message - what is shown in place of figures
 * @cssproperty --nes-accent - colour of the days
 * @cssproperty --nes-raised - ground of the card
 * @cssproperty --nes-line - hairlines
 * @cssproperty --nes-text - words
 * @cssproperty --nes-quiet - words of less weight
 * @cssproperty --nes-radius - radius of controls; the card's is 1.6 times that
 * @cssproperty --nes-font - font family
 * @cssproperty --nes-text-size - size of the text; all other sizes follow it
 */
export class NesMetrics extends Metrics {}

define('nes-metrics', NesMetrics);

declare global {
  interface HTMLElementTagNameMap {
    'nes-metrics': NesMetrics;
  }
}
