import type { ErrorReason } from './player/events.ts';

/** Why there is nothing to play or to show, with a sentence for people. */
export class SourceError extends Error {
  override readonly name = 'SourceError';
  readonly reason: ErrorReason;

  constructor(reason: ErrorReason, message: string) {
    super(message);
    this.reason = reason;
  }
}
