import { withoutBeat } from '@nes/program/twin.ts';
import { armAt } from '@nes/trials/order.ts';
import { hashOf } from '@nes/trials/plan.ts';
import { normal, seeded } from '@nes/trials/random.ts';
import { publicKeyText, seal, unseal } from '@nes/trials/seal.ts';
import { vigilanceCourse } from '@nes/trials/tasks.ts';
import { accuracyOfGuessing, type Session } from '@nes/trials/testing/classifier.ts';
import { verify } from '@nes/trials/verify.ts';
import axe from 'axe-core';
import { afterAll, beforeAll, beforeEach, expect, it, vi } from 'vitest';
import focus from '../../../../prisma/library/focus.json';
import { keepLocally } from '../../data/protocols.ts';
import { noToAll } from '../../data/questions.ts';
import { screening } from '../../data/screening.ts';
import { readValue, store, writeValue } from '../../data/store.ts';
import { answer, blockText, PHASE_CHANNEL } from '../../eeg/answer.ts';
import type { Recording } from '../../eeg/recording.ts';
import { define } from '../../elements/define.ts';
import { playerSession } from '../../session/session.ts';
import { type LocalTrial, trials } from '../../session/trials.ts';
import '../../styles/tokens.css';
import { across, acrossWords } from './across.ts';
import { outcomeOf } from './outcomes.ts';
import type { ResponseView } from './response-view.ts';
import { runTask, TaskInterrupted } from './task-run.ts';
import { TrialPage } from './trial-page.ts';
import { TrialsPage } from './trials-page.ts';

define('nes-trial-page', TrialPage);
define('nes-trials-page', TrialsPage);

/** The beat of Focus, for so many seconds. */
function focusFor(durationSeconds: number) {
  const program = {
    durationSeconds,
    phases: [{ name: 'All', description: '', durationSeconds, colour: '' }],
    voices: [
      { ...focus.program.voices[0], keyframes: [{ at: 0, carrier: 200, beat: 14, level: 0.3, pan: 0, curve: 'HOLD' }] },
    ],
    gain: 1,
    loop: 1,
    seed: 1,
  } as never;
  return { id: null, revisionId: null, slug: 'focus', title: 'Focus', category: 'FOCUS', program };
}

const realFetch = window.fetch;
/** What the server says to a question, where it is there. */
const builtIn: object[] = [];
let served: ((body: string) => unknown) | null = null;
beforeAll(() => {
  window.fetch = async (input, init) => {
    const address = String(input instanceof Request ? input.url : input);
    if (address.endsWith('library.json')) return Response.json(builtIn);
    if (address.includes('/graphql') && served) {
      const body = input instanceof Request ? await input.clone().text() : String(init?.body ?? '');
      return Response.json({ data: served(body) });
    }
    if (address.includes('/graphql')) throw new TypeError('The server is away.');
    return realFetch(input, init);
  };
});
afterAll(() => {
  window.fetch = realFetch;
});

beforeEach(async () => {
  served = null;
  document.body.replaceChildren();
  // The page holds this device's keys from the first trial on; so does the store of a page that is not emptied under it.
  const keys = await readValue('trial-keys');
  await (await store()).clear('values');
  await writeValue('trial-keys', keys);
  await (await store()).clear('sessions');
  await screening.ready;
});

const plan = (periods: number, outcomeId = 'calm', protocol = focusFor(1)): Promise<LocalTrial> => {
  const { id, unit, higherIsBetter, settings } = outcomeOf(outcomeId) as NonNullable<ReturnType<typeof outcomeOf>>;
  return trials.plan({
    protocol,
    outcome: { id, unit, higherIsBetter, settings },
    periods,
    oneADay: false,
    orderRule: 'RUNS_OF_TWO',
    smallestEffect: 0.5,
    masked: false,
  });
};

async function show(id: string): Promise<TrialPage> {
  const page = document.createElement('nes-trial-page') as TrialPage;
  page.params = { id };
  document.body.replaceChildren(page);
  await vi.waitFor(() => expect(page.trial).not.toBeNull());
  await page.updateComplete;
  return page;
}

/** Everything of a page that a person or a program that reads the screen for them can get at. */
function seen(root: Node): string {
  if (root instanceof Text) return root.data.trim();
  const own =
    root instanceof Element
      ? [root.localName, ...root.getAttributeNames().map((name) => `${name}=${root.getAttribute(name)}`)].join(' ')
      : '';
  const inside = root instanceof Element && root.shadowRoot ? [root.shadowRoot] : [];
  return `${own}[${[...inside, ...root.childNodes].map(seen).join('')}]`;
}

