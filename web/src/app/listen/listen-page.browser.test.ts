import { checkProgram } from '@nes/program/check.ts';
import { shareFragment } from '@nes/program/share.ts';
import { afterEach, expect, test, vi } from 'vitest';
import { define } from '../../elements/define.ts';
import { ListenPage } from './listen-page.ts';
import '../../styles/tokens.css';

define('nes-listen-page', ListenPage);

afterEach(() => {
  document.querySelector('nes-listen-page')?.remove();
  history.replaceState(null, '', '/');
});

async function arrive(fragment: string): Promise<ListenPage> {
  history.replaceState(null, '', `/listen${fragment}`);
  const page = document.createElement('nes-listen-page') as ListenPage;
  page.params = {};
  document.body.append(page);
  await page.ready;
  await page.updateComplete;
  return page;
}

const fragment = await shareFragment({
  title: 'From a friend',
  program: checkProgram({
    durationSeconds: 900,
    voices: [{ kind: 'BINAURAL', keyframes: [{ at: 0, carrier: 200, beat: 6, level: 0.3 }] }],
  }),
  startClockSeconds: null,
  notes: [],
});

test("a friend's link opens a page to listen: Play is first, a copy to edit comes after it", async () => {
  const page = await arrive(fragment);
  expect(page.renderRoot.querySelector('h1')?.textContent).toBe('From a friend');
  expect(page.pageTitle).toBe('From a friend');
  expect(page.renderRoot.querySelector('.facts')?.textContent?.replace(/\s+/g, ' ')).toContain('15 min');
  const buttons = [...page.renderRoot.querySelectorAll('button')].map((button) => button.textContent?.trim());
  expect(buttons).toEqual(['Play', 'Edit a copy']);
  expect(page.renderRoot.querySelector('nes-sample-button')).not.toBeNull();
  expect(page.renderRoot.querySelector('nes-curve')?.program?.durationSeconds).toBe(900);
});

test('the copy that is edited is the program of the link', async () => {
  const page = await arrive(fragment);
  const gone = vi.fn();
  window.addEventListener('nes-go', gone, { once: true });
  [...page.renderRoot.querySelectorAll('button')].at(-1)?.click();
  await vi.waitFor(() => expect(gone).toHaveBeenCalled());
  expect(location.pathname).toBe('/edit/new');
  expect(location.hash).toBe(fragment);
});

test('a damaged link says so, and leads to the library', async () => {
  const page = await arrive('#program=1.AAAA');
  expect(page.renderRoot.querySelector('h1')?.textContent).toMatch(/damaged/);
  expect(page.renderRoot.querySelector('a')?.getAttribute('href')).toBe('/');
});
