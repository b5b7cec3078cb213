/** The embeds as somebody else's page has them: what they read, play, say and refuse. The built files, another origin, a real Chromium. */
import assert from 'node:assert/strict';
import type { Program } from '@nes/program/model.ts';
import { afterAll, beforeAll, test } from 'vitest';
import type { PlayerElement } from '../src/elements/player/player.ts';
import {
  type EmbedWorld,
  hostPage,
  openEmbedWorld,
  openPage,
  picture,
  playerFile,
  pressPlay,
  program,
  sound,
} from './embed-world.ts';

let world: EmbedWorld;
beforeAll(async () => {
  world = await openEmbedWorld();
});
afterAll(() => world?.close());
const open = (body: string, options?: Parameters<typeof openPage>[2]) => openPage(world, body, options);

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
  const entry =
    '<entry parent="0" duration="60" volume_left="0.4" volume_right="0.4" beatfreq="7" basefreq="180" state="0"/>';
  const gnaural = `<?xml version="1.0" encoding="utf-8"?>
<schedule><gnauralfile_version>1.20101006</gnauralfile_version><title>Seven hertz</title>
<schedule_name>Seven hertz</schedule_name><loops>1</loops><overallvolume_left>1</overallvolume_left>
<overallvolume_right>1</overallvolume_right><stereoswap>0</stereoswap>
<voice><description>Tone</description><id>0</id><type>0</type><voice_state>1</voice_state><voice_hide>0</voice_hide>
<voice_mute>0</voice_mute><voice_mono>0</voice_mono><entries>${entry}</entries></voice></schedule>`;
  const sbg = 'alpha: 200+10/40\noff: -\n\nNOW alpha\n+00:01:00 off\n';
  for (const [name, body, hertz, seconds] of [
    ['a.sbg', sbg, 10, Number.POSITIVE_INFINITY],
    ['a.gnaural', gnaural, 7, 60],
  ] as const) {
    const { page, context, complaints } = await open(`<nes-player src="/${name}"></nes-player>`, {
      files: { [`/${name}`]: body },
    });
    await pressPlay(page);
    await sound(page);
    const [beat, duration] = await page.evaluate(() => {
      const player = document.querySelector('nes-player') as unknown as PlayerElement;
      return [player.beatHz, player.duration];
    });
    assert.ok(Math.abs((beat ?? 0) - hertz) < 1e-9, `${name}: ${beat} Hz`);
    assert.equal(duration, seconds, name);
    assert.deepEqual(complaints, [], name);
    await context.close();
  }
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
