import { randomInt, randomUUID } from 'node:crypto';
import { checkProgram, ProgramError } from '@nes/program/check.ts';
import type { Program } from '@nes/program/model.ts';
import { newId } from '../platform/ids.ts';
import type { Prisma, PrismaClient, Protocol, Revision } from '../platform/prisma/client.ts';
import type { Category } from '../platform/prisma/enums.ts';
import { can, type ProtocolRights } from '../schema/can.ts';
import { UserErrors, userError } from '../schema/errors.ts';
import type { Language } from '../schema/languages.ts';
import type { Viewer } from '../schema/viewer.ts';
import { describeProgram, programHash } from './describe.ts';
import { removeProtocol } from './forget-author.ts';
import { programIn, type Translations, textIn } from './library-texts.ts';
import { mayReadRevision, revisionRights } from './rights.ts';
import { fitting, translationsOf } from './translations.ts';

type Transaction = Prisma.TransactionClient;

/** Protocols of one person, and saved states of one protocol. */
export const MAXIMUM_PROTOCOLS = 1_000;
export const MAXIMUM_REVISIONS = 1_000;
/** Bytes of all programs that one person has saved, as the database packs them. */
const MAXIMUM_BYTES = { guest: 20_000_000, account: 200_000_000 };

/** What a person writes about a protocol, and its program. */
export interface ProtocolTexts {
  title: string;
  summary: string;
  description: string;
  category: Category;
  tags: string[];
  /** Anything; what is no program is refused with the places of its faults. */
  program: unknown;
  /** Anything; what is none of its texts in other languages is refused (`translationsOf`). */
  translations: unknown;
  /** What its author says has changed. */
  note: string;
}

/**
 * The program, complete and in range.
 * @throws UserErrors INVALID, one for each fault (20 at most), with its path below `program`
 */
export function programOf(value: unknown): Program {
  try {
    return checkProgram(value);
  } catch (error) {
    if (!(error instanceof ProgramError)) throw error;
    throw new UserErrors(
      error.issues.map(({ path, value, expected }) => ({
        field: ['program', ...path.split(/[.[\]]+/).filter((part) => part !== '')],
        code: typeof value === 'number' ? 'OUT_OF_RANGE' : 'INVALID',
        message: `${path || 'program'}: expected ${expected}, got ${value === undefined ? 'nothing' : String(value)}.`,
      })),
    );
  }
}

/** A name for addresses: the title in plain letters, with something random after it so that titles may be alike. */
function slugOf(title: string): string {
  const plain = title
    .normalize('NFKD')
    .toLowerCase()
    .replace(/\p{M}/gu, '')
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, 60)
    .replace(/^-+|-+$/g, '');
  const letters = 'abcdefghjkmnpqrstuvwxyz23456789';
  const random = Array.from({ length: 6 }, () => letters[randomInt(letters.length)]).join('');
  return `${plain || 'protocol'}-${random}`;
}

/** Tags in lower case, each once. */
function tagsOf(tags: string[]): string[] {
  return [...new Set(tags.map((tag) => tag.toLowerCase()))];
}

interface Content {
  title: string;
  summary: string;
  description: string;
  whatIsKnown: string[];
  program: Program;
  translations: Translations;
  note: string;
}

/** Told how many bytes are kept that nobody sent: a copy of what is there. May throw. */
type Copied = (bytes: number) => void;

const sizeOf = (content: Content): number => JSON.stringify(content).length;

/** @throws UserErrors FULL */
async function checkRoom(tx: Transaction, { userId, isGuest }: Viewer): Promise<void> {
  const [saved] = await tx.$queryRaw<{ bytes: number }[]>`
    SELECT coalesce(sum(pg_column_size(program) + pg_column_size(translations)), 0)::float8 AS bytes FROM revisions WHERE author_id = ${userId}::uuid`;
  const most = isGuest ? MAXIMUM_BYTES.guest : MAXIMUM_BYTES.account;
  if ((saved?.bytes ?? 0) < most) return;
  throw userError('FULL', null, `Programs of one person may have ${most / 1e6} MB in all.`);
}

