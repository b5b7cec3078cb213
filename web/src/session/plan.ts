import AlarmWorker from './alarm-worker.ts?worker';
import { type Queued, type QueueOptions, queue } from './queue.ts';

/** What is to begin: it is looked up shortly before, so that what was changed meanwhile holds. */
export interface Planned {
  /** `HH:MM` or `HH:MM:SS` of this device's clock. */
  time: string;
  title: string;
  find: () => Promise<{ entries: readonly Queued[]; options: Partial<QueueOptions> }>;
}

/** What has to be fetched and prepared is so within this. */
const aheadMilliseconds = 4_000;
/** A machine that slept through a beginning still begins this much later; after that it is left out. */
const latestMilliseconds = 5 * 60_000;

/** The next moment, after `after`, at which this device's clock shows a time. Across a change of the clock too. */
export function nextMoment(time: string, after: number): number {
  const [hours = 0, minutes = 0, seconds = 0] = time.split(':').map(Number);
  for (let days = 0; ; days++) {
    const day = new Date(after);
    day.setDate(day.getDate() + days);
    day.setHours(hours, minutes, seconds, 0);
    if (day.getTime() > after) return day.getTime();
  }
}

/** Begins what was planned at its time, for as long as the page is open. Fires `change`, and `failed` with an error. */
class Plan extends EventTarget {
  #planned: readonly Planned[] = [];
  #next: { planned: Planned; moment: number } | null = null;
  #alarm: Worker | null = null;

  /** What begins next, and when (`Date.now`); null while no plan runs. */
  get next(): { planned: Planned; moment: number } | null {
    return this.#next;
  }

  /** Must be called from a click or key press, by which the browser allows what sounds later. */
  run(planned: readonly Planned[]): void {
    this.stop();
    this.#planned = planned;
    this.#wait(Date.now());
  }

  stop(): void {
    this.#alarm?.terminate();
    this.#alarm = null;
    this.#next = null;
    this.dispatchEvent(new Event('change'));
  }

  #wait(after: number): void {
    const coming = this.#planned
      .map((planned) => ({ planned, moment: nextMoment(planned.time, after) }))
      .sort((a, b) => a.moment - b.moment);
    const next = coming[0] ?? null;
    this.#next = next;
    this.dispatchEvent(new Event('change'));
    if (!next) return;
    const alarm = new AlarmWorker();
    this.#alarm = alarm;
    alarm.onmessage = ({ data }: MessageEvent<number>) => {
      if (data === next.moment - aheadMilliseconds) {
        this.#prepared = next.planned.find();
        this.#prepared.catch(() => {});
        alarm.postMessage(next.moment - startMilliseconds);
        return;
      }
      alarm.terminate();
      this.#begin(next.moment);
    };
    alarm.postMessage(next.moment - aheadMilliseconds);
  }

  #prepared: ReturnType<Planned['find']> | null = null;

  async #begin(moment: number): Promise<void> {
    const prepared = this.#prepared;
    this.#wait(moment);
    if (Date.now() - moment > latestMilliseconds) return;
    try {
      const found = await prepared;
      if (found && found.entries.length > 0) await queue.startAt(moment, found.entries, found.options);
    } catch (error) {
      this.dispatchEvent(new CustomEvent('failed', { detail: error }));
    }
  }
}

/** The queue begins in silence; this long before the first sound it is told to. */
const startMilliseconds = 1_400;

export const plan = new Plan();
