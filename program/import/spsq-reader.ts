import type { NoiseColour } from '../model.ts';
import { checkText, ImportError, type Place, quoted } from './import-error.ts';
import type { NoteList } from './note-list.ts';
import { readWords, type SbgLine, type Word } from './sbg-words.ts';

/** A `.spsq` or `.spsc` file: its text and a name for messages and for `@extends`. */
export interface SpsqFile {
  name: string;
  text: string;
}

export type Beat = 'binaural' | 'monaural' | 'isochronic' | null;

/** One line of a preset: what a channel plays. Amplitudes from 0 to 1. */
export interface Track {
  type: 'tone' | 'noise' | 'ambiance' | 'music';
  place: Place;
  waveform: string;
  carrier: number;
  beatType: Beat;
  beat: number;
  colour: NoiseColour;
  smooth: number;
  source: string;
  effect: { type: string; value: number; intensity: number } | null;
  left: number;
  right: number;
}

export interface Entry {
  at: number;
  place: Place;
  tracks: Track[];
  transition: string;
  steps: number;
}

export interface SpsqSequence {
  entries: Entry[];
  remarks: string[];
  volume: number;
  waveforms: Map<string, number[]>;
  transitions: Map<string, number[]>;
}

interface Preset {
  template: boolean;
  inherited: boolean;
  tracks: Track[];
  place: Place;
}

export const SPSQ_WAVES = ['sine', 'square', 'triangle', 'sawtooth'];
export const SPSQ_CURVES = ['steady', 'ease-in', 'ease-out', 'smooth'];
export const SPSQ_EFFECTS = ['pan', 'modulation', 'doppler', 'shift'];
const NUMBER = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)$/;
const TIME = /^(\d\d):(\d\d):(\d\d)$/;
/** A sequence may unfold to no more than a program's keyframes hold. */
const MOST_ENTRIES = 5000;

function fail(place: Place, problem: string, expected: string): never {
  throw new ImportError(place, problem, expected);
}

/** Takes the words of a line one after the other. */
class Words {
  readonly line: SbgLine;
  #next = 0;

  constructor(line: SbgLine) {
    this.line = line;
  }

  get here(): Word | undefined {
    return this.line.words[this.#next];
  }

  take(expected: string): Word {
    const word = this.here ?? fail(this.line.place, 'the line ends too early', expected);
    this.#next++;
    return word;
  }

  /** Whether the next word is this one; then it is taken. */
  is(...texts: string[]): string | null {
    const text = this.here?.text.toLowerCase() ?? '';
    if (!texts.includes(text)) return null;
    this.#next++;
    return text;
  }

  number(expected: string): number {
    const word = this.take(expected);
    if (!NUMBER.test(word.text)) fail(word.place, `${quoted(word.text)} is no number`, expected);
    return Math.max(-1e9, Math.min(1e9, Number(word.text)));
  }

  end(): void {
    if (this.here) fail(this.here.place, `${quoted(this.here.text)} stands behind the line`, 'the end of the line');
  }
}

class Reader {
  readonly sequence: SpsqSequence = {
    entries: [],
    remarks: [],
    volume: 1,
    waveforms: new Map(),
    transitions: new Map(),
  };
  readonly #notes: NoteList;
  readonly #others: SpsqFile[];
  readonly #presets = new Map<string, Preset>();
  readonly #sources = new Map<string, string>();
  #preset: Preset | null = null;

  constructor(others: SpsqFile[], notes: NoteList) {
    this.#others = others;
    this.#notes = notes;
  }

  read(file: SpsqFile, main: boolean): void {
    checkText(file.text, file.name);
    const { lines, remarks } = readWords(file.text, file.name);
    this.sequence.remarks.push(...remarks);
    this.#preset = null;
    for (const line of lines) {
      const [first] = line.words as [Word];
      if (first.text.startsWith('@')) this.#option(new Words(line), main);
      else if (TIME.test(first.text)) {
        if (!main) fail(first.place, 'a file of presets has no timeline', 'options and presets');
        this.#entry(new Words(line));
      } else if (first.place.column > 1) this.#track(new Words(line));
      else this.#presetLine(new Words(line));
    }
  }

  #points(words: Words, low: number): number[] {
    const points: number[] = [];
    while (words.here) points.push(words.number('a point from 0 to 100'));
    if (points.length < low) fail(words.line.place, `there are ${points.length} points`, `at least ${low}`);
    return points.slice(0, 4096);
  }

