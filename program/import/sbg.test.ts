import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import { checkProgram } from '../check.ts';
import type { ProgramFile, Voice } from '../model.ts';
import { valueAt } from '../values.ts';
import { decodeText } from './decode.ts';
import { ImportError } from './import-error.ts';
import { importSbg } from './sbg.ts';

function read(text: string): ProgramFile {
  const file = importSbg(text);
  assert.deepEqual(checkProgram(file.program), file.program);
  return file;
}

function refusal(source: Parameters<typeof importSbg>[0]): ImportError {
  try {
    importSbg(source);
  } catch (error) {
    assert.ok(error instanceof ImportError, `${error}`);
    return error;
  }
  throw new assert.AssertionError({ message: `it was imported: ${JSON.stringify(source).slice(0, 200)}` });
}

/** What voice `index` does at second `t`, with carrier, beat and level rounded. */
function at(file: ProgramFile, t: number, index = 0): [number, number, number] {
  const voice = file.program.voices[index];
  assert.ok(voice, `voice ${index}`);
  const { carrier, beat, level } = valueAt(voice, t);
  const round = (value: number) => Math.round(value * 1e6) / 1e6;
  return [round(carrier), round(beat), round(level)];
}

const kinds = (file: ProgramFile) => file.program.voices.map(({ kind }) => kind);
const messages = (file: ProgramFile) => file.notes.map(({ line, message }) => `${line}: ${message}`).join('\n');

const TONES = 'a: 100+2/30\nb: 200+8/10\noff: -\n';

describe('the text of a sequence', () => {
  it('has comments, blanks, tabs and any line ends', () => {
    const plain = read('a: 100+2/30\n0:00 a\n');
    const odd =
      '\uFEFF  ## Title \r\n\r\n\t# nothing\r\n-SE#x\r\n a:\t100+2/30   # tone\r\n\t0:00  a\t# now ## and\r0:10 a';
    assert.deepEqual(read(odd).program.voices, plain.program.voices);
    assert.equal(read(odd).title, 'Title');
    assert.equal(read(odd).program.durationSeconds, 600);
  });

  it('is decoded by what it is', () => {
    const text = '## Träume für später\r\n0:00 100+2/30\r\n';
    const latin = Uint8Array.from(text, (character) => character.charCodeAt(0));
    const wide = new Uint8Array([0xff, 0xfe, ...[...text].flatMap((character) => [character.charCodeAt(0), 0])]);
    for (const bytes of [latin, wide, new TextEncoder().encode(text), new TextEncoder().encode(`\uFEFF${text}`)]) {
      assert.equal(importSbg(decodeText(bytes)).title, 'Träume für später');
    }
  });

  it('may have very many remarks', () => {
    assert.equal(read(`${'## word:\n'.repeat(49_000)}0:00 100+2/30\n`).program.voices.length, 1);
  });

  it('keeps remarks as title and description', () => {
    const file = read('## From somebody:\n##\n## Night\n## long and calm\n0:00 100+2/30\n');
    assert.equal(file.title, 'Night');
    assert.equal(file.program.phases[0]?.description, 'From somebody:\n\nlong and calm');
  });

  it('may lie in several files', () => {
    const tones = { name: 'tones.sbg', text: TONES };
    const file = importSbg([tones, { name: 'night.sbg', text: '-SE\n22:00 a\n23:00 b' }]);
    assert.equal(file.program.durationSeconds, 3600);
    assert.match(
      refusal([tones, { name: 'night.sbg', text: '\n22:00 c' }]).message,
      /^night\.sbg: line 2, column 7: "c"/,
    );
    assert.match(refusal([tones]).message, /no time line/);
  });
});

