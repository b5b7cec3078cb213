import { msg, str } from '@lit/localize';
import { css, html, nothing, type PropertyDeclarations, type TemplateResult } from 'lit';
import { define } from '../../elements/define.ts';
import '../../elements/curve/nes-curve.ts';
import {
  breathingVoice,
  type DropOptions,
  dropProgram,
  rampVoice,
  type Step,
  slideProgram,
  stepsVoice,
} from '@nes/program/generate.ts';
import { TONE_KINDS } from '@nes/program/kinds.ts';
import type { Program, ToneVoice, Voice } from '@nes/program/model.ts';
import { duration } from '../../elements/format.ts';
import { kindLooks } from '../../elements/kinds.ts';
import { base, controls } from '../../styles/base.ts';
import { toldError } from '../program-words.ts';
import { addVoices, shiftedVoice } from './commands.ts';
import { DocumentElement } from './document-element.ts';
import { NumberField } from './number-field.ts';
import { preciseClock, readNumber, readTime, voiceCount } from './words.ts';

define('nes-editor-number', NumberField);

type Generator = 'ramp' | 'steps' | 'drop' | 'slide' | 'breath';
/** What all the forms hold; each reads what it needs. */
interface Settings {
  kind: ToneVoice['kind'];
  level: number;
  fade: number;
  seconds: number;
  carrierFrom: number;
  carrierTo: number;
  beatFrom: number;
  beatTo: number;
  smooth: boolean;
  steps: string;
  glide: number;
  dropLevel: number;
  depth: DropOptions['depth'];
  flow: DropOptions['flow'];
  dropMinutes: number;
  holdMinutes: number;
  wakeMinutes: number;
  amplitude: number;
  slideMinutes: number;
  slideCarrier: number;
  slideBeat: number;
  paceFrom: number;
  paceTo: number;
  parts: string;
  empty: number;
  full: number;
}

const depths: [DropOptions['depth'], string][] = [
  ['a', '4.4'],
  ['b', '3.7'],
  ['c', '3.1'],
  ['d', '2.5'],
  ['e', '2.0'],
  ['f', '1.5'],
  ['g', '1.2'],
  ['h', '0.9'],
  ['i', '0.7'],
  ['j', '0.5'],
  ['k', '0.4'],
  ['l', '0.3'],
];

/** One line of the step series: `5:00 200 10`. */
function readSteps(text: string): Step[] {
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  if (lines.length === 0) throw new RangeError(msg('Write a line for each step: length, carrier, beat.'));
  return lines.map((line, index) => {
    const [time = '', carrier = '', beat = ''] = line.trim().split(/[\s;]+/);
    const [seconds, carrierHz, beatHz] = [readTime(time), readNumber(carrier), readNumber(beat)];
    if (seconds === null || carrierHz === null || beatHz === null) {
      throw new RangeError(msg(str`Line ${index + 1}: expected a length, a carrier and a beat, such as 5:00 200 10`));
    }
    return { seconds, carrierHz, beatHz };
  });
}

function readParts(text: string): [number, number, number, number] {
  const parts = text
    .trim()
    .split(/[\s:–-]+/)
    .map(readNumber);
  if (parts.length !== 4 || parts.some((part) => part === null)) {
    throw new RangeError(msg('Expected four numbers: in, hold, out, hold, such as 4 0 6 0'));
  }
  return parts as [number, number, number, number];
}

