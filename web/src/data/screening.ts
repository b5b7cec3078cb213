import { account } from './account.ts';
import { tell } from './client.ts';
import { AnswerScreeningDocument, type ScreeningFieldsFragment } from './generated/graphql.ts';
import { questionsVersion } from './questions.ts';
import { readValue, writeValue } from './store.ts';

/** The safety questions of the product; true is yes. */
export interface ScreeningAnswers {
  seizures: boolean;
  photosensitivity: boolean;
  heart: boolean;
  psychosis: boolean;
  headInjury: boolean;
  pregnancy: boolean;
  under18: boolean;
  hearing: boolean;
  /** The explicit choice to go on where an answer asks for one. */
  acceptedRisk: boolean;
}

interface Kept {
  answers: ScreeningAnswers;
  version: number;
  answeredAt: string;
  sent: boolean;
}

/** What the answers allow. Without answers nothing that follows the beat is shown. */
export interface ScreeningPermission {
  lightAllowed: boolean;
  maxIsochronicDepth: number;
}

/** The answers, kept here first. They bind what can be played on this device, whatever the server knows. Fires `change`. */
class Screening extends EventTarget {
  #kept: Kept | null = null;
  readonly ready: Promise<void>;

  constructor() {
    super();
    this.ready = readValue<Kept>('screening').then((kept) => {
      this.#kept = kept ?? null;
      this.dispatchEvent(new Event('change'));
    });
    account.addEventListener('change', () => {
      if (!account.viewer && this.#kept?.sent) this.#kept = null;
      this.dispatchEvent(new Event('change'));
    });
  }

  /** The answers to the present questions; null asks them. */
  get value(): Readonly<ScreeningAnswers> | null {
    return this.#kept?.version === questionsVersion ? this.#kept.answers : null;
  }

  get unsent(): boolean {
    return this.#kept !== null && !this.#kept.sent;
  }

  /** Any yes to seizures or photosensitivity: no light that follows the beat, isochronic depth at most 0.5 (product.md). */
  get permission(): ScreeningPermission {
    const answers = this.value;
    const bound = !answers || answers.seizures || answers.photosensitivity;
    return { lightAllowed: !bound, maxIsochronicDepth: bound ? 0.5 : 1 };
  }

  /** The notice about driving is shown once a day. */
  get drivingShownToday(): boolean {
    return readDay() === today();
  }

  showedDriving(): void {
    try {
      localStorage.setItem('nes-driving', today());
    } catch {
      // Without storage the notice is shown again; that errs on the safe side.
    }
    this.dispatchEvent(new Event('change'));
  }

  async answer(answers: ScreeningAnswers): Promise<void> {
    await this.#keep({ answers, version: questionsVersion, answeredAt: new Date().toISOString(), sent: false });
    if (account.viewer) this.send().catch(() => {});
  }

  async send(): Promise<void> {
    await this.ready;
    const kept = this.#kept;
    if (!kept || kept.sent) return;
    const { answerScreening } = await tell(AnswerScreeningDocument, {
      input: { ...kept.answers, questionsVersion: kept.version, answeredAt: kept.answeredAt },
    });
    const error = answerScreening.userErrors[0];
    if (error) throw new Error(error.message);
    if (this.#kept === kept) await this.#keep({ ...kept, sent: true });
  }

  /** Takes over newer answers given on another device. */
  async receive(fields: ScreeningFieldsFragment | null): Promise<void> {
    await this.ready;
    if (!fields || (this.#kept && this.#kept.answeredAt >= fields.answeredAt)) return;
    const { seizures, photosensitivity, heart, psychosis, headInjury, pregnancy, under18, hearing, acceptedRisk } =
      fields;
    await this.#keep({
      answers: { seizures, photosensitivity, heart, psychosis, headInjury, pregnancy, under18, hearing, acceptedRisk },
      version: fields.questionsVersion,
      answeredAt: fields.answeredAt,
      sent: true,
    });
  }

  async #keep(kept: Kept): Promise<void> {
    this.#kept = kept;
    this.dispatchEvent(new Event('change'));
    await writeValue('screening', kept);
  }
}

const today = (): string => new Date().toLocaleDateString('sv');

function readDay(): string | null {
  try {
    return localStorage.getItem('nes-driving');
  } catch {
    return null;
  }
}

export const screening = new Screening();
