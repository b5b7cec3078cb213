/**
 * Every word that an importer reads is kept or noted: a file with it is compared with the same file without it (or with
 * another value). Either the programs differ, or a note on the word's line names it.
 */
import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import { checkProgram } from '../check.ts';
import type { ProgramFile } from '../model.ts';
import { importGnaural } from './gnaural.ts';
import { importGnauralText } from './gnaural-text.ts';
import { ImportError } from './import-error.ts';
import { importSbg } from './sbg.ts';
import { SBG_EFFECTS, SBG_MOVING, SBG_PREFIXES } from './sbg-tone.ts';
import { importSpsq } from './spsq.ts';
import { SPSQ_CURVES, SPSQ_EFFECTS, SPSQ_WAVES } from './spsq-reader.ts';

const sbg = (text: string) => importSbg(text);
const spsq = (text: string) => importSpsq({ name: 'a.spsq', text });

/** What a program does, without the names of things. */
function deeds({ program, startClockSeconds }: ProgramFile): string {
  checkProgram(program);
  return JSON.stringify({ ...program, startClockSeconds });
}

/** The note on the word's line that names it. */
function noted(file: ProgramFile, text: string, word: string): boolean {
  const lines = text.split('\n');
  return file.notes.some(
    ({ line, message }) =>
      lines[line - 1]?.includes(word) === true && message.toLowerCase().includes(word.toLowerCase()),
  );
}

/** @param word what is looked for in notes; it stands once in the file, or first where it counts */
function keptOrNoted(read: (text: string) => ProgramFile, withWord: string, without: string, word: string): void {
  const file = read(withWord);
  if (deeds(file) !== deeds(read(without))) return;
  assert.ok(
    noted(file, withWord, word),
    `${word} is neither kept nor noted:\n${withWord}\n${file.notes.map(({ line, message }) => `${line}: ${message}`).join('\n')}`,
  );
}

const DRAWINGS = 'wave01: 1 3 2 0\ncustom02: 0 1 1 0\nnoise03: 0 -10 -30\nspin04: 0 1 0 -1\n';
const sequence = (tone: string, options = '-SE') =>
  `${options}\n${DRAWINGS}ts: ${tone}\noff: -\n00:00:00 off\n00:01:00 ts ->\n00:05:00 ts\n00:09:00 off\n`;

