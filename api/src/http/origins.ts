import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Config } from '../config.ts';
import { hostOf } from './request.ts';

/** Pages of the server's own address and of the list may ask; what is no page (no Origin) may as well: it has no cookies to borrow. */
export function originAllowed(request: IncomingMessage, config: Config): boolean {
  const { origin } = request.headers;
  if (origin === undefined) return true;
  if (config.allowedOrigins.includes(origin)) return true;
  const url = URL.parse(origin);
  return url !== null && (url.host === hostOf(request, config) || url.origin === new URL(config.publicUrl).origin);
}

/** Pages with embeds: of the listed origins, or of every one that has a name. */
export function embedAllowed(origin: string, config: Config): boolean {
  return (
    config.embedOrigins.includes(origin) || (config.embedOrigins.includes('*') && URL.parse(origin)?.origin === origin)
  );
}

/** Sets the CORS headers for an allowed origin. Tokens travel in a header, so credentials are never allowed. */
export function allowOrigin(request: IncomingMessage, response: ServerResponse, config: Config): boolean {
  response.setHeader('vary', 'Origin');
  if (!originAllowed(request, config)) return false;
  const { origin } = request.headers;
  if (origin === undefined) return true;
  response.setHeader('access-control-allow-origin', origin);
  response.setHeader('access-control-expose-headers', 'x-request-id, retry-after, content-disposition');
  if (request.method === 'OPTIONS') {
    response.setHeader('access-control-allow-methods', 'GET, POST, OPTIONS');
    response.setHeader('access-control-allow-headers', 'authorization, content-type, dpop');
    response.setHeader('access-control-max-age', '7200');
  }
  return true;
}

/** The same for a page with embeds in it: it reads as nobody. */
export function allowEmbed(request: IncomingMessage, response: ServerResponse, origin: string): void {
  response.setHeader('vary', 'Origin');
  response.setHeader('access-control-allow-origin', origin);
  response.setHeader('access-control-expose-headers', 'x-request-id, retry-after');
  if (request.method !== 'OPTIONS') return;
  response.setHeader('access-control-allow-methods', 'GET, OPTIONS');
  response.setHeader('access-control-max-age', '7200');
}
