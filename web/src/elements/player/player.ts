import { msg } from '@lit/localize';
import type { Program } from '@nes/program/model.ts';
import { html, nothing, type PropertyValues, type TemplateResult } from 'lit';
import type { Player as Engine } from '../../audio/player.ts';
import type { Heard } from '../../visuals/stage.ts';
import { NesSeekEvent } from '../curve/events.ts';
import { embed } from '../embed.styles.ts';
import { EmbedElement } from '../embed.ts';
import { SourceError } from '../source-error.ts';
import type { Deck } from './deck.ts';
import {
  NesEndEvent,
  NesErrorEvent,
  NesLoadEvent,
  NesPauseEvent,
  NesPhaseEvent,
  NesPlayEvent,
  NesStopEvent,
} from './events.ts';
import { styles } from './player.styles.ts';

/** `empty`: no source; `starting`: Play was pressed, no sound yet; `ended`: heard to the end; `failed`: see `error`. */
export type EmbedState = 'empty' | 'loading' | 'ready' | 'starting' | 'playing' | 'paused' | 'ended' | 'failed';

/** The view is renewed so often while playing, in milliseconds; the light has a clock of its own. */
const renewMilliseconds = 100;

/** The embeddable player. It needs no server, keeps no record and speaks to nobody. See `nes-player.ts`. */
export class PlayerElement extends EmbedElement {
  static override styles = [embed, styles];

  static override properties = {
    src: { reflect: true, useDefault: true },
    protocol: { reflect: true, useDefault: true },
    api: { reflect: true, useDefault: true },
    heading: { reflect: true, useDefault: true },
    visuals: { reflect: true, useDefault: true },
    scene: { reflect: true, useDefault: true },
    intensity: { type: Number, reflect: true, useDefault: true },
    volume: { type: Number, reflect: true, useDefault: true },
    simultaneous: { type: Boolean, reflect: true, useDefault: true },
    screening: { reflect: true, useDefault: true },
    theme: { reflect: true, useDefault: true },
    state: { reflect: true },
    program: { attribute: false },
    position: { state: true },
    failure: { state: true },
    title_: { state: true },
    summary: { state: true },
    dark: { state: true },
  };

  /** Address of a program file: JSON, .sbg or .gnaural. */
  declare src: string;
  /** Slug of a protocol: of the API in `api`, else of the built-in library. */
  declare protocol: string;
  /** Address of an API, as in `https://nes.example.org`. */
  declare api: string;
  /** Heading; the program's own title where it is empty. */
  declare heading: string;
  /** `off` plays without any picture. */
  declare visuals: 'on' | 'off';
  /** Which picture. */
  declare scene: string;
  /** How strong the light is, 0 to 1. */
  declare intensity: number;
  /** 0 to 1; half is 12 dB below full. */
  declare volume: number;
  /** May sound while other players of the page do. */
  declare simultaneous: boolean;
  /** `first` asks the safety questions before the first sound; `light` plays at once, with a still picture until they are answered. */
  declare screening: 'light' | 'first';
  /** `dark` or `light`; follows the page's `color-scheme` where it is empty. */
  declare theme: string;
  /** What it does just now. */
  declare state: EmbedState;
  /** The program itself, in place of `src` and `protocol`. */
  declare program: Program | null;
  /** @internal Second that is shown, renewed ten times a second. */
  declare position: number;
  /** @internal */
  declare failure: string;
  declare protected title_: string;
  declare protected summary: string;
  /** @internal The visitor has switched the picture off. */
  declare dark: boolean;

  /** As it was read; `#heard` is what is played of it within the limits. */
  #loaded: Program | null = null;
  #heard: Program | null = null;
  #engine: Engine | null = null;
  /** Everything that is shown of a program, and the limits it is played within. */
  #deck: Deck | null = null;
  #loading: Promise<void> = Promise.resolve();
  #abort: AbortController | null = null;
  #announced: Event | null = null;
  #phase = -1;
  #fromSeconds = 0;
  #frame = 0;
  #renewedAt = 0;
  #offLockScreen: () => void = () => {};

  constructor() {
    super();
    this.src = '';
    this.protocol = '';
    this.api = '';
    this.heading = '';
    this.visuals = 'on';
    this.scene = '';
    this.intensity = 0.7;
    this.volume = 0.5;
    this.simultaneous = false;
    this.screening = 'light';
    this.theme = '';
    this.state = 'empty';
    this.program = null;
    this.position = 0;
    this.failure = '';
    this.title_ = '';
    this.summary = '';
    this.dark = false;
  }

