/**
 * Published experiments whose sound this program can make as it was described. What stands here of a sound was read in the paper or its
 * abstract; papers whose carriers, rates or lengths could not be read are left out. `differs` says what is not as it was.
 */
import { checkProgram } from '@nes/program/check.ts';
import type { Program } from '@nes/program/model.ts';

/** What must be heard, in a form that can be measured in rendered samples. */
export type Heard =
  /** Steady tones of each ear, Hz. */
  | { kind: 'TONES'; left: readonly number[]; right: readonly number[] }
  /** A carrier, Hz, whose amplitude goes to silence and back at a rate, Hz, in both ears. */
  | { kind: 'MODULATED'; carrier: number; rate: number }
  /** A swell that leads the breath: breaths a minute. */
  | { kind: 'PACER'; breaths: number };

export interface Arm {
  /** Letters and digits: names of files, and the value in tables. */
  name: string;
  heard: Heard;
  /** Slug of a built-in protocol, or a program of its own. */
  from: string | Program;
}

export interface Kit {
  name: string;
  /** Its key in prisma/library/bibliography.ts. */
  source: string;
  arms: readonly Arm[];
  /** Whether everybody hears all arms, in an order of their own, or one of them. */
  design: 'WITHIN' | 'PARALLEL';
  /** People for whom orders are made unless `--people` says otherwise: as many as in the paper, where that was read. */
  people: number;
  /** Sessions of each arm for one person. */
  repeats: number;
  outcome: string;
  /** The one comparison that decides, fixed before. */
  analysis: string;
  differs: readonly string[];
  /** Where the application starts it as a blinded trial of one person; null where a control of its own cannot be had there. */
  app: string | null;
}

const RISE = 3;

function held(seconds: number, kind: object, carrier: number, beat: number, pan = 0): Program {
  const frame = (at: number, level: number) => ({ at, carrier, beat, level, pan, curve: 'LINEAR' });
  return checkProgram({
    durationSeconds: seconds,
    voices: [
      {
        name: 'Tone',
        waveform: 'SINE',
        ...kind,
        keyframes: [frame(0, 0), frame(RISE, 0.34), frame(seconds - RISE, 0.34), frame(seconds, 0)],
      },
    ],
    gain: 0.8,
  });
}

const binaural = (seconds: number, left: number, right: number): Program =>
  held(seconds, { kind: 'BINAURAL' }, (left + right) / 2, left - right);
const modulated = (seconds: number, carrier: number, rate: number): Program =>
  held(seconds, { kind: 'MODULATED', depth: 1 }, carrier, rate);
const both = (...hertz: number[]): Heard => ({ kind: 'TONES', left: hertz, right: hertz });
const ears = (left: number, right: number): Heard => ({ kind: 'TONES', left: [left], right: [right] });

const WITHIN_ANALYSIS =
  'Difference of the means of the two arms within each person. Two-sided test by changing the signs of these differences, all 2^n or 100,000 drawn ones, at 5 %. A person with fewer than half of the sessions of an arm is left out. Nothing else decides.';

