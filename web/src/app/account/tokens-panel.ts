import { msg, str } from '@lit/localize';
import { css, html, nothing, type TemplateResult } from 'lit';
import { ask, tell } from '../../data/client.ts';
import {
  AccessTokensDocument,
  CreateAccessTokenDocument,
  type KeptTokenFragment,
  RevokeAccessTokenDocument,
} from '../../data/generated/access-tokens.ts';
import { date } from '../../elements/format.ts';
import { list } from '../../elements/list.ts';
import { showError, showToast } from '../toast.ts';
import { type Scope, scopeWords } from './scope-words.ts';
import { SecretsPanel } from './secrets-panel.ts';

/** Tokens for programs of the person: what each may do, when it was last used, and the way to end it. */
export class TokensPanel extends SecretsPanel<KeptTokenFragment> {
  static override styles = [
    SecretsPanel.styles,
    css`
      li {
        display: flex;
        align-items: center;
        justify-content: space-between;
        gap: var(--space-4);
        padding: var(--space-3) 0;
        border-top: 1px solid var(--line);
      }
    `,
  ];

  protected override async read(): Promise<readonly KeptTokenFragment[]> {
    return (await ask(AccessTokensDocument, {})).viewer?.accessTokens ?? [];
  }

  protected override render(): TemplateResult {
    if (!this.rows) return html`<p class="quiet">${msg('The list of tokens needs the server.')}</p>`;
    return html`
      ${this.told(msg('This is the token. It is shown only now; keep it like a password.'))}
      ${
        this.rows.length > 0
          ? html`<ul role="list">
              ${this.rows.map((token) => this.#token(token))}
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
          ${this.formEnd(msg('Make the token'))}
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

  #make = (event: SubmitEvent): Promise<void> =>
    this.make(event, async (values, text) => {
      const days = Number(values.get('days'));
      const { token, userErrors } = (
        await tell(CreateAccessTokenDocument, {
          input: {
            ...{ name: text('name'), scopes: values.getAll('scope') as Scope[], password: text('password') },
            expiresInDays: Number.isInteger(days) ? days : null,
          },
        })
      ).createAccessToken;
      return { secret: token, userErrors };
    });

  async #revoke(token: KeptTokenFragment): Promise<void> {
    try {
      const { revokeAccessToken } = await tell(RevokeAccessTokenDocument, { input: { id: token.id } });
      const [error] = revokeAccessToken.userErrors;
      showToast({ message: error?.message ?? msg('The token is revoked.') });
      this.secret = '';
      await this.load();
    } catch (error) {
      showError(error);
    }
  }
}
