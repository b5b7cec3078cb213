/**
 * `npm run bench -- NAME…` or `all`: runs scripts/bench-NAME.ts, whose default export measures and returns figures.
 * Standard output is one JSON object a bench, `{ "bench": NAME, "figures": [...] }`; a table for people goes to standard error.
 */
import { globSync } from 'node:fs';
import { join } from 'node:path';
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

/** What a file scripts/bench-NAME.ts exports by default. `args` are the words after the name. */
export type Bench = (args: string[]) => Promise<Figure[]> | Figure[];

/** Whether a figure keeps its limit; true where it has none. */
export function holds({ value, limit, must = 'at most' }: Figure): boolean {
  if (limit === undefined) return true;
  return must === 'at most' ? value <= limit : value >= limit;
}

const files = new Map(
  globSync('bench-*.ts', { cwd: import.meta.dirname })
    .filter((file) => !file.endsWith('.test.ts'))
    .sort()
    .map((file) => [file.slice('bench-'.length, -'.ts'.length), file]),
);

async function measure(name: string, args: string[]): Promise<boolean> {
  const { default: bench } = (await import(
    pathToFileURL(join(import.meta.dirname, files.get(name) as string)).href
  )) as {
    default: Bench;
  };
  const figures = await bench(args);
  process.stdout.write(`${JSON.stringify({ bench: name, figures })}\n`);
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
  const [first, ...rest] = process.argv.slice(2);
  const names = first === 'all' ? [...files.keys()] : [first ?? ''];
  if (!names.every((name) => files.has(name))) {
    const known = [...files.keys(), 'all'].join(', ');
    process.stderr.write(
      first
        ? `There is no bench "${first}". There are: ${known}.\n`
        : `Usage: npm run bench -- NAME\nNAME is one of: ${known}.\n`,
    );
    process.exit(64);
  }
  let good = true;
  for (const name of names) good = (await measure(name, first === 'all' ? [] : rest)) && good;
  // A figure that misses its line fails the run, so that a script can tell.
  process.exitCode = good ? 0 : 1;
}
