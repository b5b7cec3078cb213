import { msg, str } from '@lit/localize';
import { VOICE_KINDS } from '@nes/program/kinds.ts';
import type { VoiceKind } from '@nes/program/model.ts';
import { dominantBeat, passAt } from '@nes/program/values.ts';
import { html, type ReactiveControllerHost, type TemplateResult } from 'lit';
import { bandName, bandOf } from '../../elements/bands.ts';
import { clock, hertz, number } from '../../elements/format.ts';
import { icon } from '../../elements/icons.ts';
import { kindLooks } from '../../elements/kinds.ts';
import { showError, showToast } from '../toast.ts';
import { phaseStart } from './commands.ts';
import type { EditorDocument } from './document.ts';
import { editorIcon } from './icons.ts';
import type { Preview } from './preview.ts';
import type { EditorView } from './view.ts';
import { preciseClock } from './words.ts';

/** What the foot of the meter stands for, below full scale. */
const METER_DECIBELS = 60;
/** In seconds. */
const SHORTEST_LOOP = 1;

interface Host extends ReactiveControllerHost {
  readonly renderRoot: ParentNode;
  readonly doc: EditorDocument;
  readonly view: EditorView;
  readonly preview: Preview;
  /** The chosen phase, or −1. */
  readonly phase: number;
  /** Whether the program can be played; what is wrong with it is shown where it cannot. */
  isSound(): boolean;
  addVoice(kind: VoiceKind): void;
}

/** The transport on top of the editor: keys, place, beat and level of what sounds, what is repeated, zoom. */
export class TransportBar {
  readonly #host: Host;
  #frame = 0;

  constructor(host: Host) {
    this.#host = host;
  }

