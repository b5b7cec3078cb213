import { msg, str } from '@lit/localize';
import { css, html, nothing, type PropertyDeclarations, type TemplateResult } from 'lit';
import { type ExportOptions, exportBytes, exportProgram } from '../audio/export.ts';
import { LONGEST_SECONDS } from '../audio/render-file.ts';
import { define } from '../elements/define.ts';
import { NesElement } from '../elements/element.ts';
import { percent } from '../elements/format.ts';
import type { Program } from '../program/model.ts';
import { totalSeconds } from '../program/values.ts';
import { base, controls } from '../styles/base.ts';
import { dialog } from '../styles/dialog.ts';
import { NumberField } from './editor/number-field.ts';
import { short } from './editor/words.ts';
import { showError, showToast } from './toast.ts';

define('nes-editor-number', NumberField);

const formats: Record<string, ExportOptions['format']> = {
  'WAV, 16 bit': { kind: 'WAV', bits: '16' },
  'WAV, 24 bit': { kind: 'WAV', bits: '24' },
  'WAV, 32 bit float': { kind: 'WAV', bits: '32f' },
  'FLAC, 16 bit': { kind: 'FLAC', bits: '16' },
  'FLAC, 24 bit': { kind: 'FLAC', bits: '24' },
};

/** Renders the program to a sound file: what it will weigh beforehand, how far it is meanwhile, and a way to stop it. */
export class SoundFileDialog extends NesElement {
  static override styles = [
    base,
    controls,
    dialog,
    css`
      dialog {
        --dialog-width: 30rem;
      }
      form {
        display: grid;
        grid-template-columns: 1fr 1fr;
        gap: var(--space-4);
      }
      .whole {
        grid-column: 1 / -1;
      }
      .field {
        align-content: start;
        gap: 0.3rem;
        line-height: 1.3;
      }
      .field select {
        min-height: 2.25rem;
        border-radius: 8px;
      }
      progress {
        width: 100%;
        height: 0.375rem;
        accent-color: var(--accent);
      }
    `,
  ];

  static override properties: PropertyDeclarations = {
    program: { attribute: false },
    name: {},
    format: { state: true },
    rate: { state: true },
    from: { state: true },
    to: { state: true },
    share: { state: true },
    beds: { state: true },
  };

  declare program: Program;
  /** File name without its ending. */
  declare name: string;
  declare protected format: string;
  declare protected rate: number;
  declare protected from: number;
  declare protected to: number | null;
  /** How much is done, 0 to 1; null while nothing is under way. */
  declare protected share: number | null;

  /** Files for the voices that are a listener's own sound, by the voice's place. */
  declare protected beds: ReadonlyMap<number, File>;

  #abort: AbortController | null = null;

  constructor() {
    super();
    this.name = '';
    this.format = 'WAV, 16 bit';
    this.rate = 48_000;
    this.from = 0;
    this.to = null;
    this.share = null;
    this.beds = new Map();
  }

  protected override firstUpdated(): void {
    this.renderRoot.querySelector('dialog')?.showModal();
  }

