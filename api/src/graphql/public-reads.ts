import { type DocumentNode, type GraphQLSchema, isObjectType, TypeInfo, visit, visitWithTypeInfo } from 'graphql';
import type { Bus } from '../platform/bus.ts';
import { publicReadsChannel } from '../platform/bus-keys.ts';
import type { Viewer } from './context.ts';
import type { OperationRequest } from './gate.ts';

/**
 * Answers that are the same for everybody, kept as text: the library's lists and pages. An answer is kept only if every field of its operation
 * stands below, so a new field is never kept by oversight. Everything kept goes at once when a mutation may have changed what everybody sees, on
 * every instance over the bus; and it goes after `KEPT_MS`, which is how old an answer can be when the bus lost the message or somebody wrote
 * into the database by hand.
 */
export interface PublicReads {
  /**
   * The answer to exactly this request if it is kept and this viewer may have it. Of those who ask when it grows old one is told nothing, and so
   * makes it anew for the others.
   */
  find(request: OperationRequest, accept: string | undefined, viewer: Viewer | null): Kept | undefined;
  /**
   * Takes the place of an answer that is about to be made: call the returned function with it. It is not kept when something changed meanwhile,
   * because it may have been read before.
   */
  begin(): (
    request: OperationRequest,
    accept: string | undefined,
    viewer: Viewer | null,
    document: DocumentNode,
    answer: { headers: Record<string, string>; text: string; name: string },
  ) => void;
  /** What everybody sees may have changed: call it after the commit, before the answer. */
  changed(): Promise<void>;
  close(): void;
}

export interface Kept {
  headers: Record<string, string>;
  body: Buffer;
  /** Name of the operation, for the figures. */
  name: string;
}

const KEPT_MS = 2_000;
/** After so long one asker makes the answer anew; while it is made, for `RENEWING_MS` at most, all others go on getting the kept one. */
const FRESH_MS = 1_500;
const RENEWING_MS = 250;
/** All answers together, and the longest request and answer that are kept: room for the library's pages on a machine of 256 MB. */
const KEPT_BYTES = 8 * 1024 * 1024;
const LONGEST_ANSWER = 512 * 1024;
const LONGEST_REQUEST = 8 * 1024;

/** Fields that answer the same to everybody, signed in or not. `*` is every field of the type. */
const sameForAll: Record<string, readonly string[] | '*'> = {
  Query: ['protocols'],
  QueryProtocolsConnection: '*',
  QueryProtocolsConnectionEdge: '*',
  PageInfo: '*',
  Protocol: [
    ...['id', 'slug', 'title', 'summary', 'category', 'evidence', 'tags', 'visibility', 'builtIn', 'speakersOk'],
    ...['durationSeconds', 'minBeatHz', 'maxBeatHz', 'bands', 'author', 'revision', 'sources', 'sessionCount'],
    ...['ratingCount', 'ratingAverage', 'publishedAt', 'updatedAt'],
  ],
  Revision: [
    ...['id', 'number', 'title', 'summary', 'description', 'whatIsKnown', 'program', 'programHash', 'createdAt'],
    ...['protocol', 'author'],
  ],
  Source: '*',
  Author: '*',
};

/** Fields that depend on who is signed in, and answer the same to everybody who is not. */
const sameForStrangers: Record<string, readonly string[] | '*'> = {
  Query: ['protocol'],
  Protocol: ['isMine', 'viewerRating', 'control', 'controlOf', 'forkedFrom'],
};

/** Mutations after which everybody sees what they saw before. After any other one everything kept goes. */
export const quietMutations: ReadonlySet<string> = new Set([
  ...['answerScreening', 'savePreferences', 'startGuest', 'refreshTokens', 'signOut', 'signOutEverywhere', 'endDevice'],
  ...['changePassword', 'requestEmailVerification', 'requestPasswordReset', 'resetPassword', 'verifyEmail'],
  ...['pauseSession', 'resumeSession', 'seekSession', 'stopSession', 'completeSession', 'takeOverSession'],
  ...['changeSessionScene', 'changeSessionVolume', 'reportProtocol', 'reportSpread'],
  ...['createGroup', 'joinGroup', 'leaveGroup', 'lockGroup', 'kickMember', 'controlGroup', 'handOverGroup', 'endGroup'],
]);

type Audience = 'everybody' | 'strangers' | 'nobody';

