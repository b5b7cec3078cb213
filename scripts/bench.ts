/**
 * `npm run bench -- NAME [--history]` or `all`: runs scripts/bench/NAME.ts, whose default export measures and returns figures.
 * Standard output is one JSON object a bench, `{ bench, figures: [{ name, value, unit, atMost or atLeast, met, note }] }`; a table for people
 * goes to standard error. `--history` adds the object, with date, commit and machine, to `.data/bench/<host name>.jsonl`.
 */
import { execFileSync } from 'node:child_process';
import { appendFileSync, globSync, mkdirSync } from 'node:fs';
import { cpus, hostname, loadavg } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

/** One measured number. */
export interface Figure {
  name: string;
  value: number;
  /** `ms`, `× real time`, `MB`, `Hz`, … */
  unit: string;
  /** What it must stay below or reach, where there is such a line. */
  limit?: number;
  /** Whether `value` must be at most or at least `limit`. */
  must?: 'at most' | 'at least';
  note?: string;
}

/** What a file scripts/bench/NAME.ts exports by default. `args` are the words after the name. */
export type Bench = (args: string[]) => Promise<Figure[]> | Figure[];

/** Whether a figure keeps its limit; true where it has none. */
export function holds({ value, limit, must = 'at most' }: Figure): boolean {
  if (limit === undefined) return true;
  return must === 'at most' ? value <= limit : value >= limit;
}

const files = new Map(
  globSync('*.ts', { cwd: join(import.meta.dirname, 'bench') })
    .filter((file) => !file.endsWith('.test.ts'))
    .sort()
    .map((file) => [file.slice(0, -'.ts'.length), file]),
);

function remember(told: object): void {
  const folder = resolve(import.meta.dirname, '..', '.data', 'bench');
  mkdirSync(folder, { recursive: true });
  const commit = execFileSync('git', ['rev-parse', '--short', 'HEAD'], { cwd: import.meta.dirname, encoding: 'utf8' });
  const machine = { processors: cpus().length, model: cpus()[0]?.model ?? '', load: loadavg()[0] };
  const line = { date: new Date().toISOString(), commit: commit.trim(), machine, ...told };
  appendFileSync(join(folder, `${hostname()}.jsonl`), `${JSON.stringify(line)}\n`);
}

async function measure(name: string, args: string[], history: boolean): Promise<boolean> {
  const { default: bench } = (await import(
    pathToFileURL(join(import.meta.dirname, 'bench', files.get(name) as string)).href
  )) as {
    default: Bench;
  };
  const figures = await bench(args);
  const told = {
    bench: name,
    figures: figures.map(({ name, value, unit, limit, must, note }) => ({
      name,
      value,
      unit,
      ...(limit === undefined ? {} : { [must === 'at least' ? 'atLeast' : 'atMost']: limit }),
      ...(limit === undefined ? {} : { met: holds({ name, value, unit, limit, must }) }),
      ...(note === undefined ? {} : { note }),
    })),
  };
  process.stdout.write(`${JSON.stringify(told)}\n`);
  if (history) remember(told);
  const rows = figures.map((figure) => [
    holds(figure) ? '  ' : '! ',
    figure.name,
    `${Number(figure.value.toPrecision(5))} ${figure.unit}`,
    figure.limit === undefined ? '' : `${figure.must ?? 'at most'} ${figure.limit}`,
    figure.note ?? '',
  ]);
  const widths = [0, 1, 2, 3].map((column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const lines = rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
  process.stderr.write(`\n${name}\n${lines.join('\n')}\n`);
  return figures.every(holds);
}

if (import.meta.main) {
  const words = process.argv.slice(2);
  const history = words.includes('--history');
  const [first, ...rest] = words.filter((word) => word !== '--history');
  const names = first === 'all' ? [...files.keys()] : [first ?? ''];
  if (!names.every((name) => files.has(name))) {
    const known = [...files.keys(), 'all'].join(', ');
    process.stderr.write(
      first
        ? `There is no bench "${first}". There are: ${known}.\n`
        : `Usage: npm run bench -- NAME [--history]\nNAME is one of: ${known}.\n`,
    );
    process.exit(64);
  }
  let good = true;
  for (const name of names) good = (await measure(name, first === 'all' ? [] : rest, history)) && good;
  // A figure that misses its line fails the run, so that a script can tell.
  process.exitCode = good ? 0 : 1;
}
