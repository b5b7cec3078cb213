/**
 * What an analysis finds of what a program says: `npm run bench -- recordings [--files FOLDER] [--seconds S] [--noise DB]
 * [--mp3 KBPS | --vorbis QUALITY | --opus KBPS]`.
 * The first 150 seconds, or as many as are asked for, of every built-in protocol, or of every program file of a folder, are rendered and analysed.
 * Each finding is compared with what the program's curves say at the same moments, and each beat of the program is looked for. `--noise`: pink noise
 * is added, so many dB over the sound's RMS; `--mp3`: through MP3 at so many kb/s; `--vorbis` and `--opus` ask for oggenc or opusenc on
 * the machine, and nothing is measured without it. What is wrong is listed on standard error.
 *
 * `--traps`: instead, beats that are told of 40 sounds in which there are none. `--music`: 30 pieces of music with a beat of a protocol 20 dB
 * under their level, and in how many its rate is told. Both are made by `web/src/audio/analysis/sounds-fixture.ts`.
 */
import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs, promisify } from 'node:util';
import { checkProgram } from '@nes/program/check.ts';
import { readProgramFile } from '@nes/program/file.ts';
import type { Program, Voice } from '@nes/program/model.ts';
import { valueAt } from '@nes/program/values.ts';
import { readLibrary } from '../../prisma/library/library.ts';
import { Analyser } from '../../web/src/audio/analysis/analyser.ts';
import type { Analysis, Beat, BeatKind, Ear, Tone } from '../../web/src/audio/analysis/report.ts';
import {
  FIXTURE_RATE,
  makeMixture,
  makeSound,
  piecesOf,
  SOUND_NAMES,
  type Sound,
  SWINGING,
} from '../../web/src/audio/analysis/sounds-fixture.ts';
import { writeEncoded } from '../../web/src/audio/encoded.ts';
import { renderPieces, wavPieces } from '../../web/src/audio/render-file.ts';
import type { Figure } from '../bench.ts';
import { openRecording } from '../recording-file.ts';

const RATE = 44_100;
/** Hz that a figure may be off where the program holds, and where it slides. */
const STEADY_HZ = 0.05;
const SLIDING_HZ = 0.3;
/** What slides faster, in Hz a second, is asked for by nobody; slower than the second it holds. */
const FASTEST_SLIDE = 0.1;
const HOLDS = 0.002;
/** A beat is looked for where it goes on for so many seconds. */
const LASTS = 30;
/** Over the program's loudest voice, in dB: what is fainter is not looked for. */
const FAINTEST_DB = -40;

interface Line {
  hz: number;
  slope: number;
  level: number;
}

interface True {
  lines: Record<Ear, Line[]>;
  beats: { voice: number; kinds: BeatKind[]; hz: number; slope: number; level: number }[];
}

/** Which tones and beats a program has at a second. */
function truthAt(program: Program, t: number): True {
  const truth: True = { lines: { left: [], right: [] }, beats: [] };
  const step = 0.25;
  for (const [index, voice] of program.voices.entries()) {
    const now = valueAt(voice, t);
    const next = valueAt(voice, t + step);
    if (now.level <= 0) continue;
    const beatSlope = (next.beat - now.beat) / step;
    const carrierSlope = (next.carrier - now.carrier) / step;
    const line = (ear: Ear | 'both', turns: number, level = now.level) => {
      const made = {
        hz: Math.abs(now.carrier + turns * now.beat),
        slope: Math.abs(carrierSlope + turns * beatSlope),
        level,
      };
      for (const each of ear === 'both' ? (['left', 'right'] as const) : [ear]) truth.lines[each].push(made);
    };
    const beat = (kinds: BeatKind[], carriers = true) =>
      truth.beats.push({
        voice: index,
        kinds,
        hz: Math.abs(now.beat),
        slope: Math.max(Math.abs(beatSlope), carriers ? Math.abs(carrierSlope) : 0),
        level: now.level,
      });
    switch (voice.kind) {
      case 'BINAURAL':
        line('left', 0.5);
        line('right', -0.5);
        beat(['binaural']);
        break;
      case 'MONAURAL':
        line('both', 0.5);
        line('both', -0.5);
        beat(['monaural']);
        break;
      case 'ISOCHRONIC':
      case 'MODULATED':
        for (let k = -12; k <= 12; k++) line('both', k);
        if (voice.depth > 0.1) beat(voice.kind === 'ISOCHRONIC' ? ['isochronic'] : ['isochronic', 'modulation']);
        break;
      case 'NOISE':
        if (voice.modulationDepth > 0.1) beat(['modulation'], false);
        break;
    }
  }
  return truth;
}

