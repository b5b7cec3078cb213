import type { ReactiveController, ReactiveControllerHost } from 'lit';
import { defaultSceneId, isSceneId } from '../../visuals/scene.ts';
import type { Source, Stage } from '../../visuals/stage.ts';
import { answers } from '../safety/answers.ts';

export interface Light {
  /** Where the picture goes; null: there is none just now. */
  place: HTMLElement | null;
  scene: string;
  intensity: number;
  source: Source;
}

/**
 * Keeps a stage in step with what an element wants to show and with what the visitor's answers allow. three.js comes
 * when there is something to show. Every picture of a page draws with the one renderer of `visuals/shared.ts`.
 */
export class LightController implements ReactiveController {
  readonly #host: ReactiveControllerHost;
  readonly #wanted: () => Light;
  #stage: Stage | null = null;
  #place: HTMLElement | null = null;
  #mayFollow = false;
  #failed = false;

  constructor(host: ReactiveControllerHost, wanted: () => Light) {
    this.#host = host;
    this.#wanted = wanted;
    host.addController(this);
  }

  /** True where this browser cannot draw; the sound is not affected. */
  get failed(): boolean {
    return this.#failed;
  }

  /** True where only an answer to the safety questions is missing for light that follows the beat. */
  get waits(): boolean {
    return !answers.given;
  }

  /** How many pictures were drawn since the stage was made. */
  get framesDrawn(): number {
    return this.#stage?.framesDrawn ?? 0;
  }

  hostConnected(): void {
    answers.addEventListener('change', this.#changed);
  }

  hostDisconnected(): void {
    answers.removeEventListener('change', this.#changed);
    this.#drop();
  }

  hostUpdated(): void {
    const { place, scene, intensity } = this.#wanted();
    // A stage's permission binds for its life: another one needs another stage.
    const mayFollow = place !== null && answers.light().beatVisuals;
    if (place !== this.#place || mayFollow !== this.#mayFollow) {
      this.#drop();
      this.#place = place;
      this.#mayFollow = mayFollow;
      if (place && !this.#failed) void this.#raise(place, mayFollow);
      return;
    }
    if (!this.#stage) return;
    const id = isSceneId(scene) ? scene : defaultSceneId;
    if (id !== this.#stage.sceneId) this.#stage.setScene(id).catch(() => {});
    this.#stage.setIntensity(intensity);
  }

  /** Dark in this frame, until the element shows light again. */
  blank(): void {
    this.#stage?.blank();
  }

  async #raise(place: HTMLElement, lightAllowed: boolean): Promise<void> {
    try {
      const { Stage } = await import('../../visuals/stage.ts');
      const { scene, intensity, source } = this.#wanted();
      if (this.#place !== place || this.#mayFollow !== lightAllowed || this.#stage) return;
      const stage = new Stage({ lightAllowed, intensity, ...(isSceneId(scene) ? { scene } : {}) });
      this.#stage = stage;
      await stage.attach(place, source);
    } catch {
      this.#failed = true;
      this.#drop();
      this.#host.requestUpdate();
    }
  }

  #drop(): void {
    this.#stage?.dispose();
    this.#stage = null;
    this.#place = null;
  }

  readonly #changed = (): void => this.#host.requestUpdate();
}
