import { createHash, randomInt } from 'node:crypto';
import { exportJson } from '@nes/program/export/json.ts';
import type { Program } from '@nes/program/model.ts';
import type { Prisma, PrismaClient, SharedProgram as SharedProgramRow } from '../platform/prisma/client.ts';
import { builder } from '../schema/builder.ts';
import { userError } from '../schema/errors.ts';
import { line } from '../schema/texts.ts';

/** Bytes of a shared program's JSON. */
export const LARGEST_SHARED = 32 * 1024;
/** Short links that the service keeps at a time. */
const MOST_SHARED = 100_000;
/** Days after which a link ends, counted from when it was last made. */
const SHARED_DAYS = 90;

const LETTERS = 'abcdefghjkmnpqrstuvwxyz23456789';
const CODE = /^[a-hj-km-np-z2-9]{10}$/;

/**
 * Keeps a program behind a short code; the same title and program again get the same code for longer.
 * @throws UserErrors TOO_LONG, FULL
 */
export async function shareProgram(
  database: PrismaClient,
  title: string,
  program: Program,
  now: Date,
): Promise<SharedProgramRow> {
  const text = JSON.stringify(program);
  if (Buffer.byteLength(text) > LARGEST_SHARED)
    throw userError(
      'TOO_LONG',
      'program',
      `The program has ${Buffer.byteLength(text)} bytes; a short link holds ${LARGEST_SHARED}.`,
    );
  const contentHash = createHash('sha256').update(`${title}\n${text}`).digest('hex');
  const expiresAt = new Date(now.getTime() + SHARED_DAYS * 86_400_000);
  const again = await database.sharedProgram.updateManyAndReturn({ where: { contentHash }, data: { expiresAt } });
  if (again[0]) return again[0];
  if ((await database.sharedProgram.count()) >= MOST_SHARED)
    throw userError('FULL', null, 'There are as many short links as this server keeps; the long link works always.');
  const code = Array.from({ length: 10 }, () => LETTERS[randomInt(LETTERS.length)]).join('');
  return database.sharedProgram.upsert({
    where: { contentHash },
    create: {
      code,
      title,
      program: program as unknown as Prisma.InputJsonValue,
      contentHash,
      createdAt: now,
      expiresAt,
    },
    update: { expiresAt },
  });
}

export const SharedProgram = builder.prismaObject('SharedProgram', {
  description: 'A program behind a short link. Whoever has the link can hear it; it is not kept who made it.',
  fields: (t) => ({
    code: t.exposeString('code', { description: 'Ten letters and digits, for the address `/l/CODE`.' }),
    title: t.exposeString('title', { description: 'Title, 1 to 120 characters.' }),
    program: t.expose('program', {
      type: 'JSON',
      complexity: 40,
      description: 'What is played: a program in the form of program/program.schema.json.',
    }),
    expiresAt: t.expose('expiresAt', { type: 'DateTime', description: 'When the link ends, UTC.' }),
  }),
});

/** The row that a code from an address stands for now; null for what is no code. */
export const linkOf = (code: string, now: Date): { code: string; expiresAt: { gt: Date } } | null =>
  CODE.test(code) ? { code, expiresAt: { gt: now } } : null;

/** The text of a file that players read (`program.schema.json`). */
export const fileOf = ({ title, program }: SharedProgramRow): string =>
  exportJson({ title, program: program as unknown as Program, startClockSeconds: null, notes: [] }).text;

builder.queryField('sharedProgram', (t) =>
  t.prismaField({
    type: SharedProgram,
    nullable: true,
    description: 'The program behind a short link; null when there is none any more.',
    args: { code: t.arg.string({ required: true, description: 'Its `code`.', validate: line(20) }) },
    resolve: (query, _root, { code }, { database, clock }) => {
      const where = linkOf(code, clock.now());
      return where && database.sharedProgram.findFirst({ ...query, where });
    },
  }),
);
