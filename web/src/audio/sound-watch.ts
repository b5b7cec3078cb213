/** A context whose clock has not moved for this long while it says that it runs is frozen. */
const FROZEN_MILLISECONDS = 2_000;

interface Watched {
  readonly state: string;
  readonly context: AudioContext | null;
  /** Identifier of the chosen output device; '' is the system's choice. */
  readonly outputDevice: string;
}

interface Called {
  /** The context says that it runs, and its clock stands. */
  frozen(): void;
  /** The chosen output device was taken away. */
  deviceGone(): void;
}

/** Looks whether sound still runs while it plays. Nothing audible hangs on it. */
export class SoundWatch {
  readonly #watched: Watched;
  readonly #called: Called;
  #timer: ReturnType<typeof setInterval> | undefined;
  #lastClock = { time: -1, at: 0 };

  constructor(watched: Watched, called: Called) {
    this.#watched = watched;
    this.#called = called;
  }

  start(): void {
    if (this.#timer !== undefined) return;
    this.#lastClock = { time: -1, at: performance.now() };
    this.#timer = setInterval(() => this.#look(), 500);
    document.addEventListener('visibilitychange', this.#retry);
    document.addEventListener('pointerdown', this.#retry);
    document.addEventListener('keydown', this.#retry);
    navigator.mediaDevices?.addEventListener('devicechange', this.#devices);
  }

  stop(): void {
    if (this.#timer === undefined) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
    document.removeEventListener('visibilitychange', this.#retry);
    document.removeEventListener('pointerdown', this.#retry);
    document.removeEventListener('keydown', this.#retry);
    navigator.mediaDevices?.removeEventListener('devicechange', this.#devices);
  }

  readonly #devices = async (): Promise<void> => {
    const id = this.#watched.outputDevice;
    if (!id) return;
    const devices = await navigator.mediaDevices.enumerateDevices();
    const there = devices.some((device) => device.kind === 'audiooutput' && device.deviceId === id);
    if (id === this.#watched.outputDevice && !there) this.#called.deviceGone();
  };

  /** What the system took away comes back by itself, or at the next touch. */
  readonly #retry = (): void => {
    const { state, context } = this.#watched;
    if (state === 'interrupted' && document.visibilityState === 'visible')
      void context?.resume().catch(() => undefined);
  };

  #look(): void {
    const { state, context } = this.#watched;
    const now = performance.now();
    if (!context || context.currentTime !== this.#lastClock.time) {
      this.#lastClock = { time: context?.currentTime ?? -1, at: now };
      return;
    }
    if (state === 'interrupted') this.#retry();
    // A page whose main thread stood still sees an old time once; the clock gets a full span to move.
    else if (state === 'playing' && context.state === 'running' && now - this.#lastClock.at > FROZEN_MILLISECONDS)
      this.#called.frozen();
  }
}
