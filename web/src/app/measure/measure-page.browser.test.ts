import axe from 'axe-core';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { userEvent } from 'vitest/browser';
import { screening } from '../../data/screening.ts';
import type { Arrival, Connected, Transport } from '../../eeg/devices/transport.ts';
import { deleteRecording, loadRecording, storedRecordings } from '../../eeg/store.ts';
import { define } from '../../elements/define.ts';
import { Shell } from '../shell/shell.ts';
import { MeasurePage } from './measure-page.ts';
import '../../styles/tokens.css';

define('nes-measure-page', MeasurePage);

/** A Muse that sends noise in real time, and can lose its connection. */
class FakeMuse implements Transport {
  lose: () => void = () => {};
  private receive: (arrival: Arrival) => void = () => {};
  private timer: ReturnType<typeof setInterval> | undefined;
  private number = 0;
  private began = 0;

  async open(receive: (arrival: Arrival) => void, lost: () => void): Promise<Connected> {
    this.receive = receive;
    this.lose = () => {
      clearInterval(this.timer);
      lost();
    };
    await this.reopen();
    return { kind: 'muse', name: 'Muse-FAKE' };
  }

  async reopen(): Promise<void> {
    this.number = 0;
    this.began = performance.now();
    this.timer = setInterval(() => {
      while ((this.number * 12_000) / 256 < performance.now() - this.began) this.send();
    }, 20);
  }

  async close(): Promise<void> {
    clearInterval(this.timer);
  }

  private send(): void {
    for (let electrode = 0; electrode < 5; electrode++) {
      const bytes = new Uint8Array(20);
      bytes[0] = this.number >> 8;
      bytes[1] = this.number;
      for (let n = 0; n < 12; n++) {
        // The fourth electrode lies on the table: at its rail.
        const value = electrode === 3 ? 4095 : 2048 + Math.round(20 * Math.random() - 10);
        const at = 2 + ((n * 3) >> 1);
        if (n % 2 === 0) {
          bytes[at] = value >> 4;
          bytes[at + 1] = (value & 15) << 4;
        } else {
          bytes[at] = (bytes[at] as number) | (value >> 8);
          bytes[at + 1] = value;
        }
      }
      this.receive({ seconds: performance.now() / 1000, bytes, source: 3 + electrode });
    }
    this.number++;
  }
}

/** Everything a page can send by. */
const sent: string[] = [];
const real = {
  fetch: window.fetch,
  beacon: navigator.sendBeacon,
  send: XMLHttpRequest.prototype.send,
  socket: WebSocket.prototype.send,
};

let page: MeasurePage;

beforeEach(async () => {
  sent.length = 0;
  window.fetch = async (input, init) => {
    const body = init?.body ?? (input instanceof Request ? await input.clone().text() : '');
    if (body) sent.push(`fetch ${String(body).slice(0, 200)}`);
    return real.fetch(input, init);
  };
  navigator.sendBeacon = (url) => {
    sent.push(`beacon ${url}`);
    return true;
  };
  XMLHttpRequest.prototype.send = function (body) {
    if (body) sent.push('XMLHttpRequest');
    real.send.call(this, body);
  };
  for (const { name } of await storedRecordings()) await deleteRecording(name);
  Object.defineProperty(screening, 'value', { configurable: true, get: () => ({}) });
  Object.defineProperty(screening, 'drivingShownToday', { configurable: true, get: () => true });
  page = document.createElement('nes-measure-page') as MeasurePage;
  document.body.append(page);
  await page.updateComplete;
});

afterEach(() => {
  page.remove();
  window.fetch = real.fetch;
  navigator.sendBeacon = real.beacon;
  XMLHttpRequest.prototype.send = real.send;
});

const text = () => page.shadowRoot?.textContent?.replace(/\s+/g, ' ') ?? '';
const button = (label: string) =>
  [...(page.shadowRoot?.querySelectorAll('button') ?? [])].find(
    (one) => one.textContent?.trim() === label,
  ) as HTMLButtonElement;

