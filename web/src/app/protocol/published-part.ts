import { msg, str } from '@lit/localize';
import { css, html, nothing, type TemplateResult } from 'lit';
import { type RevisionLine, revisionsOf } from '../../data/authoring.ts';
import type { LibraryProtocol } from '../../data/library.ts';
import { define } from '../../elements/define.ts';
import { NesElement } from '../../elements/element.ts';
import { date } from '../../elements/format.ts';
import { base, controls } from '../../styles/base.ts';
import { showError } from '../toast.ts';
import { ReportDialog } from './report-dialog.ts';

define('nes-report-dialog', ReportDialog);

/** What only a protocol that somebody published has: its versions, and a way to say that something is wrong with it. */
export class PublishedPart extends NesElement {
  static override styles = [
    base,
    controls,
    css`
      :host {
        display: grid;
        gap: var(--space-4);
      }
      summary {
        cursor: pointer;
      }
      ol {
        display: grid;
        gap: var(--space-3);
        padding-block: var(--space-3);
      }
      li p {
        overflow-wrap: anywhere;
      }
      @media print {
        :host {
          display: none;
        }
      }
    `,
  ];

  static override properties = { protocol: { attribute: false }, lines: { state: true } };

  declare protocol: LibraryProtocol;
  /** Null: not asked for yet. */
  declare protected lines: readonly RevisionLine[] | null;

  constructor() {
    super();
    this.lines = null;
  }

  async #list(event: Event): Promise<void> {
    if (!(event.target as HTMLDetailsElement).open || this.lines) return;
    try {
      this.lines = await revisionsOf(this.protocol.slug);
    } catch (error) {
      showError(error);
    }
  }

  #report(): void {
    const dialog = document.createElement('nes-report-dialog') as ReportDialog;
    dialog.protocolId = this.protocol.id;
    document.body.append(dialog);
  }

  protected override render(): TemplateResult {
    return html`<details @toggle=${this.#list}>
        <summary>${msg('Revisions')}</summary>
        <ol role="list" reversed>
          ${this.lines?.map(
            ({ number, note, createdAt }) => html`<li>
              ${note ? html`<p>${note}</p>` : nothing}
              <p class="quiet small">${msg(str`Revision ${number}`)}, ${date(createdAt)}</p>
            </li>`,
          )}
        </ol>
      </details>
      ${
        this.protocol.isMine
          ? nothing
          : html`<p><button class="bare" @click=${this.#report}>${msg('Report this protocol')}</button></p>`
      }`;
  }
}

define('nes-published-part', PublishedPart);
