import { newUuid } from '@nes/client/ids.ts';
import { serverNow } from '../data/clock.ts';
import { isRefusal } from '../data/store.ts';
import { type EventKind, type LocalSession, type LogEvent, withEvent } from './log.ts';
import { outbox } from './outbox.ts';
import { clearTrace, hold, writeTrace } from './playing.ts';

/** Writes down the session that this page plays: line by line, and where it was last heard, for the case that the page dies. */
export class SessionLog {
  record: LocalSession | null = null;
  /** Second at which the sound was when it was last written down; a player that has stopped by itself is at its beginning again. */
  lastHeard = 0;
  readonly #failed: (error: unknown) => void;
  #clockOffset = 0;
  #writing: Promise<void> = Promise.resolve();
  /** The browser did not keep what was last written, so that the record as a whole is what comes next. */
  #unkept = false;
  /** Says to the browser's other pages that this one no longer plays the session. */
  #giveUp: () => void = () => {};

  /** @param failed hears of a line that could not be written though the browser's storage works */
  constructor(failed: (error: unknown) => void) {
    this.#failed = failed;
  }

  /** From here on times are by the server's clock, as far as it is known; or by the device's. */
  setClock(byServer = true): void {
    this.#clockOffset = byServer ? serverNow() - Date.now() : 0;
  }

  now(inSeconds = 0): string {
    return new Date(Date.now() + this.#clockOffset + inSeconds * 1000).toISOString();
  }

  /** A line that is written with `append`. `inSeconds`: when it will be heard. */
  event(
    kind: EventKind,
    positionSeconds: number,
    more: { volume?: number; scene?: string } = {},
    inSeconds = 0,
  ): LogEvent {
    return { id: newUuid(), kind, occurredAt: this.now(inSeconds), positionSeconds, ...more, sent: false };
  }

  /** Begins a record that is not on this device yet. */
  begin(record: LocalSession): void {
    this.record = record;
    this.#write(() => outbox.put(record));
  }

  append(event: LogEvent): void {
    this.change((session) => withEvent(session, event));
  }

  /** Changes the record on this page and in the browser's database. */
  change(change: (session: LocalSession) => LocalSession): void {
    if (!this.record) return;
    const changed = change(this.record);
    this.record = changed;
    this.#write(() => (this.#unkept ? outbox.put(changed) : outbox.change(changed.id, change)));
  }

  /** This page plays the session, until `release` or its end. */
  hold(id: string): void {
    this.#giveUp();
    this.#giveUp = hold(id);
  }

  release(): void {
    if (this.record) clearTrace(this.record.id);
    this.#giveUp();
    this.#giveUp = () => {};
  }

  /** `left`: the page goes. */
  trace(positionSeconds: number, left = false): void {
    if (!this.record) return;
    this.lastHeard = positionSeconds;
    writeTrace({ id: this.record.id, positionSeconds, at: Date.now() + this.#clockOffset, left });
  }

  /** Lines are written one after the other, in the order in which they happened. */
  #write(work: () => Promise<unknown>): void {
    this.#writing = this.#writing.then(work).then(
      () => {
        this.#unkept = false;
      },
      (error) => {
        // Without storage the sound goes on, and `connection` has it that nothing is kept.
        this.#unkept = isRefusal(error);
        if (!this.#unkept) this.#failed(error);
      },
    );
  }
}