describe('tones of a sequence', () => {
  it('are SBaGen’s own', () => {
    const file = read(
      'wave07: 0 1 2 1\nx: 100+2.5/30 200-4/27 300/1 pink/40 mix/100 bell+500/20 spin:300+4.2/80 - wave07:150+3/5\n0:00 x',
    );
    assert.deepEqual(kinds(file), ['BINAURAL', 'BINAURAL', 'BINAURAL', 'NOISE', 'SAMPLE', 'NOISE', 'BINAURAL']);
    assert.deepEqual(at(file, 0, 0), [100, 2.5, 0.3]);
    assert.deepEqual(at(file, 0, 1), [200, -4, 0.27]);
    assert.deepEqual(at(file, 0, 2), [300, 0, 0.01]);
    assert.deepEqual(at(file, 0, 3), [0, 0, 0.4]);
    assert.deepEqual(at(file, 0, 5), [300, 4.2, 0.8]);
    const [, , , pink, , spin, wave] = file.program.voices;
    assert.ok(pink?.kind === 'NOISE' && pink.colour === 'PINK' && pink.correlation === 1 && !pink.spin);
    assert.ok(spin?.kind === 'NOISE' && spin.spin);
    assert.ok(wave?.kind === 'BINAURAL' && wave.waveform === 'HARMONICS' && wave.harmonics);
  });

  it('are those that SBaGen+ and SBaGenX add', () => {
    const file = read(
      'x: 300@8/15 200M6/10 square:100+2/5 triangle:150@4/5 sawtooth:90/5 white/3 brown/4 bspin:300+4/5 wspin:200-3/5 noisepulse:4/2 noisebeat:5/1\n0:00 x',
    );
    assert.deepEqual(kinds(file).slice(0, 5), ['ISOCHRONIC', 'MONAURAL', 'BINAURAL', 'ISOCHRONIC', 'BINAURAL']);
    const wave = (voice: Voice | undefined) => (voice && 'waveform' in voice ? voice.waveform : '');
    assert.deepEqual(file.program.voices.slice(0, 5).map(wave), ['SINE', 'SINE', 'SQUARE', 'TRIANGLE', 'SAWTOOTH']);
    const noises = file.program.voices
      .slice(5)
      .map((voice) => (voice.kind === 'NOISE' ? [voice.colour, voice.spin, voice.modulationDepth] : []));
    assert.deepEqual(noises, [
      ['WHITE', false, 0],
      ['BROWN', false, 0],
      ['BROWN', true, 0],
      ['WHITE', true, 0],
      ['PINK', false, 1],
      ['PINK', true, 0],
    ]);
    assert.deepEqual(at(file, 0, 0), [300, 8, 0.15]);
    assert.match(messages(file), /noisebeat/);
  });

  it('take a default wave and a pulse from options', () => {
    const file = read('-w triangle -I s=0:d=0.25:a=0.5:r=0.5:e=2\n0:00 100@4/10 sine:100+2/10');
    const [gated, sine] = file.program.voices;
    assert.ok(gated?.kind === 'ISOCHRONIC' && gated.waveform === 'TRIANGLE' && gated.duty === 0.25);
    assert.ok(sine?.kind === 'BINAURAL' && sine.waveform === 'SINE');
  });

  it('note what is not kept, with the line', () => {
    const file = read(
      'custom00: e=2 0 1 1 0\nnoise00: 0 -10 -20 -60\nspin00: 0 100\na: mix/50 mixpulse:2/40 custom00:mixbeat:3/20 mixam:beat noise00/10 spin00:bspin:300+1/5 custom00:100+2/5 custom00:100@2/5\n0:00 a',
    );
    assert.deepEqual(kinds(file), ['SAMPLE', 'NOISE', 'NOISE', 'BINAURAL', 'ISOCHRONIC']);
    for (const part of [
      'mixpulse:2/40',
      'custom00:mixbeat:3/20',
      'mixam:beat',
      'noise00',
      'spin00',
      'envelope',
      'drawn pulse',
    ]) {
      assert.ok(
        file.notes.some(({ line, message }) => line === 4 && message.includes(part)),
        part,
      );
    }
    const [, noise] = file.program.voices;
    assert.ok(noise?.kind === 'NOISE' && noise.colour === 'BROWN');
  });

  it('draw waves whose partials are those of the shape', () => {
    // Half a sine, drawn: nothing but the first partial.
    const samples = Array.from({ length: 32 }, (_, n) => Math.sin((Math.PI * n) / 32)).join(' ');
    const [sine] = read(`wave00: ${samples}\n0:00 wave00:100+2/10`).program.voices;
    assert.ok(sine?.kind === 'BINAURAL' && sine.harmonics);
    assert.ok(Math.abs((sine.harmonics[0] ?? 0) - 1) < 1e-6);
    assert.ok(sine.harmonics.slice(1).every((part) => Math.abs(part) < 1e-6));
    // A half period that is up almost all the time: a square wave's partials, 1 / k.
    const [square] = read(`wave00: 0 ${'1 '.repeat(99)}\n0:00 wave00:100+2/10`).program.voices;
    assert.ok(square?.kind === 'BINAURAL' && square.harmonics);
    const [first = 0, second, third = 0] = square.harmonics;
    assert.equal(second, 0);
    assert.ok(Math.abs(Math.abs(third / first) - 1 / 3) < 0.02, `${third / first}`);
  });

  it('keep loud levels and fit them by the gain', () => {
    const file = read('0:00 pink/80 100+2/60');
    assert.deepEqual(at(file, 0, 0), [0, 0, 0.8]);
    assert.ok(Math.abs(file.program.gain - 1 / 1.4) < 1e-6);
    assert.match(messages(file), /140 %/);
    const loud = read('0:00 100+2/200\n12:00 200+2/50');
    assert.deepEqual(at(loud, 3600), [100, 2, 1]);
    assert.deepEqual(at(loud, 50_000), [200, 2, 0.25]);
    assert.match(messages(loud), /200 %/);
    assert.equal(read('-V 50\n0:00 100+2/60').program.gain, 0.5);
  });
});