/** Adds a state to a protocol and makes it the one that is played. @throws UserErrors FULL */
async function addRevision(
  tx: Transaction,
  protocolId: string,
  number: number,
  author: Viewer,
  content: Content,
  now: Date,
  isPublic = false,
): Promise<void> {
  const id = newId(now.getTime());
  await checkRoom(tx, author);
  await tx.revision.create({
    data: {
      id,
      protocolId,
      number,
      authorId: author.userId,
      title: content.title,
      summary: content.summary,
      description: content.description,
      whatIsKnown: content.whatIsKnown,
      program: content.program as unknown as Prisma.InputJsonObject,
      programHash: programHash(content.program),
      translations: content.translations,
      note: content.note,
      createdAt: now,
      publicAt: isPublic ? now : null,
    },
  });
  await tx.protocol.update({
    where: { id: protocolId },
    data: {
      currentRevisionId: id,
      title: content.title,
      summary: content.summary,
      translations: fitting(content.translations, { title: content.title, summary: content.summary }),
      updatedAt: now,
      ...describeProgram(content.program),
    },
  });
}

async function addProtocol(
  tx: Transaction,
  viewer: Viewer,
  content: Content,
  more: { category: Category; tags: string[]; forkedFromId: string | null },
  now: Date,
): Promise<string> {
  const owned = await tx.protocol.count({ where: { ownerId: viewer.userId } });
  if (owned >= MAXIMUM_PROTOCOLS) {
    throw userError('FULL', null, `A person can have ${MAXIMUM_PROTOCOLS} protocols.`);
  }
  const id = randomUUID();
  await tx.protocol.create({
    data: {
      id,
      slug: slugOf(content.title),
      ownerId: viewer.userId,
      title: content.title,
      summary: content.summary,
      createdAt: now,
      updatedAt: now,
      ...more,
      ...describeProgram(content.program),
    },
  });
  await addRevision(tx, id, 1, viewer, content, now);
  return id;
}

/** Makes a draft. @throws UserErrors INVALID, OUT_OF_RANGE, FULL */
export async function createProtocol(
  database: PrismaClient,
  viewer: Viewer,
  { category, tags, program, translations, ...texts }: ProtocolTexts,
  now: Date,
): Promise<string> {
  const whole = { ...texts, whatIsKnown: [], program: programOf(program) };
  const content = { ...whole, translations: translationsOf(translations, whole) };
  return database.$transaction((tx) =>
    addProtocol(tx, viewer, content, { category, tags: tagsOf(tags), forkedFromId: null }, now),
  );
}

/** The protocol with its row locked, if the viewer may read it. @throws UserErrors NOT_FOUND */
async function lockProtocol(tx: Transaction, viewer: Viewer, id: string, field: string): Promise<Protocol> {
  await tx.$executeRaw`SELECT id FROM protocols WHERE id = ${id}::uuid FOR UPDATE`;
  const protocol = await tx.protocol.findUnique({ where: { id } });
  if (!protocol || !can(viewer, 'protocol.read', protocol)) {
    throw userError('NOT_FOUND', field, 'There is no such protocol.');
  }
  return protocol;
}

/** As `lockProtocol`, for somebody who may change it. @throws UserErrors NOT_FOUND, NOT_ALLOWED */
async function lockOwn(
  tx: Transaction,
  viewer: Viewer,
  id: string,
  field: string,
  action: 'protocol.edit' | 'protocol.publish' | 'protocol.delete',
  refusal: string,
): Promise<Protocol> {
  const protocol = await lockProtocol(tx, viewer, id, field);
  if (!can(viewer, action, protocol)) throw userError('NOT_ALLOWED', null, refusal);
  return protocol;
}

const notYours = 'Only its author can change a protocol. You can make a copy of it.';

async function nextNumber(tx: Transaction, protocolId: string): Promise<number> {
  const { _max } = await tx.revision.aggregate({ where: { protocolId }, _max: { number: true } });
  const number = (_max.number ?? 0) + 1;
  if (number > MAXIMUM_REVISIONS) {
    throw userError('FULL', null, `A protocol can be saved ${MAXIMUM_REVISIONS} times. You can make a copy of it.`);
  }
  return number;
}

