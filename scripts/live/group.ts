/**
 * Three browsers in a group, for `npm run bench -- live group [seconds]`: each behind a line of its own delay, with a clock that is off;
 * what is heard is read from their pages and compared.
 */
import { connect, createServer, type Socket } from 'node:net';
import type { Page } from 'playwright-core';
import type { Backend } from '../../api/src/testing/backend.ts';
import type { Figure } from '../bench.ts';
import { answerQuestions, startApplication } from './application.ts';

/** Each way, ms; the jitter is added to it or taken away. */
const PEOPLE = [
  { name: 'Ada', delay: 5, clock: 0 },
  { name: 'Ben', delay: 80, clock: 2_000 },
  { name: 'Cem', delay: 250, clock: -2_000 },
] as const;
const JITTER = 30;
/** After the moment at which all three are heard. */
const SETTLE_SECONDS = 5;

export interface Line {
  url: string;
  close(): Promise<void>;
}

/** Passes everything on to `port`, each piece `delay` ± `jitter` ms later, in the order in which it came, both ways. */
export async function openLine(port: number, delay: number, jitter: number): Promise<Line> {
  const open = new Set<Socket>();
  const carry = (from: Socket, to: Socket) => {
    const waiting: { due: number; act: () => void }[] = [];
    const deliver = () => {
      while (waiting[0] && waiting[0].due <= performance.now()) waiting.shift()?.act();
      if (waiting[0]) setTimeout(deliver, Math.max(1, waiting[0].due - performance.now()));
    };
    const later = (act: () => void) => {
      const due = performance.now() + Math.max(0, delay + (2 * Math.random() - 1) * jitter);
      // What came later never overtakes what came before.
      waiting.push({ due: Math.max(due, waiting.at(-1)?.due ?? 0), act });
      if (waiting.length === 1) setTimeout(deliver, Math.max(1, due - performance.now()));
    };
    from.on('data', (data) => later(() => to.writable && to.write(data)));
    from.on('end', () => later(() => to.end()));
    from.on('close', () => later(() => to.destroy()));
    from.on('error', () => {});
  };
  const server = createServer({ noDelay: true }, (near) => {
    const far = connect({ port, host: '127.0.0.1', noDelay: true });
    for (const socket of [near, far]) open.add(socket.once('close', () => open.delete(socket)));
    carry(near, far);
    carry(far, near);
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const address = server.address();
  return {
    url: `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`,
    close: () =>
      new Promise((done) => {
        server.close(() => done());
        for (const socket of open) socket.destroy();
      }),
  };
}

/** Sets the page's clocks off by so many milliseconds: `Date` and what `performance.now()` counts from. The true origin is kept for the bench. */
function shiftClock(milliseconds: number): void {
  const trueOrigin = performance.timeOrigin;
  Object.assign(window, { trueOrigin });
  Object.defineProperty(performance, 'timeOrigin', { get: () => trueOrigin + milliseconds });
  const True = Date;
  const now = () => True.now() + milliseconds;
  window.Date = new Proxy(True, {
    construct: (target, args) => Reflect.construct(target, args.length === 0 ? [now()] : args),
    apply: () => new True(now()).toString(),
    get: (target, name) => (name === 'now' ? now : Reflect.get(target, name)),
  });
}

interface Heard {
  seconds: number;
  beatHz: number;
  beatPhase: number;
}

/** What a page heard, ten times a second: true moments, ms since 1970. */
type Look = { at: number } & Heard;

/** Begins to look, inside the page: so it does not matter how long the bench takes to ask. */
const beginLooking = (page: Page) =>
  page.locator('nes-group-page').evaluate((element) => {
    const { trueOrigin } = window as unknown as { trueOrigin: number };
    const looks: unknown[] = [];
    Object.assign(window, { looks });
    setInterval(() => {
      const now = performance.now();
      const heard = (element as unknown as { heard(now: number): object | null }).heard(now);
      if (heard) looks.push({ at: trueOrigin + now, ...heard });
    }, 100);
  });

/** What has been seen since the last call. */
const takeLooks = (page: Page): Promise<Look[]> =>
  page.evaluate(() => (window as unknown as { looks: Look[] }).looks.splice(0));

/** What was heard at a moment, from the look nearest to it; null where there is none within half a second. */
function heardAt(looks: readonly Look[], moment: number): Heard | null {
  let nearest: Look | undefined;
  for (const look of looks) {
    if (!nearest || Math.abs(look.at - moment) < Math.abs(nearest.at - moment)) nearest = look;
  }
  if (!nearest || Math.abs(nearest.at - moment) > 500) return null;
  const later = (moment - nearest.at) / 1000;
  const { seconds, beatHz, beatPhase } = nearest;
  return { seconds: seconds + later, beatHz, beatPhase: beatPhase + beatHz * later };
}

/** Difference of two beat phases as time, ms: at most half a beat. */
export function phaseApart(a: Heard, b: Heard): number {
  const beats = a.beatPhase - b.beatPhase - Math.round(a.beatPhase - b.beatPhase);
  return (Math.abs(beats) / a.beatHz) * 1000;
}

/** The second of the program that should be heard at a moment of the server's clock, ms since 1970. */
async function courseOf(backend: Backend, code: string): Promise<(moment: number) => number> {
  const { rows } = await backend.database.pool.query<{ position: number; at: Date }>(
    'SELECT position_seconds AS position, position_at AS at FROM groups WHERE code = $1',
    [code],
  );
  const course = rows[0];
  if (!course) throw new Error(`There is no group ${code} in the database.`);
  return (moment) => course.position + (moment - course.at.getTime()) / 1000;
}

export async function groupSpread(backend: Backend, seconds: number, tell: (line: string) => void): Promise<Figure[]> {
  const application = await startApplication(backend);
  const { api, browser } = application;
  const lines: Line[] = [];
  try {
    const pages: Page[] = [];
    let code = '';
    for (const { name, delay, clock } of PEOPLE) {
      const line = await openLine(api.port, delay, JITTER);
      lines.push(line);
      const context = await browser.newContext({
        baseURL: line.url,
        reducedMotion: 'reduce',
        viewport: { width: 800, height: 600 },
      });
      await context.addInitScript(shiftClock, clock);
      const page = await context.newPage();
      page.setDefaultTimeout(120_000);
      await page.goto(code ? `/group/${code}` : '/group?with=theta-calm');
      await page.locator(code ? 'input[name=name]' : 'input[name=host]').fill(name);
      await page.getByRole('button', { name: code ? 'Join and listen' : 'Open a group', exact: true }).click();
      if (!code) await page.getByRole('button', { name: 'Listen along' }).click();
      await answerQuestions(page);
      await page.getByRole('button', { name: 'Listen along' }).waitFor({ state: 'detached' });
      code ||= new URL(page.url()).pathname.split('/').at(-1) as string;
      pages.push(page);
    }
    await Promise.all(pages.map(beginLooking));
    await (pages[0] as Page).getByRole('button', { name: 'Play for all' }).click();
    const apart: { at: number; position: number; phase: number; late: number[] }[] = [];
    let course = (_moment: number) => 0;
    let begun = 0;
    let silent = 0;
    let kept: Look[][] = pages.map(() => []);
    for (let moment = 0; begun === 0 || moment < begun + seconds * 1000; ) {
      await new Promise((next) => setTimeout(next, 2_000));
      const fresh = await Promise.all(pages.map(takeLooks));
      kept = kept.map((looks, index) => [...looks, ...(fresh[index] ?? [])].filter(({ at }) => at > moment - 1_000));
      if (!begun) {
        if (kept.some((looks) => looks.length === 0)) continue;
        begun = moment = Math.max(...kept.map((looks) => (looks[0] as Look).at));
        course = await courseOf(backend, code);
      }
      // Up to the last moment of which all have told.
      const told = Math.min(...kept.map((looks) => looks.at(-1)?.at ?? 0));
      for (; moment < told; moment += 250) {
        const heard = kept.map((looks) => heardAt(looks, moment));
        const [a, b, c] = heard;
        if (!a || !b || !c) {
          silent++;
          continue;
        }
        const positions = [a.seconds, b.seconds, c.seconds];
        apart.push({
          at: (moment - begun) / 1000,
          position: (Math.max(...positions) - Math.min(...positions)) * 1000,
          phase: Math.max(phaseApart(a, b), phaseApart(a, c), phaseApart(b, c)),
          late: positions.map((position) => (course(moment) - position) * 1000),
        });
        const { at, position, phase, late } = apart.at(-1) as (typeof apart)[number];
        if (apart.length % 40 === 1 || phase > 20) {
          const each = late.map((one, index) => `${PEOPLE[index]?.name} ${one.toFixed(1)}`).join(', ');
          tell(`${at.toFixed(1)} s: ${position.toFixed(1)} ms apart, beats ${phase.toFixed(1)} ms; late: ${each}`);
        }
      }
    }
    const settled = apart.filter(({ at }) => at >= SETTLE_SECONDS);
    const most = (name: 'position' | 'phase') => Math.max(...settled.map((one) => one[name]));
    const sorted = settled.map(({ phase }) => phase).sort((a, b) => a - b);
    const note = `three Chromium, ${PEOPLE.map(({ delay }) => delay).join(' / ')} ms ± ${JITTER} ms each way, clocks off by ${PEOPLE.map(({ clock }) => clock / 1000).join(' / ')} s, ${settled.length} moments in ${seconds} s, ${silent} with somebody silent`;
    return [
      { name: 'group: beats apart after 5 s, most', value: most('phase'), unit: 'ms', limit: 20, note },
      {
        name: 'group: beats apart after 5 s, median',
        value: sorted[sorted.length >> 1] ?? Number.NaN,
        unit: 'ms',
        limit: 5,
      },
      {
        name: 'group: moments after 5 s with beats more than 20 ms apart',
        value: (100 * settled.filter(({ phase }) => phase > 20).length) / settled.length,
        unit: '%',
      },
      { name: 'group: positions apart after 5 s, most', value: most('position'), unit: 'ms', limit: 20 },
    ];
  } finally {
    await Promise.all(lines.map((line) => line.close()));
    await application.close();
  }
}
