import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import type { TrialDocument } from '@nes/trials/document.ts';
import { armAt } from '@nes/trials/order.ts';
import { verify } from '@nes/trials/verify.ts';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, test } from 'vitest';
import { Notes, watch } from './blinding.ts';
import { newAddress, openWorld, sign, until as untilIn, type World } from './world.ts';

// Blinded trials as people live them: over two devices, without a network, and with a page that dies.

let world: World;
beforeAll(async () => {
  world = await openWorld();
});
afterAll(async () => world?.close());

/** A program of one's own that is heard to its end in two seconds. */
const short = {
  title: 'Two seconds',
  durationSeconds: 2,
  loop: 1,
  voices: [
    { kind: 'BINAURAL', name: 'Beat', keyframes: [{ at: 0, carrier: 200, beat: 10, level: 0.3, curve: 'HOLD' }] },
  ],
};

/** Machines that do much else at once are slow. */
const PATIENCE_SECONDS = 120;
const until = <T>(what: string, look: () => Promise<T>) => untilIn(what, look, PATIENCE_SECONDS);
const TIMEOUT = 600_000;

type Visitor = Awaited<ReturnType<World['visit']>>;

const trialPage = (page: Page) => page.locator('nes-trial-page');
const editor = (page: Page) => page.locator('nes-editor-page');

/** A new account with a program of its own; returns the program's slug. */
async function signUp({ page }: Visitor, email: string, program = short): Promise<string> {
  await page.goto('/account');
  await sign(page, 'Sign up', email);
  await page.goto('/edit/new');
  const buffer = Buffer.from(JSON.stringify(program));
  // The page of before is there until the editor's code is: a file given before the editor listens is lost.
  await editor(page).getByLabel('Name of the program').waitFor();
  await editor(page)
    .locator('input[type=file]')
    .setInputFiles({ name: 'short.json', mimeType: 'application/json', buffer });
  const name = editor(page).getByLabel('Name of the program');
  await until('the file is in the editor', async () => (await name.inputValue()) === program.title);
  await editor(page)
    .getByRole('button', { name: /^Save( as mine)?$/ })
    .click();
  return until('the program is in the database', async () => {
    const [row] = await world.rows(
      'SELECT p.slug FROM protocols p JOIN users u ON u.id = p.owner_id WHERE u.email = $1',
      email,
    );
    return (row?.slug as string) ?? null;
  });
}

/** Fixes a plan of few sessions (fewer than the page offers), as many a day as one likes; returns the trial's id. */
async function plan(page: Page, slug: string, outcome = 'calm', periods = SESSIONS): Promise<string> {
  await page.goto(`/trials?protocol=${slug}`);
  const form = page.locator('nes-trials-page form');
  await until('the own program is chosen', async () => {
    const chosen = form.locator('select').first();
    return (await chosen.inputValue()) === slug;
  });
  await form.locator('select').nth(1).selectOption(outcome);
  await page.locator('nes-trials-page').evaluate((plans, given) => Object.assign(plans, { periods: given }), periods);
  await form.getByLabel(/One session a day/).uncheck();
  await form.getByRole('button', { name: 'Fix this plan' }).click();
  await trialPage(page).getByRole('button', { name: 'Begin the session' }).waitFor();
  return new URL(page.url()).pathname.split('/').at(-1) as string;
}

/** Begins the session and answers what is asked before the first sound of a browser; it plays, or has ended already. */
async function begin(page: Page): Promise<void> {
  await trialPage(page).getByRole('button', { name: 'Begin the session' }).click();
  const questions = page.getByRole('button', { name: 'None of these, go on' });
  const ended = trialPage(page).locator('.measure');
  await questions
    .or(ended)
    .or(trialPage(page).getByRole('heading', { name: 'Listen' }))
    .first()
    .waitFor();
  if (await questions.isVisible()) {
    await questions.click();
    await page.getByRole('button', { name: 'I am somewhere safe' }).click();
  }
}

/** Begins the session and hears it to its end. */
async function hear(page: Page): Promise<void> {
  await begin(page);
  await trialPage(page).locator('.measure').waitFor();
}

/** The measurement and the guess of a session that was heard. */
async function record(page: Page, value: number, guess: 'with the beat' | 'without the beat'): Promise<void> {
  await trialPage(page).locator('nes-trial-scale input').fill(String(value));
  await trialPage(page).getByRole('button', { name: 'Keep it' }).click();
  await trialPage(page).getByLabel(guess, { exact: true }).check();
  await trialPage(page).getByRole('button', { name: 'Record the session' }).click();
}

const VALUES = [62, 35, 48, 71];
const SESSIONS = VALUES.length;

async function session(page: Page, period: number): Promise<void> {
  await trialPage(page).getByText(`Session ${period} of ${SESSIONS}`).waitFor();
  await hear(page);
  await record(page, VALUES[period - 1] as number, period % 2 ? 'with the beat' : 'without the beat');
  await trialPage(page)
    .getByText(period === SESSIONS ? 'All sessions are done' : `Session ${period + 1} of ${SESSIONS}`)
    .waitFor();
}

