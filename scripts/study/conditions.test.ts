/** What PsychoPy makes of our tables, by the rules of its loader (psychopy/data/utils.py, importConditions). */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, test } from 'vitest';
import { conditionsCsv } from './conditions.ts';

const folder = mkdtempSync(join(tmpdir(), 'nes-conditions-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** As its loader has it: the first pair of separator and point that can be read, names that are variables, then what it does to each cell. */
function importConditions(csv: string): Record<string, unknown>[] {
  const lines = csv
    .replace(/^\uFEFF/, '')
    .trimEnd()
    .split(/\r?\n/);
  const cells = (line: string) =>
    [...line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g)].map(
      ([, quoted, plain]) => quoted?.replaceAll('""', '"') ?? plain ?? '',
    );
  const [head = [], ...rows] = lines.map(cells);
  assert.equal(new Set(head).size, head.length, 'names are unique');
  for (const name of head)
    assert.ok(/^[^\d\W]\w*$/.test(name), `"${name}" begins with a letter and has no punctuation`);
  return rows.map((row) => {
    assert.equal(row.length, head.length);
    return Object.fromEntries(
      row.map((text, index) => {
        const value = Number(text.replaceAll(',', '.'));
        assert.ok(!/^\[.*\]$/s.test(text), 'nothing is evaluated');
        return [head[index], text.trim() !== '' && !Number.isNaN(value) ? value : text.replaceAll('\\n', '\n')];
      }),
    );
  });
}

test('each cell arrives as it was meant: texts with separators and quotes, numbers with points', () => {
  const rows = [
    { arm: 'beat', sound_file: 'a, b; "c"/stim-x_audio.wav', sound_seconds: 0.1 + 0.2, session: 1 },
    { arm: 'control', sound_file: '../über/stim-y_audio.wav', sound_seconds: 1e-7, session: 12 },
  ];
  assert.deepEqual(importConditions(conditionsCsv(rows)), rows);
});

test('what the loader would run, or read as something else, is refused', () => {
  const texts = [
    '[__import__("os").system("x")]',
    '[1]',
    '1,5',
    ' 7 ',
    '1e5',
    '1_000',
    '.5',
    '-3',
    'nan',
    'Infinity',
    '-inf',
    'NA',
    'None',
    'null',
    '',
    'a\\name',
    'a\nb',
  ];
  for (const text of texts) assert.throws(() => conditionsCsv([{ a: 'x', b: text }]), RangeError, text);
  for (const value of [Number.NaN, Number.POSITIVE_INFINITY])
    assert.throws(() => conditionsCsv([{ a: 'x', b: value }]), RangeError);
  for (const name of ['1st', 'sound file', 'sound.file', 'a,b', ''])
    assert.throws(() => conditionsCsv([{ a: 'x', [name]: 'y' }]), RangeError, name);
  // With one column the loader takes a comma in its name for a separator it did not know.
  assert.throws(() => conditionsCsv([{ a: 'x' }]), /two columns/);
});

const stimulus = (...args: string[]) =>
  spawnSync(process.execPath, [resolve(import.meta.dirname, '../stimulus.ts'), ...args], { encoding: 'utf8' });
const program = (title: string, carrier: number) =>
  JSON.stringify({
    title,
    durationSeconds: 2,
    voices: [{ kind: 'BINAURAL', keyframes: [{ at: 0, carrier, beat: 6, level: 0.3 }] }],
  });

test('the command writes a table whose paths lead to the sounds, of files and of a study', () => {
  const study = join(folder, 'study');
  mkdirSync(study);
  writeFileSync(join(study, 'own.json'), program('Own, [quoted] "title"', 210));
  writeFileSync(join(folder, 'other.json'), program('1e5', 300));
  writeFileSync(
    join(study, 'study.json'),
    JSON.stringify({
      name: 'x',
      authors: ['A'],
      license: 'CC0-1.0',
      licenseText: 'l.txt',
      description: 'x'.repeat(150),
      ethics: ['x'],
      consent: 'x',
      stimuli: ['own.json'],
    }),
  );
  const table = join(folder, 'experiment', 'conditions.csv');
  const out = join(folder, 'data, set');
  const made = stimulus(
    study,
    join(folder, 'other.json'),
    out,
    '--rate',
    '8000',
    '--bits',
    '16',
    '--conditions',
    table,
  );
  assert.equal(made.status, 0, made.stderr);
  const hashes = made.stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line).sha256 as string);
  const rows = importConditions(readFileSync(table, 'utf8'));
  assert.deepEqual(
    rows.map(({ stimulus, sound_seconds, sample_rate }) => [stimulus, sound_seconds, sample_rate]),
    [
      ['stim-Ownquotedtitle', 2, 8000],
      ['stim-1e5', 2, 8000],
    ],
  );
  for (const [index, { sound_file }] of rows.entries()) {
    const bytes = readFileSync(resolve(folder, 'experiment', String(sound_file)));
    assert.equal(createHash('sha256').update(bytes).digest('hex'), hashes[index]);
    assert.equal(bytes.length, 44 + 2 * 8000 * 4);
  }
});

test('the command refuses another ending, and two sounds of one name', () => {
  const one = join(folder, 'other.json');
  const wrong = stimulus(one, join(folder, 'o'), '--conditions', 'table.xls');
  assert.equal(wrong.status, 2);
  assert.match(wrong.stderr, /\.csv/);
  const twice = stimulus(one, one, join(folder, 'o'));
  assert.equal(twice.status, 1);
  assert.match(twice.stderr, /two of these programs would be stim-1e5_audio\.wav/);
});
