import { evenGain, playFaded } from '../audio/music.ts';
import { readValue, writeValue } from '../data/store.ts';
import { playerSession } from './session.ts';

/** Something that is said at a point of a program: a recording, or words that the device speaks. */
export interface VoiceCue {
  /** Second of one pass of the program. */
  atSeconds: number;
  /** What the device says; the recording's name where there is one. */
  text: string;
  file: File | null;
}

const stepMilliseconds = 200;
/** A jump of the place is a seek, not time that was heard: what lies between is not said. */
const longestStepSeconds = 5;
const stopSeconds = 0.004;
const fadeSeconds = 0.02;
const MOST_CUES = 100;

/** Those that fall due while the place in a pass of `pass` seconds goes from one second to another, into the next pass too. */
export function dueBetween(cues: readonly VoiceCue[], from: number, to: number, pass: number): VoiceCue[] {
  const within = (begin: number, end: number) => cues.filter(({ atSeconds }) => atSeconds >= begin && atSeconds < end);
  if (to >= from) return to - from > longestStepSeconds ? [] : within(from, to);
  return pass - from + to > longestStepSeconds ? [] : [...within(from, pass), ...within(0, to)];
}

/** Voice cues of programs, by their slug (their title where they have none), kept on this device. Fires `change`, and `failed` with the name of a file. */
class VoiceCues extends EventTarget {
  #all: Readonly<Record<string, readonly VoiceCue[]>> = {};
  #last: number | null = null;
  #timer: ReturnType<typeof setInterval> | undefined;
  #sounding: { context: AudioContext; output: GainNode; source: AudioBufferSourceNode }[] = [];
  readonly ready: Promise<void>;

  constructor() {
    super();
    this.ready = readValue<Record<string, readonly VoiceCue[]>>('voice-cues')
      .then((all) => {
        this.#all = all ?? {};
        this.#heed();
        this.dispatchEvent(new Event('change'));
      })
      .catch(() => {});
    playerSession.addEventListener('change', () => this.#heed());
    playerSession.addEventListener('blank', () => this.#silence());
  }

  get #key(): string {
    return playerSession.protocol?.slug || playerSession.protocol?.title || '';
  }

  /** Those of what is chosen now, in the order of time. */
  get present(): readonly VoiceCue[] {
    return this.#all[this.#key] ?? [];
  }

  /** Keeps these for what is chosen now. @throws where this device has no room; they hold until the page is left */
  async keep(cues: readonly VoiceCue[]): Promise<void> {
    await this.ready;
    if (cues.length > MOST_CUES) throw new RangeError(`A program has at most ${MOST_CUES} voice cues.`);
    const { [this.#key]: _, ...others } = this.#all;
    const sorted = cues.toSorted((a, b) => a.atSeconds - b.atSeconds);
    this.#all = sorted.length > 0 ? { ...others, [this.#key]: sorted } : others;
    this.#heed();
    this.dispatchEvent(new Event('change'));
    flag(Object.keys(this.#all).length > 0);
    await writeValue('voice-cues', this.#all);
  }

  #heed(): void {
    // A trial compares programs, and nothing beside them.
    const wanted = this.present.length > 0 && playerSession.state === 'playing' && !playerSession.protocol?.trialId;
    if (wanted && this.#timer === undefined) {
      this.#last = this.#place();
      this.#timer = setInterval(() => this.#step(), stepMilliseconds);
    } else if (!wanted && this.#timer !== undefined) {
      clearInterval(this.#timer);
      this.#timer = undefined;
      this.#silence();
    }
  }

  get #pass(): number {
    return playerSession.program?.durationSeconds ?? Number.POSITIVE_INFINITY;
  }

  /** Second of the present pass. */
  #place(): number {
    const seconds = playerSession.positionSeconds();
    return Number.isFinite(this.#pass) ? seconds % this.#pass : seconds;
  }

  #step(): void {
    const place = this.#place();
    const last = this.#last ?? place;
    this.#last = place;
    for (const cue of dueBetween(this.present, last, place, this.#pass)) this.#say(cue).catch(() => this.#failed(cue));
  }

  get #gain(): number {
    const { player, volume } = playerSession;
    return volume ** 2 * player.sleepShare;
  }

  async #say({ text, file }: VoiceCue): Promise<void> {
    if (!file) {
      const words = new SpeechSynthesisUtterance(text);
      words.lang = document.documentElement.lang;
      words.volume = Math.min(1, this.#gain);
      speechSynthesis.speak(words);
      return;
    }
    const { context, destination } = playerSession.player;
    if (!context || !destination) return;
    const buffer = await context.decodeAudioData(await file.arrayBuffer());
    const even = await evenGain(buffer);
    if (this.#timer === undefined) return;
    const output = new GainNode(context, { gain: this.#gain });
    output.connect(destination);
    const { source } = playFaded(context, output, buffer, even, context.currentTime + 0.01, fadeSeconds);
    const one = { context, output, source };
    this.#sounding.push(one);
    source.onended = () => {
      output.disconnect();
      this.#sounding = this.#sounding.filter((other) => other !== one);
    };
  }

  #failed({ text }: VoiceCue): void {
    this.dispatchEvent(new CustomEvent('failed', { detail: text }));
  }

  #silence(): void {
    speechSynthesis.cancel();
    for (const { context, output, source } of this.#sounding) {
      output.gain.setTargetAtTime(0, context.currentTime, stopSeconds);
      source.stop(context.currentTime + 0.1);
    }
    this.#sounding = [];
  }
}

/** By this the player's page knows, without opening the database, whether there are cues to fetch this code for. */
function flag(any: boolean): void {
  try {
    if (any) localStorage.setItem('nes-cues', '');
    else localStorage.removeItem('nes-cues');
  } catch {
    // Then they are said once the sound dialog was opened.
  }
}

export const voiceCues = new VoiceCues();
