/**
 * `npm run bridge -- --origin ORIGIN[,ORIGIN…] [--osc HOST:PORT] [--port N]` takes markers from pages of these origins by a WebSocket on 127.0.0.1,
 * and sends them as OSC over UDP (docs/RESEARCH.md). It runs until it is ended. Standard output has one line of JSON when it is ready;
 * what happens is told on standard error. Exit code 2: wrong use; 1: a port is taken, or there is no such host.
 */
import { BRIDGE_PORT } from '../web/src/jspsych/bridge-messages.ts';
import { goFirst, openBridge } from './bridge/bridge.ts';
import { readFlags, readNumber, runCommand, UseError } from './program-command.ts';

const USE = 'npm run bridge -- --origin ORIGIN[,ORIGIN…] [--osc HOST:PORT] [--port N]';

/** @throws {UseError} for what no browser sends as the origin of a page */
function readOrigins(text: string | undefined): Set<string> {
  if (!text) throw new UseError('--origin is missing: whose pages may send markers? It is as in https://lab.example');
  return new Set(
    text.split(',').map((word) => {
      const { protocol, origin } = URL.parse(word) ?? {};
      if (origin !== word || !/^https?:$/.test(protocol ?? ''))
        throw new UseError(`--origin is "${word}"; expected a scheme, a host, and no path, as in https://lab.example`);
      return word;
    }),
  );
}

/** @throws {UseError} for what is not HOST:PORT, or [IPV6]:PORT */
function readTarget(text: string): { host: string; port: number } {
  const { six, host = six, port } = /^(?:\[(?<six>[^\]]+)\]|(?<host>[^:[\]]+)):(?<port>.+)$/.exec(text)?.groups ?? {};
  if (host === undefined) throw new UseError(`--osc is "${text}"; expected a host and a port, as in 127.0.0.1:9000`);
  return { host, port: readNumber('osc', port, 1, 65_535, true) ?? 0 };
}

async function main(): Promise<void> {
  const { values, files } = readFlags(['origin', 'osc', 'port']);
  if (files.length > 0) throw new UseError(`"${files[0]}" is no option`);
  const origins = readOrigins(values.origin);
  const target = values.osc ?? '127.0.0.1:9000';
  const osc = readTarget(target);
  const port = readNumber('port', values.port, 0, 65_535, true) ?? BRIDGE_PORT;
  if (!goFirst())
    process.stderr.write(
      'The system does not let the bridge go first: where the processors are overloaded, markers come late.\n',
    );
  const bridge = await openBridge({ port, origins, osc, tell: (line) => process.stderr.write(`${line}\n`) });
  process.stdout.write(
    `${JSON.stringify({ address: `ws://127.0.0.1:${bridge.port}`, osc: target, origins: [...origins] })}\n`,
  );
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void bridge.close());
}

await runCommand(USE, main);
