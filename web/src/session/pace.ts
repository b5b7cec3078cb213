import { correction } from './group-clock.ts';

/** Right after a start or jump, differences above this are put right by another jump, so many times. */
const settleSeconds = 0.004;
const settleJumps = 4;
/** A jump takes effect a little later than it is asked for; measured anew after each one. */
const firstJumpDelay = 0.04;
/** After a jump the player needs this long until what it reports is the new place, ms. */
const restAfterJump = 900;

/** What is paced. */
interface Paced {
  readonly player: { setRate(rate: number): void; seek(seconds: number): void };
  /** Second of the program that is heard now. */
  positionSeconds(): number;
}

/** Brings what this device plays to where it should be, and keeps it there: jumps first, then a speed that is not heard. */
export class Pace {
  readonly #paced: Paced;
  #jumpDelay = firstJumpDelay;
  #settling = 0;
  #resting = 0;
  #jumped = false;
  #error: number | null = null;

  constructor(paced: Paced) {
    this.#paced = paced;
  }

  /** How late the sound is, in seconds; null before the first look. */
  get error(): number | null {
    return this.#error;
  }

  /** Where to begin or to jump to, so that it is right when it sounds. */
  ahead(target: number): number {
    return target + this.#jumpDelay;
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
    this.#jumped = false;
  }

  silent(): void {
    this.#error = null;
  }

  /** Compares with the second that should be heard now, and puts it right. */
  step(target: number): void {
    if (performance.now() < this.#resting) return;
    const error = target - this.#paced.positionSeconds();
    // What is left after a jump is what its delay was misjudged by.
    if (this.#jumped && Math.abs(error) < 0.3) this.#jumpDelay += error;
    this.#jumped = false;
    this.#error = error;
    const { jump, rate } = correction(error);
    if (jump || (this.#settling > 0 && Math.abs(error) > settleSeconds)) {
      this.#settling--;
      this.#jumped = true;
      this.#paced.player.setRate(1);
      this.#paced.player.seek(this.ahead(target));
      this.#rest();
    } else {
      this.#paced.player.setRate(rate);
    }
  }

  #rest(): void {
    this.#resting = performance.now() + restAfterJump;
  }
}
