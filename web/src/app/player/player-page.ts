import { msg, str } from '@lit/localize';
import { html, nothing, type PropertyValues, type TemplateResult } from 'lit';
import list from '#icons/list-music.svg?raw';
import goggles from '#icons/rectangle-goggles.svg?raw';
import skipBack from '#icons/skip-back.svg?raw';
import skipForward from '#icons/skip-forward.svg?raw';
import sliders from '#icons/sliders-horizontal.svg?raw';
import { keepScreenOn } from '../../audio/media-session.ts';
import { preferences } from '../../data/preferences.ts';
import { findProtocol } from '../../data/protocols.ts';
import { screening } from '../../data/screening.ts';
import { bandName, bandOf } from '../../elements/bands.ts';
import type { NesSeekEvent } from '../../elements/curve/events.ts';
import { define } from '../../elements/define.ts';
import '../../elements/curve/nes-curve.ts';
import { passAt } from '@nes/program/values.ts';
import { Follow, NesElement, nextTask } from '../../elements/element.ts';
import { clock, number, percent } from '../../elements/format.ts';
import { icon, inlineIcon } from '../../elements/icons.ts';
import type { NesScaleEvent } from '../../elements/scale/scale.ts';
import { doseMeter } from '../../session/dose-meter.ts';
import type { RatingValues } from '../../session/log.ts';
import { playerSession } from '../../session/session.ts';
import { bandColours, base, controls } from '../../styles/base.ts';
import { lightPermission } from '../../visuals/permission.ts';
import { isSceneId, sceneName, scenes } from '../../visuals/scene.ts';
import type { Heard, Stage } from '../../visuals/stage.ts';
import type { NesSceneEvent } from '../light/scene-picker.ts';
import { mayPlay } from '../play.ts';
import { recovered, settleRecovery } from '../recovery.ts';
import { go, to } from '../router.ts';
import type { Page } from '../routes.ts';
import { showError, showToast } from '../toast.ts';
import { volumeSlider } from '../volume-slider.ts';
import '../loudness/warnings.ts';
import type { NesRateEvent } from './after-panel.ts';
import { feelingKey, feelingsOf, feelingWords } from './feelings.ts';
import { styles } from './player-page.styles.ts';

/** The controls fade after so many milliseconds without a touch. */
const fadeAfter = 3_000;

/** Until this second of the program the page asks how one feels before. */
const askBeforeSeconds = 120;

/** The sleep timer ends with a fade of this length. */
const fadeSeconds = 60;

/** Minutes that the sleep timer offers. */
const timerMinutes = [0, 10, 20, 30, 45, 60] as const;

/** The scales are fetched when they are opened. */
const loadScale = (): void => void import('../../elements/scale/nes-scale.ts').catch(showError);

/** Whether the listener gave files of their own, or words, to be played beside. */
function has(what: 'nes-music' | 'nes-cues'): boolean {
  try {
    return localStorage.getItem(what) !== null;
  } catch {
    return false;
  }
}

/** What is in the ear when the frame of `now` (milliseconds of the page's clock) is seen; null where nothing is chosen. */
export function pictureSource(now: number): Heard | null {
  const { program, phase } = playerSession;
  if (!program) return null;
  const seconds = playerSession.positionSeconds(now);
  const beat = playerSession.beat(now);
  return {
    beatPhase: beat?.beatPhase ?? 0,
    beatHz: beat?.beatHz ?? 0,
    level: beat?.level ?? 0,
    programProgress: passAt(program, seconds).seconds / program.durationSeconds,
    phaseColour: phase?.phase.colour ?? '#6a8caf',
    time: seconds,
  };
}

/** The player: the light fills the page, the curve is the scrubber, Stop is always there. */
export class PlayerPage extends NesElement implements Page {
  static override styles = [base, bandColours, controls, styles];

  static override properties = {
    params: { attribute: false },
    position: { state: true },
    asleep: { type: Boolean, reflect: true },
    missing: { state: true },
    asking: { state: true },
    felt: { state: true },
    stageFailed: { state: true },
    stopsAt: { state: true },
    choosing: { state: true },
    headset: { state: true },
    whole: { state: true },
    night: { type: Boolean, reflect: true },
  };

