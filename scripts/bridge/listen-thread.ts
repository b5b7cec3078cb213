/** Hears the bridge on a thread of its own, which goes before others: whoever is late to hear would make markers late. For the bench. */
import { parentPort } from 'node:worker_threads';
import { goFirst } from './bridge.ts';
import { listenForOsc, readPacket } from './listen.ts';

export interface Came {
  number: number;
  /** By the machine's clock, milliseconds. */
  at: number;
  /** What the bridge says. */
  late: number;
  uncertainty: number;
}

const thread = parentPort;
if (thread) {
  const first = goFirst();
  const { udp, port, packets } = await listenForOsc();
  const toMachine = Number(process.hrtime.bigint()) / 1e6 - performance.now();
  thread.once('message', () => {
    thread.postMessage(
      packets.map((packet): Came => {
        const [, number = 0, late = 0, uncertainty = 0] = readPacket(packet).values;
        return { number, at: packet.at + toMachine, late, uncertainty };
      }),
    );
    udp.close();
  });
  thread.postMessage({ port, first });
}
