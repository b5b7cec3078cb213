import assert from 'node:assert/strict';
import { test } from 'vitest';
import { type LightPreferences, type LightScreening, lightPermission } from './permission.ts';

const open: LightPreferences = { visuals: true, reducedFlashing: false, reducedMotion: false };
const clear: LightScreening = { seizures: false, photosensitivity: false, migraine: false };

test('clear answers and open preferences allow light that follows the beat', () => {
  assert.deepEqual(lightPermission(clear, open), { beatVisuals: true, liftable: true, reason: 'ALLOWED' });
});

test('a yes to seizures or photosensitivity binds whatever the preferences say', () => {
  for (const visuals of [true, false])
    for (const reducedFlashing of [true, false])
      for (const reducedMotion of [true, false])
        for (const [answers, reason] of [
          [{ ...clear, migraine: true }, 'MIGRAINE'],
          [{ ...clear, seizures: true }, 'SEIZURES'],
          [{ ...clear, photosensitivity: true }, 'PHOTOSENSITIVITY'],
          [{ ...clear, seizures: true, photosensitivity: true }, 'SEIZURES'],
        ] as const) {
          const permission = lightPermission(answers, { visuals, reducedFlashing, reducedMotion });
          assert.deepEqual(permission, { beatVisuals: false, liftable: false, reason });
        }
});

test('no answer, or a damaged one, does not open the light', () => {
  assert.equal(lightPermission(null, open).reason, 'NOT_SCREENED');
  assert.equal(lightPermission({} as LightScreening, open).beatVisuals, false);
  assert.equal(lightPermission({ seizures: false } as LightScreening, open).beatVisuals, false);
});

test('each preference alone keeps the light still', () => {
  assert.equal(lightPermission(clear, { ...open, visuals: false }).reason, 'VISUALS_OFF');
  assert.equal(lightPermission(clear, { ...open, reducedFlashing: true }).reason, 'REDUCED_FLASHING');
  assert.equal(lightPermission(clear, { ...open, reducedMotion: true }).reason, 'REDUCED_MOTION');
});
