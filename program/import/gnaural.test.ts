import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import { checkProgram } from '../check.ts';
import type { Voice } from '../model.ts';
import { valueAt } from '../values.ts';
import { importGnaural } from './gnaural.ts';
import { ImportError } from './import-error.ts';

interface EntryText {
  duration: number;
  left?: number;
  right?: number;
  beat?: number;
  base?: number;
}

const entry = ({ duration, left = 0.5, right = left, beat = 10, base = 200 }: EntryText) =>
  `<entry parent="0" duration="${duration}" volume_left="${left}" volume_right="${right}" beatfreq="${beat}" basefreq="${base}" state="0"/>`;

const voice = (entries: EntryText[], fields = '<type>0</type>') =>
  `<voice><description>Tone</description>${fields}<entrycount>99</entrycount><entries>\n${entries.map(entry).join('\n')}\n</entries></voice>`;

const schedule = (voices: string, fields = '<loops>1</loops>') =>
  `<?xml version="1.0"?>\n<!-- See <entry duration="x"/> -->\n<schedule>\n<title>Own</title>${fields}\n${voices}\n</schedule>`;

function read(text: string) {
  const file = importGnaural(text);
  assert.deepEqual(checkProgram(file.program), file.program);
  return { ...file, voices: file.program.voices };
}

function refusal(text: string): ImportError {
  try {
    importGnaural(text);
  } catch (error) {
    assert.ok(error instanceof ImportError, `${error}`);
    return error;
  }
  throw new assert.AssertionError({ message: 'it was imported' });
}