async function accessible(): Promise<void> {
  // Colours glide for a moment.
  await new Promise((done) => setTimeout(done, 400));
  const { violations } = await axe.run(page, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa'] });
  expect(violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)])).toEqual([]);
}

it('measures, survives a lost connection, keeps the bytes here, and sends no sample anywhere', {
  timeout: 60_000,
}, async () => {
  await accessible();
  const muse = new FakeMuse();
  await page.connect(muse);
  await expect.poll(() => page.shadowRoot?.querySelectorAll('.contacts .good').length, { timeout: 15_000 }).toBe(4);
  expect(text()).toContain('TP10 does not touch');
  await accessible();
  // Sound needs a real click.
  await userEvent.click(button('Begin'));
  await expect.poll(text, { timeout: 10_000 }).toContain('Nothing is to be done');
  // No number but the time that is left.
  expect(page.shadowRoot?.querySelectorAll('output, progress, meter').length).toBe(0);
  await new Promise((done) => setTimeout(done, 2000));
  muse.lose();
  await expect.poll(text).toContain('The connection was lost');
  await expect.poll(text).not.toContain('The connection was lost');
  await new Promise((done) => setTimeout(done, 3000));
  await accessible();
  button('Stop').click();
  await expect.poll(text, { timeout: 15_000 }).toContain('Cannot tell: too short');
  expect(text()).toContain('Times that the connection was lost: 1.');
  await accessible();
  const stored = await storedRecordings();
  expect(stored.length).toBe(1);
  const bytes = await loadRecording(stored[0]?.name ?? '');
  // Five seconds of 256 samples of 12 bits for five electrodes, as they came.
  expect(bytes.length).toBeGreaterThan(5 * 256 * 5 * 1.5);
  expect(sent).toEqual([]);

  // The same bytes, opened as a file, say the same.
  const before = [...(page.shadowRoot?.querySelectorAll('.answers li') ?? [])].map((one) => one.textContent);
  button('Done').click();
  await expect.poll(text).toContain('A recording from a file');
  const input = page.shadowRoot?.querySelector('input[type=file]') as HTMLInputElement;
  const files = new DataTransfer();
  files.items.add(new File([bytes as Uint8Array<ArrayBuffer>], 'one.bin'));
  input.files = files.files;
  button('Answer').click();
  await expect.poll(text).toContain('Cannot tell: too short');
  expect([...(page.shadowRoot?.querySelectorAll('.answers li') ?? [])].map((one) => one.textContent)).toEqual(before);
  expect(sent).toEqual([]);
});

it('a file that is no recording is told to people and to screen readers, and leaves the form as it was', async () => {
  define('nes-app', Shell);
  const shell = document.createElement('nes-app') as Shell;
  document.body.append(shell);
  await shell.updateComplete;
  const form = page.shadowRoot?.querySelector('form') as HTMLFormElement;
  const input = form.querySelector('input[type=file]') as HTMLInputElement;
  const files = new DataTransfer();
  files.items.add(new File(['Dear diary, today nothing happened.'], 'diary.txt'));
  input.files = files.files;
  (form.querySelector('input[name=rate]') as HTMLInputElement).value = '40';
  await userEvent.click(button('Answer'));
  const said = () =>
    shell.shadowRoot?.querySelector('[role=status][aria-live=polite] .toast')?.textContent?.replace(/\s+/g, ' ');
  await expect.poll(said, { timeout: 10_000 }).toContain('diary.txt: it is none of: EDF');
  // It stays until it is closed.
  await new Promise((done) => setTimeout(done, 6_000));
  expect(said()).toContain('diary.txt');
  expect(page.shadowRoot?.querySelector('form')).toBe(form);
  expect(input.files?.[0]?.name).toBe('diary.txt');
  expect((form.querySelector('input[name=rate]') as HTMLInputElement).value).toBe('40');
  expect(page.shadowRoot?.activeElement).toBe(button('Answer'));
  shell.remove();
});
