/** Files of programs and of recordings, of every format that is read. The first byte of an input chooses the file's name, the rest is its content. */
import { isDeepStrictEqual } from 'node:util';
import { bandProfile } from '../../program/bands.ts';
import { checkProgram, ProgramError } from '../../program/check.ts';
import { exportJson } from '../../program/export/json.ts';
import { ProgramFileError, readProgramFile } from '../../program/file.ts';
import { ImportError } from '../../program/import/import-error.ts';
import { importJson } from '../../program/import/json.ts';
import { readEeg } from '../../web/src/eeg/read/read.ts';
import { EegFileError } from '../../web/src/eeg/recording.ts';
import type { Target } from './fuzz.ts';

const NAMES = ['a.sbg', 'a.gnaural', 'a.spsq', 'a.json', 'a.txt', 'recording'] as const;

const SBG = `## Title
-SE
low: 200+10/20 pink/30 bell+800/5
wave01: 1 3 2 0
up: wave01:300+4/20 spin:300+4.2/50 square:100-3/9
off: -
00:00 == low ->
+00:10 <> up
NOW+00:30:10 off
`;
const GNAURAL = `<?xml version="1.0"?><schedule><gnauralfile_version>1.2</gnauralfile_version><loops>2</loops>
<overallvolume_left>1</overallvolume_left><overallvolume_right>0.5</overallvolume_right><stereoswap>0</stereoswap>
<voice><description>one</description><id>0</id><type>0</type><voice_mono>0</voice_mono><entries>
<entry parent="0" duration="9.5" volume_left="1" volume_right="0.7" beatfreq="4" basefreq="200" state="0"/>
<entry parent="0" duration="30" volume_left="0.2" volume_right="0.7" beatfreq="10" basefreq="180" state="0"/></entries></voice>
<voice><description>&amp;&#x41;</description><type>1</type><entries><entry duration="39.5" volume_left="0.3" volume_right="0.3"/></entries></voice>
</schedule>`;
const OLD =
  '# Old\n[BASEFREQ=150]\n[NOISEVOL=20]\n[TONEVOL=80]\n[LOOPS=2]\n[STEREONOISE=0]\n0.0, 0.0, 4.0,\n7.0, 1.0, 300.0\n';
const SPSQ = `## Night
@volume 50
@samplerate 44100

focus
  tone 220 binaural 10 amplitude 20
  noise pink amplitude left 10 right 5
deep as template
  waveform square tone 120 isochronic 4 amplitude 15

00:00:00 silence
00:01:00 focus
00:03:00 focus smooth
00:04:00 silence
`;
const JSON_FILE = JSON.stringify({
  title: 'One',
  durationSeconds: 90,
  loop: 2,
  gain: 0.9,
  seed: 7,
  phases: [
    { name: 'Down', durationSeconds: 60, description: 'd', colour: '#336699' },
    { name: 'Rest', durationSeconds: 30, description: '', colour: '#000000' },
  ],
  voices: [
    {
      kind: 'BINAURAL',
      name: 'a',
      keyframes: [
        { at: 0, carrier: 200, beat: 10, level: 0.5, pan: 0, curve: 'LINEAR' },
        { at: 80.5, carrier: 180, beat: 4, level: 0.2, pan: -1, curve: 'STEP' },
      ],
    },
    { kind: 'NOISE', colour: 'PINK', name: 'n', keyframes: [{ at: 0, level: 0.1 }] },
    { kind: 'BELL', name: 'b', keyframes: [{ at: 5, carrier: 800, level: 0.4 }] },
  ],
});
const TABLE = 'timestamp,TP9,AF7,AF8,TP10\n1.000,1.5,-2,3,4\n1.004,1,2,3,4\n1.008,1,2,,4\n1.012,9e3,2,3,4\n';
const OPENBCI =
  '%OpenBCI Raw EXG Data\n%Number of channels = 2\n%Sample Rate = 250 Hz\n%Board = OpenBCI_GUI$BoardCytonSerial\nSample Index, EXG Channel 0, EXG Channel 1, Timestamp\n0, 1.5, 2.5, 1700000000.0\n1, 1.6, 2.4, 1700000000.004\n';

/** A recording of two channels and two seconds. */
function edf(bdf: boolean): Uint8Array {
  const field = (text: string | number, width: number) => String(text).padEnd(width).slice(0, width);
  const each = (texts: (string | number)[], width: number) => texts.map((text) => field(text, width)).join('');
  const head =
    (bdf ? `\xffBIOSEMI` : field('0', 8)) +
    field('X X X X', 80) +
    field('Startdate 01-JAN-2026 X X X', 80) +
    '01.01.2612.00.00' +
    field(256 * 3, 8) +
    field(bdf ? '24BIT' : 'EDF+C', 44) +
    field(2, 8) +
    field(1, 8) +
    field(2, 4) +
    each(['Fp1', 'Fp2'], 16) +
    each(['', ''], 80) +
    each(['uV', 'uV'], 8) +
    each([-200, -200], 8) +
    each([200, 200], 8) +
    each(bdf ? [-8388608, -8388608] : [-32768, -32768], 8) +
    each(bdf ? [8388607, 8388607] : [32767, 32767], 8) +
    each(['', ''], 80) +
    each([4, 4], 8) +
    each(['', ''], 32);
  const samples = Buffer.alloc(2 * 2 * 4 * (bdf ? 3 : 2));
  for (let at = 0; at < samples.length; at++) samples[at] = (at * 37) & 255;
  return Buffer.concat([Buffer.from(head, 'latin1'), samples]);
}

