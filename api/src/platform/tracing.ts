import type { IncomingMessage, ServerResponse } from 'node:http';

/** Traces of what is answered. Without configuration nothing of OpenTelemetry is loaded, and these only call `work`. */
export interface Tracing {
  /** One request; part of the caller's trace when it sends `traceparent`. */
  request(request: IncomingMessage, response: ServerResponse, path: string, work: () => Promise<void>): Promise<void>;
  /** One GraphQL operation within a request or on a socket. `failed` tells whether its result has errors. */
  operation<T>(about: OperationFacts, work: () => Promise<T>, failed: (result: T) => boolean): Promise<T>;
  /** Sends what has not been sent yet. */
  close(): Promise<void>;
}

export interface OperationFacts {
  kind: string;
  /** Name in the document. */
  name: string | undefined;
  /** The id that people are shown with a fault. */
  requestId: string;
}

export const noTracing: Tracing = {
  request: (_request, _response, _path, work) => work(),
  operation: (_about, work) => work(),
  close: async () => {},
};
