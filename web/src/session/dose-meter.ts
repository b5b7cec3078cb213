import {
  calibrated,
  conversationDb,
  dayShares,
  energy,
  type Hours,
  loudestOffsetDb,
  weeklyLimitDb,
  weekShare,
  withEnergy,
} from '@nes/program/dose.ts';
import { playedLevelDb } from '@nes/program/loudness.ts';
import type { Program } from '@nes/program/model.ts';
import { passAt } from '@nes/program/values.ts';
import type { PlayedVoice } from '../audio/played-track.ts';
import type { Player } from '../audio/player.ts';
import { account } from '../data/account.ts';
import { screening } from '../data/screening.ts';
import { readValue, store } from '../data/store.ts';

interface Kept {
  hours: Hours;
  /** dB(A) of full scale at volume 1; null before the calibration. */
  offsetDb: number | null;
  calibratedAt: string | null;
  /** What was last warned of, so that each line is told once as the week passes it. */
  warned: number;
}

const nothing: Kept = { hours: {}, offsetDb: null, calibratedAt: null, warned: 0 };

/** Lines of the allowance at which the listener is warned. */
export const warnings = [0.8, 1] as const;

/** Longest stretch that is counted with one level. */
const stepSeconds = 5;

/** Level of what sounds at a played second; of a queue, that of the program which sounds there. */
function playedDb(program: Program, seconds: number, volume: number): number {
  for (const voice of program.voices) {
    const { played } = voice as Partial<PlayedVoice>;
    if (played && seconds < played.startSeconds + played.lengthSeconds)
      return seconds < played.startSeconds
        ? -Infinity
        : playedDb(played.program, seconds - played.startSeconds, volume);
  }
  return playedLevelDb(program, passAt(program, seconds).seconds, volume);
}

/**
 * Counts what a player lets out over a week and keeps it on this device alone. Fires `change`, and `warning` (a
 * CustomEvent with the share) when the week passes 80 and 100 % of the allowance.
 */
class DoseMeter extends EventTarget {
  #kept: Kept = nothing;
  #player: Player | null = null;
  #timer: ReturnType<typeof setInterval> | undefined;
  #countedAt = 0;
  #countedPosition = 0;
  readonly ready: Promise<void>;
  /** Level of what sounds beside the program, in dB of full scale. */
  besideDb: () => number = () => Number.NEGATIVE_INFINITY;

  constructor() {
    super();
    this.ready = this.#read();
    // Another person, or everything deleted: what is kept may be gone.
    account.addEventListener('change', () => void this.#read());
    screening.addEventListener('change', () => this.dispatchEvent(new Event('change')));
  }

  get calibrated(): boolean {
    return this.#kept.offsetDb !== null;
  }

  /** ISO 8601; null before the first one. */
  get calibratedAt(): string | null {
    return this.#kept.calibratedAt;
  }

  /** dB(A) a week long for 40 hours: 75, the limit for sensitive listeners, for who is under 18 or has sensitive ears. */
  get limitDb(): number {
    return screening.value?.under18 || screening.value?.hearing ? weeklyLimitDb.children : weeklyLimitDb.adults;
  }

  get share(): number {
    return weekShare(this.#kept.hours, Date.now(), this.limitDb);
  }

  get days(): { day: Date; share: number }[] {
    return dayShares(this.#kept.hours, new Date(), this.limitDb);
  }

  /** Level in dB(A) of what a player does now; null in silence. Without calibration it is the loudest it can be. */
  levelDb(player: Player): number | null {
    const { program } = player;
    if (!program || player.state !== 'playing') return null;
    const played = playedDb(program, player.heardSeconds(), player.volume);
    return played < -120 ? null : played + (this.#kept.offsetDb ?? loudestOffsetDb);
  }

  /** Counts what this player plays from now on. */
  follow(player: Player): void {
    this.#player = player;
    player.addEventListener('statechange', () => {
      if (player.state === 'playing') this.#begin();
      else this.#end();
    });
  }

  /**
   * The listener found `program` at `volume` as loud as a conversation: from now on levels are known, and what was
   * heard this week is counted with them.
   */
  async calibrate(program: Program, volume: number): Promise<void> {
    const offsetDb = conversationDb - playedLevelDb(program, program.durationSeconds / 2, volume);
    await this.#change((kept) => ({
      ...kept,
      offsetDb,
      calibratedAt: new Date().toISOString(),
      hours: calibrated(kept.hours, offsetDb),
      warned: 0,
    }));
  }

  /** Forgets the calibration; what was counted with it stays. */
  async forgetCalibration(): Promise<void> {
    await this.#change((kept) => ({ ...kept, offsetDb: null, calibratedAt: null }));
  }

  #begin(): void {
    this.#countedAt = performance.now();
    this.#countedPosition = this.#player?.heardSeconds() ?? 0;
    clearInterval(this.#timer);
    this.#timer = setInterval(() => this.#count(), 10_000);
  }

  #end(): void {
    if (this.#timer === undefined) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
    this.#count();
  }

  /** Time is the clock's, place is the sound's: a seek moves the place and adds nothing. */
  #count(): void {
    const player = this.#player;
    const program = player?.program;
    const now = performance.now();
    const seconds = (now - this.#countedAt) / 1000;
    this.#countedAt = now;
    if (!player || !program || seconds <= 0) return;
    const from = this.#countedPosition;
    this.#countedPosition = player.heardSeconds();
    const steps = Math.max(1, Math.ceil(seconds / stepSeconds));
    let heard = energy(this.besideDb(), seconds);
    for (let step = 0; step < steps; step++) {
      const at = from + ((step + 0.5) * seconds) / steps;
      heard += energy(playedDb(program, at, player.volume), seconds / steps);
    }
    void this.#change((kept) => {
      const factor = kept.offsetDb === null ? 1 : 10 ** (kept.offsetDb / 10);
      return { ...kept, hours: withEnergy(kept.hours, Date.now(), heard * factor, kept.offsetDb !== null) };
    }).then(() => this.#warn());
  }

  #warn(): void {
    const { share } = this;
    const passed = warnings.findLast((line) => share >= line) ?? 0;
    if (passed === this.#kept.warned) return;
    const louder = passed > this.#kept.warned;
    void this.#change((kept) => ({ ...kept, warned: passed }));
    if (louder) this.dispatchEvent(new CustomEvent('warning', { detail: passed }));
  }

  async #read(): Promise<void> {
    this.#kept = (await readValue<Kept>('loudness').catch(() => this.#kept)) ?? nothing;
    this.dispatchEvent(new Event('change'));
  }

  /** Reads, changes and writes in one transaction: two tabs never lose each other's minutes. */
  async #change(change: (kept: Kept) => Kept): Promise<void> {
    try {
      const transaction = (await store()).transaction('values', 'readwrite');
      const kept = change(((await transaction.store.get('loudness')) as Kept | undefined) ?? nothing);
      await transaction.store.put(kept, 'loudness');
      await transaction.done;
      this.#kept = kept;
    } catch {
      // Without storage it counts as long as the page is open.
      this.#kept = change(this.#kept);
    }
    this.dispatchEvent(new Event('change'));
  }
}

export const doseMeter = new DoseMeter();
