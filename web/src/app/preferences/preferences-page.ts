import { msg, str } from '@lit/localize';
import { css, html, nothing, type TemplateResult } from 'lit';
import { type LibraryProtocol, library } from '../../data/library.ts';
import { type PreferenceValues, preferences } from '../../data/preferences.ts';
import { screening } from '../../data/screening.ts';
import { define } from '../../elements/define.ts';
import { Follow, NesElement } from '../../elements/element.ts';
import { percent } from '../../elements/format.ts';
import { base, controls, page } from '../../styles/base.ts';
import { saveFile } from '../download.ts';
import { type NesSceneEvent, ScenePicker } from '../light/scene-picker.ts';
import { languages } from '../localise.ts';
import { to } from '../router.ts';
import type { Page } from '../routes.ts';
import { showToast } from '../toast.ts';
import { reminderCalendar } from './reminder.ts';

define('nes-scene-picker', ScenePicker);

/** The listener's choices. Each is kept at once on this device and sent when the server is there. */
export class PreferencesPage extends NesElement implements Page {
  static override styles = [
    base,
    controls,
    page,
    css`
      header {
        padding-bottom: var(--space-5);
      }
      .groups {
        columns: 26rem;
        column-gap: var(--space-4);
        max-width: 96rem;
      }
      section {
        display: grid;
        gap: var(--space-5);
        margin-bottom: var(--space-4);
        break-inside: avoid;
      }
      h2 {
        font-size: var(--size-1);
      }
      section > * {
        min-width: 0;
      }
      section button {
        white-space: normal;
      }
      .line {
        display: flex;
        justify-content: space-between;
        gap: var(--space-4);
        color: var(--text);
        font-size: var(--size-0);
      }
      output {
        color: var(--quiet);
        font-variant-numeric: tabular-nums;
      }
      .check small {
        display: block;
        color: var(--quiet);
        font-size: var(--size--1);
      }
    `,
  ];

  static override properties = { protocols: { state: true } };

  declare params: Record<string, string>;
  declare protected protocols: readonly LibraryProtocol[];

  constructor() {
    super();
    this.params = {};
    this.protocols = [];
    new Follow(this, [preferences, screening]);
  }

  get pageTitle(): string {
    return msg('Preferences');
  }

  override connectedCallback(): void {
    super.connectedCallback();
    library()
      .then((protocols) => {
        this.protocols = protocols;
      })
      .catch(() => {});
  }

