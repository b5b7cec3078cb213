/**
 * Music, speech, weather and machines, made from numbers: sounds in which no beat of a protocol is, for tests and `npm run bench -- recordings`.
 * The same seed gives the same sound. Traps are among them: bass lines, tremolo, vibrato, chorus, unisons of strings, pumping, hum.
 */
import { random } from '@nes/program/import/random-files.ts';

export const FIXTURE_RATE = 44_100;

/** Both ears, at `FIXTURE_RATE`. */
export interface Sound {
  left: Float32Array;
  right: Float32Array;
}

type Next = () => number;

interface Tone {
  at: number;
  seconds: number;
  hz: number;
  level: number;
  /** −1 left to 1 right. */
  pan?: number;
  /** Levels of the partials from the first. */
  partials?: readonly number[];
  attack?: number;
  /** Seconds to 1/e; held where there is none. */
  decay?: number;
  vibrato?: { hz: number; cents: number };
  tremolo?: { hz: number; depth: number };
  /** How much sharper than n times the first the n-th partial is, as strings are: hz · n · √(1 + b n²). */
  stiffness?: number;
}

const silence = (seconds: number): Sound => ({
  left: new Float32Array(seconds * FIXTURE_RATE),
  right: new Float32Array(seconds * FIXTURE_RATE),
});

/** Adds one tone; a control value each 64 samples carries what moves slowly. */
function play(sound: Sound, tone: Tone): void {
  const { at, seconds, hz, level, pan = 0, partials = [1], attack = 0.01, decay, vibrato, tremolo } = tone;
  const first = Math.round(at * FIXTURE_RATE);
  const count = Math.min(Math.round(seconds * FIXTURE_RATE), sound.left.length - first);
  const release = Math.min(0.03, seconds / 4);
  const [toLeft, toRight] = [Math.min(1, 1 - pan), Math.min(1, 1 + pan)];
  for (const [index, strength] of partials.entries()) {
    const order = index + 1;
    const own = hz * order * Math.sqrt(1 + (tone.stiffness ?? 0) * order * order);
    if (own > 0.45 * FIXTURE_RATE) break;
    let phase = order * order * 0.7 + hz;
    let step = 0;
    let gain = 0;
    for (let n = 0; n < count; n++) {
      if (n % 64 === 0) {
        const t = n / FIXTURE_RATE;
        const bend = vibrato ? 2 ** ((vibrato.cents / 1200) * Math.sin(2 * Math.PI * vibrato.hz * t)) : 1;
        step = (2 * Math.PI * own * bend) / FIXTURE_RATE;
        const fade = Math.min(1, t / attack, (seconds - t) / release);
        const swing = tremolo ? 1 - tremolo.depth * (0.5 - 0.5 * Math.cos(2 * Math.PI * tremolo.hz * (at + t))) : 1;
        gain = level * strength * Math.max(0, fade) * swing * (decay ? Math.exp((-t * Math.sqrt(order)) / decay) : 1);
      }
      const value = gain * Math.sin(phase);
      phase += step;
      sound.left[first + n] = (sound.left[first + n] as number) + toLeft * value;
      sound.right[first + n] = (sound.right[first + n] as number) + toRight * value;
    }
  }
}

/** Noise through a one-pole low-pass and a one-pole high-pass, with a level that is asked for each 64 samples. */
function hiss(
  sound: Sound,
  next: Next,
  { low = 0, high = 22_000, level }: { low?: number; high?: number; level: (t: number) => number },
  [from, to] = [0, sound.left.length / FIXTURE_RATE],
): void {
  const up = 1 - Math.exp((-2 * Math.PI * high) / FIXTURE_RATE);
  const down = 1 - Math.exp((-2 * Math.PI * low) / FIXTURE_RATE);
  for (const ear of [sound.left, sound.right]) {
    let [smooth, slow, gain] = [0, 0, 0];
    const first = Math.round(from * FIXTURE_RATE);
    const last = Math.min(ear.length, Math.round(to * FIXTURE_RATE));
    for (let n = first; n < last; n++) {
      if ((n - first) % 64 === 0) gain = level(n / FIXTURE_RATE);
      smooth += up * (next() * 2 - 1 - smooth);
      slow += down * (smooth - slow);
      ear[n] = (ear[n] as number) + gain * (smooth - slow);
    }
  }
}

