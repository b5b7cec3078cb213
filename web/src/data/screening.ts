import { account } from './account.ts';
import { apiAddress } from './address.ts';
import { follow, tell } from './client.ts';
import {
  AnswerScreeningDocument,
  ForgetScreeningDocument,
  ScreeningChangedDocument,
  type ScreeningFieldsFragment,
} from './generated/preferences.ts';
import { type Limits, siteLimits } from './limits.ts';
import { binding, type Question, questions, questionsVersion, type ScreeningAnswers } from './questions.ts';
import { readValue, store } from './store.ts';

/** Answers that lie on this device, and are not, or not yet, what the account keeps. */
interface Own {
  answers: ScreeningAnswers;
  version: number;
  /** Id of the person who agreed that their account keeps them. Without it they never leave the device. */
  agreedBy: string | null;
  /** Id of the account's answers that the person was shown and changed on purpose. */
  replaces: string | null;
}

/** What the account keeps, as it was last heard. */
interface OfAccount {
  /** Id of the person. */
  userId: string;
  id: string;
  answers: ScreeningAnswers;
  version: number;
  /** When the server received them, by its own clock. */
  answeredAt: string;
}

interface Kept {
  own: Own | null;
  account: OfAccount | null;
  /** The agreement was taken back, and the server does not know it yet. */
  toForget: boolean;
}

/** What a person was shown when they were asked. */
export interface Shown {
  kept: Kept;
  embeds: Limits;
}

/** What the answers allow. Without answers nothing that follows the beat is shown. */
export interface ScreeningPermission {
  lightAllowed: boolean;
  maxIsochronicDepth: number;
}

const nothing: Kept = { own: null, account: null, toForget: false };
const damaged: Kept = { ...nothing };

/**
 * The answers, kept here first. They bind what can be played on this device, whatever the server knows. A yes holds until the person
 * changes it on purpose: of answers from two sides the stricter is taken to each question. Every page of this browser hears of a
 * change at once, every device of the account through its subscription. Fires `change`.
 */
class Screening extends EventTarget {
  #kept: Kept = nothing;
  #channel: BroadcastChannel | null = null;
  #follows = false;
  #followed: string | undefined;
  #stopFollowing = () => {};
  readonly ready: Promise<void>;

