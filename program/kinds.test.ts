import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import { createRenderer } from '../web/src/audio/engine.ts';
import { checkProgram } from './check.ts';
import { exportGnaural } from './export/gnaural.ts';
import { exportSbg } from './export/sbg.ts';
import { defaultFields, KINDS, VOICE_KINDS, withPulsesAtMost } from './kinds.ts';
import { loudnessAt } from './loudness.ts';
import type { Program, Voice, VoiceKind } from './model.ts';
import { twinVoice, voiceBeats } from './twin.ts';

const sampleRate = 48_000;

/** A voice of a kind as an editor makes it, with a beat of 10 Hz where the kind has one. */
function programOf(kind: VoiceKind, level = 0.5): Program {
  const keyframes = [{ at: 0, ...KINDS[kind].start, level }];
  return checkProgram({ durationSeconds: 4, voices: [{ kind, keyframes, ...defaultFields(kind) }] });
}

function rendered(program: Program, seconds = 4, beds = [0]): Float32Array {
  const bed = {
    sampleRate,
    left: new Float32Array(sampleRate).fill(0.5),
    right: new Float32Array(sampleRate).fill(0.5),
  };
  const renderer = createRenderer(program, sampleRate, { samples: new Map(beds.map((index) => [index, bed])) });
  const left = new Float32Array(seconds * sampleRate);
  renderer.render(0, left, new Float32Array(left.length));
  return left;
}

for (const kind of VOICE_KINDS) {
  describe(kind, () => {
    it('takes its fields as they are where they are left out', () => {
      const keyframes = [{ at: 0, ...KINDS[kind].start }];
      const bare = checkProgram({ durationSeconds: 4, voices: [{ kind, keyframes }] }).voices[0];
      const full = checkProgram({ durationSeconds: 4, voices: [{ kind, keyframes, ...defaultFields(kind) }] })
        .voices[0];
      assert.deepEqual(bare, full);
    });

    it('sounds, and is known to', () => {
      const program = programOf(kind);
      const sound = rendered(program);
      assert.ok(sound.some((sample) => Math.abs(sample) > 0.01));
      assert.ok(loudnessAt(program, 0.5) > 0);
    });

    it('stays below -1 dBFS wherever the sum of levels is 1, tails that overlap included', () => {
      // Twenty events in ten seconds on each of two voices: strikes and jumps.
      const { start } = KINDS[kind];
      const frames = (shift: number, level: number) =>
        Array.from({ length: 20 }, (_, n) => ({
          at: n / 2 + shift,
          ...start,
          carrier: start.carrier * (1 + n / 10),
          level: level * (n % 3 === 0 ? 1 : 0.9),
          curve: n % 2 === 0 ? 'HOLD' : 'LINEAR',
        }));
      const own = { ...defaultFields(kind), ...(kind === 'BELL' ? { decaySeconds: 60 } : {}) };
      const voices = [frames(0, 0.6), frames(0.1, 0.4)].map((keyframes) => ({ kind, ...own, keyframes }));
      const program = checkProgram({ durationSeconds: 10, voices, loop: 2 });
      let peak = 0;
      for (const sample of rendered(program, 12, [0, 1])) peak = Math.max(peak, Math.abs(sample));
      assert.ok(peak <= 10 ** (-1 / 20), `${peak}`);
    });

    it('has a twin without a beat', () => {
      const [voice] = programOf(kind).voices;
      assert.ok(voice);
      const twin = twinVoice(voice, true);
      assert.equal(voiceBeats(twin), false);
      assert.notEqual(twin.keyframes, voice.keyframes);
      assert.deepEqual(checkProgram({ durationSeconds: 4, voices: [twin] }).voices, [twin]);
    });

    it('obeys the depth that screening permits', () => {
      const { pulseDepth } = KINDS[kind];
      const [plain] = programOf(kind).voices;
      assert.ok(plain);
      const voice = pulseDepth === null ? plain : ({ ...plain, [pulseDepth]: 1 } as Voice);
      const held = withPulsesAtMost(voice, 0.25);
      assert.equal(withPulsesAtMost(held, 0.25), held);
      if (pulseDepth === null) assert.equal(held, voice);
      else assert.equal((held as unknown as Record<string, unknown>)[pulseDepth], 0.25);
    });

    it('is written into other formats, or its loss is noted', () => {
      const file = { title: 'T', program: programOf(kind), startClockSeconds: null, notes: [] };
      for (const write of [exportSbg, exportGnaural]) {
        const { text, notes } = write(file);
        const kept = write === exportSbg ? !/: -$/m.test(text) : text.includes('<voice>');
        assert.ok(kept || notes.length > 0, text);
      }
    });
  });
}