/**
 * Saves a new state of a protocol; what is undefined in `changes` stays as it is. `baseRevisionId` is the state that the person had before them; when somebody saved
 * meanwhile, that is a CONFLICT with the present protocol beside it.
 * @throws UserErrors NOT_FOUND, NOT_ALLOWED, CONFLICT, INVALID, OUT_OF_RANGE, FULL
 */
export async function reviseProtocol(
  database: PrismaClient,
  viewer: Viewer,
  id: string,
  baseRevisionId: string,
  changes: { [Name in keyof ProtocolTexts]: ProtocolTexts[Name] | undefined },
  copied: Copied,
  now: Date,
): Promise<void> {
  const program = changes.program === undefined ? null : programOf(changes.program);
  await database.$transaction(async (tx) => {
    const protocol = await lockOwn(tx, viewer, id, 'id', 'protocol.edit', notYours);
    const base = await tx.revision.findUnique({ where: { id: baseRevisionId } });
    if (!base || base.protocolId !== id) throw userError('NOT_FOUND', 'baseRevision', 'There is no such revision.');
    if (protocol.currentRevisionId !== base.id) {
      throw userError('CONFLICT', 'baseRevision', 'The protocol has been saved since this revision.', { id });
    }
    const texts = {
      title: changes.title ?? base.title,
      summary: changes.summary ?? base.summary,
      description: changes.description ?? base.description,
      whatIsKnown: base.whatIsKnown,
      program: program ?? (base.program as unknown as Program),
    };
    const content: Content = {
      ...texts,
      translations:
        changes.translations === undefined
          ? fitting(base.translations as Translations, texts)
          : translationsOf(changes.translations, texts),
      note: changes.note ?? '',
    };
    if (!program) copied(sizeOf(content));
    await addRevision(tx, id, await nextNumber(tx, id), viewer, content, now, protocol.visibility !== 'DRAFT');
    await tx.protocol.update({
      where: { id },
      data: {
        ...(changes.category === undefined ? {} : { category: changes.category }),
        ...(changes.tags === undefined ? {} : { tags: tagsOf(changes.tags) }),
        updatedAt: now,
      },
    });
  });
}

/** Makes an earlier state the present one, as a new revision. @throws UserErrors NOT_FOUND, NOT_ALLOWED, FULL */
export async function restoreRevision(
  database: PrismaClient,
  viewer: Viewer,
  id: string,
  revisionId: string,
  copied: Copied,
  now: Date,
): Promise<void> {
  await database.$transaction(async (tx) => {
    const protocol = await lockOwn(tx, viewer, id, 'protocol', 'protocol.edit', notYours);
    const old = await tx.revision.findUnique({ where: { id: revisionId } });
    if (!old || old.protocolId !== id) throw userError('NOT_FOUND', 'revision', 'There is no such revision.');
    const content = contentOf(old);
    copied(sizeOf(content));
    await addRevision(tx, id, await nextNumber(tx, id), viewer, content, now, protocol.visibility !== 'DRAFT');
  });
}

function contentOf(revision: Revision): Content {
  return {
    ...revision,
    program: revision.program as unknown as Program,
    translations: revision.translations as Translations,
    note: '',
  };
}

