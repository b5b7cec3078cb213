import { ImportError, type Place, quoted } from './import-error.ts';
import type { NoteList } from './note-list.ts';
import { builtinLines, immediateLines } from './sbg-builtin.ts';
import { defaultOptions, type Immediate, readOptions, type SbgOptions } from './sbg-options.ts';
import { DAY_MS, readClock } from './sbg-time.ts';
import { CHANNELS, type FadeCode, type TimeLine } from './sbg-timeline.ts';
import { type Drawings, readTone, type Setting, type ToneContext } from './sbg-tone.ts';
import { readWords, type SbgLine, type Word } from './sbg-words.ts';

/** A `.sbg` file: its text and a name for messages. */
export interface SbgFile {
  name: string;
  text: string;
}

/** A sequence as written, with blocks unfolded. */
export interface Sequence {
  options: SbgOptions;
  lines: TimeLine[];
  /** Clock time of the first time line as written, in milliseconds: of the line that calls a block, not of the block's own. */
  firstAt: number | null;
  remarks: string[];
  /** Whether a time counts from NOW, and whether one is a time of day. */
  now: boolean;
  clock: boolean;
  /** Whether a tone-set sets the level of the soundtrack. */
  mixes: boolean;
}

/** Time lines that an unfolded sequence may have: more cannot fit into a program's keyframes. */
const MOST_TIME_LINES = 20_000;
const DEEPEST_BLOCK = 32;
const MOST_SAMPLES = 4096;

const TIME = 'a time: NOW, hh:mm, hh:mm:ss or +hh:mm[:ss], joined by +';
const FADES_IN: Record<string, FadeCode> = { '<': 0, '-': 1, '=': 2 };
const FADES_OUT: Record<string, FadeCode> = { '>': 0, '-': 1, '=': 2 };
const DEFINITION = /^[a-z][a-z0-9_-]*:$/i;
const DRAWING = /^(?:wave|custom|noise|spin)\d\d:$/;

/** A time of a line: clock milliseconds, and the absolute time that later relative ones count from. */
interface ReadTime {
  at: number;
  base: number;
}

/** Reads a chain of times. `base` is the last absolute time, null where there was none. */
function readTime(word: Word, base: number | null): ReadTime {
  const text = word.text;
  const bad = (): never => {
    throw new ImportError(word.place, `${quoted(text)} is no time`, TIME);
  };
  let at: number | null = null;
  let absolute = base;
  let index = 0;
  if (/^now(?:\+|$)/i.test(text)) {
    at = 0;
    absolute = 0;
    index = 3;
  }
  while (index < text.length) {
    if (text[index] === '+') {
      if (at === null) {
        if (absolute === null)
          throw new ImportError(word.place, `${quoted(text)} has no time before it`, 'NOW or hh:mm');
        at = absolute;
      }
      index++;
    } else if (at !== null) bad();
    const clock = readClock(text, index) ?? bad();
    index = clock.end;
    if (at === null) {
      at = clock.ms;
      absolute = clock.ms;
    } else at = (at + clock.ms) % DAY_MS;
  }
  if (at === null || absolute === null) return bad();
  return { at, base: absolute };
}

/** The time of a block's line, relative to the line that calls the block. */
function readOffset(word: Word): number {
  return readTime(word, 0).at;
}

type Definition = { kind: 'tones'; settings: Setting[] } | { kind: 'block'; lines: SbgLine[] };

/** Reads the lines of one or several files into one sequence. */
class Reader {
  readonly sequence: Sequence = {
    options: defaultOptions(),
    lines: [],
    firstAt: null,
    remarks: [],
    now: false,
    clock: false,
    mixes: false,
  };
  readonly #notes: NoteList;
  readonly #definitions = new Map<string, Definition>();
  readonly #drawings: Drawings = new Map();
  #base: number | null = null;
  #builtin: Word | null = null;

  constructor(notes: NoteList) {
    this.#notes = notes;
  }

  readFile(file: SbgFile): void {
    const { lines, remarks } = readWords(file.text, file.name);
    for (const remark of remarks) this.sequence.remarks.push(remark);
    let atStart = true;
    for (let index = 0; index < lines.length; index++) {
      const line = lines[index] as SbgLine;
      const [word, second] = line.words as [Word, Word?];
      if (word.text.startsWith('-')) {
        if (!atStart)
          this.#notes.add(word.place, 'Options stand at the start of a file; this one is applied all the same.');
        this.#readOptions(line);
        continue;
      }
      atStart = false;
      if (!DEFINITION.test(word.text)) this.#readTimeLine(line);
      else if (second?.text === '{') index = this.#readBlock(lines, index);
      else if (DRAWING.test(word.text)) this.#readDrawing(line);
      else this.#readToneSet(line);
    }
  }