  constructor() {
    super();
    // What cannot be read counts as not answered.
    this.ready = readValue('screening')
      .catch(() => undefined)
      .then((kept) => {
        this.#kept = readable(kept);
        this.#changed();
      });
    account.addEventListener('change', () => this.ready.then(() => this.#meet()));
    account.addEventListener('erased', () => this.#change(() => nothing));
    siteLimits.addEventListener('change', () => this.dispatchEvent(new Event('change')));
    try {
      this.#channel = new BroadcastChannel('nes-screening');
      this.#channel.onmessage = ({ data }) => {
        this.#kept = readable(data);
        this.#changed();
      };
    } catch {
      // Other tabs still hear what follows from it by the storage event.
    }
  }

  /** The answers to the present questions; null asks them. */
  get value(): Readonly<ScreeningAnswers> | null {
    const { own, account: kept } = this.#kept;
    const sides = [own, kept].filter((side) => side !== null);
    if (sides.length === 0 || sides.some(({ version }) => version !== questionsVersion)) return null;
    // A change on purpose of just those answers that the account keeps.
    if (own && kept && own.agreedBy === kept.userId && own.replaces === kept.id) return own.answers;
    return sides.map(({ answers }) => answers).reduce(stricter);
  }

  get unsent(): boolean {
    return this.#toSend !== null || this.#kept.toForget;
  }

  /** Whether the person agreed that the account keeps the answers. */
  get agreed(): boolean {
    return this.#kept.own ? this.#toSend !== null : this.#kept.account !== null;
  }

  /** What the present person agreed to have kept, and the account does not have. */
  get #toSend(): Own | null {
    const { own } = this.#kept;
    return own?.agreedBy && own.agreedBy === account.viewer?.id ? own : null;
  }

  /** The answers that decide about light; a yes in an embed of this site is one here. */
  get light(): Pick<ScreeningAnswers, 'seizures' | 'photosensitivity' | 'migraine'> | null {
    const { value } = this;
    return value && siteLimits.of('nes-embed-safety').bound ? { ...value, photosensitivity: true } : value;
  }

  /** Any yes to seizures, flashing light or migraine: no light that follows the beat, isochronic depth at most 0.5. */
  get permission(): ScreeningPermission {
    return permissionOf(this.value, siteLimits.of('nes-embed-safety').bound);
  }

  /** The check of the headphones is offered once on each device. */
  get headphonesChecked(): boolean {
    return readHere('nes-headphones') === 'done';
  }

  checkedHeadphones(): void {
    keepHere('nes-headphones', 'done');
  }

  /** The notice about driving is shown once a day. */
  get drivingShownToday(): boolean {
    return readHere('nes-driving') === today();
  }

  showedDriving(): void {
    keepHere('nes-driving', today());
    this.dispatchEvent(new Event('change'));
  }

  /** What a person sees who is asked now; what they answer changes just that. */
  get shown(): Shown {
    return { kept: this.#kept, embeds: siteLimits.of('nes-embed-safety') };
  }

  /**
   * The person answered. It holds in this browser from this moment, in embeds of this site too. What was answered elsewhere since
   * they were asked is no less strict for it.
   * @param agreed whether the account may keep them; left out: as it was
   */
  async answer(answers: ScreeningAnswers, agreed = this.agreed, shown = this.shown): Promise<void> {
    await this.ready;
    const done = this.#answer(answers, agreed, shown.kept);
    // What was said in embeds is answered anew with it, if the person was shown it.
    if (shown.embeds.bound) siteLimits.keep('nes-embed-safety', { given: true, bound: isBound(answers) });
    await done;
  }

  async #answer(answers: ScreeningAnswers, agreed: boolean, shown: Kept): Promise<void> {
    const takenBack = this.agreed && !agreed;
    const agreedBy = agreed ? (account.viewer?.id ?? null) : null;
    await this.#change((kept) => {
      const unseen = kept.own && !same(kept.own.answers, shown.own?.answers) ? kept.own.answers : null;
      return {
        own: {
          answers: unseen ? stricter(unseen, answers) : answers,
          version: questionsVersion,
          agreedBy,
          replaces: shown.account?.id ?? null,
        },
        account: kept.account,
        toForget: (kept.toForget || takenBack) && !agreed,
      };
    });
    if (account.viewer) this.send().catch(() => {});
  }

  /** Agrees that the account keeps the answers, or takes it back: then they are gone from the server at once. */
  async agree(agreed: boolean): Promise<void> {
    await this.ready;
    const { value } = this;
    if (value) await this.#answer(value, agreed, this.#kept);
  }

  async send(): Promise<void> {
    await this.ready;
    if (this.#kept.toForget) {
      const { forgetScreening } = await tell(ForgetScreeningDocument, { input: { confirm: true } });
      const error = forgetScreening.userErrors[0];
      if (error) throw new Error(error.message);
      await this.#change((kept) => ({ ...kept, account: null, toForget: false }));
      return;
    }
    const own = this.#toSend;
    if (!own) return;
    const { answerScreening } = await tell(AnswerScreeningDocument, {
      input: { ...own.answers, questionsVersion: own.version, replaces: own.replaces, agreesToKeep: true },
    });
    const error = answerScreening.userErrors[0];
    if (error) throw new Error(error.message);
    const { screening: fields } = answerScreening;
    const userId = account.viewer?.id;
    if (!fields || !userId) return;
    const heard = fromServer(userId, fields);
    await this.#change((kept) => ({
      ...kept,
      own: same(kept.own, own) ? null : kept.own,
      account: later(kept.account, heard),
    }));
  }

  /** From now on what the account keeps holds here within a moment of every change. */
  follow(): void {
    this.#follows = true;
    this.ready.then(() => account.ready).then(() => this.#meet());
  }

  /** @param fields what the account keeps; null: nothing any more */
  async #receive(userId: string, fields: ScreeningFieldsFragment | null): Promise<void> {
    await this.ready;
    if (account.viewer?.id !== userId) return;
    if (!fields) {
      // Taken back, here or elsewhere: the answers stay on the device, and nothing is sent without another agreement.
      if (!this.#kept.account) return;
      await this.#change(({ own, account: kept }) => ({
        own: own ?? (kept && { answers: kept.answers, version: kept.version, agreedBy: null, replaces: null }),
        account: null,
        toForget: false,
      }));
      return;
    }
    const heard = fromServer(userId, fields);
    await this.#change((kept) => {
      const held = later(kept.account, heard);
      const { own } = kept;
      // What this device knew by itself, and the account says as well, is the account's from now on.
      const told =
        own && own.agreedBy !== userId && !kept.toForget && same(stricter(own.answers, held.answers), held.answers);
      return { ...kept, own: told ? null : own, account: held };
    });
  }

  #meet(): void {
    const userId = account.viewer?.id;
    if (this.#kept.account && this.#kept.account.userId !== userId) {
      // What the account keeps goes with it; what never left the device stays, and no other account gets it unasked.
      this.#change(({ own }) => ({ own: own && { ...own, replaces: null }, account: null, toForget: false }));
    }
    if (!this.#follows || apiAddress() === null || this.#followed === userId) return;
    this.#stopFollowing();
    this.#stopFollowing = () => {};
    this.#followed = userId;
    if (!userId) return;
    this.#stopFollowing = follow(ScreeningChangedDocument, {}, ({ screeningChanged }) => {
      this.#receive(userId, screeningChanged ?? null);
    });
  }

  #changed(): void {
    const { value } = this;
    const { own, account: ofAccount } = this.#kept;
    // Answers that were damaged, or to other questions, may have been a yes.
    const unknown = this.#kept === damaged || own !== null || ofAccount !== null;
    siteLimits.keep('nes-safety', { given: value !== null, bound: value ? isBound(value) : unknown });
    this.dispatchEvent(new Event('change'));
  }

  /** Holds at once on this page and in the other tabs, then in the browser's database: made from what stands there by then. */
  async #change(change: (kept: Kept) => Kept): Promise<void> {
    const before = this.#kept;
    const next = change(before);
    this.#kept = next;
    this.#changed();
    this.#channel?.postMessage(next);
    try {
      const transaction = (await store()).transaction('values', 'readwrite');
      const stored = await transaction.store.get('screening');
      const kept = stored === undefined || same(stored, before) ? next : change(readable(stored));
      await transaction.store.put(kept, 'screening');
      await transaction.done;
      if (kept === next) return;
      // Another tab wrote meanwhile.
      this.#kept = kept;
      this.#changed();
      this.#channel?.postMessage(kept);
    } catch {
      // Without storage they hold while a page of the site is open, and are asked again after that.
    }
  }
}