describe('times of a sequence', () => {
  it('start at the first line of the file and pass midnight', () => {
    const file = read(`${TONES}22:00 == a\n01:00 == b\n`);
    assert.equal(file.startClockSeconds, 79_200);
    assert.equal(file.program.durationSeconds, 86_400);
    assert.equal(file.program.loop, 0);
    assert.deepEqual(at(file, 3600), [100, 2, 0.3]);
    assert.deepEqual(at(file, 3 * 3600), [150, 5, 0.2]);
    assert.deepEqual(at(file, 4 * 3600), [200, 8, 0.1]);
    // The change back lies around the start.
    assert.deepEqual(at(file, 0), [150, 5, 0.2]);
    assert.deepEqual(at(file, 86_400), [150, 5, 0.2]);
  });

  it('may be NOW, relative and chained', () => {
    const file = read(`-SE\n${TONES}NOW == a ->\n+00:10 == b ->\nNOW+00:10+00:10:30 == a ->\n+00:30 b\n`);
    assert.equal(file.startClockSeconds, 0);
    assert.equal(file.program.durationSeconds, 1800);
    assert.deepEqual(at(file, 300), [150, 5, 0.2]);
    assert.deepEqual(at(file, 1230), [100, 2, 0.3]);
    assert.equal(read('10:00+01:00 100+2/30\n+02:30 -').startClockSeconds, 39_600);
    assert.deepEqual(at(read('-SE\n1:2 100+2/30\n2:3:4 -'), 0), [100, 2, 0]);
  });

  it('unfold blocks, in blocks, relative to the caller', () => {
    const file = read(`-SE
      on: 100+2/30
      pair: {
        +0:00 == on ->
        +0:05 == quiet ->
      }
      twice: { # two of them
        +0:00 pair
        +0:10 pair
      }
      quiet: 300+9/10
      8:00 twice
      +0:30 twice
      9:00 -`);
    assert.equal(file.program.durationSeconds, 3600);
    for (const start of [0, 600, 1800, 2400]) {
      assert.deepEqual(at(file, start), [100, 2, 0.3]);
      assert.deepEqual(at(file, start + 300), [300, 9, 0.1]);
    }
    assert.deepEqual(at(file, 150), [200, 5.5, 0.2]);
  });

  it('end where options say', () => {
    assert.equal(read(`-SE\n${TONES}1:00 a\n3:00 b`).program.durationSeconds, 7200);
    assert.equal(read(`-SE\n${TONES}1:00 a\n3:00 b`).program.loop, 1);
    assert.equal(read(`-E\n${TONES}23:00 a\n1:00 b`).program.durationSeconds, 7200);
    assert.equal(read(`-L 0:45\n${TONES}1:00 a\n3:00 b`).program.durationSeconds, 2700);
    const shifted = read(`-L 0:30:30 -T 02:00\n${TONES}1:00 a\n3:00 b`);
    assert.equal(shifted.program.durationSeconds, 1830);
    assert.equal(shifted.startClockSeconds, 7200);
    const day = read(`-T 02:00\n${TONES}1:00 a\n3:00 b`);
    assert.equal(day.startClockSeconds, 7200);
    assert.deepEqual(at(day, 1800), [100, 2, 0.3]);
    assert.match(messages(read(`-SE\n${TONES}1:00 a`)), /plays all day/);
  });
});

