import { msg, str } from '@lit/localize';
import { css, html, nothing, type TemplateResult } from 'lit';
import { account } from '../../data/account.ts';
import { ask, tell, type UserError } from '../../data/client.ts';
import {
  CloseReportDocument,
  HideProtocolDocument,
  ModerationDocument,
  type ModerationQuery,
  PeopleDocument,
  type PeopleQuery,
  type ReportFieldsFragment,
  RestoreProtocolDocument,
  SuspendUserDocument,
} from '../../data/generated/moderation.ts';
import { Follow, NesElement } from '../../elements/element.ts';
import { date, number } from '../../elements/format.ts';
import { base, controls, page } from '../../styles/base.ts';
import { reasonName } from '../protocol/report-dialog.ts';
import { to } from '../router.ts';
import type { Page } from '../routes.ts';
import { showError, showToast } from '../toast.ts';

type Person = PeopleQuery['users']['nodes'][number];

/** For administrators: what was reported, who is here, and what was done about it. */
export class AdminPage extends NesElement implements Page {
  static override styles = [
    base,
    controls,
    page,
    css`
      header,
      .counts,
      section {
        margin-bottom: var(--space-5);
      }
      .counts {
        display: flex;
        flex-wrap: wrap;
        gap: var(--space-4) var(--space-7);
      }
      .counts dd {
        font-size: var(--size-4);
        font-weight: 300;
        font-variant-numeric: tabular-nums;
      }
      .counts dt {
        color: var(--quiet);
        font-size: var(--size--1);
      }
      section {
        display: grid;
        gap: var(--space-4);
      }
      .reports {
        display: grid;
      }
      .report {
        display: grid;
        grid-template-columns: minmax(0, 1fr) auto;
        gap: var(--space-2) var(--space-5);
        padding: var(--space-4) 0;
        border-top: 1px solid var(--line);
      }
      .scroll {
        overflow-x: auto;
      }
      @media (width < 47.5rem) {
        .report {
          grid-template-columns: minmax(0, 1fr);
        }
      }
    `,
  ];

  static override properties = {
    state: { state: true },
    people: { state: true },
    closed: { state: true },
    failure: { state: true },
    busy: { state: true },
  };

  declare params: Record<string, string>;
  declare protected state: ModerationQuery | null;
  declare protected people: readonly Person[] | null;
  /** Reports that were seen to are shown too. */
  declare protected closed: boolean;
  declare protected failure: boolean;
  declare protected busy: boolean;

