import assert from 'node:assert/strict';
import { test, vi } from 'vitest';
import { Pace } from './pace.ts';

/** A sound on a clock of its own whose seeks take effect late, by another time each. */
class Sound {
  now = 0;
  /** What the program's second would be at the clock's 0. */
  origin = 0;
  rate = 1;
  seeks = 0;
  #waiting: { at: number; origin: number } | null = null;

  readonly player = {
    setRate: (rate: number) => {
      this.rate = rate;
    },
    seek: (seconds: number, heardAt: number) => {
      const delay = [60, 310, 450][this.seeks++ % 3] as number;
      this.#waiting = { at: this.now + delay, origin: seconds - heardAt / 1000 };
    },
  };

  positionSeconds(now: number): number {
    return this.origin + now / 1000;
  }

  advance(milliseconds: number): void {
    this.now += milliseconds;
    this.origin += ((this.rate - 1) * milliseconds) / 1000;
    if (this.#waiting && this.now >= this.#waiting.at) {
      this.origin = this.#waiting.origin;
      this.#waiting = null;
    }
  }
}

test('one jump brings a start into its place, a lost buffer is made up by one jump, and what is small without any', () => {
  const sound = new Sound();
  vi.spyOn(performance, 'now').mockImplementation(() => sound.now);
  const pace = new Pace(sound);
  const off = () => Math.abs(100 - sound.origin);
  const go = (seconds: number) => {
    for (const end = sound.now + seconds * 1000; sound.now < end; ) {
      sound.advance(250);
      pace.step(100 + sound.now / 1000);
    }
  };
  sound.origin = 99.7;
  pace.begun();
  go(3);
  assert.ok(off() < 0.001, `${off()} s off after the start`);
  assert.equal(sound.seeks, 1);
  sound.origin -= 0.0232;
  go(3);
  assert.ok(off() < 0.001, `${off()} s off after a lost buffer`);
  assert.equal(sound.seeks, 2);
  sound.origin += 0.006;
  go(30);
  assert.ok(off() < 0.001, `${off()} s off after a small error`);
  assert.equal(sound.seeks, 2);
});

test('where jumps are not wanted a lost buffer is made up slowly, and what is no lost sound is left as it is', () => {
  const sound = new Sound();
  vi.spyOn(performance, 'now').mockImplementation(() => sound.now);
  const pace = new Pace(sound);
  const go = (seconds: number) => {
    for (const end = sound.now + seconds * 1000; sound.now < end; ) {
      sound.advance(250);
      pace.step(100 + sound.now / 1000, false);
    }
  };
  sound.origin = 100 - 0.0464;
  go(20);
  assert.ok(sound.origin > 100 - 0.027 && sound.origin < 100 - 0.025, `${100 - sound.origin} s off after 20 s`);
  go(60);
  assert.ok(Math.abs(100 - sound.origin) < 0.001, `${100 - sound.origin} s off in the end`);
  sound.origin = 90;
  go(20);
  assert.equal(sound.rate, 1);
  assert.equal(sound.origin, 90);
  assert.equal(sound.seeks, 0);
});
