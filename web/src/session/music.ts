import { evenGain, type Modulation, Modulator, playFaded, TARGET_LUFS } from '../audio/music.ts';
import { readValue, writeValue } from '../data/store.ts';
import { doseMeter } from './dose-meter.ts';
import { shuffled } from './queue.ts';
import { playerSession } from './session.ts';

/** How the listener's own music is played beside a program. */
export interface MusicValues {
  on: boolean;
  /** 0 to 1; the loudness of all files is the same at 1. */
  level: number;
  shuffle: boolean;
  crossFadeSeconds: number;
  /** Moves at the program's beat. */
  modulated: boolean;
  depth: number;
  part: Modulation['part'];
  hertz: number;
}

const initial: MusicValues = {
  on: true,
  level: 0.7,
  shuffle: false,
  crossFadeSeconds: 4,
  modulated: false,
  depth: 0.5,
  part: 'ALL',
  hertz: 500,
};

/** The next file is made ready so long before it is heard. */
const aheadSeconds = 20;
const stepMilliseconds = 500;
const stopSeconds = 0.004;
const riseSeconds = 1;
const changeSeconds = 0.1;

interface Running {
  context: AudioContext;
  modulator: Modulator;
  output: GainNode;
  sources: AudioBufferSourceNode[];
  /** Moment of the context at which the next file begins. */
  next: number;
  startedAt: number;
}

/** The listener's own music, played beside the program and kept on this device alone. Fires `change`, and `failed` with the name of a file. */
class Music extends EventTarget {
  #files: readonly File[] = [];
  #values = initial;
  #running: Running | null = null;
  #order: File[] = [];
  #loading = false;
  #timer: ReturnType<typeof setInterval> | undefined;
  readonly ready: Promise<void>;

  constructor() {
    super();
    this.ready = Promise.all([readValue<File[]>('music-files'), readValue<Partial<MusicValues>>('music')])
      .then(([files, values]) => {
        this.#files = files ?? [];
        this.#values = { ...initial, ...values };
        this.#changed();
      })
      .catch(() => {});
    playerSession.addEventListener('change', () => this.#heed());
    playerSession.addEventListener('blank', () => this.#stop());
    doseMeter.besideDb = () => (this.#running ? TARGET_LUFS + 20 * Math.log10(Math.max(1e-9, this.#gain)) : -Infinity);
  }

  get files(): readonly File[] {
    return this.#files;
  }

  get value(): Readonly<MusicValues> {
    return this.#values;
  }

  save(values: Partial<MusicValues>): void {
    this.#values = { ...this.#values, ...values };
    writeValue('music', this.#values).catch(() => {});
    this.#changed();
  }

  /** Adds files to the end. @throws where this device has no room to keep them; they play until the page is left */
  async add(files: readonly File[]): Promise<void> {
    await this.ready;
    this.#files = [...this.#files, ...files];
    this.#order = [];
    this.#changed();
    flag(true);
    await writeValue('music-files', this.#files);
  }

  async remove(file: File): Promise<void> {
    this.#files = this.#files.filter((one) => one !== file);
    this.#order = this.#order.filter((one) => one !== file);
    if (this.#files.length === 0) {
      this.#stop();
      flag(false);
    }
    this.#changed();
    await writeValue('music-files', this.#files);
  }

  #changed(): void {
    this.#heed();
    this.dispatchEvent(new Event('change'));
  }

  #heed(): void {
    // A trial compares programs, and nothing beside them.
    const wanted =
      this.#values.on &&
      this.#files.length > 0 &&
      playerSession.state === 'playing' &&
      !playerSession.protocol?.trialId;
    if (!wanted || playerSession.player.context !== this.#running?.context) this.#stop();
    if (wanted && !this.#running) this.#start();
    this.#step();
  }

  #start(): void {
    const { context, destination } = playerSession.player;
    if (!context || !destination) return;
    const modulator = new Modulator(context, this.#modulation());
    const output = new GainNode(context, { gain: 0 });
    modulator.output.connect(output).connect(destination);
    const startedAt = context.currentTime;
    this.#running = { context, modulator, output, sources: [], next: startedAt + 0.1, startedAt };
    this.#order = [];
    this.#timer = setInterval(() => this.#step(), stepMilliseconds);
  }

  #stop(): void {
    const running = this.#running;
    if (!running) return;
    this.#running = null;
    clearInterval(this.#timer);
    const { context, output, modulator, sources } = running;
    output.gain.cancelScheduledValues(context.currentTime);
    output.gain.setTargetAtTime(0, context.currentTime, stopSeconds);
    setTimeout(() => {
      for (const source of sources) source.stop();
      modulator.close();
      output.disconnect();
    }, 100);
  }

  get #gain(): number {
    const { player, volume } = playerSession;
    return this.#values.level * volume ** 2 * player.sleepShare;
  }

  #modulation(): Modulation {
    const { modulated, depth, part, hertz } = this.#values;
    return { rate: modulated ? (playerSession.beat()?.beatHz ?? 0) : 0, depth, part, hertz };
  }

  #step(): void {
    const running = this.#running;
    if (!running) return;
    const { context, output, modulator } = running;
    const now = context.currentTime;
    output.gain.setTargetAtTime(this.#gain, now, now - running.startedAt < 4 ? riseSeconds : changeSeconds);
    modulator.set(this.#modulation());
    if (running.next - now < aheadSeconds && !this.#loading) void this.#load(running);
  }

  async #load(running: Running): Promise<void> {
    this.#loading = true;
    if (this.#order.length === 0) this.#order = this.#values.shuffle ? shuffled(this.#files) : [...this.#files];
    const file = this.#order.shift();
    try {
      if (!file) return;
      const { context } = running;
      const buffer = await context.decodeAudioData(await file.arrayBuffer());
      const gain = await evenGain(buffer);
      if (running !== this.#running) return;
      const at = Math.max(running.next, context.currentTime + 0.05);
      const { source, next } = playFaded(
        context,
        running.modulator.input,
        buffer,
        gain,
        at,
        this.#values.crossFadeSeconds,
      );
      running.next = next;
      running.sources.push(source);
      source.onended = () => {
        running.sources = running.sources.filter((one) => one !== source);
      };
    } catch {
      // One that cannot be read is left out.
      this.#files = this.#files.filter((one) => one !== file);
      this.dispatchEvent(new CustomEvent('failed', { detail: file?.name ?? '' }));
      this.#changed();
    } finally {
      this.#loading = false;
    }
  }
}

/** By this the player's page knows, without opening the database, whether there is music to fetch this code for. */
function flag(any: boolean): void {
  try {
    if (any) localStorage.setItem('nes-music', '');
    else localStorage.removeItem('nes-music');
  } catch {
    // Then the music plays once the sound dialog was opened.
  }
}

export const music = new Music();
