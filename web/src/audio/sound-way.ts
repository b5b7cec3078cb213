import { type EarLevels, Ears } from './ears.ts';

/** A context that may run does so well within this. */
const ALLOWED_MILLISECONDS = 4_000;

interface SinkContext extends AudioContext {
  setSinkId?: (id: string) => Promise<void>;
}

interface AudioSessionNavigator {
  audioSession?: { type: string };
}

/** Lets other applications sound on beside this one, where the platform can; it is then silent behind a locked screen. */
export function soundBeside(beside: boolean): void {
  const session = (navigator as AudioSessionNavigator).audioSession;
  if (session) session.type = beside ? 'ambient' : 'playback';
}

/** The way of the sound from what makes it to the ears: a context, levels of the ears, and behind them the system or a media element. */
export class SoundWay {
  // Nobody plays this like an instrument: larger buffers ride out a busy machine (measured on one: a tenth of the
  // underruns of 'balanced').
  readonly context: SinkContext = new AudioContext({ latencyHint: 'playback' });
  #ears: Ears | null = null;
  #element: HTMLAudioElement | null = null;

  /** Has to be made in a touch or key. */
  constructor() {
    // Asked for at once, while the touch that allows it is fresh; waited for in `wake`.
    void this.context.resume().catch(() => undefined);
  }

  /** Where sound enters; null before `connect`. */
  get input(): AudioNode | null {
    return this.#ears?.input ?? null;
  }

  /** @param background whether it goes through a media element, which lets it go on behind a locked screen */
  async connect(background: boolean, levels: () => EarLevels): Promise<AudioNode> {
    const { context } = this;
    let destination: AudioNode = context.destination;
    if (background) {
      const stream = context.createMediaStreamDestination();
      const element = new Audio();
      element.srcObject = stream.stream;
      destination = stream;
      this.#element = element;
      await element.play().catch(() => {
        // Refused: straight to the context.
        this.#element = null;
        destination = context.destination;
      });
    }
    this.#ears = new Ears(context, destination, levels());
    return this.#ears.input;
  }

  setEars(ears: EarLevels): void {
    this.#ears?.set(ears);
  }

  /** Plays on another device, where the browser can. @throws where there is no such device or it may not be used */
  async setSink(id: string): Promise<void> {
    const element = this.#element as (HTMLAudioElement & { setSinkId?: (id: string) => Promise<void> }) | null;
    if (element?.setSinkId) await element.setSinkId(id);
    else await this.context.setSinkId?.(id);
  }

  /** Brings the context to run. @throws where the browser wants a touch first */
  async wake(): Promise<void> {
    const { context } = this;
    if (context.state !== 'running') {
      // A browser that wants a touch first leaves the promise open for ever.
      const refused = new Promise((_, reject) => {
        setTimeout(reject, ALLOWED_MILLISECONDS, new Error('The browser allows sound only after a touch or key.'));
      });
      await Promise.race([context.resume(), refused]);
    }
    await this.#element?.play().catch(() => undefined);
  }

  pause(): void {
    this.#element?.pause();
  }

  close(): void {
    this.#element?.pause();
    if (this.#element) this.#element.srcObject = null;
    void this.context.close().catch(() => undefined);
  }
}
