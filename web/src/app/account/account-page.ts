import { msg, str } from '@lit/localize';
import { css, html, nothing, type TemplateResult } from 'lit';
import { account } from '../../data/account.ts';
import { apiAddress } from '../../data/address.ts';
import { ask, tell, type UserError } from '../../data/client.ts';
import {
  ChangePasswordDocument,
  EndDeviceDocument,
  OperatorDocument,
  RequestEmailVerificationDocument,
  RequestPasswordResetDocument,
  RequestSignInLinkDocument,
  ResetPasswordDocument,
  StopEmailChangeDocument,
  VerifyEmailDocument,
  ViewerDocument,
  type ViewerQuery,
} from '../../data/generated/account-care.ts';
import { ChangeEmailDocument } from '../../data/generated/moderation.ts';
import { define } from '../../elements/define.ts';
import { Follow, NesElement } from '../../elements/element.ts';
import { date } from '../../elements/format.ts';
import { base, controls, page } from '../../styles/base.ts';
import { go, to } from '../router.ts';
import type { Page } from '../routes.ts';
import { saveFromServer } from '../server-file.ts';
import { showError, showToast } from '../toast.ts';
import { HomePanel } from './home-panel.ts';
import { TokensPanel } from './tokens-panel.ts';
import { WebhooksPanel } from './webhooks-panel.ts';