const isBound = (answers: ScreeningAnswers): boolean => binding.some((question) => answers[question] !== false);

const permissionOf = (answers: ScreeningAnswers | null, boundElsewhere: boolean): ScreeningPermission => {
  const bound = !answers || boundElsewhere || isBound(answers);
  return { lightAllowed: !bound, maxIsochronicDepth: bound ? 0.5 : 1 };
};

/** What either side says yes to is a yes; the risk is accepted where each side with a yes accepted it. */
function stricter(one: ScreeningAnswers, other: ScreeningAnswers): ScreeningAnswers {
  const yes = questions.map((question) => [question, one[question] || other[question]] as const);
  const accepts = (set: ScreeningAnswers) => set.acceptedRisk || !questions.some((question) => set[question]);
  return {
    ...(Object.fromEntries(yes) as Record<Question, boolean>),
    acceptedRisk: accepts(one) && accepts(other) && yes.some(([, given]) => given),
  };
}

/** The server's order decides. Two answers of which it is not plain (its clock was set back) hold together. */
function later(held: OfAccount | null, heard: OfAccount): OfAccount {
  if (!held || held.userId !== heard.userId || held.id === heard.id || heard.answeredAt > held.answeredAt) return heard;
  return { ...heard, answers: stricter(held.answers, heard.answers) };
}

const fromServer = (userId: string, fields: ScreeningFieldsFragment): OfAccount => ({
  userId,
  id: fields.id,
  answers: {
    ...(Object.fromEntries(questions.map((question) => [question, fields[question]])) as Record<Question, boolean>),
    acceptedRisk: fields.acceptedRisk,
  },
  version: fields.questionsVersion,
  answeredAt: fields.answeredAt,
});

const same = (one: unknown, other: unknown): boolean => JSON.stringify(one) === JSON.stringify(other);

/** What was kept. Where a part of it is not whole, nothing of it counts: the part may have said yes. */
function readable(kept: unknown): Kept {
  if (kept === undefined) return nothing;
  const { own, account: ofAccount, toForget } = (kept ?? {}) as Partial<Kept>;
  const whole = (side: { answers?: unknown; version?: unknown } | null | undefined): boolean =>
    side === null ||
    (typeof side?.version === 'number' &&
      [...questions, 'acceptedRisk'].every(
        (name) => typeof (side.answers as Record<string, unknown> | undefined)?.[name] === 'boolean',
      ));
  if (!whole(own) || !whole(ofAccount)) return damaged;
  return { own: own ?? null, account: ofAccount ?? null, toForget: toForget === true };
}

const today = (): string => new Date().toLocaleDateString('sv');

function readHere(name: string): string | null {
  try {
    return localStorage.getItem(name);
  } catch {
    return null;
  }
}

function keepHere(name: string, value: string): void {
  try {
    localStorage.setItem(name, value);
  } catch {
    // Without storage it is shown again; that errs on the safe side.
  }
}

export const screening = new Screening();
