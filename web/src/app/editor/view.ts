import type { Program, Voice } from '@nes/program/model.ts';
import { type Parameter, parametersOf, timeGrid } from './axis.ts';

/** The shortest span that fills a lane, in seconds. */
const SHORTEST = 0.5;
/** Room beside the program's ends, as a share of what is seen: points at the very ends can be held there. */
const MARGIN = 0.014;
/** How near a phase border has to be to be snapped to, in pixels. */
const NEAR = 7;

/**
 * What of the document is seen and heard, and how: window of time, playhead, what each lane shows, silent lanes. None of
 * it is part of the program. Fires `change`; `playhead` when only the playhead is elsewhere.
 */
export class EditorView extends EventTarget {
  #from = 0;
  #to = 1;
  #duration = 1;
  #width = 1;
  #playhead = 0;
  #snap = true;
  #parameters = new Map<number, Parameter>();
  #muted: ReadonlySet<number> = new Set();
  #solo: ReadonlySet<number> = new Set();
  #loop: readonly [from: number, to: number] | null = null;

  /** First second that is seen. */
  get from(): number {
    return this.#from;
  }

  /** Last second that is seen. */
  get to(): number {
    return this.#to;
  }

  /** Pixels of a lane's width. */
  get width(): number {
    return this.#width;
  }

  get playhead(): number {
    return this.#playhead;
  }

  get snap(): boolean {
    return this.#snap;
  }

  set snap(snap: boolean) {
    this.#snap = snap;
    this.#changed();
  }

  /** Seconds of the program that the preview plays over and over; null: it goes on to the end. */
  get loop(): readonly [from: number, to: number] | null {
    return this.#loop;
  }

  set loop(loop: readonly [from: number, to: number] | null) {
    this.#loop = loop;
    this.#changed();
  }

  get muted(): ReadonlySet<number> {
    return this.#muted;
  }

  get solo(): ReadonlySet<number> {
    return this.#solo;
  }

  /** Seconds between the lines of the time grid, which times snap to. */
  get grid(): number {
    return timeGrid(this.#to - this.#from, this.#width, 72);
  }

  /** Seconds of one snap step: the time grid is split in a way that gives round numbers. */
  get snapSeconds(): number {
    return timeGrid(this.#to - this.#from, this.#width, 12);
  }

  /** Whether the whole program is seen. */
  get fits(): boolean {
    return this.#from <= 0 && this.#to >= this.#duration;
  }

  /** Shows a program of another length. What was seen whole stays whole. */
  setDuration(seconds: number): void {
    if (seconds === this.#duration) return;
    const whole = this.fits;
    this.#duration = seconds;
    this.#playhead = Math.min(this.#playhead, seconds);
    if (this.#loop && this.#loop[1] > seconds) this.#loop = null;
    if (whole) this.fit();
    else this.show(this.#from, this.#to);
  }

  setWidth(pixels: number): void {
    if (pixels === this.#width || pixels <= 0) return;
    this.#width = pixels;
    this.#changed();
  }

  xOf(seconds: number): number {
    return ((seconds - this.#from) / (this.#to - this.#from)) * this.#width;
  }

  secondsAt(x: number): number {
    return this.#from + (x / this.#width) * (this.#to - this.#from);
  }

  /** Shows a span. It stays within the program and is no shorter than half a second. */
  show(from: number, to: number): void {
    const whole = this.#duration / (1 - 2 * MARGIN);
    const span = Math.min(whole, Math.max(Math.min(SHORTEST, whole), to - from));
    const margin = span * MARGIN;
    const start = Math.min(this.#duration + margin - span, Math.max(-margin, from));
    if (start === this.#from && start + span === this.#to) return;
    this.#from = start;
    this.#to = start + span;
    this.#changed();
  }

  fit(): void {
    this.show(Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY);
  }

  /** Makes the seen span `factor` times as long; the second `around` stays where it is. */
  zoom(factor: number, around = this.#playhead): void {
    const held = around >= this.#from && around <= this.#to ? around : (this.#from + this.#to) / 2;
    const span = Math.max(SHORTEST, (this.#to - this.#from) * factor);
    const share = (held - this.#from) / (this.#to - this.#from);
    this.show(held - share * span, held - share * span + span);
  }

  pan(seconds: number): void {
    this.show(this.#from + seconds, this.#to + seconds);
  }

  /** Brings a second into view, with room around it. */
  reveal(seconds: number): void {
    if (seconds >= this.#from && seconds <= this.#to) return;
    const span = this.#to - this.#from;
    this.show(seconds - span * 0.2, seconds + span * 0.8);
  }

  movePlayhead(seconds: number): void {
    const within = Math.min(this.#duration, Math.max(0, seconds));
    if (within === this.#playhead) return;
    this.#playhead = within;
    this.dispatchEvent(new Event('playhead'));
  }

  /** A time on the grid, or on a phase border that is near. Without snapping it is tidied to the millisecond. */
  snapped(seconds: number, program: Program, free = false): number {
    if (!this.#snap || free) return Math.round(seconds * 1000) / 1000;
    const near = (NEAR / this.#width) * (this.#to - this.#from);
    let border = 0;
    for (const phase of program.phases) {
      border += phase.durationSeconds;
      if (Math.abs(border - seconds) < near) return border;
    }
    const step = this.snapSeconds;
    return Number((Math.round(seconds / step) * step).toFixed(6));
  }

  /** What a lane shows: what was chosen for it, else what tells most about its voice. */
  parameterOf(index: number, voice: Voice): Parameter {
    const possible = parametersOf(voice);
    const chosen = this.#parameters.get(index);
    return chosen && possible.includes(chosen) ? chosen : (possible[0] as Parameter);
  }

  setParameter(index: number, parameter: Parameter): void {
    this.#parameters.set(index, parameter);
    this.#changed();
  }

  toggleMuted(index: number): void {
    this.#muted = toggled(this.#muted, index);
    this.#changed();
  }

  toggleSolo(index: number): void {
    this.#solo = toggled(this.#solo, index);
    this.#changed();
  }

  /** Whether a lane is heard in the preview. */
  heard(index: number): boolean {
    return this.#solo.size > 0 ? this.#solo.has(index) : !this.#muted.has(index);
  }

  /** Lanes changed their places: what belonged to them starts anew. */
  forgetLanes(): void {
    this.#parameters.clear();
    this.#muted = new Set();
    this.#solo = new Set();
    this.#loop = null;
    this.#changed();
  }

  #changed(): void {
    this.dispatchEvent(new Event('change'));
  }
}

function toggled(set: ReadonlySet<number>, value: number): ReadonlySet<number> {
  const after = new Set(set);
  if (!after.delete(value)) after.add(value);
  return after;
}
