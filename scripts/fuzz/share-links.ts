/** Addresses that hold a program. The first byte of an input says whether the rest is the fragment itself or the JSON that is packed into one. */
import { deflateRawSync } from 'node:zlib';
import { ProgramError } from '../../program/check.ts';
import { ImportError } from '../../program/import/import-error.ts';
import { readShareFragment, ShareError, shareFragment } from '../../program/share.ts';
import type { Target } from './fuzz.ts';

const FRAGMENT = 0;
const CONTENT = 1;

const program = {
  ...{ durationSeconds: 60, gain: 1, loop: 1, seed: 1 },
  phases: [{ name: 'One', description: '', durationSeconds: 60, colour: '#336699' }],
  voices: [
    {
      ...{ kind: 'BINAURAL', name: 'a' },
      keyframes: [{ at: 0, carrier: 200, beat: 10, level: 0.5, pan: 0, curve: 'LINEAR' }],
    },
  ],
};
const content = JSON.stringify({ title: 'Mine', ...program });
const linkOf = (text: string | Uint8Array) => `#program=1.${deflateRawSync(text).toString('base64url')}`;
const seed = (kind: number, text: string) => Buffer.concat([Uint8Array.of(kind), Buffer.from(text)]);

export const shareLinks: Target = {
  seeds: [
    seed(FRAGMENT, linkOf(content)),
    seed(FRAGMENT, linkOf('{}')),
    seed(FRAGMENT, '#program=2.abc'),
    seed(FRAGMENT, '#x'),
    seed(CONTENT, content),
    // What unpacks to a thousand times as much.
    seed(FRAGMENT, linkOf(' '.repeat(12 * 1024 * 1024))),
    seed(FRAGMENT, linkOf('['.repeat(1024 * 1024))),
  ],
  words: [
    ...[
      '#',
      'program=',
      '1.',
      '=',
      '-_',
      '%',
      '{',
      '[',
      '"',
      '"__proto__":',
      '"voices":',
      '"keyframes":[',
      '"kind":"NOISE"',
    ],
    ...['"loop":"ENDLESS"', '"at":', '1e999', 'null', '\\u0000', '\\ud800', '\0', '\ufeff'],
  ],
  async run(input) {
    const rest = input.slice(1);
    const fragment = (input[0] ?? 0) % 2 === FRAGMENT ? Buffer.from(rest).toString() : linkOf(rest);
    try {
      const file = await readShareFragment(fragment);
      if (file === null) return 'about something else';
      // What was read can be shared again.
      if ((await readShareFragment(await shareFragment(file))) === null)
        throw new TypeError('It cannot be shared again.');
      return `program of ${file.program.voices.length} voices`;
    } catch (error) {
      if (error instanceof ShareError || error instanceof ImportError || error instanceof ProgramError)
        return `${error.name} ${error.message.replace(/"[^"]*"|[\d.]+/g, '#').slice(0, 60)}`;
      throw error;
    }
  },
};
