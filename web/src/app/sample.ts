import type { Program } from '@nes/program/model.ts';
import { totalSeconds, valueAt } from '@nes/program/values.ts';
import { Player } from '../audio/player.ts';
import { permitted } from '../session/permission.ts';

/** Length of a sample in seconds, its fade-out included. */
const SAMPLE_SECONDS = 10;
const FADE_SECONDS = 2;
/** Quieter than where a session begins (product.md: a start at most −26 dBFS): nobody has set a volume yet. */
const SAMPLE_VOLUME = 0.35;

/** Nobody was asked anything yet, so what holds is what holds for somebody who answered yes to everything. */
const strictest = { lightAllowed: false, maxIsochronicDepth: 0.5 };

/** Second where a program sounds most like itself: the loudest of a few places, not its slow beginning. */
function tellingSecond(program: Program): number {
  const length = Math.min(totalSeconds(program), program.durationSeconds);
  const last = Math.max(0, length - SAMPLE_SECONDS);
  const places = [0.1, 0.25, 0.4, 0.55].map((share) => share * last);
  const level = (at: number): number => program.voices.reduce((sum, voice) => sum + valueAt(voice, at + 3).level, 0);
  return places.reduce((best, at) => (level(at) > level(best) ? at : best), places[0] ?? 0);
}

/** Ten seconds of a program, before any question: quiet, without light, pulses at half depth. Fires `change`. */
class Sampler extends EventTarget {
  #player: Player | null = null;
  #playing: string | null = null;

  /** What sounds now: the name it was begun with; null in silence. */
  get playing(): string | null {
    return this.#playing;
  }

  /** Must be called from a click or key press. The same name again stops it. */
  async toggle(name: string, program: Program): Promise<void> {
    const same = this.#playing === name;
    this.stop();
    if (same) return;
    this.#player ??= this.#made();
    this.#become(name);
    const player = this.#player;
    player.load(permitted(program, strictest));
    player.setVolume(SAMPLE_VOLUME);
    player.setSleepTimer(SAMPLE_SECONDS, FADE_SECONDS);
    await player.play({ fromSeconds: tellingSecond(program), fadeSeconds: 1 }).catch((error) => {
      this.#become(null);
      throw error;
    });
  }

  stop(): void {
    if (this.#playing === null) return;
    this.#player?.stop();
    this.#become(null);
  }

  #made(): Player {
    const player = new Player({ background: false });
    player.addEventListener('statechange', () => {
      if (player.state === 'stopped') this.#become(null);
    });
    return player;
  }

  #become(name: string | null): void {
    this.#playing = name;
    this.dispatchEvent(new Event('change'));
  }
}

export const sampler = new Sampler();
