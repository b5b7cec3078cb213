import assert from 'node:assert/strict';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, test } from 'vitest';
import { openWorld, until, type World } from './world.ts';

// Two people at two browsers hear one session in step, as they do it.

let world: World;
beforeAll(async () => {
  world = await openWorld();
});
afterAll(async () => world?.close());

/** Answers what is asked before the first sound. */
async function answer(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'None of these, go on' }).click();
  await page.getByRole('button', { name: 'I am somewhere safe' }).click();
}

/** What a page's listener hears now; null in silence. */
const heard = (page: Page) =>
  page
    .locator('nes-group-page')
    .evaluate((element) => (element as HTMLElement & { heard(): { seconds: number } | null }).heard());

test('a host opens a group, a guest comes in by the link, both hear it; the host pauses for both, sends the guest out, ends it', async () => {
  const host = await world.visit();
  await host.page.goto('/group');
  await host.page.locator('input[name=host]').fill('Mara');
  await host.page.getByRole('button', { name: 'Open a group' }).click();
  await host.page.getByRole('button', { name: 'Play for all' }).waitFor();
  const code = new URL(host.page.url()).pathname.split('/').at(-1) as string;
  assert.match(code, /^[A-HJ-NP-Z]{6}$/);
  await host.page.getByRole('img', { name: 'QR code of the link' }).waitFor();

  const guest = await world.visit();
  await guest.page.goto(`/group/${code}`);
  await guest.page.getByRole('heading', { name: 'Mara invites you' }).waitFor();
  await guest.page.locator('input[name=name]').fill('Jonas');
  // One touch: it joins, and it will sound.
  await guest.page.getByRole('button', { name: 'Join and listen' }).click();
  await answer(guest.page);
  await guest.page.getByText('Waiting for the host').waitFor();
  await guest.page.getByRole('button', { name: 'Stop listening' }).waitFor();
  await host.page.getByRole('listitem').filter({ hasText: 'Jonas' }).waitFor();
  const [group] = await world.rows('SELECT * FROM groups WHERE code = $1', code);
  const members = await world.rows(
    `SELECT m.name, u.password_hash FROM group_members m JOIN users u ON u.id = m.user_id WHERE m.group_id = $1 ORDER BY m.joined_at`,
    group.id,
  );
  assert.deepEqual(members, [
    { name: 'Mara', password_hash: null },
    { name: 'Jonas', password_hash: null },
  ]);

  await host.page.getByRole('button', { name: 'Play for all' }).click();
  await answer(host.page);
  await host.page.getByRole('button', { name: 'Pause for all' }).waitFor();
  await until('both hear it', async () => (await heard(host.page)) !== null && (await heard(guest.page)) !== null);
  await until('both say how far off they are', async () => {
    const rows = await world.rows(
      'SELECT offset_ms FROM group_members WHERE offset_ms IS NOT NULL AND group_id = $1',
      group.id,
    );
    return rows.length === 2;
  });

  await host.page.getByRole('button', { name: 'Pause for all' }).click();
  await until('both are silent', async () => (await heard(host.page)) === null && (await heard(guest.page)) === null);
  await guest.page.getByText('Paused').waitFor();
  await host.page.getByRole('button', { name: 'Play for all' }).click();
  await until(
    'both hear it again',
    async () => (await heard(host.page)) !== null && (await heard(guest.page)) !== null,
  );

  // A guest falls silent alone, and comes in again where the others are.
  await guest.page.getByRole('button', { name: 'Stop listening' }).click();
  assert.equal(await heard(guest.page), null);
  assert.notEqual(await heard(host.page), null);
  await guest.page.getByRole('button', { name: 'Listen along' }).click();
  // A session is written down with its first sound.
  await until('the guest hears it again', async () => (await world.rows('SELECT id FROM sessions')).length === 3);
  assert.notEqual(await heard(guest.page), null);

  // Escape silences at once, and stays so although the group goes on.
  await guest.page.keyboard.press('Escape');
  await guest.page.getByRole('button', { name: 'Listen along' }).waitFor();
  assert.equal(await heard(guest.page), null);

  await host.page.getByRole('button', { name: 'Send Jonas out' }).click();
  await guest.page.getByText('You are no longer in the group.').waitFor();
  await guest.page.goto(`/group/${code}`);
  await guest.page.getByRole('button', { name: 'Join and listen' }).click();
  await guest.page.getByText('There is no such group.').waitFor();

  await host.page.getByRole('button', { name: 'End for all' }).click();
  await host.page.getByText('The group has ended.').waitFor();
  // What was is there to be had again.
  const again = host.page.getByRole('listitem').filter({ hasText: '2 people' });
  await again.getByRole('button', { name: /again$/ }).click();
  await host.page.getByRole('button', { name: 'Play for all' }).waitFor();
  const [second] = await world.rows('SELECT revision_id FROM groups WHERE code <> $1', code);
  assert.equal(second.revision_id, group.revision_id);
  const [ended] = await world.rows('SELECT state, ended_at FROM groups WHERE code = $1', code);
  assert.equal(ended.state, 'ENDED');
  const sessions = await until('what was heard is in the logs', async () => {
    const rows = await world.rows('SELECT state, group_id FROM sessions');
    return rows.length === 3 && rows.every((row) => row.state === 'STOPPED' && row.group_id === group.id) ? rows : null;
  });
  assert.equal(sessions.length, 3);
  assert.deepEqual(host.complaints, []);
  assert.deepEqual(guest.complaints, []);
  await host.context.close();
  await guest.context.close();
});
