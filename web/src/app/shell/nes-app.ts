import { define } from '../../elements/define.ts';
import { Shell } from './shell.ts';

/**
 * The application. One of it fills the document.
 *
 * @tag nes-app
 */
export class NesApp extends Shell {}

// A document that holds words already shows them before the work begins.
if (document.querySelector('nes-app > .paint') && document.visibilityState === 'visible') {
  await new Promise<void>((painted) => requestAnimationFrame(() => setTimeout(painted)));
}
define('nes-app', NesApp);

declare global {
  interface HTMLElementTagNameMap {
    'nes-app': NesApp;
  }
}
