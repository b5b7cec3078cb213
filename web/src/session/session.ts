import { newUuid } from '@nes/client/ids.ts';
import { placeByClock } from '@nes/program/clock.ts';
import type { Phase, Program } from '@nes/program/model.ts';
import { chapterAt, passAt, totalSeconds } from '@nes/program/values.ts';
import { showOnLockScreen } from '../audio/media-session.ts';
import { Player } from '../audio/player.ts';
import { clockKnown } from '../data/clock.ts';
import { device } from '../data/device.ts';
import type { SessionStateFragment } from '../data/generated/session.ts';
import { preferences } from '../data/preferences.ts';
import { screening } from '../data/screening.ts';
import { doseMeter } from './dose-meter.ts';
import { type Beat, beatHeard } from './heard.ts';
import { type EventKind, type LocalSession, newRecord, type Playable, type RatingValues, withEvent } from './log.ts';
import { applyChoices, Mix } from './mix.ts';
import { hearOthers, type Said } from './other-devices.ts';
import { Pace } from './pace.ts';
import { positionOf } from './position.ts';
import { SessionLog } from './session-log.ts';
import { soundChoices } from './sound-choices.ts';

/**
 * `idle`: nothing chosen; `ready`: chosen, silent; `starting`: Play was pressed, no sound yet; `finished`: heard to the
 * end; `stopped`: ended before; `elsewhere`: another device took the sound over.
 */
export type PlayerState = 'idle' | 'ready' | 'starting' | 'playing' | 'paused' | 'finished' | 'stopped' | 'elsewhere';

/** The position is written down this often while playing, for the case that the page dies. Nothing audible hangs on it. */
const traceMilliseconds = 2_000;

/** The place of the sound is compared with the log's so often. */
const stepMilliseconds = 250;
/** After a take-over jumps are allowed for so many looks: looks, because a page that raises its light may stand still for long. */
const settleSteps = 48;

/** A session stopped before this second is begun anew, not gone on with. */
const carryOnFromSeconds = 5;

/** Seconds after a chapter's beginning in which "back" means the chapter before. */
const chapterTolerance = 3;
/** By the clock, a place that is off by more is gone to; less is worked off by speed. */
const farFromClockSeconds = 1;

/**
 * The one session that this page plays: sound, log, safety and other devices meet here. Everything is written to this
 * device first; the server hears of it when it is there. Fires `change` when anything but the position changes.
 */
