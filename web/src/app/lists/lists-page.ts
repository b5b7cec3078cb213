import { msg, str } from '@lit/localize';
import { newUuid } from '@nes/client/ids.ts';
import { css, html, nothing, type TemplateResult } from 'lit';
import chevronDown from '#icons/chevron-down.svg?raw';
import chevronUp from '#icons/chevron-up.svg?raw';
import plus from '#icons/plus.svg?raw';
import { type LibraryProtocol, library } from '../../data/library.ts';
import {
  type ListItem,
  listFragment,
  lists,
  newList,
  type PlanEntry,
  type PlayList,
  readListFragment,
} from '../../data/lists.ts';
import { localProtocols } from '../../data/protocols.ts';
import { shelf } from '../../data/shelf.ts';
import { Follow, NesElement } from '../../elements/element.ts';
import { duration, isOne, time } from '../../elements/format.ts';
import { icon, inlineIcon } from '../../elements/icons.ts';
import { plan } from '../../session/plan.ts';
import { base, controls, page } from '../../styles/base.ts';
import { loadSession, mayPlay } from '../play.ts';
import { to } from '../router.ts';
import type { Page } from '../routes.ts';
import { showError, showToast } from '../toast.ts';
import { itemOf, planned, playList } from './entries.ts';

/** What can be put into a list. */
interface Choice {
  item: ListItem;
  /** Of the program itself. */
  seconds: number;
}

const WORK_SECONDS = 25 * 60;
const REST_SECONDS = 5 * 60;
const ROUNDS = 4;

/** Minutes that an item may be given. */
const minutes = [1, 2, 5, 10, 15, 20, 25, 30, 45, 60, 90, 120, 240, 480] as const;

const keyOf = ({ slug, localId }: ListItem): string => slug ?? `local:${localId}`;

/** Lists of one's own, and the plan of the day. */
export class ListsPage extends NesElement implements Page {
  static override styles = [
    base,
    controls,
    page,
    css`
      .begin {
        display: flex;
        flex-wrap: wrap;
        gap: var(--space-3);
        padding: var(--space-5) 0;
      }
      section {
        padding-bottom: var(--space-6);
      }
      h2 {
        padding-bottom: var(--space-3);
      }
      .list {
        border-top: 1px solid var(--line);
      }
      .head {
        display: grid;
        grid-template-columns: minmax(0, 1fr) auto;
        align-items: center;
        gap: var(--space-3);
        padding: var(--space-3) 0;
      }
      .head button:first-child {
        flex-direction: column;
        align-items: start;
        justify-content: center;
        gap: 0;
        padding: 0 var(--space-2);
        white-space: normal;
        text-align: start;
        overflow-wrap: anywhere;
      }
      .open {
        display: grid;
        gap: var(--space-4);
        padding: 0 0 var(--space-5);
      }
      .fields {
        display: grid;
        grid-template-columns: repeat(auto-fit, minmax(min(11rem, 100%), 1fr));
        align-items: end;
        gap: var(--space-3) var(--space-4);
      }
      ol {
        display: grid;
      }
      ol li,
      .plan li {
        display: grid;
        grid-template-columns: minmax(0, 1fr) auto auto;
        align-items: center;
        gap: var(--space-2) var(--space-3);
        padding: var(--space-2) 0;
        border-top: 1px solid var(--line);
      }
      ol li p {
        font-size: var(--size-0);
        color: var(--text);
        overflow-wrap: anywhere;
      }
      .plan li {
        grid-template-columns: 9rem minmax(0, 1fr) auto;
      }
      .keys {
        display: flex;
      }
      select,
      input[type='time'],
      input[type='text'] {
        min-width: 0;
        max-width: 100%;
      }
      .row {
        display: flex;
        flex-wrap: wrap;
        gap: var(--space-3);
      }
      @media (width < 34rem) {
        ol li {
          grid-template-columns: minmax(0, 1fr) auto;
        }
        ol li p {
          grid-column: 1 / -1;
        }
        .plan li {
          grid-template-columns: 9rem minmax(0, 1fr);
        }
        .plan li select {
          grid-column: 1 / -1;
          grid-row: 2;
        }
        .plan li button {
          justify-self: end;
        }
      }
    `,
  ];

  static override properties = {
    params: { attribute: false },
    choices: { state: true },
    open: { state: true },
  };

  declare params: Record<string, string>;
  declare protected choices: readonly Choice[];
  /** The list that is being changed. */
  declare protected open: string;
  readonly ready: Promise<unknown>;