/** Voices made from a few numbers: ramp, steps, SBaGen's drop and slide, a pace to breathe with. */
export class GeneratorsPanel extends DocumentElement {
  static override styles = [
    base,
    controls,
    css`
      :host {
        display: grid;
        grid-template-columns: 11rem minmax(0, 1fr) minmax(14rem, 22rem);
        height: 100%;
        min-height: 0;
      }
      .names {
        display: grid;
        align-content: start;
        gap: 2px;
        padding: var(--space-3);
        overflow: auto;
        border-inline-end: 1px solid var(--line);
      }
      .names button {
        justify-content: start;
        min-height: 2.25rem;
        text-align: start;
        white-space: normal;
        padding: 0 var(--space-3);
        border: 0;
        border-radius: 8px;
        font-size: var(--size--1);
      }
      .names button[aria-pressed='true'] {
        background: var(--raised);
        box-shadow: inset 0 0 0 1px var(--line);
      }
      form {
        display: grid;
        grid-template-columns: repeat(auto-fill, minmax(8.5rem, 1fr));
        align-content: start;
        gap: var(--space-3);
        padding: var(--space-3) var(--space-4) var(--space-4);
        overflow: auto;
      }
      .wide {
        grid-column: 1 / -1;
      }
      .field {
        gap: 0.3rem;
        align-content: start;
        line-height: 1.3;
      }
      .field input:not([type='range']),
      .field select {
        min-height: 2.25rem;
        padding: 0 var(--space-2);
        border-radius: 8px;
      }
      .field textarea {
        min-height: 5.5rem;
        padding: var(--space-2);
        border-radius: 8px;
        font-variant-numeric: tabular-nums;
      }
      .result {
        display: grid;
        align-content: start;
        gap: var(--space-3);
        padding: var(--space-3) var(--space-4);
        overflow: auto;
        border-inline-start: 1px solid var(--line);
      }
      nes-curve {
        height: 5.5rem;
      }
      .problem {
        color: var(--danger);
      }
      @media (max-width: 60rem) {
        :host {
          grid-template-columns: minmax(0, 1fr);
          height: auto;
        }
        .names {
          display: flex;
          flex-wrap: wrap;
          border-inline-end: 0;
          border-bottom: 1px solid var(--line);
        }
        .result {
          border-inline-start: 0;
          border-top: 1px solid var(--line);
        }
      }
    `,
  ];

  static override properties: PropertyDeclarations = {
    generator: { state: true },
    settings: { state: true },
  };

  declare protected generator: Generator;
  declare protected settings: Settings;

  constructor() {
    super();
    this.generator = 'ramp';
    this.settings = {
      kind: 'BINAURAL',
      level: 0.3,
      fade: 10,
      seconds: 600,
      carrierFrom: 200,
      carrierTo: 200,
      beatFrom: 12,
      beatTo: 6,
      smooth: false,
      steps: '2:00 210 12\n3:00 205 10\n5:00 200 8\n2:00 205 10',
      glide: 20,
      dropLevel: 0,
      depth: 'd',
      flow: 'CONTINUOUS',
      dropMinutes: 30,
      holdMinutes: 15,
      wakeMinutes: 0,
      amplitude: 0.2,
      slideMinutes: 30,
      slideCarrier: 200,
      slideBeat: 4,
      paceFrom: 10,
      paceTo: 6,
      parts: '4 0 6 0',
      empty: 0.02,
      full: 0.15,
    };
  }

