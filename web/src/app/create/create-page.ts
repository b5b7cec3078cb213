import { msg, str } from '@lit/localize';
import { css, html, nothing, type TemplateResult } from 'lit';
import fileUp from '#icons/file-up.svg?raw';
import plus from '#icons/plus.svg?raw';
import { account } from '../../data/account.ts';
import { ownProtocols, type Visibility } from '../../data/authoring.ts';
import { type LibraryProtocol, library } from '../../data/library.ts';
import { type LocalProtocol, localProtocols } from '../../data/protocols.ts';
import '../../elements/curve/nes-curve.ts';
import { Follow, NesElement } from '../../elements/element.ts';
import { date, duration } from '../../elements/format.ts';
import { icon, inlineIcon } from '../../elements/icons.ts';
import { base, controls, page } from '../../styles/base.ts';
import { openInEditor } from '../editor/handover.ts';
import { categoryName, categoryPlace, visibilityName } from '../names.ts';
import { playProtocol } from '../play.ts';
import { to } from '../router.ts';
import type { Page } from '../routes.ts';

/** A program of one's own, on this device or on the server. */
interface Own {
  title: string;
  path: string;
  durationSeconds: number;
  changedAt: string;
  /** Null: only on this device. */
  visibility: Visibility | null;
  local: LocalProtocol | null;
}

/** Where one begins to make something: a new program, a file, and what one has made before. */
export class CreatePage extends NesElement implements Page {
  static override styles = [
    base,
    controls,
    page,
    css`
      .begin {
        display: flex;
        flex-wrap: wrap;
        gap: var(--space-3);
        padding: var(--space-5) 0 var(--space-6);
      }
      .begin .button {
        min-height: 3rem;
      }
      h2 {
        padding-bottom: var(--space-3);
      }
      .templates {
        padding-top: var(--space-7);
      }
      .templates p + ul {
        padding-top: var(--space-3);
      }
      li {
        display: grid;
        grid-template-columns: 7rem minmax(0, 1fr) auto;
        align-items: center;
        gap: var(--space-3) var(--space-5);
        padding: var(--space-3) 0;
        border-top: 1px solid var(--line);
      }
      nes-curve,
      .blank {
        height: 2.75rem;
        border-radius: var(--radius);
        background: var(--raised);
      }
      .name {
        font-weight: 540;
        overflow-wrap: anywhere;
      }
      .name a {
        display: inline-flex;
        align-items: center;
        min-height: 1.75rem;
        text-decoration: none;
      }
      .name a:hover {
        text-decoration: underline;
      }
      @media (width < 47.5rem) {
        li {
          grid-template-columns: 4.5rem minmax(0, 1fr) auto;
          gap: var(--space-3);
        }
      }
    `,
  ];

  static override properties = { own: { state: true }, onlyHere: { state: true }, templates: { state: true } };

  declare params: Record<string, string>;
  /** Null until this device's were read. */
  declare protected own: readonly Own[] | null;
  /** The server did not answer. */
  declare protected onlyHere: boolean;
  /** One protocol of the library for each thing to listen for. */
  declare protected templates: readonly LibraryProtocol[];

