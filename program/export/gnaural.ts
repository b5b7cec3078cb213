import { DROP_SAMPLES, PULSE_EDGE_SECONDS } from '../import/sound-facts.ts';
import { beats, isIrregular } from '../kinds.ts';
import { byItself, highestLevel } from '../levels.ts';
import type { Keyframe, Note, ProgramFile, Voice } from '../model.ts';
import { decimal, type Exported, noteWhole, straightened } from './course.ts';

/** A row of a voice's schedule: values at its start, and seconds to the next row. */
interface Entry {
  duration: number;
  left: number;
  right: number;
  beat: number;
  base: number;
}

/** Ears may be this far from the program where level and balance change together. */
const TOLERANCE = 0.0005;
const MOST_PIECES = 64;

function ears({ level, pan }: Keyframe): { left: number; right: number } {
  return { left: level * Math.min(1, 1 - pan), right: level * Math.min(1, 1 + pan) };
}

function between(from: Keyframe, to: Keyframe, share: number): Keyframe {
  const mix = (key: 'at' | 'carrier' | 'beat' | 'level' | 'pan') => from[key] + (to[key] - from[key]) * share;
  return {
    at: mix('at'),
    carrier: mix('carrier'),
    beat: mix('beat'),
    level: mix('level'),
    pan: mix('pan'),
    curve: 'LINEAR',
  };
}

/** How far either ear strays halfway if it goes straight. */
function stray(from: Keyframe, to: Keyframe): number {
  const [start, end, middle] = [ears(from), ears(to), ears(between(from, to, 0.5))];
  const off = (key: 'left' | 'right') => Math.abs((start[key] + end[key]) / 2 - middle[key]);
  return Math.max(off('left'), off('right'));
}

/** Keyframes such that left and right may go straight between them. */
function evened(frames: Keyframe[]): Keyframe[] {
  return frames.flatMap((from, index) => {
    const to = frames[index + 1];
    if (!to || from.curve === 'HOLD' || from.pan === to.pan) return [from];
    const centre = from.pan * to.pan < 0 ? between(from, to, from.pan / (from.pan - to.pan)) : null;
    const ends = centre ? [from, centre, to] : [from, to];
    return ends.slice(0, -1).flatMap((low, part) => {
      const high = ends[part + 1] as Keyframe;
      let count = 1;
      while (count < MOST_PIECES && stray(low, between(low, high, 1 / count)) > TOLERANCE) count *= 2;
      return Array.from({ length: count }, (_, piece) => (piece === 0 ? low : between(low, high, piece / count)));
    });
  });
}

const alike = (a: Entry, b: Entry) =>
  a.left === b.left && a.right === b.right && a.beat === b.beat && a.base === b.base;

/** The rows of a voice from 0 to `seconds`. */
function entriesOf(voice: Voice, seconds: number): Entry[] {
  const frames = evened(voice.keyframes);
  const [first] = frames as [Keyframe];
  const course = first.at > 0 ? [{ ...first, at: 0, curve: 'HOLD' as const }, ...frames] : frames;
  const entries: Entry[] = [];
  const row = (frame: Keyframe, duration: number) => {
    const drops = voice.kind === 'DROPS' ? dropNumbers(voice) : null;
    entries.push({
      duration: Math.round(duration * 1e6) / 1e6,
      ...ears(frame),
      beat: drops?.beat ?? frame.beat,
      base: drops?.base ?? frame.carrier,
    });
  };
  for (const [index, frame] of course.entries()) {
    const next = course[index + 1];
    if (next) {
      row(frame, next.at - frame.at);
      if (frame.curve === 'HOLD' && next.at > frame.at) row(frame, 0);
    } else if (frame.at < seconds) {
      row(frame, seconds - frame.at);
      if (course.length > 1) row(frame, 0);
    } else {
      // The last row goes back to the first one's values, so those need no row.
      row(frame, 0);
      const [start, end] = [entries[0], entries.at(-1)] as [Entry, Entry];
      if (entries.length > 1 && alike(start, end)) entries.pop();
    }
  }
  // A row of no duration before one of the same values is no jump.
  return entries.filter((entry, index) => {
    const next = entries[index + 1];
    return entry.duration > 0 || !next || !alike(entry, next);
  });
}

/** Number of drops and the chance of each at a sample, in Gnaural's fields. */
function dropNumbers(voice: Voice & { kind: 'DROPS' }): { beat: number; base: number } {
  const samples = (voice.count * 44_100) / voice.dropsPerSecond - DROP_SAMPLES[voice.texture];
  return { beat: voice.count, base: Math.min(1, 1 / Math.max(1, samples)) };
}

interface VoiceForm {
  type: number;
  mono: boolean;
}

