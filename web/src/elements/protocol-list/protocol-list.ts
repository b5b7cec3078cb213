import { msg } from '@lit/localize';
import type { Program } from '@nes/program/model.ts';
import { css, html, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { embed } from '../embed.styles.ts';
import { EmbedElement } from '../embed.ts';
import { type ErrorReason, NesErrorEvent } from '../player/events.ts';
import type { ListedProtocol } from '../source.ts';
import { SourceError } from '../source-error.ts';
import { NesSelectEvent } from './events.ts';

type View = typeof import('./view.ts');

/** So many are drawn at first, and again at each wish for more. */
export const step = 12;

interface Chooser {
  program: Program | null;
  heading: string;
}

/** Protocols to choose from. See `nes-protocol-list.ts`. */
export class ProtocolList extends EmbedElement {
  static override properties = {
    api: { reflect: true, useDefault: true },
    src: { reflect: true, useDefault: true },
    for: { reflect: true, useDefault: true },
    category: { reflect: true, useDefault: true },
    limit: { type: Number, reflect: true, useDefault: true },
    search: { type: Boolean, reflect: true, useDefault: true },
    heading: { reflect: true, useDefault: true },
    theme: { reflect: true, useDefault: true },
    protocols: { attribute: false },
    found: { state: true },
    failure: { state: true },
    words: { state: true },
    shown: { state: true },
    open: { state: true },
  };

  static override styles = [
    embed,
    css`
      .all {
        display: grid;
        grid-template-columns: minmax(0, 1fr);
        gap: var(--space-4);
      }
      header {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        justify-content: space-between;
        gap: var(--space-2) var(--space-4);
      }
      .said {
        padding: var(--space-5) var(--space-4);
        border: 1px dashed var(--line);
        border-radius: var(--radius-large);
        text-align: center;
        overflow-wrap: anywhere;
      }
      .said p + p {
        margin-top: var(--space-3);
      }
`,
  ];

  /** Address of an API whose public protocols are listed. */
  declare api: string;
  /** Address of a JSON file with a list of protocols: `[{ "slug", "title", "program", … }]`. */
  declare src: string;
  /** Id of the `<nes-player>` that plays what is chosen; without one the list plays it in its own place. */
  declare for: string;
  /** Shows this category alone, as in `FOCUS` or `SLEEP`; several are separated by spaces. */
  declare category: string;
  /** At most so many; 0 is all. */
  declare limit: number;
  /** Shows a field to search by title and summary. */
  declare search: boolean;
  declare heading: string;
  /** `dark` or `light`; follows the page's `color-scheme` where it is empty. */
  declare theme: string;
  /** The list itself, handed over by the page. */
  declare protocols: readonly ListedProtocol[] | null;
  declare protected found: readonly ListedProtocol[] | null;
  declare protected failure: string;
  /** @internal What is searched for. */
  declare words: string;
  /** @internal How many are drawn. */
  declare shown: number;
  /** @internal Slug of what was chosen. */
  declare open: string;

  #abort: AbortController | null = null;
  #view: View | null = null;

  constructor() {
    super();
    this.api = '';
    this.src = '';
    this.for = '';
    this.category = '';
    this.limit = 0;
    this.search = false;
    this.heading = '';
    this.theme = '';
    this.protocols = null;
    this.found = null;
    this.failure = '';
    this.words = '';
    this.shown = step;
    this.open = '';
  }

  override connectedCallback(): void {
    super.connectedCallback();
    if (this.hasUpdated) this.#load();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#abort?.abort();
  }

  protected override updated(changed: PropertyValues): void {
    if (['api', 'src', 'protocols'].some((name) => changed.has(name))) this.#load();
  }

  async #load(): Promise<void> {
    this.#abort?.abort();
    const abort = new AbortController();
    this.#abort = abort;
    const { api, src, protocols } = this;
    this.failure = '';
    this.found = null;
    this.open = '';
    try {
      const source = await import('../source.ts').catch(partMissing);
      const found = protocols
        ? source.checkedList(protocols)
        : src
          ? source.checkedList(await source.readJson(src, abort.signal))
          : await source.readProtocols(api, abort.signal);
      const view = await import('./view.ts').catch(partMissing);
      if (abort.signal.aborted) return;
      this.#view = view;
      this.found = found;
    } catch (error) {
      if (abort.signal.aborted) return;
      const reason: ErrorReason = error instanceof SourceError ? error.reason : 'UNREACHABLE';
      this.failure = (error as Error).message;
      this.dispatchEvent(new NesErrorEvent(reason, this.failure));
    }
  }

  protected override render(): TemplateResult {
    return html`<section class="root" part="list" aria-label=${this.heading || msg('Protocols')}>
      <div class="all">
        ${this.heading ? html`<h2 part="title">${this.heading}</h2>` : nothing} ${this.#content()}
      </div>
    </section>`;
  }

  #content(): TemplateResult {
    if (this.failure) {
      return html`<div class="said" role="alert" part="message">
        <p>${this.failure}</p>
        <p><button @click=${() => this.#load()}>${msg('Try again')}</button></p>
      </div>`;
    }
    if (!this.found || !this.#view) {
      return html`<div class="said" part="message"><p class="quiet" role="status">${msg('Loading')}</p></div>`;
    }
    this.wear(this.#view.styles);
    return this.#view.list(this, this.found);
  }

  /** @internal */
  choose({ slug, title, program }: ListedProtocol): void {
    if (!this.dispatchEvent(new NesSelectEvent(slug, title, program))) return;
    this.open = slug;
    if (!this.for) return;
    const named = (this.getRootNode() as Document | ShadowRoot).getElementById?.(this.for);
    if (named && 'program' in named) Object.assign(named as unknown as Chooser, { program, heading: title });
  }
}

function partMissing(): never {
  throw new SourceError('UNREACHABLE', msg('A part of the player could not be fetched.'));
}
