/**
 * No rule of WCAG 2.2 A and AA is broken on what only a real server or a built embed shows: the page of an account, the
 * administration with rows, a player that plays, the builder of embeds, and every element on somebody else's page.
 * The other pages and states: `src/app/pages.browser.test.ts`.
 */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, test } from 'vitest';
import { newId } from '../../api/src/platform/ids.ts';
import { answer, type EmbedWorld, openEmbedWorld, openPage, playerFile, pressPlay } from './embed-world.ts';
import { newAddress, openWorld, sign, until, type World } from './world.ts';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

interface Axe {
  run(
    context: Document,
    options: object,
  ): Promise<{ violations: { id: string; nodes: { target: unknown; failureSummary: string }[] }[] }>;
  commons: { color: { Color: new () => Colour; getContrast(ground: Colour, text: Colour): number } };
}
interface Colour {
  parseString(text: string): Colour;
}

async function expectClean(page: Page, what: string): Promise<void> {
  if (!(await page.evaluate(() => 'axe' in globalThis))) await page.evaluate(axe);
  const found = await page.evaluate(async (runOnly) => {
    // What still fades in has not the contrast that it will have.
    const finite = document
      .getAnimations()
      .filter(({ effect }) => effect?.getComputedTiming().endTime !== Number.POSITIVE_INFINITY);
    await Promise.all(finite.map(({ finished }) => finished.catch(() => {})));
    const { violations } = await (globalThis as unknown as { axe: Axe }).axe.run(document, {
      runOnly,
      resultTypes: ['violations'],
    });
    return violations.flatMap(({ id, nodes }) =>
      nodes.map(({ target, failureSummary }) => `${id} at ${JSON.stringify(target)}: ${failureSummary}`),
    );
  }, tags);
  assert.deepEqual(found, [], what);
}

async function inBothThemes(page: Page, what: string): Promise<void> {
  for (const colorScheme of ['dark', 'light'] as const) {
    await page.emulateMedia({ colorScheme });
    await expectClean(page, `${what}, ${colorScheme}`);
  }
}

