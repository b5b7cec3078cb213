import { msg, str } from '@lit/localize';
import { css, html, type TemplateResult } from 'lit';
import { ask, tell, type UserError } from '../../data/client.ts';
import { HomeDocument, type HomeQuery, LinkHomeDocument, UnlinkHomeDocument } from '../../data/generated/home.ts';
import { NesElement } from '../../elements/element.ts';
import { date } from '../../elements/format.ts';
import { base, controls } from '../../styles/base.ts';
import { showError, showToast } from '../toast.ts';

type Link = NonNullable<NonNullable<HomeQuery['viewer']>['homeLink']>;

/** Whether Home Assistant sees and steers what the person plays: asked for with the password, taken back with a press. */
export class HomePanel extends NesElement {
  static override styles = [
    base,
    controls,
    css`
      :host,
      form {
        display: grid;
        gap: var(--space-4);
      }
      .wrong {
        color: var(--danger);
      }
      .name {
        overflow-wrap: anywhere;
      }
    `,
  ];

  static override properties = {
    link: { state: true },
    errors: { state: true },
    busy: { state: true },
  };

  /** Null: not asked for; undefined: not known. */
  declare protected link: Link | null | undefined;
  declare protected errors: readonly UserError[];
  declare protected busy: boolean;

  constructor() {
    super();
    this.link = undefined;
    this.errors = [];
    this.busy = false;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    ask(HomeDocument, {})
      .then(({ viewer }) => {
        this.link = viewer?.homeLink ?? null;
      })
      .catch(() => {});
  }

  protected override render(): TemplateResult {
    const { link } = this;
    const what = html`<p class="quiet">
      ${msg('Home Assistant shows whether something of yours plays and what it is called, and can pause it, let it go on and stop it.')}
    </p>`;
    if (link === undefined) return html`${what}<p class="quiet">${msg('This needs the server.')}</p>`;
    if (link)
      return html`${what}
        <p class="name" role="status">${msg(str`Shown as “${link.name}” since ${date(link.createdAt)}.`)}</p>
        <p><button ?disabled=${this.busy} @click=${this.#unlink}>${msg('Take it back')}</button></p>`;
    return html`${what}
      <p>
        ${msg('Whoever can read the MQTT broker of this server sees it too, and can do the same: only ask for it where that is your household. Your address is not told.')}
      </p>
      <details>
        <summary>${msg('Show it in Home Assistant')}</summary>
        <form novalidate @submit=${this.#make}>
          <label class="field">
            ${msg('Name of the device there')} <input name="name" maxlength="60" autocomplete="off" required />
          </label>
          <label class="field">
            ${msg('Present password')}
            <input name="password" type="password" autocomplete="current-password" required />
          </label>
          ${this.errors.map((error) => html`<p class="wrong" role="alert">${error.message}</p>`)}
          <p><button ?disabled=${this.busy}>${msg('Show it')}</button></p>
        </form>
      </details>`;
  }

  #make = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    const values = new FormData(event.target as HTMLFormElement);
    const input = { name: String(values.get('name') ?? ''), password: String(values.get('password') ?? '') };
    this.busy = true;
    try {
      const { linkHome } = await tell(LinkHomeDocument, { input });
      this.errors = linkHome.userErrors;
      if (linkHome.homeLink) this.link = linkHome.homeLink;
    } catch (error) {
      showError(error);
    }
    this.busy = false;
  };

  #unlink = async (): Promise<void> => {
    this.busy = true;
    try {
      const { unlinkHome } = await tell(UnlinkHomeDocument, { input: { confirm: true } });
      const [error] = unlinkHome.userErrors;
      if (!error) this.link = null;
      showToast({ message: error?.message ?? msg('Home Assistant forgets it.') });
    } catch (error) {
      showError(error);
    }
    this.busy = false;
  };
}
