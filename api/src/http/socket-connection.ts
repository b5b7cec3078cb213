import type { Duplex } from 'node:stream';
import type { WebSocket } from 'ws';
import type { Viewer } from '../schema/viewer.ts';
import type { Admitted } from './admission.ts';
import type { Origin } from './context.ts';
import { Outlet } from './outlet.ts';

/** What one socket may do. */
export const socketLimits = {
  frameBytes: 64 * 1024,
  operations: 20,
  initMs: 3_000,
  pingMs: 12_000,
  /** So long is nothing read from one that asks too much. */
  restMs: 1_000,
  /** Messages at once, and a second after that. */
  messages: 60,
  messagesPerSecond: 20,
  /** Bytes that may wait for a slow reader: for 10 s, and never. */
  slowBytes: 256 * 1024,
  slowMs: 10_000,
  stuckBytes: 1024 * 1024,
  /** Bytes that may wait for all sockets of one subject together; they are added up where one has more than a little. */
  smallBytes: 64 * 1024,
  subjectBytes: 8 * 1024 * 1024,
} as const;

/** Close code beside those of graphql-transport-ws. */
const POLICY = 1008;

/** One socket with its limits: it is pinged, its messages are counted, and what it does not read does not pile up. */
export class SocketConnection {
  readonly subject: string;
  readonly origin: Origin;
  viewer: Viewer | null = null;
  /** Ends the socket when its token ends. */
  tokenTimer: NodeJS.Timeout | undefined;
  /** How its last operation was let in: the size of what it is answered counts there. */
  admitted: Admitted | null = null;
  readonly #socket: WebSocket;
  readonly #outlet: Outlet;
  readonly #refused: (rule: string) => void;
  readonly #neighbours: ReadonlySet<SocketConnection>;
  #slowSince = 0;
  #alive = true;
  #tokens: number = socketLimits.messages;
  #countedAt = performance.now();

  /** `neighbours`: all sockets of the same subject, this one too. */
  constructor(
    socket: WebSocket,
    duplex: Duplex,
    subject: string,
    origin: Origin,
    refused: (rule: string) => void,
    neighbours: ReadonlySet<SocketConnection>,
  ) {
    this.#socket = socket;
    this.#outlet = new Outlet(duplex);
    this.subject = subject;
    this.origin = origin;
    this.#refused = refused;
    this.#neighbours = neighbours;
    const pings = setInterval(() => this.#ping(), socketLimits.pingMs);
    socket.on('pong', () => {
      this.#alive = true;
    });
    socket.on('error', () => {});
    socket.once('close', () => {
      clearInterval(pings);
      clearTimeout(this.tokenTimer);
    });
  }

  get isOpen(): boolean {
    return this.#socket.readyState === this.#socket.OPEN;
  }

  close(code: number, reason: string): void {
    this.#socket.close(code, reason);
  }

  /** Sends one text. */
  send(text: string): void {
    if (!this.isOpen || !this.#keepsUp(this.#socket.bufferedAmount, text.length)) return;
    this.#outlet.flush();
    this.#socket.send(text);
  }

  /** Sends one text made of these parts, with others of the same turn in one write. */
  sendParts(...parts: Buffer[]): void {
    const adding = parts.reduce((sum, { length }) => sum + length, 0);
    if (this.isOpen && this.#keepsUp(this.waiting, adding)) this.#outlet.send(parts);
  }

  /** Hands on each text message that is within the limits. */
  onMessage(listener: (text: string) => void, onBinary: () => void): void {
    this.#socket.on('message', (data, isBinary) => {
      if (!this.isOpen) return;
      this.#alive = true;
      if (!this.#takeMessage()) {
        this.#refused('socket_messages');
        this.close(POLICY, 'Too many messages');
      } else if (isBinary) onBinary();
      else listener(String(data));
    });
  }

  /** Reads nothing for a second: who asks too much is refused that often. */
  rest(): void {
    if (this.#socket.isPaused) return;
    this.#socket.pause();
    setTimeout(() => this.#socket.resume(), socketLimits.restMs).unref();
  }

  #ping(): void {
    if (this.#alive) this.#socket.ping();
    else this.#socket.terminate();
    this.#alive = false;
  }

  /** Bytes that wait to be read. */
  get waiting(): number {
    return this.#socket.bufferedAmount + this.#outlet.bytes;
  }

  /** False when the reader is too slow, or this and what waits for the subject's sockets is too much: the socket is dropped then, so that nothing piles up. */
  #keepsUp(waiting: number, adding: number): boolean {
    let all = adding;
    if (waiting + adding > socketLimits.smallBytes) for (const neighbour of this.#neighbours) all += neighbour.waiting;
    const room = all <= socketLimits.subjectBytes;
    if (room && waiting <= socketLimits.slowBytes) {
      this.#slowSince = 0;
      return true;
    }
    this.#slowSince ||= Date.now();
    if (room && waiting <= socketLimits.stuckBytes && Date.now() - this.#slowSince <= socketLimits.slowMs) return true;
    this.#refused('slow_reader');
    this.#socket.terminate();
    return false;
  }

  #takeMessage(): boolean {
    const now = performance.now();
    const more = ((now - this.#countedAt) / 1000) * socketLimits.messagesPerSecond;
    this.#tokens = Math.min(socketLimits.messages, this.#tokens + more);
    this.#countedAt = now;
    if (this.#tokens < 1) return false;
    this.#tokens--;
    return true;
  }
}
