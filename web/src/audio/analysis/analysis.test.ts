import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { checkProgram } from '@nes/program/check.ts';
import type { Program, Voice } from '@nes/program/model.ts';
import { describe as suite, test } from 'vitest';
import { openRecording } from '../../../../scripts/recording-file.ts';
import { renderPieces } from '../render-file.ts';
import { Analyser, type CloseMaker } from './analyser.ts';
import type { Section } from './close.ts';
import { type Carry, CloseBeside, closeFor } from './close-beside.ts';
import { jsonForm } from './json-form.ts';
import { remake } from './remake.ts';
import type { Analysis } from './report.ts';
import { describe, readLabel } from './sentence.ts';
import { FIXTURE_RATE, makeMixture, makeSound, piecesOf, SWINGING } from './sounds-fixture.ts';

const RATE = 44_100;
const recordings = resolve(import.meta.dirname, '../../../../../shared/recordings');

/** A program of these voices, rendered and analysed. */
async function heard(voices: Voice[], seconds: number, close?: CloseMaker): Promise<Analysis> {
  const program: Program = { durationSeconds: seconds, phases: [], voices, gain: 0.5, loop: 1, seed: 7 };
  const analyser = new Analyser(RATE, 2, { close });
  for (const { left, right } of renderPieces(program, { sampleRate: RATE, fromSeconds: 0, toSeconds: seconds }))
    await analyser.push(left, right);
  return analyser.finish();
}

const at = (seconds: number, carrier: number, beat: number, level = 0.4) =>
  ({ at: seconds, carrier, beat, level, pan: 0, curve: 'LINEAR' }) as const;
const sine = { name: '', waveform: 'SINE' } as const;
const pink = (level: number): Voice => ({
  name: '',
  kind: 'NOISE',
  colour: 'PINK',
  correlation: 0.3,
  modulationDepth: 0,
  spin: false,
  keyframes: [at(0, 0, 0, level)],
});

function near(value: number | null | undefined, expected: number, within: number, what: string): void {
  assert.ok(
    value !== null && value !== undefined && Math.abs(value - expected) <= within,
    `${what}: ${value}, expected ${expected}`,
  );
}

suite('what is in a recording', () => {
  test('a binaural pair under pink noise 20 dB louder: tones, beat, colour and correlation', async () => {
    // Noise at level 1 has RMS 1/6; the tone's RMS is 0.00167.
    const { tones, beats, noise } = await heard(
      [{ ...sine, kind: 'BINAURAL', keyframes: [at(0, 200, 10, 0.0236)] }, pink(1)],
      60,
    );
    assert.deepEqual(
      beats.map(({ kind }) => kind),
      ['binaural'],
    );
    near(beats[0]?.beatHz, 10, 0.05, 'beat');
    near(tones.find(({ ear }) => ear === 'left')?.startHz, 205, 0.05, 'left');
    near(tones.find(({ ear }) => ear === 'right')?.startHz, 195, 0.05, 'right');
    near(noise?.slopeDbPerOctave, -3.01, 0.15, 'slope');
    near(noise?.correlation, 0.3, 0.05, 'correlation');
  });

  test('a slide of 1 Hz in 10 s is followed within 0.3 Hz', async () => {
    const { tones, beats } = await heard(
      [{ ...sine, kind: 'BINAURAL', keyframes: [at(0, 200, 14), at(60, 203, 8)] }],
      60,
    );
    for (const seconds of [5, 20, 40, 55]) {
      const beat = 14 - seconds / 10;
      const carrier = 200 + seconds / 20;
      for (const [ear, hertz] of [
        ['left', carrier + beat / 2],
        ['right', carrier - beat / 2],
      ] as const) {
        const tone = tones.find((one) => one.ear === ear && one.fromSeconds <= seconds && one.toSeconds >= seconds);
        assert.ok(tone, `${ear} at ${seconds} s`);
        const share = (seconds - tone.fromSeconds) / (tone.toSeconds - tone.fromSeconds);
        near(tone.startHz + share * (tone.endHz - tone.startHz), hertz, 0.3, `${ear} at ${seconds} s`);
      }
    }
    assert.ok(beats.length > 0 && beats.every(({ kind }) => kind === 'binaural'));
  });

  test('pulses: rate, duty, depth, edge; with ears in turns', async () => {
    const gate = { duty: 0.4, edgeSeconds: 0.01, depth: 0.8, alternating: false };
    const plain = (await heard([{ ...sine, ...gate, kind: 'ISOCHRONIC', keyframes: [at(0, 220, 7)] }], 40)).beats;
    assert.deepEqual(
      plain.map(({ kind }) => kind),
      ['isochronic'],
    );
    near(plain[0]?.beatHz, 7, 0.02, 'rate');
    near(plain[0]?.duty, 0.4, 0.03, 'duty');
    near(plain[0]?.depth, 0.8, 0.05, 'depth');
    near(plain[0]?.edgeSeconds, 0.01, 0.005, 'edge');
    const { beats: turns } = await heard(
      [{ ...sine, ...gate, alternating: true, kind: 'ISOCHRONIC', keyframes: [at(0, 220, 8)] }],
      40,
    );
    assert.deepEqual(
      turns.map(({ kind, alternating }) => [kind, alternating]),
      [['isochronic', true]],
    );
    near(turns[0]?.beatHz, 8, 0.02, 'rate of both ears');
  });

  test('two tones in both ears are a monaural beat, not a binaural one', async () => {
    const { beats } = await heard([{ ...sine, kind: 'MONAURAL', keyframes: [at(0, 180, 9)] }], 40);
    assert.deepEqual(
      beats.map(({ kind, ear }) => [kind, ear]),
      [['monaural', 'both']],
    );
    near(beats[0]?.beatHz, 9, 0.02, 'beat');
  });

  test('noise that grows louder and softer is modulation; steady noise is nothing', async () => {
    const wave: Voice = {
      ...(pink(1) as Extract<Voice, { kind: 'NOISE' }>),
      modulationDepth: 0.6,
      keyframes: [at(0, 0, 6, 1)],
    };
    const { beats } = await heard([wave], 40);
    assert.deepEqual(
      beats.map(({ kind }) => kind),
      ['modulation'],
    );
    near(beats[0]?.beatHz, 6, 0.02, 'rate');
    near(beats[0]?.depth, 0.6, 0.1, 'depth');
    assert.deepEqual((await heard([pink(1)], 40)).beats, []);
  });
});

