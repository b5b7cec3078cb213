import { msg, str } from '@lit/localize';
import { LIMITS } from '@nes/program/check.ts';
import { type OwnFieldName, ownFields, VOICE_KINDS } from '@nes/program/kinds.ts';
import type { Keyframe, Phase, Voice, VoiceKind, Waveform } from '@nes/program/model.ts';
import { css, html, nothing, type PropertyDeclarations, type TemplateResult } from 'lit';
import { categories } from '../../../../prisma/library/categories.ts';
import { define } from '../../elements/define.ts';
import { icon } from '../../elements/icons.ts';
import { kindLooks } from '../../elements/kinds.ts';
import { base, controls } from '../../styles/base.ts';
import { categoryName } from '../names.ts';
import { limitsOf, type Parameter, parametersOf } from './axis.ts';
import {
  addKeyframe,
  changeDraft,
  changeDuration,
  changeKind,
  changePhase,
  changeProgram,
  changeVoice,
  duplicateVoice,
  fitGain,
  movePhaseEnd,
  moveVoice,
  phaseStart,
  removeKeyframes,
  removePhase,
  removeVoice,
  setKeyframes,
  splitPhase,
} from './commands.ts';
import type { Edit } from './document.ts';
import { DocumentElement } from './document-element.ts';
import { editorIcon } from './icons.ts';
import { nextColour, PhaseChosenEvent } from './lanes.ts';
import { NumberField } from './number-field.ts';
import {
  curveName,
  curves,
  type FieldWords,
  fieldWords,
  parameterName,
  preciseClock,
  unitOf,
  waveformName,
  waveforms,
} from './words.ts';

define('nes-editor-number', NumberField);

/** A listener's own file was chosen for a voice. */
export class SampleFileEvent extends Event {
  static readonly type = 'sample-file';
  readonly voice: number;
  readonly file: File;

  constructor(voice: number, file: File) {
    super(SampleFileEvent.type, { bubbles: true, composed: true });
    this.voice = voice;
    this.file = file;
  }
}

/** Whether a field does anything to a voice as it stands: a bed's pulses nothing until it is modulated, their edges nothing to a sine. */
function matters(field: OwnFieldName, voice: Voice): boolean {
  if (voice.kind !== 'NOISE' && voice.kind !== 'SAMPLE') return true;
  if (field !== 'duty' && field !== 'edgeSeconds' && field !== 'irregularity') return true;
  return (voice.modulationDepth ?? 0) > 0 && (field === 'duty' || (voice.duty ?? 1) < 1);
}

