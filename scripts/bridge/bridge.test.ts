/** The bridge as pages and strangers meet it, and the packets that come out of it. */
import assert from 'node:assert/strict';
import { execFile, execFileSync, spawn, spawnSync } from 'node:child_process';
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { networkInterfaces, tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, beforeEach, it, test } from 'vitest';
import WebSocket from 'ws';
import { type FromBridge, MAX_MESSAGE_BYTES } from '../../web/src/jspsych/bridge-messages.ts';
import { type Bridge, openBridge } from './bridge.ts';
import { listenForOsc, type Packet, readPacket } from './listen.ts';

const ORIGIN = 'https://lab.example';
const script = join(import.meta.dirname, 'lsl.py');

let udp: Socket;
let port: number;
let packets: Packet[];
let told: string[];
let bridge: Bridge;

beforeEach(async () => {
  // Its own list: what an earlier bridge says late does not come here.
  const lines: string[] = [];
  told = lines;
  ({ udp, port, packets } = await listenForOsc());
  bridge = await openBridge({
    port: 0,
    origins: new Set([ORIGIN]),
    osc: { host: '127.0.0.1', port },
    tell: (line) => lines.push(line),
  });
});
afterEach(async () => {
  await bridge.close();
  udp.close();
});

async function until(true_: () => boolean, what: string): Promise<void> {
  for (let n = 0; !true_(); n++) {
    assert.ok(n < 500, `${what}; told: ${told.join(' | ')}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

/** A page's socket with what came to it. */
async function visit(origin: string | undefined = ORIGIN) {
  const socket = new WebSocket(`ws://127.0.0.1:${bridge.port}`, origin === undefined ? {} : { origin });
  const came: FromBridge[] = [];
  let closed: { code: number; reason: string } | undefined;
  socket.on('message', (data) => came.push(JSON.parse(data.toString())));
  socket.on('close', (code, reason) => {
    closed = { code, reason: reason.toString() };
  });
  await once(socket, 'open');
  return {
    came,
    socket,
    say: (message: object) => socket.send(JSON.stringify(message)),
    closing: async () => {
      await until(() => closed !== undefined, 'it is not closed');
      return closed;
    },
  };
}

const marker = { kind: 'marker', number: 1, code: 5, at: 0, uncertainty: 0.25 };

const read = (index: number) => readPacket(packets[index] as Packet);

test('a marker goes out at its moment, never before, as one OSC message; markers in any order', async () => {
  const { say, came } = await visit();
  const now = performance.now();
  const moments = [400, 200, 300, 200, -5];
  for (const [index, ahead] of moments.entries())
    say({ ...marker, number: index + 1, code: 10 + index, at: now + ahead });
  await until(() => packets.length === moments.length && came.length === moments.length, 'not all came');
  const codes: number[] = [];
  for (const [index, { at }] of packets.entries()) {
    const { address, types, values } = read(index);
    assert.equal(address, '/nes/marker');
    assert.deepEqual(types, ['integer', 'integer', 'float', 'float']);
    const [code = 0, number, late = -1, uncertainty] = values;
    codes.push(code);
    assert.equal(number, index + 1);
    assert.equal(uncertainty, 0.25);
    const due = now + (moments[code - 10] ?? 0);
    assert.ok(late >= 0 && at >= due, `sent ${at - due} ms after its moment, said ${late}`);
    // The packet came after it was sent, and what the page is told is the same.
    assert.ok(at - due >= late - 0.01, `${at - due} ${late}`);
    const said = came.find((answer) => answer.kind === 'sent' && answer.number === code - 9);
    assert.ok(said?.kind === 'sent' && Math.abs(said.late - late) < 1e-3);
  }
  assert.deepEqual([codes[0], codes.at(-1)], [14, 10]);
});

test('the clock: what it says lies between question and answer', async () => {
  const { say, came } = await visit();
  const left = performance.now();
  say({ kind: 'clock', number: 7 });
  await until(() => came.length === 1, 'no answer');
  const [answer] = came;
  assert.ok(answer?.kind === 'clock' && answer.number === 7);
  assert.ok(left <= answer.came && answer.came <= answer.went && answer.went <= performance.now());
});

test('other origins, and whoever has none, are refused before a word is said', async () => {
  for (const origin of [
    'https://evil.example',
    'http://lab.example',
    'https://lab.example:444',
    'null',
    'https://lab.example.evil.example',
    undefined,
  ]) {
    const socket = new WebSocket(`ws://127.0.0.1:${bridge.port}`, origin === undefined ? {} : { origin });
    const [error] = (await once(socket, 'error')) as unknown as [Error];
    assert.match(error.message, /403/, origin);
  }
  assert.equal(told.length, 6);
  assert.match(told[0] ?? '', /^https:\/\/evil\.example: refused; --origin has https:\/\/lab\.example$/);
  assert.equal(packets.length, 0);
});

test('what is no message is refused with a reason, sends nothing, and the bridge goes on', async () => {
  const bad: [string | Buffer, number, RegExp][] = [
    ['x', 1008, /no JSON/],
    ['null', 1008, /no message/],
    ['[]', 1008, /no message/],
    ['{"kind":"run"}', 1008, /kind is wrong/],
    [JSON.stringify({ ...marker, code: 0 }), 1008, /code is wrong/],
    [JSON.stringify({ ...marker, code: 256 }), 1008, /code is wrong/],
    [JSON.stringify({ ...marker, code: '5' }), 1008, /code is wrong/],
    [JSON.stringify({ ...marker, at: null }), 1008, /at is wrong/],
    [JSON.stringify({ ...marker, number: 0.5 }), 1008, /number is wrong/],
    [JSON.stringify({ ...marker, uncertainty: -1 }), 1008, /uncertainty is wrong/],
    [JSON.stringify({ ...marker, more: 1 }), 1008, /no message/],
    [JSON.stringify({ ...marker, at: 1e9 }), 1008, /10000 ms ahead/],
    [Buffer.from(JSON.stringify(marker)), 1003, /text/],
  ];
  for (const [frame, code, reason] of bad) {
    const { socket, closing } = await visit();
    socket.send(frame);
    // What comes after it is not read any more.
    socket.send(JSON.stringify(marker));
    const closed = await closing();
    assert.equal(closed?.code, code, String(frame));
    assert.match(closed?.reason ?? '', reason);
  }
  const { say } = await visit();
  say(marker);
  await until(() => packets.length === 1, 'it does not go on');
  assert.equal(read(0).values[1], 1, 'nothing was sent before');
});

test('a frame that is too long is not read, whole or in parts', async () => {
  const one = await visit();
  one.socket.send(JSON.stringify(marker).padEnd(MAX_MESSAGE_BYTES + 1));
  assert.equal((await one.closing())?.code, 1009);
  const two = await visit();
  for (let n = 0; n < 20; n++) two.socket.send(' '.repeat(20), { fin: false });
  assert.equal((await two.closing())?.code, 1009);
  const three = await visit();
  three.say(marker);
  three.socket.send(JSON.stringify({ ...marker, number: 2 }).padEnd(MAX_MESSAGE_BYTES));
  await until(() => packets.length === 2, 'the longest is too long');
});

test('no more than 64 markers wait for a page, and those of a page that has gone are not sent', async () => {
  const { say, closing, socket } = await visit();
  for (let n = 0; n < 64; n++) say({ ...marker, number: n + 1, at: performance.now() + 300 });
  say({ ...marker, number: 65, at: performance.now() + 300 });
  const closed = await closing();
  assert.match(closed?.reason ?? '', /64 markers wait/);
  assert.equal(socket.readyState, socket.CLOSED);
  await new Promise((resolve) => setTimeout(resolve, 500));
  assert.equal(packets.length, 0);
  assert.ok(told.some((line) => /64 markers that it still waited for are not sent/.test(line)));
});

test('no more than 8 pages at once', async () => {
  const pages = await Promise.all(Array.from({ length: 8 }, () => visit()));
  const ninth = new WebSocket(`ws://127.0.0.1:${bridge.port}`, { origin: ORIGIN });
  const [error] = (await once(ninth, 'error')) as unknown as [Error];
  assert.match(error.message, /503/);
  pages[0]?.socket.close();
  await pages[0]?.closing();
  await visit();
});

test('it listens on the loopback address alone; plain HTTP is told what it is', async () => {
  const response = await fetch(`http://127.0.0.1:${bridge.port}/`);
  assert.equal(response.status, 426);
  const others = Object.values(networkInterfaces())
    .flatMap((list) => list ?? [])
    .filter(({ internal, address, family }) => family === 'IPv4' && (!internal || address !== '127.0.0.1'))
    .map(({ address }) => address);
  // Linux answers on all of 127.0.0.0/8 whoever listens on every address.
  for (const host of [...others, ...(process.platform === 'linux' ? ['127.0.0.2'] : [])]) {
    const socket = connect(bridge.port, host);
    const outcome = await new Promise<string>((resolve) => {
      socket.once('connect', () => resolve('connected'));
      socket.once('error', ({ code }: NodeJS.ErrnoException) => resolve(code ?? ''));
    });
    socket.destroy();
    assert.equal(outcome, 'ECONNREFUSED', host);
  }
});

test('a port that is taken, a host that is not there, and nobody who listens are told', async () => {
  const options = { origins: new Set([ORIGIN]), osc: { host: '127.0.0.1', port: 9 }, tell: () => undefined };
  await assert.rejects(openBridge({ ...options, port: bridge.port }), /is taken; --port names another/);
  await assert.rejects(
    openBridge({ ...options, port: 0, osc: { host: 'no-such-host.invalid', port: 9 } }),
    /no such host/,
  );
  const { say } = await visit();
  udp.close();
  say(marker);
  await until(() => told.some((line) => line === `nobody listens at 127.0.0.1:${port}`), 'it does not tell');
  udp = createSocket('udp4').bind(0);
});

test('the command: wrong use is said with code 2', async () => {
  const run = (args: readonly string[]) =>
    new Promise<{ status: unknown; stderr: string }>((resolve) => {
      const command = join(import.meta.dirname, '..', 'bridge.ts');
      execFile(process.execPath, [command, ...args], (error, _, stderr) => resolve({ status: error?.code, stderr }));
    });
  const wrong: [string[], RegExp][] = [
    [[], /--origin is missing/],
    [['--origin', 'https://lab.example/'], /expected a scheme, a host, and no path/],
    [['--origin', 'file://x'], /expected a scheme/],
    [['--origin', '*'], /expected a scheme/],
    [['--origin', ORIGIN, '--osc', '::1:9000'], /--osc is "::1:9000"/],
    [['--origin', ORIGIN, '--osc', '127.0.0.1:0'], /--osc is "0"/],
    [['--origin', ORIGIN, '--host', '0.0.0.0'], /--host is not known/],
  ];
  await Promise.all(
    wrong.map(async ([args, said]) => {
      const { status, stderr } = await run(args);
      assert.match(stderr, said);
      assert.equal(status, 2, stderr);
    }),
  );
});

const python = spawnSync('python3', ['--version']).status === 0;

it.skipIf(!python)('the script for LSL compiles, and reads the packets of the bridge and nothing else', async () => {
  const { say } = await visit();
  say({ ...marker, code: 200 });
  await until(() => packets.length === 1, 'no packet');
  const good = packets[0]?.bytes ?? Buffer.alloc(0);
  const changed = (at: number, value: number) => Buffer.from(good).fill(value, at, at + 1);
  const wrong = [
    Buffer.alloc(0),
    good.subarray(0, 5),
    good.subarray(0, good.length - 1),
    Buffer.concat([good, Buffer.alloc(4)]),
    changed(1, 'x'.charCodeAt(0)),
    changed(1, 0xff),
    changed(13, 's'.charCodeAt(0)),
    // Code 0, and a code above 255.
    changed(good.length - 13, 0),
    changed(good.length - 14, 1),
    // Negative lateness.
    changed(good.length - 8, 0xbf),
  ];
  const folder = mkdtempSync(join(tmpdir(), 'nes-lsl-'));
  try {
    execFileSync('python3', ['-m', 'py_compile', script], { env: { ...process.env, PYTHONPYCACHEPREFIX: folder } });
    const program = `
import importlib.util, json, sys
spec = importlib.util.spec_from_file_location("lsl", sys.argv[1])
lsl = importlib.util.module_from_spec(spec); spec.loader.exec_module(lsl)
for word in sys.argv[2:]:
    try: print(json.dumps(lsl.read_marker(bytes.fromhex(word))))
    except ValueError as error: print(json.dumps(str(error)))
`;
    const out = execFileSync(
      'python3',
      ['-c', program, script, ...[good, ...wrong].map((one) => one.toString('hex'))],
      {
        encoding: 'utf8',
        env: { ...process.env, PYTHONPYCACHEPREFIX: folder },
      },
    );
    const [first, ...rest] = out
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as unknown);
    assert.deepEqual(first, read(0).values);
    assert.equal(rest.length, wrong.length);
    for (const [index, answer] of rest.entries())
      assert.equal(typeof answer, 'string', `${index}: ${JSON.stringify(answer)}`);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

it.skipIf(!python)(
  'the script for LSL pushes each code at its moment (pylsl is a stand-in that writes down what it is given)',
  async () => {
    const folder = mkdtempSync(join(tmpdir(), 'nes-lsl-'));
    mkdirSync(join(folder, 'pylsl'));
    writeFileSync(
      join(folder, 'pylsl', '__init__.py'),
      `
import json, time
IRREGULAR_RATE = 0.0
log = open(${JSON.stringify(join(folder, 'pushed'))}, "a", buffering=1)
def local_clock(): return time.monotonic()
class StreamInfo:
    def __init__(self, *given): print(json.dumps(given), file=log)
class StreamOutlet:
    def __init__(self, info): pass
    def push_sample(self, sample, timestamp): print(json.dumps([sample, timestamp]), file=log)
`,
    );
    await new Promise<void>((closed) => udp.close(closed));
    const child = spawn('python3', [script, '--port', String(port), '--name', 'Bench'], {
      env: { ...process.env, PYTHONPATH: folder, PYTHONPYCACHEPREFIX: folder },
    });
    try {
      const [line] = (await once(createInterface(child.stdout), 'line')) as [string];
      assert.equal(line, `stream Bench, OSC at 127.0.0.1:${port}`);
      const { say, came } = await visit();
      // Milliseconds of the machine's clock, which Python's time.monotonic() tells in seconds.
      const toMachine = Number(process.hrtime.bigint()) / 1e6 - performance.now();
      const due = [30, 50].map((ahead) => performance.now() + ahead);
      for (const [index, at] of due.entries()) say({ ...marker, number: index + 1, code: 7 + index, at });
      await until(() => came.length === 2, 'not sent');
      const pushed = () =>
        readFileSync(join(folder, 'pushed'), 'utf8')
          .trim()
          .split('\n')
          .map((one) => JSON.parse(one));
      await until(() => pushed().length === 3, 'not pushed');
      const [info, ...samples] = pushed();
      assert.deepEqual(info, ['Bench', 'Markers', 1, 0, 'string', `nes-bridge-${port}`]);
      for (const [index, [sample, timestamp]] of samples.entries()) {
        assert.deepEqual(sample, [String(7 + index)]);
        if (process.platform !== 'linux') continue;
        const off = timestamp * 1000 - toMachine - (due[index] ?? 0);
        // Only the way of the packet lies between, and how long Python takes to wake on a busy machine.
        assert.ok(off > -0.1 && off < 50, `${off} ms from its moment`);
      }
    } finally {
      child.kill();
      rmSync(folder, { recursive: true });
      udp = createSocket('udp4').bind(0);
    }
  },
);
