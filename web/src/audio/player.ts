import type { Program } from '@nes/program/model.ts';
import { totalSeconds } from '@nes/program/values.ts';
import { SWITCH_SECONDS } from './blocks.ts';
import type { EarLevels } from './ears.ts';
import { HeardClock } from './heard-clock.ts';
import { fetchAhead, type Output, openWorklet } from './output.ts';
import type { RenderOptions } from './renderer.ts';
import { makeScore, needsKit } from './score.ts';
import { SoundWatch } from './sound-watch.ts';
import { SoundWay, soundBeside } from './sound-way.ts';
import { type TonePreset, withTone } from './tones.ts';
import type { Report } from './transport.ts';

/**
 * `idle`: nothing loaded; `stopped`: at the beginning, silent; `interrupted`: the system took the sound away (a call, a
 * frozen clock) and it will go on by itself or at the next touch; `ended`: heard to the end.
 */
export type SoundState = 'idle' | 'stopped' | 'playing' | 'paused' | 'interrupted' | 'ended';

export interface PlayerOptions {
  /**
   * Whether the sound goes through a media element, which lets it go on behind a locked screen. 'auto': on devices
   * whose main pointer is a finger.
   */
  background?: 'auto' | boolean;
}

export interface PlayOptions {
  /** Played second to begin at; left out: where it is (0 after a stop, the place of a seek after that). */
  fromSeconds?: number;
  /** Length of the rise, at least 3 s from a stop (default 3) and at least 0.5 s after a pause (default 1). */
  fadeSeconds?: number;
}

const SLOWEST_RATE = 0.999;
const FASTEST_RATE = 1.001;
const START_FADE_SECONDS = 3;
const RESUME_FADE_SECONDS = 1;
const SHORTEST_RESUME_SECONDS = 0.5;
/**
 * Plays a program. All that is heard is decided on the audio thread; this class sends commands there and tells where the
 * sound is. Nothing of the browser is touched before the first `play`, which has to come from a touch or key.
 *
 * Events (plain `Event`, read the player's fields): `statechange`, `ended`, `interrupted`, `recovered`, `underrun`,
 * `devicelost` (the chosen output device was taken away; the sound goes on where the system puts it).
 */
export class Player extends EventTarget {
  readonly #background: 'auto' | boolean;
  #state: SoundState = 'idle';
  #loaded: Program | null = null;
  #program: Program | null = null;
  #tone: TonePreset | null = null;
  #reverb = 0;
  #endBellSeconds: number | null = null;
  #wakeUpSeconds: number | null = null;
  /** The sleep timer, and when (`performance.now`) it has the sound silent once it runs. */
  #sleep: { inSeconds: number; fadeSeconds: number; at: number } | null = null;
  #volume = 0.7;
  #rate = 1;
  #ears: EarLevels = { left: 1, right: 1, swapped: false };
  #beside = false;
  #sinkId = '';
  readonly #muted = new Set<number>();
  readonly #soloed = new Set<number>();
  readonly #beds = new Map<number, Blob>();
  /** Whether signals for light glasses may sound in a listener's own file. */
  lights = false;

