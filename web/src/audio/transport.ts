import { SWITCH_SECONDS, smoothStep } from './blocks.ts';
import type { Renderer, RenderOptions, Sample } from './renderer.ts';
import type { Score } from './runs.ts';

/** An emergency stop is silent after this and the one block that may be under way. */
const EMERGENCY_SECONDS = 0.012;
/** A changed program takes over within this time. */
const CHANGE_SECONDS = 0.04;
/** Largest change of the rate in a block: 1e-5 of 200 Hz is a step of 0.002 Hz. */
const RATE_STEP = 1e-5;
/** Seconds between two reports of the place. */
const REPORT_SECONDS = 0.25;

/** What the main thread asks of the audio thread. */
export type Command =
  | { type: 'program'; score: Score; options: RenderOptions; restart: boolean }
  | { type: 'sample'; index: number; sample: Sample | null }
  | { type: 'play'; fromSeconds: number | null; fadeSeconds: number }
  | { type: 'pause' }
  /** With `frame`, `seconds` is what the context's frame of that number should play; else playing goes on from there. */
  | { type: 'seek'; seconds: number; frame?: number | undefined }
  | { type: 'stop'; fadeSeconds: number }
  | { type: 'emergency' }
  | { type: 'volume'; gain: number }
  | { type: 'voices'; on: boolean[] }
  | { type: 'rate'; rate: number }
  /** Silent after `inSeconds`; the fade is the last `fadeSeconds` of them. */
  | { type: 'sleep'; inSeconds: number | null; fadeSeconds: number }
  | { type: 'hush'; on: boolean };

/**
 * Where the sound is: `seconds` is played at context frame `frame`, moving on by `rate` (0: at rest). `ended`: the
 * program was heard to its end; `asleep`: a slow stop or the sleep timer is through; `hushed`: nothing is
 * heard from `frame` on.
 */
export interface Report {
  type: 'place' | 'ended' | 'asleep' | 'hushed';
  frame: number;
  seconds: number;
  rate: number;
}

/** Makes the renderers of a transport: on the audio thread from what has come there, elsewhere with the whole kit. */
export type MakeRenderer = (score: Score, sampleRate: number, options: RenderOptions) => Renderer;

/**
 * A gain that moves by smooth steps. A new goal waits until the step at hand is done, because turning round half-way
 * would be a kink; only the last goal is kept.
 */
class Fader {
  value: number;
  #from: number;
  #to: number;
  #share = 1;
  #step = 1;
  #slow = false;
  #waiting: number | null = null;
  readonly #frames: number;

  constructor(value: number, frames: number) {
    this.value = value;
    this.#from = value;
    this.#to = value;
    this.#frames = frames;
  }

  get resting(): boolean {
    return this.#share >= 1;
  }

