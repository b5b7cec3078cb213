import type { IncomingMessage } from 'node:http';
import type { Config } from '../config.ts';
import { subjectOf } from '../platform/subject.ts';
import { acceptedLanguage } from '../schema/languages.ts';
import type { Origin } from './context.ts';

/** What is read of a request, whatever it asks for. */

export function headerOf(request: IncomingMessage, name: string): string | null {
  const value = request.headers[name];
  return typeof value === 'string' ? value : null;
}

export function pathOf(request: IncomingMessage): string {
  const url = request.url ?? '/';
  const end = url.search(/[?#]/);
  return end < 0 ? url : url.slice(0, end);
}

export function hostOf(request: IncomingMessage, config: Config): string {
  const forwarded = config.trustProxy > 0 ? headerOf(request, 'x-forwarded-host') : null;
  return forwarded ?? request.headers.host ?? 'localhost';
}

/** Whom the limits count for this request. */
export function subjectOfRequest(request: IncomingMessage, config: Config): string {
  return subjectOf(addressOf(request, config));
}

/**
 * Address of the client: from the header that the host's own proxy sets, if there is one. Else each trusted proxy adds the address it saw to the right of `X-Forwarded-For`;
 * what stands further left was written by the client itself and is not believed.
 */
function addressOf(request: IncomingMessage, config: Config): string {
  const direct = request.socket.remoteAddress ?? 'unknown';
  const told = config.clientAddressHeader ? headerOf(request, config.clientAddressHeader)?.trim() : undefined;
  if (told) return told;
  if (config.trustProxy === 0) return direct;
  const hops = (headerOf(request, 'x-forwarded-for') ?? '')
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');
  return hops.at(-config.trustProxy) ?? direct;
}

/** Language and proof of the one who asks. */
export function originOf(request: IncomingMessage, config: Config): Origin {
  return {
    language: acceptedLanguage(headerOf(request, 'accept-language')),
    proof: {
      header: headerOf(request, 'dpop'),
      method: request.method ?? 'GET',
      url: `http://${hostOf(request, config)}${pathOf(request)}`,
    },
  };
}
