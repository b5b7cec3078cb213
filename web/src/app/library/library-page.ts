import { msg, str } from '@lit/localize';
import type { SearchIndex } from '@nes/program/search.ts';
import { html, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import heart from '#icons/heart.svg?raw';
import { favourites } from '../../data/favourites.ts';
import { type LibraryProtocol, library, libraryRead } from '../../data/library.ts';
import { localHistory, type SessionRecord } from '../../data/records.ts';
import { shelf } from '../../data/shelf.ts';
import { bandName, bands } from '../../elements/bands.ts';
import { mainBand } from '../../elements/curve/geometry.ts';
import { Follow, NesElement } from '../../elements/element.ts';
import { duration, hertzRange, number } from '../../elements/format.ts';
import '../../elements/curve/nes-curve.ts';
import { categories } from '../../../../prisma/library/categories.ts';
import { icon, inlineIcon } from '../../elements/icons.ts';
import { bandColours, base, controls, page } from '../../styles/base.ts';
import { categoryName, evidenceMeaning, evidenceName } from '../names.ts';
import { neverPlayed, playProtocol, warmUp, whenIdle } from '../play.ts';
import { placeNow, to } from '../router.ts';
import type { Page } from '../routes.ts';
import '../sample-button.ts';
import { showError, wordsFor } from '../toast.ts';
import { styles } from './library-page.styles.ts';
import { recommendedPlace, type Suggestion, suggest } from './suggest.ts';

/** What the list is narrowed to. It stands in the address, so that it can be shared and survives a reload. */
interface Filter {
  text: string;
  category: string;
  band: string;
  length: string;
  evidence: string;
  /** `built-in` or `people`; empty for both. */
  from: string;
  speakers: boolean;
  /** Only what the person marked. */
  favourites: boolean;
  order: Order;
}

const orders = ['recommended', 'popular', 'rated', 'shortest', 'newest'] as const;
type Order = (typeof orders)[number];

const lengths: Record<string, [number, number]> = {
  short: [0, 660],
  middle: [660, 1260],
  long: [1260, Number.POSITIVE_INFINITY],
};

/** The filters and eight cards: what the page is seen with first. */
const firstDrawn = 9;

/** The library: what fits this moment, search and filters, every protocol as a card with its curve. */
export class LibraryPage extends NesElement implements Page {
  static override styles = [base, bandColours, controls, page, styles];

  static override properties = {
    protocols: { state: true },
    records: { state: true },
    first: { state: true },
    failure: { state: true },
    filter: { state: true },
    drawn: { state: true },
  };

  declare params: Record<string, string>;
  declare protected protocols: LibraryProtocol[] | null;
  declare protected records: SessionRecord[];
  /** Id of the protocol that the person begins with. */
  declare protected first: string | null;
  declare protected failure: string | null;
  declare protected filter: Filter;
  /**
   * How far the page is drawn: 0, what fits now; 1, the filters too; then a card for each. No piece of work is long, and
   * what is far below comes whenever nothing else is to be done.
   */
  declare protected drawn: number;
  /** Resolves with the first cards. */
  ready: Promise<void> | undefined;

  #builtIn: readonly LibraryProtocol[] | null = null;
  #firstCards = Promise.withResolvers<void>();
  /** How many protocols fit what is asked for. */
  #count = 0;
  /** The next cards are on their way. */
  #drawing = false;
  #Index: typeof SearchIndex<LibraryProtocol> | null = null;
  #index: { language: string; index: SearchIndex<LibraryProtocol> } | null = null;
  readonly #stranger = neverPlayed();

  constructor() {
    super();
    this.params = {};
    this.protocols = null;
    this.records = [];
    this.first = null;
    this.failure = null;
    this.drawn = libraryRead() ? firstDrawn : 0;
    const { query } = placeNow();
    this.filter = {
      text: query.get('q') ?? '',
      category: query.get('for') ?? '',
      band: query.get('band') ?? '',
      length: query.get('length') ?? '',
      evidence: query.get('evidence') ?? '',
      from: query.get('from') ?? '',
      speakers: query.has('speakers'),
      favourites: query.has('favourites'),
      order: orders.find((one) => one === query.get('order')) ?? 'recommended',
    };
    new Follow(this, [shelf], () => this.#gather());
    new Follow(this, [favourites]);
  }

  get pageTitle(): string {
    return msg('Library');
  }

  override connectedCallback(): void {
    super.connectedCallback();
    window.addEventListener('keydown', this.#key);
    this.ready = this.#firstCards.promise;
    this.#load();
    warmUp();
    whenIdle(() => this.#fetchSearch().catch(() => {}));
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    window.removeEventListener('keydown', this.#key);
  }

  async #load(): Promise<void> {
    this.failure = null;
    try {
      this.#builtIn = libraryRead() ?? (await library());
      this.#gather();
    } catch (error) {
      this.failure = await wordsFor(error);
      this.#firstCards.resolve();
    }
    this.records = await localHistory().catch(() => []);
    const { preferences } = await import('../../data/preferences.ts');
    await preferences.ready;
    this.first = preferences.value.defaultProtocol;
    // A server that sleeps or is away changes nothing here: what was published up to the last visit is on this device.
    whenIdle(() => shelf.refresh().catch(() => {}));
    whenIdle(() => import('../../data/lists-sync.ts').then(({ syncLists }) => syncLists()).catch(() => {}));
  }

  /** The built-in protocols and those that people published, in the order that is recommended. */
  #gather(): void {
    if (!this.#builtIn) return;
    const listeners = ({ id }: LibraryProtocol) => shelf.numbers(id)?.listenerCount ?? 0;
    this.protocols = [...this.#builtIn, ...shelf.published].sort(
      (a, b) => recommendedPlace(a) - recommendedPlace(b) || listeners(b) - listeners(a),
    );
    this.#index = null;
  }

  /**
   * What fits the typed text, best first; everything while the code for it is on its way. The index is made anew when the
   * protocols or the language change.
   */
  #matching(text: string): LibraryProtocol[] {
    const all = this.protocols ?? [];
    if (text.trim() === '') return all;
    if (!this.#Index) {
      this.#fetchSearch().catch(showError);
      return all;
    }
    const language = categoryName('SLEEP');
    if (this.#index?.language !== language) {
      const index = new this.#Index(all, (one) => ({
        ...one,
        control: one.controlOfSlug !== null,
        categoryName: categoryName(one.category),
        more: [...one.bands, one.author?.displayName ?? ''],
      }));
      this.#index = { language, index };
    }
    return this.#index.index.find(text);
  }

  async #fetchSearch(): Promise<void> {
    this.#Index = (await import('@nes/program/search.ts')).SearchIndex;
    this.requestUpdate();
  }

  /** In the chosen order; as recommended, or as well as a search fits, otherwise. */
  #ordered(found: LibraryProtocol[]): LibraryProtocol[] {
    const numbers = ({ id }: LibraryProtocol) => shelf.numbers(id);
    switch (this.filter.order) {
      case 'popular':
        return found.toSorted((a, b) => (numbers(b)?.listenerCount ?? 0) - (numbers(a)?.listenerCount ?? 0));
      case 'rated':
        return found.toSorted((a, b) => (numbers(b)?.ratingAverage ?? 0) - (numbers(a)?.ratingAverage ?? 0));
      case 'shortest':
        return found.toSorted((a, b) => a.durationSeconds - b.durationSeconds);
      case 'newest':
        return found.toSorted((a, b) => (b.publishedAt ?? '').localeCompare(a.publishedAt ?? ''));
      case 'recommended':
        return found;
    }
  }

  protected override updated(changed: PropertyValues): void {
    super.updated(changed);
    if (!this.protocols) return;
    if (this.drawn >= firstDrawn) this.#firstCards.resolve();
    if (this.#drawing || this.drawn > Math.max(firstDrawn, this.#count)) return;
    this.#drawing = true;
    (this.drawn < firstDrawn ? setTimeout : whenIdle)(() => {
      this.#drawing = false;
      this.drawn += this.drawn === 0 ? 1 : 4;
    });
  }

  #key = (event: KeyboardEvent): void => {
    const inField = event.composedPath().some((node) => node instanceof HTMLInputElement);
    if (event.key !== '/' || inField || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    this.renderRoot.querySelector<HTMLInputElement>('input[type=search]')?.focus();
  };

  #narrow(change: Partial<Filter>): void {
    this.filter = { ...this.filter, ...change };
    // A key is answered by the first cards; five hundred at once would keep the page busy for seconds.
    this.drawn = Math.min(this.drawn, firstDrawn);
    const query = new URLSearchParams();
    const { text, category, band, length, evidence, from, speakers, order } = this.filter;
    if (text) query.set('q', text);
    if (category) query.set('for', category);
    if (band) query.set('band', band);
    if (length) query.set('length', length);
    if (evidence) query.set('evidence', evidence);
    if (from) query.set('from', from);
    if (speakers) query.set('speakers', '');
    if (this.filter.favourites) query.set('favourites', '');
    if (order !== 'recommended') query.set('order', order);
    const search = query.toString();
    window.history.replaceState(null, '', to() + (search ? `?${search}` : ''));
  }

  get #found(): LibraryProtocol[] {
    const { text, category, band, length, evidence, from, speakers } = this.filter;
    const searching = text.trim() !== '';
    const [shortest, longest] = lengths[length] ?? [0, Number.POSITIVE_INFINITY];
    const found = this.#matching(text).filter((protocol) => {
      // The twins without a beat are for comparing; they show where somebody asks for them.
      if (category === 'CONTROL' ? protocol.category !== 'CONTROL' : protocol.controlOfSlug && !searching) return false;
      if (category && category !== 'CONTROL' && protocol.category !== category) return false;
      if (band && !protocol.bands.some((one) => one === band.toUpperCase())) return false;
      if (protocol.durationSeconds < shortest || protocol.durationSeconds >= longest) return false;
      if (evidence && protocol.evidence !== evidence) return false;
      if (speakers && !protocol.speakersOk) return false;
      if (this.filter.favourites && !favourites.has(protocol.slug)) return false;
      return !from || protocol.builtIn === (from === 'built-in');
    });
    return this.#ordered(found);
  }

  protected override render(): TemplateResult {
    if (this.failure) {
      return html`<div class="stack">
        <h1 tabindex="-1">${msg('The library could not be read.')}</h1>
        <p class="quiet">${this.failure}</p>
        <p><button class="primary" @click=${this.#load}>${msg('Try again')}</button></p>
      </div>`;
    }
    if (!this.protocols) return html`<h1 class="away" tabindex="-1">${msg('Loading')}</h1>`;
    const found = this.#found;
    this.#count = found.length;
    // While one types, only what is found is there.
    const searching = this.filter.text.trim() !== '';
    return html`
      ${searching ? html`<h1 class="away" tabindex="-1">${msg('Listen')}</h1>` : this.#now(suggest(this.protocols, this.records, new Date(), this.first))}
      ${this.drawn > 0 ? this.#filters(found.length) : nothing} ${this.drawn > 1 ? this.#list(found) : nothing}
    `;
  }

  #now([best, ...others]: Suggestion[]): TemplateResult {
    const hour = new Date().getHours();
    return html`<section class="now" aria-labelledby="now">
      ${
        this.#stranger
          ? this.#welcome(best?.protocol)
          : html`<div class="words">
              <h1 id="now" tabindex="-1">${hour >= 18 || hour < 5 ? msg('Tonight') : msg('Now')}</h1>
              <p class="lead quiet">
                ${
                  this.records.length === 0
                    ? msg('Chosen by the hour. What you play and rate is remembered here.')
                    : msg(str`Sessions so far: ${number(this.records.length)}. Chosen by the hour and by what helped.`)
                }
              </p>
            </div>`
      }
      <div class="suggestions">
        ${best ? this.#suggestion(best, true) : nothing} ${others.map((one) => this.#suggestion(one, false))}
      </div>
    </section>`;
  }

  /** What this is, and the shortest way to sound: for somebody who has never played here. */
  #welcome(protocol: LibraryProtocol | undefined): TemplateResult {
    const best = (category: string): LibraryProtocol | undefined =>
      this.protocols?.find((one) => one.category === category && !one.controlOfSlug);
    const aims: [string, LibraryProtocol | undefined][] = [
      [msg('Focus'), best('FOCUS')],
      [msg('Rest'), best('RELAXATION')],
      [msg('Sleep'), best('SLEEP')],
    ];
    return html`<div class="welcome">
      <div class="what">
        <h1 id="now" tabindex="-1">${msg('Sound that beats, to focus, rest or sleep')}</h1>
        <p>${msg('Made on your own machine while you listen. With headphones, and without an account.')}</p>
      </div>
      <div class="way">
        <div class="aims">
          ${aims.map(([name, one]) =>
            one
              ? html`<button class="primary" @click=${() => playProtocol(one)}>${icon('play')} ${name}</button>`
              : nothing,
          )}
        </div>
        ${protocol ? html`<nes-sample-button .protocol=${protocol}></nes-sample-button>` : nothing}
      </div>
    </div>`;
  }

  #suggestion({ protocol, reason }: Suggestion, best: boolean): TemplateResult {
    return html`<article class="suggestion ${best ? 'best' : ''} ${bandClass(protocol)}">
      <nes-curve .program=${protocol.program} ?scale=${best}></nes-curve>
      <div class="about">
        <div>
          <h2><a href=${to(`protocols/${protocol.slug}`)}>${protocol.title}</a></h2>
          <p class="reason">${reason}</p>
          <p class="facts figures">${facts(protocol)}</p>
        </div>
        ${
          best
            ? html`<button class="play primary" @click=${() => playProtocol(protocol)}>
                ${icon('play')} <span>${msg('Play')}<span class="away"> ${protocol.title}</span></span>
              </button>`
            : html`<button
                class="play primary"
                @click=${() => playProtocol(protocol)}
                aria-label=${msg(str`Play ${protocol.title}`)}
              >
                ${icon('play')}
              </button>`
        }
      </div>
    </article>`;
  }

  #filters(found: number): TemplateResult {
    const { text, category, band, length, evidence, from, speakers, order } = this.filter;
    const present = new Set(this.protocols?.map((protocol) => protocol.category));
    return html`<search class="filters">
      <div class="line">
        <label class="search">
          ${icon('search')}
          <span class="away">${msg('Search the library')}</span>
          <input
            type="search"
            placeholder=${msg('Search')}
            .value=${text}
            @input=${(event: InputEvent) => this.#narrow({ text: (event.target as HTMLInputElement).value })}
          />
        </label>
        <div class="chips" role="group" aria-label=${msg('What for')}>
          ${this.#chip('', msg('All'), category)}
          ${categories.filter((one) => present.has(one)).map((one) => this.#chip(one, categoryName(one), category))}
        </div>
      </div>
      <div class="line more">
        ${this.#select(
          msg('Band'),
          band,
          [
            ['', msg('Any band')],
            ...bands.map(({ band: one, letter }) => [one, `${letter} ${bandName(one)}`] as [string, string]),
          ],
          (value) => this.#narrow({ band: value }),
        )}
        ${this.#select(
          msg('Length'),
          length,
          [
            ['', msg('Any length')],
            ['short', msg('up to 10 min')],
            ['middle', msg('11 to 20 min')],
            ['long', msg('over 20 min')],
          ],
          (value) => this.#narrow({ length: value }),
        )}
        ${this.#select(
          msg('Evidence'),
          evidence,
          [
            ['', msg('Any evidence')],
            ...['PROMISING', 'MIXED', 'UNSUPPORTED'].map((one) => [one, evidenceName(one)] as [string, string]),
          ],
          (value) => this.#narrow({ evidence: value }),
        )}
        ${
          shelf.published.length > 0
            ? this.#select(
                msg('Made by'),
                from,
                [
                  ['', msg('Made by anybody')],
                  ['built-in', msg('Built in')],
                  ['people', msg('By people')],
                ],
                (value) => this.#narrow({ from: value }),
              )
            : nothing
        }
        ${this.#select(
          msg('Order'),
          order,
          orders.map((one) => [one, orderName(one)]),
          (value) => this.#narrow({ order: value as Order }),
        )}
        ${
          favourites.slugs.length > 0
            ? html`<button
                class="chip"
                aria-pressed=${this.filter.favourites}
                @click=${() => this.#narrow({ favourites: !this.filter.favourites })}
              >
                ${inlineIcon(heart)} ${msg('Favourites')}
              </button>`
            : nothing
        }
        <a class="chip button" href=${to('create')}>${msg('My programs')}</a>
        <a class="chip button" href=${to('lists')}>${msg('Lists and plan')}</a>
        <button class="chip" aria-pressed=${speakers} @click=${() => this.#narrow({ speakers: !speakers })}>
          ${icon('speaker')} ${msg('Works on speakers')}
        </button>
        <p class="count quiet small figures" role="status">
          ${msg(str`Protocols: ${number(found)}`)}
        </p>
      </div>
    </search>`;
  }

  #chip(value: string, label: string, chosen: string): TemplateResult {
    return html`<button class="chip" aria-pressed=${chosen === value} @click=${() => this.#narrow({ category: value })}>
      ${label}
    </button>`;
  }

  #select(label: string, value: string, options: [string, string][], chosen: (value: string) => void): TemplateResult {
    return html`<label class="select">
      <span class="away">${label}</span>
      <select class="chip ${value ? 'set' : ''}" @change=${(event: Event) => chosen((event.target as HTMLSelectElement).value)}>
        ${options.map(([one, name]) => html`<option value=${one} ?selected=${one === value}>${name}</option>`)}
      </select>
    </label>`;
  }

  #list(found: LibraryProtocol[]): TemplateResult {
    if (found.length === 0) {
      return html`<div class="nothing">
        <p>${msg('Nothing fits all of that.')}</p>
        <button
          @click=${() => this.#narrow({ text: '', category: '', band: '', length: '', evidence: '', from: '', speakers: false, favourites: false })}
        >
          ${msg('Show everything')}
        </button>
      </div>`;
    }
    return html`<ul class="grid" role="list" aria-label=${msg('Protocols')}>
      ${repeat(
        found.slice(0, this.drawn - 1),
        (protocol) => protocol.slug,
        (protocol) => this.#card(protocol),
      )}
    </ul>`;
  }

  #heart({ slug, title }: LibraryProtocol): TemplateResult {
    const marked = favourites.has(slug);
    return html`<button
      class="bare square heart"
      aria-pressed=${marked}
      aria-label=${msg(str`${title} is a favourite`)}
      @click=${() => favourites.set(slug, !marked).catch(showError)}
    >
      ${inlineIcon(heart)}
    </button>`;
  }

  #card(protocol: LibraryProtocol): TemplateResult {
    const { ratingAverage, ratingCount } = shelf.numbers(protocol.id) ?? {};
    return html`<li class="card ${bandClass(protocol)}">
      <nes-curve .program=${protocol.program}></nes-curve>
      <div class="about">
        <div class="names">
          <h3><a href=${to(`protocols/${protocol.slug}`)}>${protocol.title}</a></h3>
          <p class="facts figures">
            ${facts(protocol)}${protocol.author ? html`<span class="author"> · ${protocol.author.displayName || msg('somebody')}</span>` : nothing}
          </p>
        </div>
        <button class="play round" @click=${() => playProtocol(protocol)} aria-label=${msg(str`Play ${protocol.title}`)}>
          ${icon('play')}
        </button>
      </div>
      <p class="marks">
        ${this.#heart(protocol)}
        <span class="mark evidence ${protocol.evidence.toLowerCase()}" title=${evidenceMeaning(protocol.evidence)}>
          ${evidenceName(protocol.evidence)}
        </span>
        <span class="mark" title=${protocol.speakersOk ? msg('Works on speakers too') : msg('Needs headphones')}>
          ${icon(protocol.speakersOk ? 'speaker' : 'headphones')}
          <span class=${protocol.speakersOk ? '' : 'away'}>${protocol.speakersOk ? msg('speakers ok') : msg('headphones')}</span>
        </span>
        ${
          ratingAverage && ratingCount
            ? html`<span class="mark stars figures" role="img" aria-label=${msg(str`${number(ratingAverage, 1)} of 5 stars, ratings: ${number(ratingCount)}`)}>
                ${icon('star')} ${number(ratingAverage, 1)} <span class="of">(${number(ratingCount)})</span>
              </span>`
            : nothing
        }
      </p>
    </li>`;
  }
}

function orderName(order: Order): string {
  switch (order) {
    case 'recommended':
      return msg('Recommended first');
    case 'popular':
      return msg('Most played first');
    case 'rated':
      return msg('Best rated first');
    case 'shortest':
      return msg('Shortest first');
    case 'newest':
      return msg('Newest first');
  }
}

/** `12 min · 6–12 Hz` */
function facts(protocol: LibraryProtocol): string {
  const range =
    protocol.minBeatHz !== null && protocol.maxBeatHz !== null
      ? hertzRange(protocol.minBeatHz, protocol.maxBeatHz)
      : msg('no beat');
  const length = Number.isFinite(protocol.durationSeconds) ? duration(protocol.durationSeconds) : msg('endless');
  return `${length} · ${range}`;
}

const known = new WeakMap<LibraryProtocol, string>();

/** The colour of a card is that of the band in which its beat spends most of its time. */
function bandClass(protocol: LibraryProtocol): string {
  const band = known.get(protocol) ?? mainBand(protocol.program) ?? 'control';
  known.set(protocol, band);
  return band;
}
