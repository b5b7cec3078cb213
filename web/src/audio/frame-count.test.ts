/** Frames on the audio thread while the browser's own count stands still. */
import assert from 'node:assert/strict';
import { afterEach, test, vi } from 'vitest';
import { FrameCount } from './frame-count.ts';

afterEach(() => vi.unstubAllGlobals());

test('a frame that the browser did not count is counted, and one that it skipped is skipped', () => {
  const count = new FrameCount();
  const seen = [1280, 1408, 1408, 1408, 1792, 2304].map((frame) => {
    vi.stubGlobal('currentFrame', frame);
    return count.next();
  });
  assert.deepEqual(seen, [1280, 1408, 1536, 1664, 1792, 2304]);
});
