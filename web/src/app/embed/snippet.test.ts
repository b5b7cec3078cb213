import assert from 'node:assert/strict';
import { test } from 'vitest';
import { firstChoice, frameOf, policyOf, snippetOf } from './snippet.ts';

const module = { address: 'https://nes.example/embed/v1.0.0/nes.js', integrity: 'sha384-abc' };

test('what is as by default is not written, the module is pinned', () => {
  assert.equal(
    snippetOf(firstChoice, module),
    '<script type="module" src="https://nes.example/embed/v1.0.0/nes.js"\n  integrity="sha384-abc" crossorigin="anonymous"></script>\n<nes-player protocol="focus"></nes-player>',
  );
  assert.doesNotMatch(snippetOf(firstChoice, { ...module, integrity: '' }), /integrity/);
});

test('what was typed cannot leave its attribute', () => {
  const snippet = snippetOf({ ...firstChoice, heading: '"><script>alert(1)</script>' }, module);
  assert.equal(snippet.match(/<script/g)?.length, 1);
  assert.match(snippet, /heading="&quot;&gt;&lt;script&gt;/);
});

test('only what the element knows is written', () => {
  const choice = { ...firstChoice, visuals: false, simultaneous: true, search: true, category: 'SLEEP', height: 200 };
  assert.match(snippetOf(choice, module), /<nes-player protocol="focus" visuals="off" simultaneous>/);
  assert.match(snippetOf(choice, module), /<style>nes-player \{ --nes-height: 200px; \}<\/style>/);
  assert.match(
    snippetOf({ ...choice, element: 'nes-protocol-list' }, module),
    /<nes-protocol-list category="SLEEP" search>/,
  );
  assert.match(snippetOf({ ...choice, element: 'nes-metrics' }, module), /<nes-metrics><\/nes-metrics>/);
});

test('the policy names the origins that are read from', () => {
  assert.equal(
    policyOf(firstChoice, module.address),
    'script-src https://nes.example; connect-src https://nes.example',
  );
  assert.equal(
    policyOf({ ...firstChoice, source: 'api', api: 'https://api.example' }, module.address),
    'script-src https://nes.example; connect-src https://nes.example https://api.example',
  );
});

test('the iframe says the same in its address, and nothing typed leaves it', () => {
  const page = 'https://nes.example/embed/frame.html';
  assert.equal(
    frameOf({ ...firstChoice, theme: 'dark' }, page),
    '<iframe src="https://nes.example/embed/frame.html?protocol=focus&amp;theme=dark" title="focus" width="100%" height="480" allow="autoplay; fullscreen" loading="lazy" style="border: 0"></iframe>',
  );
  const typed = frameOf({ ...firstChoice, heading: '"><script>', height: 300 }, page);
  assert.doesNotMatch(typed, /<script|""/);
  assert.match(typed, /height="300"/);
  assert.equal(frameOf({ ...firstChoice, element: 'nes-visual' }, page), '');
});
