import { afterEach, assert, expect, test } from 'vitest';
import { type Controlled, keepScreenOn, showOnLockScreen } from './media-session.ts';

/** A session as the lock screen sees one; every act is noted and changes what a real one would. */
class Session extends EventTarget implements Controlled {
  state = 'playing';
  totalSeconds = 600;
  at = 100;
  readonly acts: string[] = [];

  positionSeconds(): number {
    return this.at;
  }
  async play(): Promise<void> {
    this.#did('play', () => {
      this.state = 'playing';
    });
  }
  pause(): void {
    this.#did('pause', () => {
      this.state = 'paused';
    });
  }
  stop(): void {
    this.#did('stop', () => {
      this.state = 'stopped';
    });
  }
  seek(seconds: number): void {
    this.#did(`seek ${seconds}`, () => {
      this.at = seconds;
    });
  }
  chapter(by: 1 | -1): void {
    this.#did(`chapter ${by}`, () => {});
  }
  #did(act: string, change: () => void): void {
    this.acts.push(act);
    change();
    this.dispatchEvent(new Event('change'));
  }
}

// The browser's own lock screen cannot be pressed from a test: what it was told is noted at its border.
const handlers = new Map<string, MediaSessionActionHandler | null>();
let told: MediaPositionState | undefined;
const { mediaSession } = navigator;
const setActionHandler = mediaSession.setActionHandler.bind(mediaSession);
const setPositionState = mediaSession.setPositionState.bind(mediaSession);
mediaSession.setActionHandler = (action, handler) => {
  handlers.set(action, handler);
  setActionHandler(action, handler);
};
mediaSession.setPositionState = (state) => {
  told = state;
  setPositionState(state);
};

let leave: (() => void)[] = [];
afterEach(() => {
  for (const each of leave) each();
  leave = [];
});

const press = (action: MediaSessionAction, more: Partial<MediaSessionActionDetails> = {}) => {
  const handler = handlers.get(action);
  assert(handler, `nothing answers ${action}`);
  handler({ action, ...more });
};

test('the lock screen shows title, place and length, and follows', async () => {
  const session = new Session();
  leave.push(
    showOnLockScreen(session, { title: 'Nap', artist: 'Somebody', artwork: 'https://example.org/icon-512.png' }),
  );
  expect(mediaSession.metadata?.title).toBe('Nap');
  expect(mediaSession.metadata?.artist).toBe('Somebody');
  expect(mediaSession.metadata?.artwork[0]?.src).toContain('icon-512.png');
  expect(mediaSession.playbackState).toBe('playing');
  expect(told).toEqual({ duration: 600, position: 100, playbackRate: 1 });
  session.pause();
  expect(mediaSession.playbackState).toBe('paused');
  // A seek is heard a moment later; then its place is told again.
  session.seek(200);
  session.at = 200.4;
  await expect.poll(() => told?.position, { timeout: 5_000 }).toBe(200.4);
});

test('every key of the lock screen and of headphones acts on the session', () => {
  const session = new Session();
  leave.push(showOnLockScreen(session, { title: 'Nap', artist: '' }));
  press('pause');
  press('play');
  press('seekforward');
  press('seekbackward', { seekOffset: 5 });
  press('seekto', { seekTime: 42 });
  press('nexttrack');
  press('previoustrack');
  press('stop');
  expect(session.acts).toEqual(['pause', 'play', 'seek 115', 'seek 110', 'seek 42', 'chapter 1', 'chapter -1', 'stop']);
});

test('an endless program has no length there', () => {
  const session = new Session();
  session.totalSeconds = Number.POSITIVE_INFINITY;
  told = { duration: 1 };
  leave.push(showOnLockScreen(session, { title: 'Rain', artist: '' }));
  expect(told).toBeUndefined();
});

test('what leaves the lock screen leaves nothing there', () => {
  const session = new Session();
  showOnLockScreen(session, { title: 'Nap', artist: '' })();
  expect(mediaSession.metadata).toBeNull();
  expect(mediaSession.playbackState).toBe('none');
  expect([...handlers.values()].every((handler) => handler === null)).toBe(true);
  session.dispatchEvent(new Event('change'));
  expect(mediaSession.playbackState).toBe('none');
});

/** A wake lock as a browser keeps it: let go when the page is hidden. */
class Lock extends EventTarget {
  static held: Lock[] = [];
  released = false;
  readonly type = 'screen';
  onrelease = null;
  async release(): Promise<void> {
    this.released = true;
    Lock.held = Lock.held.filter((lock) => lock !== this);
  }
}

test('the screen stays on from the call to the release, also after the page was hidden', async () => {
  const own = Object.getOwnPropertyDescriptor(WakeLock.prototype, 'request');
  assert(own);
  let shown: DocumentVisibilityState = 'visible';
  Object.defineProperty(document, 'visibilityState', { configurable: true, get: () => shown });
  WakeLock.prototype.request = async () => {
    const lock = new Lock();
    Lock.held.push(lock);
    return lock as unknown as WakeLockSentinel;
  };
  try {
    const letSleep = keepScreenOn();
    await expect.poll(() => Lock.held.length).toBe(1);
    shown = 'hidden';
    await Lock.held[0]?.release();
    document.dispatchEvent(new Event('visibilitychange'));
    expect(Lock.held.length).toBe(0);
    shown = 'visible';
    document.dispatchEvent(new Event('visibilitychange'));
    await expect.poll(() => Lock.held.length).toBe(1);
    // Shown again while it is held: not a second one.
    document.dispatchEvent(new Event('visibilitychange'));
    letSleep();
    await expect.poll(() => Lock.held.length).toBe(0);
    document.dispatchEvent(new Event('visibilitychange'));
    await Promise.resolve();
    expect(Lock.held.length).toBe(0);
  } finally {
    Object.defineProperty(WakeLock.prototype, 'request', own);
    Reflect.deleteProperty(document, 'visibilityState');
  }
});

test('a refused wake lock changes nothing else', async () => {
  const own = Object.getOwnPropertyDescriptor(WakeLock.prototype, 'request');
  assert(own);
  let asked = 0;
  WakeLock.prototype.request = async () => {
    asked++;
    throw new DOMException('battery saver', 'NotAllowedError');
  };
  try {
    const letSleep = keepScreenOn();
    await expect.poll(() => asked).toBe(1);
    letSleep();
  } finally {
    Object.defineProperty(WakeLock.prototype, 'request', own);
  }
});
