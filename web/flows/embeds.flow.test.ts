/** The embeds as somebody else's page has them: the built files, another origin, a real Chromium. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { after, before, test } from 'node:test';
import type { Page } from 'playwright-core';
import type { PlayerElement } from '../src/elements/player/player.ts';
import type { Program } from '../src/program/model.ts';
import { type EmbedWorld, hostPage, listening, openEmbedWorld, readBuilt, type Visitor } from './embed-world.ts';

const root = resolve(import.meta.dirname, '..', '..');
let world: EmbedWorld;
before(async () => {
  world = await openEmbedWorld();
});
after(() => world?.close());

interface Tapped {
  context: AudioContext;
  first: number | null;
  firstAt: number | null;
  last: number | null;
  /** Peaks of hundredths of a second within the last one. */
  quietest: number;
  loudest: number;
}
declare global {
  // What `listening` leaves in a page.
  var heard: Tapped[];
  var contexts: AudioContext[];
  var errors: { reason: string; message: string }[];
}

/** A short program: a monaural and an isochronic tone, so that limits and light have something to hold. */
const program = (seconds = 60) => ({
  durationSeconds: seconds,
  phases: [
    { name: 'Rise', description: 'Up.', durationSeconds: seconds / 2, colour: '#cc8844' },
    { name: 'Fall', description: 'Down.', durationSeconds: seconds / 2, colour: '#4488cc' },
  ],
  voices: [
    {
      kind: 'ISOCHRONIC',
      name: 'Pulse',
      depth: 1,
      keyframes: [{ at: 0, carrier: 220, beat: 10, level: 0.4 }],
    },
  ],
  gain: 1,
  loop: 1,
  seed: 1,
});

/** Opens a page of the host. What it serves beside the page is in `files`. */
async function open(
  body: string,
  options: { policy?: string; head?: string; files?: Record<string, string>; page?: string; deaf?: boolean } = {},
): Promise<Visitor> {
  const headers: Record<string, string> = options.policy ? { 'content-security-policy': options.policy } : {};
  world.pages.set('/', { headers, body: options.page ?? hostPage(world, body, options.head) });
  for (const [path, text] of Object.entries(options.files ?? {}))
    world.pages.set(path, { headers: { 'content-type': 'application/octet-stream' }, body: text });
  const visitor = await world.visit();
  if (!options.deaf) await visitor.page.addInitScript(listening);
  else
    await visitor.page.addInitScript(() => {
      globalThis.contexts = [];
      const Context = AudioContext;
      globalThis.AudioContext = class extends Context {
        constructor(...given: ConstructorParameters<typeof AudioContext>) {
          super(...given);
          globalThis.contexts.push(this);
        }
      };
    });
  await visitor.page.addInitScript(() => {
    globalThis.errors = [];
    document.addEventListener('nes-error', ({ reason, message }) => globalThis.errors.push({ reason, message }));
    document.addEventListener('securitypolicyviolation', (event) =>
      console.error(`content security policy: ${event.effectiveDirective} ${event.blockedURI}`),
    );
  });
  await visitor.page.goto(`${world.host}/`);
  return visitor;
}

const playerFile = { '/p.json': JSON.stringify({ title: 'Ten hertz', ...program() }) };

async function pressPlay(page: Page, which = 'nes-player'): Promise<void> {
  await page.waitForSelector(`${which}[state=ready]`);
  await page.locator(`${which} [part=play]`).click();
  await page.waitForSelector(`${which}[state=playing]`);
}

/** Waits until something was heard. */
const sound = (page: Page) => page.waitForFunction(() => globalThis.heard.some(({ first }) => first !== null));

/** Answers the safety questions with no, or with yes to those named. */
async function answer(page: Page, ...yes: string[]): Promise<void> {
  await page.locator('[part=questions]').first().click();
  const dialog = page.locator('nes-embed-questions');
  for (const name of yes) await dialog.locator(`input[name=${name}]`).check();
  if (yes.length > 0) await dialog.locator('input[name=accepted]').check();
  await dialog.locator('button.solid').click();
  await dialog.waitFor({ state: 'detached' });
}

/** Waits until the stage of an element holds a picture that is not black, and gives its brightness. */
const picture = (page: Page, which = 'nes-player') =>
  page.waitForFunction((selector) => {
    const canvas = document.querySelector(selector)?.shadowRoot?.querySelector('canvas');
    const context = canvas?.getContext('2d');
    if (!canvas || !context || canvas.width === 0) return 0;
    const { data } = context.getImageData(0, 0, canvas.width, canvas.height);
    let sum = 0;
    for (let at = 0; at < data.length; at += 4) sum += (data[at] ?? 0) + (data[at + 1] ?? 0) + (data[at + 2] ?? 0);
    return sum / data.length > 0.2 ? sum / data.length : 0;
  }, which);

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

