import { msg, str } from '@lit/localize';
import type { Program } from '@nes/program/model.ts';
import { css, html, nothing, type PropertyDeclarations, type PropertyValues, type TemplateResult } from 'lit';
import {
  type AuthoredProtocol,
  editedProtocol,
  type RevisionLine,
  restoreRevision,
  revisionProgram,
  revisionsOf,
} from '../../data/authoring.ts';
import { define } from '../../elements/define.ts';
import { date, time } from '../../elements/format.ts';
import { base, controls } from '../../styles/base.ts';
import { showError, wordsFor } from '../toast.ts';
import { replaceDraft } from './commands.ts';
import { type Difference, differencesOf } from './compare.ts';
import { ComparisonView } from './comparison-view.ts';
import { DocumentElement } from './document-element.ts';
import { placeOf } from './problems.ts';
import { differenceCount, preciseClock } from './words.ts';

define('nes-editor-comparison', ComparisonView);

/** The state in the editor, beside the saved ones. */
const NOW = 'now';

/** An older revision was made the newest one. */
export class RestoredEvent extends Event {
  static readonly type = 'restored';
  readonly protocol: AuthoredProtocol;

  constructor(protocol: AuthoredProtocol) {
    super(RestoredEvent.type, { bubbles: true, composed: true });
    this.protocol = protocol;
  }
}

/** What the next save changes was written. */
export class NoteEvent extends Event {
  static readonly type = 'note';
  readonly note: string;

  constructor(note: string) {
    super(NoteEvent.type, { bubbles: true, composed: true });
    this.note = note;
  }
}

/** Every saved state of the protocol: two of them over each other with what differs, and the way back to one. */
export class RevisionsPanel extends DocumentElement {
  static override styles = [
    base,
    controls,
    css`
      :host {
        display: grid;
        grid-template-columns: minmax(17rem, 24rem) 1fr;
        height: 100%;
        min-height: 0;
      }
      .list {
        overflow: auto;
        border-inline-end: 1px solid var(--line);
      }
      .list table {
        font-size: var(--size--1);
      }
      .list th,
      .list td {
        padding-block: var(--space-2);
        padding-inline: 0 var(--space-2);
        vertical-align: middle;
        white-space: nowrap;
      }
      .list td:first-child,
      .list th:first-child {
        padding-inline-start: var(--space-4);
        white-space: normal;
      }
      .list [type='radio'] {
        width: 1.1rem;
        height: 1.1rem;
        margin: 0;
        vertical-align: middle;
        accent-color: var(--accent);
      }
      .list button {
        min-height: 1.9rem;
        padding: 0 var(--space-2);
        border-radius: 7px;
        font-size: var(--size--1);
      }
      .sub {
        color: var(--quiet);
      }
      .comparison {
        display: grid;
        align-content: start;
        gap: var(--space-3);
        overflow: auto;
        padding: var(--space-3) var(--space-4);
      }
      .differences {
        font-size: var(--size--1);
      }
      .differences td {
        padding-block: var(--space-1);
        padding-inline: 0 var(--space-4);
        overflow-wrap: anywhere;
      }
      .note {
        padding: var(--space-4);
        color: var(--quiet);
      }
      @media (max-width: 60rem) {
        :host {
          grid-template-columns: 1fr;
          height: auto;
        }
        .list {
          border-inline-end: 0;
          border-bottom: 1px solid var(--line);
        }
      }
    `,
  ];

  static override properties: PropertyDeclarations = {
    protocol: { attribute: false },
    note: { attribute: false },
    lines: { state: true },
    failure: { state: true },
    earlier: { state: true },
    later: { state: true },
    programs: { state: true },
  };

  declare protocol: AuthoredProtocol;
  /** What the next save changes. */
  declare note: string;
  declare protected lines: readonly RevisionLine[] | null;
  declare protected failure: string;
  /** Ids of what is compared; `now` is what is in the editor. */
  declare protected earlier: string;
  declare protected later: string;
  declare protected programs: ReadonlyMap<string, Program>;

  constructor() {
    super();
    this.note = '';
    this.lines = null;
    this.failure = '';
    this.earlier = '';
    this.later = NOW;
    this.programs = new Map();
  }

  protected override willUpdate(changed: PropertyValues): void {
    super.willUpdate(changed);
    const before = changed.get('protocol') as AuthoredProtocol | undefined;
    if (changed.has('protocol') && before?.revisionId !== this.protocol.revisionId) this.#load();
  }

