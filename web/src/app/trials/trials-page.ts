import { msg, str } from '@lit/localize';
import { hasBeat } from '@nes/program/twin.ts';
import { detectableEffect, power } from '@nes/trials/power.ts';
import { seeded } from '@nes/trials/random.ts';
import { css, html, nothing } from 'lit';
import { library } from '../../data/library.ts';
import { findProtocol, localProtocols } from '../../data/protocols.ts';
import '../../elements/curve/nes-curve.ts';
import { Follow, NesElement } from '../../elements/element.ts';
import { number, percent } from '../../elements/format.ts';
import type { Playable } from '../../session/log.ts';
import { type LocalTrial, trials } from '../../session/trials.ts';
import { base, controls, page } from '../../styles/base.ts';
import { go, placeNow, to } from '../router.ts';
import type { Page } from '../routes.ts';
import { showError } from '../toast.ts';
import { type Across, across, acrossWords } from './across.ts';
import { outcomeOf, outcomes } from './outcomes.ts';

/** Correlation of neighbouring days that a plan is judged with; the answer estimates it. */
const PHI = 0.3;
const RUNS = 400;
const SEED = '6e65732d747269616c2d706f77657221';

/** What a trial can be made of. */
interface Choice {
  /** Unique among choices: a slug, or the id of a program that is only on this device. */
  key: string;
  title: string;
  own: boolean;
  /** The API's id; null for what is only here. */
  id: string | null;
  /** Programs of the person's own on the server come when the plan is made. */
  playable(): Promise<Playable | null>;
}

/** A person's trials, and the plan of a new one. */
export class TrialsPage extends NesElement implements Page {
  static override styles = [
    base,
    controls,
    page,
    css`
      header {
        display: grid;
        gap: var(--space-3);
        padding-bottom: var(--space-5);
      }
      .panel {
        display: grid;
        gap: var(--space-4);
        margin-bottom: var(--space-4);
      }
      .trial {
        display: grid;
        grid-template-columns: 6rem minmax(0, 1fr) auto;
        align-items: center;
        gap: var(--space-4);
      }
      nes-curve {
        height: 2.5rem;
      }
      .columns {
        display: grid;
        grid-template-columns: repeat(auto-fit, minmax(min(100%, 18rem), 1fr));
        gap: var(--space-4) var(--space-5);
      }
      .finds {
        padding: var(--space-4);
        border: 1px solid var(--line);
        border-radius: var(--radius);
        min-height: 5.5rem;
      }
    `,
  ];

  static override properties = {
    params: { attribute: false },
    kept: { state: true },
    choices: { state: true },
    key: { state: true },
    outcomeId: { state: true },
    periods: { state: true },
    smallest: { state: true },
    masked: { state: true },
    oneADay: { state: true },
    finds: { state: true },
    busy: { state: true },
    others: { state: true },
  };

  declare params: Record<string, string>;
  declare kept: LocalTrial[];
  declare choices: readonly Choice[];
  /** Key of the choice. */
  declare key: string;
  declare outcomeId: string;
  declare periods: number;
  declare smallest: number;
  declare masked: boolean;
  declare oneADay: boolean;
  /** Smallest effect that the plan finds four times in five, and how often it finds the person's own; null while it is computed. */
  declare finds: { least: number | null; own: number } | null;
  declare busy: boolean;
  /** What all people's trials of this choice say; null where nothing is shown. */
  declare others: Across | null;

  readonly ready: Promise<unknown>;
  #computing: ReturnType<typeof setTimeout> | undefined;