/** Makes a draft of one's own from somebody's revision, from a built-in one in `language`. @throws UserErrors NOT_FOUND, FULL */
export async function forkProtocol(
  database: PrismaClient,
  viewer: Viewer,
  language: Language,
  revisionId: string,
  copied: Copied,
  now: Date,
): Promise<string> {
  return database.$transaction(async (tx) => {
    const revision = await tx.revision.findUnique({ where: { id: revisionId }, include: { protocol: true } });
    const rights = await tx.revision.findUnique({ where: { id: revisionId }, select: revisionRights });
    const readable = rights !== null && (await mayReadRevision({ viewer, database: tx }, rights));
    if (!revision || !readable || !can(viewer, 'protocol.fork', revision.protocol)) {
      throw userError('NOT_FOUND', 'revision', 'There is no such revision.');
    }
    const { id, category } = revision.protocol;
    const text = (original: string) => textIn(language, id, original);
    const whole = contentOf(revision);
    const content: Content = {
      ...whole,
      title: text(whole.title),
      summary: text(whole.summary),
      description: text(whole.description),
      whatIsKnown: whole.whatIsKnown.map(text),
      program: programIn(language, id, whole.program),
    };
    const tags = revision.protocol.tags.map(text);
    copied(sizeOf(content));
    return addProtocol(tx, viewer, content, { category, tags, forkedFromId: revision.id }, now);
  });
}

/**
 * Lets everybody find a protocol (PUBLIC), or everybody who has its address (UNLISTED). `mailsReach`: whether an address can be confirmed here.
 * @throws UserErrors NOT_FOUND, NOT_ALLOWED, UNCONFIRMED
 */
export async function showProtocol(
  database: PrismaClient,
  viewer: Viewer,
  id: string,
  visibility: 'PUBLIC' | 'UNLISTED',
  mailsReach: boolean,
  now: Date,
): Promise<void> {
  await database.$transaction(async (tx) => {
    const refusal = viewer.isGuest
      ? 'Publishing needs an account.'
      : 'Only its author can publish a protocol, and only while it is not hidden.';
    const protocol = await lockOwn(tx, viewer, id, 'id', 'protocol.publish', refusal);
    const { emailVerifiedAt } = await tx.user.findUniqueOrThrow({
      where: { id: viewer.userId },
      select: { emailVerifiedAt: true },
    });
    if (!can(viewer, 'person.publish', { emailVerifiedAt, mailsReach })) {
      throw userError('UNCONFIRMED', null, 'Confirm your e-mail address first, with the link that was mailed to it.');
    }
    if (protocol.currentRevisionId) {
      await tx.revision.updateMany({
        where: { id: protocol.currentRevisionId, publicAt: null },
        data: { publicAt: now },
      });
    }
    await tx.protocol.update({
      where: { id },
      data: {
        visibility,
        updatedAt: now,
        // The address of a draft has the title that its author worked with; nobody else knows it yet.
        ...(protocol.publishedAt === null ? { publishedAt: now, listedAt: now, slug: slugOf(protocol.title) } : {}),
      },
    });
  });
}

/** Deletes a protocol; see `removeProtocol` for what stays. @throws UserErrors NOT_FOUND, NOT_ALLOWED */
export async function deleteProtocol(database: PrismaClient, viewer: Viewer, id: string, now: Date): Promise<void> {
  await database.$transaction(async (tx) => {
    await lockOwn(tx, viewer, id, 'id', 'protocol.delete', 'Only its author can delete a protocol.');
    await removeProtocol(tx, id, now);
  });
}

/**
 * Tells the administrators that something is wrong with a protocol. One report a person and protocol; saying more
 * changes it and opens it again. @throws UserErrors NOT_FOUND, NOT_ALLOWED
 */
export async function reportProtocol(
  database: PrismaClient,
  viewer: Viewer,
  protocolId: string,
  reason: string,
  text: string,
  now: Date,
): Promise<void> {
  const protocol: ProtocolRights | null = await database.protocol.findUnique({ where: { id: protocolId } });
  if (!protocol || !can(viewer, 'protocol.read', protocol)) {
    throw userError('NOT_FOUND', 'id', 'There is no such protocol.');
  }
  if (!can(viewer, 'protocol.report', protocol)) {
    throw userError('NOT_ALLOWED', null, 'What is built in or your own cannot be reported.');
  }
  await database.report.upsert({
    where: { protocolId_reporterId: { protocolId, reporterId: viewer.userId } },
    create: { id: newId(now.getTime()), protocolId, reporterId: viewer.userId, reason, text, createdAt: now },
    update: { reason, text, createdAt: now, closedAt: null },
  });
}
