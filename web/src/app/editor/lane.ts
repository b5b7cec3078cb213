import { msg, str } from '@lit/localize';
import type { Keyframe, Voice } from '@nes/program/model.ts';
import { keyframeIndex } from '@nes/program/values.ts';
import { css, html, type PropertyDeclarations, type PropertyValues, type TemplateResult } from 'lit';
import { type Axis, axisOf, limitsOf, parametersOf, rounded, shareOf, valueAtShare } from './axis.ts';
import {
  addKeyframe,
  moveKeyframes,
  nudgeKeyframes,
  pasteKeyframes,
  removeKeyframes,
  setKeyframes,
} from './commands.ts';
import type { EditorState, Gesture, Selection } from './document.ts';
import { DocumentElement } from './document-element.ts';
import { contextOf, drawLane, shareOfY, yOfShare } from './draw.ts';
import type { Palette } from './palette.ts';
import { pointCount, pointsChosen, pointsCopied, preciseClock, wording } from './words.ts';

/** How near the pointer has to be to a point, in pixels; a finger is less exact. */
const REACH = 9;
const FINGER_REACH = 20;
/** Pixels after which a press is a drag. */
const DRAG = 3;
/** A finger that rests this long draws a box, in milliseconds. */
const REST = 450;

interface Press {
  pointer: number;
  x: number;
  y: number;
  /** Index of the pressed point; −1 beside all of them. */
  point: number;
  at: number;
  share: number;
  gesture: Gesture | null;
  /** What is moved, as it was chosen at the beginning. */
  selection: Selection;
  axis: Axis;
  touch: boolean;
  from: number;
  moved: boolean;
  added: boolean;
  /** A finger that rested before it moved. */
  rested: boolean;
}

/** Two fingers that hold a span of time: where they were put down, and what was seen then. */
interface Pinch {
  fingers: [number, number];
  starts: [number, number];
  from: number;
  to: number;
}

/** Points that were cut or copied; they outlive the lane and the program. */
let clipboard: readonly Keyframe[] = [];

/** Says what an assistive technology should say now. */
export class LaneSayEvent extends Event {
  static readonly type = 'lane-say';
  readonly words: string;

  constructor(words: string) {
    super(LaneSayEvent.type, { bubbles: true, composed: true });
    this.words = words;
  }
}

/** One voice over time: a canvas that shows one parameter, and everything that pointer and keys do with its points. */
export class Lane extends DocumentElement {
  static override styles = css`
    :host {
      display: block;
      position: relative;
      min-height: 0;
      touch-action: pan-y;
      outline: none;
      user-select: none;
      -webkit-user-select: none;
    }
    canvas {
      position: absolute;
      inset: 0;
      width: 100%;
      height: 100%;
      cursor: crosshair;
    }
    canvas.over {
      cursor: grab;
    }
    canvas.dragging {
      cursor: grabbing;
    }
    :host(:focus-visible) {
      box-shadow: inset 0 0 0 2px var(--accent);
    }
  `;

  static override properties: PropertyDeclarations = {
    index: { type: Number },
    palette: { attribute: false },
  };

  declare index: number;
  declare palette: Palette;

  #observer: ResizeObserver | undefined;
  #width = 0;
  #height = 0;
  #ratio = 1;
  #asked = 0;
  #hovered = -1;
  #press: Press | null = null;
  #pointer: PointerEvent | null = null;
  /** Fingers on the lane: where they are, in pixels. */
  #fingers = new Map<number, number>();
  #pinch: Pinch | null = null;
  #resting: ReturnType<typeof setTimeout> | undefined;
  #box: { x: number; y: number; width: number; height: number } | null = null;
  #seen: { state: EditorState; heard: boolean } | null = null;

