/** A study as a BIDS data set: the texts and bytes of its files, by their paths. Nothing in it names a person, a date, or an id of the server. */
import { HED_VERSION } from '@nes/program/hed.ts';
import { type Arm, armAt } from '@nes/trials/order.ts';
import { eventColumns, tsvLine } from '../../api/src/metrics/event-columns.ts';
import { localDay } from '../../api/src/sessions/local-day.ts';
import type { Measurement, Person, Study, StudySession } from './inputs.ts';

/** Of the specification that is followed. */
const BIDS_VERSION = '1.10.0';
/** BIDS: dates before 1925 say that they were moved. Every person's first day becomes this one. */
const FIRST_DAY = Date.UTC(1900, 0, 1);
/** Ages from here on are one: BIDS, "to protect privacy". */
const OLDEST = 89;

const json = (value: unknown) => `${JSON.stringify(value, null, 2)}\n`;
const twoDigits = (value: number) => String(value).padStart(2, '0');
const milliseconds = (seconds: number) => Number(seconds.toFixed(3));

/** What a trial says of a session. */
interface Period {
  trial: Person['trials'][number];
  period: Person['trials'][number]['periods'][number];
  /** Null until the order is opened. */
  arm: Arm | null;
}

function periodsOf(person: Person): Map<string, Period> {
  const found = new Map<string, Period>();
  for (const trial of person.trials) {
    for (const period of trial.periods) {
      const arm = trial.reveal ? armAt(trial.reveal.order, period.period) : null;
      if (period.sessionId !== null) found.set(period.sessionId, { trial, period, arm });
    }
  }
  return found;
}

/** What was heard: in a trial the arm's program, and nothing before the order is opened; the log names the protocol in both arms. */
function programHeard(session: StudySession, period: Period | undefined): string | null {
  if (!period) return session.revision.programHash;
  if (period.arm === null) return null;
  const { arms } = period.trial.plan;
  return period.arm === 'BEAT' ? arms.beat : arms.control;
}

const { session_id: _id, occurred_at: _at, onset, ...logged } = eventColumns;
const armColumn = {
  Description: 'What a period of a blinded trial played; n/a outside of a trial, and until its order is opened.',
  Levels: { beat: 'The program', control: 'The same program without its beat' },
};
const eventSidecar = {
  onset: { ...onset, Description: 'When it happened, counted from the start of the session.' },
  ...logged,
  arm: armColumn,
  stim_file: { Description: 'The sound, below stimuli, where it is part of the data set.' },
};

/** The log of a session, from its beginning on. */
function eventsOf(session: StudySession, period: Period | undefined, sounds: ReadonlyMap<string, string>): string {
  const begin = Date.parse(session.startedAt);
  const program = programHeard(session, period);
  const rows = session.events.map((event) =>
    tsvLine([
      milliseconds((Date.parse(event.occurredAt) - begin) / 1000),
      milliseconds(event.heardSeconds),
      event.kind.toLowerCase(),
      session.protocol.slug,
      session.revision.number,
      program,
      session.protocol.controlOf?.slug ?? null,
      milliseconds(event.positionSeconds),
      event.volume,
      event.scene,
      period?.arm?.toLowerCase() ?? null,
      event.heardSeconds > 0 && program !== null ? (sounds.get(program) ?? null) : null,
    ]),
  );
  return tsvLine(Object.keys(eventSidecar)) + rows.join('');
}

const points = (what: string, when: string) => ({ Description: `${what} ${when} the session, 0 to 10` });
const behaviourColumns = {
  state: {
    Description: 'How the session ended',
    Levels: {
      completed: 'At its end',
      stopped: 'Before its end',
      expired: 'Without word of it',
      active: 'It had not ended',
      paused: 'It was held and had not ended',
    },
  },
  played_seconds: { Description: 'Time heard', Units: 's' },
  stars: { Description: 'Stars, 1 to 5' },
  mood_before: points('Mood', 'before'),
  mood_after: points('Mood', 'after'),
  focus_before: points('Focus', 'before'),
  focus_after: points('Focus', 'after'),
  calm_before: points('Calm', 'before'),
  calm_after: points('Calm', 'after'),
  sleepiness_before: points('Sleepiness', 'before'),
  sleepiness_after: points('Sleepiness', 'after'),
  trial_period: { Description: 'Number of the period in the blinded trial, from 1' },
  arm: armColumn,
  trial_value: { Description: 'What the trial measures after each period; its sidecar names outcome and unit' },
  beat_chance: { Description: 'Chance that the participant gave to the beat before knowing, 0 to 1' },
};

