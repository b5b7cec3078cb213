/**
 * The one three.js renderer of a page and its frame loop. Every stage draws with it into one canvas that nobody sees,
 * and copies its own corner out. The renderer lives while a stage does.
 */
import { WebGLRenderer } from 'three';

export interface Drawer {
  /** One animation frame. `now` is the frame's `DOMHighResTimeStamp` in milliseconds. */
  frame(now: number): void;
  contextLost(): void;
  contextRestored(): void;
}

class Shared {
  readonly renderer: WebGLRenderer;
  readonly #drawers = new Set<Drawer>();
  #request = 0;

  constructor() {
    this.renderer = makeRenderer(document.createElement('canvas'));
    const canvas = this.renderer.domElement;
    canvas.addEventListener('webglcontextlost', () => {
      for (const drawer of this.#drawers) drawer.contextLost();
    });
    canvas.addEventListener('webglcontextrestored', () => {
      for (const drawer of this.#drawers) drawer.contextRestored();
    });
  }

  /** Makes the hidden canvas at least this large. */
  reserve(width: number, height: number): void {
    const canvas = this.renderer.domElement;
    if (canvas.width >= width && canvas.height >= height) return;
    this.renderer.setSize(Math.max(canvas.width, width), Math.max(canvas.height, height), false);
  }

  add(drawer: Drawer): void {
    this.#drawers.add(drawer);
    if (this.#request === 0) this.#request = requestAnimationFrame(this.#loop);
  }

  remove(drawer: Drawer): void {
    this.#drawers.delete(drawer);
    if (this.#drawers.size > 0 || this.#request === 0) return;
    cancelAnimationFrame(this.#request);
    this.#request = 0;
  }

  /** Stops the page's frame loop: while a headset shows a picture, its own frames are the clock. */
  pause(): void {
    cancelAnimationFrame(this.#request);
    this.#request = -1;
  }

  resume(): void {
    this.#request = this.#drawers.size > 0 ? requestAnimationFrame(this.#loop) : 0;
  }

  readonly #loop = (now: number): void => {
    this.#request = this.#drawers.size > 0 ? requestAnimationFrame(this.#loop) : 0;
    for (const drawer of this.#drawers) drawer.frame(now);
  };
}

/** A renderer as every picture needs it. Throws where the browser has no WebGL 2. */
export function makeRenderer(canvas: HTMLCanvasElement | OffscreenCanvas): WebGLRenderer {
  const renderer = new WebGLRenderer({
    canvas,
    antialias: false,
    alpha: false,
    depth: false,
    stencil: false,
    powerPreference: 'low-power',
    // The corner is copied out after drawing, within the same task.
    preserveDrawingBuffer: false,
  });
  renderer.autoClear = false;
  renderer.setPixelRatio(1);
  // Targets of 16-bit floats, in which dark blends do not stall.
  renderer.getContext().getExtension('EXT_color_buffer_float');
  return renderer;
}

let shared: Shared | null = null;
let users = 0;

/** Takes the page's renderer; give it back with `release`. */
export function acquire(): Shared {
  shared ??= new Shared();
  users++;
  return shared;
}

export function release(): void {
  users--;
  if (users > 0 || !shared) return;
  shared.renderer.dispose();
  shared.renderer.forceContextLoss();
  shared = null;
}

export type { Shared };
