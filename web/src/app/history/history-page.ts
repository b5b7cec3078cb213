import { msg, str } from '@lit/localize';
import { css, html, nothing, type TemplateResult } from 'lit';
import { account } from '../../data/account.ts';
import { history } from '../../data/history.ts';
import { type LibraryProtocol, library } from '../../data/library.ts';
import { findProtocol } from '../../data/protocols.ts';
import { localHistory, type SessionRecord } from '../../data/records.ts';
import '../../elements/curve/nes-curve.ts';
import { Follow, NesElement } from '../../elements/element.ts';
import { date, duration, number, signed, time } from '../../elements/format.ts';
import { icon } from '../../elements/icons.ts';
import { outbox } from '../../session/outbox.ts';
import { base, controls, page } from '../../styles/base.ts';
import '../measure/kept-responses.ts';
import { stateName } from '../names.ts';
import { playProtocol } from '../play.ts';
import { type Feeling, feelingKey, feelingWords } from '../player/feelings.ts';
import { to } from '../router.ts';
import type { Page } from '../routes.ts';
import { showError, showToast } from '../toast.ts';

const feelings: readonly Feeling[] = ['calm', 'focus', 'mood', 'sleepiness'];

/** Every session, newest first: on this device, and from the person's others where the server answers. */
export class HistoryPage extends NesElement implements Page {
  static override styles = [
    base,
    controls,
    page,
    css`
      header {
        display: flex;
        flex-wrap: wrap;
        align-items: baseline;
        justify-content: space-between;
        gap: var(--space-2) var(--space-5);
        padding-bottom: var(--space-5);
      }
      section {
        display: grid;
        grid-template-columns: minmax(8rem, 12rem) minmax(0, 1fr);
        gap: var(--space-2) var(--space-5);
        padding: var(--space-3) 0;
        border-top: 1px solid var(--line);
      }
      h2 {
        position: sticky;
        top: calc(var(--bar) + var(--space-3));
        align-self: start;
        padding-top: var(--space-3);
        font-size: var(--size-0);
      }
      h2 span {
        display: block;
        padding-top: var(--space-1);
        font-size: var(--size--1);
        font-weight: 400;
        color: var(--quiet);
      }
      li {
        display: grid;
        grid-template-columns: 7rem minmax(0, 1.3fr) minmax(0, 1fr) auto 2.75rem;
        align-items: center;
        gap: var(--space-2) var(--space-5);
        padding: var(--space-3) 0;
      }
      li + li {
        border-top: 1px solid color-mix(in srgb, var(--line) 60%, transparent);
      }
      nes-curve {
        height: 2.75rem;
        border-radius: var(--radius);
        background: var(--raised);
      }
      .name {
        font-weight: 540;
      }
      .name a {
        text-decoration: none;
      }
      .name a:hover {
        text-decoration: underline;
      }
      .felt {
        display: flex;
        flex-wrap: wrap;
        gap: var(--space-1) var(--space-4);
        font-size: var(--size--1);
        color: var(--quiet);
      }
      .felt b {
        font-weight: 560;
        color: var(--text);
      }
      .comment {
        flex-basis: 100%;
      }
      .stars {
        display: flex;
        min-width: 5.5rem;
        color: var(--beta);
      }
      .stars svg.icon {
        width: 1rem;
        height: 1rem;
        fill: currentcolor;
      }
      .nothing {
        display: grid;
        justify-items: start;
        gap: var(--space-4);
        padding: var(--space-6) 0;
      }
      .more {
        display: flex;
        justify-content: center;
        padding-top: var(--space-5);
        border-top: 1px solid var(--line);
      }
      @media (width < 53.75rem) {
        section {
          grid-template-columns: minmax(0, 1fr);
        }
        h2 {
          position: static;
        }
        h2 span {
          display: inline;
          padding-inline-start: var(--space-3);
        }
        li {
          grid-template-columns: minmax(0, 4.5rem) minmax(min-content, 1fr) minmax(auto, 2.75rem);
          gap: var(--space-1) var(--space-4);
        }
        .again {
          grid-column: 3;
          grid-row: 1;
        }
        .felt {
          grid-column: 2 / -1;
          grid-row: 2;
        }
        .stars {
          grid-column: 2 / -1;
          min-width: 0;
        }
        .stars:empty {
          display: none;
        }
      }
    `,
  ];

  static override properties = {
    records: { state: true },
    next: { state: true },
    programs: { state: true },
    onlyHere: { state: true },
    loading: { state: true },
  };

  declare params: Record<string, string>;
  declare protected records: SessionRecord[] | null;
  declare protected next: string | null;
  declare protected programs: ReadonlyMap<string, Pick<LibraryProtocol, 'title' | 'program'>>;
  /** The server did not answer: only what is on this device is shown. */
  declare protected onlyHere: boolean;
  declare protected loading: boolean;