  get #context(): ToneContext {
    const { waveform, pulse, soundtrack } = this.sequence.options;
    return {
      drawings: this.#drawings,
      notes: this.#notes,
      waveform,
      pulse,
      soundtrack: soundtrack?.name || 'Soundtrack',
    };
  }

  #readOptions(line: SbgLine): void {
    const immediate = readOptions(line, this.sequence.options, this.#notes);
    if (immediate) this.#readImmediate(immediate);
  }

  #readImmediate({ option, word, rest }: Immediate): void {
    if (this.sequence.lines.length > 0) {
      throw new ImportError(word.place, `-${option} comes after another sequence`, 'one sequence');
    }
    this.#builtin = word;
    const read = option === 'p' ? builtinLines : immediateLines;
    this.sequence.lines.push(...read(rest, this.#context, word));
    this.sequence.mixes = this.sequence.lines.some((line) => line.settings.some((tone) => tone.source?.key === 'mix'));
    // Built-in sequences run from their start to their end.
    if (option === 'p') this.sequence.options.toEnd = this.sequence.options.fromFirst = true;
  }

  #readSettings(words: Word[]): Setting[] {
    const extra = words[CHANNELS];
    if (extra) {
      const left = words.slice(CHANNELS).map(({ text }) => text.slice(0, 40));
      this.#notes.add(extra.place, `${left.join(' ')}: left out, as SBaGen does; it has ${CHANNELS} channels.`);
    }
    const context = this.#context;
    const settings = words.slice(0, CHANNELS).map((word) => readTone(word, context));
    if (words.slice(0, CHANNELS).some((word) => /^mix\//i.test(word.text))) this.sequence.mixes = true;
    return settings;
  }

  #readToneSet(line: SbgLine): void {
    const [name, ...words] = line.words as [Word, ...Word[]];
    if (words.length === 0)
      throw new ImportError(name.place, `${quoted(name.text)} has no tones`, 'tones, or - for silence');
    this.#definitions.set(name.text.slice(0, -1), { kind: 'tones', settings: this.#readSettings(words) });
  }

  /** Reads `NAME: {` to the line `}`; gives the index of the latter. */
  #readBlock(lines: SbgLine[], start: number): number {
    const [name, brace, extra] = (lines[start] as SbgLine).words as [Word, Word, Word?];
    if (extra) throw new ImportError(extra.place, `${quoted(extra.text)} stands behind {`, 'the end of the line');
    const block: SbgLine[] = [];
    for (let index = start + 1; index < lines.length; index++) {
      const line = lines[index] as SbgLine;
      const [first, second] = line.words as [Word, Word?];
      if (first.text.startsWith('}')) {
        const wrong = first.text === '}' ? second : first;
        if (wrong) throw new ImportError(wrong.place, `${quoted(wrong.text)} stands beside }`, 'a line with } alone');
        if (block.length === 0)
          throw new ImportError(name.place, `the block ${quoted(name.text)} is empty`, 'a line in it');
        this.#definitions.set(name.text.slice(0, -1), { kind: 'block', lines: block });
        return index;
      }
      if (!first.text.startsWith('+')) {
        throw new ImportError(
          first.place,
          `${quoted(first.text)} begins a line of a block`,
          'a time that begins with +',
        );
      }
      block.push(line);
    }
    throw new ImportError(brace.place, 'the block has no end', 'a line with }');
  }

  #readDrawing(line: SbgLine): void {
    const [name, ...words] = line.words as [Word, ...Word[]];
    const key = name.text.slice(0, -1);
    if (this.#drawings.has(key))
      throw new ImportError(name.place, `${quoted(key)} is already defined`, 'one definition');
    const edged = /^e=[0-3]$/.test(words[0]?.text ?? '') ? words.slice(1) : words;
    const extra = edged[MOST_SAMPLES];
    if (extra) throw new ImportError(extra.place, 'there are too many samples', `at most ${MOST_SAMPLES}`);
    const samples = edged.map((word) => {
      const value = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:e[+-]?\d+)?$/i.test(word.text) ? Number(word.text) : Number.NaN;
      if (Math.abs(value) <= 1e9) return value;
      throw new ImportError(word.place, `${quoted(word.text)} is no sample`, 'a number from -1e9 to 1e9');
    });
    if (samples.length < 2) throw new ImportError(name.place, `${quoted(key)} has no shape`, 'at least two samples');
    if (samples.every((sample) => sample === samples[0]))
      this.#notes.add(name.place, `${key}: all samples are alike, so the wave is imported as a sine.`);
    this.#drawings.set(key, samples);
  }

  #readTimeLine(line: SbgLine): void {
    const [word] = line.words as [Word];
    if (this.#builtin) throw new ImportError(word.place, 'a time line comes beside -p or -i', 'one sequence');
    if (!/^(?:now|\d|\+)/i.test(word.text)) {
      const glued = /^[a-z][\w-]*:/i.test(word.text);
      throw new ImportError(
        word.place,
        `${quoted(word.text)} begins no line of a sequence`,
        glued ? 'a blank behind the colon of a name' : `an option, NAME: and tones, or ${TIME}`,
      );
    }
    if (/^now/i.test(word.text)) this.sequence.now = true;
    else if (/^\d/.test(word.text)) this.sequence.clock = true;
    const time = readTime(word, this.#base);
    this.#base = time.base;
    this.sequence.firstAt ??= time.at;
    this.#expand(line, time.at, 0);
  }

  #expand(line: SbgLine, at: number, depth: number): void {
    const [time, ...words] = line.words as [Word, ...Word[]];
    const codes = words[0] && words.length > 1 && /^[<=-][>=-]$/.test(words[0].text) ? words.shift() : undefined;
    const name = words[0];
    if (!name) throw new ImportError(time.place, 'the line has no tone-set', 'the name of a tone-set or block');
    const definition = this.#definitions.get(name.text);
    if (definition?.kind === 'block') {
      const unused = codes ?? words[1];
      if (unused)
        this.#notes.add(
          unused.place,
          `${unused.text}: has no effect beside a block; the block's lines have their own.`,
        );
      if (depth >= DEEPEST_BLOCK) {
        throw new ImportError(
          name.place,
          `blocks lie deeper than ${DEEPEST_BLOCK}`,
          'a block that does not use itself',
        );
      }
      for (const inner of definition.lines)
        this.#expand(inner, (at + readOffset(inner.words[0] as Word)) % DAY_MS, depth + 1);
      return;
    }
    if (this.sequence.lines.length >= MOST_TIME_LINES) {
      throw new ImportError(
        time.place,
        'the sequence is too long',
        `at most ${MOST_TIME_LINES} lines with blocks unfolded`,
      );
    }
    const made: TimeLine = {
      at,
      place: time.place,
      fadeIn: codes ? (FADES_IN[codes.text[0] as string] ?? 1) : 1,
      fadeOut: codes ? (FADES_OUT[codes.text[1] as string] ?? 1) : 1,
      settings: [],
      change: 'FADE',
    };
    if (definition) {
      made.settings = definition.settings;
      this.#readEnd(words.slice(1), made);
    } else {
      // SBaGenX lets tones stand on the time line itself.
      const end = words.findIndex(
        (word) => !(word.text === '-' || word.text.includes('/') || /^mixam:/i.test(word.text)),
      );
      if (end === 0) {
        throw new ImportError(
          name.place,
          `${quoted(name.text)} is not defined above this line`,
          'the name of a tone-set or block',
        );
      }
      made.settings = this.#readSettings(end < 0 ? words : words.slice(0, end));
      this.#readEnd(end < 0 ? [] : words.slice(end), made);
    }
    this.sequence.lines.push(made);
  }

  /** What follows the tone-set: `->`, or SBaGenX's `step`, `hold`, `linear`, `ramp` and trailing fade codes. */
  #readEnd(words: Word[], line: TimeLine): void {
    const [word, extra] = words;
    if (extra) throw new ImportError(extra.place, `${quoted(extra.text)} ends no time line`, 'the end of the line');
    if (!word) return;
    const text = word.text.toLowerCase();
    if (text === '->' || text === 'linear' || text === 'ramp') line.change = 'SLIDE';
    // SBaGenX holds a line to its end where a code with = stands behind it.
    else if (text === 'step' || text === 'hold' || /^(?:=[>=-]|[<-]=)$/.test(text)) line.change = 'STEP';
    else if (!/^[<-][>-]$/.test(text))
      throw new ImportError(word.place, `${quoted(word.text)} ends no time line`, '->, step or nothing');
  }
}

/**
 * Reads the files as one sequence, as SBaGen does with several files on its command line.
 * @throws {ImportError} for the first fault
 */
export function readSequence(files: SbgFile[], notes: NoteList): Sequence {
  const reader = new Reader(notes);
  for (const file of files) reader.readFile(file);
  const { sequence } = reader;
  if (sequence.lines.length === 0) {
    const place: Place = { file: files.at(-1)?.name ?? '', line: 1, column: 1 };
    throw new ImportError(place, 'there is no time line', 'a line such as 00:00 NAME');
  }
  return sequence;
}
