import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { type ExecutionResult, GraphQLError, type GraphQLSchema } from 'graphql';
import { CloseCode, GRAPHQL_TRANSPORT_WS_PROTOCOL, makeServer } from 'graphql-ws';
import { type WebSocket, WebSocketServer } from 'ws';
import { errorIn } from '../schema/error-texts.ts';
import { acceptedLanguage } from '../schema/languages.ts';
import { createContext, type Origin } from './context.ts';
import type { OperationRequest, PersistedOperations } from './persisted-operations.ts';
import { mask } from './plugins/errors.ts';
import { refusal, withoutHttp } from './refusal.ts';
import type { Shared } from './services.ts';
import { SocketConnection, socketLimits } from './socket-connection.ts';
import { follow, prepare, type SocketOperation } from './socket-operations.ts';
import type { Yoga } from './yoga.ts';

/** Close codes beside those of graphql-transport-ws. */
const RESTART = 1012;
const TRY_LATER = 1013;

export interface Sockets {
  /** Takes over an upgrade whose origin and path are right. */
  accept(request: IncomingMessage, socket: Duplex, head: Buffer, subject: string, origin: Origin): void;
  /** Ends every socket: clients come back to another instance. */
  close(): Promise<void>;
}

/** An operation on its way through graphql-ws, found again by its context. */
interface Subscribed {
  connection: SocketConnection;
  id: string;
  operation: SocketOperation;
}

