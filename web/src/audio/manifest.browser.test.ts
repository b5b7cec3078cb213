import { checkProgram } from '@nes/program/check.ts';
import { expect, test } from 'vitest';
import { STIMULUS, stimulusHashes } from './manifest-fixture.ts';
import { stretch, wavPieces } from './render-file.ts';

test('the same bytes at every rate, as Node makes them', async () => {
  const program = checkProgram(STIMULUS);
  for (const [rate, expected] of Object.entries(stimulusHashes)) {
    // Each piece is copied: the array is used again for the next one.
    const copies: BlobPart[] = [];
    for (const piece of wavPieces(program, { ...stretch(program), sampleRate: Number(rate) }, '24'))
      copies.push(piece.slice());
    const digest = await crypto.subtle.digest('SHA-256', await new Blob(copies).arrayBuffer());
    const hex = [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
    expect(hex, `${rate} Hz`).toBe(expected);
  }
});
