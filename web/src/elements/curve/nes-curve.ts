import { define } from '../define.ts';
import { Curve } from './curve.ts';

/**
 * Draws a program: beat over time on a logarithmic axis with the five bands, from a thumbnail to a full-width scrubber.
 *
 * @tag nes-curve
 * @attr {'picture' | 'read' | 'seek'} mode - `picture` only shows; `read` tells time and beat under pointer and keys; `seek` is a slider
 * @attr {number} position - second that is heard now, within one pass; what lies behind it is drawn full, the rest faint
 * @attr {boolean} chapters - shows the phases and their names
 * @attr {boolean} scale - shows the letters and borders of the bands
 * @attr {string} label - what a screen reader says; a sentence about the program where it is empty
 * @fires nes-seek - a second was chosen (mode `seek`)
 * @csspart surface - the whole drawing
 * @cssproperty --nes-delta - colour of 0.5–4 Hz
 * @cssproperty --nes-theta - colour of 4–8 Hz
 * @cssproperty --nes-alpha - colour of 8–13 Hz
 * @cssproperty --nes-beta - colour of 13–30 Hz
 * @cssproperty --nes-gamma - colour above 30 Hz
 * @cssproperty --nes-control - colour of what has no beat
 * @cssproperty --nes-text - colour of words and of noise
 */
export class NesCurve extends Curve {}

define('nes-curve', NesCurve);

declare global {
  interface HTMLElementTagNameMap {
    'nes-curve': NesCurve;
  }
}
