import type { IncomingMessage, ServerResponse } from 'node:http';
import { exportAccount } from '../accounts/export-account.ts';
import { exportRecord } from '../metrics/export.ts';
import { createTurns } from '../platform/turns.ts';
import { checkScope } from '../schema/token-scopes.ts';
import type { Viewer } from '../schema/viewer.ts';
import { viewerOf } from './authentication.ts';
import { createContext } from './context.ts';
import { allowOrigin } from './origins.ts';
import { refusal } from './refusal.ts';
import { originOf, pathOf, subjectOfRequest } from './request.ts';
import type { Shared } from './services.ts';

/** Files at once, one a subject: each reads in pieces and writes as fast as it is read. */
const AT_ONCE = 3;

/** `/export/…`: files that belong to a person: the archive of everything, and the record in formats of research. */
export function createDownloads({ services, config, admission, reads }: Shared) {
  const turns = createTurns(AT_ONCE, 1);
  return async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    if (!allowOrigin(request, response, config))
      throw refusal(403, 'FORBIDDEN', 'Pages of this origin may not ask here.');
    if (request.method === 'OPTIONS') {
      response.writeHead(204, { 'content-length': '0' }).end();
      return;
    }
    if (request.method !== 'GET') throw refusal(405, 'BAD_REQUEST', 'Use GET.', { allow: 'GET, OPTIONS' });
    const admitted = admission.admit('download', subjectOfRequest(request, config));
    const viewer = await viewerOf(request, services);
    if (viewer === null) throw refusal(401, 'UNAUTHENTICATED', 'Sign in first.', { 'www-authenticate': 'Bearer' });
    checkFileScope(viewer, pathOf(request));
    const context = createContext(services, admitted, originOf(request, config), viewer);
    Object.assign(context, reads.near({ viewer, address: admitted.subject }));
    response.setHeader('x-request-id', context.requestId);
    response.setHeader('cache-control', 'no-store');
    const path = pathOf(request);
    const query = new URL(request.url ?? '', 'http://localhost').searchParams;
    await turns.take(admitted.subject, 1, async () => {
      if (path === '/export/account.json') await exportAccount(context, viewer, response);
      else if (!(await exportRecord(context, viewer, path, query, response)))
        throw refusal(404, 'NOT_FOUND', 'There is no such file.');
    });
  };
}

function checkFileScope(viewer: Viewer, path: string): void {
  try {
    checkScope(viewer, 'File', path === '/export/account.json' ? 'account' : 'record');
  } catch (error) {
    throw refusal(403, 'FORBIDDEN', (error as Error).message);
  }
}
