import { msg, str } from '@lit/localize';
import { css, html, nothing, type TemplateResult } from 'lit';
import { ask, tell, type UserError } from '../../data/client.ts';
import {
  AccessTokensDocument,
  CreateAccessTokenDocument,
  type KeptTokenFragment,
  RevokeAccessTokenDocument,
} from '../../data/generated/access-tokens.ts';
import { NesElement } from '../../elements/element.ts';
import { date } from '../../elements/format.ts';
import { list } from '../../elements/list.ts';
import { base, controls } from '../../styles/base.ts';
import { showError, showToast } from '../toast.ts';
import { type Scope, scopeWords } from './scope-words.ts';

/** Tokens for programs of the person: what each may do, when it was last used, and the way to end it. */
export class TokensPanel extends NesElement {
  static override styles = [
    base,
    controls,
    css`
      :host,
      form,
      fieldset {
        display: grid;
        gap: var(--space-4);
      }
      li {
        display: flex;
        align-items: center;
        justify-content: space-between;
        gap: var(--space-4);
        padding: var(--space-3) 0;
        border-top: 1px solid var(--line);
      }
      code {
        overflow-wrap: anywhere;
        user-select: all;
      }
      .wrong {
        color: var(--danger);
      }
    `,
  ];

  static override properties = {
    tokens: { state: true },
    made: { state: true },
    errors: { state: true },
    busy: { state: true },
  };

  /** Null while they are not known. */
  declare protected tokens: readonly KeptTokenFragment[] | null;
  /** The token that was made just now. */
  declare protected made: string;
  declare protected errors: readonly UserError[];
  declare protected busy: boolean;

  constructor() {
    super();
    this.tokens = null;
    this.made = '';
    this.errors = [];
    this.busy = false;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.#load();
  }

  async #load(): Promise<void> {
    try {
      const { viewer } = await ask(AccessTokensDocument, {});
      this.tokens = viewer?.accessTokens ?? [];
    } catch {
      this.tokens = null;
    }
  }

  protected override render(): TemplateResult {
    if (!this.tokens) return html`<p class="quiet">${msg('The list of tokens needs the server.')}</p>`;
    return html`
      ${
        this.made
          ? html`<p role="status">${msg('This is the token. It is shown only now; keep it like a password.')}<br /><code>${this.made}</code></p>`
          : nothing
      }
      ${
        this.tokens.length > 0
          ? html`<ul role="list">
              ${this.tokens.map((token) => this.#token(token))}
            </ul>`
          : nothing
      }
      <details>
        <summary>${msg('Make a token')}</summary>
        <form novalidate @submit=${this.#make}>
          <label class="field">${msg('What it is for')} <input name="name" maxlength="100" required /></label>
          <fieldset>
            <legend>${msg('What it may do')}</legend>
            ${Object.entries(scopeWords()).map(
              ([scope, label]) => html`<label class="check">
                <input type="checkbox" name="scope" value=${scope} ?checked=${scope === 'READ'} /> <span>${label}</span>
              </label>`,
            )}
          </fieldset>
          <label class="field">
            ${msg('Days until it runs out')}
            <input name="days" type="number" min="1" max="366" value="90" inputmode="numeric" />
          </label>
          <label class="field">
            ${msg('Present password')}
            <input name="password" type="password" autocomplete="current-password" required />
          </label>
          ${this.errors.map((error) => html`<p class="wrong" role="alert">${error.message}</p>`)}
          <p><button ?disabled=${this.busy}>${msg('Make the token')}</button></p>
        </form>
      </details>
    `;
  }

  #token(token: KeptTokenFragment): TemplateResult {
    const words = scopeWords();
    const used = token.lastUsedAt ? msg(str`last used ${date(token.lastUsedAt)}`) : msg('not used yet');
    return html`<li>
      <div>
        <p>${token.name}</p>
        <p class="quiet small">${list(token.scopes.map((scope) => words[scope]))}</p>
        <p class="quiet small">${used}, ${msg(str`runs out ${date(token.expiresAt)}`)}</p>
      </div>
      <button aria-label=${msg(str`Revoke ${token.name}`)} @click=${() => this.#revoke(token)}>${msg('Revoke')}</button>
    </li>`;
  }

  #make = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    const form = event.target as HTMLFormElement;
    const values = new FormData(form);
    const days = Number(values.get('days'));
    this.busy = true;
    this.made = '';
    try {
      const { createAccessToken } = await tell(CreateAccessTokenDocument, {
        input: {
          name: String(values.get('name') ?? ''),
          scopes: values.getAll('scope') as Scope[],
          expiresInDays: Number.isInteger(days) ? days : null,
          password: String(values.get('password') ?? ''),
        },
      });
      this.errors = createAccessToken.userErrors;
      if (createAccessToken.token) {
        this.made = createAccessToken.token;
        form.reset();
        await this.#load();
      }
    } catch (error) {
      showError(error);
    }
    this.busy = false;
  };

  async #revoke(token: KeptTokenFragment): Promise<void> {
    try {
      const { revokeAccessToken } = await tell(RevokeAccessTokenDocument, { input: { id: token.id } });
      const [error] = revokeAccessToken.userErrors;
      showToast({ message: error?.message ?? msg('The token is revoked.') });
      this.made = '';
      await this.#load();
    } catch (error) {
      showError(error);
    }
  }
}
