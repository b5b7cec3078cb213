import assert from 'node:assert/strict';
import { readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, test } from 'vitest';
import { openWorld, until, type World } from './world.ts';

// Faults of a browser in mid-session: the sound goes on, what is done is kept where anything can be, and the page says what fails.

let world: World;
beforeAll(async () => {
  world = await openWorld();
});
afterAll(async () => world?.close());

const deck = (page: Page) => page.locator('nes-player-page');
const pause = (page: Page) => deck(page).getByRole('button', { name: 'Pause', exact: true });

/** Asks for the sound, and answers what a person's first play asks. */
async function press(page: Page): Promise<void> {
  await page.getByRole('button', { name: /^Play/ }).first().click();
  await page.getByRole('button', { name: 'None of these, go on' }).click();
  await page.getByRole('button', { name: 'I am somewhere safe' }).click();
}

async function play(page: Page): Promise<void> {
  await page.goto('/protocols/nap');
  await press(page);
  await pause(page).waitFor();
}

/** Fails when the place in the program does not move on. */
async function soundGoesOn(page: Page): Promise<void> {
  const position = async () =>
    Number(await deck(page).getByRole('slider', { name: 'Position' }).getAttribute('aria-valuenow'));
  const before = await position();
  await until('the sound goes on', async () => (await position()) > before + 1);
}

const events = async (id: string): Promise<string[]> =>
  (await world.rows('SELECT kind FROM session_events WHERE session_id = $1 ORDER BY sequence', id)).map(
    ({ kind }) => kind,
  );

const newest = (state: string) =>
  until(`a session that is ${state}`, async () => {
    const [row] = await world.rows('SELECT id, state FROM sessions ORDER BY created_at DESC, started_at DESC LIMIT 1');
    return row?.state === state ? (row.id as string) : null;
  });

async function stop(page: Page): Promise<void> {
  await deck(page).getByRole('button', { name: 'Stop', exact: true }).click();
}

/** A service worker would answer from what it keeps. */
const withoutWorker = { serviceWorkers: 'block' } as const;

/** Takes files from the host; what is returned puts them back. Requests of an audio thread cannot be stopped from outside. */
function takeAway(name: RegExp): () => void {
  const folder = join(world.web, 'assets');
  const taken = readdirSync(folder).filter((file) => name.test(file));
  assert.ok(taken.length > 0, `${name} names no file`);
  for (const file of taken) renameSync(join(folder, file), join(world.web, file));
  return () => {
    for (const file of taken) renameSync(join(world.web, file), join(folder, file));
  };
}

test('without its audio thread a program plays by the native way, and is kept as any', async () => {
  const { page, context } = await world.visit(withoutWorker);
  const putBack = takeAway(/^worklet-/);
  try {
    const native = page.waitForResponse(/\/assets\/native-output-/);
    await play(page);
    await native;
    await soundGoesOn(page);
    const id = await newest('ACTIVE');
    await stop(page);
    await until('its end is kept', async () => (await events(id)).at(-1) === 'STOPPED');
  } finally {
    putBack();
  }
  await context.close();
});

test('when no code for sound comes at all, the page says so, and the next press plays', async () => {
  const { page, context } = await world.visit(withoutWorker);
  const putBack = takeAway(/^(worklet|native-output)-/);
  try {
    await page.goto('/protocols/nap');
    await press(page);
    await page.getByText('A part of the application could not be fetched.').waitFor();
  } finally {
    putBack();
  }
  await deck(page).getByRole('button', { name: 'Play', exact: true }).click();
  await pause(page).waitFor();
  await soundGoesOn(page);
  await stop(page);
  await context.close();
});

