import assert from 'node:assert/strict';
import { test } from 'vitest';
import { type Course, median } from './courses.ts';
import { gatedAmong, loneLines } from './lone.ts';
import { Track } from './tracks.ts';

// Which lines of an ear full of music may be a protocol's: courses made by hand, as `courseOf` gives them.

const HOP = 0.5;
const SECONDS = 200;

interface Shape {
  from?: number;
  to?: number;
  /** RMS. */
  level?: number;
  /** Hz and dB by which every second frame is off. */
  wobbleHz?: number;
  wobbleDb?: number;
  /** Share of the frames in which it is seen. */
  seen?: number;
}

function course(hz: number, shape: Shape = {}): Course {
  const { from = 0, to = SECONDS, level = 0.01, wobbleHz = 0, wobbleDb = 0, seen = 1 } = shape;
  const track = new Track('left');
  for (let frame = 0; from + frame * HOP <= to; frame++) {
    if ((frame * 0.618) % 1 > seen) continue;
    const side = frame % 2 ? 1 : -1;
    const amplitude = level * 10 ** ((side * wobbleDb) / 20);
    track.add(from + frame * HOP, { hz: hz + side * wobbleHz, amplitude, contrast: 100, other: 0, strong: true });
  }
  return { ear: 'left', from, to, track, level, scatter: wobbleHz };
}

/** Notes: twenty lines that end, at no multiples of each other. */
const notes = Array.from({ length: 20 }, (_, n) => course(211.3 * 1.0731 ** n, { from: 5 * n, to: 5 * n + 8 }));
const hertz = (courses: readonly Course[]) => courses.map(({ track }) => median(track.hertz));
const lone = (...courses: Course[]) => hertz(loneLines([...notes, ...courses], HOP, SECONDS).lines);

test('a line that is held through music is told, where its notes are not', () => {
  assert.deepEqual(lone(course(130.08)), [130.08]);
  // Two minutes are enough in a longer recording.
  assert.deepEqual(lone(course(130.08, { from: 40, to: 161 })), [130.08]);
  // A few gaps, where music covers it.
  assert.deepEqual(lone(course(130.08, { seen: 0.9 })), [130.08]);
});

test('what a note does is not held: it ends, strays in pitch or level, or is often gone', () => {
  assert.deepEqual(lone(course(130.08, { from: 40, to: 150 })), []);
  assert.deepEqual(lone(course(130.08, { wobbleHz: 0.05 })), []);
  assert.deepEqual(lone(course(130.08, { wobbleDb: 2 })), []);
  assert.deepEqual(lone(course(130.08, { seen: 0.7 })), []);
});

test('with few lines in an ear nothing is taken for music, and nobody asks', () => {
  assert.deepEqual(loneLines([...notes.slice(0, 13), course(130.08)], HOP, SECONDS).lines, []);
  assert.equal(loneLines([...notes.slice(0, 14), course(130.08)], HOP, SECONDS).lines.length, 1);
});

test('lines at whole multiples of one slow rate are the rhythm of a machine; a tone between them is not', () => {
  const comb = Array.from({ length: 12 }, (_, n) => course(2.15 * (40 + n)));
  assert.deepEqual(lone(...comb, course(107.6)), [107.6]);
  const { beside } = loneLines([...notes, ...comb, course(107.6)], HOP, SECONDS);
  assert.equal(beside.filter((one) => comb.includes(one)).length, 0);
});

test('a held note with its partials is a note', () => {
  assert.deepEqual(lone(course(130), course(260), course(390)), []);
  // Without partials it is a tone.
  assert.deepEqual(lone(course(130), course(277.7)), [130, 277.7]);
});

const rates = (...courses: Course[]) =>
  gatedAmong(loneLines([...notes, ...courses], HOP, SECONDS), HOP).map(
    ({ carrier, sides }) => `${median(carrier.track.hertz)} Hz at ${(median(sides.beats) / 2).toFixed(2)}`,
  );
/** A tone gated at a rate, by its carrier and first sidebands so many dB under it. */
const gated = (hz: number, rate: number, under = 3.9, level = 0.01): Course[] => {
  const side = level * 10 ** (-under / 20);
  return [course(hz, { level }), course(hz - rate, { level: side }), course(hz + rate, { level: side })];
};

test('a tone gated under music is told by its sidebands', () => {
  assert.deepEqual(rates(...gated(190.3, 7)), ['190.3 Hz at 7.00']);
  // Of several pairs the strongest: the second harmonics of a gate are fainter than the first.
  const second = [course(176.3, { level: 0.0055 }), course(204.3, { level: 0.0055 })];
  assert.deepEqual(rates(...gated(190.3, 7), ...second), ['190.3 Hz at 7.00']);
});

test('sidebands of a gate are alike, on both sides, and as strong as a gate makes them', () => {
  assert.deepEqual(rates(...gated(190.3, 7, 8)), []);
  assert.deepEqual(rates(...gated(190.3, 7, 0.5)), []);
  const [carrier, lower, upper] = gated(190.3, 7) as [Course, Course, Course];
  assert.deepEqual(rates(carrier, lower), []);
  assert.deepEqual(rates(carrier, lower, course(197.4, { level: upper.level })), [], 'not in the middle');
  assert.deepEqual(rates(carrier, lower, course(197.3, { level: upper.level / 1.6 })), [], 'one is much fainter');
  assert.deepEqual(rates(carrier, lower, course(197.3, { level: upper.level, to: 90 })), [], 'for less than its time');
  assert.deepEqual(rates(...gated(190.3, 0.5)), [], 'slower than pulses');
  assert.deepEqual(rates(...gated(190.3, 61)), [], 'quicker than pulses');
});

test('vibrato has lines as strong as the one between them, and its lines make the rate again', () => {
  assert.deepEqual(rates(...gated(190.3, 7), course(204.3, { level: 0.0095 })), []);
  // The same so far off that it is another tone.
  assert.deepEqual(rates(...gated(190.3, 7), course(225.3, { level: 0.0095 })), ['190.3 Hz at 7.00']);
  assert.deepEqual(rates(...gated(190.3, 7), ...gated(611.9, 14)), []);
  assert.deepEqual(rates(...gated(190.3, 7), ...gated(611.9, 9)), ['190.3 Hz at 7.00', '611.9 Hz at 9.00']);
});