  constructor() {
    super();
    this.params = {};
    this.choices = [];
    this.open = '';
    this.ready = lists.ready;
    new Follow(this, [lists, plan, shelf], () => this.#gather());
  }

  get pageTitle(): string {
    return msg('Lists and plan');
  }

  override connectedCallback(): void {
    super.connectedCallback();
    import('../../data/lists-sync.ts').then(({ syncLists }) => syncLists()).catch(() => {});
    plan.addEventListener('failed', this.#failed);
    this.#gather();
    this.#receive().catch(showError);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    plan.removeEventListener('failed', this.#failed);
  }

  #failed = (event: Event): void => showError((event as CustomEvent).detail);

  async #gather(): Promise<void> {
    const [builtIn, local] = await Promise.all([
      library().catch((): LibraryProtocol[] => []),
      localProtocols().catch(() => []),
    ]);
    const choices = [
      ...local.map(({ id, title, program }) => ({
        item: itemOf({ slug: null, title: title || msg('Untitled') }, id),
        seconds: program.durationSeconds,
      })),
      ...[...builtIn.filter(({ controlOfSlug }) => !controlOfSlug), ...shelf.published].map((one) => ({
        item: itemOf(one),
        seconds: one.durationSeconds,
      })),
    ];
    this.choices = choices.sort((a, b) => a.item.title.localeCompare(b.item.title));
  }

  /** A list that came with the link is kept beside the others. */
  async #receive(): Promise<void> {
    const list = readListFragment(location.hash);
    if (!list) return;
    history.replaceState(history.state, '', location.pathname + location.search);
    await lists.keep(list);
    this.open = list.id;
    showToast({ message: msg(str`The list ${list.name} is kept on this device.`) });
  }

