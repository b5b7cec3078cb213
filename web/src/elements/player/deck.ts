import { msg, str } from '@lit/localize';
import { acrossEars } from '@nes/program/kinds.ts';
import type { Program } from '@nes/program/model.ts';
import { chapterAt, dominantBeat, passAt, totalSeconds } from '@nes/program/values.ts';
import { type CSSResult, html, nothing, type TemplateResult } from 'lit';
import maximize from '#icons/maximize.svg?raw';
import pauseIcon from '#icons/pause.svg?raw';
import playIcon from '#icons/play.svg?raw';
import stopIcon from '#icons/square.svg?raw';
import lightIcon from '#icons/sun.svg?raw';
import volumeIcon from '#icons/volume-2.svg?raw';
import type { Player as Engine } from '../../audio/player.ts';
import { beatHeard } from '../../session/heard.ts';
import { permitted } from '../../session/permission.ts';
import type { Heard } from '../../visuals/stage.ts';
import { type Band, bandName, bandOf } from '../bands.ts';
import type { NesSeekEvent } from '../curve/events.ts';
import '../curve/nes-curve.ts';
import { Follow } from '../element.ts';
import { clock, duration, hertz, hertzRange, number } from '../format.ts';
import { inlineIcon } from '../icons.ts';
import { answers } from '../safety/answers.ts';
import { LightController } from '../visual/light.ts';
import { styles } from './deck.styles.ts';
import type { PlayerElement } from './player.ts';

/** What a player shows once it has a program: curve, light, controls; and the limits that the visitor's answers set. */
export class Deck {
  readonly styles: CSSResult = styles;
  readonly #host: PlayerElement;
  readonly #light: LightController;

