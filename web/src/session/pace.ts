import { correction } from './group-clock.ts';

/** Right after a start or jump, differences above this are put right by another jump, so many times. */
const settleSeconds = 0.004;
const settleJumps = 4;
/** A start takes effect about so much later than it is asked for. */
const startSeconds = 0.04;
/** After a jump the player needs this long until what it reports is the new place, ms; a jump to the same course that comes too early does no harm. */
const restAfterJump = 500;
/** More than this is no lost sound: the machine slept, or the place is about to change. */
const gentleSeconds = 0.25;

/** What is paced. */
interface Paced {
  readonly player: { setRate(rate: number): void; seek(seconds: number, heardAt: number): void };
  /** Second of the program that is heard at a moment of `performance.now()`. */
  positionSeconds(now: number): number;
}

/** Brings what this device plays to where it should be, and keeps it there: jumps first, then a speed that is not heard. */
export class Pace {
  readonly #paced: Paced;
  #settling = 0;
  #resting = 0;
  #error: number | null = null;

  constructor(paced: Paced) {
    this.#paced = paced;
  }

  /** How late the sound is, in seconds; null before the first look. */
  get error(): number | null {
    return this.#error;
  }

  /** Where to begin, so that it is about right when it sounds. */
  ahead(target: number): number {
    return target + startSeconds;
  }

  /** The sound has just been told to begin: what is heard says nothing for a moment, and may need a jump after that. */
  begun(): void {
    this.#settling = settleJumps;
    this.#rest();
  }

  /** What should be heard has changed: jumps are allowed again. */
  changed(): void {
    this.#settling = settleJumps;
    this.#resting = 0;
  }

  silent(): void {
    this.#error = null;
  }

  /** Compares with the second that should be heard now, and puts it right; without a jump only what is less than {@link gentleSeconds}. */
  step(target: number, mayJump = true): void {
    const now = performance.now();
    if (now < this.#resting) return;
    const error = target - this.#paced.positionSeconds(now);
    this.#error = error;
    const { jump, rate } = correction(error);
    if (!mayJump) this.#paced.player.setRate(Math.abs(error) < gentleSeconds ? rate : 1);
    else if (jump || (this.#settling > 0 && Math.abs(error) > settleSeconds)) {
      this.#settling--;
      this.#paced.player.setRate(1);
      this.#paced.player.seek(target, now);
      this.#rest();
    } else {
      // In its place: from here on what is small is worked off without a gap in the sound.
      if (Math.abs(error) <= settleSeconds) this.#settling = 0;
      this.#paced.player.setRate(rate);
    }
  }

  #rest(): void {
    this.#resting = performance.now() + restAfterJump;
  }
}
