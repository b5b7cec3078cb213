import { msg } from '@lit/localize';
import { html, type TemplateResult } from 'lit';
import { NesElement } from '../elements/element.ts';
import { base, controls, page } from '../styles/base.ts';
import { to } from './router.ts';
import type { Page } from './routes.ts';

/** Where nothing is. */
export class MissingPage extends NesElement implements Page {
  static override styles = [base, controls, page];

  declare params: Record<string, string>;

  constructor() {
    super();
    this.params = {};
  }

  get pageTitle(): string {
    return msg('Nothing here');
  }

  protected override render(): TemplateResult {
    return html`<div class="stack">
      <h1 tabindex="-1">${msg('There is nothing at this address.')}</h1>
      <p class="quiet">${msg('The link may be old, or the protocol may no longer be public.')}</p>
      <p><a class="button primary" href=${to()}>${msg('Go to the library')}</a></p>
    </div>`;
  }
}
