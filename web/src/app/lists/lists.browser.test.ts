import axe from 'axe-core';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { lists, newList } from '../../data/lists.ts';
import { keepLocally } from '../../data/protocols.ts';
import { noToAll } from '../../data/questions.ts';
import { screening } from '../../data/screening.ts';
import { readValue, store } from '../../data/store.ts';
import { define } from '../../elements/define.ts';
import { nextMoment, plan } from '../../session/plan.ts';
import { queue } from '../../session/queue.ts';
import { playerSession } from '../../session/session.ts';
import { entriesOf, itemOf } from './entries.ts';
import { ListsPage } from './lists-page.ts';
import { openQueue } from './queue-dialog.ts';
import '../../styles/tokens.css';
import { checkProgram } from '@nes/program/check.ts';

define('nes-lists-page', ListsPage);

const program = checkProgram({
  durationSeconds: 600,
  voices: [{ kind: 'MONAURAL', keyframes: [{ at: 0, carrier: 200, beat: 6, level: 0.1 }] }],
});

/** Nobody is asked anything here. */
const answered = () => screening.answer(noToAll, false);

async function shown(): Promise<ListsPage> {
  const element = document.createElement('nes-lists-page') as ListsPage;
  document.body.append(element);
  await element.updateComplete;
  return element;
}

beforeEach(async () => {
  for (const { id } of lists.all) await lists.remove(id);
  await lists.keepPlan([]);
  await (await store()).clear('protocols');
});

afterEach(() => {
  document.querySelector('nes-lists-page')?.remove();
  document.querySelector('nes-queue')?.remove();
  plan.stop();
});

test('a list is made, filled, put in order and kept on this device', async () => {
  const [a, b] = [await keepLocally({ title: 'Alpha', program }), await keepLocally({ title: 'Delta', program })];
  await shown();
  await page.getByRole('button', { name: 'New list' }).click();
  const add = page.getByRole('combobox', { name: 'Add a program' });
  await expect.element(add.getByRole('option', { name: 'Delta' })).toBeInTheDocument();
  await userEvent.selectOptions(add, `local:${a.id}`);
  await expect.poll(() => lists.all[0]?.items.length).toBe(1);
  await userEvent.selectOptions(add, `local:${b.id}`);
  await page.getByRole('button', { name: 'Delta earlier' }).click();
  await userEvent.selectOptions(page.getByRole('combobox', { name: 'How long Alpha plays' }), '300');
  await userEvent.selectOptions(page.getByRole('combobox', { name: 'Between two' }), '-30');
  await page.getByRole('checkbox', { name: 'Repeat' }).click();
  await expect
    .poll(async () => (await readValue<object[]>('lists'))?.[0])
    .toMatchObject({
      items: [
        { title: 'Delta', seconds: null },
        { title: 'Alpha', seconds: 300 },
      ],
      gapSeconds: 30,
      crossFadeSeconds: 0,
      repeat: true,
    });
  expect(
    (await axe.run('nes-lists-page', { runOnly: ['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa'] })).violations,
  ).toEqual([]);
});

test('lists that other devices do not get are told with the reason', async () => {
  await shown();
  lists.refusal = 'At most 100 entries are allowed.';
  await expect.element(page.getByText(/other devices do not get these lists\. At most 100/)).toBeInTheDocument();
  lists.refusal = null;
  await expect.poll(() => page.getByText(/other devices do not get/).elements()).toHaveLength(0);
});

test('the queue shows what comes, and lets it be put in another order', async () => {
  const locals = [];
  for (const title of ['One', 'Two', 'Three']) locals.push(await keepLocally({ title, program }));
  const items = locals.map(({ id, title }) => itemOf({ slug: null, title }, id));
  await queue.open(await entriesOf(items), newList('Mine'));
  openQueue();
  await page.getByRole('button', { name: 'Three earlier' }).click();
  expect(queue.entries.map(({ protocol }) => protocol.title)).toEqual(['One', 'Three', 'Two']);
  await page.getByRole('button', { name: 'Take Two out' }).click();
  expect(queue.entries).toHaveLength(2);
  // What sounds now has no keys.
  expect(page.getByRole('button', { name: 'Take One out' }).elements()).toHaveLength(0);
  expect((await axe.run('nes-queue', { runOnly: ['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa'] })).violations).toEqual(
    [],
  );
});

test('what is gone from this device is left out of what is played', async () => {
  const kept = await keepLocally({ title: 'Here', program });
  const entries = await entriesOf([
    itemOf({ slug: null, title: 'Gone' }, 'no such id'),
    itemOf({ slug: null, title: 'Here' }, kept.id),
  ]);
  expect(entries.map(({ protocol }) => protocol.title)).toEqual(['Here']);
});

test('the next moment of a time of day is today or tomorrow, also over a change of the clock', () => {
  const at = (text: string): number => new Date(text).getTime();
  expect(nextMoment('13:00', at('2026-06-01T12:59:59'))).toBe(at('2026-06-01T13:00:00'));
  expect(nextMoment('13:00', at('2026-06-01T13:00:00'))).toBe(at('2026-06-02T13:00:00'));
  for (let day = 0; day < 366; day++) {
    const after = new Date(2026, 0, 1 + day, 22, 10).getTime();
    const next = new Date(nextMoment('07:30', after));
    expect([next.getHours(), next.getMinutes()]).toEqual([7, 30]);
    expect(next.getTime() - after).toBeLessThanOrEqual(25 * 3_600_000);
  }
});

test('a plan says what begins next, and begins it in time', async () => {
  const kept = await keepLocally({ title: 'Planned', program });
  await answered();
  await userEvent.click(document.body);
  await playerSession.player.prepare();
  const moment = Math.ceil(Date.now() / 1000 + 8) * 1000;
  plan.run([
    {
      time: new Date(moment).toTimeString().slice(0, 8),
      title: 'Planned',
      find: async () => ({
        entries: await entriesOf([itemOf({ slug: null, title: 'Planned' }, kept.id)]),
        options: {},
      }),
    },
  ]);
  expect(plan.next?.moment).toBe(moment);
  await expect.poll(() => playerSession.state, { timeout: 25_000 }).toBe('playing');
  await expect.poll(() => playerSession.positionSeconds(), { timeout: 10_000 }).toBeGreaterThan(0);
  expect(Math.abs(playerSession.positionSeconds() - (Date.now() - moment) / 1000)).toBeLessThan(0.05);
  expect(playerSession.protocol?.title).toBe('Planned');
  // Tomorrow again.
  expect(plan.next?.moment).toBeGreaterThan(moment);
  playerSession.stop();
});