export const KITS: readonly Kit[] = [
  {
    name: 'fincham2023',
    source: 'fincham-2023-pace',
    arms: [
      { name: 'slow', heard: { kind: 'PACER', breaths: 5.5 }, from: 'coherent-breathing' },
      { name: 'placebo', heard: { kind: 'PACER', breaths: 12 }, from: 'coherent-breathing-control' },
    ],
    design: 'PARALLEL',
    people: 400,
    repeats: 28,
    outcome:
      'A questionnaire of stress before the first day and after the last; in the application, calm before and after each session.',
    analysis:
      'Difference of the change in stress between the arms. Two-sided test by permuting who was in which arm, 100,000 times, at 5 %. Everybody who was assigned counts; a missing last answer is the first one.',
    differs: ['How the paper led the breath was not read; here a sound swells and sinks.'],
    app: null,
  },
  {
    name: 'colzato2017',
    source: 'colzato-2017',
    arms: [
      { name: 'gamma', heard: ears(340, 300), from: binaural(600, 340, 300) },
      { name: 'tone', heard: both(340), from: binaural(600, 340, 340) },
    ],
    design: 'PARALLEL',
    people: 36,
    repeats: 1,
    outcome:
      'Global precedence: median reaction time to local less that to global targets of the global-local task, which begins after three minutes.',
    analysis:
      'Difference of global precedence between the arms. Two-sided test by permuting who was in which arm, 100,000 times, at 5 %.',
    differs: [
      'Which ear had the higher tone, and the number of people, are not in the abstract.',
      'The task is not part of this program: run it in jsPsych or PsychoPy.',
    ],
    app: null,
  },
  {
    name: 'reedijk2013',
    source: 'reedijk-2013',
    arms: [
      { name: 'alpha', heard: ears(345, 335), from: 'alpha-340' },
      { name: 'gamma', heard: ears(360, 320), from: binaural(600, 360, 320) },
      { name: 'tone', heard: both(340), from: 'alpha-340-control' },
    ],
    design: 'WITHIN',
    people: 24,
    repeats: 1,
    outcome: 'Fluency and flexibility of the alternate uses task, which begins after three minutes.',
    analysis: `${WITHIN_ANALYSIS} The two arms are alpha and tone; gamma is described only.`,
    differs: ['Which ear had the higher tone is not in the abstract.'],
    app: null,
  },
  {
    name: 'schwarz2005',
    source: 'schwarz-2005',
    arms: [
      { name: 'binaural', heard: ears(420, 380), from: binaural(300, 420, 380) },
      {
        name: 'acoustic',
        heard: { kind: 'TONES', left: [420, 380], right: [] },
        from: held(300, { kind: 'MONAURAL' }, 400, 40, -1),
      },
      { name: 'high', heard: ears(3220, 3180), from: binaural(300, 3220, 3180) },
    ],
    design: 'WITHIN',
    people: 12,
    repeats: 1,
    outcome: 'Amplitude at 40 Hz of the averaged EEG: `npm run eeg`, or the page that measures a response.',
    analysis:
      'Amplitude of binaural against acoustic, and of binaural against high, each by changing the signs of the differences within people, two-sided at 2.5 %. Expected: acoustic above binaural, and nothing with high. A recording in which acoustic is not followed says that it did not work, and is left out.',
    differs: ['The paper says "above 3 kHz"; 3,200 Hz are ours.', 'The number of people is ours.'],
    app: null,
  },
  {
    name: 'herdman2002',
    source: 'herdman-2002',
    arms: [12, 39, 88].map((rate) => ({
      name: `am${rate}`,
      heard: { kind: 'MODULATED' as const, carrier: 1000, rate },
      from: modulated(300, 1000, rate),
    })),
    design: 'WITHIN',
    people: 10,
    repeats: 1,
    outcome: 'Amplitude at the rate of the averaged EEG: `npm run eeg`.',
    analysis:
      'Amplitude of am39 against am12 and against am88, each by changing the signs of the differences within people, two-sided at 2.5 %. Expected: largest at 39 Hz.',
    differs: [
      'The number of people is ours.',
      'The paper played to one ear; pan the sound, or take one earphone out.',
      'Few electrodes cannot tell the sources of the response apart.',
    ],
    app: null,
  },
  {
    name: 'jirakittayakorn2017',
    source: 'jirakittayakorn-2017',
    arms: [
      { name: 'theta', heard: ears(253, 247), from: binaural(1800, 253, 247) },
      { name: 'tone', heard: both(250), from: binaural(1800, 250, 250) },
    ],
    design: 'WITHIN',
    people: 28,
    repeats: 1,
    outcome: 'Tension of a mood scale before and after; in the application, calm after the session.',
    analysis: WITHIN_ANALYSIS,
    differs: [
      'The abstract names no control sound; the plain tone is ours.',
      'Which ear had the higher tone is not in the abstract.',
    ],
    app: null,
  },
  {
    name: 'balban2023',
    source: 'balban-2023',
    arms: [
      { name: 'sighing', heard: { kind: 'PACER', breaths: 5 }, from: 'cyclic-sighing' },
      { name: 'box', heard: { kind: 'PACER', breaths: 3.75 }, from: 'box-breathing' },
    ],
    design: 'PARALLEL',
    people: 56,
    repeats: 28,
    outcome: 'Positive affect, daily, before and after; in the application, mood before and after each session.',
    analysis:
      'Difference of the mean daily change between the arms. Two-sided test by permuting who was in which arm, 100,000 times, at 5 %.',
    differs: [
      'The arms of mindfulness and of long inhales with holds are left out.',
      'Box breathing lasts 20 s longer.',
      'The paces and the number of people are ours.',
    ],
    app: null,
  },
  {
    name: 'dabiri2022',
    source: 'dabiri-2022',
    arms: [
      { name: 'delta', heard: ears(177, 174), from: 'delta-flat' },
      { name: 'tone', heard: both(175.5), from: 'delta-flat-control' },
    ],
    design: 'WITHIN',
    people: 20,
    repeats: 7,
    outcome: 'A sleep diary, and mood after sleep; in the application, mood right after the session.',
    analysis: WITHIN_ANALYSIS,
    differs: [
      'The paper had no control sound: a week without came before. The tone is ours.',
      'The parameters were read in a secondary source.',
    ],
    app: 'trials?protocol=delta-flat&outcome=mood&sessions=14',
  },
];