  async #load(): Promise<void> {
    try {
      this.lines = await revisionsOf(this.protocol.slug);
      this.failure = '';
      const newest = this.lines[0];
      if (newest) await this.#compare(newest.id, NOW);
    } catch (error) {
      this.failure = await wordsFor(error);
    }
  }

  async #compare(before: string, after: string): Promise<void> {
    this.earlier = before;
    this.later = after;
    try {
      for (const id of [before, after]) {
        if (id === NOW || id === '' || this.programs.has(id)) continue;
        const { program } = await revisionProgram(id);
        this.programs = new Map(this.programs).set(id, program);
      }
    } catch (error) {
      showError(error);
    }
  }

  #program(id: string): Program | undefined {
    return id === NOW ? this.doc.program : this.programs.get(id);
  }

  #name(id: string): string {
    if (id === NOW) return msg('In the editor');
    const line = this.lines?.find((one) => one.id === id);
    return line ? msg(str`Revision ${line.number}`) : '';
  }

  /** Makes it the newest revision of an own protocol; of another's it is only taken into the editor. */
  async #restore(line: RevisionLine): Promise<void> {
    try {
      if (!this.protocol.isMine) {
        const { program } = await revisionProgram(line.id);
        this.doc.edit(msg(str`Take revision ${line.number}`), replaceDraft({ program }));
        return;
      }
      await restoreRevision(this.protocol.id, line.id);
      const edited = await editedProtocol(this.protocol.slug);
      if (!edited) return;
      this.doc.edit(
        msg(str`Restore revision ${line.number}`),
        replaceDraft({ ...edited.words, tags: [...edited.words.tags] }),
      );
      this.dispatchEvent(new RestoredEvent(edited.protocol));
    } catch (error) {
      showError(error);
    }
  }

  protected override render(): TemplateResult {
    if (this.failure) return html`<p class="note">${msg('The revisions cannot be read now.')} ${this.failure}</p>`;
    if (!this.lines) return html`<p class="note" role="status">${msg('Reading the revisions')}</p>`;
    return html`<div class="list">
        <table>
          <thead>
            <tr>
              <th scope="col">${msg('Revision')}</th>
              <th scope="col">${msg('From')}</th>
              <th scope="col">${msg('To')}</th>
              <th scope="col"><span class="away">${msg('Restore')}</span></th>
            </tr>
          </thead>
          <tbody>
            ${this.#row(NOW, this.#now(), null)}
            ${this.lines.map((line) =>
              this.#row(
                line.id,
                html`<strong>${line.number}</strong> ${line.title}
                  ${line.note ? html`<div>${line.note}</div>` : nothing}
                  <div class="sub">${date(line.createdAt)} ${time(line.createdAt)}${line.author ? `, ${line.author}` : ''}</div>`,
                line,
              ),
            )}
          </tbody>
        </table>
      </div>
      ${this.#comparison()}`;
  }

  #now(): TemplateResult {
    const name = msg('In the editor');
    if (!this.protocol.isMine) return html`<span>${name}</span>`;
    return html`<span>${name}</span>
      <label class="sub">
        ${msg('What changes, in a sentence')}
        <input
          class="line"
          type="text"
          maxlength="300"
          .value=${this.note}
          @input=${(event: Event) => this.dispatchEvent(new NoteEvent((event.target as HTMLInputElement).value))}
        />
      </label>`;
  }

  #row(id: string, words: TemplateResult, line: RevisionLine | null): TemplateResult {
    const name = this.#name(id);
    return html`<tr>
      <td>${words}</td>
      <td>
        <input type="radio" name="before" .checked=${this.earlier === id} aria-label=${msg(str`Compare from: ${name}`)}
          @change=${() => this.#compare(id, this.later)} />
      </td>
      <td>
        <input type="radio" name="after" .checked=${this.later === id} aria-label=${msg(str`Compare to: ${name}`)}
          @change=${() => this.#compare(this.earlier, id)} />
      </td>
      <td>
        ${
          line && !(line.current && this.protocol.isMine)
            ? html`<button aria-label=${msg(str`Restore revision ${line.number}`)} @click=${() => this.#restore(line)}>${msg('Restore')}</button>`
            : nothing
        }
      </td>
    </tr>`;
  }

  #comparison(): TemplateResult {
    const before = this.#program(this.earlier);
    const after = this.#program(this.later);
    if (!before || !after) return html`<p class="note" role="status">${msg('Reading the revision')}</p>`;
    const { list, count } = differencesOf(before, after);
    return html`<div class="comparison">
      <nes-editor-comparison
        .earlier=${before}
        .later=${after}
        .earlierName=${this.#name(this.earlier)}
        .laterName=${this.#name(this.later)}
      ></nes-editor-comparison>
      ${
        count === 0
          ? html`<p class="quiet">${msg('They are the same program.')}</p>`
          : html`<table class="differences">
              <caption class="away">${msg('What differs')}</caption>
              <thead>
                <tr>
                  <th scope="col">${count > list.length ? msg(str`First ${list.length} of ${count} differences`) : differenceCount(count)}</th>
                  <th scope="col">${this.#name(this.earlier)}</th>
                  <th scope="col">${this.#name(this.later)}</th>
                </tr>
              </thead>
              <tbody>
                ${list.map((one) => html`<tr><td>${this.#where(one, before, after)}</td><td>${one.before ?? '—'}</td><td>${one.after ?? '—'}</td></tr>`)}
              </tbody>
            </table>`
      }
    </div>`;
  }

  #where(difference: Difference, before: Program, after: Program): string {
    const program = difference.after === null ? before : after;
    const { voice, keyframe, phase, field } = placeOf(difference.path, program);
    const parts: string[] = [];
    const named = voice === null ? undefined : program.voices[voice];
    if (named) parts.push(named.name);
    if (named && keyframe !== null) {
      const frame = named.keyframes[keyframe];
      parts.push(frame ? msg(str`point at ${preciseClock(frame.at)}`) : msg('point'));
    }
    if (phase !== null) parts.push(msg(str`phase ${program.phases[phase]?.name ?? phase + 1}`));
    if (field && field !== 'keyframes' && field !== 'voices' && field !== 'phases') parts.push(field);
    return parts.join(', ') || difference.path;
  }
}

declare global {
  interface GlobalEventHandlersEventMap {
    note: NoteEvent;
    restored: RestoredEvent;
  }
}