define('nes-home-panel', HomePanel);
define('nes-tokens-panel', TokensPanel);
define('nes-webhooks-panel', WebhooksPanel);

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
      form,
      #panel {
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
        border-top: 2px solid var(--accent);
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
      .gains .bare-item {
        display: block;
        padding-top: var(--space-4);
      }
      .gains .bare-item::before {
        display: none;
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
      form + p {
        margin-top: var(--space-4);
      }
      .devices li {
        display: flex;
        align-items: center;
        justify-content: space-between;
        gap: var(--space-4);
        padding: var(--space-3) 0;
        border-top: 1px solid var(--line);
      }
      @media (width < 60rem) {
        .columns {
          grid-template-columns: minmax(0, 1fr);
        }
      }
    `,
  ];

  static override properties = {
    params: { attribute: false },
    verified: { state: true },
    sure: { state: true },
    tab: { state: true },
    errors: { state: true },
    busy: { state: true },
    devices: { state: true },
    sendsMails: { state: true },
    reachesHomes: { state: true },
    mailedTo: { state: true },
  };

  declare params: Record<string, string>;
  /** What became of the link in the e-mail; null while it is being asked. */
  declare protected verified: boolean | null;
  /** The person asked to delete everything and is asked once more. */
  declare protected sure: boolean;
  declare protected tab: 'up' | 'in';
  declare protected errors: readonly UserError[];
  declare protected busy: boolean;
  declare protected devices: readonly Device[] | null;
  /** Whether the server can send mails; null while that is not known. */
  declare protected sendsMails: boolean | null;
  /** Whether the server has a broker by which a Home Assistant sees and steers what is played. */
  declare protected reachesHomes: boolean;
  /** Where the link that makes the account has gone. */
  declare protected mailedTo: string | null;

  constructor() {
    super();
    this.params = {};
    this.verified = null;
    this.sure = false;
    this.tab = 'up';
    this.errors = [];
    this.busy = false;
    this.devices = null;
    this.sendsMails = null;
    this.reachesHomes = false;
    this.mailedTo = null;
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
    document.addEventListener('visibilitychange', this.#lookAgain);
    // A host of plain files has nobody to ask.
    if (apiAddress() !== null)
      ask(OperatorDocument, {})
        .then(({ operator }) => {
          this.sendsMails = operator.sendsMails;
          this.reachesHomes = operator.reachesHomes;
        })
        .catch(() => {});
  }

  override disconnectedCallback(): void {
    document.removeEventListener('visibilitychange', this.#lookAgain);
    super.disconnectedCallback();
  }

  /** Back from reading mail: the link may have been opened meanwhile. */
  #lookAgain = (): void => {
    if (this.mailedTo && document.visibilityState === 'visible') account.look().catch(() => {});
  };

  protected override firstUpdated(): void {
    if (this.params.step === 'verify') this.#verify();
  }

  /** What stands behind `#token=` in the link of an e-mail. */
  get #token(): string {
    return new URLSearchParams(location.hash.slice(1)).get('token') ?? '';
  }

  async #verify(): Promise<void> {
    try {
      const { verifyEmail } = await tell(VerifyEmailDocument, { input: { token: this.#token } });
      this.verified = verifyEmail.userErrors.length === 0;
      this.errors = verifyEmail.userErrors;
      if (this.verified) await account.look().catch(() => {});
    } catch (error) {
      this.verified = false;
      showError(error);
    }
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
    if (this.params.step === 'verify') return this.#verifying();
    if (this.params.step === 'reset') return this.#resetting();
    if (this.params.step === 'stop') return this.#stopping();
    if (this.params.step === 'enter') return this.#entering();
    if (this.params.step === 'webhooks' && account.signedIn) return this.#webhooks();
    return account.signedIn ? this.#mine() : this.#guest();
  }

  #webhooks(): TemplateResult {
    return html`<header>
        <h1 tabindex="-1">${msg('Webhooks')}</h1>
        <p class="quiet">${msg('An address of yours is told by POST of what happens in your account: signed, in order, and again until it answers.')}</p>
      </header>
      <nes-webhooks-panel></nes-webhooks-panel>
      <p><a href=${to('account')}>${msg('Go to the account')}</a></p>`;
  }

  #verifying(): TemplateResult {
    const { verified } = this;
    return html`<div class="stack" role="status">
      <h1 tabindex="-1">
        ${verified === null ? msg('One moment') : verified ? msg('The address is confirmed.') : msg('This link is no longer valid.')}
      </h1>
      ${this.errors.map((error) => html`<p class="quiet">${error.message}</p>`)}
      <p><a class="button primary" href=${to('account')}>${msg('Go to the account')}</a></p>
    </div>`;
  }

  #resetting(): TemplateResult {
    return html`<header>
        <h1 tabindex="-1">${msg('Choose a new password')}</h1>
        <p class="quiet">${msg('All devices are signed out when it is changed.')}</p>
      </header>
      <div class="columns">
        <form class="panel" novalidate @submit=${this.#reset}>
          ${this.#field('password', msg('New password'), 'password', 'new-password', msg('At least 8 characters.'))}
          ${this.#wrong()}
          <button class="primary" ?disabled=${this.busy}>${msg('Change the password')}</button>
        </form>
      </div>`;
  }

  /** A link from an e-mail that does something by a press: programs that look into mail open links too. */
  #pressing(title: string, text: string, label: string, press: () => void): TemplateResult {
    return html`<header>
        <h1 tabindex="-1">${title}</h1>
        <p class="quiet">${text}</p>
      </header>
      <div class="stack">
        ${this.#wrong()}
        <p><button class="primary" ?disabled=${this.busy} @click=${press}>${label}</button></p>
      </div>`;
  }

  #stopping(): TemplateResult {
    return this.#pressing(
      msg('Stop the change of your e-mail address'),
      msg('All devices are signed out as well. Choose a new password afterwards.'),
      msg('Stop the change'),
      async () => {
        const good = await this.#do(
          async () =>
            (await tell(StopEmailChangeDocument, { input: { token: this.#token } })).stopEmailChange.userErrors,
          msg('The change is stopped. Ask for a new password now.'),
        );
        if (good) go('account', true);
      },
    );
  }

  #entering(): TemplateResult {
    return this.#pressing(
      msg('Sign in with this link'),
      msg('What you did here as a guest moves to the account.'),
      msg('Sign in'),
      async () => {
        if (await this.#do(() => account.signInByLink(this.#token), msg('Signed in.'))) go('account', true);
      },
    );
  }

  /** An account stores data; who is younger than 16 can listen without one. */
  #age(): TemplateResult {
    return html`<label class="check">
      <input type="checkbox" name="atLeast16" />
      <span>${msg('I am 16 or older. (Who is younger can listen without an account.)')}</span>
    </label>`;
  }

  /** What is wrong with none of the fields. */
  #wrong(): TemplateResult[] {
    return this.errors
      .filter((error) => !this.#fieldOf(error))
      .map((error) => html`<p class="wrong" role="alert">${error.message}</p>`);
  }

  /** Does one thing at the server and shows what it says. */
  async #do(work: () => Promise<readonly UserError[]>, done: string): Promise<boolean> {
    this.busy = true;
    this.errors = [];
    let good = false;
    try {
      this.errors = await work();
      good = this.errors.length === 0;
      if (good) showToast({ message: done });
    } catch {
      showToast({ message: msg('The server cannot be reached. Try again later.') });
    }
    this.busy = false;
    return good;
  }

  #reset = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    const password = String(new FormData(event.target as HTMLFormElement).get('password') ?? '');
    const good = await this.#do(
      async () =>
        (await tell(ResetPasswordDocument, { input: { token: this.#token, password } })).resetPassword.userErrors,
      msg('The password is changed. Sign in with it.'),
    );
    if (good) go('account', true);
  };

  #mailLink = (): void => {
    this.#withEmail(
      async (email) => (await tell(RequestSignInLinkDocument, { input: { email } })).requestSignInLink.userErrors,
    );
  };

  #forgot = (): void => {
    this.#withEmail(
      async (email) => (await tell(RequestPasswordResetDocument, { input: { email } })).requestPasswordReset.userErrors,
    );
  };

  /** Asks for a letter to the address that is typed in. */
  #withEmail(ask: (email: string) => Promise<readonly UserError[]>): void {
    const email = this.renderRoot.querySelector<HTMLInputElement>('input[name=email]')?.value.trim() ?? '';
    if (!email) {
      showToast({ message: msg('Type your e-mail address first.') });
      return;
    }
    this.#do(() => ask(email), msg('If there is such an account, an e-mail is on its way.'));
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
          <div id="panel" role="tabpanel" aria-labelledby=${up ? 'tab-up' : 'tab-in'}>
            ${up && this.mailedTo ? this.#mailed(this.mailedTo) : nothing}
            ${this.sendsMails === false ? html`<p class="quiet">${msg('No mails can be sent from here: nobody can send you a new password. Keep yours well.')}</p>` : nothing}
            <form novalidate @submit=${this.#submit}>
              ${this.#field('email', msg('E-mail'), 'email', 'email')}
              ${this.#field('password', msg('Password'), 'password', up ? 'new-password' : 'current-password', up ? msg('At least 8 characters.') : '')}
              ${up ? this.#field('displayName', msg('Name that others see (optional)'), 'text', 'nickname') : nothing}
              ${up ? this.#age() : nothing}
              ${this.#wrong()}
              <button class="primary" ?disabled=${this.busy}>
                ${this.busy ? msg('One moment') : up ? msg('Sign up') : msg('Sign in')}
              </button>
              ${
                up || this.sendsMails === false
                  ? nothing
                  : html`<button type="button" class="bare" @click=${this.#forgot}>${msg('Forgot the password?')}</button>
                    <button type="button" class="bare" @click=${this.#mailLink}>${msg('Mail me a link to sign in')}</button>`
              }
            </form>
          </div>
        </div>
        <ul class="gains" role="list">
          <li>${msg('Your history moves to the account, once, and is then on all your devices. Your answers to the safety questions stay on this device unless you agree to keep them with the account.')}</li>
          <li>${msg('A session on one device is shown live on the others, and they can control it.')}</li>
          <li>${msg('You can publish programs of your own, export everything, and delete everything.')}</li>
          <li><p>${msg('What is kept, why and how long:')} <a href=${to('privacy')}>${msg('Privacy')}</a>.</p></li>
          <li class="bare-item">${account.viewer ? this.#belongings(false) : nothing}</li>
        </ul>
      </div>`;
  }

  #mailed(address: string): TemplateResult {
    return html`<div role="status">
      <p><strong>${msg(str`An e-mail is on its way to ${address}.`)}</strong></p>
      <p class="quiet">${msg('Open the link in it and the account is made, with all that you did here. Until then you go on as a guest. If none comes, look whether the address is right and sign up once more.')}</p>
    </div>`;
  }

  #fieldOf(error: UserError): string | undefined {
    return ['email', 'password', 'displayName', 'oldPassword', 'newPassword'].find((name) =>
      error.field?.includes(name),
    );
  }

  #rename = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    const displayName = String(new FormData(event.target as HTMLFormElement).get('displayName') ?? '').trim();
    await this.#do(() => account.rename(displayName), msg('The name is kept.'));
  };

  #changeEmail = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    const form = event.target as HTMLFormElement;
    const values = new FormData(form);
    const input = { email: String(values.get('email') ?? '').trim(), password: String(values.get('password') ?? '') };
    const good = await this.#do(
      async () => (await tell(ChangeEmailDocument, { input })).changeEmail.userErrors,
      msg('A link is on its way to the new address.'),
    );
    if (good) form.reset();
  };

  #field(
    name: string,
    label: string,
    type: string,
    complete: string,
    hint = '',
    value: string | undefined = undefined,
  ): TemplateResult {
    const error = this.errors.find((one) => this.#fieldOf(one) === name);
    return html`<label class="field">
      ${label}
      <input
        name=${name}
        type=${type}
        value=${value ?? nothing}
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
          ? await account.signUp({
              ...{ ...values, displayName: text('displayName').trim() },
              atLeast16: form.get('atLeast16') === 'on',
            })
          : await account.signIn(values);
      this.errors = errors;
      this.mailedTo = errors.length === 0 && !account.signedIn ? values.email : null;
      if (this.mailedTo) {
        await this.updateComplete;
        this.renderRoot.querySelector('#panel')?.scrollIntoView({ block: 'nearest' });
      } else if (errors.length === 0) {
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
        <div class="row">
          <p class="quiet">
            ${viewer?.email}${viewer && !viewer.emailVerified ? html`, ${msg('not verified')}` : nothing}
          </p>
          ${
            viewer && !viewer.emailVerified && this.sendsMails !== false
              ? html`<button @click=${this.#askVerification}>${msg('Send the confirmation again')}</button>`
              : nothing
          }
        </div>
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
        <div class="stack">
          <section class="panel" aria-labelledby="secret">
            <form novalidate @submit=${this.#changePassword}>
              <h2 id="secret">${msg('Password')}</h2>
              ${this.#field('oldPassword', msg('Present password'), 'password', 'current-password')}
              ${this.#field('newPassword', msg('New password'), 'password', 'new-password', msg('At least 8 characters.'))}
              ${this.#wrong()}
              <p><button ?disabled=${this.busy}>${msg('Change the password')}</button></p>
            </form>
          </section>
          <section class="panel" aria-labelledby="name">
            <form novalidate @submit=${this.#rename}>
              <h2 id="name">${msg('Name and address')}</h2>
              ${this.#field('displayName', msg('Name that others see (optional)'), 'text', 'nickname', '', viewer?.displayName)}
              <p><button ?disabled=${this.busy}>${msg('Keep the name')}</button></p>
            </form>
            ${
              this.sendsMails === false
                ? html`<p class="quiet">${msg('No mails can be sent from here, so the address stays as it is, and nobody can send you a new password.')}</p>`
                : nothing
            }
            <details ?hidden=${this.sendsMails === false}>
              <summary>${msg('Another e-mail address')}</summary>
              <form novalidate @submit=${this.#changeEmail}>
                ${this.#field('email', msg('New e-mail address'), 'email', 'email')}
                ${this.#field('password', msg('Present password'), 'password', 'current-password')}
                <p><button ?disabled=${this.busy}>${msg('Send a link to it')}</button></p>
              </form>
            </details>
          </section>
          <section class="panel stack" aria-labelledby="programs">
            <h2 id="programs">${msg('Access for programs')}</h2>
            <p class="quiet">${msg('A token lets a script or an application ask the API in your place, within what you allow it.')}</p>
            <nes-tokens-panel></nes-tokens-panel>
            <p class="row">
              <a class="button" href=${to('device')}>${msg('Connect a device')}</a>
              <a class="button" href=${to('account/webhooks')}>${msg('Webhooks')}</a>
            </p>
          </section>
          ${
            this.reachesHomes
              ? html`<section class="panel stack" aria-labelledby="home">
                  <h2 id="home">${msg('Home Assistant')}</h2>
                  <nes-home-panel></nes-home-panel>
                </section>`
              : nothing
          }
          ${this.#belongings(true)}
          ${
            viewer?.role === 'ADMIN'
              ? html`<p><a class="button" href=${to('admin')}>${msg('Administration')}</a></p>`
              : nothing
          }
        </div>
      </div>`;
  }

  /** Everything of the person: to take along, or to delete. */
  #belongings(withPassword: boolean): TemplateResult {
    return html`<section class="panel stack" aria-labelledby="belongings">
      <h2 id="belongings">${msg('Everything of yours')}</h2>
      <p class="row">
        <button @click=${this.#export}>${msg('Export everything')}</button>
        ${this.sure ? nothing : html`<button class="danger" @click=${this.#askDelete}>${msg('Delete everything')}</button>`}
      </p>
      ${
        this.sure
          ? html`<form novalidate @submit=${this.#delete}>
              <p>${msg('Sessions, ratings, programs of your own and the account are deleted, here and on the server. This cannot be undone.')}</p>
              ${withPassword ? this.#field('password', msg('Password'), 'password', 'current-password') : nothing}
              <p class="row">
                <button class="danger" ?disabled=${this.busy}>${msg('Delete everything for good')}</button>
                <button type="button" @click=${this.#keepAll}>${msg('Keep it')}</button>
              </p>
            </form>`
          : nothing
      }
    </section>`;
  }

  #askDelete = (): void => {
    this.sure = true;
  };

  #keepAll = (): void => {
    this.sure = false;
  };

  #delete = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    const password = new FormData(event.target as HTMLFormElement).get('password');
    const good = await this.#do(
      () => account.deleteEverything(typeof password === 'string' ? password : null),
      msg('Everything is deleted.'),
    );
    if (good) this.sure = false;
  };

  #export = async (): Promise<void> => {
    try {
      await saveFromServer('export/account.json', 'account.json');
    } catch {
      showToast({ message: msg('The server cannot be reached. Try again later.') });
    }
  };

  #changePassword = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    const form = event.target as HTMLFormElement;
    const values = new FormData(form);
    const input = {
      oldPassword: String(values.get('oldPassword') ?? ''),
      newPassword: String(values.get('newPassword') ?? ''),
    };
    const good = await this.#do(
      async () => (await tell(ChangePasswordDocument, { input })).changePassword.userErrors,
      msg('The password is changed.'),
    );
    if (good) form.reset();
  };

  #askVerification = (): void => {
    this.#do(
      async () => (await tell(RequestEmailVerificationDocument, { input: {} })).requestEmailVerification.userErrors,
      msg('An e-mail is on its way.'),
    );
  };

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
