import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { templates as de } from './de.ts';
import { templates as es } from './es.ts';
import { templates as fr } from './fr.ts';

const built = { de, es, fr };

for (const [language, templates] of Object.entries(built)) {
  test(`${language}: every string of the application is translated, and built`, () => {
    const file = readFileSync(new URL(`./xliff/${language}.xlf`, import.meta.url), 'utf8');
    const units = [...file.matchAll(/<trans-unit id="([^"]+)">(.*?)<\/trans-unit>/gs)];
    assert.ok(units.length > 500, `only ${units.length} strings were found`);
    const missing = units.filter(([, , body]) => !/<target>\s*\S/.test(body ?? '')).map(([, id]) => id);
    assert.deepEqual(missing, []);
    assert.deepEqual(Object.keys(templates).sort(), units.map(([, id]) => id).sort());
  });

  test(`${language}: no translation loses or adds a value`, () => {
    const file = readFileSync(new URL(`./xliff/${language}.xlf`, import.meta.url), 'utf8');
    for (const [, id, body] of file.matchAll(/<trans-unit id="([^"]+)">(.*?)<\/trans-unit>/gs)) {
      const values = (tag: string): string[] =>
        [...(new RegExp(`<${tag}>(.*?)</${tag}>`, 's').exec(body ?? '')?.[1] ?? '').matchAll(/<x id="(\d+)"/g)]
          .map((match) => match[1] ?? '')
          .sort();
      assert.deepEqual(values('target'), values('source'), id);
    }
  });
}
