/** Embeds and the page around them: content policy, styles, other versions; and the safety questions, which bind everywhere. */
import assert from 'node:assert/strict';

import { readdirSync, readFileSync } from 'node:fs';

import { join, resolve } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, test } from 'vitest';
import type { PlayerElement } from '../src/elements/player/player.ts';

import {
  answer,
  type EmbedWorld,
  openEmbedWorld,
  openPage,
  picture,
  playerFile,
  pressPlay,
  program,
  sound,
} from './embed-world.ts';

const root = resolve(import.meta.dirname, '..', '..');
let world: EmbedWorld;
beforeAll(async () => {
  world = await openEmbedWorld();
});
afterAll(() => world?.close());
const open = (body: string, options?: Parameters<typeof openPage>[2]) => openPage(world, body, options);

/** The policy that docs/EMBEDDING.md gives, for the origins of this test. */
function documentedPolicy(): string {
  const text = readFileSync(join(root, 'docs/EMBEDDING.md'), 'utf8');
  const policy = /```csp\n(.*)\n```/.exec(text)?.[1];
  assert.ok(policy, 'docs/EMBEDDING.md gives a policy');
  assert.match(policy, /^default-src 'none';/);
  return policy.replaceAll('https://nes.example', world.cdn);
}

test('under the documented minimum of a strict content policy it plays, shows its light, and violates nothing', async () => {
  const { page, context, complaints } = await open(
    '<nes-player protocol="pulsed-focus"></nes-player><nes-visual></nes-visual><nes-metrics></nes-metrics><nes-protocol-list limit="3"></nes-protocol-list>',
    { policy: documentedPolicy() },
  );
  // `listening` is a worklet from a blob, which this policy refuses: the sound is looked at through the player.
  await pressPlay(page);
  await page.waitForFunction(
    () => (document.querySelector('nes-player') as unknown as PlayerElement).currentTime > 0.5,
  );
  await picture(page);
  await answer(page);
  await picture(page);
  await picture(page, 'nes-visual');
  await page.waitForSelector('nes-protocol-list [part=protocol]');
  await page.waitForSelector('nes-metrics [part=figures]');
  const mine = complaints.filter((line) => !line.includes('blob'));
  assert.deepEqual(mine, []);
  await context.close();
});

test('before the questions are answered, and after a yes, nothing follows the beat and pulses have half their depth', async () => {
  const { page, context } = await open('<nes-player src="/p.json"></nes-player>', {
    // One phase for all of the test: its colour stays.
    files: { '/p.json': JSON.stringify(program(3000)) },
  });
  await pressPlay(page);
  await sound(page);
  /** Waits until the picture stays as it is for a second, or says that it does not within 40 s. */
  const stands = () =>
    page.evaluate(async () => {
      const shot = () => document.querySelector('nes-player')?.shadowRoot?.querySelector('canvas')?.toDataURL();
      const end = performance.now() + 40_000;
      while (performance.now() < end) {
        const first = shot();
        let same = true;
        for (let look = 0; look < 7 && same; look++) {
          await new Promise((done) => setTimeout(done, 170));
          same = shot() === first;
        }
        if (same && first) return true;
      }
      return false;
    });
  /** Quietest against loudest hundredth of a second of the last one: 0 where pulses are gated to silence. */
  const depth = async (within: [number, number]) => {
    // Past the rise of the start, and past the change.
    await page.waitForFunction(
      ([low, high]) => {
        const { quietest, loudest } = globalThis.heard[0] ?? {};
        const share = (quietest ?? 0) / (loudest ?? 1);
        return share >= low && share <= high;
      },
      within,
      { timeout: 40_000 },
    );
  };
  await picture(page);
  assert.ok(await stands(), 'the picture stands still before the answers');
  await depth([0.4, 0.6]);
  await answer(page, 'seizures');
  await picture(page);
  assert.ok(await stands(), 'and after a yes');
  await depth([0.4, 0.6]);
  assert.deepEqual(await page.evaluate(() => JSON.parse(localStorage.getItem('nes-embed-safety') ?? 'null')), {
    version: 2,
    bound: true,
    dim: false,
    given: true,
  });
  // Another answer frees it.
  await answer(page);
  await picture(page);
  await depth([0, 0.1]);
  const moves = await page.evaluate(async () => {
    const shot = () => document.querySelector('nes-player')?.shadowRoot?.querySelector('canvas')?.toDataURL();
    const seen = new Set<string | undefined>();
    for (let look = 0; look < 40; look++) {
      seen.add(shot());
      await new Promise((done) => setTimeout(done, 170));
    }
    return seen.size;
  });
  assert.ok(moves > 3, `it moves after all were answered with no: ${moves} pictures`);
  await context.close();
});

test('screening="first" asks before any sound', async () => {
  const { page, context } = await open('<nes-player src="/p.json" screening="first"></nes-player>', {
    files: playerFile,
  });
  await page.waitForSelector('nes-player[state=ready]');
  await page.locator('nes-player [part=play]').click();
  const dialog = page.locator('nes-embed-questions');
  await dialog.locator('dialog[open]').waitFor();
  await dialog.getByText('Not now').click();
  assert.equal(await page.getAttribute('nes-player', 'state'), 'ready');
  assert.equal(await page.evaluate(() => globalThis.heard.length), 0);
  await page.locator('nes-player [part=play]').click();
  await dialog.locator('button.solid').click();
  await page.waitForSelector('nes-player[state=playing]');
  await sound(page);
  await context.close();
});

