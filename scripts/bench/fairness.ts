/**
 * `npm run bench -- fairness [seconds [door…]]`: what others feel while one subject sends as much as it can through each door and through mixes of them. The limits are those
 * of production. Four people, each at an address of their own, ask and act five times a second; each flood is measured against the same people without
 * it, just before and just after, so that what else the machine does counts on both sides. `seconds` is the length of a part, 8 by default; with doors only the flood through these.
 */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { presentRevisionId } from '../../prisma/library/library.ts';
import type { Figure } from '../bench.ts';
import { Person } from '../load/person.ts';
import { bundleTree, makeDatabase, root, serve } from '../served.ts';

const PEOPLE = 4;
const PER_SECOND = 5;
const FLOODS = [
  ['post'],
  ['get'],
  ['socket'],
  ['export'],
  ['health'],
  ['files'],
  ['post', 'socket'],
  ['post', 'get', 'socket', 'export', 'health', 'files'],
];

interface Felt {
  ms: number[];
  unavailable: number;
  other: Map<string, number>;
}

const run = promisify(execFile);
const pause = (ms: number) => new Promise<void>((next) => setTimeout(next, ms));
const p99 = (ms: number[]) => ms.toSorted((a, b) => a - b)[Math.floor(ms.length * 0.99)] ?? Number.NaN;

/** What people do one after the other: look at the list, at themselves, turn the volume. */
const DEEDS = [
  (person: Person) => person.ask('list', '{ protocols(first: 20) { nodes { id slug title author { displayName } } } }'),
  (person: Person) => person.ask('viewer', '{ viewer { id liveSession { state version } } }'),
  (person: Person, n: number) => person.act('changeSessionVolume', { volume: (n % 10) / 10 }),
];

/** What these people feel in so many seconds. Each asks at fixed times, whether or not the answer before has come. */
async function feel(people: Person[], seconds: number): Promise<Felt> {
  const felt: Felt = { ms: [], unavailable: 0, other: new Map() };
  await Promise.all(
    people.map(async (person, place) => {
      await pause((place * 1_000) / PER_SECOND / people.length);
      const begun = performance.now();
      // Acts name the version before, so one person's follow each other; what waits counts from when it was due.
      for (let n = 0; n < seconds * PER_SECOND; n++) {
        const due = begun + (n * 1_000) / PER_SECOND;
        await pause(Math.max(0, due - performance.now()));
        const { code } = await (DEEDS[n % DEEDS.length] as (typeof DEEDS)[number])(person, n);
        felt.ms.push(performance.now() - due);
        if (code === 'UNAVAILABLE') felt.unavailable++;
        else if (code !== undefined) felt.other.set(code, (felt.other.get(code) ?? 0) + 1);
      }
    }),
  );
  return felt;
}

export default async function bench([given = '8', ...only]: string[]): Promise<Figure[]> {
  const seconds = Number(given);
  if (!(seconds >= 1)) throw new RangeError(`"${given}" is no number of seconds, 1 or more.`);
  const known = new Set(FLOODS.flat());
  for (const door of only)
    if (!known.has(door)) throw new RangeError(`"${door}" is no door; there are ${[...known].join(', ')}.`);
  const backend = await makeDatabase();
  const tree = await bundleTree();
  const server = await serve(tree.args, {
    ...tree.environment,
    ...{ DATABASE_URL: backend.database.url, TRUST_PROXY: '1', LOG_LEVEL: 'error' },
  });
  let most = 0;
  let mostOfFlood = 0;
  const watch = setInterval(() => {
    const now = server.memory();
    most = Math.max(most, now);
    mostOfFlood = Math.max(mostOfFlood, now);
  }, 100);
  try {
    const people = Array.from({ length: PEOPLE }, (_, n) => new Person(server.url, `203.0.113.${n + 1}`));
    const flooder = new Person(server.url, '198.51.100.7');
    for (const person of [...people, flooder]) {
      await person.come();
      await person.play(presentRevisionId('energy'));
    }
    // Code that was not yet compiled takes several times as long.
    await feel(people, seconds);
    const figures: Figure[] = [];
    let unavailable = 0;
    const other = new Map<string, number>();
    for (const doors of only.length > 0 ? [only] : FLOODS) {
      const before = await feel(people, seconds);
      const flood = run(process.execPath, [
        join(root, 'scripts/load/flood.ts'),
        ...[server.url, '198.51.100.7', flooder.token, String(seconds + 2), ...doors],
      ]);
      mostOfFlood = 0;
      await pause(1_500);
      const under = await feel(people, seconds);
      const { stdout } = await flood;
      const after = await feel(people, seconds);
      server.check();
      const alone = p99([...before.ms, ...after.ms]);
      for (const { unavailable: n, other: more } of [before, under, after]) {
        unavailable += n;
        for (const [code, times] of more) other.set(code, (other.get(code) ?? 0) + times);
      }
      process.stderr.write(
        `${doors.join(', ')}: ${p99(under.ms).toFixed(0)} ms, alone ${alone.toFixed(0)} ms, ${mostOfFlood.toFixed(0)} MB\n`,
      );
      const sent = Object.entries(JSON.parse(stdout) as Record<string, number>)
        .map(([what, times]) => `${what}: ${times}`)
        .join(', ');
      figures.push({
        name: `p99 under a flood by ${doors.join(', ')} ÷ alone`,
        ...{ value: p99(under.ms) / alone, unit: '×', limit: 5 },
        note: `${p99(under.ms).toFixed(0)} ms, alone ${alone.toFixed(0)} ms; ${mostOfFlood.toFixed(0)} MB; the flood was answered ${sent}`,
      });
    }
    return [
      ...figures,
      { name: 'UNAVAILABLE to others', value: unavailable, unit: 'answers', limit: 0 },
      {
        name: 'other errors to others',
        value: [...other.values()].reduce((sum, n) => sum + n, 0),
        ...{ unit: 'answers', limit: 0 },
        ...(other.size > 0 ? { note: [...other].map(([code, n]) => `${code}: ${n}`).join(', ') } : {}),
      },
      { name: 'memory, the most', value: most, unit: 'MB', limit: 220 },
    ];
  } finally {
    clearInterval(watch);
    await server.stop();
    await backend.close();
    tree.remove();
  }
}