describe('SBaGen and its kin', () => {
  const heads: Record<string, string> = {
    plain: '300/20',
    binaural: '300+10/20',
    isochronic: '300@8/20',
    monaural: '300M8/20',
    pink: 'pink/20',
    white: 'white/20',
    brown: 'brown/20',
    mix: 'mix/40',
    noise: 'noise03/20',
    bell: 'bell+500/20',
    orbit: 'orbitbeat:300+4/20',
    orbitOfNoise: 'orbitbeat:4/20',
    ...Object.fromEntries(SBG_MOVING.map((head) => [head, `${head}:${head.endsWith('spin') ? '400+4' : '4'}/20`])),
  };

  for (const prefix of SBG_PREFIXES)
    it(`${prefix} before every tone`, () => {
      const name = prefix
        .replace('waveNN', 'wave01')
        .replace('customNN', 'custom02')
        .replace('noiseNN', 'noise03')
        .replace('spinNN', 'spin04');
      for (const tone of Object.values(heads)) {
        // What moves, moves on a sine anyway.
        if (tone.startsWith(name) || (name === 'sine' && SBG_MOVING.some((head) => tone.startsWith(head)))) continue;
        // Beside a sequence whose own wave is another one, a plain wave says something too.
        const options = name === 'sine' ? '-SE -w square' : '-SE';
        const written = sequence(`${name}:${tone}`, options);
        let file: ProgramFile;
        try {
          file = sbg(written);
        } catch (error) {
          assert.ok(error instanceof ImportError);
          continue;
        }
        if (deeds(file) === deeds(sbg(sequence(tone, options)))) {
          const line = written.slice(0, written.indexOf('ts:')).split('\n').length;
          const found = file.notes.some((note) => note.line === line && note.message.includes(name));
          assert.ok(found, `${name}: before ${tone} is neither kept nor noted\n${JSON.stringify(file.notes)}`);
        }
      }
    });

  it('every head is a voice of its own, or noted', () => {
    const made = new Map<string, string>();
    for (const [head, tone] of Object.entries(heads)) {
      const file = sbg(sequence(tone));
      const same = made.get(deeds(file));
      const word = tone.replace(/[:/+\d.-].*$/, '');
      assert.ok(same === undefined || noted(file, sequence(tone), word), `${head} is what ${same} is, without a note`);
      made.set(deeds(file), head);
    }
  });

  for (const effect of SBG_EFFECTS)
    it(`${effect} is noted`, () => {
      const tone = effect === 'mixam' ? 'mixam:4/100' : effect === 'mixspin' ? 'mixspin:400+4/100' : `${effect}:4/100`;
      const file = sbg(sequence(`mix/60 ${tone}`));
      assert.ok(noted(file, sequence(`mix/60 ${tone}`), effect), JSON.stringify(file.notes));
    });

  it('every option letter is kept, noted or refused', () => {
    const values = [
      '',
      ' 1',
      ' 00:03',
      ' 00:00:30',
      ' 40',
      ' square',
      ' d=0.3',
      ' s=0.1:d=0.3',
      ' rain.ogg',
      ' 80=1,40=2',
    ];
    const missed: string[] = [];
    let read = 0;
    for (const letter of 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz') {
      if (letter === 'i' || letter === 'p') continue;
      let accepted = false;
      let kept = false;
      for (const value of values) {
        const options = `-${letter}${value}`;
        try {
          const tones = '200+10/20 300@8/10 mix/30';
          // Not -S: what depends on where one begins must be seen.
          const body = (first: string) =>
            `${first}\nts: ${tones}\ntb: 250+10/20 300@8/10 mix/30\n01:00:00 ts\n01:04:00 tb\n01:08:00 ts\n`;
          const file = sbg(body(options));
          accepted = true;
          const plain = sbg(body('-D'));
          // What the other file is told, and this one not, is a difference too: -S and the time of day.
          const told = (one: ProgramFile, other: ProgramFile) =>
            one.notes.some(({ message }) => !other.notes.some((note) => note.message === message));
          kept ||=
            deeds(file) !== deeds(plain) ||
            (letter === 'S' && told({ ...plain, notes: plain.notes.filter(({ line }) => line > 1) }, file)) ||
            file.notes.some(({ line, message }) => line === 1 && message.includes(`-${letter}`));
        } catch (error) {
          assert.ok(error instanceof ImportError, String(error));
        }
      }
      if (accepted) read++;
      if (accepted && !kept) missed.push(letter);
    }
    assert.ok(read > 15, `${read}`);
    assert.deepEqual(missed, []);
  });

  it('every built-in sequence and fade mark says something', () => {
    const fades = ['--', '==', '<>', '<=', '=>', '->'];
    const made = fades.map((fade) => {
      const line = (time: string, name: string) => (fade === '->' ? `${time} ${name} ->` : `${time} ${fade} ${name}`);
      const times = [line('00:00:00', 'a'), line('00:02:00', 'b'), line('00:05:00', 'c'), line('00:08:00', 'a')];
      return deeds(sbg(`-SE\na: 200+10/20\nb: 300+4/30\nc: 300+4/10\n${times.join('\n')}\n`));
    });
    // Through silence goes what either side asks for: <>, <= and => are one here.
    assert.equal(new Set(made).size, 4);
    for (const [one, other] of [
      ['-p drop 00ds', '-p drop 00d'],
      ['-p drop 00d', '-p drop 00e'],
      ['-p drop 00d', '-p drop 00d+'],
      ['-p drop 00d', '-p drop 00d^'],
      ['-p drop 00d/10', '-p drop 00d/20'],
      ['-p slide 200+10/10', '-p slide 200+12/10'],
    ] as const)
      keptOrNoted(sbg, one, other, one.slice(3));
  });
});