const answerText = async (page: Page): Promise<string> => {
  const answer = trialPage(page).locator('nes-trial-answer');
  await answer.getByText('Your data').first().waitFor();
  await answer
    .locator('details', { hasText: 'The figures' })
    .evaluate((details) => Object.assign(details, { open: true }));
  return answer.innerText();
};

async function exported(page: Page): Promise<TrialDocument> {
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    trialPage(page).getByRole('button', { name: 'JSON' }).click(),
  ]);
  return JSON.parse(readFileSync(await download.path(), 'utf8'));
}

const kept = async (id: string) => {
  const [trial] = await world.rows('SELECT * FROM trials WHERE id = $1', id);
  const periods = await world.rows('SELECT * FROM trial_periods WHERE trial_id = $1 ORDER BY period', id);
  return { trial, periods };
};

/** Both devices and the server say the same, and the export holds. */
async function sameAnswer(id: string, one: Page, other: Page): Promise<void> {
  assert.equal(await answerText(other), await answerText(one));
  const [first, second] = [await exported(one), await exported(other)];
  assert.deepEqual(second, first);
  const { trial, periods } = await kept(id);
  assert.deepEqual((await verify(first, { planHash: trial.plan_hash })).faults, []);
  assert.equal(first.reveal?.order, trial.arm_order);
  assert.deepEqual(
    first.periods.map(({ period, value, beatChance }) => [period, value, beatChance]),
    periods.map((row) => [row.period, row.value, row.beat_chance]),
  );
  assert.deepEqual(
    periods.map(({ value }) => value),
    VALUES,
  );
}

const patient = async (): Promise<Visitor> => {
  const visitor = await world.visit();
  visitor.page.setDefaultTimeout(PATIENCE_SECONDS * 1000);
  return visitor;
};

test(
  'a trial over two devices gives the identical answer on both',
  async () => {
    const email = newAddress('two-devices');
    const first = await patient();
    const slug = await signUp(first, email);
    const id = await plan(first.page, slug);
    const second = await patient();
    await second.page.goto('/account');
    await sign(second.page, 'Sign in', email);
    await second.page.goto('/trials');
    const row = second.page.locator('nes-trials-page section.trial', { hasText: short.title });
    await row.getByRole('link', { name: 'Go on' }).click();
    const devices = [first.page, second.page] as const;
    for (let period = 1; period <= SESSIONS; period++) {
      const page = devices[period % 2] as Page;
      // Whoever comes to the other device sees what the first one recorded.
      await page.goto(`/trials/${id}`);
      await session(page, period);
      await until(`period ${period} is in the database`, async () => (await kept(id)).periods.length === period);
    }
    await second.page.goto(`/trials/${id}`);
    await trialPage(second.page).getByRole('button', { name: 'Open the answer' }).click();
    await until('the order is open at the server', async () => (await kept(id)).trial.revealed_at);
    await first.page.goto(`/trials/${id}`);
    await sameAnswer(id, second.page, first.page);
    const sessions = await world.rows(
      'SELECT DISTINCT s.player_device_id FROM sessions s JOIN users u ON u.id = s.user_id WHERE u.email = $1',
      email,
    );
    assert.equal(sessions.length, 2, 'both devices played');
    assert.deepEqual([first.complaints, second.complaints], [[], []]);
    await first.context.close();
    await second.context.close();
  },
  TIMEOUT,
);

test(
  'a whole trial without a network has its answer there, and is at the server when there is a network again',
  async () => {
    const email = newAddress('offline');
    const visitor = await patient();
    const { page, context } = visitor;
    const slug = await signUp(visitor, email);
    await page.goto('/');
    await page.evaluate(async () => {
      await navigator.serviceWorker.ready;
    });
    // The program was read; the plan does not reach the server, so that the order is drawn and sealed here.
    await context.route('**/graphql', (route) =>
      route.request().postData()?.includes('"operationName":"PlanTrial"') ? route.abort() : route.continue(),
    );
    const id = await plan(page, slug);
    await context.setOffline(true);
    for (let period = 1; period <= SESSIONS; period++) await session(page, period);
    await trialPage(page).getByRole('button', { name: 'Open the answer' }).click();
    await answerText(page);
    assert.deepEqual(await kept(id), { trial: undefined, periods: [] });
    await context.unroute('**/graphql');
    await context.setOffline(false);
    await page.getByRole('link', { name: 'Experiments', exact: true }).click();
    await until('the trial is at the server', async () => (await kept(id)).trial?.revealed_at);
    const { trial, periods } = await kept(id);
    assert.notEqual(trial.sealed_on, null, 'the order lay on the device');
    assert.deepEqual(
      periods.map(({ value }) => value),
      VALUES,
    );
    await context.close();
  },
  TIMEOUT,
);

