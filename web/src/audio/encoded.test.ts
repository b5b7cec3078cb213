import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { checkProgram } from '@nes/program/check.ts';
import { test } from 'vitest';
import { writeEncoded } from './encoded.ts';
import { renderPieces } from './render-file.ts';
import { chaptersOf } from './tags.ts';
import { frameBytes, SampleWriter } from './wav.ts';

const program = checkProgram({
  durationSeconds: 12,
  loop: 2,
  phases: [
    { name: 'Erste', durationSeconds: 4, colour: '#112233' },
    { name: 'Zweite', durationSeconds: 8, colour: '#445566' },
  ],
  voices: [{ kind: 'BINAURAL', keyframes: [{ at: 0, carrier: 200, beat: 10, level: 0.5 }] }],
});
const options = { sampleRate: 48_000, fromSeconds: 2, toSeconds: 20 };

async function written(format: Parameters<typeof writeEncoded>[2], progress = () => true) {
  let file = Buffer.alloc(0);
  const complete = await writeEncoded(
    program,
    options,
    format,
    { title: 'Zwölf', author: 'Jemand' },
    async (data, position) => {
      const end = position + data.length;
      if (end > file.length) file = Buffer.concat([file, Buffer.alloc(end - file.length)]);
      file.set(data, position);
    },
    progress,
  );
  return { complete, file };
}

test('chapters are the phases of each pass, cut to the stretch', () => {
  assert.deepEqual(chaptersOf(program, 2, 20), [
    { title: 'Erste', start: 0, end: 2 },
    { title: 'Zweite', start: 2, end: 10 },
    { title: 'Erste', start: 10, end: 14 },
    { title: 'Zweite', start: 14, end: 18 },
  ]);
});

test('FLAC has the MD5 of its samples', async () => {
  for (const bits of ['16', '24'] as const) {
    const { file } = await written({ kind: 'FLAC', bits });
    const sum = createHash('md5');
    const writer = new SampleWriter(bits, program.seed);
    for (const { left, right } of renderPieces(program, options)) {
      const packed = new Uint8Array(frameBytes(left.length, bits));
      writer.write(left, right, left.length, packed);
      sum.update(packed);
    }
    assert.equal(file.subarray(26, 42).toString('hex'), sum.digest('hex'));
    assert.ok(file.includes('CHAPTER002NAME=Zweite'));
  }
});

test('MP3 begins with a tag that has title, author and chapters', async () => {
  const { file } = await written({ kind: 'MP3', kbps: 128 });
  assert.equal(file.subarray(0, 5).toString('latin1'), 'ID3\x03\0');
  const size = [6, 7, 8, 9].reduce((sum, at) => (sum << 7) | (file[at] as number), 0);
  assert.equal(file[10 + size], 0xff, 'sound behind the tag');
  const frames: string[] = [];
  for (let at = 10; at < 10 + size; at += 10 + file.readUInt32BE(at + 4))
    frames.push(file.toString('latin1', at, at + 4));
  assert.deepEqual(frames, ['TIT2', 'TPE1', 'CTOC', 'CHAP', 'CHAP', 'CHAP', 'CHAP']);
  assert.ok(file.includes(Buffer.from('Zwölf', 'utf16le')));
  assert.ok(Math.abs(file.length - size - (18 * 128_000) / 8) < 8000, `${file.length}`);
});

test('ends early when told to', async () => {
  assert.equal((await written({ kind: 'MP3', kbps: 128 }, () => false)).complete, false);
});
