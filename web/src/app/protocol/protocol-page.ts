import { msg, str } from '@lit/localize';
import { carrierUnit } from '@nes/program/kinds.ts';
import { html, nothing, type TemplateResult } from 'lit';
import { type LibraryProtocol, library } from '../../data/library.ts';
import { findProtocol } from '../../data/protocols.ts';
import { type ProtocolNumbers, shelf } from '../../data/shelf.ts';
import { bandName, bandOf } from '../../elements/bands.ts';
import { kindLooks } from '../../elements/kinds.ts';
import '../../elements/curve/nes-curve.ts';
import { placeByClock } from '@nes/program/clock.ts';
import type { Program, Voice } from '@nes/program/model.ts';
import { dominantBeat } from '@nes/program/values.ts';
import listPlus from '#icons/list-plus.svg?raw';
import printer from '#icons/printer.svg?raw';
import { preferences } from '../../data/preferences.ts';
import { NesElement } from '../../elements/element.ts';
import { clock, duration, hertzRange, number, percent } from '../../elements/format.ts';
import { icon, inlineIcon } from '../../elements/icons.ts';
import { bandColours, base, controls, page } from '../../styles/base.ts';
import { citation, labels } from '../evidence/citation.ts';
import { categoryName } from '../names.ts';
import { playProtocol, warmUp, whenIdle } from '../play.ts';
import { to } from '../router.ts';
import type { Page } from '../routes.ts';
import '../sample-button.ts';
import { showError } from '../toast.ts';
import { styles } from './protocol-page.styles.ts';

/** One protocol: its curve, its chapters, what is known, and what it is made of. */
export class ProtocolPage extends NesElement implements Page {
  static override styles = [base, bandColours, controls, page, styles];

  static override properties = {
    params: { attribute: false },
    protocol: { state: true },
    twin: { state: true },
    numbers: { state: true },
    failure: { state: true },
    missing: { state: true },
    whole: { state: true },
  };

  declare params: Record<string, string>;
  declare protected protocol: LibraryProtocol | null;
  /** Its control, or what it is the control of. */
  declare protected twin: LibraryProtocol | null;
  declare protected numbers: ProtocolNumbers | null;
  declare protected failure: Error | null;
  declare protected missing: boolean;
  /** What lies below the curve is drawn after it, so that no single piece of work holds the page up. */
  declare protected whole: boolean;
  /** Resolves with the protocol. */
  ready: Promise<void> | undefined;

  constructor() {
    super();
    this.params = {};
    this.protocol = null;
    this.twin = null;
    this.numbers = null;
    this.failure = null;
    this.missing = false;
    this.whole = false;
  }

  get pageTitle(): string {
    return this.protocol?.title ?? '';
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.ready = this.#load();
    warmUp();
  }

