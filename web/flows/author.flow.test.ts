import assert from 'node:assert/strict';
import { importSbg } from '@nes/program/import/sbg.ts';
import type { Program } from '@nes/program/model.ts';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, test } from 'vitest';
import { newAddress, openWorld, sign, until, type World } from './world.ts';

// What an author does from a file of SBaGen to a published protocol that somebody else forks, and the rows that come of it.

let world: World;
beforeAll(async () => {
  world = await openWorld();
});
afterAll(async () => world?.close());

const sequence = `## Evening stairs
-SE
low: 150+4/20 pink/10
high: 200+9/20 pink/10
0:00 high ->
0:10 low
0:20 low
`;

const editor = (page: Page) => page.locator('nes-editor-page');

async function protocolOf(email: string) {
  const [row] = await world.rows(
    'SELECT p.* FROM protocols p JOIN users u ON u.id = p.owner_id WHERE u.email = $1',
    email,
  );
  return row ?? null;
}

const revisions = (protocolId: string) =>
  world.rows('SELECT * FROM revisions WHERE protocol_id = $1 ORDER BY number', protocolId);

/** Saves, and waits until so many revisions are in the database. */
async function save(page: Page, email: string, number: number) {
  await editor(page)
    .getByRole('button', { name: /^Save( as mine)?$/ })
    .click();
  return until(`revision ${number} is in the database`, async () => {
    const protocol = await protocolOf(email);
    const all = protocol ? await revisions(protocol.id) : [];
    return all.length === number && protocol.current_revision_id === all.at(-1)?.id ? { protocol, all } : null;
  });
}

/** Types a value into the table of points. */
async function setPoint(page: Page, name: string, value: string): Promise<void> {
  const table = editor(page).getByRole('tab', { name: 'Table of points' });
  if ((await table.getAttribute('aria-selected')) !== 'true') await table.click();
  const field = editor(page).getByLabel(name, { exact: true });
  await field.fill(value);
  await field.press('Enter');
  await field.blur();
}

