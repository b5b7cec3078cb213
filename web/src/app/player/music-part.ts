import { msg, str } from '@lit/localize';
import { css, html, nothing, type TemplateResult } from 'lit';
import { Follow, NesElement } from '../../elements/element.ts';
import { duration, number, percent } from '../../elements/format.ts';
import { icon } from '../../elements/icons.ts';
import { type MusicValues, music } from '../../session/music.ts';
import { base, controls } from '../../styles/base.ts';
import { fileButton, soundFileButton } from '../file-button.ts';
import { showError } from '../toast.ts';
import { TellUnreadable } from './unreadable.ts';

/** The listener's own music beside a program: which files, how loud, and whether it moves with the beat. */
export class MusicPart extends NesElement {
  static override styles = [
    base,
    controls,
    fileButton,
    css`
      :host {
        display: grid;
        gap: var(--space-3);
      }
      li {
        display: grid;
        grid-template-columns: minmax(0, 1fr) auto;
        align-items: center;
        border-top: 1px solid var(--line);
      }
      li p {
        overflow-wrap: anywhere;
      }
      .pair {
        display: grid;
        grid-template-columns: repeat(auto-fit, minmax(min(14rem, 100%), 1fr));
        gap: var(--space-3) var(--space-4);
      }
      .file {
        justify-self: start;
      }
    `,
  ];

  constructor() {
    super();
    new Follow(this, [music]);
    new TellUnreadable(this, music);
  }

  protected override render(): TemplateResult {
    const { value, files } = music;
    return html`
      ${
        files.length === 0
          ? html`<p class="quiet small">${msg('Files of your own play beside every program, equally loud. They never leave this device.')}</p>`
          : html`<ul role="list">
              ${files.map(
                (file) => html`<li>
                  <p>${file.name}</p>
                  <button class="bare square" aria-label=${msg(str`Take ${file.name} out`)} @click=${() => music.remove(file).catch(showError)}>
                    ${icon('close')}
                  </button>
                </li>`,
              )}
            </ul>`
      }
      ${soundFileButton(msg('Add sound files'), (chosen) => music.add(chosen).catch(showError), { small: true, multiple: true })}
      ${files.length > 0 ? this.#settings(value) : nothing}
    `;
  }

  #settings(value: Readonly<MusicValues>): TemplateResult {
    return html`<div class="pair">
      ${this.#check(msg('Play them'), value.on, (on) => music.save({ on }))}
      ${this.#check(msg('Shuffle'), value.shuffle, (shuffle) => music.save({ shuffle }))}
      ${this.#range(msg('Level of my music'), value.level, percent(value.level), 0, 1, 0.05, (level) => music.save({ level }))}
      ${this.#range(
        msg('Cross-fade'),
        value.crossFadeSeconds,
        value.crossFadeSeconds === 0 ? '0' : duration(value.crossFadeSeconds),
        0,
        15,
        1,
        (crossFadeSeconds) => music.save({ crossFadeSeconds }),
      )}
      ${this.#check(msg('Moves with the program’s beat'), value.modulated, (modulated) => music.save({ modulated }))}
      ${
        value.modulated
          ? html`${this.#range(msg('How deep'), value.depth, percent(value.depth), 0, 1, 0.05, (depth) => music.save({ depth }))}
              <label class="field">
                ${msg('What moves')}
                <select @change=${(event: Event) => music.save({ part: (event.target as HTMLSelectElement).value as MusicValues['part'] })}>
                  <option value="ALL" ?selected=${value.part === 'ALL'}>${msg('Everything')}</option>
                  <option value="ABOVE" ?selected=${value.part === 'ABOVE'}>${msg('What is higher than')}</option>
                  <option value="BELOW" ?selected=${value.part === 'BELOW'}>${msg('What is lower than')}</option>
                </select>
              </label>
              ${
                value.part === 'ALL'
                  ? nothing
                  : this.#range(
                      msg('Frequency'),
                      Math.log2(value.hertz),
                      `${number(Math.round(value.hertz))} Hz`,
                      Math.log2(100),
                      Math.log2(6400),
                      0.25,
                      (octave) => music.save({ hertz: 2 ** octave }),
                    )
              }`
          : nothing
      }
    </div>`;
  }

  #check(label: string, value: boolean, save: (value: boolean) => void): TemplateResult {
    return html`<label class="check single">
      <input type="checkbox" .checked=${value} @change=${() => save(!value)} /> ${label}
    </label>`;
  }

  #range(
    label: string,
    value: number,
    shown: string,
    min: number,
    max: number,
    step: number,
    save: (value: number) => void,
  ): TemplateResult {
    return html`<label class="field">
      <span>${label} <span class="quiet figures">${shown}</span></span>
      <input
        type="range"
        min=${min}
        max=${max}
        step=${step}
        .value=${String(value)}
        aria-valuetext=${shown}
        @change=${(event: Event) => save(Number((event.target as HTMLInputElement).value))}
      />
    </label>`;
  }
}
