import { msg, str } from '@lit/localize';
import type { BandSeconds } from '@nes/program/bands.ts';
import { css, html, nothing, svg, type TemplateResult } from 'lit';
import { account } from '../../data/account.ts';
import { history, type Metrics, metrics } from '../../data/history.ts';
import { localBands } from '../../data/local-bands.ts';
import { preferences } from '../../data/preferences.ts';
import { localHistory, type SessionRecord } from '../../data/records.ts';
import { bandName, bands } from '../../elements/bands.ts';
import '../../elements/charts/nes-heat-map.ts';
import '../../elements/charts/nes-intervals.ts';
import '../../elements/charts/nes-slopes.ts';
import type { Comparison } from '../../elements/charts/intervals.ts';
import type { Slope } from '../../elements/charts/slopes.ts';
import { define } from '../../elements/define.ts';
import { Follow, NesElement } from '../../elements/element.ts';
import { date, duration, number } from '../../elements/format.ts';
import { icon } from '../../elements/icons.ts';
import { dayName, streakOf } from '../../elements/metrics/days.ts';
import { base, controls, page } from '../../styles/base.ts';
import { advice } from '../advice.ts';
import { saveFile } from '../download.ts';
import { LoudnessPanel } from '../loudness/loudness-panel.ts';
import { type Feeling, feelingKey, feelingWords } from '../player/feelings.ts';
import { to } from '../router.ts';
import type { Page } from '../routes.ts';
import '../measure/kept-responses.ts';
import { saveFromServer } from '../server-file.ts';
import { wordsFor } from '../toast.ts';

const feelings: readonly Feeling[] = ['calm', 'focus', 'mood', 'sleepiness'];

define('nes-loudness-panel', LoudnessPanel);

/** What listening did: minutes, streak and goal, before and after, bands, protocols against their controls. */
export class ProgressPage extends NesElement implements Page {
  static override styles = [
    base,
    controls,
    page,
    css`
      header {
        display: flex;
        flex-wrap: wrap;
        align-items: baseline;
        gap: var(--space-2) var(--space-5);
        padding-bottom: var(--space-5);
      }
      .first {
        display: grid;
        grid-template-columns: auto auto minmax(0, 1fr);
        gap: var(--space-4);
        padding-bottom: var(--space-4);
      }
      .ring {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: var(--space-5);
      }
      .ring svg {
        width: 8rem;
        height: 8rem;
        flex: none;
      }
      .ring .way {
        fill: none;
        stroke: var(--line);
        stroke-width: 9;
      }
      .ring .done {
        fill: none;
        stroke: var(--accent);
        stroke-width: 9;
        stroke-linecap: round;
      }
      .ring text {
        font-family: var(--font);
        font-size: 26px;
        font-weight: 300;
        fill: var(--text);
        text-anchor: middle;
        font-variant-numeric: tabular-nums;
      }
      .ring .long {
        font-size: 15px;
        font-weight: 400;
      }
      .ring .unit {
        font-size: 11px;
        font-weight: 400;
        fill: var(--quiet);
      }
      .big {
        font-size: var(--size-6);
        font-weight: 300;
        line-height: 1.1;
        letter-spacing: -0.02em;
      }
      .panel h2 {
        padding-bottom: var(--space-4);
        font-size: var(--size-1);
      }
      .bands {
        display: grid;
        gap: var(--space-2);
      }
      .bands li {
        display: grid;
        grid-template-columns: 4rem minmax(0, 1fr) 4.5rem;
        align-items: center;
        gap: var(--space-3);
        font-size: var(--size--1);
      }
      .bands svg {
        width: 100%;
        height: 0.6rem;
      }
      .bands .delta {
        fill: var(--delta);
      }
      .bands .theta {
        fill: var(--theta);
      }
      .bands .alpha {
        fill: var(--alpha);
      }
      .bands .beta {
        fill: var(--beta);
      }
      .bands .gamma {
        fill: var(--gamma);
      }
      .bands .noBeat {
        fill: var(--control);
      }
      .bands li > :last-child {
        text-align: end;
      }
      @media print {
        :host {
          padding: 0;
        }
        .first {
          grid-template-columns: auto auto minmax(0, 1fr);
        }
        .panel {
          padding: var(--space-3) 0;
          border-width: 1px 0 0;
          border-radius: 0;
          background: none;
          break-inside: avoid;
        }
        .panel:has(.exports),
        button,
        details {
          display: none;
        }
        svg {
          print-color-adjust: exact;
        }
      }
      .wide {
        margin-bottom: var(--space-4);
      }
      .slopes {
        display: grid;
        grid-template-columns: repeat(auto-fit, minmax(min(13rem, 100%), 1fr));
        gap: var(--space-5) var(--space-6);
      }
      .scales {
        padding-bottom: var(--space-4);
      }
      .exports {
        display: flex;
        flex-wrap: wrap;
        gap: var(--space-3);
      }
      @media (width < 68.75rem) {
        .first {
          grid-template-columns: 1fr 1fr;
        }
        .first > :last-child {
          grid-column: 1 / -1;
        }
      }
      @media (width < 40rem) {
        .first {
          grid-template-columns: minmax(0, 1fr);
        }
      }
    `,
  ];

