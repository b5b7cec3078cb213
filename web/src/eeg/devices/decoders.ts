import { AthenaDecoder } from './athena.ts';
import { BridgeDecoder } from './bridge.ts';
import { CytonDecoder } from './cyton.ts';
import { MuseDecoder } from './muse.ts';
import type { Decoder, DeviceKind } from './transport.ts';

const MAKERS: Record<DeviceKind, () => Decoder> = {
  athena: () => new AthenaDecoder(),
  muse: () => new MuseDecoder(),
  cyton: () => new CytonDecoder(),
  bridge: () => new BridgeDecoder(),
};

export function makeDecoder(kind: DeviceKind): Decoder {
  return MAKERS[kind]();
}
