import type { Duplex } from 'node:stream';

/**
 * What goes to the many followers of one thing. Frames are written straight to the connection, which ws does too, as whole frames,
 * when nothing is compressed. All that one turn of the event loop has for a connection goes out in one write: the system's call
 * is most of what a delivery costs.
 */
export class Outlet {
  static #full: Outlet[] = [];
  readonly #duplex: Duplex;
  #texts: Buffer[][] = [];
  /** Bytes that wait for the end of this turn. */
  bytes = 0;

  constructor(duplex: Duplex) {
    this.#duplex = duplex;
  }

  /** One text message made of these parts. */
  send(parts: Buffer[]): void {
    if (this.#texts.length === 0 && Outlet.#full.push(this) === 1) process.nextTick(Outlet.#flushAll);
    this.#texts.push(parts);
    for (const part of parts) this.bytes += part.length;
  }

  static #flushAll = () => {
    const full = Outlet.#full;
    Outlet.#full = [];
    for (const outlet of full) outlet.flush();
  };

  flush(): void {
    if (this.#texts.length === 0) return;
    const texts = this.#texts;
    // Ten bytes: the longest head that a frame from a server can have.
    const out = Buffer.allocUnsafe(this.bytes + 10 * texts.length);
    let at = 0;
    for (const parts of texts) {
      let length = 0;
      for (const part of parts) length += part.length;
      out[at++] = 0x81;
      if (length < 126) out[at++] = length;
      else if (length < 65_536) {
        out[at++] = 126;
        at = out.writeUInt16BE(length, at);
      } else {
        out[at++] = 127;
        at = out.writeBigUInt64BE(BigInt(length), at);
      }
      for (const part of parts) {
        out.set(part, at);
        at += part.length;
      }
    }
    this.#texts = [];
    this.bytes = 0;
    if (!this.#duplex.destroyed) this.#duplex.write(out.subarray(0, at));
  }
}