  constructor() {
    super();
    this.params = {};
    this.kept = [];
    this.choices = [];
    this.key = '';
    // A link may name what is to be planned; it is fixed only by the button.
    const { query } = placeNow();
    this.outcomeId = outcomeOf(query.get('outcome') ?? '')?.id ?? 'calm';
    const sessions = Number(query.get('sessions'));
    this.periods = Number.isInteger(sessions / 2) && sessions >= 8 && sessions <= 100 ? sessions : 40;
    this.smallest = 0.5;
    this.masked = false;
    this.oneADay = true;
    this.finds = null;
    this.busy = false;
    this.others = null;
    new Follow(this, [trials], () => void this.#read());
    this.ready = Promise.all([this.#read(), this.#readProtocols()]);
  }

  get pageTitle(): string {
    return msg('Does it work for me?');
  }

  override connectedCallback(): void {
    super.connectedCallback();
    trials.send();
    this.#compute();
  }

  async #read(): Promise<void> {
    this.kept = await trials.all();
  }

  async #readProtocols(): Promise<void> {
    const builtIn = (await library())
      .filter(({ minBeatHz }) => minBeatHz !== null)
      .map((one): Choice => ({ key: one.slug, title: one.title, own: false, id: one.id, playable: async () => one }));
    const here = (await localProtocols().catch(() => []))
      .filter(({ program }) => hasBeat(program))
      .map(({ id, title, program, words }): Choice => {
        const named = title || msg('Untitled');
        const category = words?.category ?? '';
        return {
          key: id,
          title: named,
          own: true,
          id: null,
          playable: async () => ({ id: null, revisionId: null, slug: null, title: named, category, program }),
        };
      });
    this.#offer([...here, ...builtIn]);
    // The server's come when they come; without it the rest is there.
    const { ownProtocols } = await import('../../data/authoring.ts');
    const asked = placeNow().query.get('protocol');
    const [mine, named] = await Promise.all([
      ownProtocols().catch(() => []),
      asked && !this.choices.some(({ key }) => key === asked) ? findProtocol(asked).catch(() => null) : null,
    ]);
    const there = [...mine, ...(named && !mine.some(({ slug }) => slug === named.slug) ? [named] : [])].map(
      ({ id, slug, title, isMine }): Choice => ({
        key: slug,
        title,
        own: isMine ?? false,
        id,
        playable: () => findProtocol(slug),
      }),
    );
    if (there.length > 0) this.#offer([...there, ...this.choices]);
  }

  #offer(choices: readonly Choice[]): void {
    this.choices = choices;
    const asked = placeNow().query.get('protocol');
    const first = choices.find(({ key }) => key === asked) ?? choices.find(({ own }) => !own) ?? choices[0];
    if (!this.key || asked === first?.key) this.key = first?.key ?? '';
    void this.#ask();
  }

