/** Followers by the thousand for the live bench: sockets that read frames without making objects of them, so that the server is what is measured. */
import { randomBytes } from 'node:crypto';
import { request } from 'node:http';
import type { Socket } from 'node:net';

export interface Follower {
  /** Results that have come. */
  received: number;
  /** Called with each result's text and its moment (`performance.now()`); unset, results are counted only. */
  onResult: ((text: string) => void) | undefined;
  /** What is read is left lying in the socket. */
  pause(): void;
  resume(): void;
  closed: boolean;
  close(): void;
}

const NEXT = Buffer.from('"type":"next"');

/** Opens a socket, signs in, subscribes, and resolves with the first result. */
export function openFollower(url: string, token: string, query: string, variables: object): Promise<Follower> {
  return new Promise((resolve, reject) => {
    const upgrade = request(`${url}/graphql`, {
      headers: {
        connection: 'Upgrade',
        upgrade: 'websocket',
        'sec-websocket-version': '13',
        'sec-websocket-key': randomBytes(16).toString('base64'),
        'sec-websocket-protocol': 'graphql-transport-ws',
      },
      agent: false,
    });
    upgrade.once('error', reject);
    upgrade.once('response', (response) => reject(new Error(`No WebSocket but ${response.statusCode}.`)));
    upgrade.once('upgrade', (_response, socket: Socket, head) => {
      socket.setNoDelay(true);
      const follower: Follower = {
        received: 0,
        onResult: undefined,
        pause: () => socket.pause(),
        resume: () => socket.resume(),
        closed: false,
        close: () => socket.destroy(),
      };
      socket.once('close', () => {
        follower.closed = true;
        reject(new Error('The socket was closed.'));
      });
      socket.on('error', () => {});
      let rest: Buffer = head;
      const read = (data: Buffer) => {
        rest = rest.length > 0 ? Buffer.concat([rest, data]) : data;
        let at = 0;
        while (rest.length - at >= 2) {
          const kind = (rest[at] as number) & 15;
          let length = (rest[at + 1] as number) & 127;
          let start = at + 2;
          if (length === 126) {
            if (rest.length - at < 4) break;
            length = rest.readUInt16BE(at + 2);
            start += 2;
          } else if (length === 127) {
            if (rest.length - at < 10) break;
            length = Number(rest.readBigUInt64BE(at + 2));
            start += 8;
          }
          if (rest.length < start + length) break;
          const body = rest.subarray(start, start + length);
          at = start + length;
          if (kind === 9) socket.write(frame(body, 10));
          if (kind !== 1) continue;
          if (body.includes(NEXT)) {
            follower.received++;
            if (follower.received === 1) resolve(follower);
            follower.onResult?.(body.toString());
          } else if (body.includes('"type":"connection_ack"')) {
            socket.write(
              frame(
                JSON.stringify({
                  id: randomBytes(16).toString('hex'),
                  type: 'subscribe',
                  payload: { query, variables },
                }),
              ),
            );
          } else reject(new Error(`Not a result: ${body}`));
        }
        rest = rest.subarray(at);
      };
      socket.on('data', read);
      socket.write(frame(JSON.stringify({ type: 'connection_init', payload: { accessToken: token } })));
    });
    upgrade.end();
  });
}

/** A frame as clients send it, masked with zeros. */
function frame(text: string | Buffer, kind = 1): Buffer {
  const body = Buffer.from(text);
  const head = body.length < 126 ? Buffer.from([128 | kind, 128 | body.length, 0, 0, 0, 0]) : Buffer.alloc(8);
  if (body.length >= 126) {
    head[0] = 128 | kind;
    head[1] = 128 | 126;
    head.writeUInt16BE(body.length, 2);
  }
  return Buffer.concat([head, body]);
}
