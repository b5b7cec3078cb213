/**
 * Whether the twins of the built-in protocols are as loud as their originals over their whole length: `npm run bench -- twins [SLUG…]`. Both are
 * rendered, and compared at every 400 ms as the tests compare five stretches of each (`program/testing/twin-loudness.ts`). Those over the
 * limit are named on standard error. All of them, eight hours of night among them, take an hour or two.
 */
import { hasBeat } from '@nes/program/twin.ts';
import { readLibrary } from '../../prisma/library/library.ts';
import { compared, periodOf } from '../../program/testing/twin-loudness.ts';
import type { Figure } from '../bench.ts';

/** Seconds rendered at once, and of these how many are rendered again with the next: half of the widest window at each end. */
const PIECE = 80;
const SHARED = 20;
const LIMIT = 0.3;
/**
 * What is over it is weighed again with so many times the noises. What of a noise lies beside a tone adds to it or takes from it by chance, in the twin
 * otherwise than in the original: of four times the noises half of that is left, and what the twin does stays.
 */
const NOISES = 4;

const isOver = ({ lu, rms }: { lu: number; rms: number }): boolean => lu > LIMIT || rms > LIMIT;

export default function benchTwins(slugs: string[]): Figure[] {
  const worst = { lu: 0, rms: 0, moments: 0 };
  let seconds = 0;
  let over = 0;
  for (const entry of readLibrary()) {
    const { slug, program, controlOf } = entry;
    if (controlOf !== null || !hasBeat(program) || (slugs.length > 0 && !slugs.includes(slug))) continue;
    const most = { lu: 0, rms: 0 };
    for (let from = 0; from === 0 || from + SHARED < program.durationSeconds; from += PIECE - SHARED) {
      const to = Math.min(from + PIECE, program.durationSeconds);
      const weigh = (noises: number) => compared(program, [from, to], undefined, {}, periodOf(entry), noises);
      const once = weigh(1);
      const found = isOver(once) ? weigh(NOISES) : once;
      const { lu, rms, moments } = found;
      if (found !== once)
        process.stderr.write(
          `${slug}, ${from} to ${to} s: ${once.lu.toFixed(3)} LU, ${once.rms.toFixed(3)} dB; of more noises ${lu.toFixed(3)} LU, ${rms.toFixed(3)} dB\n`,
        );
      most.lu = Math.max(most.lu, lu);
      most.rms = Math.max(most.rms, rms);
      worst.moments += moments;
    }
    process.stderr.write(`${slug}: at most ${most.lu.toFixed(3)} LU and ${most.rms.toFixed(3)} dB\n`);
    if (isOver(most)) over++;
    seconds += program.durationSeconds;
    worst.lu = Math.max(worst.lu, most.lu);
    worst.rms = Math.max(worst.rms, most.rms);
  }
  const note = `${worst.moments} moments of ${(seconds / 3600).toFixed(1)} h, those that pieces share twice`;
  return [
    { name: 'most that a twin’s momentary loudness is off', value: worst.lu, unit: 'LU', limit: LIMIT, note },
    { name: 'most that its RMS is off', value: worst.rms, unit: 'dB', limit: LIMIT },
    { name: 'twins that are off by more somewhere', value: over, unit: 'protocols', limit: 0 },
  ];
}
