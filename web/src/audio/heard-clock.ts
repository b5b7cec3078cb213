import type { Report } from './transport.ts';

/** Which second of the program is in the ear: what the audio thread reported, by the clock of its context and what lies behind it. */
export class HeardClock {
  /** Seconds by which the sound is later than the system says (wireless headphones). */
  delaySeconds = 0;
  #places: Report[] = [];

  /** Second that was told last; null where nothing was. */
  get lastSeconds(): number | null {
    return this.#places.at(-1)?.seconds ?? null;
  }

  report(place: Report): void {
    this.#places.push(place);
    // Only what may still be unheard matters; a report comes four times a second.
    if (this.#places.length > 16) this.#places.shift();
  }

  /** It stands at a second, silent; null: at the beginning. */
  stand(seconds: number | null): void {
    this.#places = seconds === null ? [] : [{ type: 'place', frame: 0, seconds, rate: 0 }];
  }

  /** The played second at a moment of `performance.now()`; without a context the one that was told last. */
  seconds(context: AudioContext | null, now: number): number {
    const last = this.#places.at(-1);
    if (!last) return 0;
    if (!context) return last.seconds;
    const time = this.contextSeconds(context, now);
    let place = this.#places[0] ?? last;
    for (const each of this.#places) if (each.frame <= time * context.sampleRate) place = each;
    return place.seconds + Math.max(0, time - place.frame / context.sampleRate) * place.rate;
  }

  /** The context's time that is in the ear. The browser's own word where it is plausible. */
  contextSeconds(context: AudioContext, now: number): number {
    const stamp = context.getOutputTimestamp?.();
    const { contextTime, performanceTime } = stamp ?? {};
    let seconds = context.currentTime - (context.outputLatency || context.baseLatency || 0);
    if (contextTime !== undefined && performanceTime !== undefined && performanceTime > 0) {
      const told = contextTime + (now - performanceTime) / 1000;
      if (context.state !== 'running') seconds = contextTime;
      else if (Math.abs(told - context.currentTime) < 1) seconds = told;
    }
    return seconds - this.delaySeconds;
  }
}
