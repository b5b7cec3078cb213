/** A wire to a server, for tests and benches that cut it, mend it, slow it down or put words into the server's mouth. */
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

export interface Wire {
  /** The address of the near end, with everything else of the server's address. */
  url: string;
  /** Ends every connection and takes no new one. */
  cut(): void;
  /** Ends every connection; new ones are taken. */
  cutOnce(): void;
  mend(): void;
  /** From now on it leads to another server. */
  lead(address: string): void;
  /** Bytes to put behind what the server says, in the same packet; the connection ends after it. Null: none. */
  behind: (said: Buffer) => Buffer | null;
  /** What the server says comes so much later, in milliseconds. */
  delayMs: number;
  /** While true, nothing goes through in either direction and nothing is closed: a server that has frozen, or a black hole. */
  frozen: boolean;
  close(): void;
}

export async function wireTo(address: string): Promise<Wire> {
  let target = new URL(address);
  const open = new Set<Socket>();
  let whole = true;
  const cutOnce = () => {
    for (const socket of open) socket.destroy();
  };
  const server = createServer((near) => {
    near.on('error', () => {});
    if (!whole) return near.destroy();
    const far = connect(Number(target.port || 5432), target.hostname);
    far.on('error', () => {});
    for (const [a, b] of [
      [near, far],
      [far, near],
    ] as const) {
      open.add(a);
      a.on('close', () => {
        open.delete(a);
        b.destroy();
      });
    }
    const pass = async (to: Socket, chunk: Buffer) => {
      while (wire.frozen && !to.destroyed) await new Promise((next) => setTimeout(next, 20));
      if (!to.destroyed) to.write(chunk);
    };
    let up = Promise.resolve();
    let down = Promise.resolve();
    near.on('data', (chunk) => {
      up = up.then(() => pass(far, chunk));
    });
    far.on('data', (chunk) => {
      const more = wire.behind(chunk);
      const { delayMs } = wire;
      down = down.then(async () => {
        if (delayMs > 0) await new Promise((next) => setTimeout(next, delayMs));
        if (more === null) return pass(near, chunk);
        near.end(Buffer.concat([chunk, more]));
        far.destroy();
      });
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = new URL(address);
  url.hostname = '127.0.0.1';
  url.port = String((server.address() as AddressInfo).port);
  const wire: Wire = {
    url: url.href,
    cut() {
      whole = false;
      cutOnce();
    },
    cutOnce,
    mend() {
      whole = true;
    },
    lead(address) {
      target = new URL(address);
    },
    behind: () => null,
    delayMs: 0,
    frozen: false,
    close() {
      cutOnce();
      server.close();
    },
  };
  return wire;
}

/** PostgreSQL's ErrorResponse with severity FATAL, as it ends a connection with it. */
export function fatal(code: string, message: string): Buffer {
  const fields = Buffer.from(`SFATAL\0VFATAL\0C${code}\0M${message}\0\0`);
  const head = Buffer.alloc(5);
  head.write('E');
  head.writeInt32BE(fields.length + 4, 1);
  return Buffer.concat([head, fields]);
}

/** Whether the packet ends with PostgreSQL's ReadyForQuery. */
export const saysReady = (said: Buffer): boolean => said.length >= 6 && said.subarray(-6, -1).equals(READY);
const READY = Buffer.from([0x5a, 0, 0, 0, 5]);
