import assert from 'node:assert/strict';
import { test } from 'vitest';
import { readLibrary } from '../../../prisma/library/library.ts';
import { breathAt, hapticOf, pacingVoice } from './breath.ts';

const library = readLibrary();
const of = (slug: string) => library.find((one) => one.slug === slug)?.program as (typeof library)[number]['program'];

test('every breathing protocol of the library has a voice that paces it; what only fades has none', () => {
  for (const { slug, category, program } of library) {
    if (category === 'BREATHING') assert.ok(pacingVoice(program), slug);
  }
  for (const slug of ['focus', 'sleep', 'power-nap', 'pink-noise']) assert.equal(pacingVoice(of(slug)), null, slug);
});

test('six breaths a minute: five seconds in, five out, from empty to full and back', () => {
  const program = of('six-breaths');
  const voice = pacingVoice(program);
  assert.ok(voice);
  for (const breath of [3, 20]) {
    const start = breath * 10;
    assert.equal(breathAt(program, voice, start + 0.5).step, 'IN');
    assert.equal(breathAt(program, voice, start + 4.9).step, 'IN');
    assert.equal(breathAt(program, voice, start + 5.1).step, 'OUT');
    assert.ok(breathAt(program, voice, start + 5).full > 0.9);
    assert.ok(breathAt(program, voice, start + 9.99).full < 0.2);
  }
});

test('a box holds, full and empty', () => {
  const program = of('box-breathing');
  const voice = pacingVoice(program);
  assert.ok(voice);
  const steps = new Set<string>();
  let changes = '';
  for (let at = 60; at < 60 + 32; at += 0.25) {
    const { step } = breathAt(program, voice, at);
    steps.add(step);
    if (!changes.endsWith(step[0] as string)) changes += step[0];
  }
  assert.deepEqual([...steps].sort(), ['HOLD', 'IN', 'OUT']);
  assert.match(changes, /IHOH/);
});

test('in and out feel different', () => {
  assert.notDeepEqual(hapticOf.IN, hapticOf.OUT);
  assert.deepEqual(hapticOf.HOLD, []);
});