  get #choice(): Choice | undefined {
    return this.choices.find(({ key }) => key === this.key);
  }

  /** What others' trials say of the choice. */
  async #ask(): Promise<void> {
    this.others = null;
    const { key, outcomeId } = this;
    const found = await across(this.#choice?.id ?? null, outcomeId);
    if (key === this.key && outcomeId === this.outcomeId) this.others = found;
  }

  /** What the plan can find, by simulation; at the next pause, so that a slider stays fluid. */
  #compute(): void {
    clearTimeout(this.#computing);
    this.finds = null;
    const { periods, smallest } = this;
    this.#computing = setTimeout(() => {
      const question = { rule: 'RUNS_OF_TWO', periods, phi: PHI, runs: RUNS } as const;
      this.finds = {
        least: detectableEffect(question, seeded(SEED)),
        own: power({ ...question, d: smallest }, seeded(SEED)),
      };
    }, 150);
  }

  override render() {
    return html`
      <header>
        <h1 tabindex="-1">${this.pageTitle}</h1>
        <p>
          ${msg('An experiment of yours, not a test of you. On some days you hear the protocol, on others the same sound without its beat, and nobody knows which until the end: not you, and not this page.')}
        </p>
      </header>
      ${this.kept.map((trial) => this.#row(trial))} ${this.#form()}
    `;
  }

  #row(trial: LocalTrial) {
    const { plan, records } = trial;
    return html`
      <section class="panel trial">
        <nes-curve .program=${trial.arms.BEAT}></nes-curve>
        <div>
          <h2>${plan.protocol.title}</h2>
          <p class="quiet small figures">
            ${outcomeOf(plan.outcome.id)?.name() ?? plan.outcome.id} ·
            ${trial.reveal?.early ? msg(str`Stopped early at ${records.length} of ${plan.periods} sessions`) : msg(str`${records.length} of ${plan.periods} sessions`)}
          </p>
        </div>
        <a class="button" href=${to(`trials/${plan.id}`)}>${trial.reveal ? msg('See the answer') : msg('Go on')}</a>
      </section>
    `;
  }

  #form() {
    const outcome = outcomeOf(this.outcomeId);
    const option = ({ key, title }: Choice) =>
      html`<option value=${key} ?selected=${key === this.key}>${title}</option>`;
    const mine = this.choices.filter(({ own }) => own);
    return html`
      <form class="panel" @submit=${this.#plan} aria-labelledby="plan">
        <h2 id="plan">${msg('Plan an experiment')}</h2>
        <p class="quiet">${msg('What you choose here is fixed before the first session and cannot be changed afterwards.')}</p>
        <div class="columns">
          <label class="field">
            ${msg('Protocol')}
            <select name="protocol" @change=${(event: Event) => this.#set({ key: chosen(event) })}>
              ${mine.length > 0 ? html`<optgroup label=${msg('My programs')}>${mine.map(option)}</optgroup>` : nothing}
              ${this.choices.filter(({ own }) => !own).map(option)}
            </select>
          </label>
          <label class="field">
            ${msg('What should get better')}
            <select @change=${(event: Event) => this.#set({ outcomeId: chosen(event) })}>
              ${outcomes.map(({ id, name }) => html`<option value=${id} ?selected=${id === this.outcomeId}>${name()}</option>`)}
            </select>
          </label>
          <label class="field">
            <span class="figures">${msg(str`Sessions: ${this.periods}`)}</span>
            <input
              type="range"
              min="8"
              max="100"
              step="2"
              .value=${String(this.periods)}
              @input=${(event: Event) => this.#set({ periods: Number(chosen(event)) })}
            />
          </label>
          <label class="field">
            ${msg('The smallest difference that would matter to me')}
            <select @change=${(event: Event) => this.#set({ smallest: Number(chosen(event)) })}>
              ${[
                [0.2, msg('a small one, hardly to be noticed')],
                [0.5, msg('one that I would notice')],
                [0.8, msg('one that anybody would notice')],
              ].map(
                ([value, words]) => html`<option value=${value} ?selected=${value === this.smallest}>${words}</option>`,
              )}
            </select>
          </label>
        </div>
        ${outcome ? html`<p class="quiet small">${outcome.about()}</p>` : nothing}
        ${outcome && this.others ? html`<p class="quiet small">${acrossWords(this.others, outcome.name())}</p>` : nothing}
        <label class="check">
          <input
            type="checkbox"
            .checked=${this.oneADay}
            @change=${(event: Event) => this.#set({ oneADay: (event.target as HTMLInputElement).checked })}
          />
          ${msg('One session a day, so that one does not act on the next')}
        </label>
        <label class="check">
          <input
            type="checkbox"
            .checked=${this.masked}
            @change=${(event: Event) => this.#set({ masked: (event.target as HTMLInputElement).checked })}
          />
          ${msg('Put a noise over both sounds, for a beat that I could make out')}
        </label>
        <p class="finds" role="status">${this.#finds()}</p>
        <p>
          <button class="primary" ?disabled=${this.busy || !this.#choice}>${msg('Fix this plan')}</button>
        </p>
        <p class="quiet small">${msg('The light stays off in all sessions, because it would tell the two apart. Nothing here is a treatment.')}</p>
      </form>
    `;
  }

  #finds() {
    if (!this.finds) return msg('Trying this plan out on 400 imagined people …');
    const { least, own } = this.finds;
    const sessions = this.periods;
    const first =
      least === null
        ? msg(str`${sessions} sessions are too few to find even a very large effect four times in five.`)
        : msg(str`${sessions} sessions find an effect of ${number(least, 1)} standard deviations four times in five.`);
    return html`${first} ${msg(str`The smallest one that matters to you they find in ${percent(own)} of cases.`)}`;
  }

  #set(change: Partial<Pick<TrialsPage, 'key' | 'outcomeId' | 'periods' | 'smallest' | 'masked' | 'oneADay'>>): void {
    Object.assign(this, change);
    if (change.key !== undefined || change.outcomeId !== undefined) void this.#ask();
    if (change.periods !== undefined || change.smallest !== undefined) this.#compute();
  }

  async #plan(event: Event): Promise<void> {
    event.preventDefault();
    const outcome = outcomeOf(this.outcomeId);
    const choice = this.#choice;
    if (!outcome || !choice || this.busy) return;
    this.busy = true;
    try {
      const protocol = await choice.playable();
      if (!protocol) throw new Error(msg('This program is no longer there.'));
      if (!hasBeat(protocol.program)) throw new Error(msg('This program has no beat that could be left out.'));
      const { id, unit, higherIsBetter, settings } = outcome;
      const { plan } = await trials.plan({
        protocol,
        outcome: { id, unit, higherIsBetter, settings },
        periods: this.periods,
        oneADay: this.oneADay,
        orderRule: 'RUNS_OF_TWO',
        smallestEffect: this.smallest,
        masked: this.masked,
      });
      go(`trials/${plan.id}`);
    } catch (error) {
      showError(error);
    } finally {
      this.busy = false;
    }
  }
}

const chosen = (event: Event) => (event.target as HTMLInputElement | HTMLSelectElement).value;
