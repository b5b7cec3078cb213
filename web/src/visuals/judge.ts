/**
 * The judge: says of a film whether it could harm people who are sensitive to light. Pure and without browser types.
 *
 * It holds a film to five rules; failing one fails the film:
 * - General and red flashes, WCAG 2.x, 2.3.1. A general flash is a pair of opposing changes in relative luminance of
 *   0.1 or more where the darker state is below 0.8. A red flash is a pair of opposing changes, one of them to or
 *   from a saturated red (R / (R + G + B) >= 0.8), with a difference of more than 0.2 in the CIE 1976 u'v' plane.
 *   More than three in any second fail.
 * - Area: flashes count where they fill 25 % or more of any field of 341 by 256 CSS pixels (10 degrees).
 * - The extended rule of broadcasting (as in IRIS): two to three flashes a second for four of any five seconds fail.
 * - The method of IRIS, EA's analyser (github.com/electronicarts/IRIS, BSD-3-Clause; written anew from its published
 *   rules): the mean luminance and the mean red saturation of the frame, accumulated while they move one way.
 * - Stripes (ITU-R BT.1702, stripes.ts): more than five light-dark pairs over more than a quarter of the picture that stay for half a second,
 *   whether or not anything moves.
 *
 * Luminance and colour are measured in cells of 4 by 4 CSS pixels: WCAG exempts balanced patterns finer than a tenth
 * of a degree, which is 3.4 px.
 */

import { stripedShare } from './stripes.ts';

/** Linear light of each 8-bit sRGB value. */
export const linear: Float32Array = Float32Array.from({ length: 256 }, (_, value) => {
  const v = value / 255;
  return v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4;
});

export interface JudgeOptions {
  /** Size of the frames in pixels. */
  width: number;
  height: number;
  /** Frames per second. */
  fps: number;
  /** CSS pixels that one pixel of a frame stands for; 1 where not given. */
  cssPerPixel?: number;
}

export interface Verdict {
  passes: boolean;
  /** The rules that were broken, none where the film passes. */
  broken: (
    | 'GENERAL'
    | 'RED'
    | 'GENERAL_EXTENDED'
    | 'RED_EXTENDED'
    | 'FIELD'
    | 'FIELD_RED'
    | 'FIELD_EXTENDED'
    | 'STRIPES'
  )[];
  /** Most flashes (pairs of changes) in any second that filled a quarter of a field. The limit is 3. */
  flashesPerSecond: number;
  redFlashesPerSecond: number;
  /** Largest share of any field, 0 to 1, in which cells made more than 3 flashes within one second. Limit 0.25. */
  flashingArea: number;
  /** The same for cells with more than one flash within one second: the pulsing area. */
  pulsingArea: number;
  /** Most changes in any second that IRIS's method counts: luminance, red. More than 6 fail. */
  fieldTransitions: number;
  fieldRedTransitions: number;
  /**
   * Largest swing (up and down, or down and up, within half a second) of the whole field's mean relative luminance.
   */
  fieldSwing: number;
  /** Longest run within any five seconds, in seconds, of two or three flashes a second. Four fail. */
  extendedSeconds: number;
  /** Largest share of the picture, 0 to 1, that was covered with regular stripes for half a second. More than 0.25 fails. */
  stripedArea: number;
}

const generalStep = 0.1;
const darkerBelow = 0.8;
const redShare = 0.8;
const chromaticStep = 0.2;
/** Below this sum of linear R + G + B a colour is black on any screen, and its red share an accident of rounding. */
const blackBelow = 0.012;
const areaShare = 0.25;
const stripesSeconds = 0.5;
const fieldWidth = 341;
const fieldHeight = 256;
const cellCss = 4;
/** Changes in any second: three flashes are six changes. */
const mostTransitions = 6;
const extendedFrom = 4;
/** Changes of cells count as one event where they come within this time of each other. */
const togetherSeconds = 1 / 30;

/** The changes of one kind in every cell, with the counts of the last second. */
class Changes {
  /** Direction of a cell's last change: 1 up, −1 down, 0 none yet. */
  readonly direction: Int8Array;
  /** Changes in the last second. */
  readonly inSecond: Uint16Array;
  /** Frames of the last five seconds with four to six changes in the second before. */
  readonly inFive: Uint16Array;
  readonly #events: Uint8Array[];
  readonly #busy: Uint8Array[];
  readonly up: Uint8Array;
  readonly down: Uint8Array;