  #option(words: Words, main: boolean): void {
    const option = words.take('an option');
    switch (option.text.toLowerCase()) {
      case '@volume':
        this.sequence.volume = Math.max(0, Math.min(100, words.number('a volume from 0 to 100'))) / 100;
        break;
      case '@ambiance':
      case '@background':
      case '@music': {
        const name = words.take('a name').text;
        const path = words.here ? words.take('a path').text : name;
        this.#sources.set(name, path);
        break;
      }
      case '@waveform':
        this.sequence.waveforms.set(words.take('a name').text, this.#points(words, 2));
        break;
      case '@transition':
        this.sequence.transitions.set(words.take('a name').text, this.#points(words, 2));
        break;
      case '@extends': {
        const path = words.take('a path').text;
        if (!main) fail(option.place, '@extends stands in a file of presets', 'the sequence itself');
        const wanted = path.replace(/^.*\//, '').replace(/\.spsc$/i, '');
        const found = this.#others.find(
          ({ name }) => name.replace(/^.*[\\/]/, '').replace(/\.spsc(\.txt)?$/i, '') === wanted,
        );
        if (found) this.read(found, false);
        else this.#notes.add(option.place, `@extends ${path}: that file is not here; choose both together.`);
        break;
      }
      case '@samplerate':
        words.take('a sample rate');
        this.#notes.add(option.place, '@samplerate: a program has no sample rate of its own.');
        break;
      default:
        this.#notes.add(option.place, `${option.text}: has no counterpart and is left out.`);
        return;
    }
    words.end();
  }

  #presetLine(words: Words): void {
    const name = words.take('a preset');
    const key = name.text.toLowerCase();
    if (!/^[a-z][a-z0-9_-]*$/.test(key)) {
      fail(
        name.place,
        `${quoted(name.text)} begins no line of a sequence`,
        'an option, a preset, or a time as hh:mm:ss',
      );
    }
    if (key === 'silence' || this.#presets.has(key))
      fail(name.place, `${quoted(name.text)} is already defined`, 'another name');
    const preset: Preset = { template: false, inherited: false, tracks: [], place: name.place };
    if (words.is('as')) {
      if (!words.is('template')) fail(words.line.place, 'as is not followed by template', 'as template');
      preset.template = true;
    } else if (words.is('from')) {
      const base = words.take('a template');
      const found = this.#presets.get(base.text.toLowerCase());
      if (!found) fail(base.place, `${quoted(base.text)} is not defined above this line`, 'a template');
      preset.inherited = true;
      preset.tracks = structuredClone(found.tracks);
    }
    words.end();
    this.#presets.set(key, preset);
    this.#preset = preset;
  }

  #wave(word: Word): string {
    const name = word.text;
    if (SPSQ_WAVES.includes(name.toLowerCase())) return name.toLowerCase();
    if (this.sequence.waveforms.has(name)) return name;
    fail(word.place, `${quoted(name)} is no wave`, `${SPSQ_WAVES.join(', ')} or one of an @waveform line`);
  }

