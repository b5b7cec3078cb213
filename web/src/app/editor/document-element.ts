import type { PropertyDeclarations, PropertyValues } from 'lit';
import { NesElement } from '../../elements/element.ts';
import type { EditorDocument } from './document.ts';
import type { EditorView } from './view.ts';

/** A part of the editor: it draws itself again when the document or the view changes. */
export class DocumentElement extends NesElement {
  static override properties: PropertyDeclarations = {
    doc: { attribute: false },
    view: { attribute: false },
  };

  declare doc: EditorDocument;
  declare view: EditorView;

  #following: EventTarget[] = [];

  protected readonly docChanged = (): void => this.requestUpdate();
  protected readonly viewChanged = (): void => this.requestUpdate();
  #onDoc = (): void => this.docChanged();
  #onView = (): void => this.viewChanged();

  protected override willUpdate(changed: PropertyValues): void {
    if (changed.has('doc') || changed.has('view')) this.#follow();
  }

  override connectedCallback(): void {
    super.connectedCallback();
    if (this.doc) this.#follow();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#leave();
  }

  #follow(): void {
    this.#leave();
    if (!this.isConnected) return;
    this.doc?.addEventListener('change', this.#onDoc);
    this.view?.addEventListener('change', this.#onView);
    this.#following = [this.doc, this.view].filter((one) => one !== undefined);
  }

  #leave(): void {
    for (const one of this.#following) {
      one.removeEventListener('change', this.#onDoc);
      one.removeEventListener('change', this.#onView);
    }
    this.#following = [];
  }
}
