import { existsSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import sirv from 'sirv';
import type { Config } from '../config.ts';
import { FRAME, oEmbedLink } from './oembed.ts';
import { refusal, refuse } from './refusal.ts';
import { pathOf } from './request.ts';

/**
 * What pages may do and who may frame them. The documents name the sources of their own scripts themselves, by `<meta>`, because hosts of
 * plain files set no headers; `frame-ancestors` counts in a header only.
 */
function policiesOf({ publicUrl }: Config): [string, string][] {
  return [
    ['content-security-policy', "frame-ancestors 'self'; base-uri 'self'; object-src 'none'"],
    ['cross-origin-opener-policy', 'same-origin'],
    [
      'permissions-policy',
      'accelerometer=(), camera=(), display-capture=(), geolocation=(), gyroscope=(), magnetometer=(), microphone=(), payment=(), usb=()',
    ],
    // Where people come by TLS they come by it for a year.
    ...(publicUrl.startsWith('https:')
      ? ([['strict-transport-security', 'max-age=31536000']] as [string, string][])
      : []),
  ];
}

/** Lets pages of any origin read the answer. */
function readByAll(response: ServerResponse): void {
  response.setHeader('access-control-allow-origin', '*');
  response.setHeader('cross-origin-resource-policy', 'cross-origin');
}

/** Closes the file that is sent when its asker goes: sirv pipes it, and an open file would stay for each who leaves before the end. */
function closeWithAsker(response: ServerResponse): void {
  response.once('pipe', (file: Readable) => {
    if (response.destroyed) file.destroy();
    else response.once('close', () => file.destroy());
  });
}

/** The built web application: files with a hash in their name for ever, everything else asked for anew; unknown paths are its routes. */
export function webFiles(config: Config): (request: IncomingMessage, response: ServerResponse) => void {
  if (!existsSync(join(config.webFolder, 'index.html'))) {
    return (_request, response) => {
      response.writeHead(404, { 'content-type': 'text/plain; charset=utf-8' });
      response.end('The web application is not built. Run: npm run build\n');
    };
  }
  const serve = sirv(config.webFolder, {
    // Its list of files is only as old as the process: a new build beside a running one would leave dead entries.
    dev: config.environment !== 'production',
    single: true,
    // A file that is not there is no route of the application.
    ignores: [/^\/embed\//],
    etag: true,
    gzip: true,
    brotli: true,
    dotfiles: false,
    setHeaders(response, path) {
      const hashed = /[.-][\w-]{8,}\.(js|css|woff2|wasm|png|svg|webp|jpg)$/.test(path) && path.startsWith('/assets/');
      const kept = hashed || /^\/embed\/v[^/]+\//.test(path);
      response.setHeader('cache-control', kept ? 'public, max-age=31536000, immutable' : 'no-cache');
      // A plain host of files does not say this: there the application does not ask for an API that nobody promised.
      if (path === '/library.json') response.setHeader('nes-api', '/graphql');
      if (!path.startsWith('/embed/')) return;
      // Modules, worklets and library of the embeds are read by pages of any origin.
      readByAll(response);
    },
  });
  const policies = policiesOf(config);
  return (request, response) => {
    for (const [name, value] of policies) response.setHeader(name, value);
    const path = pathOf(request);
    // Made to stand in pages of any site; nobody signs in there, and nothing is pressed there but Play.
    if (path === FRAME)
      response.setHeader('content-security-policy', "frame-ancestors *; base-uri 'self'; object-src 'none'");
    const described = oEmbedLink(path, config);
    if (described) response.setHeader('link', described);
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      refuse(response, refusal(405, 'BAD_REQUEST', 'Use GET.', { allow: 'GET, HEAD' }));
      return;
    }
    const missing = () => {
      // So that a player on another site can say that there is no such protocol: without this its browser tells it nothing.
      if (path.startsWith('/embed/')) readByAll(response);
      response.writeHead(404, { 'content-type': 'text/plain; charset=utf-8' }).end('There is no such file.\n');
    };
    // Sources are for who builds them.
    if (config.environment === 'production' && /\.map(\?|$)/.test(request.url ?? '')) missing();
    else {
      closeWithAsker(response);
      serve(request, response, missing);
    }
  };
}
