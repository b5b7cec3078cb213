/**
 * The stage: puts a scene on a page, in step with what is heard. Import this module dynamically (it brings three.js).
 *
 * Light that follows the beat is shown only where `lightAllowed` is true (see permission.ts). Where it is false, or
 * the listener asked for reduced motion, the picture is still: the beat never reaches the scene.
 */
import { longestGap } from './governor.ts';
import { headsetPixels, headsetPresent, showInHeadset } from './headset.ts';
import { Picture } from './picture.ts';
import { Resolution } from './resolution.ts';
import { defaultSceneId, isSceneId, type SceneId, type SceneInput, scenes } from './scene.ts';
import { acquire, type Drawer, release, type Shared } from './shared.ts';

/** What is heard just now. The stage adds the listener's own choices. */
export type Heard = Omit<SceneInput, 'intensity' | 'reducedMotion'>;

/**
 * Asked once a frame for what is heard at `now`, the frame's own time on the clock of `performance.now()`. Null means
 * that nothing changes now: the last picture stays.
 */
export type Source = (now: number) => Heard | null;

export interface StageOptions {
  /** Result of `lightPermission`. False binds for the life of the stage. */
  lightAllowed: boolean;
  scene?: SceneId;
  /** 0 to 1, 0.7 where not given. */
  intensity?: number;
  /** True: still picture. */
  reduced?: boolean;
}

/** Most pixels a picture is drawn with, whatever the screen: 2560 by 1440. */
const mostPixels = 2560 * 1440;
/** Seconds drawn on after the last change, so that fades and the governor's blends come to rest. */
const settleSeconds = 3;

export class Stage implements Drawer {
  readonly #canvas: HTMLCanvasElement;
  readonly #context: CanvasRenderingContext2D;
  readonly #shared: Shared;
  readonly #picture = new Picture();
  readonly #resolution = new Resolution();
  readonly #lightAllowed: boolean;
  #source: Source | null = null;
  #observers: { disconnect(): void }[] = [];
  #loaded = false;
  /** The first scene comes up; nothing was shown before it. */
  #first = false;
  #sceneId: SceneId;
  #sceneRequest = 0;
  #intensity = 0.7;
  #reduced = false;
  #visible = false;
  #lost = false;
  #blank = false;
  #disposed = false;
  #cssWidth = 0;
  #cssHeight = 0;
  #lastFrame = 0;
  #lastKey = '';
  #settle = settleSeconds;
  #drawn = 0;

