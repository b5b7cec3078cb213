/** What is sent over a WebSocket. The first byte of an input says whether the rest is texts, one a line, or the bytes of frames. */
import { randomBytes } from 'node:crypto';
import { connect } from 'node:net';
import WebSocket from 'ws';
import type { TestServer } from '../../api/src/testing/server.ts';
import type { Target } from './fuzz.ts';

const TEXTS = 0;
const FRAMES = 1;
/** A socket that neither answers a ping nor is closed hangs. */
const HANGS_MS = 10_000;

const INIT = '{"type":"connection_init"}';
const subscribe = (query: string, variables = '{}') =>
  `{"id":"1","type":"subscribe","payload":{"query":${JSON.stringify(query)},"variables":${variables}}}`;

/** A masked frame, as clients send. */
function frame(opcode: number, text: string): Buffer {
  const payload = Buffer.from(text);
  const mask = Buffer.from([1, 2, 3, 4]);
  const head = payload.length < 126 ? [payload.length | 128] : [126 | 128, payload.length >> 8, payload.length & 255];
  return Buffer.concat([
    Buffer.from([0x80 | opcode, ...head]),
    mask,
    payload.map((byte, at) => byte ^ (mask[at % 4] as number)),
  ]);
}

const lines = (...texts: string[]) => Buffer.concat([Uint8Array.of(TEXTS), Buffer.from(texts.join('\n'))]);
const frames = (...parts: Buffer[]) => Buffer.concat([Uint8Array.of(FRAMES), ...parts]);

export function socketFrames(api: TestServer): Target {
  const texts = (text: string): Promise<string> =>
    new Promise((resolve, reject) => {
      const socket = new WebSocket(`${api.url.replace(/^http/, 'ws')}/graphql`, 'graphql-transport-ws');
      const heard = new Set<string>();
      const timer = setTimeout(() => {
        socket.terminate();
        reject(new TypeError(`The socket hangs after ${[...heard].join(' ')}.`));
      }, HANGS_MS);
      socket.on('open', () => {
        for (const line of text.split('\n')) socket.send(line);
        socket.send('{"type":"ping","payload":{"last":true}}');
      });
      socket.on('message', (data) => {
        const message = String(data);
        if (/"INTERNAL"|prisma|postgres/i.test(message)) reject(new TypeError(message.slice(0, 300)));
        const { type, payload } = JSON.parse(message) as {
          type: string;
          payload?: { extensions?: { code: string } }[];
        };
        heard.add(`${type} ${Array.isArray(payload) ? (payload[0]?.extensions?.code ?? '') : ''}`);
        if (type === 'pong' && message.includes('"last":true')) socket.close();
      });
      socket.on('error', () => {});
      socket.on('close', (code) => {
        clearTimeout(timer);
        if (code === 1011 || code === 4500) reject(new TypeError(`Closed with ${code} after ${[...heard].join(' ')}.`));
        resolve(`${code} ${[...heard].sort().join(' ')}`);
      });
    });

  const bytes = (content: Uint8Array): Promise<string> =>
    new Promise((resolve, reject) => {
      const { hostname, port } = new URL(api.url);
      const socket = connect(Number(port), hostname);
      let answer = '';
      const timer = setTimeout(() => {
        socket.destroy();
        reject(new TypeError('The connection hangs.'));
      }, HANGS_MS);
      socket.on('connect', () =>
        socket.write(
          `GET /graphql HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: ${randomBytes(16).toString('base64')}\r\nSec-WebSocket-Protocol: graphql-transport-ws\r\n\r\n`,
        ),
      );
      socket.on('data', (data) => {
        const begins = !answer.includes('\r\n\r\n');
        answer += data.toString('latin1');
        if (begins && answer.includes('\r\n\r\n')) socket.end(content);
      });
      socket.on('error', () => {});
      socket.on('close', () => {
        clearTimeout(timer);
        if (/"INTERNAL"/.test(answer)) reject(new TypeError(answer.slice(-300)));
        // Two bytes of a closing frame's code.
        const at = answer.lastIndexOf('\x88');
        resolve(
          `bytes ${at < 0 ? '' : `${answer.charCodeAt(at + 2)} ${answer.charCodeAt(at + 3)}`} ${/"type":"(\w+)"/.exec(answer)?.[1] ?? ''}`,
        );
      });
    });

  return {
    seeds: [
      lines(INIT, subscribe('{ serverTime }'), '{"id":"1","type":"complete"}'),
      lines(INIT, subscribe('subscription { protocolPublished { slug } }')),
      lines(INIT, subscribe('query ($n: Int) { protocols(first: $n) { nodes { slug } } }', '{"n":3}')),
      lines('{"type":"connection_init","payload":{"accessToken":"x"}}', INIT),
      lines(
        INIT,
        '{"id":"2","type":"subscribe","payload":{"operationName":null,"query":"{","extensions":{"persistedQuery":{"version":1,"sha256Hash":"0"}}}}',
      ),
      frames(frame(1, INIT), frame(1, subscribe('{ serverTime }')), frame(9, 'x'), frame(8, '')),
      frames(frame(1, INIT), frame(2, 'binary'), frame(0, 'goes on')),
      frames(Buffer.from([0x01, 0x80 | 4, 1, 2, 3, 4, 5, 6, 7, 8]), frame(0, INIT)),
    ],
    words: [
      ...[
        '{',
        '}',
        '[',
        ']',
        ',',
        ':',
        '"',
        '\n',
        'null',
        '"id":',
        '"type":"',
        '"payload":',
        'connection_init',
        'subscribe',
        'next',
        'complete',
        'pong',
        'ping',
      ],
      ...[
        '{"__proto__":{}}',
        '"query":"',
        'subscription ',
        '{ __typename }',
        '"extensions":{}',
        '"variables":',
        '\ud800',
        '\\u0000',
        '\0',
        '\x88\x82',
        '\x81\xfe',
        '\xff\xff',
      ],
    ],
    async run(input) {
      const before = api.lines.length;
      const rest = input.slice(1);
      const outcome = (input[0] ?? 0) % 2 === TEXTS ? await texts(Buffer.from(rest).toString()) : await bytes(rest);
      const error = api.lines.slice(before).find((line) => /^error/.test(line));
      if (error) throw new TypeError(error.slice(0, 500));
      api.lines.length = 0;
      return outcome;
    },
  };
}
