import type { Program } from '@nes/program/model.ts';
import { passAt } from '@nes/program/values.ts';
import { Player } from '../../audio/player.ts';
import { preferences } from '../../data/preferences.ts';
import { screening } from '../../data/screening.ts';
import { permitted } from '../../session/permission.ts';
import { loadSession, mayPlay } from '../play.ts';
import type { EditorView } from './view.ts';

/** The sound is given a changed program at most this often, in milliseconds. */
const PACE = 80;
/** How often it is asked whether a jump back is near, in milliseconds. */
const WATCH = 100;

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
  /** As it was drawn, without the listener's limits. */
  #drawn: Program | null = null;
  #loop: readonly [from: number, to: number] | null = null;
  #watch: ReturnType<typeof setInterval> | undefined;
  #jump: ReturnType<typeof setTimeout> | undefined;
  /** What listens to each ear, and to what. */
  #ears: AnalyserNode[] = [];
  #metered: AudioNode | null = null;
  readonly #samplesOfEar = new Float32Array(2048);

  constructor() {
    super();
    screening.addEventListener('change', this.#bind);
  }

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
    // Until the first sound is in the ear the player knows of no place.
    return (this.#player && this.#state === 'playing' && this.#player.heardSeconds()) || this.#from;
  }

  /** Seconds of the program that sound over and over, to some hundredths of a second; null: it goes on. */
  set loop(loop: readonly [from: number, to: number] | null) {
    if (loop?.[0] === this.#loop?.[0] && loop?.[1] === this.#loop?.[1]) return;
    this.#loop = loop;
    this.#noJump();
    this.#turn();
  }

  /** Sends the sound back to the loop's beginning, so early that the jump is in the ear at its end. */
  #turn = (): void => {
    const [loop, program, player] = [this.#loop, this.#given, this.#player];
    if (!loop || !program || !player || this.#state !== 'playing' || this.#jump !== undefined) return;
    const [from, to] = loop;
    const played = this.seconds();
    const { seconds } = passAt(program, played);
    const left = seconds < from - 0.05 ? 0 : Math.max(0, to - seconds - player.lagSeconds);
    if (left * 1000 > 1.5 * WATCH) return;
    this.#jump = setTimeout(() => {
      player.seek(played - seconds + from);
      // Until it is heard, the place is still the former one.
      this.#jump = setTimeout(this.#noJump, 1000 * player.lagSeconds + WATCH);
    }, left * 1000);
  };

  #noJump = (): void => {
    clearTimeout(this.#jump);
    this.#jump = undefined;
  };

  /** Peak of each ear in the last 2048 samples, 0 to 1 and above where it would clip; before the listener's levels of the ears. */
  peaks(): readonly [left: number, right: number] {
    const source = this.#state === 'playing' ? (this.#player?.destination ?? null) : null;
    if (source !== this.#metered) {
      for (const ear of this.#ears) this.#metered?.disconnect(ear);
      this.#metered = source;
      // Of the splitter before the ears: an output for each.
      this.#ears = source
        ? [0, 1].map((ear) => {
            const analyser = source.context.createAnalyser();
            analyser.fftSize = this.#samplesOfEar.length;
            source.connect(analyser, ear);
            return analyser;
          })
        : [];
    }
    const peak = (ear: AnalyserNode | undefined): number => {
      if (!ear) return 0;
      ear.getFloatTimeDomainData(this.#samplesOfEar);
      return this.#samplesOfEar.reduce((most, sample) => Math.max(most, Math.abs(sample)), 0);
    };
    return [peak(this.#ears[0]), peak(this.#ears[1])];
  }

  /** Call it from a click or key press. Another session that plays is paused: two never sound together. */
  async play(program: Program, fromSeconds: number): Promise<void> {
    if (this.sounding || !(await mayPlay())) return;
    this.#become('starting');
    try {
      const { playerSession } = await loadSession();
      playerSession.pause();
      const player = this.#ready();
      this.#drawn = program;
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
    player.lights = screening.permission.lightAllowed;
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
    this.#noJump();
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
    this.#drawn = this.#waiting;
    this.#waiting = null;
    if (program === this.#given) return;
    this.#given = program;
    this.#player?.updateProgram(program);
  }

  /** New answers bind at once, also while it sounds. */
  #bind = (): void => {
    if (this.#drawn && this.#state !== 'silent') this.update(this.#waiting ?? this.#drawn);
  };

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
    screening.removeEventListener('change', this.#bind);
    clearTimeout(this.#timer);
    this.#timer = undefined;
    clearInterval(this.#watch);
    this.stop();
    this.#player?.dispose();
    this.#player = null;
  }

  #become(state: 'silent' | 'starting' | 'playing' | 'paused'): void {
    if (state === this.#state) return;
    this.#state = state;
    clearInterval(this.#watch);
    if (state === 'playing') this.#watch = setInterval(this.#turn, WATCH);
    this.#noJump();
    this.dispatchEvent(new Event('change'));
  }
}
