import { createHash } from 'node:crypto';

/**
 * A UUID that anyone can compute from a name: the first 16 bytes of its SHA-256, marked as version 8 (RFC 9562,
 * "custom") with the standard variant.
 */
function uuidOf(name: string): string {
  const bytes = createHash('sha256').update(name, 'utf8').digest().subarray(0, 16);
  bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x80, 6);
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8);
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

/** Id of a built-in protocol. It is the same in every database, so that an application without network knows it. */
export function protocolId(slug: string): string {
  return uuidOf(`nes-protocol:${slug}`);
}

/** Id of a built-in protocol's revision that was made from version `version` of its library entry. */
export function revisionId(slug: string, version: number): string {
  return uuidOf(`nes-revision:${slug}@${version}`);
}