test('the first sound comes after Play, rises from silence, and is of the program', async () => {
  const { page, context, complaints } = await open('<nes-player src="/p.json"></nes-player>', { files: playerFile });
  await page.waitForSelector('nes-player[state=ready]');
  await page.evaluate(() => {
    const player = document.querySelector('nes-player');
    player?.addEventListener('nes-play', () => Object.assign(globalThis, { pressedAt: performance.now() }));
  });
  await pressPlay(page);
  await sound(page);
  assert.equal(await page.locator('nes-player [part=title]').innerText(), 'Ten hertz');
  assert.deepEqual(complaints, []);
  await context.close();
});

test('a program needs no server: handed over as a property it plays', async () => {
  const { page, context } = await open('<nes-player heading="Mine"></nes-player>');
  const phases = await page.evaluate(async (given) => {
    const player = document.querySelector('nes-player') as unknown as PlayerElement;
    const loaded = new Promise<void>((done) => player.addEventListener('nes-load', () => done(), { once: true }));
    player.program = given as Program;
    await loaded;
    return [player.duration, player.state, player.program?.phases.length];
  }, program() as unknown);
  assert.deepEqual(phases, [60, 'ready', 2]);
  await pressPlay(page);
  await sound(page);
  await context.close();
});

test('.sbg and .gnaural are read as well', async () => {
  const sbg = 'alpha: 200+10/40\noff: -\n\nNOW alpha\n+00:01:00 off\n';
  const { page, context } = await open('<nes-player src="/a.sbg"></nes-player>', { files: { '/a.sbg': sbg } });
  await pressPlay(page);
  await sound(page);
  const beat = await page.evaluate(() => (document.querySelector('nes-player') as unknown as PlayerElement).beatHz);
  assert.ok(Math.abs(beat - 10) < 1e-9, `${beat} Hz`);
  await context.close();
});

