/** What embeds meet: an origin that serves the built module to everybody, and pages of somebody else's origin. */
import { existsSync, readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join, resolve } from 'node:path';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import sirv from 'sirv';
import { findBrowser } from '../../scripts/browser.ts';

const root = resolve(import.meta.dirname, '..', '..');
const built = join(root, 'web/dist/embed');

/** One answer of the host's server. */
export interface Served {
  status?: number;
  headers?: Record<string, string>;
  body: string | Buffer;
}

export interface EmbedWorld {
  /** Origin that serves `/embed/`. */
  cdn: string;
  /** Origin of the pages. */
  host: string;
  /** What the host serves, by path. A function answers by itself. */
  pages: Map<string, Served | ((request: IncomingMessage, response: ServerResponse) => void)>;
  browser: Browser;
  /** A new visitor. `complaints` collects errors of pages and refusals by content policies. */
  visit(options?: Parameters<Browser['newContext']>[0]): Promise<Visitor>;
  close(): Promise<void>;
}

export interface Visitor {
  page: Page;
  context: BrowserContext;
  complaints: string[];
}

/** A whole Chromium asks for it on its own account, a headless shell does not; without one that would be a complaint of the page's. */
const FAVICON = '/favicon.ico';

export async function openEmbedWorld(): Promise<EmbedWorld> {
  if (!existsSync(join(built, 'latest/nes.js'))) throw new Error('The embeds are not built: npm run build.');
  const serveFiles = sirv(join(root, 'web/dist'), { dev: true });
  const cdn = createServer((request, response) => {
    // As GitHub Pages does.
    response.setHeader('access-control-allow-origin', '*');
    if (request.url === FAVICON) return void response.writeHead(204).end();
    serveFiles(request, response, () => {
      response.writeHead(404).end('no such file');
    });
  });
  const pages: EmbedWorld['pages'] = new Map();
  const host = createServer((request, response) => {
    const path = new URL(request.url ?? '/', 'http://localhost').pathname;
    if (path === FAVICON) return void response.writeHead(204).end();
    const served = pages.get(path);
    if (typeof served === 'function') return served(request, response);
    if (!served) return void response.writeHead(404).end('no such page');
    response
      .writeHead(served.status ?? 200, { 'content-type': 'text/html; charset=utf-8', ...served.headers })
      .end(served.body);
  });
  const [cdnUrl, hostUrl] = await Promise.all([listen(cdn), listen(host)]);
  const { executablePath, args, env } = await findBrowser();
  const browser = await chromium.launch({
    executablePath,
    args: [...args, '--autoplay-policy=user-gesture-required', '--enable-precise-memory-info'],
    env,
  });
  return {
    cdn: cdnUrl,
    host: hostUrl,
    pages,
    browser,
    async visit(options = {}) {
      const context = await browser.newContext({ viewport: { width: 640, height: 720 }, ...options });
      const page = await context.newPage();
      page.setDefaultTimeout(30_000);
      const complaints: string[] = [];
      page.on('pageerror', (error) => complaints.push(error.message));
      page.on('console', (message) => {
        if (message.type() === 'error' || /content security policy/i.test(message.text()))
          complaints.push(message.text());
      });
      return { page, context, complaints };
    },
    async close() {
      await browser.close();
      for (const server of [cdn, host]) {
        server.closeAllConnections();
        server.close();
      }
    },
  };
}

