import { msg } from '@lit/localize';
import type { Note } from '@nes/program/model.ts';
import { css, html, type PropertyDeclarations, type TemplateResult } from 'lit';
import { DialogElement } from '../dialog-element.ts';
import { told } from '../program-words.ts';
import { noteCount } from './words.ts';

/** Says everything that a written file could not hold. */
export class ExportDialog extends DialogElement {
  static override styles = [
    DialogElement.styles,
    css`
      h2 {
        font-size: var(--size-2);
        overflow-wrap: anywhere;
      }
      ul {
        padding: 0;
        list-style: none;
        border-top: 1px solid var(--line);
      }
      li {
        padding: var(--space-2) 0;
        border-bottom: 1px solid var(--line);
      }
    `,
  ];

  static override properties: PropertyDeclarations = {
    name: { attribute: false },
    notes: { attribute: false },
  };

  /** The file's name. */
  declare name: string;
  declare notes: readonly Note[];

  protected override render(): TemplateResult {
    return html`<dialog aria-labelledby="title" @close=${() => this.remove()}>
      <form method="dialog" class="stack">
        <div>
          <h2 id="title">${this.name}</h2>
          <p class="quiet">${noteCount(this.notes.length)}. ${msg('This is what the program says and the file holds otherwise, or not at all.')}</p>
        </div>
        <ul>
          ${this.notes.map(({ message }) => html`<li>${told(message)}</li>`)}
        </ul>
        <div class="actions">
          <button class="primary" autofocus>${msg('Close')}</button>
        </div>
      </form>
    </dialog>`;
  }
}