suite('in two threads', () => {
  const voices: Voice[] = [
    { ...sine, kind: 'BINAURAL', keyframes: [at(0, 200, 14), at(150, 203, 8)] },
    {
      ...sine,
      kind: 'ISOCHRONIC',
      duty: 0.4,
      edgeSeconds: 0.01,
      depth: 0.8,
      alternating: false,
      keyframes: [at(0, 420, 7)],
    },
  ];
  /** Messages as a channel carries them: copies, or the memory itself where it is handed over, later, in order. */
  const carried =
    <Message>(to: (message: Message) => void): Carry<Message> =>
    (message, transfer) => {
      const copy = structuredClone(message, { transfer });
      setTimeout(() => to(copy));
    };

  test('the answer is the one of a single thread', async () => {
    let most = 0;
    let open = 0;
    const beside: CloseMaker = (rate, mono) => {
      const take = closeFor(
        carried((reply) => {
          if (reply.kind === 'looked') open--;
          look.hear(reply);
        }),
      );
      const send = carried(take);
      const look = new CloseBeside(
        (order, handedOver) => {
          if (order.kind === 'look') most = Math.max(most, ++open);
          send(order, handedOver);
        },
        rate,
        mono,
      );
      return look;
    };
    assert.deepEqual(await heard(voices, 150, beside), await heard(voices, 150));
    assert.ok(most <= 2, `${most} sections waited for the slower thread`);
  });

  test('sound goes over in memory that comes back and is used again', async () => {
    /** Written where no sound stands. */
    const mark = 12_345;
    const marked: boolean[] = [];
    let taken = 0;
    const take = closeFor(
      carried((reply) => {
        if (reply.kind === 'taken') reply.left[reply.left.length - 1] = mark;
        look.hear(reply);
        taken++;
      }),
    );
    const send = carried(take);
    const look = new CloseBeside(
      (order, handedOver) => {
        if (order.kind === 'sound') marked.push(order.left.at(-1) === mark);
        send(order, handedOver);
        if (order.kind === 'sound') assert.equal(order.left.length, 0, 'handed over, not copied');
      },
      4000,
      false,
    );
    for (const length of [1000, 990, 1010]) {
      const back = taken;
      look.push(new Float64Array(length), new Float64Array(length));
      while (taken === back) await new Promise((done) => setTimeout(done));
    }
    assert.deepEqual(marked, [false, true, true]);
  });

  test('a thread that ends ends the analysis', async () => {
    const broken: CloseMaker = (rate, mono) => {
      const look = new CloseBeside(() => {}, rate, mono);
      setTimeout(() => look.fail(new Error('it has ended')), 10);
      return look;
    };
    await assert.rejects(heard(voices, 20, broken), /it has ended/);
    const failing: CloseMaker = (rate, mono) => {
      const look = new CloseBeside(carried(closeFor(carried((reply) => look.hear(reply)))), rate, mono);
      return {
        push: (left, right) => look.push(left, right),
        look: () => look.look(undefined as unknown as Section),
        finish: () => look.finish(),
      };
    };
    await assert.rejects(heard(voices, 20, failing), /undefined/);
  });
});

