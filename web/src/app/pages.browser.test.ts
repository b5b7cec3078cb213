import axe from 'axe-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { page } from 'vitest/browser';
import { sourceOf } from '../../../prisma/library/bibliography.ts';
import focus from '../../../prisma/library/focus.json';
import nap from '../../../prisma/library/nap.json';
import pulsed from '../../../prisma/library/pulsed-focus.json';
import rain from '../../../prisma/library/rain-and-alpha.json';
import { preferences } from '../data/preferences.ts';
import { screening } from '../data/screening.ts';
import { store, writeValue } from '../data/store.ts';
import { define } from '../elements/define.ts';
import type { LocalSession } from '../session/log.ts';
import { playerSession } from '../session/session.ts';
import { speak } from './localise.ts';
import './shell/nes-app.ts';
import '../styles/tokens.css';
import { CalibrateDialog } from './loudness/calibrate-dialog.ts';
import { ReportDialog } from './protocol/report-dialog.ts';
import { SafetyDialog } from './safety/safety-dialog.ts';
import { ShortcutsDialog } from './shell/shortcuts-dialog.ts';
import { showToast } from './toast.ts';

/** The rules of WCAG 2.2 A and AA, and axe's best practices. */
const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

const entries = [focus, nap, pulsed, rain].map((entry, index) => ({
  ...entry,
  id: `P${index}`,
  revisionId: `R${index}`,
  whatIsKnown: [entry.whatIsKnown],
  sources: entry.sources.map((key) => ({ url: null, pmid: null, stimulus: null, funding: null, ...sourceOf(key) })),
  builtIn: true,
  durationSeconds: entry.program.durationSeconds,
  minBeatHz: 4,
  maxBeatHz: 18,
  bands: ['ALPHA', 'BETA'],
  controlSlug: entry.slug === 'focus' ? 'nap' : null,
  controlOfSlug: null,
}));

const session = (day: number): LocalSession => ({
  id: `00000000-0000-4000-8000-00000000000${day}`,
  protocolId: 'P0',
  revisionId: 'R0',
  slug: 'focus',
  title: 'Focus',
  category: 'FOCUS',
  durationSeconds: 720,
  timeZone: 'UTC',
  startedAt: new Date(Date.now() - day * 86_400_000).toISOString(),
  endedAt: new Date(Date.now() - day * 86_400_000 + 600_000).toISOString(),
  state: day % 2 ? 'COMPLETED' : 'STOPPED',
  volume: 0.5,
  scene: '',
  playedSeconds: 600,
  events: [],
  rating: { stars: 4, calmBefore: 3, calmAfter: 6, focusBefore: 5, focusAfter: 4, comment: 'Quiet evening.' },
  ratingSent: true,
  refused: null,
  unsent: 0,
});

const home = location.href;
const realFetch = window.fetch;
let libraryAnswers = true;

beforeAll(async () => {
  window.fetch = async (input, init) => {
    const address = String(input instanceof Request ? input.url : input);
    if (address.endsWith('library.json')) {
      return libraryAnswers ? Response.json(entries) : new Response('', { status: 503 });
    }
    if (address.includes('/graphql')) throw new TypeError('The server is away.');
    return realFetch(input, init);
  };
  await screening.ready;
});

afterAll(() => {
  window.fetch = realFetch;
  history.replaceState(null, '', home);
});

afterEach(async () => {
  playerSession.stop();
  document.body.replaceChildren();
  await (await store()).clear('sessions');
  await writeValue('screening', undefined);
});

async function seed(): Promise<void> {
  const database = await store();
  for (let day = 0; day < 5; day++) await database.put('sessions', session(day));
}

/** Opens a place of the application and waits for its heading. */
async function visit(path: string, theme: string, tag = '', language = 'en'): Promise<void> {
  await preferences.save({ theme, language });
  await speak(language);
  document.documentElement.dataset.theme = theme;
  document.title = 'Test';
  history.replaceState(null, '', `/${path}`);
  const app = document.createElement('nes-app');
  document.body.append(app);
  await expect
    .poll(
      () =>
        app.renderRoot.querySelector('main')?.firstElementChild?.shadowRoot?.querySelector('h1')?.textContent?.trim(),
      {
        timeout: 20_000,
      },
    )
    .toBeTruthy();
  if (tag) expect(app.renderRoot.querySelector('main')?.firstElementChild?.localName).toBe(`nes-${tag}-page`);
  await new Promise((resolve) => setTimeout(resolve, 400));
}

async function expectClean(): Promise<void> {
  await Promise.all(document.getAnimations().map((animation) => animation.finished.catch(() => {})));
  const { violations } = await axe.run(document.body, { runOnly: tags, resultTypes: ['violations'] });
  const found = violations.flatMap(({ id, nodes }) =>
    nodes.map(({ target, failureSummary }) => `${id} at ${JSON.stringify(target)}: ${failureSummary}`),
  );
  expect(found).toEqual([]);
}