  declare params: Record<string, string>;
  declare protected position: number;
  declare asleep: boolean;
  declare protected missing: boolean;
  /** The scales for before are open. */
  declare protected asking: boolean;
  /** How one felt before, as far as it was said. */
  declare protected felt: RatingValues;
  declare protected stageFailed: boolean;
  /** The panel of scenes is open. */
  declare protected choosing: boolean;
  /** The browser has a headset. */
  declare protected headset: boolean;
  /** Time (`Date.now`) at which the sleep timer ends the session; null without one. */
  declare protected stopsAt: number | null;

  /** The screen is black but for the time left and one way back. */
  declare night: boolean;

  /** The controls are drawn after what is to be pressed first, so that no single piece of work holds the page up. */
  declare protected whole: boolean;

  readonly fills = true;
  /** Resolves with what is to be played. */
  ready: Promise<void> | undefined;
  /** Held, because a list that nobody holds is collected together with its listener. */
  readonly #reduced = matchMedia('(prefers-reduced-motion: reduce)');
  #stage: Stage | null = null;
  #stageFor = '';
  /** Lets the screen go dark again; null while it may. */
  #letSleep: (() => void) | null = null;
  #frame = 0;
  #shownAt = 0;
  #fade: ReturnType<typeof setTimeout> | undefined;

