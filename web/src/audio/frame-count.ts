declare const currentFrame: number;

/** Frames of a render quantum. */
const QUANTUM = 128;

/**
 * Counts the frames of the context's clock on the audio thread. Chromium writes `currentFrame` anew only when it gets the lock of the graph at
 * once; while the page makes nodes, several calls of `process()` see the same value, one that is too small.
 */
export class FrameCount {
  #frame = Number.NEGATIVE_INFINITY;

  /** To be called once in each `process()`. @returns the frame of the quantum's first sample */
  next(): number {
    this.#frame = Math.max(currentFrame, this.#frame + QUANTUM);
    return this.#frame;
  }
}