  constructor() {
    super();
    this.params = {};
    this.state = null;
    this.people = null;
    this.closed = false;
    this.failure = false;
    this.busy = false;
    new Follow(this, [account], () => this.#load());
  }

  get pageTitle(): string {
    return msg('Administration');
  }

  override connectedCallback(): void {
    super.connectedCallback();
    account.ready.then(() => this.#load());
  }

  async #load(): Promise<void> {
    if (account.viewer?.role !== 'ADMIN') {
      this.requestUpdate();
      return;
    }
    this.failure = false;
    try {
      this.state = await ask(ModerationDocument, { reports: 50, acts: 30, closed: this.closed ? null : false });
    } catch {
      this.failure = true;
    }
  }

  protected override render(): TemplateResult {
    const heading = html`<header><h1 tabindex="-1">${this.pageTitle}</h1></header>`;
    if (account.viewer?.role !== 'ADMIN') {
      return html`${heading}
        <p class="quiet">${msg('This page is for administrators.')}</p>
        <p><a class="button" href=${to('account')}>${msg('Go to the account')}</a></p>`;
    }
    if (this.failure && !this.state) {
      return html`${heading}
        <p class="quiet">${msg('The server cannot be reached. Try again later.')}</p>
        <p><button class="primary" @click=${this.#load}>${msg('Try again')}</button></p>`;
    }
    const { state } = this;
    if (!state) return html`${heading}<p class="quiet" role="status">${msg('One moment')}</p>`;
    const counts: [string, number][] = [
      [msg('Accounts'), state.serviceMetrics.accounts],
      [msg('Guests'), state.serviceMetrics.guests],
      [msg('Sessions'), state.serviceMetrics.sessions],
      [msg('Sessions, last day'), state.serviceMetrics.sessionsLastDay],
      [msg('Playing now'), state.serviceMetrics.sessionsNow],
      [msg('Protocols by people'), state.serviceMetrics.protocolsOfUsers],
      [msg('Open reports'), state.serviceMetrics.openReports],
    ];
    return html`${heading}
      <dl class="counts">
        ${counts.map(([name, count]) => html`<div><dt>${name}</dt><dd>${number(count)}</dd></div>`)}
      </dl>
      <section class="panel" aria-labelledby="reports">
        <h2 id="reports">${msg('Reports')}</h2>
        <label class="check">
          <input
            type="checkbox"
            .checked=${this.closed}
            @change=${(event: Event) => {
              this.closed = (event.target as HTMLInputElement).checked;
              this.#load();
            }}
          />
          <span>${msg('Also those that were seen to')}</span>
        </label>
        ${
          state.reports.nodes.length === 0
            ? html`<p class="quiet">${msg('Nothing is waiting.')}</p>`
            : html`<ul class="reports" role="list">${state.reports.nodes.map((report) => this.#report(report))}</ul>`
        }
      </section>
      <section class="panel" aria-labelledby="people">
        <h2 id="people">${msg('People')}</h2>
        <form class="row" @submit=${this.#find}>
          <label class="field"><span>${msg('E-mail begins with')}</span><input name="email" type="text" autocomplete="off" /></label>
          <label class="check"><input type="checkbox" name="suspended" /> <span>${msg('Only suspended')}</span></label>
          <button>${msg('Search')}</button>
        </form>
        ${this.people ? this.#people(this.people) : nothing}
      </section>
      <section class="panel" aria-labelledby="acts">
        <h2 id="acts">${msg('What was done')}</h2>
        ${
          state.adminActs.nodes.length === 0
            ? html`<p class="quiet">${msg('Nothing so far.')}</p>`
            : html`<div class="scroll" role="group" tabindex="0" aria-labelledby="acts"><table>
                <thead>
                  <tr>
                    <th scope="col">${msg('When')}</th>
                    <th scope="col">${msg('Who')}</th>
                    <th scope="col">${msg('What')}</th>
                    <th scope="col">${msg('Why')}</th>
                  </tr>
                </thead>
                <tbody>
                  ${state.adminActs.nodes.map(
                    (act) => html`<tr>
                      <td>${date(act.createdAt, { dateStyle: 'medium', timeStyle: 'short' })}</td>
                      <td>${act.admin?.displayName ?? '–'}</td>
                      <td><code>${act.action}</code> ${act.targetType}</td>
                      <td>${act.reason}</td>
                    </tr>`,
                  )}
                </tbody>
              </table></div>`
        }
      </section>`;
  }

  #report(report: ReportFieldsFragment): TemplateResult {
    const { protocol } = report;
    return html`<li class="report">
      <div>
        <p>
          <a href=${to(`protocols/${protocol.slug}`)}>${protocol.title}</a>
          <span class="quiet">${protocol.author ? msg(str`by ${protocol.author.displayName || msg('somebody')}`) : nothing}</span>
        </p>
        <p><strong>${reasonName(report.reason)}</strong>${report.text ? html` – ${report.text}` : nothing}</p>
        <p class="quiet small">
          ${report.reporter.displayName || msg('somebody')}, ${date(report.createdAt, { dateStyle: 'medium', timeStyle: 'short' })}${report.closedAt ? html`, ${msg('seen to')}` : nothing}
        </p>
      </div>
      <div class="row">
        <button class="danger" ?disabled=${this.busy} @click=${() => this.#act(async () => (await tell(HideProtocolDocument, { input: { id: protocol.id, reason: report.reason } })).hideProtocol.userErrors, msg('It is hidden.'))}>
          ${msg('Hide it')}
        </button>
        <button ?disabled=${this.busy} @click=${() => this.#act(async () => (await tell(RestoreProtocolDocument, { input: { id: protocol.id } })).restoreProtocol.userErrors, msg('It is shown again.'))}>
          ${msg('Show it again')}
        </button>
        ${
          report.closedAt
            ? nothing
            : html`<button ?disabled=${this.busy} @click=${() => this.#act(async () => (await tell(CloseReportDocument, { input: { id: report.id } })).closeReport.userErrors, msg('The report is closed.'))}>
                ${msg('Seen to')}
              </button>`
        }
      </div>
    </li>`;
  }

  #people(people: readonly Person[]): TemplateResult {
    if (people.length === 0) return html`<p class="quiet" role="status">${msg('Nobody fits.')}</p>`;
    return html`<div class="scroll" role="group" tabindex="0" aria-labelledby="people"><table>
      <thead>
        <tr>
          <th scope="col">${msg('Person')}</th>
          <th scope="col">${msg('Since')}</th>
          <th scope="col">${msg('Sessions')}</th>
          <th scope="col">${msg('Protocols')}</th>
          <td></td>
        </tr>
      </thead>
      <tbody>
        ${people.map(
          (person) => html`<tr>
            <td>${person.displayName} <span class="quiet">${person.email ?? msg('guest')}</span></td>
            <td>${date(person.createdAt)}</td>
            <td>${number(person.sessionCount)}</td>
            <td>${number(person.protocolCount)}</td>
            <td>
              ${
                person.role === 'ADMIN'
                  ? msg('administrator')
                  : html`<button
                      class=${person.suspendedAt ? '' : 'danger'}
                      ?disabled=${this.busy}
                      @click=${() => this.#suspend(person)}
                    >
                      ${person.suspendedAt ? msg('Let in again') : msg('Suspend')}
                    </button>`
              }
            </td>
          </tr>`,
        )}
      </tbody>
    </table></div>`;
  }

  #find = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    const form = new FormData(event.target as HTMLFormElement);
    await this.#search(String(form.get('email') ?? '').trim(), form.has('suspended'));
  };

  #last: [string, boolean] = ['', false];

  async #search(email: string, suspended: boolean): Promise<void> {
    this.#last = [email, suspended];
    try {
      const { users } = await ask(PeopleDocument, {
        first: 50,
        email: email || null,
        suspended: suspended ? true : null,
      });
      this.people = users.nodes;
    } catch (error) {
      showError(error);
    }
  }

  async #suspend(person: Person): Promise<void> {
    const suspended = !person.suspendedAt;
    await this.#act(
      async () => (await tell(SuspendUserDocument, { input: { id: person.id, suspended } })).suspendUser.userErrors,
      suspended ? msg('The person is suspended.') : msg('The person may come in again.'),
    );
    await this.#search(...this.#last);
  }

  async #act(work: () => Promise<readonly UserError[]>, done: string): Promise<void> {
    this.busy = true;
    try {
      const [error] = await work();
      showToast({ message: error?.message ?? done });
      await this.#load();
    } catch (error) {
      showError(error);
    }
    this.busy = false;
  }
}