/** The header chunk of an XDF file, a stream's header and two samples. */
function xdf(): Uint8Array {
  const chunk = (tag: number, content: Buffer) =>
    Buffer.concat([Buffer.from([1, content.length + 2, tag, 0]), content]);
  const stream = Buffer.from([1, 0, 0, 0]);
  const info = (text: string) => Buffer.from(`<?xml version="1.0"?><info>${text}</info>`);
  const header = info(
    '<name>a</name><type>EEG</type><channel_count>1</channel_count><nominal_srate>4</nominal_srate><channel_format>float32</channel_format>',
  );
  const long = (tag: number, content: Buffer) => {
    const head = Buffer.alloc(7);
    head[0] = 4;
    head.writeUInt32LE(content.length + 2, 1);
    head.writeUInt16LE(tag, 5);
    return Buffer.concat([head, content]);
  };
  const sample = Buffer.alloc(13);
  sample[0] = 8;
  sample.writeDoubleLE(12.5, 1);
  sample.writeFloatLE(1.5, 9);
  return Buffer.concat([
    Buffer.from('XDF:'),
    chunk(1, info('<version>1.0</version>')),
    long(2, Buffer.concat([stream, header])),
    chunk(3, Buffer.concat([stream, Buffer.from([1, 2]), sample, Buffer.from([0, 0, 0, 0, 0])])),
    chunk(6, Buffer.concat([stream, info('<sample_count>2</sample_count>')])),
  ]);
}

const named = (name: (typeof NAMES)[number], content: string | Uint8Array): Uint8Array =>
  Buffer.concat([Uint8Array.of(NAMES.indexOf(name)), typeof content === 'string' ? Buffer.from(content) : content]);

export const importers: Target = {
  seeds: [
    named('a.sbg', SBG),
    named('a.gnaural', GNAURAL),
    named('a.txt', OLD),
    named('a.spsq', SPSQ),
    named('a.json', JSON_FILE),
    named('recording', edf(false)),
    named('recording', edf(true)),
    named('recording', xdf()),
    named('recording', TABLE),
    named('recording', OPENBCI),
  ],
  words: [
    ...[
      '00:00',
      '+23:59:59.999',
      'NOW',
      '->',
      '==',
      '<>',
      ' -SE',
      '-T 01:30',
      '-L 99:00',
      '-i',
      'pink/100',
      'mix/50',
      'spin:',
      'wave99:',
    ],
    ...[
      '<entry duration="',
      '"/>',
      '<!--',
      '<![CDATA[',
      '<!DOCTYPE a [<!ENTITY b "c">]>',
      '&b;',
      '<voice>',
      '</voice>',
      '<type>',
    ],
    ...['[LOOPS=', '@extends a', 'as template', 'tone ', ' binaural ', ' amplitude ', 'smooth', 'waveform '],
    ...[
      '{',
      '}',
      '[',
      ']',
      '"__proto__":',
      '"keyframes":',
      '"at":',
      'null',
      '"kind":"',
      'SAMPLED',
      '\ud83d\ude00',
      '\0',
      '\ufeff',
      '\r\n',
      '\u2028',
    ],
    ...['XDF:', '24BIT', 'EDF Annotations', '<channel_count>', '%OpenBCI', 'NaN', ',,,', '1e400'],
  ],
  async run(input) {
    const name = NAMES[(input[0] ?? 0) % NAMES.length] as string;
    const bytes = input.slice(1);
    try {
      if (name === 'recording') {
        const recording = await readEeg(bytes, async () => undefined);
        return `recording of ${Object.keys(recording).length} parts`;
      }
      const { program, ...rest } = await readProgramFile(name, bytes);
      if (!isDeepStrictEqual(checkProgram(program), program))
        throw new TypeError('The check makes another program of it.');
      // The time of the day, which an import has beside the program, is written into it.
      const again = importJson(exportJson({ program, ...rest }).text).program;
      if (!isDeepStrictEqual({ ...again, startClockSeconds: 0 }, { ...program, startClockSeconds: 0 }))
        throw new TypeError('Written and read it is another program.');
      const { totalSeconds } = bandProfile(program);
      if (Number.isNaN(totalSeconds)) throw new TypeError('Its length is no number.');
      return `${name}: ${program.voices.map(({ kind }) => kind).join()}`.slice(0, 80);
    } catch (error) {
      if (
        error instanceof ImportError ||
        error instanceof ProgramError ||
        error instanceof ProgramFileError ||
        error instanceof EegFileError
      ) {
        if (error.message.length > 10_000) throw new TypeError(`A message of ${error.message.length} characters.`);
        return `${name}: ${error.message.replace(/"[^"]*"|[\d.]+/g, '#').slice(0, 60)}`;
      }
      throw error;
    }
  },
};
