import { Player } from '../../audio/player.ts';
import { preferences } from '../../data/preferences.ts';
import { screening } from '../../data/screening.ts';
import type { Program } from '../../program/model.ts';
import { permitted } from '../../session/permission.ts';
import { loadSession, mayPlay } from '../play.ts';
import type { EditorView } from './view.ts';

/** The sound is given a changed program at most this often, in milliseconds. */
const PACE = 80;

/**
 * The sound of the editor: it plays what is drawn, also while it is being drawn. It is no session: nothing of it goes
 * into the history. Fires `change`.
 */
export class Preview extends EventTarget {
  #player: Player | null = null;
  #state: 'silent' | 'starting' | 'playing' | 'paused' = 'silent';
  #from = 0;
  #given: Program | null = null;
  #waiting: Program | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #samples = new Map<number, Blob>();

  get state(): 'silent' | 'starting' | 'playing' | 'paused' {
    return this.#state;
  }

  get sounding(): boolean {
    return this.#state === 'playing' || this.#state === 'starting';
  }

  /** The program that sounds, or sounded last, with the listener's limits; null before the first play. */
  get heard(): Program | null {
    return this.#given;
  }

  /** Played second, counted over all passes, that is heard now. */
  seconds(): number {
    return this.#player && this.#state === 'playing' ? this.#player.heardSeconds() : this.#from;
  }

  /** Call it from a click or key press. Another session that plays is paused: two never sound together. */
  async play(program: Program, fromSeconds: number): Promise<void> {
    if (this.sounding || !(await mayPlay())) return;
    this.#become('starting');
    try {
      const { playerSession } = await loadSession();
      playerSession.pause();
      const player = this.#ready();
      this.#given = permitted(program, screening.permission);
      player.load(this.#given);
      await this.#giveSamples(player);
      player.setVolume(preferences.value.volume);
      await player.play({ fromSeconds });
      this.#become('playing');
    } catch (error) {
      this.#become('silent');
      throw error;
    }
  }

  #ready(): Player {
    if (!this.#player) {
      this.#player = new Player();
      this.#player.addEventListener('ended', () => {
        this.#from = 0;
        this.#become('silent');
      });
    }
    return this.#player;
  }

  /** The sound of a SAMPLE voice. @throws where the browser cannot decode it */
  async setSample(index: number, file: Blob): Promise<void> {
    this.#samples.set(index, file);
    if (this.#player && this.#state !== 'silent') await this.#player.setSample(index, file);
  }

  async #giveSamples(player: Player): Promise<void> {
    for (const [index, file] of this.#samples) {
      if (this.#given?.voices[index]?.kind === 'SAMPLE') await player.setSample(index, file);
    }
  }

  pause(): void {
    if (!this.sounding) return;
    this.#from = this.seconds();
    this.#player?.pause();
    this.#become('paused');
  }

  /** Silent and back at `seconds`. */
  stop(seconds = 0): void {
    this.#from = seconds;
    if (this.#state === 'silent') return;
    this.#player?.stop();
    this.#become('silent');
  }

  /** Silent within 20 ms. */
  emergencyStop(): void {
    if (this.#state === 'silent') return;
    this.#from = this.seconds();
    this.#player?.emergencyStop();
    this.#become('silent');
  }

  seek(seconds: number): void {
    this.#from = seconds;
    if (this.sounding) this.#player?.seek(seconds);
  }

  /** What is drawn now. Phase and position go on; changes that follow each other fast are heard together. */
  update(program: Program): void {
    if (this.#state === 'silent') return;
    this.#waiting = program;
    if (this.#timer) return;
    this.#give();
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      this.#give();
    }, PACE);
  }

  #give(): void {
    if (!this.#waiting || this.#state === 'silent') return;
    const program = permitted(this.#waiting, screening.permission);
    this.#waiting = null;
    if (program === this.#given) return;
    this.#given = program;
    this.#player?.updateProgram(program);
  }

  /** Lets only those lanes be heard that the view says. */
  silence(view: EditorView, voices: number): void {
    if (!this.#player || this.#state === 'silent') return;
    for (let index = 0; index < voices; index++) {
      this.#player.setVoiceMuted(index, view.muted.has(index));
      this.#player.setVoiceSolo(index, view.solo.has(index));
    }
  }

  /** Ends the sound for good, when the editor is left. */
  close(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.stop();
    this.#player?.dispose();
    this.#player = null;
  }

  #become(state: 'silent' | 'starting' | 'playing' | 'paused'): void {
    if (state === this.#state) return;
    this.#state = state;
    this.dispatchEvent(new Event('change'));
  }
}