  constructor() {
    super();
    this.params = {};
    this.records = null;
    this.next = null;
    this.programs = new Map();
    this.onlyHere = false;
    this.loading = false;
    new Follow(this, [account], () => this.#load());
  }

  get pageTitle(): string {
    return msg('History');
  }

  override connectedCallback(): void {
    super.connectedCallback();
    outbox.addEventListener('sent', this.#sent);
    this.#load();
    library()
      .then((protocols) => {
        this.programs = new Map(protocols.map((one) => [one.slug, one]));
      })
      .catch(() => {});
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    outbox.removeEventListener('sent', this.#sent);
  }

  #sent = (): void => {
    this.#load();
  };

  /** What is here is shown at once; what the server has is added when it answers. */
  async #load(): Promise<void> {
    this.records ??= await localHistory().catch(() => []);
    try {
      const { records, next } = await history();
      this.records = records;
      this.next = next;
      this.onlyHere = false;
    } catch {
      this.records = await localHistory().catch(() => []);
      this.onlyHere = true;
    }
  }

  #more = async (): Promise<void> => {
    this.loading = true;
    try {
      const { records, next } = await history(this.next);
      const known = new Set(this.records?.map(({ id }) => id));
      this.records = [...(this.records ?? []), ...records.filter(({ id }) => !known.has(id))];
      this.next = next;
    } catch {
      this.onlyHere = true;
    }
    this.loading = false;
  };

  protected override render(): TemplateResult {
    const { records } = this;
    const days = new Map<string, SessionRecord[]>();
    for (const record of records ?? []) {
      const day = new Date(record.startedAt).toLocaleDateString('sv');
      days.set(day, [...(days.get(day) ?? []), record]);
    }
    return html`
      <header>
        <h1 tabindex="-1">${msg('History')}</h1>
        ${
          this.onlyHere
            ? html`<p class="quiet small" role="status">
                ${msg('The server cannot be reached. This is what is on this device.')}
              </p>`
            : nothing
        }
      </header>
      ${
        records && records.length === 0
          ? html`<div class="nothing">
              <p class="quiet">${msg('Nothing has been played yet. Every session will be listed here, with how it felt.')}</p>
              <a class="button primary" href=${to()}>${msg('Choose a first one')}</a>
            </div>`
          : nothing
      }
      ${[...days].map(([day, ones]) => this.#day(day, ones))}
      ${
        this.next
          ? html`<div class="more">
              <button ?disabled=${this.loading} @click=${this.#more}>${msg('Show earlier ones')}</button>
            </div>`
          : nothing
      }
      <nes-kept-responses></nes-kept-responses>
    `;
  }

  #day(day: string, records: SessionRecord[]): TemplateResult {
    const seconds = records.reduce((sum, record) => sum + record.playedSeconds, 0);
    const noon = `${day}T12:00:00`;
    const today = new Date().toLocaleDateString('sv') === day;
    return html`<section aria-label=${date(noon, { dateStyle: 'full' })}>
      <h2>
        ${today ? msg('Today') : date(noon, { weekday: 'long', day: 'numeric', month: 'long' })}
        <span class="figures">${duration(seconds)}</span>
      </h2>
      <ul role="list">
        ${records.map((record) => this.#record(record))}
      </ul>
    </section>`;
  }

  #record(record: SessionRecord): TemplateResult {
    const { program, title = record.title } = this.programs.get(record.slug ?? '') ?? {};
    const { rating } = record;
    return html`<li>
      ${program ? html`<nes-curve .program=${program}></nes-curve>` : html`<span></span>`}
      <div>
        <p class="name">
          ${record.slug ? html`<a href=${to(`protocols/${record.slug}`)}>${title}</a>` : title}
        </p>
        <p class="quiet small figures">
          ${time(record.startedAt)} · ${duration(record.playedSeconds)}, ${stateName(record.state)}${record.refused ? ` · ${msg(str`only here: ${record.refused}`)}` : record.unsent ? ` · ${msg('not sent yet')}` : nothing}
        </p>
      </div>
      <div class="felt figures">
        ${feelings.map((feeling) => {
          const before = rating?.[feelingKey(feeling, 'before')];
          const after = rating?.[feelingKey(feeling, 'after')];
          if (typeof after !== 'number') return nothing;
          const { label } = feelingWords(feeling);
          return html`<span>${label} <b>${typeof before === 'number' ? signed(after - before, 0) : number(after)}</b></span>`;
        })}
        ${rating?.comment ? html`<span class="comment">${rating.comment}</span>` : nothing}
      </div>
      <div class="stars" role="img" aria-label=${rating?.stars ? msg(str`${rating.stars} of 5 stars`) : msg('not rated')}>
        ${rating?.stars ? Array.from({ length: rating.stars }, () => icon('star')) : nothing}
      </div>
      ${
        record.slug
          ? html`<button
              class="round again"
              aria-label=${msg(str`Play ${title} again`)}
              title=${msg('Play again')}
              @click=${() => this.#again(record)}
            >
              ${icon('play')}
            </button>`
          : nothing
      }
    </li>`;
  }

  async #again({ slug, title }: SessionRecord): Promise<void> {
    try {
      const protocol = slug ? await findProtocol(slug) : null;
      if (protocol) await playProtocol(protocol);
      else showToast({ message: msg(str`${title} is no longer there.`) });
    } catch (error) {
      showError(error);
    }
  }
}