test('an author imports, changes, saves and publishes; somebody finds it and forks it; an old revision comes back', async () => {
  const otherEmail = newAddress('other');
  const email = newAddress('author');
  const author = await world.visit();
  const { page } = author;
  await page.goto('/account');
  await sign(page, 'Sign up', email);
  await page.goto('/edit/new');
  await editor(page)
    .locator('input[type=file]')
    .setInputFiles({ name: 'stairs.sbg', mimeType: 'text/plain', buffer: Buffer.from(sequence) });
  const name = editor(page).getByLabel('Name of the program');
  await until('the file is in the editor', async () => (await name.inputValue()) === 'Evening stairs');

  const read: Program = importSbg(sequence).program;
  const first = await save(page, email, 1);
  assert.equal(first.protocol.visibility, 'DRAFT');
  assert.equal(first.protocol.duration_seconds, 1200);
  assert.deepEqual(first.all[0].program, JSON.parse(JSON.stringify(read)), 'what the file says is what is saved');

  // In another language, and what the save changes, in a sentence.
  await editor(page).getByRole('tab', { name: 'Languages' }).click();
  await editor(page).getByRole('combobox', { name: 'Language' }).selectOption('de');
  await editor(page).getByLabel('Name: Evening stairs').fill('Abendtreppe');
  await editor(page).getByLabel(`Voice 1, name: ${read.voices[0]?.name}`).fill('Erste Stufe');
  await editor(page).getByRole('tab', { name: 'Revisions' }).click();
  await editor(page).getByLabel('What changes, in a sentence').fill('A faster beginning.');
  await setPoint(page, 'Beat of point 1', '12');
  const second = await save(page, email, 2);
  assert.equal(second.all[1].program.voices[0].keyframes[0].beat, 12);
  assert.deepEqual(second.all[0].program, first.all[0].program, 'the first revision stays as it was');
  assert.equal(second.protocol.max_beat_hz, 12, 'the list knows the new range');
  const german = { 'Evening stairs': 'Abendtreppe', [read.voices[0]?.name as string]: 'Erste Stufe' };
  assert.deepEqual(second.all[1].translations, { de: german });
  assert.equal(second.all[1].note, 'A faster beginning.');
  await editor(page).getByRole('tab', { name: 'Revisions' }).click();
  await editor(page)
    .getByRole('cell', { name: /A faster beginning\./ })
    .waitFor();
  assert.equal(await editor(page).getByLabel('What changes, in a sentence').inputValue(), '', 'it was for one save');

  await editor(page).locator('summary', { hasText: 'Protocol' }).click();
  await editor(page).getByRole('button', { name: 'Publish' }).click();
  await until('it is public', async () => (await protocolOf(email))?.visibility === 'PUBLIC');

  const reader = await world.visit({ locale: 'de-AT' });
  await reader.page.goto('/');
  await reader.page.getByRole('searchbox').fill('abendtreppe');
  await reader.page
    .getByRole('link', { name: /Abendtreppe/ })
    .first()
    .click();
  await reader.page.getByRole('heading', { name: 'Abendtreppe', level: 1 }).waitFor();
  await reader.page.getByRole('cell', { name: 'Erste Stufe', exact: true }).waitFor();
  await reader.page.getByText('Fassungen').click();
  await reader.page.getByText('A faster beginning.').waitFor();
  // The page asks before the words of its language are there.
  for (let visit = 0; visit < 3; visit++) {
    await reader.page.goto('/edit/relaxation');
    await editor(reader.page).getByLabel('Name', { exact: true }).first().waitFor();
    assert.equal(await reader.page.title(), 'Entspannung · Neural Entrainment System');
  }
  await reader.context.close();

  const other = await world.visit();
  await other.page.goto('/account');
  await sign(other.page, 'Sign up', otherEmail);
  await other.page.goto('/');
  await other.page.getByRole('searchbox').fill('evening stairs');
  await other.page
    .getByRole('link', { name: /Evening stairs/ })
    .first()
    .click();
  await other.page.getByRole('link', { name: 'Fork', exact: true }).click();
  await editor(other.page).getByText('Not yours; saving makes a fork').waitFor();
  const fork = await save(other.page, otherEmail, 1);
  assert.notEqual(fork.protocol.id, first.protocol.id);
  assert.equal(fork.protocol.forked_from_id, second.all[1].id);
  assert.equal(fork.protocol.visibility, 'DRAFT');
  assert.equal(fork.all[0].program_hash, second.all[1].program_hash);
  assert.deepEqual(fork.all[0].translations, { de: german });
  await editor(other.page).getByText('Forked from').waitFor();

  // The panel of revisions is still open.
  await editor(page).getByLabel('Compare from: Revision 1').check();
  await editor(page).getByLabel('Compare to: Revision 2').check();
  const differences = editor(page).getByRole('table', { name: 'What differs' });
  await differences.getByRole('cell', { name: /beat/ }).waitFor();
  assert.equal(await differences.locator('tbody tr').count(), 1, 'one value was changed');
  assert.match(await differences.locator('tbody').innerText(), /9.*12/s);
  await editor(page).getByRole('button', { name: 'Restore revision 1' }).click();
  const all = await until('the restored revision is in the database', async () => {
    const found = await revisions(first.protocol.id);
    return found.length === 3 ? found : null;
  });
  assert.equal(all[2].program_hash, all[0].program_hash);
  const restored = await protocolOf(email);
  assert.equal(restored.current_revision_id, all[2].id);
  assert.equal(restored.max_beat_hz, 9);
  assert.deepEqual((await revisions(fork.protocol.id)).length, 1, 'the fork is not touched');

  // What a guest asked for just when it became an account is refused, and asked for again when it is needed.
  const complaints = [...author.complaints, ...other.complaints].filter((one) => !one.includes('401 (Unauthorized)'));
  assert.deepEqual(complaints, []);
  await author.context.close();
  await other.context.close();
});
