import { msg, str } from '@lit/localize';
import type { Program } from '@nes/program/model.ts';
import { css, html, nothing, type PropertyDeclarations, type TemplateResult } from 'lit';
import { NesElement } from '../../elements/element.ts';
import { base, controls } from '../../styles/base.ts';
import { told } from '../program-words.ts';
import type { Place, Problem } from './problems.ts';
import { parameterName, preciseClock, short } from './words.ts';

/** Somebody wants to be led to a place. */
export class PlaceEvent extends Event {
  static readonly type = 'place';
  readonly place: Place;

  constructor(place: Place) {
    super(PlaceEvent.type, { bubbles: true, composed: true });
    this.place = place;
  }
}

/** Somebody wants a problem solved in one step. */
export class RemedyEvent extends Event {
  static readonly type = 'remedy';
  readonly remedy: 'gain' | 'phases';

  constructor(remedy: 'gain' | 'phases') {
    super(RemedyEvent.type, { bubbles: true, composed: true });
    this.remedy = remedy;
  }
}

/** What keeps the program from being played, each with the way to its place. */
export class ProblemsList extends NesElement {
  static override styles = [
    base,
    controls,
    css`
      :host {
        display: block;
      }
      ul {
        display: grid;
      }
      li {
        display: flex;
        align-items: center;
        gap: var(--space-3);
        border-bottom: 1px solid var(--line);
      }
      .go {
        flex: 1;
        display: grid;
        grid-template-columns: minmax(8rem, 14rem) 1fr;
        justify-content: start;
        justify-items: start;
        align-items: baseline;
        gap: var(--space-4);
        min-height: 2.5rem;
        padding: var(--space-2) var(--space-4);
        border: 0;
        border-radius: 0;
        font-weight: 400;
        text-align: start;
        white-space: normal;
      }
      .go:focus-visible {
        outline-offset: -2px;
      }
      .go:hover {
        background: var(--raised);
      }
      .where {
        font-weight: 560;
      }
      .what {
        color: var(--quiet);
      }
      li > button:last-child:not(.go) {
        min-height: 2rem;
        margin-inline-end: var(--space-4);
        font-size: var(--size--1);
      }
      p {
        padding: var(--space-4);
        color: var(--quiet);
      }
      @media (max-width: 44rem) {
        .go {
          grid-template-columns: 1fr;
          gap: 0;
        }
      }
    `,
  ];

  static override properties: PropertyDeclarations = {
    problems: { attribute: false },
    program: { attribute: false },
  };

  declare problems: readonly Problem[];
  declare program: Program;

  protected override render(): TemplateResult {
    if (this.problems.length === 0) {
      return html`<p>${msg('Nothing is wrong: the program can be played, saved and exported.')}</p>`;
    }
    return html`<ul role="list">
      ${this.problems.map(
        (problem) => html`<li>
          <button class="go" @click=${() => this.dispatchEvent(new PlaceEvent(problem.place))}>
            <span class="where">${this.#where(problem)}</span>
            <span class="what">${this.#what(problem)}</span>
          </button>
          ${
            problem.remedy
              ? html`<button @click=${() => this.dispatchEvent(new RemedyEvent(problem.remedy as 'gain' | 'phases'))}>
                  ${problem.remedy === 'gain' ? msg('Fit gain') : msg('Fit the last phase')}
                </button>`
              : nothing
          }
        </li>`,
      )}
    </ul>`;
  }

  #where({ place, issue }: Problem): string {
    const voice = place.voice === null ? undefined : this.program.voices[place.voice];
    if (voice && place.keyframe !== null) {
      const frame = voice.keyframes[place.keyframe];
      const at = frame && Number.isFinite(frame.at) ? `, ${preciseClock(frame.at)}` : '';
      return msg(str`${voice.name}, point ${place.keyframe + 1}${at}`);
    }
    if (voice) return voice.name || issue.path;
    if (place.phase !== null) return this.program.phases[place.phase]?.name || issue.path;
    if (place.seconds !== null) return msg(str`At ${preciseClock(place.seconds)}`);
    return issue.path || msg('Program');
  }

  #what({ place, issue, remedy }: Problem): string {
    if (remedy === 'gain') {
      return msg(
        str`The voices together reach ${figure(issue.value)} of full scale; more than 1 would clip. Lower a level, or the gain.`,
      );
    }
    const voice = place.voice === null ? undefined : this.program.voices[place.voice];
    const { field } = place;
    const known = voice && (field === 'beat' || field === 'carrier' || field === 'level' || field === 'pan');
    const name = known ? parameterName(field, voice) : (field ?? issue.path);
    return msg(str`${name} is ${figure(issue.value)}; expected ${told(issue.expected)}`);
  }
}

/** A value as people read it: numbers in the page's language, texts as they stand. */
const figure = (value: unknown): string => (typeof value === 'number' ? short(value, 6) : told(String(value)));

declare global {
  interface GlobalEventHandlersEventMap {
    place: PlaceEvent;
    remedy: RemedyEvent;
  }
}
