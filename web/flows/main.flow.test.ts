import assert from 'node:assert/strict';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, test } from 'vitest';
import { newAddress, openWorld, sign, until, type World } from './world.ts';

// The flow that defines the product, as a person does it, and what of it is in the database afterwards.

let world: World;
beforeAll(async () => {
  world = await openWorld();
});
afterAll(async () => world?.close());

const kinds = async (id: string): Promise<string[]> =>
  (await world.rows('SELECT kind FROM session_events WHERE session_id = $1 ORDER BY sequence', id)).map(
    (row) => row.kind,
  );

async function newestSession() {
  return (await world.rows('SELECT * FROM sessions ORDER BY created_at DESC, started_at DESC LIMIT 1'))[0];
}

/** Plays a protocol from its page; answers what is asked before the first sound. */
async function play(page: Page, slug: string, options: { first?: boolean } = {}): Promise<void> {
  await page.goto(`/protocols/${slug}`);
  await page.getByRole('button', { name: /^Play/ }).first().click();
  if (options.first) {
    await page.getByRole('button', { name: 'None of these, go on' }).click();
    await page.getByRole('button', { name: 'I am somewhere safe' }).click();
  }
  await page.getByRole('button', { name: 'Pause', exact: true }).waitFor();
}

/** What a page sends from now on, by any way: bodies of requests, addresses, and what goes through its sockets. */
function everythingSent(page: Page): string[] {
  const sent: string[] = [];
  page.on('request', (request) => sent.push(`${request.url()} ${request.postData() ?? ''}`));
  page.on('websocket', (socket) => socket.on('framesent', ({ payload }) => sent.push(payload.toString())));
  return sent;
}

const deck = (page: Page) => page.locator('nes-player-page');

test('a guest plays, pauses, seeks, stops and rates; all of it is in the database and the history', async () => {
  const { page, context, complaints } = await world.visit();
  const sent = everythingSent(page);
  await page.goto('/');
  await page.getByRole('searchbox').fill('nap');
  await page.getByRole('link', { name: /Nap/ }).first().waitFor();
  await play(page, 'nap', { first: true });

  const started = await until('the session is in the database', newestSession);
  assert.equal(started.state, 'ACTIVE');
  // Nobody agreed to it, so no answer about health has left the browser.
  const health = /"(seizures|photosensitivity|migraine|headInjury|pregnancy|sedatives)"\s*:/;
  assert.ok(
    sent.some((text) => text.includes(started.id)),
    'what is sent is seen here',
  );
  assert.deepEqual(
    sent.filter((text) => health.test(text)),
    [],
  );
  assert.deepEqual(await world.rows('SELECT id FROM screenings WHERE user_id = $1', started.user_id), []);

  await page.waitForTimeout(2_500);
  await deck(page).getByRole('button', { name: 'Pause', exact: true }).click();
  await deck(page).getByRole('button', { name: 'Play', exact: true }).click();
  // It is resumed when it is heard again; a seek before that stands before it in the log.
  await until('the sound goes on', async () => (await kinds(started.id)).includes('RESUMED'));
  const scrubber = deck(page).getByRole('slider', { name: 'Position' });
  await scrubber.focus();
  await page.keyboard.press('ArrowRight');
  await deck(page).getByRole('button', { name: 'Stop', exact: true }).click();

  await page.getByRole('radio', { name: '4 stars' }).check({ force: true });
  await page.getByLabel('A line for yourself').fill('Slept like a stone.');
  await page.getByLabel('A line for yourself').blur();
  const rating = await until('the rating is in the database', async () => {
    const [row] = await world.rows('SELECT * FROM ratings WHERE session_id = $1', started.id);
    return row?.stars === 4 && row.comment ? row : null;
  });
  assert.equal(rating.comment, 'Slept like a stone.');

  await until('the log is whole', async () => (await kinds(started.id)).at(-1) === 'STOPPED');
  assert.deepEqual(await kinds(started.id), ['STARTED', 'PAUSED', 'RESUMED', 'SEEKED', 'STOPPED']);
  const [stopped] = await world.rows('SELECT * FROM sessions WHERE id = $1', started.id);
  assert.equal(stopped.state, 'STOPPED');
  assert.ok(stopped.played_seconds > 2 && stopped.played_seconds < 60, `${stopped.played_seconds} s`);

  const [day] = await world.rows('SELECT * FROM daily_metrics WHERE user_id = $1', started.user_id);
  assert.equal(day.sessions, 1);
  assert.equal(day.stars_sum, 4);
  const bands = ['delta', 'theta', 'alpha', 'beta', 'gamma', 'no_beat'].map((band) => day[`${band}_seconds`]);
  assert.ok(Math.abs(day.seconds - stopped.played_seconds) < 1e-6);
  assert.ok(Math.abs(bands.reduce((sum, seconds) => sum + seconds, 0) - day.seconds) < 1e-6);

  await page.getByRole('button', { name: /^(Done|Skip)$/ }).click();
  await page.goto('/history');
  await page.getByText('Nap').first().waitFor();
  await page.getByText('Slept like a stone.').first().waitFor();
  assert.deepEqual(complaints, []);
  await context.close();
});