function behaviourOf(session: StudySession, found: Period | undefined): string {
  const { rating } = session;
  return (
    tsvLine(Object.keys(behaviourColumns)) +
    tsvLine([
      session.state.toLowerCase(),
      milliseconds(session.playedSeconds),
      rating?.stars ?? null,
      rating?.moodBefore ?? null,
      rating?.moodAfter ?? null,
      rating?.focusBefore ?? null,
      rating?.focusAfter ?? null,
      rating?.calmBefore ?? null,
      rating?.calmAfter ?? null,
      rating?.sleepinessBefore ?? null,
      rating?.sleepinessAfter ?? null,
      found?.period.period ?? null,
      found?.arm?.toLowerCase() ?? null,
      found?.period.value ?? null,
      found?.period.beatChance ?? null,
    ])
  );
}

/** What was fixed before a trial, without its dates. */
function planOf({ trial }: Period): string {
  const { plan, planHash, head, reveal } = trial;
  return json({
    TaskName: 'listening',
    TrialPlan: {
      Analysis: plan.analysis,
      Periods: plan.periods,
      OrderRule: plan.orderRule,
      Masked: plan.masked,
      SmallestEffect: plan.smallestEffect,
      Prior: plan.prior,
      Missing: plan.missing,
    },
    TrialPlanSHA256: planHash,
    TrialHeadSHA256: head,
    TrialStoppedEarly: reveal === null ? 'n/a' : reveal.early,
    trial_value: {
      Description: `${plan.outcome.id}; ${plan.outcome.higherIsBetter ? 'higher' : 'lower'} is better`,
      Units: plan.outcome.unit,
    },
  });
}

/** The same signal without the day on which it was taken; the time of day stays. EDF+ has a form for that. */
function undated(signal: Uint8Array): Uint8Array {
  const copy = signal.slice();
  const put = (text: string, at: number) => copy.set(Buffer.from(text, 'latin1'), at);
  const identification = Buffer.from(signal.subarray(88, 168)).toString('latin1');
  put(identification.replace(/^Startdate \S+/, 'Startdate X').padEnd(80), 88);
  put('01.01.85', 168);
  return copy;
}

type Taken = { at: number; session: StudySession } | { at: number; measurement: Measurement };

/**
 * The files of a data set. A visit (`ses-`) is a day of the person's own calendar, a `run-` what was played, or measured, on it.
 * @param sounds for the hash of a program its sound's name below `stimuli`
 * @throws for a person of whom there is nothing
 */