describe('changes of a sequence', () => {
  const session = (lines: string, options = '-SE') => read(`${options}\n${TONES}pair: 100+2/30 pink/40\n${lines}`);

  it('fade through silence by default where the pitch differs', () => {
    const file = session('0:00 a\n1:00 b\n2:00 b');
    assert.deepEqual(at(file, 3570), [100, 2, 0.3]);
    assert.deepEqual(at(file, 3585), [100, 2, 0.15]);
    assert.equal(at(file, 3600)[2], 0);
    assert.deepEqual(at(file, 3615), [200, 8, 0.05]);
    assert.deepEqual(at(file, 3630), [200, 8, 0.1]);
  });

  it('slide where both sides have =, and only then', () => {
    assert.deepEqual(at(session('0:00 == a\n1:00 == b\n2:00 b'), 3600), [150, 5, 0.2]);
    assert.deepEqual(at(session('0:00 -= a\n1:00 =- b\n2:00 b'), 3600), [150, 5, 0.2]);
    assert.equal(at(session('0:00 == a\n1:00 -= b\n2:00 b'), 3600)[2], 0);
    assert.equal(at(session('0:00 =- a\n1:00 == b\n2:00 b'), 3600)[2], 0);
  });

  it('go on where nothing but the level differs', () => {
    const file = read('-SE\na: 100+2/30\nb: 100+2/10\n0:00 a\n1:00 b\n2:00 b');
    assert.deepEqual(at(file, 3600), [100, 2, 0.2]);
  });

  it('go through silence where < or > ask for it', () => {
    assert.equal(at(session('0:00 => a\n1:00 == a\n2:00 a'), 3600)[2], 0);
    assert.equal(at(session('0:00 == a\n1:00 <= a\n2:00 a'), 3600)[2], 0);
    assert.deepEqual(at(session('0:00 == a\n1:00 == a\n2:00 a'), 3600), [100, 2, 0.3]);
  });

  it('take the whole time with ->, and the pitch of the other side of a silence', () => {
    const file = session('0:00 off ->\n0:10 a\n1:00 a ->\n2:00 b ->\n3:00 off');
    assert.deepEqual(at(file, 300), [100, 2, 0.15]);
    assert.deepEqual(at(file, 5400), [150, 5, 0.2]);
    assert.deepEqual(at(file, 9000), [200, 8, 0.05]);
  });

  it('turn one kind of sound into another through silence', () => {
    const file = read('-SE\na: 100+2/30\nb: pink/20\n0:00 == a ->\n0:10 == b');
    assert.deepEqual(kinds(file), ['BINAURAL', 'NOISE']);
    assert.deepEqual(at(file, 150, 0), [100, 2, 0.15]);
    assert.deepEqual(at(file, 300, 0), [100, 2, 0]);
    assert.deepEqual(at(file, 450, 0), [100, 2, 0]);
    assert.deepEqual(at(file, 450, 1), [0, 0, 0.1]);
  });

  it('are as long as -F says and never longer than their neighbours leave', () => {
    assert.deepEqual(at(session('0:00 == a\n1:00 == b\n2:00 b', '-SE -F 20000'), 3591), [105, 2.3, 0.29]);
    const close = session('0:00 == a\n0:00:10 == b\n0:00:20 == a\n1:00 a');
    assert.deepEqual(at(close, 0), [100, 2, 0.3]);
    assert.deepEqual(at(close, 10), [150, 5, 0.2]);
    const jump = session('0:00 == a\n1:00 == b\n2:00 b', '-SE -F 0');
    assert.deepEqual(at(jump, 3599.999), [100, 2, 0.3]);
    assert.deepEqual(at(jump, 3600), [200, 8, 0.1]);
  });

  it('may be steps, as in SBaGenX', () => {
    for (const end of ['step', 'hold', '==']) {
      const file = read(`-SE\n0:00 100+2/30 ${end}\n1:00 200+8/10 ${end}\n2:00 100+2/30`);
      assert.deepEqual(at(file, 3599.99), [100, 2, 0.3]);
      assert.deepEqual(at(file, 3600), [200, 8, 0.1]);
    }
    assert.deepEqual(at(read('-SE\n0:00 100+2/30 ramp\n1:00 200+8/10'), 1800), [150, 5, 0.2]);
  });

  it('ring a bell once on entry', () => {
    const file = read('-SE\na: 100+2/30 bell+500/20\noff: -\n0:00 off\n1:00 a\n2:00 off\n3:00 off');
    const bell = file.program.voices.find(({ kind }) => kind === 'BELL');
    assert.deepEqual(
      bell?.keyframes.map(({ at: time, level }) => [time, level]),
      [
        [0, 0],
        [3600, 0.2],
        [3630, 0],
      ],
    );
  });
});

