import { define } from '../define.ts';
import { PlayerElement } from './player.ts';

/**
 * Plays a program of binaural, monaural or isochronic beats with light in step. Works without any server.
 *
 * @tag nes-player
 * @slot - shown while no program is set
 * @slot tools - further controls, at the end of the row of controls
 * @slot foot - what stands below the controls, as a link or a source
 * @fires {NesLoadEvent} nes-load - a program was read and can be played
 * @fires {NesPlayEvent} nes-play - the sound is about to begin or to go on
 * @fires {NesPauseEvent} nes-pause - the sound was paused, by the visitor, by the page, or because another player began
 * @fires {NesSeekEvent} nes-seek - another second was chosen
 * @fires {NesPhaseEvent} nes-phase - another phase of the program began to be heard
 * @fires {NesStopEvent} nes-stop - it was stopped before its end
 * @fires {NesEndEvent} nes-end - it was heard to its end
 * @fires {NesErrorEvent} nes-error - it cannot be read or played; the element shows the same sentence
 * @csspart card - the whole
 * @csspart header - title and facts
 * @csspart title - the heading
 * @csspart facts - length, range of beats, whether headphones are needed
 * @csspart stage - where the light is
 * @csspart curve - the drawing of the program, with which one seeks
 * @csspart message - what is shown in place of a program
 * @csspart controls - the row of controls
 * @csspart play - the button that plays and pauses
 * @csspart stop - the button that stops
 * @csspart time - second and length
 * @csspart volume - the slider of the volume
 * @csspart note - the line about safety
 * @csspart questions - what opens the safety questions
 * @cssproperty --nes-height - height of stage and curve together
 * @cssproperty --nes-accent - one colour in place of the colour of the band that is heard
 * @cssproperty --nes-ink - ground of fields
 * @cssproperty --nes-raised - ground of the card
 * @cssproperty --nes-line - hairlines
 * @cssproperty --nes-edge - edges of controls
 * @cssproperty --nes-text - words
 * @cssproperty --nes-quiet - words of less weight
 * @cssproperty --nes-danger - Stop
 * @cssproperty --nes-radius - radius of controls; the card's is 1.6 times that
 * @cssproperty --nes-font - font family
 * @cssproperty --nes-text-size - size of the text; all other sizes follow it
 * @cssproperty --nes-delta - colour of 0.5–4 Hz
 * @cssproperty --nes-theta - colour of 4–8 Hz
 * @cssproperty --nes-alpha - colour of 8–13 Hz
 * @cssproperty --nes-beta - colour of 13–30 Hz
 * @cssproperty --nes-gamma - colour above 30 Hz
 * @cssproperty --nes-control - colour of what has no beat
 */
export class NesPlayer extends PlayerElement {}

define('nes-player', NesPlayer);

declare global {
  interface HTMLElementTagNameMap {
    'nes-player': NesPlayer;
  }
}
