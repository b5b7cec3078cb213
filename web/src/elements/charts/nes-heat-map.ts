import { define } from '../define.ts';
import { HeatMap } from './heat-map.ts';

/**
 * A year of days: minutes as squares.
 *
 * @tag nes-heat-map
 * @attr {string} until - the last day shown, YYYY-MM-DD; today where it is empty
 */
export class NesHeatMap extends HeatMap {}

define('nes-heat-map', NesHeatMap);

declare global {
  interface HTMLElementTagNameMap {
    'nes-heat-map': NesHeatMap;
  }
}
