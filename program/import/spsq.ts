import type { Keyframe, ProgramFile, Voice, Waveform } from '../model.ts';
import { fitVoices } from './fit-keyframes.ts';
import { fitLevels } from './fit-levels.ts';
import type { Place } from './import-error.ts';
import { NoteList } from './note-list.ts';
import { SBAGEN_DUTY } from './sound-facts.ts';
import { type Entry, readSpsq, type SpsqFile, type SpsqSequence, type Track } from './spsq-reader.ts';

/** SynapSeq's constant of its exponential, logarithmic and sigmoid transitions. */
const CURVE = 6;
/** Straight pieces that stand for one bent leg: off by less than 0.5 % of its rise. */
const PIECES = 24;
/** Tracks that do not go over into each other fade for so long on each side of the border, where there is room. */
const FADE_SECONDS = 30;
const CHANNELS = 16;

/** Share of the way at a share of the time. */
function eased(sequence: SpsqSequence, transition: string, share: number): number {
  switch (transition) {
    case 'steady':
      return share;
    case 'ease-in':
      return (Math.exp(CURVE * share) - 1) / (Math.exp(CURVE) - 1);
    case 'ease-out':
      return (1 - Math.exp(-CURVE * share)) / (1 - Math.exp(-CURVE));
    case 'smooth': {
      const sigmoid = (x: number) => 1 / (1 + Math.exp(-CURVE * (x - 0.5)));
      return (sigmoid(share) - sigmoid(0)) / (sigmoid(1) - sigmoid(0));
    }
    default: {
      const points = sequence.transitions.get(transition) ?? [0, 100];
      const at = share * (points.length - 1);
      const low = Math.min(points.length - 2, Math.floor(at));
      const [from = 0, to = 100] = [points[low], points[low + 1]];
      return (from + (to - from) * (at - low)) / 100;
    }
  }
}

/** Tracks of the same key go over into each other. */
function keyOf(track: Track): string {
  const { type, waveform, beatType, colour, source, effect } = track;
  return [type, waveform, beatType, type === 'noise' ? colour : '', source, effect?.type ?? ''].join(' ');
}

/** The times at which a stretch is looked at: its ends, and between them where its course bends. */
function looks(sequence: SpsqSequence, from: Entry, to: Entry): { at: number; share: number }[] {
  const legs = 2 * from.steps + 1;
  const seconds = to.at - from.at;
  const points = sequence.transitions.get(from.transition)?.length ?? 2;
  const pieces = from.transition === 'steady' ? 1 : Math.max(PIECES, points - 1);
  return Array.from({ length: legs * pieces + 1 }, (_, index) => {
    const leg = Math.min(legs - 1, Math.floor(index / pieces));
    const forth = eased(sequence, from.transition, index / pieces - leg);
    return { at: from.at + (seconds * index) / (legs * pieces), share: leg % 2 === 0 ? forth : 1 - forth };
  });
}

const mix = (a: number, b: number, share: number): number => a + (b - a) * share;

interface Values {
  at: number;
  carrier: number;
  beat: number;
  left: number;
  right: number;
}

function valuesOf(at: number, track: Track, loud = 1): Values {
  const { carrier, effect, beat, beatType, left, right } = track;
  // Noise that is modulated beats at the effect's rate.
  const rate = beatType || effect?.type !== 'modulation' || track.type !== 'noise' ? beat : effect.value;
  return { at, carrier, beat: rate, left: left * loud, right: right * loud };
}