describe('SynapSeq', () => {
  const file = (track: string, more = '', transition = '') =>
    `@waveform bent 0 50 100 20\n@transition leap 0 90 100\n@ambiance sea sea.wav\n@music song song.mp3\n${more}one\n  ${track}\n00:00:00 silence\n00:01:00 one ${transition}\n00:04:00 one\n00:05:00 silence\n`;
  const tone = 'tone 300 binaural 10 amplitude 20';
  const pairs: [word: string, withWord: string, without: string][] = [
    ...SPSQ_WAVES.filter((wave) => wave !== 'sine').map((wave): [string, string, string] => [
      wave,
      file(`waveform ${wave} ${tone}`),
      file(tone),
    ]),
    ['sine', file(`waveform sine ${tone}`), file(`waveform square ${tone}`)],
    ['bent', file(`waveform bent ${tone}`), file(tone)],
    ...['monaural', 'isochronic'].map((beat): [string, string, string] => [
      beat,
      file(`tone 300 ${beat} 10 amplitude 20`),
      file(tone),
    ]),
    ['binaural', file(tone), file('tone 300 amplitude 20')],
    ...['white', 'brown'].map((colour): [string, string, string] => [
      colour,
      file(`noise ${colour} amplitude 20`),
      file('noise pink amplitude 20'),
    ]),
    ['smooth', file('noise pink smooth 40 amplitude 20'), file('noise pink amplitude 20')],
    ...SPSQ_EFFECTS.flatMap((effect): [string, string, string][] =>
      [tone, 'noise pink amplitude 20', 'ambiance sea amplitude 20', 'music song amplitude 20'].flatMap(
        (track): [string, string, string][] => [
          [effect, file(track.replace(' amplitude', ` effect ${effect} 4 intensity 50 amplitude`)), file(track)],
          [
            'intensity',
            file(track.replace(' amplitude', ` effect ${effect} 4 intensity 50 amplitude`)),
            file(track.replace(' amplitude', ` effect ${effect} 4 intensity 90 amplitude`)),
          ],
        ],
      ),
    ),
    ['ambiance', file('ambiance sea amplitude 20'), file('music song amplitude 20')],
    ['music', file('music song amplitude 20'), file('ambiance sea amplitude 20')],
    ['left', file('tone 300 binaural 10 amplitude left 20 right 5'), file(tone)],
    ['@volume', file(tone, '@volume 50\n'), file(tone)],
    ['@samplerate', file(tone, '@samplerate 44100\n'), file(tone)],
    ['@extends', file(tone, '@extends other\n'), file(tone)],
    ['@glow', file(tone, '@glow 4\n'), file(tone)],
  ];
  for (const [word, withWord, without] of pairs)
    it(`${word} in ${withWord
      .split('\n')
      .find((line) => line.includes(word) && !line.startsWith('@wave'))
      ?.trim()}`, () => keptOrNoted(spsq, withWord, without, word));

  it('every transition has a course of its own, and its steps', () => {
    const glide = (transition: string) =>
      `@transition leap 0 90 100\none\n  ${tone}\ntwo\n  tone 200 binaural 4 amplitude 30\n00:00:00 one ${transition}\n00:04:00 two\n`;
    const made = [...SPSQ_CURVES, 'leap', 'steady 2'].map((transition) => deeds(spsq(glide(transition))));
    assert.equal(new Set(made).size, made.length);
  });

  it('every word that changes a template’s track changes it, or is noted', () => {
    const base =
      'base as template\n  waveform square tone 300 binaural 10 effect pan 4 intensity 50 amplitude 20\n  noise pink smooth 10 effect modulation 4 intensity 50 amplitude 20\n';
    const derived = (change: string) => `${base}one from base\n  ${change}\n00:00:00 one\n00:04:00 one\n`;
    const unchanged = `${base}one from base\n00:00:00 one\n00:04:00 one\n`;
    for (const change of [
      'track 1 waveform sine',
      'track 1 tone 250',
      'track 1 tone +5',
      'track 1 binaural 7',
      'track 1 amplitude 30',
      'track 1 left 30',
      'track 1 right 30',
      'track 2 intensity 70',
      'track 2 modulation 7',
    ])
      assert.notEqual(deeds(spsq(derived(change))), deeds(spsq(unchanged)), change);
    for (const [change, note] of [
      ['track 2 smooth 30', 'smooth 30'],
      ['track 1 intensity 70', 'intensity 70'],
      ['track 1 pan 7', 'effect pan 7'],
    ] as const)
      assert.ok(
        spsq(derived(change)).notes.some(({ message }) => message.includes(note)),
        change,
      );
  });
});

