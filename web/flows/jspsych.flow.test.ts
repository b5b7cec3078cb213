/** Experiments in a page: what jsPsych logs against the samples that were captured on the audio thread. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, test } from 'vitest';
import { openBridge } from '../../scripts/bridge/bridge.ts';
import { listenForOsc, readPacket } from '../../scripts/bridge/listen.ts';
import { type EmbedWorld, openEmbedWorld, type Visitor } from './embed-world.ts';

const root = resolve(import.meta.dirname, '..', '..');
const QUANTUM = 128;
const TRIALS = 500;

let world: EmbedWorld;
beforeAll(async () => {
  world = await openEmbedWorld();
  const jsPsych = join(root, 'node_modules/jspsych');
  for (const [path, file, type] of [
    ['/jspsych/index.browser.min.js', 'dist/index.browser.min.js', 'text/javascript'],
    ['/jspsych/jspsych.css', 'css/jspsych.css', 'text/css'],
  ] as const)
    world.pages.set(path, { headers: { 'content-type': type }, body: readFileSync(join(jsPsych, file)) });
});
afterAll(() => world.close());

/** Runs before the page's scripts: keeps every sample of the left channel on its way to the speakers, by frames. */
const capturing = `
  const tap = \`registerProcessor('capture', class extends AudioWorkletProcessor {
    frame = -Infinity;
    process([input]) {
      // Chromium's own count stands still while the page makes nodes.
      this.frame = Math.max(currentFrame, this.frame + 128);
      if (input[0]) this.port.postMessage([this.frame, input[0].slice()]);
      return true;
    }
  })\`;
  window.captured = new Map();
  const connect = AudioNode.prototype.connect;
  const taps = new WeakMap();
  const waiting = [];
  AudioNode.prototype.connect = function (to, ...rest) {
    if (to instanceof AudioDestinationNode) {
      const known = taps.get(this.context);
      if (known) connect.call(this, known); else waiting.push(this);
    }
    return connect.call(this, to, ...rest);
  };
  const Context = AudioContext;
  window.AudioContext = class extends Context {
    constructor(...given) {
      super(...given);
      const url = URL.createObjectURL(new Blob([tap], { type: 'text/javascript' }));
      window.tapped = this.audioWorklet.addModule(url).then(() => {
        const node = new AudioWorkletNode(this, 'capture', { numberOfOutputs: 0 });
        node.port.onmessage = ({ data: [frame, samples] }) => window.captured.set(frame, samples);
        taps.set(this, node);
        for (const one of waiting) connect.call(one, node);
      });
    }
  };
`;

declare global {
  // What `capturing` and the pages leave.
  var captured: Map<number, Float32Array>;
  var rows: Row[];
  var over: boolean;
  var unplugged: boolean | undefined;
  var bridgeClock: { offset: number; uncertainty: number };
}

interface Row {
  asked: number;
  onset: number | null;
  onset_frame: number | null;
  late: number | null;
  sample_rate: number;
  gaps: { fromSeconds: number; toSeconds: number }[];
  response: string | null;
  rt: number | null;
  nes_position?: number | null;
  nes_position_end?: number | null;
  nes_late?: number | null;
}

async function open(body: string): Promise<Visitor> {
  world.pages.set('/', { body });
  const visitor = await world.visit();
  await visitor.page.addInitScript(capturing);
  await visitor.page.goto(`${world.host}/`);
  return visitor;
}

/** A page that runs `timeline`, an expression, once a button is pressed. */
const experiment = (timeline: string) => `<!doctype html><html lang="en"><meta charset="utf-8"><title>Experiment</title>
<script src="jspsych/index.browser.min.js"></script><body><button id="begin">Begin</button><script type="module">
import { NesBackgroundExtension, NesStimulusPlugin } from '${world.cdn}/embed/latest/jspsych.js';
const tone = (carrier, level, seconds, more = {}) => ({
  durationSeconds: seconds, voices: [{ kind: 'MONAURAL', keyframes: [{ at: 0, carrier, beat: 0, level }] }], ...more });
document.querySelector('#begin').addEventListener('click', async () => {
  const jsPsych = initJsPsych({
    extensions: [{ type: NesBackgroundExtension, params: { program: tone(300, 0.1, 60) } }],
    on_finish: () => { window.rows = jsPsych.data.get().values(); window.over = true; },
  });
  const context = jsPsych.pluginAPI.audioContext();
  await window.tapped;
  jsPsych.run(${timeline});
});
</script></body></html>`;

