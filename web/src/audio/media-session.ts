import { totalSeconds } from '../program/values.ts';
import type { Player } from './player.ts';

export interface Shown {
  title: string;
  /** Name of the app or author, as the second line. */
  artist: string;
  /** Address of a square picture. */
  artwork?: string;
}

/**
 * Puts the player on the lock screen and the media keys, with place and length. Returns what takes it away again.
 * `stop` of the lock screen stops; "previous" goes to the beginning.
 */
export function showOnLockScreen(player: Player, shown: Shown): () => void {
  if (!('mediaSession' in navigator)) return () => undefined;
  const { mediaSession } = navigator;
  const artwork = shown.artwork ? [{ src: shown.artwork, sizes: '512x512' }] : [];
  mediaSession.metadata = new MediaMetadata({ title: shown.title, artist: shown.artist, artwork });
  const place = () => {
    const total = player.program ? totalSeconds(player.program) : 0;
    mediaSession.playbackState = player.state === 'playing' ? 'playing' : player.state === 'paused' ? 'paused' : 'none';
    if (!('setPositionState' in mediaSession)) return;
    if (!Number.isFinite(total) || total <= 0) mediaSession.setPositionState();
    else
      mediaSession.setPositionState({
        duration: total,
        position: Math.min(total, player.heardSeconds()),
        playbackRate: 1,
      });
  };
  const by = (seconds: number) => {
    player.seek(player.heardSeconds() + seconds);
    place();
  };
  const actions: [MediaSessionAction, MediaSessionActionHandler][] = [
    ['play', () => void player.play().catch(() => undefined)],
    ['pause', () => player.pause()],
    ['stop', () => player.stop()],
    ['seekbackward', (details) => by(-(details.seekOffset ?? 15))],
    ['seekforward', (details) => by(details.seekOffset ?? 15)],
    ['seekto', (details) => by((details.seekTime ?? 0) - player.heardSeconds())],
    ['previoustrack', () => by(-player.heardSeconds())],
  ];
  const set = (action: MediaSessionAction, handler: MediaSessionActionHandler | null) => {
    try {
      mediaSession.setActionHandler(action, handler);
    } catch {
      // An action that this browser does not know.
    }
  };
  for (const [action, handler] of actions) set(action, handler);
  player.addEventListener('statechange', place);
  place();
  return () => {
    player.removeEventListener('statechange', place);
    for (const [action] of actions) set(action, null);
    mediaSession.metadata = null;
    mediaSession.playbackState = 'none';
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