describe('importGnaural', () => {
  it('goes straight from entry to entry and from the last to the first', () => {
    const { program } = read(
      schedule(
        voice([
          { duration: 10, base: 100 },
          { duration: 20, base: 200, beat: 4 },
        ]),
      ),
    );
    assert.equal(program.durationSeconds, 30);
    const [tone] = program.voices;
    assert.ok(tone);
    assert.deepEqual(valueAt(tone, 5), { carrier: 150, beat: 7, level: 0.5, pan: 0 });
    assert.deepEqual(valueAt(tone, 20), { carrier: 150, beat: 7, level: 0.5, pan: 0 });
    assert.equal(valueAt(tone, 30).carrier, 100);
  });

  it('jumps at an entry of no duration', () => {
    const steps = [
      { duration: 10, base: 100 },
      { duration: 0, base: 300 },
      { duration: 10, base: 500 },
    ];
    const [tone] = read(schedule(voice(steps))).voices;
    assert.ok(tone);
    assert.equal(valueAt(tone, 5).carrier, 200);
    assert.ok(Math.abs(valueAt(tone, 9.999999).carrier - 300) < 0.001);
    assert.equal(valueAt(tone, 10).carrier, 500);
  });

  it('knows all voice types', () => {
    const kinds = [0, 1, 2, 3, 4, 5, 6].map((type) =>
      voice([{ duration: 10, left: 0.1, base: type > 4 ? 0.0001 : 200 }], `<type>${type}</type>`),
    );
    const { voices, notes } = read(schedule(kinds.join('')));
    assert.deepEqual(
      voices.map(({ kind }) => kind),
      ['BINAURAL', 'NOISE', 'SAMPLE', 'ISOCHRONIC', 'ISOCHRONIC', 'DROPS', 'DROPS'],
    );
    const [, noise, , plain, alternating, water, rain] = voices;
    assert.ok(noise?.kind === 'NOISE' && noise.colour === 'BROWN' && noise.correlation === 0);
    assert.ok(plain?.kind === 'ISOCHRONIC' && plain.duty === 0.5 && !plain.alternating);
    assert.ok(alternating?.kind === 'ISOCHRONIC' && alternating.alternating);
    assert.ok(water?.kind === 'DROPS' && water.texture === 'WATER' && water.count === 10);
    assert.ok(rain?.kind === 'DROPS' && rain.texture === 'RAIN');
    assert.ok(notes.some(({ message }) => message.includes('brown noise')));
  });

  it('keeps both ears: level and balance, overall volumes, stereo swap', () => {
    const uneven = voice([
      { duration: 10, left: 0.8, right: 0.4 },
      { duration: 10, left: 0, right: 0 },
    ]);
    const overall = '<overallvolume_left>0.5</overallvolume_left><overallvolume_right>1</overallvolume_right>';
    const [plain] = read(schedule(uneven)).voices;
    const [scaled] = read(schedule(uneven, overall)).voices;
    const [swapped] = read(schedule(uneven, '<stereoswap>1</stereoswap>')).voices;
    assert.ok(plain && scaled && swapped);
    assert.deepEqual(valueAt(plain, 5), { carrier: 200, beat: 10, level: 0.4, pan: -0.5 });
    assert.deepEqual(valueAt(scaled, 5), { carrier: 200, beat: 10, level: 0.2, pan: 0 });
    assert.deepEqual(valueAt(swapped, 5), { carrier: 200, beat: -10, level: 0.4, pan: 0.5 });
  });

  it('adds points where left and right cross', () => {
    const [tone] = read(
      schedule(
        voice([
          { duration: 10, left: 0.9, right: 0.1 },
          { duration: 0.001, left: 0.1, right: 0.9 },
        ]),
      ),
    ).voices;
    assert.ok(tone);
    for (let t = 0; t <= 10; t += 0.1) {
      const { level, pan } = valueAt(tone, t);
      const left = 0.9 - 0.08 * t;
      assert.ok(Math.abs(level * Math.min(1, 1 - pan) - left) < 0.0006, `left at ${t}`);
      assert.ok(Math.abs(level * Math.min(1, 1 + pan) - (1 - left)) < 0.0006, `right at ${t}`);
    }
  });

  it('plays a mono voice in both ears and a muted one at level 0', () => {
    const { voices, notes } = read(
      schedule(
        voice([{ duration: 9 }], '<type>0</type><voice_mono>1</voice_mono>') +
          voice([{ duration: 9 }], '<type>0</type><voice_mute>1</voice_mute>'),
      ),
    );
    assert.equal(voices[0]?.kind, 'MONAURAL');
    assert.equal(voices[1] && valueAt(voices[1], 3).level, 0);
    assert.ok(notes.some(({ message }) => message.includes('muted')));
  });

  it('ends the pass with the shortest voice and says so', () => {
    const { program, notes } = read(
      schedule(
        voice([
          { duration: 100, base: 100 },
          { duration: 0, base: 200 },
        ]) + voice([{ duration: 50 }]),
      ),
    );
    assert.equal(program.durationSeconds, 50);
    assert.equal(program.voices[0] && valueAt(program.voices[0], 50).carrier, 150);
    assert.ok(notes.some(({ message }) => message.includes('shortest voice')));
  });

  it('counts instead of trusting counts, and reads loops', () => {
    const { program, notes } = read(schedule(voice([{ duration: 5 }]), '<loops>0</loops><voicecount>7</voicecount>'));
    assert.equal(program.loop, 0);
    assert.ok(notes.some(({ message }) => message.includes('voicecount says 7')));
    assert.equal(read(schedule(voice([{ duration: 5 }]), '<loops>3</loops>')).program.loop, 3);
    assert.equal(read(schedule(voice([{ duration: 5 }]), '<loops>-1</loops>')).program.loop, 0);
  });

  it('reads entries as child elements, in other cases and with decimal commas', () => {
    const text = `<Schedule><Voice type="0"><Entries><Entry><duration>10</duration><volume_left>0,5</volume_left>
      <volume_right>0,5</volume_right><beatfreq>8</beatfreq><basefreq>150</basefreq></Entry>
      <entry duration='10' volume_left='0.5' volume_right='0.5' beatfreq='4' basefreq='100'/></Entries></Voice></Schedule>`;
    const [tone] = read(text).voices;
    assert.ok(tone);
    assert.deepEqual(valueAt(tone, 5), { carrier: 125, beat: 6, level: 0.5, pan: 0 });
  });

  it('keeps entries in order whatever their form, and those of comments out', () => {
    const plain = entry({ duration: 10, base: 100 });
    const other = plain.replace('basefreq="100"', "basefreq='200'");
    const text = schedule(`<voice><type>0</type><entries>${plain}<!-- ${plain} -->${other}${plain}</entries></voice>`);
    const { program } = read(text);
    assert.deepEqual(
      program.voices[0]?.keyframes.map(({ at, carrier }) => [at, carrier]),
      [
        [0, 100],
        [10, 200],
        [20, 100],
        [30, 100],
      ],
    );
  });

  it('fits loud levels by the gain and keeps them as written', () => {
    const { program, notes } = read(
      schedule(voice([{ duration: 9, left: 0.8 }]) + voice([{ duration: 9, left: 0.7 }])),
    );
    assert.equal(program.voices[0]?.keyframes[0]?.level, 0.8);
    assert.ok(Math.abs(program.gain - 1 / 1.5) < 1e-6);
    assert.ok(notes.some(({ message }) => message.includes('150 %')));
  });

  it('scales a voice above full scale', () => {
    const { program, notes } = read(
      schedule(
        voice([
          { duration: 9, left: 2 },
          { duration: 9, left: 1 },
        ]),
      ),
    );
    assert.deepEqual(
      program.voices[0]?.keyframes.map(({ level }) => level),
      [1, 0.5, 1],
    );
    assert.ok(notes.some(({ message }) => message.includes('200 %')));
  });

  it('says line, column and what was expected', () => {
    const text = schedule(voice([{ duration: 5 }, { duration: 5 }]).replace('beatfreq="10"', 'beatfreq="ten"'));
    const error = refusal(text);
    assert.equal(error.line, 6);
    assert.equal(error.column, 1);
    assert.match(error.message, /beatfreq is "ten"/);
    assert.match(error.expected, /a number/);
    assert.equal(refusal(text.replace('</voice>', '</voyce>')).line, 8);
  });

  it('refuses what is no schedule', () => {
    for (const text of ['', 'hello', '<a/>', '<schedule/>', '<schedule><voice/></schedule>', '<schedule>'])
      refusal(text);
    refusal(schedule(voice([{ duration: 0 }])));
    refusal(schedule(voice([{ duration: -1 }])));
  });

  it('keeps a value out of range as near as a program can, with a note', () => {
    const long = read(schedule(voice([{ duration: 1e6 }])));
    assert.equal(long.program.durationSeconds, 86_400);
    const short = read(
      schedule(
        voice([
          { duration: 0.03, base: 100 },
          { duration: 0.01, base: 200 },
        ]),
      ),
    );
    assert.ok(Math.abs(short.program.durationSeconds - 0.12) < 1e-9);
    assert.equal(valueAt(short.voices[0] as Voice, 0.08).carrier, 100);
    assert.equal(read(schedule(voice([{ duration: 1e-6 }]))).program.durationSeconds, 1);
    const high = read(schedule(voice([{ duration: 1, base: 1e300 }])));
    assert.equal(high.voices[0]?.keyframes[0]?.carrier, 20_000);
    const wide = read(schedule(voice([{ duration: 1, base: 200, beat: 150 }])));
    assert.deepEqual(
      wide.voices.map(({ keyframes: [frame] }) => [frame?.carrier, frame?.pan]),
      [
        [275, -1],
        [125, 1],
      ],
    );
    const residue = read(schedule(voice([{ duration: 5, left: 0.2, right: -2.6e-19 }])));
    assert.deepEqual(residue.voices[0]?.keyframes[0]?.pan, -1);
    const missing = read(schedule(voice([{ duration: 5 }]).replace(/ beatfreq="[^"]*"/, '')));
    assert.equal(missing.voices[0]?.keyframes[0]?.beat, 0);
    assert.equal(
      read(schedule(voice([{ duration: 5 }]).replace(/ beatfreq="[^"]*"/, ' beatfreq="-nan"'))).voices[0]?.keyframes[0]
        ?.beat,
      0,
    );
    for (const { notes } of [long, short, high, wide, missing]) assert.ok(notes.length > 0);
    const crowd = read(
      schedule(Array.from({ length: 40 }, (_, n) => voice([{ duration: 5, left: n / 100, right: 0 }])).join('')),
    );
    assert.equal(crowd.voices.length, 32);
    assert.equal(crowd.notes.filter(({ message }) => /is left out/.test(message)).length, 8);
  });

  it('ends voices of unequal length exactly where the program ends', () => {
    const [short, long] = [
      [{ duration: 1.6 }, { duration: 1 }],
      [{ duration: 0.7 }, { duration: 2.25, base: 310 }],
    ];
    const file = read(schedule(voice(short) + voice(long)));
    assert.equal(file.voices[1]?.keyframes.at(-1)?.at, 2.6);
  });

  it('keeps the name of a sample file, a lone & and a word that it does not know', () => {
    const file = read(
      schedule(
        voice(
          [{ duration: 5 }],
          '<type>2</type><voice_file>beds/rain &amp; wind.ogg</voice_file><voice_glow>3</voice_glow>',
        ),
        '<loops>1</loops><schedule_description>Rain & wind</schedule_description>',
      ),
    );
    const [bed] = file.voices;
    assert.ok(bed?.kind === 'SAMPLE');
    assert.equal(bed.sampleName, 'rain & wind.ogg');
    assert.equal(file.program.phases[0]?.description, 'Rain & wind');
    assert.ok(file.notes.some(({ message }) => /lone &/.test(message)));
    assert.ok(file.notes.some(({ message }) => /^voice_glow: left out/.test(message)));
  });

  it('refuses document types, depth, NUL and endless files at once', () => {
    const bomb = `<!DOCTYPE x [<!ENTITY a "${'b'.repeat(100)}"><!ENTITY c "&a;&a;&a;">]>${schedule(voice([{ duration: 5 }]))}`;
    assert.match(refusal(bomb).message, /document type/);
    const started = performance.now();
    assert.match(refusal(`<schedule>${'<a>'.repeat(2_000_000)}`).message, /deeper/);
    assert.match(refusal(`<schedule>${'<a/>'.repeat(2_000_000)}`).message, /too many/);
    assert.match(refusal('x'.repeat(100_000_000)).message, /characters/);
    assert.match(refusal('<schedule>\n\0').message, /NUL/);
    refusal(`<schedule><loops>${'9'.repeat(1_000_000)}</loops></schedule>`);
    assert.match(refusal(' '.repeat(15_000_000)).message, /no XML/);
    const crossing = '<entry duration="1" volume_left="0.1" volume_right="0.9" beatfreq="3" basefreq="100"/>';
    const back = crossing.replace('0.1', '0.8').replace('0.9', '0.2');
    const many = `<schedule><voice><entries>${(crossing + back).repeat(40_000)}</entries></voice></schedule>`;
    assert.match(refusal(many).message, /keyframes/);
    refusal(`<schedule><loops>${'9'.repeat(1_000_000)}x</loops></schedule>`);
    assert.ok(performance.now() - started < 60_000, `${performance.now() - started} ms`);
  });

  it('reads 10,080 entries', () => {
    const many = Array.from({ length: 10_080 }, (_, n) => ({ duration: 6, beat: 4 + (n % 10), base: 200 + (n % 50) }));
    const text = schedule(voice(many));
    const times = Array.from({ length: 5 }, () => {
      const started = performance.now();
      const { program } = importGnaural(text);
      assert.equal(program.voices[0]?.keyframes.length, 10_081);
      return performance.now() - started;
    });
    // The bound of the product is 100 ms on a free machine; this one guards against another order of growth.
    assert.ok(Math.min(...times) < 5000, `${times}`);
  });
});
