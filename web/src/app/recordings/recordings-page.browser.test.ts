import { afterEach, expect, test, vi } from 'vitest';
import { wavHeader } from '../../audio/wav.ts';
import { define } from '../../elements/define.ts';
import { speak } from '../localise.ts';
import { figure } from './phrases.ts';
import { RecordingsPage } from './recordings-page.ts';

define('nes-recordings-page', RecordingsPage);
afterEach(() => document.body.replaceChildren());

const RATE = 48_000;
const SECONDS = 20;

/** 200 Hz at the left and 210 Hz at the right. */
function binaural(): File {
  const samples = new Int16Array(2 * RATE * SECONDS);
  for (let n = 0; n < RATE * SECONDS; n++) {
    samples[2 * n] = 8000 * Math.sin((2 * Math.PI * 200 * n) / RATE);
    samples[2 * n + 1] = 8000 * Math.sin((2 * Math.PI * 210 * n) / RATE);
  }
  return new File([wavHeader(RATE * SECONDS, RATE, '16'), samples], 'Alpha 10 Hz.wav');
}

async function give(page: RecordingsPage, file: File): Promise<void> {
  await page.updateComplete;
  const input = page.renderRoot.querySelector('input[type=file]') as HTMLInputElement;
  const list = new DataTransfer();
  list.items.add(file);
  input.files = list.files;
  input.dispatchEvent(new Event('change'));
}

test('a file is decoded and analysed in workers, and the page says what it holds', async () => {
  const page = document.createElement('nes-recordings-page') as RecordingsPage;
  document.body.append(page);
  await give(page, binaural());
  const sentence = () => page.renderRoot.querySelector('.sentence')?.textContent;
  await expect.poll(sentence, { timeout: 25_000 }).toContain('10 Hz');
  expect(sentence()).toContain('binaural');
});

test('what was made of a recording is compared with it, and both are heard in turn', async () => {
  const page = document.createElement('nes-recordings-page') as RecordingsPage;
  document.body.append(page);
  await give(page, binaural());
  const comparison = () => page.renderRoot.querySelector('nes-comparison')?.shadowRoot;
  await expect.poll(() => comparison()?.querySelector('button'), { timeout: 25_000 }).toBeTruthy();
  comparison()?.querySelector('button')?.click();
  const captions = () =>
    [...(comparison()?.querySelectorAll('figcaption') ?? [])].map((each) => each.textContent ?? '');
  await expect.poll(() => captions().length, { timeout: 25_000 }).toBe(2);
  for (const caption of captions()) {
    // A sine of 8,000 of 32,768 has −15.3 dB; the beginning of it is ramped when it is made anew.
    expect(caption).toContain('the recording has −15.3 dB');
    expect(Number(/What differs is (.*) dB/.exec(caption)?.[1]?.replace('−', '-'))).toBeLessThan(-15);
  }
  expect(comparison()?.querySelectorAll('path')).toHaveLength(4);
  const source = () => comparison()?.querySelector('audio')?.src;
  const remade = source();
  comparison()?.querySelector('button')?.click();
  await expect.poll(source).not.toBe(remade);
  expect(source()).toBe(page.renderRoot.querySelector('audio')?.src);
  comparison()?.querySelector('button')?.click();
  await expect.poll(source).toBe(remade);
});

test('what is no recording is told as that', async () => {
  const page = document.createElement('nes-recordings-page') as RecordingsPage;
  document.body.append(page);
  await give(page, new File(['no sound at all'], 'list.wav'));
  await expect
    .poll(() => page.renderRoot.querySelector('[role=alert]')?.textContent, { timeout: 25_000 })
    .toContain('no sound of a kind that can be read');
});

test('a worker that fails is ended, and the page says so', async () => {
  const ended: EventTarget[] = [];
  class Failing extends EventTarget {
    postMessage(): void {
      queueMicrotask(() => this.dispatchEvent(new ErrorEvent('error', { message: 'out of memory' })));
    }
    terminate(): void {
      ended.push(this);
    }
  }
  vi.stubGlobal('Worker', Failing);
  try {
    const page = document.createElement('nes-recordings-page') as RecordingsPage;
    document.body.append(page);
    await give(page, binaural());
    await expect
      .poll(() => page.renderRoot.querySelector('[role=alert]')?.textContent)
      .toContain('could not be decoded');
    expect(ended).toHaveLength(1);
    expect(page.renderRoot.querySelector('progress')).toBeNull();
  } finally {
    vi.unstubAllGlobals();
  }
});

test('numbers are written as in the language of the page, with no more decimals than they need', async () => {
  expect([10, 130.08, 4.5, 7.004].map(figure)).toEqual(['10', '130.08', '4.5', '7']);
  await speak('de');
  try {
    expect([10, 130.08].map(figure)).toEqual(['10', '130,08']);
  } finally {
    await speak('en');
  }
});
