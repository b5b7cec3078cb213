import { msg, str } from '@lit/localize';
import type { PlannedOutcome } from '@nes/trials/plan.ts';
import type { Random } from '@nes/trials/random.ts';
import type { Detail } from '@nes/trials/record.ts';
import {
  scoreDetection,
  scoreVigilance,
  sustainedAttentionCourse,
  type TaskCourse,
  type TurnResult,
  twoBackCourse,
  vigilanceCourse,
} from '@nes/trials/tasks.ts';
import { number } from '../../elements/format.ts';
import { type Feeling, feelingWords } from '../player/feelings.ts';

/** What one period came to; `value` is null where nothing valid was measured. */
export interface Measurement {
  value: number | null;
  detail: Detail;
}

/** An element that takes one measurement and fires `measured` with it. */
export interface OutcomeView extends HTMLElement {
  addEventListener(
    type: 'measured',
    listener: (event: CustomEvent<Measurement>) => void,
    options?: AddEventListenerOptions,
  ): void;
  addEventListener(type: string, listener: EventListener, options?: AddEventListenerOptions): void;
}

/**
 * Something that can be measured after each period: a scale, a task, or what a device measures. A new one is a new entry of `outcomes`; plan,
 * record and answer know nothing but these fields.
 */
export interface Outcome extends PlannedOutcome {
  name(): string;
  /** What the person has to do, in a sentence. */
  about(): string;
  /** A value of it with its unit. */
  value(value: number): string;
  /** Shows its view in `place` and resolves with the measurement. */
  collect(place: HTMLElement): Promise<Measurement>;
}

/** A task that is shown in turns. */
export interface TurnTask {
  name(): string;
  about(): string;
  course(random: Random): TaskCourse;
  practice(random: Random): TaskCourse;
  score(results: readonly TurnResult[], pressesBefore: number): { value: number | null; detail: Detail };
}

async function collect(view: OutcomeView, place: HTMLElement): Promise<Measurement> {
  const measured = new Promise<Measurement>((resolve) => {
    view.addEventListener('measured', ({ detail }) => resolve(detail), { once: true });
  });
  place.replaceChildren(view);
  try {
    return await measured;
  } finally {
    view.remove();
  }
}

function scale(feeling: Feeling, higherIsBetter: boolean): Outcome {
  return {
    id: feeling,
    unit: 'points',
    higherIsBetter,
    settings: { least: 0, most: 100 },
    name: () => feelingWords(feeling).label,
    about: () => {
      const { low, high } = feelingWords(feeling);
      return msg(str`Right after the session you say where you are between “${low}” and “${high}”.`);
    },
    value: (value) => msg(str`${number(value, 1)} points of 100`),
    collect: async (place) => {
      const { scaleView } = await import('./scale-view.ts');
      return collect(scaleView(feeling), place);
    },
  };
}

function task(planned: PlannedOutcome, value: (value: number) => string, turnTask: TurnTask): Outcome {
  return {
    ...planned,
    name: turnTask.name,
    about: turnTask.about,
    value,
    collect: async (place) => {
      const { taskView } = await import('./task-view.ts');
      return collect(taskView(turnTask), place);
    },
  };
}

/** Lapses of the brief form (Basner, Mollicone & Dinges 2011). */
const LAPSE_MS = 355;

const detection = (results: readonly TurnResult[], pressesBefore: number) => {
  const { dPrime, hits, missed, falseAlarms, variation, tooEarly } = scoreDetection(results);
  return {
    value: dPrime,
    detail: {
      hits,
      missed,
      falseAlarms,
      tooEarly: tooEarly + pressesBefore,
      ...(variation === null ? {} : { variation }),
    },
  };
};

/** The run after every session is the same, so that only the session before it differs. */
export const RESPONSE_RUN = { rateHz: 40, blocks: 12 };

/** Everything that a trial can measure. */
export const outcomes: readonly Outcome[] = [
  scale('calm', true),
  scale('focus', true),
  scale('mood', true),
  scale('sleepiness', true),
  task(
    { id: 'pvt-speed', unit: '1/s', higherIsBetter: true, settings: { lapseMs: LAPSE_MS, lastsSeconds: 180 } },
    (value) => msg(str`${number(value, 2)} answers a second`),
    {
      name: () => msg('Alertness: reaction test, 3 minutes'),
      about: () => msg('A counter starts at odd moments. Press as soon as you see it, not before.'),
      course: (random) => vigilanceCourse(random),
      practice: (random) => vigilanceCourse(random, 10_000),
      score: (results, pressesBefore) => {
        const { speed, medianMs, lapses, missed, tooEarly } = scoreVigilance(results, pressesBefore, LAPSE_MS);
        return { value: speed, detail: { lapses, missed, tooEarly, ...(medianMs === null ? {} : { medianMs }) } };
      },
    },
  ),
  task(
    { id: 'sart-d', unit: 'd′', higherIsBetter: true, settings: { rounds: 25 } },
    (value) => `d′ ${number(value, 2)}`,
    {
      name: () => msg('Attention: all digits but the 3, 4 minutes'),
      about: () => msg('Digits come one after the other. Press at each of them, but not at the 3.'),
      course: (random) => sustainedAttentionCourse(random),
      practice: (random) => sustainedAttentionCourse(random, 1),
      score: detection,
    },
  ),
  task(
    { id: 'two-back-d', unit: 'd′', higherIsBetter: true, settings: { turns: 62 } },
    (value) => `d′ ${number(value, 2)}`,
    {
      name: () => msg('Memory: 2-back, 3 minutes'),
      about: () => msg('Letters come one after the other. Press when a letter is the same as the one two before.'),
      course: (random) => twoBackCourse(random),
      practice: (random) => twoBackCourse(random, 12),
      score: detection,
    },
  ),
  {
    id: 'eeg-response',
    unit: 'µV',
    higherIsBetter: true,
    settings: RESPONSE_RUN,
    name: () => msg('Response of the brain: EEG headband, 3 minutes'),
    about: () =>
      msg(
        'After the session an EEG headband measures how strongly its electrodes follow a beat of 40 Hz. The signal stays on this device; its amplitude is recorded.',
      ),
    value: (value) => `${number(value, 2)} µV`,
    collect: async (place) => {
      const { responseView } = await import('./response-view.ts');
      return collect(responseView(), place);
    },
  },
];

export const outcomeOf = (id: string): Outcome | undefined => outcomes.find((outcome) => outcome.id === id);
