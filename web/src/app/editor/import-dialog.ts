import { msg, str } from '@lit/localize';
import { css, html, nothing, type PropertyDeclarations, type TemplateResult } from 'lit';
import { DialogElement } from '../dialog-element.ts';
import '../../elements/curve/nes-curve.ts';
import type { ProgramFile } from '@nes/program/model.ts';
import { duration } from '../../elements/format.ts';
import { longDialog } from '../../styles/dialog.ts';
import { told } from '../program-words.ts';
import { noteCount, voiceCount } from './words.ts';

/** What to do with a file that was read. */
export type ImportChoice = 'open' | 'add' | 'leave';

/** Shows what a file holds and everything that could not be kept as it was, before anything happens to the work. */
export class ImportDialog extends DialogElement {
  static override styles = [
    DialogElement.styles,
    longDialog,
    css`
      dialog {
        --dialog-width: 44rem;
      }
      form {
        gap: var(--space-4);
      }
      h2 {
        font-size: var(--size-3);
        overflow-wrap: anywhere;
      }
      nes-curve {
        height: 7rem;
      }
      ol {
        display: grid;
        padding: 0;
        list-style: none;
        border-top: 1px solid var(--line);
      }
      li {
        display: grid;
        grid-template-columns: 5rem 1fr;
        gap: var(--space-3);
        padding: var(--space-2) 0;
        border-bottom: 1px solid var(--line);
      }
      li span:first-child {
        color: var(--quiet);
        font-variant-numeric: tabular-nums;
      }
    `,
  ];

  static override properties: PropertyDeclarations = {
    file: { attribute: false },
    empty: { type: Boolean },
  };

  declare file: ProgramFile;
  /** Nothing was drawn yet, so there is nothing to add to. */
  declare empty: boolean;

  #resolve: (choice: ImportChoice) => void = () => {};
  readonly choice: Promise<ImportChoice> = new Promise((resolve) => {
    this.#resolve = resolve;
  });

  protected override render(): TemplateResult {
    const { title, program, notes } = this.file;
    const voices = program.voices.length;
    return html`<dialog
      aria-labelledby="title"
      @close=${(event: Event) => {
        const { returnValue } = event.target as HTMLDialogElement;
        this.#resolve(returnValue === 'open' || returnValue === 'add' ? returnValue : 'leave');
        this.remove();
      }}
    >
      <form method="dialog">
        <div>
          <h2 id="title">${title || msg('Untitled')}</h2>
          <p class="quiet">${voiceCount(voices)}, ${duration(program.durationSeconds)}</p>
        </div>
        <nes-curve .program=${program} scale></nes-curve>
        ${
          notes.length > 0
            ? html`<div>
                <h3>${noteCount(notes.length)}</h3>
                <p class="quiet small">${msg('This is what the file says and a program holds otherwise, or not at all.')}</p>
              </div>
              <ol>
                ${notes.map(
                  (note) => html`<li>
                    <span>${note.line > 0 ? msg(str`Line ${note.line}`) : msg('The file')}</span><span>${told(note.message)}</span>
                  </li>`,
                )}
              </ol>`
            : html`<p class="quiet">${msg('Everything in the file was kept.')}</p>`
        }
        <div class="actions">
          <button value="leave" class="bare">${msg('Cancel')}</button>
          ${this.empty ? nothing : html`<button value="add">${msg('Add its voices')}</button>`}
          <button value="open" class="primary" autofocus>${msg('Open it here')}</button>
        </div>
      </form>
    </dialog>`;
  }
}
