import { msg } from '@lit/localize';
import { css, html, nothing, type TemplateResult } from 'lit';
import type { Heard } from '../../visuals/stage.ts';
import { embed } from '../embed.styles.ts';
import { EmbedElement } from '../embed.ts';
import { NesErrorEvent, NesPlayEvent } from '../player/events.ts';
import type { LightController } from './light.ts';

/** What a player offers to be followed by. Any version of the player does. */
interface Followed {
  heard(now: number): Heard | null;
}

const follows = (element: unknown): element is Followed => typeof (element as Followed | null)?.heard === 'function';

/** What is shown while nothing is heard: the scene at rest. */
const atRest: Heard = {
  beatPhase: 0.25,
  beatHz: 0,
  level: 0.6,
  programProgress: 0.5,
  phaseColour: '#6a8caf',
  time: 40,
};

/** The light alone, in step with a player elsewhere on the page. See `nes-visual.ts`. */
export class Visual extends EmbedElement {
  static override properties = {
    for: { reflect: true, useDefault: true },
    scene: { reflect: true, useDefault: true },
    intensity: { type: Number, reflect: true, useDefault: true },
    theme: { reflect: true, useDefault: true },
  };

  static override styles = [
    embed,
    css`
      .view {
        position: relative;
        height: var(--nes-height, clamp(150px, 56.25cqi, 720px));
        overflow: hidden;
        border-radius: var(--radius-large);
        background: oklch(10% 0.015 265);
      }
      .light {
        position: absolute;
        inset: 0;
      }
      .said {
        position: absolute;
        inset: auto 0 0;
        padding: var(--space-6) var(--space-4) var(--space-3);
        background: linear-gradient(transparent, oklch(10% 0.015 265 / 0.86));
        color: oklch(86% 0.02 265);
      }
      @media print {
        .view {
          display: none;
        }
      }
    `,
  ];

  /** Id of the player to follow; without one the player that was started last. */
  declare for: string;
  /** Which picture. */
  declare scene: string;
  /** How strong the light is, 0 to 1. */
  declare intensity: number;
  /** `dark` or `light`, for the questions; follows the page's `color-scheme` where it is empty. */
  declare theme: string;

  #last: Followed | null = null;
  #toldFailure = false;
  #light: LightController | null = null;

  constructor() {
    super();
    this.for = '';
    this.scene = '';
    this.intensity = 0.7;
    this.theme = '';
  }

  override connectedCallback(): void {
    super.connectedCallback();
    document.addEventListener(NesPlayEvent.type, this.#began);
    if (this.hasUpdated) this.requestUpdate();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    document.removeEventListener(NesPlayEvent.type, this.#began);
    this.#last = null;
  }

  /** How many pictures were drawn. */
  get framesDrawn(): number {
    return this.#light?.framesDrawn ?? 0;
  }

  get #followed(): Followed | null {
    if (!this.for) return this.#last;
    const named = (this.getRootNode() as Document | ShadowRoot).getElementById?.(this.for);
    return follows(named) ? named : null;
  }

  protected override render(): TemplateResult {
    return html`<div class="root">
      <div class="view" part="view">
        <div class="light" aria-hidden="true"></div>
        ${this.#line()}
      </div>
    </div>`;
  }

  #line(): TemplateResult | typeof nothing {
    if (this.#light?.failed) {
      return html`<p class="said small" part="message" role="alert">${msg('This browser cannot draw the light. The sound is not affected.')}</p>`;
    }
    if (!this.#light?.waits) return nothing;
    return html`<p class="said small" part="message">
      ${msg('The picture stands still until the safety questions are answered.')}
      <button class="link" part="questions" @click=${this.#ask}>${msg('Answer them')}</button>
    </p>`;
  }

  protected override async firstUpdated(): Promise<void> {
    const { LightController } = await import('./light.ts');
    this.#light = new LightController(this, () => ({
      place: this.renderRoot.querySelector<HTMLElement>('.light'),
      scene: this.scene,
      intensity: this.intensity,
      source: (now) => this.#followed?.heard(now) ?? atRest,
    }));
    this.requestUpdate();
  }

  protected override updated(): void {
    if (!this.#light?.failed || this.#toldFailure) return;
    this.#toldFailure = true;
    this.dispatchEvent(
      new NesErrorEvent('LIGHT', msg('This browser cannot draw the light. The sound is not affected.')),
    );
  }

  async #ask(): Promise<void> {
    const { askQuestions } = await import('../safety/questions-dialog.ts');
    const place = this.renderRoot.querySelector('.root');
    if (place) await askQuestions(place);
  }

  readonly #began = (event: NesPlayEvent): void => {
    const [from] = event.composedPath();
    if (follows(from)) this.#last = from;
  };
}