  constructor() {
    super();
    this.params = {};
    this.own = null;
    this.onlyHere = false;
    this.templates = [];
    new Follow(this, [account], () => this.#load());
  }

  get pageTitle(): string {
    return msg('Create');
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.#load();
    this.#chooseTemplates().catch(() => {
      // Without the library there is nothing to begin from, and the page says nothing of it.
    });
  }

  async #chooseTemplates(): Promise<void> {
    const first = new Map<string, LibraryProtocol>();
    const all = (await library()).toSorted((a, b) => (a.place ?? 0) - (b.place ?? 0));
    for (const one of all)
      if (one.builtIn && !one.controlOfSlug && !first.has(one.category)) first.set(one.category, one);
    this.templates = [...first.values()].sort((a, b) => categoryPlace(a.category) - categoryPlace(b.category));
  }

  async #load(): Promise<void> {
    const here = (await localProtocols().catch(() => [])).map(
      (one): Own => ({
        title: one.title || msg('Untitled'),
        path: `edit/local/${one.id}`,
        durationSeconds: one.program.durationSeconds,
        changedAt: one.savedAt,
        visibility: null,
        local: one,
      }),
    );
    this.own ??= here;
    try {
      const there = (await ownProtocols()).map(
        (one): Own => ({
          title: one.title,
          path: `edit/${encodeURIComponent(one.slug)}`,
          durationSeconds: one.durationSeconds,
          changedAt: one.updatedAt,
          visibility: one.visibility,
          local: null,
        }),
      );
      this.own = [...here, ...there].sort((a, b) => b.changedAt.localeCompare(a.changedAt));
      this.onlyHere = false;
    } catch {
      this.own = here;
      this.onlyHere = true;
    }
  }

  #chosen = (event: Event): void => {
    const files = [...((event.target as HTMLInputElement).files ?? [])];
    if (files.length > 0) openInEditor(files);
  };

  protected override render(): TemplateResult {
    return html`
      <h1 tabindex="-1">${msg('Create')}</h1>
      <div class="begin">
        <a class="button primary" href=${to('edit/new')}>${inlineIcon(plus)} ${msg('New program')}</a>
        <button class="button" @click=${() => this.renderRoot.querySelector<HTMLInputElement>('input[type=file]')?.click()}>
          ${inlineIcon(fileUp)} ${msg('Open a file')}
        </button>
        <input type="file" multiple hidden @change=${this.#chosen} />
        <a class="button" href=${to('recordings')}>${msg('What is in a recording?')}</a>
      </div>
      <section aria-labelledby="own">
        <h2 id="own">${msg('My programs')}</h2>
        ${
          this.onlyHere
            ? html`<p class="quiet small" role="status">
                ${msg('The server cannot be reached. This is what is on this device.')}
              </p>`
            : nothing
        }
        ${
          this.own?.length === 0
            ? html`<p class="quiet">${msg('What you draw or open is kept here: only for you, until you publish it.')}</p>`
            : html`<ul role="list">
                ${this.own?.map((one) => this.#row(one))}
              </ul>`
        }
      </section>
      ${
        this.templates.length > 0
          ? html`<section class="templates" aria-labelledby="templates">
              <h2 id="templates">${msg('Begin with one of the library')}</h2>
              <p class="quiet small">${msg('It opens in the editor. Saving makes one of your own, and leaves the first as it is.')}</p>
              <ul role="list">
                ${this.templates.map(
                  (one) =>
                    html`<li>
                      <nes-curve .program=${one.program}></nes-curve>
                      <div>
                        <p class="name"><a href=${to(`edit/${encodeURIComponent(one.slug)}`)}>${one.title}</a></p>
                        <p class="quiet small figures">${categoryName(one.category)} · ${duration(one.durationSeconds)}</p>
                      </div>
                    </li>`,
                )}
              </ul>
            </section>`
          : nothing
      }
    `;
  }

  #row({ title, path, durationSeconds, changedAt, visibility, local }: Own): TemplateResult {
    return html`<li>
      ${local ? html`<nes-curve .program=${local.program}></nes-curve>` : html`<span class="blank"></span>`}
      <div>
        <p class="name"><a href=${to(path)}>${title}</a></p>
        <p class="quiet small figures">
          ${duration(durationSeconds)} · ${visibility ? visibilityName(visibility) : msg('on this device')} ·
          ${date(changedAt, { dateStyle: 'medium' })}
        </p>
      </div>
      ${
        local
          ? html`<button
              class="round"
              aria-label=${msg(str`Play ${title}`)}
              @click=${() =>
                playProtocol({
                  id: null,
                  revisionId: null,
                  slug: null,
                  title,
                  category: local.words?.category ?? '',
                  program: local.program,
                })}
            >
              ${icon('play')}
            </button>`
          : nothing
      }
    </li>`;
  }
}
