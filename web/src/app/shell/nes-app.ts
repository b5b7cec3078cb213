import { define } from '../../elements/define.ts';
import { nextTask } from '../../elements/element.ts';
import { Shell } from './shell.ts';

/**
 * The application. One of it fills the document.
 *
 * @tag nes-app
 */
export class NesApp extends Shell {}

// The code was read in one piece of work; the frame is drawn in another.
await nextTask();
define('nes-app', NesApp);

declare global {
  interface HTMLElementTagNameMap {
    'nes-app': NesApp;
  }
}