describe('built-in sequences', () => {
  it('-i plays at once, all day', () => {
    const file = read('-i pink/40 100+1.5/20');
    assert.deepEqual(kinds(file), ['NOISE', 'BINAURAL']);
    assert.equal(file.program.loop, 0);
  });

  it('-p drop goes down in steps of three minutes or one, or all the time', () => {
    const file = read('-p drop 20a pink/10');
    assert.equal(file.startClockSeconds, 86_395);
    assert.equal(file.program.durationSeconds, 5 + 1800);
    assert.deepEqual(at(file, 0, 0), [164.5, 10, 0]);
    assert.deepEqual(at(file, 5, 0), [164.5, 10, 0.01]);
    assert.deepEqual(at(file, 5 + 170, 0), [164.5, 10, 0.01]);
    assert.deepEqual(at(file, 5 + 180, 0), [164, Math.round(10 * 0.44 ** (1 / 9) * 1e6) / 1e6, 0.01]);
    assert.deepEqual(at(file, 5 + 1789, 0), [160, 4.4, 0.01]);
    assert.deepEqual(at(file, 5 + 600, 1), [0, 0, 0.1]);
    assert.equal(read('-p drop 20ak').program.durationSeconds, 1805 + 5);
    const slides = read('-p drop t20,10,5 00Ls+^/2');
    assert.equal(slides.program.durationSeconds, 5 + 1800 + 300 + 10);
    assert.deepEqual(at(slides, 5 + 1800), [200, 0.3, 0.02]);
    assert.deepEqual(at(slides, 5 + 2100), [205, 10, 0.02]);
  });

  it('-p drop takes what SBaGenX adds', () => {
    assert.equal(read('-p drop -01ds+@/3').program.voices[0]?.kind, 'ISOCHRONIC');
    assert.equal(read('-p drop 00dM').program.voices[0]?.kind, 'MONAURAL');
    assert.deepEqual(at(read('-p drop 00a.5s:S=8'), 5), [205, 8, 0.01]);
    assert.deepEqual(at(read('-p drop 00a.5s'), 5 + 1800), [200, 4.05, 0.01]);
    assert.deepEqual(at(read('-p drop 00-bs'), 5 + 1800), [200, 5.1, 0.01]);
    assert.deepEqual(at(read('-p sigmoid 00ds:l=0.125:h=0'), 5 + 1800), [200, 2.5, 0.01]);
  });

  it('-p slide keeps the beat', () => {
    const file = read('-m river1.ogg -p slide t10 200+8/1 mix/90');
    assert.deepEqual(at(file, 5), [200, 8, 0.01]);
    assert.deepEqual(at(file, 5 + 600), [4, 8, 0.01]);
    assert.equal(file.program.durationSeconds, 615);
    const [, bed] = file.program.voices;
    assert.ok(bed?.kind === 'SAMPLE' && bed.sampleName === 'river1.ogg');
  });
});

