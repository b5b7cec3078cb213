import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import { checkProgram } from './check.ts';
import { placeByClock, secondOfDay } from './clock.ts';
import { passAt } from './values.ts';

const program = checkProgram({
  durationSeconds: 86_400,
  loop: 0,
  startClockSeconds: 22.5 * 3600,
  voices: [{ kind: 'BINAURAL', keyframes: [{ at: 0, carrier: 120, beat: 2.5, level: 0.2 }] }],
});

/** The wall clock by another way: the text that the zone's locale prints. */
function wall(epochMs: number, timeZone: string): number {
  const [hours = 0, minutes = 0, seconds = 0] = new Date(epochMs)
    .toLocaleTimeString('sv-SE', { timeZone })
    .split(':')
    .map(Number);
  return hours * 3600 + minutes * 60 + seconds + (epochMs % 1000) / 1000;
}

describe('by the clock', () => {
  it('is right at 200 times of a year in four zones', () => {
    let state = 5;
    const random = () => {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
      return state / 2 ** 32;
    };
    const year = Date.UTC(2026, 0, 1);
    for (const zone of ['Europe/Berlin', 'America/New_York', 'Australia/Lord_Howe', 'Asia/Kolkata']) {
      for (let turn = 0; turn < 50; turn++) {
        const now = Math.floor(year + random() * 365 * 86_400_000);
        const place = placeByClock(program, now, zone);
        assert.ok(place !== null);
        assert.ok(
          Math.abs(((place + 22.5 * 3600) % 86_400) - wall(now, zone)) < 0.05,
          `${zone} ${new Date(now).toISOString()}`,
        );
      }
    }
  });

  it('is right around every change of summer time', () => {
    // By how much a zone changes, and when, is the wall clock's to say: half an hour on Lord Howe.
    for (const [zone, ...days] of [
      ['Europe/Berlin', '2026-03-29', '2026-10-25'],
      ['America/New_York', '2026-03-08', '2026-11-01'],
      ['Australia/Lord_Howe', '2026-04-05', '2026-10-04'],
    ] as const) {
      for (const day of days) {
        const middle = Date.parse(`${day}T00:00:00Z`);
        const differences = new Set<number>();
        // Every seven minutes and a little from fourteen hours before that day's midnight in London to fourteen after it.
        for (let now = middle - 14 * 3_600_000; now < middle + 14 * 3_600_000; now += 421_337) {
          const place = placeByClock(program, now, zone);
          assert.ok(place !== null);
          const wanted = wall(now, zone);
          assert.ok(
            Math.abs(((place + 22.5 * 3600) % 86_400) - wanted) < 0.05,
            `${zone} ${new Date(now).toISOString()}`,
          );
          differences.add(Math.round((((wanted - now / 1000) % 86_400) + 86_400) % 86_400));
        }
        assert.ok(differences.size > 1, `${zone} changes on ${day}`);
      }
    }
  });

  it('skips and repeats an hour where summer time begins and ends', () => {
    for (const [before, step] of [
      [Date.UTC(2026, 2, 29, 0, 59, 59), 3600 + 2],
      [Date.UTC(2026, 9, 25, 0, 59, 59), 2 - 3600],
    ] as const) {
      const [first, second] = [before, before + 2000].map((now) => placeByClock(program, now, 'Europe/Berlin'));
      assert.ok(first !== null && second !== null && first !== undefined && second !== undefined);
      assert.equal(second - first, step);
      // What is due at 06:30 comes at 06:30.
      const wake = before + (step > 0 ? 5.5 - 2 : 5.5 - 1) * 3_600_000 + 1000 - (step > 0 ? 0 : 0);
      const at = placeByClock(program, wake, 'Europe/Berlin');
      assert.equal(at, (secondOfDay(wake, 'Europe/Berlin') - 22.5 * 3600 + 86_400) % 86_400);
    }
  });

  it('goes on into the pass that is nearest', () => {
    const now = Date.UTC(2026, 5, 1, 20, 40, 0);
    const place = placeByClock(program, now, 'UTC', 86_400 * 3 - 60);
    assert.equal(place, 2 * 86_400 + (20 * 3600 + 40 * 60 - 22.5 * 3600 + 86_400));
    assert.equal(passAt(program, place ?? 0).pass, 2);
  });

  it('has no place outside of a program that does not last the day', () => {
    const night = { ...program, durationSeconds: 8.25 * 3600, loop: 1 };
    assert.equal(placeByClock(night, Date.UTC(2026, 5, 1, 23, 30), 'UTC'), 3600);
    assert.equal(placeByClock(night, Date.UTC(2026, 5, 1, 12, 0), 'UTC'), null);
    assert.equal(placeByClock({ ...night, startClockSeconds: undefined } as never, 0, 'UTC'), null);
  });
});
