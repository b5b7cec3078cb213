import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'vitest';
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

  test(`${language}: no translation shows the characters < > & as they are written in XML`, () => {
    // The builder leaves them escaped in strings with values, and Lit shows strings as they are.
    const file = readFileSync(new URL(`./${language}.ts`, import.meta.url), 'utf8');
    assert.deepEqual(file.match(/.*&(?:lt|gt|amp|quot|apos);.*/g) ?? [], []);
  });
}

/** The translated texts of a language, without what is put into them. */
function textsIn(language: string): string[] {
  const file = readFileSync(new URL(`./xliff/${language}.xlf`, import.meta.url), 'utf8');
  return [...file.matchAll(/<target>(.*?)<\/target>/gs)].map(([, target = '']) =>
    target
      .replace(/<x [^>]*\/>/g, '\u25cb')
      .replaceAll('&lt;', '<')
      .replaceAll('&gt;', '>')
      .replaceAll('&quot;', '"')
      .replaceAll('&amp;', '&'),
  );
}

function holds(language: string, broken: RegExp, rule: string): void {
  assert.deepEqual(
    textsIn(language).filter((text) => broken.test(text)),
    [],
    rule,
  );
}

test('French has a narrow no-break space before high punctuation and inside its quotation marks', () => {
  holds('fr', /[^\u202f][;?!»](?!\w)|[^\u202f\w]:(?=\s|$)|(?<=\p{L}):(?=\s|$)|«[^\u202f]/u, 'narrow spaces (docs/LANGUAGE.md)');
});

test('everybody is spoken to as one person who is known: du, tu, tú', () => {
  holds('de', /(?<!\p{L})(Ihnen|Ihr Konto|Ihrem|Öffnen Sie|Wählen Sie|Geben Sie)(?!\p{L})/u, 'du');
  holds('fr', /(?<!\p{L})(vous|votre|vos|vôtres?)(?!\p{L})/iu, 'tu');
  holds('fr', /(?<!\p{L})(?!(?:assez|chez|nez|perez|lópez)(?!\p{L}))\p{L}+ez(?!\p{L})/iu, 'tu, in what is asked for, too');
  holds('es', /(?<!\p{L})(usted|ustedes)(?!\p{L})/iu, 'tú');
});

test('apostrophes are those of print, and an ellipsis follows its word', () => {
  for (const language of ['de', 'fr', 'es']) holds(language, /\p{L}'\p{L}/u, '’ (docs/LANGUAGE.md)');
  for (const language of ['fr', 'es']) holds(language, /\p{L}\p{Zs}\.\.\.$|\p{L}\p{Zs}\u2026$/u, 'no space');
});

test('words are those of the glossary', () => {
  holds('de', /(?<!\p{L})(abgezweigt|abzweig|ungesichert|gesichert|beweislage)|als \S+ sichern/iu, 'Kopie, speichern, Belege');
  holds('fr', /(?<!\p{L})(enceintes|dérivé|calibr?ation|étalonnage)(?!\p{L})/iu, 'haut-parleurs, copie, calibrage');
  holds('es', /(?<!\p{L})(monaural|salir|derivad[oa]|quien dirige|pulso del programa)(?!\p{L})/iu, 'monoaural, cerrar sesión, copia, anfitrión, batido');
});

test.each(Object.keys(built))('%s: no two long texts are told by one, and none says much less than the English', (language) => {
  const file = readFileSync(new URL(`./xliff/${language}.xlf`, import.meta.url), 'utf8');
  const told = new Map<string, string>();
  for (const [, source = '', target = ''] of file.matchAll(/<source>(.*?)<\/source>\s*<target>(.*?)<\/target>/gs)) {
    if (source.length < 60) continue;
    assert.equal(told.get(target) ?? source, source, 'the same text for another');
    told.set(target, source);
    assert.ok(target.length > 0.6 * source.length, `${source}: ${target}`);
  }
});
