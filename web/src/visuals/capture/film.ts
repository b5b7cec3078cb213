/**
 * Draws a scene frame by frame, frame n at n / fps seconds, without a clock: the same film on every machine. For tests
 * and measurements.
 */
import { Picture } from '../picture.ts';
import { type Scene, type SceneId, type SceneInput, scenes } from '../scene.ts';
import { makeRenderer } from '../shared.ts';

export interface FilmOptions {
  scene: SceneId | 'unsafe';
  beatHz: number;
  width: number;
  height: number;
  fps: number;
  /** CSS pixels that one pixel stands for; 1 where not given. */
  cssPerPixel?: number;
  /** False shows the scene's image as it is, past tone, glow, fade and governor. Only tests can ask for that. */
  governed: boolean;
  /** What differs from a steady program at full strength. */
  change?: (input: SceneInput, frame: number) => SceneInput;
}

export class Film {
  readonly canvas = document.createElement('canvas');
  readonly #renderer = makeRenderer(this.canvas);
  readonly #picture = new Picture();
  readonly #options: FilmOptions;
  readonly #buffer: Uint8Array;
  /** The scene that is shown as it is. */
  #bare: Scene | null = null;
  #loaded = false;

  constructor(options: FilmOptions) {
    this.#options = options;
    this.#renderer.setSize(options.width, options.height, false);
    this.#buffer = new Uint8Array(options.width * options.height * 4);
    this.#picture.resize(this.#renderer, options.width, options.height, options.cssPerPixel ?? 1);
  }

  get renderer(): ReturnType<typeof makeRenderer> {
    return this.#renderer;
  }

  async load(id: SceneId | 'unsafe' = this.#options.scene): Promise<void> {
    const module =
      id === 'unsafe' ? await import('./unsafe.ts') : await scenes.find((entry) => entry.id === id)?.load();
    if (!module) throw new Error(`Film: there is no scene "${id}"`);
    this.#loaded = true;
    if (this.#options.governed) {
      this.#picture.show(module.create());
      return;
    }
    this.#bare?.dispose();
    this.#bare = module.create();
  }

  /** Draws frame `n`. Frames must be drawn in order: the governor remembers the one before. */
  draw(n: number, startSeconds = 30): void {
    const { beatHz, fps, width, height, change } = this.#options;
    if (!this.#loaded) throw new Error('Film: draw was called before load');
    const seconds = n / fps;
    const steady: SceneInput = {
      beatPhase: (beatHz * seconds) % 1,
      beatHz,
      level: 1,
      programProgress: Math.min(1, seconds / 8),
      phaseColour: '#5aa7ff',
      intensity: 1,
      time: startSeconds + seconds,
      reducedMotion: false,
    };
    const input = change ? change(steady, n) : steady;
    const scene = this.#bare;
    if (!scene) {
      this.#picture.draw(this.#renderer, input, 1 / fps);
      return;
    }
    scene.update(input, width / height);
    this.#renderer.setRenderTarget(null);
    this.#renderer.setViewport(0, 0, width, height);
    this.#renderer.clear(true, false, false);
    this.#renderer.render(scene.haze, scene.camera);
    this.#renderer.render(scene.root, scene.camera);
  }

  /** The frame that was drawn last, RGBA, rows from below. The same array each time. */
  pixels(): Uint8Array {
    const { width, height } = this.#options;
    const gl = this.#renderer.getContext();
    this.#renderer.setRenderTarget(null);
    gl.readPixels(0, 0, width, height, gl.RGBA, gl.UNSIGNED_BYTE, this.#buffer);
    return this.#buffer;
  }

  dispose(): void {
    this.#bare?.dispose();
    this.#picture.dispose();
    this.#renderer.dispose();
    this.#renderer.forceContextLoss();
  }
}
