/** Reads what an embed plays: a file, the library beside the module, or a protocol of an API. Loaded when it is needed. */
import { msg, str } from '@lit/localize';
import { bandProfile } from '@nes/program/bands.ts';
import { checkProgram } from '@nes/program/check.ts';
import { LARGEST_BYTES, readProgramFile } from '@nes/program/file.ts';
import { acrossEars } from '@nes/program/kinds.ts';
import type { Program } from '@nes/program/model.ts';
import type { EmbedCountQuery, EmbedProtocolFieldsFragment } from '../data/generated/embed.ts';
import { embedOperations } from '../data/generated/embed-operations.ts';
import { homeFolder } from './home.ts';
import { pageLanguage } from './language.ts';
import { SourceError } from './source-error.ts';

/** What an embed plays. Words are empty where the source says nothing. */
export interface Loaded {
  title: string;
  summary: string;
  program: Program;
}

type ApiProtocol = Omit<EmbedProtocolFieldsFragment, '__typename'>;

/** One protocol as a list shows it: the fields that embeds ask for (data/operations/embed.graphql). A page's own list may name any category or none. */
export interface ListedProtocol extends Loaded, Omit<ApiProtocol, 'revision' | 'category' | 'evidence'> {
  category: string;
  evidence: string;
}

/** How many people heard a protocol and how they rated it, with its title. */
export type ProtocolCount = Omit<NonNullable<EmbedCountQuery['protocol']>, '__typename'>;

const kilobyte = 1024;
/** A server that does not finish its answer in this time is as good as absent. */
const patienceMilliseconds = 20_000;

/** Checks a program that the page hands over. @throws {SourceError} */
export function checked(program: unknown): Program {
  try {
    return checkProgram(program);
  } catch (error) {
    throw notAProgram(error);
  }
}

/** Reads a file of a program from any address that lets this page read it. @throws {SourceError} */
export async function readFile(address: string, signal: AbortSignal): Promise<Loaded> {
  const url = absolute(address);
  const { bytes } = await download(url, signal);
  const start = new TextDecoder()
    .decode(bytes.subarray(0, 512))
    .replace(/^\ufeff/, '')
    .trimStart();
  if (/^<(!doctype html|html|head|body)\b/i.test(start)) {
    throw new SourceError('NOT_A_PROGRAM', msg('The address gives a web page, not a program.'));
  }
  const name = decodeURIComponent(url.pathname.split('/').at(-1) ?? '');
  try {
    const file = await readProgramFile(name, bytes);
    return { title: file.title, summary: '', program: file.program };
  } catch (error) {
    throw notAProgram(error);
  }
}

/**
 * A protocol by its slug: from the API where one is named, else from the built-in library beside the module. The
 * library also stands in for an API that does not answer.
 * @throws {SourceError}
 */
export async function readProtocol(slug: string, api: string, signal: AbortSignal): Promise<Loaded> {
  if (!api) return builtIn(slug, signal);
  try {
    const { protocol } = await ask<{ protocol: ApiProtocol | null }>(api, 'EmbedProtocol', { slug }, signal);
    if (!protocol) throw new SourceError('NOT_FOUND', msg(str`There is no protocol “${slug}” here.`));
    return listed(protocol);
  } catch (error) {
    if (!(error instanceof SourceError) || error.reason !== 'UNREACHABLE' || !homeFolder()) throw error;
    return builtIn(slug, signal).catch(() => {
      throw error;
    });
  }
}

/** The protocols of an API, or of the built-in library. @throws {SourceError} */
export async function readProtocols(api: string, signal: AbortSignal): Promise<ListedProtocol[]> {
  if (!api) {
    const { bytes } = await download(absolute('library.json', libraryFolder()), signal);
    const all = JSON.parse(new TextDecoder().decode(bytes)) as ListedProtocol[];
    const say = await texts(signal);
    return all.filter(({ category }) => category !== 'CONTROL').map((one) => ({ ...one, ...told(one, say) }));
  }
  const found: ListedProtocol[] = [];
  let after: string | null = null;
  do {
    const {
      protocols,
    }: { protocols: { nodes: ApiProtocol[]; pageInfo: { hasNextPage: boolean; endCursor: string } } } = await ask(
      api,
      'EmbedProtocols',
      { first: 50, after },
      signal,
    );
    found.push(...protocols.nodes.map(listed));
    after = protocols.pageInfo.hasNextPage ? protocols.pageInfo.endCursor : null;
  } while (after !== null && found.length < 500);
  return found;
}

