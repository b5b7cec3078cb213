import assert from 'node:assert/strict';
import { afterAll, beforeAll, test } from 'vitest';
import { newAddress, openWorld, sign, until, type World } from './world.ts';

// Answers about health: on the device until somebody with an account agrees, gone from the database when it is taken back.

let world: World;
beforeAll(async () => {
  world = await openWorld();
});
afterAll(async () => world?.close());

const rows = () => world.rows('SELECT pregnancy, agreed_at FROM screenings');

test('agreed, the account keeps the answers; taken back, they are gone at once and stay on the device', async () => {
  const email = newAddress('consent');
  const { page, complaints } = await world.visit();
  await page.goto('/account');
  await sign(page, 'Sign up', email);
  await page.getByText(email).first().waitFor();
  await page.goto('/safety');
  await page.getByRole('button', { name: 'Answer now' }).click();
  await page.getByLabel('Pregnancy').check();
  await page.getByLabel('I have read this').check();
  await page.getByRole('button', { name: 'Go on with these limits' }).click();
  await page.getByText('These answers lie on this device and nowhere else.').waitFor();
  await page.waitForTimeout(1_500);
  assert.deepEqual(await rows(), [], 'an account alone is no agreement');

  await page.getByRole('button', { name: 'Keep them with my account, too' }).click();
  const [kept] = await until('the answers are in the database', async () => {
    const found = await rows();
    return found.length > 0 ? found : null;
  });
  assert.equal(kept.pregnancy, true);
  assert.ok(kept.agreed_at);

  await page.getByRole('button', { name: 'Take it back' }).click();
  await until('they are gone', async () => (await rows()).length === 0);
  await page.reload();
  await page.getByText('These answers lie on this device and nowhere else.').waitFor();
  await page.getByText('yes', { exact: true }).first().waitFor();
  // A question that was under way while the guest became an account is refused once, and asked again with the new token.
  assert.deepEqual(
    complaints.filter((text) => !text.includes('401 (Unauthorized)')),
    [],
  );
});
