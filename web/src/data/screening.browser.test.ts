/**
 * A yes to a safety question binds everywhere in the browser: every place where it can be given against every place that plays. Other tabs and
 * embeds are frames of the same origin, which share what tabs share and nothing else; another device is what comes through the subscription.
 */

import { checkProgram } from '@nes/program/check.ts';
import type { Program } from '@nes/program/model.ts';
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import '../elements/visual/nes-visual.ts';
import { Preview } from '../app/editor/preview.ts';
import { NesPlayEvent } from '../elements/player/events.ts';
import { answers } from '../elements/safety/answers.ts';
import { playerSession } from '../session/session.ts';
import { identityOf } from '../testing/identity.ts';
import { lightPermission } from '../visuals/permission.ts';
import { account } from './account.ts';
import { preferences } from './preferences.ts';
import { noToAll, type ScreeningAnswers } from './questions.ts';
import { screening } from './screening.ts';
import { writeValue } from './store.ts';

const yes: ScreeningAnswers = { ...noToAll, photosensitivity: true, acceptedRisk: true };

const program = checkProgram({
  durationSeconds: 60,
  phases: [{ name: 'All', description: '', durationSeconds: 60, colour: '#6a8caf' }],
  voices: [
    {
      kind: 'ISOCHRONIC',
      name: 'Pulse',
      depth: 1,
      keyframes: [{ at: 0, carrier: 220, beat: 10, level: 0.4 }],
    },
  ],
  gain: 1,
  loop: 1,
  seed: 1,
});

const depthOf = (of: Program | null): number | undefined => {
  const voice = of?.voices[0];
  return voice?.kind === 'ISOCHRONIC' ? voice.depth : undefined;
};

// --- the account's server, and through it the other device ------------------------------------------------------

const identity = identityOf();
let kept: Record<string, unknown> | null = null;
let received = 0;
const sent: { name: string; input: Record<string, unknown> }[] = [];
const followers = new Set<() => void>();

/** As the server keeps it: another id, its own time. */
function keep(set: ScreeningAnswers | null, at = Date.now()): void {
  received++;
  const id = `00000000-0000-7000-8000-${String(received).padStart(12, '0')}`;
  kept = set && { __typename: 'Screening', id, questionsVersion: 2, ...set, answeredAt: new Date(at).toISOString() };
}
const tellDevices = (): void => {
  for (const tell of followers) tell();
};

class Socket extends EventTarget {
  static readonly OPEN = 1;
  readonly OPEN = 1;
  readyState = 1;
  onopen: (() => void) | null = null;
  onmessage: ((event: { data: string }) => void) | null = null;
  onclose: ((event: object) => void) | null = null;
  onerror = null;
  readonly protocol = 'graphql-transport-ws';
  readonly #mine = new Map<string, () => void>();

  constructor() {
    super();
    setTimeout(() => this.onopen?.());
  }

