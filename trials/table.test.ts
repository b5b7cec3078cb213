import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { beforeAll, test } from 'vitest';
import { documentOf, type TrialDocument } from './document.ts';
import { trialBids, trialCsv } from './table.ts';
import { planOf } from './testing/plan.ts';
import { verify } from './verify.ts';

const opening = { salt: '5'.repeat(64), order: 'BCCBBCCB' };
let open: TrialDocument;
let closed: TrialDocument;

beforeAll(async () => {
  const plan = await planOf(opening, {
    protocol: { revisionId: '', title: 'Own, "loud" program' },
    outcome: { id: 'pvt-speed', unit: '1/s', higherIsBetter: true, settings: { lapseMs: 355 } },
  });
  const records = Array.from({ length: 8 }, (_, index) => ({
    period: index + 1,
    sessionId: null,
    startedAt: `2026-03-0${index + 2}T08:00:00.000Z`,
    endedAt: `2026-03-0${index + 2}T09:00:00.000Z`,
    heardSeconds: 600,
    value: index === 3 ? null : (index * 5) % 7,
    detail: { input: '=mouse', reactionMs: [310, 290.5] },
    beatChance: 0.6,
  }));
  const reveal = { ...opening, at: '2026-03-20T08:00:00.000Z', afterPeriods: 8, early: false };
  open = await documentOf(plan, records, reveal);
  closed = await documentOf(plan, records, null);
});

test('CSV: one line a period, with plan and head; nothing that a spreadsheet would run', () => {
  const lines = trialCsv(open).trimEnd().split('\r\n');
  assert.equal(lines.length, 9);
  const names = lines[0]?.split(',') ?? [];
  const cells = lines[4]?.split(',') ?? [];
  assert.deepEqual(
    Object.fromEntries(
      ['plan_sha256', 'head_sha256', 'period', 'arm', 'value', 'stopped_early'].map((name) => [
        name,
        cells[names.indexOf(name)],
      ]),
    ),
    { plan_sha256: open.planHash, head_sha256: open.head, period: '4', arm: 'beat', value: '', stopped_early: 'false' },
  );
  assert.equal(cells[names.indexOf('detail_input')], "'=mouse");
  assert.equal(cells[names.indexOf('detail_reactionMs')], '310 290.5');
});

test('before the end no file tells the order, and both arms give files of the same size', async () => {
  const files = { csv: trialCsv(closed), ...trialBids(closed, { name: 'n', version: '1' }) };
  for (const [name, text] of Object.entries(files)) {
    assert.ok(!text.includes(opening.order) && !text.includes(opening.salt), name);
    if (name.endsWith('.tsv') || name === 'csv') assert.doesNotMatch(text, /[,\t](?:beat|control)[,\t]/, name);
  }
});

test('BIDS: each column is described, nothing is empty, and the trial in it can be verified', async () => {
  const files = trialBids(open, { name: 'n', version: '1' });
  const table = (files['sub-01/beh/sub-01_task-trial_beh.tsv'] as string).trimEnd().split('\n');
  const sidecar = JSON.parse(files['sub-01/beh/sub-01_task-trial_beh.json'] as string);
  const names = table[0]?.split('\t') ?? [];
  for (const name of names) assert.ok(sidecar[name]?.Description, name);
  for (const line of table)
    assert.ok(line.split('\t').every((cell) => cell !== '') && line.split('\t').length === names.length);
  assert.deepEqual(sidecar.Plan, open.plan);
  const kept = JSON.parse(files['sourcedata/trial.json'] as string);
  assert.deepEqual((await verify(kept, { planHash: open.planHash, head: open.head })).faults, []);
});

/** The validator of the BIDS project is 200 MB of packages; the test asks it where somebody has put it (`npm install --no-save bids-validator@1`). */
function validator(): string | null {
  try {
    const main = createRequire(import.meta.url).resolve('bids-validator');
    return join(main.slice(0, main.lastIndexOf('bids-validator') + 'bids-validator'.length), 'bin', 'bids-validator');
  } catch {
    return null;
  }
}

test.skipIf(validator() === null)('bids-validator, where it is installed, finds no error', () => {
  const folder = mkdtempSync(join(tmpdir(), 'nes-bids-'));
  try {
    for (const document of [open, closed]) {
      for (const [path, text] of Object.entries(
        trialBids(document, { name: 'Neural Entrainment System', version: '0.1.0' }),
      )) {
        mkdirSync(dirname(join(folder, path)), { recursive: true });
        writeFileSync(join(folder, path), text);
      }
      const { stdout } = spawnSync(process.execPath, [validator() as string, folder, '--json'], { encoding: 'utf8' });
      assert.deepEqual(JSON.parse(stdout.slice(stdout.indexOf('{'))).issues.errors, []);
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
});
