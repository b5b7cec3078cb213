import { msg } from '@lit/localize';
import { css, html, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { preferences } from '../../data/preferences.ts';
import { Follow, NesElement } from '../../elements/element.ts';
import { base } from '../../styles/base.ts';
import { type SceneId, scenes } from '../../visuals/scene.ts';
import type { Stage } from '../../visuals/stage.ts';

/** A scene was chosen; '' stands for none, the dark. */
export class NesSceneEvent extends Event {
  static readonly type = 'nes-scene';
  readonly scene: SceneId | '';

  constructor(scene: SceneId | '') {
    super(NesSceneEvent.type, { bubbles: true, composed: true });
    this.scene = scene;
  }
}

/** What the previews show: one still instant. */
const instant = {
  beatPhase: 0.25,
  beatHz: 0,
  level: 0.6,
  programProgress: 0.5,
  phaseColour: '#5aa7ff',
  time: 40,
} as const;

/**
 * A choice of scenes, each with a small picture of itself. The pictures are drawn by the scenes' own code on the page's
 * one renderer, once they are in view; they stand still, so they need no permission.
 */
export class ScenePicker extends NesElement {
  static override styles = [
    base,
    css`
      :host {
        display: block;
        container-type: inline-size;
      }
      fieldset {
        display: grid;
        grid-template-columns: repeat(auto-fill, minmax(7.25rem, 1fr));
        gap: var(--space-3);
      }
      label {
        position: relative;
        display: grid;
        gap: var(--space-1);
        color: var(--quiet);
        font-size: var(--size--1);
        line-height: 1.3;
        cursor: pointer;
      }
      label:hover {
        color: var(--text);
      }
      input {
        position: absolute;
        inset: 0;
        opacity: 0;
        margin: 0;
        cursor: pointer;
      }
      .picture {
        aspect-ratio: 16 / 10;
        overflow: hidden;
        border: 1px solid var(--line);
        border-radius: var(--radius);
        background: #000;
        pointer-events: none;
        transition: border-color var(--quick) var(--ease);
      }
      label:hover .picture {
        border-color: var(--edge);
      }
      input:checked + .picture {
        border-color: var(--accent);
        box-shadow: 0 0 0 1px var(--accent);
      }
      input:checked ~ span {
        color: var(--text);
        font-weight: 540;
      }
      input:focus-visible + .picture {
        outline: 2px solid var(--accent);
        outline-offset: 3px;
      }
    `,
  ];

  static override properties = {
    value: {},
    dark: { type: Boolean },
  };

  /** Id of the chosen scene, '' for none. */
  declare value: string;
  /** Offers to show no light at all. */
  declare dark: boolean;

  #stages: Stage[] = [];
  #view: IntersectionObserver | null = null;

  constructor() {
    super();
    this.value = '';
    this.dark = false;
    new Follow(this, [preferences], () => {
      for (const stage of this.#stages) stage.setIntensity(preferences.value.intensity);
    });
  }

  protected override firstUpdated(changed: PropertyValues): void {
    super.firstUpdated(changed);
    this.#watch();
  }

  override connectedCallback(): void {
    super.connectedCallback();
    if (this.hasUpdated) this.#watch();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#view?.disconnect();
    for (const stage of this.#stages.splice(0)) stage.dispose();
  }

  /** three.js is fetched when the pictures come into view, not before. */
  #watch(): void {
    const view = new IntersectionObserver((entries) => {
      if (!entries.some((entry) => entry.isIntersecting)) return;
      view.disconnect();
      this.#draw().catch(() => {
        // No WebGL 2, or no network for its code: the names are enough to choose.
      });
    });
    this.#view = view;
    view.observe(this);
  }

  async #draw(): Promise<void> {
    const { Stage } = await import('../../visuals/stage.ts');
    for (const { id } of scenes) {
      const host = this.renderRoot.querySelector<HTMLElement>(`[data-scene="${id}"]`);
      if (!this.isConnected || !host) return;
      const stage = new Stage({ lightAllowed: false, scene: id, intensity: preferences.value.intensity });
      this.#stages.push(stage);
      await stage.attach(host, () => instant);
    }
  }

  protected override render(): TemplateResult {
    return html`<fieldset>
      <legend class="away">${msg('Scene')}</legend>
      ${this.dark ? this.#tile('', msg('Dark')) : nothing} ${scenes.map(({ id, name }) => this.#tile(id, name()))}
    </fieldset>`;
  }

  #tile(id: SceneId | '', name: string): TemplateResult {
    return html`<label>
      <input
        type="radio"
        name="scene"
        value=${id}
        .checked=${id === this.value}
        @change=${() => this.dispatchEvent(new NesSceneEvent(id))}
      />
      <div class="picture" data-scene=${id}></div>
      <span>${name}</span>
    </label>`;
  }
}
