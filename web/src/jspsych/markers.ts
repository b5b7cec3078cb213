import { performanceTime } from './moment.ts';

/** Where a marker goes. `at` is a moment of `performance.now()`, not yet past when it can be helped. */
export interface MarkerPort {
  /** Whether the port itself waits for `at`; else it is called at that moment. */
  readonly waits: boolean;
  /**
   * @param code 1 to 255
   * @returns milliseconds after `at` at which it went out, where the port knows
   */
  send(code: number, at: number): void | Promise<void> | Promise<number>;
}

/** As much of a Web Serial port as is used; it must be open. */
export interface SerialLike {
  writable: WritableStream<Uint8Array> | null;
  setSignals(signals: { dataTerminalReady: boolean }): Promise<void>;
}

/** As much of a Web MIDI output as is used. */
export interface MidiLike {
  send(bytes: number[], at?: number): void;
}

/** Beyond this a page may be kept waiting by its timers. */
const WAKE_MILLISECONDS = 24;
/** Ports that wait by themselves are told so early: a page may be busy for that long, and the two clocks hardly part within it. */
const AHEAD_MILLISECONDS = 500;
/** The last stretch is watched without letting anything else run: what the page does else, drawing above all, seldom takes longer. */
const WATCH_MILLISECONDS = 10;
/** Length of a pulse and of a note. */
const PULSE_MILLISECONDS = 10;

/** One byte a marker, as trigger boxes on a serial port take them. */
export function serialBytes(port: SerialLike): MarkerPort {
  if (!port.writable) throw new Error('nes: the serial port is not open');
  const writer = port.writable.getWriter();
  return { waits: false, send: (code) => writer.write(Uint8Array.of(code)) };
}

/** A pulse of 10 ms on the line DTR, for boxes that take a level. The code is not told. */
export function serialPulses(port: SerialLike): MarkerPort {
  return {
    waits: false,
    send: async () => {
      const up = port.setSignals({ dataTerminalReady: true });
      setTimeout(() => void port.setSignals({ dataTerminalReady: false }), PULSE_MILLISECONDS);
      await up;
    },
  };
}

/** Notes of 10 ms: codes 1 to 127 on channel 1, the others less 128 on channel 2. The browser's own clock sends them. */
export function midiNotes(output: MidiLike): MarkerPort {
  return {
    waits: true,
    send: (code, at) => {
      const channel = code < 128 ? 0 : 1;
      output.send([0x90 + channel, code % 128, 127], at);
      output.send([0x80 + channel, code % 128, 0], at + PULSE_MILLISECONDS);
    },
  };
}

/** The MIDI clock, 24 messages a beat cycle, over a stretch that begins at `at` and holds one rate. */
export function midiClock(output: MidiLike, at: number, beatHz: number, seconds: number): void {
  output.send([0xfa], at);
  const count = Math.floor(24 * beatHz * seconds);
  for (let tick = 0; tick < count; tick++) output.send([0xf8], at + (tick * 1000) / (24 * beatHz));
  output.send([0xfc], at + seconds * 1000);
}

/** What became of a marker. */
export interface Marked {
  code: number;
  /** Moment of the audio context's clock that it stands for, seconds. */
  moment: number;
  /** Milliseconds from the moment at which that comes out to when it was sent, by the port where that knows, else to the call. */
  late: number;
}

/** Lets others run, and comes back as soon as it can. */
const turn = (): Promise<void> =>
  new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(null);
  });

/** Waits for a moment of `performance.now()`, to its last stretch by looking at the clock. */
async function until(due: () => number): Promise<void> {
  for (;;) {
    const left = due() - performance.now();
    if (left <= WATCH_MILLISECONDS) break;
    if (left > WAKE_MILLISECONDS) await new Promise((resolve) => setTimeout(resolve, left - WAKE_MILLISECONDS));
    else await turn();
  }
  const at = due();
  while (performance.now() < at);
}

/**
 * Sends a marker when a moment of a context's clock comes out at its output, as far as the browser knows that delay.
 * @throws RangeError for a code that is no whole number from 1 to 255
 */
export async function markAt(context: AudioContext, moment: number, port: MarkerPort, code: number): Promise<Marked> {
  if (!Number.isInteger(code) || code < 1 || code > 255)
    throw new RangeError(`nes: the marker is ${code}, but must be a whole number from 1 to 255`);
  const due = () => performanceTime(context, moment);
  if (port.waits) {
    const early = due() - performance.now() - AHEAD_MILLISECONDS;
    if (early > 0) await new Promise((resolve) => setTimeout(resolve, early));
  } else await until(due);
  const at = due();
  const late = Math.max(0, performance.now() - at);
  return { code, moment, late: (await port.send(code, at)) ?? late };
}