async function listen(server: Server): Promise<string> {
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/**
 * Runs in a page before its scripts: hears what reaches the speakers. `heard` holds, for every context, a node that counts
 * frames until the last one that was not silent.
 */
export const listening = `
  const tap = \`registerProcessor('tap', class extends AudioWorkletProcessor {
    peaks = [];
    peak = 0;
    count = 0;
    frame = -Infinity;
    process([input]) {
      // Chromium's own count stands still while the page makes nodes.
      this.frame = Math.max(currentFrame, this.frame + 128);
      const [samples] = input;
      let last = -1;
      for (let n = 0; n < (samples?.length ?? 0); n++) {
        const size = Math.abs(samples[n]);
        if (size > 1e-5) last = n;
        this.peak = Math.max(this.peak, size);
        if (++this.count >= sampleRate / 100) {
          this.peaks.push(this.peak);
          if (this.peaks.length > 100) this.peaks.shift();
          this.peak = this.count = 0;
        }
      }
      if (last >= 0) this.port.postMessage({
        at: (this.frame + last) / sampleRate,
        quietest: Math.min(...this.peaks),
        loudest: Math.max(...this.peaks),
      });
      return true;
    }
  })\`;
  window.heard = [];
  const connect = AudioNode.prototype.connect;
  AudioNode.prototype.connect = function (to, ...rest) {
    if (to instanceof AudioDestinationNode && !this.tapped) {
      const { context } = this;
      const one = { context, first: null, firstAt: null, last: null };
      window.heard.push(one);
      this.tapped = true;
      const url = URL.createObjectURL(new Blob([tap], { type: 'text/javascript' }));
      const node = this;
      context.audioWorklet.addModule(url).then(() => {
        const counter = new AudioWorkletNode(context, 'tap', { numberOfOutputs: 0 });
        counter.port.onmessage = ({ data }) => {
          one.first ??= data.at;
          one.firstAt ??= performance.now();
          one.last = data.at;
          one.quietest = data.quietest;
          one.loudest = data.loudest;
        };
        connect.call(node, counter);
      });
    }
    return connect.call(this, to, ...rest);
  };
`;

/** A page of somebody else's with the module and `body`. */
export function hostPage(world: EmbedWorld, body: string, head = ''): string {
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Host</title>${head}
<script type="module" src="${world.cdn}/embed/latest/nes.js"></script></head><body>${body}</body></html>`;
}

export const readBuilt = (path: string): string => readFileSync(join(built, path), 'utf8');

interface Tapped {
  context: AudioContext;
  first: number | null;
  firstAt: number | null;
  last: number | null;
  /** Peaks of hundredths of a second within the last one. */
  quietest: number;
  loudest: number;
}
declare global {
  // What `listening` leaves in a page.
  var heard: Tapped[];
  var contexts: AudioContext[];
  var errors: { reason: string; message: string }[];
}

/** A short program: a monaural and an isochronic tone, so that limits and light have something to hold. */
export const program = (seconds = 60) => ({
  durationSeconds: seconds,
  phases: [
    { name: 'Rise', description: 'Up.', durationSeconds: seconds / 2, colour: '#cc8844' },
    { name: 'Fall', description: 'Down.', durationSeconds: seconds / 2, colour: '#4488cc' },
  ],
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

/** Opens a page of the host. What it serves beside the page is in `files`. */
export async function openPage(
  world: EmbedWorld,
  body: string,
  options: { policy?: string; head?: string; files?: Record<string, string>; page?: string; deaf?: boolean } = {},
): Promise<Visitor> {
  const headers: Record<string, string> = options.policy ? { 'content-security-policy': options.policy } : {};
  world.pages.set('/', { headers, body: options.page ?? hostPage(world, body, options.head) });
  for (const [path, text] of Object.entries(options.files ?? {}))
    world.pages.set(path, { headers: { 'content-type': 'application/octet-stream' }, body: text });
  const visitor = await world.visit();
  if (!options.deaf) await visitor.page.addInitScript(listening);
  else
    await visitor.page.addInitScript(() => {
      globalThis.contexts = [];
      const Context = AudioContext;
      globalThis.AudioContext = class extends Context {
        constructor(...given: ConstructorParameters<typeof AudioContext>) {
          super(...given);
          globalThis.contexts.push(this);
        }
      };
    });
  await visitor.page.addInitScript(() => {
    globalThis.errors = [];
    document.addEventListener('nes-error', ({ reason, message }) => globalThis.errors.push({ reason, message }));
    document.addEventListener('securitypolicyviolation', (event) =>
      console.error(`content security policy: ${event.effectiveDirective} ${event.blockedURI}`),
    );
  });
  await visitor.page.goto(`${world.host}/`);
  return visitor;
}

export const playerFile = { '/p.json': JSON.stringify({ title: 'Ten hertz', ...program() }) };

export async function pressPlay(page: Page, which = 'nes-player'): Promise<void> {
  await page.waitForSelector(`${which}[state=ready]`);
  await page.locator(`${which} [part=play]`).click();
  await page.waitForSelector(`${which}[state=playing]`);
}

/** Waits until something was heard. */
export const sound = (page: Page) => page.waitForFunction(() => globalThis.heard.some(({ first }) => first !== null));

/** Answers the safety questions with no, or with yes to those named. */
export async function answer(page: Page, ...yes: string[]): Promise<void> {
  await page.locator('[part=questions]').first().click();
  const dialog = page.locator('nes-embed-questions');
  for (const name of yes) await dialog.locator(`input[name=${name}]`).check();
  if (yes.length > 0) await dialog.locator('input[name=accepted]').check();
  await dialog.locator('button.solid').click();
  await dialog.waitFor({ state: 'detached' });
}

/** Waits until the stage of an element holds a picture that is not black, and gives its brightness. */
export const picture = (page: Page, which = 'nes-player') =>
  page.waitForFunction((selector) => {
    const canvas = document.querySelector(selector)?.shadowRoot?.querySelector('canvas');
    const context = canvas?.getContext('2d');
    if (!canvas || !context || canvas.width === 0) return 0;
    const { data } = context.getImageData(0, 0, canvas.width, canvas.height);
    let sum = 0;
    for (let at = 0; at < data.length; at += 4) sum += (data[at] ?? 0) + (data[at + 1] ?? 0) + (data[at + 2] ?? 0);
    return sum / data.length > 0.2 ? sum / data.length : 0;
  }, which);
