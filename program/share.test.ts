import assert from 'node:assert/strict';
import { deflateRawSync } from 'node:zlib';
import { describe, it } from 'vitest';
import { checkProgram, ProgramError } from './check.ts';
import { ImportError } from './import/import-error.ts';
import { importSbg } from './import/sbg.ts';
import type { ProgramFile } from './model.ts';
import { readShareFragment, ShareError, shareFragment } from './share.ts';

const link = (bytes: Uint8Array) => `#program=1.${Buffer.from(bytes).toString('base64url')}`;

describe('share links', () => {
  it('hold a program, its title and its time of day', async () => {
    const file = { ...importSbg('## Ein Träumer – 夜 🌙\na: pink/40 100+1.5/20\n22:00 a\n23:00 -'), notes: [] };
    const fragment = await shareFragment(file);
    assert.match(fragment, /^#program=1\.[A-Za-z0-9_-]+$/);
    assert.ok(fragment.length < 1000, `${fragment.length} characters`);
    assert.deepEqual(await readShareFragment(fragment), file);
    assert.deepEqual(await readShareFragment(fragment.slice(1)), file);
  });

  it('hold a program of 20,000 keyframes', async () => {
    const keyframes = Array.from({ length: 20_000 }, (_, n) => ({
      at: n,
      carrier: 100 + (n % 97),
      beat: n % 13,
      level: 0.3,
    }));
    const program = checkProgram({ durationSeconds: 20_000, voices: [{ kind: 'BINAURAL', keyframes }] });
    const file: ProgramFile = { title: 'long', program, startClockSeconds: null, notes: [] };
    assert.deepEqual(await readShareFragment(await shareFragment(file)), file);
  });

  it('are told from other fragments', async () => {
    assert.equal(await readShareFragment(''), null);
    assert.equal(await readShareFragment('#chapter'), null);
  });

  it('are refused when damaged, of another version or of something else', async () => {
    const fragment = await shareFragment(importSbg('0:00 100+2/20'));
    await assert.rejects(readShareFragment(fragment.slice(0, -20)), ShareError);
    await assert.rejects(readShareFragment(`${fragment}!`), ShareError);
    await assert.rejects(readShareFragment(`${fragment.slice(0, 30)}AAAA${fragment.slice(34)}`), Error);
    await assert.rejects(readShareFragment('#program=2.AAAA'), /version/);
    await assert.rejects(readShareFragment('#program=1.'), ShareError);
    await assert.rejects(readShareFragment(link(deflateRawSync('hello'))), ImportError);
    await assert.rejects(readShareFragment(link(deflateRawSync('{"durationSeconds":1}'))), ProgramError);
    await assert.rejects(readShareFragment(`#program=1.${'A'.repeat(3_000_000)}`), ShareError);
  });

  it('are refused when they unpack to too much, while they unpack', async () => {
    const bomb = link(deflateRawSync(Buffer.alloc(64 * 1024 * 1024, ' ')));
    assert.ok(bomb.length < 2_000_000);
    const started = performance.now();
    await assert.rejects(readShareFragment(bomb), /unpacks to more than/);
    assert.ok(performance.now() - started < 2000, `${performance.now() - started} ms`);
  });
});