  constructor() {
    super();
    this.params = {};
    this.position = 0;
    this.asleep = false;
    this.missing = false;
    this.asking = false;
    this.felt = {};
    this.stageFailed = false;
    this.stopsAt = null;
    this.choosing = false;
    this.headset = false;
    this.night = false;
    this.whole = playerSession.protocol !== null;
    new Follow(this, [playerSession, preferences, screening], () => this.#sessionChanged());
    new Follow(this, [doseMeter]);
  }

  get pageTitle(): string {
    return playerSession.protocol?.title ?? msg('Player');
  }

  override connectedCallback(): void {
    super.connectedCallback();
    for (const type of ['pointermove', 'pointerdown', 'keydown', 'focusin']) window.addEventListener(type, this.#woken);
    window.addEventListener('keydown', this.#key);
    playerSession.addEventListener('blank', this.#blank);
    this.#reduced.addEventListener('change', this.#calm);
    this.#frame = requestAnimationFrame(this.#tick);
    this.ready = this.#prepare().catch(showError);
    if (has('nes-music')) import('../../session/music.ts').catch(showError);
    if (has('nes-cues')) import('../../session/voice-cues.ts').catch(showError);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    for (const type of ['pointermove', 'pointerdown', 'keydown', 'focusin'])
      window.removeEventListener(type, this.#woken);
    window.removeEventListener('keydown', this.#key);
    playerSession.removeEventListener('blank', this.#blank);
    this.#reduced.removeEventListener('change', this.#calm);
    cancelAnimationFrame(this.#frame);
    clearTimeout(this.#fade);
    this.#stage?.dispose();
    this.#stage = null;
    this.#stageFor = '';
    this.#stayAwake();
  }

  /** What the address names is what is played; what plays already goes on. */
  async #prepare(): Promise<void> {
    const { slug } = this.params;
    const { protocol, state } = playerSession;
    // A trial's session has a page of its own, without light.
    if (protocol?.trialId && (!slug || protocol.slug === slug)) {
      go(`trials/${protocol.trialId}`, true);
      return;
    }
    if (!slug) {
      if (!protocol) go('', true);
      return;
    }
    if (protocol?.slug === slug && state !== 'idle' && state !== 'stopped' && state !== 'finished') return;
    const found = await findProtocol(slug);
    if (!found) {
      this.missing = true;
      return;
    }
    const left = await recovered();
    if (left?.slug === slug) {
      settleRecovery();
      await playerSession.takeUp(found, left);
    } else await playerSession.open(found);
    await nextTask();
    this.whole = true;
    this.dispatchEvent(new Event('nes-title', { bubbles: true, composed: true }));
  }

  #sessionChanged(): void {
    const { state } = playerSession;
    this.position = playerSession.positionSeconds();
    if (
      state === 'playing' &&
      Object.keys(this.felt).length > 0 &&
      playerSession.record &&
      !playerSession.record.rating
    ) {
      playerSession.rate(this.felt);
    }
    if (state === 'stopped' || state === 'finished') {
      this.stopsAt = null;
      this.asking = false;
      this.night = false;
      if (document.fullscreenElement) document.exitFullscreen().catch(() => {});
    }
    if (state === 'playing' && playerSession.protocol?.category === 'BREATHING')
      import('./breath-part.ts').then((module) => define('nes-breath', module.BreathPart), showError);
    // What is asked afterwards is fetched once something plays.
    if (state !== 'ready')
      import('./after-panel.ts').then((module) => define('nes-after-panel', module.AfterPanel), showError);
    if (state === 'playing') this.#later();
    else this.#wake();
  }

  protected override updated(changed: PropertyValues): void {
    super.updated(changed);
    this.#light();
    this.#stayAwake();
    if (changed.has('asleep')) {
      this.dispatchEvent(new CustomEvent('nes-asleep', { detail: this.asleep, bubbles: true, composed: true }));
    }
  }

  #tick = (now: number): void => {
    this.#frame = requestAnimationFrame(this.#tick);
    if (playerSession.state !== 'playing' || now - this.#shownAt < 80) return;
    this.#shownAt = now;
    this.position = playerSession.positionSeconds();
  };

  // --- light -----------------------------------------------------------------------------------------------------

  /** Keeps the stage as the listener's answers and choices allow it. A refusal binds for the life of a stage, so a change makes a new one. */
  #light(): void {
    const host = this.renderRoot.querySelector<HTMLElement>('.stage');
    const { visuals, intensity, reducedFlashing, scene } = preferences.value;
    const { state } = playerSession;
    // Sound first: the code of the light is fetched once it plays.
    const running = state === 'playing' || state === 'paused' || (state === 'starting' && this.#stageFor !== '');
    const reducedMotion = this.#reduced.matches;
    const { beatVisuals } = lightPermission(screening.light, { visuals, reducedFlashing, reducedMotion });
    const wanted = host && running && visuals && !this.night && !this.stageFailed ? `${beatVisuals}` : '';
    if (wanted !== this.#stageFor) {
      this.#stage?.dispose();
      this.#stage = null;
      this.#stageFor = wanted;
      if (wanted && host) this.#raise(host, beatVisuals, reducedFlashing || reducedMotion);
      return;
    }
    const chosen = playerSession.scene || scene;
    if (this.#stage && isSceneId(chosen) && chosen !== this.#stage.sceneId)
      this.#stage.setScene(chosen).catch(() => {});
    this.#stage?.setIntensity(intensity);
  }

  /** The screen stays on while light is shown to playing sound, and only then. */
  #stayAwake(): void {
    if (this.#stageFor !== '' && playerSession.state === 'playing') this.#letSleep ??= keepScreenOn();
    else {
      this.#letSleep?.();
      this.#letSleep = null;
    }
  }

  async #raise(host: HTMLElement, lightAllowed: boolean, reduced: boolean): Promise<void> {
    const wanted = this.#stageFor;
    try {
      const module = await import('../../visuals/stage.ts');
      if (this.#stageFor !== wanted || !this.isConnected) return;
      const { scene } = playerSession;
      const stage = new module.Stage({
        lightAllowed,
        reduced,
        intensity: preferences.value.intensity,
        ...(isSceneId(scene) ? { scene } : {}),
      });
      this.#stage = stage;
      await stage.attach(host, (now) => this.heard(now));
      this.headset = await module.Stage.headsetPresent();
    } catch {
      // No WebGL 2, or its code cannot be fetched: the sound goes on, the page stays dark.
      this.#stageFor = '';
      this.stageFailed = true;
    }
  }

  /** What is in the ear when the frame of `now` (milliseconds of the page's clock) is seen. */
  heard(now: number) {
    return pictureSource(now);
  }

  #blank = (): void => this.#stage?.blank();

  #calm = (): void => this.requestUpdate();

  // --- hands -----------------------------------------------------------------------------------------------------

  #woken = (): void => this.#wake();

  #wake(): void {
    this.asleep = false;
    this.#later();
  }

  #later(): void {
    clearTimeout(this.#fade);
    this.#fade = setTimeout(() => {
      const busy = this.asking || this.choosing || this.renderRoot.querySelector(':focus-visible, select:focus');
      if (playerSession.state === 'playing' && !busy) this.asleep = true;
    }, fadeAfter);
  }

  #key = (event: KeyboardEvent): void => {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
    const target = event.composedPath()[0];
    if (target instanceof HTMLElement && target.matches('input, textarea, select')) return;
    const pressing = target instanceof HTMLElement && target.matches('button, a');
    const act = ((): (() => void) | undefined => {
      switch (event.key) {
        case ' ':
        case 'k':
          return pressing && event.key === ' ' ? undefined : () => this.#toggle();
        case 'j':
          return () => this.#seek(-10);
        case 'l':
          return () => this.#seek(10);
        case 'n':
          return () => playerSession.chapter(1);
        case 'p':
          return () => playerSession.chapter(-1);
        case '+':
        case '=':
          return () => this.#louder(0.05);
        case '-':
          return () => this.#louder(-0.05);
        case 'v':
          return () => this.#nextScene();
        case 'z':
          return () => this.#nextTimer();
        case 'f':
          return () => this.#full();
        case 's':
          return () => playerSession.stop();
        default:
          return undefined;
      }
    })();
    if (!act) return;
    event.preventDefault();
    act();
  };

  #toggle = async (): Promise<void> => {
    try {
      const { state } = playerSession;
      if (state === 'playing' || state === 'starting') playerSession.pause();
      else if (await mayPlay()) await playerSession.play();
    } catch (error) {
      showError(error);
    }
  };

  #seek(by: number): void {
    playerSession.seek(Math.max(0, playerSession.positionSeconds() + by));
  }

  #louder(by: number): void {
    const volume = Math.round(Math.min(1, Math.max(0, playerSession.volume + by)) * 100) / 100;
    playerSession.setVolume(volume);
  }

  #nextScene(): void {
    const at = scenes.findIndex(({ id }) => id === playerSession.scene);
    const next = scenes[(at + 1) % scenes.length];
    if (!next) return;
    playerSession.setScene(next.id);
    showToast({ message: next.name() });
  }

