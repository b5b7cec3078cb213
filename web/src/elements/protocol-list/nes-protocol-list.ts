import { define } from '../define.ts';
// What is chosen is played by it.
import '../player/nes-player.ts';
import { ProtocolList } from './protocol-list.ts';

/**
 * Lists protocols to choose from: the built-in library, an API's, a file's, or the page's own.
 *
 * @tag nes-protocol-list
 * @fires {NesSelectEvent} nes-select - a protocol was chosen; `preventDefault()` leaves it to the page
 * @fires {NesErrorEvent} nes-error - the list cannot be read; the element shows the same sentence
 * @csspart list - the whole
 * @csspart title - the heading
 * @csspart search - the field to search
 * @csspart protocol - one protocol to choose
 * @csspart player - the player that plays in its place
 * @csspart message - what is shown in place of protocols
 * @cssproperty --nes-accent - colour of what is chosen
 * @cssproperty --nes-raised - ground of the cards
 * @cssproperty --nes-line - hairlines
 * @cssproperty --nes-text - words
 * @cssproperty --nes-quiet - words of less weight
 * @cssproperty --nes-radius - radius of controls; that of cards is 1.6 times that
 * @cssproperty --nes-font - font family
 * @cssproperty --nes-text-size - size of the text; all other sizes follow it
 */
export class NesProtocolList extends ProtocolList {}

define('nes-protocol-list', NesProtocolList);

declare global {
  interface HTMLElementTagNameMap {
    'nes-protocol-list': NesProtocolList;
  }
}
