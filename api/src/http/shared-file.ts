import type { IncomingMessage, ServerResponse } from 'node:http';
import { fileOf, linkOf } from '../protocols/shared-program.ts';
import { refusal } from './refusal.ts';
import { pathOf, subjectOfRequest } from './request.ts';
import type { Shared } from './services.ts';

/** The file of a program behind a short link, beside the page of that link. */
export const SHARED_FILE = /^\/l\/([a-z0-9]+)\.json$/;

/** `/l/CODE.json`: what the player in a frame reads as its `src`. Whoever has the link may read it. */
export function createSharedFile({ services, config, admission }: Shared) {
  return async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    if (request.method !== 'GET' && request.method !== 'HEAD')
      throw refusal(405, 'BAD_REQUEST', 'Use GET.', { allow: 'GET, HEAD' });
    admission.admit('free', subjectOfRequest(request, config));
    const where = linkOf(SHARED_FILE.exec(pathOf(request))?.[1] ?? '', services.clock.now());
    const shared = where && (await services.database.sharedProgram.findFirst({ where }));
    if (!shared) throw refusal(404, 'NOT_FOUND', 'There is no such file.');
    const body = fileOf(shared);
    response.writeHead(200, {
      'content-type': 'application/json; charset=utf-8',
      // A link ends, and says so within the hour.
      'cache-control': 'public, max-age=3600',
      'content-length': String(Buffer.byteLength(body)),
    });
    response.end(request.method === 'HEAD' ? undefined : body);
  };
}