/** GraphQL over WebSockets: graphql-transport-ws by graphql-ws, with Yoga's plugins (`getEnveloped`), our limits and shared executions. */
export function createSockets(options: {
  shared: Shared;
  schema: GraphQLSchema;
  operations: PersistedOperations;
  yoga: Yoga;
}): Sockets {
  const { shared, operations } = options;
  const { services, config, bus, admission, live, metrics, log } = shared;
  const { accounts } = services;
  const wss = new WebSocketServer({
    noServer: true,
    maxPayload: socketLimits.frameBytes,
    perMessageDeflate: false,
    clientTracking: true,
    handleProtocols: (offered) => (offered.has(GRAPHQL_TRANSPORT_WS_PROTOCOL) ? GRAPHQL_TRANSPORT_WS_PROTOCOL : false),
  });
  metrics.watch('nes_sockets', 'WebSockets open.', () => wss.clients.size);
  const bySubject = new Map<string, number>();
  const neighboursOf = new Map<string, Set<SocketConnection>>();
  const subscribed = new WeakMap<object, Subscribed>();
  const byAccount = new Map<string, Set<SocketConnection>>();
  const bySession = new Map<string, Set<SocketConnection>>();

  const endEnded = accounts.onEnded((sessionIds) => {
    for (const id of sessionIds)
      for (const connection of bySession.get(id) ?? []) connection.close(CloseCode.Forbidden, 'Forbidden');
  });

  /** What was not heard while Redis was away is asked of the database: who is still signed in, and who may still follow what they follow. */
  const judgeAll = async (): Promise<void> => {
    await Promise.all(
      [...bySession].map(async ([sessionId, connections]) => {
        // A database that is away as well says nothing of anybody; tokens end by themselves.
        if (await accounts.holds(sessionId).catch(() => true)) return;
        for (const connection of connections) connection.close(CloseCode.Forbidden, 'Forbidden');
      }),
    );
    await live.judge();
  };
  const endReconnects = bus.onReconnect(() => {
    judgeAll().catch((error: Error) =>
      log.warn('Sockets could not be judged.', { reason: error.message.slice(0, 200) }),
    );
  });

  const server = makeServer<Record<string, unknown> | undefined, SocketConnection>({
    schema: options.schema,
    connectionInitWaitTimeout: socketLimits.initMs,
    async onConnect({ extra: connection, connectionParams }) {
      // A page cannot set a socket's headers.
      const said = connectionParams?.language;
      if (typeof said === 'string') connection.origin.language = acceptedLanguage(said);
      const token = connectionParams?.accessToken ?? bearerOf(connectionParams);
      if (token === undefined || token === null) return true;
      if (typeof token !== 'string') return false;
      const verified = await accounts.authenticate(token).catch((error: Error) => {
        log.warn('A socket could not be authenticated.', { reason: error.message.slice(0, 200) });
        connection.close(TRY_LATER, 'Try again later');
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
        connection.close(TRY_LATER, 'Too many sockets');
        return true;
      }
      if (!connection.isOpen) return true;
      connection.viewer = viewer;
      byAccount.set(viewer.userId, mine.add(connection));
      bySession.set(viewer.sessionId, (bySession.get(viewer.sessionId) ?? new Set()).add(connection));
      connection.tokenTimer = setTimeout(
        () => connection.close(CloseCode.Forbidden, 'Forbidden'),
        // A personal token may be good for longer than a timer can wait.
        Math.min(Math.max(0, expiresAt.getTime() - Date.now()), 2 ** 31 - 1),
      );
      return true;
    },
    onSubscribe({ extra: connection, subscriptions }, id, payload) {
      if (Object.keys(subscriptions).length > socketLimits.operations) {
        metrics.refused('socket_operations');
        return [
          new GraphQLError(`A socket carries at most ${socketLimits.operations} operations at once.`, {
            extensions: { code: 'LIMIT_EXCEEDED', rule: 'socket_operations' },
          }),
        ];
      }
      const request = payload as OperationRequest;
      try {
        connection.admitted = admission.admit(operations.rateOf(request), connection.subject);
      } catch (error) {
        connection.rest();
        return [withoutHttp(errorIn(connection.origin.language, error as GraphQLError))];
      }
      const context = createContext(services, connection.admitted, connection.origin, connection.viewer);
      const prepared = prepare(options, request, context);
      if (!('args' in prepared)) return prepared as GraphQLError[];
      subscribed.set(context, { connection, id, operation: prepared });
      return prepared.args;
    },
    async execute({ contextValue }) {
      const { operation } = subscribed.get(contextValue as object) as Subscribed;
      const result = (await operation.enveloped.execute(operation.args)) as ExecutionResult;
      return result.errors ? { ...result, errors: result.errors.map(withoutHttp) } : result;
    },
    async subscribe({ contextValue }) {
      const { connection, id, operation } = subscribed.get(contextValue as object) as Subscribed;
      try {
        return (await follow(live, connection, id, operation)) as ExecutionResult;
      } catch (error) {
        return { errors: [mask(error, operation.context)] };
      }
    },
  });

  const opened = (socket: WebSocket, duplex: Duplex, subject: string, origin: Origin): void => {
    const neighbours = neighboursOf.get(subject) ?? new Set();
    neighboursOf.set(subject, neighbours);
    const connection = new SocketConnection(socket, duplex, subject, origin, metrics.refused, neighbours);
    neighbours.add(connection);
    const closed = server.opened(
      {
        protocol: socket.protocol,
        send: async (text) => {
          if (connection.admitted) admission.answered(connection.admitted, text.length);
          connection.send(text);
        },
        close: (code, reason) => connection.close(code ?? CloseCode.InternalServerError, reason ?? ''),
        onMessage: (listener) =>
          connection.onMessage(
            (text) => {
              listener(text).catch((error: Error) => {
                log.error('A message of a socket failed.', { reason: error.stack ?? error.message });
                connection.close(CloseCode.InternalServerError, 'Internal server error');
              });
            },
            () => connection.close(CloseCode.BadRequest, 'Invalid message received'),
          ),
      },
      connection,
    );
    socket.once('close', (code, reason) => {
      forget(neighboursOf, subject, connection);
      if (connection.viewer) {
        forget(byAccount, connection.viewer.userId, connection);
        forget(bySession, connection.viewer.sessionId, connection);
      }
      closed(code, String(reason)).catch(() => {});
    });
  };

  return {
    accept(request, duplex, head, subject, origin) {
      const open = bySubject.get(subject) ?? 0;
      if (open >= config.limits.socketsPerAddress) {
        metrics.refused('sockets_address');
        throw refusal(429, 'RATE_LIMITED', 'Too many sockets.', { 'retry-after': '10' });
      }
      admission.admit('sockets', subject);
      bySubject.set(subject, open + 1);
      duplex.once('close', () => {
        const left = (bySubject.get(subject) ?? 1) - 1;
        if (left > 0) bySubject.set(subject, left);
        else bySubject.delete(subject);
      });
      wss.handleUpgrade(request, duplex, head, (socket) => opened(socket, duplex, subject, origin));
    },
    async close() {
      endEnded();
      endReconnects();
      for (const client of wss.clients) client.close(RESTART, 'The server restarts; come back in a second');
      const deadline = Date.now() + 2_000;
      while (wss.clients.size > 0 && Date.now() < deadline) await new Promise((resolve) => setTimeout(resolve, 20));
      for (const client of wss.clients) client.terminate();
      wss.close();
    },
  };
}

/** The playground sends what stands in its headers. */
function bearerOf(params: Record<string, unknown> | undefined): string | undefined {
  for (const [name, value] of Object.entries(params ?? {})) {
    if (name.toLowerCase() === 'authorization' && typeof value === 'string') return value.replace(/^Bearer\s+/i, '');
  }
  return undefined;
}

function forget(index: Map<string, Set<SocketConnection>>, key: string, connection: SocketConnection): void {
  const set = index.get(key);
  set?.delete(connection);
  if (set?.size === 0) index.delete(key);
}
