import type { CSSResultGroup } from 'lit';
import { NesElement } from '../elements/element.ts';
import { base, controls } from '../styles/base.ts';
import { dialog } from '../styles/dialog.ts';

/** The page's letters (s for Stop, …) are not meant in a dialog; Escape is. */
export const keepKeys = (event: KeyboardEvent): void => {
  if (event.key !== 'Escape') event.stopPropagation();
};

/** A dialog that opens as soon as it stands on the page. Its `close` event takes it away. */
export class DialogElement extends NesElement {
  static override styles: CSSResultGroup = [base, controls, dialog];

  protected override firstUpdated(): void {
    this.renderRoot.querySelector('dialog')?.showModal();
  }

  protected close(): void {
    this.renderRoot.querySelector('dialog')?.close();
  }
}
