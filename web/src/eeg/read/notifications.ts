import { arrivalRecord, assemble, CAPTURE_HEAD, eventRecord } from '../capture.ts';
import { EegFileError, type Recording } from '../recording.ts';

/** `time, characteristic, hexadecimal bytes`, with tabs or commas: what OpenMuse and muse-jsx write of a Muse. */
const LINE = /^(\d{4}-\d\d-\d\dT[\d:.]+(?:Z|[+-]\d\d:\d\d))[\t,]273e00([0-9a-f]{2})-[0-9a-f-]+[\t,]([0-9a-f]*)$/i;
/** Characteristic of the Athena. */
const ATHENA = 0x13;

/** Whether a text begins as such a log does. */
export const isNotifications = (head: string): boolean =>
  /^(Timestamp,UUID,HexData|\d{4}-\d\d-\d\dT\S+[\t,]273e00)/i.test(head);

/**
 * A log of Bluetooth notifications: the bytes of a Muse with their arrivals, as if they came now.
 * @throws {EegFileError} for a line that is none, or a log without samples
 */
export function readNotifications(text: string): Recording {
  const records: Uint8Array[] = [];
  let athena = false;
  for (const [index, raw] of text.split('\n').entries()) {
    const line = raw.trim();
    if (line === '' || line.startsWith('Timestamp')) continue;
    const [, time, source, hex] = LINE.exec(line) ?? [];
    if (time === undefined || source === undefined || hex === undefined || hex.length % 2) {
      throw new EegFileError(
        `line ${index + 1}: "${line.slice(0, 60)}"; expected time, characteristic and hexadecimal bytes`,
      );
    }
    const bytes = Uint8Array.from({ length: hex.length / 2 }, (_, at) =>
      Number.parseInt(hex.slice(2 * at, 2 * at + 2), 16),
    );
    const number = Number.parseInt(source, 16);
    athena ||= number === ATHENA;
    records.push(arrivalRecord({ seconds: Date.parse(time) / 1000, source: number, bytes }));
  }
  const parts = [
    new TextEncoder().encode(CAPTURE_HEAD),
    eventRecord({ type: 'device', kind: athena ? 'athena' : 'muse', name: 'Muse' }, 0),
    ...records,
  ];
  const whole = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return { ...assemble(whole).recording, format: athena ? 'Muse S Athena notifications' : 'Muse notifications' };
}