  #save(values: Partial<PreferenceValues>): void {
    preferences.save(values);
  }

  protected override render(): TemplateResult {
    const { value } = preferences;
    const bound = screening.value !== null && !screening.permission.lightAllowed;
    return html`
      <header>
        <h1 tabindex="-1">${this.pageTitle}</h1>
        <p class="quiet">${msg('Every change is kept at once.')}</p>
      </header>
      <div class="groups">
        <section class="panel" aria-labelledby="look">
          <h2 id="look">${msg('Look and language')}</h2>
          ${this.#choice(
            msg('Theme'),
            value.theme,
            [
              ['system', msg('As the system')],
              ['dark', msg('Dark theme')],
              ['light', msg('Light theme')],
            ],
            (theme) => this.#save({ theme }),
          )}
          ${this.#choice(
            msg('Language'),
            value.language,
            [['', msg('As the browser')], ...languages.map(({ code, name }) => [code, name] as [string, string])],
            (language) => this.#save({ language }),
          )}
          ${this.#choice(
            msg('Time zone, for days and streaks'),
            preferences.timeZone,
            [...new Set([preferences.timeZone, ...Intl.supportedValuesOf('timeZone')])].map((name) => [
              name,
              name.replaceAll('_', ' '),
            ]),
            (timeZone) => this.#save({ timeZone }),
          )}
        </section>

        <section class="panel" aria-labelledby="sound">
          <h2 id="sound">${msg('Sound')}</h2>
          ${this.#slider(msg('Volume'), value.volume, (volume) => this.#save({ volume }))}
          ${this.#choice(
            msg('Protocol to begin with'),
            value.defaultProtocol ?? '',
            [
              ['', msg('What fits the hour')],
              ...this.protocols
                .filter(({ controlOfSlug }) => !controlOfSlug)
                .map(({ id, title }) => [id, title] as [string, string]),
            ],
            (id) => this.#save({ defaultProtocol: id || null }),
          )}
        </section>

        <section class="panel" aria-labelledby="light">
          <h2 id="light">${msg('Light')}</h2>
          ${bound ? html`<p class="quiet small">${msg('Because of your safety answers the picture stands still, whatever is chosen here.')}</p>` : nothing}
          ${this.#check(msg('Show light'), '', value.visuals, (visuals) => this.#save({ visuals }))}
          ${this.#check(
            msg('Reduced flashing'),
            msg('Nothing follows the beat; the picture stands still.'),
            value.reducedFlashing,
            (reducedFlashing) => this.#save({ reducedFlashing }),
          )}
          ${this.#slider(msg('Strength'), value.intensity, (intensity) => this.#save({ intensity }))}
          <div class="field">
            <span>${msg('Scene')}</span>
            <nes-scene-picker
              .value=${value.scene}
              @nes-scene=${(event: NesSceneEvent) => this.#save({ scene: event.scene })}
            ></nes-scene-picker>
          </div>
        </section>

        <section class="panel" aria-labelledby="habit">
          <h2 id="habit">${msg('Habit')}</h2>
          <label class="field">
            ${msg('Goal, minutes a day')}
            <input
              type="number"
              min="1"
              max="600"
              .value=${String(value.dailyGoalMinutes)}
              @change=${this.#goal}
            />
          </label>
          <p class="quiet small">${msg('Our advice, not a finding: two sessions or 45 minutes a day, naps and nights not counted.')}</p>
          ${this.#check(
            msg('Remind me'),
            msg('A notification at that time while the application is open in the background.'),
            value.reminder,
            (reminder) => this.#remind(reminder),
          )}
          <label class="field">
            ${msg('at')}
            <input type="time" .value=${clockOf(value.reminderMinute)} @change=${this.#reminderTime} />
          </label>
          <p>
            <button @click=${this.#calendar}>${msg('Add to my calendar instead')}</button>
          </p>
        </section>

        <section class="panel" aria-labelledby="safety">
          <h2 id="safety">${msg('Safety')}</h2>
          <p class="quiet">${msg('What you answered decides what can be played here.')}</p>
          <p><a class="button" href=${to('safety')}>${msg('See or change the answers')}</a></p>
        </section>
      </div>
    `;
  }

  #choice(
    label: string,
    value: string,
    options: readonly (readonly [string, string])[],
    chosen: (value: string) => void,
  ): TemplateResult {
    return html`<label class="field">
      ${label}
      <select @change=${(event: Event) => chosen((event.target as HTMLSelectElement).value)}>
        ${options.map(([one, name]) => html`<option value=${one} ?selected=${one === value}>${name}</option>`)}
      </select>
    </label>`;
  }

  #slider(label: string, value: number, chosen: (value: number) => void): TemplateResult {
    return html`<label class="field">
      <span class="line">${label} <output>${percent(value)}</output></span>
      <input
        type="range"
        min="0"
        max="1"
        step="0.01"
        .value=${String(value)}
        @change=${(event: Event) => chosen(Number((event.target as HTMLInputElement).value))}
      />
    </label>`;
  }

  #check(label: string, hint: string, value: boolean, chosen: (value: boolean) => void): TemplateResult {
    return html`<label class="check">
      <input type="checkbox" .checked=${value} @change=${(event: Event) => chosen((event.target as HTMLInputElement).checked)} />
      <span>${label}${hint ? html`<small>${hint}</small>` : nothing}</span>
    </label>`;
  }

  #goal = (event: Event): void => {
    const input = event.target as HTMLInputElement;
    const minutes = Number(input.value);
    if (!Number.isInteger(minutes) || minutes < 1 || minutes > 600) {
      showToast({ message: msg(str`"${input.value}" is not a goal. Choose 1 to 600 minutes.`) });
      input.value = String(preferences.value.dailyGoalMinutes);
      return;
    }
    this.#save({ dailyGoalMinutes: minutes });
  };

  async #remind(on: boolean): Promise<void> {
    if (on && 'Notification' in window && Notification.permission !== 'granted') {
      const answer = await Notification.requestPermission();
      if (answer !== 'granted') {
        showToast({ message: msg('The browser does not allow notifications here. The calendar works without them.') });
        this.requestUpdate();
        return;
      }
    }
    this.#save({ reminder: on });
  }

  #reminderTime = (event: Event): void => {
    const [hours, minutes] = (event.target as HTMLInputElement).value.split(':').map(Number);
    if (hours === undefined || minutes === undefined || Number.isNaN(hours + minutes)) return;
    this.#save({ reminderMinute: hours * 60 + minutes });
  };

  #calendar = (): void => {
    const text = reminderCalendar({
      minute: preferences.value.reminderMinute,
      title: msg('Listen'),
      address: new URL(to(), location.origin).href,
      now: new Date(),
    });
    saveFile(new Blob([text], { type: 'text/calendar' }), 'listen.ics');
  };
}

const clockOf = (minute: number): string =>
  `${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`;
