/** Which sessions are being played in this browser, and where each was last heard, for the case that its page dies. */

/** Where a session was last heard. */
export interface Trace {
  id: string;
  positionSeconds: number;
  /** Milliseconds since 1970 of the session's clock. */
  at: number;
  /** The same moment by the clock of this device. */
  written: number;
  /** Its page was closed or left, so nobody plays it. */
  left: boolean;
}

const prefix = 'nes-playing ';

export const lockName = (id: string): string => `nes-session ${id}`;

/** This page plays the session until the returned function is called, or the page is gone. */
export function hold(id: string): () => void {
  if (!navigator.locks) return () => {};
  let release = () => {};
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  // Refused only where the page is being left: then there is nothing to hold.
  navigator.locks.request(lockName(id), () => held).catch(() => {});
  return release;
}

export function writeTrace(trace: Omit<Trace, 'written'>): void {
  try {
    localStorage.setItem(prefix + trace.id, JSON.stringify({ ...trace, written: Date.now() }));
  } catch {
    // Without storage a page that dies loses its last position, nothing else.
  }
}

export function clearTrace(id: string): void {
  try {
    localStorage.removeItem(prefix + id);
  } catch {
    // As above.
  }
}

/** Ids of the sessions that were being played when their pages were last heard of. */
export function traced(): string[] {
  try {
    return Object.keys(localStorage)
      .filter((key) => key.startsWith(prefix))
      .map((key) => key.slice(prefix.length));
  } catch {
    return [];
  }
}

export function readTrace(id: string): Trace | null {
  try {
    const trace = JSON.parse(localStorage.getItem(prefix + id) ?? 'null') as Trace | null;
    return trace?.id === id && Number.isFinite(trace.at) && Number.isFinite(trace.positionSeconds) ? trace : null;
  } catch {
    return null;
  }
}