export async function createPublicReads(options: {
  schema: GraphQLSchema;
  bus: Bus;
  /** False: nothing is kept. */
  enabled: boolean;
  /** Milliseconds. */
  now?: () => number;
}): Promise<PublicReads> {
  const { schema, bus, enabled, now = () => performance.now() } = options;
  checkNames(schema);
  const kept = new Map<string, Kept & { audience: Audience; until: number; renewAt: number }>();
  const audiences = new WeakMap<DocumentNode, Audience>();
  let bytes = 0;
  let generation = 0;

  const clear = () => {
    generation++;
    kept.clear();
    bytes = 0;
  };
  const remove = (key: string) => {
    bytes -= kept.get(key)?.body.length ?? 0;
    kept.delete(key);
  };
  const endListening = await bus.subscribe(publicReadsChannel, clear);
  // What was said while the connection was lost was not heard.
  const endReconnect = bus.onReconnect(clear);

  const audienceOf = (document: DocumentNode): Audience => {
    let audience = audiences.get(document);
    if (audience === undefined) {
      audience = findAudience(schema, document);
      audiences.set(document, audience);
    }
    return audience;
  };

  return {
    find(request, accept, viewer) {
      if (kept.size === 0) return undefined;
      const key = keyOf(request, accept);
      const entry = key === null ? undefined : kept.get(key);
      if (key === null || entry === undefined) return undefined;
      const time = now();
      if (entry.until < time || !bus.healthy()) {
        remove(key);
        return undefined;
      }
      if (viewer !== null && entry.audience !== 'everybody') return undefined;
      if (entry.renewAt < time) {
        entry.renewAt = time + RENEWING_MS;
        return undefined;
      }
      return entry;
    },
    begin() {
      const before = generation;
      return (request, accept, viewer, document, answer) => {
        if (!enabled || generation !== before || !bus.healthy()) return;
        const audience = audienceOf(document);
        if (audience === 'nobody' || (audience === 'strangers' && viewer !== null)) return;
        const key = keyOf(request, accept);
        if (key === null) return;
        const body = Buffer.from(answer.text);
        if (body.length > LONGEST_ANSWER) return;
        remove(key);
        const { headers, name } = answer;
        const time = now();
        kept.set(key, { headers, body, name, audience, until: time + KEPT_MS, renewAt: time + FRESH_MS });
        bytes += body.length;
        for (const oldest of kept.keys()) {
          if (bytes <= KEPT_BYTES) break;
          remove(oldest);
        }
      };
    },
    async changed() {
      clear();
      await bus.publish(publicReadsChannel, '');
    },
    close() {
      endListening();
      endReconnect();
    },
  };
}

/** What two requests must have in common to get the same answer; null for one that is too long or too deep to be kept. */
function keyOf(request: OperationRequest, accept = ''): string | null {
  const hash = (request.extensions as { persistedQuery?: { sha256Hash?: unknown } } | null | undefined)?.persistedQuery
    ?.sha256Hash;
  try {
    const key = JSON.stringify([accept, request.operationName, request.variables, hash, request.query]);
    return key.length > LONGEST_REQUEST ? null : key;
  } catch {
    // Nested deeper than the stack: the gate refuses it.
    return null;
  }
}

function findAudience(schema: GraphQLSchema, document: DocumentNode): Audience {
  const types = new TypeInfo(schema);
  let audience: Audience = 'everybody';
  visit(
    document,
    visitWithTypeInfo(types, {
      OperationDefinition(node) {
        if (node.operation !== 'query') audience = 'nobody';
      },
      Field(node) {
        const type = types.getParentType()?.name ?? '';
        const name = node.name.value;
        if (name === '__typename' || stands(sameForAll, type, name)) return;
        if (!stands(sameForStrangers, type, name)) audience = 'nobody';
        else if (audience === 'everybody') audience = 'strangers';
      },
    }),
  );
  return audience;
}

function stands(list: typeof sameForAll, type: string, field: string): boolean {
  const fields = list[type];
  return fields === '*' || (fields?.includes(field) ?? false);
}

/** A name that the schema no longer has would hide a mistake. */
function checkNames(schema: GraphQLSchema): void {
  for (const list of [sameForAll, sameForStrangers]) {
    for (const [name, fields] of Object.entries(list)) {
      const type = schema.getType(name);
      if (!isObjectType(type)) throw new Error(`public-reads.ts names the type ${name}, which is none.`);
      for (const field of fields === '*' ? [] : fields) {
        if (!type.getFields()[field]) throw new Error(`public-reads.ts names ${name}.${field}, which is no field.`);
      }
    }
  }
  const mutations = schema.getMutationType()?.getFields() ?? {};
  for (const name of quietMutations) {
    if (!mutations[name]) throw new Error(`public-reads.ts names the mutation ${name}, which is none.`);
  }
}