  /** What the numbers make, or why they make nothing. */
  #made(): { voices: Voice[]; seconds: number } | string {
    const s = this.settings;
    const tone = { kind: s.kind, level: s.level, fadeSeconds: s.fade };
    const whole = ({ voices, durationSeconds }: Program) => ({ voices, seconds: durationSeconds });
    try {
      switch (this.generator) {
        case 'ramp': {
          const voice = rampVoice({
            ...tone,
            seconds: s.seconds,
            carrierHz: [s.carrierFrom, s.carrierTo],
            beatHz: [s.beatFrom, s.beatTo],
            curve: s.smooth ? 'SMOOTH' : 'LINEAR',
          });
          return { voices: [voice], seconds: s.seconds };
        }
        case 'steps': {
          const steps = readSteps(s.steps);
          const voice = stepsVoice({ ...tone, steps, glideSeconds: s.glide });
          return { voices: [voice], seconds: steps.reduce((sum, step) => sum + step.seconds, 0) };
        }
        case 'drop':
          return whole(
            dropProgram({
              level: s.dropLevel,
              depth: s.depth,
              flow: s.flow,
              dropMinutes: s.dropMinutes,
              holdMinutes: s.holdMinutes,
              wakeMinutes: s.wakeMinutes,
              amplitude: s.amplitude,
            }),
          );
        case 'slide':
          return whole(
            slideProgram({
              minutes: s.slideMinutes,
              carrierHz: s.slideCarrier,
              beatHz: s.slideBeat,
              amplitude: s.amplitude,
            }),
          );
        case 'breath': {
          const voice = breathingVoice({
            seconds: s.seconds,
            breathsPerMinute: [s.paceFrom, s.paceTo],
            parts: readParts(s.parts),
            levels: [s.empty, s.full],
          });
          return { voices: [voice], seconds: s.seconds };
        }
      }
    } catch (error) {
      return toldError(error).message;
    }
  }

  #add(made: { voices: Voice[]; seconds: number }): void {
    const start = this.view.playhead;
    const voices = made.voices.map((voice) => shiftedVoice(voice, start));
    this.doc.edit(msg('Generate'), addVoices(voices, start + made.seconds));
  }

  #set(fields: Partial<Settings>): void {
    this.settings = { ...this.settings, ...fields };
  }

  protected override render(): TemplateResult {
    const names: [Generator, string][] = [
      ['ramp', msg('Ramp')],
      ['steps', msg('Series of steps')],
      ['drop', msg('Drop (SBaGen)')],
      ['slide', msg('Slide (SBaGen)')],
      ['breath', msg('Breathing pace')],
    ];
    const made = this.#made();
    const failed = typeof made === 'string';
    const start = this.view.playhead;
    return html`<div class="names" role="group" aria-label=${msg('Generators')}>
        ${names.map(
          ([name, label]) => html`<button
            aria-pressed=${this.generator === name ? 'true' : 'false'}
            @click=${() => {
              this.generator = name;
            }}
          >
            ${label}
          </button>`,
        )}
      </div>
      <form @submit=${(event: Event) => event.preventDefault()}>${this.#fields()}</form>
      <div class="result">
        ${
          failed
            ? html`<p class="problem" role="status">${made}</p>`
            : html`<nes-curve .program=${drawn(made)}></nes-curve>
                <p class="small quiet">
                  ${voiceCount(made.voices.length)}, ${msg(str`${duration(made.seconds)} from ${preciseClock(start)}`)}.
                  ${start + made.seconds > this.doc.program.durationSeconds ? msg('The program becomes longer.') : nothing}
                </p>`
        }
        <button class="primary" ?disabled=${failed} @click=${() => !failed && this.#add(made)}>
          ${msg('Add at playhead')}
        </button>
      </div>`;
  }

  #number(
    key: keyof Settings,
    label: string,
    [low, high, step]: readonly [number, number, number],
    unit = '',
    time = false,
  ): TemplateResult {
    return html`<nes-editor-number
      .label=${label}
      .unit=${unit}
      .kind=${time ? 'time' : 'number'}
      .value=${this.settings[key] as number}
      .low=${low}
      .high=${high}
      .step=${step}
      .commit=${(value: number) => this.#set({ [key]: value })}
    ></nes-editor-number>`;
  }

  #choice<T extends string>(
    key: keyof Settings,
    label: string,
    choices: readonly (readonly [T, string])[],
  ): TemplateResult {
    return html`<label class="field">
      ${label}
      <select
        .value=${String(this.settings[key])}
        @change=${(event: Event) => this.#set({ [key]: (event.target as HTMLSelectElement).value })}
      >
        ${choices.map(([value, name]) => html`<option value=${value} ?selected=${value === this.settings[key]}>${name}</option>`)}
      </select>
    </label>`;
  }

  #tone(): TemplateResult {
    const kinds = TONE_KINDS.map((kind) => [kind, kindLooks[kind].name()] as const);
    return html`${this.#choice('kind', msg('Kind'), kinds)} ${this.#number('level', msg('Level'), [0, 1, 0.05])}
    ${this.#number('fade', msg('Fade in and out'), [0, 600, 1], 's')}`;
  }

  #fields(): TemplateResult {
    const hertz: readonly [number, number, number] = [0, 100, 0.5];
    const carrier: readonly [number, number, number] = [1, 20_000, 5];
    switch (this.generator) {
      case 'ramp':
        return html`${this.#number('seconds', msg('Length'), [1, 86_400, 10], '', true)} ${this.#tone()}
        ${this.#number('beatFrom', msg('Beat from'), hertz, 'Hz')} ${this.#number('beatTo', msg('to'), hertz, 'Hz')}
        ${this.#number('carrierFrom', msg('Carrier from'), carrier, 'Hz')} ${this.#number('carrierTo', msg('to'), carrier, 'Hz')}
          <label class="check wide">
            <input
              type="checkbox"
              .checked=${this.settings.smooth}
              @change=${(event: Event) => this.#set({ smooth: (event.target as HTMLInputElement).checked })}
            />
            <span>${msg('Begins and ends slowly')}</span>
          </label>`;
      case 'steps':
        return html`<label class="field wide">
            ${msg('A line for each step: length, carrier, beat')}
            <textarea
              spellcheck="false"
              .value=${this.settings.steps}
              @input=${(event: Event) => this.#set({ steps: (event.target as HTMLTextAreaElement).value })}
            ></textarea>
          </label>
          ${this.#number('glide', msg('Glide to the next'), [0, 3600, 5], 's')} ${this.#tone()}`;
      case 'drop':
        return html`${this.#number('dropLevel', msg('Carrier level'), [0, 99, 1])}
        ${this.#choice(
          'depth',
          msg('Beat reached'),
          depths.map(([letter, beat]) => [letter, `${letter}, ${beat} Hz`] as const),
        )}
        ${this.#choice('flow', msg('Goes'), [
          ['CONTINUOUS', msg('without steps')],
          ['STEPS_OF_1_MINUTE', msg('in steps of 1 min')],
          ['STEPS_OF_3_MINUTES', msg('in steps of 3 min')],
        ] as const)}
        ${this.#number('dropMinutes', msg('Falls for'), [1, 720, 1], 'min')}
        ${this.#number('holdMinutes', msg('Holds for'), [0, 720, 1], 'min')}
        ${this.#number('wakeMinutes', msg('Back in'), [0, 720, 1], 'min')}
        ${this.#number('amplitude', msg('Level'), [0, 1, 0.01])}`;
      case 'slide':
        return html`${this.#number('slideMinutes', msg('Length'), [1, 1400, 1], 'min')}
        ${this.#number('slideCarrier', msg('Carrier from'), carrier, 'Hz')}
        ${this.#number('slideBeat', msg('Beat'), [-100, 100, 0.5], 'Hz')}
        ${this.#number('amplitude', msg('Level'), [0, 1, 0.01])}`;
      case 'breath':
        return html`${this.#number('seconds', msg('Length'), [1, 86_400, 10], '', true)}
        ${this.#number('paceFrom', msg('Breaths from'), [1, 30, 0.5], '/ min')}
        ${this.#number('paceTo', msg('to'), [1, 30, 0.5], '/ min')}
          <label class="field">
            ${msg('In, hold, out, hold')}
            <input
              .value=${this.settings.parts}
              @input=${(event: Event) => this.#set({ parts: (event.target as HTMLInputElement).value })}
            />
          </label>
          ${this.#number('full', msg('Level, breathed in'), [0, 1, 0.01])}
          ${this.#number('empty', msg('Level, breathed out'), [0, 1, 0.01])}`;
    }
  }
}

/** A program of only these voices, for the picture. */
function drawn({ voices, seconds }: { voices: Voice[]; seconds: number }): Program {
  return {
    durationSeconds: seconds,
    phases: [{ name: '', description: '', durationSeconds: seconds, colour: '#7c9cff' }],
    voices,
    gain: 1,
    loop: 1,
    seed: 1,
  };
}
