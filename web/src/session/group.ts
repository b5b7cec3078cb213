import { newUuid } from '@nes/client/ids.ts';
import type { Program } from '@nes/program/model.ts';
import { account } from '../data/account.ts';
import { apollo, follow, tell, type UserError } from '../data/client.ts';
import {
  ControlGroupDocument,
  CreateGroupDocument,
  EndGroupDocument,
  GroupChangedDocument,
  type GroupFieldsFragment,
  HandOverGroupDocument,
  JoinGroupDocument,
  KickMemberDocument,
  LeaveGroupDocument,
  LockGroupDocument,
  RenewGroupCodeDocument,
  ReportSpreadDocument,
} from '../data/generated/group.ts';
import { type Course, clockOffset, coursePosition, type RoundTrip } from './group-clock.ts';
import type { Playable } from './log.ts';
import { Pace } from './pace.ts';
import { playerSession } from './session.ts';

/**
 * Round trips at the beginning, one every `firstTripPause` ms; later one every `tripMilliseconds`. On a line whose delay varies by
 * 30 ms each way, 80 of them leave an error of 1.5 ms in nineteen cases of twenty, 32 leave 4 ms.
 */
const firstTrips = 80;
const firstTripPause = 40;
const tripMilliseconds = 1_500;
/** Trips that count; older ones are forgotten, so that a drifting clock is followed. */
const keptTrips = 96;
/** An offset of fewer trips is not to be trusted. */
const fewestTrips = 8;
/** Trips under way at once: the server allows 20 operations a socket, and others need it too. */
const mostUnderWay = 14;
/** How often the place in the program is compared with the group's. Nothing audible hangs on its punctuality. */
const stepMilliseconds = 250;
/** Positions in silence that are the same. */
const sameSeconds = 0.004;
const reportMilliseconds = 6_000;
/** A device that is at the end this long before the group has heard all of it. */
const endSeconds = 2;

/** This device's own clock in milliseconds: it runs evenly, also while the system's clock is set. */
const localNow = (): number => performance.timeOrigin + performance.now();

/** Why this device is no longer in the group: the host ended it, or sent this person out. */
export type Over = 'ended' | 'removed';

/** A session that many hear in step. One at a time. Fires `change`; `over` when it is not this person's doing; `host` when this person becomes it. */
class GroupSession extends EventTarget {
  #value: GroupFieldsFragment | null = null;
  #memberId: string | null = null;
  #trips: RoundTrip[] = [];
  #underWay = 0;
  #offset: number | null = null;
  #pace = new Pace(playerSession);
  #listening = false;
  /** True from the moment at which this device began to sound with the group: a silence after that was wanted by its listener. */
  #sounding = false;
  #over: Over = 'ended';
  #timers: ReturnType<typeof setInterval>[] = [];
  #stopFollowing: () => void = () => {};

  /** The group as it is; null outside of one. */
  get value(): GroupFieldsFragment | null {
    return this.#value;
  }

  /** This device's own place in `value.members`. */
  get memberId(): string | null {
    return this.#memberId;
  }

  get isHost(): boolean {
    return this.#value?.members.find((member) => member.id === this.#memberId)?.isHost ?? false;
  }

  /** How late this device's sound is against the group, in milliseconds; null while nothing sounds. */
  get offsetMilliseconds(): number | null {
    const { error } = this.#pace;
    return error === null ? null : error * 1000;
  }

  /** True once this device plays along: a browser starts sound only after a touch. */
  get listening(): boolean {
    return this.#listening;
  }

  /** Why the group before was left, for whoever hears `over`. */
  get over(): Over {
    return this.#over;
  }

  async create(revisionId: string, name: string): Promise<readonly UserError[]> {
    await account.beSomebody();
    const { createGroup } = await tell(CreateGroupDocument, { input: { revision: revisionId, name } });
    if (createGroup.group && createGroup.member) this.#enter(createGroup.group, createGroup.member.id);
    return createGroup.userErrors;
  }

  /** Joins, without an account too. Joining again after a reload finds the same place. */
  async join(code: string, name: string): Promise<readonly UserError[]> {
    await account.beSomebody();
    const { joinGroup } = await tell(JoinGroupDocument, { input: { code, name } });
    if (joinGroup.group && joinGroup.member) this.#enter(joinGroup.group, joinGroup.member.id);
    return joinGroup.userErrors;
  }

