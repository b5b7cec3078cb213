import { LIMITS } from '../check.ts';
import type { ProgramFile, Voice } from '../model.ts';
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
 * The program starts at the first time line of the file. It lasts to the last one with `-E`, for `-L`, or else a day
 * that comes round again. `-T` moves the start of a sequence that ends; a whole day starts at its first line.
 */
function spanOf({ options, lines, firstAt }: Sequence, notes: NoteList): Span {
  const first = firstAt ?? lines[0]?.at ?? 0;
  const last = lines.at(-1)?.at ?? 0;
  const ends = options.toEnd || options.lengthMs !== null;
  const originMs = ends && options.start ? options.start.ms : first;
  if (options.toEnd) {
    const durationMs = clockSpan(originMs, last);
    if (options.lengthMs !== null) notes.add(null, '-L has no effect beside -E: the sequence ends at its last line.');
    if (durationMs > 0) return { originMs, durationMs, loop: 1 };
    notes.add(lines[0]?.place ?? null, 'The sequence ends where it starts, so it plays all day, as in SBaGen.');
  } else if (options.lengthMs !== null && options.lengthMs > 0) {
    return { originMs, durationMs: options.lengthMs, loop: 1 };
  }
  if (options.start && options.start.ms !== originMs) {
    const { place, text } = options.start.word;
    notes.add(place, `-T ${text}: the day of this program starts at its first time line, not at -T.`);
  }
  return { originMs, durationMs: DAY_MS, loop: 0 };
}

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
  const voices = voicesOf(stretches, originMs, durationMs, place);
  if (voices.length === 0) {
    voices.push(silence());
    notes.add(null, 'Nothing sounds in this sequence.');
  }
  checkSize(voices, place);
  if (options.soundtrack && !sequence.mixes) {
    const { name, word } = options.soundtrack;
    notes.add(
      word.place,
      `-m ${name}: no tone-set has mix/LEVEL, so the soundtrack is left out; SBaGen plays it at full level.`,
    );
  }
  const gain = fitLevels(voices, notes) * options.volume;
  const { title, description } = describe(sequence.remarks);
  const durationSeconds = durationMs / 1000;
  return {
    title,
    program: {
      durationSeconds,
      phases: [{ name: title || 'Sequence', description, durationSeconds, colour: '#7c9cff' }],
      voices,
      gain,
      loop,
      seed: 1,
    },
    startClockSeconds: originMs / 1000,
    notes: notes.list(),
  };
}