class PlayerSession extends EventTarget {
  readonly player = new Player();
  #state: PlayerState = 'idle';
  #protocol: Playable | null = null;
  #program: Program | null = null;
  /** What the player has: with the listener's levels, and in a queue all of it. */
  #sounds: Program | null = null;
  #fromSeconds = 0;
  /** Keeps the program at its place of the present time of day. */
  #byClock = false;
  readonly #mix = new Mix();
  #scene = '';
  readonly #failed = (error: unknown): void => {
    this.dispatchEvent(new CustomEvent('failed', { detail: error }));
  };
  readonly #log = new SessionLog(this.#failed);
  #timers: ReturnType<typeof setInterval>[] = [];
  readonly #pace = new Pace(this);
  /** Moment of `performance.now` at which second 0 would be heard: where the log, and with it every other device, has the sound. */
  #origin = 0;
  #steps = 0;
  #stopFollowing: () => void = () => {};
  /** Takes the session off the lock screen; null while it is not there. */
  #leaveLockScreen: (() => void) | null = null;

  constructor() {
    super();
    this.player.addEventListener('ended', () => this.#end('COMPLETED', 'finished'));
    this.player.addEventListener('statechange', () => this.#heed());
    screening.addEventListener('change', () => this.#bind());
    soundChoices.addEventListener('change', () => this.#sound());
    this.player.addEventListener('devicelost', () => soundChoices.save({ outputDevice: '' }));
    doseMeter.follow(this.player);
    if (typeof window !== 'undefined') window.addEventListener('pagehide', () => this.#trace(true));
  }

  get state(): PlayerState {
    return this.#state;
  }

  get protocol(): Playable | null {
    return this.#protocol;
  }

  /** The program with the safety limits applied. It is what is heard, but in a blinded trial, which shows the protocol whatever sounds. */
  get program(): Program | null {
    return this.#program;
  }

  /** The log of the present or last session. */
  get record(): LocalSession | null {
    return this.#log.record;
  }

  get volume(): number {
    return preferences.value.volume;
  }

  get scene(): string {
    return this.#scene || preferences.value.scene;
  }

  /** Whole length with its loops in seconds; Infinity for an endless program. */
  get totalSeconds(): number {
    return this.#program ? totalSeconds(this.#program) : 0;
  }

  /**
   * Chooses what is to be played. A session that runs is stopped first.
   * @param from second to begin at, or CLOCK: at the place of the present time of day, and in step with it from then on
   */
  async open(protocol: Playable, from: number | 'CLOCK' = 0): Promise<void> {
    if (
      !protocol.queue &&
      this.#protocol?.revisionId === protocol.revisionId &&
      this.#protocol?.program === protocol.program &&
      this.#protocol?.groupId === protocol.groupId &&
      this.#running
    )
      return;
    if (this.#running) this.stop();
    this.#protocol = protocol;
    this.#byClock = from === 'CLOCK';
    this.#fromSeconds = from === 'CLOCK' ? 0 : from;
    this.#log.record = null;
    await Promise.all([screening.ready, soundChoices.ready]);
    this.#program = this.#mix.permitted(protocol.program);
    this.#mix.clear();
    this.#sounds = this.#soundsOf(protocol);
    this.player.load(this.#sounds);
    this.#sound();
    this.#become('ready');
  }

  /** Second at which Play goes on after a session that was ended before its end; null where there is nothing to go on with. */
  get carryOnSeconds(): number | null {
    const worthwhile = this.#fromSeconds >= carryOnFromSeconds && this.#fromSeconds < this.totalSeconds;
    return this.#state === 'stopped' && worthwhile ? this.#fromSeconds : null;
  }

  /** Starts, or goes on: after a pause in the same session, after a stop in a new one from there. Must be called from a click or key press: browsers allow sound only then. */
  async play(): Promise<void> {
    if (!this.#protocol || !this.#program || this.#state === 'playing' || this.#state === 'starting') return;
    if (!screening.value) throw new Error('The safety questions have not been answered.');
    this.player.setVolume(this.volume);
    if (this.#state === 'paused') {
      const at = this.#clockPlace() ?? this.positionSeconds();
      this.#become('starting');
      await this.player.play({ fromSeconds: at + this.#before }).catch((error) => {
        this.#become('paused');
        throw error;
      });
      await this.#firstSound();
      if (this.#sounding) this.#write('RESUMED', this.positionSeconds());
      return;
    }
    // What is begun now is not the session before: until its first sound there is nothing to write down.
    this.#log.record = null;
    this.#become('starting');
    this.#fromSeconds = this.#clockPlace() ?? this.#fromSeconds;
    const fromSeconds = this.#fromSeconds;
    const { riseSeconds } = soundChoices.value;
    await this.player.play({ fromSeconds: fromSeconds + this.#before, fadeSeconds: riseSeconds }).catch((error) => {
      this.#become('ready');
      throw error;
    });
    await this.#firstSound();
    // Paused or stopped before the first sound: there is nothing to write down.
    if (this.#sounding) this.#begin(this.#protocol, this.#program);
  }

  /** Begins to write down what sounds now. */
  #begin(protocol: Playable, program: Program): void {
    this.#log.setClock();
    const record = withEvent(
      newRecord(protocol, program.durationSeconds, {
        id: newUuid(),
        timeZone: preferences.timeZone,
        startedAt: this.#log.now(),
        volume: this.volume,
        scene: this.scene,
        ...(clockKnown() ? {} : { clockOffset: null }),
        ...(this.#byClock ? { byClock: true } : {}),
      }),
      this.#log.event('STARTED', this.positionSeconds(), { volume: this.volume, scene: this.scene }),
    );
    this.#log.begin(record);
    this.#goBy(this.positionSeconds());
    this.#attend(record);
    this.#trace();
    this.#changed();
  }

  /** What sounds is from now on one of several; it goes on at its place. */
  join(queue: NonNullable<Playable['queue']>): void {
    if (!this.#protocol) return;
    this.#protocol = { ...this.#protocol, queue };
    this.#bind();
  }

  /** A queue has come to its next: the sound goes on, and is another session from here. @param whole the one before was heard to its end */
  succeed(next: Playable, whole: boolean): void {
    this.#write(whole ? 'COMPLETED' : 'STOPPED', Math.min(this.positionSeconds(), this.totalSeconds));
    this.#leave();
    this.#leaveLockScreen?.();
    this.#leaveLockScreen = null;
    this.#protocol = next;
    this.#program = this.#mix.permitted(next.program);
    this.#mix.clear();
    this.#bind();
    this.#begin(next, this.#program);
    this.#lockScreen();
  }

  pause(): void {
    if (!this.#sounding) return;
    if (!this.record) {
      this.#become('ready');
      this.player.stop();
      return;
    }
    this.#pauseAt(this.positionSeconds());
    this.player.pause();
  }

  /** Whether the program is kept at its place of the present time of day. */
  get byClock(): boolean {
    return this.#byClock;
  }

  /** Second of the program that the time of day asks for; null where it is not played by the clock, or has no such time. */
  #clockPlace(): number | null {
    if (!this.#byClock || !this.#program) return null;
    return placeByClock(this.#program, Date.now(), preferences.timeZone, this.positionSeconds());
  }

  /** Goes to a second of the program, 0 to its end; by the clock no longer. */
  seek(seconds: number): void {
    this.#byClock = false;
    if (this.record?.byClock) this.#log.change((session) => ({ ...session, byClock: false }));
    this.#seekTo(seconds);
  }

  #seekTo(seconds: number): void {
    if (!this.#program) return;
    const to = Math.max(0, Math.min(seconds, this.totalSeconds));
    if (!this.#running) {
      this.#fromSeconds = to;
      this.#changed();
      return;
    }
    this.player.seek(to + this.#before);
    this.#write('SEEKED', to, {}, this.player.lagSeconds);
    this.#changed();
  }

  /** Goes to the beginning of the next chapter, or back: to that of this one, or just after it of the one before. */
  chapter(by: 1 | -1): void {
    const program = this.#program;
    const here = this.phase;
    if (!program || !here) return;
    const at = this.positionSeconds();
    const end = at + here.leftSeconds;
    const start = end - here.phase.durationSeconds;
    const before = program.phases[here.index - 1]?.durationSeconds ?? 0;
    const passStart = passAt(program, at).pass * program.durationSeconds;
    const back = at - start > chapterTolerance ? start : start - before;
    this.seek(by === 1 ? end : Math.max(passStart, back));
  }

  stop(): void {
    if (!this.#running) return;
    this.#end('STOPPED', 'stopped', this.positionSeconds());
    this.player.stop();
  }

  /** Silent within 20 ms, dark within a frame. */
  emergencyStop(): void {
    const at = this.positionSeconds();
    const running = this.#running;
    this.#state = running ? 'stopped' : this.#state;
    this.player.emergencyStop();
    this.dispatchEvent(new Event('blank'));
    if (running) this.#end('STOPPED', 'stopped', at);
  }

  /** Volume from 0 to 1; kept as the listener's preference. */
  setVolume(volume: number): void {
    this.player.setVolume(volume);
    preferences.save({ volume });
    if (this.#running) this.#write('VOLUME_CHANGED', this.positionSeconds(), { volume });
    this.#changed();
  }

  /** Voices that are silent, and those that alone are heard, by their place in the program. They hold for this program only. */
  get muted(): ReadonlySet<number> {
    return this.#mix.muted;
  }

  get soloed(): ReadonlySet<number> {
    return this.#mix.soloed;
  }

  setVoiceMuted(index: number, muted: boolean): void {
    if (muted) this.#mix.muted.add(index);
    else this.#mix.muted.delete(index);
    this.#bind();
  }

  /** While any voice is solo, only solo voices are heard. */
  setVoiceSolo(index: number, solo: boolean): void {
    if (solo) this.#mix.soloed.add(index);
    else this.#mix.soloed.delete(index);
    this.#bind();
  }

  setScene(scene: string): void {
    this.#scene = scene;
    preferences.save({ scene });
    if (this.#running) this.#write('SCENE_CHANGED', this.positionSeconds(), { scene });
    this.#changed();
  }

  /** Keeps the rating of the present or last session; a later one replaces it. */
  rate(values: RatingValues): void {
    this.#log.change((session) => ({
      ...session,
      rating: { ...session.rating, ...values },
      ratingSent: false,
      unsent: session.revisionId && !session.refused ? 1 : 0,
    }));
    this.#changed();
  }

  /** Second of the program that is heard at a moment of the page's clock. */
  positionSeconds(now: number = performance.now()): number {
    const seconds = this.#running ? this.player.heardSeconds(now) - this.#before : this.#fromSeconds;
    return Math.max(0, Math.min(this.totalSeconds, seconds));
  }

  /** The beat that is heard at that moment: Hz, its phase from 0 to 1, and the level of its voice. Null without a beat. */
  beat(now: number = performance.now()): Beat | null {
    return this.#program && beatHeard(this.#program, this.positionSeconds(now));
  }

  /** The chapter that is heard now, its number from 0, and the seconds that are left of it. */
  get phase(): { phase: Phase; index: number; leftSeconds: number } | null {
    return this.#program && chapterAt(this.#program, this.positionSeconds());
  }

  /** Takes up a recovered session again, paused where it was. */
  async takeUp(protocol: Playable, record: LocalSession): Promise<void> {
    await this.open(protocol, record.events.at(-1)?.positionSeconds ?? 0);
    this.#byClock = record.byClock === true;
    this.#log.record = record;
    this.#log.setClock(record.clockOffset === undefined);
    await this.player.seek(this.#fromSeconds);
    this.#attend(record);
    this.#become('paused');
  }

  /**
   * Goes on here with a session that sounded on another device, with the beat where it would be there. `secondNow` tells
   * the second that should be heard now.
   */
  async adopt(protocol: Playable, present: SessionStateFragment, secondNow: () => number): Promise<void> {
    await this.open(protocol, secondNow());
    if (!this.#program) return;
    this.#log.setClock();
    this.#become('starting');
    this.player.setVolume(present.volume);
    await this.player.prepare();
    await this.player.play({ fromSeconds: secondNow() });
    const positionSeconds = secondNow();
    this.#scene = present.scene;
    const record = newRecord(protocol, this.#program.durationSeconds, {
      id: present.uuid,
      timeZone: preferences.timeZone,
      startedAt: present.startedAt,
      state: present.state,
      volume: present.volume,
      scene: present.scene,
      events: [{ ...this.#log.event('TAKEN_OVER', positionSeconds), sent: true }],
    });
    this.#log.begin(record);
    if (present.state === 'PAUSED') this.#write('RESUMED', positionSeconds);
    this.#settle(secondNow());
    this.#attend(record);
  }

  /** Another device had a say: this second is to be heard now, and what is a little off then is brought to its place by jumps too. */
  #settle(seconds: number): void {
    this.player.seek(seconds + this.#before, performance.now());
    this.#goBy(seconds);
    this.#steps = settleSteps;
    this.#pace.begun();
  }

  /** The log has this second at this moment. */
  #goBy(seconds: number): void {
    this.#origin = performance.now() - seconds * 1000;
    this.#steps = 0;
  }

  /** From here on until `#leave` the session is written down, kept in step with its log, and does what other devices ask. */
  #attend(record: LocalSession): void {
    this.#log.hold(record.id);
    this.#timers = [
      setInterval(() => this.#trace(), traceMilliseconds),
      setInterval(() => this.#step(), stepMilliseconds),
    ];
    if (record.revisionId) this.#obey(record.id);
  }

  #leave(): void {
    for (const timer of this.#timers) clearInterval(timer);
    this.#stopFollowing();
    this.player.setRate(1);
    this.#log.release();
  }

  /**
   * Right after a start or a seek the sound is brought to where the log has it. From then on it is left alone: one listener
   * hears it at its own speed, and sound that was lost is not made up. A group keeps step by itself.
   */
  #step(): void {
    // So do the parts of a queue, which one listener hears alone.
    if (this.#state !== 'playing' || this.#protocol?.groupId || this.#protocol?.queue) return;
    const due = this.#clockPlace();
    if (due !== null) {
      // Summer time begins or ends, or the machine slept.
      if (Math.abs(due - this.positionSeconds()) > farFromClockSeconds) this.#seekTo(due);
      else this.#pace.step(due);
      return;
    }
    if (this.#steps-- <= 0) return;
    this.#pace.step((performance.now() - this.#origin) / 1000);
    this.player.setRate(1);
  }

  /**
   * Resolves when the sound moves on, from where it was told to begin or from where a seek sent it meanwhile, so that what is
   * written down is heard at that time: other devices compute by it where the program is. After a second at the latest, for
   * sound that is held up.
   */
  async #firstSound(): Promise<void> {
    let last = this.positionSeconds();
    for (const end = performance.now() + 1_000; performance.now() < end && this.#sounding; ) {
      await new Promise((next) => setTimeout(next, 20));
      const heard = this.positionSeconds();
      if (heard > last && heard < last + 0.2) return;
      last = heard;
    }
  }

  get #sounding(): boolean {
    return this.#state === 'playing' || this.#state === 'starting';
  }

  /** Second of the player's program at which this protocol begins: not 0 in a queue. */
  get #before(): number {
    return this.#protocol?.queue?.startSeconds ?? 0;
  }

  get #running(): boolean {
    return this.#sounding || this.#state === 'paused';
  }

  #become(state: PlayerState): void {
    this.#state = state;
    this.#lockScreen();
    this.#changed();
  }

  /**
   * Is on the lock screen from the first sound to the end. After a stop in the middle (a key, the sleep timer) it stays, so that Play
   * there and on a headset goes on.
   */
  #lockScreen(): void {
    if ((this.#running || this.carryOnSeconds !== null) && this.#protocol) {
      this.#leaveLockScreen ??= showOnLockScreen(this, {
        title: this.#protocol.title,
        artist: 'Neural Entrainment System',
        artwork: new URL(`${import.meta.env.BASE_URL}icon-512.png`, location.href).href,
      });
    } else {
      this.#leaveLockScreen?.();
      this.#leaveLockScreen = null;
    }
  }

  #changed(): void {
    this.dispatchEvent(new Event('change'));
  }

  #pauseAt(positionSeconds: number): void {
    this.#become('paused');
    // Paused again before anything was heard: the log says so already.
    if (this.record?.state !== 'PAUSED') this.#write('PAUSED', positionSeconds);
  }

  /** What happens to the sound without this page's doing (a call comes in, the sleep timer ends) goes into the log too. */
  #heed(): void {
    switch (this.player.state) {
      case 'playing':
        if (this.#state === 'starting') this.#become('playing');
        else if (this.#state === 'paused') {
          this.#become('playing');
          this.#write('RESUMED', this.positionSeconds());
        }
        break;
      case 'paused':
      case 'interrupted':
        if (this.#sounding && this.record) this.#pauseAt(this.positionSeconds());
        break;
      case 'stopped':
        if (this.#running && this.record) this.#end('STOPPED', 'stopped', this.#log.lastHeard);
        break;
    }
    this.#changed();
  }

  /** A protocol as it sounds on this device, with the levels that were chosen for its voices. What a trial compares stays as it is. */
  sounding(protocol: Playable): Program {
    return this.#mix.sounding(protocol, protocol.program === this.#protocol?.program);
  }

  #soundsOf(protocol: Playable): Program {
    return protocol.queue?.sounds() ?? this.sounding(protocol);
  }

  /** Gives the player what the listener chose, at once, also in mid-session. */
  #sound(): void {
    applyChoices(this.player, this.#failed);
    this.#bind();
  }

  /** New answers and new levels bind at once, also in mid-session. */
  #bind(): void {
    if (!this.#protocol) return;
    const sounds = this.#soundsOf(this.#protocol);
    if (JSON.stringify(sounds) !== JSON.stringify(this.#sounds)) {
      this.#program = this.#mix.permitted(this.#protocol.program);
      this.#sounds = sounds;
      this.player.updateProgram(sounds);
    }
    this.#changed();
  }

  #end(kind: 'COMPLETED' | 'STOPPED', state: 'finished' | 'stopped', at = this.totalSeconds): void {
    this.#fromSeconds = state === 'stopped' ? at : 0;
    this.#become(state);
    this.#write(kind, at);
    this.#leave();
  }

  /** `inSeconds`: when it will be heard. */
  #write(
    kind: EventKind,
    positionSeconds: number,
    more: { volume?: number; scene?: string } = {},
    inSeconds = 0,
  ): void {
    if (!this.record) return;
    this.#log.append(this.#log.event(kind, positionSeconds, more, inSeconds));
    this.#goBy(positionSeconds - inSeconds);
    this.#trace();
  }

  /** `left`: the page goes. */
  #trace(left = false): void {
    if (this.#running) this.#log.trace(this.positionSeconds(), left);
  }

  /** Does what other devices of the person ask of this session. */
  #obey(id: string): void {
    this.#stopFollowing();
    this.#stopFollowing = hearOthers(id, (present, last, missed) => {
      if (this.record?.id !== id || this.record.events.some((event) => event.id === last.id)) return;
      this.#follow(present, last, missed);
    });
  }

  /** `missed`: other events came before `last` while nothing could be heard of them; what they left behind holds too. */
  #follow(present: SessionStateFragment, last: Said, missed: boolean): void {
    const kind = last.kind as EventKind;
    const heard = this.positionSeconds();
    this.#log.append({
      id: last.id,
      kind,
      occurredAt: this.#log.now(),
      positionSeconds: kind === 'SEEKED' ? present.positionSeconds : heard,
      sent: true,
    });
    if (kind === 'TAKEN_OVER' && present.playerDevice.id !== device().id) {
      this.#leave();
      this.#become('elsewhere');
      this.player.stop();
      return;
    }
    if (present.state === 'STOPPED' || present.state === 'COMPLETED' || present.state === 'EXPIRED') {
      this.#leave();
      this.#fromSeconds = present.state === 'COMPLETED' ? 0 : heard;
      this.#become('stopped');
      this.player.stop();
      return;
    }
    // The place is where it would be had the word come at once: so it is told to other devices.
    if (kind === 'SEEKED') this.#settle(positionOf(present));
    if (present.state === 'PAUSED' && this.#sounding) {
      this.#become('paused');
      this.player.pause();
    } else if (present.state === 'ACTIVE' && this.#state === 'paused') {
      this.#become('starting');
      this.player
        .play({ fromSeconds: positionOf(present) })
        .then(() => this.#settle(positionOf(present)))
        .catch(() => this.#become('paused'));
    }
    if (kind === 'VOLUME_CHANGED' || (missed && present.volume !== this.volume)) {
      this.player.setVolume(present.volume);
      preferences.save({ volume: present.volume });
    }
    if (kind === 'SCENE_CHANGED' || (missed && present.scene !== this.scene)) {
      this.#scene = present.scene;
      preferences.save({ scene: present.scene });
    }
    this.#changed();
  }
}

export const playerSession = new PlayerSession();