  /** Lets this device sound in step. Must be called from a click or key press. */
  async listen(): Promise<void> {
    const group = this.#value;
    if (!group) return;
    await playerSession.open(playable(group));
    // The host may begin long after this touch: the sound is made ready while the browser still allows it.
    await playerSession.player.prepare();
    if (this.#value?.id !== group.id) return;
    this.#listening = true;
    this.#sounding = false;
    this.#changed();
    this.#step();
  }

  /** Silences this device alone; the group goes on. */
  silence(): void {
    if (!this.#listening) return;
    this.#silence();
    playerSession.player.setRate(1);
    playerSession.stop();
  }

  async leave(): Promise<void> {
    const code = this.#value?.code;
    this.#exit();
    if (code) await tell(LeaveGroupDocument, { input: { code } });
  }

  /** @param startsAt ISO 8601, by the server's clock: when it begins; at once where it is left out */
  play(positionSeconds?: number, startsAt?: string): Promise<readonly UserError[]> {
    return this.#control('PLAY', positionSeconds, startsAt);
  }

  pause(): Promise<readonly UserError[]> {
    return this.#control('PAUSE');
  }

  seek(positionSeconds: number): Promise<readonly UserError[]> {
    return this.#control('SEEK', positionSeconds);
  }

  stop(): Promise<readonly UserError[]> {
    return this.#control('STOP');
  }

  async kick(memberId: string): Promise<readonly UserError[]> {
    return (await tell(KickMemberDocument, { input: { code: this.#code, member: memberId } })).kickMember.userErrors;
  }

  /** Another code, so that the one that somebody took away lets nobody in. Those who are in stay in. */
  async renewCode(): Promise<readonly UserError[]> {
    const { renewGroupCode } = await tell(RenewGroupCodeDocument, { input: { code: this.#code } });
    if (renewGroupCode.group) this.#set(renewGroupCode.group);
    return renewGroupCode.userErrors;
  }

  async lock(locked: boolean): Promise<readonly UserError[]> {
    return (await tell(LockGroupDocument, { input: { code: this.#code, locked } })).lockGroup.userErrors;
  }

  async handOver(memberId: string): Promise<readonly UserError[]> {
    return (await tell(HandOverGroupDocument, { input: { code: this.#code, member: memberId } })).handOverGroup
      .userErrors;
  }

  async end(): Promise<readonly UserError[]> {
    return (await tell(EndGroupDocument, { input: { code: this.#code } })).endGroup.userErrors;
  }

  get #code(): string {
    if (!this.#value) throw new Error('This device is in no group.');
    return this.#value.code;
  }

  async #control(
    action: 'PLAY' | 'PAUSE' | 'SEEK' | 'STOP',
    positionSeconds?: number,
    startsAt?: string,
  ): Promise<readonly UserError[]> {
    const { controlGroup } = await tell(ControlGroupDocument, {
      input: {
        code: this.#code,
        action,
        positionSeconds,
        startsAt,
        eventId: newUuid(),
        expectedVersion: this.#value?.version ?? 0,
      },
    });
    if (controlGroup.group) this.#set(controlGroup.group);
    return controlGroup.userErrors;
  }

  #enter(group: GroupFieldsFragment, memberId: string): void {
    this.#exit();
    this.#memberId = memberId;
    this.#value = group;
    this.#stopFollowing = follow(
      GroupChangedDocument,
      { code: group.code },
      ({ groupChanged }) => this.#set(groupChanged),
      // Whoever is sent out hears no more of the group; the answer to a report says whether that is so.
      () => this.#report(),
    );
    this.#measureFirst();
    this.#timers = [
      setInterval(() => this.#measure(), tripMilliseconds),
      setInterval(() => this.#step(), stepMilliseconds),
      setInterval(() => this.#report(), reportMilliseconds),
    ];
    this.#report();
    this.#changed();
  }

  #exit(over?: Over): void {
    for (const timer of this.#timers) clearInterval(timer);
    this.#timers = [];
    this.#stopFollowing();
    if (this.#listening) {
      playerSession.player.setRate(1);
      playerSession.stop();
    }
    this.#value = null;
    this.#memberId = null;
    this.#listening = false;
    this.#sounding = false;
    this.#pace.silent();
    this.#trips = [];
    this.#offset = null;
    if (over) {
      this.#over = over;
      this.dispatchEvent(new Event('over'));
    }
    this.#changed();
  }

  #set(group: GroupFieldsFragment): void {
    if (!this.#value || group.id !== this.#value.id || group.version < this.#value.version) return;
    const acted = group.version !== this.#value.version;
    const wasHost = this.isHost;
    this.#value = group;
    const inside = group.members.some((member) => member.id === this.#memberId);
    if (group.state === 'ENDED' || !inside) {
      this.#exit(group.state === 'ENDED' ? 'ended' : 'removed');
      return;
    }
    if (this.isHost && !wasHost) this.dispatchEvent(new Event('host'));
    if (acted) {
      this.#pace.changed();
      this.#step();
    }
    this.#changed();
  }

  #changed(): void {
    this.dispatchEvent(new Event('change'));
  }

  get #course(): Course | null {
    const group = this.#value;
    if (!group) return null;
    return {
      playing: group.state === 'PLAYING',
      positionSeconds: group.positionSeconds,
      positionAt: Date.parse(group.positionAt),
    };
  }

  /** Compares what is heard here with where the group is, and puts it right. */
  #step(): void {
    const course = this.#course;
    if (!course || !this.#listening || this.#offset === null) return;
    const target = coursePosition(course, localNow() + this.#offset);
    const { state } = playerSession;
    // A call that takes the sound away gives it back by itself.
    if (playerSession.player.state === 'interrupted') return;
    if (!course.playing) {
      this.#pace.silent();
      this.#sounding = false;
      if (state === 'playing' || state === 'starting') playerSession.pause();
      if (Math.abs(playerSession.positionSeconds() - target) > sameSeconds) playerSession.seek(target);
      return;
    }
    if (target >= playerSession.totalSeconds) return;
    if (localNow() + this.#offset < course.positionAt - 100) return;
    if (state !== 'playing' && state !== 'starting') {
      // Silenced here, by its listener or another device: that stays so until they ask for it again.
      // Heard to the end a moment before the group: that is no silence.
      if (state === 'finished' && playerSession.totalSeconds - target < endSeconds) return;
      if ((this.#sounding && state !== 'finished') || state === 'elsewhere') {
        this.#silence();
        return;
      }
      this.#sounding = true;
      playerSession.seek(this.#pace.ahead(target));
      playerSession.play().catch(() => this.#silence());
      this.#pace.begun();
      return;
    }
    if (state !== 'playing') return;
    this.#pace.step(target);
    this.#changed();
  }

  #silence(): void {
    this.#listening = false;
    this.#sounding = false;
    this.#pace.silent();
    this.#changed();
  }

  /** The first trip waits for the socket; the others follow each other without waiting, so that a long line costs no time. */
  async #measureFirst(): Promise<void> {
    const id = this.#value?.id;
    await this.#measure();
    this.#trips = [];
    for (let count = 0; count < firstTrips && this.#value?.id === id; count++) {
      this.#measure();
      await new Promise((resolve) => setTimeout(resolve, firstTripPause));
    }
  }

  async #measure(): Promise<void> {
    if (this.#underWay >= mostUnderWay) return;
    const id = this.#value?.id;
    this.#underWay++;
    try {
      const trip = await roundTrip();
      if (this.#value?.id !== id) return;
      this.#trips.push(trip);
      this.#trips = this.#trips.slice(-keptTrips);
      if (this.#trips.length >= fewestTrips) this.#offset = clockOffset(this.#trips);
    } catch {
      // A lost trip says nothing; the next one comes.
    } finally {
      this.#underWay--;
    }
  }

  #report(): void {
    if (!this.#value) return;
    const late = this.#listening && this.#value.state === 'PLAYING' ? this.offsetMilliseconds : null;
    const { id, code } = this.#value;
    tell(ReportSpreadDocument, { input: { code, offsetMilliseconds: late } })
      .then(({ reportSpread }) => {
        if (reportSpread.userErrors.length > 0 && this.#value?.id === id) this.#exit('removed');
      })
      // Without a network the sound goes on; the next report comes.
      .catch(() => {});
  }
}

/** Asks for the server's clock over the open socket, where a trip is shortest. It ends with the answer, not with the word that no other follows. */
async function roundTrip(): Promise<RoundTrip> {
  const { live } = await apollo();
  const sent = localNow();
  return new Promise((resolve, reject) => {
    live.subscribe<{ serverTime: number }>(
      { query: '{ serverTime }' },
      {
        next: ({ data }) => {
          if (data) resolve({ sent, received: localNow(), server: data.serverTime });
        },
        error: reject,
        complete: () => reject(new Error('No answer.')),
      },
    );
  });
}

function playable(group: GroupFieldsFragment): Playable {
  const { revision } = group;
  return {
    id: revision.protocol?.id ?? null,
    revisionId: revision.id,
    slug: revision.protocol?.slug ?? null,
    title: revision.title,
    category: revision.protocol?.category ?? 'OTHER',
    program: revision.program as Program,
    groupId: group.id,
  };
}

export const groupSession = new GroupSession();