test('a lost graphics processor stops the picture only, which comes back with it', async () => {
  const { page, context, complaints } = await world.visit({ reducedMotion: 'no-preference' });
  // The one hidden canvas of the page, which no document holds.
  await context.addInitScript(() => {
    const { getContext } = HTMLCanvasElement.prototype;
    HTMLCanvasElement.prototype.getContext = function (this: HTMLCanvasElement, ...given: unknown[]) {
      const made = Reflect.apply(getContext, this, given);
      if (made instanceof WebGL2RenderingContext) Object.assign(window, { drawing: made });
      return made;
    } as typeof getContext;
  });
  await play(page);
  // How the picture of the page differs between two looks.
  const drawn = () =>
    deck(page)
      .locator('canvas')
      .first()
      .evaluate((canvas: HTMLCanvasElement) => canvas.toDataURL());
  const moves = async () => {
    const before = await drawn();
    return (await until('two looks', async () => ((await drawn()) !== before ? 'moves' : null), 20)) === 'moves';
  };
  await until('the picture is drawn', () => page.evaluate(() => 'drawing' in window));
  assert.ok(await moves());
  await page.evaluate(() => {
    const { drawing } = window as unknown as { drawing: WebGL2RenderingContext };
    const losing = drawing.getExtension('WEBGL_lose_context');
    Object.assign(window, { losing });
    losing?.loseContext();
  });
  await until('it is lost', () =>
    page.evaluate(() => (window as unknown as { drawing: WebGL2RenderingContext }).drawing.isContextLost()),
  );
  await page.waitForTimeout(500);
  const still = await drawn();
  await soundGoesOn(page);
  assert.equal(await drawn(), still, 'nothing is drawn without a graphics processor');
  await page.evaluate(() => (window as unknown as { losing: WEBGL_lose_context }).losing.restoreContext());
  assert.ok(await moves());
  await soundGoesOn(page);
  await stop(page);
  assert.deepEqual(complaints, []);
  await context.close();
});

test('a new version that comes in mid-session waits until it is asked for, and then the session can go on', async () => {
  const { page, context } = await world.visit();
  await page.goto('/');
  await page.evaluate(async () => {
    await navigator.serviceWorker.ready;
  });
  await play(page);
  await until('a worker serves the page', () => page.evaluate(() => navigator.serviceWorker.controller !== null));
  const id = await newest('ACTIVE');
  await page.evaluate(() => Object.assign(window, { stays: true }));
  const file = join(world.web, 'sw.js');
  writeFileSync(file, `${readFileSync(file, 'utf8')}\n// A new version.\n`);
  await page.evaluate(async () => {
    await (await navigator.serviceWorker.getRegistration())?.update();
  });
  await page.getByText('A new version is ready.').waitFor();
  await soundGoesOn(page);
  assert.equal(await page.evaluate(() => 'stays' in window), true, 'nothing reloads by itself');
  assert.deepEqual(await events(id), ['STARTED']);
  await page.getByRole('button', { name: 'Load it' }).click();
  await until('the new version is there', () =>
    page.evaluate(() => !('stays' in window)).catch(() => false as boolean),
  );
  await deck(page).getByRole('button', { name: 'Play', exact: true }).or(pause(page)).first().waitFor();
  assert.ok(!(await events(id)).includes('STOPPED'), 'the session was not ended by the reload');
  await context.close();
});

const nothingKept = 'This browser keeps nothing now';

test('with a full storage a session plays and is told of; with room again all of it is kept and sent', async () => {
  const { page, context } = await world.visit();
  await page.goto('/');
  const devTools = await context.newCDPSession(page);
  const { origin } = new URL(world.url);
  await devTools.send('Storage.overrideQuotaForOrigin', { origin, quotaSize: 1 });
  const sessionsKept = async () => (await world.rows('SELECT count(*)::int FROM sessions'))[0].count;
  const before = await sessionsKept();
  await play(page);
  await page.getByText(nothingKept).waitFor();
  await soundGoesOn(page);
  assert.equal(await sessionsKept(), before, 'nothing is sent while nothing can be kept');
  await devTools.send('Storage.overrideQuotaForOrigin', { origin });
  await stop(page);
  const id = await newest('STOPPED');
  assert.deepEqual(await events(id), ['STARTED', 'STOPPED'], 'its beginning was held by the page');
  await context.close();
});

test('where a site may store nothing a session plays, and the page says that nothing is kept', async () => {
  const { page, context } = await world.visit(withoutWorker);
  await context.addInitScript(() => {
    const refuse = () => {
      throw new DOMException('The user denied permission to access the database.', 'SecurityError');
    };
    Object.defineProperty(window, 'localStorage', { get: refuse });
    Object.defineProperty(window, 'sessionStorage', { get: refuse });
    IDBFactory.prototype.open = refuse;
  });
  await play(page);
  await page.getByText(nothingKept).waitFor();
  await soundGoesOn(page);
  await stop(page);
  await pause(page).waitFor({ state: 'hidden' });
  await context.close();
});