/** What a channel plays of one key, as values between which everything goes straight; silent in between. */
function courseOf(sequence: SpsqSequence, channel: number, key: string): Values[] {
  const { entries } = sequence;
  const values: Values[] = [];
  const has = (entry: Entry | undefined): Track | null => {
    const track = entry?.tracks[channel];
    return track && keyOf(track) === key ? track : null;
  };
  for (const [index, from] of entries.entries()) {
    const to = entries[index + 1];
    if (!to) break;
    const [start, end] = [has(from), has(to)];
    const seconds = to.at - from.at;
    if (start && end) {
      for (const { at, share } of looks(sequence, from, to)) {
        const [a, b] = [valuesOf(at, start), valuesOf(at, end)];
        values.push({
          at,
          carrier: mix(a.carrier, b.carrier, share),
          beat: mix(a.beat, b.beat, share),
          left: mix(a.left, b.left, share),
          right: mix(a.right, b.right, share),
        });
      }
    } else if (start || end) {
      const track = (start ?? end) as Track;
      const other = (start ? to : from).tracks[channel];
      if (other) {
        // Another thing on the channel: a straight fade beside the border.
        const fade = Math.min(FADE_SECONDS, seconds);
        if (start) values.push(valuesOf(from.at, track), valuesOf(to.at - fade, track), valuesOf(to.at, track, 0));
        else values.push(valuesOf(to.at, track, 0));
      } else {
        for (const { at, share } of looks(sequence, from, to))
          values.push(valuesOf(at, track, start ? 1 - share : share));
      }
    }
    // What came in beside something else rises after the border.
    const before = entries[index - 1]?.tracks[channel];
    if (start && before && keyOf(before) !== key && index > 0) {
      const fade = Math.min(FADE_SECONDS, seconds);
      for (const value of values) {
        if (value.at < from.at || value.at >= from.at + fade) continue;
        const share = (value.at - from.at) / fade;
        value.left *= share;
        value.right *= share;
      }
      if (end) {
        const [a, b] = [valuesOf(from.at, start), valuesOf(to.at, end)];
        const share = eased(sequence, from.transition, fade / seconds);
        values.push({
          at: from.at + fade,
          carrier: mix(a.carrier, b.carrier, share),
          beat: mix(a.beat, b.beat, share),
          left: mix(a.left, b.left, share),
          right: mix(a.right, b.right, share),
        });
        values.sort((x, y) => x.at - y.at);
      }
    }
  }
  return values;
}

function keyframesOf(values: Values[], durationSeconds: number): Keyframe[] {
  const frames: Keyframe[] = [];
  for (const { at, carrier, beat, left, right } of values) {
    const level = Math.max(left, right);
    const pan = level === 0 || left === right ? 0 : left > right ? right / left - 1 : 1 - left / right;
    const frame: Keyframe = { at: Math.min(at, durationSeconds), carrier, beat, level, pan, curve: 'LINEAR' };
    const last = frames.at(-1);
    if (
      last &&
      last.at === frame.at &&
      last.carrier === carrier &&
      last.beat === beat &&
      last.level === level &&
      last.pan === pan
    )
      continue;
    if (last?.at === frame.at && frames.at(-2)?.at === frame.at) frames.pop();
    frames.push(frame);
  }
  const [first] = frames;
  if (first && first.at > 0 && first.level > 0) frames.unshift({ ...first, at: first.at, level: 0 });
  const last = frames.at(-1);
  if (last && last.at < durationSeconds && last.level > 0) frames.push({ ...last, level: 0 });
  return frames;
}

/** Partials of a wave that is given by points over a whole period, 0 to 100, joined by straight lines. */
function partialsOf(points: number[]): number[] {
  const grid = 1024;
  const wave = Array.from({ length: grid }, (_, n) => {
    const at = (n / grid) * points.length;
    const low = Math.floor(at);
    const [from = 50, to = 50] = [points[low], points[(low + 1) % points.length]];
    return (from + (to - from) * (at - low)) / 50 - 1;
  });
  const partials = Array.from({ length: 32 }, (_, k) => {
    let sine = 0;
    let cosine = 0;
    for (const [n, value] of wave.entries()) {
      const angle = (2 * Math.PI * (k + 1) * n) / grid;
      sine += value * Math.sin(angle);
      cosine += value * Math.cos(angle);
    }
    return (2 * Math.hypot(sine, cosine)) / grid;
  });
  const peak = Math.max(1, ...partials);
  const scaled = partials.map((partial) => Math.round((partial / peak) * 1e9) / 1e9);
  return scaled.some((partial) => partial > 0) ? scaled : [1];
}

function waveOf(track: Track, sequence: SpsqSequence, notes: NoteList): { waveform: Waveform; harmonics?: number[] } {
  const points = sequence.waveforms.get(track.waveform);
  if (!points) return { waveform: track.waveform.toUpperCase() as Waveform };
  notes.add(track.place, `${track.waveform}: the partials of the drawn wave keep their strength, not their phase.`);
  return { waveform: 'HARMONICS', harmonics: partialsOf(points) };
}