suite('what is no beat', () => {
  const SECONDS = 24;
  const sound = async (wave: (t: number) => number, right = wave): Promise<Analysis> => {
    const analyser = new Analyser(RATE, 2);
    for (let at = 0; at < SECONDS; at++) {
      const fill = (one: (t: number) => number) => Float32Array.from({ length: RATE }, (_, n) => one(at + n / RATE));
      await analyser.push(fill(wave), fill(right));
    }
    return analyser.finish();
  };
  const partials = (hertz: number, t: number, count: number) => {
    let sum = 0;
    for (let k = 1; k <= count; k++) sum += Math.sin(2 * Math.PI * k * hertz * t + k) / k;
    return sum / 4;
  };
  const notes = [65.41, 65.41, 98, 65.41, 77.78, 77.78, 116.54, 77.78];

  test('a bass line of a sequencer', async () => {
    const bass = (t: number) => {
      const note = t % 0.25;
      return partials(notes[Math.floor(t / 0.25) % notes.length] as number, note, 6) * Math.exp(-8 * note);
    };
    assert.deepEqual((await sound(bass)).beats, []);
  });

  test('hum of the mains with its harmonics', async () => {
    assert.deepEqual((await sound((t) => partials(50.02, t, 8))).beats, []);
  });

  test('a note whose pitch wavers widely, which moves its level at twice the rate', async () => {
    const wide = (t: number) => {
      let sum = 0;
      for (let k = 1; k < 6; k++) {
        sum += Math.sin(2 * Math.PI * k * (220 * t - 0.24 * Math.cos(2 * Math.PI * 5.5 * t))) / k;
      }
      return 0.2 * sum;
    };
    assert.deepEqual((await sound(wide)).beats, []);
  });

  test('oscillators out of tune by cents: between the ears, and in both', async () => {
    const up = (t: number) => partials(110 * 1.003, t, 6);
    const down = (t: number) => partials(110 * 0.997, t, 6);
    assert.deepEqual((await sound(up, down)).beats, []);
    assert.deepEqual((await sound((t) => up(t) + down(t))).beats, []);
  });

  test('the tremolo of a note is modulation of music, not pulses; with ears in turns', async () => {
    const tremolo = (depth: number) => (t: number) =>
      partials(196, t, 8) * (1 - depth / 2 + (depth / 2) * Math.sin(2 * Math.PI * 6 * t));
    const told = ({ beats }: Analysis) =>
      beats.map(({ kind, beatHz, alternating }) => [kind, Math.round(beatHz * 50) / 50, alternating]);
    assert.deepEqual(told(await sound(tremolo(0.5))), [['modulation', 6, false]]);
    assert.deepEqual(told(await sound(tremolo(0.4), (t) => tremolo(0.4)(t + 1 / 12))), [['modulation', 12, true]]);
  });

  // All of them, twice as many: `npm run bench -- recordings --traps`. These told beats once.
  for (const [name, seed] of [
    ['an arpeggio that changes ears', 1],
    ['a pad of detuned oscillators', 2],
    ['a flute over a drone', 3],
    ['a machine for drums alone', 2],
    ['a bass line with drums', 1],
    ['wind', 2],
  ] as const)
    test(`${name}, ${seed}`, async () => {
      const analyser = new Analyser(FIXTURE_RATE, 2);
      for (const { left, right } of piecesOf(makeSound(name, seed, 40))) await analyser.push(left, right);
      const { beats } = await analyser.finish();
      assert.deepEqual(SWINGING.includes(name) ? beats.filter(({ kind }) => kind !== 'modulation') : beats, []);
    });

  test('a note with vibrato', async () => {
    const wavering = (t: number) => {
      const phase = 220 * t - 0.5 * Math.cos(2 * Math.PI * 6 * t);
      return 0.3 * Math.sin(2 * Math.PI * phase) + 0.1 * Math.sin(4 * Math.PI * phase);
    };
    assert.deepEqual((await sound(wavering)).beats, []);
  });
});

suite('beats 20 dB under music', () => {
  // Of the 30 of `npm run bench -- recordings --music`: sidebands among a machine's lines, tones that music shakes, tones over a drone.
  for (const seed of [11, 18, 22])
    test(`mixture ${seed}`, async () => {
      const { kind, beatHz, sound } = makeMixture(seed, 90, 20);
      const analyser = new Analyser(FIXTURE_RATE, 2);
      for (const { left, right } of piecesOf(sound)) await analyser.push(left, right);
      const beats = (await analyser.finish()).beats.filter((beat) => beat.kind !== 'modulation');
      assert.deepEqual(
        beats.map((beat) => beat.kind),
        [kind],
      );
      near(beats[0]?.beatHz, beatHz, 0.05, 'rate');
    });
});

