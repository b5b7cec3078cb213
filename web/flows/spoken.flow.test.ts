/**
 * What a screen reader says on the way through a first session, a group and the editor's main acts: every control has a name, and each
 * step says first where one is. `NES_TRANSCRIPTS=write` writes what was said into docs/screen-reader, to be read alone, without a look at the page.
 */
import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, test } from 'vitest';
import { spoken, unnamed } from './spoken.ts';
import { openWorld, type World } from './world.ts';

const folder = resolve(import.meta.dirname, '../../docs/screen-reader');

let world: World;
beforeAll(async () => {
  world = await openWorld();
});
afterAll(async () => world?.close());

/** Gathers what is said, and keeps it in the end where that is asked for. */
function transcript(name: string) {
  const said: string[] = [];
  return {
    async hear(page: Page, what: string, place: string, first: RegExp): Promise<void> {
      const lines = await spoken(page.locator(place).first());
      assert.deepEqual(unnamed(lines), [], `${what}: a control without a name`);
      assert.match(lines[0] ?? '', first, `${what}: what is said first`);
      said.push(`## ${what}`, '', ...lines, '');
    },
    keep(): void {
      if (process.env.NES_TRANSCRIPTS !== 'write') return;
      mkdirSync(folder, { recursive: true });
      writeFileSync(resolve(folder, `${name}.txt`), said.join('\n'));
    },
  };
}

/** Answers what is asked before the first sound. */
async function answer(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'None of these, go on' }).click();
  await page.getByRole('button', { name: 'I am somewhere safe' }).click();
}

test('a first session', async () => {
  const { page, context } = await world.visit({ timezoneId: 'UTC' });
  const { hear, keep } = transcript('first-session');
  await page.goto('/');
  await page.locator('.card a').first().waitFor();
  await page.getByRole('img', { name: 'Connected' }).waitFor();
  await hear(page, 'The bar of every page', 'nes-app header', /^banner/);
  await hear(
    page,
    'The library: search and filters',
    'nes-library-page [role=search], nes-library-page search',
    /^search/,
  );
  await page.goto('/protocols/focus');
  await page.locator('nes-protocol-page h2').first().waitFor();
  await hear(page, 'A protocol: what is done with it', 'nes-protocol-page header', /^link, Focus/);
  await page.locator('nes-protocol-page button.play').click();
  await page.locator('nes-safety-dialog dialog[open]').waitFor();
  await hear(page, 'Questions before the first sound', 'nes-safety-dialog', /^dialog, ./);
  await page.getByRole('button', { name: 'None of these, go on' }).click();
  await page.getByRole('heading', { name: 'Never while driving' }).waitFor();
  await page.getByRole('heading', { name: 'Are the headphones on?' }).waitFor();
  await hear(page, 'Once on a device', 'nes-safety-dialog', /^dialog, ./);
  await page.getByRole('button', { name: 'I am somewhere safe' }).click();
  await page.locator('nes-player-page').getByRole('button', { name: 'Pause', exact: true }).waitFor();
  await page.waitForFunction(() => Object.keys(localStorage).some((key) => key.startsWith('nes-playing ')));
  await page.locator('nes-player-page').getByRole('button', { name: 'Pause', exact: true }).focus();
  await hear(page, 'The player', 'nes-player-page', /^heading, Focus/);
  await page.locator('nes-player-page').getByRole('button', { name: 'Stop', exact: true }).click();
  await page.locator('nes-after-panel').getByRole('slider').first().waitFor();
  await hear(page, 'Afterwards', 'nes-player-page', /^region, ./);
  keep();
  await context.close();
});

test('a group', async () => {
  const host = await world.visit({ timezoneId: 'UTC' });
  const { hear, keep } = transcript('group');
  await host.page.goto('/group');
  await host.page.locator('input[name=host]').waitFor();
  await hear(host.page, 'To join or to host', 'nes-group-page', /^heading, ./);
  await host.page.locator('input[name=host]').fill('Mara');
  await host.page.getByRole('button', { name: 'Open a group' }).click();
  await host.page.getByRole('button', { name: 'Play for all' }).waitFor();
  const code = new URL(host.page.url()).pathname.split('/').at(-1) as string;
  await host.page.getByRole('img', { name: 'QR code of the link' }).waitFor();
  const guest = await world.visit({ timezoneId: 'UTC' });
  await guest.page.goto(`/group/${code}`);
  await guest.page.locator('input[name=name]').fill('Jonas');
  await hear(guest.page, 'A guest at the link', 'nes-group-page', /^heading, ./);
  await guest.page.getByRole('button', { name: 'Join and listen' }).click();
  await answer(guest.page);
  await guest.page.getByText('Waiting for the host').waitFor();
  await guest.page.getByRole('button', { name: 'Stop listening' }).waitFor();
  await host.page.getByRole('listitem').filter({ hasText: 'Jonas' }).waitFor();
  await hear(host.page, 'The host, with a guest', 'nes-group-page', /^heading, Meditation/);
  await hear(guest.page, 'The guest, waiting', 'nes-group-page', /^heading, Meditation/);
  await host.page.getByRole('button', { name: 'Play for all' }).click();
  await answer(host.page);
  await host.page.getByRole('button', { name: 'Pause for all' }).waitFor();
  keep();
  await host.context.close();
  await guest.context.close();
});

test('the editor: open, change, look for what is wrong', async () => {
  const { page, context } = await world.visit({ timezoneId: 'UTC' });
  const { hear, keep } = transcript('editor');
  const editor = page.locator('nes-editor-page');
  await page.goto('/edit/new');
  await page.locator('nes-editor-lane').first().waitFor();
  await hear(page, 'A new program', 'nes-editor-page', /^heading, ./);
  await editor.getByText('Voice', { exact: true }).first().click();
  await editor.getByRole('button', { name: 'Isochronic', exact: true }).click();
  await page.locator('nes-editor-lane').nth(1).waitFor();
  await hear(page, 'With a voice added', 'nes-editor-lanes', /./);
  await editor.getByRole('tab', { name: 'Table of points' }).click();
  await page.locator('nes-editor-points table').waitFor();
  await hear(page, 'The points of a voice', 'nes-editor-points', /./);
  await editor.getByRole('tab', { name: /Problems/ }).click();
  await page.locator('nes-editor-problems').waitFor();
  await hear(page, 'What is wrong', 'nes-editor-page #dock-body', /./);
  keep();
  await context.close();
});