  constructor(host: PlayerElement) {
    this.#host = host;
    new Follow(host, [answers], () => host.bind());
    this.#light = new LightController(host, () => ({
      place: this.#open ? host.renderRoot.querySelector<HTMLElement>('.light') : null,
      scene: host.scene,
      intensity: host.intensity,
      source: (now) => host.heard(now),
    }));
  }

  /** True while the safety questions were not answered. */
  get unanswered(): boolean {
    return !answers.given;
  }

  permitted(program: Program): Program {
    return permitted(program, answers.permission);
  }

  totalSeconds(program: Program): number {
    return totalSeconds(program);
  }

  chapterAt(program: Program, seconds: number): ReturnType<typeof chapterAt> {
    return chapterAt(program, seconds);
  }

  heard(engine: Engine, program: Program, now: number): Heard {
    const seconds = engine.heardSeconds(now);
    const beat = beatHeard(program, seconds);
    return {
      beatPhase: beat?.beatPhase ?? 0,
      beatHz: beat?.beatHz ?? 0,
      level: beat?.level ?? 0,
      programProgress: passAt(program, seconds).seconds / program.durationSeconds,
      phaseColour: chapterAt(program, seconds)?.phase.colour ?? '#6a8caf',
      time: seconds,
    };
  }

  blank(): void {
    this.#light.blank();
  }

  async ask(): Promise<boolean> {
    const { askQuestions } = await import('../safety/questions-dialog.ts');
    const place = this.#host.renderRoot.querySelector('.card');
    return place ? askQuestions(place) : false;
  }

  /** The band of the beat now, for the accent. */
  band(program: Program): Band | 'control' {
    const beat = dominantBeat(program, passAt(program, this.#host.position).seconds);
    return beat ? bandOf(beat.beatHz) : 'control';
  }

  get #open(): boolean {
    const { visuals, dark, running } = this.#host;
    return running && visuals !== 'off' && !dark && !this.#light.failed;
  }

  facts(program: Program): TemplateResult {
    const total = totalSeconds(program);
    const beats = program.voices.flatMap(({ keyframes }) =>
      keyframes.filter(({ beat }) => beat !== 0).map(({ beat }) => Math.abs(beat)),
    );
    return html`<p class="facts quiet small figures" part="facts">
      <span>${Number.isFinite(total) ? duration(total) : msg('endless')}</span>
      <span>${beats.length > 0 ? hertzRange(Math.min(...beats), Math.max(...beats)) : msg('no beat')}</span>
      ${program.voices.some(acrossEars) ? html`<span>${msg('needs headphones')}</span>` : nothing}
    </p>`;
  }

  render(program: Program): TemplateResult {
    const { visuals, position, running, failure } = this.#host;
    const open = this.#open;
    const within = passAt(program, position);
    return html`<div class="views ${open ? 'open' : ''} ${visuals === 'off' ? 'low' : ''}">
        <div class="stage" part="stage">
          <div class="light" aria-hidden="true"></div>
          ${open ? this.#telling(program) : nothing}
        </div>
        <nes-curve
          part="curve"
          mode="seek"
          chapters
          ?scale=${!open}
          label=${msg('Position')}
          .program=${program}
          .position=${running || position > 0 ? within.seconds : null}
          @nes-seek=${(event: NesSeekEvent) => this.#sought(program, event)}
        ></nes-curve>
      </div>
      ${this.#transport(program)}
      ${failure ? html`<p class="problem" role="alert">${failure}</p>` : nothing}
      ${this.#note()} ${this.#chapters(program)}`;
  }

  #telling(program: Program): TemplateResult {
    const { position } = this.#host;
    const chapter = chapterAt(program, position);
    const beat = dominantBeat(program, passAt(program, position).seconds);
    return html`<div class="telling">
      <div>
        <p class="phase" aria-live="polite">${chapter?.phase.name}</p>
        <p class="quiet small line">${chapter?.phase.description}</p>
      </div>
      ${
        beat
          ? html`<p class="beat figures" role="img" aria-label="${hertz(beat.beatHz)}, ${bandName(bandOf(beat.beatHz))}">
              <span aria-hidden="true">${number(beat.beatHz, beat.beatHz < 1 ? 2 : 1)}<small>Hz</small></span>
              <span class="band small" aria-hidden="true">${bandName(bandOf(beat.beatHz))}</span>
            </p>`
          : nothing
      }
    </div>`;
  }

  #transport(program: Program): TemplateResult {
    const host = this.#host;
    const { sounding, running, position, volume, visuals, dark, shownTitle } = host;
    const total = totalSeconds(program);
    return html`<div class="transport" part="controls">
      <div class="row keys">
        <button
          class="main solid"
          part="play"
          aria-label=${sounding ? msg('Pause') : msg(str`Play ${shownTitle}`)}
          @click=${() => this.#toggle()}
        >
          ${inlineIcon(sounding ? pauseIcon : playIcon)}
        </button>
        <button class="stop danger" part="stop" ?disabled=${!running} @click=${() => host.stop()}>
          ${inlineIcon(stopIcon)} ${msg('Stop')}
        </button>
        <p class="time figures" part="time" aria-label=${msg('Time')}>
          ${clock(position)} <span class="quiet">/ ${Number.isFinite(total) ? clock(total) : msg('endless')}</span>
        </p>
      </div>
      <div class="row tools">
        <label class="volume">
          <span class="away">${msg('Volume')}</span>
          ${inlineIcon(volumeIcon)}
          <input
            type="range"
            min="0"
            max="1"
            step="0.01"
            part="volume"
            .value=${String(volume)}
            aria-valuetext="${Math.round(volume * 100)} %"
            @input=${(event: InputEvent) => {
              host.volume = Number((event.target as HTMLInputElement).value);
            }}
          />
        </label>
        ${
          visuals === 'off'
            ? nothing
            : html`<button
                class="bare"
                aria-label=${msg('Light')}
                aria-pressed=${String(!dark)}
                @click=${() => {
                  host.dark = !dark;
                }}
              >
                ${inlineIcon(lightIcon)}
              </button>`
        }
        <button class="bare" aria-label=${msg('Full screen')} @click=${() => this.#full()}>${inlineIcon(maximize)}</button>
        <slot name="tools"></slot>
      </div>
    </div>`;
  }

  /** What holds the light back, and what must be known before Play. */
  #note(): TemplateResult {
    const ask = (words: string): TemplateResult =>
      html`<button class="link" part="questions" @click=${() => this.ask()}>${words}</button>`;
    const line = (): TemplateResult => {
      const silent = this.#host.visuals === 'off';
      if (!silent && this.#light.failed) {
        return html`${msg('This browser cannot draw the light. The sound is not affected.')}`;
      }
      if (!answers.given) {
        return silent
          ? ask(msg('Is it safe for me?'))
          : html`${msg('The picture stands still until the safety questions are answered.')} ${ask(msg('Answer them'))}`;
      }
      if (answers.bound) return html`${msg('Held back because of your safety answers.')} ${ask(msg('Change them'))}`;
      return ask(msg('Safety answers'));
    };
    return html`<p class="note quiet small" part="note">${msg('Never while driving. Esc stops at once.')} ${line()}</p>`;
  }

  /** For paper only. */
  #chapters(program: Program): TemplateResult {
    let at = 0;
    return html`<ol class="chapters">
      ${program.phases.map((phase) => {
        const from = at;
        at += phase.durationSeconds;
        return html`<li>
          <span class="figures">${clock(from)}</span> <span>${phase.name}</span> <span>${phase.description}</span>
        </li>`;
      })}
    </ol>`;
  }

  #toggle(): void {
    if (this.#host.sounding) this.#host.pause();
    // What went wrong is shown already.
    else this.#host.play().catch(() => {});
  }

  /** The curve speaks of one pass, the player of all. */
  #sought(program: Program, event: NesSeekEvent): void {
    event.stopPropagation();
    this.#host.seek(passAt(program, this.#host.position).pass * program.durationSeconds + event.seconds);
  }

  #full(): void {
    if (document.fullscreenElement) document.exitFullscreen().catch(() => {});
    else this.#host.requestFullscreen?.().catch(() => {});
  }
}
