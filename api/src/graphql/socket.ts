import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import {
  type DocumentNode,
  type ExecutionArgs,
  type ExecutionResult,
  GraphQLError,
  type GraphQLSchema,
  getArgumentValues,
  getVariableValues,
  Kind,
  type OperationDefinitionNode,
  OperationTypeNode,
  subscribe,
} from 'graphql';
import { CloseCode, GRAPHQL_TRANSPORT_WS_PROTOCOL, makeServer } from 'graphql-ws';
import { type WebSocket, WebSocketServer } from 'ws';
import type { Accounts } from '../accounts/accounts.ts';
import type { Config } from '../config.ts';
import type { Metrics } from '../platform/metrics.ts';
import type { Log } from '../platform/telemetry.ts';
import type { Tracing } from '../platform/tracing.ts';
import type { Context, Viewer } from './context.ts';
import type { Admitted, Gate, OperationRequest } from './gate.ts';
import type { Live, LiveExtension } from './live.ts';
import { mask } from './masking.ts';
import { executeAt } from './reads.ts';

/** What one socket may do. */
export const socketLimits = {
  frameBytes: 64 * 1024,
  operations: 20,
  initMs: 3_000,
  pingMs: 12_000,
  /** Messages at once, and a second after that. */
  messages: 60,
  messagesPerSecond: 20,
  /** Bytes that may wait for a slow reader: for 10 s, and never. */
  slowBytes: 256 * 1024,
  slowMs: 10_000,
  stuckBytes: 1024 * 1024,
} as const;

/** Close codes beside those of graphql-transport-ws. */
const POLICY = 1008;
const RESTART = 1012;
const TRY_LATER = 1013;

const TAIL = Buffer.from('}');

/**
 * What goes to the many followers of one thing. Frames are written straight to the connection, which ws does too, as whole frames,
 * when nothing is compressed. All that one turn of the event loop has for a connection goes out in one write: the system's call
 * is most of what a delivery costs.
 */
class Outlet {
  static #full: Outlet[] = [];
  readonly #duplex: Duplex;
  #texts: Buffer[][] = [];
  /** Bytes that wait for the end of this turn. */
  bytes = 0;

  constructor(duplex: Duplex) {
    this.#duplex = duplex;
  }

  /** One text message made of these parts. */
  send(parts: Buffer[]): void {
    if (this.#texts.length === 0 && Outlet.#full.push(this) === 1) process.nextTick(Outlet.#flushAll);
    this.#texts.push(parts);
    for (const part of parts) this.bytes += part.length;
  }

  static #flushAll = () => {
    const full = Outlet.#full;
    Outlet.#full = [];
    for (const outlet of full) outlet.flush();
  };

