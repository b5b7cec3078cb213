import { msg, str } from '@lit/localize';
import { css, html, type TemplateResult } from 'lit';
import { type ListItem, lists, newList } from '../../data/lists.ts';
import { define } from '../../elements/define.ts';
import { Follow } from '../../elements/element.ts';
import { DialogElement } from '../dialog-element.ts';
import { loadSession, playProtocol } from '../play.ts';
import { showError, showToast } from '../toast.ts';
import { entriesOf, loadQueue } from './entries.ts';

/** Puts a protocol into the queue or into a list. */
export class AddDialog extends DialogElement {
  static override styles = [
    DialogElement.styles,
    css`
      dialog {
        --dialog-width: 26rem;
      }
      .all,
      .choices {
        display: grid;
        gap: var(--space-3);
      }
      .all {
        gap: var(--space-5);
      }
      button {
        justify-content: start;
        min-height: 2.75rem;
        white-space: normal;
        text-align: start;
        overflow-wrap: anywhere;
      }
      h3 {
        font-size: var(--size--1);
        font-weight: 500;
        color: var(--quiet);
      }
      .actions button {
        justify-content: center;
      }
    `,
  ];

  static override properties = { item: { attribute: false } };

  declare item: ListItem | null;

  constructor() {
    super();
    this.item = null;
    new Follow(this, [lists]);
  }

  /** Into the queue; where nothing sounds, it is played at once. */
  async #queue(next: boolean): Promise<void> {
    const { item } = this;
    if (!item) return;
    this.close();
    try {
      const [entry] = await entriesOf([item]);
      if (!entry) return;
      const [{ playerSession }, { queue }] = await Promise.all([loadSession(), loadQueue()]);
      const { state } = playerSession;
      if (state !== 'playing' && state !== 'paused') {
        await playProtocol(entry.protocol);
        return;
      }
      if (next) queue.playNext(entry);
      else queue.playLater(entry);
      showToast({ message: next ? msg(str`${item.title} comes next.`) : msg(str`${item.title} comes at the end.`) });
    } catch (error) {
      showError(error);
    }
  }

  #keep(id: string | null): void {
    const { item } = this;
    if (!item) return;
    this.close();
    const known = lists.all.find((list) => list.id === id);
    const list = known ? { ...known, items: [...known.items, item] } : newList(item.title, [item]);
    lists
      .keep(list)
      .then(() => showToast({ message: msg(str`${item.title} is in the list ${list.name}.`) }))
      .catch(showError);
  }

  protected override render(): TemplateResult {
    return html`<dialog aria-labelledby="title" @close=${() => this.remove()}>
      <div class="all">
        <h2 id="title">${this.item?.title ?? ''}</h2>
        <div class="choices">
          <button @click=${() => this.#queue(true)}>${msg('Play next')}</button>
          <button @click=${() => this.#queue(false)}>${msg('Play later')}</button>
        </div>
        <div class="choices">
          <h3>${msg('Into a list')}</h3>
          ${lists.all.map((list) => html`<button @click=${() => this.#keep(list.id)}>${list.name}</button>`)}
          <button @click=${() => this.#keep(null)}>${msg('New list')}</button>
        </div>
        <form method="dialog" class="actions"><button>${msg('Cancel')}</button></form>
      </div>
    </dialog>`;
  }
}

/** Asks where a protocol is to go. */
export function openAdd(item: ListItem): void {
  define('nes-add', AddDialog);
  const element = document.createElement('nes-add') as AddDialog;
  element.item = item;
  document.body.append(element);
}
