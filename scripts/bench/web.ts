/**
 * Web: sizes, Lighthouse on a phone, time from a click to the first sound with no API, and a library of 500 protocols.
 * All of it on the production build in web/dist (`npm run build` first), served by a plain host of files.
 */
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join, resolve } from 'node:path';
import lighthouse from 'lighthouse';
import { type BrowserContext, chromium, type Page } from 'playwright-core';
import { readLibrary } from '../../prisma/library/library.ts';
import type { LibraryProtocol } from '../../web/src/data/library.ts';
import type { Figure } from '../bench.ts';
import { findBrowser } from '../browser.ts';
import { many } from '../many-protocols.ts';
import { hostFiles } from '../static-host.ts';

const root = resolve(import.meta.dirname, '..', '..');
const dist = join(root, 'web/dist');

const median = (values: number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
const round = (value: number, digits = 1): number => Math.round(value * 10 ** digits) / 10 ** digits;

interface SizeRow {
  name: string;
  size: number;
  sizeLimit: number;
}

function sizes(): Figure[] {
  let text: string;
  try {
    text = execFileSync(process.execPath, [join(root, 'node_modules/size-limit/bin.js'), '--json'], {
      cwd: root,
      encoding: 'utf8',
    });
  } catch (error) {
    // A budget that is passed ends it with 1; the rows are there all the same.
    text = (error as { stdout: string }).stdout;
  }
  return (JSON.parse(text) as SizeRow[]).map(({ name, size, sizeLimit }) => ({
    name: `size, ${name}`,
    value: round(size / 1000),
    unit: 'kB',
    limit: round(sizeLimit / 1000),
    must: 'at most',
  }));
}

/** A page's Lighthouse scores on its own emulated phone and throttled line (its defaults), the best of `runs` by performance. */
async function scores(url: string, name: string, port: number, runs: number): Promise<Figure[]> {
  let best: Awaited<ReturnType<typeof lighthouse>>;
  for (let run = 0; run < runs; run++) {
    const result = await lighthouse(url, { port, output: 'json', logLevel: 'error' });
    if (result?.lhr.runtimeError) throw new Error(`Lighthouse at ${url}: ${result.lhr.runtimeError.message}`);
    const performance = (one: typeof result): number => one?.lhr.categories.performance?.score ?? -1;
    if (!best || performance(result) > performance(best)) best = result;
  }
  const lhr = best?.lhr;
  const audit = (id: string): number => lhr?.audits[id]?.numericValue ?? Number.NaN;
  return [
    ...(['performance', 'accessibility', 'best-practices', 'seo'] as const).map(
      (id): Figure => ({
        name: `lighthouse, ${name}, ${id}`,
        value: Math.round((lhr?.categories[id]?.score ?? 0) * 100),
        unit: '',
        limit: 100,
        must: 'at least',
      }),
    ),
    {
      name: `lighthouse, ${name}, largest contentful paint`,
      value: Math.round(audit('largest-contentful-paint')),
      unit: 'ms',
      limit: 1200,
      must: 'at most',
    },
    {
      name: `lighthouse, ${name}, total blocking time`,
      value: Math.round(audit('total-blocking-time')),
      unit: 'ms',
      limit: 50,
      must: 'at most',
    },
    {
      name: `lighthouse, ${name}, cumulative layout shift`,
      value: round(audit('cumulative-layout-shift'), 4),
      unit: '',
      limit: 0.01,
      must: 'at most',
    },
  ];
}

/**
 * Listens at what goes to the loudspeaker: `window.firstSound` is the time from the click to the moment at which the
 * audio thread made the first sample that is not silent. Told by that thread's own clock, because the page's is busy.
 */
const listen = (): void => {
  const page = window as unknown as { firstSound: number | null };
  let clickedAt = Number.POSITIVE_INFINITY;
  page.firstSound = null;
  window.addEventListener(
    'click',
    (event) => {
      clickedAt = performance.timeOrigin + event.timeStamp;
      page.firstSound = null;
    },
    { capture: true },
  );
  const tap = `registerProcessor('tap', class extends AudioWorkletProcessor {
    silent = sampleRate;
    process([input]) {
      const sounds = input.some((samples) => samples.some((value) => Math.abs(value) > 1e-7));
      if (sounds && this.silent > sampleRate / 10) this.port.postMessage(Date.now());
      this.silent = sounds ? 0 : this.silent + 128;
      return true;
    }
  })`;
  const address = URL.createObjectURL(new Blob([tap], { type: 'text/javascript' }));
  const connect = AudioNode.prototype.connect;
  const tapped = new WeakSet<AudioNode>();
  // biome-ignore lint/suspicious/noExplicitAny: every overload goes through
  (AudioNode.prototype as any).connect = function (this: AudioNode, to: AudioNode, ...rest: number[]) {
    if (to instanceof AudioDestinationNode && !tapped.has(this)) {
      tapped.add(this);
      const context = this.context;
      void context.audioWorklet.addModule(address).then(() => {
        const counter = new AudioWorkletNode(context, 'tap', { numberOfOutputs: 0 });
        counter.port.onmessage = ({ data }: MessageEvent<number>) => {
          if (data >= clickedAt) page.firstSound ??= data - clickedAt;
        };
        // biome-ignore lint/suspicious/noExplicitAny: every overload goes through
        (connect as any).call(this, counter);
      });
    }
    // biome-ignore lint/suspicious/noExplicitAny: every overload goes through
    return (connect as any).call(this, to, ...rest);
  };
};

/** The safety questions are answered; asking them is not part of the time to the first sound. */
async function answer(page: Page): Promise<void> {
  await page.evaluate(async () => {
    const database = await new Promise<IDBDatabase>((opened) => {
      const request = indexedDB.open('nes');
      request.onsuccess = () => opened(request.result);
    });
    const work = database.transaction('values', 'readwrite');
    const answers = Object.fromEntries(
      'seizures photosensitivity heart psychosis headInjury pregnancy under18 hearing migraine lungs panic sedatives acceptedRisk'
        .split(' ')
        .map((name) => [name, false]),
    );
    work
      .objectStore('values')
      .put({ answers, version: 2, answeredAt: new Date().toISOString(), sent: false, agreed: false }, 'screening');
    await new Promise<void>((done) => {
      work.oncomplete = () => done();
    });
    database.close();
    localStorage.setItem('nes-driving', new Date().toLocaleDateString('sv'));
    localStorage.setItem('nes-headphones', 'done');
  });
}

const heard = async (page: Page): Promise<number> =>
  (await (
    await page.waitForFunction(() => (window as unknown as { firstSound: number | null }).firstSound, undefined, {
      polling: 20,
      timeout: 30_000,
    })
  ).jsonValue()) as number;

const playButton = (page: Page) => page.locator('nes-protocol-page button.play');

/** Milliseconds from the click on Play to the first sample: on a page just opened, and again when all is loaded. */
async function firstSound(context: BrowserContext, url: string): Promise<{ cold: number; warm: number }> {
  const page = await context.newPage();
  await page.addInitScript(listen);
  await page.goto(`${url}safety`);
  await page.locator('nes-safety-page').waitFor();
  await answer(page);
  await page.goto(`${url}protocols/focus`);
  await playButton(page).click();
  const cold = await heard(page);
  // The first sample is on its way before its session is written down, which it is when it is in the ear; a stop before
  // that leaves nothing to rate. And what is pressed is heard by the player's page, which may come after the sound.
  await page.locator('nes-player-page button.stop').waitFor();
  await page.waitForFunction(() => Object.keys(localStorage).some((key) => key.startsWith('nes-playing ')));
  await page.keyboard.press('s');
  await page.locator('nes-after-panel').waitFor();
  await page.goBack();
  await playButton(page).waitFor();
  await page.waitForTimeout(500);
  await playButton(page).click();
  const warm = await heard(page);
  await page.close();
  return { cold, warm };
}

/** Runs `visit` several times, each time as somebody who was never here. */
type Visits = <T>(times: number, visit: (context: BrowserContext) => Promise<T>) => Promise<T[]>;

const told = (values: number[]): Pick<Figure, 'value' | 'unit' | 'must' | 'note'> => ({
  value: round(median(values)),
  unit: 'ms',
  must: 'at most',
  note: `of ${values.length}: ${values.map((value) => Math.round(value)).join(', ')}`,
});

/** From the click on an embed's Play to the first sample: a page of another origin, with `src` beside it. */
async function firstSoundOfEmbed(visits: Visits, times: number, maker: string): Promise<Figure> {
  const focus = readLibrary().find(({ slug }) => slug === 'focus');
  const document = `<!doctype html><html lang="en"><title>Host</title>
    <script type="module" src="${maker}embed/latest/nes.js"></script><nes-player src="/focus.json"></nes-player></html>`;
  const site = createServer((request, response) => {
    const isPage = request.url === '/';
    response.writeHead(200, { 'content-type': isPage ? 'text/html' : 'application/json' });
    response.end(isPage ? document : JSON.stringify(focus?.program));
  });
  await new Promise<void>((ready) => site.listen(0, '127.0.0.1', ready));
  const { port } = site.address() as AddressInfo;
  try {
    const sounds = await visits(times, async (context) => {
      const page = await context.newPage();
      await page.addInitScript(listen);
      await page.goto(`http://127.0.0.1:${port}/`);
      await page.locator('nes-player[state=ready]').waitFor();
      // Nobody reads the title and presses in the same breath; the engine is fetched meanwhile.
      await page.waitForLoadState('networkidle');
      await page.locator('nes-player [part=play]').click();
      return heard(page);
    });
    return { name: 'first sound, embed with src', limit: 300, ...told(sounds) };
  } finally {
    site.closeAllConnections();
    site.close();
  }
}

async function list(context: BrowserContext, url: string): Promise<{ ready: number; key: number }> {
  const page = await context.newPage();
  const library = (await (await fetch(`${url}library.json`)).json()) as LibraryProtocol[];
  await page.route('**/library.json', (route) => route.fulfill({ json: many(library) }));
  await page.goto(url);
  const ready = (await (
    await page.waitForFunction(
      () => {
        const shadow = document.querySelector('nes-app')?.shadowRoot?.querySelector('nes-library-page')?.shadowRoot;
        // Looked at between two frames: the page answers now.
        return shadow?.querySelector('.card button') ? performance.now() : 0;
      },
      undefined,
      { polling: 'raf', timeout: 60_000 },
    )
  ).jsonValue()) as number;
  // All 500 stand there; then a word is typed.
  await page.waitForFunction(
    () =>
      (document
        .querySelector('nes-app')
        ?.shadowRoot?.querySelector('nes-library-page')
        ?.shadowRoot?.querySelectorAll('.card').length ?? 0) >= 500,
    undefined,
    { timeout: 60_000 },
  );
  const key = await page.evaluate(async () => {
    const shadow = document.querySelector('nes-app')?.shadowRoot?.querySelector('nes-library-page')?.shadowRoot;
    const input = shadow?.querySelector<HTMLInputElement>('input[type=search]');
    if (!input) throw new Error('There is no field to search in.');
    const times: number[] = [];
    for (const text of ['n', 'na', 'nap', 'na', '']) {
      input.value = text;
      const begin = performance.now();
      input.dispatchEvent(new InputEvent('input', { bubbles: true, composed: true }));
      await new Promise<void>((painted) => requestAnimationFrame(() => setTimeout(painted)));
      times.push(performance.now() - begin);
    }
    return times.sort((a, b) => a - b)[2] as number;
  });
  await page.close();
  return { ready, key };
}

/** @param args `quick`: one Lighthouse run a page and fewer repetitions; `sizes`, `lighthouse`, `sound`, `list`: only these */
export default async function bench(args: string[]): Promise<Figure[]> {
  if (!existsSync(join(dist, 'index.html'))) throw new Error('The application is not built: npm run build.');
  const quick = args.includes('quick');
  const parts = ['sizes', 'lighthouse', 'sound', 'list'];
  const wanted = (part: string): boolean => args.includes(part) || !parts.some((one) => args.includes(one));
  const figures = wanted('sizes') ? sizes() : [];
  const host = await hostFiles(dist);
  const { executablePath, args: all, env } = await findBrowser();
  // Nothing here draws light; what the page costs a processor is measured without a software graphics card beside it.
  const flags = [...all.filter((flag) => !/gl=|angle=|swiftshader|gpu/.test(flag)), '--disable-gpu'];
  const debugPort = 9222 + Math.floor(Math.random() * 20_000);
  try {
    if (wanted('lighthouse')) {
      const phone = await chromium.launch({
        executablePath,
        args: [...flags, `--remote-debugging-port=${debugPort}`],
        env,
      });
      try {
        for (const [name, path] of [
          ['library', ''],
          ['protocol', 'protocols/focus'],
          ['player', 'play/focus'],
        ] as const) {
          figures.push(...(await scores(host.url + path, name, debugPort, quick ? 1 : 3)));
        }
      } finally {
        await phone.close();
      }
    }
    const browser = await chromium.launch({ executablePath, args: flags, env });
    const visits: Visits = async (times, visit) => {
      const found = [];
      for (let time = 0; time < times; time++) {
        const context = await browser.newContext({
          viewport: { width: 1280, height: 800 },
          reducedMotion: 'reduce',
          // What listens is a script that the page's content policy would refuse.
          bypassCSP: true,
        });
        found.push(await visit(context));
        await context.close();
      }
      return found;
    };
    try {
      if (wanted('sound')) {
        const sounds = await visits(quick ? 3 : 7, (context) => firstSound(context, host.url));
        for (const [when, limit] of [
          ['cold', 500],
          ['warm', 150],
        ] as const) {
          figures.push({
            name: `first sound, no API, ${when}`,
            limit,
            ...told(sounds.map((sound) => sound[when])),
          });
        }
        figures.push(await firstSoundOfEmbed(visits, quick ? 3 : 7, host.url));
      }
      if (wanted('list')) {
        const lists = await visits(quick ? 1 : 3, (context) => list(context, host.url));
        figures.push(
          {
            name: 'library of 500, interactive',
            value: round(median(lists.map(({ ready }) => ready))),
            unit: 'ms',
            note: 'from navigation, line and processor not throttled',
          },
          { name: 'library of 500, key to frame', value: round(median(lists.map(({ key }) => key))), unit: 'ms' },
        );
      }
    } finally {
      await browser.close();
    }
  } finally {
    await host.close();
  }
  return figures;
}
