import assert from 'node:assert/strict';
import { checkProgram } from '@nes/program/check.ts';
import { TONE_KINDS } from '@nes/program/kinds.ts';
import { highestLevel } from '@nes/program/levels.ts';
import { loudnessAt } from '@nes/program/loudness.ts';
import type { Keyframe, Voice } from '@nes/program/model.ts';
import { hasBeat, voiceBeats } from '@nes/program/twin.ts';
import { dominantBeat, valueAt } from '@nes/program/values.ts';
import { describe, test } from 'vitest';
import { controlTwin } from './control.ts';
import { type LibraryEntry, readLibrary } from './library.ts';

const entries = readLibrary();
const originals = entries.filter((entry) => entry.controlOf === null);
const bySlug = new Map(entries.map((entry) => [entry.slug, entry]));

function entryOf(slug: string): LibraryEntry {
  const entry = bySlug.get(slug);
  assert.ok(entry, `no protocol ${slug}`);
  return entry;
}

function isTone(voice: Voice): boolean {
  return (TONE_KINDS as readonly string[]).includes(voice.kind);
}

/** Neighbouring keyframes of a voice. */
function pairs(voice: Voice): [Keyframe, Keyframe][] {
  return voice.keyframes.slice(1).map((to, index) => [voice.keyframes[index] as Keyframe, to]);
}

/** Steepest change per second between two keyframes; a raised cosine is π/2 times as steep as a line. */
function steepest(from: Keyframe, to: Keyframe, key: 'beat' | 'carrier' | 'level'): number {
  const change = Math.abs(to[key] - from[key]);
  if (change === 0) return 0;
  if (from.curve === 'HOLD' || to.at === from.at) return Number.POSITIVE_INFINITY;
  return (change / (to.at - from.at)) * (from.curve === 'SMOOTH' ? Math.PI / 2 : 1);
}

function hueOf(colour: string): number {
  const [r = 0, g = 0, b = 0] = [1, 3, 5].map((index) => Number.parseInt(colour.slice(index, index + 2), 16));
  const most = Math.max(r, g, b);
  const spread = most - Math.min(r, g, b);
  if (most === r) return (((g - b) / spread) * 60 + 360) % 360;
  return most === g ? ((b - r) / spread) * 60 + 120 : ((r - g) / spread) * 60 + 240;
}

function sentences(text: string): number {
  return text.split(/[.!?](?:\s|$)/).filter((part) => part.trim() !== '').length;
}

/** Hues in degrees that a band's phases may have: violet-blue, violet-pink, teal, amber, coral. */
const BANDS = [
  { upTo: 4, hue: [228, 250] },
  { upTo: 8, hue: [262, 300] },
  { upTo: 13, hue: [165, 190] },
  { upTo: 30, hue: [30, 48] },
  { upTo: 40, hue: [0, 18] },
] as const;

/** Beat Hz from–to and seconds of each step, as the earlier web system of the field played them. */
const CLASSICS: Record<string, [from: number, to: number, seconds: number][]> = {
  balanced: [
    [14, 12, 60],
    [12, 10, 90],
    [10, 8, 120],
    [8, 7, 120],
    [7, 7, 90],
    [7, 14, 120],
  ],
  focus: [
    [14, 16, 45],
    [16, 18, 180],
    [18, 18, 240],
    [18, 16, 120],
    [16, 14, 90],
    [14, 12, 45],
  ],
  relaxation: [
    [12, 10, 120],
    [10, 8, 120],
    [8, 6, 120],
    [6, 5, 120],
    [5, 6, 120],
    [6, 12, 120],
  ],
  sleep: [
    [12, 8, 150],
    [8, 5, 150],
    [5, 3, 150],
    [3, 2, 150],
    [2, 1.5, 150],
    [1.5, 1, 150],
  ],
  creativity: [
    [12, 10, 130],
    [10, 9, 130],
    [9, 8, 130],
    [8, 7, 130],
    [7, 9, 130],
    [9, 12, 130],
  ],
  meditation: [
    [10, 8, 250],
    [8, 6, 250],
    [6, 5, 250],
    [5, 4.5, 250],
    [4.5, 5, 250],
    [5, 10, 250],
  ],
  energy: [
    [12, 15, 125],
    [15, 18, 125],
    [18, 20, 125],
    [20, 18, 125],
    [18, 15, 125],
    [15, 14, 125],
  ],
  study: [
    [12, 14, 175],
    [14, 16, 175],
    [16, 17, 175],
    [17, 15, 175],
    [15, 13, 175],
    [13, 12, 175],
  ],
  nap: [
    [12, 8, 180],
    [8, 6, 420],
    [6, 6, 480],
    [6, 10, 120],
  ],
  'stress-relief': [
    [14, 12, 150],
    [12, 10, 150],
    [10, 9, 150],
    [9, 9, 150],
    [9, 11, 150],
    [11, 12, 150],
  ],
};