  send(text: string): void {
    const { type, id, payload } = JSON.parse(text);
    const answer = (message: object) => setTimeout(() => this.onmessage?.({ data: JSON.stringify(message) }));
    if (type === 'connection_init') answer({ type: 'connection_ack' });
    if (type === 'ping') answer({ type: 'pong' });
    if (type === 'complete') followers.delete(this.#mine.get(id) as () => void);
    if (type !== 'subscribe' || !String(payload.query).includes('screeningChanged')) return;
    const tell = () => answer({ id, type: 'next', payload: { data: { screeningChanged: kept } } });
    this.#mine.set(id, tell);
    followers.add(tell);
    tell();
  }

  close(code = 1000, reason = ''): void {
    for (const tell of this.#mine.values()) followers.delete(tell);
    this.readyState = 3;
    setTimeout(() => this.onclose?.({ code, reason, wasClean: true }));
  }
}

const real = { fetch: window.fetch, WebSocket: window.WebSocket };
let offline = false;

// --- other tabs and embeds -----------------------------------------------------------------------------------------

interface Tab {
  screening: typeof screening;
  answers: typeof answers;
}
async function openTab(): Promise<{ tab: Tab; close: () => void }> {
  const frame = document.createElement('iframe');
  frame.srcdoc = `<script type="module">
    const [{ screening }, { answers }] = await Promise.all([
      import('/src/data/screening.ts'),
      import('/src/elements/safety/answers.ts'),
    ]);
    await screening.ready;
    window.tab = { screening, answers };
  </script>`;
  document.body.append(frame);
  const tab = await vi.waitFor(
    () => {
      const found = (frame.contentWindow as unknown as { tab?: Tab } | null)?.tab;
      if (!found) throw new Error('The other tab is not there yet.');
      return found;
    },
    { timeout: 25_000, interval: 50 },
  );
  return { tab, close: () => frame.remove() };
}

let other: Tab;
let picture: HTMLElement;
let preview: Preview;

/** Plays ten beats a second for whoever follows. */
class Beating extends HTMLElement {
  heard(now: number) {
    const time = now / 1000;
    const beatPhase = (10 * time) % 1;
    return { beatPhase, beatHz: 10, level: 1, programProgress: 0.5, phaseColour: '#6a8caf', time };
  }
}
customElements.define('test-beating', Beating);

beforeAll(async () => {
  window.WebSocket = Socket as unknown as typeof WebSocket;
  window.fetch = async (input, init) => {
    const address = String(input instanceof Request ? input.url : input);
    if (!address.endsWith('/graphql')) return real.fetch(input, init);
    if (offline) throw new TypeError('Failed to fetch');
    const { operationName: name, variables } = JSON.parse(String(init?.body));
    sent.push({ name, input: variables.input });
    let data: unknown = null;
    if (name === 'AnswerScreening') {
      const { questionsVersion: _, replaces, agreesToKeep, ...set } = variables.input;
      const deliberate = !kept || replaces === kept.id;
      keep(
        deliberate
          ? set
          : (Object.fromEntries(Object.entries(set).map(([key, value]) => [key, value || kept?.[key]])) as never),
      );
      tellDevices();
      data = { answerScreening: { __typename: 'P', screening: kept, userErrors: [] } };
    } else if (name === 'ForgetScreening') {
      keep(null);
      tellDevices();
      data = { forgetScreening: { __typename: 'P', done: true, userErrors: [] } };
    } else return new Response('{"errors":[{"message":"not in this test"}]}', { status: 400 });
    return new Response(JSON.stringify({ data }), { headers: { 'content-type': 'application/graphql-response+json' } });
  };
  await screening.ready;
  await preferences.ready;
  other = (await openTab()).tab;
  preview = new Preview();
  screening.showedDriving();
  screening.follow();
  await playerSession.open({ id: null, revisionId: null, slug: null, title: 'Pulse', category: 'FOCUS', program });
  const player = document.createElement('test-beating');
  picture = document.createElement('nes-visual');
  Object.assign(picture.style, { display: 'block', width: '160px' });
  picture.style.setProperty('--nes-height', '90px');
  picture.setAttribute('scene', 'ganzfeld');
  document.body.append(player, picture);
  player.dispatchEvent(new NesPlayEvent(0, true));
}, 60_000);

afterAll(() => {
  Object.assign(window, real);
  preview.close();
  picture.remove();
});

beforeEach(async () => {
  offline = false;
  sent.length = 0;
  keep(null);
  await writeValue('identity', undefined);
  await account.renewed('').catch(() => {});
  await screening.answer(noToAll, false);
  await expect.poll(() => free(), { timeout: 5_000 }).toBe(true);
});

async function signIn(): Promise<void> {
  await writeValue('identity', identity);
  await account.renewed('');
  await expect.poll(() => followers.size, { timeout: 10_000 }).toBeGreaterThan(0);
}

/** Each place that plays, and whether it may follow the beat with full pulses. */
const places: Record<string, () => boolean> = {
  'the player': () =>
    lightPermission(screening.light, { visuals: true, reducedFlashing: false, reducedMotion: false }).beatVisuals &&
    depthOf(playerSession.program) === 1,
  'another tab': () => other.screening.permission.lightAllowed && other.screening.permission.maxIsochronicDepth === 1,
  'an embed on this page': () => answers.light().beatVisuals && answers.permission.maxIsochronicDepth === 1,
  'an embed in another tab': () =>
    other.answers.light().beatVisuals && other.answers.permission.maxIsochronicDepth === 1,
};
const everywhere = () =>
  Object.entries(places)
    .filter(([, may]) => may())
    .map(([place]) => place);
const free = () => everywhere().length === Object.keys(places).length;
const bound = () => (everywhere().length === 0 ? true : everywhere().join());

/** Each place where a yes can be given. */
const givers: Record<string, () => Promise<unknown> | unknown> = {
  'on this page': () => screening.answer(yes, false),
  'in another tab': () => other.screening.answer(yes, false),
  'in an embed on this page': () => answers.give(new Set(['photosensitivity'])),
  'in an embed in another tab': () => other.answers.give(new Set(['photosensitivity'])),
  'on another device of the account': async () => {
    await signIn();
    keep(yes);
    tellDevices();
  },
  'on another device before this guest signs in': async () => {
    keep(yes);
    await signIn();
  },
  'on another device while this one is offline': async () => {
    await signIn();
    offline = true;
    keep(yes);
    offline = false;
    tellDevices();
  },
};

describe('a yes', () => {
  test.each(Object.keys(givers))('%s binds every place that plays', async (giver) => {
    await givers[giver]?.();
    await expect.poll(bound, { timeout: 5_000, interval: 20 }).toBe(true);
    expect(depthOf(playerSession.program)).toBe(0.5);
    // Without an agreement on this device nothing has left it.
    expect(sent.filter(({ name }) => name === 'AnswerScreening')).toEqual([]);
    // After a reload too.
    const { tab, close } = await openTab();
    expect([tab.screening.permission.lightAllowed, tab.answers.light().beatVisuals]).toEqual([false, false]);
    close();
  });

  test('stops the pulses of what the editor plays', async () => {
    await preview.play(program, 0);
    expect(depthOf(preview.heard)).toBe(1);
    await other.screening.answer(yes, false);
    await expect.poll(() => depthOf(preview.heard), { timeout: 5_000 }).toBe(0.5);
    preview.stop();
  });
});

describe('a no over a yes', () => {
  test("a guest's no does not come over the account's yes by signing in, nor by what is sent afterwards", async () => {
    keep(yes);
    await signIn();
    await expect.poll(bound, { timeout: 5_000 }).toBe(true);
    await screening.send();
    expect(kept?.photosensitivity).toBe(true);
    expect(screening.value?.photosensitivity).toBe(true);
  });

  test('on purpose it holds, by the name of what was shown, and is sent by no clock of this device', async () => {
    keep(yes);
    await signIn();
    await expect.poll(bound, { timeout: 5_000 }).toBe(true);
    const shown = kept?.id;
    await screening.answer(noToAll, true);
    await expect.poll(free, { timeout: 5_000 }).toBe(true);
    await expect.poll(() => kept?.photosensitivity, { timeout: 5_000 }).toBe(false);
    const [first] = sent.filter(({ name }) => name === 'AnswerScreening');
    expect(first?.input.replaces).toBe(shown);
    expect(Object.keys(first?.input ?? {})).not.toContain('answeredAt');
  });

  test('a yes that came while the questions were open stays', async () => {
    const { shown } = screening;
    await other.screening.answer(yes, false);
    await expect.poll(bound, { timeout: 5_000 }).toBe(true);
    await screening.answer(noToAll, false, shown);
    expect(bound()).toBe(true);
    const again = screening.shown;
    answers.give(new Set(['seizures']));
    await screening.answer(noToAll, false, again);
    await expect.poll(bound, { timeout: 5_000 }).toBe(true);
  });

  test("news that are older by the server's own time open nothing", async () => {
    await signIn();
    keep(yes);
    tellDevices();
    await expect.poll(bound, { timeout: 5_000 }).toBe(true);
    keep(noToAll, Date.now() - 3_600_000);
    tellDevices();
    await new Promise((next) => setTimeout(next, 300));
    expect(bound()).toBe(true);
  });

  test('taken back, the answers stay on this device and nothing is sent again', async () => {
    await signIn();
    keep(yes);
    tellDevices();
    await expect.poll(bound, { timeout: 5_000 }).toBe(true);
    keep(null);
    tellDevices();
    await expect.poll(() => screening.agreed, { timeout: 5_000 }).toBe(false);
    await screening.send();
    expect(bound()).toBe(true);
    expect(sent).toEqual([]);
  });
});

test.each([
  ['no answers', { own: { answers: {}, version: 2, agreedBy: null, replaces: null }, account: null, toForget: false }],
  ['an answer that is not one', { own: { answers: { ...noToAll, seizures: 'no' }, version: 2 }, account: null }],
  ['half a record', { own: { version: 2 } }],
  ['a number', 7],
])('damaged, with %s, they count as not answered', async (_how, value) => {
  await writeValue('screening', value);
  const { tab, close } = await openTab();
  expect([tab.screening.value, tab.screening.permission.lightAllowed, tab.answers.light().beatVisuals]).toEqual([
    null,
    false,
    false,
  ]);
  close();
});

test.each(['{', '[]', '{"version":2}', '{"version":2,"bound":"no","dim":false}'])(
  'damaged answers of embeds count as not answered: %s',
  async (text) => {
    localStorage.setItem('nes-embed-safety', text);
    const { tab, close } = await openTab();
    expect([tab.answers.given, tab.answers.light().beatVisuals, tab.screening.permission.lightAllowed]).toEqual([
      false,
      false,
      false,
    ]);
    close();
    localStorage.removeItem('nes-embed-safety');
  },
);

test('embeds follow the reduced flashing of the application', async () => {
  await preferences.save({ reducedFlashing: true });
  await expect.poll(() => places['an embed in another tab']?.(), { timeout: 5_000 }).toBe(false);
  expect(answers.light().reason).toBe('REDUCED_FLASHING');
  await preferences.save({ reducedFlashing: false });
  await expect.poll(() => places['an embed in another tab']?.(), { timeout: 5_000 }).toBe(true);
});

test('the picture follows the beat, and stands still after a yes in another tab: ten looks, one picture', async () => {
  const look = (): string => {
    const canvas = picture.shadowRoot?.querySelector('canvas');
    if (!canvas || canvas.width === 0) return '';
    const data = canvas.getContext('2d')?.getImageData(0, 0, canvas.width, canvas.height).data;
    return data?.some((value, at) => at % 4 !== 3 && value > 20) ? data.join() : '';
  };
  const looks = async (): Promise<Set<string>> => {
    const seen = new Set<string>();
    for (let n = 0; n < 10; n++) {
      seen.add(look());
      await new Promise((next) => setTimeout(next, 55));
    }
    return seen;
  };
  await expect.poll(async () => (await looks()).size, { timeout: 20_000 }).toBeGreaterThan(3);
  await other.screening.answer(yes, false);
  // A still picture comes up from black; then nothing changes any more.
  await expect.poll(async () => [...(await looks())].map((one) => one !== ''), { timeout: 20_000 }).toEqual([true]);
  expect((await looks()).size).toBe(1);
}, 60_000);
