import { msg, str } from '@lit/localize';
import { css, html, nothing, type TemplateResult } from 'lit';
import { account } from '../../data/account.ts';
import { ask, tell, type UserError } from '../../data/client.ts';
import {
  AgreeToDeviceCodeDocument,
  DeviceCodeDocument,
  type DeviceCodeQuery,
  RefuseDeviceCodeDocument,
} from '../../data/generated/device-code.ts';
import { Follow, NesElement } from '../../elements/element.ts';
import { base, controls, page } from '../../styles/base.ts';
import { to } from '../router.ts';
import type { Page } from '../routes.ts';
import { showError } from '../toast.ts';
import { type Scope, scopeWords } from './scope-words.ts';

type Request = NonNullable<DeviceCodeQuery['deviceCode']>;

/** Where a person lets a television or a script in that shows a code: who asks for what, and yes or no. */
export class DevicePage extends NesElement implements Page {
  static override styles = [
    base,
    controls,
    page,
    css`
      header {
        display: grid;
        gap: var(--space-2);
        padding-bottom: var(--space-6);
      }
      form,
      fieldset,
      .panel {
        display: grid;
        gap: var(--space-4);
      }
      .panel {
        max-width: 34rem;
      }
      legend {
        padding: 0;
      }
      .code {
        letter-spacing: 0.12em;
        text-transform: uppercase;
      }
      .name {
        overflow-wrap: anywhere;
      }
      .warning {
        padding-inline-start: var(--space-4);
        border-inline-start: 3px solid var(--danger);
      }
      .wrong {
        color: var(--danger);
      }
      .row button {
        white-space: normal;
      }
    `,
  ];

  static override properties = {
    params: { attribute: false },
    code: { state: true },
    request: { state: true },
    answered: { state: true },
    errors: { state: true },
    unknown: { state: true },
    busy: { state: true },
  };

  declare params: Record<string, string>;
  /** As it was typed, or stands in the link. */
  declare protected code: string;
  /** What is asked for under the code; null before it was looked up. */
  declare protected request: Request | null;
  declare protected answered: 'agreed' | 'refused' | null;
  declare protected errors: readonly UserError[];
  /** No device shows the code that was typed. */
  declare protected unknown: boolean;
  declare protected busy: boolean;

  constructor() {
    super();
    this.params = {};
    this.code = new URLSearchParams(location.hash.slice(1)).get('code')?.slice(0, 40) ?? '';
    this.request = null;
    this.answered = null;
    this.errors = [];
    this.unknown = false;
    this.busy = false;
    new Follow(this, [account]);
  }

  get pageTitle(): string {
    return msg('Connect a device');
  }

  get ready(): Promise<unknown> {
    return account.ready;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    account.ready.then(() => this.requestUpdate());
  }

  protected override render(): TemplateResult {
    return html`<header>
        <h1 tabindex="-1">${this.pageTitle}</h1>
        <p class="quiet">${msg('A television or a script shows a code and asks to act in your place.')}</p>
      </header>
      <div class="panel" role=${this.answered ? 'status' : nothing}>
        ${this.answered ? this.#done() : account.signedIn ? (this.request ? this.#asked(this.request) : this.#typing()) : this.#signIn()}
      </div>`;
  }

