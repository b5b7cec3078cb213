import { adoptStyles, type CSSResult } from 'lit';
import { NesElement } from './element.ts';

/**
 * What every embeddable element extends. The entry holds little more than the elements' names and what they do first;
 * what they look like when they have something to show comes after, and brings its own styles.
 */
export class EmbedElement extends NesElement {
  protected override createRenderRoot(): HTMLElement | DocumentFragment {
    const root = super.createRenderRoot();
    // A server's drawing brings its styles as a <style>, which a strict content policy does not apply.
    if (root instanceof ShadowRoot && root.adoptedStyleSheets.length === 0)
      adoptStyles(root, (this.constructor as typeof EmbedElement).elementStyles);
    return root;
  }

  /** Adds styles that came later, once. */
  protected wear({ styleSheet }: CSSResult): void {
    const root = this.renderRoot;
    if (!styleSheet || !(root instanceof ShadowRoot) || root.adoptedStyleSheets.includes(styleSheet)) return;
    root.adoptedStyleSheets = [...root.adoptedStyleSheets, styleSheet];
  }

  /** Moved within the page in one piece: nothing stops. */
  connectedMoveCallback(): void {}
}