describe('a malformed sequence', () => {
  const cases: [string, number, number, RegExp][] = [
    ['', 1, 1, /no time line/],
    ['# only\n', 1, 1, /no time line/],
    ['hello world', 1, 1, /begins no line/],
    ['a:100+2/30\n', 1, 1, /blank behind the colon/],
    ['a: 100+2/30 200*3/4\n0:00 a', 1, 13, /is no tone/],
    ['a: 100+2\n', 1, 4, /is no tone/],
    ['a:\n', 1, 1, /has no tones/],
    ['a: wave03:100+2/3\n', 1, 4, /"wave03" is not defined/],
    ['wave03: 1\n', 1, 1, /no shape/],
    ['wave03: 1 x\n', 1, 11, /no sample/],
    ['wave03: 1 2\nwave03: 1 2\n', 2, 1, /already defined/],
    ['0:00 zzz', 1, 6, /"zzz" is not defined/],
    ['a: 100/1\n0:00 a\n0:10 b', 3, 6, /"b" is not defined/],
    ['0:00', 1, 1, /no tone-set/],
    ['0:0x 100/1', 1, 1, /is no time/],
    ['24:00 100/1', 1, 1, /is no time/],
    ['0:61 100/1', 1, 1, /is no time/],
    ['+0:10 100/1', 1, 1, /no time before it/],
    ['0:00 100/1 -> x', 1, 15, /ends no time line/],
    ['0:00 100/1 wobble', 1, 12, /ends no time line/],
    ['0:00 100/1\n0:30 100/1\n0:20 200/1\n0:40 100/1', 3, 1, /out of order/],
    ['b: {\n+0:00 100/1\n', 1, 4, /no end/],
    ['b: {\n}\n', 1, 1, /empty/],
    ['b: {\n0:00 100/1\n}\n', 2, 1, /begins a line of a block/],
    ['b: {\n+0:00 100/1\n} x\n', 3, 3, /beside }/],
    ['b: { x\n', 1, 6, /behind {/],
    ['b: {\n+0:00 b\n}\n0:00 b', 2, 7, /blocks lie deeper/],
    ['-Y\n', 1, 2, /-Y is no option/],
    ['-SE x\n', 1, 5, /behind the options/],
    ['-L\n', 1, 2, /no value/],
    ['-L soon\n', 1, 4, /is no time/],
    ['-F x\n', 1, 4, /out of range/],
    ['-w loud\n', 1, 4, /no wave/],
    ['-p\n', 1, 2, /no name/],
    ['-p dive 00d\n', 1, 4, /no built-in/],
    ['-p drop\n', 1, 4, /has no code/],
    ['-p drop 00z\n', 1, 9, /is no drop/],
    ['-p drop t1,1,1 00d\n', 1, 16, /no room/],
    ['-p drop t1450,1,1 00dk\n', 1, 19, /sequence lasts/],
    ['-p slide pink/40\n', 1, 10, /no carrier and beat/],
    ['-p drop 00d\n0:00 100/1\n', 2, 1, /beside -p/],
    ['0:00 100/1\n-p drop 00d\n', 2, 2, /after another/],
    ['0:00 100/1\n\0', 2, 1, /NUL/],
  ];
  for (const [text, line, column, problem] of cases) {
    it(`${JSON.stringify(text.slice(0, 40))} is refused in line ${line}, column ${column}`, () => {
      const error = refusal(text);
      assert.match(error.message, problem);
      assert.deepEqual([error.line, error.column], [line, column], error.message);
      assert.ok(error.expected.length > 0);
      assert.match(error.message, new RegExp(`line ${line}, column ${column}: `));
    });
  }

  it('is refused fast, however large', () => {
    const blocks = ['b0: {\n+0:00 100/1\n+0:00:01 200/1\n}'];
    for (let n = 1; n < 31; n++) blocks.push(`b${n}: {\n+0:00 b${n - 1}\n+0:00 b${n - 1}\n}`);
    const large = [
      'x'.repeat(100_000_000),
      '\0'.repeat(10_000_000),
      '\n'.repeat(10_000_000),
      '# comment\n'.repeat(1_000_000),
      `a: 100+2/30\n${'0:00 a\n'.repeat(1_000_000)}`,
      `a: ${'9'.repeat(5_000_000)}\n`,
      `a: ${'9'.repeat(60_000)}\n`,
      `a: ${'9'.repeat(60_000)}+${'9'.repeat(5000)}/x\n`,
      `wave00: 1 ${'9'.repeat(60_000)}x\n`,
      `-p drop 00a/${'9'.repeat(60_000)}x\n`,
      `-p drop 00a${':l=1'.repeat(15_000)}:\n`,
      `a: ${'100+2/30 '.repeat(1_000_000)}\n`,
      `${'b: {\n'.repeat(100_000)}`,
      `${blocks.join('\n')}\n0:00 b30\n`,
    ];
    for (const text of large) {
      const started = performance.now();
      refusal(text);
      assert.ok(
        performance.now() - started < 30_000,
        `${JSON.stringify(text.slice(0, 20))}: ${performance.now() - started} ms`,
      );
    }
  });

  it('needs no more keyframes than a program has', () => {
    const minutes = Array.from({ length: 1440 }, (_, n) => {
      const time = `${Math.floor(n / 60)}:${n % 60}`;
      return `${time} ${Array.from({ length: 16 }, (_, c) => `${100 + n * 2 + c}+${n % 9}/1`).join(' ')}`;
    });
    assert.match(refusal(minutes.join('\n')).message, /keyframes/);
  });
});

