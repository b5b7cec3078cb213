export interface Shown {
  title: string;
  /** Name of the app or author, as the second line. */
  artist: string;
  /** Address of a square picture of 512 × 512 pixels. */
  artwork?: string;
}

/** What a lock screen shows the state of, and acts on. Fires `change` when anything but the position changes. */
export interface Controlled extends EventTarget {
  readonly state: string;
  /** Seconds of all passes; Infinity for an endless program. */
  readonly totalSeconds: number;
  positionSeconds(): number;
  play(): Promise<void>;
  pause(): void;
  stop(): void;
  seek(seconds: number): void;
  /** Goes to the next chapter, or to the beginning of this or the one before. */
  chapter(by: 1 | -1): void;
}

/** A step of the lock screen's own arrows, where the system names none. */
const STEP_SECONDS = 15;

const SETTLED_MILLISECONDS = 1_000;

/** Puts a session on the lock screen and the media keys, with place and length. Returns what takes it away again. */
export function showOnLockScreen(session: Controlled, shown: Shown): () => void {
  if (!('mediaSession' in navigator)) return () => undefined;
  const { mediaSession } = navigator;
  const artwork = shown.artwork ? [{ src: shown.artwork, sizes: '512x512', type: 'image/png' }] : [];
  mediaSession.metadata = new MediaMetadata({ title: shown.title, artist: shown.artist, artwork });
  const place = () => {
    const { state, totalSeconds } = session;
    mediaSession.playbackState = state === 'playing' || state === 'starting' ? 'playing' : 'paused';
    if (!('setPositionState' in mediaSession)) return;
    if (!Number.isFinite(totalSeconds) || totalSeconds <= 0) mediaSession.setPositionState();
    else
      mediaSession.setPositionState({
        duration: totalSeconds,
        position: Math.min(totalSeconds, session.positionSeconds()),
        playbackRate: 1,
      });
  };
  const by = (seconds: number) => session.seek(session.positionSeconds() + seconds);
  const actions: [MediaSessionAction, MediaSessionActionHandler][] = [
    ['play', () => void session.play().catch(() => undefined)],
    ['pause', () => session.pause()],
    ['stop', () => session.stop()],
    ['seekbackward', (details) => by(-(details.seekOffset ?? STEP_SECONDS))],
    ['seekforward', (details) => by(details.seekOffset ?? STEP_SECONDS)],
    ['seekto', (details) => session.seek(details.seekTime ?? 0)],
    ['previoustrack', () => session.chapter(-1)],
    ['nexttrack', () => session.chapter(1)],
  ];
  const set = (action: MediaSessionAction, handler: MediaSessionActionHandler | null) => {
    try {
      mediaSession.setActionHandler(action, handler);
    } catch {
      // An action that this browser does not know.
    }
  };
  for (const [action, handler] of actions) set(action, handler);
  // A seek is heard only a moment after it is made.
  let again: ReturnType<typeof setTimeout> | undefined;
  const changed = () => {
    place();
    clearTimeout(again);
    again = setTimeout(place, SETTLED_MILLISECONDS);
  };
  session.addEventListener('change', changed);
  place();
  return () => {
    clearTimeout(again);
    session.removeEventListener('change', changed);
    for (const [action] of actions) set(action, null);
    mediaSession.metadata = null;
    mediaSession.playbackState = 'none';
    mediaSession.setPositionState?.();
  };
}

/**
 * Keeps the screen awake while visuals are shown. The browser drops the lock when the page is hidden; it is taken again
 * when it comes back. Returns what lets go.
 */
export function keepScreenOn(): () => void {
  if (!('wakeLock' in navigator)) return () => undefined;
  let lock: WakeLockSentinel | null = null;
  let wanted = true;
  const take = async () => {
    if (!wanted || document.visibilityState !== 'visible' || (lock && !lock.released)) return;
    try {
      lock = await navigator.wakeLock.request('screen');
      if (!wanted) await lock.release();
    } catch {
      // Refused (battery saver): the screen follows the system's own setting.
    }
  };
  const back = () => void take();
  document.addEventListener('visibilitychange', back);
  void take();
  return () => {
    wanted = false;
    document.removeEventListener('visibilitychange', back);
    void lock?.release().catch(() => undefined);
  };
}
