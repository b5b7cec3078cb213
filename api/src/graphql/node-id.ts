import { isUuid } from '../platform/ids.ts';
import { badInput } from './errors.ts';

/** The global id of a thing: base64 of `Type:uuid`. Clients may compute it. */
export function encodeNodeId(typename: string, id: string): string {
  return Buffer.from(`${typename}:${id}`, 'utf8').toString('base64');
}

/** Type and uuid of a global id. Throws a BAD_USER_INPUT error for anything else. */
export function decodeNodeId(nodeId: string): { typename: string; id: string } {
  const text = nodeId.length <= 200 ? Buffer.from(nodeId, 'base64').toString('utf8') : '';
  const colon = text.indexOf(':');
  const typename = text.slice(0, colon);
  const id = text.slice(colon + 1);
  if (colon < 1 || !/^[A-Za-z]{1,50}$/.test(typename) || !isUuid(id)) {
    throw badInput('An id must be the base64 form of "Type:uuid", as read from an `id` field.');
  }
  return { typename, id };
}
