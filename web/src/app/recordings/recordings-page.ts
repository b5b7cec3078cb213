import { msg, str } from '@lit/localize';
import type { Program } from '@nes/program/model.ts';
import { css, html, nothing, type PropertyDeclarations, svg, type TemplateResult } from 'lit';
import { type Bands, ROW_LOW_HZ, ROWS, ROWS_PER_OCTAVE } from '../../audio/analysis/comparison.ts';
import { type Remade, remake } from '../../audio/analysis/remake.ts';
import type { Analysis, Beat } from '../../audio/analysis/report.ts';
import { describe, readLabel } from '../../audio/analysis/sentence.ts';
import { keepLocally } from '../../data/protocols.ts';
import '../../elements/curve/nes-curve.ts';
import { NesElement } from '../../elements/element.ts';
import { clock, number, percent } from '../../elements/format.ts';
import { base, controls, page } from '../../styles/base.ts';
import { go } from '../router.ts';
import type { Page } from '../routes.ts';
import type { AnalysisJob, AnalysisReport, Spectrogram } from './analysis-worker.ts';
import AnalysisWorker from './analysis-worker.ts?worker';
import './comparison.ts';
import { isSound, takeFiles } from './dropped.ts';
import { figure, phrases } from './phrases.ts';

/** One file of the page. */
interface Item {
  id: number;
  file: File;
  /** Address of the file for the player. */
  url: string;
  state: 'working' | 'done' | 'unknown' | 'broken';
  share: number;
  worker: Worker | null;
  found: { analysis: Analysis; sentence: string; spectrogram: Spectrogram; bands: Bands; remade: Remade } | null;
}

/** Octaves shown above and below the tones. */
const MARGIN_OCTAVES = 0.6;
let nextId = 0;

/** Looks into sound files on this device: which tones and beats they hold. */
export class RecordingsPage extends NesElement implements Page {
  static override styles = [
    base,
    controls,
    page,
    css`
      .drop > * {
        min-width: 0;
        max-width: 100%;
        overflow-wrap: anywhere;
      }
      .drop {
        display: grid;
        gap: var(--space-3);
        justify-items: start;
        max-width: 68ch;
        margin-top: var(--space-5);
        padding: clamp(var(--space-4), 5vw, var(--space-6));
        border: 1px dashed var(--line);
        border-radius: 16px;
      }
      article {
        display: grid;
        gap: var(--space-4);
        padding: var(--space-6) 0;
        border-top: 1px solid var(--line);
      }
      h2 {
        overflow-wrap: anywhere;
      }
      .sentence {
        max-width: 68ch;
        font-size: var(--size-1);
      }
      .drawing {
        position: relative;
        height: 16rem;
        overflow: hidden;
        border: 1px solid var(--line);
        border-radius: 10px;
        background: var(--raised);
      }
      .drawing canvas,
      .drawing svg {
        position: absolute;
        inset: 0;
        width: 100%;
        height: 100%;
      }
      .drawing canvas {
        opacity: 0.55;
        image-rendering: auto;
      }
      line {
        stroke: var(--text);
        stroke-width: 2;
        vector-effect: non-scaling-stroke;
      }
      line.right {
        stroke-dasharray: 6 5;
      }
      nes-curve {
        height: 6rem;
      }
      .table {
        overflow-x: auto;
      }
      table {
        border-collapse: collapse;
        font-variant-numeric: tabular-nums;
      }
      th,
      td {
        padding-block: var(--space-2);
        padding-inline: 0 var(--space-4);
        text-align: start;
        border-bottom: 1px solid var(--line);
        white-space: nowrap;
      }
      audio {
        width: min(100%, 40rem);
      }
      progress {
        width: min(100%, 24rem);
      }
    `,
  ];

  static override properties: PropertyDeclarations = { items: { state: true } };

  declare params: Record<string, string>;
  declare protected items: readonly Item[];

  constructor() {
    super();
    this.params = {};
    this.items = [];
  }

  get pageTitle(): string {
    return msg('What is in it?');
  }

  override connectedCallback(): void {
    super.connectedCallback();
    window.addEventListener('nes-files', this.#arrived);
    this.#arrived();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    window.removeEventListener('nes-files', this.#arrived);
    for (const item of this.items) this.#end(item);
    this.items = [];
  }

  readonly #arrived = (): void => {
    for (const file of takeFiles()) this.#add(file);
  };