  #way: SoundWay | null = null;
  #output: Output | null = null;
  /** Whether the audio thread has all kinds of voices, and whether the next program begins anew. */
  #kit = false;
  #restart = false;
  /** Done when what was last sent has reached the audio thread, which may have to fetch the kit for it. */
  #sent: Promise<void> = Promise.resolve();
  #rebuilding = false;
  #opening: Promise<Output> | null = null;
  readonly #clock = new HeardClock();
  #underruns = 0;
  /** Called with the frame of the context from which on nothing is heard. */
  #hushed: (frame: number) => void = () => {};
  readonly #watch = new SoundWatch(this, {
    frozen: () => void this.#rebuild(),
    deviceGone: () => void this.#deviceLost(),
  });
  #quietUntil = 0;

  constructor(options: PlayerOptions = {}) {
    super();
    this.#background = options.background ?? 'auto';
  }

  /** Fetches what the first `play` of a page loads, so that it is followed by sound at once. Nothing sounds by it. */
  static async fetchAhead(): Promise<void> {
    await fetchAhead().catch(() => undefined);
  }

  get state(): SoundState {
    return this.#state;
  }

  /** The program as it was loaded, without a chosen tone. */
  get program(): Program | null {
    return this.#loaded;
  }

  /** Seconds of all passes together, Infinity for an endless program, 0 without one. */
  get totalSeconds(): number {
    return this.#program ? totalSeconds(this.#program) : 0;
  }

  /** What carries the sound: null before the first play, 'native' where AudioWorklet is missing. */
  get output(): 'worklet' | 'native' | null {
    return this.#output?.kind ?? null;
  }

  /** How often the sound fell behind since the player was made. */
  get underruns(): number {
    return this.#underruns;
  }

  /** Identifier of the chosen output device; '' is the system's choice. */
  get outputDevice(): string {
    return this.#sinkId;
  }

  get volume(): number {
    return this.#volume;
  }

  /** The context that plays, for people who measure; null before the first play. */
  get context(): AudioContext | null {
    return this.#way?.context ?? null;
  }

  /** Takes a checked program; what sounded before stops. Beds, mutes and solos of the former program are forgotten. */
  load(program: Program): void {
    this.#loaded = program;
    this.#muted.clear();
    this.#soloed.clear();
    for (const index of this.#beds.keys()) this.#output?.send({ type: 'sample', index, sample: null });
    this.#beds.clear();
    this.#clock.stand(null);
    this.#sendProgram(true);
    this.#sendVoices();
    this.#setState('stopped');
  }

  /** Live editing: the changed program takes over at the present place within 40 ms. */
  updateProgram(program: Program): void {
    this.#loaded = program;
    this.#sendProgram(false);
    if (this.#state === 'idle') this.#setState('stopped');
  }

  /**
   * Starts, or goes on. From a stop the sound rises from silence over at least 3 s.
   * @throws where the browser refuses to start sound (not called from a touch or key)
   */
  async play(options: PlayOptions = {}): Promise<void> {
    if (!this.#program) throw new Error('Nothing is loaded.');
    const resuming = this.#state === 'paused' || this.#state === 'interrupted';
    if (this.#state === 'playing') {
      if (options.fromSeconds !== undefined) this.seek(options.fromSeconds);
      return;
    }
    const fadeSeconds = resuming
      ? Math.max(SHORTEST_RESUME_SECONDS, options.fadeSeconds ?? RESUME_FADE_SECONDS)
      : Math.max(START_FADE_SECONDS, options.fadeSeconds ?? START_FADE_SECONDS);
    const fromSeconds = options.fromSeconds ?? null;
    this.#setState('playing');
    try {
      const output = await this.#open();
      await this.#way?.wake();
      // A program that begins anew takes back a `play` that came before it.
      await this.#sent;
      if (!this.#is('playing')) return;
      output.send({ type: 'play', fromSeconds, fadeSeconds });
    } catch (error) {
      if (this.#is('playing')) this.#setState(resuming ? 'paused' : 'stopped');
      throw error;
    }
    this.#watch.start();
  }

  /**
   * Makes everything ready for a `play` that comes later, by itself; nothing is heard. Has to be called from a touch or key.
   * @throws where the browser refuses to start sound
   */
  async prepare(): Promise<void> {
    await this.#open();
    await this.#way?.wake();
    await this.#sent;
  }

  pause(): void {
    if (this.#state !== 'playing' && this.#state !== 'interrupted') return;
    this.#output?.send({ type: 'pause' });
    this.#way?.pause();
    this.#setState('paused');
  }

  /**
   * @param seconds played second, counted over all passes
   * @param heardAt moment of `performance.now()` at which that second should be in the ear; left out: as soon as can be
   */
  seek(seconds: number, heardAt?: number): void {
    if (!this.#program) return;
    const place = Math.min(Math.max(0, seconds), this.totalSeconds);
    const { context } = this;
    const timed = heardAt !== undefined && context !== null && this.#state === 'playing';
    const frame = timed ? this.#clock.contextSeconds(context, heardAt) * context.sampleRate : undefined;
    this.#output?.send({ type: 'seek', seconds: place, frame });
    if (this.#state !== 'playing' || !this.#output) {
      this.#clock.stand(place);
      if (this.#state === 'ended') this.#setState('stopped');
    }
  }

  /** Ends and goes back to the beginning. @param fadeSeconds of a slow end; 0 is 20 ms */
  stop(fadeSeconds = 0): void {
    if (this.#state === 'idle') return;
    this.#output?.send({ type: 'stop', fadeSeconds });
    if (fadeSeconds > 0 && this.#state === 'playing') return;
    this.#rest('stopped');
  }

  /** Silent within 20 ms of the audio clock, whatever is under way. */
  emergencyStop(): void {
    this.#output?.send({ type: 'emergency' });
    if (this.#state !== 'idle') this.#rest('stopped');
  }

  /** @param volume 0 to 1; the gain is its square, so that half is −12 dB and steps sound even */
  setVolume(volume: number): void {
    this.#volume = Math.min(1, Math.max(0, volume));
    this.#output?.send({ type: 'volume', gain: this.#volume ** 2 });
  }

  setVoiceMuted(index: number, muted: boolean): void {
    if (muted) this.#muted.add(index);
    else this.#muted.delete(index);
    this.#sendVoices();
  }

  /** While any voice is solo, only solo voices sound. */
  setVoiceSolo(index: number, solo: boolean): void {
    if (solo) this.#soloed.add(index);
    else this.#soloed.delete(index);
    this.#sendVoices();
  }

  /** Slow correction of the clock for groups, 0.999 to 1.001; reached by steps too small to hear. */
  setRate(rate: number): void {
    const wanted = Math.min(FASTEST_RATE, Math.max(SLOWEST_RATE, rate));
    if (wanted === this.#rate) return;
    this.#rate = wanted;
    this.#output?.send({ type: 'rate', rate: this.#rate });
  }

  /**
   * Silent in `inSeconds` from now (from the first sound, where there is none yet), after a fade over the last `fadeSeconds` of
   * them; then stops. Null takes the timer away. It counts on in a pause.
   */
  setSleepTimer(inSeconds: number | null, fadeSeconds = 60): void {
    this.#sleep = inSeconds === null ? null : { inSeconds, fadeSeconds, at: performance.now() + inSeconds * 1000 };
    this.#output?.send({ type: 'sleep', inSeconds, fadeSeconds });
  }

  /** A mix of harmonics for all pure tones; null is the program's own. */
  setTone(preset: TonePreset | null): void {
    if (preset === this.#tone) return;
    this.#tone = preset;
    this.#sendProgram(false);
  }

  /** @param share 0 to 1: room for the voices without beat */
  setReverb(share: number): void {
    const reverb = Math.min(1, Math.max(0, share));
    if (reverb === this.#reverb) return;
    this.#reverb = reverb;
    this.#sendProgram(false);
  }

  /** Strikes a soft bell so many seconds before the end; null is none. */
  setEndBell(secondsBefore: number | null): void {
    if (secondsBefore === this.#endBellSeconds) return;
    this.#endBellSeconds = secondsBefore;
    this.#sendProgram(false);
  }

  /** Swells to the full level over so many seconds before the end, much lower until then; null is the program's own course. */
  setWakeUp(secondsBefore: number | null): void {
    if (secondsBefore === this.#wakeUpSeconds) return;
    this.#wakeUpSeconds = secondsBefore;
    this.#sendProgram(false);
  }

  /** Gives a SAMPLE voice its sound. It stays on the device. @throws where the browser cannot decode it */
  async setSample(index: number, file: Blob): Promise<void> {
    this.#beds.set(index, file);
    if (!this.#output) return;
    // Its level counts from now on.
    this.#sendProgram(false);
    await this.#sendBed(index, file);
  }

  /** Where sound that goes beside the program's enters; null before the first play. */
  get destination(): AudioNode | null {
    return this.#way?.input ?? null;
  }

  /** 1, and down to 0 while the sleep timer fades. */
  get sleepShare(): number {
    if (!this.#sleep) return 1;
    const left = (this.#sleep.at - performance.now()) / 1000 / this.#sleep.fadeSeconds;
    const share = Math.min(1, Math.max(0, left));
    return share * share * (3 - 2 * share);
  }

  setEars(ears: EarLevels): void {
    this.#ears = ears;
    this.#way?.setEars(ears);
  }

  /** Lets other applications sound on beside this one, where the platform can; it is then silent behind a locked screen. */
  setBeside(beside: boolean): void {
    this.#beside = beside;
    if (this.#way) soundBeside(beside);
  }

  /** Seconds by which the sound is later than the system says (wireless headphones). */
  setDelaySeconds(seconds: number): void {
    this.#clock.delaySeconds = seconds;
  }

  /**
   * Plays on another device, where the browser can; '' is the system's choice. The sound is shut while it changes.
   * @throws where there is no such device or it may not be used; the sound stays where it was
   */
  async setOutputDevice(id: string): Promise<void> {
    const former = this.#sinkId;
    this.#sinkId = id;
    if (!this.#way || id === former) return;
    await this.#hush(this.#way.context);
    try {
      await this.#way?.setSink(id);
    } catch (error) {
      this.#sinkId = former;
      throw error;
    } finally {
      this.#output?.send({ type: 'hush', on: false });
    }
  }

  /** Silences the sound, and waits until the silence is in the ear; half a second at most, should the sound stand still. */
  async #hush(context: AudioContext): Promise<void> {
    const until = performance.now() + 500;
    const hushed = new Promise<number>((resolve) => {
      this.#hushed = resolve;
      setTimeout(resolve, 500, 0);
    });
    this.#output?.send({ type: 'hush', on: true });
    const seconds = (await hushed) / context.sampleRate;
    while (this.#clock.contextSeconds(context, performance.now()) < seconds && performance.now() < until)
      await new Promise((resolve) => setTimeout(resolve, 10));
  }

  /**
   * The played second that is in the listener's ear at a moment of `performance.now()`, counted over all passes.
   */
  heardSeconds(now: number = performance.now()): number {
    if (this.#state === 'ended') return this.totalSeconds;
    const seconds = this.#clock.seconds(this.context, now);
    return Math.min(Math.max(0, seconds), this.totalSeconds);
  }

  /**
   * Seconds from a seek without a moment of its own, for which the transport shuts its gate first, until it is in the ear, as well as can be told; 0
   * where nothing sounds.
   */
  get lagSeconds(): number {
    const { context } = this;
    if (!context || this.#state !== 'playing') return 0;
    return context.currentTime - this.#clock.contextSeconds(context, performance.now()) + SWITCH_SECONDS;
  }

  /** Gives everything back. The player can be used again after another `load`. */
  dispose(): void {
    this.emergencyStop();
    this.#program = null;
    this.#loaded = null;
    this.#beds.clear();
    const way = this.#way;
    const output = this.#output;
    this.#forgetWay();
    this.#clock.stand(null);
    this.#setState('idle');
    if (!way) return;
    // The emergency ramp has to be heard before its context goes.
    setTimeout(() => {
      output?.close();
      way.close();
    }, 60);
  }

  /** What it played with is not its own any more. */
  #forgetWay(): void {
    if (this.#way) this.#way.context.onstatechange = null;
    this.#way = null;
    this.#output = null;
    this.#kit = false;
    this.#opening = null;
  }

  /** Asked again after a wait, when anything may have happened. */
  #is(state: SoundState): boolean {
    return this.#state === state;
  }

  #setState(state: SoundState): void {
    if (state === this.#state) return;
    this.#state = state;
    if (state !== 'playing' && state !== 'interrupted') this.#watch.stop();
    this.dispatchEvent(new Event('statechange'));
  }

  #rest(state: 'stopped' | 'ended'): void {
    this.#clock.stand(null);
    this.#sleep = null;
    this.#setState(state);
  }

  #options(): RenderOptions {
    return { reverb: this.#reverb, endBellSeconds: this.#endBellSeconds, wakeUpSeconds: this.#wakeUpSeconds };
  }

  #sendProgram(restart: boolean): void {
    if (!this.#loaded) return;
    const program = this.#tone ? withTone(this.#loaded, this.#tone) : this.#loaded;
    this.#program = program;
    const output = this.#output;
    if (!output) return;
    const options = this.#options();
    this.#restart ||= restart;
    if (this.#kit || !needsKit(program, options)) {
      output.send({ type: 'program', score: makeScore(program, options, this.#beds), options, restart: this.#restart });
      this.#restart = false;
    } else {
      // What is sent meanwhile waits for the same file; the last program is the one that plays.
      this.#sent = this.#loadKit(output).then(() => this.#sendProgram(false));
      // Told by the `play` that waits for it.
      this.#sent.catch(() => undefined);
    }
  }

  async #loadKit(output: Output): Promise<void> {
    await output.loadKit();
    if (output === this.#output) this.#kit = true;
  }

  #sendVoices(): void {
    const count = this.#program?.voices.length ?? 0;
    const on = Array.from({ length: count }, (_, index) =>
      this.#soloed.size > 0 ? this.#soloed.has(index) && !this.#muted.has(index) : !this.#muted.has(index),
    );
    this.#output?.send({ type: 'voices', on });
  }

  async #sendBed(index: number, file: Blob): Promise<void> {
    const { context } = this;
    if (!context) return;
    const { decodeBed } = await import('./bed.ts');
    const sample = await decodeBed(context, file, this.lights);
    const transfer = [sample.left.buffer, sample.right.buffer] as Transferable[];
    this.#output?.send({ type: 'sample', index, sample }, transfer);
  }

  #open(): Promise<Output> {
    if (this.#opening) return this.#opening;
    const opening = this.#connect().catch((error: unknown) => {
      if (opening === this.#opening) {
        // The next try makes a way of its own.
        this.#way?.close();
        this.#forgetWay();
      }
      throw error;
    });
    this.#opening = opening;
    return opening;
  }

  async #connect(): Promise<Output> {
    soundBeside(this.#beside);
    const way = new SoundWay();
    const { context } = way;
    this.#way = way;
    context.onstatechange = () => this.#contextChanged(context);
    const coarse = typeof matchMedia === 'function' && matchMedia('(pointer: coarse)').matches;
    const background = this.#background === 'auto' ? coarse : this.#background;
    const destination = await way.connect(background, () => this.#ears);
    const report = (message: Report | { type: 'late'; seconds: number }) => {
      if (way === this.#way) this.#reported(message);
    };
    // The few who need it fetch it: the worklet has its own copy of what renders.
    const native = async () => (await import('./native-output.ts')).openNative(context, destination, report);
    const secure = 'audioWorklet' in context && context.audioWorklet !== undefined;
    const withKit = this.#program !== null && needsKit(this.#program, this.#options());
    const output = secure
      ? await openWorklet(context, destination, withKit, report).catch(() => native())
      : await native();
    if (way !== this.#way) {
      output.close();
      throw new Error('The player was disposed of.');
    }
    this.#output = output;
    this.#sent = Promise.resolve();
    const last = this.#clock.lastSeconds;
    if (this.#sinkId) await way.setSink(this.#sinkId).catch(() => undefined);
    if (this.#program && needsKit(this.#program, this.#options())) await this.#loadKit(output);
    this.#sendProgram(true);
    output.send({ type: 'volume', gain: this.#volume ** 2 });
    output.send({ type: 'rate', rate: this.#rate });
    this.#sendVoices();
    if (this.#sleep) {
      // A context that was built anew goes on with what is left.
      const left = last !== null ? (this.#sleep.at - performance.now()) / 1000 : this.#sleep.inSeconds;
      this.setSleepTimer(Math.max(0, left), this.#sleep.fadeSeconds);
    }
    for (const [index, file] of this.#beds) await this.#sendBed(index, file);
    if (last !== null) output.send({ type: 'seek', seconds: last });
    return output;
  }

  #reported(message: Report | { type: 'late'; seconds: number }): void {
    if (message.type === 'late') {
      if (this.#state !== 'playing' || performance.now() < this.#quietUntil) return;
      this.#underruns++;
      this.dispatchEvent(new Event('underrun'));
      return;
    }
    if (message.type === 'hushed') {
      this.#hushed(message.frame);
      return;
    }
    if (message.type !== 'place') {
      this.#rest(message.type === 'ended' ? 'ended' : 'stopped');
      if (message.type === 'ended') this.dispatchEvent(new Event('ended'));
      return;
    }
    this.#clock.report(message);
  }

  #contextChanged(context: AudioContext): void {
    this.#quietUntil = performance.now() + 2_000;
    if (context !== this.context) return;
    if (context.state !== 'running' && this.#state === 'playing') {
      this.#interrupted();
    } else if (context.state === 'running' && this.#state === 'interrupted' && !this.#rebuilding) {
      this.#recovered();
    }
  }

  #interrupted(): void {
    this.#setState('interrupted');
    this.dispatchEvent(new Event('interrupted'));
  }

  #recovered(): void {
    // The audio thread still plays where it was; it rises anew instead of breaking in.
    this.#output?.send({ type: 'play', fromSeconds: null, fadeSeconds: RESUME_FADE_SECONDS });
    this.#setState('playing');
    this.dispatchEvent(new Event('recovered'));
  }

  /** Goes back to the system's choice. */
  async #deviceLost(): Promise<void> {
    await this.setOutputDevice('').catch(() => undefined);
    this.dispatchEvent(new Event('devicelost'));
  }

  /** A new context at the same place: after a frozen clock, at whatever sample rate the device now has. */
  async #rebuild(): Promise<void> {
    this.#rebuilding = true;
    const seconds = this.heardSeconds();
    const way = this.#way;
    const output = this.#output;
    this.#interrupted();
    this.#forgetWay();
    this.#clock.stand(seconds);
    output?.close();
    way?.close();
    try {
      const fresh = await this.#open();
      await this.#way?.wake();
      if (this.#state !== 'interrupted') return;
      fresh.send({ type: 'play', fromSeconds: seconds, fadeSeconds: RESUME_FADE_SECONDS });
      this.#setState('playing');
      this.#watch.start();
      this.dispatchEvent(new Event('recovered'));
    } catch {
      // Stays interrupted; the next touch tries again.
    } finally {
      this.#rebuilding = false;
    }
  }
}
