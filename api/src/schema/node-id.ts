import { isUuid } from '../platform/ids.ts';
import { badInput, userError } from './errors.ts';

/** The global id of a thing: base64 of `Type:uuid`. Clients may compute it. */
export function encodeNodeId(typename: string, id: string): string {
  // A third of what a buffer on the way takes; both parts are ASCII.
  return btoa(`${typename}:${id}`);
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

/** The uuid in a mutation's input that must be the global id of a `typename`. What is none refers to nothing: NOT_FOUND. */
export function inputUuid(typename: string, nodeId: string, field: string): string {
  const [name, uuid] = Buffer.from(nodeId.slice(0, 200), 'base64').toString('utf8').split(':');
  if (name !== typename || uuid === undefined || !isUuid(uuid)) {
    throw userError('NOT_FOUND', field, `${field} must be the id of a ${typename}.`);
  }
  return uuid;
}

/** The uuid in an argument that must be the global id of a `typename`. Throws a BAD_USER_INPUT error for anything else. */
export function argumentUuid(typename: string, nodeId: string, argument: string): string {
  const decoded = decodeNodeId(nodeId);
  if (decoded.typename !== typename) throw badInput(`${argument} must be the id of a ${typename}.`);
  return decoded.id;
}