  #end(item: Item): void {
    item.worker?.terminate();
    URL.revokeObjectURL(item.url);
  }

  #change(id: number, change: Partial<Item>): void {
    this.items = this.items.map((item) => (item.id === id ? { ...item, ...change } : item));
  }

  #remove(item: Item): void {
    this.#end(item);
    this.items = this.items.filter(({ id }) => id !== item.id);
  }

  #add(file: File): void {
    const id = nextId++;
    const worker = new AnalysisWorker();
    const item: Item = { id, file, url: URL.createObjectURL(file), state: 'working', share: 0, worker, found: null };
    worker.addEventListener('message', ({ data }: MessageEvent<AnalysisReport>) => {
      if (data.type === 'progress') this.#change(id, { share: data.share });
      else if (data.type === 'decode') void this.#decode(id, file, worker, data.sampleRate, data.labels);
      else {
        worker.terminate();
        if (data.type === 'failed') this.#change(id, { state: data.reason, worker: null });
        else {
          const { analysis, labels, spectrogram, bands } = data;
          const sentence = describe(analysis, readLabel(labels), phrases());
          this.#change(id, {
            state: 'done',
            worker: null,
            found: { analysis, sentence, spectrogram, bands, remade: remake(analysis) },
          });
        }
      }
    });
    const fail = () => {
      // Ends the worker beside it too.
      worker.terminate();
      this.#change(id, { state: 'broken', worker: null });
    };
    worker.addEventListener('error', fail);
    worker.addEventListener('messageerror', fail);
    this.items = [item, ...this.items];
    worker.postMessage({ type: 'file', file } satisfies AnalysisJob);
  }

  /** Decodes the whole file at its own rate with the browser's player, which reads kinds that a worker cannot. */
  async #decode(id: number, file: File, worker: Worker, sampleRate: number, labels: string[]): Promise<void> {
    try {
      const context = new OfflineAudioContext(2, 1, sampleRate);
      const sound = await context.decodeAudioData(await file.arrayBuffer());
      const channels = sound.numberOfChannels === 1 ? 1 : 2;
      const left = sound.getChannelData(0).slice();
      const right = channels === 1 ? left : sound.getChannelData(1).slice();
      worker.postMessage({
        type: 'sound',
        sampleRate: sound.sampleRate,
        left,
        right,
        channels,
        labels,
      } satisfies AnalysisJob);
    } catch {
      worker.terminate();
      this.#change(id, { state: 'broken', worker: null });
    }
  }

  async #makeProgram({ file }: Item, program: Program): Promise<void> {
    const title = file.name.replace(/\.[^.]*$/, '');
    const local = await keepLocally({ title, program });
    go(`edit/local/${local.id}`);
  }

  #choose(event: Event): void {
    const input = event.target as HTMLInputElement;
    for (const file of input.files ?? []) this.#add(file);
    input.value = '';
  }

  protected override updated(): void {
    for (const canvas of this.renderRoot.querySelectorAll('canvas')) {
      const item = this.items.find(({ id }) => String(id) === canvas.dataset.item);
      if (item?.found && canvas.dataset.drawn !== 'true') {
        drawSpectrogram(canvas, item.found.spectrogram, rangeOf(item.found.analysis));
        canvas.dataset.drawn = 'true';
      }
    }
  }

  #picture(item: Item, analysis: Analysis): TemplateResult {
    const [low, high] = rangeOf(analysis);
    const place = (hertz: number) => 100 * (1 - Math.log(hertz / low) / Math.log(high / low));
    const x = (seconds: number) => (100 * seconds) / analysis.seconds;
    return html`<div class="drawing">
      <canvas data-item=${item.id} aria-hidden="true"></canvas>
      <svg viewBox="0 0 100 100" preserveAspectRatio="none" role="img" aria-label=${msg('Tones over time: solid in the left ear, dashed in the right ear')}>
        ${analysis.tones.map((tone) =>
          lineOf(tone.ear, x(tone.fromSeconds), place(tone.startHz), x(tone.toSeconds), place(tone.endHz)),
        )}
      </svg>
    </div>`;
  }

  #table(analysis: Analysis): TemplateResult | typeof nothing {
    if (analysis.beats.length === 0) return nothing;
    return html`<div class="table" tabindex="0" role="region" aria-label=${msg('Beats')}>
      <table>
        <thead>
          <tr>
            <th>${msg('Kind')}</th>
            <th>${msg('Beat')}</th>
            <th>${msg('Carrier')}</th>
            <th>${msg('From')}</th>
            <th>${msg('To')}</th>
            <th>${msg('Uncertainty')}</th>
          </tr>
        </thead>
        <tbody>
          ${analysis.beats.slice(0, 60).map(
            (beat) => html`<tr>
              <td>${kindName(beat)}</td>
              <td>${glide(beat.startHz, beat.endHz)}</td>
              <td>${beat.carrierStartHz === null || beat.carrierEndHz === null ? '–' : glide(beat.carrierStartHz, beat.carrierEndHz)}</td>
              <td>${clock(beat.fromSeconds)}</td>
              <td>${clock(beat.toSeconds)}</td>
              <td>± ${number(beat.uncertaintyHz, 4)} Hz</td>
            </tr>`,
          )}
        </tbody>
      </table>
    </div>`;
  }

  #item(item: Item): TemplateResult {
    const { file, state, found } = item;
    return html`<article>
      <h2>${file.name}</h2>
      ${
        state === 'working'
          ? html`<progress .value=${item.share} aria-label=${msg(str`Looking into ${file.name}`)}></progress>
              <p><button @click=${() => this.#remove(item)}>${msg('Cancel')}</button></p>`
          : nothing
      }
      ${state === 'unknown' ? html`<p role="alert">${msg('This file is no sound of a kind that can be read: WAV, FLAC, MP3, AAC, Ogg or Opus.')}</p>` : nothing}
      ${state === 'broken' ? html`<p role="alert">${msg('This file could not be decoded. It may be damaged, or this browser cannot play its kind.')}</p>` : nothing}
      ${
        found
          ? html`<p class="sentence">${found.sentence}</p>
              ${this.#picture(item, found.analysis)}
              <audio controls src=${item.url} aria-label=${file.name}></audio>
              ${found.remade.program.voices.length > 0 ? html`<nes-curve .program=${found.remade.program} scale></nes-curve>` : nothing}
              ${this.#table(found.analysis)}
              <p class="quiet">
                ${msg(str`True peak ${number(found.analysis.levels.truePeakDb, 1)} dB, loudness ${found.analysis.levels.lufs === null ? '–' : number(found.analysis.levels.lufs, 1)} LUFS, ${number(found.analysis.sampleRateHz)} Hz.`)}
              </p>
              ${
                found.remade.program.voices.length > 0
                  ? html`<p>
                      <button class="primary" @click=${() => this.#makeProgram(item, found.remade.program)}>${msg('Make a program of it')}</button>
                    </p>
                    <nes-comparison
                      .compared=${{
                        url: item.url,
                        sampleRateHz: found.analysis.sampleRateHz,
                        mono: found.analysis.channels === 1,
                        bands: found.bands,
                        remade: found.remade,
                      }}
                    ></nes-comparison>`
                  : nothing
              }`
          : nothing
      }
      ${state === 'working' ? nothing : html`<p><button class="bare" @click=${() => this.#remove(item)}>${msg('Put it away')}</button></p>`}
    </article>`;
  }

  protected override render(): TemplateResult {
    return html`<h1 tabindex="-1">${this.pageTitle}</h1>
      <div
        class="drop"
        @dragover=${(event: DragEvent) => event.preventDefault()}
        @drop=${(event: DragEvent) => {
          event.preventDefault();
          event.stopPropagation();
          for (const file of event.dataTransfer?.files ?? []) if (isSound(file)) this.#add(file);
        }}
      >
        <p>${msg('Which beats does a recording really hold? Drop sound files here, or choose some. They stay on this device.')}</p>
        <label
          >${msg('Sound files')}
          <input type="file" multiple accept="audio/*,.flac,.opus,.ogg,.m4a" @change=${this.#choose}
        /></label>
      </div>
      <div aria-live="polite">${this.items.map((item) => this.#item(item))}</div>`;
  }
}

const glide = (from: number, to: number): string =>
  Math.abs(from - to) < 0.02 ? `${figure((from + to) / 2)} Hz` : `${figure(from)} → ${figure(to)} Hz`;

function kindName(beat: Beat): string {
  switch (beat.kind) {
    case 'binaural':
      return msg('Binaural');
    case 'monaural':
      return msg('Monaural');
    case 'isochronic':
      return beat.duty === null ? msg('Pulses') : msg(str`Pulses, ${percent(beat.duty)} on`);
    default:
      return msg('Modulation');
  }
}

function rangeOf({ tones }: Analysis): [number, number] {
  const all = tones.flatMap(({ startHz, endHz }) => [startHz, endHz]);
  if (all.length === 0) return [40, 10_000];
  const margin = 2 ** MARGIN_OCTAVES;
  return [Math.max(ROW_LOW_HZ, Math.min(...all) / margin), Math.min(20_000, Math.max(...all) * margin)];
}

function lineOf(ear: string, x1: number, y1: number, x2: number, y2: number): TemplateResult<2> {
  return svg`<line class=${ear} x1=${x1} y1=${y1} x2=${x2} y2=${y2} />`;
}

/** Levels as lightness of the text colour, on a logarithmic axis from the lowest to the highest shown frequency. */
function drawSpectrogram(
  canvas: HTMLCanvasElement,
  { columns, cells }: Spectrogram,
  [low, high]: [number, number],
): void {
  const first = Math.log2(low / ROW_LOW_HZ) * ROWS_PER_OCTAVE;
  const last = Math.log2(high / ROW_LOW_HZ) * ROWS_PER_OCTAVE;
  const height = Math.max(2, Math.round(last - first));
  const width = Math.max(1, Math.min(columns, 1600));
  canvas.width = width;
  canvas.height = height;
  const context = canvas.getContext('2d');
  if (!context) return;
  const colour = getComputedStyle(canvas).color;
  const image = context.createImageData(width, height);
  context.fillStyle = colour;
  context.fillRect(0, 0, 1, 1);
  const [r = 255, g = 255, b = 255] = context.getImageData(0, 0, 1, 1).data;
  for (let x = 0; x < width; x++) {
    const column = Math.floor((x * columns) / width);
    for (let y = 0; y < height; y++) {
      const row = Math.max(0, Math.min(ROWS - 1, Math.round(last - y)));
      image.data.set([r, g, b, cells[column * ROWS + row] ?? 0], (y * width + x) * 4);
    }
  }
  context.putImageData(image, 0, 0);
}
