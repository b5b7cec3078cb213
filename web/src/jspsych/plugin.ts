import type { JsPsych, JsPsychPlugin, TrialType } from 'jspsych';
import { ParameterType } from 'jspsych';
import { performanceTime } from './moment.ts';
import { programOf, secondsLeft } from './program.ts';
import { ScheduledSound } from './scheduled-sound.ts';

const info = {
  name: 'nes-stimulus',
  version: '1.0.0',
  parameters: {
    /** A program as an object. */
    program: { type: ParameterType.OBJECT, default: null },
    /** Slug of a built-in protocol, in place of `program`. */
    protocol: { type: ParameterType.STRING, default: null },
    /** Where in the program to begin, seconds. */
    from: { type: ParameterType.FLOAT, default: 0 },
    /** How long to play, seconds; null to the program's end. */
    seconds: { type: ParameterType.FLOAT, default: null },
    /** 0 to 1. */
    gain: { type: ParameterType.FLOAT, default: 1 },
    /** Moment of the audio context's clock at which to begin, seconds; null: `lead` after the trial's beginning. */
    start_at: { type: ParameterType.FLOAT, default: null },
    /** Milliseconds from the trial's beginning to the sound's. */
    lead: { type: ParameterType.FLOAT, default: 50 },
    /** Called with the audio context and the moment of the onset, seconds of its clock, as soon as that is fixed: for markers. */
    mark: { type: ParameterType.FUNCTION, default: null },
    choices: { type: ParameterType.KEYS, default: 'ALL_KEYS' },
    prompt: { type: ParameterType.HTML_STRING, default: null },
    response_ends_trial: { type: ParameterType.BOOL, default: false },
    trial_ends_after_sound: { type: ParameterType.BOOL, default: true },
  },
  data: {
    /** Moment that was asked for, seconds of the audio context's clock. */
    asked: { type: ParameterType.FLOAT },
    /** Moment of the sound's first sample by the same clock, as the audio thread saw it; null where its first second is silent. */
    onset: { type: ParameterType.FLOAT },
    onset_frame: { type: ParameterType.INT },
    /** Milliseconds after the moment that was asked for; 0 is exact. */
    late: { type: ParameterType.FLOAT },
    sample_rate: { type: ParameterType.FLOAT },
    /** Milliseconds from the context's clock to the earphones, as the browser estimates it; null where it does not. */
    output_latency: { type: ParameterType.FLOAT },
    /** Stretches of the program, seconds, that were not heard because the page was kept from rendering. */
    gaps: { type: ParameterType.COMPLEX, array: true },
    response: { type: ParameterType.KEY },
    /** Milliseconds from the onset at the output to the key; null without a key. */
    rt: { type: ParameterType.FLOAT },
    /** What `mark` gave, once it was solved. */
    marked: { type: ParameterType.COMPLEX },
  },
} as const;

type Info = typeof info;

/** A jsPsych 8 trial that plays a stretch of a program from an exact moment, and logs when it really began. */
export class NesStimulusPlugin implements JsPsychPlugin<Info> {
  static readonly info = info;
  readonly #jsPsych: JsPsych;

  constructor(jsPsych: JsPsych) {
    this.#jsPsych = jsPsych;
  }

  async trial(display: HTMLElement, trial: TrialType<Info>, onLoad?: () => void): Promise<void> {
    const began = performance.now();
    const { pluginAPI } = this.#jsPsych;
    const context = pluginAPI.audioContext() as AudioContext | null;
    if (!context) throw new Error('nes: jsPsych has no audio context; leave use_webaudio on');
    if (context.state !== 'running') await context.resume();
    const program = await programOf(trial);
    const from = trial.from ?? 0;
    const seconds = Math.min(trial.seconds ?? Number.POSITIVE_INFINITY, secondsLeft(program, from));
    if (!(seconds > 0 && Number.isFinite(seconds)))
      throw new Error(`nes: "seconds" is ${seconds}; expected more than 0, and an end`);
    const sound = await ScheduledSound.prepare(context, program, { fromSeconds: from, seconds, gain: trial.gain ?? 1 });
    if (trial.prompt) display.innerHTML = trial.prompt;

    const lead = (trial.lead ?? 0) - (performance.now() - began);
    const asked = trial.start_at ?? context.currentTime + lead / 1000;
    const meant = sound.start(asked);
    const marked = Promise.resolve(trial.mark?.(context, meant) as unknown);
    const answer: { response: string | null; rt: number | null } = { response: null, rt: null };
    let finish = (): void => undefined;
    const over = new Promise<void>((resolve) => {
      finish = resolve;
    });
    const listener =
      trial.choices === 'NO_KEYS'
        ? null
        : pluginAPI.getKeyboardResponse({
            callback_function: ({ key }: { key: string }) => {
              answer.response = key;
              answer.rt = performance.now() - performanceTime(context, meant);
              if (trial.response_ends_trial) finish();
            },
            valid_responses: trial.choices as string[],
            rt_method: 'performance',
            persist: false,
            allow_held_key: false,
          });
    onLoad?.();
    if (trial.trial_ends_after_sound) void sound.ended.then(finish);
    await over;
    if (listener) pluginAPI.cancelKeyboardResponse(listener);
    sound.stop();
    await sound.ended;
    const onset = await sound.onset;
    display.innerHTML = '';
    this.#jsPsych.finishTrial({
      asked,
      onset: onset.seconds,
      onset_frame: onset.frame,
      late: onset.lateSeconds === null ? null : onset.lateSeconds * 1000,
      sample_rate: context.sampleRate,
      output_latency: Number.isFinite(context.outputLatency) ? context.outputLatency * 1000 : null,
      gaps: sound.gaps,
      marked: (await marked) ?? null,
      ...answer,
    });
  }
}
