/** The same elements for a server: `@lit-labs/ssr` draws them to declarative shadow DOM. Nothing here needs a page. */
export { NesMetrics } from './metrics/nes-metrics.ts';
export * from './player/events.ts';
export { NesPlayer } from './player/nes-player.ts';
export { NesProtocolList } from './protocol-list/nes-protocol-list.ts';
export { NesVisual } from './visual/nes-visual.ts';
