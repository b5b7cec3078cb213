import { ImportError, quoted } from './import-error.ts';
import { DAY_MS } from './sbg-time.ts';
import type { TimeLine } from './sbg-timeline.ts';
import { readTone, type Setting, type ToneContext } from './sbg-tone.ts';
import type { Word } from './sbg-words.ts';

/** Beat that each depth from a to l falls to, in Hz; SBaGenX adds 0.2 behind it for fractions of l. */
const TARGETS = [4.4, 3.7, 3.1, 2.5, 2.0, 1.5, 1.2, 0.9, 0.7, 0.5, 0.4, 0.3, 0.2];
const LETTERS = 'abcdefghijkl';

/** Built-in sequences fade in for 5 s before midnight. */
const FADE_IN_START_MS = DAY_MS - 5000;

const CODE = 'LEVEL, a depth from a to l, then s or k, +, ^, @ or M, /AMPLITUDE, such as 00ds+ or 34.5dk+^/1.5';
const DROP =
  /^(?<level>n|[+-]?\d+(?:\.\d*)?)(?<target>[+-]?[a-l](?:\.\d+)?)(?<flow>[sk]?)(?<more>[+^@m]*)(?:\/(?<amplitude>\d+(?:\.\d+)?|\.\d+))?(?<parameters>(?::[a-z]+=[+-]?(?:\d+(?:\.\d+)?|\.\d+))*)$/i;
const TIMES = /^t(\d+(?:\.\d*)?),(\d+(?:\.\d*)?),(\d+(?:\.\d*)?)$/i;
const SLIDE_TIME = /^t(\d+(?:\.\d*)?)$/i;
/** Channels of a tone-set; the sequence's own tone takes the first. */
const CHANNELS = 16;

/** A beat target such as `d`, `d.5` or `-d`. */
function targetBeat(text: string): number {
  const mirrored = text.startsWith('-');
  const place = LETTERS.indexOf(text.replace(/^[+-]/, '')[0]?.toLowerCase() ?? 'a');
  const share = Number(`0${/\.\d+$/.exec(text)?.[0] ?? ''}`);
  const low = TARGETS[place] ?? 4.4;
  const beat = low + ((TARGETS[place + 1] ?? low) - low) * share;
  return mirrored ? 2 * 4.4 - beat : beat;
}

/** Writes time lines of a built-in sequence, in seconds from midnight. */
class Script {
  readonly lines: TimeLine[] = [];
  readonly #word: Word;

