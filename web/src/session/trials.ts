import { globalId, newUuid, uuidOf } from '@nes/client/ids.ts';
import type { Program } from '@nes/program/model.ts';
import { answerOf, type TrialAnswer } from '@nes/trials/answer.ts';
import { type Arms, armsOf } from '@nes/trials/arms.ts';
import { commitmentOf, freshSalt } from '@nes/trials/commitment.ts';
import { documentOf, type TrialDocument } from '@nes/trials/document.ts';
import { armAt, drawOrder, type OrderRule, ordersOf } from '@nes/trials/order.ts';
import { ANALYSIS, hashOf, type PlannedOutcome, PRIOR, type TrialPlan } from '@nes/trials/plan.ts';
import { type Detail, type NextStep, nextStep, type PeriodRecord, type Reveal } from '@nes/trials/record.ts';
import { makeDeviceKeys, publicKeyText, seal, unseal } from '@nes/trials/seal.ts';
import { account } from '../data/account.ts';
import { apiAddress } from '../data/address.ts';
import { ask, tell, type UserError } from '../data/client.ts';
import { device } from '../data/device.ts';
import {
  MyTrialsDocument,
  NextPeriodDocument,
  PlanTrialDocument,
  RecordOutcomeDocument,
  RevealTrialDocument,
  ShareTrialDocument,
  type TrialFieldsFragment,
  TrialProgramDocument,
} from '../data/generated/trials.ts';
import { library } from '../data/library.ts';
import { preferences } from '../data/preferences.ts';
import { screening } from '../data/screening.ts';
import { readValue, store, writeValue } from '../data/store.ts';
import type { Playable } from './log.ts';
import { permitted } from './permission.ts';

/** A period that has begun and is not recorded yet. What is known of it stays when the page dies. */
export interface BegunPeriod {
  period: number;
  sessionId: string | null;
  startedAt: string;
  heardSeconds: number;
  /** Whether the session was heard to its end, so that the measurement can follow. */
  heard: boolean;
  measured: { value: number | null; detail: Detail } | null;
}

/** A trial as this device keeps it. Which arm a period has stands nowhere in it but in `sealed`. */
export interface LocalTrial {
  plan: TrialPlan;
  planHash: string;
  protocol: { id: string | null; slug: string | null; category: string };
  /** Programs of both arms. */
  arms: Arms;
  /** Salt and order, to be opened by this device's key only; null until the server gave it. */
  sealed: string | null;
  /** Whether the server has the order; else it lies on one device alone, this one where `sealed` is there. */
  atServer: boolean;
  records: PeriodRecord[];
  begun: BegunPeriod | null;
  reveal: Reveal | null;
  /** What the server has: plan, so many records, the opened order. */
  sent: { plan: boolean; records: number; reveal: boolean };
  shared: boolean;
  /** Why the server would not take something of it, in its words; null otherwise. */
  refused: string | null;
}

/** What a person chooses for a plan. */
export interface TrialWish {
  protocol: Playable;
  outcome: PlannedOutcome;
  periods: number;
  oneADay: boolean;
  orderRule: OrderRule;
  smallestEffect: number;
  masked: boolean;
}

const listName = 'trials';
const keysName = 'trial-keys';
const nameOf = (id: string) => `trial:${id}`;

/**
 * The trials of this browser. Everything is written here first and sent to the server when it is there; a trial goes on without one. Fires
 * `change`.
 */
class TrialBook extends EventTarget {
  #sending: Promise<void> | null = null;
  #viewer: string | null = null;