test('at least 26 protocols cover every category, each under its own slug', () => {
  assert.ok(originals.length >= 26, `${originals.length} protocols`);
  assert.equal(bySlug.size, entries.length);
  assert.deepEqual([...bySlug.keys()], [...bySlug.keys()].sort());
  assert.deepEqual([...new Set(originals.map((entry) => entry.category))].sort(), [
    'BREATHING',
    'CONTROL',
    'CREATIVITY',
    'ENERGY',
    'FOCUS',
    'MEDITATION',
    'NAP',
    'RELAXATION',
    'SLEEP',
    'STRESS_RELIEF',
    'STUDY',
    'WAKE_UP',
  ]);
});

describe('every program', () => {
  for (const entry of entries) {
    const { program } = entry;
    test(entry.slug, () => {
      assert.deepEqual(checkProgram(program), program, 'complete, and unchanged by the check');
      assert.ok(highestLevel(program.voices).level * program.gain <= 0.9, 'leaves headroom');

      const seconds = program.phases.reduce((sum, phase) => sum + phase.durationSeconds, 0);
      assert.equal(seconds, program.durationSeconds, 'phases tile the program');
      for (const phase of program.phases) {
        assert.ok(phase.name && phase.description.endsWith('.'), `phase ${phase.name}`);
        assert.equal(sentences(phase.description), 1, phase.description);
      }

      for (const voice of program.voices) {
        const place = `${entry.slug}, ${voice.name}`;
        for (const frame of voice.keyframes) {
          if (isTone(voice) || voice.kind === 'BELL') assert.ok(frame.carrier >= 20 && frame.carrier <= 1500, place);
          else assert.equal(frame.carrier, 0, place);
          assert.ok(frame.beat === 0 || (frame.beat >= 0.5 && frame.beat <= 40), `${place}: beat ${frame.beat}`);
          if (isTone(voice)) assert.ok(frame.level <= 0.5, place);
          if (voice.kind === 'NOISE') assert.ok(frame.level <= 0.35, place);
        }
        if (voice.kind === 'ISOCHRONIC') assert.ok(voice.edgeSeconds >= 0.005, place);
        // Bursts of a laboratory begin and end at once.
        if (voice.kind === 'BELL' || entry.tags.includes('bursts')) continue;
        for (const [from, to] of pairs(voice)) {
          assert.ok(steepest(from, to, 'beat') <= 0.1 + 1e-9, `${place}: beat ramp at ${from.at} s`);
          assert.ok(
            steepest(from, to, 'carrier') <= (entry.controlOf === null ? 20 : 21),
            `${place}: carrier glides at ${from.at} s`,
          );
          assert.ok(steepest(from, to, 'level') <= 0.3, `${place}: soft level at ${from.at} s`);
        }
        // A pacer's first fade is its first breath in.
        const [first, second] = voice.keyframes;
        const last = voice.keyframes.at(-1);
        assert.ok(first && second && last, place);
        assert.deepEqual([first.at, first.level], [0, 0], `${place} starts silent`);
        assert.equal(last.level, 0, `${place} ends silent`);
        // A control fades with its original; it may have more keyframes in its fades.
        if (entry.controlOf !== null) continue;
        assert.ok(second.at >= (entry.tags.includes('pacer') ? 2 : 3) && second.at <= 10, `${place} fades in`);
        if (last.at === program.durationSeconds && !entry.tags.includes('pacer') && voice.name !== 'Breath') {
          const before = voice.keyframes.at(-2);
          assert.ok(before && last.at - before.at >= 10 && last.at - before.at <= 20, `${place} fades out`);
        }
      }
    });
  }
});

