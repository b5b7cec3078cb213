import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { test } from 'vitest';
import { isSceneId, sceneIds, sceneName, scenes } from './scene.ts';

test('every file of a scene has its row, and every row its file', () => {
  const files = readdirSync(new URL('scenes/', import.meta.url)).map((name) => name.replace(/\.ts$/, ''));
  assert.deepEqual([...sceneIds].sort(), files.sort());
});

test('scenes have names of their own', () => {
  assert.equal(new Set(scenes.map(({ name }) => name())).size, scenes.length);
  assert.equal(sceneName('sri-yantra'), 'Sri Yantra');
});

test('only ids of scenes are ids of scenes', () => {
  assert.ok(sceneIds.every(isSceneId));
  for (const id of ['', 'Tunnel', 'toString', '__proto__', null, undefined, 3, ['tunnel']])
    assert.ok(!isSceneId(id), String(id));
});
