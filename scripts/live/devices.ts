/**
 * Two devices of one person, for `npm run bench -- live devices [rounds]`: one plays, the other controls it and takes the sound over, in
 * turns. Where each is in the program is read from the pages, ten times a second and more; what the sound is told, from the port to the
 * audio thread; and when there is sound, on the audio thread itself, because a page that draws without a graphics card may stand still
 * for seconds while its sound plays.
 */
import type { Locator, Page } from 'playwright-core';
import type { Backend } from '../../api/src/testing/backend.ts';
import type { Figure } from '../bench.ts';
import { answerQuestions, startApplication } from './application.ts';
import { percentile } from './fanout.ts';

const LOOK_MILLISECONDS = 50;
/** A take-over is looked at for this long after its first sound; what is heard late in it counts as settled. */
const WATCH_MILLISECONDS = 7_000;
const SETTLED_MILLISECONDS = 5_000;
const PASSWORD = 'a long walk by the sea';

/** What an init script keeps in each page. Moments are ms since 1970. */
interface Kept {
  /** Results of `sessionChanged` that came in. */
  heard: number[];
  /** Commands to the audio thread. */
  told: { type: string; at: number }[];
  /** Touches, moved sliders and keys of the person. */
  touched: number[];
  looks: { at: number; seconds: number }[];
  /** The loudest sample of each 20 ms and the moment of its end, from the audio thread. */
  peaks: { at: number; peak: number }[];
}

/** Stands beside the destination of a context and tells how loud what goes there is. */
const TAP = `registerProcessor('bench-tap', class extends AudioWorkletProcessor {
  peak = 0;
  until = 0;
  process([input]) {
    for (const channel of input) for (const sample of channel) this.peak = Math.max(this.peak, Math.abs(sample));
    if (currentFrame < this.until) return true;
    this.port.postMessage({ at: Date.now(), peak: this.peak });
    this.peak = 0;
    this.until = currentFrame + sampleRate / 50;
    return true;
  }
});`;
const TAP_NAME = 'bench-tap.js';

function keep({ lookMilliseconds, tapName }: { lookMilliseconds: number; tapName: string }): void {
  const kept: Kept = { heard: [], told: [], touched: [], looks: [], peaks: [] };
  Object.assign(window, { kept });
  const now = () => performance.timeOrigin + performance.now();
  const Socket = window.WebSocket;
  window.WebSocket = class extends Socket {
    constructor(url: string | URL, protocols?: string | string[]) {
      super(url, protocols);
      this.addEventListener('message', ({ data }) => {
        if (String(data).includes('"sessionChanged"')) kept.heard.push(now());
      });
    }
  };
  const send = MessagePort.prototype.postMessage;
  MessagePort.prototype.postMessage = function (this: MessagePort, ...message: unknown[]) {
    const { type } = (message[0] ?? {}) as { type?: string };
    if (type) kept.told.push({ type, at: now() });
    return Reflect.apply(send, this, message);
  };
  const connect = AudioNode.prototype.connect;
  AudioNode.prototype.connect = function (this: AudioNode, ...to: unknown[]) {
    const { context } = this;
    if (to[0] === context.destination && context instanceof AudioContext)
      context.audioWorklet.addModule(`/${tapName}`).then(() => {
        const tap = new AudioWorkletNode(context, 'bench-tap');
        tap.port.onmessage = ({ data }) => kept.peaks.push(data);
        Reflect.apply(connect, this, [tap]);
        Reflect.apply(connect, tap, [context.destination]);
      });
    return Reflect.apply(connect, this, to);
  } as typeof connect;
  for (const type of ['click', 'input', 'keydown'])
    window.addEventListener(type, () => kept.touched.push(now()), { capture: true });
  const find = (root: ParentNode): Element | null => {
    const found = root.querySelector('nes-player-page');
    if (found) return found;
    for (const each of root.querySelectorAll('*')) {
      const inside = each.shadowRoot && find(each.shadowRoot);
      if (inside) return inside;
    }
    return null;
  };
  let player: Element | null = null;
  setInterval(() => {
    if (!player?.isConnected) player = find(document);
    const at = performance.now();
    const heard = (player as unknown as { heard(now: number): { time: number } | null } | null)?.heard(at);
    if (heard) kept.looks.push({ at: performance.timeOrigin + at, seconds: heard.time });
  }, lookMilliseconds);
}