/** Share of its level, or place between the ears, by which a voice may change in a second: what swells faster has side lines. */
const FASTEST_SWELL = 0.1;

/** Seconds to each side that a spectrum sees. */
const SEEN = 5;

/** Whether around a second pitch, level and place of all tones hold or change slowly, and no bell rings. */
function isCalm(program: Program, at: number): boolean {
  for (const voice of program.voices) {
    if (voice.kind === 'NOISE' || voice.kind === 'DROPS' || voice.kind === 'SAMPLE') continue;
    if (voice.kind === 'BELL') {
      // A bell's partials stand in no program.
      const rings = voice.keyframes.some(
        (strike) => strike.level > 0 && strike.at < at + SEEN && strike.at + voice.decaySeconds > at - SEEN,
      );
      if (rings) return false;
      continue;
    }
    for (let t = Math.max(0, at - SEEN); t < at + SEEN; t++) {
      const [now, next] = [valueAt(voice, t), valueAt(voice, t + 1)];
      const level = Math.max(now.level, next.level);
      if (level === 0) continue;
      if (Math.abs(next.carrier - now.carrier) + Math.abs(next.beat - now.beat) / 2 > FASTEST_SLIDE) return false;
      if (Math.abs(next.level - now.level) > FASTEST_SWELL * level) return false;
      if (Math.abs(next.pan - now.pan) > FASTEST_SWELL) return false;
    }
  }
  return true;
}

const tolerance = (slope: number) => (slope < HOLDS ? STEADY_HZ : SLIDING_HZ);
const moments = (from: number, to: number) => [0.2, 0.5, 0.8].map((share) => from + share * (to - from));

/** Harmonics of a wave that is no sine are its tones too. */
function partials(program: Program): number {
  return program.voices.some((voice) => 'waveform' in voice && voice.waveform !== 'SINE') ? 64 : 1;
}

/** Null where the program is calm at no moment of it. */
function toneIsTrue(program: Program, tone: Tone): boolean | null {
  const most = partials(program);
  const span = tone.toSeconds - tone.fromSeconds;
  const calm = Array.from({ length: 9 }, (_, n) => tone.fromSeconds + ((n + 1) / 10) * span).filter((t) =>
    isCalm(program, t),
  );
  if (calm.length === 0) return null;
  return calm.every((t) => {
    const share = (t - tone.fromSeconds) / span;
    const hz = tone.startHz + share * (tone.endHz - tone.startHz);
    return truthAt(program, t).lines[tone.ear].some((line) => {
      for (let k = 1; k <= most; k++) if (Math.abs(k * line.hz - hz) <= k * tolerance(line.slope)) return true;
      return false;
    });
  });
}

function rateAt(beat: Beat, t: number): number {
  const share = (t - beat.fromSeconds) / Math.max(1e-9, beat.toSeconds - beat.fromSeconds);
  return beat.startHz + Math.max(0, Math.min(1, share)) * (beat.endHz - beat.startHz);
}

/** The moment itself, or in the pause between two bursts the nearest that sounds. */
function soundingAt(program: Program, t: number): number {
  const near = Array.from({ length: 13 }, (_, n) => t + (n % 2 ? 0.25 : -0.25) * n);
  return near.find((one) => program.voices.some((voice) => valueAt(voice, one).level > 0)) ?? t;
}

/** Beats of a voice, and those that two voices' tones make with each other. */
function beatIsTrue(program: Program, beat: Beat): boolean {
  return moments(beat.fromSeconds, beat.toSeconds).every((moment) => {
    const t = soundingAt(program, moment);
    const hz = rateAt(beat, moment);
    const { beats, lines } = truthAt(program, t);
    if (beats.some((each) => each.kinds.includes(beat.kind) && Math.abs(each.hz - hz) <= tolerance(each.slope)))
      return true;
    const pairs = (one: Line[], other: Line[]) =>
      one.some((a) => other.some((b) => Math.abs(Math.abs(a.hz - b.hz) - hz) <= tolerance(a.slope + b.slope)));
    if (beat.kind === 'binaural') return pairs(lines.left, lines.right);
    return beat.kind === 'monaural' && (pairs(lines.left, lines.left) || pairs(lines.right, lines.right));
  });
}

