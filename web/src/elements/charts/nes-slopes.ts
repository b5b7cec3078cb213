import { define } from '../define.ts';
import { Slopes } from './slopes.ts';

/**
 * How one feeling changed from before to after, session by session.
 *
 * @tag nes-slopes
 * @attr {string} label - the feeling
 */
export class NesSlopes extends Slopes {}

define('nes-slopes', NesSlopes);

declare global {
  interface HTMLElementTagNameMap {
    'nes-slopes': NesSlopes;
  }
}
