import type { IncomingHttpHeaders } from 'node:http';
import { newId } from '../platform/ids.ts';
import type { Context, Services } from '../schema/context.ts';
import type { Language } from '../schema/languages.ts';
import type { Viewer } from '../schema/viewer.ts';
import type { Admitted } from './admission.ts';
import type { OperationRequest } from './persisted-operations.ts';

/** What the plugins know of an operation beside what resolvers get. */
export interface OperationContext extends Context {
  /** What becomes known while it is answered. */
  notes: Notes;
  /** How it was let in. */
  admitted: Admitted;
  /** The operation as Yoga or the socket took it, its text looked up. */
  params: OperationRequest;
  /** Over HTTP: the parameters as they came, form and language of the answer, all headers. */
  asked?: OperationRequest;
  accept?: string;
  headers?: IncomingHttpHeaders;
}

export interface Notes {
  /** Whether anything of the person, the request or the clock was read from the context. */
  personal: boolean;
  /** Name of the operation for figures. */
  label?: string;
  /** Puts the text of the answer among those that are kept. */
  keep?: (text: string, contentType: string) => void;
}

/** What a request says of the one who asks. */
export interface Origin {
  /** What `Accept-Language` likes best of ours. */
  language: Language;
  proof: Context['proof'];
}

/**
 * The context of one operation of somebody who was let in. What differs from person to person, from request to request or from one moment to the next is read through
 * accessors that leave a mark: an answer in whose making there is none is the same for everybody (plugins/public-cache.ts).
 */
export function createContext(
  services: Services,
  admitted: Admitted,
  { language, proof }: Origin,
  viewer: Viewer | null,
  over: Pick<OperationContext, 'asked' | 'accept' | 'headers'> = {},
): OperationContext {
  const notes: Notes = { personal: false };
  const { subject: address } = admitted;
  const mark = <Value>(value: Value): Value => {
    notes.personal = true;
    return value;
  };
  let request: unknown;
  const { clock } = services;
  return {
    ...services,
    ...over,
    notes,
    admitted,
    params: {},
    requestId: newId(),
    // Answers are kept by language.
    language,
    audiences: [],
    get viewer() {
      return mark(viewer);
    },
    // Whoever signs in is who asks from then on.
    set viewer(signedIn) {
      viewer = signedIn;
    },
    get address() {
      return mark(address);
    },
    get proof() {
      return mark(proof);
    },
    get clock() {
      return mark(clock);
    },
    // Yoga's own, with all headers.
    get request() {
      return mark(request);
    },
    set request(value) {
      request = value;
    },
  } as OperationContext;
}