describe('a well-formed value never costs the file', () => {
  const ears = (file: ProgramFile, t: number) =>
    file.program.voices.map((voice) => {
      const { carrier, beat, pan } = valueAt(voice, t);
      return pan < 0 ? ['left', carrier] : pan > 0 ? ['right', carrier] : ['both', carrier, beat];
    });

  it('a beat of any size is carrier ± beat / 2', () => {
    const file = read('-SE\nrough: 150+130/20 200+4/20\n0:00 == rough ->\n0:02 == rough\n');
    assert.deepEqual(ears(file, 60), [
      ['left', 215],
      ['right', 85],
      ['both', 200, 4],
    ]);
    assert.match(messages(file), /two tones lie more than 100 Hz apart/);
    assert.deepEqual(ears(read('0:00 60+200/20'), 60), [
      ['left', 160],
      ['right', 40],
    ]);
    assert.deepEqual(
      read('0:00 200M130/20').program.voices.map((voice) => [valueAt(voice, 60).carrier, valueAt(voice, 60).level]),
      [
        [265, 0.1],
        [135, 0.1],
      ],
    );
  });

  it('a frequency below 0 turns the wave, on a slide at the moment where it crosses', () => {
    assert.deepEqual(at(read('0:00 -200+4/20'), 60), [200, -4, 0.2]);
    const slide = read('-SE\n0:00 == 100+4/20 ->\n0:10 == -100+4/20\n');
    assert.deepEqual(at(slide, 150), [50, 4, 0.2]);
    assert.deepEqual(at(slide, 450), [50, -4, 0.2]);
    assert.deepEqual(at(read('0:00 spin:-300+2/20'), 60), [300, -2, 0.2]);
    assert.deepEqual(at(read('0:00 bell-900/30\n0:01 -'), 0).slice(0, 1), [900]);
  });

  it('what lies beyond a program is held at its end and noted', () => {
    const file = read('0:00 50000+2/20 spin:9000+4/20 200@400/10 200+4/-20 1e400+4/10');
    assert.deepEqual(
      file.program.voices.map((voice) => valueAt(voice, 60)).map(({ carrier, beat, level }) => [carrier, beat, level]),
      [
        [20_000, 2, 0.2],
        [2900, 4, 0.2],
        [200, 100, 0.1],
        [200, 4, 0.2],
        [20_000, 4, 0.1],
      ],
    );
    for (const part of [
      /1: 50000.2.20: the carrier is held at 20000/,
      /the width is held at 2900/,
      /the beat is held at 100/,
      /level below 0/,
    ])
      assert.match(messages(file), part);
  });

  it('more tones than channels and waves without a shape are noted', () => {
    const file = read(`wave03: 1 1 1\n0:00 wave03:100+2/3 ${'100/1 '.repeat(17)}\n`);
    assert.equal(file.program.voices.length, 16);
    assert.match(messages(file), /left out, as SBaGen does/);
    assert.match(messages(file), /imported as a sine/);
  });

  it('more things than a program has voices share them where they are not heard together', () => {
    const sources = [
      '100+2/1',
      '100@2/1',
      '100M2/1',
      'pink/1',
      'white/1',
      'brown/1',
      'mix/1',
      'spin:100+1/1',
      'bspin:100+1/1',
    ];
    const rows = sources.map(
      (_, n) => `${n}:00 ${Array.from({ length: 4 }, (_, c) => sources[(n + c) % 9]).join(' ')}`,
    );
    const file = read(rows.join('\n'));
    assert.ok(file.program.voices.length <= 32);
    for (let hour = 0; hour < 9; hour++) {
      const heard = file.program.voices.filter((voice) => valueAt(voice, hour * 3600 + 1800).level > 0);
      assert.equal(heard.length, 4, `${hour} h`);
    }
  });
});

describe('by the clock', () => {
  const NIGHT =
    'deep: 120+2.5/20\nwake: 200+12/30\noff: -\n22:30 off ->\n23:00 deep\n06:00 deep ->\n06:30 wake\n06:45 off\n';

  it('a sequence of clock times keeps its start clock and says so', () => {
    const file = read(NIGHT);
    assert.equal(file.program.startClockSeconds, 22.5 * 3600);
    assert.deepEqual(checkProgram(file.program), file.program);
    assert.match(messages(file), /times of day.*22:30:00/);
    for (const text of [`-S\n${NIGHT}`, `-q 2\n${NIGHT}`, `-T 3:00\n${NIGHT}`, '-SE\nNOW 100/1\n+0:10 -', 'NOW 100/1'])
      assert.equal(read(text).program.startClockSeconds, undefined, text);
  });

  it('NOW is where the program begins, unless -S begins at the first line', () => {
    const text = 'a: 200+4/20\nb: 300+8/20\nNOW+20:33:00 == a\n+00:05 == b\n+00:10 == a\n';
    assert.deepEqual(at(read(text), 0), [200, 4, 0.2]);
    assert.deepEqual(at(read(text), 400), [300, 8, 0.2]);
    assert.equal(read(`-S\n${text}`).startClockSeconds, (20 * 60 + 33) * 60);
  });

  it('-q plays the sequence faster at the same pitches', () => {
    const file = read('-SE\n-q 6\nlow: 150+4/20\noff: -\n00:00 low ->\n01:00 off\n');
    assert.equal(file.program.durationSeconds, 600);
    assert.deepEqual(at(file, 300), [150, 4, 0.1]);
  });

  it('-q leaves as much of the sequence as a program must last', () => {
    const file = read('-SE\n-q 99999999\nlow: 150+4/20\noff: -\n00:00 low ->\n01:00 off\n');
    assert.deepEqual(checkProgram(file.program), file.program);
    assert.equal(file.program.durationSeconds, 0.1);
    assert.match(file.notes.map(({ message }) => message).join('\n'), /-q: held at 36000 times/);
  });
});