  #secondsOf(item: ListItem): number {
    return item.seconds ?? this.choices.find((one) => keyOf(one.item) === keyOf(item))?.seconds ?? 0;
  }

  #make(list: PlayList): void {
    this.open = list.id;
    lists.keep(list).catch(showError);
  }

  #rounds = (): void => {
    const pick = (slug: string): ListItem | undefined =>
      (this.choices.find((one) => one.item.slug === slug) ?? this.choices[0])?.item;
    const [work, rest] = [pick('focus'), pick('relaxation')];
    if (!work || !rest) return;
    const items = Array.from({ length: ROUNDS * 2 - 1 }, (_, index) =>
      index % 2 ? { ...rest, seconds: REST_SECONDS } : { ...work, seconds: WORK_SECONDS },
    );
    this.#make({ ...newList(msg('Work and rest'), items), crossFadeSeconds: 10 });
  };

  protected override render(): TemplateResult {
    return html`
      <h1 tabindex="-1">${msg('Lists and plan')}</h1>
      <div class="begin">
        <button class="primary" @click=${() => this.#make(newList(msg('My list')))}>${inlineIcon(plus)} ${msg('New list')}</button>
        <button ?disabled=${this.choices.length === 0} @click=${this.#rounds}>${icon('timer')} ${msg('Rounds of 25 and 5 minutes')}</button>
      </div>
      <section aria-labelledby="lists">
        <h2 id="lists">${msg('My lists')}</h2>
        ${lists.refusal === null ? nothing : html`<p role="status">${msg(str`Your other devices do not get these lists. ${lists.refusal}`)}</p>`}
        ${
          lists.all.length === 0
            ? html`<p class="quiet">${msg('A list plays one program after the other. It is kept on this device.')}</p>`
            : lists.all.map((list) => this.#list(list))
        }
      </section>
      <section aria-labelledby="plan">
        <h2 id="plan">${msg('Plan of the day')}</h2>
        ${this.#plan()}
      </section>
    `;
  }

  #list(list: PlayList): TemplateResult {
    const opened = this.open === list.id;
    const whole = list.items.reduce((sum, item) => sum + this.#secondsOf(item), 0);
    const count = isOne(list.items.length)
      ? msg(str`${list.items.length} program`)
      : msg(str`${list.items.length} programs`);
    return html`<article class="list">
      <div class="head">
        <button
          class="bare"
          aria-expanded=${opened}
          @click=${() => (this.open = opened ? '' : list.id)}
        >
          <span>${list.name}</span>
          <span class="quiet small figures">${count}${whole > 0 && Number.isFinite(whole) ? html` · ${duration(whole)}` : nothing}</span>
        </button>
        <button
          class="round primary"
          ?disabled=${list.items.length === 0}
          aria-label=${msg(str`Play ${list.name}`)}
          @click=${() => playList(list)}
        >
          ${icon('play')}
        </button>
      </div>
      ${opened ? this.#editor(list) : nothing}
    </article>`;
  }

  #editor(list: PlayList): TemplateResult {
    const keep = (values: Partial<PlayList>) => lists.keep({ ...list, ...values }).catch(showError);
    const seam = list.crossFadeSeconds > 0 ? list.crossFadeSeconds : -list.gapSeconds;
    const seconds = (one: number): string => duration(one);
    return html`<div class="open">
      <ol role="list">
        ${list.items.map((item, index) => this.#item(list, item, index))}
      </ol>
      ${this.#chooser(msg('Add a program'), '', (item) => keep({ items: [...list.items, item] }))}
      <div class="fields">
        <label class="field">
          ${msg('Name')}
          <input
            type="text"
            maxlength="100"
            .value=${list.name}
            @change=${(event: Event) => keep({ name: (event.target as HTMLInputElement).value.trim() || msg('My list') })}
          />
        </label>
        <label class="field">
          ${msg('Between two')}
          <select
            @change=${(event: Event) => {
              const chosen = Number((event.target as HTMLSelectElement).value);
              keep({ crossFadeSeconds: Math.max(0, chosen), gapSeconds: Math.max(0, -chosen) });
            }}
          >
            ${[60, 30, 10, 5, 0, -5, -30, -60, -300].map(
              (one) => html`<option value=${one} ?selected=${one === seam}>
                ${one > 0 ? msg(str`cross-fade of ${seconds(one)}`) : one === 0 ? msg('nothing') : msg(str`silence of ${seconds(-one)}`)}
              </option>`,
            )}
          </select>
        </label>
        <label class="check single">
          <input type="checkbox" .checked=${list.repeat} @change=${() => keep({ repeat: !list.repeat })} /> ${msg('Repeat')}
        </label>
        <label class="check single">
          <input type="checkbox" .checked=${list.shuffle} @change=${() => keep({ shuffle: !list.shuffle })} /> ${msg('Shuffle')}
        </label>
      </div>
      <div class="row">
        <button ?disabled=${!list.items.some(({ slug }) => slug !== null)} @click=${() => this.#share(list)}>${icon('share')} ${msg('Share')}</button>
        <button class="danger" @click=${() => this.#remove(list)}>${msg('Delete')}</button>
      </div>
    </div>`;
  }

  #item(list: PlayList, item: ListItem, index: number): TemplateResult {
    const { title } = item;
    const items = [...list.items];
    const keep = (changed: readonly ListItem[]) => lists.keep({ ...list, items: changed }).catch(showError);
    const move = (by: number) => {
      items.splice(index + by, 0, ...items.splice(index, 1));
      keep(items);
    };
    const key = (label: string, picture: unknown, act: () => void, possible = true) =>
      html`<button class="bare square" aria-label=${label} title=${label} ?disabled=${!possible} @click=${act}>${picture}</button>`;
    const lengths = [...new Set([...minutes.map((one) => one * 60), ...(item.seconds ? [item.seconds] : [])])].sort(
      (a, b) => a - b,
    );
    return html`<li class="field">
      <p>${title}</p>
      <select
        aria-label=${msg(str`How long ${title} plays`)}
        @change=${(event: Event) =>
          keep(
            list.items.map((one, place) =>
              place === index ? { ...one, seconds: Number((event.target as HTMLSelectElement).value) || null } : one,
            ),
          )}
      >
        <option value="" ?selected=${item.seconds === null}>${msg('its own length')}</option>
        ${lengths.map((one) => html`<option value=${one} ?selected=${one === item.seconds}>${duration(one)}</option>`)}
      </select>
      <div class="keys">
        ${key(msg(str`${title} earlier`), inlineIcon(chevronUp), () => move(-1), index > 0)}
        ${key(msg(str`${title} later`), inlineIcon(chevronDown), () => move(1), index < items.length - 1)}
        ${key(msg(str`Take ${title} out`), icon('close'), () => keep(items.filter((_, place) => place !== index)))}
      </div>
    </li>`;
  }

  /** A choice of programs; it goes back to its first line, which says what it is for. */
  #chooser(label: string, value: string, chosen: (item: ListItem) => void): TemplateResult {
    return html`<div class="field"><select
      aria-label=${label}
      @change=${(event: Event) => {
        const select = event.target as HTMLSelectElement;
        const choice = this.choices.find((one) => keyOf(one.item) === select.value);
        if (value === '') select.value = '';
        if (choice) chosen(choice.item);
      }}
    >
      <option value="">${label}</option>
      ${this.choices.map(({ item }) => html`<option value=${keyOf(item)} ?selected=${keyOf(item) === value}>${item.title}</option>`)}
    </select></div>`;
  }

  async #share(list: PlayList): Promise<void> {
    const url = new URL(to('lists') + listFragment(list), location.origin).href;
    try {
      if (navigator.share && matchMedia('(pointer: coarse)').matches) {
        await navigator.share({ title: list.name, url });
        return;
      }
      await navigator.clipboard.writeText(url);
      const left = list.items.filter(({ slug }) => slug === null).length;
      showToast({
        message:
          left > 0
            ? msg('The link is in the clipboard, without what is only on this device.')
            : msg('The link is in the clipboard.'),
      });
    } catch (error) {
      if ((error as Error).name !== 'AbortError') showToast({ message: url, stays: true });
    }
  }

  #remove(list: PlayList): void {
    lists
      .remove(list.id)
      .then(() =>
        showToast({
          message: msg(str`The list ${list.name} is deleted.`),
          action: { label: msg('Undo'), run: () => void lists.keep(list).catch(showError) },
        }),
      )
      .catch(showError);
  }

  // --- plan ------------------------------------------------------------------------------------------------------

  #plan(): TemplateResult {
    const { next } = plan;
    const entries = lists.plan;
    return html`<div class="plan stack">
      ${
        entries.length === 0
          ? html`<p class="quiet">${msg('Something begins by itself at a time of day, while this page is open.')}</p>`
          : html`<ul role="list">
              ${entries.map((entry) => this.#planEntry(entry))}
            </ul>`
      }
      <div class="row">
        <button ?disabled=${this.choices.length === 0} @click=${this.#addToPlan}>${inlineIcon(plus)} ${msg('Add a time')}</button>
        ${
          next
            ? html`<button @click=${() => plan.stop()}>${icon('stop')} ${msg('Stop the plan')}</button>`
            : html`<button class="primary" ?disabled=${entries.length === 0} @click=${this.#run}>${icon('play')} ${msg('Start the plan')}</button>`
        }
      </div>
      <p role="status" class="small">
        ${
          next
            ? msg(
                str`${next.planned.title} begins at ${time(new Date(next.moment).toISOString())}. Keep this page open, the machine awake and its volume up.`,
              )
            : nothing
        }
      </p>
    </div>`;
  }

  #titleOf({ item, listId }: PlanEntry): string {
    return lists.all.find(({ id }) => id === listId)?.name ?? item?.title ?? '';
  }

  #addToPlan = (): void => {
    // What most people want by itself is to be woken.
    const first = this.choices.find(({ item }) => item.slug === 'energy') ?? this.choices[0];
    if (!first) return;
    const entry: PlanEntry = { id: newUuid(), time: '07:00', item: first.item, listId: null };
    this.#keepPlan([...lists.plan, entry]);
  };

  /** A plan that runs goes on with what was changed. */
  #keepPlan(entries: readonly PlanEntry[]): void {
    lists
      .keepPlan(entries)
      .then(() => plan.next && this.#start())
      .catch(showError);
  }

  #planEntry(entry: PlanEntry): TemplateResult {
    const change = (values: Partial<PlanEntry>) =>
      this.#keepPlan(lists.plan.map((one) => (one.id === entry.id ? { ...one, ...values } : one)));
    const title = this.#titleOf(entry);
    return html`<li class="field">
      <input
        type="time"
        required
        aria-label=${msg(str`When ${title} begins`)}
        .value=${entry.time}
        @change=${(event: Event) => {
          const { value } = event.target as HTMLInputElement;
          if (value) change({ time: value });
        }}
      />
      <select
        aria-label=${msg(str`What begins at ${entry.time}`)}
        @change=${(event: Event) => {
          const { value } = event.target as HTMLSelectElement;
          const list = lists.all.find(({ id }) => id === value);
          const choice = this.choices.find(({ item }) => keyOf(item) === value);
          change(list ? { listId: list.id, item: null } : { listId: null, item: choice?.item ?? null });
        }}
      >
        ${lists.all.map(({ id, name }) => html`<option value=${id} ?selected=${id === entry.listId}>${name}</option>`)}
        ${this.choices.map(
          ({
            item,
          }) => html`<option value=${keyOf(item)} ?selected=${!entry.listId && entry.item !== null && keyOf(entry.item) === keyOf(item)}>
            ${item.title}
          </option>`,
        )}
      </select>
      <button
        class="bare square"
        aria-label=${msg(str`Take ${title} out`)}
        @click=${() => this.#keepPlan(lists.plan.filter(({ id }) => id !== entry.id))}
      >
        ${icon('close')}
      </button>
    </li>`;
  }

  #start(): void {
    plan.run(
      lists.plan.map((entry) => ({ time: entry.time, title: this.#titleOf(entry), find: () => planned(entry) })),
    );
  }

  #run = async (): Promise<void> => {
    try {
      if (!(await mayPlay())) return;
      const { playerSession } = await loadSession();
      // The browser allows sound by this touch.
      await playerSession.player.prepare();
      this.#start();
    } catch (error) {
      showError(error);
    }
  };
}