  constructor(word: Word) {
    this.#word = word;
    this.lines.push(this.#line(FADE_IN_START_MS, [], true));
  }

  #line(at: number, settings: Setting[], slides: boolean): TimeLine {
    return { at, place: this.#word.place, fadeIn: 2, fadeOut: 2, settings, change: slides ? 'SLIDE' : 'FADE' };
  }

  slide(second: number, settings: Setting[]): void {
    this.lines.push(this.#line(this.#clock(second), settings, true));
  }

  end(second: number): TimeLine[] {
    this.lines.push(this.#line(this.#clock(second), [], false));
    return this.lines;
  }

  #clock(second: number): number {
    if (second < 86_395) return Math.round(second * 1000);
    throw new ImportError(this.#word.place, `the sequence lasts ${second} s`, 'less than a day');
  }
}

function readExtras(words: Word[], context: ToneContext): Setting[] {
  const extra = words[CHANNELS - 1];
  if (extra)
    throw new ImportError(extra.place, 'there are too many tones', `at most ${CHANNELS - 1} beside the sequence's own`);
  return words.map((word) => readTone(word, context));
}

/** `-p drop` and SBaGenX's `-p sigmoid`, which differs in the way from the first beat to the last. */
function dropLines(kind: 'drop' | 'sigmoid', words: Word[], context: ToneContext, option: Word): TimeLine[] {
  let next = 0;
  // Minutes of drop, hold and wake-up; whole ones count.
  let minutes = [30, 30, 3];
  const times = TIMES.exec(words[0]?.text ?? '');
  if (times) {
    minutes = times.slice(1, 4).map((text) => Math.trunc(Number(text)));
    next++;
  }
  const word = words[next++];
  const spec = word && DROP.exec(word.text)?.groups;
  if (!word || !spec) {
    const found = word ? `${quoted(word.text)} is no ${kind}` : `-p ${kind} has no code`;
    throw new ImportError(word?.place ?? option.place, found, CODE);
  }
  const parameters = new Map(
    [...(spec.parameters ?? '').matchAll(/:([a-z]+)=([^:]+)/gi)].map((found) => [found[1], Number(found[2])]),
  );
  const unknown = [...parameters.keys()].find(
    (name) => name !== 'S' && (kind === 'drop' || (name !== 'l' && name !== 'h')),
  );
  if (unknown !== undefined) throw new ImportError(word.place, `:${unknown}= is no part of ${kind}`, CODE);
  const more = (spec.more ?? '').toLowerCase();
  const slides = spec.flow?.toLowerCase() === 's';
  const step = spec.flow === '' ? 180 : 60;
  const [dropMinutes = 30, holdMinutes = 30, wakeMinutes = 3] = minutes;
  if (dropMinutes < 1 || dropMinutes * 60 <= step) {
    throw new ImportError(
      word.place,
      `a drop of ${dropMinutes} min has no room for steps of ${step} s`,
      'a longer drop',
    );
  }
  const steps = Math.ceil((dropMinutes * 60) / step);
  const dropSeconds = steps * step;
  // SBaGen counts at least one step, also for a hold of 0 min.
  const holdSeconds = slides ? holdMinutes * 60 : Math.max(1, Math.ceil((holdMinutes * 60) / step)) * step;
  const length = more.includes('+') ? dropSeconds + holdSeconds : dropSeconds;

  const silent = spec.level?.toLowerCase() === 'n';
  const last = 200 - 2 * (silent ? 0 : Number(spec.level));
  const first = last + 5;
  const amplitude = silent ? 0 : Number(spec.amplitude ?? 1);
  const startBeat = parameters.get('S') ?? 10;
  const endBeat = targetBeat(spec.target ?? 'a');
  const sign = more.includes('@') ? '@' : more.includes('m') ? 'M' : '+';
  const extras = readExtras(words.slice(next), context);
  const tone = (carrier: number, beat: number): Setting[] => [
    readTone({ text: `${carrier}${sign}${beat}/${amplitude}`, place: word.place }, context),
    ...extras,
  ];
  const beatAt = (index: number): number => {
    const share = Math.min(index, steps - 1) / (steps - 1);
    if (kind === 'drop') return startBeat * Math.exp(Math.log(endBeat / startBeat) * share);
    const steep = parameters.get('l') ?? 0.125;
    const shift = parameters.get('h') ?? 0;
    const at = (minute: number) => Math.tanh(steep * (minute - dropMinutes / 2 - shift));
    const scale = (endBeat - startBeat) / (at(dropMinutes) - at(0));
    return startBeat + scale * (at(share * dropMinutes) - at(0));
  };
  const carrierAt = (second: number) => first + ((last - first) * second) / length;

  const script = new Script(word);
  let end: number;
  if (slides) {
    for (let index = 0; index < steps; index++) {
      const second = Math.floor((index * dropSeconds) / (steps - 1));
      script.slide(second, tone(carrierAt(second), beatAt(index)));
    }
    if (length > dropSeconds) script.slide(length, tone(last, endBeat));
    end = length;
  } else {
    const change = step < 90 ? 5 : 10;
    for (let index = 0; index < Math.floor(length / step); index++) {
      const settings = tone(carrierAt((index + 1) * step), beatAt(index));
      script.slide(index * step, settings);
      script.slide((index + 1) * step - change, settings);
    }
    end = length - change;
  }
  if (more.includes('^')) {
    end += wakeMinutes * 60;
    script.slide(end, tone(first, startBeat));
  }
  return script.end(end + 10);
}

/**
 * `-p slide`: the beat stays, the carrier goes to half of it, so that one of the two tones ends at 0 Hz. With a negative
 * beat the carrier goes below 0; what is heard there is the tone of the same size with the ears changed.
 */
function slideLines(words: Word[], context: ToneContext, option: Word): TimeLine[] {
  let next = 0;
  const time = SLIDE_TIME.exec(words[0]?.text ?? '');
  if (time) next++;
  const length = time ? Math.trunc(Number(time[1]) * 60) : 1800;
  const word = words[next++];
  if (!word) throw new ImportError(option.place, '-p slide has no tone', 'a tone such as 200+10/1');
  const tone = readTone(word, context);
  if (!tone.source?.pitched || !/[+\-@m][\d.]+\//i.test(word.text.slice(1))) {
    throw new ImportError(word.place, `${quoted(word.text)} has no carrier and beat`, 'a tone such as 200+10/1');
  }
  const extras = readExtras(words.slice(next), context);
  const script = new Script(word);
  script.slide(0, [tone, ...extras]);
  const last = tone.beat / 2;
  if (last < 0) {
    const crossing = (length * tone.carrier) / (tone.carrier - last);
    script.slide(crossing, [{ ...tone, carrier: 0 }, ...extras]);
    script.slide(crossing, [{ ...tone, carrier: 0, beat: -tone.beat }, ...extras]);
    context.notes.add(
      word.place,
      `The carrier falls below 0 Hz after ${Math.round(crossing)} s; from there on its size is kept, with the ears changed.`,
    );
  }
  script.slide(length, [{ ...tone, carrier: Math.abs(last), beat: Math.abs(tone.beat) }, ...extras]);
  return script.end(length + 10);
}

/** `-i`: tones that sound without change. */
export function immediateLines(words: Word[], context: ToneContext, option: Word): TimeLine[] {
  if (words.length === 0) throw new ImportError(option.place, '-i has no tone', 'tones such as pink/40 200+10/20');
  const extra = words[CHANNELS];
  if (extra) throw new ImportError(extra.place, 'there are too many tones', `at most ${CHANNELS}`);
  const settings = words.map((word) => readTone(word, context));
  return [{ at: 0, place: option.place, fadeIn: 1, fadeOut: 1, settings, change: 'FADE' }];
}

/**
 * Time lines of a built-in sequence (`-p drop`, `-p slide`, `-p sigmoid`). They begin 5 s before midnight, with a fade
 * in, and end 10 s after the last tone.
 * @throws {ImportError} where it is unknown or its code is wrong
 */
export function builtinLines(words: Word[], context: ToneContext, option: Word): TimeLine[] {
  const [name, ...rest] = words;
  const kind = name?.text.toLowerCase();
  if (name && (kind === 'drop' || kind === 'sigmoid')) return dropLines(kind, rest, context, name);
  if (name && kind === 'slide') return slideLines(rest, context, name);
  const problem = name ? `-p ${quoted(name.text)} is no built-in sequence that a program can hold` : '-p has no name';
  throw new ImportError(name?.place ?? option.place, problem, 'drop, slide or sigmoid');
}