test('methods and events: play, pause, seek, stop, phases, end', async () => {
  const { page, context } = await open('<nes-player src="/p.json"></nes-player><button id="go">go</button>', {
    files: { '/p.json': JSON.stringify(program(400)) },
  });
  await page.waitForSelector('nes-player[state=ready]');
  await page.evaluate(() => {
    const player = document.querySelector('nes-player') as unknown as PlayerElement;
    const seen: string[] = [];
    Object.assign(globalThis, { seen });
    for (const type of ['play', 'pause', 'seek', 'phase', 'stop', 'end'])
      document.addEventListener(`nes-${type}`, (event) =>
        seen.push(`${type}${(event as { name?: string }).name ?? ''}`),
      );
    document.querySelector('#go')?.addEventListener('click', () => void player.play());
  });
  const seen = () => page.evaluate(() => (globalThis as unknown as { seen: string[] }).seen);
  const call = (name: 'pause' | 'stop') =>
    page.evaluate((method) => (document.querySelector('nes-player') as unknown as PlayerElement)[method](), name);
  await page.click('#go');
  await page.waitForSelector('nes-player[state=playing]');
  await page.waitForFunction(
    () => (document.querySelector('nes-player') as unknown as PlayerElement).currentTime > 0.2,
  );
  await call('pause');
  const paused = await page.evaluate(
    () => (document.querySelector('nes-player') as unknown as PlayerElement).currentTime,
  );
  assert.ok(paused > 0.2 && paused < 200, `${paused} s`);
  await page.click('#go');
  await page.waitForSelector('nes-player[state=playing]');
  await page.evaluate(() => (document.querySelector('nes-player') as unknown as PlayerElement).seek(398));
  await page.waitForSelector('nes-player[state=ended]');
  assert.deepEqual(
    (await seen()).filter((one, index, all) => one !== all[index - 1]),
    ['play', 'phaseRise', 'pause', 'play', 'seek', 'phaseFall', 'end'],
  );
  await page.click('#go');
  await page.waitForSelector('nes-player[state=playing]');
  await call('stop');
  assert.equal((await seen()).at(-1), 'stop');
  assert.equal(await page.getAttribute('nes-player', 'state'), 'ready');
  // Esc is the emergency stop.
  await page.click('#go');
  await page.waitForSelector('nes-player[state=playing]');
  await page.keyboard.press('Escape');
  await page.waitForSelector('nes-player[state=ready]');
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
    version: 1,
    bound: true,
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

test('several players: one sounds at a time unless all are to, and all draw with one renderer', async () => {
  const { page, context } = await open(
    '<nes-player id="a" src="/p.json"></nes-player><nes-player id="b" src="/p.json"></nes-player><nes-player id="c" simultaneous src="/p.json"></nes-player><nes-player id="d" simultaneous src="/p.json"></nes-player>',
    { files: playerFile },
  );
  await page.evaluate(() => {
    const made: unknown[] = [];
    Object.assign(globalThis, { made });
    const getContext = HTMLCanvasElement.prototype.getContext;
    HTMLCanvasElement.prototype.getContext = function (this: HTMLCanvasElement, kind: string, ...rest: unknown[]) {
      const context = getContext.call(this, kind as '2d', ...(rest as []));
      if (kind === 'webgl2' && !made.includes(context)) made.push(context);
      return context;
    } as typeof getContext;
  });
  await pressPlay(page, '#a');
  await picture(page, '#a');
  await pressPlay(page, '#b');
  await page.waitForSelector('#a[state=paused]');
  await pressPlay(page, '#c');
  await page.waitForSelector('#b[state=paused]');
  await pressPlay(page, '#d');
  assert.equal(await page.getAttribute('#c', 'state'), 'playing');
  await picture(page, '#d');
  assert.equal(await page.evaluate(() => (globalThis as unknown as { made: unknown[] }).made.length), 1);
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

test('a removed element is silent within 20 ms of the audio clock', async () => {
  const { page, context } = await open('<nes-player src="/p.json"></nes-player>', { files: playerFile });
  await pressPlay(page);
  await sound(page);
  // Past the rise.
  await page.waitForFunction(
    () => (document.querySelector('nes-player') as unknown as PlayerElement).currentTime > 3.5,
  );
  const removedAt = await page.evaluate(() => {
    const [one] = globalThis.heard;
    const at = one?.context.currentTime ?? 0;
    document.querySelector('nes-player')?.remove();
    return at;
  });
  await page.waitForFunction(() => globalThis.heard[0]?.context.state === 'closed');
  const last = await page.evaluate(() => globalThis.heard[0]?.last ?? 0);
  console.log(`    silent ${((last - removedAt) * 1000).toFixed(1)} ms after the removal`);
  assert.ok(last > removedAt - 0.2, 'it was heard until then');
  assert.ok(last - removedAt <= 0.02, `${((last - removedAt) * 1000).toFixed(1)} ms`);
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
  assert.ok(after.usedSize - before.usedSize < 600_000, `${before.usedSize} -> ${after.usedSize} bytes`);
  assert.deepEqual(complaints, []);
  await context.close();
});

test('a bad source gives a visible sentence and nes-error, never a blank box', async () => {
  world.pages.set('/page.html', { body: '<!doctype html><html><body>Not found, says this page</body></html>' });
  world.pages.set('/broken.json', { body: '{"voices": [' });
  world.pages.set('/wrong.json', { body: '{"durationSeconds": -1, "voices": []}' });
  world.pages.set('/broken.sbg', { body: 'alpha: nonsense\nNOW alpha\n' });
  world.pages.set('/broken.gnaural', { body: '<schedule><voice></schedule>' });
  let sent = 0;
  world.pages.set('/large.json', (_request, response) => {
    response.writeHead(200, { 'content-type': 'application/json' });
    const part = Buffer.alloc(1024 * 1024, ' ');
    const more = () => {
      while (sent < 50 && !response.destroyed) {
        sent++;
        if (!response.write(part)) return response.once('drain', more);
      }
      response.end();
      return response;
    };
    more();
  });
  world.pages.set('/told-large.json', {
    headers: { 'content-length': String(50 * 1024 * 1024) },
    body: '',
  });
  const away = 'http://127.0.0.1:9/p.json';
  // The other origin's server of this test allows everybody; this one, the host under another name, allows nobody.
  const refused = world.host.replace('127.0.0.1', 'localhost');
  const cases: [string, string, RegExp][] = [
    ['src="/nothing.json"', 'NOT_FOUND', /no file/],
    ['src="/page.html"', 'NOT_A_PROGRAM', /web page/],
    ['src="/broken.json"', 'NOT_A_PROGRAM', /not JSON/],
    ['src="/wrong.json"', 'NOT_A_PROGRAM', /durationSeconds/],
    ['src="/broken.sbg"', 'NOT_A_PROGRAM', /nonsense/],
    ['src="/broken.gnaural"', 'NOT_A_PROGRAM', /program/],
    ['src="/large.json"', 'TOO_LARGE', /16 MB/],
    [`src="${away}"`, 'UNREACHABLE', /does not answer/],
    [`src="${refused}/p.json"`, 'UNREACHABLE', /does not let this page/],
    ['src="javascript:alert(1)"', 'NOT_FOUND', /not an address/],
    ['protocol="no-such-thing"', 'NOT_FOUND', /no-such-thing/],
    [`protocol="nothing-built-in" api="${away}"`, 'UNREACHABLE', /does not answer/],
  ];
  for (const [attributes, reason, words] of cases) {
    const { page, context } = await open(`<nes-player ${attributes}></nes-player>`, { files: playerFile });
    await page.waitForSelector('nes-player[state=failed]');
    const alert = page.locator('nes-player [role=alert]');
    const text = await alert.innerText();
    assert.match(text, words, attributes);
    const box = await alert.boundingBox();
    assert.ok(box && box.width > 100 && box.height > 20, `${attributes}: the sentence is seen`);
    const errors = await page.evaluate(() => globalThis.errors);
    assert.equal(errors.length, 1, attributes);
    assert.equal(errors[0]?.reason, reason, attributes);
    assert.ok(text.includes(errors[0]?.message ?? 'nothing'), attributes);
    // Nothing to play is not played.
    const played = await page.evaluate(() =>
      (document.querySelector('nes-player') as unknown as PlayerElement).play().then(
        () => 'played',
        (error: Error) => error.message,
      ),
    );
    assert.equal(played, errors[0]?.message);
    await context.close();
  }
  assert.ok(sent < 50, `of 50 MB ${sent} were sent before the element hung up`);
  // Lists and metrics say it as well.
  for (const [element, words] of [
    ['<nes-protocol-list src="/broken.json"></nes-protocol-list>', /not JSON/],
    ['<nes-protocol-list src="/wrong.json"></nes-protocol-list>', /not a list/],
    ['<nes-metrics src="/wrong.json"></nes-metrics>', /no record/],
    [`<nes-metrics protocol="focus" api="${away}"></nes-metrics>`, /does not answer/],
  ] as const) {
    const { page, context } = await open(element);
    await page.locator('[role=alert]').waitFor();
    assert.match(await page.locator('[role=alert]').innerText(), words);
    assert.equal((await page.evaluate(() => globalThis.errors)).length, 1);
    await context.close();
  }
});

test('a list plays what is chosen, in its own place or in a player of the page', async () => {
  const { page, context } = await open(
    '<nes-player id="p"></nes-player><nes-protocol-list id="far" for="p" limit="4"></nes-protocol-list><nes-protocol-list id="near" search category="SLEEP"></nes-protocol-list>',
  );
  const first = page.locator('#far [part=protocol]').first();
  const title = (await first.locator('.name').innerText()).trim();
  await first.click();
  await page.waitForSelector('#p[state=ready]');
  assert.equal(await page.locator('#p [part=title]').innerText(), title);
  await page.locator('#near [part=protocol]').first().click();
  await page.locator('#near nes-player[state=ready]').waitFor();
  await page.locator('#near [part=search]').fill('no such words');
  await page.locator('#near').getByText('Nothing fits.').waitFor();
  await context.close();
});

test('metrics count what the players of the page play, in this browser alone', async () => {
  const { page, context } = await open('<nes-player src="/p.json"></nes-player><nes-metrics></nes-metrics>', {
    files: playerFile,
  });
  await pressPlay(page);
  await page.waitForFunction(
    () => (document.querySelector('nes-player') as unknown as PlayerElement).currentTime > 1.5,
  );
  await page.locator('nes-player [part=stop]').click();
  const kept = await page.evaluate(() => JSON.parse(localStorage.getItem('nes-embed-days') ?? '{}'));
  assert.equal(kept.sessions, 1);
  const [seconds] = Object.values(kept.days) as number[];
  assert.ok((seconds ?? 0) > 1 && (seconds ?? 0) < 120, `${seconds} s`);
  await page.locator('nes-metrics').getByText('Forget it').click();
  assert.equal(await page.evaluate(() => localStorage.getItem('nes-embed-days')), null);
  await context.close();
});

test('it speaks the language of the page', async () => {
  const { page, context } = await open('', {
    page: hostPage(world, '<nes-player src="/p.json"></nes-player>').replace('lang="en"', 'lang="de-AT"'),
    files: playerFile,
  });
  await page.waitForSelector('nes-player[state=ready]');
  await page.locator('nes-player [part=stop]').getByText('Stopp').waitFor();
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
  await page.getByRole('button', { name: 'Light', exact: true }).click();
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
