import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'vitest';
import { DATA_KINDS, DATA_MAP } from './data-map.ts';

const root = new URL('../', import.meta.url);
const schema = readFileSync(new URL('prisma/schema.prisma', root), 'utf8');

/** Tables and columns of the schema, by their names in the database. */
function tables(): Map<string, string[]> {
  const models = [...schema.matchAll(/^model (\w+) \{(.*?)^\}/gms)];
  const names = new Set(models.map((model) => model[1]));
  return new Map(
    models.map(([, , body = '']) => {
      const columns = body.split('\n').flatMap((text) => {
        const line = text.replace(/\/\/.*/, '').trim();
        const [, field, type] = /^(\w+)\s+(\w+)/.exec(line) ?? [];
        // A relation is no column.
        return field && type && !names.has(type) ? [/[^@]@map\("(\w+)"\)/.exec(line)?.[1] ?? field] : [];
      });
      return [/@@map\("(\w+)"\)/.exec(body)?.[1] ?? '', columns];
    }),
  );
}

test('every table and column of the schema has a purpose, a lifetime, and people who see it', () => {
  const found = tables();
  assert.ok(found.size >= 15 && found.get('screenings')?.includes('photosensitivity'));
  for (const [table, columns] of found) {
    assert.deepEqual(DATA_MAP[table]?.columns.split(' ').sort(), [...columns].sort(), `${table} in prisma/data-map.ts`);
  }
  assert.deepEqual(Object.keys(DATA_MAP).sort(), [...found.keys()].sort());
});

test('answers to the safety questions are data concerning health, in a table of their own', () => {
  const health = Object.entries(DATA_MAP).filter(([, { kind }]) => DATA_KINDS[kind].health);
  assert.deepEqual(
    health.map(([table]) => table),
    ['screenings'],
  );
  const names = /seizure|pregnan|psychos|head_injury|migraine|heart|lungs|panic|sedative|hearing|diagnos|illness/;
  for (const [table, { kind, columns }] of Object.entries(DATA_MAP)) {
    for (const column of columns.split(' ')) {
      assert.ok(!names.test(column) || DATA_KINDS[kind].health, `${table}.${column} is a health column`);
    }
  }
});

test('docs/PRIVACY.md and the privacy page name every kind', () => {
  const docs = readFileSync(new URL('docs/PRIVACY.md', root), 'utf8');
  const page = readFileSync(new URL('web/src/app/privacy/privacy-page.ts', root), 'utf8');
  for (const [kind, facts] of Object.entries(DATA_KINDS)) {
    const mine = Object.entries(DATA_MAP).filter(([, table]) => table.kind === kind);
    const line = docs.split('\n').find((text) => text.startsWith(`| ${kind} |`));
    assert.ok(line, `docs/PRIVACY.md has a row "${kind}"`);
    for (const [table] of mine) assert.ok(line.includes(`\`${table}\``), `${kind}: ${table}`);
    for (const text of [facts.purpose, facts.lifetime, facts.seenBy])
      assert.ok(line.includes(text), `${kind}: ${text}`);
    assert.match(page, new RegExp(`^    ${kind}: \\[`, 'm'), `the page names ${kind}`);
  }
});
