/** A bare graphql-transport-ws client for tests: it sends what it is told to, right or wrong. */
import WebSocket from 'ws';

export interface TestSocket {
  socket: WebSocket;
  /** Messages that have come and were not taken yet. */
  messages: Record<string, unknown>[];
  send(message: unknown): void;
  /** The next message of this id (or of any); rejects after `ms` or when the socket closes first. */
  next(id?: string, ms?: number): Promise<Record<string, unknown>>;
  /** Close code; rejects after `ms`. */
  closed(ms?: number): Promise<number>;
  close(): void;
}

/** Connects to `url` (http) and sends `connection_init`, unless `raw`. */
export async function openSocket(
  url: string,
  options: { token?: string | null; raw?: boolean; protocol?: string; headers?: Record<string, string> } = {},
): Promise<TestSocket> {
  const socket = new WebSocket(`${url.replace(/^http/, 'ws')}/graphql`, options.protocol ?? 'graphql-transport-ws', {
    headers: options.headers ?? {},
    perMessageDeflate: false,
  });
  const messages: Record<string, unknown>[] = [];
  const wakes = new Set<() => void>();
  let code: number | null = null;
  socket.on('message', (data) => {
    messages.push(JSON.parse(String(data)));
    for (const wake of wakes) wake();
  });
  socket.on('close', (closeCode) => {
    code = closeCode;
    for (const wake of wakes) wake();
  });
  const until = <T>(take: () => T | undefined, ms: number, what: string) =>
    new Promise<T>((resolve, reject) => {
      const look = () => {
        const found = take();
        if (found === undefined) return;
        wakes.delete(look);
        clearTimeout(timer);
        resolve(found);
      };
      const timer = setTimeout(() => {
        wakes.delete(look);
        reject(new Error(`No ${what} within ${ms} ms (close code ${code})`));
      }, ms);
      wakes.add(look);
      look();
    });
  await new Promise<void>((resolve, reject) => {
    socket.once('open', resolve);
    socket.once('error', reject);
  });
  const api: TestSocket = {
    socket,
    messages,
    send: (message) => socket.send(typeof message === 'string' ? message : JSON.stringify(message)),
    next: (id, ms = 3_000) =>
      until(
        () => {
          const index = messages.findIndex((message) => id === undefined || message.id === id);
          return index < 0 ? undefined : messages.splice(index, 1)[0];
        },
        ms,
        `message${id ? ` of ${id}` : ''}`,
      ),
    closed: (ms = 5_000) => until(() => code ?? undefined, ms, 'close'),
    close: () => socket.close(),
  };
  if (!options.raw) {
    api.send({ type: 'connection_init', ...(options.token ? { payload: { accessToken: options.token } } : {}) });
    const ack = await api.next();
    if (ack.type !== 'connection_ack') throw new Error(`No connection_ack but ${JSON.stringify(ack)}`);
  }
  return api;
}
