import { msg, str } from '@lit/localize';
import type { Program, Voice } from '@nes/program/model.ts';
import { totalSeconds } from '@nes/program/values.ts';
import { css, html, nothing, type PropertyDeclarations, type TemplateResult } from 'lit';
import { needsHeadphones, type TonePreset } from '../../audio/tones.ts';
import { screening } from '../../data/screening.ts';
import { define } from '../../elements/define.ts';
import { Follow } from '../../elements/element.ts';
import { number, percent } from '../../elements/format.ts';
import { kindLooks } from '../../elements/kinds.ts';
import { playerSession } from '../../session/session.ts';
import { type SoundValues, soundChoices } from '../../session/sound-choices.ts';
import { DialogElement, keepKeys } from '../dialog-element.ts';
import { fileButton, soundFileButton } from '../file-button.ts';
import { showError } from '../toast.ts';
import { CuesPart } from './cues-part.ts';
import { MusicPart } from './music-part.ts';

/** A browser that lets people choose a loudspeaker without asking for the microphone. */
interface ChoosingDevices extends MediaDevices {
  selectAudioOutput?: (options?: { deviceId?: string }) => Promise<MediaDeviceInfo>;
}

const canChooseDevice = 'setSinkId' in HTMLMediaElement.prototype && 'mediaDevices' in navigator;

/** How the sleep timer stands and is set: minutes as they are offered, 0 for none. */
export interface SleepTimer {
  minutes: number;
  offered: readonly number[];
  set: (minutes: number) => void;
}

/** What a listener can change about the sound while it plays: each voice, the colour of the tones, start and end, the device. */
export class SoundDialog extends DialogElement {
  static override styles = [
    DialogElement.styles,
    fileButton,
    css`
      dialog {
        --dialog-width: 38rem;
        padding-bottom: 0;
      }
      .all {
        display: grid;
        grid-template-columns: minmax(0, 1fr);
        gap: var(--space-5);
      }
      section {
        display: grid;
        grid-template-columns: minmax(0, 1fr);
        gap: var(--space-3);
      }
      h3 {
        font-size: var(--size--1);
        font-weight: 500;
        color: var(--quiet);
      }
      .pair {
        display: grid;
        grid-template-columns: repeat(auto-fit, minmax(min(14rem, 100%), 1fr));
        gap: var(--space-3) var(--space-4);
      }
      .field {
        align-content: start;
      }
      ul {
        display: grid;
      }
      li {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: var(--space-2);
        padding: var(--space-2) 0;
        border-top: 1px solid var(--line);
      }
      li p {
        flex: 1 1 7rem;
        overflow-wrap: anywhere;
      }
      li.silent p {
        color: var(--quiet);
      }
      li button,
      li label {
        min-height: 2.5rem;
        padding: 0 var(--space-3);
      }
      li button[aria-pressed='true'] {
        border-color: var(--text);
        background: var(--text);
        color: var(--ink);
      }
      .fader {
        display: grid;
        flex: 1 0 100%;
        grid-template-columns: minmax(0, 1fr) 3.5rem;
        align-items: center;
        gap: var(--space-3);
        min-height: 2rem;
        padding: 0;
      }
      .fader span:last-child {
        text-align: end;
      }
      .actions {
        position: sticky;
        bottom: 0;
        padding: var(--space-4) 0 var(--space-5);
        background: var(--raised);
      }
    `,
  ];

  static override properties: PropertyDeclarations = {
    devices: { state: true },
    files: { state: true },
    timer: { attribute: false },
  };

  declare protected devices: readonly MediaDeviceInfo[];
  /** Names of the files that were chosen for SAMPLE voices, by the voice's place. */
  declare protected files: ReadonlyMap<number, string>;

  /** The sleep timer of the page that opened this; null where there is none. */
  declare timer: SleepTimer | null;

  constructor() {
    super();
    this.timer = null;
    this.devices = [];
    this.files = new Map();
    new Follow(this, [playerSession, soundChoices]);
  }

  protected override firstUpdated(): void {
    super.firstUpdated();
    this.#list().catch(() => {});
  }

