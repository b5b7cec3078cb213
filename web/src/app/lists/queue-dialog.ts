import { msg, str } from '@lit/localize';
import { totalSeconds } from '@nes/program/values.ts';
import { css, html, nothing, type TemplateResult } from 'lit';
import chevronDown from '#icons/chevron-down.svg?raw';
import chevronUp from '#icons/chevron-up.svg?raw';
import { define } from '../../elements/define.ts';
import { Follow } from '../../elements/element.ts';
import { duration } from '../../elements/format.ts';
import { icon, inlineIcon } from '../../elements/icons.ts';
import { type Queued, queue } from '../../session/queue.ts';
import { playerSession } from '../../session/session.ts';
import { DialogElement, keepKeys } from '../dialog-element.ts';
import { to } from '../router.ts';
import { showError } from '../toast.ts';

/** What comes after what sounds now. */
export class QueueDialog extends DialogElement {
  static override styles = [
    DialogElement.styles,
    css`
      dialog {
        --dialog-width: 34rem;
      }
      .all {
        display: grid;
        gap: var(--space-4);
      }
      li {
        display: grid;
        grid-template-columns: minmax(0, 1fr) auto;
        align-items: center;
        gap: var(--space-2);
        padding: var(--space-2) 0;
        border-top: 1px solid var(--line);
      }
      li p {
        overflow-wrap: anywhere;
      }
      .keys {
        display: flex;
      }
      .over p {
        color: var(--quiet);
      }
      [aria-current] p {
        font-weight: 560;
      }
      .name {
        justify-content: start;
        padding: 0;
        white-space: normal;
        text-align: start;
      }
    `,
  ];

  constructor() {
    super();
    new Follow(this, [queue, playerSession]);
  }

  protected override render(): TemplateResult {
    const { entries, at } = queue;
    return html`<dialog
      aria-labelledby="title"
      @keydown=${keepKeys}
      @close=${() => this.remove()}
    >
      <div class="all">
        <h2 id="title">${msg('Queue')}</h2>
        ${
          entries.length === 0
            ? html`<p class="quiet">${msg('Nothing comes after this. “Add to queue” on a protocol’s page puts it here.')}</p>`
            : html`<ol role="list">
                ${entries.map((entry, index) => this.#row(entry, index, at))}
              </ol>`
        }
        ${queue.options.repeat && entries.length > 0 ? html`<p class="quiet small">${msg('Then from the beginning again.')}</p>` : nothing}
        <div class="actions">
          <a class="button" href=${to('lists')} @click=${this.close}>${msg('Lists and plan')}</a>
          <form method="dialog"><button class="primary">${msg('Done')}</button></form>
        </div>
      </div>
    </dialog>`;
  }

  #row({ protocol, seconds }: Queued, index: number, at: number): TemplateResult {
    const { title, program } = protocol;
    const length = seconds ?? totalSeconds(program);
    const coming = index > at;
    const last = queue.entries.length - 1;
    const key = (label: string, picture: unknown, act: () => void, possible = true) =>
      html`<button class="bare square" aria-label=${label} title=${label} ?disabled=${!possible} @click=${act}>${picture}</button>`;
    return html`<li class=${index < at ? 'over' : ''} aria-current=${index === at ? 'true' : nothing}>
      <p>
        ${
          index === at
            ? title
            : html`<button class="bare name" aria-label=${msg(str`Play ${title}`)} @click=${() => queue.go(index).catch(showError)}>${title}</button>`
        }
        <span class="quiet small figures">${Number.isFinite(length) ? duration(length) : msg('endless')}</span>
      </p>
      ${
        coming
          ? html`<div class="keys">
              ${key(msg(str`${title} earlier`), inlineIcon(chevronUp), () => queue.move(index, -1), index > at + 1)}
              ${key(msg(str`${title} later`), inlineIcon(chevronDown), () => queue.move(index, 1), index < last)}
              ${key(msg(str`Take ${title} out`), icon('close'), () => queue.remove(index))}
            </div>`
          : nothing
      }
    </li>`;
  }
}

/** Opens the queue over whatever is shown. */
export function openQueue(): void {
  define('nes-queue', QueueDialog);
  document.body.append(document.createElement('nes-queue'));
}
