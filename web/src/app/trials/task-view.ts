import { msg, str } from '@lit/localize';
import { seeded } from '@nes/trials/random.ts';
import { css, html, nothing } from 'lit';
import { define } from '../../elements/define.ts';
import { NesElement } from '../../elements/element.ts';
import { number } from '../../elements/format.ts';
import { base, controls } from '../../styles/base.ts';
import type { Measurement, OutcomeView, TurnTask } from './outcomes.ts';
import { runTask, TaskInterrupted } from './task-run.ts';

type Stage = 'explained' | 'practised' | 'interrupted' | 'practising' | 'running';

/** A task in turns: explained, practised, then run. What is pressed is timed by the browser's own stamps. */
export class TaskView extends NesElement implements OutcomeView {
  static override styles = [
    base,
    controls,
    css`
      .stage {
        display: grid;
        place-items: center;
        width: 100%;
        min-height: min(22rem, 60vh);
        border: 1px solid var(--line);
        border-radius: var(--radius-large, 16px);
        background: var(--raised);
        font-size: var(--size-6);
        font-variant-numeric: tabular-nums;
        touch-action: none;
        user-select: none;
      }
    `,
  ];

  static override properties = { stage: { state: true }, frameMs: { state: true } };

  declare stage: Stage;
  declare frameMs: number;
  task!: TurnTask;
  #leaving = new AbortController();

  constructor() {
    super();
    this.stage = 'explained';
    this.frameMs = 0;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.#leaving = new AbortController();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#leaving.abort();
  }

  override render() {
    const { stage } = this;
    const runs = stage === 'practising' || stage === 'running';
    return html`
      <div class="stack">
        <p>${this.task.about()}</p>
        <p class="quiet small">
          ${msg('Answer with the space bar, a click or a touch. The task shows things for the eye; who uses a screen reader chooses a scale instead.')}
        </p>
        <p role="status" class="quiet">
          ${
            stage === 'practising'
              ? msg('Practice: this does not count.')
              : stage === 'practised'
                ? msg(str`Practised. Times are exact to one picture of this screen, ${number(this.frameMs, 1)} ms.`)
                : stage === 'interrupted'
                  ? msg('The page was out of sight, so the task cannot be timed. Begin it again.')
                  : nothing
          }
        </p>
        <div
          class="stage"
          tabindex="0"
          role="img"
          aria-label=${this.task.name()}
          ?hidden=${!runs}
        ></div>
        <p class="row" ?hidden=${runs}>
          <button class=${stage === 'explained' ? 'primary' : ''} @click=${this.#practise}>${msg('Practise')}</button>
          ${stage === 'explained' ? nothing : html`<button class="primary" @click=${this.#run}>${msg('Begin the task')}</button>`}
        </p>
      </div>
    `;
  }

  get #place(): HTMLElement {
    return this.renderRoot.querySelector('.stage') as HTMLElement;
  }

  async #go(stage: 'practising' | 'running') {
    this.stage = stage;
    await this.updateComplete;
    const place = this.#place;
    place.focus();
    const random = seeded(
      Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join(''),
    );
    const course = stage === 'running' ? this.task.course(random) : this.task.practice(random);
    try {
      return await runTask(course, { show: (text) => place.replaceChildren(text ?? '') }, place, this.#leaving.signal);
    } catch (error) {
      if (!(error instanceof TaskInterrupted)) throw error;
      this.stage = 'interrupted';
      return null;
    }
  }

  async #practise(): Promise<void> {
    const run = await this.#go('practising');
    if (!run) return;
    this.frameMs = run.frameMs;
    this.stage = 'practised';
  }

  async #run(): Promise<void> {
    const run = await this.#go('running');
    if (!run) return;
    const { results, pressesBefore, frameMs, input } = run;
    const { value, detail } = this.task.score(results, pressesBefore);
    const rounded = (time: number | null) => (time === null ? -1 : Math.round(time * 10) / 10);
    this.dispatchEvent(
      new CustomEvent<Measurement>('measured', {
        detail: {
          value,
          detail: {
            ...detail,
            input,
            frameMs: Math.round(frameMs * 100) / 100,
            // −1: no answer.
            reactionMs: results.map(({ reactionMs }) => rounded(reactionMs)),
          },
        },
      }),
    );
  }
}

define('nes-trial-task', TaskView);

export function taskView(task: TurnTask): TaskView {
  const view = document.createElement('nes-trial-task') as TaskView;
  view.task = task;
  return view;
}