test('a program heard to its end is completed', async () => {
  const { page, context } = await world.visit();
  await play(page, 'stress-relief', { first: true });
  const started = await until('the session is in the database', async () => {
    const row = await newestSession();
    return row?.state === 'ACTIVE' ? row : null;
  });
  const scrubber = deck(page).getByRole('slider', { name: 'Position' });
  await scrubber.focus();
  await page.keyboard.press('End');
  await until('it is completed', async () => {
    const [row] = await world.rows('SELECT state FROM sessions WHERE id = $1', started.id);
    return row.state === 'COMPLETED';
  });
  const [day] = await world.rows('SELECT completed FROM daily_metrics WHERE user_id = $1', started.user_id);
  assert.equal(day.completed, 1);
  await context.close();
});

test('a server killed in mid-session loses nothing; the page plays on and syncs when it is back', async () => {
  const { page, context } = await world.visit();
  await play(page, 'meditation', { first: true });
  const started = await until('the session is in the database', async () => {
    const row = await newestSession();
    return row?.state === 'ACTIVE' ? row : null;
  });
  await world.kill();
  const scrubber = deck(page).getByRole('slider', { name: 'Position' });
  const before = Number(await scrubber.getAttribute('aria-valuenow'));
  await until('the sound goes on', async () => Number(await scrubber.getAttribute('aria-valuenow')) > before + 1);
  await deck(page).getByRole('button', { name: 'Pause', exact: true }).click();
  await page.waitForTimeout(500);
  await deck(page).getByRole('button', { name: 'Play', exact: true }).click();
  await deck(page).getByRole('button', { name: 'Pause', exact: true }).waitFor();
  await world.start();
  await deck(page).getByRole('button', { name: 'Stop', exact: true }).click();
  await until('the log is whole', async () => (await kinds(started.id)).at(-1) === 'STOPPED', 60);
  assert.deepEqual(await kinds(started.id), ['STARTED', 'PAUSED', 'RESUMED', 'STOPPED']);
  await context.close();
});

test('a guest signs up and keeps everything; a second browser shows the session live and controls it', async () => {
  const email = newAddress('listener');
  const first = await world.visit();
  await play(first.page, 'focus', { first: true });
  const session = await until('the session is in the database', async () => {
    const row = await newestSession();
    return row?.state === 'ACTIVE' ? row : null;
  });
  // The bar at the top fades while nobody does anything; it comes back, and stays, when the keyboard's focus is on it.
  const me = first.page.getByRole('link', { name: 'Me', exact: true });
  await me.focus();
  await me.click();
  await first.page.getByRole('link', { name: 'Account', exact: true }).click();
  await sign(first.page, 'Sign up', email);
  const [user] = await world.rows('SELECT * FROM users WHERE email = $1', email);
  assert.equal(user.id, session.user_id, 'the guest became the account, with all that it had');
  assert.match(user.password_hash, /^\$argon2id\$/);

  const second = await world.visit();
  await second.page.goto('/account');
  await sign(second.page, 'Sign in', email);
  const there = second.page.getByRole('region', { name: /Playing on another device/ });
  await there.getByText('Focus').first().waitFor();
  await there.getByRole('button', { name: 'Pause there' }).click();
  await first.page.getByRole('button', { name: 'Play', exact: true }).first().waitFor();
  await until('the pause of the second device is in the log', async () => (await kinds(session.id)).includes('PAUSED'));
  const devices = await world.rows(
    `SELECT DISTINCT device_id FROM session_events WHERE session_id = $1 AND kind IN ('STARTED', 'PAUSED')`,
    session.id,
  );
  assert.equal(devices.length, 2);
  await there.getByRole('button', { name: 'Play there' }).click();
  await first.page.getByRole('button', { name: 'Pause', exact: true }).first().waitFor();
  await there.getByRole('slider', { name: 'Volume there' }).fill('0.25');
  await there.getByRole('combobox', { name: 'Scene there' }).selectOption('tunnel');
  await until('volume and scene of the second device are in the log', async () => {
    const kept = await kinds(session.id);
    return kept.includes('VOLUME_CHANGED') && kept.includes('SCENE_CHANGED');
  });
  await first.page.getByRole('region', { name: 'Now playing' }).getByRole('link', { name: 'Focus' }).click();
  await until('they hold on the device that plays', async () => {
    // Also while the keys have faded.
    const volume = await deck(first.page).locator('.volume input').inputValue();
    return volume === '0.25' && (await deck(first.page).locator('button.pick', { hasText: 'Tunnel' }).count()) === 1;
  });
  await there.getByRole('button', { name: 'Stop there' }).click();
  await until('it is stopped', async () => {
    const [row] = await world.rows('SELECT state FROM sessions WHERE id = $1', session.id);
    return row.state === 'STOPPED';
  });
  await first.context.close();
  await second.context.close();
});

test('signing out everywhere is noticed by another browser at once, and it can sign in again', async () => {
  const email = newAddress('everywhere');
  const first = await world.visit();
  const second = await world.visit();
  await first.page.goto('/account');
  await sign(first.page, 'Sign up', email);
  await second.page.goto('/account');
  await sign(second.page, 'Sign in', email);
  await second.page.getByRole('button', { name: 'Sign out everywhere' }).click();
  // No touch and no reload: its socket is closed, and its tokens are not renewed.
  await first.page.getByRole('tab', { name: 'Sign up' }).waitFor();
  const [{ count }] = await world.rows(
    `SELECT count(*)::int FROM refresh_sessions r JOIN users u ON u.id = r.user_id
      WHERE u.email = $1 AND r.ended_at IS NULL`,
    email,
  );
  assert.equal(count, 0);
  await first.page.goto('/account');
  await sign(first.page, 'Sign in', email);
  await first.context.close();
  await second.context.close();
});
