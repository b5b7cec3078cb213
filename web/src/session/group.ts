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
  ReportSpreadDocument,
} from '../data/generated/graphql.ts';
import { newUuid } from '../data/identifiers.ts';
import type { Program } from '../program/model.ts';
import { type Course, clockOffset, correction, coursePosition, type RoundTrip } from './group-clock.ts';
import type { Playable } from './log.ts';
import { playerSession } from './session.ts';

/** Round trips before the first sound, and the pause between them; later one every `tripMilliseconds`. */
const firstTrips = 16;
const firstTripPause = 60;
const tripMilliseconds = 5_000;
/** Trips that count; older ones are forgotten, so that a drifting clock is followed. */
const keptTrips = 24;
/** How often the place in the program is compared with the group's. Nothing audible hangs on its punctuality. */
const stepMilliseconds = 250;
/** Right after a start or jump, differences above `settleSeconds` are put right by another jump, this many times. */
const settleSeconds = 0.004;
const settleJumps = 4;
/** A jump takes effect a little later than it is asked for; measured anew after each one. */
const firstJumpDelay = 0.04;
/** After a jump the player needs this long until what it reports is the new place. */
const restAfterJump = 900;
const reportMilliseconds = 6_000;

/** This device's own clock in milliseconds: it runs evenly, also while the system's clock is set. */
const localNow = (): number => performance.timeOrigin + performance.now();

/** A session that many hear in step. One at a time. Fires `change`. */
class GroupSession extends EventTarget {
  #value: GroupFieldsFragment | null = null;
  #memberId: string | null = null;
  #trips: RoundTrip[] = [];
  #offset: number | null = null;
  #error: number | null = null;
  #jumpDelay = firstJumpDelay;
  #settling = 0;
  #resting = 0;
  #jumped = false;
  #listening = false;
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
    return this.#error === null ? null : this.#error * 1000;
  }

  /** True once this device plays along: a browser starts sound only after a touch. */
  get listening(): boolean {
    return this.#listening;
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
    this.#listening = true;
    this.#changed();
    this.#step();
  }

  async leave(): Promise<void> {
    const code = this.#value?.code;
    this.#exit();
    if (code) await tell(LeaveGroupDocument, { input: { code } });
  }

  play(positionSeconds?: number): Promise<readonly UserError[]> {
    return this.#control('PLAY', positionSeconds);
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

  async #control(action: 'PLAY' | 'PAUSE' | 'SEEK' | 'STOP', positionSeconds?: number): Promise<readonly UserError[]> {
    const { controlGroup } = await tell(ControlGroupDocument, {
      input: {
        code: this.#code,
        action,
        positionSeconds,
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
    this.#stopFollowing = follow(GroupChangedDocument, { code: group.code }, ({ groupChanged }) =>
      this.#set(groupChanged),
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

  #exit(): void {
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
    this.#error = null;
    this.#trips = [];
    this.#offset = null;
    this.#changed();
  }

  #set(group: GroupFieldsFragment): void {
    if (!this.#value || group.id !== this.#value.id || group.version < this.#value.version) return;
    const acted = group.version !== this.#value.version;
    this.#value = group;
    if (group.state === 'ENDED' || !group.members.some((member) => member.id === this.#memberId)) {
      this.#exit();
      return;
    }
    if (acted) {
      this.#settling = settleJumps;
      this.#resting = 0;
      this.#jumped = false;
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
    if (!course.playing) {
      this.#error = null;
      if (state === 'playing' || state === 'starting') playerSession.pause();
      if (Math.abs(playerSession.positionSeconds() - target) > settleSeconds) playerSession.seek(target);
      return;
    }
    if (target >= playerSession.totalSeconds) return;
    if (localNow() + this.#offset < course.positionAt - 100) return;
    if (state === 'ready' || state === 'paused' || state === 'stopped') {
      playerSession.seek(target + this.#jumpDelay);
      playerSession.play().catch(() => {
        this.#listening = false;
        this.#changed();
      });
      this.#settling = settleJumps;
      this.#rest();
      return;
    }
    if (state !== 'playing' || performance.now() < this.#resting) return;
    const error = target - playerSession.positionSeconds();
    // What is left after a jump is what its delay was misjudged by.
    if (this.#jumped && Math.abs(error) < 0.3) this.#jumpDelay += error;
    this.#jumped = false;
    this.#error = error;
    const { jump, rate } = correction(error);
    if (jump || (this.#settling > 0 && Math.abs(error) > settleSeconds)) {
      this.#settling--;
      this.#jumped = true;
      playerSession.player.setRate(1);
      playerSession.player.seek(target + this.#jumpDelay);
      this.#rest();
    } else {
      playerSession.player.setRate(rate);
    }
    this.#changed();
  }

  #rest(): void {
    this.#resting = performance.now() + restAfterJump;
  }

  async #measureFirst(): Promise<void> {
    for (let count = 0; count < firstTrips && this.#value; count++) {
      await this.#measure();
      await new Promise((resolve) => setTimeout(resolve, firstTripPause));
    }
  }

  async #measure(): Promise<void> {
    try {
      const { live } = await apollo();
      const sent = localNow();
      const server = await serverTime(live);
      this.#trips.push({ sent, received: localNow(), server });
      this.#trips = this.#trips.slice(-keptTrips);
      if (this.#trips.length >= 4) this.#offset = clockOffset(this.#trips);
    } catch {
      // A lost trip says nothing; the next one comes.
    }
  }

  #report(): void {
    if (!this.#value) return;
    const late = this.#listening && this.#value.state === 'PLAYING' ? this.offsetMilliseconds : null;
    tell(ReportSpreadDocument, { input: { code: this.#value.code, offsetMilliseconds: late } }).catch(() => {});
  }
}

/** Asks for the server's clock over the open socket, where a trip is shortest. */
function serverTime(live: Awaited<ReturnType<typeof apollo>>['live']): Promise<number> {
  return new Promise((resolve, reject) => {
    let answer: number | undefined;
    live.subscribe<{ serverTime: number }>(
      { query: '{ serverTime }' },
      {
        next: ({ data }) => {
          answer = data?.serverTime;
        },
        error: reject,
        complete: () => (answer === undefined ? reject(new Error('No answer.')) : resolve(answer)),
      },
    );
  });
}

function playable(group: GroupFieldsFragment): Playable {
  const { revision } = group;
  return {
    id: revision.protocol.id,
    revisionId: revision.id,
    slug: revision.protocol.slug,
    title: revision.title,
    category: revision.protocol.category,
    program: revision.program as Program,
  };
}

export const groupSession = new GroupSession();
