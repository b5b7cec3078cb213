import { msg } from '@lit/localize';
import type { Program } from '@nes/program/model.ts';
import { css, html, type TemplateResult } from 'lit';
import { Player } from '../../audio/player.ts';
import { percent } from '../../elements/format.ts';
import { icon } from '../../elements/icons.ts';
import { doseMeter } from '../../session/dose-meter.ts';
import { playerSession } from '../../session/session.ts';
import { DialogElement } from '../dialog-element.ts';
import { showError, showToast } from '../toast.ts';

/** Pink noise, as broad as speech, so that two loudnesses can be compared. */
const noise: Program = {
  durationSeconds: 60,
  phases: [{ name: 'Noise', description: '', durationSeconds: 60, colour: '#7c9cff' }],
  voices: [
    {
      kind: 'NOISE',
      name: 'Noise',
      colour: 'PINK',
      correlation: 1,
      modulationDepth: 0,
      spin: false,
      keyframes: [{ at: 0, carrier: 0, beat: 0, level: 0.8, pan: 0, curve: 'HOLD' }],
    },
  ],
  gain: 1,
  loop: 0,
  seed: 1,
};

/** Finds out how loud this device is: the listener sets a noise to the loudness of a conversation. */
export class CalibrateDialog extends DialogElement {
  static override properties = {
    playing: { state: true },
    volume: { state: true },
  };

  static override styles = [
    DialogElement.styles,
    css`
      form {
        display: grid;
        gap: var(--space-5);
      }
      .intro {
        display: grid;
        gap: var(--space-3);
      }
      .line {
        display: flex;
        justify-content: space-between;
        color: var(--text);
      }
    `,
  ];

  declare protected playing: boolean;
  declare protected volume: number;
  readonly #player = new Player();

  constructor() {
    super();
    this.playing = false;
    this.volume = 0.15;
    this.#player.load(noise);
    this.#player.setVolume(this.volume);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#player.dispose();
  }

  protected override render(): TemplateResult {
    return html`<dialog aria-labelledby="title" @close=${() => this.remove()}>
      <form method="dialog" @submit=${this.#keep}>
        <div class="intro">
          <h2 id="title">${msg('As loud as a conversation')}</h2>
          <p class="quiet">
            ${msg('No web page can measure how loud your headphones are. Play this noise and set it as loud as somebody who talks to you across a table. From then on the week is counted in decibels.')}
          </p>
          <p class="quiet small">
            ${msg('It holds for these headphones while the volume of the device stays where it is now. Do it again after a change.')}
          </p>
        </div>
        <div class="row">
          <button type="button" @click=${this.#toggle}>
            ${icon(this.playing ? 'pause' : 'play')} ${this.playing ? msg('Silence') : msg('Play the noise')}
          </button>
        </div>
        <label class="field">
          <span class="line">${msg('Loudness of the noise')} <output>${percent(this.volume)}</output></span>
          <input
            type="range"
            min="0.02"
            max="1"
            step="0.01"
            .value=${String(this.volume)}
            aria-valuetext=${percent(this.volume)}
            @input=${this.#louder}
          />
        </label>
        <div class="actions">
          <button type="button" @click=${() => this.renderRoot.querySelector('dialog')?.close()}>${msg('Not now')}</button>
          <button class="primary" ?disabled=${!this.playing}>${msg('That is as loud')}</button>
        </div>
      </form>
    </dialog>`;
  }

  #toggle = async (): Promise<void> => {
    try {
      if (this.playing) {
        this.#player.pause();
        this.playing = false;
        return;
      }
      // Two sounds at once could not be judged.
      playerSession.pause();
      this.playing = true;
      await this.#player.play();
    } catch (error) {
      this.playing = false;
      showError(error);
    }
  };

  #louder = (event: Event): void => {
    this.volume = Number((event.target as HTMLInputElement).value);
    this.#player.setVolume(this.volume);
  };

  #keep = async (): Promise<void> => {
    try {
      await doseMeter.calibrate(noise, this.volume);
      showToast({ message: msg('The week is now counted in decibels.') });
    } catch (error) {
      showError(error);
    }
  };
}
