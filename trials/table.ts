import type { TrialDocument } from './document.ts';
import { armAt } from './order.ts';

type Cell = string | number | boolean | null;

/** Columns that every trial has; columns of a measurement's detail follow. */
const FIXED = [
  'trial_id',
  'plan_sha256',
  'head_sha256',
  'periods_planned',
  'stopped_early',
  'period',
  'session_id',
  'started_at',
  'ended_at',
  'heard_seconds',
  'arm',
  'value',
  'beat_chance',
] as const;

/** The recorded periods as rows. `arm` is empty until the order is opened. */
function rows(document: TrialDocument): { names: string[]; rows: Cell[][] } {
  const { plan, planHash, head, periods, reveal } = document;
  const details = [...new Set(periods.flatMap(({ detail }) => Object.keys(detail)))].toSorted();
  return {
    names: [...FIXED, ...details.map((name) => `detail_${name}`)],
    rows: periods.map(({ period, sessionId, startedAt, endedAt, heardSeconds, value, beatChance, detail }) => [
      plan.id,
      planHash,
      head,
      plan.periods,
      reveal === null ? null : reveal.early,
      period,
      sessionId,
      startedAt,
      endedAt,
      heardSeconds,
      reveal === null ? null : armAt(reveal.order, period).toLowerCase(),
      value,
      beatChance,
      ...details.map((name) => {
        const part = detail[name];
        return Array.isArray(part) ? part.join(' ') : ((part as number | string | undefined) ?? null);
      }),
    ]),
  };
}

/** RFC 4180. Text that a spreadsheet would take for a formula gets an apostrophe in front (OWASP, CSV injection). */
export function trialCsv(document: TrialDocument): string {
  const cell = (value: Cell) => {
    if (value === null) return '';
    if (typeof value !== 'string') return String(value);
    const text = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
    return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
  };
  const { names, rows: lines } = rows(document);
  return [names, ...lines].map((line) => `${line.map(cell).join(',')}\r\n`).join('');
}

/**
 * The trial as a BIDS data set with behavioural data (`beh`): paths and texts of its files. The plan is the sidecar of the data; the whole
 * document, with which the trial can be verified, lies under `sourcedata`.
 * @see https://bids-specification.readthedocs.io/en/v1.10.0/modality-specific-files/behavioral-experiments.html
 */
export function trialBids(
  document: TrialDocument,
  madeWith: { name: string; version: string },
): Record<string, string> {
  const { plan, planHash, head, reveal } = document;
  const json = (value: unknown) => `${JSON.stringify(value, null, 2)}\n`;
  const cell = (value: Cell) => (value === null ? 'n/a' : String(value).replaceAll(/[\t\r\n]/g, ' '));
  const { names, rows: lines } = rows(document);
  const start = 'sub-01/beh/sub-01_task-trial_beh';
  const stopped = reveal?.early ? ` Stopped early at ${reveal.afterPeriods} of ${plan.periods} periods.` : '';
  return {
    'dataset_description.json': json({
      Name: `Blinded trial of one person: ${plan.protocol.title}`,
      BIDSVersion: '1.10.0',
      DatasetType: 'raw',
      License: 'n/a',
      Authors: ['The participant'],
      GeneratedBy: [{ Name: madeWith.name, Version: madeWith.version }],
    }),
    README: [
      `A randomised trial of one person, ${plan.periods} periods, blinded: a program with its beat against the same without it.${stopped}`,
      `The plan was fixed before the first period; SHA-256 of its RFC 8785 JSON: ${planHash}`,
      `Hash of plan, records and opened order: ${head}`,
      'sourcedata/trial.json holds the whole trial; `npm run verify-trial -- sourcedata/trial.json` checks it.',
      '',
    ].join('\n'),
    'participants.tsv': 'participant_id\nsub-01\n',
    'participants.json': json({ participant_id: { Description: 'The one participant' } }),
    [`${start}.tsv`]: [names, ...lines].map((line) => `${line.map(cell).join('\t')}\n`).join(''),
    [`${start}.json`]: json({
      TaskName: 'trial',
      TaskDescription: `After each session: ${plan.outcome.id}, in ${plan.outcome.unit}.`,
      Plan: plan,
      PlanSHA256: planHash,
      HeadSHA256: head,
      Answer: document.answer ?? 'n/a',
      trial_id: { Description: 'UUID of the trial' },
      plan_sha256: { Description: 'SHA-256 of the plan as RFC 8785 JSON' },
      head_sha256: { Description: 'Hash of plan, records and opened order' },
      periods_planned: { Description: 'Number of periods of the plan' },
      stopped_early: { Description: 'Whether the order was opened before all periods were recorded' },
      period: { Description: 'Number of the period, from 1' },
      session_id: { Description: 'UUID of the session that was heard' },
      started_at: { Description: 'Beginning of the session, ISO 8601, UTC' },
      ended_at: { Description: 'End of the period with its measurement, ISO 8601, UTC' },
      heard_seconds: { Description: 'Time heard', Units: 's' },
      arm: {
        Description: 'What the period played',
        Levels: { beat: 'The program', control: 'The same program without its beat' },
      },
      value: {
        Description: `${plan.outcome.id}; ${plan.outcome.higherIsBetter ? 'higher' : 'lower'} is better`,
        Units: plan.outcome.unit,
      },
      beat_chance: { Description: 'Chance that the participant gave to the beat before knowing, 0 to 1' },
      ...Object.fromEntries(
        names.slice(FIXED.length).map((name) => [name, { Description: 'How the value was measured' }]),
      ),
    }),
    'sourcedata/trial.json': json(document),
  };
}