  constructor() {
    super();
    // What could not be sent or fetched is tried again as soon as there is a network, or somebody.
    globalThis.addEventListener?.('online', () => void this.send());
    account.addEventListener('change', () => {
      const id = account.viewer?.id ?? null;
      if (id === this.#viewer) return;
      this.#viewer = id;
      if (id) void this.send();
    });
  }

  async all(): Promise<LocalTrial[]> {
    const ids = (await readValue<string[]>(listName)) ?? [];
    const trials = await Promise.all(ids.map((id) => readValue<LocalTrial>(nameOf(id))));
    return trials.flatMap((trial) => (trial ? [trial] : [])).toReversed();
  }

  find(id: string): Promise<LocalTrial | undefined> {
    return readValue<LocalTrial>(nameOf(id));
  }

  /** What can be done next with a trial now. */
  step(trial: LocalTrial): NextStep | { step: 'OPEN' } {
    return trial.reveal ? { step: 'OPEN' } : nextStep(trial.plan, trial.records, new Date().toISOString());
  }

  /**
   * Fixes a plan. The server draws the order where it can be reached; else this device draws it, commits itself and seals it.
   * @throws Error in the server's words, for what it refuses
   */
  async plan(wish: TrialWish): Promise<LocalTrial> {
    await screening.ready;
    const arms = armsOf(permitted(wish.protocol.program, screening.permission), wish.masked);
    const id = newUuid();
    const input = {
      id,
      revision: globalId('Revision', wish.protocol.revisionId ? uuidOf(wish.protocol.revisionId) : ''),
      title: wish.protocol.title,
      beatHash: await hashOf(arms.BEAT),
      controlHash: await hashOf(arms.CONTROL),
      masked: wish.masked,
      outcome: wish.outcome,
      periods: wish.periods,
      oneADay: wish.oneADay,
      timeZone: preferences.timeZone,
      orderRule: wish.orderRule,
      smallestEffect: wish.smallestEffect,
    };
    const made = wish.protocol.revisionId ? await this.#planAtServer(input) : null;
    const trial: LocalTrial = {
      ...(made ?? (await this.#planHere(input, wish.protocol.revisionId ? uuidOf(wish.protocol.revisionId) : ''))),
      protocol: { id: wish.protocol.id, slug: wish.protocol.slug, category: wish.protocol.category },
      arms,
      records: [],
      begun: null,
      reveal: null,
      shared: false,
      refused: null,
    };
    await this.#put(trial);
    return trial;
  }

  async #planAtServer(
    input: Parameters<typeof tell<unknown, { input: object }>>[1]['input'] & { id: string },
  ): Promise<Pick<LocalTrial, 'plan' | 'planHash' | 'sealed' | 'atServer' | 'sent'> | null> {
    if (apiAddress() === null || !navigator.onLine) return null;
    let planned: TrialFieldsFragment | null | undefined;
    let errors: readonly UserError[] = [];
    try {
      await account.beSomebody();
      const { planTrial } = await tell(PlanTrialDocument, { input: input as never });
      planned = planTrial.trial;
      errors = planTrial.userErrors;
    } catch {
      // A server that sleeps or is away: the plan is made here.
      return null;
    }
    // A revision that the server does not have is tried here alone.
    if (errors.some(({ code }) => code === 'NOT_FOUND')) return null;
    if (!planned) throw new Error(errors[0]?.message ?? '');
    const plan = planned.plan as TrialPlan;
    const sealed = await this.#fetchSeal(input.id);
    return {
      plan,
      planHash: await hashOf(plan),
      sealed,
      atServer: true,
      sent: { plan: true, records: 0, reveal: false },
    };
  }

  async #planHere(
    input: {
      id: string;
      title: string;
      beatHash: string;
      controlHash: string;
      masked: boolean;
      outcome: PlannedOutcome;
      periods: number;
      oneADay: boolean;
      timeZone: string;
      orderRule: OrderRule;
      smallestEffect: number;
    },
    revisionId: string,
  ): Promise<Pick<LocalTrial, 'plan' | 'planHash' | 'sealed' | 'atServer' | 'sent'>> {
    const opening = { salt: freshSalt(), order: drawOrder(ordersOf(input.orderRule, input.periods)) };
    const plan: TrialPlan = {
      id: input.id,
      analysis: ANALYSIS,
      protocol: { revisionId, title: input.title },
      arms: { beat: input.beatHash, control: input.controlHash },
      masked: input.masked,
      outcome: input.outcome,
      periods: input.periods,
      oneADay: input.oneADay,
      timeZone: input.timeZone,
      orderRule: input.orderRule,
      commitment: await commitmentOf(opening),
      missing: 'LEAVE_OUT',
      smallestEffect: input.smallestEffect,
      prior: { ...PRIOR },
      light: 'OFF',
      plannedAt: new Date().toISOString(),
    };
    const sealed = await seal(await publicKeyText(await deviceKeys()), opening);
    return {
      plan,
      planHash: await hashOf(plan),
      sealed,
      atServer: false,
      sent: { plan: false, records: 0, reveal: false },
    };
  }

  async #fetchSeal(id: string): Promise<string | null> {
    const deviceKey = await publicKeyText(await deviceKeys());
    const { nextPeriod } = await tell(NextPeriodDocument, { input: { trial: globalId('Trial', id), deviceKey } });
    return nextPeriod.sealedOrder ?? null;
  }