  close(): void {
    cancelAnimationFrame(this.#frame);
  }

  /** Follows the sound, frame by frame, while there is some. */
  sounded = (): void => {
    cancelAnimationFrame(this.#frame);
    if (this.#host.preview.sounding) this.#follow();
    else this.#showLevel();
    this.#host.requestUpdate();
  };

  #follow = (): void => {
    this.#frame = requestAnimationFrame(this.#follow);
    this.#showLevel();
    if (this.#host.preview.state !== 'playing') return;
    const { seconds } = passAt(this.#host.doc.program, this.#host.preview.seconds());
    this.#host.view.movePlayhead(seconds);
    if (!this.#host.view.fits && !this.#host.doc.gesturing) this.#host.view.reveal(seconds);
  };

  play = async (): Promise<void> => {
    if (this.#host.preview.sounding) {
      this.#host.preview.pause();
      return;
    }
    if (!this.#host.isSound()) {
      showToast({ message: msg('It cannot be played yet: see what is wrong at the foot.') });
      return;
    }
    const { program } = this.#host.doc;
    const from = this.#host.view.playhead < program.durationSeconds ? this.#host.view.playhead : 0;
    try {
      await this.#host.preview.play(program, from);
      this.#host.preview.silence(this.#host.view, program.voices.length);
    } catch (error) {
      showError(error);
    }
  };

  #stop = (): void => {
    this.#host.preview.stop();
    this.#host.view.movePlayhead(0);
  };

  /** Position and beat change with every frame, so they are written without drawing the page again. */
  showTime = (): void => {
    const position = this.#host.renderRoot?.querySelector('.position');
    const beat = this.#host.renderRoot?.querySelector('.beat');
    if (!position || !beat) return;
    const at = this.#host.view.playhead;
    const text = `${clock(at)}.${Math.floor((at % 1) * 10)}`;
    if (position.textContent !== text) position.textContent = text;
    const found = dominantBeat(this.#host.doc.program, at);
    const words = found ? `${hertz(found.beatHz)} · ${bandName(bandOf(found.beatHz))}` : msg('no beat');
    if (beat.textContent !== words) beat.textContent = words;
  };

  #heldDecibels = Number.NEGATIVE_INFINITY;
  #heldUntil = 0;

  /** The peak of each ear, falling slowly enough to be seen, and the highest of the last two seconds in figures. */
  #showLevel(): void {
    const meter = this.#host.renderRoot?.querySelector<HTMLElement>('.meter');
    if (!meter) return;
    const decibels = this.#host.preview.peaks().map((peak) => 20 * Math.log10(Math.max(1e-4, peak)));
    const now = performance.now();
    const most = Math.max(...decibels);
    if (most >= this.#heldDecibels || now > this.#heldUntil) {
      this.#heldDecibels = most;
      this.#heldUntil = now + 2_000;
    }
    for (const [ear, level] of decibels.entries())
      meter.style.setProperty(
        ear === 0 ? '--left' : '--right',
        String(Math.min(1, Math.max(0, 1 + level / METER_DECIBELS))),
      );
    const words = this.#heldDecibels > -METER_DECIBELS ? `${number(this.#heldDecibels, 1)} dB` : '–';
    const figure = meter.querySelector('.most');
    if (figure && figure.textContent !== words) figure.textContent = words;
    meter.classList.toggle('over', this.#heldDecibels > 0);
  }

  /** What is chosen, as seconds of the program: from the first to the last chosen point, else the chosen phase. */
  #chosenSpan(): readonly [number, number] | null {
    const { program } = this.#host.doc;
    const times = [...this.#host.doc.state.selection].flatMap(([voice, frames]) =>
      [...frames].map((frame) => program.voices[voice]?.keyframes[frame]?.at ?? 0),
    );
    const [from, to] = [Math.min(...times), Math.max(...times)];
    if (times.length > 1 && to - from >= SHORTEST_LOOP) return [from, to];
    const phase = program.phases[this.#host.phase];
    if (!phase) return null;
    const start = phaseStart(program, this.#host.phase);
    return [start, start + phase.durationSeconds];
  }

  toggleLoop = (): void => {
    const span = this.#host.view.loop ? null : this.#chosenSpan();
    if (!this.#host.view.loop && !span) {
      showToast({
        message: msg('Choose a phase, or two points a second apart or more: what lies between is repeated.'),
      });
      return;
    }
    this.#host.view.loop = span;
    if (span && !this.#host.preview.sounding) {
      this.#host.view.movePlayhead(span[0]);
      this.#host.preview.seek(span[0]);
    }
  };

  render(): TemplateResult {
    const { doc, view, preview } = this.#host;
    const { durationSeconds } = doc.program;
    return html`<div class="bar transport" role="group" aria-label=${msg('Transport')}>
      <div class="group">
        <button class="square bare" aria-label=${msg('To the start')} title=${msg('To the start')}
          @click=${() => {
            view.movePlayhead(0);
            preview.seek(0);
          }}>${editorIcon('start')}</button>
        <button class="play primary" aria-label=${preview.sounding ? msg('Pause') : msg('Play')} title=${msg('Space')} @click=${this.play}>
          ${icon(preview.sounding ? 'pause' : 'play')}
        </button>
        <button class="square bare" aria-label=${msg('Stop')} title=${msg('Stop')} @click=${this.#stop}>${icon('stop')}</button>
      </div>
      <div class="readout">
        <span class="position"></span>
        <span class="of">/ ${preciseClock(durationSeconds)}</span>
        <span class="beat"></span>
      </div>
      <div class="meter" role="img" aria-label=${msg('Level of the left and the right ear')} title=${msg('Level of the left and the right ear; in figures the highest of the last two seconds')}>
        <i></i><i></i><span class="most figures" aria-hidden="true">–</span>
      </div>
      <span class="parting"></span>
      <div class="group">
        <button class="square bare" ?disabled=${doc.undoLabel === null} aria-label=${doc.undoLabel ? msg(str`Undo: ${doc.undoLabel}`) : msg('Undo')}
          title=${doc.undoLabel ? msg(str`Undo: ${doc.undoLabel}`) : msg('Undo')} @click=${() => doc.undo()}>${editorIcon('undo')}</button>
        <button class="square bare" ?disabled=${doc.redoLabel === null} aria-label=${doc.redoLabel ? msg(str`Redo: ${doc.redoLabel}`) : msg('Redo')}
          title=${doc.redoLabel ? msg(str`Redo: ${doc.redoLabel}`) : msg('Redo')} @click=${() => doc.redo()}>${editorIcon('redo')}</button>
      </div>
      <span class="parting"></span>
      <div class="group">
        <button class="square bare toggle" aria-pressed=${view.snap ? 'true' : 'false'} aria-label=${msg('Snap to the grid')} title=${msg('Snap to the grid (G); Alt leaves it for one drag')}
          @click=${() => {
            view.snap = !view.snap;
          }}>${editorIcon('magnet')}</button>
        <button class="square bare toggle" aria-pressed=${view.loop ? 'true' : 'false'} aria-label=${msg('Repeat what is chosen')} title=${msg('Repeat what is chosen (L)')}
          @click=${this.toggleLoop}>${editorIcon('loop')}</button>
        <button class="square bare" aria-label=${msg('Zoom out')} title=${msg('Zoom out (−)')} @click=${() => view.zoom(1 / 0.6)}>${editorIcon('zoomOut')}</button>
        <button class="square bare" aria-label=${msg('Zoom in')} title=${msg('Zoom in (+)')} @click=${() => view.zoom(0.6)}>${editorIcon('zoomIn')}</button>
        <button class="square bare" aria-label=${msg('Show all of it')} title=${msg('Show all of it (0)')} @click=${() => view.fit()}>${editorIcon('fit')}</button>
      </div>
      <span class="gap"></span>
      <details class="menu">
        <summary>${editorIcon('add')} ${msg('Voice')}</summary>
        <div class="items">
          ${VOICE_KINDS.map((kind) => html`<button @click=${() => this.#host.addVoice(kind)}>${kindLooks[kind].name()}</button>`)}
        </div>
      </details>
    </div>`;
  }
}
