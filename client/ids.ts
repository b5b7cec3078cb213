/** The API's id of a thing: base64 of `Type:uuid`. It can be computed, so that what is made here needs no answer to be named. */
export function globalId(type: 'Protocol' | 'Revision' | 'Session' | 'Trial', uuid: string): string {
  return btoa(`${type}:${uuid}`);
}

/** The UUID inside an id of the API. Throws a TypeError if it holds none. */
export function uuidOf(id: string): string {
  const uuid = atob(id).split(':')[1];
  if (!uuid) throw new TypeError(`"${id}" is not an id of the API.`);
  return uuid;
}

/** A random UUID; also where the page is served without TLS and `crypto.randomUUID` is missing. */
export function newUuid(): string {
  if (typeof crypto.randomUUID === 'function') return crypto.randomUUID();
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}
