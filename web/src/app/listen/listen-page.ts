import { msg } from '@lit/localize';
import type { ProgramFile } from '@nes/program/model.ts';
import { readShareFragment, shareFragment } from '@nes/program/share.ts';
import { totalSeconds } from '@nes/program/values.ts';
import { css, html, type TemplateResult } from 'lit';
import { NesElement } from '../../elements/element.ts';
import { duration } from '../../elements/format.ts';
import '../../elements/curve/nes-curve.ts';
import { icon } from '../../elements/icons.ts';
import { bandColours, base, controls, page } from '../../styles/base.ts';
import { beatsBetweenEars, playProtocol, warmUp } from '../play.ts';
import { speakOfPrograms, toldError } from '../program-words.ts';
import { go, to } from '../router.ts';
import type { Page } from '../routes.ts';
import '../sample-button.ts';
import { showError } from '../toast.ts';

/** What a friend sent: a program to listen to, from a short link or from one that holds it. */
export class ListenPage extends NesElement implements Page {
  static override styles = [
    base,
    bandColours,
    controls,
    page,
    css`
      header {
        display: grid;
        gap: var(--space-4);
        padding-bottom: var(--space-5);
      }
      .facts {
        display: flex;
        flex-wrap: wrap;
        gap: var(--space-1) var(--space-5);
      }
      .actions {
        display: flex;
        flex-wrap: wrap;
        gap: var(--space-3);
      }
      .play {
        min-width: min(14rem, 100%);
        min-height: 3.25rem;
        font-size: var(--size-1);
      }
      h1 {
        overflow-wrap: anywhere;
      }
      .hero {
        height: clamp(14rem, 36vh, 26rem);
        background: var(--raised);
        border: 1px solid var(--line);
        border-radius: var(--radius-large);
      }
    `,
  ];

  static override properties = {
    params: { attribute: false },
    file: { state: true },
    problem: { state: true },
  };

  declare params: Record<string, string>;
  declare protected file: ProgramFile | null;
  /** Why there is nothing to hear, in a sentence. */
  declare protected problem: string;
  /** Resolves with the program, or with why there is none. */
  ready: Promise<void> | undefined;

  constructor() {
    super();
    this.params = {};
    this.file = null;
    this.problem = '';
  }

  get pageTitle(): string {
    return this.file?.title ?? msg('Listen');
  }

  override connectedCallback(): void {
    super.connectedCallback();
    window.addEventListener('hashchange', this.#again);
    this.ready = this.#load();
    warmUp();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    window.removeEventListener('hashchange', this.#again);
  }

  #again = (): void => void this.#load();

  async #load(): Promise<void> {
    this.file = null;
    this.problem = '';
    const { code } = this.params;
    try {
      this.file = code
        ? await (await import('../../data/shared.ts')).programBehind(code)
        : await readShareFragment(location.hash);
      if (!this.file) this.problem = msg('There is nothing behind this link any more.');
    } catch (error) {
      await speakOfPrograms();
      this.problem = code
        ? msg('The server cannot be reached. The built-in library works without it.')
        : toldError(error).message;
    }
    this.dispatchEvent(new Event('nes-title', { bubbles: true, composed: true }));
  }

  protected override render(): TemplateResult {
    const { file, problem } = this;
    if (problem) {
      return html`<div class="stack">
        <h1 tabindex="-1">${problem}</h1>
        <p class="row">
          <button @click=${this.#load}>${msg('Try again')}</button>
          <a class="button primary" href=${to()}>${msg('Go to the library')}</a>
        </p>
      </div>`;
    }
    if (!file) return html`<h1 class="away" tabindex="-1">${msg('Loading')}</h1>`;
    const { title, program } = file;
    const length = totalSeconds(program);
    const ears = beatsBetweenEars(file);
    return html`
      <header>
        <p class="quiet small">${msg('Sent to you to listen to')}</p>
        <h1 tabindex="-1">${title}</h1>
        <ul class="facts quiet figures" role="list">
          <li>${Number.isFinite(length) ? duration(length) : msg('endless')}</li>
          <li>${ears ? msg('needs headphones') : msg('works on speakers')}</li>
        </ul>
        <div class="actions">
          <button class="primary play" @click=${this.#play}>${icon('play')} ${msg('Play')}</button>
          <nes-sample-button .protocol=${{ slug: '', title, program }}></nes-sample-button>
          <button @click=${this.#edit}>${msg('Edit a copy')}</button>
        </div>
      </header>
      <nes-curve class="hero" mode="read" chapters scale .program=${program}></nes-curve>
    `;
  }

  #play = (): void => {
    const { file } = this;
    if (!file) return;
    playProtocol({
      id: null,
      revisionId: null,
      slug: null,
      title: file.title,
      category: 'OTHER',
      program: file.program,
    });
  };

  #edit = async (): Promise<void> => {
    const { file } = this;
    if (!file) return;
    try {
      go(`edit/new${await shareFragment(file)}`);
    } catch (error) {
      showError(error);
    }
  };
}
