import { protocolId, revisionId } from '../../../prisma/library/ids.ts';
import { type LibraryEntry, readLibrary } from '../../../prisma/library/library.ts';
import { newId } from '../platform/ids.ts';
import type { Prisma, PrismaClient } from '../platform/prisma/client.ts';
import { describeProgram, programHash } from './describe.ts';

/** Any number; every instance takes the lock of this name before it writes the library. */
const LOCK = 0x6e65736c;

/**
 * Writes the built-in protocols into the database: new ones, and new versions as new revisions. Nothing is done for
 * what is there already, so every start can call it; instances that start together wait for each other. Ids are made
 * from slugs and versions (prisma/library/ids.ts). A protocol that has left the library is unlisted.
 * @returns how many entries were written
 * @throws when an entry's program changed but its version did not: revisions never change
 */
export async function loadLibrary(database: PrismaClient, entries: LibraryEntry[] = readLibrary()): Promise<number> {
  return database.$transaction(
    async (tx) => {
      await tx.$executeRaw`SELECT pg_advisory_xact_lock(${LOCK})`;
      const present = new Map(
        (
          await tx.protocol.findMany({
            where: { libraryVersion: { not: null } },
            select: {
              id: true,
              slug: true,
              libraryVersion: true,
              visibility: true,
              currentRevision: { select: { programHash: true } },
            },
          })
        ).map((row) => [row.slug, row]),
      );
      let written = 0;
      for (const entry of entries) {
        const held = present.get(entry.slug);
        if (held?.libraryVersion === entry.version) {
          if (held.currentRevision?.programHash !== programHash(entry.program)) {
            throw new Error(
              `Library entry "${entry.slug}": its program has changed but its version is still ${entry.version}; raise the version.`,
            );
          }
          continue;
        }
        await writeEntry(tx, entry);
        written++;
      }
      if (written > 0) {
        for (const entry of entries) {
          if (entry.controlOf === null) continue;
          await tx.protocol.updateMany({
            where: { id: protocolId(entry.slug), controlOfId: null },
            data: { controlOfId: protocolId(entry.controlOf) },
          });
        }
      }
      const slugs = new Set(entries.map((entry) => entry.slug));
      const gone = [...present.values()].filter((row) => !slugs.has(row.slug) && row.visibility === 'PUBLIC');
      if (gone.length > 0) {
        await tx.protocol.updateMany({
          where: { id: { in: gone.map((row) => row.id) } },
          data: { visibility: 'UNLISTED' },
        });
      }
      return written;
    },
    { timeout: 60_000, maxWait: 60_000 },
  );
}

async function writeEntry(tx: Prisma.TransactionClient, entry: LibraryEntry): Promise<void> {
  const id = protocolId(entry.slug);
  const revision = revisionId(entry.slug, entry.version);
  const described = describeProgram(entry.program);
  const columns = {
    slug: entry.slug,
    visibility: 'PUBLIC' as const,
    category: entry.category,
    evidence: entry.evidence,
    tags: entry.tags,
    title: entry.title,
    summary: entry.summary,
    libraryVersion: entry.version,
    ...described,
    // A control is heard under the same conditions as its original, whatever its own program would allow.
    speakersOk: entry.speakersOk,
  };
  await tx.protocol.upsert({
    where: { id },
    create: { id, ...columns, publishedAt: new Date() },
    update: columns,
  });
  const last = await tx.revision.findFirst({
    where: { protocolId: id },
    orderBy: { number: 'desc' },
    select: { number: true },
  });
  await tx.revision.upsert({
    where: { id: revision },
    create: {
      id: revision,
      protocolId: id,
      number: (last?.number ?? 0) + 1,
      title: entry.title,
      summary: entry.summary,
      description: entry.description,
      whatIsKnown: entry.whatIsKnown.split('\n\n'),
      program: entry.program as unknown as Prisma.InputJsonObject,
      programHash: programHash(entry.program),
    },
    update: {},
  });
  await tx.protocol.update({ where: { id }, data: { currentRevisionId: revision } });
  await tx.source.deleteMany({ where: { protocolId: id } });
  await tx.source.createMany({
    data: entry.sources.map((source, position) => ({
      id: newId(),
      protocolId: id,
      position,
      title: source.title,
      authors: source.authors,
      year: source.year,
      url: source.url ?? null,
      finding: source.finding,
    })),
  });
}
