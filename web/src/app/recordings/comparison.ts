import { msg, str } from '@lit/localize';
import { css, html, nothing, type PropertyDeclarations, type TemplateResult } from 'lit';
import {
  type Bands,
  COMPARED_SECONDS,
  compareBands,
  type EarComparison,
  ROWS,
} from '../../audio/analysis/comparison.ts';
import type { Remade } from '../../audio/analysis/remake.ts';
import { define } from '../../elements/define.ts';
import { NesElement } from '../../elements/element.ts';
import { number } from '../../elements/format.ts';
import { base, controls } from '../../styles/base.ts';
import type { RemakeJob, RemakeReport } from './remake-worker.ts';
import RemakeWorker from './remake-worker.ts?worker';

/** Height of the drawing in dB. */
const RANGE_DB = 80;

/** A recording and what was made of it. */
export interface Compared {
  /** Address of the recording for the player. */
  url: string;
  sampleRateHz: number;
  mono: boolean;
  bands: Bands;
  remade: Remade;
}

type State =
  | { name: 'idle' | 'working' | 'failed' }
  | { name: 'done'; url: string; ears: Record<'left' | 'right', EarComparison> };

/** Recording and re-made sound side by side: levels, spectra over one another, and both to be heard in turn. */
export class Comparison extends NesElement {
  static override styles = [
    base,
    controls,
    css`
      :host,
      figure {
        display: grid;
        gap: var(--space-3);
        justify-items: start;
      }
      figure {
        width: 100%;
        margin: 0;
      }
      svg {
        width: 100%;
        height: 10rem;
        border: 1px solid var(--line);
        border-radius: 10px;
        background: var(--raised);
      }
      path {
        fill: none;
        stroke: var(--text);
        stroke-width: 1.5;
        vector-effect: non-scaling-stroke;
      }
      path.remade {
        stroke-dasharray: 5 4;
      }
      audio {
        width: min(100%, 40rem);
      }
    `,
  ];

  static override properties: PropertyDeclarations = {
    compared: { attribute: false },
    state: { state: true },
    heard: { state: true },
  };

  declare compared: Compared | null;
  declare protected state: State;
  declare protected heard: 'recording' | 'remade';
  #worker: Worker | null = null;

  constructor() {
    super();
    this.compared = null;
    this.state = { name: 'idle' };
    this.heard = 'remade';
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#worker?.terminate();
    if (this.state.name === 'done') URL.revokeObjectURL(this.state.url);
    this.state = { name: 'idle' };
  }

  #compare(): void {
    const { compared } = this;
    if (!compared) return;
    const worker = new RemakeWorker();
    this.#worker = worker;
    this.state = { name: 'working' };
    const end = (report: RemakeReport) => {
      worker.terminate();
      this.state = report
        ? {
            name: 'done',
            url: URL.createObjectURL(report.file),
            ears: compareBands(compared.bands, report.bands, compared.remade.quieterDb),
          }
        : { name: 'failed' };
    };
    worker.addEventListener('message', ({ data }: MessageEvent<RemakeReport>) => end(data));
    worker.addEventListener('error', () => end(null));
    worker.postMessage({
      program: compared.remade.program,
      sampleRate: compared.sampleRateHz,
      seconds: COMPARED_SECONDS,
    } satisfies RemakeJob);
  }

  /** The other of the two from the same moment on, as loud. */
  async #turn(): Promise<void> {
    const audio = this.renderRoot.querySelector('audio') as HTMLAudioElement;
    const { currentTime, paused } = audio;
    this.heard = this.heard === 'remade' ? 'recording' : 'remade';
    await this.updateComplete;
    audio.volume = this.heard === 'recording' ? 10 ** (-(this.compared?.remade.quieterDb ?? 0) / 20) : 1;
    audio.currentTime = Math.min(currentTime, COMPARED_SECONDS);
    if (!paused) await audio.play().catch(() => undefined);
  }

  #ear(name: string, { recordingDb, remadeDb, differenceDb, spectra }: EarComparison): TemplateResult {
    const levels = [...spectra.recording, ...spectra.remade].filter((level) => level !== null);
    const top = Math.max(-RANGE_DB, ...levels) + 3;
    const path = (row: readonly (number | null)[]) =>
      row
        .flatMap((level, n) =>
          level === null ? [] : [`${(1000 * n) / ROWS},${Math.min(RANGE_DB, top - level).toFixed(1)}`],
        )
        .map((point, n) => `${n === 0 ? 'M' : 'L'}${point}`)
        .join(' ');
    return html`<figure>
      <svg viewBox="0 0 1000 ${RANGE_DB}" preserveAspectRatio="none" role="img" aria-label=${msg(str`Spectra: ${name}`)}>
        <path d=${path(spectra.recording)} />
        <path class="remade" d=${path(spectra.remade)} />
      </svg>
      <figcaption>
        ${msg(str`${name}: the recording has ${number(recordingDb, 1)} dB, the re-made sound ${number(remadeDb, 1)} dB. What differs is ${number(Math.max(-99, differenceDb), 1)} dB against the recording.`)}
      </figcaption>
    </figure>`;
  }

  protected override render(): TemplateResult | typeof nothing {
    const { compared, state } = this;
    if (!compared) return nothing;
    if (state.name !== 'done')
      return html`<button ?disabled=${state.name === 'working'} @click=${this.#compare}>${msg('Compare with the recording')}</button>
        <div role="status">
          ${state.name === 'working' ? msg('The sound is being made …') : nothing}
          ${state.name === 'failed' ? msg('The sound could not be made.') : nothing}
        </div>`;
    const { left, right } = state.ears;
    return html`${compared.mono ? this.#ear(msg('Both ears'), left) : [this.#ear(msg('Left ear'), left), this.#ear(msg('Right ear'), right)]}
      <p class="quiet">
        ${msg('Spectra from 20 Hz to 20 kHz over 80 dB: solid the recording, dashed the re-made sound. Levels are compared, not phases, over the first two minutes at most.')}
      </p>
      <audio
        controls
        src=${this.heard === 'remade' ? state.url : compared.url}
        aria-label=${this.heard === 'remade' ? msg('Re-made sound') : msg('Recording')}
      ></audio>
      <button @click=${this.#turn}>${this.heard === 'remade' ? msg('Hear the recording') : msg('Hear the re-made sound')}</button>`;
  }
}

define('nes-comparison', Comparison);