test('a phase has the colour of the band that is heard in its middle', () => {
  for (const entry of originals) {
    let start = 0;
    for (const phase of entry.program.phases) {
      const beat = dominantBeat(entry.program, start + phase.durationSeconds / 2);
      start += phase.durationSeconds;
      if (!beat) continue;
      const band = BANDS.find((one) => beat.beatHz < one.upTo) ?? BANDS[beat.beatHz > 30 ? 4 : 3];
      const hue = hueOf(phase.colour);
      const place = `${entry.slug}, ${phase.name}: ${beat.beatHz} Hz in ${phase.colour}`;
      assert.ok(hue >= band.hue[0] && hue <= band.hue[1], `${place} (hue ${Math.round(hue)})`);
    }
  }
});

describe('the ten classics', () => {
  for (const [slug, steps] of Object.entries(CLASSICS)) {
    test(slug, () => {
      const { program } = entryOf(slug);
      const voice = program.voices.find((one) => one.kind === 'BINAURAL');
      assert.ok(voice);
      assert.deepEqual(
        program.phases.map((phase) => phase.durationSeconds),
        steps.map((step) => step[2]),
      );
      let start = 0;
      for (const [from, to, seconds] of steps) {
        assert.equal(valueAt(voice, start).beat, from, `at ${start} s`);
        for (const share of [0.04, 0.25, 0.5, 0.9]) {
          const beat = valueAt(voice, start + share * seconds).beat;
          assert.ok(Math.abs(beat - (from + share * (to - from))) < 1e-8, `at ${start + share * seconds} s: ${beat}`);
        }
        start += seconds;
        assert.equal(valueAt(voice, start).beat, to, `at ${start} s`);
      }
      assert.equal(program.durationSeconds, start);
      assert.equal(dominantBeat(program, start / 2)?.beatHz, valueAt(voice, start / 2).beat);
      assert.equal(entryOf(slug).speakersOk, false);
    });
  }
});

describe('controls', () => {
  const beating = originals.filter((entry) => hasBeat(entry.program));
  const paced = originals.filter((entry) => entry.tags.includes('pacer') && !hasBeat(entry.program));

  test('every protocol that beats or leads the breath has one, and no other', () => {
    for (const entry of originals) {
      assert.equal(bySlug.has(`${entry.slug}-control`), beating.includes(entry) || paced.includes(entry), entry.slug);
    }
    assert.equal(entries.length - originals.length, beating.length + paced.length);
    assert.deepEqual(paced.map((entry) => entry.slug).sort(), [
      'box-breathing',
      'coherent-breathing',
      'cyclic-sighing',
      'long-exhale',
      'six-breaths',
      'slowing-breath',
    ]);
  });

  for (const entry of beating) {
    test(`${entry.slug}-control differs in the beat alone`, () => {
      const twin = entryOf(`${entry.slug}-control`);
      assert.equal(twin.controlOf, entry.slug);
      assert.equal(twin.evidence, 'CONTROL');
      assert.equal(twin.category, 'CONTROL');
      assert.equal(hasBeat(twin.program), false);
      const { durationSeconds } = entry.program;
      let beats = 0;
      for (let index = 0; index <= 200; index++) {
        const t = (durationSeconds * index) / 200;
        if (dominantBeat(entry.program, t)) beats++;
        assert.equal(dominantBeat(twin.program, t), null, `at ${t} s`);
        for (const [number, voice] of entry.program.voices.entries()) {
          const other = twin.program.voices[number];
          assert.ok(other);
          const { level, carrier, ...others } = valueAt(other, t);
          const { level: original, carrier: hertz, ...wanted } = valueAt(voice, t);
          assert.deepEqual(others, { ...wanted, beat: 0 }, `${voice.name} at ${t} s`);
          assert.ok(Math.abs(carrier - hertz) < 1e-9, `${voice.name} at ${t} s`);
          // How much lower its level is, program/twin.test.ts hears.
          assert.ok(level <= original * 1.001, `${voice.name} at ${t} s`);
          if (!voiceBeats(voice)) assert.equal(level, original);
        }
      }
      assert.ok(beats >= 20, 'the original beats');
      const bare = (one: LibraryEntry) => ({
        ...one.program,
        voices: one.program.voices.map((voice) => voice.kind),
        phases: one.program.phases.map((phase) => ({ ...phase, description: '' })),
      });
      assert.deepEqual(bare(twin), bare(entry));
    });
  }

  for (const entry of paced) {
    test(`${entry.slug}-control leads the breath at twelve a minute with the same sound`, () => {
      const twin = entryOf(`${entry.slug}-control`);
      assert.deepEqual([twin.controlOf, twin.category, twin.evidence], [entry.slug, 'CONTROL', 'CONTROL']);
      assert.equal(twin.program.durationSeconds, entry.program.durationSeconds);
      for (const [number, voice] of twin.program.voices.entries()) {
        const original = entry.program.voices[number];
        assert.ok(original);
        assert.equal(voice.kind, original.kind);
        // Up for 2.5 s and down for 2.5 s, all through.
        for (const [index, frame] of voice.keyframes.entries()) {
          assert.ok(Math.abs(frame.at - index * 2.5) < 1e-9, `${frame.at} s`);
          if (index === 0) continue;
          const before = voice.keyframes[index - 1]?.level ?? 0;
          assert.ok(index % 2 === 1 ? frame.level > before : frame.level < before, `at ${frame.at} s`);
        }
      }
      // As loud as the original on the mean: by the model, over the whole.
      const mean = (one: LibraryEntry) => {
        let sum = 0;
        for (let t = 0; t < one.program.durationSeconds; t += 0.1) sum += loudnessAt(one.program, t);
        return 10 * Math.log10(sum);
      };
      assert.ok(Math.abs(mean(twin) - mean(entry)) < 0.3, `${mean(twin) - mean(entry)} dB`);
    });
  }

  test('the original is not changed, and shares no keyframes with its control', () => {
    for (const slug of ['power-nap', 'six-breaths']) {
      const entry = entryOf(slug);
      const before = structuredClone(entry);
      const twin = controlTwin(entry);
      assert.deepEqual(entry, before);
      for (const [index, voice] of twin.program.voices.entries()) {
        assert.notEqual(voice.keyframes, entry.program.voices[index]?.keyframes);
      }
    }
  });

  test('nothing without a beat or a breath gets one', () => {
    assert.throws(() => controlTwin(entryOf('pink-noise')), /pink-noise: has no beat/);
  });
});

