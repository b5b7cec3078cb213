import assert from 'node:assert/strict';
import { checkProgram } from '@nes/program/check.ts';
import { test } from 'vitest';
import type { EventKind, LogEvent } from '../session/log.ts';
import { bandsHeard, stretchesHeard } from './local-bands.ts';

const event = (kind: EventKind, second: number, positionSeconds: number): LogEvent => ({
  id: `${kind}${second}`,
  kind,
  occurredAt: new Date(Date.UTC(2026, 10, 30, 20) + second * 1000).toISOString(),
  positionSeconds,
  sent: true,
});

/** Alpha for a minute, then theta. */
const program = checkProgram({
  durationSeconds: 120,
  voices: [
    {
      kind: 'BINAURAL',
      keyframes: [
        { at: 0, carrier: 200, beat: 10, level: 0.5 },
        { at: 60, carrier: 200, beat: 10, level: 0.5 },
        { at: 60, carrier: 200, beat: 6, level: 0.5 },
        { at: 120, carrier: 200, beat: 6, level: 0.5 },
      ],
    },
  ],
});

const log = [
  event('STARTED', 0, 0),
  event('VOLUME_CHANGED', 10, 10),
  event('SEEKED', 30, 50),
  event('PAUSED', 50, 70),
  event('RESUMED', 100, 70),
  event('STOPPED', 110, 80),
];

test('a log says which seconds of the program were heard, whatever was skipped or waited for', () => {
  assert.deepEqual(stretchesHeard(log), [
    [0, 10],
    [10, 30],
    [50, 70],
    [70, 80],
  ]);
  assert.deepEqual(stretchesHeard([]), []);
});

test('a session is in the bands as soon as it is on this device', () => {
  const { alpha, theta, delta } = bandsHeard([{ events: log, program }]);
  assert.ok(Math.abs(alpha - 40) < 0.01, `${alpha}`);
  assert.ok(Math.abs(theta - 20) < 0.01, `${theta}`);
  assert.equal(delta, 0);
});