/** Gnaural's type for a voice, or null where it has none; says what it does not hold. */
function formOf(voice: Voice, lose: (message: string) => void): VoiceForm | null {
  if ('waveform' in voice && voice.waveform !== 'SINE') lose(`${voice.name}: Gnaural plays a sine.`);
  switch (voice.kind) {
    case 'BINAURAL':
      return { type: 0, mono: false };
    case 'MONAURAL':
      return { type: 0, mono: true };
    case 'NOISE':
      if (voice.colour !== 'BROWN')
        lose(`${voice.name}: Gnaural's noise falls by about 6 dB an octave, as brown noise does.`);
      if (voice.spin || voice.modulationDepth > 0) lose(`${voice.name}: the noise no longer moves or pulses.`);
      if (voice.correlation !== 0 && voice.correlation !== 1) lose(`${voice.name}: each ear has noise of its own.`);
      return { type: 1, mono: voice.correlation === 1 };
    case 'SAMPLE':
      if (beats(voice)) lose(`${voice.name}: the sound is no longer modulated.`);
      return { type: 2, mono: false };
    case 'ISOCHRONIC':
      if (voice.duty !== 0.5) lose(`${voice.name}: pulses last half of the beat.`);
      if (voice.depth !== 1) lose(`${voice.name}: pulses go down to silence.`);
      if (isIrregular(voice)) lose(`${voice.name}: pulses are on the beat.`);
      if (Math.abs(voice.edgeSeconds - PULSE_EDGE_SECONDS) > 1e-6)
        lose(`${voice.name}: pulses rise and fall in 2.3 ms.`);
      return { type: voice.alternating ? 4 : 3, mono: false };
    case 'MODULATED':
      lose(`${voice.name}: the modulation is written as pulses that last half of the beat.`);
      return { type: 3, mono: false };
    case 'DROPS':
      return { type: voice.texture === 'RAIN' ? 6 : 5, mono: false };
    case 'BELL':
      lose(`${voice.name}: Gnaural has no bells; this voice is left out.`);
      return null;
  }
}

function escaped(text: string): string {
  return text
    .toWellFormed()
    .replace(/[^\t\n\r\u0020-\uFFFD\u{10000}-\u{10FFFF}]/gu, '')
    .replace(/&/g, '&amp;')
    .replace(/</g, '&lt;')
    .replace(/>/g, '&gt;')
    .replace(/"/g, '&quot;');
}

/** Writes a program as a Gnaural schedule. What the format cannot hold is noted. */
export function exportGnaural({ title, program, startClockSeconds }: ProgramFile): Exported {
  const notes: Note[] = [];
  const lose = (message: string) => {
    if (!notes.some((note) => note.message === message)) notes.push({ line: 0, message });
  };
  noteWhole(program, notes);
  if ((program.startClockSeconds ?? startClockSeconds) !== null) lose('The time of day is not kept.');
  const highest = highestLevel(program.voices, byItself).level;
  // An import sets the gain so that the levels fit; what is quieter than that goes into the overall volume.
  const volume = program.gain / (highest > 1 ? 1 / highest : 1);
  const overall = volume < 1 - 1e-6 ? program.gain : 1;
  if (overall !== 1) lose(`The gain of ${decimal(program.gain)} is written as the overall volume.`);

  const voices: string[] = [];
  let total = 0;
  for (const voice of program.voices) {
    const form = formOf(voice, lose);
    if (!form) continue;
    const straight = straightened(voice, false);
    if (straight.changed) lose(`${voice.name}: smooth curves are written as straight pieces.`);
    const entries = entriesOf(straight.voice, program.durationSeconds);
    total += entries.length;
    const rows = entries.map(
      ({ duration, left, right, beat, base }) =>
        `<entry parent="${voices.length}" duration="${decimal(duration)}" volume_left="${decimal(left)}" volume_right="${decimal(right)}" beatfreq="${decimal(beat)}" basefreq="${decimal(base)}" state="0"/>`,
    );
    const description = voice.kind === 'SAMPLE' && voice.sampleName !== '' ? voice.sampleName : voice.name;
    voices.push(
      [
        '<voice>',
        `<description>${escaped(description)}</description>`,
        `<id>${voices.length}</id>`,
        `<type>${form.type}</type>`,
        '<voice_state>0</voice_state>',
        '<voice_hide>0</voice_hide>',
        '<voice_mute>0</voice_mute>',
        `<voice_mono>${form.mono ? 1 : 0}</voice_mono>`,
        `<entrycount>${entries.length}</entrycount>`,
        '<entries>',
        ...rows,
        '</entries>',
        '</voice>',
      ].join('\n'),
    );
  }
  const text = [
    '<?xml version="1.0"?>',
    '<schedule>',
    '<gnauralfile_version>1.20101006</gnauralfile_version>',
    '<gnaural_version>1.0.20110606</gnaural_version>',
    `<title>${escaped(title)}</title>`,
    `<schedule_description>${escaped(program.phases[0]?.description ?? '')}</schedule_description>`,
    '<author></author>',
    `<totaltime>${decimal(program.durationSeconds)}</totaltime>`,
    `<voicecount>${voices.length}</voicecount>`,
    `<totalentrycount>${total}</totalentrycount>`,
    `<loops>${program.loop}</loops>`,
    `<overallvolume_left>${decimal(overall)}</overallvolume_left>`,
    `<overallvolume_right>${decimal(overall)}</overallvolume_right>`,
    '<stereoswap>0</stereoswap>',
    '<graphview>0</graphview>',
    ...voices,
    '</schedule>',
    '',
  ].join('\n');
  return { text, notes };
}
