/**
 * The embeddable module: `<script type="module" src=".../nes.js">` defines the elements. See docs/EMBEDDING.md.
 * A second copy on the page defines nothing again.
 */
// First: what a server has drawn is taken up, not drawn again.
import '@lit-labs/ssr-client/lit-element-hydrate-support.js';
import { setHomeFolder } from './home.ts';
import { followPageLanguage } from './language.ts';

export { NesSeekEvent } from './curve/events.ts';
export { NesMetrics } from './metrics/nes-metrics.ts';
export * from './player/events.ts';
export { NesPlayer } from './player/nes-player.ts';
export { NesSelectEvent } from './protocol-list/events.ts';
export { NesProtocolList } from './protocol-list/nes-protocol-list.ts';
export { NesVisual } from './visual/nes-visual.ts';

setHomeFolder(import.meta.url);
if (typeof document !== 'undefined') followPageLanguage();
