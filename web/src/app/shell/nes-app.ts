import { define } from '../../elements/define.ts';
import { Shell } from './shell.ts';

/**
 * The application. One of it fills the document.
 *
 * @tag nes-app
 */
export class NesApp extends Shell {}

define('nes-app', NesApp);

declare global {
  interface HTMLElementTagNameMap {
    'nes-app': NesApp;
  }
}
