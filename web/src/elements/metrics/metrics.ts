import { msg, str } from '@lit/localize';
import { css, html, type PropertyValues, type TemplateResult } from 'lit';
import { embed } from '../embed.styles.ts';
import { EmbedElement } from '../embed.ts';
import {
  type ErrorReason,
  NesEndEvent,
  NesErrorEvent,
  NesPauseEvent,
  NesPlayEvent,
  NesStopEvent,
} from '../player/events.ts';
import type { ProtocolCount } from '../source.ts';
import { SourceError } from '../source-error.ts';
import { type DayFile, readDays } from './days.ts';
import { forget, keep, readKept } from './kept.ts';

/** While it plays, what was heard is written down this often; a page that dies loses no more. */
const keepEveryMilliseconds = 15_000;

/** What was listened to. See `nes-metrics.ts`. */
export class Metrics extends EmbedElement {
  static override properties = {
    src: { reflect: true, useDefault: true },
    protocol: { reflect: true, useDefault: true },
    api: { reflect: true, useDefault: true },
    heading: { reflect: true, useDefault: true },
    theme: { reflect: true, useDefault: true },
    record: { attribute: false },
    file: { state: true },
    counts: { state: true },
    failure: { state: true },
  };

  static override styles = [
    embed,
    css`
      .card {
        display: grid;
        grid-template-columns: minmax(0, 1fr);
        gap: var(--space-4);
        padding: clamp(12px, 4cqi, 24px);
        border: 1px solid var(--line);
        border-radius: var(--radius-large);
        background: var(--raised);
      }
      .said {
        overflow-wrap: anywhere;
      }
    `,
  ];

  /** Address of a JSON file: the application's export of sessions, or `{ "days": { "2026-03-01": 1200 } }`. */
  declare src: string;
  /** Slug of a protocol of `api`: shows how often everybody played it and how it was rated. */
  declare protocol: string;
  /** Address of an API, as in `https://nes.example.org`. */
  declare api: string;
  declare heading: string;
  /** `dark` or `light`; follows the page's `color-scheme` where it is empty. */
  declare theme: string;
  /** What `src` would hold, handed over by the page. */
  declare record: unknown;
  declare protected file: DayFile | null;
  declare protected counts: (ProtocolCount & { title: string }) | null;
  declare protected failure: string;

  #abort: AbortController | null = null;
  #view: typeof import('./view.ts') | null = null;
  #heardSince = 0;
  #timer: ReturnType<typeof setInterval> | undefined;

  constructor() {
    super();
    this.src = '';
    this.protocol = '';
    this.api = '';
    this.heading = '';
    this.theme = '';
    this.record = null;
    this.file = null;
    this.counts = null;
    this.failure = '';
  }

  override connectedCallback(): void {
    super.connectedCallback();
    for (const type of [NesPlayEvent.type, NesPauseEvent.type, NesStopEvent.type, NesEndEvent.type])
      document.addEventListener(type, this.#heard);
    if (this.hasUpdated) this.#load();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    for (const type of [NesPlayEvent.type, NesPauseEvent.type, NesStopEvent.type, NesEndEvent.type])
      document.removeEventListener(type, this.#heard);
    this.#write();
    clearInterval(this.#timer);
    this.#abort?.abort();
  }

  protected override updated(changed: PropertyValues): void {
    if (['src', 'protocol', 'api', 'record'].some((name) => changed.has(name))) this.#load();
  }

  get #own(): boolean {
    return !this.src && !this.protocol && this.record === null;
  }

  async #load(): Promise<void> {
    this.#abort?.abort();
    const abort = new AbortController();
    this.#abort = abort;
    const { src, protocol, api, record } = this;
    this.failure = '';
    this.counts = null;
    try {
      if (protocol) {
        const { readCount } = await import('../source.ts');
        const counts = await readCount(protocol, api, abort.signal);
        this.#view = await import('./view.ts');
        if (!abort.signal.aborted) this.counts = counts;
        return;
      }
      const [file, view] = await Promise.all([this.#file(src, record, abort.signal), import('./view.ts')]);
      if (abort.signal.aborted) return;
      this.#view = view;
      this.file = file;
    } catch (error) {
      if (abort.signal.aborted) return;
      const known = error instanceof SourceError || error instanceof TypeError;
      const reason: ErrorReason = error instanceof SourceError ? error.reason : known ? 'NOT_A_PROGRAM' : 'UNREACHABLE';
      const { message } = error as Error;
      this.failure = error instanceof TypeError ? msg(str`This is no record of listening: ${message}`) : message;
      this.dispatchEvent(new NesErrorEvent(reason, this.failure));
    }
  }

  async #file(src: string, record: unknown, signal: AbortSignal): Promise<DayFile> {
    if (record !== null) return readDays(record);
    if (!src) return readDays({ days: readKept().days });
    const { readJson } = await import('../source.ts');
    return readDays(await readJson(src, signal));
  }

  /** Players of the page, heard from outside: the figures are there only where this element is. */
  readonly #heard = (event: Event): void => {
    if (event instanceof NesPlayEvent || event.type === NesPlayEvent.type) {
      this.#write();
      this.#heardSince = performance.now();
      if ((event as NesPlayEvent).seconds === 0) this.#add(0, 1);
      clearInterval(this.#timer);
      this.#timer = setInterval(() => this.#write(true), keepEveryMilliseconds);
    } else this.#write();
  };

  #write(goesOn = false): void {
    if (this.#heardSince === 0) return;
    const seconds = (performance.now() - this.#heardSince) / 1000;
    this.#heardSince = goesOn ? performance.now() : 0;
    if (!goesOn) clearInterval(this.#timer);
    this.#add(seconds, 0);
  }

  #add(seconds: number, sessions: number): void {
    const kept = keep(seconds, sessions);
    if (this.#own) this.file = readDays({ days: kept.days });
  }

  protected override render(): TemplateResult {
    const heading = this.heading || this.counts?.title || (this.#own ? msg('Heard on this site') : msg('Listening'));
    return html`<section class="root" part="card" aria-label=${heading}>
      <div class="card">
        <h2 part="title">${heading}</h2>
        ${this.#content()}
      </div>
    </section>`;
  }

  #content(): TemplateResult {
    if (this.failure) {
      return html`<p class="said" role="alert" part="message">${this.failure}</p>
        <p><button @click=${() => this.#load()}>${msg('Try again')}</button></p>`;
    }
    if (this.counts && this.#view) {
      this.wear(this.#view.styles);
      return this.#view.counts(this.counts);
    }
    if (!this.file || !this.#view) return html`<p class="quiet" role="status">${msg('Loading')}</p>`;
    this.wear(this.#view.styles);
    return this.#view.figures(
      this.file.days,
      this.#own ? readKept().sessions : this.file.sessions,
      this.#own ? this.#forget : null,
    );
  }

  readonly #forget = (): void => {
    forget();
    this.#load();
  };
}
