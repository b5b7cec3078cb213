/** A place of the curve was chosen. `seconds` is within one pass of the program. */
export class NesSeekEvent extends Event {
  static readonly type = 'nes-seek';
  readonly seconds: number;

  constructor(seconds: number) {
    super(NesSeekEvent.type, { bubbles: true, composed: true });
    this.seconds = seconds;
  }
}

declare global {
  interface GlobalEventHandlersEventMap {
    'nes-seek': NesSeekEvent;
  }
}
