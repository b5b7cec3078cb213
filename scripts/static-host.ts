/**
 * A plain host of files, as GitHub Pages is one: a folder below a path, `name` answered with `name.html` where there is
 * one, everything unknown with 404.html and status 404, compressed, open to other origins, no headers of our own. For
 * tests and measurements.
 */
import { existsSync, readFileSync, statSync } from 'node:fs';
import { createServer } from 'node:http';
import { extname, join, normalize } from 'node:path';
import { gzipSync } from 'node:zlib';

const types: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.woff2': 'font/woff2',
  '.txt': 'text/plain; charset=utf-8',
  '.webmanifest': 'application/manifest+json',
  '.wasm': 'application/wasm',
};

export interface StaticHost {
  /** Address of the path, with a slash at its end. */
  url: string;
  close: () => Promise<void>;
}

/**
 * @param base path the folder is served below, with slashes at both ends
 * @param port 0 takes a free one
 */
export function hostFiles(folder: string, base = '/', port = 0): Promise<StaticHost> {
  const packed = new Map<string, Buffer>();
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://localhost');
    const inside = pathname.startsWith(base) ? pathname.slice(base.length) : null;
    const wanted = inside === null ? null : join(folder, normalize(`/${decodeURIComponent(inside)}`));
    const candidates = wanted ? [wanted, join(wanted, 'index.html'), `${wanted.replace(/\/$/, '')}.html`] : [];
    const read = request.method === 'GET' || request.method === 'HEAD';
    const found = read && candidates.find((file) => existsSync(file) && statSync(file).isFile());
    const file = found || join(folder, '404.html');
    if (!read) {
      response.writeHead(405).end();
      return;
    }
    const small = /\bgzip\b/.test(request.headers['accept-encoding'] ?? '') && !/\.(png|woff2)$/.test(file);
    let body = packed.get(`${small} ${file}`);
    if (!body) {
      const bytes = existsSync(file) ? readFileSync(file) : Buffer.from('There is no such file.\n');
      body = small ? gzipSync(bytes) : bytes;
      packed.set(`${small} ${file}`, body);
    }
    response.writeHead(found ? 200 : 404, {
      'content-type': types[extname(file)] ?? 'application/octet-stream',
      'content-length': body.length,
      'cache-control': 'max-age=600',
      'access-control-allow-origin': '*',
      ...(small ? { 'content-encoding': 'gzip', vary: 'Accept-Encoding' } : {}),
    });
    response.end(request.method === 'HEAD' ? undefined : body);
  });
  return new Promise((started, failed) => {
    server.once('error', failed);
    server.listen(port, '127.0.0.1', () => {
      const address = server.address();
      const own = typeof address === 'object' && address ? address.port : port;
      started({
        url: `http://127.0.0.1:${own}${base}`,
        close: () =>
          new Promise((closed) => {
            server.closeAllConnections();
            server.close(() => closed());
          }),
      });
    });
  });
}
