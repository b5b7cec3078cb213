import { msg, str } from '@lit/localize';
import { html, nothing, type TemplateResult } from 'lit';
import help from '#icons/circle-question-mark.svg?raw';
import gear from '#icons/settings.svg?raw';
import { apiAddress } from '../../data/address.ts';
import { connection } from '../../data/connection.ts';
import { define } from '../../elements/define.ts';
import { Follow, NesElement, nextTask } from '../../elements/element.ts';
import { icon, inlineIcon } from '../../elements/icons.ts';
import { base, controls } from '../../styles/base.ts';
import { languageHere, speak } from '../localise.ts';
import { placeNow, to, watchPlaces } from '../router.ts';
import { type Page, routeOf } from '../routes.ts';
import { showTheme, themeSeen } from '../theme.ts';
import { showError, showToast, type Toast, ToastEvent } from '../toast.ts';
import { styles } from './shell.styles.ts';

const productName = 'Neural Entrainment System';

/** The pages of one's own. */
const mine = ['progress', 'history', 'trials', 'measure', 'account'] as const;
type Mine = (typeof mine)[number];

/** Where a link of the bar leads, and the paths that belong to it. */
interface Place {
  path: string;
  holds: readonly string[];
}

const places = {
  listen: { path: '', holds: ['protocols', 'play', 'lists'] },
  create: { path: 'create', holds: ['edit', 'recordings'] },
  together: { path: 'group', holds: ['group'] },
  me: { path: 'progress', holds: mine },
} satisfies Record<string, Place>;

const place = (name: keyof typeof places): Place => places[name];

/** Frame of every page: top bar, the page, what plays elsewhere, short messages. See `nes-app.ts`. */
export class Shell extends NesElement {
  static override styles = [base, controls, styles];

  static override properties = {
    page: { state: true },
    waiting: { state: true },
    failure: { state: true },
    toasts: { state: true },
    fills: { type: Boolean, reflect: true },
    asleep: { type: Boolean, reflect: true },
    live: { state: true },
    person: { state: true },
  };

  declare protected page: Page | null;
  /** The first page has nothing to show yet; what the document holds is seen instead. See `web/build/first-paint.ts`. */
  declare protected waiting: boolean;
  declare protected failure: unknown;
  declare protected toasts: readonly (Toast & { id: number })[];
  declare fills: boolean;
  /** The controls have faded: nothing was touched for a while. */
  declare asleep: boolean;
  /** The bar of what plays; its code comes when the page is idle. */
  declare protected live: HTMLElement | null;
  /** Name of who is signed in; empty for a guest. */
  declare protected person: string;

  #stop: () => void = () => {};
  #visit = 0;
  #spoken: Promise<void> | undefined;
  #path: string | null = null;
  #toastCount = 0;

