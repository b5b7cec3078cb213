import { KINDS } from '@nes/program/kinds.ts';
import { highestLevel, LOUDEST } from '@nes/program/levels.ts';
import type { Keyframe, Program, Voice } from '@nes/program/model.ts';
import { courseIntegral, phaseAt, prepareVoice } from '@nes/program/phase.ts';
import { totalSeconds } from '@nes/program/values.ts';
import { END_BELL, fraction, JUMP_SECONDS } from './blocks.ts';
import type { RenderOptions } from './renderer.ts';
import type { Run, Score, Span } from './runs.ts';

/** Which SAMPLE voices have their sound, by the voice's index. */
interface Beds {
  has(index: number): boolean;
}

/** Its gain, and less where it (with a bell before the end) would then pass {@link LOUDEST}. */
function outputScale(program: Program, options: RenderOptions, beds: Beds): number {
  const bell = (options.endBellSeconds ?? null) !== null && Number.isFinite(totalSeconds(program));
  const sounds = ({ kind }: Voice, index: number) => kind !== 'SAMPLE' || beds.has(index);
  const highest = Math.max(1e-9, program.gain * highestLevel(program.voices, sounds).level);
  return program.gain * Math.min(1, (LOUDEST - (bell ? END_BELL : 0)) / highest);
}

function lastOf(span: Span): Keyframe {
  return span.curve === 'HOLD' ? span.from : span.to;
}

function sameValues(a: Keyframe, b: Keyframe): boolean {
  return a.carrier === b.carrier && a.beat === b.beat && a.level === b.level && a.pan === b.pan;
}

function makeSpans(voice: Voice, durationSeconds: number): Span[] {
  const { keyframes } = voice;
  const sums = prepareVoice(voice);
  const spans: Span[] = [];
  for (let index = -1; index < keyframes.length; index++) {
    const from = keyframes[Math.max(0, index)] as Keyframe;
    const to = (index < 0 ? undefined : keyframes[index + 1]) ?? from;
    const start = index < 0 ? 0 : from.at;
    const end = index < 0 ? from.at : index + 1 < keyframes.length ? to.at : durationSeconds;
    if (!(end > start)) continue;
    const at = Math.max(0, index);
    const curve = to === from ? 'HOLD' : from.curve;
    const carrierCycles = sums.carrier[at] ?? 0;
    const still = curve === 'HOLD' || sameValues(from, to);
    spans.push({ start, end, curve, from, to, origin: from.at, carrierCycles, beatCycles: sums.beat[at] ?? 0, still });
  }
  return spans;
}

function makeRuns(voice: Voice, durationSeconds: number, loops: boolean): Run[] {
  const { gated } = KINDS[voice.kind];
  const runs: Run[] = [];
  let spans: Span[] = [];
  const beats = (span: Span) => span.from.beat !== 0 || lastOf(span).beat !== 0;
  const close = () => {
    const first = spans[0];
    const last = spans[spans.length - 1];
    if (!first || !last) return;
    const { start } = first;
    const { end } = last;
    // Beyond its ends a run holds its outermost values: there it is crossfaded with its neighbours.
    const before: Span = {
      ...first,
      start: Number.NEGATIVE_INFINITY,
      end: start,
      curve: 'HOLD',
      to: first.from,
      still: true,
    };
    const values = lastOf(last);
    const seconds = end - last.origin;
    const after: Span = {
      start: end,
      end: Number.POSITIVE_INFINITY,
      curve: 'HOLD',
      still: true,
      from: values,
      to: values,
      origin: end,
      carrierCycles:
        last.carrierCycles + courseIntegral(last.from.carrier, last.to.carrier, last.curve, seconds, seconds),
      beatCycles: last.beatCycles + courseIntegral(last.from.beat, last.to.beat, last.curve, seconds, seconds),
    };
    runs.push({ spans: [before, ...spans, after], start, end, fadeIn: 0, fadeOut: 0, beats: spans.some(beats) });
    spans = [];
  };
  for (const span of makeSpans(voice, durationSeconds)) {
    const last = spans[spans.length - 1];
    if (last && (!sameValues(lastOf(last), span.from) || (gated && beats(last) !== beats(span)))) close();
    spans.push(span);
  }
  close();
  for (let index = 0; index < runs.length; index++) {
    const here = runs[index] as Run;
    const next = runs[index + 1] ?? (loops ? runs[0] : undefined);
    if (!next) continue;
    const half = Math.min(JUMP_SECONDS, (here.end - here.start) / 2, (next.end - next.start) / 2);
    here.fadeOut = half;
    next.fadeIn = half;
  }
  return runs;
}

/** Makes a program ready for rendering. What takes time is done here, not on the audio thread. @param beds SAMPLE voices that have their sound */
export function makeScore(
  program: Program,
  options: RenderOptions = {},
  beds: Beds = options.samples ?? new Map(),
): Score {
  const { durationSeconds, loop, seed } = program;
  const passes = loop === 0 ? Number.POSITIVE_INFINITY : loop;
  const voices = program.voices.map((voice) => {
    const whole = phaseAt(voice, durationSeconds);
    return {
      voice,
      runs: makeRuns(voice, durationSeconds, passes > 1),
      wholeCarrier: fraction(whole.carrierCycles),
      // Two cycles, because the ears take half of the beat and alternate pulses tell odd from even.
      wholeBeat: 2 * fraction(whole.beatCycles / 2),
      beats: voice.keyframes.some((frame) => frame.beat !== 0),
    };
  });
  const scale = options.scale ?? outputScale(program, options, beds);
  return { voices, durationSeconds, passes, totalSeconds: totalSeconds(program), seed, scale };
}

/** Whether a program sounds as it should only with a kit (`kit.ts`). */
export function needsKit(program: Program, options: RenderOptions): boolean {
  return (
    (options.reverb ?? 0) > 0 ||
    (options.endBellSeconds ?? null) !== null ||
    program.voices.some((voice) => {
      return KINDS[voice.kind].gated || !('waveform' in voice) || voice.waveform !== 'SINE';
    })
  );
}