  async #list(): Promise<void> {
    if (!canChooseDevice) return;
    const all = await navigator.mediaDevices.enumerateDevices();
    this.devices = all.filter(
      ({ kind, deviceId }) => kind === 'audiooutput' && deviceId !== '' && deviceId !== 'default',
    );
  }

  protected override render(): TemplateResult {
    const { protocol, program } = playerSession;
    if (!protocol || !program) return html``;
    const { value } = soundChoices;
    const voices = program.voices;
    return html`<dialog aria-labelledby="title" @keydown=${keepKeys} @close=${() => this.remove()}>
      <div class="all">
        <h2 id="title">${msg('Sound')}</h2>
        <section>
          <h3>${msg('Voices of this program')}</h3>
          <ul role="list">
            ${voices.map((voice, index) => this.#voice(voice, index))}
          </ul>
        </section>
        <section>
          <h3>${msg('Every program on this device')}</h3>
          <div class="pair">${this.#character(value, program)}</div>
        </section>
        <section>
          <h3>${msg('Beginning and end')}</h3>
          <div class="pair">${this.#ends(value, program)}</div>
        </section>
        <section>
          <h3>${msg('Where it is heard')}</h3>
          <div class="pair">
            ${this.#ways(value, protocol.program)} ${this.#device(value)} ${this.#delay(value)} ${this.#beside(value)} ${this.#vibration(value)}
          </div>
        </section>
        <section>
          <h3>${msg('My music')}</h3>
          <nes-my-music></nes-my-music>
        </section>
        <section>
          <h3>${msg('Voice')}</h3>
          <nes-voice-cues></nes-voice-cues>
        </section>
        <section>
          <h3>${msg('Ears')}</h3>
          <div class="pair" dir="ltr">${this.#ear(value, 'left')} ${this.#ear(value, 'right')}</div>
          <label class="check single">
            <input
              type="checkbox"
              .checked=${value.ears.swapped}
              @change=${() => soundChoices.save({ ears: { ...value.ears, swapped: !value.ears.swapped } })}
            />
            ${msg('Swap the ears')}
          </label>
          <p class="quiet small">${msg('Nothing is ever louder than before: an ear is only turned down.')}</p>
        </section>
      </div>
      <form method="dialog" class="actions"><button class="primary">${msg('Done')}</button></form>
    </dialog>`;
  }

  #voice(voice: Voice, index: number): TemplateResult {
    const { muted, soloed } = playerSession;
    const silent = muted.has(index) || (soloed.size > 0 && !soloed.has(index));
    const name = voice.name || kindLooks[voice.kind].inText();
    return html`<li class=${silent ? 'silent' : ''}>
      <p>${name} ${voice.name ? html`<span class="quiet small">${kindLooks[voice.kind].inText()}</span>` : nothing}</p>
      <button
        aria-pressed=${muted.has(index)}
        aria-label=${msg(str`Mute ${name}`)}
        @click=${() => playerSession.setVoiceMuted(index, !muted.has(index))}
      >
        ${msg('Mute')}
      </button>
      <button
        aria-pressed=${soloed.has(index)}
        aria-label=${msg(str`Only ${name}`)}
        @click=${() => playerSession.setVoiceSolo(index, !soloed.has(index))}
      >
        ${msg('Only')}
      </button>
      ${this.#fader(name, index)}
      ${
        voice.kind === 'SAMPLE'
          ? soundFileButton(
              this.files.get(index) ??
                (voice.sampleName ? msg(str`Choose ${voice.sampleName}`) : msg('Choose a sound file')),
              ([file]) => this.#file(index, file),
              { small: true },
            )
          : nothing
      }
    </li>`;
  }

  /** Up to twice its level: the whole is turned down where that would be too much. */
  #fader(name: string, index: number): TemplateResult {
    const key = playerSession.protocol?.slug ?? playerSession.protocol?.title ?? '';
    const { levels } = soundChoices.value;
    const mine = levels[key] ?? [];
    const level = mine[index] ?? 1;
    return html`<label class="fader">
      <span class="away">${msg(str`Level of ${name}`)}</span>
      <input
        type="range"
        min="0"
        max="2"
        step="0.05"
        .value=${String(level)}
        aria-valuetext=${percent(level)}
        @input=${(event: Event) => {
          const changed = Array.from({ length: Math.max(index + 1, mine.length) }, (_, at) => mine[at] ?? 1);
          changed[index] = Number((event.target as HTMLInputElement).value);
          soundChoices.save({ levels: { ...levels, [key]: changed } });
        }}
      />
      <span class="quiet figures small" aria-hidden="true">${percent(level)}</span>
    </label>`;
  }

  #ear(value: Readonly<SoundValues>, ear: 'left' | 'right'): TemplateResult {
    const level = value.ears[ear];
    return html`<label class="field">
      <span>${ear === 'left' ? msg('Left ear') : msg('Right ear')} <span class="quiet figures">${percent(level)}</span></span>
      <input
        type="range"
        min="0"
        max="1"
        step="0.02"
        .value=${String(level)}
        aria-valuetext=${percent(level)}
        @input=${(event: Event) =>
          soundChoices.save({ ears: { ...value.ears, [ear]: Number((event.target as HTMLInputElement).value) } })}
      />
    </label>`;
  }

  #beside(value: Readonly<SoundValues>): TemplateResult {
    const possible = 'audioSession' in navigator;
    return html`<label class="check single">
      <input
        type="checkbox"
        ?disabled=${!possible}
        .checked=${value.beside}
        @change=${() => soundChoices.save({ beside: !value.beside })}
      />
      <span>
        ${msg('Beside other applications')}
        ${possible ? nothing : html`<span class="quiet small">${msg('This browser does not let a page choose.')}</span>`}
      </span>
    </label>`;
  }

  /** Only where there is a device for it and a breath to follow. */
  #vibration(value: Readonly<SoundValues>): TemplateResult | typeof nothing {
    if (!('vibrate' in navigator) || playerSession.protocol?.category !== 'BREATHING') return nothing;
    return html`<label class="check single">
      <input
        type="checkbox"
        .checked=${value.vibrate}
        @change=${() => soundChoices.save({ vibrate: !value.vibrate })}
      />
      ${msg('Vibrates with the breath: long for in, twice for out')}
    </label>`;
  }

  async #file(index: number, file: File): Promise<void> {
    try {
      const { player } = playerSession;
      player.lights = screening.permission.lightAllowed;
      await player.setSample(index, file);
      this.files = new Map(this.files).set(index, file.name);
    } catch {
      showError(new Error(msg(str`This browser cannot read the sound in ${file.name}.`)));
    }
  }

  #character(value: Readonly<SoundValues>, program: Program): TemplateResult {
    const tones: [TonePreset | '', string][] = [
      ['', msg('As the program says')],
      ['WARM', msg('Warm')],
      ['BRIGHT', msg('Bright')],
      ['DEEP', msg('Deep')],
      ['ETHEREAL', msg('Ethereal')],
      ['NATURAL', msg('Natural')],
    ];
    const bed = program.voices.some(
      (voice) => !('waveform' in voice) && voice.keyframes.every((frame) => frame.beat === 0),
    );
    return html`${this.#choice(msg('Tone'), value.tone ?? '', tones, (tone) =>
      soundChoices.save({ tone: (tone || null) as TonePreset | null }),
    )}
      <label class="field">
        <span>${msg('Room')} <span class="quiet figures">${percent(value.reverb)}</span></span>
        <input
          type="range"
          min="0"
          max="1"
          step="0.05"
          .value=${String(value.reverb)}
          ?disabled=${!bed}
          aria-describedby="room"
          @change=${(event: Event) => soundChoices.save({ reverb: Number((event.target as HTMLInputElement).value) })}
        />
        <span id="room" class="quiet small">
          ${bed ? msg('Only for what has no beat: noise, bells, drops.') : msg('Everything here has a beat, which no room may blur.')}
        </span>
      </label>`;
  }

  #ends(value: Readonly<SoundValues>, program: Program): TemplateResult {
    const endless = !Number.isFinite(totalSeconds(program));
    const seconds = (one: number) => (one < 60 ? msg(str`${one} s`) : msg(str`${one / 60} min`));
    const choices = (none: string, all: readonly number[]): [string, string][] => [
      ['', none],
      ...all.map((one): [string, string] => [String(one), seconds(one)]),
    ];
    return html`${this.#choice(
      msg('Rises from silence over'),
      String(value.riseSeconds),
      [3, 30, 120, 300, 600].map((one): [string, string] => [String(one), seconds(one)]),
      (chosen) => soundChoices.save({ riseSeconds: Number(chosen) }),
    )}
    ${
      this.timer
        ? this.#choice(
            msg('Sleep timer'),
            String(this.timer.minutes),
            this.timer.offered.map((one): [string, string] => [
              String(one),
              one === 0 ? msg('No timer') : seconds(one * 60),
            ]),
            (chosen) => this.timer?.set(Number(chosen)),
          )
        : nothing
    }
    ${this.#choice(
      msg('Soft until the end, then swells to wake'),
      String(value.wakeUpSeconds ?? ''),
      choices(msg('No swell'), [60, 180, 300, 600]),
      (chosen) => soundChoices.save({ wakeUpSeconds: Number(chosen) || null }),
      endless,
    )}
    ${this.#choice(
      msg('Bell before the end'),
      String(value.endBellSeconds ?? ''),
      choices(msg('No bell'), [10, 30, 60, 120]),
      (chosen) => soundChoices.save({ endBellSeconds: Number(chosen) || null }),
      endless,
    )}`;
  }

  #ways(value: Readonly<SoundValues>, program: Program): TemplateResult {
    const ways: [string, string][] = [
      ['', msg('Headphones')],
      ['ISOCHRONIC', msg('Loudspeakers, as pulses')],
      ['MONAURAL', msg('Loudspeakers, as beating tones')],
    ];
    return this.#choice(
      needsHeadphones(program) ? msg('Binaural voices are made for') : msg('Binaural voices, where there are any'),
      value.speakers ?? '',
      ways,
      (chosen) => soundChoices.save({ speakers: (chosen || null) as SoundValues['speakers'] }),
    );
  }

  #device(value: Readonly<SoundValues>): TemplateResult | typeof nothing {
    if (!canChooseDevice) return nothing;
    if (this.devices.length === 0) {
      return html`<div class="field">
        ${msg('Device')}
        <button @click=${this.#ask}>${msg('Choose another device')}</button>
        ${
          'selectAudioOutput' in navigator.mediaDevices
            ? nothing
            : html`<span class="quiet small">${msg('This browser names devices only after it was allowed the microphone. Nothing is recorded.')}</span>`
        }
      </div>`;
    }
    return this.#choice(
      msg('Device'),
      value.outputDevice,
      [['', msg('As the system')], ...this.devices.map(({ deviceId, label }): [string, string] => [deviceId, label])],
      (outputDevice) => soundChoices.save({ outputDevice }),
    );
  }

  #ask = async (): Promise<void> => {
    const devices: ChoosingDevices = navigator.mediaDevices;
    try {
      if (devices.selectAudioOutput) {
        const chosen = await devices.selectAudioOutput();
        soundChoices.save({ outputDevice: chosen.deviceId });
      } else {
        const stream = await devices.getUserMedia({ audio: true });
        for (const track of stream.getTracks()) track.stop();
      }
      await this.#list();
    } catch (error) {
      const refused = error instanceof DOMException && error.name === 'NotAllowedError';
      showError(
        refused ? new Error(msg('The browser did not allow it. The sound stays where the system puts it.')) : error,
      );
    }
  };

  #delay(value: Readonly<SoundValues>): TemplateResult {
    return html`<label class="field">
      <span>
        ${msg('Delay of wireless headphones')}
        <span class="quiet figures">${number(value.delaySeconds * 1000)} ms</span>
      </span>
      <input
        type="range"
        min="0"
        max="0.5"
        step="0.01"
        .value=${String(value.delaySeconds)}
        aria-valuetext=${`${Math.round(value.delaySeconds * 1000)} ms`}
        @change=${(event: Event) => soundChoices.save({ delaySeconds: Number((event.target as HTMLInputElement).value) })}
      />
      <span class="quiet small">${msg('Raise it until the light falls on the beat.')}</span>
    </label>`;
  }

  #choice(
    label: string,
    value: string,
    options: readonly [string, string][],
    save: (value: string) => void,
    disabled = false,
  ): TemplateResult {
    return html`<label class="field">
      ${label}
      <select ?disabled=${disabled} @change=${(event: Event) => save((event.target as HTMLSelectElement).value)}>
        ${options.map(([key, name]) => html`<option value=${key} ?selected=${key === value}>${name}</option>`)}
      </select>
    </label>`;
  }
}

/** Opens the dialog over whatever is shown. */
export function openSound(timer: SleepTimer | null = null): void {
  define('nes-my-music', MusicPart);
  define('nes-voice-cues', CuesPart);
  define('nes-sound', SoundDialog);
  const element = document.createElement('nes-sound') as SoundDialog;
  element.timer = timer;
  document.body.append(element);
}
