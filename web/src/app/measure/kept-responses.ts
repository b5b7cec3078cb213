import { msg, str } from '@lit/localize';
import { css, html, nothing, type TemplateResult } from 'lit';
import { account } from '../../data/account.ts';
import { forgetResponse, type KeptResponse, keptResponses } from '../../data/responses.ts';
import { define } from '../../elements/define.ts';
import { Follow, NesElement } from '../../elements/element.ts';
import { date, hertz, number } from '../../elements/format.ts';
import { list } from '../../elements/list.ts';
import { base, controls } from '../../styles/base.ts';
import { to } from '../router.ts';
import { showError } from '../toast.ts';

/** What measurements said, as it was kept by consent. Shows nothing where there is none. */
export class KeptResponses extends NesElement {
  static override properties = { responses: { state: true } };

  static override styles = [
    base,
    controls,
    css`
      :host {
        display: block;
      }
      section {
        display: grid;
        gap: var(--space-3);
        padding-top: var(--space-6);
      }
      ul {
        display: grid;
        padding: 0;
        margin: 0;
        list-style: none;
      }
      li {
        display: grid;
        grid-template-columns: 9rem minmax(0, 1fr) auto;
        gap: var(--space-2) var(--space-5);
        align-items: center;
        padding: var(--space-3) 0;
        border-top: 1px solid var(--line);
      }
      @media (width < 53.75rem) {
        li {
          grid-template-columns: minmax(0, 1fr);
        }
      }
    `,
  ];

  declare protected responses: readonly KeptResponse[];

  constructor() {
    super();
    this.responses = [];
    new Follow(this, [account], () => void this.#load());
  }

  override connectedCallback(): void {
    super.connectedCallback();
    void this.#load();
  }

  protected override render(): TemplateResult | typeof nothing {
    if (this.responses.length === 0) return nothing;
    return html`<section>
      <h2>${msg('Measured responses')}</h2>
      <ul role="list">
        ${this.responses.map(
          (one) => html`<li>
            <span>${date(one.measuredAt)} <span class="quiet small">${hertz(one.rateHz, 1)}</span></span>
            <span>${this.#words(one)}</span>
            <button @click=${() => this.#forget(one.responseId)}>${msg('Delete')}</button>
          </li>`,
        )}
      </ul>
      <p class="quiet small"><a href=${to('measure')}>${msg('Measure again')}</a></p>
    </section>`;
  }

  #words({ channels, earphonesAway }: KeptResponse): string {
    const follow = channels.filter(({ verdict }) => verdict === 'FOLLOWS').map(({ name }) => name);
    const visible = channels.flatMap(({ verdict, smallestVisibleMicrovolts }) =>
      verdict === 'NOT_SEEN' && smallestVisibleMicrovolts != null ? [smallestVisibleMicrovolts] : [],
    );
    const said =
      follow.length > 0
        ? msg(str`${list(follow)}: this electrode follows the sound.`)
        : visible.length > 0
          ? msg(str`Not seen: a response of ${number(Math.min(...visible), 2)} µV would have been.`)
          : msg('It could not be told.');
    return earphonesAway ? `${said} ${msg('Control with the earphones away.')}` : said;
  }

  async #load(): Promise<void> {
    // Offline there is nothing of it to show: the answers are kept by the server alone.
    this.responses = await keptResponses().catch(() => []);
  }

  async #forget(responseId: string): Promise<void> {
    try {
      await forgetResponse(responseId);
      await this.#load();
    } catch (error) {
      showError(error);
    }
  }
}

define('nes-kept-responses', KeptResponses);