/** What has been kept since the last call. */
const take = (page: Page): Promise<Kept> =>
  page.evaluate(() => {
    const { kept } = window as unknown as { kept: Kept };
    const taken = { ...kept };
    Object.assign(kept, { heard: [], told: [], touched: [], looks: [], peaks: [] });
    return taken;
  });

/** Looks between which the sound moved on at its speed. */
function sounding(looks: Kept['looks']): Kept['looks'] {
  return looks.filter((look, index) => {
    const before = looks[index - 1];
    if (!before) return false;
    const share = (look.seconds - before.seconds) / ((look.at - before.at) / 1000);
    return share > 0.9 && share < 1.1;
  });
}

async function until(what: string, holds: () => Promise<boolean>): Promise<void> {
  for (const end = Date.now() + 60_000; !(await holds()); ) {
    if (Date.now() > end) throw new Error(`Waited a minute in vain until ${what}.`);
    await new Promise((next) => setTimeout(next, 100));
  }
}

const bar = (page: Page): Locator => page.getByRole('region', { name: /Playing on another device/ });

async function sign(page: Page, how: 'Sign up' | 'Sign in', email: string): Promise<void> {
  await page.goto('/account');
  await page.getByRole('tab', { name: how }).click();
  await page.getByLabel('E-mail').fill(email);
  await page.getByLabel('Password').fill(PASSWORD);
  if (how === 'Sign up') await page.getByLabel('I am 16 or older').check();
  await page.locator('form').getByRole('button', { name: how }).click();
  await page.getByText(email).first().waitFor();
}

/** When the program began, in ms since 1970, as the log says. */
async function loggedOrigin(backend: Backend): Promise<number> {
  const { rows } = await backend.database.pool.query<{ seconds: number; at: Date }>(
    'SELECT position_seconds AS seconds, position_at AS at FROM sessions ORDER BY created_at DESC LIMIT 1',
  );
  const session = rows[0];
  if (!session) throw new Error('There is no session in the database.');
  return session.at.getTime() - session.seconds * 1000;
}

/** When the program began by what was seen of it: the median. */
const originOf = (looks: Kept['looks']): number =>
  percentile(
    looks.map(({ at, seconds }) => at - seconds * 1000).sort((a, b) => a - b),
    0.5,
  );

interface TakeOver {
  /** Between the last sound of the one device and the first of the other, ms: below 1 % of the level before counts as none. */
  silent: number;
  /** How far the first look was from where the program would have been, and the farthest once settled, ms. */
  first: number;
  settled: number;
  /** How late each of the two was against the log, ms. */
  late: [number, number];
}

/** Brings the sound from one page to the other and compares where it is with where it would have been. */
async function takeOver(backend: Backend, from: Page, to: Page, questions: boolean): Promise<TakeOver> {
  const loggedBefore = await loggedOrigin(backend);
  await take(to);
  await bar(to).getByRole('button', { name: 'Play here' }).click();
  if (questions) await answerQuestions(to);
  const there: Kept['looks'] = [];
  const louder: Kept['peaks'] = [];
  await until('the sound is on the other device', async () => {
    const { looks, peaks } = await take(to);
    there.push(...looks);
    louder.push(...peaks);
    const heard = sounding(there);
    return (heard.at(-1)?.at ?? 0) - (heard[0]?.at ?? 0) > WATCH_MILLISECONDS;
  });
  const before = await take(from);
  const here = sounding(before.looks);
  const heard = sounding(there);
  const [first, last] = [heard[0], here.at(-1)];
  if (!first || !last) throw new Error('There was no sound to compare.');
  const origin = originOf(here.filter(({ at }) => at > last.at - 2_000));
  const apart = ({ at, seconds }: Kept['looks'][number]) => Math.abs(at - seconds * 1000 - origin);
  const settled = heard.filter(({ at }) => at > first.at + SETTLED_MILLISECONDS);
  const audible = Math.max(...before.peaks.map(({ peak }) => peak)) / 100;
  const silence = before.peaks.findLast(({ peak }) => peak > audible)?.at ?? Number.NaN;
  const sound = louder.find(({ peak }) => peak > audible)?.at ?? Number.NaN;
  return {
    silent: sound - silence,
    first: apart(first),
    settled: Math.max(...settled.map(apart)),
    late: [origin - loggedBefore, originOf(settled) - (await loggedOrigin(backend))],
  };
}

interface Obeyed {
  kind: string;
  /** From the message's arrival in the page to the command to the audio thread, ms. */
  afterHearing: number;
  /** From the touch on the other device, ms. */
  afterTouch: number;
}

