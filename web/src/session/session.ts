import { showOnLockScreen } from '../audio/media-session.ts';
import { Player } from '../audio/player.ts';
import { forSpeakers } from '../audio/tones.ts';
import { follow } from '../data/client.ts';
import { serverNow } from '../data/clock.ts';
import { device } from '../data/device.ts';
import { SessionChangedDocument, type SessionStateFragment } from '../data/generated/graphql.ts';
import { globalId, newUuid } from '../data/identifiers.ts';
import { preferences } from '../data/preferences.ts';
import { screening } from '../data/screening.ts';
import type { Phase, Program } from '../program/model.ts';
import { chapterAt, passAt, totalSeconds } from '../program/values.ts';
import { doseMeter } from './dose-meter.ts';
import { type Beat, beatHeard } from './heard.ts';
import {
  type EventKind,
  isOver,
  type LocalSession,
  type LogEvent,
  type Playable,
  type RatingValues,
  withEvent,
} from './log.ts';
import { outbox } from './outbox.ts';
import { Pace } from './pace.ts';
import { permitted } from './permission.ts';
import { positionOf } from './position.ts';
import { soundChoices } from './sound-choices.ts';

/**
 * `idle`: nothing chosen; `ready`: chosen, silent; `starting`: Play was pressed, no sound yet; `finished`: heard to the
 * end; `stopped`: ended before; `elsewhere`: another device took the sound over.
 */
export type PlayerState = 'idle' | 'ready' | 'starting' | 'playing' | 'paused' | 'finished' | 'stopped' | 'elsewhere';

/** The position is written down this often while playing, for the case that the page dies. Nothing audible hangs on it. */
const traceMilliseconds = 2_000;
const traceName = 'nes-playing';

/** The place of the sound is compared with the log's so often. */
const stepMilliseconds = 250;
/** After a take-over jumps are allowed for so many looks: looks, because a page that raises its light may stand still for long. */
const settleSteps = 48;

/** Seconds after a chapter's beginning in which "back" means the chapter before. */
const chapterTolerance = 3;

interface Trace {
  id: string;
  positionSeconds: number;
  at: number;
}

/**
 * The one session that this page plays: sound, log, safety and other devices meet here. Everything is written to this
 * device first; the server hears of it when it is there. Fires `change` when anything but the position changes.
 */
class PlayerSession extends EventTarget {
  readonly player = new Player();
  #state: PlayerState = 'idle';
  #protocol: Playable | null = null;
  #program: Program | null = null;
  #record: LocalSession | null = null;
  #fromSeconds = 0;
  readonly #muted = new Set<number>();
  readonly #soloed = new Set<number>();
  #scene = '';
  #clockOffset = 0;
  /** Where the sound was when it was last written down; a player that has stopped by itself is at its beginning again. */
  #lastHeard = 0;
  #writing: Promise<void> = Promise.resolve();
  #timers: ReturnType<typeof setInterval>[] = [];
  readonly #pace = new Pace(this);
  /** Moment of `performance.now` at which second 0 would be heard: where the log, and with it every other device, has the sound. */
  #origin = 0;
  #steps = 0;
  #stopFollowing: () => void = () => {};
  /** Takes the session off the lock screen; null while it is not there. */
  #leaveLockScreen: (() => void) | null = null;
  /** Version of the session of which this device heard last. */
  #version = 0;

