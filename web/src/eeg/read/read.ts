import { assemble, CAPTURE_HEAD } from '../capture.ts';
import { EegFileError, type Recording } from '../recording.ts';
import { readBrainVision } from './brainvision.ts';
import { readOpenBci, readTable } from './csv.ts';
import { readEdf } from './edf.ts';
import { isNotifications, readNotifications } from './notifications.ts';
import { readXdf } from './xdf.ts';

/** Gives a file beside the one that is read, by its name alone. */
export type Companion = (name: string) => Promise<Uint8Array | undefined>;

function begins(bytes: Uint8Array, text: string): boolean {
  return Array.from(text).every((letter, index) => bytes[index] === letter.charCodeAt(0));
}

function decode(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes);
}

/**
 * Reads a recording. What a file is, its first bytes tell, not its name.
 * @throws {EegFileError} for a file that is none of these or is damaged; nothing else is thrown for any bytes
 */
export async function readEeg(bytes: Uint8Array, companion: Companion): Promise<Recording> {
  if (bytes.length === 0) throw new EegFileError('the file is empty');
  if (begins(bytes, CAPTURE_HEAD)) return assemble(bytes).recording;
  if (begins(bytes, 'XDF:')) return readXdf(bytes);
  if (bytes[0] === 0xff ? begins(bytes.subarray(1), 'BIOSEMI') : begins(bytes, '0       ')) return readEdf(bytes);
  const head = decode(bytes.subarray(0, 400));
  if (/^\uFEFF?(Brain ?Vision|BrainVision) .*Header File/i.test(head)) return readBrainVision(bytes, companion);
  if (/^%/.test(head) || /^Sample Index/i.test(head)) return readOpenBci(decode(bytes));
  if (isNotifications(head)) return readNotifications(decode(bytes));
  if (/^"?time ?stamps?/i.test(head)) return readTable(decode(bytes));
  throw new EegFileError(
    'it is none of: EDF, EDF+, BDF, BDF+, BrainVision (.vhdr), XDF, CSV of muse-lsl or Mind Monitor, OpenBCI text, a log of Muse notifications',
  );
}