interface Sought {
  voice: number;
  kinds: BeatKind[];
  from: number;
  to: number;
}

/** Stretches in which a voice has a beat that can be asked for. */
function soughtIn(program: Program, seconds: number): Sought[] {
  const loudest = Math.max(...program.voices.flatMap(({ keyframes }) => keyframes.map(({ level }) => level)));
  const found: Sought[] = [];
  const open = new Map<number, Sought>();
  for (let t = 2; t <= seconds - 2; t++) {
    const now = new Map(truthAt(program, t).beats.map((beat) => [beat.voice, beat]));
    for (const voice of program.voices.keys()) {
      const beat = now.get(voice);
      const least = beat?.kinds.includes('monaural') ? 1.2 : 0.6;
      const fit =
        beat &&
        beat.hz >= least &&
        beat.hz <= 90 &&
        beat.slope <= FASTEST_SLIDE &&
        20 * Math.log10(beat.level / loudest) > FAINTEST_DB;
      const before = open.get(voice);
      if (fit && before) before.to = t;
      else if (fit) open.set(voice, { voice, kinds: beat.kinds, from: t, to: t });
      else if (before) {
        found.push(before);
        open.delete(voice);
      }
    }
  }
  return [...found, ...open.values()].filter(({ from, to }) => to - from >= LASTS);
}

type Verdict = 'found' | 'other kind' | 'missed';

function lookFor(program: Program, { beats }: Analysis, { voice, kinds, from, to }: Sought): Verdict {
  const verdicts = moments(from, to).map((t): Verdict => {
    const truth = truthAt(program, t).beats.find((beat) => beat.voice === voice);
    if (!truth) return 'missed';
    const near = beats.filter(
      (beat) =>
        beat.fromSeconds <= t + 3 &&
        beat.toSeconds >= t - 3 &&
        Math.abs(rateAt(beat, t) - truth.hz) <= tolerance(truth.slope),
    );
    if (near.some(({ kind }) => kinds.includes(kind))) return 'found';
    return near.length > 0 ? 'other kind' : 'missed';
  });
  // A glide's ends may be told with the next stretch: two of three moments are enough.
  for (const verdict of ['found', 'other kind'] as const)
    if (verdicts.filter((each) => each === verdict).length >= 2) return verdict;
  return 'missed';
}

/** Pink noise (P. Kellet's filter) of this RMS. */
function* pink(rms: number): Generator<number> {
  let state = 12_345;
  const b = new Float64Array(7);
  for (;;) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    const white = state / 2 ** 31 - 1;
    b[0] = 0.99886 * (b[0] as number) + white * 0.0555179;
    b[1] = 0.99332 * (b[1] as number) + white * 0.0750759;
    b[2] = 0.969 * (b[2] as number) + white * 0.153852;
    b[3] = 0.8665 * (b[3] as number) + white * 0.3104856;
    b[4] = 0.55 * (b[4] as number) + white * 0.5329522;
    b[5] = -0.7616 * (b[5] as number) - white * 0.016898;
    const sum = b.subarray(0, 7).reduce((a, c) => a + c, 0) + white * 0.5362;
    b[6] = white * 0.115926;
    // The filter's own RMS for white noise of RMS 1 / √3.
    yield (sum / 1.75) * rms;
  }
}

/** A lossy coding and its quality: kb/s, or of Vorbis −1 to 10. */
interface Coding {
  kind: 'mp3' | 'vorbis' | 'opus';
  value: number;
}

const run = promisify(execFile);
/** What encodes a WAV file, where our own encoders do not. */
const ENCODERS = {
  vorbis: { command: 'oggenc', ending: 'ogg', words: (value: number) => ['--quiet', '-q', `${value}`, '-o'] },
  opus: { command: 'opusenc', ending: 'opus', words: (value: number) => ['--quiet', '--bitrate', `${value}`] },
} as const;

async function writeCoded(
  program: Program,
  options: { sampleRate: number; fromSeconds: number; toSeconds: number },
  { kind, value }: Coding,
  folder: string,
): Promise<string> {
  const name = join(folder, `program.${kind === 'mp3' ? 'mp3' : 'wav'}`);
  const file = await open(name, 'w');
  try {
    if (kind === 'mp3')
      await writeEncoded(
        program,
        options,
        { kind: 'MP3', kbps: value },
        { title: '' },
        async (data, position) => void (await file.write(data, 0, data.length, position)),
        () => true,
      );
    else for (const piece of wavPieces(program, options, '16')) await file.write(piece);
  } finally {
    await file.close();
  }
  if (kind === 'mp3') return name;
  const { command, ending, words } = ENCODERS[kind];
  const coded = join(folder, `program.${ending}`);
  await run(command, kind === 'vorbis' ? [...words(value), coded, name] : [...words(value), name, coded]);
  return coded;
}