/** Everything inside an element, with all that a browser computed for it. */
const computed = (page: Page) =>
  page.evaluate(() => {
    const rows: string[] = [];
    // Times and positions move by themselves.
    const skip =
      /^(transition|animation|perspective-origin|transform-origin)|-size$|^(width|height|inset|top|left|right|bottom|grid-template)|^(d|x|y|cx|cy|r|rx|ry)$/;
    const walk = (element: Element, path: string): void => {
      const style = getComputedStyle(element);
      const values = [...style]
        .filter((name) => !skip.test(name) && !name.startsWith('--'))
        .map((name) => `${name}:${style.getPropertyValue(name)}`);
      rows.push(`${path} ${values.join(';')}`);
      for (const [index, child] of [...(element.shadowRoot?.children ?? []), ...element.children].entries())
        walk(child, `${path}/${child.localName}${index}`);
    };
    for (const host of document.querySelectorAll('nes-player, nes-protocol-list, nes-metrics, nes-visual'))
      for (const child of host.shadowRoot?.children ?? []) walk(child, host.localName);
    return rows;
  });

test('hostile styles of the page do not get in, and nothing of ours gets out', async () => {
  const body =
    '<p id="own">own</p><nes-player src="/p.json"></nes-player><nes-protocol-list limit="2"></nes-protocol-list><nes-metrics></nes-metrics><nes-visual></nes-visual>';
  const hostile = `<style>
    html { font-size: 41px; }
    * { color: rgb(1, 2, 3) !important; font: italic 900 33px/3 fantasy !important; letter-spacing: 9px !important;
      text-transform: uppercase !important; text-align: right !important; word-spacing: 20px !important; visibility: visible;
      text-indent: 50px !important; white-space: pre !important; cursor: wait !important; list-style: square !important;
      background: rgb(9, 8, 7) !important; border: 7px solid lime !important; border-spacing: 9px !important; opacity: 0.9;
      text-shadow: 1px 1px red !important; user-select: none !important; hyphens: auto !important; tab-size: 3 !important;
      --text: red; --raised: lime; --line: blue; --ink: pink; --accent: brown; --size-0: 99px; --space-3: 77px; --font: fantasy; }
    button, input, section, header, h2, p, svg, path { display: none !important; transform: rotate(9deg) !important; }
    .root, .card, .views, .row { padding: 99px !important; }
  </style>`;
  const look = async (head: string) => {
    const { page, context } = await open(body, { head, files: playerFile });
    // Wide enough that the page's own borders around an element do not count.
    await page.setViewportSize({ width: 1000, height: 800 });
    await page.waitForSelector('nes-player[state=ready]', { state: 'attached' });
    await page.waitForFunction(
      () =>
        document.querySelector('nes-protocol-list')?.shadowRoot?.querySelector('nes-curve') &&
        document.querySelector('nes-metrics')?.shadowRoot?.querySelector('nes-heat-map') &&
        document.querySelector('nes-visual')?.shadowRoot?.querySelector('canvas'),
    );
    const rows = await computed(page);
    const own = await page.evaluate(() => {
      const style = getComputedStyle(document.querySelector('#own') as Element);
      return [
        [...style]
          .filter((name) => !name.startsWith('--'))
          .map((name) => `${name}:${style.getPropertyValue(name)}`)
          .join(';'),
        document.adoptedStyleSheets.length,
        document.styleSheets.length,
        document.head.querySelectorAll('link, style').length,
      ];
    });
    await context.close();
    return { rows, own };
  };
  const calm = await look('');
  const attacked = await look(hostile);
  assert.ok(calm.rows.length > 100, `${calm.rows.length} elements were compared`);
  assert.equal(attacked.rows.length, calm.rows.length);
  for (const [index, row] of calm.rows.entries()) {
    const [mine, theirs] = [row.split(';'), (attacked.rows[index] ?? '').split(';')];
    const differing = mine.map((value, at) => [value, theirs[at]]).filter(([a, b]) => a !== b);
    assert.deepEqual(differing, [], row.split(' ')[0]);
  }
  // The page with the elements and the page without the module look the same.
  const { page, context } = await open('', {
    page: `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Host</title></head><body><p id="own">own</p></body></html>`,
  });
  await page.setViewportSize({ width: 1000, height: 800 });
  const bare = await page.evaluate(() => {
    const style = getComputedStyle(document.querySelector('#own') as Element);
    return [...style]
      .filter((name) => !name.startsWith('--'))
      .map((name) => `${name}:${style.getPropertyValue(name)}`)
      .join(';');
  });
  assert.equal(calm.own[0], bare);
  assert.deepEqual(calm.own.slice(1), [0, 0, 0]);
  await context.close();
});

test('two versions on one page do not throw, and know of each other', async () => {
  const version = readdirSync(join(root, 'web/dist/embed')).find((name) => /^v\d/.test(name));
  const { page, context, complaints } = await open(
    '<nes-player id="a" src="/p.json"></nes-player><nes-player id="b" src="/p.json"></nes-player>',
    { files: playerFile, head: `<script type="module" src="${world.cdn}/embed/${version}/nes.js"></script>` },
  );
  await pressPlay(page, '#a');
  await sound(page);
  await pressPlay(page, '#b');
  await page.waitForSelector('#a[state=paused]');
  assert.deepEqual(complaints, []);
  await context.close();
});
