import type { Program } from '@nes/program/model.ts';
import type { Player } from '../audio/player.ts';
import { forSpeakers } from '../audio/tones.ts';
import { screening } from '../data/screening.ts';
import type { Playable } from './log.ts';
import { permitted, withLevels } from './permission.ts';
import { soundChoices } from './sound-choices.ts';

/** What of a program is heard on this device, and how: what the answers permit, what was chosen, and which voices are silent. */
export class Mix {
  /** Voices that are silent, and those that alone are heard, by their place in the program. They hold for one program only. */
  readonly muted = new Set<number>();
  readonly soloed = new Set<number>();

  clear(): void {
    this.muted.clear();
    this.soloed.clear();
  }

  /** The program as the listener's answers permit and their loudspeakers need it. */
  permitted(program: Program): Program {
    const { speakers } = soundChoices.value;
    return permitted(speakers ? forSpeakers(program, speakers) : program, screening.permission);
  }

  /**
   * A protocol with the levels that were chosen for its voices. What a trial compares stays as it is.
   * @param here whether it is the program for which voices were made silent
   */
  sounding({ program, sounds, slug, title, trialId }: Playable, here: boolean): Program {
    const heard = this.permitted(sounds ?? program);
    if (trialId) return heard;
    const levels = soundChoices.value.levels[slug ?? title] ?? [];
    const silent = (index: number) =>
      here && (this.muted.has(index) || (this.soloed.size > 0 && !this.soloed.has(index)));
    return withLevels(heard, (index) => (silent(index) ? 0 : (levels[index] ?? 1)));
  }
}

/** Gives a player what the listener chose for every program. @param failed hears of an output device that may not be used */
export function applyChoices(player: Player, failed: (error: unknown) => void): void {
  const { tone, reverb, wakeUpSeconds, endBellSeconds, outputDevice, delaySeconds, ears, beside } = soundChoices.value;
  player.setTone(tone);
  player.setReverb(reverb);
  player.setWakeUp(wakeUpSeconds);
  player.setEndBell(endBellSeconds);
  player.setDelaySeconds(delaySeconds);
  player.setEars(ears);
  player.setBeside(beside);
  player.setOutputDevice(outputDevice).catch((error: unknown) => {
    soundChoices.save({ outputDevice: player.outputDevice });
    failed(error);
  });
}
