import type { Analysis, Beat, BeatKind, Ear } from './report.ts';

/** What a recording's name or tags promise. */
export interface Label {
  beatHz: number;
  /** Null where only a number is promised. */
  kind: Exclude<BeatKind, 'modulation'> | null;
}

/** Consecutive stretches of one beat. */
export interface BeatCourse {
  kind: BeatKind;
  ear: Ear | 'both';
  fromSeconds: number;
  toSeconds: number;
  startHz: number;
  endHz: number;
  /** The two tones, or the gated one, at the beginning and at the end. */
  startTones: number[];
  endTones: number[];
  duty: number | null;
  alternating: boolean;
}

/** The words of the sentence, so that pages say it in their language. Hz come as text. */
export interface Phrases {
  /** As people write it: at most two decimals. */
  number: (value: number) => string;
  hertz: (value: string) => string;
  /** "from 14 to 12". */
  glide: (from: string, to: string) => string;
  binaural: (beat: string, tones: string) => string;
  monaural: (beat: string, tones: string, ear: Ear | 'both') => string;
  isochronic: (beat: string, tone: string, alternating: boolean) => string;
  modulation: (beat: string) => string;
  and: (first: string, second: string) => string;
  list: (parts: string[]) => string;
  tone: (hertz: string, ear: Ear | 'both') => string;
  over: (found: string, bed: string) => string;
  noise: (colour: 'white' | 'pink' | 'brown' | null) => string;
  says: (label: string) => string;
  labelKind: (kind: Label['kind'], beat: string) => string;
  right: (found: string) => string;
  wrong: (missing: string, found: string) => string;
  missing: (kind: Label['kind'], beat: string) => string;
  nothing: string;
  only: (bed: string) => string;
  holds: (found: string) => string;
  strobe: (kind: 'SpectraStrobe' | 'AudioStrobe') => string;
}

const earWords = { left: 'in the left ear', right: 'in the right ear', both: 'in both ears' } as const;

export const ENGLISH: Phrases = {
  number: (value) => String(Number(value.toFixed(2))),
  hertz: (value) => `${value} Hz`,
  glide: (from, to) => `${from} to ${to}`,
  binaural: (beat, tones) => `a ${beat} binaural pair, ${tones}`,
  monaural: (beat, tones, ear) => `a ${beat} monaural beat ${earWords[ear]}, ${tones}`,
  isochronic: (beat, tone, alternating) => `${beat} pulses of a ${tone} tone${alternating ? ' that change ears' : ''}`,
  modulation: (beat) => `noise or music that grows louder and softer at ${beat}`,
  and: (first, second) => `${first} and ${second}`,
  list: (parts) => (parts.length < 2 ? parts.join('') : `${parts.slice(0, -1).join(', ')} and ${parts.at(-1)}`),
  tone: (hertz, ear) => `a ${hertz} tone ${earWords[ear]}`,
  over: (found, bed) => `${found}, over ${bed}`,
  noise: (colour) => (colour === null ? 'noise' : `${colour} noise`),
  says: (label) => `The label says ${label}`,
  labelKind: (kind, beat) => (kind === null ? beat : `${kind} ${beat}`),
  right: (found) => `It is right: ${found}.`,
  wrong: (missing, found) => `It has ${missing}: ${found}.`,
  missing: (kind, beat) =>
    kind === 'isochronic' ? `no pulses at ${beat}` : `no ${kind === null ? '' : `${kind} `}beat at ${beat}`,
  nothing: 'no beat was found',
  only: (bed) => `only ${bed}`,
  holds: (found) => `It holds ${found}.`,
  strobe: (kind) => `It carries ${kind} signals for light glasses.`,
};

/** What names and tags promise: the first number of hertz up to 100, and the first word for a kind. */
export function readLabel(labels: readonly string[]): Label | null {
  for (const label of labels) {
    const text = label.replaceAll('_', ' ');
    const hertz = [...text.matchAll(/(\d+(?:[.,]\d+)?)\s*hz\b/gi)].map((match) =>
      Number((match[1] as string).replace(',', '.')),
    );
    const beatHz = hertz.find((value) => value > 0 && value <= 100);
    if (beatHz === undefined) continue;
    const all = labels.join(' ');
    const kind =
      (['isochronic', 'monaural', 'binaural'] as const).find((word) => new RegExp(word, 'i').test(text)) ??
      (['isochronic', 'monaural', 'binaural'] as const).find((word) => new RegExp(word, 'i').test(all)) ??
      null;
    return { beatHz, kind };
  }
  return null;
}

/** Strings stretches of beats together that go on where the one before ended, the longest first. */
export function beatCourses(beats: readonly Beat[]): BeatCourse[] {
  const courses: (BeatCourse & { last: Beat })[] = [];
  const tonesOf = (beat: Beat, hertz: number, carrier: number | null) =>
    carrier === null
      ? []
      : beat.kind === 'isochronic' || beat.kind === 'modulation'
        ? [carrier]
        : [carrier + hertz / 2, carrier - hertz / 2];
  for (const beat of [...beats].sort((a, b) => a.fromSeconds - b.fromSeconds)) {
    const row = courses.find(
      ({ last }) =>
        last.kind === beat.kind &&
        last.ear === beat.ear &&
        Math.abs(last.toSeconds - beat.fromSeconds) < 3 &&
        Math.abs((last.carrierEndHz ?? 0) - (beat.carrierStartHz ?? 0)) < 2 &&
        Math.abs(last.endHz - beat.startHz) < 1,
    );
    if (row) {
      row.last = beat;
      row.toSeconds = beat.toSeconds;
      row.endHz = beat.endHz;
      row.endTones = tonesOf(beat, beat.endHz, beat.carrierEndHz);
      continue;
    }
    courses.push({
      kind: beat.kind,
      ear: beat.ear,
      fromSeconds: beat.fromSeconds,
      toSeconds: beat.toSeconds,
      startHz: beat.startHz,
      endHz: beat.endHz,
      startTones: tonesOf(beat, beat.startHz, beat.carrierStartHz),
      endTones: tonesOf(beat, beat.endHz, beat.carrierEndHz),
      duty: beat.duty,
      alternating: beat.alternating,
      last: beat,
    });
  }
  return courses
    .map(({ last: _, ...course }) => course)
    .sort((a, b) => b.toSeconds - b.fromSeconds - (a.toSeconds - a.fromSeconds));
}

