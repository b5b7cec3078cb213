/** The close look in a thread of its own: half of an analysis, beside the other half. */
import { type CloseFindings, CloseLines, type CloseLook, type PulseFinding, type Section } from './close.ts';
import type { Ear } from './report.ts';
import { Track } from './tracks.ts';

/** What the asking thread says. */
export type Order =
  | { kind: 'begin'; rate: number; mono: boolean }
  /** The first `length` values of each count; of a mono recording the right has none. */
  | { kind: 'sound'; left: Float64Array; right: Float64Array; length: number }
  | { kind: 'look'; section: Section }
  | { kind: 'finish' };

/** What the other says. */
export type Reply =
  | { kind: 'looked' }
  /** Sound that was taken: its memory comes back, to carry more. */
  | { kind: 'taken'; left: Float64Array; right: Float64Array }
  | { kind: 'found'; findings: CloseFindings }
  | { kind: 'failed'; message: string };

/** Sections that the other thread may be behind: sound must not heap up where it is the slower one. */
const BEHIND = 2;

/** A track that came from another thread is bare data. */
function trackOf(bare: Track): Track {
  const track = new Track(bare.ear);
  for (const [n, time] of bare.times.entries()) {
    track.add(time, {
      hz: bare.hertz[n] as number,
      amplitude: bare.amplitudes[n] as number,
      contrast: bare.contrasts[n] as number,
      other: bare.others[n] as number,
      strong: true,
    });
  }
  return track;
}

/** Carries a message to another thread; memory that is handed over is no longer there afterwards. */
export type Carry<Message> = (message: Message, handedOver: ArrayBuffer[]) => void;

const memoryOf = (...ears: Float64Array[]) => ears.map(({ buffer }) => buffer as ArrayBuffer);

/** Memory of both ears is made larger by whole blocks, so that pieces of a few samples more or less fit into the same. */
const BLOCK = 1024;

/** Asks another thread, by whatever carries its messages. */
export class CloseBeside implements CloseLook {
  readonly #send: Carry<Order>;
  readonly #mono: boolean;
  /** Memory that came back: what is made and forgotten as fast as sound is read stands there until it is collected. */
  readonly #rooms: [Float64Array, Float64Array][] = [];
  #open = 0;
  #error: Error | null = null;
  #wake: () => void = () => {};
  #findings: CloseFindings | null = null;

  constructor(send: Carry<Order>, rate: number, mono: boolean) {
    this.#send = send;
    this.#mono = mono;
    send({ kind: 'begin', rate, mono }, []);
  }

  /** What the other thread says. */
  hear(reply: Reply): void {
    if (reply.kind === 'looked') this.#open--;
    else if (reply.kind === 'taken') this.#rooms.push([reply.left, reply.right]);
    else if (reply.kind === 'found') this.#findings = reply.findings;
    else this.#error = new Error(reply.message);
    this.#wake();
  }

  /** The thread has ended or could not begin. */
  fail(error: Error): void {
    this.#error = error;
    this.#wake();
  }

  async #until(reached: () => boolean): Promise<void> {
    while (!reached()) {
      if (this.#error) throw this.#error;
      await new Promise<void>((done) => {
        this.#wake = done;
      });
    }
  }

  push(left: Float64Array, right: Float64Array): void {
    if (this.#error) throw this.#error;
    const { length } = left;
    let room = this.#rooms.pop();
    if (!room || room[0].length < length) {
      const size = Math.ceil(length / BLOCK) * BLOCK;
      room = [new Float64Array(size), new Float64Array(this.#mono ? 0 : size)];
    }
    room[0].set(left);
    if (!this.#mono) room[1].set(right);
    this.#send({ kind: 'sound', left: room[0], right: room[1], length }, memoryOf(...room));
  }

  async look(section: Section): Promise<void> {
    this.#open++;
    this.#send({ kind: 'look', section }, []);
    await this.#until(() => this.#open < BEHIND);
  }

  async finish(): Promise<CloseFindings> {
    this.#send({ kind: 'finish' }, []);
    await this.#until(() => this.#findings !== null);
    const { tracks, pulses } = this.#findings as CloseFindings;
    const made = new Map<Track, Track>();
    const whole = (bare: Track) => {
      const track = made.get(bare) ?? trackOf(bare);
      made.set(bare, track);
      return track;
    };
    const rows: Record<Ear, Track[]> = { left: tracks.left.map(whole), right: tracks.right.map(whole) };
    return {
      tracks: rows,
      pulses: pulses.map(({ track, pulsation }): PulseFinding => ({ track: whole(track), pulsation })),
    };
  }
}

/** Does what another thread asks for; the orders of one analysis go one after the other into what it gives. */
export function closeFor(reply: Carry<Reply>): (order: Order) => void {
  let lines: CloseLines | null = null;
  return (order) => {
    try {
      if (order.kind === 'begin') lines = new CloseLines(order.rate, order.mono);
      else if (order.kind === 'sound') {
        const { left, right, length } = order;
        lines?.push(left.subarray(0, length), right.subarray(0, length));
        reply({ kind: 'taken', left, right }, memoryOf(left, right));
      } else if (order.kind === 'look') {
        lines?.look(order.section);
        reply({ kind: 'looked' }, []);
      } else reply({ kind: 'found', findings: lines?.finish() as CloseFindings }, []);
    } catch (error) {
      reply({ kind: 'failed', message: error instanceof Error ? error.message : String(error) }, []);
    }
  };
}
