import { exportJson } from './export/json.ts';
import { decodeText } from './import/decode.ts';
import { importJson } from './import/json.ts';
import type { ProgramFile } from './model.ts';

/** A link that holds no program, in one sentence for people. */
export class ShareError extends Error {
  override readonly name = 'ShareError';
}

const KEY = 'program=';
/** Version 1: the program's JSON, compressed as raw DEFLATE, in base64url. */
const VERSION = '1.';
/** Browsers take addresses of about 2 million characters; many other programs far fewer. */
const LONGEST_FRAGMENT = 2_000_000;
/** A full program is about 2 MB of JSON. What unpacks to more is refused while it unpacks. */
const LARGEST_JSON = 8 * 1024 * 1024;

function base64url(bytes: Uint8Array): string {
  let text = '';
  for (let at = 0; at < bytes.length; at += 8192) text += String.fromCharCode(...bytes.subarray(at, at + 8192));
  return btoa(text).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
}

function fromBase64url(text: string): Uint8Array<ArrayBuffer> {
  if (!/^[A-Za-z0-9_-]*$/.test(text))
    throw new ShareError('The link is damaged: it has characters that do not belong there.');
  try {
    return Uint8Array.from(atob(text.replaceAll('-', '+').replaceAll('_', '/')), (character) =>
      character.charCodeAt(0),
    );
  } catch {
    throw new ShareError('The link is damaged: it is cut off.');
  }
}

/** Sends bytes through a stream and gathers at most `most` of what comes out. */
async function through(
  bytes: Uint8Array<ArrayBuffer>,
  stream: GenericTransformStream,
  most: number,
): Promise<Uint8Array> {
  const reader = new Blob([bytes]).stream().pipeThrough(stream).getReader() as ReadableStreamDefaultReader<Uint8Array>;
  const chunks: Uint8Array[] = [];
  let length = 0;
  for (let step = await reader.read(); !step.done; step = await reader.read()) {
    length += step.value.length;
    if (length > most) {
      await reader.cancel();
      throw new ShareError(`The link unpacks to more than ${most} bytes.`);
    }
    chunks.push(step.value);
  }
  const whole = new Uint8Array(length);
  let at = 0;
  for (const chunk of chunks) {
    whole.set(chunk, at);
    at += chunk.length;
  }
  return whole;
}

/**
 * The fragment of an address (from `#` on) that holds a program. Nothing of it is ever sent to a server.
 * @throws {ShareError} for a program that is too large for an address
 */
export async function shareFragment(file: ProgramFile): Promise<string> {
  const json = JSON.stringify(JSON.parse(exportJson(file).text));
  const packed = await through(new TextEncoder().encode(json), new CompressionStream('deflate-raw'), LARGEST_JSON);
  const fragment = `#${KEY}${VERSION}${base64url(packed)}`;
  if (fragment.length > LONGEST_FRAGMENT) {
    throw new ShareError(
      `The program is too large for a link: ${fragment.length} characters, at most ${LONGEST_FRAGMENT}.`,
    );
  }
  return fragment;
}

/**
 * Reads a program from an address's fragment.
 * @param fragment with or without `#`
 * @returns null where the fragment is about something else
 * @throws {ShareError} for a link that is too long, damaged, of another version or unpacks to too much
 * @throws {ImportError} where it holds no JSON
 * @throws {ProgramError} where the JSON is no program
 */
export async function readShareFragment(fragment: string): Promise<ProgramFile | null> {
  const text = fragment.replace(/^#/, '');
  if (!text.startsWith(KEY)) return null;
  if (text.length > LONGEST_FRAGMENT)
    throw new ShareError(`The link has ${text.length} characters; at most ${LONGEST_FRAGMENT}.`);
  const data = text.slice(KEY.length);
  if (!data.startsWith(VERSION)) {
    throw new ShareError('The link is of another version; this one reads version 1.');
  }
  const packed = fromBase64url(data.slice(VERSION.length));
  let json: Uint8Array;
  try {
    json = await through(packed, new DecompressionStream('deflate-raw'), LARGEST_JSON);
  } catch (error) {
    if (error instanceof ShareError) throw error;
    throw new ShareError('The link is damaged: it cannot be unpacked.');
  }
  return importJson(decodeText(json));
}