/** A drum: a falling sine, or a burst of noise. */
function kick(sound: Sound, at: number, level: number): void {
  const first = Math.round(at * FIXTURE_RATE);
  let phase = 0;
  for (let n = 0; n < 0.25 * FIXTURE_RATE && first + n < sound.left.length; n++) {
    const t = n / FIXTURE_RATE;
    phase += (2 * Math.PI * (48 + 110 * Math.exp(-t / 0.03))) / FIXTURE_RATE;
    const value = level * Math.exp(-t / 0.09) * Math.sin(phase);
    sound.left[first + n] = (sound.left[first + n] as number) + value;
    sound.right[first + n] = (sound.right[first + n] as number) + value;
  }
}

const strike = (sound: Sound, next: Next, at: number, level: number, low: number, decay: number) =>
  hiss(sound, next, { low, level: (t) => level * Math.exp(-(t - at) / decay) }, [at, at + 5 * decay]);

const pitch = (key: number) => 440 * 2 ** ((key - 69) / 12);
const saw = (count: number) => Array.from({ length: count }, (_, n) => 1 / (n + 1));
const hollow = (count: number) => Array.from({ length: count }, (_, n) => (n % 2 === 0 ? 1 / (n + 1) : 0));
/** Chords of a song in a key: triads of steps of the major scale. */
const SCALE = [0, 2, 4, 5, 7, 9, 11];
const triad = (root: number, step: number) =>
  [0, 2, 4].map((third) => root + (SCALE[(step + third) % 7] as number) + 12 * Math.floor((step + third) / 7));
const SONGS = [
  [0, 5, 3, 4],
  [0, 4, 5, 3],
  [1, 4, 0, 0],
  [5, 3, 0, 4],
];

/** Calls for each beat of a song with its chord. */
function bars(
  seconds: number,
  bpm: number,
  next: Next,
  root: number,
  each: (at: number, beat: number, chord: number[], length: number) => void,
) {
  const length = 60 / bpm;
  const song = SONGS[Math.floor(next() * SONGS.length)] as number[];
  for (let beat = 0; beat * length < seconds - length; beat++)
    each(beat * length, beat, triad(root, song[Math.floor(beat / 4) % song.length] as number), length);
}

type Maker = (sound: Sound, next: Next, seconds: number) => void;

const drums = (sound: Sound, next: Next, at: number, beat: number, length: number) => {
  kick(sound, at, 0.5);
  if (beat % 2 === 1) strike(sound, next, at, 0.35, 900, 0.06);
  for (const part of [0, 0.25, 0.5, 0.75]) strike(sound, next, at + part * length, 0.12, 7000, 0.02);
};

