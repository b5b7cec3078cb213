import type { EarLevels } from '../audio/ears.ts';
import type { TonePreset } from '../audio/tones.ts';
import { readValue, writeValue } from '../data/store.ts';

/** How a listener wants every program to sound on this device. */
export interface SoundValues {
  /** Null: as the program says. */
  tone: TonePreset | null;
  /** 0 to 1: room for the voices without beat. */
  reverb: number;
  /** What binaural voices become for loudspeakers; null: they stay, for headphones. */
  speakers: 'ISOCHRONIC' | 'MONAURAL' | null;
  /** Length of the rise at the start, at least 3 s. */
  riseSeconds: number;
  /** Length of the swell before the end; null without one. */
  wakeUpSeconds: number | null;
  /** Seconds before the end at which a bell is struck; null: no bell. */
  endBellSeconds: number | null;
  /** Output device; '' is the system's choice. */
  outputDevice: string;
  /** Gain of every voice of a program that was changed, 0 to 2, by the program's slug (its title where it has none). */
  levels: Readonly<Record<string, readonly number[]>>;
  /** Level of each ear, 0 to 1, and whether they are exchanged. */
  ears: EarLevels;
  /** Other applications sound on. */
  beside: boolean;
  /** The device vibrates with the breath, where a program paces it. */
  vibrate: boolean;
  /** By how much the sound is later than the system says, 0 to 0.5 s: wireless headphones. */
  delaySeconds: number;
}

const initial: SoundValues = {
  tone: null,
  reverb: 0,
  speakers: null,
  riseSeconds: 3,
  wakeUpSeconds: null,
  endBellSeconds: null,
  outputDevice: '',
  delaySeconds: 0,
  levels: {},
  ears: { left: 1, right: 1, swapped: false },
  beside: false,
  vibrate: true,
};

/** Kept on this device only: they hang on its headphones and loudspeakers. Fires `change`. */
class SoundChoices extends EventTarget {
  #values = initial;
  readonly ready: Promise<void>;

  constructor() {
    super();
    this.ready = readValue<Partial<SoundValues>>('sound')
      .then((kept) => {
        this.#values = { ...initial, ...kept };
        this.dispatchEvent(new Event('change'));
      })
      .catch(() => undefined);
  }

  get value(): Readonly<SoundValues> {
    return this.#values;
  }

  save(values: Partial<SoundValues>): void {
    this.#values = { ...this.#values, ...values };
    this.dispatchEvent(new Event('change'));
    // Without storage the choice holds until the page is left.
    writeValue('sound', this.#values).catch(() => undefined);
  }
}

export const soundChoices = new SoundChoices();