async function rowsOf(page: Page): Promise<Row[]> {
  await page.locator('#begin').click();
  await page.waitForFunction(() => globalThis.over, undefined, { timeout: 170_000 });
  return page.evaluate(() => globalThis.rows);
}

/** Shortest silence between two sounds; no sound of 20 ms can hold such a one. */
const APART = 800;

/** Frames at which captured sound begins after silence. */
const onsets = (page: Page): Promise<number[]> =>
  page.evaluate((apart) => {
    const found: number[] = [];
    let last = Number.NEGATIVE_INFINITY;
    for (const [frame, samples] of [...globalThis.captured].toSorted(([a], [b]) => a - b)) {
      for (const [n, value] of samples.entries()) {
        if (Math.abs(value) <= 1e-6) continue;
        if (frame + n - last > apart) found.push(frame + n);
        last = frame + n;
      }
    }
    return found;
  }, APART);

test('500 trials: each logged onset is where the captured sound begins, and what was late says so', async () => {
  const { page, context, complaints } = await open(
    experiment(`Array.from({ length: ${TRIALS} }, (_, index) => ({
      type: NesStimulusPlugin, program: tone(500 + index, 0.5, 1), seconds: 0.02, choices: 'NO_KEYS',
      // Every tenth is asked for when its moment has passed.
      ...(index % 10 === 9 ? { start_at: 0.001 } : { lead: 40 + (index % 7) * 5 }),
    }))`),
  );
  const rows = await rowsOf(page);
  const heard = await onsets(page);
  assert.equal(rows.length, TRIALS);
  assert.equal(heard.length, TRIALS, 'each trial is heard once');
  let worst = 0;
  for (const [index, row] of rows.entries()) {
    assert.ok(row.onset_frame !== null && row.onset !== null && row.late !== null, `trial ${index}`);
    assert.deepEqual(row.gaps, []);
    worst = Math.max(worst, Math.abs((heard[index] ?? 0) - row.onset_frame));
    assert.ok(Math.abs(row.onset - row.onset_frame / row.sample_rate) < 1e-9);
    const after = (row.onset_frame - Math.round(row.asked * row.sample_rate)) / row.sample_rate;
    assert.ok(Math.abs(row.late - Math.max(0, after) * 1000) < 1e-6, `trial ${index}: late is ${row.late}`);
    // Never before its moment.
    assert.ok(after >= 0, `trial ${index} began ${after} s from its moment`);
    if (index % 10 === 9) assert.ok(row.late > 0, `trial ${index} was late and did not say so`);
  }
  // The first sample of a sine is 0: one frame is no fault.
  console.log(
    `500 onsets: at most ${worst} frames from the captured ones; ${rows.filter(({ late }) => late === 0).length} exact`,
  );
  assert.ok(worst <= QUANTUM, `${worst} frames`);
  assert.deepEqual(complaints, []);
  await context.close();
});

test('a page that is kept from rendering tells which seconds were not heard, and the rest is in time', async () => {
  const { page, context } = await open(
    experiment(`[{ type: NesStimulusPlugin, program: tone(400, 0.5, 7), choices: 'NO_KEYS',
      on_load: () => setTimeout(() => { const until = performance.now() + 4200; while (performance.now() < until); }, 500) }]`),
  );
  const [row] = await rowsOf(page);
  const [gap] = row?.gaps ?? [];
  assert.ok(gap && gap.toSeconds > gap.fromSeconds, JSON.stringify(row));
  const [first = 0, again = 0] = await onsets(page);
  const rate = row?.sample_rate ?? 0;
  assert.ok(
    Math.abs((again - first) / rate - (row?.gaps.at(-1)?.toSeconds ?? 0)) < 0.01,
    'it goes on where it would be',
  );
  await context.close();
});