const makers: Record<string, Maker> = {
  'a bass line with drums': (sound, next, seconds) =>
    bars(seconds, 90 + 50 * next(), next, 36, (at, beat, [root = 36, , fifth = 43], length) => {
      for (const half of [0, 0.5])
        play(sound, {
          at: at + half * length,
          seconds: 0.45 * length,
          hz: pitch(beat % 4 === 3 && half ? fifth : root),
          level: 0.25,
          partials: saw(8),
          decay: 0.25,
        });
      drums(sound, next, at, beat, length);
    }),
  'chords held by strings with vibrato': (sound, next, seconds) =>
    bars(seconds, 60 + 30 * next(), next, 55, (at, beat, chord, length) => {
      if (beat % 4 !== 0) return;
      for (const [index, key] of chord.entries())
        play(sound, {
          at,
          seconds: 4 * length,
          hz: pitch(key) * (1 + (next() - 0.5) * 0.002),
          level: 0.08,
          pan: (index - 1) * 0.5,
          partials: saw(10),
          attack: 0.3,
          vibrato: { hz: 4.8 + next(), cents: 12 + 10 * next() },
        });
    }),
  'a pad of detuned oscillators': (sound, next, seconds) =>
    bars(seconds, 70 + 20 * next(), next, 48, (at, beat, chord, length) => {
      if (beat % 8 !== 0) return;
      for (const key of chord)
        for (const [cents, pan] of [
          [-7, -0.9],
          [0, 0],
          [6, 0.9],
        ] as const)
          play(sound, {
            at,
            seconds: 8 * length,
            hz: pitch(key) * 2 ** (cents / 1200),
            level: 0.05,
            pan,
            partials: saw(6),
            attack: 0.6,
          });
    }),
  'a piano of two strings a key': (sound, next, seconds) =>
    bars(seconds, 70 + 40 * next(), next, 52, (at, beat, chord, length) => {
      const key = chord[beat % 3] as number;
      for (const cents of [-1.2 - next(), 1.2 + next()])
        play(sound, {
          at,
          seconds: 2.5 * length,
          hz: pitch(key) * 2 ** (cents / 1200),
          level: 0.1,
          pan: (key - 60) / 30,
          partials: [1, 0.6, 0.4, 0.25, 0.15],
          decay: 1.4,
          attack: 0.004,
          stiffness: 4e-4,
        });
      play(sound, {
        at,
        seconds: length,
        hz: pitch(key - 24),
        level: 0.12,
        partials: saw(6),
        decay: 0.9,
        attack: 0.004,
        stiffness: 3e-4,
      });
    }),
  'a guitar plucked in arpeggios': (sound, next, seconds) =>
    bars(seconds, 80 + 40 * next(), next, 50, (at, _, chord, length) => {
      for (const [part, key] of [...chord, (chord[1] as number) + 12].entries())
        play(sound, {
          at: at + (part * length) / 4,
          seconds: 1.2,
          hz: pitch(key),
          level: 0.12,
          partials: [1, 0.8, 0.5, 0.3, 0.3, 0.1],
          decay: 0.5,
          attack: 0.002,
          pan: 0.2,
        });
    }),
  'a synthesizer that pumps': (sound, next, seconds) => {
    const bpm = 118 + 16 * next();
    const pump = { hz: bpm / 60, depth: 0.7 };
    bars(seconds, bpm, next, 48, (at, beat, chord, length) => {
      if (beat % 4 === 0)
        for (const key of chord)
          play(sound, { at, seconds: 4 * length, hz: pitch(key), level: 0.07, partials: saw(12), tremolo: pump });
      drums(sound, next, at, beat, length);
    });
  },
  'a guitar with tremolo': (sound, next, seconds) => {
    const tremolo = { hz: 4.5 + 2 * next(), depth: 0.5 + 0.3 * next() };
    bars(seconds, 70 + 20 * next(), next, 50, (at, beat, chord, length) => {
      if (beat % 4 === 0)
        for (const key of chord)
          play(sound, { at, seconds: 4 * length, hz: pitch(key), level: 0.1, partials: saw(7), decay: 3, tremolo });
    });
  },
  'an organ with a turning speaker': (sound, next, seconds) => {
    const turn = 5.8 + next();
    bars(seconds, 60 + 30 * next(), next, 55, (at, beat, chord, length) => {
      if (beat % 4 === 0)
        for (const key of chord)
          play(sound, {
            at,
            seconds: 4 * length,
            hz: pitch(key),
            level: 0.08,
            partials: [1, 0.7, 0.5, 0.2, 0, 0.3, 0, 0.2],
            vibrato: { hz: turn, cents: 14 },
            tremolo: { hz: turn, depth: 0.25 },
          });
    });
  },
  'an arpeggio that changes ears': (sound, next, seconds) =>
    bars(seconds, 100 + 30 * next(), next, 60, (at, beat, chord, length) => {
      for (let part = 0; part < 4; part++)
        for (const echo of [0, 1, 2])
          play(sound, {
            at: Math.min(seconds - 0.3, at + ((part + 3 * echo) * length) / 4),
            seconds: 0.18 * length,
            hz: pitch(chord[(part + beat) % 3] as number),
            level: 0.14 * 0.5 ** echo,
            pan: (part + echo) % 2 ? 0.8 : -0.8,
            partials: hollow(9),
          });
    }),
  'a choir': (sound, next, seconds) =>
    bars(seconds, 55 + 15 * next(), next, 55, (at, beat, chord, length) => {
      if (beat % 4 !== 0) return;
      for (const key of chord)
        for (let singer = 0; singer < 4; singer++)
          play(sound, {
            at: at + 0.05 * next(),
            seconds: 4 * length - 0.1,
            hz: pitch(key) * 2 ** (((next() - 0.5) * 24) / 1200),
            level: 0.025,
            pan: next() * 2 - 1,
            partials: [1, 0.9, 0.5, 0.4, 0.5, 0.2],
            attack: 0.25,
            vibrato: { hz: 4.6 + 1.6 * next(), cents: 10 + 25 * next() },
          });
    }),
  'a flute over a drone': (sound, next, seconds) => {
    for (const [key, level] of [
      [38, 0.12],
      [45, 0.08],
      [50, 0.05],
    ] as const)
      play(sound, { at: 0, seconds, hz: pitch(key), level, partials: saw(9), attack: 1 });
    for (let at = 0; at < seconds - 3; ) {
      const length = 0.4 + 2 * next();
      play(sound, {
        at,
        seconds: length,
        hz: pitch(62 + (SCALE[Math.floor(next() * 7)] as number)),
        level: 0.12,
        partials: [1, 0.3, 0.12],
        attack: 0.08,
        vibrato: { hz: 5.2, cents: 18 },
      });
      at += length + 0.2 * next();
    }
    hiss(sound, next, { low: 800, high: 5000, level: () => 0.01 });
  },
  'a machine for drums alone': (sound, next, seconds) =>
    bars(seconds, 110 + 60 * next(), next, 36, (at, beat, _, length) => {
      drums(sound, next, at, beat, length);
      if (beat % 4 === 2) strike(sound, next, at + 0.75 * length, 0.2, 2500, 0.12);
    }),
  speech: (sound, next, seconds) => {
    const low = 90 + 110 * next();
    for (let at = 0; at < seconds - 1; ) {
      if (next() < 0.12) at += 0.3 + 0.5 * next();
      const length = 0.09 + 0.16 * next();
      const formants = [250 + 550 * next(), 800 + 1500 * next(), 2600];
      const hz = low * (0.85 + 0.4 * next());
      const partials = Array.from({ length: Math.floor(3400 / hz) }, (_, n) =>
        formants.reduce((sum, formant) => sum + 1 / (1 + (((n + 1) * hz - formant) / 90) ** 2), 0.02),
      );
      play(sound, {
        at,
        seconds: length,
        hz,
        level: 0.12,
        partials,
        attack: 0.02,
        vibrato: { hz: 1 / length / 2, cents: 120 * next() },
      });
      if (next() < 0.5) strike(sound, next, at + length, 0.08 * next() + 0.02, 3000, 0.03);
      at += length + 0.05 * next();
    }
  },
  wind: (sound, next, seconds) => {
    const gusts = Array.from({ length: 12 }, () => ({ hz: 0.02 + 0.35 * next(), phase: 6 * next() }));
    const level = (t: number) =>
      0.12 * Math.exp(0.5 * gusts.reduce((sum, { hz, phase }) => sum + Math.sin(2 * Math.PI * hz * t + phase) / 3, 0));
    hiss(sound, next, { low: 80 + 100 * next(), high: 300 + 500 * next(), level });
    hiss(sound, next, { low: 900, high: 1600, level: (t) => level(t) ** 2 });
    void seconds;
  },
  rain: (sound, next, seconds) => {
    hiss(sound, next, { low: 500, high: 9000, level: () => 0.05 });
    for (let drop = 0; drop < 35 * seconds; drop++)
      play(sound, {
        at: next() * (seconds - 0.1),
        seconds: 0.05,
        hz: 700 + 3500 * next() ** 2,
        level: 0.12 * next() ** 2,
        pan: next() * 2 - 1,
        decay: 0.008,
        attack: 0.001,
      });
  },
  surf: (sound, next) => {
    const period = 7 + 5 * next();
    hiss(sound, next, {
      low: 60,
      high: 1500,
      level: (t) => 0.05 + 0.2 * Math.max(0, Math.sin((2 * Math.PI * t) / period)) ** 2,
    });
  },
  'white noise': (sound, next) => hiss(sound, next, { level: () => 0.2 }),
  'brown noise': (sound, next) => hiss(sound, next, { high: 30, low: 10, level: () => 1.5 }),
  'a ventilator with hum': (sound, next, seconds) => {
    play(sound, { at: 0, seconds, hz: 49.98 + 0.04 * next(), level: 0.05, partials: [0.4, 1, 0.3, 0.6, 0.1, 0.3] });
    play(sound, {
      at: 0,
      seconds,
      hz: 137 + 60 * next(),
      level: 0.02,
      partials: [1, 0.4],
      vibrato: { hz: 0.7, cents: 8 },
    });
    hiss(sound, next, { low: 100, high: 900, level: () => 0.1 });
  },
  crickets: (sound, next, seconds) => {
    for (let singer = 0; singer < 4; singer++) {
      const hz = 3800 + 900 * next();
      const pan = next() * 2 - 1;
      for (let at = next(); at < seconds - 0.5; at += 0.45 + 0.15 * next())
        for (let pulse = 0; pulse < 3; pulse++)
          play(sound, { at: at + 0.032 * pulse, seconds: 0.018, hz, level: 0.05, pan, attack: 0.006 });
    }
    hiss(sound, next, { low: 1000, high: 8000, level: () => 0.004 });
  },
};

