import type { Program } from '@nes/program/model.ts';

/** A protocol of the list was chosen. `preventDefault()` keeps the list from playing it itself. */
export class NesSelectEvent extends Event {
  static readonly type = 'nes-select';
  readonly slug: string;
  readonly heading: string;
  readonly program: Program;

  constructor(slug: string, heading: string, program: Program) {
    super(NesSelectEvent.type, { bubbles: true, composed: true, cancelable: true });
    this.slug = slug;
    this.heading = heading;
    this.program = program;
  }
}

declare global {
  interface GlobalEventHandlersEventMap {
    'nes-select': NesSelectEvent;
  }
}