/** Everything about what is chosen, as fields: points, voice, phases, program. */
export class Inspector extends DocumentElement {
  static override styles = [
    base,
    controls,
    css`
      :host {
        display: block;
        min-height: 0;
        overflow: auto;
        overscroll-behavior: contain;
        background: var(--ink);
      }
      details {
        border-bottom: 1px solid var(--line);
      }
      details > summary {
        display: flex;
        align-items: center;
        justify-content: space-between;
        gap: var(--space-2);
        padding: 0.7rem var(--space-4);
        font-size: var(--size--1);
        font-weight: 560;
        color: var(--text);
        list-style: none;
        cursor: pointer;
      }
      summary::-webkit-details-marker {
        display: none;
      }
      summary::after {
        content: '';
        width: 0.4rem;
        height: 0.4rem;
        border: solid var(--quiet);
        border-width: 0 1.5px 1.5px 0; /* physical: an arrow, turned */
        transform: rotate(45deg) translate(-0.1rem, -0.1rem);
        transition: transform var(--quick) var(--ease);
      }
      details[open] > summary::after {
        transform: rotate(-135deg) translate(-0.1rem, -0.1rem);
      }
      .body {
        display: grid;
        gap: var(--space-3);
        padding: 0 var(--space-4) var(--space-4);
      }
      .pair {
        display: grid;
        grid-template-columns: 1fr 1fr;
        gap: var(--space-3);
      }
      .field {
        gap: 0.3rem;
        line-height: 1.3;
      }
      .field input:not([type='range']),
      .field select {
        min-height: 2.25rem;
        padding: 0 var(--space-2);
        border-radius: 8px;
      }
      .field textarea {
        min-height: 4rem;
        padding: var(--space-2);
        border-radius: 8px;
      }
      .segments {
        display: grid;
        grid-auto-flow: column;
        grid-auto-columns: 1fr;
        border: 1px solid var(--edge);
        border-radius: 8px;
        overflow: hidden;
      }
      .segments button {
        min-height: 2.125rem;
        padding: 0 var(--space-2);
        border: 0;
        border-radius: 0;
        font-size: var(--size--1);
      }
      .segments button + button {
        border-inline-start: 1px solid var(--line);
      }
      .segments button[aria-pressed='true'] {
        background: var(--text);
        color: var(--ink);
      }
      .segments button:focus-visible {
        outline-offset: -3px;
      }
      .tools {
        display: flex;
        flex-wrap: wrap;
        gap: var(--space-2);
      }
      .tools button {
        min-height: 2.125rem;
        padding: 0 var(--space-3);
        border-radius: 8px;
        font-size: var(--size--1);
      }
      .tools .square {
        width: 2.125rem;
        padding: 0;
      }
      .check {
        font-size: var(--size--1);
        align-items: center;
        gap: var(--space-2);
      }
      .check input {
        width: 1.125rem;
        height: 1.125rem;
        margin: 0;
        border-radius: 5px;
      }
      .hint {
        font-size: var(--size--1);
        color: var(--quiet);
        line-height: 1.45;
      }
      .phases {
        display: grid;
        gap: 1px;
      }
      .phases button {
        display: grid;
        grid-template-columns: auto 1fr auto;
        justify-content: start;
        gap: var(--space-2);
        min-height: 2rem;
        padding: 0 var(--space-2);
        border: 0;
        border-radius: 7px;
        font-size: var(--size--1);
        font-weight: 500;
        text-align: start;
      }
      .phases button[aria-pressed='true'] {
        background: var(--raised);
        box-shadow: inset 0 0 0 1px var(--line);
      }
      .phases span:nth-child(2) {
        overflow: hidden;
        text-overflow: ellipsis;
      }
      .phases span:last-child {
        color: var(--quiet);
        font-variant-numeric: tabular-nums;
      }
      .dot {
        width: 0.625rem;
        height: 0.625rem;
      }
      .field input[type='color']:not([type='range']) {
        width: 100%;
        height: 2.25rem;
        padding: 0.2rem;
        border: 1px solid var(--edge);
        border-radius: 8px;
        background: var(--ink);
        cursor: pointer;
      }
      .field input[type='file']:not([type='range']) {
        padding: 0.35rem var(--space-2);
        font-size: var(--size--1);
      }
      .count {
        font-weight: 400;
        color: var(--quiet);
      }
    `,
  ];

  static override properties: PropertyDeclarations = {
    phase: { type: Number },
    stretch: { state: true },
    forkedFrom: { attribute: false },
  };

  /** Index of the phase that is looked at, or −1. */
  declare phase: number;
  /** Another length stretches what is there. */
  declare protected stretch: boolean;
  /** Where the protocol was forked from, in words, or null. */
  declare forkedFrom: TemplateResult | null;

  #asked = 0;

  constructor() {
    super();
    this.phase = -1;
    this.stretch = false;
    this.forkedFrom = null;
  }

