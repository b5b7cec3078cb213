import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Config } from '../config.ts';
import { linkOf } from '../protocols/shared-program.ts';
import { refusal } from './refusal.ts';
import { subjectOfRequest } from './request.ts';
import type { Shared } from './services.ts';

/** The page of an iframe (scripts/embeds/pages.ts). */
export const FRAME = '/embed/frame.html';

/** Pixels: picture and controls of the player. */
const WIDTH = 640;
const HEIGHT = 480;
const LEAST = { width: 240, height: 200 };

const PROTOCOL = /^\/protocols\/([a-z0-9-]{1,200})\/?$/;
const SHORT = /^\/l\/([a-z0-9]+)\/?$/;

/** The `Link` header by which other sites find the description of a page to listen; undefined for other pages. */
export function oEmbedLink(path: string, { publicUrl }: Config): string | undefined {
  if (!PROTOCOL.test(path) && !SHORT.test(path)) return undefined;
  const address = new URL('/oembed', publicUrl);
  address.search = new URLSearchParams({ url: new URL(path, publicUrl).href, format: 'json' }).toString();
  return `<${address.href}>; rel="alternate"; type="application/json+oembed"`;
}

const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

/** A side that a site can give at most, where it says so. */
function side(asked: string | null, usual: number, least: number): number {
  if (asked === null) return usual;
  const most = Number(asked);
  if (!Number.isInteger(most) || most < least)
    throw refusal(501, 'BAD_REQUEST', `A player needs ${LEAST.width} by ${LEAST.height} pixels.`);
  return Math.min(usual, most);
}

/** What a frame plays, and how it is called. */
interface Played {
  title: string;
  /** Attributes of the player. */
  attributes: Record<string, string>;
}

/** What stands behind an address of this site's pages; null where nothing is heard there. */
async function playedAt(path: string, { services, config }: Shared): Promise<Played | null> {
  const slug = PROTOCOL.exec(path)?.[1];
  if (slug !== undefined) {
    const protocol = await services.database.protocol.findFirst({
      where: { slug, visibility: { not: 'DRAFT' }, hiddenAt: null, deletedAt: null },
      select: { title: true, libraryVersion: true },
    });
    if (!protocol) return null;
    const attributes: Record<string, string> = { protocol: slug };
    if (protocol.libraryVersion === null) attributes.api = new URL(config.publicUrl).origin;
    return { title: protocol.title, attributes };
  }
  const where = linkOf(SHORT.exec(path)?.[1] ?? '', services.clock.now());
  const link =
    where && (await services.database.sharedProgram.findFirst({ where, select: { title: true, code: true } }));
  return link && { title: link.title, attributes: { src: new URL(`/l/${link.code}.json`, config.publicUrl).href } };
}

/** `/oembed`: what a site shows in the place of a link to listen (oembed.com, version 1.0, JSON). Anybody may read it. */
export function createOEmbed(shared: Shared) {
  const { config, admission } = shared;
  return async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    response.setHeader('access-control-allow-origin', '*');
    if (request.method !== 'GET' && request.method !== 'HEAD')
      throw refusal(405, 'BAD_REQUEST', 'Use GET.', { allow: 'GET, HEAD' });
    admission.admit('free', subjectOfRequest(request, config));
    const query = new URL(request.url ?? '', 'http://localhost').searchParams;
    if ((query.get('format') ?? 'json') !== 'json') throw refusal(501, 'BAD_REQUEST', 'There is JSON only.');
    const page = URL.parse(query.get('url') ?? '');
    const played =
      page && page.origin === new URL(config.publicUrl).origin ? await playedAt(page.pathname, shared) : null;
    if (!played)
      throw refusal(
        404,
        'NOT_FOUND',
        `"url" is the address of a protocol, ${new URL('/protocols/…', config.publicUrl)}, or a short link.`,
      );
    const width = side(query.get('maxwidth'), WIDTH, LEAST.width);
    const height = side(query.get('maxheight'), HEIGHT, LEAST.height);
    const frame = new URL(FRAME, config.publicUrl);
    for (const [name, value] of Object.entries(played.attributes)) frame.searchParams.set(name, value);
    const html = `<iframe src="${escaped(frame.href)}" title="${escaped(played.title)}" width="${width}" height="${height}" allow="autoplay; fullscreen" loading="lazy" style="border: 0"></iframe>`;
    const body = JSON.stringify({
      ...{ version: '1.0', type: 'rich', title: played.title, html, width, height },
      ...{ provider_name: 'Neural Entrainment', provider_url: config.publicUrl },
    });
    response.writeHead(200, {
      'content-type': 'application/json; charset=utf-8',
      'cache-control': 'public, max-age=3600',
      'content-length': String(Buffer.byteLength(body)),
    });
    response.end(request.method === 'HEAD' ? undefined : body);
  };
}
