/** The process of `npm run bridge`: takes markers from pages of this computer, and sends each as OSC when its moment comes. */
import { createSocket, type Socket } from 'node:dgram';
import { lookup } from 'node:dns/promises';
import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { constants, getPriority, setPriority } from 'node:os';
import { toBuffer } from 'osc-min';
import { type WebSocket, WebSocketServer } from 'ws';
import { z } from 'zod';
import { type FromBridge, MAX_MESSAGE_BYTES, MOST_AHEAD_MILLISECONDS } from '../../web/src/jspsych/bridge-messages.ts';

/** Whoever is not on this computer does not reach it. No option changes that. */
const LOOPBACK = '127.0.0.1';
const OSC_ADDRESS = '/nes/marker';
const MOST_PAGES = 8;
const MOST_WAITING = 64;
/** A timer of Node may come so much late; the rest is waited for by looking at the clock. */
const WATCH_MILLISECONDS = 3;

const number = z
  .int()
  .min(1)
  .max(2 ** 31 - 1);
const fromPage = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('clock'), number }),
  z.strictObject({
    kind: z.literal('marker'),
    number,
    code: z.int().min(1).max(255),
    at: z.number(),
    uncertainty: z.number().min(0).max(10_000),
  }),
]);

/** WebSocket close codes, RFC 6455. */
const NO_TEXT = 1003;
const AGAINST_RULES = 1008;

export interface BridgeOptions {
  /** Port on 127.0.0.1; 0 for a free one. */
  port: number;
  /** Origins whose pages may send markers, as browsers write them: `https://lab.example`. */
  origins: ReadonlySet<string>;
  /** Where OSC goes, by UDP. */
  osc: { host: string; port: number };
  /** Is told what happens, a line each. */
  tell(line: string): void;
}

export interface Bridge {
  port: number;
  close(): Promise<void>;
}

/** @throws {Error} where the host has no address */
async function openOsc({ host, port }: BridgeOptions['osc'], tell: BridgeOptions['tell']): Promise<Socket> {
  const { address, family } = await lookup(host).catch(() => {
    throw new Error(`${host}: there is no such host`);
  });
  const socket = createSocket(family === 6 ? 'udp6' : 'udp4');
  // Connected, so that no packet waits for a look-up, and that we hear when nobody listens.
  socket.connect(port, address);
  await once(socket, 'connect');
  socket.on('error', ({ code, message }: NodeJS.ErrnoException) =>
    tell(code === 'ECONNREFUSED' ? `nobody listens at ${host}:${port}` : `OSC to ${host}:${port}: ${message}`),
  );
  return socket;
}

/**
 * Asks the system to run this thread before others: a marker is due to the millisecond, and they can wait that long.
 * @returns whether it does; on Linux and macOS it takes root
 */
export function goFirst(): boolean {
  try {
    setPriority(Math.min(getPriority(), constants.priority.PRIORITY_HIGH));
    return true;
  } catch {
    return false;
  }
}

/** Calls back when a moment of `performance.now()` has come, never before. @returns takes it back */
function callAt(at: number, call: () => void): () => void {
  let immediate: NodeJS.Immediate | undefined;
  const watch = (): void => {
    if (performance.now() >= at) call();
    else immediate = setImmediate(watch);
  };
  const timer = setTimeout(watch, Math.max(0, at - performance.now() - WATCH_MILLISECONDS));
  return () => {
    clearTimeout(timer);
    clearImmediate(immediate);
  };
}

/**
 * Opens the bridge on 127.0.0.1.
 * Each marker becomes one OSC message `/nes/marker` of an integer, its code; an integer, its number, which rises by one a marker from 1 on; and
 * two floats, how many milliseconds after its moment it was sent, and by how many that moment may be wrong.
 * @throws {Error} where the port is taken or the host of OSC is not known
 */