  constructor() {
    super();
    this.index = 0;
    this.addEventListener('pointerdown', this.#down);
    this.addEventListener('pointermove', this.#move);
    this.addEventListener('pointerup', this.#up);
    this.addEventListener('pointercancel', this.#cancelled);
    this.addEventListener('pointerleave', this.#leave);
    this.addEventListener('dblclick', this.#double);
    this.addEventListener('keydown', this.#key);
    this.addEventListener('focus', this.#focused);
    this.addEventListener('wheel', this.#wheel, { passive: false });
    this.addEventListener('touchstart', this.#touch, { passive: false });
    this.addEventListener('touchmove', this.#touchMove, { passive: false });
    this.addEventListener('contextmenu', this.#menu);
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.tabIndex = 0;
    this.setAttribute('role', 'application');
    this.setAttribute('aria-roledescription', msg('lane'));
    this.#observer = new ResizeObserver(([entry]) => {
      if (!entry) return;
      this.#width = Math.round(entry.contentRect.width);
      this.#height = Math.round(entry.contentRect.height);
      this.#ratio = Math.min(2, devicePixelRatio || 1);
      this.view?.setWidth(this.#width);
      this.redraw();
    });
    this.#observer.observe(this);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#observer?.disconnect();
    cancelAnimationFrame(this.#asked);
    this.#asked = 0;
    this.#cancel();
    this.#fingers.clear();
    this.#pinch = null;
  }

  get #voice(): Voice | undefined {
    return this.doc.program.voices[this.index];
  }

  #axis(index = this.index): Axis | null {
    const voice = this.doc.program.voices[index];
    return voice ? axisOf(this.doc.program, voice, this.view.parameterOf(index, voice)) : null;
  }

  /** Points of this lane that are chosen, ascending. */
  get #chosen(): readonly number[] {
    return this.doc.state.selection.get(this.index) ?? [];
  }

  protected override readonly docChanged = (): void => {
    const { state } = this.doc;
    const before = this.#seen?.state;
    const heard = this.view.heard(this.index);
    const same =
      before &&
      heard === this.#seen?.heard &&
      before.draft.program === state.draft.program &&
      before.selection.get(this.index) === state.selection.get(this.index) &&
      (before.voice === this.index) === (state.voice === this.index);
    if (!same) this.redraw();
  };

  protected override readonly viewChanged = (): void => this.redraw();

  protected override updated(changed: PropertyValues): void {
    super.updated(changed);
    this.redraw();
  }

  protected override render(): TemplateResult {
    return html`<canvas aria-hidden="true"></canvas>`;
  }

  /** Draws at the next frame. */
  redraw(): void {
    if (this.#asked) return;
    this.#asked = requestAnimationFrame(() => {
      this.#asked = 0;
      if (this.#pointer) this.#drag(this.#pointer);
      this.#paint();
    });
  }

  #paint(): void {
    const canvas = this.renderRoot.querySelector('canvas');
    const voice = this.#voice;
    const axis = this.#axis();
    if (!canvas || !voice || !axis || !this.palette || this.#width === 0) return;
    const { view } = this;
    const [wide, tall] = [Math.round(this.#width * this.#ratio), Math.round(this.#height * this.#ratio)];
    if (canvas.width !== wide || canvas.height !== tall) {
      canvas.width = wide;
      canvas.height = tall;
    }
    const context = contextOf(canvas);
    if (!context) return;
    context.setTransform(this.#ratio, 0, 0, this.#ratio, 0, 0);
    this.#seen = { state: this.doc.state, heard: view.heard(this.index) };
    drawLane(context, {
      program: this.doc.program,
      voice,
      axis: this.#press?.gesture ? this.#press.axis : axis,
      window: { from: view.from, to: view.to, width: this.#width, height: this.#height },
      palette: this.palette,
      grid: view.grid,
      chosen: this.#chosen,
      hovered: this.#press ? -1 : this.#hovered,
      active: this.doc.state.voice === this.index,
      heard: view.heard(this.index),
      box: this.#box,
      wording: (value) => this.#word(axis, value, voice),
      clock: preciseClock,
    });
    if (!this.#press) this.#describe(voice, axis);
    this.dispatchEvent(new Event('lane-painted'));
  }

  /** Numbers in a language are slow to write; the marks of a scale are the same in every frame. */
  #words = new Map<string, string>();

  #word(axis: Axis, value: number, voice: Voice): string {
    const key = `${document.documentElement.lang} ${axis.parameter} ${voice.kind} ${value}`;
    let words = this.#words.get(key);
    if (words === undefined) {
      if (this.#words.size > 500) this.#words.clear();
      words = wording(axis.parameter, value, voice);
      this.#words.set(key, words);
    }
    return words;
  }

  #describe(voice: Voice, axis: Axis): void {
    const count = voice.keyframes.length;
    const low = voice.keyframes.reduce(
      (least, frame) => Math.min(least, frame[axis.parameter]),
      Number.POSITIVE_INFINITY,
    );
    const high = voice.keyframes.reduce(
      (most, frame) => Math.max(most, frame[axis.parameter]),
      Number.NEGATIVE_INFINITY,
    );
    const range = [wording(axis.parameter, low, voice), wording(axis.parameter, high, voice)];
    const label = msg(str`${voice.name}: ${pointCount(count)}, ${range[0]} to ${range[1]}`);
    if (this.getAttribute('aria-label') !== label) this.setAttribute('aria-label', label);
  }

  /** Index of the point that is nearest to a place and within reach, or −1. */
  #pointAt(x: number, y: number, reach: number): number {
    const voice = this.#voice;
    const axis = this.#axis();
    if (!voice || !axis) return -1;
    const { view } = this;
    const from = view.secondsAt(x - reach);
    const to = view.secondsAt(x + reach);
    let found = -1;
    let nearest = reach * reach;
    // Of points at the same place the later one is on top, and of those a chosen one.
    const chosen = new Set(this.#chosen.length < 2000 ? this.#chosen : []);
    for (let index = Math.max(0, keyframeIndex(voice, from)); index < voice.keyframes.length; index++) {
      const frame = voice.keyframes[index] as Keyframe;
      if (frame.at > to) break;
      if (frame.at < from) continue;
      const dx = view.xOf(frame.at) - x;
      const dy = yOfShare(shareOf(axis, frame[axis.parameter]), this.#height) - y;
      const distance = dx * dx + dy * dy - (chosen.has(index) ? 4 : 0);
      if (distance <= nearest) {
        nearest = distance;
        found = index;
      }
    }
    return found;
  }

  #place(event: PointerEvent | MouseEvent): [number, number] {
    const box = this.getBoundingClientRect();
    return [event.clientX - box.left, event.clientY - box.top];
  }

  #down = (event: PointerEvent): void => {
    if (event.pointerType === 'touch') {
      this.#fingers.set(event.pointerId, this.#place(event)[0]);
      if (this.#fingers.size > 1) {
        this.#pinchFrom();
        return;
      }
    }
    if (event.button !== 0 || this.#press) return;
    const axis = this.#axis();
    const voice = this.#voice;
    if (!axis || !voice) return;
    const [x, y] = this.#place(event);
    const touch = event.pointerType === 'touch';
    const point = this.#pointAt(x, y, touch ? FINGER_REACH : REACH);
    this.setPointerCapture(event.pointerId);
    const frame = voice.keyframes[point];
    if (frame) {
      const chosen = this.#chosen;
      if (event.shiftKey || event.ctrlKey || event.metaKey) {
        const after = chosen.includes(point) ? chosen.filter((one) => one !== point) : sorted([...chosen, point]);
        this.#choose(after, this.doc.state.selection);
      } else if (!chosen.includes(point)) {
        this.#choose([point]);
      } else if (this.doc.state.voice !== this.index) this.doc.select(this.index, this.doc.state.selection);
    } else if (this.doc.state.voice !== this.index)
      this.doc.select(this.index, event.shiftKey ? this.doc.state.selection : new Map());
    this.#press = {
      pointer: event.pointerId,
      x,
      y,
      point,
      at: frame?.at ?? this.view.secondsAt(x),
      share: frame ? shareOf(axis, frame[axis.parameter]) : shareOfY(y, this.#height),
      gesture: null,
      selection: this.doc.state.selection,
      axis,
      touch,
      from: this.view.from,
      moved: false,
      added: event.shiftKey,
      rested: false,
    };
    clearTimeout(this.#resting);
    if (touch && point < 0) this.#resting = setTimeout(this.#rest, REST);
  };

  /** A finger has rested beside the points: what it does now is a box, as with a mouse. */
  #rest = (): void => {
    const press = this.#press;
    if (!press || press.moved) return;
    press.rested = true;
    navigator.vibrate?.(10);
    this.#box = { x: press.x - 12, y: press.y - 12, width: 24, height: 24 };
    this.redraw();
  };

  /** The two fingers that are there now hold what lies under them. A drag that one of them had begun never was. */
  #pinchFrom(): void {
    this.#cancel();
    const [one, other] = [...this.#fingers];
    if (!one || !other) return;
    this.#pinch = {
      fingers: [one[0], other[0]],
      starts: [one[1], other[1]],
      from: this.view.from,
      to: this.view.to,
    };
  }

  #pinchTo({ fingers, starts, from, to }: Pinch): void {
    const [left, right] = fingers.map((finger) => this.#fingers.get(finger) ?? 0) as [number, number];
    const second = (x: number): number => from + (x / this.view.width) * (to - from);
    const apart = right - left;
    // Fingers that come too near or pass each other hold nothing.
    if (Math.abs(apart) < 20 || apart * (starts[1] - starts[0]) < 0) return;
    const span = ((second(starts[1]) - second(starts[0])) * this.view.width) / apart;
    const begin = second(starts[0]) - (left / this.view.width) * span;
    this.view.show(begin, begin + span);
  }

  /** A finger on a point drags it; a finger anywhere else may scroll the page. */
  #touch = (event: TouchEvent): void => {
    const [touch] = event.touches;
    if (!touch) return;
    if (event.touches.length > 1) {
      event.preventDefault();
      return;
    }
    const box = this.getBoundingClientRect();
    if (this.#pointAt(touch.clientX - box.left, touch.clientY - box.top, FINGER_REACH) >= 0) event.preventDefault();
  };

  /** What a finger drags here must not scroll the page as well. */
  #touchMove = (event: TouchEvent): void => {
    if (this.#pinch || this.#press?.rested || this.#press?.gesture) event.preventDefault();
  };

  /** A finger that rests draws a box; it asks for no menu. */
  #menu = (event: Event): void => {
    if (this.#press?.touch) event.preventDefault();
  };

  #move = (event: PointerEvent): void => {
    if (this.#fingers.has(event.pointerId)) this.#fingers.set(event.pointerId, this.#place(event)[0]);
    if (this.#pinch) {
      this.#pinchTo(this.#pinch);
      return;
    }
    if (!this.#press) {
      const [x, y] = this.#place(event);
      const over = this.#pointAt(x, y, REACH);
      if (over !== this.#hovered) {
        this.#hovered = over;
        this.renderRoot.querySelector('canvas')?.classList.toggle('over', over >= 0);
        this.redraw();
      }
      return;
    }
    if (event.pointerId !== this.#press.pointer) return;
    // Many events to a frame lead to one change of the document.
    this.#pointer = event;
    this.redraw();
  };

  #drag(event: PointerEvent): void {
    this.#pointer = null;
    const press = this.#press;
    if (!press) return;
    const [x, y] = this.#place(event);
    if (!press.moved && Math.hypot(x - press.x, y - press.y) < DRAG) return;
    press.moved = true;
    if (press.point < 0) {
      if (press.touch && !press.rested) {
        const span = this.view.to - this.view.from;
        const from = press.from - ((x - press.x) / this.view.width) * span;
        this.view.show(from, from + span);
        return;
      }
      this.#boxTo(x, y);
      return;
    }
    if (!press.gesture) {
      press.gesture = this.doc.gesture(
        press.selection.size > 1 || (press.selection.get(this.index)?.length ?? 0) > 1
          ? msg('Move points')
          : msg('Move point'),
      );
      this.renderRoot.querySelector('canvas')?.classList.add('dragging');
    }
    const lockTime = event.shiftKey && Math.abs(y - press.y) > Math.abs(x - press.x);
    const lockValue = event.shiftKey && !lockTime;
    const free = event.altKey;
    const seconds = lockTime
      ? 0
      : this.view.snapped(
          press.at + ((x - press.x) / this.view.width) * (this.view.to - this.view.from),
          this.doc.program,
          free,
        ) - press.at;
    let share = 0;
    if (!lockValue && Math.abs(y - press.y) >= 1) {
      const wanted = press.share + shareOfY(y, this.#height) - shareOfY(press.y, this.#height);
      const value = rounded(press.axis, valueAtShare(press.axis, wanted), this.view.snap && !free);
      share = shareOf(press.axis, value) - press.share;
    }
    press.gesture.update(
      moveKeyframes(press.selection, seconds, share, (index) =>
        index === this.index ? press.axis : this.#axis(index),
      ),
    );
  }

  #boxTo(x: number, y: number): void {
    const press = this.#press as Press;
    const voice = this.#voice as Voice;
    const left = Math.min(x, press.x);
    const top = Math.min(y, press.y);
    this.#box = { x: left, y: top, width: Math.abs(x - press.x), height: Math.abs(y - press.y) };
    const { axis } = press;
    const from = this.view.secondsAt(left);
    const to = this.view.secondsAt(left + this.#box.width);
    const inside: number[] = [];
    for (let index = Math.max(0, keyframeIndex(voice, from)); index < voice.keyframes.length; index++) {
      const frame = voice.keyframes[index] as Keyframe;
      if (frame.at > to) break;
      if (frame.at < from) continue;
      const height = yOfShare(shareOf(axis, frame[axis.parameter]), this.#height);
      if (height >= top && height <= top + this.#box.height) inside.push(index);
    }
    const before = press.added ? (press.selection.get(this.index) ?? []) : [];
    this.#choose(sorted([...new Set([...before, ...inside])]), press.added ? press.selection : undefined);
    this.redraw();
  }

  #lift(event: PointerEvent): void {
    this.#fingers.delete(event.pointerId);
    if (this.#pinch?.fingers.includes(event.pointerId)) this.#pinch = null;
  }

  #up = (event: PointerEvent): void => {
    this.#lift(event);
    clearTimeout(this.#resting);
    const press = this.#press;
    if (!press || event.pointerId !== press.pointer) return;
    this.#drag(event);
    this.#press = null;
    this.#box = null;
    this.renderRoot.querySelector('canvas')?.classList.remove('dragging');
    press.gesture?.end();
    if (!press.moved && press.point < 0 && !press.rested && !event.shiftKey) {
      this.doc.select(this.index);
      this.view.movePlayhead(this.view.snapped(this.view.secondsAt(press.x), this.doc.program, event.altKey));
      this.dispatchEvent(new Event('lane-seek', { bubbles: true, composed: true }));
    } else if (!press.moved && press.point >= 0 && !event.shiftKey && !event.ctrlKey && !event.metaKey) {
      this.#choose([press.point]);
    }
    this.redraw();
  };

  #cancelled = (event: PointerEvent): void => {
    this.#lift(event);
    this.#cancel();
  };

  #cancel = (): void => {
    clearTimeout(this.#resting);
    this.#press?.gesture?.cancel();
    this.#press = null;
    this.#pointer = null;
    this.#box = null;
    this.redraw();
  };

  #leave = (): void => {
    if (this.#hovered < 0) return;
    this.#hovered = -1;
    this.redraw();
  };

  #double = (event: MouseEvent): void => {
    const voice = this.#voice;
    const axis = this.#axis();
    const [x, y] = this.#place(event);
    if (!voice || !axis || this.#pointAt(x, y, REACH) >= 0) return;
    const at = this.view.snapped(this.view.secondsAt(x), this.doc.program, event.altKey);
    const value = rounded(axis, valueAtShare(axis, shareOfY(y, this.#height)), this.view.snap && !event.altKey);
    this.doc.edit(msg('Add point'), addKeyframe(this.index, at, { [axis.parameter]: value }));
    this.#tell();
  };

  #wheel = (event: WheelEvent): void => {
    const [x] = this.#place(event);
    if (event.ctrlKey || event.metaKey) {
      event.preventDefault();
      this.view.zoom(
        Math.exp(Math.sign(event.deltaY) * Math.min(0.4, Math.abs(event.deltaY) / 240)),
        this.view.secondsAt(x),
      );
      return;
    }
    const across = event.shiftKey ? event.deltaY : event.deltaX;
    if (across === 0 || this.view.fits) return;
    event.preventDefault();
    this.view.pan((across / this.view.width) * (this.view.to - this.view.from));
  };

  #focused = (): void => {
    if (this.doc.state.voice !== this.index) this.doc.select(this.index, this.doc.state.selection);
  };

  #choose(frames: readonly number[], others: Selection = new Map()): void {
    const selection = new Map(others);
    if (frames.length > 0) selection.set(this.index, frames);
    else selection.delete(this.index);
    this.doc.select(this.index, selection);
  }

  /** Says the chosen point, or how many there are. */
  #tell(): void {
    const voice = this.#voice;
    const axis = this.#axis();
    const chosen = this.#chosen;
    if (!voice || !axis) return;
    const only = chosen.length === 1 ? voice.keyframes[chosen[0] as number] : undefined;
    if (only) {
      this.view.reveal(only.at);
      const place = (chosen[0] as number) + 1;
      const value = wording(axis.parameter, only[axis.parameter], voice);
      this.#say(msg(str`Point ${place} of ${voice.keyframes.length}, ${preciseClock(only.at)}, ${value}`));
    } else this.#say(pointsChosen(chosen.length));
  }

  #say(words: string): void {
    this.dispatchEvent(new LaneSayEvent(words));
  }

  #key = (event: KeyboardEvent): void => {
    const voice = this.#voice;
    const axis = this.#axis();
    if (event.key === 'Escape' && this.#press) this.#cancel();
    if (!voice || !axis) return;
    const command = event.ctrlKey || event.metaKey;
    if (event.altKey || !this.#act(event.key, event.shiftKey, command, voice, axis)) return;
    event.preventDefault();
    event.stopPropagation();
  };

  /** True where the key meant something here. */
  #act(key: string, shift: boolean, command: boolean, voice: Voice, axis: Axis): boolean {
    const { doc, view } = this;
    const chosen = this.#chosen;
    const { selection } = doc.state;
    const some = selection.size > 0;
    if (command) {
      switch (key.toLowerCase()) {
        case 'a':
          this.#choose(voice.keyframes.map((_, index) => index));
          this.#tell();
          return true;
        case 'c':
        case 'x': {
          if (chosen.length === 0) return false;
          clipboard = chosen.map((index) => voice.keyframes[index] as Keyframe);
          this.#say(pointsCopied(clipboard.length));
          if (key.toLowerCase() === 'x') doc.edit(msg('Cut points'), removeKeyframes(selection));
          return true;
        }
        case 'v':
          if (clipboard.length === 0) return false;
          doc.edit(msg('Paste points'), pasteKeyframes(this.index, clipboard, view.playhead));
          this.#tell();
          return true;
        default:
          return false;
      }
    }
    const limits = (one: Voice): readonly [number, number] => limitsOf(axis.parameter, one);
    switch (key) {
      case 'ArrowRight':
      case 'ArrowLeft':
        this.#step(key === 'ArrowRight' ? 1 : -1, shift, voice);
        return true;
      case 'Home':
      case 'End':
        this.#choose([key === 'Home' ? 0 : voice.keyframes.length - 1]);
        this.#tell();
        return true;
      case 'ArrowUp':
      case 'ArrowDown': {
        if (!some) return true;
        const by = (key === 'ArrowUp' ? 1 : -1) * axis.step * (shift ? 10 : 1);
        doc.edit(msg('Change value'), nudgeKeyframes(selection, axis.parameter, by, limits), `value ${axis.parameter}`);
        this.#tell();
        return true;
      }
      case ',':
      case '.':
      case '<':
      case '>':
      case ';':
      case ':': {
        if (!some) return true;
        const back = key === ',' || key === '<' || key === ';';
        const step = (shift ? 10 : 1) * view.snapSeconds * (back ? -1 : 1);
        doc.edit(
          msg('Move in time'),
          moveKeyframes(selection, step, 0, () => null),
          'time',
        );
        this.#tell();
        return true;
      }
      case 'n':
      case 'N':
      case 'Insert':
        doc.edit(msg('Add point'), addKeyframe(this.index, view.playhead));
        this.#tell();
        return true;
      case 'Delete':
      case 'Backspace':
        if (some) {
          const next = Math.min(chosen[0] ?? 0, voice.keyframes.length - chosen.length - 1);
          doc.edit(msg('Delete points'), removeKeyframes(selection));
          if (chosen.length > 0 && next >= 0) this.#choose([next]);
          this.#tell();
        }
        return true;
      case 'l':
      case 'h':
      case 'o':
        if (some) {
          const curve = key === 'l' ? 'LINEAR' : key === 'h' ? 'HOLD' : 'SMOOTH';
          doc.edit(msg('Change course'), setKeyframes(selection, { curve }));
        }
        return true;
      case '1':
      case '2':
      case '3':
      case '4': {
        const parameter = parametersOf(voice)[Number(key) - 1];
        if (parameter) view.setParameter(this.index, parameter);
        return true;
      }
      case 'm':
        view.toggleMuted(this.index);
        return true;
      case 's':
        view.toggleSolo(this.index);
        return true;
      case 'Enter':
        this.dispatchEvent(new Event('lane-inspect', { bubbles: true, composed: true }));
        return true;
      default:
        return false;
    }
  }

  /** To the point before or after the chosen one; without one to the next beside the playhead. */
  #step(by: 1 | -1, extend: boolean, voice: Voice): void {
    const chosen = this.#chosen;
    const last = voice.keyframes.length - 1;
    if (chosen.length === 0) {
      const here = keyframeIndex(voice, this.view.playhead);
      this.#choose([Math.min(last, Math.max(0, by > 0 ? here + 1 : here))]);
    } else {
      const edge = by > 0 ? (chosen.at(-1) as number) : (chosen[0] as number);
      const next = Math.min(last, Math.max(0, edge + by));
      if (extend) this.#choose(sorted([...new Set([...chosen, next])]));
      else this.#choose([next]);
    }
    this.#tell();
  }
}

const sorted = (frames: number[]): number[] => frames.sort((a, b) => a - b);