/** Names of the kinds of sound, music first. */
export const SOUND_NAMES = Object.keys(makers);
export const MUSIC_NAMES = SOUND_NAMES.slice(0, SOUND_NAMES.indexOf('speech'));
/** Whose level a machine or a player makes swing: that is told, as modulation of music. */
export const SWINGING: readonly string[] = [
  'an arpeggio that changes ears',
  'a synthesizer that pumps',
  'a guitar with tremolo',
  'an organ with a turning speaker',
];

export function makeSound(name: string, seed: number, seconds: number): Sound {
  const sound = silence(seconds);
  (makers[name] as Maker)(sound, random(seed * 7919 + name.length * 131 + SOUND_NAMES.indexOf(name)), seconds);
  return sound;
}

/** Music with a beat of a protocol under it. */
export interface Mixture {
  music: string;
  kind: 'binaural' | 'monaural' | 'isochronic';
  beatHz: number;
  sound: Sound;
}

const powerOf = ({ left, right }: Sound) => {
  let sum = 0;
  for (const ear of [left, right]) for (const value of ear) sum += value * value;
  return sum / 2 / left.length;
};

/** @param underDb by how much the beat's RMS is below that of the music */
export function makeMixture(seed: number, seconds: number, underDb: number): Mixture {
  const next = random(seed * 104_729 + 5);
  const music = MUSIC_NAMES[seed % MUSIC_NAMES.length] as string;
  const kind = (['binaural', 'monaural', 'isochronic'] as const)[seed % 3] as Mixture['kind'];
  const carrier = 110 + 290 * next();
  const beatHz = 3 + 17 * next();
  const sound = makeSound(music, seed, seconds);
  const beat = silence(seconds);
  for (let n = 0; n < beat.left.length; n++) {
    const t = n / FIXTURE_RATE;
    const [up, down] = [carrier + beatHz / 2, carrier - beatHz / 2].map((hz) => Math.sin(2 * Math.PI * hz * t)) as [
      number,
      number,
    ];
    if (kind === 'binaural') {
      beat.left[n] = up;
      beat.right[n] = down;
      continue;
    }
    // Half of the time on, with edges of a raised cosine that take a twentieth of it.
    const turn = (beatHz * t) % 1;
    const gate = Math.max(0, Math.min(1, 0.5 + (0.25 - Math.abs(turn - 0.5)) * 20));
    const value =
      kind === 'monaural' ? up + down : Math.sin(2 * Math.PI * carrier * t) * (0.5 - 0.5 * Math.cos(Math.PI * gate));
    beat.left[n] = value;
    beat.right[n] = value;
  }
  const gain = Math.sqrt(powerOf(sound) / powerOf(beat)) * 10 ** (-underDb / 20);
  for (let n = 0; n < beat.left.length; n++) {
    sound.left[n] = (sound.left[n] as number) + gain * (beat.left[n] as number);
    sound.right[n] = (sound.right[n] as number) + gain * (beat.right[n] as number);
  }
  return { music, kind, beatHz, sound };
}

/** The sound's pieces of a second, as a decoder gives them. */
export function* piecesOf({ left, right }: Sound): Generator<Sound> {
  for (let at = 0; at < left.length; at += FIXTURE_RATE)
    yield { left: left.subarray(at, at + FIXTURE_RATE), right: right.subarray(at, at + FIXTURE_RATE) };
}
