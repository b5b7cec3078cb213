import type { JsPsych, JsPsychExtension, JsPsychExtensionInfo } from 'jspsych';
import { ParameterType } from 'jspsych';
import { type Named, programOf, secondsLeft } from './program.ts';
import { type Onset, ScheduledSound } from './scheduled-sound.ts';

/** What may be told to the extension at the beginning of the experiment. */
interface Begin extends Named {
  /** 0 to 1; 1 by default. */
  gain?: number;
}

/** What a trial may tell it. */
interface Act {
  /** `start` begins the sound `lead` milliseconds (100 by default) after the trial's beginning, `stop` ends it; without it the sound goes on. */
  sound?: 'start' | 'stop';
  lead?: number;
}

/** A jsPsych 8 extension: a program that sounds on through several trials, and where it stands in each of them. */
export class NesBackgroundExtension implements JsPsychExtension {
  static readonly info: JsPsychExtensionInfo = {
    name: 'nes-background',
    version: '1.0.0',
    data: {
      /** Second of the program at the trial's beginning; null while it does not sound. */
      nes_position: { type: ParameterType.FLOAT },
      /** The same at its end. */
      nes_position_end: { type: ParameterType.FLOAT },
      /** Moment of the program's first sample, seconds of the audio context's clock. */
      nes_onset: { type: ParameterType.FLOAT },
      /** Milliseconds after the moment that was asked for. */
      nes_late: { type: ParameterType.FLOAT },
      /** Stretches of the program that were not heard, seconds. */
      nes_gaps: { type: ParameterType.COMPLEX, array: true },
    },
  };
  readonly #jsPsych: JsPsych;
  #prepare: (() => Promise<ScheduledSound>) | null = null;
  #sound: ScheduledSound | null = null;
  #onset: Onset | null = null;
  #position: number | null = null;

  constructor(jsPsych: JsPsych) {
    this.#jsPsych = jsPsych;
  }

  readonly initialize = async ({ gain = 1, ...named }: Begin = {}): Promise<void> => {
    const program = await programOf(named);
    this.#prepare = () => {
      const context = this.#jsPsych.pluginAPI.audioContext() as AudioContext | null;
      if (!context) throw new Error('nes: jsPsych has no audio context; leave use_webaudio on');
      return ScheduledSound.prepare(context, program, { fromSeconds: 0, seconds: secondsLeft(program, 0), gain });
    };
  };

  readonly on_start = (): void => {
    this.#position = null;
  };

  readonly on_load = async ({ sound, lead = 100 }: Act = {}): Promise<void> => {
    if (sound === 'stop') this.#stop();
    if (sound === 'start') {
      this.#stop();
      const began = performance.now();
      const prepared = await this.#prepare?.();
      if (!prepared) return;
      if (prepared.context.state !== 'running') await prepared.context.resume();
      this.#sound = prepared;
      this.#onset = null;
      prepared.start(prepared.context.currentTime + (lead - (performance.now() - began)) / 1000);
      void prepared.onset.then((onset) => {
        if (this.#sound === prepared) this.#onset = onset;
      });
    }
    this.#position = this.#sound?.positionSeconds ?? null;
  };

  readonly on_finish = (): Record<string, unknown> => ({
    nes_position: this.#position,
    nes_position_end: this.#sound?.positionSeconds ?? null,
    nes_onset: this.#onset?.seconds ?? null,
    nes_late: this.#onset?.lateSeconds == null ? null : this.#onset.lateSeconds * 1000,
    nes_gaps: this.#sound?.gaps ?? [],
  });

  #stop(): void {
    this.#sound?.stop();
    this.#sound = null;
  }
}