suite('made anew', () => {
  test('a program of what was found sounds as the recording: the same tones, beats and noise', async () => {
    const gate = { duty: 0.5, edgeSeconds: 0.01, depth: 1, alternating: false };
    const first = await heard(
      [
        { ...sine, kind: 'BINAURAL', keyframes: [at(0, 200, -10, 0.2), at(40, 204, -6, 0.2)] },
        { ...sine, ...gate, kind: 'ISOCHRONIC', keyframes: [at(0, 420, 5, 0.2)] },
        pink(0.2),
      ],
      40,
    );
    const { program, quieterDb, leftOut } = remake(first);
    assert.doesNotThrow(() => checkProgram(program));
    assert.equal(quieterDb, 0);
    assert.equal(leftOut, 0);
    assert.deepEqual(program.voices.map(({ kind }) => kind).sort(), ['BINAURAL', 'ISOCHRONIC', 'NOISE']);
    const analyser = new Analyser(RATE, 2);
    for (const { left, right } of renderPieces(program, { sampleRate: RATE, fromSeconds: 0, toSeconds: 40 }))
      await analyser.push(left, right);
    const second = await analyser.finish();
    for (const tone of first.tones) {
      const again = second.tones.find((one) => one.ear === tone.ear && Math.abs(one.startHz - tone.startHz) < 0.1);
      near(again?.endHz, tone.endHz, 0.1, `${tone.ear} ${tone.startHz}`);
      near(again?.levelDb, tone.levelDb, 0.5, `level of ${tone.startHz} Hz`);
    }
    assert.deepEqual(second.beats.map(({ kind }) => kind).sort(), first.beats.map(({ kind }) => kind).sort());
    near(second.noise?.levelDb, first.noise?.levelDb ?? 0, 0.7, 'noise');
  });
});

suite('recordings of others', { skip: !existsSync(recordings) }, () => {
  const analyse = async (name: string) => {
    const recording = await openRecording(join(recordings, name));
    const analyser = new Analyser(recording.sampleRate, recording.channels);
    for await (const { left, right } of recording.pieces()) await analyser.push(left, right);
    const analysis = await analyser.finish();
    return jsonForm(analysis, describe(analysis, readLabel(recording.labels)));
  };
  const expected = existsSync(recordings) ? JSON.parse(readFileSync(join(recordings, 'expected.json'), 'utf8')) : {};
  const claimed = Object.entries(expected).find(([key]) => key.startsWith('mp3-claimed'))?.[1] ?? {};

  for (const [name, facts] of Object.entries(claimed as Record<string, Record<string, unknown>>)) {
    test(name, async () => {
      const { tones, beats, sentence } = await analyse(`mp3-claimed/${name}`);
      for (const ear of ['left', 'right'] as const) {
        const list = [facts[ear]].flat() as number[];
        for (const hertz of list) {
          assert.ok(
            tones.some((tone) => tone.ear === ear && Math.abs(tone.startHz - hertz) <= 0.02),
            `${hertz} Hz in the ${ear} ear`,
          );
        }
        assert.equal(tones.filter((tone) => tone.ear === ear).length, list.length, `tones in the ${ear} ear`);
      }
      const has = (kind: string, hertz: number) =>
        beats.some((beat) => beat.kind === kind && Math.abs(beat.beatHz - hertz) <= 0.02);
      assert.ok(has('binaural', (facts.beat ?? facts['binaural beat']) as number), 'binaural beat');
      if (facts['monaural beat in left'] !== undefined) {
        assert.ok(has('monaural', facts['monaural beat in left'] as number), 'monaural beat in the left ear');
        assert.ok(has('monaural', facts['in right'] as number), 'monaural beat in the right ear');
      }
      assert.ok(!beats.some(({ kind }) => kind === 'isochronic'), 'no pulses');
      assert.match(sentence, facts.label === 'right' ? /It is right/ : /It has no pulses at/);
    });
  }

  test('SpectraStrobe: each signal at its frequency and level', async () => {
    const facts = Object.entries(expected).find(([key]) => key.startsWith('spectrastrobe'))?.[1] as Record<
      string,
      number
    >;
    for (const [name, hertz] of Object.entries(facts)) {
      if (name === 'level_dBFS') continue;
      const { tones, strobe } = await analyse(`spectrastrobe/44.1khz_SS_${name}.wav`);
      const left = tones.filter(({ ear }) => ear === 'left');
      assert.equal(left.length, 1);
      near(left[0]?.startHz, hertz, 0.02, name);
      near(left[0]?.levelDb, facts.level_dBFS as number, 0.05, `${name}'s level`);
      assert.deepEqual(
        strobe?.signals.map((signal) => signal.hertz),
        [hertz],
      );
    }
  });
});