describe('bells', () => {
  it('ring at the start of their period, to the millisecond', () => {
    const file = read(
      '-SE\noff: -\nding: bell+880/40\n00:00:00 off\n00:00:03 off\n00:00:04 ding\n00:00:05 off\n00:00:10 off\n',
    );
    const [bell] = file.program.voices;
    assert.deepEqual(
      bell?.keyframes.filter(({ level }) => level > 0).map((frame) => frame.at),
      [4.5],
    );
  });
});

describe('corners of SBaGen itself', () => {
  it('a sequence that begins with a block starts at the line that calls it', () => {
    const file = read(`-SE\n${TONES}blk: {\n+0:05 a\n+0:10 b ->\n+0:20 off\n}\n23:50 blk\n`);
    assert.equal(file.startClockSeconds, (23 * 60 + 50) * 60);
    assert.equal(file.program.durationSeconds, 1200);
    assert.deepEqual(at(file, 420), [100, 2, 0.3]);
    assert.deepEqual(at(file, 900), [200, 8, 0.05]);
  });

  it('a slide with a negative beat goes below 0 Hz, where the ears change', () => {
    const file = read('-p slide t10 100-20/2\n');
    // SBaGen: 100 Hz falls to -10 Hz in 600 s, so it is at 0 after 545.45 s. Left and right are C + F/2 and C - F/2.
    const ears = (t: number) => {
      const [carrier, beat] = at(file, 5 + t);
      return [Math.abs(carrier + beat / 2), Math.abs(carrier - beat / 2)].map((hz) => Math.round(hz * 100) / 100);
    };
    for (const t of [0, 300, 540, 550, 590]) {
      const carrier = 100 - (110 * t) / 600;
      assert.deepEqual(
        ears(t),
        [carrier - 10, carrier + 10].map((hz) => Math.round(Math.abs(hz) * 100) / 100),
        `${t} s`,
      );
    }
    assert.match(messages(file), /1: The carrier falls below 0 Hz after 545 s/);
  });

  it('a drop that holds for 0 min still holds one step', () => {
    // Steps of 180 s: 33 min of drop are 11, then one of hold; it ends 10 s before that, 60 s of waking and 10 s of fade after.
    assert.equal(read('-p drop t33,0,1 10a+^\n').program.durationSeconds, 5 + 12 * 180 - 10 + 60 + 10);
  });

  it('a single line that fades fades all day', () => {
    assert.deepEqual(at(read('12:00 <> 100+2/30\n'), 43_200), [100, 2, 0.15]);
    assert.deepEqual(at(read('12:00 100+2/30\n'), 43_200), [100, 2, 0.3]);
  });
});

describe('notes of a sequence', () => {
  it('name options that mean nothing here', () => {
    const file = read('-Q -r 44100 -c 80=1,40=2 -m sea.ogg\n-N -A d=0.3:e=0.3\n0:00 100+2/30\n-D\n');
    for (const part of ['-Q', '-r', '-c', '-m sea.ogg', '-N', '-A', '-D', 'start of a file']) {
      assert.ok(messages(file).includes(part), `${part} in\n${messages(file)}`);
    }
  });

  it('tell of codes beside a block and of a sequence without sound', () => {
    const file = read('off: -\nb: {\n+0:00 off\n}\n1:00 == b ->\n');
    assert.match(messages(file), /5: ==: has no effect/);
    assert.match(messages(file), /0: Nothing sounds/);
  });
});
