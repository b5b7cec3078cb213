/** What there is to look at: every page and state of the application, the windows, and the languages it is laid out in. */
import { importJson } from '@nes/program/import/json.ts';
import { shareFragment } from '@nes/program/share.ts';
import type { Page } from 'playwright-core';
import { longer, mirrored } from './pseudo-locale.ts';

export const widths = [320, 390, 820, 1440, 2560];
export const heights: Record<number, number> = { 320: 568, 390: 844, 820: 1180, 1440: 900, 2560: 1440 };

/** What a person's own settings do to every text: its size, or the spacing that WCAG 1.4.12 names. */
export type Setting = 'twice as large' | 'spaced' | null;

interface Texts {
  name: string;
  language: string;
  change: ((text: string) => string) | null;
  direction: 'ltr' | 'rtl';
  setting: Setting;
  widths: readonly number[];
  theme: 'dark' | 'light';
}

/**
 * The texts that pages are laid out with, the windows and the theme for each: a theme has colours alone, so that each window is looked at
 * in both with some text.
 */
export const texts: readonly Texts[] = [
  {
    ...{ name: '40 % longer', language: 'de', change: longer, direction: 'ltr', setting: null, theme: 'dark' },
    widths,
  },
  {
    ...{ name: 'German', language: 'de', change: null, direction: 'ltr', setting: null, theme: 'light' },
    widths,
  },
  {
    ...{ name: 'right to left', language: 'de', change: mirrored, direction: 'rtl', setting: null, theme: 'light' },
    widths: [390, 1440],
  },
  {
    ...{
      name: 'twice as large',
      language: 'en',
      change: null,
      direction: 'ltr',
      setting: 'twice as large',
      theme: 'dark',
    },
    widths: [390],
  },
  {
    ...{ name: 'spaced', language: 'de', change: null, direction: 'ltr', setting: 'spaced', theme: 'light' },
    widths: [390, 1440],
  },
];

export interface State {
  /** Address below the application's root. */
  path: string;
  /** What is done there before it is looked at. */
  act?: (page: Page) => Promise<void>;
  /** Seen by somebody who was never here; else by who has an account and heard many sessions. */
  stranger?: boolean;
}

/** A program with five voices, each with a name as long as people give. */
const five = {
  title: 'Fünf Stimmen mit einem langen Namen',
  durationSeconds: 1800,
  loop: 1,
  phases: ['Ankommen', 'Verlangsamung', 'Zurück in den Alltag'].map((name) => ({
    name,
    durationSeconds: 600,
    colour: '#3fc1c9',
  })),
  voices: Array.from({ length: 5 }, (_, voice) => ({
    kind: 'BINAURAL',
    name: `Gleichmäßige Grundschwingung ${voice + 1}`,
    keyframes: [
      { at: 0, carrier: 200 + 20 * voice, beat: 10, level: 0.15 },
      { at: 1800, carrier: 180, beat: 4 + voice, level: 0.15 },
    ],
  })),
};

const fiveVoices = `edit/new${await shareFragment({ ...importJson(JSON.stringify(five)), title: five.title })}`;
const dock = (name: string) => async (page: Page) => {
  await page.locator('nes-editor-lane').nth(4).waitFor();
  await page.locator(`nes-editor-page #tab-${name}`).click();
  await page.locator('nes-editor-page #dock-body > *').first().waitFor();
};
const begin = async (page: Page): Promise<void> => {
  await page.locator('nes-player-page button.begin').click();
  await page.locator('nes-player-page .telling').waitFor();
  // A control with the keyboard's focus keeps them all in sight.
  await page.locator('nes-player-page button.main').focus();
};

export const states: State[] = [
  { path: '', stranger: true },
  { path: 'account', stranger: true },
  { path: 'device', stranger: true },
  { path: 'progress', stranger: true },
  { path: 'history', stranger: true },
  {
    path: 'protocols/focus',
    stranger: true,
    act: async (page) => {
      await page.locator('nes-protocol-page button.play').click();
      await page.locator('nes-safety-dialog dialog[open]').waitFor();
      await page.locator('nes-safety-dialog input[name=seizures]').check();
    },
  },
  { path: '' },
  { path: '?q=zzz' },
  { path: 'protocols' },
  { path: 'protocols/focus' },
  { path: 'protocols/none-such' },
  { path: 'play' },
  { path: 'play/focus' },
  {
    path: 'play/meditation',
    act: async (page) => {
      await begin(page);
    },
  },
  {
    path: 'play/focus',
    act: async (page) => {
      await begin(page);
      await page.locator('nes-player-page button[aria-label]:has(+ button + button.chip)').first().click();
      await page.locator('nes-sound dialog[open]').waitFor();
    },
  },
  {
    path: 'play/focus',
    act: async (page) => {
      await begin(page);
      await page.waitForFunction(() => Object.keys(localStorage).some((key) => key.startsWith('nes-playing ')));
      await page.waitForTimeout(1_500);
      await page.keyboard.press('s');
      await page.locator('nes-after-panel').waitFor();
    },
  },
  { path: 'measure' },
  { path: 'history' },
  { path: 'account' },
  { path: 'account/reset' },
  { path: 'account/webhooks' },
  { path: 'device' },
  { path: 'privacy' },
  { path: 'lists' },
  { path: 'create' },
  { path: 'edit' },
  { path: 'edit/new' },
  { path: fiveVoices },
  { path: fiveVoices, act: dock('problems') },
  { path: fiveVoices, act: dock('points') },
  { path: fiveVoices, act: dock('generate') },
  { path: 'edit/local/none' },
  { path: 'edit/relaxation' },
  { path: 'progress' },
  { path: 'trials' },
  { path: 'trials/none' },
  { path: 'preferences' },
  { path: 'recordings' },
  { path: 'safety' },
  { path: 'evidence' },
  { path: 'evidence', act: (page) => page.keyboard.press('?') },
  { path: 'admin' },
  { path: 'embed-builder' },
  { path: 'group' },
  { path: 'group/ABCDEF' },
  { path: 'l/none' },
  { path: 'listen' },
  { path: 'nowhere' },
];
