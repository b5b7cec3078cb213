import { checkProgram } from '@nes/program/check.ts';
import type { Program } from '@nes/program/model.ts';
import { account } from './account.ts';
import { ask, tell, type UserError } from './client.ts';
import {
  type AuthoredProtocolFragment,
  CreateProtocolDocument,
  DeleteProtocolDocument,
  EditedProtocolDocument,
  ForkProtocolDocument,
  OwnProtocolsDocument,
  type OwnProtocolsQuery,
  PublishProtocolDocument,
  RestoreRevisionDocument,
  ReviseProtocolDocument,
  RevisionProgramDocument,
  RevisionsDocument,
  type RevisionsQuery,
  UnlistProtocolDocument,
} from './generated/authoring.ts';
import { library } from './library.ts';
import { type LocalProtocol, localProtocols } from './protocols.ts';
import { store } from './store.ts';

/** What an author writes; saving it makes a revision that never changes. */
export interface Authored {
  title: string;
  summary: string;
  description: string;
  category: string;
  tags: readonly string[];
  program: Program;
  /** What stands for its texts in other languages: by language, then by the text as it is here. */
  translations: Translations;
}

export type Translations = Readonly<Record<string, Readonly<Record<string, string>>>>;

export type Visibility = 'DRAFT' | 'UNLISTED' | 'PUBLIC';

/** A protocol as its author sees it. */
export interface AuthoredProtocol {
  id: string;
  slug: string;
  title: string;
  visibility: Visibility;
  isMine: boolean;
  builtIn: boolean;
  revisionId: string;
  revisionNumber: number;
  updatedAt: string;
  durationSeconds: number;
  forkedFrom: { title: string; slug: string; number: number } | null;
}

/** One of the states that a protocol was saved in. */
export interface RevisionLine {
  id: string;
  number: number;
  title: string;
  /** What its author says has changed; may be empty. */
  note: string;
  createdAt: string;
  author: string;
  /** Equal for equal programs. */
  programHash: string;
  current: boolean;
}

/** The server understood and refused. `conflict`: somebody saved in between. */
export class Refused extends Error {
  readonly conflict: boolean;
  readonly errors: readonly UserError[];

  constructor(errors: readonly UserError[]) {
    super(errors.map(({ message }) => message).join(' ') || 'The server refused without a reason.');
    this.name = 'Refused';
    this.errors = errors;
    this.conflict = errors.some(({ code }) => code === 'CONFLICT');
  }
}

const shown = (fields: AuthoredProtocolFragment): AuthoredProtocol => ({
  id: fields.id,
  slug: fields.slug,
  title: fields.title,
  visibility: fields.visibility,
  isMine: fields.isMine,
  builtIn: fields.builtIn,
  revisionId: fields.revision.id,
  revisionNumber: fields.revision.number,
  updatedAt: fields.updatedAt,
  durationSeconds: fields.durationSeconds,
  forkedFrom: fields.forkedFrom?.protocol
    ? {
        title: fields.forkedFrom.protocol.title,
        slug: fields.forkedFrom.protocol.slug,
        number: fields.forkedFrom.number,
      }
    : null,
});

interface Answer {
  protocol?: AuthoredProtocolFragment | null;
  userErrors: readonly UserError[];
}

function taken(answer: Answer): AuthoredProtocol {
  if (!answer.protocol || answer.userErrors.length > 0) throw new Refused(answer.userErrors);
  return shown(answer.protocol);
}

/** Opens a protocol for editing: of the server, or from the built-in library where the server cannot be asked. Null: there is none. */
export async function editedProtocol(slug: string): Promise<{ protocol: AuthoredProtocol; words: Authored } | null> {
  try {
    // A copy of a built-in one is in the language of whoever makes it; what somebody wrote is changed as it was written.
    const translated = (await library().catch(() => [])).some((one) => one.slug === slug);
    const { protocol } = await ask(EditedProtocolDocument, { slug, translated });
    if (protocol) {
      return {
        protocol: shown(protocol),
        words: {
          title: protocol.revision.title,
          summary: protocol.revision.summary,
          description: protocol.revision.description,
          category: protocol.category,
          tags: [...protocol.tags],
          program: checkProgram(protocol.revision.program),
          translations: protocol.revision.translations as Translations,
        },
      };
    }
  } catch (error) {
    if (!(await library().catch(() => [])).some((one) => one.slug === slug)) throw error;
  }
  const builtIn = (await library()).find((one) => one.slug === slug);
  if (!builtIn) return null;
  return {
    protocol: {
      id: builtIn.id,
      slug,
      title: builtIn.title,
      visibility: 'PUBLIC',
      isMine: false,
      builtIn: true,
      revisionId: builtIn.revisionId,
      revisionNumber: 1,
      updatedAt: '',
      durationSeconds: builtIn.durationSeconds,
      forkedFrom: null,
    },
    words: {
      title: builtIn.title,
      summary: builtIn.summary,
      description: builtIn.description,
      category: builtIn.category,
      tags: builtIn.tags,
      program: builtIn.program,
      translations: {},
    },
  };
}

