import assert from 'node:assert/strict';
import { test } from 'vitest';
import { routeOf } from './routes.ts';

test('every address leads to the same page with a slash at its end', () => {
  for (const [path, tag] of [
    ['protocols', 'nes-library-page'],
    ['protocols/focus', 'nes-protocol-page'],
    ['edit', 'nes-create-page'],
    ['edit/new', 'nes-editor-page'],
    ['play/focus', 'nes-player-page'],
    ['account', 'nes-account-page'],
    ['device', 'nes-device-page'],
  ] as const) {
    for (const address of [path, `${path}/`]) assert.equal(routeOf(address).route.tag, tag, address);
  }
  assert.equal(routeOf('protocols/focus/').params.slug, 'focus');
  assert.equal(routeOf('').route.tag, 'nes-library-page');
  assert.equal(routeOf('protocols/focus/more').route.tag, 'nes-missing-page');
});