async function analyse(program: Program, seconds: number, noiseDb?: number, coding?: Coding): Promise<Analysis> {
  const options = { sampleRate: RATE, fromSeconds: 0, toSeconds: seconds };
  if (coding !== undefined) {
    const folder = mkdtempSync(join(tmpdir(), 'nes-recordings-'));
    try {
      const recording = await openRecording(await writeCoded(program, options, coding, folder));
      const analyser = new Analyser(recording.sampleRate, recording.channels);
      for await (const { left, right } of recording.pieces()) await analyser.push(left, right);
      return await analyser.finish();
    } finally {
      rmSync(folder, { recursive: true });
    }
  }
  const analyser = new Analyser(RATE, 2);
  let noise: Generator<number> | undefined;
  if (noiseDb !== undefined) {
    let sum = 0;
    let count = 0;
    for (const { left } of renderPieces(program, options)) {
      for (const value of left) sum += value * value;
      count += left.length;
    }
    noise = pink(Math.sqrt(sum / count) * 10 ** (noiseDb / 20));
  }
  for (const { left, right } of renderPieces(program, options)) {
    if (noise)
      for (let n = 0; n < left.length; n++) {
        left[n] = (left[n] as number) + (noise.next().value as number);
        right[n] = (right[n] as number) + (noise.next().value as number);
      }
    await analyser.push(left, right);
  }
  return analyser.finish();
}

async function hear(sound: Sound): Promise<Analysis> {
  const analyser = new Analyser(FIXTURE_RATE, 2);
  for (const { left, right } of piecesOf(sound)) await analyser.push(left, right);
  return analyser.finish();
}

const wordsOf = (beats: readonly Beat[]) =>
  beats.map(
    ({ kind, beatHz, fromSeconds, toSeconds }) =>
      `${kind} ${beatHz.toFixed(2)} Hz, ${fromSeconds.toFixed(0)} to ${toSeconds.toFixed(0)} s`,
  );

/** Seconds of each sound without a beat, and of each piece of music over one. */
const TRAP_SECONDS = 40;
const MUSIC_SECONDS = 90;

async function traps(): Promise<Figure[]> {
  let invented = 0;
  let sounds = 0;
  for (const name of SOUND_NAMES) {
    for (const seed of [1, 2]) {
      const { beats } = await hear(makeSound(name, seed, TRAP_SECONDS));
      const wrong = beats.filter(({ kind }) => kind !== 'modulation' || !SWINGING.includes(name));
      sounds++;
      if (wrong.length > 0) invented++;
      for (const words of wordsOf(wrong)) process.stderr.write(`${name} ${seed}: ${words}\n`);
    }
  }
  return [
    {
      name: `of ${sounds} sounds without a beat, those of which one is told`,
      value: invented,
      unit: 'sounds',
      limit: 0,
    },
  ];
}

async function overBeats(): Promise<Figure[]> {
  const pieces = 30;
  let found = 0;
  let kinds = 0;
  for (let seed = 0; seed < pieces; seed++) {
    const { music, kind, beatHz, sound } = makeMixture(seed, MUSIC_SECONDS, 20);
    const { beats } = await hear(sound);
    const right = beats.filter((beat) => Math.abs(beat.beatHz - beatHz) < STEADY_HZ);
    if (right.length > 0) found++;
    if (right.some((beat) => beat.kind === kind)) kinds++;
    if (right.length === 0)
      process.stderr.write(`${music}, ${kind} ${beatHz.toFixed(2)} Hz: ${wordsOf(beats).join('; ') || 'nothing'}\n`);
  }
  return [
    {
      name: 'beats found 20 dB under music',
      value: found / pieces,
      unit: 'share',
      limit: 0.8,
      must: 'at least',
      note: `${found} of ${pieces}, ${kinds} of the right kind`,
    },
  ];
}

