import { BELL_DECAY_SECONDS, SBAGEN_DUTY } from '../import/sound-facts.ts';
import { beats, isIrregular } from '../kinds.ts';
import { byItself, highestLevel } from '../levels.ts';
import type { Note, ProgramFile, Voice } from '../model.ts';
import { type VoiceValues, valueAt } from '../values.ts';
import { decimal, type Exported, noteWhole, straightened, valueBefore } from './course.ts';

const CHANNELS = 16;
const DAY = 86_400;
/** Samples of half a period with which a wave of partials is drawn. */
const DRAWN_SAMPLES = 128;

/** Collects sentences, each once. */
class Losses {
  readonly notes: Note[] = [];

  add(message: string): void {
    if (!this.notes.some((note) => note.message === message)) this.notes.push({ line: 0, message });
  }
}

/** The half period that `waveNN` draws, upside down where it begins below 0: the second half is its mirror anyway. */
function drawn(harmonics: number[]): string {
  const samples = Array.from({ length: DRAWN_SAMPLES }, (_, n) =>
    harmonics.reduce((sum, part, index) => sum + part * Math.sin((Math.PI * (index + 1) * n) / DRAWN_SAMPLES), 0),
  );
  return samples.map((sample) => decimal(Math.round(sample * 1e6) / 1e6)).join(' ');
}

/** Writes the tones of one voice, or null where SBaGen has nothing like it. */
type ToneWriter = ((values: VoiceValues) => string) | null;

const percent = (level: number) => decimal(Number((level * 100).toPrecision(12)));
const signed = (value: number) => (value < 0 ? decimal(value) : `+${decimal(value)}`);

function wavePrefix(
  voice: Voice & { waveform: string; harmonics?: number[] },
  waves: string[],
  losses: Losses,
): string {
  if (voice.waveform === 'SINE') return '';
  if (voice.waveform !== 'HARMONICS') {
    losses.add(`${voice.name}: the wave needs SBaGen+ or SBaGenX.`);
    return `${voice.waveform.toLowerCase()}:`;
  }
  losses.add(`${voice.name}: the wave is drawn with ${DRAWN_SAMPLES} points; even partials are not kept.`);
  waves.push(drawn(voice.harmonics ?? [1]));
  return `wave${String(waves.length - 1).padStart(2, '0')}:`;
}

function toneWriter(voice: Voice, waves: string[], losses: Losses): ToneWriter {
  if (voice.keyframes.some(({ pan }) => pan !== 0)) losses.add(`${voice.name}: the balance is not kept.`);
  switch (voice.kind) {
    case 'BINAURAL': {
      const wave = wavePrefix(voice, waves, losses);
      return ({ carrier, beat, level }) => `${wave}${decimal(carrier)}${signed(beat)}/${percent(level)}`;
    }
    case 'MONAURAL': {
      const wave = wavePrefix(voice, waves, losses);
      losses.add(`${voice.name}: monaural tones need SBaGenX.`);
      return ({ carrier, beat, level }) => `${wave}${decimal(carrier)}M${decimal(beat)}/${percent(level)}`;
    }
    case 'ISOCHRONIC': {
      const wave = wavePrefix(voice, waves, losses);
      losses.add(`${voice.name}: isochronic tones need SBaGen+ or SBaGenX, which shape their pulses by themselves.`);
      if (voice.alternating) losses.add(`${voice.name}: the pulses no longer change the ear.`);
      if (voice.depth !== 1) losses.add(`${voice.name}: the pulses go down to silence.`);
      if (isIrregular(voice)) losses.add(`${voice.name}: the pulses are on the beat.`);
      return ({ carrier, beat, level }) => `${wave}${decimal(carrier)}@${decimal(beat)}/${percent(level)}`;
    }
    case 'MODULATED': {
      const wave = wavePrefix(voice, waves, losses);
      losses.add(`${voice.name}: modulated tones are written as isochronic ones, which need SBaGen+ or SBaGenX.`);
      return ({ carrier, beat, level }) => `${wave}${decimal(carrier)}@${decimal(beat)}/${percent(level)}`;
    }
    case 'NOISE': {
      if (voice.correlation !== 1) losses.add(`${voice.name}: the noise is the same in both ears.`);
      if (voice.spin) {
        const spin = { PINK: 'spin', BROWN: 'bspin', WHITE: 'wspin' }[voice.colour];
        return ({ carrier, beat, level }) => `${spin}:${decimal(carrier)}${signed(beat)}/${percent(level)}`;
      }
      if (voice.modulationDepth > 0) {
        losses.add(`${voice.name}: noise that pulses needs SBaGenX; it is pink and goes down to silence.`);
        if (voice.duty !== undefined)
          losses.add(`${voice.name}: the bursts are shaped by SBaGenX itself, on the beat.`);
        return ({ beat, level }) => `noisepulse:${decimal(beat)}/${percent(level)}`;
      }
      if (voice.colour !== 'PINK')
        losses.add(`${voice.name}: ${voice.colour.toLowerCase()} noise needs SBaGen+ or SBaGenX.`);
      return ({ level }) => `${voice.colour.toLowerCase()}/${percent(level)}`;
    }
    case 'BELL':
      if (voice.decaySeconds !== BELL_DECAY_SECONDS)
        losses.add(`${voice.name}: bells ring for ${BELL_DECAY_SECONDS} s.`);
      return ({ carrier, level }) => (level > 0 ? `bell+${decimal(carrier)}/${percent(level)}` : '-');
    case 'SAMPLE':
      if (beats(voice)) losses.add(`${voice.name}: the soundtrack is no longer modulated.`);
      return ({ level }) => `mix/${percent(level)}`;
    case 'DROPS':
      losses.add(`${voice.name}: drops are not kept.`);
      return null;
  }
}