describe('Gnaural', () => {
  const voice = (type: number, more = '') =>
    `<voice>\n<description>v${type}</description>\n<id>0</id>\n<type>${type}</type>\n<voice_file>rain.ogg</voice_file>\n<voice_state>1</voice_state>\n<voice_hide>0</voice_hide>\n<voice_mute>0</voice_mute>\n<voice_mono>0</voice_mono>\n${more}<entrycount>2</entrycount>\n<entries>\n<entry parent="0" duration="10" volume_left="0.3" volume_right="0.2" beatfreq="8" basefreq="200" state="0"/>\n<entry parent="0" duration="10" volume_left="0.2" volume_right="0.3" beatfreq="6" basefreq="220" state="0"/>\n</entries>\n</voice>\n`;
  const schedule = (type: number) =>
    `<schedule>\n<gnauralfile_version>1.20101006</gnauralfile_version>\n<title>T</title>\n<schedule_description>S</schedule_description>\n<author>A</author>\n<totaltime>20</totaltime>\n<voicecount>1</voicecount>\n<totalentrycount>2</totalentrycount>\n<loops>1</loops>\n<overallvolume_left>1</overallvolume_left>\n<overallvolume_right>1</overallvolume_right>\n<stereoswap>0</stereoswap>\n<graphview>0</graphview>\n${voice(type)}</schedule>`;
  /** They say how the file is built, nothing about sound. */
  const structure = new Set(['gnauralfile_version', 'id', 'entrycount', 'parent', 'state']);

  for (const type of [0, 1, 2, 3, 4, 5, 6, 7])
    it(`every field of a voice of type ${type} is kept or noted`, () => {
      const plain = schedule(type);
      const fields = [
        ...Array.from(plain.matchAll(/<(\w+)>([^<\n]+)<\/\1>/g), ([all, name, value]) => ({ all, name, value })),
        ...Array.from(plain.matchAll(/(\w+)="([^"]+)"/g), ([all, name, value]) => ({ all, name, value })),
      ] as { all: string; name: string; value: string }[];
      assert.ok(fields.length > 25);
      for (const { all, name, value } of fields) {
        if (structure.has(name)) continue;
        // A tone's numbers mean nothing to noise and samples, nor the file's name to what plays none.
        if (/freq$/.test(name) && ![0, 3, 4, 7].includes(type)) continue;
        if (name === 'voice_mono' && value === '0' && type !== 1) continue;
        const other =
          /^[A-Z]|ogg/.test(value) || name === 'description'
            ? `${value}x`
            : /^\d+$/.test(value)
              ? String(Number(value) + 1)
              : String(Number(value) / 2);
        const changed = plain.replace(
          all,
          all.replace(name === 'type' ? `>${value}<` : value, name === 'type' ? `>${(type + 1) % 8}<` : other),
        );
        if (name === 'type') continue;
        const [before, after] = [importGnaural(plain), importGnaural(changed)];
        if (deeds(before) !== deeds(after) || before.title !== after.title) continue;
        const says = [...after.notes, ...before.notes].some(({ message }) => message.includes(name));
        assert.ok(
          says,
          `type ${type}: ${name} is neither kept nor noted\n${after.notes.map(({ message }) => message).join('\n')}`,
        );
      }
    });

  it('a field that no version has is noted on its own line', () => {
    const text = schedule(0).replace('<voice_mute>', '<voice_glow>3</voice_glow>\n<voice_mute>');
    const line = text.split('\n').findIndex((one) => one.includes('voice_glow')) + 1;
    assert.ok(
      importGnaural(text).notes.some((note) => note.line === line && note.message.startsWith('voice_glow: left out')),
    );
  });

  it('every setting of the old text format', () => {
    const text = (setting: string) => `[basefreq=140]\n[noisevol=20]\n${setting}10,5,30\n8,4,30\n`;
    for (const setting of ['basefreq=150', 'noisevol=30', 'tonevol=50', 'loops=3', 'stereonoise=0', 'glow=1'])
      keptOrNoted(importGnauralText, text(`[${setting}]\n`), text(''), setting.slice(0, setting.indexOf('=')));
  });
});