  #track(words: Words): void {
    const preset = this.#preset;
    const { place } = words.line;
    if (!preset) fail(place, 'a track stands before any preset', 'a preset');
    if (words.is('track')) {
      this.#override(words, preset);
      return;
    }
    const track: Track = {
      type: 'tone',
      place,
      waveform: 'sine',
      carrier: 0,
      beatType: null,
      beat: 0,
      colour: 'PINK',
      smooth: 0,
      source: '',
      effect: null,
      left: 0,
      right: 0,
    };
    if (words.is('waveform')) track.waveform = this.#wave(words.take('a wave'));
    const type = words.is('tone', 'noise', 'ambiance', 'background', 'music');
    if (!type)
      fail(
        words.here?.place ?? place,
        `${quoted(words.here?.text ?? '')} is no track`,
        'tone, noise, ambiance, music or track',
      );
    track.type = type === 'background' ? 'ambiance' : (type as Track['type']);
    if (type === 'tone') {
      track.carrier = words.number('a carrier in Hz');
      track.beatType = words.is('binaural', 'monaural', 'isochronic') as Beat;
      if (track.beatType) track.beat = words.number('a beat in Hz');
    } else if (type === 'noise') {
      const colour = words.is('white', 'pink', 'brown');
      if (!colour) fail(place, 'the noise has no colour', 'white, pink or brown');
      track.colour = colour.toUpperCase() as NoiseColour;
      if (words.is('smooth')) track.smooth = words.number('a smoothness from 0 to 100');
    } else {
      const source = words.take('the name of a sound');
      const path = this.#sources.get(source.text);
      if (path === undefined)
        fail(source.place, `${quoted(source.text)} is not defined above`, `an @${track.type} line`);
      track.source = path;
    }
    if (words.is('effect')) {
      const effect = words.is(...SPSQ_EFFECTS);
      if (!effect) fail(place, 'the effect is unknown', SPSQ_EFFECTS.join(', '));
      const value = words.number('the value of the effect');
      const intensity = words.is('intensity') ? words.number('an intensity from 0 to 100') / 100 : 1;
      track.effect = { type: effect, value, intensity: Math.max(0, Math.min(1, intensity)) };
    }
    if (!words.is('amplitude'))
      fail(words.here?.place ?? place, 'the track has no amplitude', 'amplitude and a percentage');
    if (words.is('left')) {
      track.left = words.number('a percentage') / 100;
      if (!words.is('right')) fail(place, 'left is not followed by right', 'right and a percentage');
      track.right = words.number('a percentage') / 100;
    } else track.left = track.right = words.number('a percentage') / 100;
    words.end();
    preset.tracks.push(track);
  }

  #override(words: Words, preset: Preset): void {
    const index = words.number('the number of a track');
    const track = preset.tracks[index - 1];
    if (!preset.inherited || !track)
      fail(words.line.place, `there is no inherited track ${index}`, 'a track of the template');
    const kind = words.take('what is changed').text.toLowerCase();
    if (kind === 'waveform') {
      track.waveform = this.#wave(words.take('a wave'));
      words.end();
      return;
    }
    const written = words.here?.text ?? '';
    const value = words.number('a number');
    words.end();
    const relative = /^[+-]/.test(written);
    const next = (before: number, unit = 1): number => (relative ? before + value / unit : value / unit);
    switch (kind) {
      case 'tone':
        track.carrier = next(track.carrier);
        break;
      case 'binaural':
      case 'monaural':
      case 'isochronic':
        track.beat = next(track.beat);
        break;
      case 'smooth':
        track.smooth = next(track.smooth);
        break;
      case 'amplitude':
        track.left = next(track.left, 100);
        track.right = next(track.right, 100);
        break;
      case 'left':
      case 'right':
        track[kind] = next(track[kind], 100);
        break;
      case 'intensity':
        if (track.effect) track.effect.intensity = Math.max(0, Math.min(1, next(track.effect.intensity, 100)));
        break;
      default:
        if (!SPSQ_EFFECTS.includes(kind))
          fail(words.line.place, `${quoted(kind)} cannot be changed`, 'tone, binaural, amplitude and others');
        if (track.effect) track.effect.value = next(track.effect.value);
    }
  }

  #entry(words: Words): void {
    const time = words.take('a time');
    const [, hours, minutes, seconds] = TIME.exec(time.text) as unknown as [string, string, string, string];
    const at = Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds);
    if (Number(hours) > 23 || Number(minutes) > 59 || Number(seconds) > 59)
      fail(time.place, `${quoted(time.text)} is no time`, '00:00:00 to 23:59:59');
    const before = this.sequence.entries.at(-1);
    if (before ? at <= before.at : at !== 0) {
      fail(time.place, `${quoted(time.text)} is out of order`, before ? 'a later time' : '00:00:00 at first');
    }
    const name = words.take('a preset');
    const preset = this.#presets.get(name.text.toLowerCase());
    if (!preset && name.text.toLowerCase() !== 'silence')
      fail(name.place, `${quoted(name.text)} is not defined above`, 'a preset');
    if (preset?.template) fail(name.place, `${quoted(name.text)} is a template`, 'a preset that is none');
    if (this.sequence.entries.length >= MOST_ENTRIES)
      fail(time.place, 'the timeline is too long', `at most ${MOST_ENTRIES} entries`);
    let transition = 'steady';
    let steps = 0;
    if (words.here) {
      const word = words.take('a transition');
      transition = SPSQ_CURVES.includes(word.text.toLowerCase()) ? word.text.toLowerCase() : word.text;
      if (!SPSQ_CURVES.includes(transition) && !this.sequence.transitions.has(transition))
        fail(
          word.place,
          `${quoted(word.text)} is no transition`,
          `${SPSQ_CURVES.join(', ')} or one of an @transition line`,
        );
      if (words.here) steps = Math.max(0, Math.min(12, Math.trunc(words.number('a number of steps'))));
    }
    words.end();
    this.sequence.entries.push({ at, place: time.place, tracks: preset?.tracks ?? [], transition, steps });
  }
}

/**
 * Reads a SynapSeq sequence and the files of presets that it extends.
 * @throws {ImportError} for the first fault
 */
export function readSpsq(main: SpsqFile, others: SpsqFile[], notes: NoteList): SpsqSequence {
  const reader = new Reader(others, notes);
  reader.read(main, true);
  const { entries } = reader.sequence;
  if (entries.length < 2) {
    fail(
      { file: main.name, line: 1, column: 1 },
      `the timeline has ${entries.length} entries`,
      'at least two, such as 00:00:00 silence',
    );
  }
  return reader.sequence;
}
