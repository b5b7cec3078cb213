import { account, zone } from './account.ts';
import { ask, tell } from './client.ts';
import {
  type PreferenceFieldsFragment,
  PreferencesDocument,
  SavePreferencesDocument,
} from './generated/preferences.ts';
import { siteLimits } from './limits.ts';
import { readValue, writeValue } from './store.ts';

/** The listener's choices. Ranges: volume and intensity 0 to 1; reminderMinute 0 to 1439; dailyGoalMinutes 1 to 600. */
export interface PreferenceValues {
  volume: number;
  visuals: boolean;
  intensity: number;
  scene: string;
  reducedFlashing: boolean;
  reminder: boolean;
  reminderMinute: number;
  dailyGoalMinutes: number;
  theme: string;
  language: string;
  /** Empty: that of the device. What holds is `preferences.timeZone`. */
  timeZone: string;
  defaultProtocol: string | null;
}

interface Kept {
  values: PreferenceValues;
  /** The server's version that these values grew from; 0 before the first contact. */
  version: number;
  /** Names of the values changed here that the server has not acknowledged. */
  unsent: (keyof PreferenceValues)[];
}

const initial = (): PreferenceValues => ({
  volume: 0.5,
  visuals: true,
  intensity: 0.6,
  scene: 'flower-of-life',
  reducedFlashing: false,
  reminder: false,
  reminderMinute: 1200,
  dailyGoalMinutes: 20,
  theme: 'system',
  language: '',
  timeZone: '',
  defaultProtocol: null,
});

/** Kept here first, so that they hold offline; sent when the server is there. Fires `change`. */
class Preferences extends EventTarget {
  #kept: Kept = { values: initial(), version: 0, unsent: [] };
  #sending: Promise<void> | null = null;
  readonly ready: Promise<void>;

  constructor() {
    super();
    // What cannot be read is as if nothing had been chosen.
    const stored = readValue<Kept>('preferences').catch(() => undefined);
    this.ready = stored.then((kept) => {
      if (kept) this.#kept = { ...kept, values: { ...initial(), ...kept.values } };
      this.#changed();
    });
    account.addEventListener('change', () => {
      if (!account.viewer) this.#kept = { values: initial(), version: 0, unsent: [] };
      this.dispatchEvent(new Event('change'));
    });
  }

  get value(): Readonly<PreferenceValues> {
    return this.#kept.values;
  }

  /** The chosen time zone, or that of the device. */
  get timeZone(): string {
    return this.value.timeZone || zone();
  }

  /** True while a change made here is not on the server. */
  get unsent(): boolean {
    return this.#kept.unsent.length > 0;
  }

  /** Changes some values, at once and on this device; the server is told later by `send`. */
  async save(values: Partial<PreferenceValues>): Promise<void> {
    await this.ready;
    const names = Object.keys(values) as (keyof PreferenceValues)[];
    await this.#keep({
      values: { ...this.#kept.values, ...values },
      version: this.#kept.version,
      unsent: [...new Set([...this.#kept.unsent, ...names])],
    });
    if (account.viewer) this.send().catch(() => {});
  }

  /** Sends what the server does not have. One at a time; changes made meanwhile follow in the next turn. */
  send(): Promise<void> {
    this.#sending ??= this.#send().finally(() => {
      this.#sending = null;
    });
    return this.#sending;
  }

  async #send(): Promise<void> {
    await this.ready;
    while (this.#kept.unsent.length > 0) {
      const { values, unsent } = this.#kept;
      const changed = Object.fromEntries(unsent.map((name) => [name, values[name]]));
      const { savePreferences } = await tell(SavePreferencesDocument, { input: changed });
      const { userErrors } = savePreferences;
      // What the server never takes, such as a default that is gone, would keep all others from it: it stays on this device.
      const refused = userErrors.map(({ field }) => field?.[0]);
      const done = userErrors.length > 0 ? unsent.filter((name) => refused.includes(name)) : unsent;
      if (done.length === 0) throw new Error(userErrors[0]?.message);
      const sent = done.filter((name) => this.#kept.values[name] === values[name]);
      await this.#keep({
        ...this.#kept,
        version: savePreferences.preferences?.version ?? this.#kept.version,
        unsent: this.#kept.unsent.filter((name) => !sent.includes(name)),
      });
    }
  }

  /** Reads what other devices saved. What was changed here and not sent wins over it. */
  async receive(): Promise<void> {
    await this.ready;
    const { viewer } = await ask(PreferencesDocument, {});
    if (!viewer) return;
    const { values, unsent } = this.#kept;
    const mine = Object.fromEntries(unsent.map((name) => [name, values[name]]));
    await this.#keep({
      values: { ...fromServer(viewer.preferences), ...mine },
      version: viewer.preferences.version,
      unsent,
    });
  }

  async #keep(kept: Kept): Promise<void> {
    this.#kept = kept;
    this.#changed();
    await writeValue('preferences', kept).catch(() => {
      // Without storage it holds for this visit, and on the server.
    });
  }

  #changed(): void {
    // Embeds of this site follow it.
    siteLimits.keep('nes-safety', { dim: this.value.reducedFlashing });
    this.dispatchEvent(new Event('change'));
  }
}

const fromServer = (fields: PreferenceFieldsFragment): PreferenceValues => ({
  volume: fields.volume,
  visuals: fields.visuals,
  intensity: fields.intensity,
  scene: fields.scene,
  reducedFlashing: fields.reducedFlashing,
  reminder: fields.reminder,
  reminderMinute: fields.reminderMinute,
  dailyGoalMinutes: fields.dailyGoalMinutes,
  theme: fields.theme,
  language: fields.language,
  timeZone: fields.timeZone,
  defaultProtocol: fields.defaultProtocol?.id ?? null,
});

export const preferences = new Preferences();
