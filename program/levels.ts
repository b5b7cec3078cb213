import { KINDS } from './kinds.ts';
import type { Curve, Keyframe, Voice } from './model.ts';
import { curveShare } from './values.ts';

/**
 * Loudest amplitude of any program: −1.1 dBFS, so that the true peak stays below −1 dBTP. A program whose
 * gain × levels nowhere pass it is rendered at its own levels; a louder one is rendered lower as a whole.
 */
export const LOUDEST = 0.881;

/** Differences below this are rounding. */
const ROUNDING = 1e-12;

/** Course of one voice's amplitude between two events of any voice. */
interface Piece {
  curve: Curve;
  start: number;
  end: number;
  from: number;
  to: number;
}

/**
 * The level that a voice can reach over time. A bell rings on after its strike whatever its later keyframes say (the
 * next strike ends it), so it counts with the level of its last strike.
 */
function levelPieces(voice: Voice): Piece[] {
  const { struck: held } = KINDS[voice.kind];
  const pieces: Piece[] = [];
  let before: Keyframe | undefined;
  let struck = 0;
  for (const frame of voice.keyframes) {
    if (before) {
      if (before.level > 0) struck = before.level;
      const from = held ? struck : before.level;
      if (frame.at > before.at) {
        const steady = held || before.curve === 'HOLD' || before.level === frame.level;
        const to = steady ? from : frame.level;
        pieces.push({ curve: steady ? 'HOLD' : before.curve, start: before.at, end: frame.at, from, to });
      }
    } else if (!held && frame.at > 0) {
      pieces.push({ curve: 'HOLD', start: 0, end: frame.at, from: frame.level, to: frame.level });
    }
    before = frame;
  }
  if (before) {
    const level = held && before.level === 0 ? struck : before.level;
    pieces.push({ curve: 'HOLD', start: before.at, end: Number.POSITIVE_INFINITY, from: level, to: level });
  }
  return pieces;
}

function pieceLevel(piece: Piece, t: number): number {
  if (piece.curve === 'HOLD') return piece.from;
  return piece.from + (piece.to - piece.from) * curveShare(piece.curve, (t - piece.start) / (piece.end - piece.start));
}

/**
 * Voices that sound by themselves. A SAMPLE voice is silent until the listener gives it a file; the sound is then made
 * quieter as a whole where that file would take it over full scale, so it does not count before.
 */
export const byItself = ({ kind }: Voice): boolean => kind !== 'SAMPLE';

/** Evaluations that one check may spend on several overlapping SMOOTH courses of different timing. */
const SEARCH_STEPS = 2_000_000;

/**
 * The highest sum of levels of a program's voices and when it is reached. Between two keyframes of any voice the sum is
 * a straight line plus cosines. It is exact at the ends, where no or one cosine is left (those of equal timing are
 * added first) also between them; several cosines of different timing are searched by halving, with the bound
 * max(ends) + max|S″|·h²/8, to within 1e-6.
 * @param sounds which voices count; left out: all
 */
export function highestLevel(
  voices: Voice[],
  sounds: (voice: Voice, index: number) => boolean = () => true,
): { level: number; at: number } {
  const courses = voices.filter(sounds).map(levelPieces);
  const events = [...new Set(courses.flatMap((pieces) => pieces.map((piece) => piece.start)))].sort((a, b) => a - b);
  const cursors = courses.map(() => 0);
  let highest = { level: 0, at: 0 };
  let steps = SEARCH_STEPS;
  const seen = (level: number, time: number) => {
    if (level > highest.level) highest = { level, at: time };
  };
  for (const [index, start] of events.entries()) {
    const end = events[index + 1] ?? start;
    const here: Piece[] = [];
    for (const [voice, pieces] of courses.entries()) {
      let cursor = cursors[voice] ?? 0;
      while ((pieces[cursor]?.end ?? Number.POSITIVE_INFINITY) <= start) cursor++;
      cursors[voice] = cursor;
      const piece = pieces[cursor];
      if (piece && piece.start <= start) here.push(piece);
    }
    const sum = (t: number) => here.reduce((level, piece) => level + pieceLevel(piece, t), 0);
    seen(sum(start), start);
    seen(sum(end), end);
    if (end === start) continue;
    // Cosines of the same timing are one cosine.
    const cosines: Piece[] = [];
    let slope = 0;
    for (const piece of here) {
      if (piece.curve === 'LINEAR') slope += (piece.to - piece.from) / (piece.end - piece.start);
      if (piece.curve !== 'SMOOTH') continue;
      const same = cosines.find((other) => other.start === piece.start && other.end === piece.end);
      if (same) same.to += piece.to - piece.from;
      else cosines.push({ ...piece, from: 0, to: piece.to - piece.from });
    }
    const waves = cosines.filter((wave) => Math.abs(wave.to) > ROUNDING);
    const [only] = waves;
    if (!only) continue;
    if (waves.length === 1) {
      const length = only.end - only.start;
      const sine = (-slope * 2 * length) / (Math.PI * only.to);
      if (sine < 0 || sine > 1) continue;
      const angle = Math.asin(sine);
      for (const share of [angle / Math.PI, 1 - angle / Math.PI]) {
        const time = only.start + share * length;
        if (time > start && time < end) seen(sum(time), time);
      }
      continue;
    }
    const bend = waves.reduce(
      (most, wave) => most + (Math.abs(wave.to) / 2) * (Math.PI / (wave.end - wave.start)) ** 2,
      0,
    );
    const spans = [{ from: start, to: end, left: sum(start), right: sum(end) }];
    for (let span = spans.pop(); span && steps > 0; span = spans.pop(), steps--) {
      const width = span.to - span.from;
      const bound = Math.max(span.left, span.right) + (bend * width * width) / 8;
      if (bound <= highest.level + 1e-6) continue;
      const time = (span.from + span.to) / 2;
      const middle = sum(time);
      seen(middle, time);
      spans.push({ from: span.from, to: time, left: span.left, right: middle });
      spans.push({ from: time, to: span.to, left: middle, right: span.right });
    }
  }
  return highest;
}
