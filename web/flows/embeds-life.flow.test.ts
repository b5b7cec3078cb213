/** What embeds leave behind, and what the build makes of them: package, server drawing, examples, the page that writes the snippet. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, test } from 'vitest';

import type { PlayerElement } from '../src/elements/player/player.ts';

import {
  type EmbedWorld,
  hostPage,
  openEmbedWorld,
  openPage,
  playerFile,
  pressPlay,
  readBuilt,
} from './embed-world.ts';

const root = resolve(import.meta.dirname, '..', '..');
let world: EmbedWorld;
beforeAll(async () => {
  world = await openEmbedWorld();
});
afterAll(() => world?.close());
const open = (body: string, options?: Parameters<typeof openPage>[2]) => openPage(world, body, options);

test('a removed element is silent within 20 ms of the audio clock', async () => {
  const { page, context } = await open('<div id="place"></div>', { files: playerFile });
  // What else the machine does only adds to it, so the least of several is what the element takes.
  const delays: number[] = [];
  for (let round = 0; round < 5 && !delays.some((delay) => delay <= 20); round++) {
    await page.evaluate(() => {
      document.querySelector('#place')?.insertAdjacentHTML('beforeend', '<nes-player src="/p.json"></nes-player>');
    });
    await pressPlay(page);
    // Past the rise.
    await page.waitForFunction(
      () => ((document.querySelector('nes-player') as unknown as PlayerElement | null)?.currentTime ?? 0) > 3.5,
    );
    const removedAt = await page.evaluate(() => {
      const at = globalThis.heard.at(-1)?.context.currentTime ?? 0;
      document.querySelector('nes-player')?.remove();
      return at;
    });
    await page.waitForFunction(() => globalThis.heard.at(-1)?.context.state === 'closed');
    const last = await page.evaluate(() => globalThis.heard.at(-1)?.last ?? 0);
    assert.ok(last > removedAt - 0.2, 'it was heard until then');
    delays.push((last - removedAt) * 1000);
  }
  console.log(`    silent ${delays.map((delay) => delay.toFixed(1)).join(', ')} ms after the removal`);
  assert.ok(Math.min(...delays) <= 20, `${delays.join(', ')} ms`);
  await context.close();
});

test('100 times added and removed leave nothing behind', async () => {
  // Without the tap, which leaves listeners of its own.
  const { page, context, complaints } = await open('<div id="place"></div>', { files: playerFile, deaf: true });
  const session = await context.newCDPSession(page);
  await session.send('HeapProfiler.enable');
  const cycle = (times: number, does: 'nothing' | 'sound' | 'light') =>
    page.evaluate(
      async ({ times, does }) => {
        const place = document.querySelector('#place') as HTMLElement;
        for (let time = 0; time < times; time++) {
          const player = document.createElement('nes-player') as unknown as PlayerElement;
          player.src = '/p.json';
          if (does === 'sound') player.visuals = 'off';
          place.append(player);
          await new Promise((done) => player.addEventListener('nes-load', done, { once: true }));
          if (does !== 'nothing') await player.play();
          if (does === 'sound') await new Promise((done) => setTimeout(done, 50));
          while (does === 'light' && !player.shadowRoot?.querySelector('canvas')?.width)
            await new Promise((done) => setTimeout(done, 50));
          player.remove();
        }
        // Contexts close shortly after their last sound.
        await new Promise((done) => setTimeout(done, 500));
      },
      { times, does },
    );
  const left = async () => {
    await session.send('HeapProfiler.collectGarbage');
    await session.send('HeapProfiler.collectGarbage');
    const { nodes, jsEventListeners } = await session.send('Memory.getDOMCounters');
    const { usedSize } = await session.send('Runtime.getHeapUsage');
    const open = await page.evaluate(() => globalThis.contexts.filter((one) => one.state !== 'closed').length);
    await page.evaluate(() => {
      globalThis.contexts.length = 0;
    });
    return { nodes, jsEventListeners, usedSize, open };
  };
  // A click, so that sound is allowed.
  await page.mouse.click(10, 10);
  await cycle(2, 'light');
  await cycle(10, 'sound');
  // Code that the engine compiles late or throws away moves the heap once; what is left behind grows every time.
  const growths: number[] = [];
  for (let round = 0; round < 3; round++) {
    const before = await left();
    await cycle(5, 'light');
    await cycle(45, 'sound');
    await cycle(50, 'nothing');
    const after = await left();
    console.log(
      `    heap ${before.usedSize} -> ${after.usedSize} bytes, nodes ${before.nodes} -> ${after.nodes}, listeners ${before.jsEventListeners} -> ${after.jsEventListeners}`,
    );
    assert.equal(after.open, 0, 'contexts that are still open');
    assert.ok(after.nodes - before.nodes < 60, `${before.nodes} -> ${after.nodes} nodes`);
    assert.ok(
      after.jsEventListeners - before.jsEventListeners < 20,
      `${before.jsEventListeners} -> ${after.jsEventListeners} listeners`,
    );
    growths.push(after.usedSize - before.usedSize);
    if (after.usedSize - before.usedSize < 600_000) break;
  }
  assert.ok((growths.at(-1) ?? 0) < 600_000, `the heap grew by ${growths.join(', ')} bytes`);
  assert.deepEqual(complaints, []);
  await context.close();
});

test('the package as npm packed it installs, has types, draws on a server, and hydrates without a mismatch', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'nes-package-'));
  try {
    const tarball = readdirSync(join(root, 'web/dist/embed')).find((name) => name.endsWith('.tgz')) ?? '';
    const place = join(folder, 'node_modules/@nes/elements');
    mkdirSync(place, { recursive: true });
    execFileSync('tar', ['-xzf', join(root, 'web/dist/embed', tarball), '-C', place, '--strip-components=1']);
    // What it depends on is taken from here: no registry is asked in a test.
    const linked = [
      'lit',
      '@lit/localize',
      '@lit',
      '@lit-labs',
      'lit-html',
      'lit-element',
      '@types',
      'parse5',
      'react',
      'vue',
      '@vue',
      'csstype',
    ];
    const { symlinkSync, existsSync } = await import('node:fs');
    for (const name of linked) {
      const [from, to] = [join(root, 'node_modules', name), join(folder, 'node_modules', name)];
      if (existsSync(from) && !existsSync(to)) {
        mkdirSync(join(to, '..'), { recursive: true });
        symlinkSync(from, to);
      }
    }
    writeFileSync(join(folder, 'package.json'), '{"type":"module"}');
    writeFileSync(
      join(folder, 'draw.js'),
      `import { render } from '@lit-labs/ssr';
import { collectResult } from '@lit-labs/ssr/lib/render-result.js';
import { html } from 'lit';
import '@nes/elements';
process.stdout.write(await collectResult(render(html\`<nes-player protocol="focus" heading="Focus"></nes-player><nes-protocol-list heading="All"></nes-protocol-list><nes-visual></nes-visual><nes-metrics></nes-metrics>\`)));`,
    );
    writeFileSync(
      join(folder, 'page.tsx'),
      `import { NesPlayer } from '@nes/elements';
import type { CustomElements } from '@nes/elements/react';
import type {} from '@nes/elements/vue';
export const right = <nes-player protocol="focus" scene="aurora" onnes-phase={(event) => event.name} />;
export const tags: keyof CustomElements = 'nes-metrics';
export const player: NesPlayer = document.createElement('nes-player');
player.seek(10);
player.addEventListener('nes-error', (event) => event.reason);
// @ts-expect-error: a state is no volume.
player.volume = 'loud';
`,
    );
    writeFileSync(
      join(folder, 'tsconfig.json'),
      JSON.stringify({
        compilerOptions: {
          ...{ module: 'NodeNext', target: 'ES2023', jsx: 'react-jsx', strict: true, noEmit: true, skipLibCheck: true },
          ...{ lib: ['ES2024', 'DOM', 'DOM.Iterable'], types: [] },
        },
        files: ['page.tsx'],
      }),
    );
    try {
      execFileSync(process.execPath, [join(root, 'node_modules/typescript/bin/tsc'), '-p', folder], {
        encoding: 'utf8',
      });
    } catch (error) {
      assert.fail(`types: ${(error as { stdout: string }).stdout}`);
    }
    const drawn = execFileSync(process.execPath, ['draw.js'], { cwd: folder, encoding: 'utf8' });
    for (const tag of ['nes-player', 'nes-protocol-list', 'nes-visual', 'nes-metrics'])
      assert.match(drawn, new RegExp(`<${tag}[^>]*><template shadowroot="open" shadowrootmode="open"`), tag);
    assert.ok(drawn.includes('Focus'));
    assert.doesNotMatch(drawn, /\sstyle=/);

    const { page, context, complaints } = await open(drawn);
    // Before the module has run, the card is there.
    await page.waitForSelector('nes-player[state=ready]');
    await pressPlay(page);
    assert.deepEqual(complaints, []);
    assert.equal(await page.locator('nes-player .card').count(), 1);
    await context.close();

    // Without scripts the drawing stands by itself; the same card is taken up, not made anew.
    const kept = await open('', {
      page: hostPage(world, drawn)
        .replace('<script type="module"', '<script type="module" data-late')
        .replace(/ src="/, ' data-src="'),
    });
    assert.equal(await kept.page.locator('nes-player [part=title]').innerText(), 'Focus');
    await kept.page.evaluate(() => {
      const card = document.querySelector('nes-player')?.shadowRoot?.querySelector('.card');
      Object.assign(globalThis, { card });
    });
    await kept.page.evaluate((address) => import(address), `${world.cdn}/embed/latest/nes.js`);
    await kept.page.waitForSelector('nes-player[state=ready]');
    assert.ok(
      await kept.page.evaluate(
        () =>
          document.querySelector('nes-player')?.shadowRoot?.querySelector('.card') ===
          (globalThis as unknown as { card: Element }).card,
      ),
      'the server’s card was taken up',
    );
    assert.deepEqual(kept.complaints, []);
    await kept.context.close();
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

test('every example page shows its players and complains of nothing', async () => {
  const pages = readdirSync(join(root, 'web/dist/embed/examples')).filter((name) => name.endsWith('.html'));
  assert.deepEqual(pages.toSorted(), [
    'markdown.html',
    'plain.html',
    'print.html',
    'react.html',
    'right-to-left.html',
    'strict-csp.html',
    'three-players.html',
    'vue.html',
  ]);
  for (const path of [...pages.map((name) => `examples/${name}`), '']) {
    const { page, context, complaints } = await world.visit();
    await page.goto(`${world.cdn}/embed/${path}`);
    await page.waitForFunction(() => {
      const players = [...document.querySelectorAll('nes-player')];
      return players.length > 0 && players.every((player) => player.getAttribute('state') === 'ready');
    });
    assert.deepEqual(complaints, [], path);
    // Nothing is wider than the window of a small phone.
    await page.setViewportSize({ width: 320, height: 700 });
    assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= 320), `${path} at 320 px`);
    await context.close();
  }
});

test('every example of the page about embedding is copied with one touch, which says so', async () => {
  const { page, context, complaints } = await world.visit();
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  await page.goto(`${world.cdn}/embed/`);
  const examples = page.locator('.example');
  await examples.first().waitFor();
  assert.equal(await examples.count(), await page.locator('pre').count());
  assert.ok((await examples.count()) >= 5);
  for (const example of [examples.first(), examples.last()]) {
    const button = example.getByRole('button');
    assert.equal(await button.textContent(), 'Copy');
    await button.click();
    await example.getByRole('button', { name: 'Copied' }).waitFor();
    // The one before no longer says so, and one timer does not take the words of another.
    assert.equal(await page.getByRole('button', { name: 'Copied' }).count(), 1);
    assert.equal(await page.getByRole('status').filter({ hasText: 'Copied' }).count(), 1);
    const taken = await page.evaluate(() => navigator.clipboard.readText());
    assert.equal(taken, (await example.locator('pre').textContent())?.trimEnd());
    assert.ok(taken.length > 10);
  }
  assert.match(await page.evaluate(() => getComputedStyle(document.body).fontFamily), /^"?Hanken Grotesk/);
  assert.ok(await page.evaluate(() => document.fonts.check('16px "Hanken Grotesk"')));
  assert.deepEqual(complaints, []);
  await context.close();
});

test('React and Vue set properties and hear events', async () => {
  for (const name of ['react', 'vue']) {
    const { page, context } = await world.visit();
    await page.goto(`${world.cdn}/embed/examples/${name}.html`);
    await page.getByText('is ready').waitFor();
    await page.getByRole('button', { name: 'nap' }).click();
    await page.getByText('Nap is ready').or(page.getByText('nap is ready')).waitFor();
    await page.locator('nes-player [part=play]').click();
    await page.getByText('playing', { exact: true }).waitFor();
    await context.close();
  }
});

test('the builder page writes what its preview shows', async () => {
  const { page, context, complaints } = await world.visit();
  await page.goto(`${world.cdn}/embed-builder`);
  await page.waitForSelector('nes-player[state=ready]');
  await page.locator('form').getByRole('button', { name: 'Light', exact: true }).click();
  const player = page.locator('nes-embed-page .frame nes-player');
  await page.waitForSelector('nes-embed-page .frame nes-player[theme=light]');
  assert.equal(await player.getAttribute('api'), null, 'what is as by default is no attribute');
  const snippet = await page.locator('pre').first().innerText();
  const { version, files } = JSON.parse(readBuilt('latest/integrity.json'));
  assert.ok(snippet.includes(`/embed/v${version}/nes.js`) && snippet.includes(files['nes.js']), snippet);
  assert.match(snippet, /<nes-player protocol="focus" theme="light"><\/nes-player>/);
  // What is pasted works where it is pasted.
  world.pages.set('/pasted', {
    body: `<!doctype html><html lang="en"><title>Pasted</title><body>${snippet}</body></html>`,
  });
  await page.goto(`${world.host}/pasted`);
  await page.waitForSelector('nes-player[state=ready]');
  assert.deepEqual(complaints, []);
  await context.close();
});

test('hashes, manifest and editor data are those of the files', () => {
  const { files } = JSON.parse(readBuilt('latest/integrity.json')) as { files: Record<string, string> };
  assert.ok(files['nes.js']?.startsWith('sha384-'));
  const manifest = JSON.parse(readBuilt('latest/custom-elements.json'));
  const tags = manifest.modules[0].declarations.map(({ tagName }: { tagName: string }) => tagName);
  assert.deepEqual(tags.toSorted(), ['nes-metrics', 'nes-player', 'nes-protocol-list', 'nes-visual']);
  const data = JSON.parse(readBuilt('latest/html-data.json'));
  assert.deepEqual(data.tags.map(({ name }: { name: string }) => name).toSorted(), tags.toSorted());
  assert.match(readBuilt('latest/web-types.json'), /"nes-player"/);
  assert.match(readBuilt('latest/react.d.ts'), /'nes-player'|"nes-player"/);
  assert.match(readBuilt('latest/vue.d.ts'), /'nes-player'|"nes-player"/);
});