  /**
   * What the next period plays, shown as the protocol whatever it sounds.
   * @throws Error where this device does not have the order
   */
  async begin(id: string): Promise<Playable> {
    let trial = await this.#held(id);
    if (!trial.sealed && trial.atServer) {
      const sealed = await this.#fetchSeal(id);
      trial = await this.#change(id, (held) => ({ ...held, sealed }));
    }
    if (!trial.sealed) throw new Error('The order of this trial lies sealed on another device.');
    const { order } = await unseal(await deviceKeys(), trial.sealed);
    return {
      id: trial.protocol.id,
      revisionId: trial.plan.protocol.revisionId ? globalId('Revision', trial.plan.protocol.revisionId) : null,
      slug: trial.protocol.slug,
      title: trial.plan.protocol.title,
      category: trial.protocol.category,
      program: trial.arms.BEAT,
      sounds: trial.arms[armAt(order, trial.records.length + 1)],
      trialId: id,
    };
  }

  /** Writes that the next period has begun, or begun anew: its arm stays the same. */
  async begun(id: string, sessionId: string, startedAt: string): Promise<LocalTrial> {
    return this.#change(id, (trial) => ({
      ...trial,
      begun: {
        period: trial.records.length + 1,
        sessionId,
        startedAt,
        heardSeconds: 0,
        heard: false,
        measured: null,
      },
    }));
  }

  async heard(id: string, heardSeconds: number): Promise<LocalTrial> {
    return this.#change(id, (trial) => ({
      ...trial,
      begun: trial.begun && { ...trial.begun, heard: true, heardSeconds },
    }));
  }

  async measured(id: string, value: number | null, detail: Detail): Promise<LocalTrial> {
    return this.#change(id, (trial) => ({
      ...trial,
      begun: trial.begun && { ...trial.begun, measured: { value, detail } },
    }));
  }

  /** Records the period that has begun: for good. `beatChance` is the guess, 0.01 to 0.99. */
  async record(id: string, beatChance: number | null): Promise<LocalTrial> {
    const recorded = await this.#change(id, (trial) => {
      const { begun } = trial;
      if (!begun) return trial;
      const record: PeriodRecord = {
        period: begun.period,
        sessionId: begun.sessionId,
        startedAt: begun.startedAt,
        endedAt: new Date().toISOString(),
        heardSeconds: begun.heardSeconds,
        value: begun.measured?.value ?? null,
        detail: begun.measured?.detail ?? {},
        beatChance,
      };
      return { ...trial, records: [...trial.records, record], begun: null };
    });
    this.send();
    return recorded;
  }

  /** Leaves the next period out, for good; it counts as missing. */
  async leaveOut(id: string): Promise<LocalTrial> {
    const now = new Date().toISOString();
    await this.#change(id, (trial) => ({
      ...trial,
      begun: {
        period: trial.records.length + 1,
        sessionId: trial.begun?.sessionId ?? null,
        startedAt: trial.begun?.startedAt ?? now,
        heardSeconds: trial.begun?.heardSeconds ?? 0,
        heard: true,
        measured: { value: null, detail: {} },
      },
    }));
    return this.record(id, null);
  }

  /**
   * Opens the order and ends the trial; before the planned end it is marked as stopped early.
   * @throws Error where this device does not have the order and the server cannot be asked
   */
  async open(id: string): Promise<LocalTrial> {
    const trial = await this.#held(id);
    if (trial.reveal) return trial;
    if (!trial.sealed && trial.atServer) {
      const sealed = await this.#fetchSeal(id);
      await this.#change(id, (held) => ({ ...held, sealed }));
    }
    const { sealed } = await this.#held(id);
    if (!sealed) throw new Error('The order of this trial lies sealed on another device.');
    const opening = await unseal(await deviceKeys(), sealed);
    const opened = await this.#change(id, (held) => ({
      ...held,
      begun: null,
      reveal: {
        ...opening,
        at: new Date().toISOString(),
        afterPeriods: held.records.length,
        early: held.records.length < held.plan.periods,
      },
    }));
    this.send();
    return opened;
  }

  /** The answer of an opened trial; null while it is closed. */
  answer(trial: LocalTrial): TrialAnswer | null {
    return trial.reveal && answerOf(trial.plan, trial.planHash, trial.reveal.order, trial.records);
  }

  document(trial: LocalTrial): Promise<TrialDocument> {
    return documentOf(trial.plan, trial.records, trial.reveal);
  }

  /** Gives the result to what is shown across people, or takes it back. */
  async share(id: string, share: boolean, ageTens: number | null): Promise<void> {
    await this.send();
    const { shareTrial } = await tell(ShareTrialDocument, { input: { trial: globalId('Trial', id), share, ageTens } });
    const [error] = shareTrial.userErrors;
    if (error) throw new Error(error.message);
    await this.#change(id, (trial) => ({ ...trial, shared: share }));
  }

  /** Sends what the server does not have and fetches what other devices did. Failures are tried again with the next change or visit. */
  send(): Promise<void> {
    if (apiAddress() === null) return Promise.resolve();
    this.#sending ??= (async () => {
      for (const trial of (await this.all()).toReversed()) await this.#sendOne(trial.plan.id);
      await account.ready;
      if (account.viewer) await this.#fetch();
    })()
      .catch(() => {})
      .finally(() => {
        this.#sending = null;
      });
    return this.#sending;
  }

  async #sendOne(id: string): Promise<void> {
    let trial = await this.#held(id);
    const { plan } = trial;
    if (!plan.protocol.revisionId || trial.refused !== null) return;
    if (trial.sent.plan && trial.sent.records === trial.records.length && trial.sent.reveal === (trial.reveal !== null))
      return;
    await account.beSomebody();
    const refused = (errors: readonly UserError[]) => {
      const [error] = errors;
      if (!error) return null;
      if (error.code === 'UNAVAILABLE') throw new Error(error.message);
      return error.message;
    };
    if (!trial.sent.plan) {
      const { planTrial } = await tell(PlanTrialDocument, {
        input: {
          id,
          revision: globalId('Revision', plan.protocol.revisionId),
          title: plan.protocol.title,
          beatHash: plan.arms.beat,
          controlHash: plan.arms.control,
          masked: plan.masked,
          outcome: plan.outcome,
          periods: plan.periods,
          oneADay: plan.oneADay,
          timeZone: plan.timeZone,
          orderRule: plan.orderRule,
          smallestEffect: plan.smallestEffect,
          commitment: plan.commitment,
          plannedAt: plan.plannedAt,
          deviceId: device().id,
        },
      });
      const reason = refused(planTrial.userErrors);
      trial = await this.#change(id, (held) => ({
        ...held,
        refused: reason,
        sent: { ...held.sent, plan: reason === null },
      }));
      if (reason !== null) return;
    }
    for (const record of trial.records.slice(trial.sent.records)) {
      const { recordOutcome } = await tell(RecordOutcomeDocument, {
        input: { trial: globalId('Trial', id), ...record },
      });
      const [error] = recordOutcome.userErrors;
      // Another device recorded this period first: what the server has holds.
      if (error?.code === 'CONFLICT' && recordOutcome.trial) return this.#takeOver(recordOutcome.trial);
      const reason = refused(recordOutcome.userErrors);
      trial = await this.#change(id, (held) => ({
        ...held,
        refused: reason,
        sent: { ...held.sent, records: held.sent.records + (reason === null ? 1 : 0) },
      }));
      if (reason !== null) return;
    }
    if (trial.reveal && !trial.sent.reveal) {
      const { order, salt, at } = trial.reveal;
      const { revealTrial } = await tell(RevealTrialDocument, {
        input: { trial: globalId('Trial', id), order, salt, at },
      });
      if (revealTrial.trial) await this.#takeOver(revealTrial.trial);
      const reason = refused(revealTrial.userErrors);
      if (reason !== null) await this.#change(id, (held) => ({ ...held, refused: reason }));
    }
  }

  /** The server's trials: new ones are kept here, known ones get what other devices recorded. */
  async #fetch(): Promise<void> {
    const { viewer } = await ask(MyTrialsDocument, {});
    for (const trial of viewer?.trials.nodes ?? []) await this.#takeOver(trial);
  }

  /** What the server has of a trial holds here too. Records that it does not have yet stay behind it. */
  async #takeOver(theirs: TrialFieldsFragment): Promise<void> {
    const held = await this.find(theirs.uuid);
    const records = theirs.periods.map(({ __typename: _, ...record }) => record as PeriodRecord);
    const reveal = theirs.reveal ? withoutTypename(theirs.reveal) : null;
    if (!held) {
      const kept = await this.#adopt(theirs, records, reveal);
      if (kept) await this.#put(kept);
      return;
    }
    const mine = held.records.slice(records.length);
    const changed: LocalTrial = {
      ...held,
      records: reveal ? records : [...records, ...mine],
      reveal: reveal ?? held.reveal,
      begun: reveal || (held.begun && held.begun.period <= records.length) ? null : held.begun,
      shared: theirs.shared,
      sent: { plan: true, records: records.length, reveal: reveal !== null },
    };
    if (JSON.stringify(changed) !== JSON.stringify(held)) await this.#change(theirs.uuid, () => changed);
  }

  /** A trial that another device planned; null where its programs cannot be made here. */
  async #adopt(
    theirs: TrialFieldsFragment,
    records: PeriodRecord[],
    reveal: Reveal | null,
  ): Promise<LocalTrial | null> {
    const plan = theirs.plan as TrialPlan;
    const protocol = theirs.revision?.protocol;
    if (!protocol) return null;
    const program = await this.#programOf(theirs);
    if (!program) return null;
    await screening.ready;
    const arms = armsOf(permitted(program, screening.permission), plan.masked);
    if ((await hashOf(arms.BEAT)) !== plan.arms.beat || (await hashOf(arms.CONTROL)) !== plan.arms.control) return null;
    return {
      plan,
      planHash: theirs.planHash,
      protocol: { id: protocol.id, slug: protocol.slug, category: protocol.category },
      arms,
      sealed: null,
      atServer: theirs.sealedOn === null,
      records,
      begun: null,
      reveal,
      sent: { plan: true, records: records.length, reveal: reveal !== null },
      shared: theirs.shared,
      refused: null,
    };
  }

  /** The program of the revision that is tried; the protocol may have a newer one by now. */
  async #programOf({ id, revision }: TrialFieldsFragment): Promise<Program | null> {
    const builtIn = (await library().catch(() => [])).find(({ revisionId }) => revisionId === revision?.id);
    if (builtIn) return builtIn.program;
    const { trial } = await ask(TrialProgramDocument, { id });
    return (trial?.revision?.program as Program | undefined) ?? null;
  }

  async #held(id: string): Promise<LocalTrial> {
    const trial = await this.find(id);
    if (!trial) throw new Error(`There is no trial ${id} on this device.`);
    return trial;
  }

  async #put(trial: LocalTrial): Promise<void> {
    const transaction = (await store()).transaction('values', 'readwrite');
    const ids = ((await transaction.store.get(listName)) ?? []) as string[];
    if (!ids.includes(trial.plan.id)) await transaction.store.put([...ids, trial.plan.id], listName);
    await transaction.store.put(trial, nameOf(trial.plan.id));
    await transaction.done;
    this.dispatchEvent(new Event('change'));
  }

  /** Reads, changes and writes one trial in one transaction; tabs never overwrite each other. */
  async #change(id: string, change: (trial: LocalTrial) => LocalTrial): Promise<LocalTrial> {
    const transaction = (await store()).transaction('values', 'readwrite');
    const held = (await transaction.store.get(nameOf(id))) as LocalTrial | undefined;
    if (!held) throw new Error(`There is no trial ${id} on this device.`);
    const changed = change(held);
    await transaction.store.put(changed, nameOf(id));
    await transaction.done;
    this.dispatchEvent(new Event('change'));
    return changed;
  }
}

function withoutTypename<T extends { __typename?: unknown }>({ __typename: _, ...rest }: T): Omit<T, '__typename'> {
  return rest;
}

let keys: Promise<CryptoKeyPair> | undefined;

/** This device's keys for sealed orders. The private one cannot be read out, also not by this page. */
function deviceKeys(): Promise<CryptoKeyPair> {
  keys ??= (async () => {
    const held = await readValue<CryptoKeyPair>(keysName);
    if (held) return held;
    const made = await makeDeviceKeys();
    await writeValue(keysName, made);
    return made;
  })();
  return keys;
}

export const trials = new TrialBook();
