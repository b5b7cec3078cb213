import type { Program } from '@nes/program/model.ts';
import { chapterAt } from '@nes/program/values.ts';
import { type Controlled, showOnLockScreen } from '../../audio/media-session.ts';
import { NesSeekEvent } from '../curve/events.ts';
import { NesPauseEvent, NesPlayEvent } from './events.ts';
import type { PlayerElement } from './player.ts';

/** The element as a lock screen knows it. */
class ControlledPlayer extends EventTarget implements Controlled {
  readonly #host: PlayerElement;
  readonly #program: Program;

  constructor(host: PlayerElement, program: Program) {
    super();
    this.#host = host;
    this.#program = program;
    for (const { type } of [NesPlayEvent, NesPauseEvent, NesSeekEvent]) host.addEventListener(type, this.#changed);
  }

  get state(): string {
    return this.#host.state;
  }

  get totalSeconds(): number {
    return this.#host.duration;
  }

  positionSeconds(): number {
    return this.#host.currentTime;
  }

  play(): Promise<void> {
    return this.#host.play();
  }

  pause(): void {
    this.#host.pause();
  }

  stop(): void {
    this.#host.stop();
  }

  seek(seconds: number): void {
    this.#host.seek(seconds);
  }

  chapter(by: 1 | -1): void {
    const at = this.#host.currentTime;
    const now = chapterAt(this.#program, at);
    if (!now) return;
    const end = at + now.leftSeconds;
    const start = end - now.phase.durationSeconds;
    const before = this.#program.phases[now.index - 1]?.durationSeconds ?? 0;
    // Just after a border one means the chapter before it.
    this.#host.seek(by === 1 ? end : at - start > 3 ? start : start - before);
  }

  leave(): void {
    for (const { type } of [NesPlayEvent, NesPauseEvent, NesSeekEvent])
      this.#host.removeEventListener(type, this.#changed);
  }

  readonly #changed = (): void => {
    // After the element itself knows.
    queueMicrotask(() => this.dispatchEvent(new Event('change')));
  };
}

/** Puts a player on the lock screen and the media keys, under its title and the page's host. Returns what takes it away. */
export function putOnLockScreen(host: PlayerElement, program: Program): () => void {
  const controlled = new ControlledPlayer(host, program);
  const off = showOnLockScreen(controlled, { title: host.shownTitle, artist: location.hostname });
  return () => {
    off();
    controlled.leave();
  };
}