async function programsOf(folder: string | undefined): Promise<[string, Program][]> {
  if (folder === undefined) return readLibrary().map(({ slug, program }) => [slug, checkProgram(program)]);
  const programs: [string, Program][] = [];
  for (const name of readdirSync(folder).sort()) {
    try {
      const { program } = await readProgramFile(name, readFileSync(join(folder, name)));
      programs.push([name, checkProgram(program)]);
    } catch {
      // No program: a licence, a list.
    }
  }
  return programs;
}

const describeVoice = (voice: Voice | undefined, t: number) =>
  voice ? `${voice.kind} ${valueAt(voice, t).carrier.toFixed(2)} Hz, beat ${valueAt(voice, t).beat.toFixed(2)} Hz` : '';

export default async function recordings(args: string[]): Promise<Figure[]> {
  const { values } = parseArgs({
    args,
    options: {
      files: { type: 'string' },
      seconds: { type: 'string', default: '150' },
      noise: { type: 'string' },
      mp3: { type: 'string' },
      vorbis: { type: 'string' },
      opus: { type: 'string' },
      most: { type: 'string', default: '1000' },
      traps: { type: 'boolean' },
      music: { type: 'boolean' },
    },
  });
  if (values.traps) return traps();
  if (values.music) return overBeats();
  const number = (text: string | undefined) => (text === undefined ? undefined : Number(text));
  const kind = (['mp3', 'vorbis', 'opus'] as const).find((one) => values[one] !== undefined);
  const coding = kind && { kind, value: Number(values[kind]) };
  if (kind && kind !== 'mp3') {
    const { command } = ENCODERS[kind];
    const there = await run(command, ['--version']).then(
      () => true,
      () => false,
    );
    if (!there) {
      process.stderr.write(`${command} is not on this machine: nothing was measured\n`);
      return [];
    }
  }
  const count = { restless: 0, tones: 0, trueTones: 0, beats: 0, trueBeats: 0, sought: 0, found: 0, other: 0 };
  for (const [name, program] of (await programsOf(values.files)).slice(0, Number(values.most))) {
    const seconds = Math.min(Number(values.seconds), program.durationSeconds);
    const analysis = await analyse(program, seconds, number(values.noise), coding);
    const wrong: string[] = [];
    for (const tone of analysis.tones) {
      const right = toneIsTrue(program, tone);
      if (right === null) {
        count.restless++;
        continue;
      }
      count.tones++;
      if (right) count.trueTones++;
      else
        wrong.push(
          `tone ${tone.ear} ${tone.startHz.toFixed(2)} to ${tone.endHz.toFixed(2)} Hz, ${tone.fromSeconds.toFixed(0)} to ${tone.toSeconds.toFixed(0)} s`,
        );
    }
    for (const beat of analysis.beats) {
      count.beats++;
      if (beatIsTrue(program, beat)) count.trueBeats++;
      else
        wrong.push(
          `beat ${beat.kind} ${beat.startHz.toFixed(2)} to ${beat.endHz.toFixed(2)} Hz, ${beat.fromSeconds.toFixed(0)} to ${beat.toSeconds.toFixed(0)} s`,
        );
    }
    for (const sought of soughtIn(program, seconds)) {
      count.sought++;
      const verdict = lookFor(program, analysis, sought);
      if (verdict === 'found') count.found++;
      else {
        if (verdict === 'other kind') count.other++;
        wrong.push(
          `${verdict}: ${describeVoice(program.voices[sought.voice], sought.from)}, ${sought.from} to ${sought.to} s`,
        );
      }
    }
    if (wrong.length > 0) process.stderr.write(`${name}\n${wrong.map((line) => `  ${line}\n`).join('')}`);
  }
  const share = (a: number, b: number) => (b === 0 ? 1 : a / b);
  return [
    {
      name: 'tones that are true',
      value: share(count.trueTones, count.tones),
      unit: 'share',
      limit: 0.95,
      must: 'at least',
      note: `${count.trueTones} of ${count.tones}, ${count.restless} beside bells and fast swells not judged`,
    },
    {
      name: 'beats that are true',
      value: share(count.trueBeats, count.beats),
      unit: 'share',
      limit: 0.95,
      must: 'at least',
      note: `${count.trueBeats} of ${count.beats}`,
    },
    {
      name: 'beats found, of the right kind',
      value: share(count.found, count.sought),
      unit: 'share',
      limit: 0.95,
      must: 'at least',
      note: `${count.found} of ${count.sought}, ${count.other} as another kind`,
    },
  ];
}
