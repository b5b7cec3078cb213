import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { documentOf, type TrialDocument } from '@nes/trials/document.ts';
import { planOf } from '@nes/trials/testing/plan.ts';
import { afterAll, test } from 'vitest';

const folder = mkdtempSync(join(tmpdir(), 'nes-verify-'));
afterAll(() => rmSync(folder, { recursive: true }));

const opening = { salt: '5'.repeat(64), order: 'BCCBBCCB' };
const day = (index: number, hour: string) => `2026-03-${String(index + 2).padStart(2, '0')}T${hour}:00:00.000Z`;

async function trial(periods: number): Promise<TrialDocument> {
  return documentOf(
    await planOf(opening),
    Array.from({ length: periods }, (_, index) => ({
      period: index + 1,
      sessionId: null,
      startedAt: day(index, '08'),
      endedAt: day(index, '09'),
      heardSeconds: 600,
      value: (index * 5) % 7,
      detail: {},
      beatChance: 0.6,
    })),
    { ...opening, at: '2026-03-20T08:00:00.000Z', afterPeriods: periods, early: periods < 8 },
  );
}

function run(...flags: string[]) {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [resolve(import.meta.dirname, 'verify-trial.ts'), ...flags],
    { encoding: 'utf8', cwd: folder },
  );
  return { status, stdout, stderr };
}

test('a trial that holds ends with 0, and a stop before the end is said', async () => {
  writeFileSync(join(folder, 'whole.json'), JSON.stringify(await trial(8)));
  const whole = run('whole.json');
  assert.deepEqual([whole.status, whole.stderr], [0, '']);
  assert.match(whole.stdout, /All 8 periods, opened at the planned end\.[\s\S]*The trial holds\./);
  writeFileSync(join(folder, 'early.json'), JSON.stringify(await trial(5)));
  assert.match(run('early.json').stdout, /Stopped early at 5 of 8 periods\.[\s\S]*The trial holds\./);
});

test('a changed value ends with 1 and is named; hashes made anew are found by the known one', async () => {
  const changed = await trial(8);
  (changed.periods[2] as { value: number }).value = 9;
  writeFileSync(join(folder, 'changed.json'), JSON.stringify(changed));
  const found = run('changed.json');
  assert.equal(found.status, 1);
  assert.match(found.stdout, /FAULT Period 3, or what stands before it, was changed\./);
  const { head, planHash } = await trial(8);
  assert.equal(run('whole.json', '--plan', planHash, '--head', head).status, 0);
  assert.match(run('whole.json', '--head', planHash).stdout, /FAULT The records are not those whose hash was known/);
});

test('what is no trial, no file or no hash is said in a sentence', () => {
  writeFileSync(join(folder, 'other.json'), '{"format": "nes"}');
  writeFileSync(join(folder, 'broken.json'), '{');
  assert.match(run('other.json').stdout, /FAULT It is no trial: "format" must be "nes-trial"/);
  assert.match(run('broken.json').stderr, /^broken\.json: /);
  assert.match(run('none.json').stderr, /none\.json: there is no such file/);
  assert.deepEqual([run().status, run('whole.json', '--head', 'x').status], [2, 2]);
});