  static override properties = {
    figures: { state: true },
    asOf: { state: true },
    records: { state: true },
    scale: { state: true },
    away: { state: true },
    exportFailed: { state: true },
    here: { state: true },
  };

  declare params: Record<string, string>;
  declare protected figures: Metrics | null;
  /** When the figures were counted, where it was not just now. */
  declare protected asOf: string | null;
  declare protected records: readonly SessionRecord[] | null;
  declare protected scale: string;
  declare protected away: boolean;
  declare protected exportFailed: string;
  /** Time in each band of the sessions that the server does not count yet. */
  declare protected here: BandSeconds | null;

  constructor() {
    super();
    this.params = {};
    this.figures = null;
    this.asOf = null;
    this.records = null;
    this.scale = 'CALM';
    this.away = false;
    this.exportFailed = '';
    this.here = null;
    new Follow(this, [account], () => this.#load());
    new Follow(this, [preferences]);
  }

  get pageTitle(): string {
    return msg('Progress');
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.#load();
  }

  async #load(): Promise<void> {
    this.records ??= await localHistory().catch(() => []);
    const today = new Date();
    const from = new Date(today);
    from.setDate(from.getDate() - 371);
    try {
      const answer = await metrics(dayName(from), dayName(today));
      this.figures = answer.metrics;
      this.asOf = answer.asOf && Date.now() - Date.parse(answer.asOf) > 60_000 ? answer.asOf : null;
      this.records = (await history()).records;
      this.away = this.asOf !== null;
    } catch {
      this.away = true;
    }
    this.here = await localBands(this.figures !== null).catch(() => null);
  }