  constructor() {
    super();
    this.page = null;
    this.waiting = true;
    this.failure = null;
    this.toasts = [];
    this.fills = false;
    this.asleep = false;
    this.live = null;
    this.person = '';
    new Follow(this, [connection]);
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.#stop = watchPlaces(() => this.#arrive());
    window.addEventListener(ToastEvent.type, this.#toast);
    window.addEventListener('keydown', this.#key);
    this.addEventListener('nes-title', this.#titled);
    this.addEventListener('nes-asleep', this.#slept as EventListener);
    this.#spoken = speak(languageHere());
    this.#arrive();
    const idle = window.requestIdleCallback ?? ((work: () => void) => setTimeout(work, 600));
    idle(() => this.#liven().catch(() => {}), { timeout: 2500 });
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#stop();
    window.removeEventListener(ToastEvent.type, this.#toast);
    window.removeEventListener('keydown', this.#key);
  }

  /** What keeps the page in touch with sessions and servers. It is not needed for the first paint. */
  async #liven(): Promise<void> {
    const [{ LiveBar }, { account }, { watchDrops }] = await Promise.all([
      import('../live/live-bar.ts'),
      import('../../data/account.ts'),
      import('../recordings/dropped.ts'),
    ]);
    watchDrops();
    define('nes-live-bar', LiveBar);
    this.live = document.createElement('nes-live-bar');
    const named = (): void => {
      this.person = account.signedIn ? account.viewer?.displayName || msg('Account') : '';
    };
    account.addEventListener('change', named);
    Promise.all([account.ready, this.#spoken]).then(named);
  }

  async #arrive(): Promise<void> {
    const visit = ++this.#visit;
    const { path } = placeNow();
    if (path === this.#path && this.page) {
      this.page.requestUpdate();
      return;
    }
    const first = this.#path === null;
    this.#path = path;
    const { route, params } = routeOf(path);
    // Known before its code is, so that the bar does not move when it comes.
    if (first) this.fills = route.fills ?? false;
    try {
      // A page keeps words that it asks for once: it begins in the language of the person.
      const [element] = await Promise.all([route.load(), this.#spoken]);
      if (first) await nextTask();
      if (visit !== this.#visit) return;
      define(route.tag, element);
      const page = document.createElement(route.tag) as Page;
      page.params = params;
      const show = async (): Promise<void> => {
        this.failure = null;
        this.page = page;
        this.fills = page.fills ?? false;
        this.asleep = false;
        await this.updateComplete;
        if (this.waiting && page.ready) {
          page.hidden = true;
          await page.ready;
          await nextTask();
          if (visit !== this.#visit) return;
          page.hidden = false;
        }
        await page.updateComplete;
        // The page takes the place of the words that the document holds, in one step.
        if (this.waiting) this.replaceChildren();
        this.waiting = false;
        if (!first) window.scrollTo(0, 0);
      };
      if (!first && document.startViewTransition && !matchMedia('(prefers-reduced-motion: reduce)').matches) {
        await document.startViewTransition(show).updateCallbackDone;
      } else await show();
      if (visit !== this.#visit) return;
      this.#titled();
      if (!first) page.renderRoot.querySelector<HTMLElement>('h1')?.focus({ preventScroll: true });
    } catch (error) {
      if (visit !== this.#visit) return;
      this.page = null;
      this.waiting = false;
      this.failure = error;
      this.#path = null;
    }
  }

  #titled = (): void => {
    const title = this.page?.pageTitle;
    document.title = title ? `${title} · ${productName}` : productName;
  };

  #slept = (event: CustomEvent<boolean>): void => {
    this.asleep = event.detail;
  };

  #toast = (event: Event): void => {
    const toast = { ...(event as ToastEvent).toast, id: ++this.#toastCount };
    this.toasts = [...this.toasts.filter((one) => one.message !== toast.message).slice(-2), toast];
    if (!toast.stays) setTimeout(() => this.#close(toast.id), toast.action ? 10_000 : 5_000);
  };

  #close(id: number): void {
    this.toasts = this.toasts.filter((toast) => toast.id !== id);
  }

  #key = (event: KeyboardEvent): void => {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
    const typing = event
      .composedPath()
      .some(
        (node) =>
          node instanceof HTMLElement &&
          (node.matches('input:not([type=range]), textarea, select') || node.isContentEditable),
      );
    if (typing) return;
    if (event.key === '?') {
      event.preventDefault();
      this.#help();
    } else if (event.key === 't') this.#theme();
  };

  async #help(): Promise<void> {
    try {
      const { ShortcutsDialog } = await import('./shortcuts-dialog.ts');
      define('nes-shortcuts-dialog', ShortcutsDialog);
      document.body.append(document.createElement('nes-shortcuts-dialog'));
    } catch (error) {
      showError(error);
    }
  }

  async #theme(): Promise<void> {
    const next = themeSeen() === 'dark' ? 'light' : 'dark';
    showTheme(next);
    this.requestUpdate();
    const { preferences } = await import('../../data/preferences.ts');
    preferences.save({ theme: next });
    showToast({ message: next === 'dark' ? msg('Dark theme') : msg('Light theme') });
  }

  protected override render(): TemplateResult {
    const path = placeNow().path;
    return html`
      <button class="skip" @click=${this.#skip}>${msg('Skip to the page')}</button>
      <header>
        <a class="home" href=${to()} aria-label=${msg('Neural Entrainment System, library')}>
          <svg viewBox="0 0 32 32" aria-hidden="true">
            <path class="mark-beta" d="M3 7.5C6 7.5 7.5 10 10 13.5"></path>
            <path class="mark-alpha" d="M10 13.5C12.5 17 14 19.5 17 22"></path>
            <path class="mark-theta" d="M17 22C20.5 25 24.5 25.5 29 25.5"></path>
          </svg>
          <span>Neural Entrainment</span>
        </a>
        <nav aria-label=${msg('Pages')}>
          ${this.#link(place('listen'), msg('Listen'), path)} ${this.#link(place('create'), msg('Create'), path)}
          ${this.#link(place('together'), msg('Together'), path)} ${this.#link(place('me'), msg('Me'), path)}
        </nav>
        <div class="tools">
          ${this.#connection()}
          <button class="bare square" @click=${this.#theme} aria-label=${msg('Change between dark and light')}>
            ${icon(themeSeen() === 'dark' ? 'sun' : 'moon')}
          </button>
          <a class="bare square button" href=${to('preferences')} aria-label=${msg('Preferences')} title=${msg('Preferences')}>
            ${inlineIcon(gear)}
          </a>
          <button class="bare square" popovertarget="help" aria-label=${msg('Help and more')} title=${msg('Help and more')}>
            ${inlineIcon(help)}
          </button>
        </div>
        ${this.#more()}
      </header>
      ${this.#me(path)}
      <main id="content" tabindex="-1">${this.#content()}</main>
      <div class="foot">${this.live ?? nothing}</div>
      ${this.waiting ? nothing : this.#foot()}
      <div class="toasts" role="status" aria-live="polite">${this.toasts.map((toast) => this.#toastView(toast))}</div>
    `;
  }

  /** What is needed seldom, but from everywhere. */
  #more(): TemplateResult {
    const api = apiAddress();
    const shut = (): void => this.renderRoot.querySelector<HTMLElement>('#help')?.hidePopover();
    return html`<ul id="help" popover role="list" @click=${shut}>
      <li><a href=${to('evidence')}>${msg('About the evidence')}</a></li>
      <li><a href=${to('safety')}>${msg('Safety')}</a></li>
      <li><a href=${to('embed-builder')}>${msg('Embed')}</a></li>
      <li><a href=${to('developers/')} rel="external">${msg('API guide')}</a></li>
      ${api ? html`<li><a href=${api} rel="external">${msg('API')}</a></li>` : nothing}
      <li><button class="bare" @click=${this.#help}>${icon('keyboard')} ${msg('Keyboard shortcuts')}</button></li>
    </ul>`;
  }

  /** One place for oneself: its pages side by side, on each of them. */
  #me(path: string): TemplateResult | typeof nothing {
    if (!mine.some((one) => path === one || path.startsWith(`${one}/`))) return nothing;
    const tab = (one: Mine, label: string): TemplateResult =>
      html`<a href=${to(one)} aria-current=${path === one || path.startsWith(`${one}/`) ? 'page' : nothing}>${label}</a>`;
    return html`<nav class="mine" aria-label=${msg('Me')}>
      ${tab('progress', msg('Overview'))} ${tab('history', msg('History'))} ${tab('trials', msg('Experiments'))}
      ${tab('measure', msg('Measure'))}
      ${tab('account', this.person || msg('Account'))}
    </nav>`;
  }

  #foot(): TemplateResult {
    return html`<footer>
        <p>${msg('Sound for listening, not a treatment. Stop whenever it does not feel right.')}</p>
        <a href=${to('evidence')}>${msg('About the evidence')}</a>
        <a href=${to('safety')}>${msg('Safety')}</a>
        <a href=${to('preferences')}>${msg('Preferences')}</a>
        <a href=${to('embed-builder')}>${msg('Embed')}</a>
      </footer>`;
  }

  #link({ path, holds }: Place, label: string, now: string): TemplateResult {
    const here = now === path || holds.some((one) => now === one || now.startsWith(`${one}/`));
    return html`<a href=${to(path)} aria-current=${here ? 'page' : nothing}>${label}</a>`;
  }

  #connection(): TemplateResult | typeof nothing {
    const { state, pending } = connection;
    if (state === 'local') return nothing;
    const words = {
      unkept: msg('Nothing is kept'),
      online: '',
      offline: pending > 0 ? msg(str`Offline, ${pending} to send`) : msg('Offline'),
      waiting: msg('Waking the server'),
      syncing: msg('Saving'),
    }[state];
    const said = words || msg('Connected, everything is saved');
    return html`<span class="link ${state}" role="img" aria-label=${said} title=${said}>
      ${words ? html`<span aria-hidden="true">${words}</span>` : nothing}
    </span>`;
  }

  #content(): TemplateResult {
    return html`${this.page ?? (this.failure ? this.#failed() : nothing)}
      ${
        this.waiting
          ? html`<div class="loading"><span class="away" role="status">${msg('Loading')}</span><slot></slot></div>`
          : nothing
      }`;
  }

  #failed(): TemplateResult {
    return html`<div class="failed">
        <h1 tabindex="-1">${msg('This page could not be loaded.')}</h1>
        <p class="quiet">${msg('The connection may be away. What is already on this device still works.')}</p>
        <button class="primary" @click=${this.#arrive}>${msg('Try again')}</button>
    </div>`;
  }

  #toastView(toast: Toast & { id: number }): TemplateResult {
    return html`<div class="toast">
      <span>${toast.message}</span>
      ${
        toast.action
          ? html`<button
              @click=${() => {
                this.#close(toast.id);
                toast.action?.run();
              }}
            >
              ${toast.action.label}
            </button>`
          : nothing
      }
      <button class="bare square" aria-label=${msg('Close')} @click=${() => this.#close(toast.id)}>
        ${icon('close')}
      </button>
    </div>`;
  }

  #skip = (): void => {
    this.renderRoot.querySelector<HTMLElement>('main')?.focus();
  };
}