  #signIn(): TemplateResult {
    return html`<form novalidate @submit=${this.#enter}>
      <h2>${msg('Sign in first')}</h2>
      <label class="field">${msg('E-mail')} <input name="email" type="email" autocomplete="email" required /></label>
      <label class="field">
        ${msg('Password')} <input name="password" type="password" autocomplete="current-password" required />
      </label>
      ${this.#wrong()}
      <p><button class="primary" ?disabled=${this.busy}>${msg('Sign in')}</button></p>
      <p class="quiet">${msg('No account yet?')} <a href=${to('account')}>${msg('Go to the account')}</a></p>
    </form>`;
  }

  #typing(): TemplateResult {
    return html`<form novalidate @submit=${this.#look}>
      <label class="field">
        ${msg('The code that your device shows')}
        <input
          name="code"
          class="code"
          .value=${this.code}
          maxlength="20"
          autocomplete="off"
          autocapitalize="characters"
          spellcheck="false"
          placeholder="ABCD-EFGH"
          aria-invalid=${this.unknown ? 'true' : nothing}
          aria-describedby=${this.unknown ? 'unknown' : nothing}
          required
        />
        ${
          this.unknown
            ? html`<span class="problem" id="unknown" role="alert">${msg('No device shows this code, or it is too old.')}</span>`
            : nothing
        }
      </label>
      ${this.#care()}
      <p><button class="primary" ?disabled=${this.busy}>${msg('Go on')}</button></p>
    </form>`;
  }

  /** What somebody must know who was sent a code by a thief. */
  #care(): TemplateResult {
    return html`<p class="warning">
      ${msg('Only type a code that you read off your own device just now. Whoever sends you one, or a link with one, wants into your account.')}
    </p>`;
  }

  #asked({ name, scopes, fromHere }: Request): TemplateResult {
    const words = scopeWords();
    return html`<form novalidate @submit=${this.#agree}>
      <h2 class="name">${msg(str`It calls itself “${name}”`)}</h2>
      <p>${msg(str`The device in front of you must show this code: ${this.code.toUpperCase()}`)}</p>
      <p class=${fromHere ? 'quiet' : 'warning'}>
        ${
          fromHere
            ? msg('It asks from the network that you are in.')
            : msg(
                'It asks from another network than yours. That is right where one of the two is on mobile data; else refuse.',
              )
        }
      </p>
      ${this.#care()}
      <fieldset>
        <legend>${msg('What it may do')}</legend>
        ${scopes.map(
          (scope) => html`<label class="check">
            <input type="checkbox" name="scope" value=${scope} checked /> <span>${words[scope]}</span>
          </label>`,
        )}
      </fieldset>
      <label class="field">
        ${msg('Present password')}
        <input name="password" type="password" autocomplete="current-password" required />
      </label>
      ${this.#wrong()}
      <p class="row">
        <button class="primary" ?disabled=${this.busy}>${msg('Let it in')}</button>
        <button type="button" class="danger" ?disabled=${this.busy} @click=${this.#refuse}>${msg('Refuse')}</button>
      </p>
    </form>`;
  }

  #done(): TemplateResult {
    return this.answered === 'agreed'
      ? html`<h2>${msg('The device is let in.')}</h2>
          <p>${msg('It goes on by itself in a few seconds. On the account page, under “Access for programs”, you see it and end it.')}</p>
          <p><a class="button" href=${to('account')}>${msg('Go to the account')}</a></p>`
      : html`<h2>${msg('Refused.')}</h2>
          <p>${msg('The device is told so, and its code is worth nothing any more.')}</p>`;
  }

  #wrong(): TemplateResult[] {
    return this.errors.map((error) => html`<p class="wrong" role="alert">${error.message}</p>`);
  }

  /** Does one thing at a time; what fails altogether is told in a toast. */
  async #do(work: () => Promise<readonly UserError[]>): Promise<boolean> {
    this.busy = true;
    this.errors = [];
    this.unknown = false;
    try {
      this.errors = await work();
    } catch (error) {
      showError(error);
      this.busy = false;
      return false;
    }
    this.busy = false;
    return this.errors.length === 0;
  }

  #enter = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    const values = new FormData(event.target as HTMLFormElement);
    await this.#do(() =>
      account.signIn({
        email: String(values.get('email') ?? '').trim(),
        password: String(values.get('password') ?? ''),
      }),
    );
  };

  #look = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    this.code = String(new FormData(event.target as HTMLFormElement).get('code') ?? '').trim();
    await this.#do(async () => {
      const { deviceCode } = await ask(DeviceCodeDocument, { userCode: this.code });
      this.request = deviceCode ?? null;
      this.unknown = deviceCode === null;
      return [];
    });
    await this.updateComplete;
    this.renderRoot.querySelector<HTMLElement>(this.unknown ? '[name=code]' : '[name=scope]')?.focus();
  };

  #agree = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    const values = new FormData(event.target as HTMLFormElement);
    const input = {
      userCode: this.code,
      scopes: values.getAll('scope') as Scope[],
      password: String(values.get('password') ?? ''),
    };
    const good = await this.#do(
      async () => (await tell(AgreeToDeviceCodeDocument, { input })).agreeToDeviceCode.userErrors,
    );
    if (good) this.answered = 'agreed';
  };

  #refuse = async (): Promise<void> => {
    const input = { userCode: this.code };
    const good = await this.#do(
      async () => (await tell(RefuseDeviceCodeDocument, { input })).refuseDeviceCode.userErrors,
    );
    if (good) this.answered = 'refused';
  };
}