const kept = async (id: string) => JSON.stringify(await (await store()).get('values', `trial:${id}`));

/** One session as the page goes through it, without its sound. */
async function live(id: string, value: number): Promise<void> {
  await trials.begin(id);
  await trials.begun(id, crypto.randomUUID(), new Date().toISOString());
  await trials.heard(id, 1);
  await trials.measured(id, value, { input: 'mouse' });
  await trials.record(id, 0.5);
}

it('a whole trial without a server: planned, lived, opened, verified', async () => {
  const { plan: made } = await plan(8);
  for (let period = 1; period <= 8; period++) await live(made.id, 40 + ((period * 13) % 20));
  const page = await show(made.id);
  expect(seen(page)).toContain('All sessions are done');
  const before = await kept(made.id);
  expect(before).not.toContain('"order"');
  expect(before).not.toContain('"salt"');
  page.renderRoot.querySelector<HTMLButtonElement>('button.primary')?.click();
  await vi.waitFor(() => expect(seen(page)).toContain('Your data'), 5_000);
  const trial = (await trials.find(made.id)) as LocalTrial;
  const document_ = await trials.document(trial);
  expect((await verify(document_, { planHash: trial.planHash })).faults).toEqual([]);
  expect(document_.answer).toEqual(trials.answer(trial));
  const { violations } = await axe.run(document.body, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa'] });
  expect(violations.map(({ id, nodes }) => [id, nodes[0]?.html])).toEqual([]);
});

it('stopped early stands in the answer for ever', async () => {
  const { plan: made } = await plan(8);
  for (let period = 1; period <= 5; period++) await live(made.id, period * 3);
  await trials.open(made.id);
  const page = await show(made.id);
  await vi.waitFor(() => expect(seen(page)).toContain('Stopped early at 5 of 8 sessions.'), 5_000);
  await expect(trials.record(made.id, 0.5)).resolves.toMatchObject({ records: { length: 5 } });
});

it('what sounds is the arm, what shows is the protocol; names, log and lock screen are the same in both', async () => {
  const { plan: made } = await plan(4);
  const shown = new Set<string>();
  const sounds = new Set<string>();
  for (let period = 1; period <= 4; period++) {
    const playable = await trials.begin(made.id);
    await playerSession.open(playable);
    sounds.add(JSON.stringify(playable.sounds));
    shown.add(
      JSON.stringify([
        playerSession.program,
        playerSession.protocol?.title,
        playerSession.totalSeconds,
        playable.program,
      ]),
    );
    await live(made.id, period);
  }
  expect(sounds.size).toBe(2);
  expect(shown.size).toBe(1);
});

/** As if the other order had been drawn: what has the beat has it not, and the other way round. */
async function exchangeArms(id: string): Promise<void> {
  const trial = (await trials.find(id)) as LocalTrial;
  const keys = (await readValue<CryptoKeyPair>('trial-keys')) as CryptoKeyPair;
  const { salt, order } = await unseal(keys, trial.sealed as string);
  const exchanged = [...order].map((letter) => (letter === 'B' ? 'C' : 'B')).join('');
  const sealed = await seal(await publicKeyText(keys), { salt, order: exchanged });
  await writeValue(`trial:${id}`, { ...trial, sealed });
}

/** What stands in the page once it has stopped changing, its pictures too. */
async function settled(page: TrialPage): Promise<string> {
  let last = '';
  for (;;) {
    for (let frame = 0; frame < 3; frame++) await new Promise(requestAnimationFrame);
    await page.updateComplete;
    const now = seen(page);
    if (now === last) return now;
    last = now;
  }
}

it('the same session with the arms exchanged: page, pictures, names, lock screen and store are the same to the letter', async () => {
  await screening.answer(noToAll, false);
  const { plan: made } = await plan(24, 'calm', focusFor(600));
  const first = (await trials.find(made.id)) as LocalTrial;
  const sounds = new Set<string>();
  for (let period = 1; period <= 6; period++) {
    const before = (await trials.find(made.id)) as LocalTrial;
    const told: string[][] = [];
    for (const exchange of [false, true]) {
      await writeValue(`trial:${made.id}`, before);
      if (exchange) await exchangeArms(made.id);
      const one: string[] = [];
      const look = async () => {
        const held = (await trials.find(made.id)) as LocalTrial;
        one.push(await settled(await show(made.id)), JSON.stringify({ ...held, sealed: held.sealed?.length }));
      };
      await look();
      const playable = await trials.begin(made.id);
      sounds.add(JSON.stringify(playable.sounds));
      const page = await show(made.id);
      await playerSession.open(playable);
      await playerSession.play();
      await vi.waitFor(async () =>
        expect((await trials.find(made.id))?.begun?.sessionId).toBe(playerSession.record?.id),
      );
      const { metadata, playbackState } = navigator.mediaSession;
      one.push(
        seen(page).replaceAll(/\d+:\d+/g, 'M:SS'),
        JSON.stringify([metadata?.title, metadata?.artist, metadata?.album, playbackState, document.title]),
        JSON.stringify([playerSession.program, playerSession.totalSeconds, playerSession.protocol?.title]),
        JSON.stringify(Object.keys(playerSession.record ?? {})),
      );
      playerSession.stop();
      page.remove();
      await trials.begun(made.id, '00000000-0000-4000-8000-000000000001', '2026-05-10T08:00:00.000Z');
      await look();
      await trials.heard(made.id, 1);
      await look();
      await trials.measured(made.id, 5, {});
      await look();
      told.push(one);
    }
    expect(told[0]?.length).toBe(12);
    expect(told[1]).toEqual(told[0]);
    await writeValue(`trial:${made.id}`, before);
    await live(made.id, period);
  }
  expect(sounds).toEqual(new Set([JSON.stringify(first.arms.BEAT), JSON.stringify(first.arms.CONTROL)]));
}, 60_000);

it('of 200 sessions no size and no time tells the arm', async () => {
  const measure = async () => {
    const { plan: made } = await plan(200);
    const sessions: Session[] = [];
    let before = (await kept(made.id)).length;
    for (let period = 1; period <= 200; period++) {
      const from = performance.now();
      const playable = await trials.begin(made.id);
      const begun = performance.now();
      await playerSession.open(playable);
      const opened = performance.now();
      await trials.begun(made.id, crypto.randomUUID(), new Date().toISOString());
      const during = (await kept(made.id)).length;
      await trials.heard(made.id, 1);
      await trials.measured(made.id, 5, {});
      await trials.record(made.id, 0.5);
      const after = (await kept(made.id)).length;
      sessions.push({ features: [begun - from, opened - begun, during - before, after - before], beat: false });
      before = after;
    }
    const { reveal } = await trials.open(made.id);
    for (const [index, session] of sessions.entries())
      session.beat = armAt(reveal?.order as string, index + 1) === 'BEAT';
    return sessions;
  };
  const accuracy = await accuracyOfGuessing(measure);
  expect(accuracy, `right in ${accuracy * 100} %`).toBeGreaterThanOrEqual(0.4);
  expect(accuracy, `right in ${accuracy * 100} %`).toBeLessThanOrEqual(0.6);
}, 120_000);

it('a page that dies in mid-task loses the task only', async () => {
  const { plan: made } = await plan(4, 'pvt-speed');
  const playable = await trials.begin(made.id);
  await trials.begun(made.id, crypto.randomUUID(), new Date().toISOString());
  await trials.heard(made.id, 1);
  const first = await show(made.id);
  await vi.waitFor(() => expect(seen(first)).toContain('nes-trial-task'));
  const before = await kept(made.id);
  first.remove();
  const second = await show(made.id);
  await vi.waitFor(() => expect(seen(second)).toContain('nes-trial-task'));
  expect(await kept(made.id)).toBe(before);
  expect((await trials.begin(made.id)).sounds).toEqual(playable.sounds);
});

it('reaction times go from the frame that showed the stimulus to the stamp of the press', async () => {
  const place = document.createElement('div');
  document.body.append(place);
  const expected: number[] = [];
  const run = await runTask(
    { ...vigilanceCourse(seeded(`${'0'.repeat(31)}1`), 3_000), endsWithAnswer: true, lastsMs: 6_000 },
    {
      show: (text) => {
        if (text !== '0') return;
        const shown = Number(document.timeline.currentTime);
        setTimeout(() => {
          const event = new KeyboardEvent('keydown', { code: 'Space' });
          expected.push(event.timeStamp - shown);
          place.dispatchEvent(event);
        }, 180);
      },
    },
    place,
    new AbortController().signal,
  );
  expect(run.results.length).toBeGreaterThan(0);
  expect(run.input).toBe('keyboard');
  for (const [index, { reactionMs }] of run.results.entries()) {
    // One frame later than the callback that drew it: that frame is what the page may not claim to see through.
    expect(Math.abs((reactionMs as number) - ((expected[index] as number) - run.frameMs))).toBeLessThan(run.frameMs);
  }
});

it('a press before anything is shown counts as too early, and answers nothing', async () => {
  const place = document.createElement('div');
  setTimeout(() => place.dispatchEvent(new KeyboardEvent('keydown', { code: 'Space' })), 100);
  const turns = [{ shows: 'B', waitMs: 400, staysMs: 50, answerMs: 100, wanted: true }];
  const run = await runTask(
    { turns, endsWithAnswer: false, lastsMs: 10_000 },
    { show: () => {} },
    place,
    new AbortController().signal,
  );
  expect(run.pressesBefore).toBe(1);
  expect(run.results).toEqual([{ wanted: true, reactionMs: null }]);
});

it('a task ends where it is left', async () => {
  const stop = new AbortController();
  const course = vigilanceCourse(seeded(`${'0'.repeat(31)}2`), 60_000);
  const task = runTask(course, { show: () => {} }, document.createElement('div'), stop.signal);
  setTimeout(() => stop.abort(), 200);
  await expect(task).rejects.toThrow(TaskInterrupted);
});

it.each([100, 364])('the answer of %i sessions, on this device', async (periods) => {
  const { plan: made } = await plan(periods);
  const trial = (await trials.find(made.id)) as LocalTrial;
  const random = seeded(`${'0'.repeat(31)}3`);
  const records = Array.from({ length: periods }, (_, index) => ({
    period: index + 1,
    sessionId: null,
    startedAt: new Date(Date.UTC(2026, 0, 1 + index, 8)).toISOString(),
    endedAt: new Date(Date.UTC(2026, 0, 1 + index, 9)).toISOString(),
    heardSeconds: 600,
    value: random() * 100,
    detail: {},
    beatChance: 0.3 + random() * 0.4,
  }));
  await writeValue(`trial:${made.id}`, { ...trial, records });
  const opened = await trials.open(made.id);
  const times = Array.from({ length: 5 }, () => {
    const from = performance.now();
    trials.answer(opened);
    return performance.now() - from;
  });
  console.info(`answer of ${periods} sessions: ${times.map((time) => time.toFixed(0)).join(', ')} ms`);
  // The goal is 300 ms; ten times that is no busy machine but another algorithm.
  expect(Math.min(...times)).toBeLessThan(3_000);
});

it('the plan says at once what it can find', async () => {
  const page = document.createElement('nes-trials-page') as TrialsPage;
  document.body.replaceChildren(page);
  await vi.waitFor(
    () => expect(seen(page)).toMatch(/40 sessions find an effect of 0\.[789] standard deviations/),
    8_000,
  );
});

async function planPage(): Promise<TrialsPage> {
  const page = document.createElement('nes-trials-page') as TrialsPage;
  document.body.replaceChildren(page);
  await page.ready;
  await page.updateComplete;
  return page;
}

it('a link names what is to be planned, and what it cannot name is left as it is', async () => {
  history.replaceState(null, '', '?outcome=mood&sessions=14');
  const named = await planPage();
  expect([named.outcomeId, named.periods]).toEqual(['mood', 14]);
  history.replaceState(null, '', '?outcome=fame&sessions=15');
  const unknown = await planPage();
  expect([unknown.outcomeId, unknown.periods]).toEqual(['calm', 40]);
  history.replaceState(null, '', location.pathname);
});

it("a program of one's own is tried like any other; one without a beat is not offered", async () => {
  await (await store()).clear('protocols');
  const { program } = focusFor(1);
  await keepLocally({ title: 'My stairs', program });
  await keepLocally({ title: 'Still', program: withoutBeat(program) });
  const page = await planPage();
  const select = page.renderRoot.querySelector('select[name=protocol]') as HTMLSelectElement;
  expect([...select.querySelectorAll('optgroup option')].map(({ textContent }) => textContent)).toEqual(['My stairs']);
  page.oneADay = false;
  page.renderRoot.querySelector('form')?.requestSubmit();
  await vi.waitFor(async () => expect((await trials.all()).length).toBe(1), 10_000);
  const [trial] = (await trials.all()) as [LocalTrial];
  expect(trial.plan.protocol.title).toBe('My stairs');
  expect(trial.arms.CONTROL).toEqual(withoutBeat(trial.arms.BEAT));
  expect(await hashOf(trial.arms.BEAT)).toBe(trial.plan.arms.beat);
  for (let period = 1; period <= 4; period++) await live(trial.plan.id, period);
  await trials.open(trial.plan.id);
  const document_ = await trials.document((await trials.find(trial.plan.id)) as LocalTrial);
  expect((await verify(document_)).faults).toEqual([]);
  await (await store()).clear('protocols');
});

it('what ten people and more found is told before the plan is fixed; of fewer nothing', async () => {
  const told = { __typename: 'TrialsAcrossPeople' as const, people: 12, effect: 0.214, low: -0.05, high: 0.481 };
  expect(acrossWords(told, 'Calm')).toBe(
    '12 people tried this blinded for “Calm” and agreed to be counted. On the mean the beat changed it by +0.21 standard deviations (−0.05 … +0.48); above zero it helped.',
  );
  served = (body) => ({ trialsAcrossPeople: body.includes('"focus"') ? told : null });
  expect(await across('UHJvdG9jb2w6MQ==', 'focus')).toMatchObject(told);
  expect(await across('UHJvdG9jb2w6MQ==', 'calm')).toBeNull();
  expect(await across(null, 'focus')).toBeNull();
  served = null;
  expect(await across('UHJvdG9jb2w6MQ==', 'focus')).toBeNull();
});

/** A run of 64 s at 256 samples a second: a sine of so many µV at 40 Hz in each second block, and noise. */
function recordingOf(microvolts: number, worn: boolean): Recording {
  const random = seeded(`${'0'.repeat(31)}4`);
  const noise = normal(random);
  const rate = 256;
  const time = Float64Array.from({ length: 64 * rate }, (_, n) => n / rate);
  const on = (t: number) => Math.floor(t / 16) % 2 === 1;
  const samples = time.map((t) =>
    worn ? 4 * noise() + (on(t) ? microvolts * Math.sin(2 * Math.PI * 40 * t) : 0) : 1_000,
  );
  return {
    format: 'test',
    sampleRateHz: rate,
    channels: [
      { name: 'TP9', unit: 'uV', samples },
      { name: PHASE_CHANNEL, unit: 'cycles', samples: time.map((t) => (40 * t) % 1) },
    ],
    annotations: [0, 16, 32, 48].map((onsetSeconds) => ({
      onsetSeconds,
      durationSeconds: 16,
      text: blockText({ kind: on(onsetSeconds) ? 'on' : 'off', rateHz: 40 }),
    })),
    segments: [{ first: 0, startSeconds: 0 }],
    notes: [],
  };
}

it('a measured response is an outcome: its amplitude is recorded unseen, and nothing where no electrode was worn', async () => {
  const collected = async (recording: Recording, press?: string) => {
    const place = document.createElement('div');
    document.body.replaceChildren(place);
    const measurement = outcomeOf('eeg-response')?.collect(place);
    await vi.waitFor(() => expect(place.querySelector('nes-trial-response')).not.toBeNull(), 10_000);
    const view = place.querySelector('nes-trial-response') as ResponseView;
    await view.updateComplete;
    expect(seen(view)).toContain('it has nothing to do with whether the session had its beat');
    const { violations } = await axe.run(place, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa'] });
    expect(violations.map(({ id, nodes }) => [id, nodes[0]?.html])).toEqual([]);
    Object.assign(view, {
      result: { name: '', recording, answer: answer([recording], {}), captured: { device: { name: 'Muse-1' } } },
      step: 'answer',
    });
    await view.updateComplete;
    if (press) {
      expect(seen(view)).toContain('No electrode could be read.');
      [...view.renderRoot.querySelectorAll('button')].find(({ textContent }) => textContent?.trim() === press)?.click();
    } else expect(seen(view)).not.toMatch(/µV|follows/);
    return measurement;
  };
  const measured = await collected(recordingOf(3, true));
  expect(Math.abs((measured?.value as number) - 3)).toBeLessThan(0.5);
  expect(measured?.detail).toMatchObject({ rateHz: 40, electrodes: 1, device: 'Muse-1' });
  const away = await collected(recordingOf(0, false), 'Record the session without a measurement');
  expect(away).toEqual({ value: null, detail: {} });
});
