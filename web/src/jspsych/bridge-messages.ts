/**
 * What a page and the bridge (scripts/bridge.ts) say to each other over a WebSocket: one JSON object a text frame. `at`, `came`, `went` and `late`
 * are milliseconds; the first three of the bridge's own clock, which counts from its start.
 */
export const BRIDGE_PORT = 8766;
/** Longest frame that the bridge reads. */
export const MAX_MESSAGE_BYTES = 256;
/** A marker that is given earlier than this is refused: the page's and the bridge's clock are set anew meanwhile. */
export const MOST_AHEAD_MILLISECONDS = 10_000;

export type FromPage =
  /** Asks for the bridge's time. */
  | { kind: 'clock'; number: number }
  /** A code from 1 to 255, to be sent at a moment that the page knows to within `uncertainty` milliseconds. */
  | { kind: 'marker'; number: number; code: number; at: number; uncertainty: number };

export type FromBridge =
  | { kind: 'clock'; number: number; came: number; went: number }
  /** It went out so many milliseconds after its moment. */
  | { kind: 'sent'; number: number; late: number };
