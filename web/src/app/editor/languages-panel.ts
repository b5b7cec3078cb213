import { msg, str } from '@lit/localize';
import { css, html, type PropertyDeclarations, type TemplateResult } from 'lit';
import { language as pageLanguage } from '../../elements/format.ts';
import { base, controls } from '../../styles/base.ts';
import { languages } from '../localise.ts';
import { changeDraft } from './commands.ts';
import { DocumentElement } from './document-element.ts';
import { type DraftText, say, textsOf } from './translations.ts';

/** What the protocol says, in other languages: each text beside what stands for it. */
export class LanguagesPanel extends DocumentElement {
  static override styles = [
    base,
    controls,
    css`
      :host {
        display: grid;
        align-content: start;
        gap: var(--space-3);
        padding: var(--space-3) var(--space-4);
      }
      .head {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: var(--space-3);
      }
      .head label {
        display: flex;
        align-items: center;
        gap: var(--space-2);
      }
      .head select {
        width: auto;
      }
      li {
        display: grid;
        grid-template-columns: minmax(0, 1fr) minmax(0, 1fr);
        gap: var(--space-1) var(--space-4);
        align-items: start;
        padding-block: var(--space-2);
        border-top: 1px solid var(--line);
      }
      .where {
        grid-column: 1 / -1;
        font-size: var(--size--1);
        color: var(--quiet);
      }
      .original {
        padding-block: var(--space-2);
        white-space: pre-line;
        overflow-wrap: anywhere;
      }
      .field textarea {
        min-height: var(--target);
      }
      @media (max-width: 44rem) {
        li {
          grid-template-columns: minmax(0, 1fr);
        }
      }
    `,
  ];

  static override properties: PropertyDeclarations = { spoken: { state: true } };

  /** The language that is written, a code of two letters. */
  declare protected spoken: string;

  constructor() {
    super();
    this.spoken = languages.find(({ code }) => code !== pageLanguage)?.code ?? 'en';
  }

  protected override render(): TemplateResult {
    const { draft } = this.doc;
    const texts = textsOf(draft);
    const told = draft.translations[this.spoken] ?? {};
    const done = texts.filter(({ text }) => Object.hasOwn(told, text)).length;
    return html`<div class="head">
        <label>
          ${msg('Language')}
          <select class="line" @change=${(event: Event) => {
            this.spoken = (event.target as HTMLSelectElement).value;
          }}>
            ${languages.map(({ code, name }) => html`<option value=${code} ?selected=${code === this.spoken}>${name}</option>`)}
          </select>
        </label>
        <span class="quiet">${msg(str`Written: ${done} of ${texts.length}`)}</span>
      </div>
      <p class="quiet">
        ${msg('Whoever reads in this language sees what is written here. Where nothing is, they see your own words.')}
      </p>
      <ul role="list">
        ${texts.map((one) => this.#row(one, Object.hasOwn(told, one.text) ? (told[one.text] as string) : ''))}
      </ul>`;
  }

  #row({ text, part, index, longest }: DraftText, said: string): TemplateResult {
    const where = partName(part, index);
    return html`<li>
      <span class="where">${where}</span>
      <span class="original">${text}</span>
      <div class="field"><textarea
        lang=${this.spoken}
        rows=${text.length > 200 ? 5 : 1}
        maxlength=${longest}
        aria-label=${`${where}: ${text.slice(0, 80)}`}
        .value=${said}
        @input=${(event: Event) => {
          const written = (event.target as HTMLTextAreaElement).value;
          const oneLine =
            part === 'description' || part === 'chapterText' ? written : written.replace(/\s*\n\s*/g, ' ');
          this.doc.edit(
            msg('Translate'),
            changeDraft({ translations: say(this.doc.draft.translations, this.spoken, text, oneLine) }),
            `${this.spoken} ${text}`,
          );
        }}
      ></textarea></div>
    </li>`;
  }
}

function partName(part: DraftText['part'], index: number): string {
  switch (part) {
    case 'title':
      return msg('Name');
    case 'summary':
      return msg('In one sentence');
    case 'description':
      return msg('Description');
    case 'chapter':
      return msg(str`Phase ${index + 1}, name`);
    case 'chapterText':
      return msg(str`Phase ${index + 1}, description`);
    case 'voice':
      return msg(str`Voice ${index + 1}, name`);
  }
}