describe('with a server', () => {
  let world: World;
  beforeAll(async () => {
    world = await openWorld();
  });
  afterAll(async () => world?.close());

  test('an account with its devices, in every language', async () => {
    const email = newAddress('mira');
    const { page, context } = await world.visit();
    await page.goto('/account');
    await sign(page, 'Sign up', email);
    await page.getByText('this one').first().waitFor();
    await inBothThemes(page, 'the account');
    for (const language of ['de', 'es', 'fr']) {
      await page.goto('/preferences');
      await page.locator('nes-preferences-page select:has(option[value=fr])').selectOption(language);
      await page.locator(`html[lang=${language}]`).waitFor();
      await page.goto('/account');
      await page.getByText(email).first().waitFor();
      await inBothThemes(page, `the account in ${language}`);
    }
    await context.close();
  });

  test('a device that is let in, and webhooks', async () => {
    const email = newAddress('viewer');
    const { page, context } = await world.visit({ viewport: { width: 320, height: 700 } });
    const tell = async (query: string, input: object) => {
      const body = JSON.stringify({ query, variables: { input } });
      const headers = { 'content-type': 'application/json' };
      return (await (await fetch(`${world.url}/graphql`, { method: 'POST', headers, body })).json()).data;
    };
    const { requestDeviceCode: codes } = await tell(
      'mutation ($input: RequestDeviceCodeInput!) { requestDeviceCode(input: $input) { deviceCode userCode verificationUriComplete } }',
      { name: 'Television in the living room', scopes: ['READ', 'SESSIONS'] },
    );
    const token = async () =>
      (
        await tell('mutation ($input: RedeemDeviceCodeInput!) { redeemDeviceCode(input: $input) { token } }', {
          deviceCode: codes.deviceCode,
        })
      ).redeemDeviceCode.token as string | null;
    const fits = async (what: string) => {
      const over = await page.evaluate(
        () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
      );
      assert.ok(over <= 0, `${what} is ${over} px too wide`);
    };
    await page.goto('/account');
    await sign(page, 'Sign up', email);
    await page.goto(`/device#${new URL(codes.verificationUriComplete).hash.slice(1)}`);
    const device = page.locator('nes-device-page');
    await device.getByText('wants into your account').waitFor();
    await inBothThemes(page, 'the code');
    await device.getByLabel('The code that your device shows').fill('AAAA-AAAA');
    await device.getByRole('button', { name: 'Go on' }).click();
    await device.getByText('No device shows this code').waitFor();
    await inBothThemes(page, 'a wrong code');
    await device.getByLabel('The code that your device shows').fill(codes.userCode.toLowerCase());
    await device.getByRole('button', { name: 'Go on' }).click();
    await device.getByText('Television in the living room').waitFor();
    await device.getByText('from the network that you are in').waitFor();
    await inBothThemes(page, 'what a device asks for');
    await fits('what a device asks for');
    await device.getByLabel('Start, steer and rate sessions').uncheck();
    await device.getByLabel('Present password').fill('a long walk by the sea');
    assert.equal(await token(), null, 'nothing before it is agreed to');
    await device.getByRole('button', { name: 'Let it in' }).click();
    await device.getByText('The device is let in.').waitFor();
    await inBothThemes(page, 'a device that is let in');
    const given = await until('the interval is over', token, 20);
    const { data } = await (
      await fetch(`${world.url}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${given}` },
        body: JSON.stringify({ query: '{ viewer { email } }' }),
      })
    ).json();
    assert.equal(data.viewer.email, email);

    await page.goto('/account/webhooks');
    const hooks = page.locator('nes-webhooks-panel');
    await hooks.getByLabel('Address').fill('https://hooks.invalid/a/rather/long/path/that/has/to/break/somewhere');
    await hooks.getByLabel('Present password').fill('a long walk by the sea');
    await hooks.getByRole('button', { name: 'Make the webhook' }).click();
    await hooks.getByText(/^whsec_/).waitFor();
    await inBothThemes(page, 'a webhook that was made');
    await fits('webhooks');
    await hooks.getByRole('button', { name: 'Send a test' }).click();
    await hooks.getByText('Last deliveries').click();
    await hooks.getByText('webhook.test').waitFor();
    await hooks.getByRole('button', { name: /^Send again: webhook.test/ }).waitFor();
    await page.locator('nes-app').getByText('A test is on its way.').waitFor({ state: 'hidden' });
    await inBothThemes(page, 'what a webhook was told');
    await fits('what a webhook was told');
    await page.reload();
    await hooks.getByRole('heading', { name: /hooks.invalid/ }).waitFor();
    assert.equal(await hooks.getByText(/^whsec_/).count(), 0, 'the secret is shown once');
    await hooks.getByRole('button', { name: 'Delete' }).click();
    await hooks.getByRole('heading', { name: /hooks.invalid/ }).waitFor({ state: 'detached' });
    await context.close();
  });

  test('the administration with people, reports and acts', async () => {
    const email = newAddress('head');
    const { page, context } = await world.visit();
    await page.goto('/account');
    await sign(page, 'Sign up', email);
    const { prisma } = world.backend.database;
    const admin = await prisma.user.update({ where: { emailKey: email }, data: { role: 'ADMIN' } });
    const protocol = await prisma.protocol.findFirstOrThrow({ where: { slug: 'theta-calm' } });
    await prisma.report.create({
      data: {
        id: newId(),
        protocolId: protocol.id,
        reporterId: admin.id,
        reason: 'MISLEADING',
        text: 'It promises a cure.',
      },
    });
    await prisma.adminAct.create({
      data: {
        id: newId(),
        adminId: admin.id,
        action: 'closeReport',
        targetType: 'Report',
        targetId: protocol.id,
        reason: 'Read it.',
      },
    });
    // The role is in the token: it counts from the next sign-in on.
    await page.getByRole('button', { name: 'Sign out', exact: true }).click();
    await sign(page, 'Sign in', email);
    await page.goto('/admin');
    await page.getByText('It promises a cure.').waitFor();
    await page.getByText('Read it.').waitFor();
    await page.getByRole('button', { name: 'Search' }).click();
    await page.locator('section[aria-labelledby=people] tbody tr').first().waitFor();
    await inBothThemes(page, 'the administration');
    await context.close();
  });

  test('a player that plays, its scenes, and what is asked afterwards', async () => {
    const { page, context } = await world.visit();
    await page.goto('/protocols/focus');
    await page.getByRole('button', { name: /^Play/ }).first().click();
    await page.getByRole('button', { name: 'None of these, go on' }).click();
    await page.getByRole('heading', { name: 'Are the headphones on?' }).waitFor();
    await expectClean(page, 'the check of the headphones');
    await page.getByRole('button', { name: 'I am somewhere safe' }).click();
    const deck = page.locator('nes-player-page');
    await deck.getByRole('button', { name: 'Pause', exact: true }).waitFor();
    await page.waitForFunction(() => Object.keys(localStorage).some((key) => key.startsWith('nes-playing ')));
    // A control with the keyboard's focus keeps them all in sight.
    await deck.getByRole('button', { name: 'Pause', exact: true }).focus();
    await page.keyboard.press('Tab');
    await inBothThemes(page, 'the player');
    // The bar that says elsewhere what plays.
    await page.locator('nes-app a.home').focus();
    await page.keyboard.press('Enter');
    await page.locator('nes-live-bar').getByRole('button', { name: 'Pause' }).waitFor();
    await inBothThemes(page, 'the library while something plays');
    await page.goBack();
    await deck.getByRole('button', { name: 'Stop', exact: true }).click();
    await page.locator('nes-after-panel').waitFor();
    await inBothThemes(page, 'the questions afterwards');
    await context.close();
  });

  test('in forced colours ours stand on the ground of the system, and what is pressed is seen', async () => {
    for (const colorScheme of ['dark', 'light'] as const) {
      const { page, context } = await world.visit({ forcedColors: 'active', colorScheme });
      await page.goto('/');
      const chips = page.locator('nes-library-page .chip[aria-pressed]');
      await chips.first().waitFor();
      for (const chip of await chips.all()) {
        const [pressed, style] = await chip.evaluate((one) => [
          one.getAttribute('aria-pressed'),
          getComputedStyle(one).borderTopStyle,
        ]);
        assert.equal(style === 'double', pressed === 'true');
      }
      await page.goto('/play/focus');
      await page.locator('nes-player-page nes-curve .chapter-name').first().waitFor();
      await page.evaluate(axe);
      // What the person chose here is not what the system has.
      await page.evaluate(
        (theme) => document.documentElement.setAttribute('data-theme', theme),
        colorScheme === 'dark' ? 'light' : 'dark',
      );
      const contrasts = await page.locator('nes-player-page nes-curve').evaluate((curve) => {
        const { Color, getContrast } = (globalThis as unknown as { axe: Axe }).axe.commons.color;
        const colour = (text: string) => new Color().parseString(text);
        const sheet = document.body.appendChild(document.createElement('div'));
        sheet.style.color = 'Canvas';
        const ground = colour(getComputedStyle(sheet).color);
        const contrast = (text: string) => getContrast(ground, colour(text));
        const inside = (selector: string) => getComputedStyle(curve.shadowRoot?.querySelector(selector) as Element);
        return { words: contrast(inside('.chapter-name').fill), line: contrast(inside('path.leading').fill) };
      });
      assert.ok(contrasts.words >= 4.5, `names of chapters, ${colorScheme}: ${contrasts.words}`);
      assert.ok(contrasts.line >= 3, `the curve, ${colorScheme}: ${contrasts.line}`);
      await context.close();
    }
  });

  test('the builder of embeds with its preview', async () => {
    const { page, context } = await world.visit();
    await page.goto('/embed-builder');
    await page.locator('nes-embed-page nes-player[state=ready]').waitFor();
    await inBothThemes(page, 'the builder');
    await context.close();
  });
});

