import type { Order } from './order.ts';
import { sha256 } from './plan.ts';

/** What a commitment was made of; whoever has it can check the commitment. */
export interface Opening {
  /** 32 random bytes, hex: without them a short order could be found by trying all. */
  salt: string;
  order: Order;
}

export function freshSalt(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(32)), (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** SHA-256(salt ‖ order), hex; both as the ASCII text that stands in the export. */
export function commitmentOf({ salt, order }: Opening): Promise<string> {
  return sha256(salt + order);
}