  constructor(cells: number, fps: number) {
    this.direction = new Int8Array(cells);
    this.inSecond = new Uint16Array(cells);
    this.inFive = new Uint16Array(cells);
    this.#events = Array.from({ length: Math.round(fps) }, () => new Uint8Array(cells));
    this.#busy = Array.from({ length: Math.round(5 * fps) }, () => new Uint8Array(cells));
    this.up = new Uint8Array(cells);
    this.down = new Uint8Array(cells);
  }

  /** Forgets the frame that left the last second and gives the slot for the new one. */
  begin(frame: number): Uint8Array {
    const slot = this.#events[frame % this.#events.length] as Uint8Array;
    for (let i = 0; i < slot.length; i++) this.inSecond[i] = (this.inSecond[i] as number) - (slot[i] as number);
    slot.fill(0);
    return slot;
  }

  end(frame: number): void {
    const slot = this.#busy[frame % this.#busy.length] as Uint8Array;
    for (let i = 0; i < slot.length; i++) {
      const busy = (this.inSecond[i] as number) >= extendedFrom ? 1 : 0;
      this.inFive[i] = (this.inFive[i] as number) + busy - (slot[i] as number);
      slot[i] = busy;
    }
  }
}

/** Events of one kind of flash in one field or in the frame: opposing changes in a row. */
class Series {
  readonly #fps: number;
  readonly #times: number[] = [];
  #last = 0;
  #busy: boolean[] = [];
  worst = 0;
  extended = 0;

  constructor(fps: number) {
    this.#fps = fps;
  }

