import { totalSeconds } from '@nes/program/values.ts';
import { type Joined, joinPrograms, type Lead, type Seam } from '../audio/join.ts';
import { withTone } from '../audio/tones.ts';
import type { Playable } from './log.ts';
import { playerSession } from './session.ts';
import { soundChoices } from './sound-choices.ts';

/** One of a queue, and for how long it sounds; null is its own length. */
export interface Queued {
  protocol: Playable;
  seconds: number | null;
}

export interface QueueOptions extends Seam {
  /** After the last comes the first again. */
  repeat: boolean;
  shuffle: boolean;
}

const plain: QueueOptions = { crossFadeSeconds: 0, gapSeconds: 0, repeat: false, shuffle: false };

/** How often is looked which of the queue sounds. Nothing audible hangs on it. */
const lookMilliseconds = 250;

/** The sound begins in silence so long before a set time; what a start takes is over then. */
const leadSeconds = 1.5;

const noLead: Lead = { silenceSeconds: 0, riseSeconds: 0 };

export function shuffled<T>(all: readonly T[], random: () => number = Math.random): T[] {
  const rest = [...all];
  const drawn: T[] = [];
  while (rest.length > 0) drawn.push(...rest.splice(Math.floor(random() * rest.length), 1));
  return drawn;
}

/**
 * What is played one after the other. All of it is one program to the player, so that every seam is exact on the audio
 * thread; here is only looked which of them sounds, and each becomes a session of its own. Fires `change`.
 */
class Queue extends EventTarget {
  #all: readonly Queued[] = [];
  #entries: readonly Queued[] = [];
  #at = 0;
  #options = plain;
  #joined: Joined = joinPrograms([], plain);
  #lead = noLead;
  #timer: ReturnType<typeof setInterval> | undefined;

  constructor() {
    super();
    playerSession.addEventListener('change', () => this.#heed());
  }

  /** Everything in order, what was heard included; empty where nothing but one protocol plays. */
  get entries(): readonly Queued[] {
    return this.active ? this.#entries : [];
  }

  /** Which of them sounds. */
  get at(): number {
    return this.#at;
  }

  get options(): Readonly<QueueOptions> {
    return this.#options;
  }

  get active(): boolean {
    return playerSession.protocol?.queue !== undefined;
  }

  /** Seconds until all of it was heard; Infinity where it repeats. */
  get leftSeconds(): number {
    if (this.#options.repeat) return Number.POSITIVE_INFINITY;
    return Math.max(0, this.#joined.program.durationSeconds - playerSession.player.heardSeconds());
  }

  /** Makes a queue ready to be played by `playerSession.play()`. */
  async open(entries: readonly Queued[], options: Partial<QueueOptions> = {}, lead = noLead): Promise<void> {
    this.#lead = lead;
    this.#options = { ...plain, ...options };
    this.#all = entries;
    this.#entries = this.#options.shuffle ? shuffled(entries) : entries;
    this.#at = 0;
    const first = this.#entries[0];
    if (!first) return;
    await soundChoices.ready;
    await playerSession.open(this.#playable(0), -lead.silenceSeconds);
    this.#watch();
    this.dispatchEvent(new Event('change'));
  }

  /**
   * Begins now, in silence, so that the first sound is in the ear at a moment of `Date.now` that is about a second away; where it
   * has passed, at once. The page must have been touched.
   */
  async startAt(moment: number, entries: readonly Queued[], options: Partial<QueueOptions> = {}): Promise<void> {
    const { riseSeconds } = soundChoices.value;
    await this.open(entries, options, { silenceSeconds: leadSeconds, riseSeconds });
    await playerSession.player.prepare();
    await playerSession.play();
    const late = (Date.now() - moment) / 1000;
    // Put right once, to the frame; what should be over by now is not skipped.
    if (late < 0) playerSession.player.seek(leadSeconds + late, performance.now());
  }

  playNext(entry: Queued): void {
    this.#edit([...this.#past(), entry, ...this.#coming()], [entry]);
  }

  playLater(entry: Queued): void {
    this.#edit([...this.#past(), ...this.#coming(), entry], [entry]);
  }

  /** @param index of one that is to come */
  remove(index: number): void {
    if (index > this.#at) this.#edit(this.#entries.filter((_, other) => other !== index));
  }

  /** Exchanges one that is to come with its neighbour. */
  move(index: number, by: 1 | -1): void {
    const other = index + by;
    const [a, b] = [this.#entries[index], this.#entries[other]];
    if (!a || !b || Math.min(index, other) <= this.#at) return;
    this.#edit(this.#entries.map((entry, place) => (place === index ? b : place === other ? a : entry)));
  }

  /** Goes to another of the queue. Must be called from a click or key press. */
  async go(index: number): Promise<void> {
    if (!this.active || !this.#entries[index]) return;
    this.#at = index;
    await playerSession.open(this.#playable(index));
    this.dispatchEvent(new Event('change'));
    await playerSession.play();
  }

  #past(): readonly Queued[] {
    const { protocol } = playerSession;
    if (this.active || !protocol) return this.#entries.slice(0, this.#at + 1);
    // One protocol that plays by itself becomes the first of a queue.
    this.#at = 0;
    this.#options = plain;
    this.#lead = noLead;
    this.#all = [{ protocol, seconds: null }];
    return this.#all;
  }

  #coming(): readonly Queued[] {
    return this.active ? this.#entries.slice(this.#at + 1) : [];
  }

  #edit(entries: readonly Queued[], added: readonly Queued[] = []): void {
    this.#entries = entries;
    if (added.length > 0) this.#all = [...this.#all, ...added];
    const { queue } = this.#playable(this.#at);
    if (queue) playerSession.join(queue);
    this.#watch();
    this.dispatchEvent(new Event('change'));
  }

  #playable(index: number): Playable {
    const { protocol } = this.#entries[index] as Queued;
    this.#join();
    return { ...protocol, queue: { sounds: () => this.#join(), startSeconds: this.#joined.starts[index] ?? 0 } };
  }

  /** All of the queue as it sounds with today's answers, levels and tone. */
  #join() {
    const { tone, reverb, endBellSeconds } = soundChoices.value;
    if (this.#options.repeat && this.#at >= this.#entries.length - 1)
      this.#entries = [...this.#entries, ...(this.#options.shuffle ? shuffled(this.#all) : this.#all)];
    const items = this.#entries.map(({ protocol, seconds }) => {
      const program = playerSession.sounding(protocol);
      return { program: tone ? withTone(program, tone) : program, seconds };
    });
    this.#joined = joinPrograms(items, this.#options, { reverb, endBellSeconds }, this.#lead);
    return this.#joined.program;
  }

  #watch(): void {
    clearInterval(this.#timer);
    this.#timer = setInterval(() => this.#look(), lookMilliseconds);
  }

  #look(): void {
    if (!this.active) return;
    if (playerSession.state !== 'playing' && playerSession.state !== 'paused') return;
    const heard = playerSession.player.heardSeconds();
    const next = this.#joined.starts[this.#at + 1];
    if (next !== undefined && heard >= next) this.#succeed();
  }

  #succeed(): void {
    const before = this.#entries[this.#at];
    this.#at++;
    playerSession.succeed(this.#playable(this.#at), before !== undefined && heardWhole(before));
    this.dispatchEvent(new Event('change'));
  }

  #heed(): void {
    if (!this.active) clearInterval(this.#timer);
  }
}

const heardWhole = ({ protocol, seconds }: Queued): boolean =>
  seconds === null || seconds >= totalSeconds(protocol.program);

export const queue = new Queue();
