import { msg } from '@lit/localize';
import type { Voice } from '@nes/program/model.ts';
import { css, html, nothing, type TemplateResult } from 'lit';
import { NesElement } from '../../elements/element.ts';
import { type Breath, type BreathStep, breathAt, hapticOf, pacingVoice } from '../../session/breath.ts';
import { playerSession } from '../../session/session.ts';
import { soundChoices } from '../../session/sound-choices.ts';

/** The picture is drawn so often: a breath is slow. */
const frameMilliseconds = 50;

/**
 * The breath at both edges of the screen: two bars that rise with the breath in and sink with the breath out, seen from the corner of an eye while one looks
 * elsewhere; and a vibration that differs for in and out, where the device has one. It moves slower than once in a second and never flashes.
 */
export class BreathPart extends NesElement {
  static override styles = css`
    :host {
      position: absolute;
      inset: 0;
      pointer-events: none;
    }
    i {
      position: absolute;
      bottom: 0;
      width: max(0.5rem, 3vw);
      height: 100%;
      background: linear-gradient(to top, oklch(78% 0.11 190 / 0.55), oklch(78% 0.11 190 / 0.15));
      transform-origin: bottom;
      border-radius: 0.5rem 0.5rem 0 0;
    }
    i:first-of-type {
      inset-inline-start: 0;
    }
    i:last-of-type {
      inset-inline-end: 0;
    }
    span {
      position: absolute;
      width: 1px;
      height: 1px;
      overflow: hidden;
      clip-path: inset(50%);
    }
  `;

  static override properties = { breath: { state: true } };

  declare protected breath: Breath | null;

  #voice: Voice | null = null;
  #program: unknown = null;
  #step: BreathStep = 'HOLD';
  #frame = 0;
  #drawnAt = 0;

  constructor() {
    super();
    this.breath = null;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.#frame = requestAnimationFrame(this.#tick);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    cancelAnimationFrame(this.#frame);
    navigator.vibrate?.(0);
  }

  #tick = (now: number): void => {
    this.#frame = requestAnimationFrame(this.#tick);
    if (now - this.#drawnAt < frameMilliseconds) return;
    this.#drawnAt = now;
    const { program, state } = playerSession;
    if (!program || state !== 'playing') return;
    if (program !== this.#program) {
      this.#program = program;
      this.#voice = pacingVoice(program);
    }
    this.breath = this.#voice && breathAt(program, this.#voice, playerSession.positionSeconds());
    const step = this.breath?.step ?? 'HOLD';
    if (step === this.#step) return;
    this.#step = step;
    if (soundChoices.value.vibrate) navigator.vibrate?.([...hapticOf[step]]);
  };

  protected override render(): TemplateResult | typeof nothing {
    const { breath } = this;
    if (!breath) return nothing;
    const height = `transform: scaleY(${(0.06 + 0.94 * breath.full).toFixed(3)})`;
    return html`<i .style=${height}></i><i .style=${height}></i>
      <span>${breath.step === 'IN' ? msg('Breathe in') : breath.step === 'OUT' ? msg('Breathe out') : msg('Hold')}</span>`;
  }
}
