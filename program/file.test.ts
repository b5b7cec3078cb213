import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import { checkProgram } from './check.ts';
import { fileKind, readProgramFiles } from './file.ts';
import type { Voice } from './model.ts';
import { valueAt } from './values.ts';

async function read(...files: [name: string, text: string][]) {
  const bytes = files.map(([name, text]) => ({ name, bytes: new TextEncoder().encode(text) }));
  const file = await readProgramFiles(bytes);
  assert.deepEqual(checkProgram(file.program), file.program);
  return file;
}

const values = (voice: Voice | undefined, t: number) => {
  assert.ok(voice);
  const { carrier, beat, level, pan } = valueAt(voice, t);
  return [carrier, beat, level, pan].map((value) => Math.round(value * 1e6) / 1e6);
};

const SBG = '## Title\n-SE\na: 200+10/20\noff: -\n00:00 a ->\n00:10 off\n';
const SCHEDULE =
  '<schedule><voice><entries><entry duration="9" volume_left="1" volume_right="1" beatfreq="4" basefreq="200"/></entries></voice></schedule>';
const SPSQ =
  '## Night\n@volume 50\n\nfocus\n  tone 220 binaural 10 amplitude 20\n  noise pink amplitude left 10 right 5\n\n00:00:00 silence\n00:01:00 focus\n00:03:00 focus smooth\n00:04:00 silence\n';
const OLD =
  '# Old\n[BASEFREQ=150]\n[NOISEVOL=20]\n[TONEVOL=80]\n[LOOPS=2]\n[STEREONOISE=0]\n0.0, 0.0, 4.0,\n7.0, 1.0, 300.0\n';

describe('the kind of a file', () => {
  it('is told by a known ending, else by the content', () => {
    for (const [name, text, kind] of [
      ['a.sbg', '', 'SBG'],
      ['a.sbg.txt', SBG, 'SBG'],
      ['night', SBG, 'SBG'],
      ['a.gnaural.xml', SCHEDULE, 'GNAURAL'],
      ['a', `\uFEFF\n${SCHEDULE}`, 'GNAURAL'],
      ['gnaural_schedule.txt', OLD, 'GNAURAL'],
      ['x.txt', SPSQ, 'SPSQ'],
      ['x.SPSQ', '', 'SPSQ'],
      ['x', ' {"voices": []}', 'JSON'],
      ['x.json', '', 'JSON'],
      ['letter.txt', 'Dear all,\nsee you on Monday.', null],
    ] as const) {
      assert.equal(fileKind(name, text), kind, name);
    }
  });

  it('decides what is read', async () => {
    assert.deepEqual(values((await read(['dropped.sbg.txt', SBG])).program.voices[0], 0), [200, 10, 0.2, 0]);
    assert.equal((await read(['schedule.xml', SCHEDULE])).title, 'schedule');
    await assert.rejects(read(['letter.txt', 'Dear all']), /letter.txt: not a program file/);
  });
});

describe('several files', () => {
  const tones = 'low: 120+3/20\noff: -\n';
  const night = '## Night\n-SE\n00:00 low ->\n00:10 off\n';

  it('are one sequence, in whatever order', async () => {
    for (const order of [
      [
        ['tones.sbg', tones],
        ['night.sbg', night],
      ],
      [
        ['night.sbg', night],
        ['tones.sbg', tones],
      ],
    ] as [string, string][][]) {
      const file = await read(...order);
      assert.equal(file.program.durationSeconds, 600);
      assert.equal(file.title, 'Night');
      assert.deepEqual(values(file.program.voices[0], 300), [120, 3, 0.1, 0]);
    }
  });

  it('of other kinds are refused', async () => {
    await assert.rejects(read(['a.sbg', SBG], ['b.gnaural', SCHEDULE]), /only parts of one sequence/);
  });

  it('a sequence of SynapSeq finds what it extends', async () => {
    const main = '@extends presets/base\n00:00:00 focus\n00:01:00 focus\n';
    const base = 'focus\n  tone 200 binaural 8 amplitude 10\n';
    const file = await read(['main.spsq', main], ['base.spsc', base]);
    assert.deepEqual(values(file.program.voices[0], 30), [200, 8, 0.1, 0]);
    await assert.rejects(read(['main.spsq', main]), /"focus" is not defined/);
  });
});

