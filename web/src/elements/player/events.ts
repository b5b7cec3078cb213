import type { Program } from '@nes/program/model.ts';

/** What went wrong. Words of code for `nes-error`; the sentence for people is in `message`. */
export type ErrorReason =
  /** There is nothing at the address, or no such protocol. */
  | 'NOT_FOUND'
  /** No answer, or none that this page may read (CORS, content policy). */
  | 'UNREACHABLE'
  /** The server answered, and refused. */
  | 'REFUSED'
  /** More than 16 MB. */
  | 'TOO_LARGE'
  /** Not a program: a web page, a damaged file, values out of range. */
  | 'NOT_A_PROGRAM'
  /** The browser would not play. */
  | 'SOUND'
  /** The browser cannot draw the light; the sound is not affected. */
  | 'LIGHT';

/** A program was read and can be played. */
export class NesLoadEvent extends Event {
  static readonly type = 'nes-load';
  readonly program: Program;
  readonly heading: string;

  constructor(program: Program, heading: string) {
    super(NesLoadEvent.type, { bubbles: true, composed: true });
    this.program = program;
    this.heading = heading;
  }
}

/** The sound is about to begin or to go on. */
export class NesPlayEvent extends Event {
  static readonly type = 'nes-play';
  /** Second at which it begins. */
  readonly seconds: number;
  /** It may sound together with other players. */
  readonly simultaneous: boolean;

  constructor(seconds: number, simultaneous: boolean) {
    super(NesPlayEvent.type, { bubbles: true, composed: true });
    this.seconds = seconds;
    this.simultaneous = simultaneous;
  }
}

/** The sound was paused. */
export class NesPauseEvent extends Event {
  static readonly type = 'nes-pause';
  readonly seconds: number;

  constructor(seconds: number) {
    super(NesPauseEvent.type, { bubbles: true, composed: true });
    this.seconds = seconds;
  }
}

/** The sound was stopped before its end. */
export class NesStopEvent extends Event {
  static readonly type = 'nes-stop';
  /** Second at which it was stopped. */
  readonly seconds: number;

  constructor(seconds: number) {
    super(NesStopEvent.type, { bubbles: true, composed: true });
    this.seconds = seconds;
  }
}

/** The program was heard to its end. */
export class NesEndEvent extends Event {
  static readonly type = 'nes-end';

  constructor() {
    super(NesEndEvent.type, { bubbles: true, composed: true });
  }
}

/** Another phase of the program began to be heard. */
export class NesPhaseEvent extends Event {
  static readonly type = 'nes-phase';
  readonly name: string;
  /** Its number, from 0. */
  readonly index: number;

  constructor(name: string, index: number) {
    super(NesPhaseEvent.type, { bubbles: true, composed: true });
    this.name = name;
    this.index = index;
  }
}

/** Something cannot be shown or played. The element says so itself; the page may do more. */
export class NesErrorEvent extends Event {
  static readonly type = 'nes-error';
  readonly reason: ErrorReason;
  /** The sentence that is shown. */
  readonly message: string;

  constructor(reason: ErrorReason, message: string) {
    super(NesErrorEvent.type, { bubbles: true, composed: true });
    this.reason = reason;
    this.message = message;
  }
}

declare global {
  interface GlobalEventHandlersEventMap {
    'nes-load': NesLoadEvent;
    'nes-play': NesPlayEvent;
    'nes-pause': NesPauseEvent;
    'nes-stop': NesStopEvent;
    'nes-end': NesEndEvent;
    'nes-phase': NesPhaseEvent;
    'nes-error': NesErrorEvent;
  }
}