/** Does something at one page and waits until the other has told its sound so. */
async function control(player: Page, remote: Page, kind: string, act: () => Promise<void>): Promise<Obeyed> {
  await take(player);
  await take(remote);
  await act();
  const told: Kept['told'] = [];
  const heard: Kept['heard'] = [];
  await until(`the sound is told: ${kind}`, async () => {
    const fresh = await take(player);
    told.push(...fresh.told.filter(({ type }) => type === kind));
    heard.push(...fresh.heard);
    return told.length > 0;
  });
  const { at } = told[0] as Kept['told'][number];
  const message = heard.findLast((moment) => moment <= at);
  const touch = (await take(remote)).touched.findLast((moment) => moment <= at);
  if (message === undefined || touch === undefined) throw new Error(`Nothing was heard before the sound's ${kind}.`);
  return { kind, afterHearing: at - message, afterTouch: at - touch };
}

export async function devices(backend: Backend, rounds: number, tell: (line: string) => void): Promise<Figure[]> {
  const application = await startApplication(backend, { [TAP_NAME]: TAP });
  try {
    const open = async () => {
      const context = await application.browser.newContext({
        baseURL: application.api.url,
        reducedMotion: 'reduce',
        viewport: { width: 1000, height: 700 },
      });
      await context.addInitScript(keep, { lookMilliseconds: LOOK_MILLISECONDS, tapName: TAP_NAME });
      const page = await context.newPage();
      page.setDefaultTimeout(60_000);
      return page;
    };
    const email = `listener-${Date.now()}@example.org`;
    const one = await open();
    await sign(one, 'Sign up', email);
    const other = await open();
    await sign(other, 'Sign in', email);
    await one.goto('/protocols/focus');
    await one.getByRole('button', { name: /^Play/ }).first().click();
    await answerQuestions(one);
    await one.getByRole('button', { name: 'Pause', exact: true }).waitFor();
    await bar(other).waitFor();
    await one.waitForTimeout(3_000);

    const obeyed: Obeyed[] = [];
    const there = bar(other);
    for (let turn = 0; turn < 5; turn++) {
      const acts: [string, () => Promise<void>][] = [
        ['volume', () => there.locator('input[type=range]').fill(`${0.3 + turn / 20}`)],
        ['pause', () => there.getByRole('button', { name: 'Pause there' }).click()],
        ['play', () => there.getByRole('button', { name: 'Play there' }).click()],
      ];
      for (const [kind, act] of acts) obeyed.push(await control(one, other, kind, act));
    }
    for (const { kind, afterHearing, afterTouch } of obeyed)
      tell(`${kind}: ${afterHearing.toFixed(1)} ms after hearing it, ${afterTouch.toFixed(0)} ms after the touch`);
    await one.waitForTimeout(3_000);

    const takes: TakeOver[] = [];
    for (let round = 0; round < rounds; round++) {
      const [from, to] = round % 2 === 0 ? [one, other] : [other, one];
      await bar(to).waitFor();
      takes.push(await takeOver(backend, from as Page, to as Page, round === 0));
      const { silent, first, settled, late } = takes.at(-1) as TakeOver;
      tell(
        `take-over ${round + 1}: silent ${silent.toFixed(0)} ms, at first ${first.toFixed(1)} ms off, settled ${settled.toFixed(1)} ms; late against the log: ${late.map((one) => one.toFixed(1)).join(' and ')} ms`,
      );
    }
    const most = (numbers: number[]) => Math.max(...numbers);
    return [
      {
        name: 'remote control: from the arrival of the message to the word to the sound, most',
        value: most(obeyed.map(({ afterHearing }) => afterHearing)),
        unit: 'ms',
        limit: 1000 / 60,
        note: `volume, pause and play from another device, ${obeyed.length} times`,
      },
      {
        name: 'remote control: from the touch on the other device to the word to the sound, most',
        value: most(obeyed.map(({ afterTouch }) => afterTouch)),
        unit: 'ms',
      },
      {
        name: 'take-over: beat apart from where it would be on the first device, settled, most',
        value: most(takes.map(({ settled }) => settled)),
        unit: 'ms',
        limit: 20,
        note: `${takes.length} take-overs between two Chromium, from ${SETTLED_MILLISECONDS / 1000} s after the first sound on`,
      },
      {
        name: 'take-over: beat apart at the first sound, most',
        value: most(takes.map(({ first }) => first)),
        unit: 'ms',
      },
      { name: 'take-over: silence between, most', value: most(takes.map(({ silent }) => silent)), unit: 'ms' },
    ];
  } finally {
    await application.close();
  }
}
