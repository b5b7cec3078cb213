/**
 * Random Gnaural schedules of two to eight voices through the importer and the check: `npm run bench -- schedules [COUNT [SEED]]`. What an
 * importer gives, the check takes. The tests take 600.
 */
import { isDeepStrictEqual } from 'node:util';
import { checkProgram } from '@nes/program/check.ts';
import { importGnaural } from '@nes/program/import/gnaural.ts';
import { random, schedule } from '@nes/program/import/random-files.ts';
import type { Figure } from '../bench.ts';

const COUNT = 10_000;

export default function benchSchedules([count, seed]: string[]): Figure[] {
  const wanted = Number(count) || COUNT;
  const next = random(Number(seed) || 11);
  let valid = 0;
  const refused: string[] = [];
  const began = process.cpuUsage();
  for (let made = 0; made < wanted; ) {
    const text = schedule(next);
    // A schedule whose every entry lasts 0 s plays nothing.
    if (!/duration="(?!0")/.test(text)) continue;
    made++;
    try {
      const { program } = importGnaural(text);
      if (!isDeepStrictEqual(checkProgram(program), program)) throw new Error('the check makes another program of it');
      valid++;
    } catch (error) {
      refused.push(error instanceof Error ? error.message : String(error));
    }
  }
  const { user, system } = process.cpuUsage(began);
  return [
    {
      name: `of ${wanted} random schedules, not valid`,
      value: wanted - valid,
      unit: 'schedules',
      limit: 0,
      ...(refused[0] ? { note: refused[0].slice(0, 200) } : {}),
    },
    { name: 'processor time of one', value: (user + system) / 1000 / wanted, unit: 'ms' },
  ];
}