  constructor() {
    super();
    this.player.addEventListener('ended', () => this.#end('COMPLETED', 'finished'));
    this.player.addEventListener('statechange', () => this.#heed());
    screening.addEventListener('change', () => this.#bind());
    soundChoices.addEventListener('change', () => this.#sound());
    this.player.addEventListener('devicelost', () => soundChoices.save({ outputDevice: '' }));
    doseMeter.follow(this.player);
    if (typeof window !== 'undefined') window.addEventListener('pagehide', () => this.#trace());
  }

  get state(): PlayerState {
    return this.#state;
  }

  get protocol(): Playable | null {
    return this.#protocol;
  }

  /** The program as it is heard, with the safety limits applied. */
  get program(): Program | null {
    return this.#program;
  }

  /** The log of the present or last session. */
  get record(): LocalSession | null {
    return this.#record;
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

  /** Chooses what is to be played. A session that runs is stopped first. */
  async open(protocol: Playable, fromSeconds = 0): Promise<void> {
    if (
      this.#protocol?.revisionId === protocol.revisionId &&
      this.#protocol?.program === protocol.program &&
      this.#protocol?.groupId === protocol.groupId &&
      this.#running
    )
      return;
    if (this.#running) this.stop();
    this.#protocol = protocol;
    this.#fromSeconds = fromSeconds;
    this.#record = null;
    await Promise.all([screening.ready, soundChoices.ready]);
    this.#program = this.#heardProgram(protocol);
    this.player.load(this.#program);
    this.#muted.clear();
    this.#soloed.clear();
    this.#sound();
    this.#become('ready');
  }

  /** Starts or goes on. Must be called from a click or key press: browsers allow sound only then. */
  async play(): Promise<void> {
    if (!this.#protocol || !this.#program || this.#state === 'playing' || this.#state === 'starting') return;
    if (!screening.value) throw new Error('The safety questions have not been answered.');
    this.player.setVolume(this.volume);
    if (this.#state === 'paused') {
      const at = this.positionSeconds();
      this.#become('starting');
      await this.player.play({ fromSeconds: at }).catch((error) => {
        this.#become('paused');
        throw error;
      });
      await this.#firstSound();
      if (this.#sounding) this.#log('RESUMED', this.positionSeconds());
      return;
    }
    this.#become('starting');
    const fromSeconds = this.#fromSeconds;
    const { riseSeconds } = soundChoices.value;
    await this.player.play({ fromSeconds, fadeSeconds: riseSeconds }).catch((error) => {
      this.#become('ready');
      throw error;
    });
    await this.#firstSound();
    // Paused or stopped before the first sound: there is nothing to write down.
    if (!this.#sounding) return;
    this.#clockOffset = serverNow() - Date.now();
    this.#record = {
      id: newUuid(),
      protocolId: this.#protocol.id,
      revisionId: this.#protocol.revisionId,
      ...(this.#protocol.groupId ? { groupId: this.#protocol.groupId } : {}),
      slug: this.#protocol.slug,
      title: this.#protocol.title,
      category: this.#protocol.category,
      durationSeconds: this.#program.durationSeconds,
      timeZone: preferences.timeZone,
      startedAt: this.#now(),
      endedAt: null,
      state: 'ACTIVE',
      volume: this.volume,
      scene: this.scene,
      playedSeconds: 0,
      events: [],
      rating: null,
      ratingSent: false,
      refused: null,
      unsent: 0,
    };
    this.#record = withEvent(
      this.#record,
      this.#event('STARTED', this.positionSeconds(), { volume: this.volume, scene: this.scene }),
    );
    const record = this.#record;
    this.#write(() => outbox.put(record));
    this.#goBy(this.positionSeconds());
    this.#attend(record);
    this.#trace();
    this.#changed();
  }

  pause(): void {
    if (!this.#sounding) return;
    if (!this.#record) {
      this.#become('ready');
      this.player.stop();
      return;
    }
    this.#pauseAt(this.positionSeconds());
    this.player.pause();
  }

  /** Goes to a second of the program, 0 to its end. */
  seek(seconds: number): void {
    if (!this.#program) return;
    const to = Math.max(0, Math.min(seconds, this.totalSeconds));
    if (!this.#running) {
      this.#fromSeconds = to;
      this.#changed();
      return;
    }
    this.player.seek(to);
    this.#log('SEEKED', to, {}, this.player.lagSeconds);
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
    if (this.#running) this.#log('VOLUME_CHANGED', this.positionSeconds(), { volume });
    this.#changed();
  }

  /** Voices that are silent, and those that alone are heard, by their place in the program. They hold for this program only. */
  get muted(): ReadonlySet<number> {
    return this.#muted;
  }

  get soloed(): ReadonlySet<number> {
    return this.#soloed;
  }

  setVoiceMuted(index: number, muted: boolean): void {
    if (muted) this.#muted.add(index);
    else this.#muted.delete(index);
    this.player.setVoiceMuted(index, muted);
    this.#changed();
  }

  /** While any voice is solo, only solo voices are heard. */
  setVoiceSolo(index: number, solo: boolean): void {
    if (solo) this.#soloed.add(index);
    else this.#soloed.delete(index);
    this.player.setVoiceSolo(index, solo);
    this.#changed();
  }

  setScene(scene: string): void {
    this.#scene = scene;
    preferences.save({ scene });
    if (this.#running) this.#log('SCENE_CHANGED', this.positionSeconds(), { scene });
    this.#changed();
  }

  /** Keeps the rating of the present or last session; a later one replaces it. */
  async rate(values: RatingValues): Promise<void> {
    await this.#writing;
    if (!this.#record) return;
    const { id, revisionId } = this.#record;
    this.#record = await outbox.change(id, (session) => ({
      ...session,
      rating: { ...session.rating, ...values },
      ratingSent: false,
      unsent: revisionId && !session.refused ? 1 : 0,
    }));
    this.#changed();
  }

  /** Second of the program that is heard at a moment of the page's clock. */
  positionSeconds(now: number = performance.now()): number {
    return this.#running ? this.player.heardSeconds(now) : this.#fromSeconds;
  }

  /** The beat that is heard at that moment: Hz, its phase from 0 to 1, and the level of its voice. Null without a beat. */
  beat(now: number = performance.now()): Beat | null {
    return this.#program && beatHeard(this.player, this.#program, now);
  }

  /** The chapter that is heard now, its number from 0, and the seconds that are left of it. */
  get phase(): { phase: Phase; index: number; leftSeconds: number } | null {
    return this.#program && chapterAt(this.#program, this.positionSeconds());
  }

  /**
   * Brings the log of a page that died to its end: paused where the sound was last known. Returns that session if it
   * is young enough (12 hours) to be gone on with; an older one is closed as stopped.
   */
  async recover(): Promise<LocalSession | null> {
    const trace = readTrace();
    if (!trace) return null;
    clearTrace();
    const at = new Date(trace.at).toISOString();
    const young = Date.now() - trace.at < 12 * 3600_000;
    try {
      return await outbox
        .change(trace.id, (session) => {
          if (isOver(session.state)) return session;
          const line = (kind: EventKind): LogEvent => ({
            id: newUuid(),
            kind,
            occurredAt: at,
            positionSeconds: trace.positionSeconds,
            sent: false,
          });
          const paused = session.state === 'PAUSED' ? session : withEvent(session, line('PAUSED'));
          return young ? paused : withEvent(paused, line('STOPPED'));
        })
        .then((session) => (isOver(session.state) ? null : session));
    } catch {
      return null;
    }
  }

  /** Takes up a recovered session again, paused where it was. */
  async takeUp(protocol: Playable, record: LocalSession): Promise<void> {
    await this.open(protocol, record.events.at(-1)?.positionSeconds ?? 0);
    this.#record = record;
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
    this.#clockOffset = serverNow() - Date.now();
    this.#become('starting');
    this.player.setVolume(present.volume);
    await this.player.prepare();
    await this.player.play({ fromSeconds: secondNow() });
    const positionSeconds = secondNow();
    this.#scene = present.scene;
    const taken: LogEvent = { ...this.#event('TAKEN_OVER', positionSeconds), sent: true };
    const record: LocalSession = {
      id: present.uuid,
      protocolId: protocol.id,
      revisionId: protocol.revisionId,
      slug: protocol.slug,
      title: protocol.title,
      category: protocol.category,
      durationSeconds: this.#program.durationSeconds,
      timeZone: preferences.timeZone,
      startedAt: present.startedAt,
      endedAt: null,
      state: present.state,
      volume: present.volume,
      scene: present.scene,
      playedSeconds: 0,
      events: [taken],
      rating: null,
      ratingSent: false,
      refused: null,
      unsent: 0,
    };
    this.#record = record;
    this.#write(() => outbox.put(record));
    if (present.state === 'PAUSED') this.#log('RESUMED', positionSeconds);
    this.#settle(secondNow());
    this.#attend(record);
  }

  /** Another device had a say: this second is to be heard now, and what is a little off then is brought to its place by jumps too. */
  #settle(seconds: number): void {
    this.player.seek(seconds, performance.now());
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
    clearTrace();
  }

  /** Sound that was lost, and a sound card's clock, would carry this device away from where others have it. A group keeps step by itself. */
  #step(): void {
    if (this.#state !== 'playing' || this.#protocol?.groupId) return;
    this.#pace.step((performance.now() - this.#origin) / 1000, this.#steps-- > 0);
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

  get #running(): boolean {
    return this.#sounding || this.#state === 'paused';
  }

  #become(state: PlayerState): void {
    this.#state = state;
    this.#lockScreen();
    this.#changed();
  }

  /** Is on the lock screen from the first sound to the end, and only then. */
  #lockScreen(): void {
    if (this.#running && this.#protocol) {
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
    if (this.#record?.state !== 'PAUSED') this.#log('PAUSED', positionSeconds);
  }

  /** What happens to the sound without this page's doing (a call comes in, the sleep timer ends) goes into the log too. */
  #heed(): void {
    switch (this.player.state) {
      case 'playing':
        if (this.#state === 'starting') this.#become('playing');
        else if (this.#state === 'paused') {
          this.#become('playing');
          this.#log('RESUMED', this.positionSeconds());
        }
        break;
      case 'paused':
      case 'interrupted':
        if (this.#sounding && this.#record) this.#pauseAt(this.positionSeconds());
        break;
      case 'stopped':
        if (this.#running && this.#record) this.#end('STOPPED', 'stopped', this.#lastHeard);
        break;
    }
    this.#changed();
  }

  /** The program as the listener's answers permit and their loudspeakers need it. */
  #heardProgram(protocol: Playable): Program {
    const { speakers } = soundChoices.value;
    return permitted(speakers ? forSpeakers(protocol.program, speakers) : protocol.program, screening.permission);
  }

  /** Gives the player what the listener chose, at once, also in mid-session. */
  #sound(): void {
    const { tone, reverb, wakeUpSeconds, endBellSeconds, outputDevice, delaySeconds } = soundChoices.value;
    const { player } = this;
    player.setTone(tone);
    player.setReverb(reverb);
    player.setWakeUp(wakeUpSeconds);
    player.setEndBell(endBellSeconds);
    player.setDelaySeconds(delaySeconds);
    player.setOutputDevice(outputDevice).catch((error: unknown) => {
      soundChoices.save({ outputDevice: player.outputDevice });
      this.dispatchEvent(new CustomEvent('failed', { detail: error }));
    });
    this.#bind();
  }

  /** New answers bind at once, also in mid-session. */
  #bind(): void {
    if (!this.#protocol) return;
    const program = this.#heardProgram(this.#protocol);
    if (JSON.stringify(program) === JSON.stringify(this.#program)) return;
    this.#program = program;
    this.player.updateProgram(program);
    this.#changed();
  }

  #end(kind: 'COMPLETED' | 'STOPPED', state: 'finished' | 'stopped', at = this.totalSeconds): void {
    this.#fromSeconds = 0;
    this.#become(state);
    this.#log(kind, at);
    this.#leave();
  }

  #now(inSeconds = 0): string {
    return new Date(Date.now() + this.#clockOffset + inSeconds * 1000).toISOString();
  }

  #event(
    kind: EventKind,
    positionSeconds: number,
    more: { volume?: number; scene?: string } = {},
    inSeconds = 0,
  ): LogEvent {
    return { id: newUuid(), kind, occurredAt: this.#now(inSeconds), positionSeconds, ...more, sent: false };
  }

  /** `inSeconds`: when it will be heard. */
  #log(kind: EventKind, positionSeconds: number, more: { volume?: number; scene?: string } = {}, inSeconds = 0): void {
    if (!this.#record) return;
    this.#append(this.#event(kind, positionSeconds, more, inSeconds));
    this.#goBy(positionSeconds - inSeconds);
    this.#trace();
  }

  #append(event: LogEvent): void {
    if (!this.#record) return;
    const { id } = this.#record;
    this.#record = withEvent(this.#record, event);
    this.#write(async () => {
      await outbox.change(id, (session) => withEvent(session, event));
    });
  }

  /** Lines are written one after the other, in the order in which they happened. */
  #write(work: () => Promise<void>): void {
    this.#writing = this.#writing.then(work).catch((error) => {
      this.dispatchEvent(new CustomEvent('failed', { detail: error }));
    });
  }

  #trace(): void {
    if (!this.#record || !this.#running) return;
    this.#lastHeard = this.positionSeconds();
    const trace: Trace = {
      id: this.#record.id,
      positionSeconds: this.#lastHeard,
      at: Date.now() + this.#clockOffset,
    };
    try {
      localStorage.setItem(traceName, JSON.stringify(trace));
    } catch {
      // Without storage a page that dies loses its last position, nothing else.
    }
  }

  /** Does what other devices of the person ask of this session. */
  #obey(id: string): void {
    this.#stopFollowing();
    this.#version = 0;
    this.#stopFollowing = follow(SessionChangedDocument, { id: globalId('Session', id) }, ({ sessionChanged }) => {
      const missed = this.#version > 0 && sessionChanged.version > this.#version + 1;
      this.#version = sessionChanged.version;
      const last = sessionChanged.events.nodes.at(-1);
      if (!last || last.deviceId === device().id || this.#record?.id !== id) return;
      if (this.#record.events.some((event) => event.id === last.id)) return;
      this.#follow(sessionChanged, last, missed);
    });
  }

  /** `missed`: other events came before `last` while nothing could be heard of them; what they left behind holds too. */
  #follow(present: SessionStateFragment, last: { id: string; kind: string }, missed: boolean): void {
    const kind = last.kind as EventKind;
    const heard = this.positionSeconds();
    this.#append({
      id: last.id,
      kind,
      occurredAt: this.#now(),
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
      this.#fromSeconds = 0;
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

function readTrace(): Trace | null {
  try {
    return JSON.parse(localStorage.getItem(traceName) ?? 'null') as Trace | null;
  } catch {
    return null;
  }
}

function clearTrace(): void {
  try {
    localStorage.removeItem(traceName);
  } catch {
    // As above.
  }
}

export const playerSession = new PlayerSession();
