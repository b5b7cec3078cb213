import { newUuid } from '@nes/client/ids.ts';
import type { Program } from '@nes/program/model.ts';
import { account } from '../data/account.ts';
import { follow, tell, type UserError } from '../data/client.ts';
import { measureClock, serverNow } from '../data/clock.ts';
import { device } from '../data/device.ts';
import {
  ChangeSessionSceneDocument,
  ChangeSessionVolumeDocument,
  MyLiveSessionDocument,
  PauseSessionDocument,
  ResumeSessionDocument,
  SeekSessionDocument,
  StopSessionDocument,
  TakeOverSessionDocument,
} from '../data/generated/remote.ts';
import type { SessionStateFragment } from '../data/generated/session.ts';
import { positionOf } from './position.ts';

/** What every command says: which session, in which state it was seen, when and where in the program. */
interface Command {
  session: string;
  eventId: string;
  expectedVersion: number;
  occurredAt: string;
  positionSeconds: number;
  deviceId: string;
}

/** The live session of the person that sounds on another device, and the means to control it. Fires `change`. */
class RemoteSession extends EventTarget {
  #value: SessionStateFragment | null = null;
  #stop: () => void = () => {};
  #acting: Promise<unknown> = Promise.resolve();
  #viewer: string | null = null;

  /** Follows the live session of whoever is signed in here. */
  start(): void {
    account.addEventListener('change', () => this.#follow());
    account.ready.then(() => this.#follow());
  }

  /** Null while nothing sounds elsewhere. */
  get value(): SessionStateFragment | null {
    return this.#value && this.#value.playerDevice.id !== device().id ? this.#value : null;
  }

  /** Second of the program that the other device plays now. */
  positionSeconds(): number {
    return this.#value ? positionOf(this.#value) : 0;
  }

  pause(): Promise<readonly UserError[]> {
    return this.#act(async (input) => (await tell(PauseSessionDocument, { input })).pauseSession);
  }

  resume(): Promise<readonly UserError[]> {
    return this.#act(async (input) => (await tell(ResumeSessionDocument, { input })).resumeSession);
  }

  seek(seconds: number): Promise<readonly UserError[]> {
    return this.#act(
      async (input) => (await tell(SeekSessionDocument, { input: { ...input, positionSeconds: seconds } })).seekSession,
    );
  }

  stop(): Promise<readonly UserError[]> {
    return this.#act(async (input) => (await tell(StopSessionDocument, { input })).stopSession);
  }

  setVolume(volume: number): Promise<readonly UserError[]> {
    return this.#act(
      async (input) => (await tell(ChangeSessionVolumeDocument, { input: { ...input, volume } })).changeSessionVolume,
    );
  }

  setScene(scene: string): Promise<readonly UserError[]> {
    return this.#act(
      async (input) => (await tell(ChangeSessionSceneDocument, { input: { ...input, scene } })).changeSessionScene,
    );
  }

  /** Brings the sound to this device. Returns what is to be played here, or null where it was refused. */
  async takeOver(): Promise<{ session: SessionStateFragment; revisionId: string; program: Program } | null> {
    // The beat goes on here by the server's clock.
    await measureClock();
    const present = this.#value;
    if (!present) return null;
    const { takeOverSession } = await tell(TakeOverSessionDocument, {
      input: { ...this.#command(present), deviceName: device().name },
    });
    const { session } = takeOverSession;
    if (!session || takeOverSession.userErrors.length > 0) return null;
    this.#set(session);
    // Played here no longer: its author or an administrator has taken it away meanwhile.
    if (!session.revision) return null;
    return { session, revisionId: session.revision.id, program: session.revision.program as Program };
  }

  #command(session: SessionStateFragment): Command {
    return {
      session: session.id,
      eventId: newUuid(),
      expectedVersion: session.version,
      occurredAt: new Date(serverNow()).toISOString(),
      positionSeconds: this.positionSeconds(),
      deviceId: device().id,
    };
  }

  /**
   * Sends one command, after the ones before it: each says which state it saw. Where something else happened first, the present
   * state is shown and the answer says so.
   */
  #act(
    send: (input: Command) => Promise<{ session?: SessionStateFragment | null; userErrors: readonly UserError[] }>,
  ): Promise<readonly UserError[]> {
    const acted = this.#acting.then(async () => {
      if (!this.#value) return [];
      const answer = await send(this.#command(this.#value));
      if (answer.session) this.#set(answer.session);
      return answer.userErrors;
    });
    this.#acting = acted.catch(() => {});
    return acted;
  }

  #follow(): void {
    const viewer = account.viewer?.id ?? null;
    if (viewer === this.#viewer) return;
    this.#viewer = viewer;
    this.#stop();
    this.#set(null);
    if (!viewer) return;
    this.#stop = follow(MyLiveSessionDocument, {}, ({ myLiveSession }) => this.#set(myLiveSession ?? null));
  }

  #set(session: SessionStateFragment | null): void {
    const newer = !session || session.id !== this.#value?.id || session.version >= this.#value.version;
    if (!newer) return;
    this.#value = session && (session.state === 'ACTIVE' || session.state === 'PAUSED') ? session : null;
    this.dispatchEvent(new Event('change'));
  }
}

export const remoteSession = new RemoteSession();
