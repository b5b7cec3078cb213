import { msg } from '@lit/localize';
import { type CSSResultGroup, css, html, nothing, type TemplateResult } from 'lit';
import type { UserError } from '../../data/client.ts';
import { NesElement } from '../../elements/element.ts';
import { base, controls } from '../../styles/base.ts';
import { showError } from '../toast.ts';

/** A list of what a person made with their password, each with a secret that is told once: tokens, webhooks. */
export abstract class SecretsPanel<Row> extends NesElement {
  static override styles: CSSResultGroup = [
    base,
    controls,
    css`
      :host,
      form,
      fieldset {
        display: grid;
        gap: var(--space-4);
      }
      legend {
        padding: 0;
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
    rows: { state: true },
    secret: { state: true },
    errors: { state: true },
    busy: { state: true },
  };

  /** Null while they are not known. */
  declare protected rows: readonly Row[] | null;
  /** Of what was made just now. */
  declare protected secret: string;
  declare protected errors: readonly UserError[];
  declare protected busy: boolean;

  constructor() {
    super();
    this.rows = null;
    this.secret = '';
    this.errors = [];
    this.busy = false;
  }

  protected abstract read(): Promise<readonly Row[]>;

  override connectedCallback(): void {
    super.connectedCallback();
    this.load();
  }

  protected async load(): Promise<void> {
    this.rows = await this.read().catch(() => null);
  }

  /** The secret with what it is, once. */
  protected told(what: string): TemplateResult | typeof nothing {
    return this.secret ? html`<p role="status">${what}<br /><code>${this.secret}</code></p>` : nothing;
  }

  /** The end of the form: the password, what was wrong, and the button. */
  protected formEnd(label: string): TemplateResult {
    return html`<label class="field">
        ${msg('Present password')}
        <input name="password" type="password" autocomplete="current-password" required />
      </label>
      ${this.errors.map((error) => html`<p class="wrong" role="alert">${error.message}</p>`)}
      <p><button ?disabled=${this.busy}>${label}</button></p>`;
  }

  /** Sends the form; what was made is in the list afterwards, and the form is empty. */
  protected async make(
    event: SubmitEvent,
    send: (
      values: FormData,
      text: (name: string) => string,
    ) => Promise<{ secret?: string | null; userErrors: readonly UserError[] }>,
  ): Promise<void> {
    event.preventDefault();
    const form = event.target as HTMLFormElement;
    const values = new FormData(form);
    this.busy = true;
    this.secret = '';
    try {
      const { secret, userErrors } = await send(values, (name) => String(values.get(name) ?? ''));
      this.errors = userErrors;
      if (secret) {
        this.secret = secret;
        form.reset();
        await this.load();
      }
    } catch (error) {
      showError(error);
    }
    this.busy = false;
  }
}