  go(goal: number): void {
    if (!this.resting) this.#waiting = goal;
    else if (goal !== this.value) this.start(goal, this.#frames);
  }

  /** Starts from the present value at once, for slow fades. */
  start(goal: number, frames: number): void {
    this.#from = this.value;
    this.#to = goal;
    this.#share = 0;
    this.#step = 1 / Math.max(1, frames);
    // A slow fade needs no rest of that depth at its ends, which over seconds is a wait without sound.
    this.#slow = frames > 2 * this.#frames;
    this.#waiting = null;
  }

  set(value: number): void {
    this.value = this.#from = this.#to = value;
    this.#share = 1;
    this.#waiting = null;
  }

  next(): number {
    if (this.#share >= 1) return this.value;
    this.#share += this.#step;
    if (this.#share >= 1 - 1e-9) {
      this.#share = 1;
      this.value = this.#to;
      const waiting = this.#waiting;
      this.#waiting = null;
      if (waiting !== null && waiting !== this.value) this.start(waiting, this.#frames);
    } else {
      const share = this.#share;
      const shape = this.#slow ? share * share * (3 - 2 * share) : smoothStep(share);
      this.value = this.#from + (this.#to - this.#from) * shape;
    }
    return this.value;
  }
}

/**
 * Everything between a program and the ear that happens in time: play, pause, seek, stop, volume, mute, sleep, change of
 * the program, slow rate correction. It runs on the audio thread and counts frames; no clock of the main thread decides
 * what is heard. Every switch is ramped.
 */
export class Transport {
  readonly #sampleRate: number;
  readonly #make: MakeRenderer;
  readonly #report: (report: Report) => void;
  #score: Score | null = null;
  #options: RenderOptions = {};
  #renderer: Renderer | null = null;
  #former: Renderer | null = null;
  #change = { score: null as Score | null, options: {} as RenderOptions };
  readonly #samples = new Map<number, Sample>();
  #on: boolean[] = [];
  /** Place of the next frame, in frames of the program. */
  #place = 0;
  #rate = 1;
  #wantedRate = 1;
  #playing = false;
  /** Rises slowly at the start of playing. */
  readonly #rise: Fader;
  /** Closes for a moment around pause and seek. */
  readonly #gate: Fader;
  readonly #volume: Fader;
  readonly #sleep: Fader;
  readonly #emergency: Fader;
  readonly #exchange: Fader;
  /** Frames until the sleep timer has the sound silent; its fade begins when `#sleepFrames` of them are left. */
  #sleepIn: number | null = null;
  #sleepFrames = 0;
  #hushed = false;
  /** What happens once the gate is shut. */
  readonly #pending: (() => void)[] = [];
  #frame = 0;
  #reportIn = 0;
  #left = new Float32Array(128);
  #right = new Float32Array(128);

  constructor(sampleRate: number, make: MakeRenderer, report: (report: Report) => void) {
    this.#make = make;
    this.#sampleRate = sampleRate;
    this.#report = report;
    const frames = Math.round(SWITCH_SECONDS * sampleRate);
    this.#rise = new Fader(1, frames);
    this.#gate = new Fader(0, frames);
    this.#volume = new Fader(1, frames);
    this.#sleep = new Fader(1, frames);
    this.#emergency = new Fader(1, Math.round(EMERGENCY_SECONDS * sampleRate));
    this.#exchange = new Fader(1, Math.round(CHANGE_SECONDS * sampleRate));
  }

  command(command: Command): void {
    switch (command.type) {
      case 'program':
        this.#change = { score: command.score, options: command.options };
        if (command.restart) {
          this.#shut(() => {
            this.#playing = false;
            this.#place = 0;
            this.#take();
          });
        } else if (!this.#playing) {
          this.#take();
        }
        break;
      case 'sample':
        if (command.sample) this.#samples.set(command.index, command.sample);
        else this.#samples.delete(command.index);
        if (this.#score && !this.#change.score) this.#change = { score: this.#score, options: this.#options };
        if (!this.#playing) this.#take();
        break;
      case 'play':
        this.#shut(() => {
          if (command.fromSeconds !== null) this.#place = command.fromSeconds * this.#sampleRate;
          if (!this.#playing || command.fadeSeconds > 0) {
            this.#rise.set(0);
            this.#rise.start(1, command.fadeSeconds * this.#sampleRate);
          }
          this.#emergency.set(1);
          if (this.#sleep.value === 0) this.#sleep.set(1);
          this.#playing = true;
        });
        break;
      case 'pause':
        this.#shut(() => {
          this.#playing = false;
        });
        break;
      case 'seek':
        this.#shut(() => {
          // On a whole frame, so that noise is that of its place.
          this.#place = Math.round(command.seconds * this.#sampleRate) + this.#frame - (command.frame ?? this.#frame);
        });
        break;
      case 'stop':
        if (command.fadeSeconds > 0 && this.#playing) {
          this.#sleepIn = this.#sleepFrames = command.fadeSeconds * this.#sampleRate;
          break;
        }
        this.#shut(() => this.#end(null));
        break;
      case 'emergency':
        // Its own fader, because the gate may be busy.
        this.#emergency.start(0, EMERGENCY_SECONDS * this.#sampleRate);
        this.#pending.length = 0;
        break;
      case 'volume':
        if (this.#playing) this.#volume.go(command.gain);
        else this.#volume.set(command.gain);
        break;
      case 'voices':
        this.#on = command.on;
        this.#applyVoices(this.#renderer);
        break;
      case 'rate':
        this.#wantedRate = command.rate;
        break;
      case 'sleep':
        this.#sleepIn = command.inSeconds && command.inSeconds * this.#sampleRate;
        this.#sleepFrames = command.fadeSeconds * this.#sampleRate;
        this.#sleep.start(1, this.#sampleRate);
        break;
      case 'hush':
        this.#shut(() => {
          this.#hushed = command.on;
          if (command.on) this.#report({ type: 'hushed', frame: this.#frame, seconds: 0, rate: 0 });
        });
        break;
    }
  }

  /** Does something while nothing is heard: at once where that is so, else when the gate has shut. */
  #shut(action: () => void): void {
    if (this.#pending.length === 0 && this.#gate.value === 0 && this.#gate.resting) {
      action();
      this.#reportIn = 0;
    } else {
      this.#pending.push(action);
    }
  }

  #applyVoices(renderer: Renderer | null): void {
    for (const [index, on] of this.#on.entries()) renderer?.setVoiceOn(index, on);
  }

  /** Puts the changed program in the place of the present one. */
  #take(): void {
    const { score, options } = this.#change;
    this.#change = { score: null, options: {} };
    if (!score) return;
    this.#score = score;
    this.#options = options;
    this.#former = this.#playing ? this.#renderer : null;
    this.#renderer = this.#make(score, this.#sampleRate, { ...options, samples: this.#samples });
    this.#applyVoices(this.#renderer);
    this.#exchange.set(0);
    if (this.#former) this.#exchange.start(1, CHANGE_SECONDS * this.#sampleRate);
    else this.#exchange.set(1);
  }

  /** Second of the program that the next frame plays. */
  get seconds(): number {
    return this.#place / this.#sampleRate;
  }

  /** True while there is something to render. */
  get active(): boolean {
    return this.#playing || this.#pending.length > 0;
  }

  /** Moves the place at once, for an output that renders ahead and mutes what it throws away. */
  jump(seconds: number): void {
    this.#place = Math.round(seconds * this.#sampleRate);
    this.#reportIn = 0;
  }

  /** Fills the next block of the context; `frame` is its first frame. */
  process(frame: number, left: Float32Array, right: Float32Array): void {
    this.#frame = frame;
    const count = left.length;
    if (this.#pending.length > 0 && this.#gate.resting) {
      if (this.#gate.value > 0) {
        this.#gate.go(0);
      } else {
        for (const action of this.#pending) action();
        this.#pending.length = 0;
        this.#reportIn = 0;
      }
    }
    if (this.#pending.length === 0 && this.#gate.resting) this.#gate.go(this.#playing && !this.#hushed ? 1 : 0);
    if (this.#playing && this.#change.score && this.#exchange.resting) this.#take();
    if (!this.#playing || !this.#renderer || !this.#score) {
      left.fill(0);
      right.fill(0);
      this.#tell(count, 0);
      this.#sleepWhilePaused(count);
      return;
    }
    if (this.#rate !== this.#wantedRate) {
      const step = this.#wantedRate - this.#rate;
      this.#rate = Math.abs(step) <= RATE_STEP ? this.#wantedRate : this.#rate + Math.sign(step) * RATE_STEP;
    }
    this.#tell(count, this.#rate);
    this.#renderer.render(this.#place, left, right, this.#rate);
    if (this.#former) this.#mixFormer(left, right);
    if (this.#sleepIn !== null) {
      if (this.#sleepIn <= this.#sleepFrames) {
        this.#sleep.start(0, this.#sleepIn);
        // Once.
        this.#sleepFrames = -Infinity;
      }
      this.#sleepIn -= count;
    }
    const rise = this.#rise;
    const gate = this.#gate;
    const volume = this.#volume;
    const sleep = this.#sleep;
    const emergency = this.#emergency;
    if (rise.resting && gate.resting && volume.resting && sleep.resting && emergency.resting) {
      const gain = rise.value * gate.value * volume.value * sleep.value * emergency.value;
      if (gain !== 1) {
        for (let n = 0; n < count; n++) {
          left[n] = (left[n] as number) * gain;
          right[n] = (right[n] as number) * gain;
        }
      }
    } else {
      for (let n = 0; n < count; n++) {
        const gain = rise.next() * gate.next() * volume.next() * sleep.next() * emergency.next();
        left[n] = (left[n] as number) * gain;
        right[n] = (right[n] as number) * gain;
      }
    }
    this.#place += count * this.#rate;
    const over = this.#place >= this.#score.totalSeconds * this.#sampleRate;
    const asleep = sleep.value === 0 && sleep.resting;
    if (over) this.#end('ended');
    else if (asleep) this.#end('asleep');
    else if (emergency.value === 0 && emergency.resting) this.#end(null);
  }

  /** The sleep timer's clock is the wall's: it runs on in a pause, and ends the session there without a fade. */
  #sleepWhilePaused(count: number): void {
    if (this.#sleepIn === null || this.#place === 0) return;
    this.#sleepIn -= count;
    if (this.#sleepIn <= 0) this.#end('asleep');
  }

  #mixFormer(left: Float32Array, right: Float32Array): void {
    const count = left.length;
    if (this.#left.length !== count) {
      this.#left = new Float32Array(count);
      this.#right = new Float32Array(count);
    }
    this.#former?.render(this.#place, this.#left, this.#right, this.#rate);
    for (let n = 0; n < count; n++) {
      const share = this.#exchange.next();
      left[n] = (left[n] as number) * share + (this.#left[n] as number) * (1 - share);
      right[n] = (right[n] as number) * share + (this.#right[n] as number) * (1 - share);
    }
    if (this.#exchange.resting) this.#former = null;
  }

  #end(type: 'ended' | 'asleep' | null): void {
    this.#playing = false;
    this.#gate.set(0);
    this.#sleep.set(1);
    this.#sleepIn = null;
    if (type) this.#report({ type, frame: this.#frame, seconds: this.#place / this.#sampleRate, rate: 0 });
    this.#place = 0;
    this.#reportIn = 0;
  }

  #tell(count: number, rate: number): void {
    this.#reportIn -= count;
    if (this.#reportIn > 0 || !this.#score) return;
    this.#reportIn = rate === 0 ? Number.POSITIVE_INFINITY : REPORT_SECONDS * this.#sampleRate;
    this.#report({ type: 'place', frame: this.#frame, seconds: this.#place / this.#sampleRate, rate });
  }
}
