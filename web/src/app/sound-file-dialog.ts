import { msg, str } from '@lit/localize';
import type { Program } from '@nes/program/model.ts';
import { totalSeconds } from '@nes/program/values.ts';
import { css, html, nothing, type PropertyDeclarations, type TemplateResult } from 'lit';
import { type ExportOptions, exportBytes, exportProgram, exportSeconds } from '../audio/export.ts';
import { LONGEST_SECONDS } from '../audio/render-file.ts';
import { STROBE_KINDS, STROBE_RATE, type StrobeKind } from '../audio/strobe-signals.ts';
import { screening } from '../data/screening.ts';
import { define } from '../elements/define.ts';
import { clock, percent } from '../elements/format.ts';
import { permitted } from '../session/permission.ts';
import { DialogElement } from './dialog-element.ts';
import { NumberField } from './editor/number-field.ts';
import { short } from './editor/words.ts';
import { mayPlay } from './play.ts';
import { showError, showToast } from './toast.ts';

define('nes-editor-number', NumberField);

const formats: Record<string, ExportOptions['format']> = {
  'WAV, 16 bit': { kind: 'WAV', bits: '16' },
  'WAV, 24 bit': { kind: 'WAV', bits: '24' },
  'WAV, 32 bit float': { kind: 'WAV', bits: '32f' },
  'FLAC, 16 bit': { kind: 'FLAC', bits: '16' },
  'FLAC, 24 bit': { kind: 'FLAC', bits: '24' },
  'MP3, 192 kbit/s': { kind: 'MP3', kbps: 192 },
  'MP3, 320 kbit/s': { kind: 'MP3', kbps: 320 },
  'AAC, 192 kbit/s': { kind: 'AAC', kbps: 192 },
  'Opus, 160 kbit/s': { kind: 'OPUS', kbps: 160 },
};

/** Renders the program to a sound file: what it will weigh beforehand, how far it is meanwhile, and a way to stop it. */
export class SoundFileDialog extends DialogElement {
  static override styles = [
    DialogElement.styles,
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
    missing: { state: true },
    strobe: { state: true },
    seamless: { state: true },
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

  /** Formats that this browser cannot write. */
  declare protected missing: ReadonlySet<string>;

  /** Signals for light glasses in the file. */
  declare protected strobe: StrobeKind | null;

  /** One round whose end goes on in its beginning. */
  declare protected seamless: boolean;

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
    this.missing = new Set(['AAC', 'OPUS']);
    this.strobe = null;
    this.seamless = false;
  }

  protected override firstUpdated(): void {
    super.firstUpdated();
    void this.#askEncoders();
    // What was answered on this device is read from its store.
    void screening.ready.then(() => this.requestUpdate());
  }

  /** Formats with loss add silence at both ends. */
  get #closes(): boolean {
    return this.seamless && this.#lossless;
  }

  get #lossless(): boolean {
    return /^(WAV|FLAC)/.test(this.format);
  }

  /** Whether this file may make light glasses flicker: formats without loss, and no answer that forbids it. */
  get #strobeOffered(): boolean {
    const forbidden = screening.value !== null && !screening.permission.lightAllowed;
    return this.#lossless && !this.#closes && this.rate >= STROBE_RATE && !forbidden;
  }

  /** The safety questions come before the first choice. */
  #chooseStrobe = async (event: Event): Promise<void> => {
    const select = event.target as HTMLSelectElement;
    const wanted = STROBE_KINDS.find((kind) => kind === select.value) ?? null;
    if (wanted && !screening.value) await mayPlay();
    this.strobe = screening.permission.lightAllowed ? wanted : null;
    select.value = this.strobe ?? '';
    this.requestUpdate();
  };

  async #askEncoders(): Promise<void> {
    const { canWrite } = await import('../audio/encoded.ts');
    const found = await Promise.all(
      (['AAC', 'OPUS'] as const).map(async (kind) => ((await canWrite(kind)) ? null : kind)),
    );
    this.missing = new Set(found.filter((kind) => kind !== null));
  }

  #options(): ExportOptions {
    return {
      name: this.name,
      format: formats[this.format] ?? { kind: 'WAV', bits: '16' },
      sampleRate: this.rate,
      fromSeconds: this.from,
      toSeconds: this.#end,
      beds: this.beds,
      lights: screening.permission.lightAllowed,
      seamless: this.#closes,
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
      await screening.ready;
      // Pulses are held as the answers say, in a file as in the player.
      const program = screening.value ? permitted(this.program, screening.permission) : this.program;
      const complete = await exportProgram(program, {
        ...this.#options(),
        strobe: this.#strobeOffered ? this.strobe : null,
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
    const wrong = !this.#closes && this.from >= this.#end;
    const megabytes = wrong ? 0 : exportBytes(this.program, this.#options()) / 1e6;
    const size = short(Number(megabytes.toPrecision(3)), 2);
    const length = clock(wrong ? 0 : exportSeconds(this.program, this.#options()));
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
            ${Object.keys(formats)
              .filter((one) => !this.missing.has(formats[one]?.kind ?? ''))
              .map((one) => html`<option value=${one} ?selected=${one === this.format}>${one}</option>`)}
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
        ${
          this.#lossless
            ? html`<label class="whole check">
                <input type="checkbox" ?disabled=${busy} .checked=${this.seamless} @change=${(event: Event) => {
                  this.seamless = (event.target as HTMLInputElement).checked;
                }} />
                ${msg('One round that repeats without a seam')}
              </label>`
            : nothing
        }
        ${
          this.#closes
            ? nothing
            : html`<nes-editor-number
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
              ></nes-editor-number>`
        }
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
        ${
          this.#strobeOffered
            ? html`<label class="field whole">
                ${msg('Signals for light glasses')}
                <select ?disabled=${busy} @change=${this.#chooseStrobe}>
                  <option value="">${msg('None')}</option>
                  ${STROBE_KINDS.map((one) => html`<option value=${one} ?selected=${one === this.strobe}>${one}</option>`)}
                </select>
                ${
                  this.strobe
                    ? html`<span>${msg('Glasses that read them flicker with the beat, or as your own sound says. Flicker can start a seizure, also in people who never had one: give this file to nobody who may not use such glasses. The sound ends at 17.5 kHz.')}</span>`
                    : nothing
                }
              </label>`
            : nothing
        }
        <p class="whole quiet small" role="status">
          ${
            busy
              ? html`<progress aria-label=${msg('Progress')} max="1" .value=${this.share ?? 0}></progress> ${percent(this.share ?? 0)}`
              : wrong
                ? msg('The end has to be after the beginning.')
                : this.format.startsWith('FLAC')
                  ? msg(str`${length}, at most ${size} MB`)
                  : msg(str`${length}, ${size} MB`)
          }
        </p>
        <div class="actions whole">
          <button type="button" class="bare" @click=${this.#leave}>${busy ? msg('Stop') : msg('Cancel')}</button>
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
