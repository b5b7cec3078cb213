/** Chooses the share of full resolution at which a picture is drawn, from the averaged time between frames. */

export const resolutionSteps = [1, 0.79, 0.63, 0.5, 0.4, 0.32, 0.25] as const;

/** Above this mean interval the picture gets coarser: below 45 frames a second movement looks torn. */
const slowMs = 22;
/** At or below this the picture may get finer: every frame of a 60 Hz screen is met. */
const fastMs = 17.4;
/** Frames averaged before a step is taken. */
const averageOver = 45;
/** A finer step that proved too slow is not tried again for this many frames (about 30 s). */
const restAfterFailure = 1800;

export class Resolution {
  #step = 0;
  #sum = 0;
  #count = 0;
  #rest = 0;
  #lastMean = Number.POSITIVE_INFINITY;
  #stepsWithoutGain = 0;
  #justRose = false;

  /** Share of full resolution, 0.25 to 1. */
  get scale(): number {
    return resolutionSteps[this.#step] as number;
  }

  /**
   * Takes note of one frame.
   * @param intervalMs since the frame before; gaps of more than 250 ms (a hidden page) are ignored
   * @returns true where `scale` changed
   */
  frame(intervalMs: number): boolean {
    if (this.#rest > 0) this.#rest--;
    if (!(intervalMs > 0) || intervalMs > 250) return false;
    this.#sum += intervalMs;
    this.#count++;
    if (this.#count < averageOver) return false;
    const mean = this.#sum / this.#count;
    this.#sum = 0;
    this.#count = 0;
    const before = this.#step;
    if (mean > slowMs && this.#step < resolutionSteps.length - 1) this.#coarser(mean);
    else if (mean <= fastMs && this.#step > 0 && this.#rest === 0) {
      this.#step--;
      this.#justRose = true;
    } else this.#justRose = false;
    this.#lastMean = mean;
    return this.#step !== before;
  }

  #coarser(mean: number): void {
    if (this.#justRose) this.#rest = restAfterFailure;
    this.#justRose = false;
    // A browser that holds back its frames (battery saving) gains nothing from coarser pictures: go back and stay.
    this.#stepsWithoutGain = mean > this.#lastMean * 0.93 ? this.#stepsWithoutGain + 1 : 0;
    if (this.#stepsWithoutGain >= 3 && mean < 40) {
      this.#step = Math.max(0, this.#step - 2);
      this.#rest = restAfterFailure;
      this.#stepsWithoutGain = Number.NEGATIVE_INFINITY;
      return;
    }
    if (this.#stepsWithoutGain === Number.NEGATIVE_INFINITY) return;
    this.#step++;
  }
}