describe('what is said', () => {
  for (const entry of entries) {
    test(entry.slug, () => {
      assert.match(entry.slug, /^[a-z0-9]+(-[a-z0-9]+)*$/);
      assert.ok(Number.isInteger(entry.version) && entry.version >= 1);
      assert.ok(entry.title.length > 0 && entry.title.length <= 60);
      assert.equal(sentences(entry.summary), 1, entry.summary);
      assert.ok(entry.summary.endsWith('.') && entry.summary.length <= 140, entry.summary);
      const known = sentences(entry.whatIsKnown);
      assert.ok(known >= 2 && known <= 6, `${known} sentences on what is known`);
      assert.ok(entry.description.split('\n\n').length >= 2);
      assert.doesNotMatch(entry.description, /[*_#`]|\n(?!\n)(?<!\n\n)/, 'plain paragraphs');
      assert.ok(entry.tags.length > 0 && new Set(entry.tags).size === entry.tags.length);
      const claims = `${entry.summary} ${entry.description} ${entry.program.phases.map((p) => p.description).join(' ')}`;
      assert.doesNotMatch(claims, /\b(cures?|heals?|treats?|proven|guarantee|boosts?|improves?|reduces?)\b/i);

      const carried = entry.program.voices.some(
        (voice) => voice.kind === 'BINAURAL' && voice.keyframes.some((frame) => frame.beat !== 0),
      );
      if (entry.controlOf === null) assert.equal(entry.speakersOk, !carried);
      else assert.equal(entry.speakersOk, entryOf(entry.controlOf).speakersOk);

      for (const source of entry.sources) {
        assert.ok(source.title && source.authors && source.finding.endsWith('.'), source.title);
        assert.ok(Number.isInteger(source.year) && source.year >= 1970 && source.year <= 2026, source.title);
      }
      assert.equal(new Set(entry.sources.map((source) => source.title)).size, entry.sources.length);
      if (entry.controlOf === null) assert.equal(entry.evidence === 'CONTROL', entry.category === 'CONTROL');
    });
  }
});