/** Moves keyframes to whole seconds, SBaGen's smallest step of time. */
function wholeSeconds(voice: Voice, losses: Losses): Voice {
  const moved = voice.keyframes.filter(({ at }) => !Number.isInteger(at)).length;
  if (moved === 0) return voice;
  losses.add(`${voice.name}: ${moved} keyframes are moved to whole seconds.`);
  return { ...voice, keyframes: voice.keyframes.map((frame) => ({ ...frame, at: Math.round(frame.at) })) };
}

function clock(seconds: number): string {
  const part = (value: number) => String(Math.floor(value)).padStart(2, '0');
  return `${part(seconds / 3600)}:${part((seconds % 3600) / 60)}:${part(seconds % 60)}`;
}

/** A voice is off where it neither sounds nor comes from or goes to a sound. */
interface Channel {
  voice: Voice;
  write: (values: VoiceValues) => string;
}

/** A bell stands only in the line that it strikes in. */
function strikes(voice: Voice, t: number): boolean {
  return voice.keyframes.some(({ at, level }) => at === t && level > 0);
}

/**
 * Writes a program as an SBaGen sequence. Every keyframe becomes a time line that slides (`->`) to the next one, so that
 * the course is the program's own; what the format cannot hold is noted.
 */
export function exportSbg({ title, program, ...file }: ProgramFile): Exported {
  const startClockSeconds = program.startClockSeconds ?? file.startClockSeconds;
  const losses = new Losses();
  noteWhole(program, losses.notes);
  const waves: string[] = [];
  const channels: Channel[] = [];
  for (const voice of program.voices) {
    const write = toneWriter(voice, waves, losses);
    if (!write) continue;
    if (channels.length === CHANNELS) {
      losses.add(`${voice.name}: SBaGen has ${CHANNELS} channels; this voice is left out.`);
      continue;
    }
    const straight = straightened(voice, true);
    if (straight.changed) losses.add(`${voice.name}: smooth curves are written as straight pieces.`);
    channels.push({ voice: wholeSeconds(straight.voice, losses), write });
  }

  const duration = Math.min(DAY, Math.max(1, Math.round(program.durationSeconds)));
  if (duration !== program.durationSeconds)
    losses.add(`The length of ${program.durationSeconds} s is written as ${duration} s.`);
  const wholeDay = duration === DAY;
  if (wholeDay && program.loop !== 0) losses.add('A whole day has no end in SBaGen; it is played again and again.');
  if (!wholeDay && program.loop !== 1) losses.add('SBaGen plays the sequence once.');

  const header = [`## ${title.replace(/[\r\n]+/g, ' ').replace(/:\s*$/, '')}`];
  for (const line of (program.phases[0]?.description ?? '').split('\n'))
    if (line.trim() !== '') header.push(`## ${line.trim()}`);
  // Without -S SBaGen plays by the clock.
  const byClock = program.startClockSeconds !== undefined;
  if (!byClock || !wholeDay) header.push(wholeDay ? '-S' : byClock ? '-E' : '-SE');
  const sample = channels.find(({ voice }) => voice.kind === 'SAMPLE')?.voice;
  if (sample?.kind === 'SAMPLE' && sample.sampleName !== '') {
    const name = sample.sampleName.replace(/[\s#]+/g, '_');
    if (name !== sample.sampleName)
      losses.add(`The soundtrack is called ${name}: a file name has no blanks in SBaGen.`);
    header.push(`-m ${name}`);
  }
  if (channels.filter(({ voice }) => voice.kind === 'SAMPLE').length > 1)
    losses.add('SBaGen has one soundtrack for all beds.');
  const duties = new Set(channels.flatMap(({ voice }) => (voice.kind === 'ISOCHRONIC' ? [voice.duty] : [])));
  const [duty] = duties;
  if (duties.size > 1) losses.add('All isochronic tones take the first one’s share of the beat.');
  if (duty !== undefined && duty !== SBAGEN_DUTY) header.push(`-I s=0:d=${decimal(duty)}:a=0.5:r=0.5:e=2`);

  // An import sets the gain so that the levels fit; only what is quieter than that needs writing.
  const highest = highestLevel(program.voices, byItself).level;
  const fit = highest > 1 ? 1 / highest : 1;
  const volume = program.gain / fit;
  let scale = 1;
  if (volume < 1 - 1e-6) {
    const whole = Math.round(volume * 100);
    if (Math.abs(volume * 100 - whole) < 1e-6 && whole > 0) {
      header.push(`-V ${whole}`);
      losses.add('The overall volume (-V) needs SBaGen+ or SBaGenX.');
    } else {
      scale = program.gain;
      losses.add(`All levels are multiplied by the program's gain of ${decimal(program.gain)}.`);
    }
  }

  const clockStart = startClockSeconds === null ? null : Math.round(startClockSeconds) % DAY;
  if (clockStart !== null && clockStart !== startClockSeconds)
    losses.add('The time of day is written in whole seconds.');
  const time = (second: number) => {
    if (clockStart !== null) return clock((clockStart + second) % DAY);
    if (second === 0) return 'NOW';
    return second < DAY ? `NOW+${clock(second)}` : 'NOW+12:00+12:00';
  };

  const times = new Set([0, duration]);
  for (const { voice } of channels) for (const { at } of voice.keyframes) if (at < duration) times.add(at);
  const names = new Map<string, string>();
  const lines: string[] = [];
  const write = (second: number, tones: string, arrow: string) => {
    let name = names.get(tones);
    if (name === undefined) {
      name = `ts${names.size + 1}`;
      names.set(tones, name);
    }
    lines.push(`${time(second)} == ${name}${arrow}`);
  };
  const tones = (second: number, side: 'BEFORE' | 'AFTER') =>
    channels
      .map(({ voice, write: writer }) => {
        if (voice.kind === 'BELL' && (side === 'BEFORE' || !strikes(voice, second))) return '-';
        const values = side === 'BEFORE' ? valueBefore(voice, second) : valueAt(voice, second);
        return writer({ ...values, level: values.level * scale });
      })
      .join(' ') || '-';
  const first = tones(0, 'AFTER');
  for (const second of [...times].sort((a, b) => a - b)) {
    if (second === duration) {
      const last = tones(second, 'BEFORE');
      if (!wholeDay) write(second, last, '');
      else if (last !== first && last !== '-') write(second, last, ' ->');
      continue;
    }
    const after = tones(second, 'AFTER');
    const before = second === 0 ? after : tones(second, 'BEFORE');
    const rings = channels.some(({ voice }) => voice.kind === 'BELL' && strikes(voice, second));
    if (before !== after && !rings) write(second, before, ' ->');
    else if (rings && second > 0) {
      // A strike is no jump of the other channels.
      const silent = channels.map(({ voice }) => voice.kind === 'BELL');
      const quiet = (text: string) =>
        text
          .split(' ')
          .filter((_, index) => !silent[index])
          .join(' ');
      if (quiet(before) !== quiet(after)) write(second, before, ' ->');
    }
    write(second, after, ' ->');
  }
  const definitions = [...names].map(([text, name]) => `${name}: ${text}`);
  const drawings = waves.map((wave, index) => `wave${String(index).padStart(2, '0')}: ${wave}`);
  const text = [...header, '', ...drawings, ...definitions, '', ...lines, ''].join('\n');
  return { text, notes: losses.notes };
}
