import { define } from '../define.ts';
import { Visual } from './visual.ts';

/**
 * The light alone, in step with a `<nes-player>` of the same page. It stands still until the safety questions are
 * answered, and while nothing is played.
 *
 * @tag nes-visual
 * @fires {NesErrorEvent} nes-error - this browser cannot draw
 * @csspart view - the whole
 * @csspart message - the line over the picture
 * @csspart questions - what opens the safety questions
 * @cssproperty --nes-height - height of the picture
 * @cssproperty --nes-radius - radius of controls; the picture's is 1.6 times that
 */
export class NesVisual extends Visual {}

define('nes-visual', NesVisual);

declare global {
  interface HTMLElementTagNameMap {
    'nes-visual': NesVisual;
  }
}