  // --- what a page may ask -----------------------------------------------------------------------------------------

  /** Seconds of the whole program with its loops; `Infinity` where it is endless, 0 without one. */
  get duration(): number {
    return this.#loaded && this.#deck ? this.#deck.totalSeconds(this.#loaded) : 0;
  }

  /** Second that is heard now, counted over all passes. */
  get currentTime(): number {
    return this.running ? (this.#engine?.heardSeconds() ?? this.#fromSeconds) : this.#fromSeconds;
  }

  /** The beat that is heard now, in Hz; 0 where nothing beats. */
  get beatHz(): number {
    return (this.running && this.heard(performance.now())?.beatHz) || 0;
  }

  /** Why it cannot play, in one sentence; empty where it can. */
  get error(): string {
    return this.failure;
  }

  /**
   * Starts, or goes on. From a stop the sound rises from silence over 3 s.
   * Call it from a click or key press: browsers allow sound only then.
   * @returns when the sound has begun; at once where the visitor left the safety questions
   * @throws where there is nothing to play, or the browser refuses
   */
  async play(): Promise<void> {
    if (this.sounding) return;
    await this.updateComplete;
    await this.#loading;
    const loaded = this.#loaded;
    if (!loaded) throw new Error(this.failure || 'There is nothing to play: set src, protocol or program.');
    if (this.screening === 'first' && this.#deck?.unanswered && !(await this.#deck.ask())) return;
    const before = this.state;
    this.failure = '';
    this.#become('starting');
    // Others fall silent before this one begins.
    this.#announced = new NesPlayEvent(this.currentTime, this.simultaneous);
    this.dispatchEvent(this.#announced);
    try {
      const { Player } = await import('../../audio/player.ts');
      if (!this.#is('starting') || !this.isConnected) return;
      this.#engine ??= this.#listenTo(new Player());
      const engine = this.#engine;
      this.bind();
      if (before !== 'paused' || engine.state === 'idle') {
        engine.load(this.#heard ?? loaded);
        if (this.#fromSeconds > 0) engine.seek(this.#fromSeconds);
      }
      engine.setVolume(this.volume);
      await engine.play();
      if (!this.#is('starting')) return;
      this.#become('playing');
      this.#run();
      void this.#showOnLockScreen(engine, loaded);
    } catch (error) {
      if (!this.#is('starting')) return;
      this.#become(before === 'paused' ? 'paused' : 'ready');
      this.failure = (error as Error).message;
      this.dispatchEvent(new NesErrorEvent('SOUND', this.failure));
      throw error;
    }
  }

  /** Pauses; `play` goes on from there. */
  pause(): void {
    if (!this.sounding) return;
    const seconds = this.currentTime;
    const begun = this.#engine?.state === 'playing' || this.#engine?.state === 'interrupted';
    if (!begun) {
      // Asked for before the first sound.
      this.#engine?.stop();
      this.#become('ready');
      return;
    }
    this.#engine?.pause();
    this.#fromSeconds = seconds;
    this.#become('paused');
    this.dispatchEvent(new NesPauseEvent(seconds));
  }

  /**
   * Goes to a second of the program, 0 to its end.
   * @param seconds counted over all passes; what lies outside is taken to the nearer end
   */
  seek(seconds: number): void {
    if (!this.#loaded) return;
    if (!Number.isFinite(seconds)) throw new RangeError(`seek: seconds is ${seconds}, expected a finite number`);
    const to = Math.min(Math.max(0, seconds), this.duration);
    if (this.state === 'ended') this.#become('ready');
    this.#fromSeconds = to;
    this.position = to;
    if (this.running) this.#engine?.seek(to);
    this.dispatchEvent(new NesSeekEvent(to));
  }

  /** Ends and goes back to the beginning. */
  stop(): void {
    this.#end((engine) => engine.stop());
  }

  /** Silent within 20 ms, dark within a frame. The Esc key does the same. */
  emergencyStop(): void {
    this.#deck?.blank();
    this.#end((engine) => engine.emergencyStop());
  }

  /**
   * What is in the ear at a moment of `performance.now()`, for light in step with it; null while nothing is played.
   * @param now milliseconds of the page's clock
   */
  heard(now: number): Heard | null {
    const program = this.#heard;
    const engine = this.#engine;
    if (!program || !engine || !this.running) return null;
    return this.#deck?.heard(engine, program, now) ?? null;
  }

  // --- life --------------------------------------------------------------------------------------------------------

  override connectedCallback(): void {
    super.connectedCallback();
    document.addEventListener(NesPlayEvent.type, this.#other);
    document.addEventListener('keydown', this.#key);
    // Taken out and put back: what it plays is read again.
    if (this.hasUpdated) this.#load();
  }

  override disconnectedCallback(): void {
    // First of all: silent within 20 ms; the context is closed right after.
    this.#engine?.dispose();
    this.#engine = null;
    super.disconnectedCallback();
    document.removeEventListener(NesPlayEvent.type, this.#other);
    document.removeEventListener('keydown', this.#key);
    cancelAnimationFrame(this.#frame);
    this.#abort?.abort();
    this.#offLockScreen();
    this.#loaded = null;
    this.#fromSeconds = 0;
    this.state = 'empty';
  }

  protected override updated(changed: PropertyValues): void {
    super.updated(changed);
    // Read after the first drawing, which has to be the one that a server made.
    if (['src', 'protocol', 'api', 'program'].some((name) => changed.has(name))) this.#load();
    if (changed.has('volume')) this.#engine?.setVolume(this.volume);
  }

  #load(): void {
    this.#abort?.abort();
    const abort = new AbortController();
    this.#abort = abort;
    this.#loading = this.#read(abort.signal);
  }

  async #read(signal: AbortSignal): Promise<void> {
    const { src, protocol, api, program, heading } = this;
    if (this.running) this.stop();
    this.#loaded = null;
    this.#heard = null;
    this.#fromSeconds = 0;
    this.position = 0;
    this.failure = '';
    this.title_ = '';
    this.summary = '';
    if (!src && !protocol && !program) {
      this.#become('empty');
      return;
    }
    this.#become('loading');
    try {
      const source = await import('../source.ts').catch(partMissing);
      const found = program
        ? { title: '', summary: '', program: source.checked(program) }
        : src
          ? await source.readFile(src, signal)
          : await source.readProtocol(protocol, api, signal);
      const { Deck } = await import('./deck.ts').catch(partMissing);
      if (signal.aborted) return;
      this.#deck ??= new Deck(this);
      this.#loaded = found.program;
      this.title_ = found.title;
      this.summary = found.summary;
      this.bind();
      this.#become('ready');
      this.dispatchEvent(new NesLoadEvent(found.program, heading || found.title));
      this.#warmUp();
    } catch (error) {
      if (signal.aborted) return;
      this.failure = (error as Error).message;
      this.#become('failed');
      this.dispatchEvent(new NesErrorEvent(error instanceof SourceError ? error.reason : 'UNREACHABLE', this.failure));
    }
  }

  /** The engine comes while nothing is to be done, so that a click is followed by sound at once. */
  #warmUp(): void {
    const idle = globalThis.requestIdleCallback ?? ((work: () => void) => setTimeout(work, 300));
    const fetchAll = () => import('../../audio/player.ts').then(({ Player }) => Player.fetchAhead());
    idle(() => void fetchAll().catch(() => {}), { timeout: 1500 });
  }

  #listenTo(engine: Engine): Engine {
    engine.addEventListener('ended', () => {
      if (engine !== this.#engine) return;
      this.#rest('ended', 0);
      this.dispatchEvent(new NesEndEvent());
    });
    engine.addEventListener('statechange', () => {
      if (engine !== this.#engine) return;
      // Without this element's doing: from the lock screen.
      if (engine.state === 'paused' && this.state === 'playing') {
        this.#fromSeconds = engine.heardSeconds();
        this.#become('paused');
        this.dispatchEvent(new NesPauseEvent(this.#fromSeconds));
      } else if (engine.state === 'playing' && this.state === 'paused') {
        this.#become('playing');
        this.#run();
      } else if (engine.state === 'stopped' && this.running && this.state !== 'starting') this.#rest('ready', 0);
    });
    return engine;
  }

  async #showOnLockScreen(engine: Engine, program: Program): Promise<void> {
    const { putOnLockScreen } = await import('./lock-screen.ts');
    this.#offLockScreen();
    if (engine !== this.#engine || !this.running) return;
    this.#offLockScreen = putOnLockScreen(this, program);
  }

  // --- state -------------------------------------------------------------------------------------------------------

  /** @internal */
  get sounding(): boolean {
    return this.state === 'playing' || this.state === 'starting';
  }

  /** @internal */
  get running(): boolean {
    return this.sounding || this.state === 'paused';
  }

  /** @internal What stands over it. */
  get shownTitle(): string {
    return this.heading || this.title_ || (this.#loaded ? msg('Program') : '');
  }

  /** Asked again after a wait, when anything may have happened. */
  #is(state: EmbedState): boolean {
    return this.state === state;
  }

  #become(state: EmbedState): void {
    this.state = state;
  }

  #end(silence: (engine: Engine) => void): void {
    if (!this.running) return;
    const seconds = this.currentTime;
    const engine = this.#engine;
    this.#rest('ready', 0);
    if (engine) silence(engine);
    this.dispatchEvent(new NesStopEvent(seconds));
  }

  #rest(state: EmbedState, seconds: number): void {
    cancelAnimationFrame(this.#frame);
    this.#offLockScreen();
    this.#offLockScreen = () => {};
    this.#fromSeconds = seconds;
    this.position = seconds;
    this.#phase = -1;
    this.#become(state);
  }

  /** What the answers allow, at once, also while it plays. */
  /** @internal */
  bind(): void {
    if (!this.#loaded) return;
    const program = this.#deck?.permitted(this.#loaded) ?? this.#loaded;
    if (JSON.stringify(program) === JSON.stringify(this.#heard)) return;
    this.#heard = program;
    if (this.running && this.#engine?.program) this.#engine.updateProgram(program);
  }

  /** Never together, unless both are meant to. */
  readonly #other = (event: NesPlayEvent): void => {
    if (event === this.#announced || (this.simultaneous && event.simultaneous)) return;
    this.pause();
  };

  readonly #key = (event: KeyboardEvent): void => {
    if (event.key !== 'Escape' || !this.running) return;
    this.emergencyStop();
  };

  #run(): void {
    cancelAnimationFrame(this.#frame);
    const tick = (now: number): void => {
      if (!this.sounding) return;
      this.#frame = requestAnimationFrame(tick);
      if (now - this.#renewedAt < renewMilliseconds) return;
      this.#renewedAt = now;
      this.position = this.currentTime;
      const chapter = this.#loaded && this.#deck?.chapterAt(this.#loaded, this.position);
      if (!chapter || chapter.index === this.#phase) return;
      this.#phase = chapter.index;
      this.dispatchEvent(new NesPhaseEvent(chapter.phase.name, chapter.index));
    };
    this.#frame = requestAnimationFrame(tick);
  }

  // --- view --------------------------------------------------------------------------------------------------------

  protected override render(): TemplateResult {
    const program = this.#loaded;
    const deck = program && this.#deck;
    if (deck) this.wear(deck.styles);
    return html`<section class="root ${deck ? deck.band(program) : 'alpha'}" part="card" aria-label=${this.shownTitle || nothing}>
      <div class="card">
        <header part="header">
          <div class="titles">
            ${
              this.shownTitle
                ? html`<h2 class="title" part="title">${this.shownTitle}</h2>`
                : html`<div class="title"><span class="blank"></span></div>`
            }
            ${this.summary ? html`<p class="quiet small">${this.summary}</p>` : nothing}
          </div>
          ${deck ? deck.facts(program) : nothing}
        </header>
        ${deck ? deck.render(program) : this.#waiting()}
        <slot name="foot"></slot>
      </div>
    </section>`;
  }

  #waiting(): TemplateResult {
    if (this.state === 'failed') {
      return html`<div class="views said" part="message" role="alert">
        <p>${this.failure}</p>
        <p><button @click=${() => this.#load()}>${msg('Try again')}</button></p>
      </div>`;
    }
    return html`<div class="views said" part="message">
      <p class="quiet" role="status">${this.state === 'loading' ? msg('Loading') : html`<slot></slot>`}</p>
    </div>`;
  }
}

function partMissing(): never {
  throw new SourceError('UNREACHABLE', msg('A part of the player could not be fetched.'));
}