/** Reads a JSON file. @throws {SourceError} */
export async function readJson(address: string, signal: AbortSignal): Promise<unknown> {
  const { bytes } = await download(absolute(address), signal);
  try {
    return JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    throw new SourceError('NOT_A_PROGRAM', msg('The file is not JSON.'));
  }
}

/** Checks a list of protocols; what is not said of one is taken from its program. @throws {SourceError} */
export function checkedList(list: unknown): ListedProtocol[] {
  if (!Array.isArray(list)) throw new SourceError('NOT_A_PROGRAM', msg('The file is not a list of protocols.'));
  return list.map((entry: Partial<ListedProtocol>, index) => {
    const program = checked(entry?.program);
    const { minBeatHz, maxBeatHz, totalSeconds } = bandProfile(program);
    return {
      slug: entry.slug ?? `${index + 1}`,
      title: entry.title ?? `${index + 1}`,
      summary: entry.summary ?? '',
      category: entry.category ?? '',
      evidence: entry.evidence ?? '',
      durationSeconds: totalSeconds,
      minBeatHz,
      maxBeatHz,
      speakersOk: entry.speakersOk ?? !program.voices.some(acrossEars),
      program,
    };
  });
}

/** How often a protocol was begun and how it was rated, by everybody. @throws {SourceError} */
export async function readCount(slug: string, api: string, signal: AbortSignal): Promise<ProtocolCount> {
  const { protocol } = await ask<{ protocol: ProtocolCount | null }>(api, 'EmbedCount', { slug }, signal);
  if (!protocol) throw new SourceError('NOT_FOUND', msg(str`There is no protocol “${slug}” here.`));
  return protocol;
}

/** What comes from a server is checked like a file: it is somebody else's. */
function listed({ revision, ...words }: ApiProtocol): ListedProtocol {
  return { ...words, program: checked(revision.program) };
}

function libraryFolder(): string {
  const home = homeFolder();
  if (!home) throw new SourceError('NOT_FOUND', msg('Say where the protocols come from: “api” or “src”.'));
  return home;
}

async function builtIn(slug: string, signal: AbortSignal): Promise<Loaded> {
  const folder = libraryFolder();
  try {
    const loaded = await readFile(new URL(`library/${encodeURIComponent(slug)}.json`, folder).href, signal);
    return told(loaded, await texts(signal));
  } catch (error) {
    if (error instanceof SourceError && error.reason === 'NOT_FOUND') {
      throw new SourceError('NOT_FOUND', msg(str`There is no protocol “${slug}” here.`));
    }
    throw error;
  }
}

/** What the built-in protocols say in the page's language, by the English; nothing where that is English or cannot be fetched. */
async function texts(signal: AbortSignal): Promise<Record<string, string>> {
  const language = pageLanguage();
  if (language === 'en') return {};
  return (await readJson(new URL(`library.${language}.json`, libraryFolder()).href, signal).catch(
    () => ({}),
  )) as Record<string, string>;
}

function told({ title, summary, program }: Loaded, say: Record<string, string>): Loaded {
  const phases = program.phases.map((phase) => ({
    ...phase,
    name: say[phase.name] ?? phase.name,
    description: say[phase.description] ?? phase.description,
  }));
  return { title: say[title] ?? title, summary: say[summary] ?? summary, program: { ...program, phases } };
}

function absolute(address: string, base: string = document.baseURI): URL {
  const url = URL.parse(address, base);
  if (url && ['http:', 'https:', 'data:', 'blob:'].includes(url.protocol)) return url;
  throw new SourceError('NOT_FOUND', msg(str`“${address}” is not an address.`));
}