describe('on the page of somebody else', () => {
  let world: EmbedWorld;
  beforeAll(async () => {
    world = await openEmbedWorld();
  });
  afterAll(async () => world?.close());

  const body = `<main><h1>Host</h1>
    <nes-player id="plays" src="/p.json"></nes-player><nes-player id="waits" protocol="focus"></nes-player>
    <nes-player id="fails" src="/nothing.json"></nes-player><nes-player id="empty"></nes-player>
    <nes-protocol-list search limit="4"></nes-protocol-list><nes-visual></nes-visual><nes-metrics></nes-metrics></main>`;

  for (const language of ['en', 'de', 'es', 'fr']) {
    for (const theme of ['dark', 'light'] as const) {
      test(`every element in ${language}, ${theme}: waiting, failed, playing, asking, asked`, async () => {
        const head = `<meta name="color-scheme" content="${theme}"><script type="module" src="${world.cdn}/embed/latest/nes.js"></script>`;
        const { page, context } = await openPage(world, '', {
          page: `<!doctype html><html lang="${language}"><head><meta charset="utf-8"><title>Host</title>${head}</head><body>${body}</body></html>`,
          files: playerFile,
          deaf: true,
        });
        await page.emulateMedia({ colorScheme: theme, reducedMotion: 'reduce' });
        await page.waitForSelector('#waits[state=ready]');
        await page.waitForSelector('#fails[state=failed]');
        await page.waitForSelector('nes-protocol-list [part=protocol]');
        await page.waitForSelector('nes-metrics [part=figures]');
        await expectClean(page, 'before the start');
        await pressPlay(page, '#plays');
        await until('something was heard', () =>
          page.evaluate(
            () => (document.querySelector('#plays') as unknown as { currentTime: number }).currentTime > 0.5,
          ),
        );
        await expectClean(page, 'while it plays');
        await page.locator('#plays [part=questions]').click();
        await page.locator('nes-embed-questions dialog[open]').waitFor();
        await page.locator('nes-embed-questions input[name=seizures]').check();
        await expectClean(page, 'the questions');
        await page.locator('nes-embed-questions button[type=button]').click();
        await answer(page);
        await expectClean(page, 'after the answers');
        await context.close();
      });
    }
  }
});