  flush(): void {
    if (this.#texts.length === 0) return;
    const texts = this.#texts;
    // Ten bytes: the longest head that a frame from a server can have.
    const out = Buffer.allocUnsafe(this.bytes + 10 * texts.length);
    let at = 0;
    for (const parts of texts) {
      let length = 0;
      for (const part of parts) length += part.length;
      out[at++] = 0x81;
      if (length < 126) out[at++] = length;
      else if (length < 65_536) {
        out[at++] = 126;
        at = out.writeUInt16BE(length, at);
      } else {
        out[at++] = 127;
        at = out.writeBigUInt64BE(BigInt(length), at);
      }
      for (const part of parts) {
        out.set(part, at);
        at += part.length;
      }
    }
    this.#texts = [];
    this.bytes = 0;
    if (!this.#duplex.destroyed) this.#duplex.write(out.subarray(0, at));
  }
}

/** What belongs to one socket. */
interface Extra {
  socket: WebSocket;
  /** Sends one text made of these parts, with others of the same turn in one write. */
  send: (...parts: Buffer[]) => void;
  address: string;
  newContext: (viewer: Viewer | null) => Context;
  viewer: Viewer | null;
  timer: NodeJS.Timeout | null;
  operations: Map<string, Admitted>;
}

export interface Sockets {
  /** Takes over an upgrade whose origin and path are right. */
  accept(
    request: IncomingMessage,
    socket: Duplex,
    head: Buffer,
    address: string,
    newContext: (viewer: Viewer | null) => Context,
  ): void;
  count(): number;
  /** Ends every socket: clients come back to another instance. */
  close(): Promise<void>;
}

/** GraphQL over WebSockets: graphql-transport-ws by graphql-ws, with our limits and shared executions. */
export function createSockets(options: {
  schema: GraphQLSchema;
  gate: Gate;
  live: Live;
  accounts: Accounts;
  config: Config;
  metrics: Metrics;
  log: Log;
  tracing: Tracing;
}): Sockets {
  const { schema, gate, live, accounts, config, metrics, log, tracing } = options;
  const wss = new WebSocketServer({
    noServer: true,
    maxPayload: socketLimits.frameBytes,
    perMessageDeflate: false,
    clientTracking: true,
    handleProtocols: (offered) => (offered.has(GRAPHQL_TRANSPORT_WS_PROTOCOL) ? GRAPHQL_TRANSPORT_WS_PROTOCOL : false),
  });
  const byAddress = new Map<string, number>();
  const byAccount = new Map<string, Set<Extra>>();
  const bySession = new Map<string, Set<Extra>>();

  const endEnded = accounts.onEnded((sessionIds) => {
    for (const id of sessionIds) {
      for (const extra of bySession.get(id) ?? []) extra.socket.close(CloseCode.Forbidden, 'Forbidden');
    }
  });

  const server = makeServer<Record<string, unknown> | undefined, Extra>({
    schema,
    connectionInitWaitTimeout: socketLimits.initMs,
    async onConnect({ extra, connectionParams }) {
      const token = connectionParams?.accessToken ?? bearerOf(connectionParams);
      if (token === undefined || token === null) return true;
      if (typeof token !== 'string') return false;
      const verified = await accounts.authenticate(token).catch((error: Error) => {
        log.warn('A socket could not be authenticated.', { reason: error.message.slice(0, 200) });
        extra.socket.close(TRY_LATER, 'Try again later');
        return null;
      });
      if (!verified) return true;
      if ('problem' in verified) {
        metrics.refused(`token_${verified.problem}`);
        return false;
      }
      const { viewer, expiresAt } = verified;
      const mine = byAccount.get(viewer.userId) ?? new Set();
      if (mine.size >= config.limits.socketsPerAccount) {
        metrics.refused('sockets_account');
        extra.socket.close(TRY_LATER, 'Too many sockets');
        return true;
      }
      if (extra.socket.readyState !== extra.socket.OPEN) return true;
      extra.viewer = viewer;
      byAccount.set(viewer.userId, mine.add(extra));
      bySession.set(viewer.sessionId, (bySession.get(viewer.sessionId) ?? new Set()).add(extra));
      extra.timer = setTimeout(
        () => extra.socket.close(CloseCode.Forbidden, 'Forbidden'),
        Math.max(0, expiresAt.getTime() - Date.now()),
      );
      return true;
    },
    onSubscribe({ extra, subscriptions }, id, payload) {
      if (Object.keys(subscriptions).length > socketLimits.operations) {
        metrics.refused('socket_operations');
        return [
          new GraphQLError(`A socket carries at most ${socketLimits.operations} operations at once.`, {
            extensions: { code: 'LIMIT_EXCEEDED', rule: 'socket_operations' },
          }),
        ];
      }
      const context = extra.newContext(extra.viewer);
      const judged = gate.judge(payload as OperationRequest, context);
      if ('errors' in judged) return judged.errors as GraphQLError[];
      extra.operations.set(id, judged);
      // A socket cannot be handed on, so what is written through it is written from here.
      if (judged.operation.operation === OperationTypeNode.QUERY) Object.assign(context, context.reads.near(context));
      const args: ExecutionArgs & { id: string } = {
        schema,
        document: judged.document,
        operationName: payload.operationName,
        variableValues: payload.variables as Record<string, unknown> | undefined,
        contextValue: context,
        id,
      };
      return args;
    },
    async execute(args) {
      const context = args.contextValue as Context;
      const { id } = args as ExecutionArgs & { id: string };
      const operation = contextExtra.get(context)?.operations.get(id)?.operation;
      const kind = operation?.operation;
      const asker = { viewer: context.viewer, address: context.address };
      const started = performance.now();
      const result = await tracing.operation(
        { kind: kind ?? 'operation', name: operation?.name?.value, requestId: context.requestId },
        () => executeAt(args),
        ({ errors }) => errors !== undefined,
      );
      if (kind === OperationTypeNode.MUTATION) await context.reads.wrote(asker, context.viewer);
      metrics.operation('socket', 'other', result.errors ? 'errors' : 'ok', (performance.now() - started) / 1000);
      return masked(result, context, log);
    },
    async subscribe(args) {
      const context = args.contextValue as Context;
      const { id } = args as ExecutionArgs & { id: string };
      const extra = contextExtra.get(context) as Extra;
      const judged = extra.operations.get(id) as Admitted;
      try {
        return (await follow(args, judged, context, extra, id)) as ExecutionResult;
      } catch (error) {
        return { errors: [mask(error, context.requestId, log)] };
      }
    },
    onComplete({ extra }, id) {
      extra.operations.delete(id);
    },
  });

  /** Which socket a context was made for. */
  const contextExtra = new WeakMap<Context, Extra>();

  /** Joins the shared execution. Its results are written to the socket directly; the iterator only says when it is over. */
  const follow = async (
    args: ExecutionArgs,
    judged: Admitted,
    context: Context,
    extra: Extra,
    id: string,
  ): Promise<ExecutionResult | AsyncIterableIterator<ExecutionResult>> => {
    const audience = await audienceOf(schema, judged.document, judged.operation, args.variableValues, context);
    const shared: Context = audience.personal
      ? context
      : { ...context, viewer: null, audiences: [audience.name], address: '' };
    let end: () => void = () => {};
    const ended = new Promise<void>((resolve) => {
      end = resolve;
    });
    const head = Buffer.from(`{"id":${JSON.stringify(id)},"type":"next","payload":`);
    const joined = await live.join(
      {
        document: judged.document,
        documentKey: judged.hash,
        operationName: args.operationName ?? null,
        variables: (args.variableValues as Record<string, unknown> | undefined) ?? null,
        audience: audience.name,
      },
      { userId: context.viewer?.userId ?? null, send: (result) => extra.send(head, result, TAIL), end },
      async () => {
        const source = await subscribe({ ...args, contextValue: shared });
        return Symbol.asyncIterator in source ? mapResults(source, shared, log) : masked(source, context, log);
      },
    );
    if ('refused' in joined) return joined.refused;
    const leave = () => {
      joined.leave();
      end();
    };
    const until: AsyncIterableIterator<ExecutionResult> = {
      next: async () => {
        await ended;
        joined.leave();
        return { value: undefined, done: true };
      },
      return: async () => {
        leave();
        return { value: undefined, done: true };
      },
      throw: async (error) => {
        leave();
        throw error;
      },
      [Symbol.asyncIterator]: () => until,
    };
    return until;
  };

  return {
    accept(request, duplex, head, address, newContext) {
      const open = byAddress.get(address) ?? 0;
      if (open >= config.limits.socketsPerAddress) {
        metrics.refused('sockets_address');
        duplex.end(
          'HTTP/1.1 429 Too Many Requests\r\nConnection: close\r\nRetry-After: 10\r\nContent-Length: 0\r\n\r\n',
        );
        return;
      }
      byAddress.set(address, open + 1);
      duplex.once('close', () => {
        const left = (byAddress.get(address) ?? 1) - 1;
        if (left > 0) byAddress.set(address, left);
        else byAddress.delete(address);
      });
      wss.handleUpgrade(request, duplex, head, (socket) => opened(socket, duplex, address, newContext));
    },
    count: () => wss.clients.size,
    async close() {
      endEnded();
      for (const client of wss.clients) client.close(RESTART, 'The server restarts; come back in a second');
      const deadline = Date.now() + 2_000;
      while (wss.clients.size > 0 && Date.now() < deadline) await new Promise((resolve) => setTimeout(resolve, 20));
      for (const client of wss.clients) client.terminate();
      wss.close();
    },
  };

  function opened(
    socket: WebSocket,
    duplex: Duplex,
    address: string,
    newContext: (viewer: Viewer | null) => Context,
  ): void {
    let slowSince = 0;
    /** False when the reader is too slow: the socket is dropped then, so that nothing piles up for it. */
    const keepsUp = (waiting: number): boolean => {
      if (waiting <= socketLimits.slowBytes) {
        slowSince = 0;
        return true;
      }
      slowSince ||= Date.now();
      if (waiting <= socketLimits.stuckBytes && Date.now() - slowSince <= socketLimits.slowMs) return true;
      metrics.refused('slow_reader');
      socket.terminate();
      return false;
    };
    const outlet = new Outlet(duplex);
    const send = (...parts: Buffer[]) => {
      if (socket.readyState !== socket.OPEN) return;
      if (keepsUp(socket.bufferedAmount + outlet.bytes)) outlet.send(parts);
    };
    const extra: Extra = {
      socket,
      send,
      address,
      viewer: null,
      timer: null,
      operations: new Map(),
      newContext: (viewer) => {
        const context = newContext(viewer);
        contextExtra.set(context, extra);
        return context;
      },
    };
    let alive = true;
    const pings = setInterval(() => {
      if (!alive) {
        socket.terminate();
        return;
      }
      alive = false;
      socket.ping();
    }, socketLimits.pingMs);
    socket.on('pong', () => {
      alive = true;
    });
    socket.on('error', () => {});

    let tokens: number = socketLimits.messages;
    let at = performance.now();
    const allowed = () => {
      const now = performance.now();
      tokens = Math.min(socketLimits.messages, tokens + ((now - at) / 1000) * socketLimits.messagesPerSecond);
      at = now;
      if (tokens < 1) return false;
      tokens--;
      return true;
    };

    const closed = server.opened(
      {
        protocol: socket.protocol,
        send: async (text) => {
          if (socket.readyState !== socket.OPEN || !keepsUp(socket.bufferedAmount)) return;
          outlet.flush();
          socket.send(text);
        },
        close: (code, reason) => socket.close(code, reason),
        onMessage: (listener) =>
          socket.on('message', (data, isBinary) => {
            if (socket.readyState !== socket.OPEN) return;
            alive = true;
            if (!allowed()) {
              metrics.refused('socket_messages');
              socket.close(POLICY, 'Too many messages');
              return;
            }
            if (isBinary) {
              socket.close(CloseCode.BadRequest, 'Invalid message received');
              return;
            }
            listener(String(data)).catch((error: Error) => {
              log.error('A message of a socket failed.', { reason: error.stack ?? error.message });
              socket.close(CloseCode.InternalServerError, 'Internal server error');
            });
          }),
      },
      extra,
    );
    socket.once('close', (code, reason) => {
      clearInterval(pings);
      if (extra.timer) clearTimeout(extra.timer);
      if (extra.viewer) {
        forget(byAccount, extra.viewer.userId, extra);
        forget(bySession, extra.viewer.sessionId, extra);
      }
      closed(code, String(reason)).catch(() => {});
    });
  }
}

/** The playground sends what stands in its headers. */
function bearerOf(params: Record<string, unknown> | undefined): string | undefined {
  for (const [name, value] of Object.entries(params ?? {})) {
    if (name.toLowerCase() === 'authorization' && typeof value === 'string') return value.replace(/^Bearer\s+/i, '');
  }
  return undefined;
}

function forget(index: Map<string, Set<Extra>>, key: string, extra: Extra): void {
  const set = index.get(key);
  set?.delete(extra);
  if (set?.size === 0) index.delete(key);
}

/** Who may share the execution of a subscription: the audience its field names, else the signed-in person alone. */
async function audienceOf(
  schema: GraphQLSchema,
  document: DocumentNode,
  operation: OperationDefinitionNode,
  variables: ExecutionArgs['variableValues'],
  context: Context,
): Promise<{ name: string; personal: boolean }> {
  const { viewer } = context;
  const personal = {
    name: `person:${viewer ? `${viewer.userId}:${viewer.role}:${viewer.isGuest}` : ''}`,
    personal: true,
  };
  // Validation has made sure that a subscription has one root field; it may stand in a fragment.
  let [selection] = operation.selectionSet.selections;
  while (selection && selection.kind !== Kind.FIELD) {
    const spread: typeof selection = selection;
    const set =
      spread.kind === Kind.INLINE_FRAGMENT
        ? spread.selectionSet
        : document.definitions.find(
            (definition) => definition.kind === Kind.FRAGMENT_DEFINITION && definition.name.value === spread.name.value,
          );
    selection = (
      set && 'selections' in set
        ? set
        : (set as { selectionSet?: OperationDefinitionNode['selectionSet'] })?.selectionSet
    )?.selections[0];
  }
  const field = selection && schema.getSubscriptionType()?.getFields()[selection.name.value];
  const extension = field?.extensions.live as LiveExtension | undefined;
  if (!field || !selection || !extension) return personal;
  const values = getVariableValues(schema, operation.variableDefinitions ?? [], { ...(variables ?? {}) });
  if (!values.coerced) return personal;
  return {
    name: await extension.audience(getArgumentValues(field, selection, values.coerced), context),
    personal: false,
  };
}

function masked(result: ExecutionResult, context: Context, log: Log): ExecutionResult {
  return result.errors
    ? { ...result, errors: result.errors.map((error) => mask(error, context.requestId, log)) }
    : result;
}

/** Not a generator: one that waits for the next event could not be ended. */
function mapResults(
  source: AsyncIterable<ExecutionResult>,
  context: Context,
  log: Log,
): AsyncIterableIterator<ExecutionResult> {
  const results = source[Symbol.asyncIterator]();
  return {
    async next() {
      const step = await results.next();
      return step.done ? { value: undefined, done: true } : { value: masked(step.value, context, log), done: false };
    },
    async return() {
      await results.return?.();
      return { value: undefined, done: true };
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}
