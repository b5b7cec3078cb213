/** Hears what the bridge sends, for tests and the bench; a library reads it, not what wrote it. */
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { fromBuffer } from 'osc-min';

export interface Packet {
  bytes: Buffer;
  /** When it came, `performance.now()`. */
  at: number;
}

export interface Heard {
  address: string;
  types: string[];
  /** Code, number, lateness, uncertainty. */
  values: number[];
}

/** @throws {Error} for what is no OSC message of numbers */
export function readPacket({ bytes }: Packet): Heard {
  const message = fromBuffer(bytes);
  if (message.oscType !== 'message') throw new Error('it is no message');
  const types: string[] = [];
  const values: number[] = [];
  for (const arg of message.args) {
    if (Array.isArray(arg) || !('value' in arg) || typeof arg.value !== 'number')
      throw new Error('it holds no numbers');
    types.push(arg.type);
    values.push(arg.value);
  }
  return { address: message.address, types, values };
}

export async function listenForOsc(): Promise<{ udp: Socket; port: number; packets: Packet[] }> {
  const packets: Packet[] = [];
  const udp = createSocket('udp4');
  udp.on('message', (bytes) => packets.push({ bytes, at: performance.now() }));
  udp.bind(0, '127.0.0.1');
  await once(udp, 'listening');
  return { udp, port: (udp.address() as AddressInfo).port, packets };
}