// First of all: once it was read, the library is in memory.
it.each(['dark', 'light'])(
  'in the %s theme the library breaks no rule while its file cannot be read',
  async (theme) => {
    libraryAnswers = false;
    await visit('', theme, 'library');
    const library = document.querySelector('nes-app')?.renderRoot.querySelector('nes-library-page');
    await expect.poll(() => library?.shadowRoot?.textContent).toContain('The library could not be read.');
    await expectClean();
    libraryAnswers = true;
  },
);

describe.each(['dark', 'light'])('in the %s theme', (theme) => {
  it.each([
    ['', 'library', 'library'],
    ['?q=zzz', 'library without a hit', 'library'],
    ['protocols/focus', 'protocol', 'protocol'],
    ['protocols/none-such', 'missing protocol', 'protocol'],
    ['play/focus', 'player before the start', 'player'],
    ['history', 'history', 'history'],
    ['progress', 'progress', 'progress'],
    ['trials', 'experiments', 'trials'],
    ['account', 'account of a guest', 'account'],
    ['account/reset', 'new password', 'account'],
    ['account/verify', 'confirmed address', 'account'],
    ['preferences', 'preferences', 'preferences'],
    ['safety', 'safety', 'safety'],
    ['evidence', 'evidence', 'evidence'],
    ['group', 'groups', 'group'],
    ['group/ABCDEF', 'joining a group', 'group'],
    ['nowhere', 'missing page', 'missing'],
  ])('/%s (%s) breaks no rule', async (path, _name, tag) => {
    await seed();
    await visit(path, theme, tag);
    await expectClean();
  });

  it.each(['', 'history', 'progress'])('/%s breaks no rule while nothing was played', async (path) => {
    localStorage.removeItem('nes-driving');
    await visit(path, theme);
    await expectClean();
  });

  it.each([
    ['history', 'history'],
    ['progress', 'progress'],
    ['protocols/nowhere', 'protocol'],
    ['admin', 'admin'],
    ['embed-builder', 'embed'],
    ['edit/new', 'editor'],
  ])('/%s breaks no rule', async (path, tag) => {
    await visit(path, theme, tag);
    await expectClean();
  });

  it('the calibration of loudness and a report break no rule', async () => {
    await visit('evidence', theme);
    for (const [tag, element] of [
      ['nes-calibrate-dialog', CalibrateDialog],
      ['nes-report-dialog', ReportDialog],
    ] as const) {
      define(tag, element);
      const dialog = document.createElement(tag);
      document.body.append(dialog);
      await new Promise((resolve) => setTimeout(resolve, 400));
      await expectClean();
      dialog.remove();
    }
  });

  it('the safety questions and the notice about driving break no rule', async () => {
    document.documentElement.dataset.theme = theme;
    define('nes-safety-dialog', SafetyDialog);
    const dialog = document.createElement('nes-safety-dialog') as SafetyDialog;
    localStorage.removeItem('nes-driving');
    document.body.append(dialog);
    await dialog.updateComplete;
    dialog.renderRoot.querySelector<HTMLInputElement>('input[name=seizures]')?.click();
    await dialog.updateComplete;
    await expectClean();
  });

  it('the list of keys and a message break no rule', async () => {
    await visit('evidence', theme);
    showToast({ message: 'Something happened.', stays: true, action: { label: 'Do it', run: () => {} } });
    define('nes-shortcuts-dialog', ShortcutsDialog);
    const shortcuts = document.createElement('nes-shortcuts-dialog');
    document.body.append(shortcuts);
    await new Promise((resolve) => setTimeout(resolve, 400));
    await expectClean();
    // A cap is as high as its letter, however many lines its label has.
    const [label] = (shortcuts.shadowRoot as ShadowRoot).querySelectorAll<HTMLElement>('dt');
    if (label) label.textContent = 'What the key does, at length. '.repeat(6);
    const caps = [...(shortcuts.shadowRoot as ShadowRoot).querySelectorAll<HTMLElement>('kbd')];
    expect(label?.offsetHeight).toBeGreaterThan(2 * (caps[0]?.offsetHeight ?? 0));
    expect(new Set(caps.map((cap) => cap.offsetHeight)).size).toBe(1);
  });
});

describe.each(['de', 'es', 'fr'])('in the language %s', (language) => {
  // Long words on a narrow phone: what no longer fits shows here.
  beforeAll(() => page.viewport(360, 780));
  afterAll(() => page.viewport(1280, 800));

  it.each([
    ['', 'library'],
    ['protocols/focus', 'protocol'],
    ['play/focus', 'player'],
    ['history', 'history'],
    ['progress', 'progress'],
    ['trials', 'trials'],
    ['account', 'account'],
    ['preferences', 'preferences'],
    ['safety', 'safety'],
    ['evidence', 'evidence'],
    ['group', 'group'],
    ['embed-builder', 'embed'],
  ])('/%s breaks no rule, and is in that language', async (path, tag) => {
    await seed();
    // Long words on light paper: the narrower of two contrasts.
    await visit(path, 'light', tag, language);
    expect(document.documentElement.lang).toBe(language);
    expect(document.documentElement.scrollWidth).toBe(360);
    await expectClean();
  });
});
