import type pg from 'pg';
import { protocolId, revisionId } from '../../../prisma/library/ids.ts';
import { type LibraryEntry, readLibrary } from '../../../prisma/library/library.ts';
import { recommendedPlaces } from '../../../prisma/library/places.ts';
import { newId } from '../platform/ids.ts';
import type { Prisma, PrismaClient } from '../platform/prisma/client.ts';
import { describeProgram, programHash } from './describe.ts';

/** Any number; every instance takes the lock of this name before it writes the library. */
const LOCK = 0x6e65736c;

/**
 * Whether the database has every entry in its version, and none that has left the library: then `loadLibrary` has nothing to write.
 * One plain statement, so that a start need not load what writes. Programs are not compared.
 */
export async function holdsLibrary(pool: pg.Pool, entries: LibraryEntry[] = readLibrary()): Promise<boolean> {
  const { rows } = await pool.query<{ slug: string; version: number; place: number; public: boolean }>(
    `SELECT slug, library_version AS version, place, visibility = 'PUBLIC' AS public FROM protocols WHERE library_version IS NOT NULL`,
  );
  const versions = new Map(entries.map((entry) => [entry.slug, entry.version]));
  const places = recommendedPlaces(entries);
  const held = rows.filter((row) => versions.get(row.slug) === row.version && places.get(row.slug) === row.place);
  return held.length === entries.length && rows.every((row) => versions.has(row.slug) || !row.public);
}

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
      const fresh: LibraryEntry[] = [];
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
        if (held) await writeVersion(tx, entry);
        else fresh.push(entry);
        written++;
      }
      await writeNew(tx, fresh);
      if (written > 0) {
        const controls = entries.flatMap((entry) =>
          entry.controlOf === null ? [] : [[protocolId(entry.slug), protocolId(entry.controlOf)] as const],
        );
        await tx.$executeRaw`
          UPDATE protocols p SET control_of_id = o.id
          FROM unnest(${controls.map(([id]) => id)}::uuid[], ${controls.map(([, of]) => of)}::uuid[]) AS t (id, original)
          JOIN protocols o ON o.id = t.original
          WHERE p.id = t.id AND p.control_of_id IS DISTINCT FROM o.id`;
      }
      // A new entry moves the others.
      const places = recommendedPlaces(entries);
      await tx.$executeRaw`
        UPDATE protocols p SET place = t.place
        FROM unnest(${[...places.keys()]}::text[], ${[...places.values()]}::int[]) AS t (slug, place)
        WHERE p.slug = t.slug AND p.library_version IS NOT NULL AND p.place <> t.place`;
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

/** The columns of a protocol that its library entry decides. */
function columnsOf(entry: LibraryEntry) {
  // What is not named here is a column of its own name: Prisma refuses an entry that says more than the table has.
  const {
    labels,
    version,
    program,
    speakersOk,
    description: _,
    whatIsKnown: __,
    sources: ___,
    controlOf: ____,
    ...same
  } = entry;
  return {
    ...same,
    visibility: 'PUBLIC' as const,
    labels: labels.map(({ of, evidence }) => ({ of, evidence })),
    libraryVersion: version,
    ...describeProgram(program),
    // A control is heard under the same conditions as its original, whatever its own program would allow.
    speakersOk,
  } satisfies Prisma.ProtocolUpdateInput;
}

function revisionOf(entry: LibraryEntry, number: number) {
  return {
    publicAt: new Date(),
    id: revisionId(entry.slug, entry.version),
    protocolId: protocolId(entry.slug),
    number,
    title: entry.title,
    summary: entry.summary,
    description: entry.description,
    whatIsKnown: entry.whatIsKnown.split('\n\n'),
    program: entry.program as unknown as Prisma.InputJsonObject,
    programHash: programHash(entry.program),
  };
}

function sourcesOf(entry: LibraryEntry) {
  return entry.sources.map((source, position) => ({
    id: newId(),
    protocolId: protocolId(entry.slug),
    position,
    title: source.title,
    authors: source.authors,
    year: source.year,
    url: source.url ?? null,
    finding: source.finding,
    pmid: source.pmid ?? null,
    participants: source.participants,
    stimulus: source.stimulus ?? null,
    funding: source.funding ?? null,
    readOn: new Date(`${source.readOn}T00:00:00Z`),
  }));
}

/** All at once: a first start writes the whole library, and people wait for it. */
async function writeNew(tx: Prisma.TransactionClient, entries: LibraryEntry[]): Promise<void> {
  if (entries.length === 0) return;
  const publishedAt = new Date();
  await tx.protocol.createMany({
    data: entries.map((entry) => ({ id: protocolId(entry.slug), ...columnsOf(entry), publishedAt })),
  });
  await tx.revision.createMany({ data: entries.map((entry) => revisionOf(entry, 1)) });
  await tx.source.createMany({ data: entries.flatMap(sourcesOf) });
  const ids = entries.map((entry) => revisionId(entry.slug, entry.version));
  await tx.$executeRaw`
    UPDATE protocols p SET current_revision_id = r.id FROM revisions r
    WHERE r.protocol_id = p.id AND r.id = ANY (${ids}::uuid[])`;
}

async function writeVersion(tx: Prisma.TransactionClient, entry: LibraryEntry): Promise<void> {
  const id = protocolId(entry.slug);
  const { _max } = await tx.revision.aggregate({ where: { protocolId: id }, _max: { number: true } });
  const revision = revisionOf(entry, (_max.number ?? 0) + 1);
  // An older version of the program that comes back has its revision already.
  await tx.revision.upsert({ where: { id: revision.id }, create: revision, update: {} });
  await tx.protocol.update({ where: { id }, data: { ...columnsOf(entry), currentRevisionId: revision.id } });
  await tx.source.deleteMany({ where: { protocolId: id } });
  await tx.source.createMany({ data: sourcesOf(entry) });
}