export function datasetOf(
  study: Study,
  people: readonly Person[],
  sounds: ReadonlyMap<string, string>,
  madeWith: { name: string; version: string },
): Map<string, string | Uint8Array> {
  const files = new Map<string, string | Uint8Array>();
  const participants: string[] = [];
  for (const person of people) {
    const periods = periodsOf(person);
    const zone = person.sessions[0]?.timeZone ?? 'UTC';
    const taken: Taken[] = [
      ...person.sessions.map((session) => ({ at: Date.parse(session.startedAt), session })),
      ...person.measurements.map((measurement) => ({ at: measurement.startedAt.getTime(), measurement })),
    ].toSorted((a, b) => a.at - b.at);
    const dayOf = (one: Taken) => localDay(one.at, 'session' in one ? one.session.timeZone : zone);
    const [first] = taken;
    if (!first) throw new Error(`${person.label}: no session and no measurement`);
    const moved = Date.parse(dayOf(first)) - FIRST_DAY;
    /** Local time without a zone, moved by whole days. */
    const clock = (one: Taken) => {
      const of = 'session' in one ? one.session.timeZone : zone;
      const time = new Intl.DateTimeFormat('en-GB', {
        ...{ timeZone: of, hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' },
      }).format(one.at);
      const day = new Date(Date.parse(dayOf(one)) - moved).toISOString().slice(0, 10);
      return `${day}T${time}.${String(((one.at % 1000) + 1000) % 1000).padStart(3, '0')}`;
    };
    const visits = [...Map.groupBy(taken, dayOf)].toSorted(([a], [b]) => Date.parse(a) - Date.parse(b));
    const sub = `sub-${person.label}`;
    const visitRows: string[] = [];
    for (const [index, [, ofDay]] of visits.entries()) {
      const ses = `ses-${twoDigits(index + 1)}`;
      const runs = { listening: 0, beat: 0 };
      const scans: string[] = [];
      const keep = (name: string, content: string | Uint8Array, one?: Taken) => {
        files.set(`${sub}/${ses}/${name}`, content);
        if (one) scans.push(tsvLine([name, clock(one)]));
      };
      for (const one of ofDay) {
        if ('session' in one) {
          const stem = `beh/${sub}_${ses}_task-listening_run-${twoDigits(++runs.listening)}`;
          const period = periods.get(one.session.id);
          keep(`${stem}_events.tsv`, eventsOf(one.session, period, sounds));
          keep(`${stem}_beh.tsv`, behaviourOf(one.session, period), one);
          if (period) keep(`${stem}_beh.json`, planOf(period));
          continue;
        }
        const stem = `eeg/${sub}_${ses}_task-beat_run-${twoDigits(++runs.beat)}`;
        for (const [end, bytes] of one.measurement.files) {
          if (end === 'eeg.edf' || end === 'eeg.bdf') keep(`${stem}_${end}`, undated(bytes), one);
          else keep(`${stem}_${end}`, bytes);
        }
      }
      files.set(`${sub}/${ses}/${sub}_${ses}_scans.tsv`, tsvLine(['filename', 'acq_time']) + scans.join(''));
      visitRows.push(tsvLine([ses, clock(ofDay[0] as Taken)]));
    }
    files.set(`${sub}/${sub}_sessions.tsv`, tsvLine(['session_id', 'acq_time']) + visitRows.join(''));
    const age = person.age !== null && person.age >= OLDEST ? `${OLDEST}+` : person.age;
    participants.push(
      tsvLine([sub, age, person.sex, person.sessions.length, person.trials.length, person.measurements.length]),
    );
  }
  files.set(
    'dataset_description.json',
    json({
      Name: study.name,
      BIDSVersion: BIDS_VERSION,
      HEDVersion: HED_VERSION,
      DatasetType: 'raw',
      License: study.license,
      Authors: study.authors,
      EthicsApprovals: study.ethics,
      ...(study.funding ? { Funding: study.funding } : {}),
      GeneratedBy: [{ Name: madeWith.name, Version: madeWith.version }],
    }),
  );
  // Sidecars of sounds are not in the specification yet; its validator takes them for sounds that nobody heard.
  if (sounds.size > 0) files.set('.bidsignore', 'stimuli/*.json\n');
  files.set('LICENSE', study.licenseText);
  files.set(
    'README',
    [
      study.name,
      '',
      study.description,
      '',
      `Everybody in it agreed to the text "${study.consent}".`,
      'A visit (ses-) is a day of the participant; its runs are what was played or measured on it. Dates are moved by whole days, so that each',
      "participant's first day is 1900-01-01; times of day are local. Words that participants wrote are left out.",
      'Sounds below stimuli are as loud as the program says; the volume of the player is logged in the events.',
      '',
    ].join('\n'),
  );
  files.set(
    'participants.tsv',
    tsvLine(['participant_id', 'age', 'sex', 'sessions', 'trials', 'measurements']) + participants.join(''),
  );
  files.set(
    'participants.json',
    json({
      participant_id: { Description: 'The participant' },
      age: { Description: `Age; ${OLDEST}+ for everybody of that age or more`, Units: 'year' },
      sex: { Description: 'Sex as told', Levels: { F: 'female', M: 'male', O: 'other' } },
      sessions: { Description: 'Number of sessions that were listened to' },
      trials: { Description: 'Number of blinded trials' },
      measurements: { Description: 'Number of EEG measurements' },
    }),
  );
  files.set(
    'task-listening_events.json',
    json({ ...eventSidecar, StimulusPresentation: { SoftwareName: madeWith.name, SoftwareVersion: madeWith.version } }),
  );
  files.set(
    'task-listening_beh.json',
    json({
      TaskName: 'listening',
      TaskDescription: 'Listening to a program at home, by headphones, with ratings before and after.',
      ...behaviourColumns,
    }),
  );
  return files;
}