  #nextTimer(): void {
    const left = this.stopsAt === null ? 0 : (this.stopsAt - Date.now()) / 60_000;
    const next = timerMinutes.find((minutes) => minutes > left + 0.5) ?? 0;
    this.#setTimer(next);
    showToast({ message: next === 0 ? msg('Sleep timer off') : msg(str`Stops in ${next} minutes`) });
  }

  /** The sound's own thread counts and fades; here it is only shown. */
  #setTimer(minutes: number): void {
    playerSession.player.setSleepTimer(minutes === 0 ? null : minutes * 60, fadeSeconds);
    this.stopsAt = minutes === 0 ? null : Date.now() + minutes * 60_000;
  }

  #sound = async (): Promise<void> => {
    try {
      (await import('./sound-dialog.ts')).openSound({
        minutes: this.#timerLeft,
        offered: this.#timerOffers,
        set: (minutes) => this.#setTimer(minutes),
      });
    } catch (error) {
      showError(error);
    }
  };

  #queue = async (): Promise<void> => {
    try {
      (await import('../lists/queue-dialog.ts')).openQueue();
    } catch (error) {
      showError(error);
    }
  };

  #full(): void {
    if (document.fullscreenElement) document.exitFullscreen().catch(() => {});
    else document.documentElement.requestFullscreen?.().catch(() => {});
  }

  // --- view ------------------------------------------------------------------------------------------------------

  protected override render(): TemplateResult {
    if (this.missing) {
      return html`<div class="center">
        <h1 tabindex="-1">${msg('There is no such protocol.')}</h1>
        <a class="button" href=${to()}>${msg('Go to the library')}</a>
      </div>`;
    }
    const { state, protocol, program, record } = playerSession;
    if (!protocol || !program)
      return html`<div class="center" role="status"><span class="away">${msg('Loading')}</span></div>`;
    if ((state === 'finished' || state === 'stopped') && record) {
      return html`<div class="center after">
        <nes-after-panel
          .record=${record}
          .carryOnSeconds=${playerSession.carryOnSeconds}
          @nes-carry-on=${this.#toggle}
          @nes-rate=${(event: NesRateEvent) => playerSession.rate(event.values)}
          @nes-done=${() => go('history')}
        ></nes-after-panel>
      </div>`;
    }
    if (this.night) return this.#black();
    const waiting = state === 'ready' || state === 'idle' || state === 'stopped' || state === 'finished';
    return html`<div class="stage" aria-hidden="true"></div>
      <div class="shade"></div>
      ${protocol.category === 'BREATHING' ? html`<nes-breath></nes-breath>` : nothing}
      ${waiting ? this.#start(protocol.title) : html`<h1 class="away" tabindex="-1">${protocol.title}</h1>`}
      ${state === 'elsewhere' ? this.#elsewhere() : nothing} ${this.whole ? this.#deck(waiting) : nothing}`;
  }

  /** For the dark: nothing shines, and a touch anywhere brings the controls back. */
  #black(): TemplateResult {
    const left = playerSession.totalSeconds - this.position;
    const end = this.stopsAt === null ? left : Math.min(left, (this.stopsAt - Date.now()) / 1000);
    return html`<button class="black" aria-label=${msg('Show the controls')} @click=${() => (this.night = false)}>
      <span class="figures" aria-hidden="true">${Number.isFinite(end) ? clock(Math.max(0, end)) : '·'}</span>
    </button>`;
  }

  /** Chosen and silent: one thing to press, and how one feels before, for those who want to compare. */
  #start(title: string): TemplateResult {
    const { protocol } = playerSession;
    return html`<div class="center start">
      <h1 tabindex="-1">${title}</h1>
      <button class="begin primary" @click=${this.#toggle} aria-label=${msg(str`Play ${title}`)}>${icon('play')}</button>
      <details class="feel" @toggle=${loadScale}>
        <summary>${msg('Note how you feel first, to compare afterwards')}</summary>
        <div class="scales">${feelingsOf(protocol?.category ?? '').map((feeling) => this.#scale(feeling))}</div>
      </details>
    </div>`;
  }

  #scale(feeling: ReturnType<typeof feelingsOf>[number]): TemplateResult {
    const { label, low, high } = feelingWords(feeling);
    const key = feelingKey(feeling, 'before');
    return html`<nes-scale
      moments="before"
      .label=${label}
      .low=${low}
      .high=${high}
      .was=${this.felt[key] ?? null}
      @nes-scale=${(event: NesScaleEvent) => {
        this.felt = { ...this.felt, [key]: event.value };
        if (playerSession.record && playerSession.state !== 'ready') {
          playerSession.rate({ [key]: event.value });
        }
      }}
    ></nes-scale>`;
  }

  #elsewhere(): TemplateResult {
    return html`<div class="center">
      <p>${msg('The sound went on to another device.')}</p>
      <a class="button" href=${to()}>${msg('Go to the library')}</a>
    </div>`;
  }

  #deck(waiting: boolean): TemplateResult {
    const { program, phase, state, protocol } = playerSession;
    if (!program || !protocol) return html``;
    const sounding = state === 'playing' || state === 'starting';
    const beat = playerSession.beat();
    const within = passAt(program, this.position);
    const total = playerSession.totalSeconds;
    const asks =
      !waiting &&
      within.pass === 0 &&
      this.position < askBeforeSeconds &&
      !feelingsOf(protocol.category).every((feeling) => this.felt[feelingKey(feeling, 'before')] !== undefined);
    return html`<section class="deck ${beat ? bandOf(beat.beatHz) : 'control'}" aria-label=${msg('Player')}>
      ${
        waiting
          ? nothing
          : html`<div class="telling">
              <div class="chapter">
                <p class="title fades">
                  <a href=${to(protocol.slug ? `protocols/${protocol.slug}` : '')}>${protocol.title}</a>
                </p>
                <p class="phase">${phase?.phase.name ?? ''}</p>
                <p class="line fades">${phase?.phase.description ?? ''}</p>
                <p class="away" role="status" aria-live="polite">${phase?.phase.name ?? ''}</p>
              </div>
              <div class="beat" role="img" aria-label=${beat ? `${number(beat.beatHz, 1)} Hz, ${bandName(bandOf(beat.beatHz))}` : msg('no beat')}>
                ${
                  beat
                    ? html`<span class="hz" aria-hidden="true">${number(beat.beatHz, beat.beatHz < 1 ? 2 : 1)}<small>Hz</small></span>
                        <span class="band" aria-hidden="true">${bandName(bandOf(beat.beatHz))}</span>`
                    : html`<span class="band" aria-hidden="true">${msg('no beat')}</span>`
                }
              </div>
            </div>`
      }
      ${
        asks
          ? html`<details
              class="feel fades"
              ?open=${this.asking}
              @toggle=${(event: Event) => {
                this.asking = (event.target as HTMLDetailsElement).open;
                loadScale();
              }}
            >
              <summary>${msg('Note how you feel now, to compare afterwards')}</summary>
              <div class="scales">${feelingsOf(protocol.category).map((feeling) => this.#scale(feeling))}</div>
            </details>`
          : nothing
      }
      <nes-curve
        class="fades"
        mode="seek"
        chapters
        label=${msg('Position')}
        .program=${program}
        .position=${waiting && this.position === 0 ? null : within.seconds}
        @nes-seek=${(event: NesSeekEvent) => playerSession.seek(within.pass * program.durationSeconds + event.seconds)}
      ></nes-curve>
      <div class="transport">
        <div class="row keys">
          ${this.#steps(-1)}
          <button
            class="round main fades"
            aria-label=${sounding ? msg('Pause') : msg('Play')}
            @click=${this.#toggle}
          >
            ${icon(sounding ? 'pause' : 'play')}
          </button>
          ${this.#steps(1)}
          <button class="danger stop" ?disabled=${waiting} @click=${() => playerSession.stop()}>
            ${icon('stop')} ${msg('Stop')}
          </button>
          <p class="time figures fades" aria-label=${msg('Time')}>
            ${clock(this.position)}
            <span class="quiet">/ ${Number.isFinite(total) ? clock(total) : msg('endless')}</span>
          </p>
        </div>
        <div class="row settings fades">
          ${volumeSlider(
            msg('Volume'),
            playerSession.volume,
            (volume) => playerSession.setVolume(volume),
            (volume) => playerSession.player.setVolume(volume),
          )}
          ${this.#dose()}
          <button class="bare square" aria-label=${msg('Sound')} title=${msg('Sound')} @click=${this.#sound}>
            ${inlineIcon(sliders)}
          </button>
          <button class="bare square" aria-label=${msg('Queue')} title=${msg('Queue')} @click=${this.#queue}>
            ${inlineIcon(list)}
          </button>
          ${this.#scenes()}
          <label class="pick">
            <span class="away">${msg('Sleep timer')}</span>
            ${icon('timer')}
            <select class="chip" @change=${(event: Event) => this.#setTimer(Number((event.target as HTMLSelectElement).value))}>
              ${this.#timerOptions()}
            </select>
          </label>
          <button
            class="bare square screen"
            aria-label=${msg('Black screen')}
            title=${msg('Black screen')}
            ?disabled=${waiting}
            @click=${() => (this.night = true)}
          >
            ${icon('moon')}
          </button>
          ${
            this.headset
              ? html`<button class="bare square screen" aria-label=${msg('Show in the headset')} @click=${this.#enterHeadset}>
                  ${inlineIcon(goggles)}
                </button>`
              : nothing
          }
          <button class="bare square screen" aria-label=${msg('Full screen')} @click=${this.#full}>${icon('maximize')}</button>
        </div>
      </div>
      ${this.#note()}
    </section>`;
  }

  /** A chapter and 15 seconds, back (−1) or on (1). */
  #steps(way: 1 | -1): TemplateResult {
    const step = html`<button
      class="round step fades"
      aria-label=${way < 0 ? msg('15 seconds back') : msg('15 seconds on')}
      title=${way < 0 ? msg('15 seconds back') : msg('15 seconds on')}
      @click=${() => this.#seek(15 * way)}
    >
      <span class="figures">${way < 0 ? '−15' : '+15'}</span>
    </button>`;
    const chapter = html`<button
      class="round step fades"
      aria-label=${way < 0 ? msg('Chapter before') : msg('Next chapter')}
      title=${way < 0 ? msg('Chapter before') : msg('Next chapter')}
      @click=${() => playerSession.chapter(way)}
    >
      ${inlineIcon(way < 0 ? skipBack : skipForward)}
    </button>`;
    return way < 0 ? html`${chapter} ${step}` : html`${step} ${chapter}`;
  }

  /** The scenes with their pictures, in a panel above the controls. */
  #scenes(): TemplateResult {
    const { scene } = playerSession;
    const shown = preferences.value.visuals && isSceneId(scene) ? scene : '';
    return html`<button class="chip pick" popovertarget="scenes">
        ${icon('image')} <span class="away">${msg('Scene')}</span> ${shown ? sceneName(shown) : msg('Dark')}
      </button>
      <div
        id="scenes"
        popover
        aria-label=${msg('Scene')}
        @toggle=${(event: ToggleEvent) => {
          this.choosing = event.newState === 'open';
          if (this.choosing)
            import('../light/scene-picker.ts').then(
              (module) => define('nes-scene-picker', module.ScenePicker),
              showError,
            );
          this.#later();
        }}
      >
        ${
          this.choosing
            ? html`<nes-scene-picker
                dark
                .value=${shown}
                @nes-scene=${(event: NesSceneEvent) => this.#choose(event.scene)}
              ></nes-scene-picker>`
            : nothing
        }
      </div>`;
  }

  #enterHeadset = (): void => {
    this.#stage?.enterHeadset().catch(showError);
  };

  /** Minutes that are left, whole ones; 0 without a timer. */
  get #timerLeft(): number {
    return this.stopsAt === null ? 0 : Math.max(1, Math.ceil((this.stopsAt - Date.now()) / 60_000));
  }

  get #timerOffers(): number[] {
    return [...new Set([...timerMinutes, this.#timerLeft])].sort((a, b) => a - b);
  }

  #timerOptions(): TemplateResult[] {
    const left = this.#timerLeft;
    const options = this.#timerOffers;
    return options.map(
      (minutes) =>
        html`<option value=${minutes} ?selected=${minutes === left}>
          ${minutes === 0 ? msg('No timer') : msg(str`${minutes} min`)}
        </option>`,
    );
  }

  /** How much of the week's allowance for sound is used, beside the volume that it hangs on. */
  #dose(): TemplateResult {
    const { share, calibrated } = doseMeter;
    const filled = Math.min(1, share) * 12;
    return html`<a
      class="dose figures ${share >= 1 ? 'over' : share >= 0.8 ? 'near' : ''}"
      href=${to('progress')}
      title=${msg('Sound of the last seven days against a week’s allowance')}
    >
      <svg viewBox="0 0 4 14" aria-hidden="true">
        <rect class="way" width="4" height="14" rx="1"></rect>
        <rect class="used" x="0.5" y=${13 - filled} width="3" height=${filled}></rect>
      </svg>
      <span class="away">${msg('Loudness of the week')}</span>
      ${calibrated ? '' : '≈ '}${percent(share)}
    </a>`;
  }

  /** Why the picture stands still, where it is not the listener's own wish. */
  #note(): TemplateResult | typeof nothing {
    const { visuals } = preferences.value;
    if (!visuals || !screening.value) return nothing;
    if (this.stageFailed) {
      return html`<p class="note quiet small fades">${msg('This browser cannot draw the light. The sound is not affected.')}</p>`;
    }
    if (screening.permission.lightAllowed) return nothing;
    return html`<p class="note quiet small fades">${msg('The picture stands still because of your safety answers.')}</p>`;
  }

  #choose(scene: string): void {
    if (scene === '') {
      preferences.save({ visuals: false });
      return;
    }
    if (!preferences.value.visuals) preferences.save({ visuals: true });
    playerSession.setScene(scene);
  }
}