  #options(): ExportOptions {
    return {
      name: this.name,
      format: formats[this.format] ?? { kind: 'WAV', bits: '16' },
      sampleRate: this.rate,
      fromSeconds: this.from,
      toSeconds: this.#end,
      beds: this.beds,
    };
  }

  /** All passes; of an endless program as much as a file may hold. */
  get #longest(): number {
    return Math.min(LONGEST_SECONDS, totalSeconds(this.program));
  }

  get #end(): number {
    return this.to ?? (this.program.loop === 0 ? this.program.durationSeconds : this.#longest);
  }

  #start = async (event: Event): Promise<void> => {
    event.preventDefault();
    this.#abort = new AbortController();
    this.share = 0;
    try {
      const complete = await exportProgram(this.program, {
        ...this.#options(),
        signal: this.#abort.signal,
        onProgress: (share) => {
          this.share = share;
        },
      });
      if (complete) {
        showToast({ message: msg('The sound file is written.') });
        this.renderRoot.querySelector('dialog')?.close();
      }
    } catch (error) {
      showError(error);
    } finally {
      this.share = null;
      this.#abort = null;
    }
  };

  #leave = (): void => {
    if (this.#abort) this.#abort.abort();
    else this.renderRoot.querySelector('dialog')?.close();
  };

  protected override render(): TemplateResult {
    const wrong = this.from >= this.#end;
    const megabytes = wrong ? 0 : exportBytes(this.program, this.#options()) / 1e6;
    const size = short(Number(megabytes.toPrecision(3)), 2);
    const busy = this.share !== null;
    return html`<dialog
      aria-labelledby="title"
      @cancel=${(event: Event) => busy && event.preventDefault()}
      @close=${() => {
        this.#abort?.abort();
        this.remove();
      }}
    >
      <form @submit=${this.#start}>
        <h2 id="title" class="whole">${msg('Sound file')}</h2>
        <label class="field">
          ${msg('Format')}
          <select ?disabled=${busy} .value=${this.format} @change=${(event: Event) => {
            this.format = (event.target as HTMLSelectElement).value;
          }}>
            ${Object.keys(formats).map((one) => html`<option value=${one} ?selected=${one === this.format}>${one}</option>`)}
          </select>
        </label>
        <label class="field">
          ${msg('Samples a second')}
          <select ?disabled=${busy} .value=${String(this.rate)} @change=${(event: Event) => {
            this.rate = Number((event.target as HTMLSelectElement).value);
          }}>
            ${[44_100, 48_000, 96_000].map((one) => html`<option value=${one} ?selected=${one === this.rate}>${one}</option>`)}
          </select>
        </label>
        <nes-editor-number
          .label=${msg('From')}
          .kind=${'time'}
          .value=${this.from}
          .low=${0}
          .high=${this.#longest}
          .commit=${(seconds: number) => {
            this.from = seconds;
          }}
        ></nes-editor-number>
        <nes-editor-number
          .label=${msg('To')}
          .kind=${'time'}
          .value=${this.#end}
          .low=${0}
          .high=${this.#longest}
          .commit=${(seconds: number) => {
            this.to = seconds;
          }}
        ></nes-editor-number>
        ${this.program.voices.map((voice, index) =>
          voice.kind === 'SAMPLE'
            ? html`<label class="field whole">
                ${msg(str`Sound for ${voice.name || voice.sampleName}`)}
                <input
                  type="file"
                  accept="audio/*"
                  ?disabled=${busy}
                  @change=${(event: Event) => {
                    const [file] = (event.target as HTMLInputElement).files ?? [];
                    const beds = new Map(this.beds);
                    if (file) beds.set(index, file);
                    else beds.delete(index);
                    this.beds = beds;
                  }}
                />
                <span>${this.beds.has(index) ? nothing : msg('Without a file this voice is silent.')}</span>
              </label>`
            : nothing,
        )}
        <p class="whole quiet small" role="status">
          ${
            busy
              ? html`<progress aria-label=${msg('Progress')} max="1" .value=${this.share ?? 0}></progress> ${percent(this.share ?? 0)}`
              : wrong
                ? msg('The end has to be after the beginning.')
                : this.format.startsWith('FLAC')
                  ? msg(str`At most ${size} MB`)
                  : msg(str`${size} MB`)
          }
        </p>
        <div class="actions whole">
          <button type="button" class="bare" @click=${this.#leave}>${busy ? msg('Stop') : msg('Leave it')}</button>
          <button class="primary" ?disabled=${busy || wrong}>${msg('Write the file')}</button>
        </div>
      </form>
    </dialog>`;
  }
}

/** Asks what sound file of a program is wanted, and writes it. @param name of the file, without its ending */
export function saveAsSound(program: Program, name: string): void {
  define('nes-sound-file', SoundFileDialog);
  const made = document.createElement('nes-sound-file') as SoundFileDialog;
  made.program = program;
  made.name = name;
  document.body.append(made);
}