  /** @param change 1 or −1 for a change in this frame, 0 for none, 2 for both senses at once */
  push(frame: number, change: number, alternate: boolean): void {
    const sign = change === 2 ? -this.#last || 1 : change;
    if (sign !== 0 && (!alternate || sign !== this.#last)) {
      this.#times.push(frame);
      this.#last = sign;
    }
    while (this.#times.length > 0 && frame - (this.#times[0] as number) >= this.#fps) this.#times.shift();
    this.worst = Math.max(this.worst, this.#times.length);
    this.#busy.push(this.#times.length >= extendedFrom);
    if (this.#busy.length > 5 * this.#fps) this.#busy.shift();
    this.extended = Math.max(this.extended, this.#busy.filter(Boolean).length / this.#fps);
  }
}

/** IRIS's measure of one value of the whole frame. */
class FieldMean {
  readonly #threshold: number;
  readonly #darker: number;
  readonly #window: number;
  readonly #steps: number[] = [0];
  readonly series: Series;
  #before: Float32Array;
  #mean = 0;
  #sum = 0;

  constructor(pixels: number, fps: number, threshold: number, darker: number) {
    this.#threshold = threshold;
    this.#darker = darker;
    this.#window = Math.round(fps);
    this.#before = new Float32Array(pixels);
    this.series = new Series(fps);
  }

  get mean(): number {
    return this.#mean;
  }

  push(frame: number, values: Float32Array): void {
    let sum = 0;
    let changed = 0;
    for (let i = 0; i < values.length; i++) {
      const value = values[i] as number;
      sum += value;
      if (value !== this.#before[i]) changed++;
    }
    this.#before.set(values);
    const mean = sum / values.length;
    if (frame === 0) {
      this.#mean = mean;
      this.series.push(0, 0, false);
      return;
    }
    const step = changed >= values.length * areaShare ? mean - this.#mean : 0;
    const before = this.#sum;
    let now = step;
    if (before >= 0 === step >= 0) {
      if (this.#steps.length >= this.#window) now -= this.#steps.shift() as number;
      this.#steps.push(step);
      now += before;
    } else {
      this.#steps.length = 0;
      this.#steps.push(step);
    }
    const going = before >= 0 === now >= 0 && Math.abs(before) >= this.#threshold;
    const change = !going && Math.abs(now) >= this.#threshold && Math.min(mean, this.#mean) < this.#darker;
    this.series.push(frame, change ? Math.sign(now) : 0, false);
    this.#sum = now;
    this.#mean = mean;
  }
}

export class Judge {
  readonly #width: number;
  readonly #height: number;
  readonly #fps: number;
  readonly #size: number;
  readonly #columns: number;
  readonly #rows: number;
  readonly #fieldColumns: number;
  readonly #fieldRows: number;
  /** How much of a field must flash, counted in cells. */
  readonly #limit: number;
  readonly #general: Changes;
  readonly #red: Changes;
  /** Luminance at each cell's last turning point; before the first turn the lowest so far. */
  readonly #extreme: Float32Array;
  /** Before the first turn the highest so far. */
  readonly #highest: Float32Array;
  readonly #lastU: Float32Array;
  readonly #lastV: Float32Array;
  readonly #lastRed: Uint8Array;
  readonly #places: { at: number; column: number; row: number }[] = [];
  readonly #fields: { general: Series; red: Series }[] = [];
  readonly #recentUp: Uint8Array[];
  readonly #recentDown: Uint8Array[];
  readonly #recentRedUp: Uint8Array[];
  readonly #recentRedDown: Uint8Array[];
  readonly #table: Int32Array;
  readonly #luminance: Float32Array;
  readonly #saturation: Float32Array;
  readonly #fieldLuminance: FieldMean;
  readonly #fieldRed: FieldMean;
  readonly #means: number[] = [];
  /** Luminance of the cells of the present frame. */
  readonly #cells: Float32Array;
  /** The striped share of each frame of the last half second. */
  readonly #striped: number[] = [];
  #stripedArea = 0;
  #frame = 0;
  #flashingArea = 0;
  #pulsingArea = 0;
  #redArea = 0;
  #extendedArea = 0;
  #redExtendedArea = 0;

  constructor(options: JudgeOptions) {
    const { width, height, fps } = options;
    const css = options.cssPerPixel ?? 1;
    for (const [name, value] of Object.entries({ width, height, fps, cssPerPixel: css }))
      if (!(value > 0 && Number.isFinite(value)))
        throw new RangeError(`Judge: ${name} is ${value}, expected more than 0`);
    this.#width = width;
    this.#height = height;
    this.#fps = fps;
    this.#size = Math.max(1, Math.round(cellCss / css));
    this.#columns = Math.ceil(width / this.#size);
    this.#rows = Math.ceil(height / this.#size);
    const cells = this.#columns * this.#rows;
    // A picture smaller than a field is a field of its own.
    this.#fieldColumns = Math.min(this.#columns, Math.max(1, Math.round(fieldWidth / css / this.#size)));
    this.#fieldRows = Math.min(this.#rows, Math.max(1, Math.round(fieldHeight / css / this.#size)));
    this.#limit = areaShare * this.#fieldColumns * this.#fieldRows;
    this.#general = new Changes(cells, fps);
    this.#red = new Changes(cells, fps);
    this.#cells = new Float32Array(cells);
    this.#extreme = new Float32Array(cells);
    this.#highest = new Float32Array(cells);
    this.#lastU = new Float32Array(cells);
    this.#lastV = new Float32Array(cells);
    this.#lastRed = new Uint8Array(cells);
    this.#table = new Int32Array((this.#columns + 1) * (this.#rows + 1));
    this.#luminance = new Float32Array(width * height);
    this.#saturation = new Float32Array(width * height);
    this.#fieldLuminance = new FieldMean(width * height, fps, generalStep, darkerBelow);
    // IRIS: mean of (R − G − B) · 320 over saturated pixels, threshold 20, no bound for the darker state.
    this.#fieldRed = new FieldMean(width * height, fps, 20, 321);
    const together = Math.max(1, Math.round(togetherSeconds * fps));
    const ring = (): Uint8Array[] => Array.from({ length: together }, () => new Uint8Array(cells));
    this.#recentUp = ring();
    this.#recentDown = ring();
    this.#recentRedUp = ring();
    this.#recentRedDown = ring();
    // Fields every quarter of their size, and flush with the far edges.
    for (const row of stops(this.#rows, this.#fieldRows))
      for (const column of stops(this.#columns, this.#fieldColumns)) {
        this.#places.push({ at: this.#places.length, column, row });
        this.#fields.push({ general: new Series(fps), red: new Series(fps) });
      }
  }

  /**
   * Takes one frame.
   * @param rgba width × height × 4 bytes of sRGB; the order of rows does not matter if it stays the same
   */
  push(rgba: Uint8Array | Uint8ClampedArray): void {
    const expected = this.#width * this.#height * 4;
    if (rgba.length !== expected) throw new RangeError(`Judge: frame of ${rgba.length} bytes, expected ${expected}`);
    const frame = this.#frame;
    const general = this.#general.begin(frame);
    const red = this.#red.begin(frame);
    const slot = frame % this.#recentUp.length;
    const up = this.#recentUp[slot] as Uint8Array;
    const down = this.#recentDown[slot] as Uint8Array;
    const redUp = this.#recentRedUp[slot] as Uint8Array;
    const redDown = this.#recentRedDown[slot] as Uint8Array;
    for (const plane of [up, down, redUp, redDown]) plane.fill(0);
    let cell = 0;
    for (let row = 0; row < this.#rows; row++)
      for (let column = 0; column < this.#columns; column++, cell++) {
        const [r, g, b] = this.#measure(rgba, column, row);
        const luminance = 0.2126 * r + 0.7152 * g + 0.0722 * b;
        this.#cells[cell] = luminance;
        const change = this.#luminanceChange(cell, luminance);
        if (change !== 0) {
          general[cell] = 1;
          this.#general.inSecond[cell] = (this.#general.inSecond[cell] as number) + 1;
          if (change > 0) up[cell] = 1;
          else down[cell] = 1;
        }
        const reddening = this.#redChange(cell, r, g, b);
        if (reddening !== 0) {
          red[cell] = 1;
          if (reddening > 0) redUp[cell] = 1;
          else redDown[cell] = 1;
          this.#red.inSecond[cell] = (this.#red.inSecond[cell] as number) + 1;
        }
      }
    this.#general.end(frame);
    this.#red.end(frame);
    this.#judgeFields(frame);
    this.#judgeStripes();
    this.#fieldLuminance.push(frame, this.#luminance);
    this.#fieldRed.push(frame, this.#saturation);
    this.#means.push(this.#fieldLuminance.mean);
    this.#frame++;
  }

  /** Mean linear colour of a cell; fills the per-pixel planes for the method of IRIS on the way. */
  #measure(rgba: Uint8Array | Uint8ClampedArray, column: number, row: number): [number, number, number] {
    let r = 0;
    let g = 0;
    let b = 0;
    let count = 0;
    const right = Math.min(this.#width, (column + 1) * this.#size);
    const bottom = Math.min(this.#height, (row + 1) * this.#size);
    for (let y = row * this.#size; y < bottom; y++)
      for (let x = column * this.#size; x < right; x++) {
        const pixel = y * this.#width + x;
        const lr = linear[rgba[pixel * 4] as number] as number;
        const lg = linear[rgba[pixel * 4 + 1] as number] as number;
        const lb = linear[rgba[pixel * 4 + 2] as number] as number;
        this.#luminance[pixel] = 0.2126 * lr + 0.7152 * lg + 0.0722 * lb;
        this.#saturation[pixel] = lr >= redShare * (lr + lg + lb) ? Math.max(0, (lr - lg - lb) * 320) : 0;
        r += lr;
        g += lg;
        b += lb;
        count++;
      }
    return [r / count, g / count, b / count];
  }

  /** 1 or −1 where the cell has just completed a change of at least 0.1 against its last turning point, else 0. */
  #luminanceChange(cell: number, now: number): number {
    const extreme = this.#extreme[cell] as number;
    const direction = this.#general.direction[cell] as number;
    if (this.#frame === 0) {
      this.#extreme[cell] = now;
      this.#highest[cell] = now;
      return 0;
    }
    if (direction === 0) return this.#firstChange(cell, now);
    if ((direction > 0 && now >= extreme) || (direction < 0 && now <= extreme)) {
      this.#extreme[cell] = now;
      return 0;
    }
    if (Math.abs(now - extreme) < generalStep || Math.min(now, extreme) >= darkerBelow) return 0;
    const sign = now > extreme ? 1 : -1;
    this.#extreme[cell] = now;
    this.#general.direction[cell] = sign;
    return sign;
  }

  #firstChange(cell: number, now: number): number {
    const lowest = Math.min(now, this.#extreme[cell] as number);
    const highest = Math.max(now, this.#highest[cell] as number);
    this.#extreme[cell] = lowest;
    this.#highest[cell] = highest;
    if (highest - lowest < generalStep || lowest >= darkerBelow) return 0;
    const sign = now === highest ? 1 : -1;
    this.#extreme[cell] = now;
    this.#general.direction[cell] = sign;
    return sign;
  }

  /** 1 where the cell has just become saturated red, −1 where it was and is no more, with a visible step, else 0. */
  #redChange(cell: number, r: number, g: number, b: number): number {
    const sum = r + g + b;
    const saturated = sum >= blackBelow && r >= redShare * sum ? 1 : 0;
    // CIE XYZ of linear sRGB, then u' = 4X / (X + 15Y + 3Z), v' = 9Y / (X + 15Y + 3Z). Black counts as white point.
    const x = 0.4124 * r + 0.3576 * g + 0.1805 * b;
    const y = 0.2126 * r + 0.7152 * g + 0.0722 * b;
    const z = 0.0193 * r + 0.1192 * g + 0.9505 * b;
    const scale = x + 15 * y + 3 * z;
    const u = sum < blackBelow ? 0.1978 : (4 * x) / scale;
    const v = sum < blackBelow ? 0.4683 : (9 * y) / scale;
    if (this.#frame === 0) {
      this.#lastU[cell] = u;
      this.#lastV[cell] = v;
      this.#lastRed[cell] = saturated;
      return 0;
    }
    const away = Math.hypot(u - (this.#lastU[cell] as number), v - (this.#lastV[cell] as number));
    if (away <= chromaticStep) return 0;
    const counts = saturated === 1 ? 1 : this.#lastRed[cell] === 1 ? -1 : 0;
    this.#lastU[cell] = u;
    this.#lastV[cell] = v;
    this.#lastRed[cell] = saturated;
    return counts;
  }

  /** Stripes count where they stay: by the least of half a second. */
  #judgeStripes(): void {
    this.#striped.push(stripedShare(this.#cells, this.#columns, this.#rows));
    const frames = Math.max(1, Math.round(stripesSeconds * this.#fps));
    if (this.#striped.length > frames) this.#striped.shift();
    if (this.#striped.length === frames) this.#stripedArea = Math.max(this.#stripedArea, Math.min(...this.#striped));
  }

  #judgeFields(frame: number): void {
    const area = this.#fieldColumns * this.#fieldRows;
    const worst = (over: (cell: number) => boolean): number => {
      this.#fill(over);
      let most = 0;
      for (const place of this.#places) most = Math.max(most, this.#count(place.column, place.row));
      return most / area;
    };
    const general = this.#general;
    const red = this.#red;
    this.#pulsingArea = Math.max(
      this.#pulsingArea,
      worst((cell) => (general.inSecond[cell] as number) > 2),
    );
    if (this.#pulsingArea > 0)
      this.#flashingArea = Math.max(
        this.#flashingArea,
        worst((cell) => (general.inSecond[cell] as number) > mostTransitions),
      );
    const four = 4 * this.#fps;
    if (frame >= four) {
      this.#extendedArea = Math.max(
        this.#extendedArea,
        worst((cell) => (general.inFive[cell] as number) >= four),
      );
      this.#redExtendedArea = Math.max(
        this.#redExtendedArea,
        worst((cell) => (red.inFive[cell] as number) >= four),
      );
    }
    this.#redArea = Math.max(
      this.#redArea,
      worst((cell) => (red.inSecond[cell] as number) > mostTransitions),
    );
    this.#judgeEvents(frame);
  }

  /** Changes that fill a quarter of a field together, whichever cells make them: one event of that field. */
  #judgeEvents(frame: number): void {
    const filled = (ring: Uint8Array[]): Uint8Array => {
      const result = new Uint8Array(this.#places.length);
      this.#fill((cell) => ring.some((slot) => slot[cell] === 1));
      for (const place of this.#places) if (this.#count(place.column, place.row) >= this.#limit) result[place.at] = 1;
      return result;
    };
    const up = filled(this.#recentUp);
    const down = filled(this.#recentDown);
    const redUp = filled(this.#recentRedUp);
    const redDown = filled(this.#recentRedDown);
    const sign = (rise: unknown, fall: unknown): number => (rise ? (fall ? 2 : 1) : fall ? -1 : 0);
    this.#fields.forEach((field, at) => {
      field.general.push(frame, sign(up[at], down[at]), true);
      field.red.push(frame, sign(redUp[at], redDown[at]), true);
    });
  }

  /** Sums over all rectangles from the corner, so that any field is counted with four look-ups. */
  #fill(over: (cell: number) => boolean): void {
    const stride = this.#columns + 1;
    for (let row = 0, cell = 0; row < this.#rows; row++) {
      let sum = 0;
      for (let column = 0; column < this.#columns; column++, cell++) {
        if (over(cell)) sum++;
        this.#table[(row + 1) * stride + column + 1] = (this.#table[row * stride + column + 1] as number) + sum;
      }
    }
  }

  #count(column: number, row: number): number {
    const stride = this.#columns + 1;
    const right = column + this.#fieldColumns;
    const bottom = row + this.#fieldRows;
    const table = this.#table;
    return (
      (table[bottom * stride + right] as number) -
      (table[row * stride + right] as number) -
      (table[bottom * stride + column] as number) +
      (table[row * stride + column] as number)
    );
  }

  /** Judges what was pushed so far. */
  verdict(): Verdict {
    const broken: Verdict['broken'] = [];
    const generalWorst = Math.max(0, ...this.#fields.map((field) => field.general.worst));
    const redWorst = Math.max(0, ...this.#fields.map((field) => field.red.worst));
    const extended = Math.max(0, ...this.#fields.map((field) => field.general.extended));
    const redExtended = Math.max(0, ...this.#fields.map((field) => field.red.extended));
    if (generalWorst > mostTransitions || this.#flashingArea >= areaShare) broken.push('GENERAL');
    if (redWorst > mostTransitions || this.#redArea >= areaShare) broken.push('RED');
    if (extended >= 4 || this.#extendedArea >= areaShare) broken.push('GENERAL_EXTENDED');
    if (redExtended >= 4 || this.#redExtendedArea >= areaShare) broken.push('RED_EXTENDED');
    if (this.#fieldLuminance.series.worst > mostTransitions) broken.push('FIELD');
    if (this.#fieldRed.series.worst > mostTransitions) broken.push('FIELD_RED');
    if (this.#fieldLuminance.series.extended >= 4 || this.#fieldRed.series.extended >= 4) broken.push('FIELD_EXTENDED');
    if (this.#stripedArea > areaShare) broken.push('STRIPES');
    return {
      passes: broken.length === 0,
      broken,
      flashesPerSecond: generalWorst / 2,
      redFlashesPerSecond: redWorst / 2,
      flashingArea: this.#flashingArea,
      pulsingArea: this.#pulsingArea,
      fieldTransitions: this.#fieldLuminance.series.worst,
      fieldRedTransitions: this.#fieldRed.series.worst,
      fieldSwing: swing(this.#means, this.#fps),
      extendedSeconds: Math.max(extended, redExtended, this.#fieldLuminance.series.extended),
      stripedArea: this.#stripedArea,
    };
  }
}

/** Where fields begin along one side: every quarter of a field, the last flush with the edge. */
function stops(length: number, field: number): number[] {
  const last = length - field;
  const step = Math.max(1, Math.floor(field / 4));
  const all: number[] = [];
  for (let at = 0; at < last; at += step) all.push(at);
  return [...all, last];
}

/** Largest swing of a series: out and back within half a second, in either sense. */
function swing(means: readonly number[], fps: number): number {
  const quarter = Math.max(1, Math.round(fps / 4));
  let worst = 0;
  for (let i = 0; i < means.length; i++) {
    const here = means[i] as number;
    const before = means.slice(Math.max(0, i - quarter), i + 1);
    const after = means.slice(i, i + quarter + 1);
    const peak = here - Math.max(Math.min(...before), Math.min(...after));
    const dip = Math.min(Math.max(...before), Math.max(...after)) - here;
    worst = Math.max(worst, peak, dip);
  }
  return worst;
}