describe('SynapSeq', () => {
  it('goes from entry to entry; silence fades', async () => {
    const { program, title } = await read(['x.spsq', SPSQ]);
    assert.equal(title, 'Night');
    assert.equal(program.durationSeconds, 240);
    assert.equal(program.gain, 0.5);
    assert.deepEqual(values(program.voices[0], 30), [220, 10, 0.1, 0]);
    assert.deepEqual(values(program.voices[0], 120), [220, 10, 0.2, 0]);
    assert.deepEqual(values(program.voices[0], 210), [220, 10, 0.1, 0]);
    assert.deepEqual(values(program.voices[1], 120), [0, 0, 0.1, -0.5]);
    assert.equal(values(program.voices[0], 240)[2], 0);
  });

  it('bends by its four ramps and the own ones, and goes back and forth by steps', async () => {
    const sequence = (transition: string) =>
      `@transition late 0 0 100\na\n  tone 100 binaural 4 amplitude 10\nb\n  tone 200 binaural 8 amplitude 10\n00:00:00 a ${transition}\n00:01:40 b\n00:02:00 b\n`;
    const carrier = async (transition: string, t: number) =>
      values((await read(['x.spsq', sequence(transition)])).program.voices[0], t)[0] ?? 0;
    assert.equal(await carrier('steady', 50), 150);
    assert.equal(await carrier('', 25), 125);
    assert.ok(Math.abs((await carrier('ease-in', 50)) - (100 + (100 * (Math.exp(3) - 1)) / (Math.exp(6) - 1))) < 0.5);
    assert.ok(Math.abs((await carrier('ease-out', 50)) - (200 - (100 * (Math.exp(3) - 1)) / (Math.exp(6) - 1))) < 0.5);
    assert.equal(await carrier('smooth', 50), 150);
    assert.ok((await carrier('smooth', 20)) < 120);
    assert.equal(await carrier('late', 50), 100);
    // One step: there, back and there again.
    assert.equal(await carrier('steady 1', 100 / 3), 200);
    assert.equal(await carrier('steady 1', 200 / 3), 100);
  });

  it('takes templates with what a preset changes in them', async () => {
    const { program } = await read([
      'x.spsq',
      'base as template\n  tone 220 binaural 8 amplitude 12\nhigh from base\n  track 1 binaural +4\n  track 1 amplitude 20\n00:00:00 high\n00:01:00 high\n',
    ]);
    assert.deepEqual(values(program.voices[0], 30), [220, 12, 0.2, 0]);
  });

  it('fades between things that do not go over into each other', async () => {
    const { program } = await read([
      'x.spsq',
      'a\n  tone 100 binaural 4 amplitude 20\nb\n  noise brown amplitude 20\n00:00:00 a\n00:02:00 b\n00:04:00 b\n',
    ]);
    assert.deepEqual(
      [60, 105, 119.9999].map((t) => values(program.voices[0], t)[2]?.toFixed(3)),
      ['0.200', '0.100', '0.000'],
    );
    assert.deepEqual(
      [60, 120, 135, 200].map((t) => values(program.voices[1], t)[2]?.toFixed(3)),
      ['0.000', '0.000', '0.100', '0.200'],
    );
  });

  it('notes what has no counterpart, and names the place of a fault', async () => {
    const { notes } = await read([
      'x.spsq',
      '@samplerate 44100\n@ambiance rain audio/rain\na\n  tone 100 effect doppler 0.5 intensity 40 amplitude 20\n  noise pink smooth 20 amplitude 5\n  ambiance rain amplitude 20\n00:00:00 a\n00:01:00 a\n',
    ]);
    for (const part of ['@samplerate', 'effect doppler 0.5', 'smooth 20', 'ambiance audio/rain'])
      assert.ok(
        notes.some(({ message, line }) => message.includes(part) && line > 0),
        part,
      );
    for (const [text, place] of [
      ['00:00:00 a\n', /line 1, column 10: "a" is not defined/],
      ['a\n  tone x amplitude 3\n', /line 2, column 8: "x" is no number/],
      ['a\n  tone 100 amplitude 3\n00:00:05 a\n', /line 3, column 1: .*out of order/],
      ['a\n  tone 100 amplitude 3\n00:00:00 a\n', /the timeline has 1 entries/],
    ] as const)
      await assert.rejects(read(['x.spsq', text]), place);
  });
});

describe('Gnaural before 0.4', () => {
  it('has offsets of both ears from a base frequency', async () => {
    const { program } = await read(['gnaural_schedule.txt', OLD]);
    assert.equal(program.durationSeconds, 304);
    assert.equal(program.loop, 2);
    assert.deepEqual(values(program.voices[0], 4), [154, 6, 0.8, 0]);
    assert.deepEqual(values(program.voices[0], 2), [152, 3, 0.8, 0]);
    assert.deepEqual(values(program.voices[0], 304), [150, 0, 0.8, 0]);
    assert.equal(program.voices[1]?.kind, 'NOISE');
    await assert.rejects(read(['x.txt', '[BASEFREQ=150]\n1, 2\n']), /fewer than three numbers/);
  });
});