  /** Seconds by day: the server's count with what is not sent yet, or this device's own where there is no server. */
  get #days(): Map<string, number> {
    const days = new Map<string, number>();
    const add = (day: string, seconds: number): void => {
      days.set(day, (days.get(day) ?? 0) + seconds);
    };
    for (const { day, seconds } of this.figures?.days ?? []) add(day, seconds);
    for (const record of this.records ?? []) {
      if (!this.figures || record.unsent) add(dayName(new Date(record.startedAt)), record.playedSeconds);
    }
    return days;
  }

  protected override render(): TemplateResult {
    const { records } = this;
    if (!records) return html`<h1 tabindex="-1">${this.pageTitle}</h1>`;
    if (records.length === 0 && !this.figures?.days.length) {
      return html`<div class="stack">
        <h1 tabindex="-1">${this.pageTitle}</h1>
        <p class="quiet">
          ${msg('After the first session this page counts minutes and days, and shows what changed from before to after.')}
        </p>
        <p><a class="button primary" href=${to()}>${msg('Choose a first one')}</a></p>
      </div>`;
    }
    const days = this.#days;
    return html`
      <header>
        <h1 tabindex="-1">${this.pageTitle}</h1>
        ${this.#source()}
      </header>
      <div class="first">${this.#goal(days)} ${this.#streak(days)} ${this.#bands()}</div>
      <section class="panel wide">
        <h2>${msg('A year of days')}</h2>
        <nes-heat-map .days=${days}></nes-heat-map>
      </section>
      <section class="panel wide">
        <h2>${msg('Before and after')}</h2>
        <div class="slopes">
          ${feelings.map(
            (feeling) =>
              html`<nes-slopes .label=${feelingWords(feeling).label} .slopes=${this.#slopes(feeling)}></nes-slopes>`,
          )}
        </div>
      </section>
      ${this.#comparisons()}
      <section class="panel wide" id="loudness">
        <h2>${msg('Loudness of the week')}</h2>
        <nes-loudness-panel></nes-loudness-panel>
      </section>
      <nes-kept-responses class="wide"></nes-kept-responses>
      ${this.#exports()}
    `;
  }

  #source(): TemplateResult | typeof nothing {
    if (this.asOf) {
      return html`<p class="quiet small" role="status">
        ${msg(str`The server cannot be reached. Counted on ${date(this.asOf, { dateStyle: 'medium', timeStyle: 'short' })}.`)}
      </p>`;
    }
    if (!this.figures)
      return html`<p class="quiet small" role="status">${msg('Counted from what is on this device.')}</p>`;
    return nothing;
  }

  #goal(days: ReadonlyMap<string, number>): TemplateResult {
    const seconds = days.get(dayName(new Date())) ?? 0;
    const goal = preferences.value.dailyGoalMinutes * 60;
    const share = Math.min(1, seconds / goal);
    const around = 2 * Math.PI * 50;
    const heard = duration(seconds);
    const sentence = msg(str`${heard} of ${duration(goal)} today.`);
    return html`<section class="panel ring" aria-label=${msg('Today')}>
      <svg viewBox="0 0 120 120" role="img" aria-label=${sentence}>
        <circle class="way" cx="60" cy="60" r="50"></circle>
        ${
          share > 0
            ? svg`<circle class="done" cx="60" cy="60" r="50" transform="rotate(-90 60 60)" stroke-dasharray="${share * around} ${around}"></circle>`
            : nothing
        }
        <text class=${heard.length > 6 ? 'long' : ''} x="60" y="65">${heard}</text>
        <text class="unit" x="60" y="82">${msg(str`of ${duration(goal)}`)}</text>
      </svg>
      <div>
        <h2>${msg('Today')}</h2>
        <p class="quiet small">
          ${
            seconds >= advice.minutes * 60
              ? msg(
                  'More than our advice of 45 minutes a day, which is no finding and does not mean naps and nights. A pause may do more.',
                )
              : share >= 1
                ? msg('The goal of the day is reached.')
                : msg(str`${duration(goal - seconds)} to the goal.`)
          }
        </p>
      </div>
    </section>`;
  }

  #streak(days: ReadonlyMap<string, number>): TemplateResult {
    // Of the days with what is on this device alone: the server counts that one later.
    const run = Math.max(streakOf(days), this.figures?.streakDays ?? 0);
    const longest = Math.max(run, this.figures?.longestStreakDays ?? 0);
    return html`<section class="panel">
      <h2>${msg('Days in a row')}</h2>
      <p class="big figures">${number(run)}</p>
      <p class="quiet small">${this.figures ? msg(str`The longest run: ${number(longest)}`) : nothing}</p>
    </section>`;
  }

  #bands(): TemplateResult {
    const { figures } = this;
    const rows = [...bands.map(({ band }) => band), 'noBeat' as const].map((band) => ({
      band,
      name: band === 'noBeat' ? msg('no beat') : bandName(band),
      seconds: (figures?.days ?? []).reduce((sum, day) => sum + day.bandSeconds[band], this.here?.[band] ?? 0),
    }));
    const most = Math.max(1, ...rows.map(({ seconds }) => seconds));
    const all = rows.reduce((sum, { seconds }) => sum + seconds, 0);
    const top = rows.toSorted((a, b) => b.seconds - a.seconds)[0];
    return html`<section class="panel">
      <h2>${msg('Time in each band')}</h2>
      ${
        all > 0
          ? html`<ul class="bands" role="list">
                ${rows
                  .filter(({ seconds }) => seconds > 0)
                  .map(
                    ({ band, name, seconds }) => html`<li>
                      <span>${name}</span>
                      <svg viewBox="0 0 100 6" preserveAspectRatio="none" aria-hidden="true">
                        <rect class=${band} width=${(seconds / most) * 100} height="6" rx="1"></rect>
                      </svg>
                      <span class="quiet figures">${duration(seconds)}</span>
                    </li>`,
                  )}
              </ul>
              <p class="away">${msg(str`Most of the time was spent in ${top?.name ?? ''}.`)}</p>`
          : html`<p class="quiet small">${msg('Counted by the server, once it has the sessions.')}</p>`
      }
    </section>`;
  }

  #slopes(feeling: Feeling): Slope[] {
    return (this.records ?? []).slice(0, 60).flatMap((record) => {
      const before = record.rating?.[feelingKey(feeling, 'before')];
      const after = record.rating?.[feelingKey(feeling, 'after')];
      return typeof before === 'number' && typeof after === 'number' ? [{ day: record.startedAt, before, after }] : [];
    });
  }

  #comparisons(): TemplateResult {
    const all = this.figures?.comparisons ?? [];
    const scales = ['CALM', 'FOCUS', 'MOOD', 'SLEEPINESS', 'STARS'].filter((scale) =>
      all.some((one) => one.scale === scale),
    );
    const scale = scales.includes(this.scale) ? this.scale : (scales[0] ?? 'CALM');
    const rows: Comparison[] = all
      .filter((one) => one.scale === scale)
      .map((one) => ({
        title: one.protocol?.title ?? msg('A protocol that is not public'),
        sessions: one.sessions,
        mean: one.mean ?? null,
        low: one.low ?? null,
        high: one.high ?? null,
        control: one.control
          ? {
              sessions: one.control.sessions,
              mean: one.control.mean ?? null,
              low: one.control.low ?? null,
              high: one.control.high ?? null,
            }
          : null,
      }));
    const name = (one: string): string =>
      one === 'STARS' ? msg('Stars') : feelingWords(one.toLowerCase() as Feeling).label;
    return html`<section class="panel wide">
      <h2>${msg('Protocols, each against its control')}</h2>
      ${
        rows.length === 0
          ? html`<p class="quiet">
              ${msg('Rate some sessions before and after, and some of the same sound without a beat. Then this compares them.')}
            </p>`
          : html`<div class="row scales" role="group" aria-label=${msg('Scale')}>
                ${scales.map(
                  (one) =>
                    html`<button
                      class="chip"
                      aria-pressed=${one === scale}
                      @click=${() => {
                        this.scale = one;
                      }}
                    >
                      ${name(one)}
                    </button>`,
                )}
              </div>
              <nes-intervals
                .comparisons=${rows}
                .from=${scale === 'STARS' ? 1 : -10}
                .to=${scale === 'STARS' ? 5 : 10}
              ></nes-intervals>`
      }
    </section>`;
  }

  #exports(): TemplateResult {
    const files: [string, string][] = [
      ['sessions.csv', msg('Sessions, CSV')],
      ['days.csv', msg('Days, CSV')],
      ['sessions.json', msg('Everything, JSON')],
      ['events.tsv', msg('Events, BIDS')],
      ['events.json', msg('BIDS columns')],
    ];
    return html`<section class="panel wide">
      <h2>${msg('Take it with you')}</h2>
      <div class="exports">
        <button @click=${() => this.#made('mindful-minutes.csv')}>${icon('download')} ${msg('Mindful minutes')}</button>
        <button @click=${() => this.#made('sessions.ics')}>${icon('download')} ${msg('Calendar')}</button>
        ${
          account.viewer
            ? files.map(
                ([file, label]) =>
                  html`<button @click=${() => this.#export(file)}>${icon('download')} ${label}</button>`,
              )
            : nothing
        }
      </div>
      <p class="quiet small">
        ${msg('A health app takes mindful minutes by a shortcut that reads the file line by line: start, end, minutes.')}
      </p>
      ${this.exportFailed ? html`<p class="quiet small" role="alert">${this.exportFailed}</p>` : nothing}
    </section>`;
  }

  /** Files that are made here, from everything on this device and what the server has from others. */
  async #made(file: 'mindful-minutes.csv' | 'sessions.ics'): Promise<void> {
    this.exportFailed = '';
    try {
      const { mindfulMinutes, sessionCalendar } = await import('../../data/health-files.ts');
      const all = new Map<string, SessionRecord>();
      let after: string | null = null;
      do {
        const { records, next }: { records: SessionRecord[]; next: string | null } = await history(after).catch(
          async () => ({
            records: await localHistory(),
            next: null,
          }),
        );
        for (const record of records) all.set(record.id, record);
        after = next;
      } while (after !== null);
      const records = [...all.values()];
      const calendar = file === 'sessions.ics';
      const text = calendar ? sessionCalendar(records, new Date()) : mindfulMinutes(records);
      saveFile(new Blob([text], { type: calendar ? 'text/calendar' : 'text/csv' }), file);
    } catch (error) {
      this.exportFailed = msg(str`The file could not be fetched. ${await wordsFor(error)}`);
    }
  }

  async #export(file: string): Promise<void> {
    this.exportFailed = '';
    try {
      await saveFromServer(`export/${file}`, file);
    } catch (error) {
      this.exportFailed = msg(str`The file could not be fetched. ${await wordsFor(error)}`);
    }
  }
}
