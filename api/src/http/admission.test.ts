import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import { thrown } from '../testing/thrown.ts';
import { createAdmission, type Rate } from './admission.ts';

describe('how often', () => {
  /** So many are admitted at once. */
  function atOnce(rate: Rate, factor = 1): number {
    const { admit } = createAdmission(factor, () => {});
    for (let n = 0; n < 20_000; n++) {
      try {
        admit(rate, 'somebody');
      } catch {
        return n;
      }
    }
    return 20_000;
  }

  it('each rate has its bucket, as wide as the factor says', () => {
    const close = (is: number, to: number) => assert.ok(is >= to && is <= to * 1.2 + 1, `${is}, not ${to}`);
    for (const [rate, capacity] of Object.entries({
      persisted: 300,
      free: 100,
      embeds: 300,
      download: 10,
      health: 60,
      files: 4_000,
      sockets: 300,
    }))
      close(atOnce(rate as Rate), capacity);
    close(atOnce('download', 4), 40);
    close(atOnce('free', 0.1), 10);
  });

  it('files beyond four hundred follow at two hundred a second, for each address by itself', () => {
    const { admit, wait } = createAdmission(1, () => {});
    const waits = Array.from({ length: 1_000 }, () => wait(admit('files', 'class')));
    assert.ok(waits.slice(0, 400).every((seconds) => seconds === 0));
    for (const [place, seconds] of [
      [401, 0.005],
      [500, 0.5],
      [800, 2],
      [1_000, 2],
    ] as const)
      assert.ok(Math.abs((waits[place - 1] as number) - seconds) < 0.05, `${place}: ${waits[place - 1]} s`);
    assert.equal(wait(admit('files', 'neighbour')), 0);
    for (let n = 0; n < 100; n++) assert.equal(wait(admit('free', 'class')), 0, 'nothing else waits');
    const wide = createAdmission(4, () => {});
    const there = Array.from({ length: 1_700 }, () => wide.wait(wide.admit('files', 'class')));
    assert.equal(there[1_599], 0);
    assert.ok(Math.abs((there[1_699] as number) - 0.125) < 0.02, `${there[1_699]}`);
  });

  it('a refusal says when to come again, and is counted by what was asked for', () => {
    const refused: string[] = [];
    const { admit } = createAdmission(1, (rule) => refused.push(rule));
    const drain = (rate: Rate) => {
      for (let n = 0; n < 1_000; n++) admit(rate, 'somebody');
    };
    const error = thrown(() => drain('download'));
    const { retryAfter, code, http } = error.extensions as { retryAfter: number; code: string; http: unknown };
    assert.equal(code, 'RATE_LIMITED');
    assert.ok(retryAfter >= 4 && retryAfter <= 6 && Number.isInteger(retryAfter), String(retryAfter));
    assert.deepEqual(http, { status: 429, headers: { 'retry-after': String(retryAfter) } });
    assert.equal(error.message, `Too many requests. Try again in ${retryAfter} s.`);
    assert.equal(thrown(() => drain('free')).extensions.retryAfter, 1, 'never less than a second');
    thrown(() => drain('health'));
    thrown(() => drain('persisted'));
    assert.deepEqual(refused, ['rate_download', 'rate_operations', 'rate_health', 'rate_operations']);
    assert.deepEqual(admit('download', 'somebody else'), { subject: 'somebody else', rate: 'download' });
  });

  it('the factor is also how much sooner the next one is let in', () => {
    const waitOf = (factor: number) => {
      const { admit } = createAdmission(factor, () => {});
      const error = thrown(() => {
        for (let n = 0; n < 1_000; n++) admit('download', 'somebody');
      });
      return error.extensions.retryAfter as number;
    };
    assert.ok(waitOf(0.5) >= 9 && waitOf(0.5) <= 12);
    assert.ok(waitOf(3) <= 2);
  });

  it('an answer costs one more for each 64 kB beyond the first', () => {
    const left = (bytes: number) => {
      const { admit, answered } = createAdmission(1, () => {});
      answered(admit('download', 'somebody'), bytes);
      let more = 0;
      try {
        for (; more < 100; more++) admit('download', 'somebody');
      } catch {}
      return more;
    };
    const piece = 64 * 1024;
    assert.deepEqual([0, piece, piece + 1, 3 * piece].map(left), [9, 9, 8, 7]);
    assert.equal(left(1_000 * piece), 0);
  });

  it('what waits for its turn is turned away where the subject owes by then, and nobody else is', () => {
    const refused: string[] = [];
    const { admit, answered, begin } = createAdmission(1, (rule) => refused.push(rule));
    const two = [admit('download', 'somebody'), admit('download', 'somebody')] as const;
    const other = admit('download', 'somebody else');
    begin(two[0]);
    answered(two[0], 9 * 64 * 1024);
    begin(two[1]);
    answered(two[0], 2 * 64 * 1024);
    const { code, retryAfter } = thrown(() => begin(two[1])).extensions;
    assert.deepEqual([code, retryAfter, refused], ['RATE_LIMITED', 6, ['rate_download']]);
    begin(other);
  });
});