/** Reads at most as much as a program may be: what is larger is not fetched to its end. */
async function download(url: URL, signal: AbortSignal): Promise<{ bytes: Uint8Array; type: string }> {
  const response = await request(url, signal);
  if (response.status === 404 || response.status === 410) {
    throw new SourceError('NOT_FOUND', msg(str`There is no file at this address (${response.status}).`));
  }
  if (!response.ok) {
    throw new SourceError('REFUSED', msg(str`The server does not give the file out (${response.status}).`));
  }
  const tooLarge = () => {
    void response.body?.cancel().catch(() => undefined);
    const largest = LARGEST_BYTES / kilobyte / kilobyte;
    return new SourceError('TOO_LARGE', msg(str`The file is larger than ${largest} MB: that is no program.`));
  };
  if (Number(response.headers.get('content-length') ?? 0) > LARGEST_BYTES) throw tooLarge();
  const parts: Uint8Array[] = [];
  let size = 0;
  const reader = response.body?.getReader();
  try {
    for (;;) {
      const part = await reader?.read();
      if (!part || part.done) break;
      size += part.value.length;
      if (size > LARGEST_BYTES) {
        void reader?.cancel().catch(() => undefined);
        throw tooLarge();
      }
      parts.push(part.value);
    }
  } catch (error) {
    throw error instanceof SourceError ? error : unreachable(error);
  }
  const bytes = new Uint8Array(size);
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return { bytes, type: response.headers.get('content-type') ?? '' };
}

async function request(url: URL, signal: AbortSignal, headers: Record<string, string> = {}): Promise<Response> {
  try {
    return await fetch(url, {
      credentials: 'omit',
      headers,
      signal: AbortSignal.any([signal, AbortSignal.timeout(patienceMilliseconds)]),
    });
  } catch (error) {
    throw unreachable(error);
  }
}

/** Browsers do not tell a page why it may not read an answer; an end that we asked for ourselves is passed on. */
function unreachable(error: unknown): Error {
  if ((error as Error).name === 'AbortError') return error as Error;
  return new SourceError(
    'UNREACHABLE',
    msg('It could not be fetched: the server does not answer, or does not let this page read from it.'),
  );
}

const warned = new Set<string>();

/** Once for each server: whoever runs the page reads it there, and not its visitors. */
function warnOf(host: string): void {
  if (warned.has(host)) return;
  warned.add(host);
  console.warn(
    `${host} gives nothing to pages of ${location.origin}. If it answers at all, its operator adds this origin to EMBED_ORIGINS.`,
  );
}

/** A registered read by GET: a simple request, which the browser sends without asking first. */
async function ask<Data>(
  api: string,
  name: keyof typeof embedOperations,
  variables: Record<string, unknown>,
  signal: AbortSignal,
): Promise<Data> {
  const url = absolute(api.replace(/\/*$/, '').replace(/(\/graphql)?$/, '/graphql'));
  url.search = new URLSearchParams({
    operationName: name,
    variables: JSON.stringify(variables),
    extensions: JSON.stringify({ persistedQuery: { version: 1, sha256Hash: embedOperations[name] } }),
  }).toString();
  const response = await request(url, signal, {
    accept: 'application/graphql-response+json, application/json',
    'accept-language': pageLanguage(),
  }).catch((error) => {
    if (error instanceof SourceError) warnOf(url.host);
    throw error;
  });
  const body = (await response.json().catch(() => null)) as { data?: Data; errors?: { message: string }[] } | null;
  if (response.status === 403) {
    warnOf(url.host);
    throw new SourceError('REFUSED', msg('The server does not serve embeds on this page’s site.'));
  }
  if (response.status === 429) {
    throw new SourceError('REFUSED', msg('The server is asked too often just now. Try again in a moment.'));
  }
  if (!body) throw new SourceError('UNREACHABLE', msg(str`No such server is at ${url.host}.`));
  if (!body.data || body.errors) {
    throw new SourceError('REFUSED', msg(str`The server refused: ${body.errors?.[0]?.message ?? response.status}`));
  }
  return body.data;
}

function notAProgram(error: unknown): Error {
  if (error instanceof SourceError) return error;
  const { message } = error as Error;
  return new SourceError('NOT_A_PROGRAM', msg(str`This is not a program that can be played: ${message}`));
}