/** Courses named in the sentence; more are counted in the drawing and the table. */
const MOST = 4;

/** What is in the recording, in one or two plain sentences; where it has a label, first whether that is right. */
export function describe(analysis: Analysis, label: Label | null, words: Phrases = ENGLISH): string {
  const { tones, beats, noise, strobe } = analysis;
  const span = (from: number, to: number) => {
    const text =
      Math.abs(from - to) < 0.06 ? words.number((from + to) / 2) : words.glide(words.number(from), words.number(to));
    return words.hertz(text);
  };
  const courses = beatCourses(beats);
  const shared = new Set<string>();
  const say = (course: BeatCourse): string => {
    const beat = span(course.startHz, course.endHz);
    // Both numbers of a pair before one unit: "152 and 142 Hz".
    const middle = course.startTones.map((hz, n) => (hz + (course.endTones[n] as number)) / 2);
    const still = course.startTones.every((hz, n) => Math.abs(hz - (course.endTones[n] as number)) < 0.3);
    const pair = still
      ? words.hertz(
          middle
            .map(words.number)
            .reduce((a, b) => words.and(a, b), '')
            .replace(/^\D*(?=\d)/, ''),
        )
      : words.hertz(words.glide(words.number(average(course.startTones)), words.number(average(course.endTones))));
    if (course.kind === 'binaural') return words.binaural(beat, pair);
    if (course.kind === 'monaural') return words.monaural(beat, pair, course.ear);
    if (course.kind === 'isochronic')
      return words.isochronic(beat, still ? words.hertz(words.number(middle[0] ?? 0)) : pair, course.alternating);
    return words.modulation(beat);
  };
  // A beat within one ear of tones that are told as pair and bed already says nothing new.
  const binaural = courses.filter(({ kind }) => kind === 'binaural');
  const chief = courses
    .filter(({ kind, ear }) => !(kind === 'monaural' && ear !== 'both' && binaural.length > 0))
    .slice(0, MOST);
  const bed: string[] = [];
  if (binaural.length > 0) {
    for (const tone of tones) {
      const twin = tones.find(
        (other) =>
          other.ear !== tone.ear &&
          Math.abs(other.startHz - tone.startHz) < 0.06 &&
          Math.abs(other.fromSeconds - tone.fromSeconds) < 5,
      );
      const text = words.tone(span(tone.startHz, tone.endHz), 'both');
      if (twin && !shared.has(text) && tone.toSeconds - tone.fromSeconds > 0.3 * analysis.seconds && shared.size < 3) {
        shared.add(text);
        bed.push(text);
      }
    }
  }
  if (noise) bed.push(words.noise(colourOf(noise.slopeDbPerOctave)));
  let found = chief.length > 0 ? words.list(chief.map(say)) : '';
  if (found !== '' && bed.length > 0) found = words.over(found, words.list(bed));
  if (found === '') {
    const still = tones.filter(
      ({ ear, toSeconds, fromSeconds }) => ear === 'left' && toSeconds - fromSeconds > 0.3 * analysis.seconds,
    );
    const rest = [
      ...still.slice(0, 3).map((tone) => words.tone(span(tone.startHz, tone.endHz), earOf(tone, tones))),
      ...bed,
    ];
    found = rest.length > 0 ? words.only(words.list(rest)) : words.nothing;
  }
  const tail = strobe ? ` ${words.strobe(strobe.kind)}` : '';
  if (!label) return (found === words.nothing ? `${capital(found)}.` : words.holds(found)) + tail;
  const beat = words.hertz(words.number(label.beatHz));
  const held = beats.some(
    ({ kind, startHz, endHz }) =>
      (label.kind === null || kind === label.kind) &&
      Math.min(startHz, endHz) - 0.25 <= label.beatHz &&
      Math.max(startHz, endHz) + 0.25 >= label.beatHz,
  );
  const verdict = held ? words.right(found) : words.wrong(words.missing(label.kind, beat), found);
  return `${words.says(words.labelKind(label.kind, beat))}. ${verdict}${tail}`;
}

function average(values: readonly number[]): number {
  return values.reduce((a, b) => a + b, 0) / Math.max(1, values.length);
}

function earOf(tone: Analysis['tones'][number], tones: Analysis['tones']): Ear | 'both' {
  return tones.some((other) => other.ear !== tone.ear && Math.abs(other.startHz - tone.startHz) < 0.06)
    ? 'both'
    : tone.ear;
}

export function colourOf(slope: number): 'white' | 'pink' | 'brown' | null {
  const colours = [
    ['white', 0],
    ['pink', -3.01],
    ['brown', -6.02],
  ] as const;
  return colours.find(([, own]) => Math.abs(slope - own) < 0.75)?.[0] ?? null;
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