  /** While something is dragged the fields follow ten times a second: the hand is on the lane. */
  protected override readonly docChanged = (): void => {
    if (!this.doc.gesturing) {
      this.requestUpdate();
      return;
    }
    if (this.#asked) return;
    this.#asked = window.setTimeout(() => {
      this.#asked = 0;
      this.requestUpdate();
    }, 100);
  };

  /** Opens the part that holds a field, and puts the keyboard on it. */
  async focusField(part: 'points' | 'voice' | 'phases' | 'program', field: string | null): Promise<void> {
    await this.updateComplete;
    const details = this.renderRoot.querySelector<HTMLDetailsElement>(`details.part-${part}`);
    if (!details) return;
    details.open = true;
    const named = field ? details.querySelector<HTMLElement>(`[data-field="${CSS.escape(field)}"]`) : null;
    const target = named ?? details.querySelector<HTMLElement>('nes-editor-number, input, select, button, summary');
    await (target as Partial<NumberField>)?.updateComplete;
    target?.scrollIntoView({ block: 'nearest' });
    target?.focus();
  }

  #edit(label: string, edit: Edit, merge: string | null = null): void {
    this.doc.edit(label, edit, merge);
  }

  protected override render(): TemplateResult {
    const { state } = this.doc;
    const voice = state.draft.program.voices[state.voice];
    return html`${this.#points()} ${voice ? this.#voice(voice, state.voice) : nothing} ${this.#phases()} ${this.#program()}`;
  }

  /** The value that all chosen points share, or null. */
  #shared<Name extends keyof Keyframe>(frames: readonly Keyframe[], name: Name): Keyframe[Name] | null {
    const first = frames[0]?.[name];
    return first !== undefined && frames.every((frame) => frame[name] === first) ? first : null;
  }

  #points(): TemplateResult {
    const { state, program } = this.doc;
    const { selection } = state;
    const frames: Keyframe[] = [];
    let possible: readonly Parameter[] = ['beat', 'carrier', 'level', 'pan'];
    let sample: Voice | undefined;
    for (const [index, places] of selection) {
      const voice = program.voices[index];
      if (!voice) continue;
      sample ??= voice;
      const own = parametersOf(voice);
      possible = possible.filter((one) => own.includes(one));
      for (const place of places) {
        const frame = voice.keyframes[place];
        if (frame) frames.push(frame);
      }
    }
    const curve = this.#shared(frames, 'curve');
    const set = (fields: Partial<Keyframe>): void => this.#edit(msg('Set points'), setKeyframes(selection, fields));
    return html`<details class="part-points" open>
      <summary>
        <span>${frames.length === 1 ? msg('Point') : msg('Points')}
          ${frames.length > 1 ? html`<span class="count">${msg(str`${frames.length} chosen`)}</span>` : nothing}</span>
      </summary>
      <div class="body">
        ${
          sample === undefined
            ? html`<p class="hint">
                ${msg('Choose points in a lane: click one, draw a box around several, or step with the arrow keys. Double-click adds one.')}
              </p>`
            : html`<div class="pair">
                  <nes-editor-number
                    data-field="at"
                    .label=${msg('Time')}
                    .kind=${'time'}
                    .value=${this.#shared(frames, 'at')}
                    .low=${0}
                    .high=${program.durationSeconds}
                    .step=${1}
                    .commit=${(at: number) => set({ at })}
                  ></nes-editor-number>
                  ${possible.map((parameter) => {
                    const one = sample as Voice;
                    const [low, high] = limitsOf(parameter, one);
                    return html`<nes-editor-number
                      data-field=${parameter}
                      .label=${parameterName(parameter, one)}
                      .unit=${unitOf(parameter, one)}
                      .value=${this.#shared(frames, parameter)}
                      .low=${low}
                      .high=${high}
                      .step=${parameter === 'level' || parameter === 'pan' ? 0.01 : parameter === 'beat' ? 0.1 : 1}
                      .commit=${(value: number) => set({ [parameter]: value })}
                    ></nes-editor-number>`;
                  })}
                </div>
                <div class="segments" role="group" aria-label=${msg('Course to the next point')} data-field="curve">
                  ${curves.map(
                    (one) => html`<button
                      aria-pressed=${curve === one ? 'true' : 'false'}
                      @click=${() => this.#edit(msg('Change course'), setKeyframes(selection, { curve: one }))}
                    >
                      ${curveName(one)}
                    </button>`,
                  )}
                </div>`
        }
        <div class="tools">
          <button @click=${() => this.#edit(msg('Add point'), addKeyframe(state.voice, this.view.playhead))}>
            ${editorIcon('add')} ${msg('Add at playhead')}
          </button>
          ${
            frames.length > 0
              ? html`<button
                  class="square danger"
                  aria-label=${msg('Delete the chosen points')}
                  title=${msg('Delete')}
                  @click=${() => this.#edit(msg('Delete points'), removeKeyframes(selection))}
                >
                  ${editorIcon('remove')}
                </button>`
              : nothing
          }
        </div>
      </div>
    </details>`;
  }

  #voice(voice: Voice, index: number): TemplateResult {
    const change = (fields: Record<string, unknown>, merge: string | null = null): void =>
      this.#edit(msg('Change voice'), changeVoice(index, fields), merge);
    const { voices } = this.doc.program;
    return html`<details class="part-voice" open>
      <summary><span>${msg('Voice')} <span class="count">${index + 1} / ${voices.length}</span></span></summary>
      <div class="body">
        <label class="field">
          ${msg('Name')}
          <input
            data-field="name"
            .value=${voice.name}
            maxlength="200"
            @input=${(event: Event) => change({ name: (event.target as HTMLInputElement).value }, `name ${index}`)}
          />
        </label>
        <label class="field">
          ${msg('Kind')}
          <select
            data-field="kind"
            .value=${voice.kind}
            @change=${(event: Event) =>
              this.#edit(msg('Change kind'), changeKind(index, (event.target as HTMLSelectElement).value as VoiceKind))}
          >
            ${VOICE_KINDS.map((kind) => html`<option value=${kind} ?selected=${kind === voice.kind}>${kindLooks[kind].name()}</option>`)}
          </select>
        </label>
        ${this.#kindFields(voice, change)}
        <div class="tools">
          <button class="square" aria-label=${msg('Voice up')} title=${msg('Up')} ?disabled=${index === 0}
            @click=${() => this.#moveVoice(index, index - 1)}>${editorIcon('up')}</button>
          <button class="square" aria-label=${msg('Voice down')} title=${msg('Down')} ?disabled=${index === voices.length - 1}
            @click=${() => this.#moveVoice(index, index + 1)}>${editorIcon('down')}</button>
          <button class="square" aria-label=${msg('Duplicate the voice')} title=${msg('Duplicate')}
            @click=${() => {
              this.view.forgetLanes();
              this.#edit(msg('Duplicate voice'), duplicateVoice(index));
            }}>${editorIcon('copy')}</button>
          <button class="square danger" aria-label=${msg('Delete the voice')} title=${msg('Delete')}
            @click=${() => {
              this.view.forgetLanes();
              this.#edit(msg('Delete voice'), removeVoice(index));
            }}>${editorIcon('remove')}</button>
        </div>
      </div>
    </details>`;
  }

  #moveVoice(index: number, to: number): void {
    this.view.forgetLanes();
    this.#edit(msg('Move voice'), moveVoice(index, to));
  }

  #number(
    field: string,
    label: string,
    value: number,
    range: readonly [number, number, number],
    commit: (value: number) => void,
    unit = '',
    whole = false,
  ): TemplateResult {
    return html`<nes-editor-number
      data-field=${field}
      .label=${label}
      .unit=${unit}
      .value=${value}
      .low=${range[0]}
      .high=${range[1]}
      .step=${range[2]}
      .whole=${whole}
      .commit=${commit}
    ></nes-editor-number>`;
  }

  #flag(field: string, label: string, value: boolean, commit: (value: boolean) => void): TemplateResult {
    return html`<label class="check">
      <input
        type="checkbox"
        data-field=${field}
        .checked=${value}
        @change=${(event: Event) => commit((event.target as HTMLInputElement).checked)}
      />
      <span>${label}</span>
    </label>`;
  }

  #kindFields(voice: Voice, change: (fields: Record<string, unknown>, merge?: string | null) => void): TemplateResult {
    const fields = ownFields(voice.kind).filter(([name]) => matters(name, voice));
    const numbers = fields.filter(([, { type }]) => type === 'number');
    const input = ([name, field]: (typeof fields)[number]): TemplateResult => {
      const words = fieldWords[name];
      const value: unknown = voice[name as keyof Voice] ?? (field.type === 'number' ? field.missing : undefined);
      const set = (next: unknown) => change({ [name]: next });
      switch (field.type) {
        case 'number':
          return this.#number(
            name,
            words.label(),
            Number(value),
            [field.low, field.high, field.step],
            set,
            words.unit,
            field.whole,
          );
        case 'flag':
          return this.#flag(name, words.label(), value === true, set);
        case 'choice':
          return this.#choice(name, words, field.choices, value, set);
        case 'text':
          return html`<label class="field">
            ${words.label()}
            <input
              data-field=${name}
              .value=${String(value)}
              maxlength=${field.longest}
              @change=${(event: Event) => set((event.target as HTMLInputElement).value)}
            />
          </label>`;
      }
    };
    const other = (...types: string[]) => fields.filter(([, { type }]) => types.includes(type)).map(input);
    return html`${'waveform' in voice ? this.#wave(voice, change) : nothing} ${other('choice', 'text')}
      ${numbers.length > 1 ? html`<div class="pair">${numbers.map(input)}</div>` : numbers.map(input)}
      ${other('flag')} ${voice.kind === 'SAMPLE' ? this.#sampleFile() : nothing}`;
  }

  #choice(
    field: string,
    { label, choices: names }: FieldWords,
    choices: readonly string[],
    value: unknown,
    commit: (value: string) => void,
  ): TemplateResult {
    const name = (choice: string) => names?.[choice]?.() ?? choice;
    if (choices.length === 2) {
      return html`<div class="segments" role="group" aria-label=${label()} data-field=${field}>
        ${choices.map(
          (choice) => html`<button aria-pressed=${choice === value ? 'true' : 'false'} @click=${() => commit(choice)}>
            ${name(choice)}
          </button>`,
        )}
      </div>`;
    }
    return html`<label class="field">
      ${label()}
      <select
        data-field=${field}
        .value=${String(value)}
        @change=${(event: Event) => commit((event.target as HTMLSelectElement).value)}
      >
        ${choices.map((choice) => html`<option value=${choice} ?selected=${choice === value}>${name(choice)}</option>`)}
      </select>
    </label>`;
  }

  #sampleFile(): TemplateResult {
    return html`<label class="field">
      ${msg('Sound file for the preview; it stays on this device')}
      <input
        type="file"
        accept="audio/*"
        data-field="file"
        @change=${(event: Event) => {
          const [file] = (event.target as HTMLInputElement).files ?? [];
          if (file) this.dispatchEvent(new SampleFileEvent(this.doc.state.voice, file));
        }}
      />
    </label>`;
  }

  #wave(
    voice: Extract<Voice, { waveform: Waveform }>,
    change: (fields: Record<string, unknown>) => void,
  ): TemplateResult {
    return html`<label class="field">
        ${msg('Wave')}
        <select
          data-field="waveform"
          .value=${voice.waveform}
          @change=${(event: Event) => {
            const waveform = (event.target as HTMLSelectElement).value as Waveform;
            change({ waveform, harmonics: waveform === 'HARMONICS' ? [1, 0.5, 0.25] : undefined });
          }}
        >
          ${waveforms.map((one) => html`<option value=${one} ?selected=${one === voice.waveform}>${waveformName(one)}</option>`)}
        </select>
      </label>
      ${
        voice.waveform === 'HARMONICS'
          ? html`<label class="field">
              ${msg('Partials 1, 2, 3 …, each −1 to 1')}
              <input
                data-field="harmonics"
                .value=${(voice.harmonics ?? []).join(' ')}
                @change=${(event: Event) => this.#harmonics(event, change)}
              />
            </label>`
          : nothing
      }`;
  }

  #harmonics(event: Event, change: (fields: Record<string, unknown>) => void): void {
    const input = event.target as HTMLInputElement;
    const harmonics = input.value
      .trim()
      .split(/\s+/)
      .map((part) => Number(part.replace(',', '.')));
    const sound = harmonics.length <= LIMITS.harmonics && harmonics.every((part) => part >= -1 && part <= 1);
    input.setCustomValidity(sound ? '' : msg('Expected 1 to 64 numbers from −1 to 1 with spaces between them'));
    input.setAttribute('aria-invalid', String(!sound));
    if (sound) change({ harmonics });
    else input.reportValidity();
  }

  #phases(): TemplateResult {
    const { program } = this.doc;
    const { phases } = program;
    const phase = phases[this.phase];
    const split = (): void => {
      const at = this.view.playhead;
      const before = phases.length;
      const index = phases.findIndex((_, place) => at < phaseStart(program, place + 1));
      this.#edit(msg('Split phase'), splitPhase(at, msg(str`Phase ${index + 2}`), nextColour(index + 1)));
      if (this.doc.program.phases.length > before) this.dispatchEvent(new PhaseChosenEvent(index + 1));
    };
    return html`<details class="part-phases" ?open=${this.phase >= 0}>
      <summary><span>${msg('Phases')} <span class="count">${phases.length}</span></span></summary>
      <div class="body">
        <div class="phases" role="group" aria-label=${msg('Phases')}>
          ${phases.map(
            (one, index) => html`<button
              aria-pressed=${index === this.phase ? 'true' : 'false'}
              @click=${() => this.dispatchEvent(new PhaseChosenEvent(index))}
            >
              <svg class="dot" viewBox="0 0 10 10" aria-hidden="true"><circle cx="5" cy="5" r="5" fill=${one.colour}></circle></svg>
              <span>${one.name}</span>
              <span>${preciseClock(phaseStart(program, index))}</span>
            </button>`,
          )}
        </div>
        ${phase ? this.#phase(phase, this.phase) : nothing}
        <div class="tools">
          <button @click=${split}>${editorIcon('split')} ${msg('Split at playhead')}</button>
          ${
            phase && phases.length > 1
              ? html`<button
                  class="square danger"
                  aria-label=${msg('Delete the phase')}
                  title=${msg('Delete')}
                  @click=${() => {
                    this.#edit(msg('Delete phase'), removePhase(this.phase));
                    this.dispatchEvent(new PhaseChosenEvent(-1));
                  }}
                >
                  ${editorIcon('remove')}
                </button>`
              : nothing
          }
        </div>
      </div>
    </details>`;
  }

  #phase(phase: Phase, index: number): TemplateResult {
    const { program } = this.doc;
    const from = phaseStart(program, index);
    const last = index === program.phases.length - 1;
    const next = program.phases[index + 1];
    const change = (fields: Partial<Phase>, merge: string | null = null): void =>
      this.#edit(msg('Change phase'), changePhase(index, fields), merge);
    return html`<label class="field">
        ${msg('Name')}
        <input
          data-field="name"
          .value=${phase.name}
          maxlength="200"
          @input=${(event: Event) => change({ name: (event.target as HTMLInputElement).value }, `phase ${index}`)}
        />
      </label>
      <label class="field">
        ${msg('What happens in it')}
        <textarea
          data-field="description"
          maxlength="2000"
          .value=${phase.description}
          @change=${(event: Event) => change({ description: (event.target as HTMLTextAreaElement).value })}
        ></textarea>
      </label>
      <div class="pair">
        <nes-editor-number
          data-field="durationSeconds"
          .label=${msg('Ends at')}
          .kind=${'time'}
          .value=${from + phase.durationSeconds}
          .low=${last ? from + phase.durationSeconds : from + 0.1}
          .high=${last ? from + phase.durationSeconds : from + phase.durationSeconds + (next?.durationSeconds ?? 0) - 0.1}
          .step=${1}
          .commit=${(at: number) => this.#edit(msg('Move phase border'), movePhaseEnd(index, at))}
        ></nes-editor-number>
        <label class="field">
          ${msg('Colour')}
          <input
            type="color"
            data-field="colour"
            .value=${phase.colour}
            @change=${(event: Event) => change({ colour: (event.target as HTMLInputElement).value })}
          />
        </label>
      </div>`;
  }

  #program(): TemplateResult {
    const { draft, program } = this.doc;
    const words = (fields: Parameters<typeof changeDraft>[0], merge: string | null = null): void =>
      this.#edit(msg('Change the words'), changeDraft(fields), merge);
    return html`<details class="part-program" open>
      <summary><span>${msg('Program')}</span></summary>
      <div class="body">
        ${this.forkedFrom ? html`<p class="hint">${this.forkedFrom}</p>` : nothing}
        <div class="pair">
          <nes-editor-number
            data-field="durationSeconds"
            .label=${msg('Length')}
            .kind=${'time'}
            .value=${program.durationSeconds}
            .low=${1}
            .high=${LIMITS.durationSeconds}
            .step=${10}
            .commit=${(seconds: number) =>
              this.#edit(msg('Change length'), changeDuration(seconds, this.stretch ? 'stretch' : 'cut'))}
          ></nes-editor-number>
          ${this.#number('loop', msg('Passes, 0 endless'), program.loop, [0, LIMITS.loop, 1], (loop) => this.#edit(msg('Change passes'), changeProgram({ loop })), '', true)}
          ${this.#number('gain', msg('Gain'), program.gain, [0, 1, 0.01], (gain) => this.#edit(msg('Change gain'), changeProgram({ gain })))}
          ${this.#number('seed', msg('Seed of noise'), program.seed, [0, 2 ** 32 - 1, 1], (seed) => this.#edit(msg('Change seed'), changeProgram({ seed })), '', true)}
        </div>
        <label class="check">
          <input
            type="checkbox"
            .checked=${this.stretch}
            @change=${(event: Event) => {
              this.stretch = (event.target as HTMLInputElement).checked;
            }}
          />
          <span>${msg('Another length stretches everything')}</span>
        </label>
        <div class="tools">
          <button @click=${() => this.#edit(msg('Fit gain'), fitGain)}>${icon('volume')} ${msg('Fit gain')}</button>
        </div>
        <label class="field">
          ${msg('In one sentence')}
          <textarea
            data-field="summary"
            maxlength="500"
            .value=${draft.summary}
            @input=${(event: Event) => words({ summary: (event.target as HTMLTextAreaElement).value }, 'summary')}
          ></textarea>
        </label>
        <label class="field">
          ${msg('Description')}
          <textarea
            data-field="description"
            maxlength="10000"
            .value=${draft.description}
            @input=${(event: Event) => words({ description: (event.target as HTMLTextAreaElement).value }, 'description')}
          ></textarea>
        </label>
        <label class="field">
          ${msg('Category')}
          <select
            data-field="category"
            .value=${draft.category}
            @change=${(event: Event) => words({ category: (event.target as HTMLSelectElement).value })}
          >
            ${[...categories, 'OTHER'].map(
              (one) => html`<option value=${one} ?selected=${one === draft.category}>${categoryName(one)}</option>`,
            )}
          </select>
        </label>
        <label class="field">
          ${msg('Tags, with commas between them')}
          <input
            data-field="tags"
            .value=${draft.tags.join(', ')}
            @change=${(event: Event) =>
              words({
                tags: [
                  ...new Set(
                    (event.target as HTMLInputElement).value
                      .split(',')
                      .map((tag) => tag.trim().toLowerCase())
                      .filter(Boolean),
                  ),
                ],
              })}
          />
        </label>
      </div>
    </details>`;
  }
}

declare global {
  interface GlobalEventHandlersEventMap {
    'sample-file': SampleFileEvent;
  }
}