function voiceOf(track: Track, name: string, keyframes: Keyframe[], sequence: SpsqSequence, notes: NoteList): Voice {
  const { effect, place } = track;
  const modulated = track.type === 'noise' && effect?.type === 'modulation';
  if (effect && !modulated) {
    notes.add(
      place,
      `effect ${effect.type} ${effect.value} intensity ${effect.intensity * 100}: has no counterpart and is left out.`,
    );
  }
  if (track.smooth > 0) notes.add(place, `smooth ${track.smooth}: the noise is not smoothed.`);
  if (track.type === 'noise') {
    if (modulated) notes.add(place, 'effect modulation: its depth is the same all the time.');
    return {
      kind: 'NOISE',
      name,
      colour: track.colour,
      correlation: 1,
      modulationDepth: modulated ? (effect?.intensity ?? 0) : 0,
      spin: false,
      keyframes,
    };
  }
  if (track.type !== 'tone') {
    notes.add(place, `${track.type} ${track.source}: waits for the listener's own sound file.`);
    return {
      kind: 'SAMPLE',
      name,
      sampleName: track.source.replace(/^.*\//, '').slice(0, 200).toWellFormed(),
      keyframes,
    };
  }
  const wave = waveOf(track, sequence, notes);
  if (track.beatType !== 'isochronic')
    return { kind: track.beatType === 'monaural' ? 'MONAURAL' : 'BINAURAL', name, ...wave, keyframes };
  notes.add(place, `Isochronic pulses last ${SBAGEN_DUTY} of the beat and have raised-cosine edges.`);
  return {
    kind: 'ISOCHRONIC',
    name,
    ...wave,
    duty: SBAGEN_DUTY,
    edgeSeconds: 0.01,
    depth: 1,
    alternating: false,
    keyframes,
  };
}

/**
 * Reads a SynapSeq sequence (`.spsq`) with the files of presets (`.spsc`) that it extends. Each channel becomes a voice,
 * or several where it plays different things over time. What has no counterpart is noted with its line.
 * @throws {ImportError} with line, column and what was expected
 */
export function importSpsq(main: SpsqFile, others: SpsqFile[] = []): ProgramFile {
  const notes = new NoteList();
  const several = others.length > 0;
  const sequence = readSpsq({ ...main, name: several ? main.name : '' }, others, notes);
  const { entries, remarks } = sequence;
  const durationSeconds = entries.at(-1)?.at ?? 0;
  const voices: Voice[] = [];
  const places = new Map<Voice, Place>();
  for (let channel = 0; channel < CHANNELS; channel++) {
    const tracks = new Map<string, Track>();
    for (const { tracks: all } of entries) {
      const track = all[channel];
      if (!track) continue;
      if (track.left < 0 || track.right < 0) {
        // Between sides of two signs there is no place.
        track.left = Math.abs(track.left);
        track.right = Math.abs(track.right);
        notes.add(track.place, 'amplitude: a level below 0 is kept by its size; the wave is not turned.');
      }
      if (!tracks.has(keyOf(track))) tracks.set(keyOf(track), track);
    }
    for (const [key, track] of tracks) {
      const keyframes = keyframesOf(courseOf(sequence, channel, key), durationSeconds);
      if (keyframes.length === 0) continue;
      const label =
        track.type === 'tone'
          ? (track.beatType ?? 'tone')
          : track.type === 'noise'
            ? `${track.colour.toLowerCase()} noise`
            : track.type;
      const voice = voiceOf(track, `Track ${channel + 1} ${label}`, keyframes, sequence, notes);
      places.set(voice, track.place);
      voices.push(voice);
    }
  }
  for (const entry of entries) {
    if (entry.tracks.length > CHANNELS)
      notes.add(entry.tracks[CHANNELS]?.place ?? null, `Only ${CHANNELS} tracks of a preset are played.`);
    if (/^ease|^smooth/.test(entry.transition))
      notes.add(entry.place, `${entry.transition}: imported as ${PIECES} straight pieces.`);
  }
  const fitted = fitVoices(voices, notes, (voice) => places.get(voice) ?? null);
  if (fitted.length === 0) {
    const frame = { at: 0, carrier: 200, beat: 0, level: 0, pan: 0, curve: 'LINEAR' } as const;
    fitted.push({ kind: 'BINAURAL', name: 'Silence', waveform: 'SINE', keyframes: [frame] });
    notes.add(null, 'Nothing sounds in this sequence.');
  }
  const gain = fitLevels(fitted, notes) * sequence.volume;
  const [title = '', ...more] = remarks.filter((remark) => /\p{L}/u.test(remark));
  return {
    title: title.slice(0, 200).toWellFormed(),
    program: {
      durationSeconds,
      phases: [
        {
          name: title.slice(0, 200).toWellFormed() || 'Sequence',
          description: more.join('\n').slice(0, 2000).toWellFormed(),
          durationSeconds,
          colour: '#7c9cff',
        },
      ],
      voices: fitted,
      gain,
      loop: 1,
      seed: 1,
    },
    startClockSeconds: null,
    notes: notes.list(),
  };
}
