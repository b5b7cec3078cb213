import { msg } from '@lit/localize';
import { css, html, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { apiAddress } from '../../data/address.ts';
import { type LibraryProtocol, library } from '../../data/library.ts';
import { NesElement } from '../../elements/element.ts';
import { setHomeFolder } from '../../elements/home.ts';
import { icon } from '../../elements/icons.ts';
import '../../elements/metrics/nes-metrics.ts';
import '../../elements/player/nes-player.ts';
import '../../elements/protocol-list/nes-protocol-list.ts';
import '../../elements/visual/nes-visual.ts';
import { categories } from '../../../../prisma/library/categories.ts';
import { base, controls, page } from '../../styles/base.ts';
import { scenes } from '../../visuals/scene.ts';
import { categoryName } from '../names.ts';
import { placeNow, to } from '../router.ts';
import type { Page } from '../routes.ts';
import { showToast } from '../toast.ts';
import { attributesOf, type Choice, firstChoice, frameOf, policyOf, propertiesOf, snippetOf } from './snippet.ts';

interface Integrity {
  version: string;
  files: Record<string, string>;
}

/** Where an embed is likely to stand, in pixels; 0 is as wide as there is room. */
const widths = [0, 480, 320] as const;

/** Writes the lines that put the player on somebody's page, and shows what they give. */
export class EmbedPage extends NesElement implements Page {
  static override properties = {
    params: { attribute: false },
    choice: { state: true },
    protocols: { state: true },
    integrity: { state: true },
    pinned: { state: true },
    width: { state: true },
  };

  static override styles = [
    base,
    controls,
    page,
    css`
      .columns {
        display: grid;
        grid-template-columns: minmax(17rem, 22rem) minmax(0, 1fr);
        gap: var(--space-6) clamp(var(--space-6), 4vw, var(--space-8));
        padding-top: var(--space-6);
        align-items: start;
      }
      .lead {
        padding-top: var(--space-2);
      }
      form,
      .result {
        display: grid;
        gap: var(--space-5);
        min-width: 0;
      }
      .result {
        position: sticky;
        top: calc(var(--bar) + var(--space-4));
      }
      fieldset {
        display: grid;
        gap: var(--space-4);
        padding-top: var(--space-4);
        border-top: 1px solid var(--line);
      }
      fieldset:first-child {
        padding-top: 0;
        border-top: 0;
      }
      legend {
        /* Below the line, not on it. */
        float: inline-start;
        padding: 0;
        font-weight: 560;
      }
      .chips {
        display: flex;
        flex-wrap: wrap;
        gap: var(--space-2);
      }
      .two {
        display: grid;
        grid-template-columns: 1fr 1fr;
        gap: var(--space-4);
      }
      .frame {
        width: 100%;
        margin-inline: auto;
      }
      .frame.w480 {
        max-width: 480px;
      }
      .frame.w320 {
        max-width: 320px;
      }
      .head {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        justify-content: space-between;
        gap: var(--space-3);
      }
      pre {
        margin: 0;
        padding: var(--space-4);
        border: 1px solid var(--line);
        border-radius: var(--radius);
        background: var(--raised);
        font-size: var(--size--1);
        line-height: 1.6;
        white-space: pre-wrap;
        overflow-wrap: anywhere;
      }
      .code {
        display: grid;
        gap: var(--space-3);
      }
      @media (width < 56.25rem) {
        .columns {
          grid-template-columns: minmax(0, 1fr);
        }
        .result {
          position: static;
        }
      }
    `,
  ];

  declare params: Record<string, string>;
  declare protected choice: Choice;
  declare protected protocols: LibraryProtocol[];
  /** Hashes of the built module; null where it was not built, as while developing. */
  declare protected integrity: Integrity | null;
  /** The version that never changes, not the newest one. */
  declare protected pinned: boolean;
  declare protected width: (typeof widths)[number];

  #shown: HTMLElement | null = null;

  constructor() {
    super();
    this.params = {};
    this.choice = firstChoice;
    this.protocols = [];
    this.integrity = null;
    this.pinned = true;
    this.width = 0;
  }

  get pageTitle(): string {
    return msg('Embed');
  }

  override connectedCallback(): void {
    super.connectedCallback();
    setHomeFolder(new URL(to('embed/latest/nes.js'), location.origin).href);
    const protocol = placeNow().query.get('protocol');
    const api = apiAddress()?.replace(/\/graphql$/, '') ?? '';
    this.choice = { ...firstChoice, api, ...(protocol ? { protocol } : {}) };
    library()
      .then((all) => {
        this.protocols = all;
        // Somebody's own protocol: the server has it.
        if (protocol && !all.some(({ slug }) => slug === protocol)) this.choice = { ...this.choice, source: 'api' };
      })
      .catch(() => {});
    fetch(to('embed/latest/integrity.json'))
      .then((response) => (response.ok ? response.json() : null))
      .then((found: Integrity | null) => {
        this.integrity = found;
      })
      .catch(() => {});
  }

  get #module(): { address: string; integrity: string } {
    const { integrity, pinned } = this;
    const folder = integrity && pinned ? `v${integrity.version}` : 'latest';
    return {
      address: new URL(to(`embed/${folder}/nes.js`), location.origin).href,
      integrity: (pinned && integrity?.files['nes.js']) || '',
    };
  }

  protected override updated(changed: PropertyValues): void {
    super.updated(changed);
    if (changed.has('choice') || changed.has('protocols')) this.#show();
  }

  /** The element itself, with the attributes of the snippet. */
  #show(): void {
    const frame = this.renderRoot.querySelector('.frame');
    if (!frame) return;
    const { choice } = this;
    if (this.#shown?.localName !== choice.element) {
      this.#shown?.remove();
      this.#shown = document.createElement(choice.element);
      frame.append(this.#shown);
    }
    const element = this.#shown;
    const wanted = new Map(attributesOf(choice));
    for (const name of element.getAttributeNames())
      if (!wanted.has(name) && !['state', 'style'].includes(name)) element.removeAttribute(name);
    for (const [name, value] of wanted) if (element.getAttribute(name) !== value) element.setAttribute(name, value);
    const properties = new Map(propertiesOf(choice));
    for (const name of ['--nes-height', '--nes-accent']) element.style.setProperty(name, properties.get(name) ?? null);
  }

  protected override render(): TemplateResult {
    const { choice } = this;
    const plays = choice.element === 'nes-player';
    const module = this.#module;
    const snippet = snippetOf(choice, module);
    const frame = frameOf(choice, new URL(to('embed/frame.html'), location.origin).href);
    return html`<h1 tabindex="-1">${msg('Put it on your page')}</h1>
      <p class="quiet lead">
        ${msg('Choose, look, copy. No framework, no styles that leak, no server of yours; the visitor’s safety answers bind there as here.')}
        <a href=${to('embed/')} target="_blank">${msg('Every element, attribute and example')}</a>
      </p>
      <div class="columns">
        <form @submit=${(event: Event) => event.preventDefault()}>
          <fieldset>
            <legend>${msg('Element')}</legend>
            <div class="chips">
              ${this.#chip('element', 'nes-player', msg('Player'))}
              ${this.#chip('element', 'nes-protocol-list', msg('List'))}
              ${this.#chip('element', 'nes-visual', msg('Light alone'))}
              ${this.#chip('element', 'nes-metrics', msg('Figures'))}
            </div>
          </fieldset>
          ${choice.element === 'nes-visual' ? nothing : this.#source(plays)}
          <fieldset>
            <legend>${msg('Look')}</legend>
            ${
              choice.element === 'nes-visual'
                ? nothing
                : html`<label class="field">
                    ${msg('Heading')} <input .value=${choice.heading} @input=${this.#typed('heading')} />
                  </label>`
            }
            <div class="chips">
              ${this.#chip('theme', '', msg('As the page'))} ${this.#chip('theme', 'dark', msg('Dark'))}
              ${this.#chip('theme', 'light', msg('Light'))}
            </div>
            <div class="two">
              <label class="field">
                ${msg('Height in pixels')}
                <input
                  type="number"
                  min="0"
                  max="2000"
                  step="10"
                  .value=${choice.height > 0 ? String(choice.height) : ''}
                  @input=${(event: InputEvent) => {
                    this.#choose({ height: Math.max(0, Number((event.target as HTMLInputElement).value) || 0) });
                  }}
                />
              </label>
              <label class="field">
                ${msg('Accent colour')}
                <input placeholder="#2a9d8f" .value=${choice.accent} @input=${this.#colour} />
              </label>
            </div>
          </fieldset>
          ${plays || choice.element === 'nes-visual' ? this.#light(plays) : nothing}
          ${
            plays
              ? html`<fieldset>
                  <legend>${msg('Sound')}</legend>
                  <label class="field">
                    ${msg('Volume')}
                    <input
                      type="range"
                      min="0"
                      max="1"
                      step="0.05"
                      .value=${String(choice.volume)}
                      @input=${this.#number('volume')}
                    />
                  </label>
                  ${this.#check('askFirst', msg('Ask the safety questions before the first sound'))}
                  ${this.#check('simultaneous', msg('May sound together with others'))}
                </fieldset>`
              : nothing
          }
        </form>
        <div class="result">
          <section class="code">
            <div class="head">
              <h2>${msg('What visitors see')}</h2>
              <div class="chips">
                ${widths.map(
                  (width) =>
                    html`<button
                      class="chip"
                      aria-pressed=${this.width === width}
                      @click=${() => {
                        this.width = width;
                      }}
                    >
                      ${width === 0 ? msg('wide') : `${width} px`}
                    </button>`,
                )}
              </div>
            </div>
            <div class="frame w${this.width}"></div>
          </section>
          <section class="code">
            <div class="head">
              <h2>${msg('What you paste')}</h2>
              <button class="primary" @click=${() => this.#copy(snippet)}>${icon('check')} ${msg('Copy')}</button>
            </div>
            <pre tabindex="0" aria-label=${msg('What you paste')}><code>${snippet}</code></pre>
            ${
              this.integrity
                ? html`<label class="check">
                    <input
                      type="checkbox"
                      .checked=${this.pinned}
                      @change=${(event: Event) => {
                        this.pinned = (event.target as HTMLInputElement).checked;
                      }}
                    />
                    <span>${msg('This version, pinned by its hash; without it the newest one')}</span>
                  </label>`
                : nothing
            }
            <p class="quiet small">${msg('For a strict content policy, beside what your page needs itself:')}</p>
            <pre tabindex="0" aria-label=${msg('Content policy')}><code>${policyOf(choice, module.address)}</code></pre>
            ${
              frame
                ? html`<div class="head">
                      <h3>${msg('Where a site takes scripts out')}</h3>
                      <button @click=${() => this.#copy(frame)}>${icon('check')} ${msg('Copy')}</button>
                    </div>
                    <pre tabindex="0" aria-label=${msg('Where a site takes scripts out')}><code>${frame}</code></pre>`
                : nothing
            }
            ${
              choice.source === 'api'
                ? html`<p class="quiet small">
                    ${msg('The server must allow your site: its operator adds the site’s origin to EMBED_ORIGINS.')}
                  </p>`
                : nothing
            }
          </section>
        </div>
      </div>`;
  }

  #source(plays: boolean): TemplateResult {
    const { choice } = this;
    const lists = choice.element === 'nes-protocol-list';
    const library = lists ? msg('Built-in library') : plays ? msg('Built-in protocol') : msg('This site’s players');
    return html`<fieldset>
      <legend>${msg('Source')}</legend>
      <div class="chips">
        ${this.#chip('source', 'library', library)} ${this.#chip('source', 'file', msg('A file'))}
        ${choice.api || choice.source === 'api' ? this.#chip('source', 'api', msg('A server')) : nothing}
      </div>
      ${
        choice.source === 'library' && plays
          ? html`<label class="field">
              ${msg('Protocol')}
              <select @change=${this.#typed('protocol')}>
                ${this.protocols.map(
                  ({ slug, title }) =>
                    html`<option value=${slug} ?selected=${slug === choice.protocol}>${title}</option>`,
                )}
              </select>
            </label>`
          : nothing
      }
      ${
        choice.source === 'file'
          ? html`<label class="field">
              ${plays ? msg('Address of a JSON, .sbg or .gnaural file') : msg('Address of a JSON file')}
              <input type="url" placeholder="https://" .value=${choice.src} @change=${this.#typed('src')} />
            </label>`
          : nothing
      }
      ${
        choice.source === 'api'
          ? html`${
              lists
                ? nothing
                : html`<label class="field">
                    ${msg('Name of the protocol in addresses')}
                    <input .value=${choice.protocol} @change=${this.#typed('protocol')} />
                  </label>`
            }
              <label class="field">
                ${msg('Address of the server')} <input type="url" .value=${choice.api} @change=${this.#typed('api')} />
              </label>`
          : nothing
      }
      ${
        lists
          ? html`<label class="field">
                ${msg('Category')}
                <select @change=${this.#typed('category')}>
                  <option value="">${msg('All')}</option>
                  ${categories.map(
                    (category) =>
                      html`<option value=${category} ?selected=${category === choice.category}>
                        ${categoryName(category)}
                      </option>`,
                  )}
                </select>
              </label>
              ${this.#check('search', msg('With a field to search'))}`
          : nothing
      }
    </fieldset>`;
  }

  #light(plays: boolean): TemplateResult {
    const { choice } = this;
    return html`<fieldset>
      <legend>${msg('Light')}</legend>
      ${plays ? this.#check('visuals', msg('With light')) : nothing}
      ${
        choice.visuals || !plays
          ? html`<label class="field">
                ${msg('Scene')}
                <select @change=${this.#typed('scene')}>
                  ${scenes.map(
                    ({ id, name }) => html`<option value=${id} ?selected=${id === choice.scene}>${name()}</option>`,
                  )}
                </select>
              </label>
              <label class="field">
                ${msg('Intensity')}
                <input
                  type="range"
                  min="0"
                  max="1"
                  step="0.05"
                  .value=${String(choice.intensity)}
                  @input=${this.#number('intensity')}
                />
              </label>`
          : nothing
      }
    </fieldset>`;
  }

  #chip<Name extends 'element' | 'source' | 'theme'>(name: Name, value: Choice[Name], label: string): TemplateResult {
    return html`<button
      type="button"
      class="chip"
      aria-pressed=${this.choice[name] === value}
      @click=${() => this.#choose({ [name]: value })}
    >
      ${label}
    </button>`;
  }

  #check(name: 'visuals' | 'askFirst' | 'simultaneous' | 'search', label: string): TemplateResult {
    return html`<label class="check">
      <input
        type="checkbox"
        .checked=${this.choice[name]}
        @change=${(event: Event) => this.#choose({ [name]: (event.target as HTMLInputElement).checked })}
      />
      <span>${label}</span>
    </label>`;
  }

  #typed(name: 'heading' | 'src' | 'api' | 'protocol' | 'scene' | 'category'): (event: Event) => void {
    return (event) => this.#choose({ [name]: (event.target as HTMLInputElement).value.trim() });
  }

  #number(name: 'volume' | 'intensity'): (event: Event) => void {
    return (event) => this.#choose({ [name]: Number((event.target as HTMLInputElement).value) });
  }

  /** Only what the browser takes for a colour goes on. */
  #colour = (event: InputEvent): void => {
    const accent = (event.target as HTMLInputElement).value.trim();
    if (accent === '' || CSS.supports('color', accent)) this.#choose({ accent });
  };

  #choose(change: Partial<Choice>): void {
    this.choice = { ...this.choice, ...change };
  }

  async #copy(text: string): Promise<void> {
    try {
      await navigator.clipboard.writeText(text);
      showToast({ message: msg('It is in the clipboard.') });
    } catch {
      showToast({ message: text, stays: true });
    }
  }
}