export async function openBridge({ port, origins, osc, tell }: BridgeOptions): Promise<Bridge> {
  const udp = await openOsc(osc, tell);
  let sent = 0;

  const takeFrom = (socket: WebSocket, origin: string): void => {
    const waiting = new Set<() => void>();
    const answer = (message: FromBridge) => socket.send(JSON.stringify(message));
    const refuse = (reason: string): void => {
      tell(`${origin}: refused, ${reason}`);
      socket.close(AGAINST_RULES, reason);
    };
    tell(`${origin}: connected`);
    socket.on('error', ({ message }) => tell(`${origin}: refused, ${message}`));
    socket.on('close', () => {
      for (const takeBack of waiting) takeBack();
      tell(
        `${origin}: gone${waiting.size > 0 ? `; ${waiting.size} markers that it still waited for are not sent` : ''}`,
      );
    });
    socket.on('message', (data, isBinary) => {
      const came = performance.now();
      if (socket.readyState !== socket.OPEN) return;
      if (isBinary) return socket.close(NO_TEXT, 'a frame must be text');
      const text = data.toString();
      let value: unknown;
      try {
        value = JSON.parse(text);
      } catch {
        return refuse('a frame is no JSON');
      }
      const { data: message, error } = fromPage.safeParse(value);
      if (error) return refuse(`a frame is no message: ${error.issues[0]?.path.join('.') || 'its form'} is wrong`);
      if (message.kind === 'clock')
        return answer({ kind: 'clock', number: message.number, came, went: performance.now() });
      const { code, at, uncertainty } = message;
      if (at - came > MOST_AHEAD_MILLISECONDS)
        return refuse(`a marker is more than ${MOST_AHEAD_MILLISECONDS} ms ahead`);
      if (waiting.size >= MOST_WAITING) return refuse(`more than ${MOST_WAITING} markers wait`);
      const takeBack = callAt(at, () => {
        const late = performance.now() - at;
        const packet = toBuffer({
          address: OSC_ADDRESS,
          args: [
            { type: 'integer', value: code },
            { type: 'integer', value: ++sent },
            { type: 'float', value: late },
            { type: 'float', value: uncertainty },
          ],
        });
        udp.send(new Uint8Array(packet.buffer, packet.byteOffset, packet.byteLength));
        waiting.delete(takeBack);
        answer({ kind: 'sent', number: message.number, late });
      });
      waiting.add(takeBack);
    });
  };

  const http = createServer((_, response) => {
    response
      .writeHead(426, { 'content-type': 'text/plain', upgrade: 'websocket' })
      .end('This is a bridge for markers: WebSocket only.\n');
  });
  const sockets = new WebSocketServer({
    server: http,
    maxPayload: MAX_MESSAGE_BYTES,
    perMessageDeflate: false,
    verifyClient: (
      { origin }: { origin: string | undefined },
      decide: (yes: boolean, code?: number, why?: string) => void,
    ) => {
      if (!origin || !origins.has(origin)) {
        tell(`${origin ?? 'something without an origin'}: refused; --origin has ${[...origins].join(', ')}`);
        decide(false, 403, 'This origin may not send markers');
      } else if (sockets.clients.size >= MOST_PAGES) {
        tell(`${origin}: refused, ${MOST_PAGES} pages are connected`);
        decide(false, 503, 'Too many pages');
      } else decide(true);
    },
  });
  sockets.on('connection', (socket, { headers }: IncomingMessage) => takeFrom(socket, headers.origin ?? ''));
  try {
    await new Promise<void>((listening, fail) => {
      sockets.on('error', fail);
      http.listen(port, LOOPBACK, listening);
    });
  } catch (error) {
    udp.close();
    const taken = (error as NodeJS.ErrnoException).code === 'EADDRINUSE';
    throw taken ? new Error(`port ${port} is taken; --port names another`) : error;
  }
  return {
    port: (http.address() as AddressInfo).port,
    close: async () => {
      for (const socket of sockets.clients) socket.terminate();
      http.close();
      await once(http, 'close');
      udp.close();
    },
  };
}