/** A program that is only on this device. Null: there is none of that id. */
export async function localProtocol(id: string): Promise<LocalProtocol | null> {
  return (await localProtocols()).find((one) => one.id === id) ?? null;
}

/** Forgets a program that is only on this device, as after it was saved to the server. */
export async function forgetLocally(id: string): Promise<void> {
  await (await store()).delete('protocols', id);
}

/** Saves a new protocol as a draft that nobody else sees. A browser that is nobody yet becomes a guest first. */
export async function createProtocol(words: Authored): Promise<AuthoredProtocol> {
  await account.beSomebody();
  const { createProtocol: answer } = await tell(CreateProtocolDocument, { input: inputOf(words) });
  return taken(answer);
}

/**
 * Saves another revision on top of the one that was edited. `note`: what it changes, in a sentence.
 * @throws {Refused} with `conflict` where there is a newer revision
 */
export async function reviseProtocol(
  id: string,
  baseRevision: string,
  words: Authored,
  note: string,
): Promise<AuthoredProtocol> {
  const { reviseProtocol: answer } = await tell(ReviseProtocolDocument, {
    input: { id, baseRevision, note, ...inputOf(words) },
  });
  return taken(answer);
}

/** A protocol of one's own that begins with a revision of somebody else's and says so. */
export async function forkProtocol(revision: string): Promise<AuthoredProtocol> {
  await account.beSomebody();
  const { forkProtocol: answer } = await tell(ForkProtocolDocument, { input: { revision } });
  return taken(answer);
}

/** Everybody can find it. */
export async function publishProtocol(id: string): Promise<AuthoredProtocol> {
  const { publishProtocol: answer } = await tell(PublishProtocolDocument, { input: { id } });
  return taken(answer);
}

/** Who has the link can open it; it is in no list. */
export async function unlistProtocol(id: string): Promise<AuthoredProtocol> {
  const { unlistProtocol: answer } = await tell(UnlistProtocolDocument, { input: { id } });
  return taken(answer);
}

export async function deleteProtocol(id: string): Promise<void> {
  const { deleteProtocol: answer } = await tell(DeleteProtocolDocument, { input: { id } });
  if (answer.userErrors.length > 0) throw new Refused(answer.userErrors);
}

/** Makes an older revision the newest one again, as a revision of its own. */
export async function restoreRevision(protocol: string, revision: string): Promise<AuthoredProtocol> {
  const { restoreRevision: answer } = await tell(RestoreRevisionDocument, { input: { protocol, revision } });
  return taken(answer);
}

function inputOf({ category, tags, ...words }: Authored) {
  return { ...words, category: category as never, tags: [...tags] };
}

function nextOf(page: { hasNextPage: boolean; endCursor?: string | null } | undefined): string | null {
  return page?.hasNextPage ? (page.endCursor ?? null) : null;
}

/** The protocols of this person, newest first, drafts too. Empty for nobody. */
export async function ownProtocols(): Promise<AuthoredProtocol[]> {
  await account.ready;
  if (!account.viewer) return [];
  const found: AuthoredProtocol[] = [];
  let after: string | null = null;
  do {
    const { viewer }: OwnProtocolsQuery = await ask(OwnProtocolsDocument, { first: 50, after });
    found.push(...(viewer?.protocols.nodes ?? []).map(shown));
    after = nextOf(viewer?.protocols.pageInfo);
  } while (after);
  return found;
}

/** Everything that a protocol was, newest first. */
export async function revisionsOf(slug: string): Promise<RevisionLine[]> {
  const found: RevisionLine[] = [];
  let after: string | null = null;
  do {
    const { protocol }: RevisionsQuery = await ask(RevisionsDocument, { slug, first: 50, after });
    for (const one of protocol?.revisions.nodes ?? []) {
      found.push({
        id: one.id,
        number: one.number,
        title: one.title,
        note: one.note,
        createdAt: one.createdAt,
        author: one.author?.displayName ?? '',
        programHash: one.programHash,
        current: one.id === protocol?.revision.id,
      });
    }
    after = nextOf(protocol?.revisions.pageInfo);
  } while (after);
  return found.sort((a, b) => b.number - a.number);
}

/** One revision whole. */
export async function revisionProgram(
  id: string,
): Promise<{ title: string; summary: string; description: string; program: Program }> {
  const { node } = await ask(RevisionProgramDocument, { id });
  if (node?.__typename !== 'Revision') throw new Error('There is no such revision.');
  const { title, summary, description, program } = node;
  return { title, summary, description, program: checkProgram(program) };
}