test(
  'a page that is killed in mid-task loses that task and nothing else',
  async () => {
    const email = newAddress('killed');
    const visitor = await patient();
    const slug = await signUp(visitor, email);
    const id = await plan(visitor.page, slug, 'pvt-speed');
    await hear(visitor.page);
    await trialPage(visitor.page).getByRole('button', { name: 'Practise' }).waitFor();
    // The task runs; its process ends as by a crash.
    await visitor.page.locator('nes-trial-task').evaluate((task) => Object.assign(task, { stage: 'practised' }));
    await trialPage(visitor.page).getByRole('button', { name: 'Begin the task' }).click();
    await trialPage(visitor.page).locator('.stage').waitFor();
    const page = await visitor.context.newPage();
    const kill = await visitor.context.newCDPSession(visitor.page);
    kill.send('Page.crash').catch(() => {});
    await visitor.page.waitForEvent('crash');
    await page.goto(`/trials/${id}`);
    await trialPage(page).getByRole('button', { name: 'Practise' }).waitFor();
    const [played] = await until('the session is in the database', async () => {
      const rows = await world.rows(
        'SELECT s.id, s.state FROM sessions s JOIN users u ON u.id = s.user_id WHERE u.email = $1',
        email,
      );
      return rows[0]?.state === 'COMPLETED' ? rows : null;
    });
    // Left out, it counts as missing: the session that was heard and its time are kept.
    const begun = await page.evaluate(
      (name) =>
        new Promise<{ begun: { sessionId: string; heard: boolean; period: number }; records: unknown[] }>((done) => {
          const opened = indexedDB.open('nes');
          opened.onsuccess = () => {
            const asked = opened.result.transaction('values').objectStore('values').get(name);
            asked.onsuccess = () => done(asked.result);
          };
        }),
      `trial:${id}`,
    );
    assert.deepEqual(
      [begun.begun.sessionId, begun.begun.heard, begun.begun.period, begun.records],
      [played.id, true, 1, []],
    );
    await visitor.context.close();
  },
  TIMEOUT,
);

/** That a text which comes and goes stands in all of one arm and in none of the other has a chance of 2 × 0.5^10 at most. */
const AUDITED = 10;
/** Long enough to be looked at. */
const audited = { ...short, title: 'Six seconds', durationSeconds: 6 };

test(
  'nothing that a person can look at tells the arm before the end: pages, pictures, lock screen, store, answers, sockets, another device',
  async () => {
    const email = newAddress('blind');
    const [player, other] = [await patient(), await patient()];
    const slug = await signUp(player, email, audited);
    await other.page.goto('/account');
    await sign(other.page, 'Sign in', email);
    const notes = new Notes();
    watch(player.page, 'player', notes);
    watch(other.page, 'other', notes);
    const id = await plan(player.page, slug, 'calm', AUDITED);
    await other.page.goto('/history');
    for (let period = 1; period <= AUDITED; period++) {
      notes.session = period;
      await trialPage(player.page).getByText(`Session ${period} of ${AUDITED}`).waitFor();
      await notes.look('before', player.page);
      await begin(player.page);
      // What is looked at moves: a text that only some sessions show is no sign.
      await notes.look('playing', player.page);
      await notes.look('playing, other device', other.page);
      await trialPage(player.page).locator('.measure').waitFor();
      await notes.look('measure', player.page);
      await record(player.page, 40 + (period % 5), 'with the beat');
      await trialPage(player.page)
        .getByText(period === AUDITED ? 'All sessions are done' : `Session ${period + 1} of ${AUDITED}`)
        .waitFor();
      await until('the period is in the database', async () => (await kept(id)).periods.length === period);
    }
    notes.session = 0;
    // Rows of the history, the newest first, on both devices.
    for (const { page } of [player, other]) {
      await page.goto('/history');
      const rows = page.locator('nes-history-page').getByRole('link', { name: audited.title });
      await until('all sessions are in the history', async () => (await rows.count()) === AUDITED);
      for (const [index, row] of (await rows.all()).entries()) {
        const item = row.locator('xpath=ancestor::li[1]');
        notes.add('history', await item.ariaSnapshot(), AUDITED - index);
      }
    }
    const { trial } = await kept(id);
    const isBeat = (period: number) => armAt(trial.arm_order, period) === 'BEAT';
    assert.deepEqual(notes.telling(AUDITED, isBeat), []);
    // Every kind of place was looked at.
    for (const place of [
      'before page',
      'playing page',
      'playing picture',
      'playing lock screen',
      'playing store',
      'playing, other device page',
      'measure picture',
      'player answer',
      'player socket',
      'other socket',
      'history',
    ])
      assert.ok(notes.places().has(place), `${place} was seen: ${[...notes.places()]}`);
    // The same eyes find what does tell it.
    for (let period = 1; period <= AUDITED; period++) notes.add('planted', isBeat(period) ? 'a' : 'b', period);
    assert.deepEqual(
      notes.telling(AUDITED, isBeat).map(({ place }) => place),
      ['planted', 'planted'],
    );
    await player.context.close();
    await other.context.close();
  },
  TIMEOUT,
);