  async #load(): Promise<void> {
    this.failure = null;
    try {
      const protocol = await findProtocol(this.params.slug ?? '');
      this.protocol = protocol;
      this.missing = !protocol;
      if (!protocol) return;
      if (!protocol.builtIn) import('./published-part.ts').catch(showError);
      whenIdle(() => (this.whole = true));
      this.dispatchEvent(new Event('nes-title', { bubbles: true, composed: true }));
      this.#more(protocol);
    } catch (error) {
      this.failure = error as Error;
    }
  }

  async #more(protocol: LibraryProtocol): Promise<void> {
    try {
      const twin = protocol.controlSlug ?? protocol.controlOfSlug;
      this.twin = twin ? ((await library()).find(({ slug }) => slug === twin) ?? null) : null;
      this.numbers = shelf.numbers(protocol.id) ?? null;
      await shelf.refresh().catch(() => {});
      this.numbers = shelf.numbers(protocol.id) ?? null;
    } catch (error) {
      this.failure = error as Error;
    }
  }

  protected override render(): TemplateResult {
    if (this.missing) {
      return html`<div class="stack">
        <h1 tabindex="-1">${msg('There is no such protocol.')}</h1>
        <p class="quiet">${msg('It may have been taken back by its author.')}</p>
        <p><a class="button" href=${to()}>${msg('Go to the library')}</a></p>
      </div>`;
    }
    if (this.failure && !this.protocol) {
      return html`<div class="stack">
        <h1 tabindex="-1">${msg('This protocol could not be fetched.')}</h1>
        <p class="quiet">${msg('The server cannot be reached. The built-in library works without it.')}</p>
        <p class="row">
          <button class="primary" @click=${this.#load}>${msg('Try again')}</button>
          <a class="button" href=${to()}>${msg('Go to the library')}</a>
        </p>
      </div>`;
    }
    const { protocol } = this;
    if (!protocol) return html`<h1 class="away" tabindex="-1">${msg('Loading')}</h1><div class="waiting"></div>`;
    const { program } = protocol;
    return html`
      <header>
        <div class="titles">
          <p class="small"><a class="quiet" href=${`${to()}?for=${protocol.category}`}>${categoryName(protocol.category)}</a></p>
          <h1 tabindex="-1">${protocol.title}</h1>
          <p class="summary">${protocol.summary}</p>
          ${protocol.author ? html`<p class="quiet small">${msg(str`by ${protocol.author.displayName || msg('somebody')}`)}</p>` : nothing}
          <ul class="facts quiet figures" role="list">
            <li>${Number.isFinite(protocol.durationSeconds) ? duration(protocol.durationSeconds) : msg('endless')}</li>
            <li>
              ${
                protocol.minBeatHz !== null && protocol.maxBeatHz !== null
                  ? hertzRange(protocol.minBeatHz, protocol.maxBeatHz)
                  : msg('no beat')
              }
            </li>
            <li class="with">
              ${icon(protocol.speakersOk ? 'speaker' : 'headphones')}
              ${protocol.speakersOk ? msg('works on speakers') : msg('needs headphones')}
            </li>
            ${this.#numbers()}
          </ul>
        </div>
        <div class="actions">
          <button class="primary play" @click=${() => playProtocol(protocol)}>${icon('play')} ${msg('Play')}</button>
          <nes-sample-button .protocol=${protocol}></nes-sample-button>
          ${
            program.startClockSeconds === undefined
              ? nothing
              : html`<button
                    class="clock"
                    ?disabled=${placeByClock(program, Date.now(), preferences.timeZone) === null}
                    @click=${() => playProtocol(protocol, 'CLOCK')}
                  >
                    ${msg('Play by the clock')}
                  </button>
                  <p class="quiet small">
                    ${msg(str`Its times are times of day, from ${clock(program.startClockSeconds / 60)}. By the clock it begins where it is now and stays in step.`)}
                  </p>`
          }
          <div class="row">
            <button @click=${this.#add}>${inlineIcon(listPlus)} ${msg('Add to queue')}</button>
            <button @click=${this.#share}>${icon('share')} ${msg('Share')}</button>
            <button @click=${this.#export}>${icon('download')} ${msg('Export')}</button>
            <button @click=${this.#saveAsSound}>${icon('volume')} ${msg('Save as sound')}</button>
            <button class="square" aria-label=${msg('Print')} title=${msg('Print')} @click=${() => window.print()}>
              ${inlineIcon(printer)}
            </button>
          </div>
          <div class="row">
            <a class="button" href=${`${to('group')}?with=${protocol.slug}`}>${msg('Play together')}</a>
            <a class="button" href=${to(`edit/${protocol.slug}`)}>${protocol.isMine ? msg('Edit') : msg('Fork')}</a>
          </div>
        </div>
      </header>
      <nes-curve class="hero" mode="read" chapters scale .program=${program}></nes-curve>
      ${this.whole ? this.#below(protocol) : html`<div class="waiting"></div>`}`;
  }

  #below(protocol: LibraryProtocol): TemplateResult {
    const { program } = protocol;
    return html`<div class="columns">
        <div class="main">
          <section>
            <h2>${msg('About')}</h2>
            ${paragraphs(protocol.description)}
          </section>
          <section>
            <h2>${msg('Chapters')}</h2>
            ${this.#chapters(program)}
          </section>
          <section>
            <h2 id="made">${msg('What it is made of')}</h2>
            ${this.#voices(program)}
          </section>
        </div>
        <aside>
          <section class="known">
            <h2>${msg('What is known')}</h2>
            ${labels(protocol)}
            ${protocol.whatIsKnown.flatMap((text) => paragraphs(text))}
            ${this.#sources(protocol)}
          </section>
          ${this.#twin(protocol)}
          ${protocol.builtIn ? nothing : html`<nes-published-part .protocol=${protocol}></nes-published-part>`}
        </aside>
      </div>
      <p class="address small">${new URL(to(`protocols/${protocol.slug}`), location.origin).href}</p>
    `;
  }

  #numbers(): TemplateResult | typeof nothing {
    if (!this.numbers?.listenerCount) return nothing;
    const { listenerCount, ratingAverage, ratingCount } = this.numbers;
    const { viewerRating } = this.numbers;
    return html`<li>${msg(str`listeners: ${number(listenerCount)}`)}</li>
      ${viewerRating ? html`<li>${msg(str`you: ${number(viewerRating, 1)}`)}</li>` : nothing}
      ${ratingAverage ? html`<li class="with">${icon('star')} ${number(ratingAverage, 1)} <span>(${number(ratingCount)})</span></li>` : nothing}`;
  }

  #chapters(program: Program): TemplateResult {
    let at = 0;
    return html`<ol class="chapters" role="list">
      ${program.phases.map((phase) => {
        const from = at;
        at += phase.durationSeconds;
        const beat = dominantBeat(program, from + phase.durationSeconds / 2);
        return html`<li class=${beat ? bandOf(beat.beatHz) : 'control'}>
          <button
            class="bare figures"
            aria-label=${msg(str`Play from ${clock(from)}, ${phase.name}`)}
            @click=${() => this.protocol && playProtocol(this.protocol, from)}
          >
            ${clock(from)}
          </button>
          <div>
            <p class="name">${phase.name}</p>
            <p class="quiet">${phase.description}</p>
          </div>
          <p class="quiet small figures">
            ${clock(phase.durationSeconds)}${beat ? html`<span class="band"> ${bandName(bandOf(beat.beatHz))}</span>` : nothing}
          </p>
        </li>`;
      })}
    </ol>`;
  }

  #voices(program: Program): TemplateResult {
    return html`<div class="scroll" role="group" tabindex="0" aria-labelledby="made">
      <table>
        <thead>
          <tr>
            <th scope="col">${msg('Voice')}</th>
            <th scope="col">${msg('Kind')}</th>
            <th scope="col">${msg('Carrier')}</th>
            <th scope="col">${msg('Beat')}</th>
            <th scope="col">${msg('Level')}</th>
          </tr>
        </thead>
        <tbody>
          ${program.voices.map(
            (voice) => html`<tr>
              <td>${voice.name}</td>
              <td>${kindLooks[voice.kind].inText()}${detail(voice)}</td>
              <td>${spread(voice, 'carrier')}</td>
              <td>${spread(voice, 'beat')}</td>
              <td>${percent(Math.max(...voice.keyframes.map(({ level }) => level * program.gain)))}</td>
            </tr>`,
          )}
        </tbody>
      </table>
    </div>`;
  }

  #sources(protocol: LibraryProtocol): TemplateResult | typeof nothing {
    if (protocol.sources.length === 0) return nothing;
    return html`<h3>${msg('Sources')}</h3>
      <ol class="sources" role="list">
        ${protocol.sources.map((source) => html`<li>${citation(source)}</li>`)}
      </ol>`;
  }

  #twin(protocol: LibraryProtocol): TemplateResult | typeof nothing {
    const { twin } = this;
    if (!twin) return nothing;
    const control = protocol.controlSlug !== null;
    return html`<section class="twin">
      <h2>${control ? msg('Its control') : msg('Its original')}</h2>
      <nes-curve .program=${twin.program}></nes-curve>
      <p class="quiet">
        ${
          control
            ? msg(
                'The same sound, as loud at every moment, with what is being tested left out. Play it on some days and rate both: what is also there with the control does not come from that.',
              )
            : msg('What this one is compared with: the same sound with what is left out here.')
        }
      </p>
      <p><a class="button" href=${to(`protocols/${twin.slug}`)}>${twin.title}</a></p>
    </section>`;
  }

  #add = async (): Promise<void> => {
    const { protocol } = this;
    if (!protocol) return;
    try {
      const { openAdd } = await import('../lists/add-dialog.ts');
      openAdd({ slug: protocol.slug, localId: null, title: protocol.title, seconds: null });
    } catch (error) {
      showError(error);
    }
  };

  #share = async (): Promise<void> => {
    const { protocol } = this;
    if (!protocol) return;
    try {
      const { openShare } = await import('../share/share-dialog.ts');
      const url = new URL(to(`protocols/${protocol.slug}`), location.origin).href;
      openShare({ title: protocol.title, url, expiresAt: null, note: '' });
    } catch (error) {
      showError(error);
    }
  };

  /** The file that import, `npm run render` and `inspect` read. */
  #export = async (): Promise<void> => {
    const { protocol } = this;
    if (!protocol) return;
    try {
      const [{ exportJson }, { saveFile }] = await Promise.all([
        import('@nes/program/export/json.ts'),
        import('../download.ts'),
      ]);
      const { title, program } = protocol;
      const { text } = exportJson({ title, program, startClockSeconds: null, notes: [] });
      saveFile(new Blob([text], { type: 'application/json' }), `${protocol.slug}.json`);
    } catch (error) {
      showError(error);
    }
  };

  #saveAsSound = async (): Promise<void> => {
    const { protocol } = this;
    if (!protocol) return;
    try {
      const { saveAsSound } = await import('../sound-file-dialog.ts');
      saveAsSound(protocol.program, protocol.slug || protocol.title);
    } catch (error) {
      showError(error);
    }
  };
}

const paragraphs = (text: string): TemplateResult[] =>
  text
    .split(/\n\s*\n/)
    .filter(Boolean)
    .map((one) => html`<p>${one}</p>`);

/** `180–220 Hz`, or a dash where the voice has none. */
function spread(voice: Voice, name: 'carrier' | 'beat'): string {
  if (name === 'carrier' && carrierUnit(voice) !== 'HZ') return '–';
  const values = voice.keyframes.map((frame) => Math.abs(frame[name]));
  const [low, high] = [Math.min(...values), Math.max(...values)];
  return high === 0 ? '–' : hertzRange(low, high);
}

/** What a kind needs to be told beside its name. */
function detail(voice: Voice): string {
  if ('colour' in voice) return `, ${{ WHITE: msg('white'), PINK: msg('pink'), BROWN: msg('brown') }[voice.colour]}`;
  return 'duty' in voice && voice.duty !== undefined ? `, ${msg(str`${percent(voice.duty)} on`)}` : '';
}