test('a key is timed from the sound; a program behind the trials goes on, and each trial says where it is', async () => {
  const { page, context, complaints } = await open(
    experiment(`Array.from({ length: 3 }, (_, index) => ({
      type: NesStimulusPlugin, program: tone(900, 0.5, 0.4), lead: 300, choices: ['j'], prompt: '<p id="now">Now</p>',
      response_ends_trial: true, trial_ends_after_sound: false,
      extensions: [{ type: NesBackgroundExtension, params: index === 0 ? { sound: 'start' } : index === 2 ? { sound: 'stop' } : {} }],
    }))`),
  );
  const over = rowsOf(page);
  for (let index = 0; index < 3; index++) {
    await page.locator('#now').waitFor();
    await page.waitForTimeout(700);
    await page.keyboard.press('j');
    await page.waitForTimeout(100);
  }
  const rows = await over;
  assert.equal(rows.length, 3);
  for (const { response, rt } of rows) assert.ok(response === 'j' && rt !== null && rt > 100 && rt < 5000, `${rt}`);
  const [first, second, third] = rows;
  assert.equal(first?.nes_position, null, 'it had not begun');
  assert.ok((first?.nes_position_end ?? 0) > 0.2);
  assert.ok((second?.nes_position ?? 0) >= (first?.nes_position_end ?? 0));
  assert.ok((second?.nes_position_end ?? 0) > (second?.nes_position ?? 0) + 0.3);
  assert.equal(third?.nes_position_end, null, 'it was stopped');
  assert.ok(typeof second?.nes_late === 'number');
  assert.deepEqual(complaints, []);
  await context.close();
});

test('a marker of a trial goes by the bridge, and other sites get none through', async () => {
  const { udp, port, packets } = await listenForOsc();
  const told: string[] = [];
  const osc = { host: '127.0.0.1', port };
  const bridge = await openBridge({ port: 0, origins: new Set([world.host]), osc, tell: (line) => told.push(line) });
  const { page, context, complaints } = await open(
    experiment(`await (async () => {
      const { markAt, oscBridge } = await import('${world.cdn}/embed/latest/jspsych.js');
      const port = await oscBridge('ws://127.0.0.1:${bridge.port}');
      window.bridgeClock = port.clock;
      return Array.from({ length: 5 }, (_, index) => ({
        type: NesStimulusPlugin, program: tone(500, 0.5, 1), seconds: 0.1, choices: 'NO_KEYS', lead: 300,
        mark: (context, moment) => markAt(context, moment, port, 101 + index),
      }));
    })()`),
  );
  const rows = (await rowsOf(page)) as (Row & { marked: { code: number; late: number } })[];
  const sent = packets.map((packet) => readPacket(packet).values);
  assert.deepEqual(
    sent.map(([code, number]) => [code, number]),
    Array.from({ length: 5 }, (_, index) => [101 + index, index + 1]),
  );
  const { offset, uncertainty } = await page.evaluate(() => globalThis.bridgeClock);
  assert.ok(uncertainty > 0 && uncertainty < 20, `${uncertainty} ms`);
  // Both clocks are the machine's: CDP tells when the page's began, Node when its own did.
  const session = await context.newCDPSession(page);
  await session.send('Performance.enable');
  const { metrics } = await session.send('Performance.getMetrics');
  const began = metrics.find(({ name }) => name === 'NavigationStart')?.value ?? 0;
  const real = began * 1000 - (Number(process.hrtime.bigint()) / 1e6 - performance.now());
  if (process.platform === 'linux')
    assert.ok(Math.abs(offset - real) <= uncertainty, `${offset} is not within ${uncertainty} ms of ${real}`);
  for (const [index, { marked }] of rows.entries()) {
    assert.equal(marked.code, 101 + index);
    const late = sent[index]?.[2] ?? -1;
    assert.ok(Math.abs(marked.late - late) < 1e-3 && late >= 0, `${marked.late} ${late}`);
  }
  assert.deepEqual(complaints, []);
  await context.close();

  const stranger = await world.visit();
  await stranger.page.goto(`${world.cdn}/embed/`);
  const refused = await stranger.page.evaluate(
    async ([module, address]) => {
      const { oscBridge } = await import(/* @vite-ignore */ module as string);
      return oscBridge(address).then(String, ({ message }: Error) => message);
    },
    [`${world.cdn}/embed/latest/jspsych.js`, `ws://127.0.0.1:${bridge.port}`],
  );
  assert.match(refused, new RegExp(`no bridge at ws://127.0.0.1:${bridge.port} takes markers from ${world.cdn}`));
  assert.ok(told.includes(`${world.cdn}: refused; --origin has ${world.host}`), told.join(' | '));
  assert.equal(packets.length, 5);
  await stranger.context.close();
  await bridge.close();
  udp.close();
});

