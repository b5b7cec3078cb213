import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { describe, test } from 'vitest';
import { BIBLIOGRAPHY } from './bibliography.ts';
import { labelFault, readLibrary, THIS_SOUND } from './library.ts';

const entries = readLibrary();
const originals = entries.filter((entry) => entry.controlOf === null);

describe('sources', () => {
  /** Works of which no DOI or PubMed number was found in the comparison with the literature of November 2026. */
  const WITHOUT_LINK = ['herdman-2002', 'moniz-lewis-2020', 'pratt-2010', 'schwarz-2005'];

  for (const [key, source] of Object.entries(BIBLIOGRAPHY)) {
    test(key, () => {
      assert.match(key, /^[a-z-]+-\d{4}(-[a-z]+)?$/);
      assert.ok(key.includes(String(source.year)));
      assert.equal(!source.url && !source.pmid, WITHOUT_LINK.includes(key), 'a link, or none known');
      if (source.url) {
        assert.match(
          source.url,
          /^https:\/\/(doi\.org\/10\.\d{4,}\/\S+|pmc\.ncbi\.nlm\.nih\.gov\/articles\/PMC\d+\/)$/,
        );
      }
      if (source.pmid) assert.match(source.pmid, /^\d{7,8}$/);
      assert.ok(source.participants, 'says who was studied');
      assert.match(source.readOn, /^20\d\d-\d\d-\d\d$/);
      assert.ok(source.finding.endsWith('.') && !/[.!?]\s+[A-Z]/.test(source.finding), 'one sentence');
    });
  }

  test('a paper stands in it once', () => {
    const titles = Object.values(BIBLIOGRAPHY).map((source) => source.title);
    assert.equal(new Set(titles).size, titles.length);
    const links = Object.values(BIBLIOGRAPHY).flatMap((source) => source.url ?? source.pmid ?? []);
    assert.equal(new Set(links).size, links.length);
  });
});

describe('labels', () => {
  test('each says what its studies say, and cites them', () => {
    for (const entry of entries) {
      for (const label of entry.labels) {
        assert.equal(labelFault(label), null, `${entry.slug}, ${label.of}`);
        for (const key of [...label.for, ...label.against]) {
          assert.ok(BIBLIOGRAPHY[key] && entry.sources.includes(BIBLIOGRAPHY[key]), `${entry.slug} cites ${key}`);
        }
      }
    }
  });

  test('the first label of a sound that is rated is its own, and only the sound’s', () => {
    for (const entry of originals) {
      const sound = entry.labels.filter((label) => label.of === THIS_SOUND);
      if (entry.evidence === 'UNRATED' || entry.evidence === 'CONTROL') assert.equal(sound.length, 0, entry.slug);
      else
        assert.deepEqual(
          [sound.length, sound[0]?.evidence, entry.labels[0]],
          [1, entry.evidence, sound[0]],
          entry.slug,
        );
    }
  });

  test('the rule refuses a label that its studies do not carry', () => {
    const label = (evidence: 'PROMISING' | 'MIXED' | 'UNSUPPORTED', yes: string[], no: string[]) =>
      labelFault({ of: THIS_SOUND, evidence, for: yes, against: no });
    assert.match(label('MIXED', ['reedijk-2013'], []) ?? '', /two studies/);
    assert.match(label('MIXED', [], ['leistiko-2023', 'bang-2019']) ?? '', /two studies/);
    assert.match(label('PROMISING', ['balban-2023', 'reedijk-2013', 'reedijk-2013'], []) ?? '', /three studies/);
    assert.match(label('PROMISING', ['laborde-2022'], ['fincham-2023-pace']) ?? '', /against/);
    assert.match(label('UNSUPPORTED', ['reedijk-2013'], ['leistiko-2023']) ?? '', /MIXED/);
    assert.equal(label('MIXED', ['reedijk-2013'], ['leistiko-2023']), null);
  });
});

test('“no studies” is only said with the search that was made', () => {
  const search = /\bsearch\b[^.]*EVIDENCE\.md|EVIDENCE\.md/;
  for (const entry of entries) {
    for (const text of [entry.summary, entry.description, entry.whatIsKnown]) {
      assert.doesNotMatch(text, /\bwe know of no\b|\bthere are no studies\b/i, entry.slug);
      if (/\bno (controlled )?stud(y|ies)\b.*\b(found|exist)/i.test(text) || /has not been studied/i.test(text)) {
        assert.match(text, search, entry.slug);
      }
    }
  }
  const evidence = readFileSync(new URL('../../docs/EVIDENCE.md', import.meta.url), 'utf8');
  assert.match(evidence, /## What was searched/);
  // In the application, too.
  const web = new URL('../../web/src/', import.meta.url);
  for (const name of readdirSync(web, { recursive: true, encoding: 'utf8' })) {
    if (!name.endsWith('.ts') || name.startsWith('locales') || name.includes('generated')) continue;
    const text = readFileSync(new URL(name, web), 'utf8');
    assert.doesNotMatch(text, /\bwe know of no\b|\bthere are no studies\b/i, name);
  }
});
