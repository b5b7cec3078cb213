import { LIMITS } from '../check.ts';
import type { ProgramFile, Voice } from '../model.ts';
import { fitVoices } from './fit-keyframes.ts';
import { fitLevels } from './fit-levels.ts';
import { ImportError, type Place } from './import-error.ts';
import { NoteList } from './note-list.ts';
import { readSequence, type SbgFile, type Sequence } from './sbg-reader.ts';
import { clockSpan, DAY_MS } from './sbg-time.ts';
import { dayStretches } from './sbg-timeline.ts';
import { voicesOf } from './sbg-voices.ts';

/** Which part of the day is played, in milliseconds, and how often; 0 is endless. */
interface Span {
  originMs: number;
  durationMs: number;
  loop: number;
}

/**
 * Where SBaGen begins: at `-T`; with `-S`, `-q` or a built-in sequence at the first time line; else at the present time of
 * day, which is NOW where the times count from it. A file of clock times has no such place before somebody plays it: its
 * program begins at the first line and may be played by the clock.
 */
function originOf({ options, lines, firstAt, now }: Sequence): number {
  if (options.start) return options.start.ms;
  if (now && !options.fromFirst) return 0;
  return firstAt ?? lines[0]?.at ?? 0;
}

/** The program lasts to the last line with `-E`, for `-L`, or else a day that comes round again. */
function spanOf(sequence: Sequence, notes: NoteList): Span {
  const { options, lines } = sequence;
  const originMs = originOf(sequence);
  const last = lines.at(-1)?.at ?? 0;
  if (options.toEnd) {
    const durationMs = clockSpan(originMs, last);
    if (options.lengthMs !== null) notes.add(null, '-L has no effect beside -E: the sequence ends at its last line.');
    if (durationMs > 0) return { originMs, durationMs, loop: 1 };
    notes.add(lines[0]?.place ?? null, 'The sequence ends where it starts, so it plays all day, as in SBaGen.');
  } else if (options.lengthMs !== null && options.lengthMs > 0) {
    // -L counts what is heard, in which a fast clock goes farther.
    const durationMs = Math.min(DAY_MS, options.lengthMs * options.speed);
    if (durationMs < options.lengthMs * options.speed) notes.add(null, '-L: cut after a day of the sequence.');
    return { originMs, durationMs, loop: 1 };
  }
  return { originMs, durationMs: DAY_MS, loop: 0 };
}

const clockText = (ms: number): string => new Date(ms).toISOString().slice(11, 19);

/** A program needs a voice; a sequence may have none. */
function silence(): Voice {
  const frame = { at: 0, carrier: 200, beat: 0, level: 0, pan: 0, curve: 'LINEAR' } as const;
  return { kind: 'BINAURAL', name: 'Silence', waveform: 'SINE', keyframes: [frame] };
}

/** The title is the first remark with a letter that does not introduce another one, as "From Jim Peters:" does. */
function describe(remarks: string[]): { title: string; description: string } {
  const index = remarks.findIndex((remark) => /\p{L}/u.test(remark) && !remark.endsWith(':'));
  const title = remarks[index]?.slice(0, 200) ?? '';
  const others = remarks.filter((_, other) => other !== index);
  return { title: title.toWellFormed(), description: others.join('\n').trim().slice(0, 2000).toWellFormed() };
}

/** The clock that `-q` asks for, no faster than that the sequence lasts as long as a program must. */
function speedOf({ options }: Sequence, durationMs: number, notes: NoteList): number {
  const most = durationMs / 1000 / LIMITS.shortestSeconds;
  if (options.speed <= most) return options.speed;
  notes.add(null, `-q: held at ${most} times the speed, at which the sequence lasts ${LIMITS.shortestSeconds} s.`);
  return most;
}

/** `-q`: the clock of the sequence runs so many times as fast, while pitches, beats and bells stay. */
function atSpeed(voices: Voice[], speed: number): void {
  if (speed === 1) return;
  for (const { keyframes } of voices) for (const frame of keyframes) frame.at /= speed;
}

function checkSize(voices: Voice[], place: Place): void {
  const keyframes = voices.reduce((sum, voice) => sum + voice.keyframes.length, 0);
  if (keyframes > LIMITS.keyframes) {
    throw new ImportError(place, `the sequence needs ${keyframes} keyframes`, `at most ${LIMITS.keyframes}`);
  }
}

/**
 * Reads SBaGen sequences (`.sbg`); several files make one sequence.
 *
 * Each channel becomes a voice, or several where it plays different things over time; their order is that of the
 * channels. The title is empty where no remark (`##`) gives one. What a program cannot hold is noted with its line.
 * @throws {ImportError} with line, column and what was expected
 */
export function importSbg(source: string | SbgFile[]): ProgramFile {
  const files = typeof source === 'string' ? [{ name: '', text: source }] : source;
  const notes = new NoteList();
  // Messages need the file's name only where there are several.
  const sequence = readSequence(
    files.map(({ name, text }) => ({ name: files.length > 1 ? name : '', text })),
    notes,
  );
  const { options, lines } = sequence;
  const stretches = dayStretches(lines, options.fadeMs);
  const { originMs, durationMs, loop } = spanOf(sequence, notes);
  const place = lines[0]?.place ?? { file: '', line: 1, column: 1 };
  const byClock = options.start === null && !options.fromFirst && !sequence.now;
  if (byClock) {
    notes.add(
      place,
      `The times are times of day: played by the clock it begins at its place of the present time, else at ${clockText(originMs)}.`,
    );
  } else if (sequence.now && sequence.clock) {
    notes.add(place, 'Some times are times of day and some count from NOW; NOW is taken as 00:00.');
  }
  const played = voicesOf(stretches, originMs, durationMs, notes);
  const speed = speedOf(sequence, durationMs, notes);
  atSpeed(played, speed);
  const voices = fitVoices(played, notes, null);
  if (voices.length === 0) {
    voices.push(silence());
    notes.add(null, 'Nothing sounds in this sequence.');
  }
  checkSize(voices, place);
  if (options.soundtrack && !sequence.mixes) {
    const { name, word } = options.soundtrack;
    const option = name === '' ? '-M' : `-m ${name}`;
    notes.add(
      word.place,
      `${option}: no tone-set has mix/LEVEL, so the soundtrack is left out; SBaGen plays it at full level.`,
    );
  }
  const durationSeconds = durationMs / 1000 / speed;
  const gain = fitLevels(voices, notes) * options.volume;
  const { title, description } = describe(sequence.remarks);
  return {
    title,
    program: {
      durationSeconds,
      phases: [{ name: title || 'Sequence', description, durationSeconds, colour: '#7c9cff' }],
      voices,
      gain,
      loop,
      seed: 1,
      ...(byClock ? { startClockSeconds: originMs / 1000 } : {}),
    },
    startClockSeconds: originMs / 1000,
    notes: notes.list(),
  };
}