test('the page that measures a cable tells what came back, and says why nothing did', async () => {
  const { page, context, complaints } = await world.visit({ permissions: ['microphone'] });
  // A cable without a sound card: what is to be heard goes into the input after 80 ms.
  await page.addInitScript(() => {
    const connect = AudioNode.prototype.connect as (this: AudioNode, ...to: unknown[]) => unknown;
    let cable: DelayNode | undefined;
    AudioNode.prototype.connect = function (this: AudioNode, ...to: unknown[]) {
      if (cable && to[0] instanceof AudioDestinationNode) connect.call(this, cable);
      return connect.apply(this, to);
    } as typeof AudioNode.prototype.connect;
    const Context = AudioContext;
    globalThis.AudioContext = class extends Context {
      constructor(...given: ConstructorParameters<typeof AudioContext>) {
        super(...given);
        cable = new DelayNode(this, { delayTime: 0.08 });
        const end = new MediaStreamAudioDestinationNode(this);
        connect.call(cable, end);
        navigator.mediaDevices.getUserMedia = async () => {
          if (globalThis.unplugged) cable = undefined;
          return end.stream;
        };
      }
    };
  });
  await page.goto(`${world.cdn}/embed/loop-back.html`);
  await page.getByLabel('Clicks').fill('10');
  await page.getByRole('button', { name: 'Measure' }).click();
  const answer = page.locator('#said');
  await answer.getByText('10 of 10').waitFor();
  const [, latency = ''] = /Latency\D*([\d.]+) ms/.exec(await answer.innerText()) ?? [];
  assert.ok(Number(latency) >= 80 && Number(latency) < 250, await answer.innerText());
  await page.evaluate(() => {
    globalThis.unplugged = true;
  });
  await page.getByRole('button', { name: 'Measure' }).click();
  await answer.getByText('0 of 10').waitFor();
  await answer.getByText('Nothing came back').waitFor();
  assert.deepEqual(complaints, []);
  await context.close();
});

test('the experiment of docs/RESEARCH.md runs as it stands there', async () => {
  const [, block = ''] = /^```html\n([\s\S]*?)^```$/m.exec(readFileSync(join(root, 'docs/RESEARCH.md'), 'utf8')) ?? [];
  assert.ok(block.includes('https://nes.example/embed/v0.1.0/jspsych.js'));
  const { page, context, complaints } = await open(
    block
      .replaceAll('https://nes.example', world.cdn)
      // Two clicks tell as much as twenty.
      .replace('length: 20', 'length: 2'),
  );
  await page.locator('#begin').click();
  for (let index = 0; index < 2; index++) {
    await page.getByText('Press the space bar').waitFor();
    await page.waitForTimeout(2500);
    await page.keyboard.press(' ');
    await page.waitForTimeout(200);
  }
  await page.getByText('"onset_frame"').waitFor();
  const csv = await page.locator('body').innerText();
  assert.match(csv, /"nes_position"/);
  assert.match(csv, /"(beat|control)"/);
  assert.deepEqual(complaints, []);
  await context.close();
});
