import { msg, str } from '@lit/localize';
import { css, html, nothing, type TemplateResult } from 'lit';
import { account } from '../../data/account.ts';
import { ask, tell, type UserError } from '../../data/client.ts';
import { EndDeviceDocument, ViewerDocument, type ViewerQuery } from '../../data/generated/graphql.ts';
import { Follow, NesElement } from '../../elements/element.ts';
import { date } from '../../elements/format.ts';
import { base, controls, page } from '../../styles/base.ts';
import type { Page } from '../routes.ts';
import { showError, showToast } from '../toast.ts';

type Device = NonNullable<ViewerQuery['viewer']>['devices'][number];

/** Who one is: a guest who can sign up or in, or an account with its devices. */
export class AccountPage extends NesElement implements Page {
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
      .columns {
        display: grid;
        grid-template-columns: minmax(0, 26rem) minmax(0, 34rem);
        gap: var(--space-6) var(--space-8);
        align-items: start;
      }
      form {
        display: grid;
        gap: var(--space-4);
      }
      .tabs {
        display: flex;
        gap: var(--space-5);
        border-bottom: 1px solid var(--line);
      }
      .tabs button {
        position: relative;
        padding: 0;
        border: 0;
        border-radius: 0;
        color: var(--quiet);
      }
      .tabs button[aria-selected='true'] {
        color: var(--text);
      }
      .tabs button[aria-selected='true']::after {
        content: '';
        position: absolute;
        inset: auto 0 -1px;
        height: 2px;
        background: var(--accent);
      }
      .gains {
        display: grid;
        gap: var(--space-4);
      }
      .gains li {
        display: grid;
        grid-template-columns: 1.5rem minmax(0, 1fr);
        gap: var(--space-3);
      }
      .gains li::before {
        content: '';
        width: 0.6rem;
        height: 0.6rem;
        margin-top: 0.5em;
        border: 1.5px solid var(--accent);
        border-radius: 50%;
      }
      .wrong {
        color: var(--danger);
      }
      .devices li {
        display: flex;
        align-items: center;
        justify-content: space-between;
        gap: var(--space-4);
        padding: var(--space-3) 0;
        border-top: 1px solid var(--line);
      }
      @media (width < 960px) {
        .columns {
          grid-template-columns: minmax(0, 1fr);
        }
      }
    `,
  ];

  static override properties = {
    tab: { state: true },
    errors: { state: true },
    busy: { state: true },
    devices: { state: true },
  };

  declare params: Record<string, string>;
  declare protected tab: 'up' | 'in';
  declare protected errors: readonly UserError[];
  declare protected busy: boolean;
  declare protected devices: readonly Device[] | null;

  constructor() {
    super();
    this.params = {};
    this.tab = 'up';
    this.errors = [];
    this.busy = false;
    this.devices = null;
    new Follow(this, [account], () => this.#load());
  }

  get pageTitle(): string {
    return msg('Account');
  }

  override connectedCallback(): void {
    super.connectedCallback();
    account.ready.then(() => {
      this.requestUpdate();
      this.#load();
    });
  }

  async #load(): Promise<void> {
    if (!account.signedIn) {
      this.devices = null;
      return;
    }
    try {
      const { viewer } = await ask(ViewerDocument, {});
      this.devices = viewer?.devices ?? [];
    } catch {
      this.devices = null;
    }
  }

  protected override render(): TemplateResult {
    return account.signedIn ? this.#mine() : this.#guest();
  }

  #guest(): TemplateResult {
    const up = this.tab === 'up';
    return html`<header>
        <h1 tabindex="-1">${msg('Account')}</h1>
        <p class="quiet">${msg('You are a guest. Everything works, and everything is kept on this device.')}</p>
      </header>
      <div class="columns">
        <div class="panel stack">
          <div class="tabs" role="tablist" aria-label=${msg('Account')} @keydown=${this.#tabKey}>
            <button role="tab" id="tab-up" aria-controls="panel" aria-selected=${up} tabindex=${up ? 0 : -1} @click=${() => this.#show('up')}>
              ${msg('Sign up')}
            </button>
            <button role="tab" id="tab-in" aria-controls="panel" aria-selected=${!up} tabindex=${up ? -1 : 0} @click=${() => this.#show('in')}>
              ${msg('Sign in')}
            </button>
          </div>
          <form id="panel" role="tabpanel" aria-labelledby=${up ? 'tab-up' : 'tab-in'} novalidate @submit=${this.#submit}>
            ${this.#field('email', msg('E-mail'), 'email', 'email')}
            ${this.#field('password', msg('Password'), 'password', up ? 'new-password' : 'current-password', up ? msg('At least 8 characters.') : '')}
            ${up ? this.#field('displayName', msg('Name that others see (optional)'), 'text', 'nickname') : nothing}
            ${this.errors
              .filter((error) => !this.#fieldOf(error))
              .map((error) => html`<p class="wrong" role="alert">${error.message}</p>`)}
            <button class="primary" ?disabled=${this.busy}>
              ${this.busy ? msg('One moment') : up ? msg('Sign up') : msg('Sign in')}
            </button>
          </form>
        </div>
        <ul class="gains" role="list">
          <li>${msg('Your history and your answers move to the account, once, and are then on all your devices.')}</li>
          <li>${msg('A session on one device is shown live on the others, and they can control it.')}</li>
          <li>${msg('You can publish programs of your own, export everything, and delete everything.')}</li>
        </ul>
      </div>`;
  }

  #fieldOf(error: UserError): string | undefined {
    return ['email', 'password', 'displayName'].find((name) => error.field?.includes(name));
  }

  #field(name: string, label: string, type: string, complete: string, hint = ''): TemplateResult {
    const error = this.errors.find((one) => this.#fieldOf(one) === name);
    return html`<label class="field">
      ${label}
      <input
        name=${name}
        type=${type}
        autocomplete=${complete}
        aria-invalid=${error ? 'true' : nothing}
        aria-describedby=${error || hint ? `${name}-hint` : nothing}
        ?required=${name !== 'displayName'}
      />
      ${
        error
          ? html`<span class="problem" id="${name}-hint" role="alert">${error.message}</span>`
          : hint
            ? html`<span id="${name}-hint">${hint}</span>`
            : nothing
      }
    </label>`;
  }

  #show(tab: 'up' | 'in'): void {
    this.tab = tab;
    this.errors = [];
  }

  async #tabKey(event: KeyboardEvent): Promise<void> {
    if (event.key !== 'ArrowLeft' && event.key !== 'ArrowRight') return;
    event.preventDefault();
    this.#show(this.tab === 'up' ? 'in' : 'up');
    await this.updateComplete;
    this.renderRoot.querySelector<HTMLElement>('[role=tab][aria-selected=true]')?.focus();
  }

  async #submit(event: SubmitEvent): Promise<void> {
    event.preventDefault();
    const form = new FormData(event.target as HTMLFormElement);
    const text = (name: string): string => String(form.get(name) ?? '');
    const values = { email: text('email').trim(), password: text('password') };
    this.busy = true;
    this.errors = [];
    try {
      const errors =
        this.tab === 'up'
          ? await account.signUp({ ...values, displayName: text('displayName').trim() })
          : await account.signIn(values);
      this.errors = errors;
      if (errors.length === 0) {
        showToast({
          message: this.tab === 'up' ? msg('Welcome. What you did as a guest is in your account.') : msg('Signed in.'),
        });
      } else {
        await this.updateComplete;
        this.renderRoot.querySelector<HTMLElement>('[aria-invalid]')?.focus();
      }
    } catch {
      showToast({ message: msg('The server cannot be reached. You can go on as a guest and try again later.') });
    }
    this.busy = false;
  }

  #mine(): TemplateResult {
    const { viewer } = account;
    return html`<header>
        <h1 tabindex="-1">${viewer?.displayName || msg('Account')}</h1>
        <p class="quiet">
          ${viewer?.email}${viewer && !viewer.emailVerified ? html`, ${msg('not verified')}` : nothing}
        </p>
      </header>
      <div class="columns">
        <section class="panel stack" aria-labelledby="devices">
          <h2 id="devices">${msg('Devices')}</h2>
          ${
            this.devices
              ? html`<ul class="devices" role="list">
                  ${this.devices.map((device) => this.#device(device))}
                </ul>`
              : html`<p class="quiet">${msg('The list of devices needs the server.')}</p>`
          }
          <div class="row">
            <button @click=${() => this.#leave(() => account.signOut())}>${msg('Sign out')}</button>
            <button class="danger" @click=${() => this.#leave(() => account.signOutEverywhere())}>
              ${msg('Sign out everywhere')}
            </button>
          </div>
        </section>
      </div>`;
  }

  #device(device: Device): TemplateResult {
    return html`<li>
      <div>
        <p>${device.name || msg('Unnamed device')}</p>
        <p class="quiet small">
          ${device.current ? msg('this one') : msg(str`last used ${date(device.lastUsedAt)}`)}
        </p>
      </div>
      ${
        device.current
          ? nothing
          : html`<button aria-label=${msg(str`Sign out ${device.name}`)} @click=${() => this.#end(device)}>${msg('Sign out')}</button>`
      }
    </li>`;
  }

  async #end(device: Device): Promise<void> {
    try {
      const { endDevice } = await tell(EndDeviceDocument, { input: { id: device.id } });
      const [error] = endDevice.userErrors;
      if (error) showToast({ message: error.message });
      await this.#load();
    } catch (error) {
      showError(error);
    }
  }

  async #leave(work: () => Promise<void>): Promise<void> {
    try {
      await work();
      showToast({ message: msg('Signed out.') });
    } catch {
      showToast({ message: msg('The server cannot be reached, so nothing was signed out.') });
    }
  }
}
