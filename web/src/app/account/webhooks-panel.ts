import { msg, str } from '@lit/localize';
import { css, html, nothing, type TemplateResult } from 'lit';
import { ask, tell, type UserError } from '../../data/client.ts';
import {
  CreateWebhookDocument,
  DeleteWebhookDocument,
  type KeptWebhookFragment,
  ResendToWebhookDocument,
  TestWebhookDocument,
  WebhooksDocument,
} from '../../data/generated/webhooks.ts';
import { date } from '../../elements/format.ts';
import { list } from '../../elements/list.ts';
import { showError, showToast } from '../toast.ts';
import { SecretsPanel } from './secrets-panel.ts';

type Topic = KeptWebhookFragment['topics'][number];
type Delivery = KeptWebhookFragment['deliveries'][number];

const topicWords = (): Record<Topic, string> => ({
  SESSION: msg('Sessions: every line of their log'),
  TRIAL: msg('Trials: recorded periods, never their value'),
});

/** Looks after something was sent: the server sends within two seconds, and a receiver has ten to answer. */
const LOOK_MS = 1_500;
const LOOKS = 9;

/** Addresses that are told of what happens: made, tried, looked at, ended. */
export class WebhooksPanel extends SecretsPanel<KeptWebhookFragment> {
  static override styles = [
    SecretsPanel.styles,
    css`
      .hook {
        display: grid;
        gap: var(--space-4);
      }
      :host {
        max-width: 48rem;
        padding-bottom: var(--space-6);
      }
      .hook {
        padding: var(--space-4) 0;
        border-top: 1px solid var(--line);
      }
      .hook > * {
        min-width: 0;
      }
      h2,
      .fault {
        overflow-wrap: anywhere;
      }
      .row {
        display: flex;
        flex-wrap: wrap;
        gap: var(--space-3);
      }
      .told li {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        justify-content: space-between;
        gap: var(--space-2) var(--space-4);
        padding: var(--space-3) 0;
        border-top: 1px solid var(--line);
      }
      .told li > div {
        flex: 1 1 14rem;
        min-width: 0;
      }
      .fault {
        color: var(--danger);
      }
    `,
  ];

  protected override async read(): Promise<readonly KeptWebhookFragment[]> {
    return (await ask(WebhooksDocument, {})).viewer?.webhooks ?? [];
  }

  protected override render(): TemplateResult {
    if (!this.rows) return html`<p class="quiet">${msg('The list of webhooks needs the server.')}</p>`;
    return html`
      ${this.told(msg('This is the secret with which deliveries are signed. It is shown only now; keep it like a password.'))}
      ${this.rows.map((hook) => this.#hook(hook))}
      <details ?open=${this.rows.length === 0}>
        <summary>${msg('Make a webhook')}</summary>
        <form novalidate @submit=${this.#make}>
          <label class="field">
            ${msg('Address')}
            <input name="url" type="url" inputmode="url" maxlength="500" placeholder="https://" autocomplete="off" required />
          </label>
          <fieldset>
            <legend>${msg('What it is told of')}</legend>
            ${Object.entries(topicWords()).map(
              ([topic, label]) => html`<label class="check">
                <input type="checkbox" name="topic" value=${topic} ?checked=${topic === 'SESSION'} /> <span>${label}</span>
              </label>`,
            )}
          </fieldset>
          ${this.formEnd(msg('Make the webhook'))}
        </form>
      </details>
    `;
  }

  #hook(hook: KeptWebhookFragment): TemplateResult {
    const words = topicWords();
    return html`<section class="hook" aria-label=${hook.url}>
      <h2>${hook.url}</h2>
      <p class="quiet small">${list(hook.topics.map((topic) => words[topic]))}</p>
      ${this.#state(hook)}
      <p class="row">
        <button ?disabled=${this.busy} @click=${() => this.#test(hook)}>${msg('Send a test')}</button>
        <button class="danger" ?disabled=${this.busy} @click=${() => this.#delete(hook)}>${msg('Delete')}</button>
      </p>
      ${
        hook.deliveries.length === 0
          ? nothing
          : html`<details>
              <summary>${msg('Last deliveries')}</summary>
              <ul class="told" role="list">
                ${hook.deliveries.map((delivery) => this.#delivery(hook, delivery))}
              </ul>
            </details>`
      }
    </section>`;
  }

  #state({ stoppedAt, failingSince, failure, deliveredAt }: KeptWebhookFragment): TemplateResult {
    if (stoppedAt)
      return html`<p class="fault">${msg(str`Stopped on ${date(stoppedAt)}, after three days without an answer. A test tries it again.`)} ${failure}</p>`;
    if (failingSince)
      return html`<p class="fault">${msg(str`Has not received since ${moment(failingSince)}; it is tried again.`)} ${failure}</p>`;
    return html`<p class="small">
      ${deliveredAt ? msg(str`Last received ${moment(deliveredAt)}.`) : msg('Nothing was sent yet.')}
    </p>`;
  }

  #delivery(hook: KeptWebhookFragment, { deliveryId, type, triedAt, tries, failure }: Delivery): TemplateResult {
    return html`<li>
      <div>
        <p><code>${type}</code></p>
        <p class="quiet small">
          ${failure ? html`<span class="fault">${failure}</span>` : msg('Received')}, ${moment(triedAt)},
          ${msg(str`tries: ${tries}`)}
        </p>
      </div>
      <button
        ?disabled=${this.busy}
        aria-label=${msg(str`Send again: ${type}, ${moment(triedAt)}`)}
        @click=${() => this.#again(hook, deliveryId)}
      >
        ${msg('Send again')}
      </button>
    </li>`;
  }

  #make = (event: SubmitEvent): Promise<void> =>
    this.make(event, async (values, text) => {
      const topics = values.getAll('topic') as Topic[];
      const input = { url: text('url').trim(), topics, password: text('password') };
      return (await tell(CreateWebhookDocument, { input })).createWebhook;
    });

  /** Does something to a webhook, then looks until the server has sent what there was to send. */
  async #act(work: () => Promise<readonly UserError[]>, done: string, sent?: string): Promise<void> {
    this.busy = true;
    try {
      const before = sent && this.#lastOf(sent);
      const [error] = await work();
      showToast({ message: error?.message ?? done });
      for (let look = 0; sent && !error && look < LOOKS && this.#lastOf(sent) === before; look++) {
        await new Promise((next) => setTimeout(next, LOOK_MS));
        await this.load();
      }
      if (!sent) await this.load();
    } catch (error) {
      showError(error);
    }
    this.busy = false;
  }

  #lastOf(id: string): string {
    const newest = this.rows?.find((hook) => hook.id === id)?.deliveries[0];
    return `${newest?.deliveryId} ${newest?.tries}`;
  }

  #test({ id }: KeptWebhookFragment): Promise<void> {
    return this.#act(
      async () => (await tell(TestWebhookDocument, { input: { id } })).testWebhook.userErrors,
      msg('A test is on its way.'),
      id,
    );
  }

  #again({ id }: KeptWebhookFragment, deliveryId: string): Promise<void> {
    return this.#act(
      async () => (await tell(ResendToWebhookDocument, { input: { id, deliveryId } })).resendToWebhook.userErrors,
      msg('It is on its way again.'),
      id,
    );
  }

  #delete({ id }: KeptWebhookFragment): Promise<void> {
    this.secret = '';
    return this.#act(
      async () => (await tell(DeleteWebhookDocument, { input: { id } })).deleteWebhook.userErrors,
      msg('The webhook is deleted.'),
    );
  }
}

const moment = (at: string): string => date(at, { dateStyle: 'medium', timeStyle: 'short' });