  /** Throws where the browser has no WebGL 2. */
  constructor(options: StageOptions) {
    if (typeof options.lightAllowed !== 'boolean') throw new TypeError('Stage: lightAllowed must be true or false');
    this.#lightAllowed = options.lightAllowed;
    this.#reduced = options.reduced ?? false;
    this.#sceneId = options.scene ?? defaultSceneId;
    if (options.intensity !== undefined) this.setIntensity(options.intensity);
    this.#shared = acquire();
    this.#canvas = document.createElement('canvas');
    this.#canvas.setAttribute('part', 'picture');
    this.#canvas.setAttribute('aria-hidden', 'true');
    // Set through the object model, which a strict style policy allows.
    Object.assign(this.#canvas.style, { display: 'block', width: '100%', height: '100%', background: '#000' });
    const context = this.#canvas.getContext('2d', { alpha: false });
    if (!context) throw new Error('Stage: this browser has no 2D canvas');
    this.#context = context;
  }

  /** True where the browser has a headset to show pictures in. */
  static headsetPresent(): Promise<boolean> {
    return headsetPresent();
  }

  get lightAllowed(): boolean {
    return this.#lightAllowed;
  }

  get sceneId(): SceneId {
    return this.#sceneId;
  }

  /** True where nothing may follow the beat. */
  get still(): boolean {
    return this.#reduced || !this.#lightAllowed;
  }

  /** How many pictures were drawn. */
  get framesDrawn(): number {
    return this.#drawn;
  }

  /**
   * Starts to draw into `host`.
   * @returns when the scene's code is there
   */
  attach(host: HTMLElement, source: Source): Promise<void> {
    if (this.#disposed) throw new Error('Stage: attach was called after dispose');
    this.#detach();
    this.#source = source;
    host.append(this.#canvas);
    this.#measure(host.clientWidth, host.clientHeight);
    const sizes = new ResizeObserver(() => this.#measure(host.clientWidth, host.clientHeight));
    sizes.observe(host);
    const views = new IntersectionObserver((entries) => {
      this.#visible = entries.at(-1)?.isIntersecting ?? false;
    });
    views.observe(this.#canvas);
    this.#observers = [sizes, views];
    this.#shared.add(this);
    return this.#loaded ? Promise.resolve() : this.setScene(this.#sceneId);
  }

  /** Changes the scene: the one before fades out, the new one in. */
  async setScene(id: SceneId): Promise<void> {
    if (!isSceneId(id)) throw new RangeError(`Stage: scene is "${String(id)}", expected one of the ids in scenes`);
    const request = ++this.#sceneRequest;
    this.#sceneId = id;
    const entry = scenes.find((one) => one.id === id);
    const module = await entry?.load();
    // A later choice, or the end of the stage, has overtaken this one.
    if (!module || request !== this.#sceneRequest || this.#disposed) return;
    this.#picture.show(module.create());
    this.#first = !this.#loaded;
    this.#loaded = true;
    this.#settle = settleSeconds;
  }

  /** @param intensity 0 to 1 */
  setIntensity(intensity: number): void {
    if (!(intensity >= 0 && intensity <= 1))
      throw new RangeError(`Stage: intensity is ${intensity}, expected a number from 0 to 1`);
    this.#intensity = intensity;
  }

  /** True: a still picture from the next frame on. */
  setReduced(reduced: boolean): void {
    this.#reduced = reduced;
  }

  /** Dark at once, in the running frame, past the governor. Stays dark until `unblank`. */
  blank(): void {
    this.#blank = true;
    this.#first = false;
    this.#context.fillStyle = '#000';
    this.#context.fillRect(0, 0, this.#canvas.width, this.#canvas.height);
    if (!this.#lost) this.#picture.black(this.#shared.renderer);
  }

  /** Ends `blank`; the picture fades in from black. */
  unblank(): void {
    this.#blank = false;
    this.#settle = settleSeconds;
  }

  /**
   * Shows this stage in a headset until its session ends; call from a click, and only where `headsetPresent` says so.
   * The permission of the stage, `blank` and the governor hold there as they do on the page.
   */
  async enterHeadset(): Promise<void> {
    this.#shared.pause();
    let last = 0;
    try {
      await showInHeadset(this.#shared.renderer, (now, into) => {
        const heard = this.#source?.(now) ?? null;
        if (!heard || !this.#loaded || this.#blank) {
          this.#shared.renderer.setRenderTarget(into);
          if (this.#blank) this.#shared.renderer.clear(true, false, false);
          return;
        }
        this.#picture.resize(this.#shared.renderer, headsetPixels.width, headsetPixels.height, 1);
        this.#picture.draw(this.#shared.renderer, this.#input(heard), (now - last) / 1000, into);
        last = now;
      });
    } finally {
      this.#settle = settleSeconds;
      this.#shared.resume();
    }
  }

  dispose(): void {
    if (this.#disposed) return;
    this.#disposed = true;
    this.#detach();
    this.#picture.dispose();
    release();
  }

  #detach(): void {
    this.#shared.remove(this);
    for (const observer of this.#observers) observer.disconnect();
    this.#observers = [];
    this.#canvas.remove();
    this.#source = null;
    this.#visible = false;
  }

  #measure(width: number, height: number): void {
    this.#cssWidth = width;
    this.#cssHeight = height;
    this.#settle = settleSeconds;
  }

  contextLost(): void {
    this.#lost = true;
    this.#first = false;
  }

  contextRestored(): void {
    this.#lost = false;
    this.#picture.black(this.#shared.renderer);
    this.#settle = settleSeconds;
  }

  frame(now: number): void {
    if (!this.#loaded || !this.#visible || this.#lost || this.#blank || document.hidden) return;
    if (this.#cssWidth < 1 || this.#cssHeight < 1) return;
    const heard = this.#source?.(now) ?? null;
    if (!heard) return;
    const input = this.#input(heard);
    const key = JSON.stringify([input, this.#sceneId, this.#cssWidth, this.#cssHeight]);
    if (key !== this.#lastKey) this.#settle = settleSeconds;
    this.#lastKey = key;
    const interval = now - this.#lastFrame;
    this.#lastFrame = now;
    if (this.#settle <= 0) return;
    // A still picture that comes up for the first time is one change: a few frames will do, also for a page of previews.
    const seconds = this.#first && this.still ? longestGap : Math.min(interval / 1000, longestGap);
    this.#settle -= seconds;
    if (this.#settle <= 0) this.#first = false;
    // A still picture is drawn a few times only: as fine as it can be.
    if (!this.still) this.#resolution.frame(interval);
    this.#fit();
    this.#picture.draw(this.#shared.renderer, input, seconds);
    this.#copyOut();
    this.#drawn++;
  }

  /** What the scene gets to know. Where the picture is still, nothing of the beat or of time passes this line. */
  #input(heard: Heard): SceneInput {
    if (!this.still) return { ...heard, intensity: this.#intensity, reducedMotion: false };
    return {
      beatPhase: 0.25,
      beatHz: 0,
      level: 0.6,
      programProgress: 0.5,
      phaseColour: heard.phaseColour,
      intensity: this.#intensity,
      time: 40,
      reducedMotion: true,
    };
  }

  #fit(): void {
    // Fine lines break up in a small picture. One that stands still is drawn larger, and shown smaller.
    const finest = this.still
      ? Math.max(devicePixelRatio || 1, Math.min(3, 480 / this.#cssWidth))
      : devicePixelRatio || 1;
    const full = Math.min(finest, Math.sqrt(mostPixels / (this.#cssWidth * this.#cssHeight)));
    const scale = full * this.#resolution.scale;
    const width = Math.max(16, Math.round(this.#cssWidth * scale));
    const height = Math.max(16, Math.round(this.#cssHeight * scale));
    this.#shared.reserve(width, height);
    this.#picture.resize(this.#shared.renderer, width, height, this.#cssWidth / width);
    if (this.#canvas.width === width && this.#canvas.height === height) return;
    this.#canvas.width = width;
    this.#canvas.height = height;
  }

  #copyOut(): void {
    const from = this.#shared.renderer.domElement;
    const { width, height } = this.#picture;
    // GL counts rows from below, the 2D canvas from above.
    this.#context.drawImage(from, 0, from.height - height, width, height, 0, 0, width, height);
  }
}
